"""What `closedsky read` prints: an article sentence by sentence, each with what the ledger and the model have on it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from closedsky.cases.schema import Case
from closedsky.evidence.article import STANDINGS, UNKNOWN, ArticleReading, SentenceRead
from closedsky.evidence.ledger import given_to, mark, with_mark
from closedsky.evidence.text import printable
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.showing.numbers import NOTHING
from closedsky.showing.terminal import Screen

HOW = (
    "Words are compared, never meaning. Exact: words of the ledger stand in the sentence verbatim, white space folded. "
    "Altered: a passage is so like them that one of the two was changed; [-ledger-] {+article+}. A claim put in other "
    "words is not recognised, and a sentence that denies what it quotes is not told from one that asserts it."
)
NOT_TESTABLE = "not testable here"


def show_article(screen: Screen, found: ArticleReading, case: Case, file: str, name: str) -> None:
    """Print an article held against the ledger of a case.

    Args:
        screen: where.
        found: what.
        case: its labels.
        file: name of the article's file.
        name: the case as the person named it.
    """
    screen.say(NOT_A_FORECAST, "bold")
    screen.heading(f"{printable(file)}, read with the ledger of: {case.title}")
    if found.document:
        screen.say(f"This is the document {found.document} of the ledger, unaltered.")
    screen.say(found.summary(), "bold")
    screen.print()
    screen.say(HOW)
    _counts(screen, found)
    screen.heading("Sentence by sentence")
    waiting: list[SentenceRead] = []
    for sentence in found.sentences:
        if sentence.standing == "unknown" and not sentence.quotations:
            waiting.append(sentence)
            continue
        _unknown(screen, waiting)
        waiting = []
        _sentence(screen, sentence, found)
    _unknown(screen, waiting)
    computed = [claim.id for each in found.sentences if each.standing == "computed" for claim in each.claims]
    if computed:
        screen.heading("To compute what one claim bears on")
        screen.command(shlex.join(["closedsky", "evidence", name, "--claim", computed[0], "--compute"]))


def _counts(screen: Screen, found: ArticleReading) -> None:
    standings = [each.standing for each in found.sentences]
    rows = []
    for standing, meaning in STANDINGS.items():
        there = [each for each in found.sentences if each.standing == standing]
        cells = [str(n) if n else NOTHING for n in (len(there), sum(each.status == "altered" for each in there))]
        rows.append([standing, *cells, meaning])
    screen.heading(f"{len(standings):,} sentence{'' if len(standings) == 1 else 's'}")
    screen.listing(["Standing", "Sentences", "Altered", "Meaning"], rows)


def _sentence(screen: Screen, sentence: SentenceRead, found: ArticleReading) -> None:
    screen.print()
    screen.say(f"{sentence.number}. {printable(sentence.text)}", "bold")
    ledger = found.ledger
    rows: list[tuple[str, str]] = []
    for each in sentence.claims:
        claim = ledger.claims[each.id]
        rows.append((f"  {each.id} {each.status}", f"{with_mark(claim)}, {given_to(claim)}"))
        rows += [("", f"difference: {printable(each.difference)}")] if each.difference else []
        rows += [("", claim.note)] if claim.note else []
        rows += [("", f"{NOT_TESTABLE}: {claim.untested}")] if claim.untested else []
    for each in sentence.remarks:
        remark = ledger.remarks[each.id]
        why = f"{NOT_TESTABLE}: {remark.reason}"
        if remark.repeats:
            why = f"repeats {remark.repeats} [{mark(ledger.claims[remark.repeats])}]: {remark.reason}"
        rows += [(f"  {each.id} {each.status}", f"“{remark.quote}”"), ("", why)]
    for quotation in sentence.quotations:
        words = f"“{printable(quotation.text)}”"
        if quotation.status == "unknown":
            rows.append(("  Quotation", f"{words} unknown: not in the ledger, and not checked by it"))
        elif quotation.checked and len(quotation.checked.split()) < len(quotation.text.split()):
            count = f"{len(quotation.checked.split())} of its {len(quotation.text.split())} words"
            marked = f"[{mark(ledger.claims[quotation.claim])}] " if quotation.claim else ""
            rows.append(("  Quotation", f"{marked}{words} {quotation.claim} holds {count}"))
    about = [f"{each.kind} {each.id}: {each.text}" for each in sentence.bears_on if each.computed]
    rows += [("  Computed" if place == 0 else "", text) for place, text in enumerate(dict.fromkeys(about))]
    for kind, title in (("assumption", "  Assumed"), ("quantity", "  On record")):
        names = [each.id for each in sentence.bears_on if each.kind == kind]
        rows += [(title, ", ".join(names))] if names else []
    if sentence.standing == "unknown":
        rows.append(("  Unknown", UNKNOWN))
    screen.facts(rows)
    _commands(screen, [each.command for each in sentence.bears_on if each.computed])


def _commands(screen: Screen, commands: Sequence[str]) -> None:
    for command in dict.fromkeys(commands):
        screen.command(f"  {command}")


def _unknown(screen: Screen, waiting: Sequence[SentenceRead]) -> None:
    """Say of sentences in a row that the ledger holds no words of them."""
    if not waiting:
        return
    screen.print()
    first, last = waiting[0], waiting[-1]
    if first is last:
        screen.say(f"{first.number}. {printable(first.text)}")
    else:
        screen.say(f"{first.number} to {last.number}. {printable(first.text)} … {printable(last.text)}")
    screen.say(f"   {UNKNOWN}")

"""What `closedsky evidence` prints: counts, claims with their marks, the way from a number to its source and back."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence

from closedsky.cases.asked import can_be_run
from closedsky.cases.schema import BASIS_MEANING, Case, Document, Quantity
from closedsky.cases.shared import PastCampaign
from closedsky.evidence.campaigns import Drawn, basis_behind, behind
from closedsky.evidence.ledger import (
    CORROBORATION_MEANING,
    DATINGS,
    basis_of,
    claims_on,
    counts,
    dating,
    given_to,
    ledger_of,
    uses,
    with_mark,
)
from closedsky.evidence.links import Bearing, bearings
from closedsky.evidence.text import printable
from closedsky.evidence.verify import Verification
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.showing.numbers import NOTHING, figure
from closedsky.showing.terminal import Screen

MARKS = "A claim is given in its own words; in brackets, what other documents make of it."
NOT_FOUND = "not found"
LOOKED_FOR = "looked for and not found"
THEN = "what could be known on the day"
SHARED = "as stated for every case that shares it; not all of the evidence behind it is as old as the day"
NONE_OF_ITS_OWN = "nothing: this campaign has no value of its own on record"
UNUSED = "Nothing that is put into the case rests on it."
HEADS = {"then": "usable then", "later": "about later", "undated": "undated"}


def show_ledger(screen: Screen, case: Case, name: str) -> None:
    """Print the ledger of a case: how much of it is how sure, and every claim with its mark."""
    _opening(screen, case)
    ledger, found = ledger_of(case), counts(case)
    used = found["quantities"]["used"]
    screen.say(
        f"{len(ledger.documents):,} documents, {len(ledger.quantities):,} quantities read in them ({used:,} of them "
        f"behind an assumption, a number, an option or a claim), {len(ledger.claims):,} claims."
    )
    _by_basis(screen, case)
    if ledger.claims:
        _by_corroboration(screen, case)
        screen.heading("Claims", MARKS)
        rows = [[key, with_mark(claim), given_to(claim)] for key, claim in ledger.claims.items()]
        screen.listing(["Claim", "Words", "Whose"], rows)
    if ledger.remarks:
        screen.heading("Words that assert nothing to be tested")
        rows = [
            [key, f"“{each.quote}”" + (f" {_repeats(case, each.repeats)}" if each.repeats else ""), each.reason]
            for key, each in ledger.remarks.items()
        ]
        screen.listing(["Remark", "Words", "Why"], rows)
    screen.heading("One entry and all that it leads to")
    flags = {"--claim": ledger.claims, "--assumption": case.assumptions, "--quantity": ledger.quantities}
    for flag, names in flags.items():
        for each in list(names)[:1]:
            screen.command(_line(name, flag, each))


def show_claim(screen: Screen, case: Case, name: str, key: str, outcomes: Mapping[str, str]) -> None:
    """Print one claim: its words with their mark, its documents, and what it bears on."""
    _opening(screen, case)
    ledger = ledger_of(case)
    claim = ledger.claims[key]
    facts = [
        (key, with_mark(claim)),
        ("Whose words", given_to(claim)),
        ("Stands in", _cited(claim.document, ledger.documents[claim.document])),
        ("Other documents", CORROBORATION_MEANING[claim.corroboration]),
    ]
    facts += [("Note", claim.note)] if claim.note else []
    screen.facts(facts)
    _documents(screen, "Documents searched, or that agree", claim.sources, ledger.documents)
    _documents(screen, "Documents that say otherwise", claim.against, ledger.documents)
    found = bearings(case, key, name, outcomes)
    show_bearings(screen, found, claim.corroboration)
    if any(each.computed for each in found):
        screen.heading("All of it at once")
        screen.command(_line(name, "--claim", key, "--compute"))
    if claim.untested:
        screen.heading("Not testable here", claim.untested)


def show_bearings(screen: Screen, found: Sequence[Bearing], corroboration: str) -> None:
    """Print what a claim bears on, with the commands that compute it or show what it rests on."""
    if not found:
        return
    below = f"The claim itself: {corroboration.upper()}." if corroboration in ("not found", "contradicted") else ""
    screen.heading("Bears on", below)
    screen.listing(["What", "Name", "Meaning"], [[each.kind, each.id, each.text] for each in found])
    commands = {
        "Computed by": [each.command for each in found if each.computed and each.kind != "reading"],
        "Rests on": [each.command for each in found if not each.computed],
    }
    for title, lines in commands.items():
        if lines:
            screen.heading(title)
            for line in dict.fromkeys(lines):
                screen.command(line)


def show_assumption(screen: Screen, case: Case, name: str, key: str, drawn: Drawn | None = None) -> None:
    """Print one assumption: its ranges, why, the evidence behind each, the documents, and the claims about it.

    Args:
        screen: where.
        case: the case.
        name: how the person named it.
        key: the assumption.
        drawn: how it is distributed, where it is drawn from the records of other campaigns.

    Raises:
        ValueError: it is drawn from them, and `drawn` is missing.
    """
    _opening(screen, case)
    entry = case.assumptions[key]
    ids = behind(case, key)
    if key in case.pooled:
        if drawn is None:
            raise ValueError(f"{key} is drawn from the records of other campaigns; say how it is distributed")
        _from_others(screen, case, key, drawn)
        low, high = (float(f"{each:.3g}") for each in (drawn.low, drawn.high))
    else:
        _stated(screen, case, key)
        low, high = entry.then
    ledger = ledger_of(case)
    names = dict.fromkeys(source for each in ids for source in ledger.quantities[each].sources)
    _documents(screen, "Documents", tuple(names), ledger.documents)
    _claims(screen, case, claims_on(case, "assumption", key))
    screen.heading("Where it came from, and to contest it")
    for each in ids:
        screen.command(_line(name, "--quantity", each))
    if entry.distribution != "beta" or key in case.pooled:
        verb = "run" if can_be_run(case) else "backtest"
        screen.command(shlex.join(["closedsky", verb, name, "--set", f"{key}={low:g}..{high:g}"]))


def _stated(screen: Screen, case: Case, key: str) -> None:
    """An assumption whose range the case, or a shared set as it stands, states."""
    entry, ledger = case.assumptions[key], ledger_of(case)
    shape = "shape parameters" if entry.distribution == "beta" else entry.unit
    known = all(dating(ledger.quantities[each], case.decided) == "then" for each in entry.evidence.then)
    screen.facts(
        [
            (key, entry.label),
            ("Then", f"{_pair(entry.then)} {shape} ({entry.distribution}): {THEN if known else SHARED}"),
            ("Now", f"{_pair(entry.now)} {shape}: wide enough for the record"),
            ("Basis", f"{entry.basis}: {BASIS_MEANING[entry.basis]}"),
            ("Why", entry.reason),
        ]
    )
    for view, ids in (("then", entry.evidence.then), ("now", entry.evidence.now)):
        title = f"Evidence behind the range of the view {view}"
        if ids:
            _quantities(screen, case, title, ids)
        else:
            screen.heading(title, "None is named; it rests on the reason above.")


def _from_others(screen: Screen, case: Case, key: str, drawn: Drawn) -> None:
    """An assumption that is drawn from the records of other campaigns, and what of this one is left out."""
    entry, pooled, own, basis = case.assumptions[key], case.pooled[key], case.left_out.get(key), basis_behind(case, key)
    band = f"median {figure(drawn.median)}, 9 in 10 between {figure(drawn.low)} and {figure(drawn.high)} {entry.unit}"
    whence = "from the records of other campaigns" if pooled.campaigns else "from the prior alone"
    left = f"this campaign's own value, {_on_record(own)}, takes no part in it" if own else NONE_OF_ITS_OWN
    screen.facts(
        [
            (key, entry.label),
            ("Drawn", f"{whence}: {band}"),
            ("Left out", left),
            ("Basis", f"{basis}: {BASIS_MEANING[basis]}"),
        ]
    )
    below = "" if pooled.campaigns else "None: no other campaign has it on record."
    screen.heading("The campaigns behind it", below)
    if pooled.campaigns:
        rows = [[each.case, _on_record(each), each.reason] for each in pooled.campaigns]
        screen.listing(["Campaign", f"On record ({entry.unit})", "How it was read"], rows)
        _quantities(screen, case, "Evidence behind their values", behind(case, key))
    screen.heading(
        "The prior, before any campaign is seen",
        f"The mean of all campaigns is normal on the {pooled.scale} scale: in the middle {figure(pooled.centre)} "
        f"{entry.unit}, with a standard deviation of {pooled.spread:g} on that scale. Campaigns lie around it with a "
        f"standard deviation that is itself half-normal, of scale {pooled.between:g}. {pooled.reason}",
    )


def _on_record(each: PastCampaign) -> str:
    """What one campaign says of a factor: a value with its range, or a count."""
    if each.events is not None and each.exposure is not None:
        return f"{each.events:,.10g} in {each.exposure:,.10g}"
    low, value, high = (None if x is None else f"{x:,.10g}" for x in (each.low, each.value, each.high))
    if low is not None and high is not None:
        return f"{value} ({low} to {high})"
    return f"{value}" + (f" (from {low})" if low is not None else "") + (f" (to {high})" if high is not None else "")


def show_quantity(screen: Screen, case: Case, name: str, key: str) -> None:
    """Print one quantity: its values and documents, and everything that rests on it."""
    _opening(screen, case)
    ledger = ledger_of(case)
    entry, used = ledger.quantities[key], uses(case)[key]
    when = entry.date or ("timeless" if entry.timeless else NOTHING)
    facts = [
        (key, f"{_values(entry)} {entry.unit}"),
        ("Date", f"{when}: {DATINGS[dating(entry, case.decided)]}"),
        ("Basis", f"{basis_of(entry)}: {BASIS_MEANING.get(basis_of(entry), LOOKED_FOR)}"),
    ]
    facts += [("Tags", ", ".join(entry.tags))] if entry.tags else []
    facts += [("Note", entry.note)] if entry.note else []
    screen.facts(facts)
    _documents(screen, "Documents", entry.sources, ledger.documents)
    screen.heading("Used by", "" if used.any else UNUSED)
    rows = [["assumption, view then", each, case.assumptions[each].label] for each in used.then]
    rows += [["assumption, view now", each, case.assumptions[each].label] for each in used.now]
    rows += [["assumption, as another campaign's", each, case.assumptions[each].label] for each in used.others]
    rows += [["number", each, case.numbers[each].label] for each in used.numbers]
    for each in used.levers:
        option, lever = each.split(".", 1)
        rows.append(["lever", each, f"{case.options[option].label}: {case.levers[lever].label}"])
    rows += [["proposal of an option", each, case.options[each].label] for each in used.options]
    rows += [["LEFT OUT: this campaign's own", each, case.assumptions[each].label] for each in used.left_out]
    rows += [["record, only compared", each, case.recorded[each].label] for each in used.recorded]
    if rows:
        screen.listing(["What", "Name", "Label"], rows)
    _claims(screen, case, used.claims)
    back = dict.fromkeys((*used.assumptions, *used.left_out))
    if back:
        screen.heading("And back")
        for each in back:
            screen.command(_line(name, "--assumption", each))


def show_verification(screen: Screen, found: Verification, case: Case) -> None:
    """Print whether every quotation stands in its document."""
    screen.say(f"{case.title}: quotations held against {printable(found.folder)}", "bold")
    for each in found.documents:
        if each.file:
            state = {True: "unaltered", False: "ALTERED", None: "no digest on record"}[each.unaltered]
            stand = sum(one.found for one in each.quotations)
            where = f"{printable(each.file)} (found by {each.by}): {state}"
            screen.say(f"{each.id}: {where}; {stand} of {len(each.quotations)} quotations stand in it verbatim")
    faults = found.faults()
    if faults:
        screen.heading("Not as it should be")
        for line in faults:
            screen.say(printable(line))
    screen.print()
    screen.say(found.summary(), "bold")


def _opening(screen: Screen, case: Case) -> None:
    screen.say(NOT_A_FORECAST, "bold")
    screen.heading(f"{case.title}: who said so")


def _by_basis(screen: Screen, case: Case) -> None:
    quantities = ledger_of(case).quantities.values()
    cells = Counter((basis_of(each), dating(each, case.decided)) for each in quantities)
    assumptions: Counter[str] = Counter(basis_behind(case, each) for each in case.assumptions)
    datings = [each for each in DATINGS if any(when == each for _, when in cells)]
    rows = []
    for basis in (*BASIS_MEANING, NOT_FOUND):
        numbers = [*(cells[basis, when] for when in datings), assumptions[basis]]
        if any(numbers):
            rows.append(
                [f"{basis}: {BASIS_MEANING.get(basis, LOOKED_FOR)}", *(str(each or NOTHING) for each in numbers)]
            )
    day = f"{case.decided.day} {case.decided:%B} {case.decided.year}"
    screen.heading("By basis and date", f"Usable then: about {day}, the day of the decision, or earlier.")
    screen.rows(["Basis", *(f"Quantities\n{HEADS[each]}" for each in datings), "Assumptions"], rows)


def _by_corroboration(screen: Screen, case: Case) -> None:
    claims = ledger_of(case).claims.values()
    rows = []
    for state, meaning in CORROBORATION_MEANING.items():
        direct = sum(each.kind == "direct quote" for each in claims if each.corroboration == state)
        count = sum(each.corroboration == state for each in claims)
        rows.append([state, str(count), str(direct) if direct else NOTHING, meaning])
    screen.heading("By corroboration")
    screen.listing(["State", "Claims", "Direct quotations", "Meaning"], rows)


def _quantities(screen: Screen, case: Case, title: str, ids: Sequence[str]) -> None:
    ledger = ledger_of(case)
    screen.heading(title)
    for each in ids:
        entry = ledger.quantities[each]
        about = f"{basis_of(entry)}; {entry.date or 'timeless'}; {', '.join(entry.sources)}"
        screen.say(f"{each}: {_values(entry)} {entry.unit} ({about})" + (f". {entry.note}" if entry.note else ""))


def _documents(screen: Screen, title: str, ids: Sequence[str], documents: Mapping[str, Document]) -> None:
    if not ids:
        return
    screen.heading(title)
    for each in ids:
        screen.say(_cited(each, documents[each]))
        if documents[each].link:
            screen.command(str(documents[each].link))


def _claims(screen: Screen, case: Case, ids: Sequence[str]) -> None:
    if not ids:
        return
    claims = ledger_of(case).claims
    screen.heading("Claims that bear on it", MARKS)
    rows = [[each, with_mark(claims[each]), given_to(claims[each])] for each in ids]
    screen.listing(["Claim", "Words", "Whose"], rows)


def _repeats(case: Case, key: str) -> str:
    return f"(repeats {key}, {ledger_of(case).claims[key].corroboration})"


def _cited(key: str, document: Document) -> str:
    parts = [document.title, document.publisher, *([document.date] if document.date else [])]
    return f"{key}: {', '.join(parts)}"


def _values(entry: Quantity) -> str:
    low, value, high = (NOTHING if x is None else f"{x:,.10g}" for x in (entry.low, entry.value, entry.high))
    if low == high == NOTHING:
        return value
    if NOTHING not in (low, high) and value not in (NOTHING, low, high):
        return f"{low} to {high}, {value} stated"
    known = [each for each in dict.fromkeys((low, value, high)) if each != NOTHING]
    return " to ".join((known[0], known[-1])) if len(known) > 1 else known[0]


def _pair(pair: tuple[float, float]) -> str:
    return f"{pair[0]:g} to {pair[1]:g}"


def _line(name: str, *words: str) -> str:
    return shlex.join(["closedsky", "evidence", name, *words])

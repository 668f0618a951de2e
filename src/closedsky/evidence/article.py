"""Somebody's article, sentence by sentence: whose words of the ledger stand in it, and what is computed for them.

Words are compared, never meaning. A claim is *exact* where its words stand in the sentence verbatim (white space
folded), *altered* where a passage of the sentence is so like them that one of the two was changed, and else not
there: a claim put in other words is not recognised, and nothing here guesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from closedsky.cases.schema import Case, Ledger
from closedsky.evidence.ledger import ledger_of
from closedsky.evidence.links import Bearing, bearings
from closedsky.evidence.sentences import quotations, sentences
from closedsky.evidence.text import EvidenceError, difference, digest_of, fold, holds, likeness, nearest, shared

Status = Literal["exact", "altered", "unknown"]
Standing = Literal["computed", "on record", "not testable here", "unknown"]

MOST_BYTES = 300_000
"""Bytes of an article: some fifty thousand words."""

MOST_SENTENCES = 5_000
BAR = 0.75
"""Likeness from which a passage counts as altered words: three words in four, in their order."""

LEAST = 4
"""Fewer words than this are recognised only between marks of quotation: 'prolonging the war' is anybody's phrase."""

LEAST_ALTERED = 6
"""Fewer words than this are not looked for in an altered form outside marks of quotation."""

UNKNOWN = "no words of the ledger found here"
OTHERS = "the rest of this sentence is not in the ledger"
STANDINGS: Mapping[Standing, str] = {
    "computed": "bears on something that is computed",
    "on record": "held against what is on record, nothing computed",
    "not testable here": "nothing here could test it, for the reason given",
    "unknown": UNKNOWN,
}


@dataclass(frozen=True)
class Found:
    """A claim, or a remark, whose words stand in a sentence.

    Attributes:
        id: of the claim or remark.
        status: exact or altered.
        difference: for altered words, the two texts as one: [-in the ledger-] {+in the article+}.
    """

    id: str
    status: Status
    difference: str = ""


@dataclass(frozen=True)
class QuotationRead:
    """Words between marks of quotation.

    Attributes:
        text: the words.
        status: exact, altered, or unknown to the ledger.
        claim: id of the claim that holds them.
        difference: as for `Found`.
        checked: the part that the ledger holds; shorter than `text` where the ledger trimmed it.
    """

    text: str
    status: Status
    claim: str | None = None
    difference: str = ""
    checked: str = ""


@dataclass(frozen=True)
class SentenceRead:
    """One sentence: its words, what of the ledger stands in it, and what comes of that.

    Attributes:
        number: place in the article, from 1.
        text: the sentence, white space folded.
        status: altered where any words are, exact where some are and none altered, else unknown.
        standing: whether something is computed for it, is on record, is not testable here, or unknown.
        claims, remarks, quotations: what was found.
        bears_on: what its claims bear on, each once.
        reasons: why nothing is computed, for each part of it for which nothing is.
    """

    number: int
    text: str
    status: Status
    standing: Standing
    claims: tuple[Found, ...]
    remarks: tuple[Found, ...]
    quotations: tuple[QuotationRead, ...]
    bears_on: tuple[Bearing, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ArticleReading:
    """An article held against the ledger of a case.

    Attributes:
        document: id of the ledger's document that this text is, unaltered; None where it is none of them.
        sentences: in their order.
        ledger: of the case.
    """

    document: str | None
    sentences: tuple[SentenceRead, ...]
    ledger: Ledger

    def counted(self) -> dict[str, dict[str, int]]:
        """Count sentences by status and standing, and quotations by status and corroboration."""
        quotes = [each for sentence in self.sentences for each in sentence.quotations]
        marks = (self.ledger.claims[each.claim].corroboration for each in quotes if each.claim)
        return {
            "sentences_by_status": dict(Counter(each.status for each in self.sentences)),
            "sentences_by_standing": dict(Counter(each.standing for each in self.sentences)),
            "quotations_by_status": dict(Counter(each.status for each in quotes)),
            "quotations_by_corroboration": dict(Counter(marks)),
        }

    def summary(self) -> str:
        """Say in one sentence how much of the article the ledger holds."""
        found = self.counted()
        standing, quotes = found["sentences_by_standing"], found["quotations_by_status"]
        doubted = found["quotations_by_corroboration"]
        known = sum(n for status, n in quotes.items() if status != "unknown")
        text = (
            f"Of {_number(len(self.sentences), 'sentence')}, {standing.get('computed', 0)} bear on something that is "
            f"computed, {standing.get('on record', 0)} on what is on record, {standing.get('not testable here', 0)} "
            f"cannot be tested here and {standing.get('unknown', 0)} hold no words of the ledger"
        )
        if not quotes:
            return f"{text}; nothing stands between marks of quotation."
        return (
            f"{text}; of {_number(sum(quotes.values()), 'quotation')} the ledger holds {known}, "
            f"{doubted.get('not found', 0)} of them in no source that was found and "
            f"{doubted.get('contradicted', 0)} contradicted."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; a claim carries its corroboration wherever it stands."""
        return {
            "summary": self.summary(),
            "document": self.document,
            "counts": self.counted(),
            "sentences": [self._sentence(each) for each in self.sentences],
        }

    def _sentence(self, of: SentenceRead) -> dict[str, Any]:
        return {
            "number": of.number,
            "text": of.text,
            "status": of.status,
            "standing": of.standing,
            "claims": [self._claim(each) for each in of.claims],
            "remarks": [self._remark(each) for each in of.remarks],
            "quotations": [self._quotation(each) for each in of.quotations],
            "bears_on": [each.to_dict() for each in of.bears_on],
            "reasons": list(of.reasons),
        }

    def _claim(self, found: Found) -> dict[str, Any]:
        claim = self.ledger.claims[found.id]
        return {
            "id": found.id,
            "status": found.status,
            "quote": claim.quote,
            "corroboration": claim.corroboration,
            "kind": claim.kind,
            "speaker": claim.speaker,
            "note": claim.note,
            "difference": found.difference or None,
        }

    def _remark(self, found: Found) -> dict[str, Any]:
        remark = self.ledger.remarks[found.id]
        repeated = self.ledger.claims[remark.repeats].corroboration if remark.repeats else None
        repeats = {"repeats": remark.repeats, "corroboration": repeated}
        return {"id": found.id, "status": found.status, "quote": remark.quote, "reason": remark.reason, **repeats}

    def _quotation(self, found: QuotationRead) -> dict[str, Any]:
        corroboration = self.ledger.claims[found.claim].corroboration if found.claim else None
        return {
            "text": found.text,
            "status": found.status,
            "claim": found.claim,
            "corroboration": corroboration,
            "checked": found.checked or None,
            "difference": found.difference or None,
        }


def read_article(text: str, case: Case, name: str, outcomes: Mapping[str, str]) -> ArticleReading:
    """Hold an article against the ledger of a case.

    Args:
        text: the article.
        case: the case with its ledger.
        name: the case as the person named it, for the commands.
        outcomes: label of every outcome of the model.

    Returns:
        One entry for each sentence.

    Raises:
        EvidenceError: more than `MOST_SENTENCES` sentences, or a claim names an outcome that the model does not have.
    """
    ledger = ledger_of(case)
    digest = digest_of(text)
    document = next((key for key, each in ledger.documents.items() if each.digest == digest), None)
    leads = {key: bearings(case, key, name, outcomes) for key in ledger.claims}
    found = sentences(text)
    if len(found) > MOST_SENTENCES:
        raise EvidenceError(f"the article holds {len(found):,} sentences; at most {MOST_SENTENCES:,} are read")
    read = [_read(number, each, ledger, leads) for number, each in enumerate(found, 1)]
    return ArticleReading(document, tuple(read), ledger)


def _read(number: int, text: str, ledger: Ledger, leads: Mapping[str, tuple[Bearing, ...]]) -> SentenceRead:
    quoted = tuple(_quotation(each, text, ledger) for each in quotations(text))
    by_marks = {each.claim: Found(each.claim, each.status, each.difference) for each in quoted if each.claim}
    claims = [by_marks.get(key) or _found(key, claim.quote, text) for key, claim in ledger.claims.items()]
    there = tuple(each for each in claims if each)
    remarks = tuple(Found(key, "exact") for key, remark in ledger.remarks.items() if _exact(fold(remark.quote), text))
    repeated = [ledger.remarks[each.id].repeats for each in remarks]
    ids = list(dict.fromkeys([*(each.id for each in there), *(key for key in repeated if key)]))
    bears_on = tuple(dict.fromkeys(each for key in ids for each in leads[key]))
    reasons = [ledger.claims[key].untested for key in ids] + [
        ledger.remarks[each.id].reason for each in remarks if not ledger.remarks[each.id].repeats
    ]
    status: Status = "exact" if there or remarks else "unknown"
    if any(each.status == "altered" for each in there):
        status = "altered"
    if status == "unknown":
        return SentenceRead(number, text, status, "unknown", (), (), quoted, (), (UNKNOWN,))
    standing: Standing = "on record" if bears_on else "not testable here"
    if any(each.computed for each in bears_on):
        standing = "computed"
    kept = tuple(dict.fromkeys(reason for reason in reasons if reason))
    return SentenceRead(number, text, status, standing, there, remarks, quoted, bears_on, kept)


def _exact(quote: str, text: str) -> bool:
    return len(quote.split()) >= LEAST and holds(text, quote)


def _found(key: str, words: str, text: str) -> Found | None:
    """Whether the words of one claim stand in a sentence, verbatim or altered."""
    quote = fold(words)
    if _exact(quote, text):
        return Found(key, "exact")
    if len(quote.split()) < LEAST_ALTERED or shared(quote, text) < BAR:
        return None
    near = nearest(quote, text)
    return Found(key, "altered", difference(quote, near.text)) if near.ratio >= BAR else None


def _quotation(text: str, sentence: str, ledger: Ledger) -> QuotationRead:
    """Hold words between marks of quotation against the direct quotations of the ledger."""
    core = text.strip(" ,.;:!?…")
    near: list[tuple[float, str, str]] = []
    for key, claim in ledger.claims.items():
        if claim.kind != "direct quote":
            continue
        quote = fold(claim.quote)
        if holds(core, quote):
            return QuotationRead(text, "exact", key, checked=quote)
        if holds(quote, core) and (len(core.split()) >= LEAST or _exact(quote, sentence)):
            return QuotationRead(text, "exact", key, checked=core)
        passage = nearest(quote, core).text if len(core.split()) > len(quote.split()) else core
        near.append((likeness(quote, passage), key, passage))
    ratio, key, passage = max(near, default=(0.0, "", ""))
    if ratio < BAR or 2 * shared(ledger.claims[key].quote, passage) < 1:
        return QuotationRead(text, "unknown")
    return QuotationRead(text, "altered", key, difference(fold(ledger.claims[key].quote), passage))


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"

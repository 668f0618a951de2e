"""What stands at the end of a report: every assumption with its range and evidence, every claim with its mark."""

from __future__ import annotations

from dataclasses import dataclass

from closedsky.cases.schema import BASIS_MEANING, Assumption, Case, Document
from closedsky.evidence.ledger import CORROBORATION_MEANING, given_to, ledger_of, mark
from closedsky.reading.conditions import amount
from closedsky.reading.coordinate_words import relation_words

LINKS = ("https://", "http://")
"""Addresses that become links; any other stays text."""


@dataclass(frozen=True)
class AssumptionRow:
    """One assumption.

    Attributes:
        id: its name in the case.
        label: what it is.
        then, now: its range in either view, with unit.
        basis: one of six.
        reason: why this range.
        evidence: ids of quantities behind it.
    """

    id: str
    label: str
    then: str
    now: str
    basis: str
    reason: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class ClaimRow:
    """One claim of the article, in its own words.

    Attributes:
        id: in the ledger.
        quote: verbatim.
        whose: to whom the document gives the words.
        mark: what other documents make of it, in capitals where nothing bears it out.
        meaning: of the mark.
        sources, against: ids of documents that agree or were searched, and that say otherwise.
        untested: why nothing is computed for it, if so.
    """

    id: str
    quote: str
    whose: str
    mark: str
    meaning: str
    sources: tuple[str, ...]
    against: tuple[str, ...]
    untested: str


@dataclass(frozen=True)
class DocumentRow:
    """One document.

    Attributes:
        id: in the ledger.
        title, publisher, date: of it.
        link: its address where it has one that can be opened; None otherwise.
    """

    id: str
    title: str
    publisher: str
    date: str
    link: str | None


@dataclass(frozen=True)
class Appendix:
    """The ledger of a case.

    Attributes:
        bases: (basis, meaning, how many assumptions).
        relations: (what assumptions are about, assumptions).
        claims: in order.
        documents: those that are cited in a claim, or behind a number that an assumption rests on, in order.
    """

    bases: tuple[tuple[str, str, int], ...]
    relations: tuple[tuple[str, tuple[AssumptionRow, ...]], ...]
    claims: tuple[ClaimRow, ...]
    documents: tuple[DocumentRow, ...]


def appendix(case: Case) -> Appendix:
    """Gather the ledger of a case."""
    ledger = ledger_of(case)
    relations: dict[str, list[AssumptionRow]] = {}
    for name, entry in case.assumptions.items():
        relations.setdefault(entry.relation, []).append(_assumption(name, entry))
    bases = [entry.basis for entry in case.assumptions.values()]
    claims = [
        ClaimRow(
            key,
            claim.quote,
            given_to(claim),
            mark(claim),
            CORROBORATION_MEANING[claim.corroboration],
            tuple(claim.sources),
            tuple(claim.against),
            claim.untested,
        )
        for key, claim in ledger.claims.items()
    ]
    return Appendix(
        tuple((name, meaning, bases.count(name)) for name, meaning in BASIS_MEANING.items() if name in bases),
        tuple((_capital(relation_words(name)), tuple(rows)) for name, rows in relations.items()),
        tuple(claims),
        tuple(_document(key, each) for key, each in ledger.documents.items() if key in _cited(case)),
    )


def _cited(case: Case) -> frozenset[str]:
    """Documents that a claim names, or that a number behind an assumption was read in."""
    ledger = ledger_of(case)
    named = {key for claim in ledger.claims.values() for key in (claim.document, *claim.sources, *claim.against)}
    behind = {key for entry in case.assumptions.values() for key in (*entry.evidence.then, *entry.evidence.now)}
    read = {key for name in behind if name in ledger.quantities for key in ledger.quantities[name].sources}
    return frozenset(named | read)


def _assumption(name: str, entry: Assumption) -> AssumptionRow:
    evidence = tuple(dict.fromkeys((*entry.evidence.then, *entry.evidence.now)))
    then, now = range_words(entry, entry.then), range_words(entry, entry.now)
    return AssumptionRow(name, entry.label, then, now, entry.basis, entry.reason, evidence)


def range_words(entry: Assumption, pair: tuple[float, float]) -> str:
    """Say a range of an assumption with its unit."""
    if entry.distribution == "beta":
        return f"beta distribution with {pair[0]:g} and {pair[1]:g}"
    low, high = pair
    return amount(low, entry.unit) if low == high else f"{amount(low, entry.unit)} to {amount(high, entry.unit)}"


def _document(key: str, each: Document) -> DocumentRow:
    link = each.link if each.link and each.link.startswith(LINKS) else None
    return DocumentRow(key, each.title, each.publisher, str(each.date or "undated"), link)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

"""What an assumption rests on: range, basis, dates, reasoning, sources, and what claims say of it, word for word."""

from __future__ import annotations

from typing import Any

from closedsky.cases.schema import BASIS_MEANING, Case, Document, Ledger
from closedsky.evidence.ledger import CORROBORATION_MEANING, basis_of, claims_on, given_to, ledger_of, mark
from closedsky.reading.conditions import amount
from closedsky.reading.coordinate_words import relation_words
from closedsky.showing.appendix import LINKS, range_words


def drawer(case: Case, name: str) -> dict[str, Any]:
    """Gather what stands behind one assumption.

    Args:
        case: the case.
        name: of the assumption.

    Returns:
        `label`, `unit`, `relation`, `basis`, `meaning`, `reason`, `then` and `now` in words, `quantities` (each with
        the view that rests on it, its range, date, note and sources) and `claims` (each with its words, whose they
        are, and what other documents make of them).

    Raises:
        KeyError: the case has no such assumption.
    """
    entry = case.assumptions[name]
    ledger = ledger_of(case)
    used = {
        key: [view for view, ids in (("then", entry.evidence.then), ("now", entry.evidence.now)) if key in ids]
        for key in dict.fromkeys((*entry.evidence.then, *entry.evidence.now))
    }
    return {
        "name": name,
        "label": entry.label,
        "unit": entry.unit,
        "relation": relation_words(entry.relation),
        "basis": entry.basis,
        "meaning": BASIS_MEANING[entry.basis],
        "reason": entry.reason,
        "then": range_words(entry, entry.then),
        "now": range_words(entry, entry.now),
        "drawn": "drawn from the records of past campaigns" if name in case.pooled else entry.distribution,
        "quantities": [_quantity(ledger, key, views) for key, views in used.items()],
        "claims": [_claim(ledger, key) for key in claims_on(case, "assumption", name)],
        "command": f"closedsky evidence {case.id} --assumption {name}",
    }


def _quantity(ledger: Ledger, key: str, views: list[str]) -> dict[str, Any]:
    found = ledger.quantities.get(key)
    if found is None:  # planning factors and campaigns are kept in files of their own
        return {"id": key, "views": views, "words": "", "date": "", "basis": "", "note": "", "sources": []}
    ends = [value for value in (found.low, found.value, found.high) if value is not None]
    low, high = (min(ends), max(ends)) if ends else (None, None)
    words = "no number"
    if low is not None and high is not None:
        words = amount(low, found.unit) if low == high else f"{amount(low, found.unit)} to {amount(high, found.unit)}"
    return {
        "id": key,
        "views": views,
        "words": words,
        "date": str(found.date or "undated"),
        "basis": basis_of(found),
        "note": found.note,
        "sources": [_document(ledger.documents[each], each) for each in found.sources if each in ledger.documents],
    }


def _claim(ledger: Ledger, key: str) -> dict[str, Any]:
    claim = ledger.claims[key]
    named = [*claim.sources, *claim.against]
    return {
        "id": key,
        "quote": claim.quote,
        "whose": given_to(claim),
        "mark": mark(claim),
        "meaning": CORROBORATION_MEANING[claim.corroboration],
        "document": _document(ledger.documents[claim.document], claim.document),
        "sources": [_document(ledger.documents[each], each) for each in named if each in ledger.documents],
    }


def _document(found: Document, key: str) -> dict[str, Any]:
    link = found.link if found.link and found.link.startswith(LINKS) else None
    return {
        "id": key,
        "title": found.title,
        "publisher": found.publisher,
        "date": str(found.date or "undated"),
        "link": link,
    }

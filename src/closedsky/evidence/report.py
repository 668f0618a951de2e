"""The ledger, or one entry of it with all that it leads to, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from closedsky.cases.problems import nearest_name
from closedsky.cases.schema import Case
from closedsky.evidence.campaigns import Drawn, assumption_entry, behind
from closedsky.evidence.ledger import basis_of, claims_on, counts, dating, ledger_of, mark, uses
from closedsky.evidence.links import bearings
from closedsky.version import __version__

SCHEMA = "closedsky-evidence-report/1"


class UnknownEntry(ValueError):
    """A name that is not in the ledger; the message is one line with the nearest right one."""


@dataclass(frozen=True)
class Selection:
    """Which entries of a ledger are asked for, each by id in its order."""

    claims: tuple[str, ...]
    quantities: tuple[str, ...]
    assumptions: tuple[str, ...]
    documents: tuple[str, ...]


def select(
    case: Case, claim: str | None = None, assumption: str | None = None, quantity: str | None = None
) -> Selection:
    """Choose one entry and all that it leads to, back and forth; everything where none is named.

    Args:
        case: the case.
        claim: id of a claim: with the quantities that it is held against and its documents.
        assumption: key of an assumption: with its evidence, the documents of that, and the claims that bear on it.
        quantity: id of a quantity: with the assumptions that rest on it, those from whose range it is left out, its
            documents and its claims.

    Raises:
        UnknownEntry: there is no such entry.
    """
    ledger = ledger_of(case)
    _known("claim", claim, ledger.claims)
    _known("assumption", assumption, case.assumptions)
    _known("quantity", quantity, ledger.quantities)
    if claim is None and assumption is None and quantity is None:
        return Selection(
            tuple(ledger.claims), tuple(ledger.quantities), tuple(case.assumptions), tuple(ledger.documents)
        )
    claims, quantities, assumptions = [claim], [quantity], [assumption]
    if claim is not None:
        quantities += [link.quantity for link in ledger.claims[claim].bears_on]
        assumptions += [link.assumption for link in ledger.claims[claim].bears_on]
    if assumption is not None:
        quantities += behind(case, assumption)
        claims += claims_on(case, "assumption", assumption)
    if quantity is not None:
        used = uses(case)[quantity]
        assumptions += [*used.assumptions, *used.left_out]
        claims += used.claims
    chosen_claims, chosen_quantities = _once(claims), _once(quantities)
    documents: list[str] = []
    for key in chosen_claims:
        entry_ = ledger.claims[key]
        documents += [entry_.document, *entry_.sources, *entry_.against]
    for key in chosen_quantities:
        documents += ledger.quantities[key].sources
    return Selection(chosen_claims, chosen_quantities, _once(assumptions), _once(documents))


def report(
    case: Case, name: str, outcomes: Mapping[str, str], chosen: Selection, drawn: Mapping[str, Drawn] | None = None
) -> dict[str, Any]:
    """Return the chosen entries as plain JSON values; every claim carries its corroboration.

    Args:
        case: the case.
        name: the case as the person named it, for the commands.
        outcomes: label of every outcome of the model.
        chosen: which entries.
        drawn: by assumption, how what is drawn from other campaigns' records is distributed; null where not given.

    Raises:
        EvidenceError: a claim names an outcome that the model does not have.
    """
    ledger = ledger_of(case)
    used = uses(case)
    remarks = {
        key: remark.model_dump()
        for key, remark in ledger.remarks.items()
        if remark.document in chosen.documents and len(chosen.claims) == len(ledger.claims)
    }
    return {
        "schema": SCHEMA,
        "version": __version__,
        "case": case.id,
        "title": case.title,
        "case_digest": case.digest(),
        "decided": case.decided.isoformat(),
        "counts": counts(case),
        "claims": [_claim(case, key, name, outcomes) for key in chosen.claims],
        "remarks": [{"id": key, **remark} for key, remark in remarks.items()],
        "quantities": [
            {
                "id": key,
                **ledger.quantities[key].model_dump(mode="json", by_alias=True),
                "basis": basis_of(ledger.quantities[key]),
                "dating": dating(ledger.quantities[key], case.decided),
                "used_by": used[key].to_dict(),
            }
            for key in chosen.quantities
        ],
        "assumptions": [
            {
                **assumption_entry(case, key, (drawn or {}).get(key)),
                "claims": list(claims_on(case, "assumption", key)),
            }
            for key in chosen.assumptions
        ],
        "documents": [{"id": key, **ledger.documents[key].model_dump(mode="json")} for key in chosen.documents],
    }


def _claim(case: Case, key: str, name: str, outcomes: Mapping[str, str]) -> dict[str, Any]:
    claim = ledger_of(case).claims[key]
    return {
        "id": key,
        "quote": claim.quote,
        "corroboration": claim.corroboration,
        "mark": mark(claim),
        "document": claim.document,
        "speaker": claim.speaker,
        "kind": claim.kind,
        "sources": list(claim.sources),
        "against": list(claim.against),
        "bears_on": [each.to_dict() for each in bearings(case, key, name, outcomes)],
        "untested": claim.untested or None,
        "note": claim.note,
    }


def _known(kind: str, name: str | None, names: Iterable[str]) -> None:
    known = list(names)
    if name is not None and name not in known:
        near = nearest_name(name, known)
        hint = f"did you mean {near}?" if near else "closedsky evidence CASE lists what there is"
        raise UnknownEntry(f"no {kind} {name!r} in the evidence; {hint}")


def _once(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))

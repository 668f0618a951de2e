"""An assumption that is drawn from the records of other campaigns: what stands behind it, and what is left out.

For such an assumption the range that a shared set states, and the evidence behind it, are not used. What is drawn comes
from the other campaigns and a prior (`Pooled`); this campaign's own value is left out, so that it can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from closedsky.cases.schema import Case


@dataclass(frozen=True)
class Drawn:
    """How a factor is distributed in a campaign that is not among those behind it, in the assumption's unit.

    Attributes:
        median: middle of the draws.
        low, high: band that holds 9 in 10 of them.
    """

    median: float
    low: float
    high: float


def behind(case: Case, key: str) -> tuple[str, ...]:
    """Ids of the evidence that an assumption rests on in a case, in either view, each once.

    >>> from closedsky.cases import load_case
    >>> case = load_case("odyssey-dawn-2011")
    >>> any(name in case.left_out["sam_kill"].evidence for name in behind(case, "sam_kill"))
    False

    Raises:
        KeyError: the case has no such assumption.
    """
    entry, pooled = case.assumptions[key], case.pooled.get(key)
    if pooled is None:
        return tuple(dict.fromkeys((*entry.evidence.then, *entry.evidence.now)))
    return tuple(dict.fromkeys(name for each in pooled.campaigns for name in each.evidence))


def basis_behind(case: Case, key: str) -> str:
    """The basis of an assumption in a case: one from other campaigns is derived, or judged where there are none.

    >>> from closedsky.cases import load_case
    >>> basis_behind(load_case("allied-force-1999"), "exchange")
    'judged'

    Raises:
        KeyError: the case has no such assumption.
    """
    entry, pooled = case.assumptions[key], case.pooled.get(key)
    if pooled is None:
        return entry.basis
    return "derived" if pooled.campaigns else "judged"


def assumption_entry(case: Case, key: str, drawn: Drawn | None) -> dict[str, Any]:
    """One assumption as plain values, with `from_other_campaigns` where it is drawn from them, else null.

    What a shared set states for cases that are none of its campaigns (range, reason, evidence) is then null or empty.

    Args:
        case: the case.
        key: the assumption.
        drawn: how it is distributed, where it is drawn from other campaigns and that was computed.

    >>> from closedsky.cases import load_case
    >>> entry = assumption_entry(load_case("odyssey-dawn-2011"), "sam_kill", Drawn(0.1, 0.01, 0.4))
    >>> entry["then"], entry["from_other_campaigns"]["band_90"]
    (None, [0.01, 0.4])

    Raises:
        KeyError: the case has no such assumption.
    """
    entry: dict[str, Any] = {"id": key, **case.assumptions[key].model_dump(mode="json")}
    pooled = case.pooled.get(key)
    if pooled is None:
        return entry | {"from_other_campaigns": None}
    own = case.left_out.get(key)
    found = {
        "median": drawn.median if drawn else None,
        "band_90": [drawn.low, drawn.high] if drawn else None,
        "law": pooled.law,
        "prior": {name: getattr(pooled, name) for name in ("scale", "centre", "spread", "between", "reason")},
        "campaigns": [each.model_dump(mode="json") for each in pooled.campaigns],
        "left_out": own.model_dump(mode="json") if own else None,
    }
    stated: dict[str, Any] = {
        "distribution": None,
        "then": None,
        "now": None,
        "reason": None,
        "evidence": {"then": [], "now": []},
    }
    return entry | stated | {"basis": basis_behind(case, key), "from_other_campaigns": found}

"""Shared factors of a campaign: what the records of the others say, and what its own would have said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.cases.schema import Case
from closedsky.reading.record import MOST
from closedsky.reading.scores import HALF_OF_ONE
from closedsky.reading.statistics import plain

Values = NDArray[np.float64]


@dataclass(frozen=True)
class OwnRecord:
    """What a campaign's own record says of a factor; it was not used to predict it.

    Attributes:
        low, value, high: in the factor's unit; for counts the ends of a band that holds 9 in 10.
        events, exposure: counted; None for a measured value.
    """

    low: float
    value: float
    high: float
    events: float | None = None
    exposure: float | None = None


@dataclass(frozen=True)
class HeldFactor:
    """A factor as it was drawn from the other campaigns, beside this campaign's own.

    Attributes:
        name, label, unit: of the assumption.
        others: campaigns behind the draws, in the order of the file.
        median: of the draws.
        most: band that holds 9 in 10 of them.
        own: this campaign's own; None where it has none on record.
    """

    name: str
    label: str
    unit: str
    others: tuple[str, ...]
    median: float
    most: tuple[float, float]
    own: OwnRecord | None

    @property
    def inside(self) -> bool | None:
        """Whether the recorded range meets the predicted band; None where there is none on record."""
        return None if self.own is None else self.verdict == "inside"

    @property
    def verdict(self) -> str:
        """Where the record lies, in words; empty where there is none."""
        if self.own is None:
            return ""
        return "above" if self.own.low > self.most[1] else "below" if self.own.high < self.most[0] else "inside"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "assumption": self.name,
            "label": self.label,
            "unit": self.unit,
            "others": list(self.others),
            "predicted": {"median": plain(self.median), "band_90": [plain(each) for each in self.most]},
            "recorded": vars(self.own) if self.own else None,
            "inside": self.inside,
            "verdict": self.verdict or None,
        }


def own_record(case: Case, name: str) -> OwnRecord | None:
    """What a campaign's own record says of a factor that is drawn from the others.

    Args:
        case: the campaign.
        name: the assumption.

    Returns:
        A measured value with its range; or a rate or share with the band that holds it 9 times in 10 after events were
        counted over an exposure, with the prior of Jeffreys (1946), up to the end of the scale where none, or all, were
        counted (Brown, Cai & DasGupta 2001, Statistical Science 16). None where nothing is on record.
    """
    past, pooled = case.left_out.get(name), case.pooled.get(name)
    if past is None or pooled is None:
        return None
    if past.value is not None:
        low = past.value if past.low is None else past.low
        return OwnRecord(low, past.value, past.value if past.high is None else past.high)
    if past.events is None or past.exposure is None:
        return None
    events, exposure = past.events, past.exposure
    if pooled.law == "binomial":
        ends = special.betaincinv(events + HALF_OF_ONE, exposure - events + HALF_OF_ONE, MOST)
    else:
        ends = special.gammaincinv(events + HALF_OF_ONE, MOST) / exposure
    low = float(ends[0]) if events else 0.0
    high = 1.0 if pooled.law == "binomial" and events == exposure else float(ends[1])
    return OwnRecord(low, events / exposure, high, events, exposure)


def hold_factors(case: Case, factors: Mapping[str, Values]) -> tuple[HeldFactor, ...]:
    """Hold the factors drawn from other campaigns against this campaign's own record.

    Args:
        case: the campaign.
        factors: draws by assumption, shape (future,); what is not finite is left out.

    Raises:
        KeyError: a factor that is not an assumption of the case.
    """
    held = []
    for name, draws in factors.items():
        about, pooled = case.assumptions[name], case.pooled.get(name)
        others = tuple(each.case for each in pooled.campaigns) if pooled else ()
        finite = draws[np.isfinite(draws)]
        low, median, high = np.quantile(finite, [MOST[0], 0.5, MOST[1]]).tolist() if len(finite) else [np.nan] * 3
        held.append(HeldFactor(name, about.label, about.unit, others, median, (low, high), own_record(case, name)))
    return tuple(held)

"""One past air campaign held against its record, item by item, beside the naive forecaster."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.recorded import QUANTITIES
from closedsky.cases.schema import Case
from closedsky.reading.backtest import RATIO, Backtest, Coverage, Item, backtest
from closedsky.reading.factors import HeldFactor, hold_factors
from closedsky.reading.naive import Foreseen, foresee, foresee_told, score
from closedsky.reading.record import Chance, Number, Reading, Values, seen
from closedsky.reading.statistics import Share, plain


@dataclass(frozen=True)
class Campaign:
    """What a run says about one campaign.

    Attributes:
        case: the campaign.
        values: by recorded item, one number for each future, shape (future,); NaN where there is none.
        on: by recorded item, whether things stand as they really did (the zone has been kept), shape (future,).
        factors: by assumption, the draws from the other campaigns' records that were used, shape (future,).
        fates: share of all futures in which each thing became of the zone, by name.
    """

    case: Case
    values: Mapping[str, Values]
    on: Mapping[str, NDArray[np.bool_]]
    factors: Mapping[str, Values]
    fates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """One thing on record, what the futures say of it and what the naive forecaster does.

    Attributes:
        item: the record against the futures; those in which the zone is kept count, as it really was.
        foreseen: the naive forecast, with the law behind it, or why there is none; None for what is not predicted.
        skill: 1 less the ratio of the two scores: 1 is perfect, 0 no better than naive, below 0 worse; None where there
            is no naive forecast, or a perfect one.
        sharpness: width of the band of 9 in 10 futures over that of the naive forecast; None where there is none.
        again: whether it says the same thing as another item that is compared, and so is not counted.
        skill_all: the skill over all futures, also those in which the zone is given up.
        skill_told: the skill against a forecaster that is told how many aircraft there were; None but for sorties.
        score: CRPS (of logarithms where the naive forecaster speaks of them) or log score; None without a naive one.
    """

    item: Item
    foreseen: Foreseen | None
    skill: float | None
    sharpness: float | None
    again: bool
    skill_all: float | None = None
    skill_told: float | None = None
    score: float | None = None

    @property
    def constructed(self) -> bool:
        """Whether the model cannot answer otherwise, so that it counts neither for nor against it."""
        quantity = self.item.entry.quantity
        return quantity is not None and QUANTITIES[quantity].constructed

    @property
    def reading(self) -> Reading | None:
        """The record against the futures in which the zone is kept, against all where there is none of them.

        None for what is not predicted, or in no future.
        """
        return self.item.reading

    @property
    def naive(self) -> Reading | None:
        """The record against the naive forecast; None where there is none."""
        return self.foreseen.reading if self.foreseen else None

    @property
    def missed(self) -> bool:
        """Whether the record lies outside the band of 9 in 10 futures, or hardly ever happens."""
        return self.reading is not None and self.reading.missed

    @property
    def excess(self) -> float:
        """How bad a miss is, free of units; 0 for what is not missed.

        For a number, how far outside the band of 9 in 10 futures the record lies, over half the width of the band: of
        logarithms where record and band are above 0. For yes or no, or a bound, the log score. Infinite outside a band
        of one number.
        """
        found = self.reading
        if found is None or not found.missed:
            return 0.0
        return found.log_score if isinstance(found, Chance) else _outside(found)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return self.item.to_dict() | {
            "naive": self.foreseen.to_dict() if self.foreseen else None,
            "score": self.score,
            "skill": self.skill,
            "skill_over_all_futures": self.skill_all,
            "skill_against_told_forecaster": self.skill_told,
            "sharpness": self.sharpness,
            "by_construction": self.constructed,
            "counted": self.reading is not None and not self.again and not self.constructed,
            "missed": self.missed,
            "excess": plain(self.excess),
        }


@dataclass(frozen=True)
class HeldCampaign:
    """A campaign against its record.

    Attributes:
        backtest: all items read over the futures.
        held: the same items beside the naive forecaster.
        factors: shared factors, predicted from the others, beside this campaign's own.
        fates: share of all futures in which each thing became of the zone, by name.
    """

    backtest: Backtest
    held: tuple[Held, ...]
    factors: tuple[HeldFactor, ...]
    fates: Mapping[str, float] = field(default_factory=dict)

    @property
    def kept(self) -> Share | None:
        """Share of futures in which the zone is kept; None where nothing is read over them."""
        return next((each.item.still_on for each in self.held if each.item.still_on is not None), None)

    @property
    def counted(self) -> tuple[Held, ...]:
        """What is compared, each fact once, without what the model cannot answer otherwise."""
        return tuple(each for each in self.held if each.reading is not None and not each.again and not each.constructed)

    @property
    def coverage(self) -> Coverage:
        """Recorded numbers in the bands, each fact once; no ratios, which are made of others, no bounds and events."""
        return self._cover([each.reading for each in self.counted if each.item.entry.quantity != RATIO])

    @property
    def coverage_all(self) -> Coverage:
        """The same over all futures, also those in which the zone is given up."""
        return self._cover([each.item.over_all for each in self.counted if each.item.entry.quantity != RATIO])

    @staticmethod
    def _cover(found: Sequence[Reading | None]) -> Coverage:
        kept = [each for each in found if isinstance(each, Number)]
        return Coverage(sum(each.in_middle for each in kept), sum(not each.missed for each in kept), len(kept))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        found = self.backtest
        return {
            "case": found.case,
            "title": found.title,
            "case_digest": found.digest,
            "option": found.option,
            "zone_kept": self.kept.to_dict() if self.kept else None,
            "items": [each.to_dict() for each in self.held],
            "factors": [each.to_dict() for each in self.factors],
            "coverage": self.coverage.to_dict(),
            "coverage_over_all_futures": self.coverage_all.to_dict(),
            "fates": dict(self.fates),
            "notes": list(found.notes),
        }


def hold_campaign(campaign: Campaign, pool: Sequence[Case], *, futures: int, seed: int, view: str) -> HeldCampaign:
    """Hold one campaign against its record; arguments and errors as of `closedsky.reading.zones.hold_zones`."""
    case = campaign.case
    for key, each in campaign.values.items():
        if np.shape(each) != (futures,):
            raise ValueError(f"{case.id}: {key} has values of shape {np.shape(each)}, not ({futures},)")
    found = backtest(case, campaign.values, campaign.on, view=view, seed=seed)
    if not found.compared:
        raise ValueError(f"{case.id}: no future gave a number")
    naive, told = foresee(case, pool), foresee_told(case, pool)
    held = []
    for item in found.items:
        foreseen, sharpness, ours = naive.get(item.id), None, None
        skills: list[float | None] = [None, None, None]
        if foreseen is not None and item.reading is not None:
            every = campaign.values[item.id]
            kept = every if item.war_on is None else np.where(campaign.on[item.id], every, np.nan)
            ours = _score(item, item.reading, foreseen, kept)
            skills[0] = _skill(ours, foreseen)
            all_futures = ours if item.war_on is None else _score(item, item.over_all, foreseen, every)
            skills[1] = _skill(all_futures, foreseen)
            if item.id in told:
                skills[2] = _skill(_score(item, item.reading, told[item.id], kept), told[item.id])
            sharpness = _sharpness(item.reading, foreseen.reading)
        held.append(Held(item, foreseen, skills[0], sharpness, found.again(item), skills[1], skills[2], ours))
    return HeldCampaign(found, tuple(held), hold_factors(case, campaign.factors), dict(campaign.fates))


def _skill(ours: float | None, foreseen: Foreseen) -> float | None:
    return None if ours is None or not foreseen.score > 0 else 1.0 - ours / foreseen.score


def _score(item: Item, reading: Reading | None, foreseen: Foreseen, values: Values) -> float | None:
    if reading is None or foreseen.reading is None:
        return None
    matrix = values if foreseen.floor is None else seen(item.entry, values)
    return score(foreseen, reading, matrix)


def _sharpness(ours: Reading, naive: Reading | None) -> float | None:
    if not isinstance(ours, Number) or not isinstance(naive, Number) or naive.most[1] <= naive.most[0]:
        return None
    return (ours.most[1] - ours.most[0]) / (naive.most[1] - naive.most[0])


def _outside(found: Number) -> float:
    low, high = found.most
    record = found.record[0] if found.verdict == "above" else found.record[1]
    if min(low, record) > 0:
        low, high, record = math.log(low), math.log(high), math.log(record)
    distance, half = max(low - record, record - high), (high - low) / 2.0
    return distance / half if half > 0 else math.inf

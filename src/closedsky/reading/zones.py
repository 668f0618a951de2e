"""Past air campaigns held against their records, each beside a forecaster that knows only the records of the others.

Shared factors of each campaign were drawn from the other campaigns, later ones too: that tests the relations of the
model, not foresight. Nothing is simulated here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate
from closedsky.reading.backtest import Coverage
from closedsky.reading.held import Campaign, Held, HeldCampaign, hold_campaign
from closedsky.reading.patterns import Pattern, find_patterns
from closedsky.reading.record import Chance, Number
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import plain
from closedsky.reading.words import listed, per_thousand, percent

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Campaign", "Held", "HeldCampaign", "ZoneCoverage", "Zones", "hold_zones"]

SCHEMA = "closedsky-zones/1"

Skill = Literal["skill", "skill_all", "skill_told"]

LEAVE_ONE_OUT = (
    "Leave one out: what a campaign shares with the others is predicted from the records of the others alone, later "
    "ones too. So this tests the relations of the model, and not what could have been foreseen at the time."
)


@dataclass(frozen=True)
class ZoneCoverage:
    """Share of a campaign's recorded numbers inside the bands: the mean over campaigns, each counting once.

    Attributes:
        middle, most: in the band of half, and of 9 in 10, of the futures; the standard error is the spread between
            campaigns over the root of their number, NaN for one.
        campaigns: those with a number on record.
        numbers: of all of them.
    """

    middle: Estimate
    most: Estimate
    campaigns: int
    numbers: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "band_50": self.middle.to_dict(),
            "band_90": self.most.to_dict(),
            "campaigns": self.campaigns,
            "numbers": self.numbers,
        }


@dataclass(frozen=True)
class Zones(Shown):
    """Past air campaigns against their records.

    Attributes:
        campaigns: in the order given.
        patterns: named checks over all of them.
        pool: ids of the campaigns that the naive forecaster may know, each but the one it foresees.
        view, futures, seed: of the run.
        notes: sentences that belong under the tables.
    """

    campaigns: tuple[HeldCampaign, ...]
    patterns: tuple[Pattern, ...]
    pool: tuple[str, ...]
    view: str
    futures: int
    seed: int
    notes: tuple[str, ...]

    def campaign(self, case: str) -> HeldCampaign:
        """Return one campaign by the id of its case.

        Raises:
            KeyError: it is not among them.
        """
        for each in self.campaigns:
            if each.backtest.case == case:
                return each
        raise KeyError(case)

    @property
    def coverage(self) -> ZoneCoverage:
        """How much of the record lies in the bands, by campaign, over the futures in which the zone is kept."""
        return self._cover([each.coverage for each in self.campaigns])

    @property
    def coverage_all(self) -> ZoneCoverage:
        """The same over all futures, also those in which the zone is given up."""
        return self._cover([each.coverage_all for each in self.campaigns])

    def _cover(self, found: Sequence[Coverage]) -> ZoneCoverage:
        counts = [each for each in found if each.of]
        middle, most = (_clustered([getattr(each, name) / each.of for each in counts]) for name in ("middle", "most"))
        return ZoneCoverage(middle, most, len(counts), sum(each.of for each in counts))

    @property
    def misses(self) -> tuple[tuple[str, Held], ...]:
        """What is missed, each fact once, with the id of the campaign."""
        return tuple((case, each) for case, each in self._counted() if each.missed)

    def worst(self, n: int = 3) -> tuple[tuple[str, Held], ...]:
        """Return the n worst misses, worst first; fewer where fewer are missed."""
        return tuple(sorted(self.misses, key=lambda miss: -miss[1].excess)[:n])

    def better(self, form: type[Number] | type[Chance], skill: Skill = "skill") -> tuple[int, int]:
        """Return how many numbers, or yes-or-no records and bounds, beat the naive forecaster, and of how many.

        Args:
            form: numbers, or yes-or-no records and bounds.
            skill: over the futures in which the zone is kept, over all, or against the forecaster told of the aircraft.
        """
        found = [getattr(each, skill) for _, each in self._counted() if isinstance(each.reading, form)]
        known = [each for each in found if each is not None]
        return sum(each > 0 for each in known), len(known)

    @property
    def told(self) -> Estimate:
        """Mean skill, over campaigns, on sorties against the forecaster told of the aircraft, with its error."""
        means = []
        for campaign in self.campaigns:
            known = [each.skill_told for each in campaign.counted if each.skill_told is not None]
            means += [float(np.mean(known))] if known else []
        return _clustered(means)

    @property
    def kept(self) -> tuple[float, float, float] | None:
        """Share of futures in which a zone is kept, least and greatest over campaigns, and all at once if independent.

        None where no campaign is read over them.
        """
        shares = [each.kept.value.value for each in self.campaigns if each.kept is not None]
        return (min(shares), max(shares), math.prod(shares)) if shares else None

    def _counted(self) -> Iterator[tuple[str, Held]]:
        for campaign in self.campaigns:
            for each in campaign.counted:
                yield campaign.backtest.case, each

    @property
    def caution(self) -> str:
        """What counts over so few campaigns cannot say."""
        n = len(self.campaigns)
        if n == 1:
            return (
                "One campaign is few, and the model was written by people who know how it went. What falls inside "
                "measures this campaign, and not how often the model is right."
            )
        return (
            f"{n} campaigns of one alliance's air forces are correlated and few: the same planners, aircraft and "
            "doctrine fly in each of them, and the model was written by people who know how they went. What falls "
            "inside measures these campaigns, and not how often the model is right."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        numbers, chances = self.better(Number), self.better(Chance)
        return {
            **stamp(SCHEMA, self.summary()),
            "about": LEAVE_ONE_OUT,
            "about_coverage": self.caution,
            "view": self.view,
            "futures": self.futures,
            "seed": self.seed,
            "pool": list(self.pool),
            "campaigns": [each.to_dict() for each in self.campaigns],
            "coverage_by_campaign": self.coverage.to_dict(),
            "coverage_over_all_futures": self.coverage_all.to_dict(),
            "zone_kept": dict(zip(("least", "greatest", "all_at_once"), self.kept, strict=True)) if self.kept else None,
            "better_than_naive": {
                "numbers": {"count": numbers[0], "of": numbers[1]},
                "yes_or_no": {"count": chances[0], "of": chances[1]},
            },
            "better_than_naive_over_all_futures": {
                name: dict(zip(("count", "of"), self.better(form, "skill_all"), strict=True))
                for name, form in (("numbers", Number), ("yes_or_no", Chance))
            },
            "skill_on_sorties_told_of_the_aircraft": self.told.to_dict(),
            "patterns": [each.to_dict() for each in self.patterns],
            "misses": [
                {"case": case, "item": each.item.id, "excess": plain(each.excess)}
                for case, each in self.worst(len(self.misses))
            ],
            "notes": list(self.notes),
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each item that is predicted, by campaign and item."""
        import pandas as pd

        rows = []
        for campaign in self.campaigns:
            for each in campaign.held:
                if each.reading is None:
                    continue
                entry = each.item.entry
                row: dict[str, Any] = {"campaign": campaign.backtest.case, "item": each.item.id, "label": entry.label}
                row |= {"quantity": entry.quantity, "unit": entry.unit, "counted": not each.again}
                row |= each.reading.to_dict()
                row |= {f"naive_{name}": value for name, value in (each.naive.to_dict() if each.naive else {}).items()}
                row |= {"skill": each.skill, "sharpness": each.sharpness, "excess": each.excess}
                rows.append(row)
        return pd.DataFrame(rows).set_index(["campaign", "item"])

    def summary(self) -> str:
        """Say in one sentence how much of the record lies where, and what is missed."""
        found, every, n = self.coverage, self.coverage_all, len(self.campaigns)
        said = []
        if self.kept is not None:
            least, greatest, at_once = self.kept
            ends = dict.fromkeys(per_thousand(each) for each in (least, greatest))
            said.append(
                f"the zone is kept, as it was, in {' to '.join(ends)} of 1,000 futures"
                + (f" (in all at once in {per_thousand(at_once)}, were they independent)" if n > 1 else "")
            )
        if found.campaigns:
            whose = "its" if n == 1 else "a campaign's"
            said.append(
                f"of {whose} recorded numbers {share_within(found.most)} lie in the band of 9 in 10 of those futures, "
                f"and {share_within(found.middle)} in that of half of them ({share_within(every.most)} and "
                f"{share_within(every.middle)} of all futures)"
            )
        for form, words in ((Number, "numbers"), (Chance, "yes-or-no records and bounds")):
            (better, of), (over_all, _) = self.better(form), self.better(form, "skill_all")
            if of:
                said.append(
                    f"{better} of {of} {words} are foreseen better than from the bare records of the others "
                    f"({over_all} over all futures)"
                )
        missed = [f"{each.item.entry.label} ({_title(self, case)}; {_how(each)})" for case, each in self.worst(10**6)]
        said.append(f"missed: {listed(missed)}" if missed else "nothing is missed")
        campaigns = "1 past air campaign" if n == 1 else f"{n} past air campaigns"
        return f"In {campaigns}, {'; '.join(said)}."


def share_within(share: Estimate) -> str:
    """Write the mean over campaigns of a share, with its standard error.

    >>> share_within(Estimate(0.81, 0.078)), share_within(Estimate(1.0, math.nan))
    ('81 ± 8 %', '100 %')
    """
    if not math.isfinite(share.error) or share.error == 0:
        return percent(share.value)
    return f"{percent(share.value).removesuffix(' %')} ± {100.0 * share.error:.0f} %"


def hold_zones(
    campaigns: Sequence[Campaign],
    pool: Sequence[Case],
    *,
    futures: int,
    seed: int,
    view: str,
    notes: Sequence[str] = (),
) -> Zones:
    """Hold past air campaigns against their records, and against a forecaster that knows only the others' records.

    Args:
        campaigns: what a run says of each.
        pool: campaigns that the naive forecaster may know; each is foreseen without its own record.
        futures: of each campaign.
        seed: of the run.
        view: of the run.
        notes: sentences that belong under the tables.

    Returns:
        The reading.

    Raises:
        ValueError: no campaigns, two of one id, one with nothing on record that is predicted, values of another shape.
    """
    if not campaigns:
        raise ValueError("no campaign to hold against its record")
    names = [each.case.id for each in campaigns]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise ValueError(f"two campaigns are called {twice[0]}; each may be held against its record once")
    held = tuple(hold_campaign(each, pool, futures=futures, seed=seed, view=view) for each in campaigns)
    known = tuple(each for each in pool if each.id not in names)
    return Zones(
        campaigns=held,
        patterns=find_patterns(campaigns, (*(each.case for each in campaigns), *known)),
        pool=tuple(sorted(each.id for each in pool)),
        view=view,
        futures=futures,
        seed=seed,
        notes=tuple(notes),
    )


def _clustered(shares: Sequence[float]) -> Estimate:
    if not shares:
        return Estimate(math.nan, math.nan)
    error = float(np.std(shares, ddof=1)) / math.sqrt(len(shares)) if len(shares) > 1 else math.nan
    return Estimate(float(np.mean(shares)), error)


def _title(found: Zones, case: str) -> str:
    return found.campaign(case).backtest.title


def _how(held: Held) -> str:
    found = held.reading
    if isinstance(found, Chance):
        return f"{per_thousand(found.share.value.value)} of 1,000"
    return f"{found.verdict} the band" if found else ""

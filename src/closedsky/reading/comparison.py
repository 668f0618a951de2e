"""Two options side by side: differences of their distributions, and what can be said of single futures.

A difference of means or of medians does not depend on how futures share their luck. A count of single futures does: it
is taken once with both options opening the same sealed envelopes and once with independent ones, and the two
distributions alone allow the range printed beside it (Makarov 1981; Frank, Nelsen & Schweizer 1987).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate, Results
from closedsky.reading.measures import LASTING, LENGTH, LIVES
from closedsky.reading.risk import LOSSES
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Share, Values, flag, joint, plain, share
from closedsky.reading.summary import RunSummary, contrast, summarise

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-compare/1"

PERSON = 0.5
"""Two expected counts of deaths closer than this are the same: they round to the same person."""

EFFECTS: tuple[str, ...] = (LIVES, LENGTH)
"""Outcomes that are differences already."""

COMPARED: tuple[str, ...] = (
    LIVES, LENGTH, "killed", "held", "direct_combat", "lethal_engagements", "aircraft_needed", "coalition_lost",
    "adversary_lost", "cost",
)  # fmt: skip
"""Outcomes that a comparison shows, in order."""


@dataclass(frozen=True)
class Difference:
    """One outcome under two options.

    Attributes:
        a, b: means; None where the outcome is a difference already.
        mean: of a - b over the same futures, with a paired standard error.
        medians: median of a minus median of b; for an outcome that is a difference already, its median.
    """

    a: Estimate | None
    b: Estimate | None
    mean: Estimate
    medians: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "a": self.a.to_dict() if self.a else None,
            "b": self.b.to_dict() if self.b else None,
            "mean": self.mean.to_dict(),
            "medians": self.medians.to_dict(),
        }


@dataclass(frozen=True)
class Bounds:
    """Smallest and largest share that two distributions allow, however their futures are paired."""

    low: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain numbers."""
        return {"low": plain(self.low), "high": plain(self.high)}


@dataclass(frozen=True)
class SingleFutures:
    """In how many futures the first option has fewer, or more, civilians killed to the horizon.

    Attributes:
        shared_fewer, shared_more: both options open the same envelopes.
        independent_fewer, independent_more: each opens its own; None where that was not run.
        fewer, more: what the two distributions allow.
    """

    shared_fewer: Share
    shared_more: Share
    independent_fewer: Share | None
    independent_more: Share | None
    fewer: Bounds
    more: Bounds

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "shared": {"fewer": self.shared_fewer.to_dict(), "more": self.shared_more.to_dict()},
            "independent": {
                "fewer": self.independent_fewer.to_dict() if self.independent_fewer else None,
                "more": self.independent_more.to_dict() if self.independent_more else None,
            },
            "bounds": {"fewer": self.fewer.to_dict(), "more": self.more.to_dict()},
        }


@dataclass(frozen=True)
class Comparison(Shown):
    """Two options of one run, under every path to general war.

    Attributes:
        a, b: ids; effects on lives are those of `a` against `b`.
        run: the summary of both, with `b` as the reference.
        differences: by path and outcome.
        single: by path, what can be said of single futures.
    """

    a: str
    b: str
    run: RunSummary
    differences: Mapping[str, Mapping[str, Difference]]
    single: Mapping[str, SingleFutures]

    def summary(self) -> str:
        """Say the differences in lives, territory and direct combat in one sentence."""
        return contrast(self.run.option(self.a), self.run.option(self.b))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        kept = ("case", "title", "case_digest", "view", "seed", "futures", "adoption", "precision", "switches",
                "changed", "losses", "notes", "horizon", "effective_number", "misses")  # fmt: skip
        run = self.run.to_dict()
        names = next(iter(self.differences.values()))
        lasting = self.run.beyond or self.run
        return {
            **stamp(SCHEMA, self.summary()),
            "a": self.a,
            "b": self.b,
            **{key: run[key] for key in kept},
            "outcomes": {
                name: run["outcomes"][name] | ({"horizon": lasting.horizon} if name in LASTING else {})
                for name in names
            },
            "paths": {
                path: {
                    "differences": {name: entry.to_dict() for name, entry in of.items()},
                    "single_futures": self.single[path].to_dict(),
                }
                for path, of in self.differences.items()
            },
            "options": run["options"],
            **({"beyond": run["beyond"]} if self.run.beyond else {}),
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each path and outcome."""
        import pandas as pd

        rows = [
            {
                "war_path": path,
                "outcome": name,
                "a_mean": entry.a.value if entry.a else np.nan,
                "b_mean": entry.b.value if entry.b else np.nan,
                "mean_difference": entry.mean.value,
                "mean_error": entry.mean.error,
                "difference_of_medians": entry.medians.value,
                "medians_error": entry.medians.error,
            }
            for path, of in self.differences.items()
            for name, entry in of.items()
        ]
        return pd.DataFrame(rows).set_index(["war_path", "outcome"])


def compare(
    results: Mapping[str, Results],
    a: str,
    b: str,
    independent: Mapping[str, Values] | None = None,
    losses: Sequence[float] = LOSSES,
    beyond: Mapping[str, Results] | None = None,
) -> Comparison:
    """Compare two options.

    Args:
        results: by path to general war, runs of both options with `b` as the reference.
        a: id of one option.
        b: id of the other, the reference.
        independent: by path, civilians killed to the horizon under `b` in the same futures with other envelopes,
            shape (future,); None to leave that count out.
        losses: lives lost in a general war for which break-evens are stated.
        beyond: the same runs followed to a later horizon, where there are any: whatever depends on how long wars last
            is read from these, `independent` too.

    Returns:
        Differences, counts of single futures with their bounds, and the summary of both options.

    Raises:
        ValueError: the same option twice, or results that were not run with `b` as the reference.
        KeyError: an option that was not run.
    """
    if a == b:
        raise ValueError(f"an option cannot be compared with itself ({a})")
    for each in results.values():
        for name in (a, b):
            if name not in each.options:
                raise KeyError(name)
        if each.reference != b:
            raise ValueError(f"the reference of these results is {each.reference!r}, not {b!r}")
    run = summarise(results, losses, beyond)
    lasting = beyond or results
    return Comparison(
        a=a,
        b=b,
        run=run,
        differences={path: _differences(each, lasting[path], a, b) for path, each in results.items()},
        single={
            path: single_futures(
                each.values("killed", a), each.values("killed", b), independent[path] if independent else None
            )
            for path, each in lasting.items()
        },
    )


def _differences(results: Results, lasting: Results, a: str, b: str) -> dict[str, Difference]:
    found = {}
    for name in COMPARED:
        of = lasting if name in LASTING else results
        first = of.values(name, a)
        if name in EFFECTS:
            found[name] = Difference(None, None, joint(np.nanmean, first), joint(np.nanmedian, first))
            continue
        second = of.values(name, b)
        found[name] = Difference(
            joint(np.nanmean, first),
            joint(np.nanmean, second),
            joint(lambda x, y: float(np.nanmean(x - y)), first, second),
            joint(lambda x, y: float(np.nanmedian(x) - np.nanmedian(y)), first, second),
        )
    return found


def single_futures(a: Values, b: Values, independent: Values | None = None) -> SingleFutures:
    """Count the futures in which one option has fewer civilians killed than another, and say what bounds the count.

    Args:
        a: civilians killed under one option, shape (future,).
        b: under the other, in the same futures with the same luck.
        independent: as `b`, with other luck; None to leave that count out.
    """
    return SingleFutures(
        shared_fewer=_count(a, b),
        shared_more=_count(b, a),
        independent_fewer=None if independent is None else _count(a, independent),
        independent_more=None if independent is None else _count(independent, a),
        fewer=bounds(a + PERSON, b),
        more=bounds(b + PERSON, a),
    )


def _count(low: Values, high: Values) -> Share:
    """Share of futures in which `low` lies below `high` by more than what rounds to the same person."""
    more = high - low
    return share(flag(more, more > PERSON))


def bounds(a: Values, b: Values) -> Bounds:
    """Return the bounds on P(a < b) that the two distributions allow, over every way to pair their futures.

    Args:
        a: a sample, shape (n,); NaN is left out.
        b: another, shape (m,).

    Returns:
        sup F_a(x) - F_b(x), and 1 - sup F_b(x) - F_a(x-): Makarov's bounds at zero. Both are reached.

    >>> bounds(np.array([0.0, 1.0]), np.array([0.5, 2.0]))
    Bounds(low=0.5, high=1.0)
    """
    a, b = np.sort(a[np.isfinite(a)]), np.sort(b[np.isfinite(b)])
    if not (len(a) and len(b)):
        return Bounds(float("nan"), float("nan"))
    # Each difference is greatest where its first distribution jumps.
    low = max(0.0, float(np.max(np.searchsorted(a, a, "right") / len(a) - np.searchsorted(b, a, "right") / len(b))))
    over = np.searchsorted(b, b, "right") / len(b) - np.searchsorted(a, b, "left") / len(a)
    return Bounds(low, 1.0 - max(0.0, float(np.max(over))))

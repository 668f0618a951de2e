"""Statistics that every reading shares: spreads, shares with their intervals, statistics of several columns.

A standard error is the spread of a statistic between the sixteen scrambled nets of the design (`futures.results`). A
share also carries its count and an exact 95 % interval (Clopper & Pearson 1934), which is shown where a count is small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.futures.results import NETS, Estimate, mean_of, means_of  # type: ignore[attr-defined]

SCRAMBLES: int = NETS
"""Independently scrambled nets between which a statistic spreads."""

FEW = 20
"""Below this count a share is shown with its count and interval."""

LOW, HIGH = 0.05, 0.95
"""Ends of a band that holds 9 in 10 futures."""

TAIL = 0.025
"""Probability outside a 95 % interval, on either side."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """How an outcome is distributed over futures.

    Attributes:
        mean: over the futures in which it is defined, with a standard error.
        low, median, high: 5, 50 and 95 % quantiles of the same futures; NaN where it is never defined.
    """

    mean: Estimate
    low: float
    median: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain numbers, None for what is not defined."""
        return {
            "mean": plain(self.mean.value),
            "error": plain(self.mean.error),
            "low": plain(self.low),
            "median": plain(self.median),
            "high": plain(self.high),
        }


@dataclass(frozen=True)
class Share:
    """A share of futures.

    Attributes:
        value: the share, with a standard error.
        count, of: futures counted, and futures that could have been.
        low, high: exact 95 % interval for independent futures (the nets are better than that).
    """

    value: Estimate
    count: int
    of: int
    low: float
    high: float

    @property
    def few(self) -> bool:
        """Whether so few futures are counted, or left uncounted, that the interval belongs beside the share."""
        return 0 < self.count < FEW or 0 < self.of - self.count < FEW

    def to_dict(self) -> dict[str, float | int | None]:
        """Return plain numbers."""
        return {
            "value": plain(self.value.value),
            "error": plain(self.value.error),
            "count": self.count,
            "of": self.of,
            "low": plain(self.low),
            "high": plain(self.high),
        }


def plain(value: float) -> float | None:
    """Return a number for JSON: None where it is not finite."""
    return float(value) if np.isfinite(value) else None


def spread(values: Values) -> Spread:
    """Return mean, error and band of an outcome, shape (future,), over the futures in which it is defined.

    >>> spread(np.array([1.0, 2.0, np.nan, 3.0])).median
    2.0
    """
    defined = np.sort(values[np.isfinite(values)])
    if not len(defined):
        nan = float("nan")
        return Spread(Estimate(nan, nan), nan, nan, nan)
    low, median, high = (_quantile(defined, share) for share in (LOW, 0.5, HIGH))
    return Spread(mean_of(values), low, median, high)


def spreads(table: Values) -> list[Spread]:
    """Return `spread` of several outcomes at once, shape (outcome, future): the same numbers, ten times faster."""
    found: list[Spread | None] = [None] * len(table)
    whole = np.flatnonzero(np.isfinite(table).all(axis=1))
    ordered = np.sort(table[whole], axis=1)
    for place, mean, row in zip(whole, means_of(table[whole]), ordered, strict=True):
        found[place] = Spread(mean, *(_quantile(row, share) for share in (LOW, 0.5, HIGH)))
    return [each if each is not None else spread(row) for each, row in zip(found, table, strict=True)]


def _quantile(ordered: Values, share: float) -> float:
    """Quantile of values that are in order already, to the bit that of `np.quantile`, which puts them in order anew."""
    place = share * (len(ordered) - 1)
    before = int(place)
    part = place - before
    low, high = float(ordered[before]), float(ordered[min(before + 1, len(ordered) - 1)])
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1.0 - part)


def share(holds: Values) -> Share:
    """Return the share of futures in which a flag (1 or 0, NaN where it failed), shape (future,), is 1.

    >>> s = share(np.array([1.0, 0.0, 0.0, np.nan]))
    >>> s.count, s.of, round(s.low, 4), round(s.high, 4)
    (1, 3, 0.0084, 0.9057)
    """
    defined = np.isfinite(holds)
    count, of = int(np.count_nonzero(holds[defined] > 0.5)), int(np.count_nonzero(defined))
    if not of:
        nan = float("nan")
        return Share(Estimate(nan, nan), 0, 0, nan, nan)
    low = float(special.betaincinv(count, of - count + 1, TAIL)) if count else 0.0
    high = float(special.betaincinv(count + 1, of - count, 1.0 - TAIL)) if count < of else 1.0
    return Share(mean_of(holds), count, of, low, high)


def flag(values: Values, holds: NDArray[np.bool_]) -> Values:
    """Return 1 where a condition holds, 0 where it does not and NaN where the outcome failed."""
    return np.where(np.isfinite(values), holds.astype(np.float64), np.nan)


def effective_weights(weights: Values) -> float:
    """How many equally likely draws so weighted ones are worth (Kish 1965): 0 where all weigh nothing.

    Example:
        >>> effective_weights(np.array([1.0, 1.0, 0.0])), effective_weights(np.zeros(3))
        (2.0, 0.0)
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0.0 else 0.0


def distinct(values: Values) -> float:
    """Return how many different rows some rows are worth: `effective_weights` of how often each is there.

    >>> distinct(np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]))
    2.0
    """
    return effective_weights(np.array([*Counter(row.tobytes() for row in values).values()], np.float64))


def joint(statistic: Callable[..., float], *columns: Values) -> Estimate:
    """Return a statistic of several outcomes of the same futures, each of shape (future,), with its error.

    >>> joint(lambda a, b: a.mean() / b.mean(), np.ones(64), np.full(64, 2.0))
    Estimate(value=0.5, error=0.0)
    """
    whole = float(statistic(*columns))
    if len(columns[0]) < 2 * SCRAMBLES:
        return Estimate(whole, float("nan"))
    parts = [
        float(statistic(*(np.ascontiguousarray(column[net::SCRAMBLES]) for column in columns)))
        for net in range(SCRAMBLES)
    ]
    if not np.isfinite(parts).all():
        return Estimate(whole, float("nan"))
    return Estimate(whole, float(np.std(parts, ddof=1) / np.sqrt(SCRAMBLES)))

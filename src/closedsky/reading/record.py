"""One recorded entry held against the futures: bands, where the record falls in them, scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.cases.recorded import QUANTITIES, Recorded
from closedsky.futures.results import Estimate, estimate
from closedsky.reading.scores import crps, interval_score, log_score, nearest, place
from closedsky.reading.statistics import Share, flag, plain, share

MIDDLE = (0.25, 0.75)
"""Ends of a band that holds half of the futures."""

MOST = (0.05, 0.95)
"""Ends of a band that holds 9 in 10 futures."""

RARE = MOST[0]
"""What happened in fewer futures than this is a miss: as rare as what lies below, or above, a band of 9 in 10."""

EVEN = (np.arange(8) + 0.5) / 8
"""Eight even quantiles."""

SHUFFLED = [3, 6, 0, 5, 2, 7, 1, 4]
"""Order in which quantiles of chance meet those of reporting: uncorrelated, and even in the square."""

LARGE = 10.0
"""Mean from which a Poisson number is well described by its moments."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """A recorded number, or range, against the futures.

    Attributes:
        futures: how many have the item.
        median: with its standard error.
        middle, most: bands that hold half, and 9 in 10, of the futures.
        place: share of futures below the record; for a range of both its ends.
        error: largest standard error of `place`.
        crps, interval_score: least and greatest over the recorded range, in the item's unit; the interval score is that
            of the band of 9 in 10.
        record: what the futures are held against, low and high.
    """

    futures: int
    median: Estimate
    middle: tuple[float, float]
    most: tuple[float, float]
    place: tuple[float, float]
    error: float
    crps: tuple[float, float]
    interval_score: tuple[float, float]
    record: tuple[float, float]

    @property
    def in_middle(self) -> bool:
        """Whether the record, or some value of its range, lies in the band of half the futures."""
        return _overlap(self.record, self.middle)

    @property
    def missed(self) -> bool:
        """Whether no value on record lies in the band of 9 in 10 futures."""
        return not _overlap(self.record, self.most)

    @property
    def verdict(self) -> str:
        """Where the record lies, in words."""
        if self.missed:
            return "above" if self.record[0] > self.most[1] else "below"
        return "middle" if self.in_middle else "inside"

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "form": "number",
            "futures": self.futures,
            "median": self.median.to_dict(),
            "band_50": list(self.middle),
            "band_90": list(self.most),
            "record": list(self.record),
            "record_at": list(self.place),
            "record_at_error": plain(self.error),
            "verdict": self.verdict,
            "crps": list(self.crps),
            "interval_score": list(self.interval_score),
        }


@dataclass(frozen=True)
class Chance:
    """What happened, or a bound that held, against the share of futures in which it does.

    Attributes:
        share: of futures in which it happened, or in which the bound holds.
        log_score: minus the logarithm of that share, half a future added to either side.
        bound: the bound, for an item that says only at least, or at most, so much; else None.
    """

    share: Share
    log_score: float
    bound: float | None = None

    @property
    def missed(self) -> bool:
        """Whether what happened is rarer in the futures than what lies beyond one end of a band of 9 in 10.

        The whole 95 % interval of the share must lie below, so that few futures call nothing a miss.
        """
        return self.share.high < RARE

    @property
    def verdict(self) -> str:
        """Whether what happened was to be expected, in words."""
        return "rare" if self.missed else "happens"

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "form": "event" if self.bound is None else "bound",
            "bound": self.bound,
            "share": self.share.to_dict(),
            "verdict": self.verdict,
            "log_score": self.log_score,
        }


Reading = Number | Chance
"""A recorded number, or range, in the bands; or an event, or bound, and how often it comes about."""


def seen(entry: Recorded, values: Values) -> Values:
    """What would be on record in each future: expected values with what reporting and chance leave open.

    A floor with a reporting share is reported with each of eight shares, evenly spread over its range. What is counted
    one by one scatters at least as a Poisson number does, of which each future gives eight even quantiles: deaths come
    in groups, so the true scatter is wider. A bound on one side is held against what is expected. No discrepancy of the
    model is added.

    Args:
        entry: the record.
        values: expected values, shape (future,), NaN where there is none.

    Returns:
        Shape (future, 8), or (future, 1) where nothing is left open.
    """
    matrix = values[:, None]
    if entry.reporting is not None:
        low, high = entry.reporting.low, entry.reporting.high
        matrix = matrix * (low + (high - low) * EVEN)
    if entry.quantity is not None and QUANTITIES[entry.quantity].whole and not one_sided(entry):
        matrix = poisson_quantile(EVEN[SHUFFLED], np.broadcast_to(matrix, (len(values), len(EVEN))))
    return np.asarray(matrix)


def one_sided(entry: Recorded) -> bool:
    """Whether a record says only at least, or at most, so much, and nobody judges how much of it was reported."""
    return entry.kind == "ceiling" or (entry.kind == "floor" and entry.reporting is None)


def poisson_quantile(u: Values, mean: Values) -> Values:
    """Smallest count that a Poisson number with this mean reaches with probability u; from its moments where large.

    Args:
        u: probabilities between 0 and 1.
        mean: means, not negative, of a shape that `u` fits; NaN stays NaN.

    Source: Cornish & Fisher (1938) to the second term from a mean of 10 on, where it is off by one at most.

    >>> poisson_quantile(np.array([0.5, 0.975]), np.array([3.0, 400.0]))
    array([  3., 440.])
    """
    u, mean = np.broadcast_arrays(u, mean)
    z = special.ndtri(u)
    large = np.round(mean + z * np.sqrt(mean) + (z**2 - 1.0) / 6.0)
    few = mean < LARGE
    large[few] = np.ceil(special.pdtrik(u[few], mean[few]))
    return np.asarray(large)


def hold(entry: Recorded, matrix: Values) -> Reading | None:
    """Hold one recorded entry against what would be on record, shape (future, any), NaN in futures without it.

    A floor or ceiling without a reporting share is a bound on one side only.
    """
    if not np.isfinite(matrix).any():
        return None
    if entry.kind == "between":
        return _number(matrix, (_given(entry.low), _given(entry.high)))
    first = matrix[:, 0]
    if entry.yes_or_no:
        return _chance(flag(first, first == _given(entry.value)))
    if entry.kind == "ceiling":
        bound = _given(entry.value, entry.high)
        return _chance(flag(first, first <= bound), bound)
    record = _given(entry.value, entry.low)
    if one_sided(entry):
        return _chance(flag(first, first >= record), record)
    return _number(matrix, (record, record))


def _given(*numbers: float | None) -> float:
    """The first number that the record gives; `check` has seen to it that there is one."""
    return next(number for number in numbers if number is not None)


def _chance(holds: Values, bound: float | None = None) -> Chance:
    found = share(holds)
    return Chance(found, log_score(found.count, found.of), bound)


def _number(matrix: Values, record: tuple[float, float]) -> Number:
    defined = np.isfinite(matrix).all(axis=1)
    rows = np.where(defined, np.arange(len(matrix), dtype=np.float64), np.nan)

    def over(statistic: Callable[[Values], float]) -> Estimate:
        """A statistic of all that would be on record, with its error between nets of futures."""
        return estimate(rows, lambda part: statistic(matrix[part[np.isfinite(part)].astype(np.intp)].ravel()))

    every = matrix[defined].ravel()
    quarter, three, low, high = (float(x) for x in np.quantile(every, [*MIDDLE, *MOST]))
    median = over(lambda x: float(np.quantile(x, 0.5)))
    falls = [over(lambda x, end=end: place(x, end)) for end in record]  # type: ignore[misc]
    outside = 1.0 - (MOST[1] - MOST[0])
    scores = {end: crps(every, end) for end in {*record, nearest(record, (median.value, median.value))}}
    return Number(
        futures=int(defined.sum()),
        median=median,
        middle=(quarter, three),
        most=(low, high),
        place=(falls[0].value, falls[1].value),
        error=max(fall.error for fall in falls),
        crps=(min(scores.values()), max(scores.values())),
        interval_score=(
            interval_score(low, high, nearest(record, (low, high)), outside),
            max(interval_score(low, high, end, outside) for end in record),
        ),
        record=record,
    )


def _overlap(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]

"""One recorded entry held against the futures: bands, where the record falls in them, scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.cases.recorded import QUANTITIES, Recorded
from closedsky.futures.results import Estimate
from closedsky.reading.scores import HALF_OF_ONE, half_distance, interval_score, log_score, nearest, place
from closedsky.reading.statistics import SCRAMBLES, Share, flag, plain, share

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

BEYOND = 100
"""A count that no Poisson number of a smaller mean reaches in double precision."""

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
            "crps": [plain(each) for each in self.crps],
            "interval_score": [plain(each) for each in self.interval_score],
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
        matrix = poisson_quantile(EVEN[SHUFFLED], matrix)
    return np.asarray(matrix)


def one_sided(entry: Recorded) -> bool:
    """Whether a record says only at least, or at most, so much, and nobody judges how much of it was reported."""
    return entry.kind == "ceiling" or (entry.kind == "floor" and entry.reporting is None)


def poisson_quantile(u: Values, mean: Values) -> Values:
    """Smallest count that a Poisson number with this mean reaches with probability u; from its moments where large.

    Args:
        u: probabilities between 0 and 1.
        mean: means of a shape that `u` fits; NaN stays NaN, and what rounding put below 0 counts as 0.

    Source: Cornish & Fisher (1938) to the second term from a mean of 10 on, where it is off by one at most.

    >>> poisson_quantile(np.array([0.5, 0.975]), np.array([3.0, 400.0]))
    array([  3., 440.])
    """
    mean, z = np.maximum(mean, 0.0), special.ndtri(u)
    large = np.round(mean + z * np.sqrt(mean) + (z**2 - 1.0) / 6.0)
    few = mean < LARGE
    return np.where(few, _few(u, np.where(few, mean, 0.0)), large) if few.any() else np.asarray(large)


def _few(u: Values, mean: Values) -> Values:
    """The same for small means, by adding up the probabilities of 0, 1, 2 ... until u is reached."""
    term = np.exp(-mean)
    reached = term
    count = np.zeros(np.broadcast_shapes(np.shape(u), mean.shape))
    for k in range(1, BEYOND):
        short = reached < u
        if not short.any():
            break
        count += short
        term = term * mean / k
        reached = reached + term
    return count


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
    defined: NDArray[np.bool_] = np.asarray(np.isfinite(matrix).all(axis=1))
    every = np.sort(matrix[defined], axis=None)
    nets = _nets(matrix, defined)
    low, quarter, middle, three, high = np.quantile(every, [MOST[0], MIDDLE[0], 0.5, MIDDLE[1], MOST[1]]).tolist()
    outside = 1.0 - (MOST[1] - MOST[0])
    ends, spread = {*record, nearest(record, (middle, middle))}, half_distance(every)
    scores = [float(np.mean(np.abs(every - end))) - spread for end in ends]  # `crps`, sorted once for all of them
    return Number(
        futures=int(defined.sum()),
        median=Estimate(middle, _error([np.quantile(net, 0.5, axis=1) for net in nets])),
        middle=(quarter, three),
        most=(low, high),
        place=(place(every, record[0]), place(every, record[1])),
        error=max(_error([_places(net, end) for net in nets]) for end in sorted({*record})),
        crps=(min(scores), max(scores)),
        interval_score=(
            interval_score(low, high, nearest(record, (low, high)), outside),
            max(interval_score(low, high, end, outside) for end in record),
        ),
        record=record,
    )


def _nets(matrix: Values, defined: NDArray[np.bool_]) -> list[Values]:
    """The sixteen interleaved nets of the futures, each a row, of one array where they are equally long.

    None where a net has no future, or the futures are too few for an error.
    """
    if len(matrix) < 2 * SCRAMBLES:
        return []
    if len(matrix) % SCRAMBLES == 0 and defined.all():
        return [matrix.reshape(-1, SCRAMBLES, matrix.shape[1]).swapaxes(0, 1).reshape(SCRAMBLES, -1)]
    parts = [matrix[net::SCRAMBLES][defined[net::SCRAMBLES]].reshape(1, -1) for net in range(SCRAMBLES)]
    return parts if all(part.size for part in parts) else []


def _places(net: Values, record: float) -> Values:
    """`place` of each row."""
    return np.asarray(np.mean(net < record, axis=1) + HALF_OF_ONE * np.mean(net == record, axis=1))


def _error(parts: list[Values]) -> float:
    """Standard error from the spread of a statistic between nets, as in `closedsky.futures.results.estimate`."""
    return float(np.std(np.concatenate(parts), ddof=1) / np.sqrt(SCRAMBLES)) if parts else float("nan")


def _overlap(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]

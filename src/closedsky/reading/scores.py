"""How good a prediction was, once the record is known: closed forms on arrays of futures.

Lower is better for each score. `crps` and `interval_score` are in the unit of the quantity, `log_score` in nats.
Proper scoring rules: Gneiting & Raftery (2007), Journal of the American Statistical Association 102.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

HALF_OF_ONE = 0.5
"""Added to a count of futures so that a score of what never happened in them is finite (Jeffreys 1946)."""


def place(values: Values, record: float) -> float:
    """Share of futures below the record, those that equal it counting half.

    Args:
        values: predictions, shape (future,), all finite and at least one.
        record: what was recorded, in the same unit.

    >>> place(np.array([1.0, 2.0, 3.0, 4.0]), 3.0)
    0.625
    """
    return float(np.mean(values < record) + HALF_OF_ONE * np.mean(values == record))


def crps(values: Values, record: float) -> float:
    """Continuous ranked probability score of the futures as they are: E|X - y| - E|X - X'| / 2.

    Args:
        values: predictions, shape (future,), all finite and at least one.
        record: what was recorded, in the same unit.

    Source: Gneiting & Raftery (2007), equation 21; the second term from the sorted values.

    >>> crps(np.array([0.0, 1.0]), 1.0), crps(np.array([3.0]), 5.0)
    (0.25, 2.0)
    """
    x = np.sort(values)
    return float(np.mean(np.abs(x - record))) - half_distance(x)


def half_distance(ordered: Values) -> float:
    """Half of the mean distance between two futures, E|X - X'| / 2: the part of `crps` that no record changes.

    Args:
        ordered: predictions in ascending order, shape (future,).

    >>> half_distance(np.array([0.0, 1.0]))
    0.25
    """
    n = len(ordered)
    return float(np.sum((2.0 * np.arange(1, n + 1) - n - 1.0) * ordered)) / n**2  # no threads for a sum this short


def interval_score(low: float, high: float, record: float, outside: float) -> float:
    """Width of a band, and what the record lies outside it times 2 over the share meant to lie outside.

    Args:
        low: lower end of the band.
        high: its upper end.
        record: what was recorded, in the same unit.
        outside: probability that the band leaves outside, 0.1 for a band of 9 in 10.

    Source: Gneiting & Raftery (2007), equation 43.

    >>> interval_score(1.0, 3.0, 2.0, 0.1), interval_score(1.0, 3.0, 4.0, 0.1)
    (2.0, 22.0)
    """
    missed = max(low - record, 0.0) + max(record - high, 0.0)
    return high - low + 2.0 / outside * missed


def log_score(count: int, of: int) -> float:
    """Minus the logarithm of the probability given to what happened.

    Args:
        count: futures in which it happened.
        of: futures.

    Source: Good (1952), Journal of the Royal Statistical Society B 14; half a future is added to either side, so that
    no score is infinite.

    >>> round(log_score(500, 1000), 4), round(log_score(0, 1000), 2)
    (0.6931, 7.6)
    """
    return -math.log((count + HALF_OF_ONE) / (of + 2.0 * HALF_OF_ONE))


def nearest(record: tuple[float, float], band: tuple[float, float]) -> float:
    """The value of a recorded range that lies nearest to a band: the one that earns the range its least score.

    Both scores above are convex in the record, so the greatest score of a range is that of one of its ends.

    >>> nearest((17.0, 135.0), (30.0, 30.0)), nearest((17.0, 135.0), (200.0, 300.0)), nearest((5.0, 9.0), (1.0, 2.0))
    (30.0, 135.0, 5.0)
    """
    low, high = record
    return min(max(low, band[0]), high)

"""When wars settle: a Weibull clock in accumulated hazard, crossed by one luck a future."""

from __future__ import annotations

import math

from closedsky.model.numeric import Array, log_of, promote


def weibull_scale(median: Array, shape: Array) -> Array:
    """Scale of the Weibull law with this median: ``median / (ln 2)^(1/shape)``.

    Arguments: ``median`` (days), ``shape`` (positive; 1 has no memory, below 1 the hazard falls). Shape:
    broadcast. Result: days. Raises nothing.

    Source: Weibull (1951).

    >>> round(float(weibull_scale(340, 1)), 3)
    490.516
    """
    xp, median, shape = promote(median, shape)
    return xp.exp(log_of(median) - math.log(math.log(2)) / shape)


def weibull_increment(start: Array, length: Array, median: Array, shape: Array) -> Array:
    """Hazard accumulated over a step: ``((start + length)/scale)^shape - (start/scale)^shape``.

    Arguments: ``start`` and ``length`` of the step (days), ``median`` (days), ``shape`` (positive). Shape:
    broadcast. Result: unit-free hazard; the sum over any grid is that over the whole, and reaches ``ln 2`` at
    the median. Raises nothing.

    Source: Weibull (1951). Computed as ``ln 2 (start/median)^shape expm1(shape log1p(length/start))``,
    because the difference of two large powers loses the digits of a daily step in float32.

    >>> round(float(weibull_increment(0, 340, 340, 0.5)), 6)
    0.693147
    >>> float(weibull_increment(0, 0, 340, 0.5))
    0.0
    """
    xp, start, length, median, shape = promote(start, length, median, shape)
    # A start so small that length/start overflows is the beginning.
    begun = start > length * xp.finfo(start.dtype).tiny
    safe = xp.where(begun, start, 1)
    later = xp.exp(shape * (xp.log(safe) - log_of(median))) * xp.expm1(shape * xp.log1p(length / safe))
    first = xp.where(length > 0, xp.exp(shape * (log_of(length) - log_of(median))), 0)
    return math.log(2) * xp.where(begun, later, first)

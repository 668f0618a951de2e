"""Series read at a day, over some days, or for the day on which they pass a level."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


def at_day(series: Values, start: Values, length: Values, day: float, begin: float = 0.0) -> Values:
    """Value of a series at one moment, shape (future,): linear within a step.

    Args:
        series: value at the end of each step, shape (steps, future).
        start: days at which the steps begin, shape (steps,).
        length: days of each step, shape (steps,).
        day: the moment, days from the first step; beyond the grid the nearest end holds.
        begin: value where the first step begins.

    Example:
        >>> at_day(np.array([[2.0], [8.0]]), np.array([0.0, 1.0]), np.array([1.0, 3.0]), 2.0)
        array([4.])
    """
    if day <= start[0]:
        return np.full(series.shape[1], begin)
    step = int(np.clip(np.searchsorted(start, day, side="left") - 1, 0, len(start) - 1))
    share = min((day - start[step]) / length[step], 1.0)
    before = series[step - 1] if step else np.full(series.shape[1], begin)
    return np.asarray(before + (series[step] - before) * share)


def first_below(series: Values, start: Values, length: Values, level: float, begin: float = 1.0) -> Values:
    """Day on which a series first falls below a level, shape (future,): linear within a step, NaN where it never does.

    Args:
        series: value at the end of each step, shape (steps, future).
        start: days at which the steps begin, shape (steps,).
        length: days of each step, shape (steps,).
        level: the level, below `begin`.
        begin: value where the first step begins.

    Example:
        >>> first_below(np.array([[0.5, 1.0], [0.0, 1.0]]), np.array([0.0, 1.0]), np.array([1.0, 2.0]), 0.25)
        array([ 2., nan])
    """
    below = series < level
    step = np.argmax(below, axis=0)
    future = np.arange(series.shape[1])
    after = series[step, future]
    before = np.where(step > 0, series[np.maximum(step - 1, 0), future], begin)
    share = (before - level) / np.maximum(before - after, 1e-12)
    return np.where(below.any(axis=0), start[step] + share * length[step], np.nan)


def mean_rate(series: Values, start: Values, length: Values, first: float, last: float) -> Values:
    """Mean of a rate over a window, shape (future,): each step counts by the days of it that lie in the window.

    Args:
        series: rate during each step, shape (steps, future).
        start: days at which the steps begin, shape (steps,).
        length: days of each step, shape (steps,).
        first: first moment of the window, days.
        last: its last moment, beyond the first.

    Raises:
        ValueError: a window without days, or outside the grid.

    Example:
        >>> mean_rate(np.array([[2.0], [8.0]]), np.array([0.0, 1.0]), np.array([1.0, 3.0]), 0.0, 2.0)
        array([5.])
    """
    overlap = np.clip(np.minimum(start + length, last) - np.maximum(start, first), 0.0, None)
    if not overlap.sum() > 0:
        raise ValueError(f"days {first:g} to {last:g} are not in the campaign")
    return np.asarray(overlap @ series / overlap.sum())

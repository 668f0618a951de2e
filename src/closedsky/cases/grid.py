"""The calendar of a case: at which days the steps of a campaign begin, and how long each one is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: No case needs more steps than days in thirty years; a longer grid is a mistake in the file.
MOST_STEPS = 11_000


def build_grid(spans: Sequence[tuple[int, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay out the steps of a case.

    Each span is (until, step): from the end of the span before it (day 0 for the first) up to the day
    `until`, in steps of `step` days. The last step of a span is shortened to end exactly there.

    Args:
        spans: (until, step) in whole days, `until` increasing.

    Returns:
        `start` and `length` of every step, days, float64, shape (steps,).

    Raises:
        ValueError: no span, a span that does not advance, a step below one day, too many steps.

    Example:
        >>> start, length = build_grid([(60, 1), (365, 7), (1096, 30)])
        >>> len(start), float(start[-1] + length[-1])
        (129, 1096.0)
        >>> float(length[103]), float(length[-1])
        (4.0, 11.0)
    """
    if not spans:
        raise ValueError("a grid needs at least one [until, step]")
    starts: list[int] = []
    ends: list[int] = []
    day = 0
    for until, step in spans:
        if step < 1:
            raise ValueError(f"the step {step} must be at least one day")
        if until <= day:
            raise ValueError(f"until day {until} does not come after day {day}")
        if len(starts) + (until - day) // step > MOST_STEPS:
            raise ValueError(f"more than {MOST_STEPS} steps")
        begins = range(day, until, step)
        starts.extend(begins)
        ends.extend(min(begin + step, until) for begin in begins)
        day = until
    start = np.asarray(starts, dtype=np.float64)
    length = np.asarray(ends, dtype=np.float64) - start
    start.flags.writeable = length.flags.writeable = False
    return start, length

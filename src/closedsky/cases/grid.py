"""The calendar of a case: at which days the steps of a campaign begin, and how long each one is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: No case needs more steps than days in thirty years; a longer grid is a mistake in the file.
MOST_STEPS = 11_000

#: Steps of a case that says nothing about them.
DEFAULT_STEPS = 72

#: Its first step, days.
FIRST_STEP_D = 0.125


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


def default_grid(horizon: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lay out a campaign whose case says nothing about steps: always `DEFAULT_STEPS` of them, short ones first.

    The first is an eighth of a day, because batteries may fall and losses end a zone within hours, and each is longer
    than the one before by the same factor; a campaign so short that this would be more than enough has equal steps.
    One number of steps means that one compiled program serves every such case.

    Args:
        horizon: last day, at least 1.

    Returns:
        `start` and `length` of every step, days, float64, shape (DEFAULT_STEPS,).

    Example:
        >>> start, length = default_grid(9)
        >>> len(start), float(length[0]), float(start[-1] + length[-1])
        (72, 0.125, 9.0)
        >>> start, length = default_grid(3858)
        >>> float(length[0]), float(start[-1] + length[-1])
        (0.125, 3858.0)
    """
    from scipy import optimize  # here, because it is slow to import and most cases say their own steps

    steps = np.arange(DEFAULT_STEPS)
    if horizon <= DEFAULT_STEPS * FIRST_STEP_D:
        edges = np.linspace(0.0, horizon, DEFAULT_STEPS + 1)
    else:
        growth = optimize.brentq(lambda g: FIRST_STEP_D * np.sum(g**steps) - horizon, 1.0, 2.0, xtol=1e-14)
        edges = np.concatenate([[0.0], np.cumsum(FIRST_STEP_D * growth**steps)])
        edges[-1] = horizon
    start, length = edges[:-1].copy(), np.diff(edges)
    start.flags.writeable = length.flags.writeable = False
    return start, length

"""The calendar of a case: at which days the steps of a campaign begin, and how long each one is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from closedsky.cases.schema import Case

#: No case needs more steps than days in thirty years; a longer grid is a mistake in the file.
MOST_STEPS = 11_000

#: Steps of a case that says nothing about them.
DEFAULT_STEPS = 72

#: Its first step, days.
FIRST_STEP_D = 0.125

#: Share of a step below which what is left of a grid is rounding.
ROUNDING = 1e-9


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


def extend_grid(
    start: NDArray[np.float64], length: NDArray[np.float64], until: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Go on with the last regular step of a grid up to a later day; the steps that are there stay as they are.

    The last step may have been cut short where its span ended, so the longer of the last two counts as regular. What
    is added is cut short at `until` in the same way.

    Args:
        start: day at which each step begins, shape (steps,).
        length: days of each step, shape (steps,).
        until: the new last day, not before the old one.

    Returns:
        `start` and `length` of every step, days, float64, shape (steps + added,).

    Raises:
        ValueError: a day before the end of the grid, or too many steps.

    Example:
        >>> start, length = extend_grid(*build_grid([(60, 1), (365, 7), (1096, 30)]), 1826)
        >>> len(start), float(length[128]), float(start[129]), float(length[-1]), float(start[-1] + length[-1])
        (154, 11.0, 1096.0, 10.0, 1826.0)
    """
    end, step = float(start[-1] + length[-1]), float(np.max(length[-2:]))
    if until < end - ROUNDING * step:
        raise ValueError(f"day {until} lies before the end of the grid, day {end:g}")
    # Steps of a grid laid out by itself are no whole days; what rounding leaves over is no step of its own.
    added = math.ceil((until - end) / step - ROUNDING)
    if len(start) + added > MOST_STEPS:
        raise ValueError(f"more than {MOST_STEPS} steps")
    edges = np.append(end + step * np.arange(added), float(until)) if added else np.empty(0)
    longer_start, longer_length = np.append(start, edges[:-1]), np.append(length, np.diff(edges))
    longer_start.flags.writeable = longer_length.flags.writeable = False
    return longer_start, longer_length


def longer(case: Case) -> Case:
    """The same case, followed to its horizon of the view *now*: for whatever asks how long something lasts.

    A record of a war that was still on conditions on length, so that a horizon near its last day would cut off what
    differs. The steps up to the horizon are the same, to the last bit.

    Args:
        case: any case.

    Returns:
        The case itself where both horizons are one.

    Raises:
        ValueError: a horizon of the view *now* before the other, or too far; `check` refuses such a case.

    Example:
        >>> from closedsky.cases import load_case
        >>> case = load_case("odyssey-dawn-2011")
        >>> longer(case) is case
        True
        >>> followed = longer(replace(case, now_horizon=30))
        >>> followed.horizon, float(followed.start[-1] + followed.length[-1])
        (30, 30.0)
    """
    if case.now_horizon == case.horizon:
        return case
    start, length = extend_grid(case.start, case.length, case.now_horizon)
    return replace(case, horizon=case.now_horizon, start=start, length=length)

"""Axes as plain data: which values an axis spans, whether it is logarithmic, where its ticks are.

An axis is chosen here, once, and every drawing places values by it in the same way: `place` is the whole rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

DECADE = 10.0
"""Ratio of the largest to the smallest positive value above which an axis is logarithmic."""

DEEPEST = 6.0
"""Decades that a logarithmic axis spans at most; smaller values are cut at its end."""

BEYOND = 0.5
"""How far, in spans of what must be seen, an axis is drawn out for what may be cut."""

LEAST_BEYOND = 0.7
"""Decades by which a logarithmic axis is drawn out at least, where something may be cut."""

ZERO_AT = 0.03
"""Where zero stands on a logarithmic axis that has a place for it, as a share of its length."""

LOG_FROM = 0.12
"""Where the smallest positive value stands on such an axis."""

STEPS = (1.0, 2.0, 5.0)
"""Round numbers of each decade."""

PARTS = 4
"""Intervals that a linear axis has, roughly."""

MOST_PARTS = 6
"""Intervals that a linear axis has at most, before it is rounded outwards."""

LONG = 1.5
"""Decades above which only the powers of ten are ticks."""

NEAR_ZERO = 0.5
"""A linear axis starts at zero where its smallest value is below this share of its largest."""


def choose_scale(
    needed: Iterable[float],
    wanted: Iterable[float] = (),
    limits: tuple[float, float] = (0.0, math.inf),
    whole: bool = False,
) -> dict[str, Any]:
    """Choose an axis.

    Logarithmic where nothing is negative and the positive values that must be seen span more than a decade, with a
    place for zero left of it if there is a zero; linear otherwise.

    Args:
        needed: values that must be seen, in the unit of the axis; at least one.
        wanted: values that are seen if they lie near those, and cut at the end of the axis if not.
        limits: smallest and largest value that the unit allows.
        whole: whether only whole numbers are ticks.

    Returns:
        `form` ("linear" or "log"), `domain` [low, high], `zero` (whether a logarithmic axis has a place for zero),
        `zero_at` and `log_from` (where that place and the low end stand, as shares of the length), `ticks` as a list of
        {"value", "text"}.

    Raises:
        ValueError: nothing is needed, or a value is not finite.

    >>> choose_scale([120.0, 2300.0], [1.0, 1e9])["domain"]
    [20.0, 20000.0]
    >>> scale = choose_scale([0.0, 2.0, 40.0])
    >>> scale["form"], scale["zero"], [tick["text"] for tick in scale["ticks"]]
    ('log', True, ['0', '2', '5', '10', '20', '50'])
    >>> [tick["text"] for tick in choose_scale([3.0, 9.0])["ticks"]]
    ['0', '2', '4', '6', '8', '10']
    """
    needed, wanted = list(needed), list(wanted)
    if not needed or not all(map(math.isfinite, [*needed, *wanted])):
        raise ValueError("an axis needs values, all of them finite")
    positive = [value for value in needed if value > 0.0]
    if min(needed) >= 0.0 and positive and max(positive) > DECADE * min(positive):
        return _log(positive, wanted, zero=0.0 in needed or 0.0 in wanted)
    return _linear(needed, wanted, limits, whole)


def place(scale: dict[str, Any], value: float) -> float:
    """Say where a value stands on an axis, as a share of its length from 0 to 1; what lies beyond stands at the end.

    >>> scale = choose_scale([100.0, 10000.0])
    >>> [round(place(scale, value), 3) for value in (1.0, 100.0, 1000.0, 10000.0, 1e9)]
    [0.0, 0.0, 0.5, 1.0, 1.0]
    """
    low, high = scale["domain"]
    if scale["form"] == "linear":
        return float(min(max((value - low) / (high - low), 0.0), 1.0))
    start = scale["log_from"] if scale["zero"] else 0.0
    if value <= 0.0:
        return float(scale["zero_at"]) if scale["zero"] else 0.0
    share = math.log(value / low) / math.log(high / low)
    return float(start + (1.0 - start) * min(max(share, 0.0), 1.0))


def cut(scale: dict[str, Any], value: float) -> bool:
    """Whether a value lies beyond the ends of an axis, so that a mark for it is cut there.

    >>> scale = choose_scale([100.0, 10000.0])
    >>> cut(scale, 99.0), cut(scale, 100.0), cut(scale, 0.0)
    (True, False, True)
    """
    low, high = scale["domain"]
    if scale["form"] == "log" and scale["zero"] and value == 0.0:
        return False
    return not low <= value <= high


def _log(positive: Sequence[float], wanted: Sequence[float], zero: bool) -> dict[str, Any]:
    high = max(positive)
    low = max(min(positive), high / 10.0**DEEPEST)
    room = 10.0 ** max(LEAST_BEYOND, BEYOND * math.log10(high / low))
    low, high = (
        min([low, *(max(value, low / room) for value in wanted if value > 0.0)]),
        max([high, *(min(value, high * room) for value in wanted)]),
    )
    low, high = _round_down(low), _round_up(high)
    long = math.log10(high / low) > LONG
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    values = [step * 10.0**power for power in powers for step in (STEPS[:1] if long else STEPS)]
    ticks = [value for value in values if low * (1.0 - 1e-9) <= value <= high * (1.0 + 1e-9)]
    return {
        "form": "log",
        "domain": [low, high],
        "zero": zero,
        "zero_at": ZERO_AT,
        "log_from": LOG_FROM,
        "ticks": _ticks([0.0, *ticks] if zero else ticks),
    }


def _linear(
    needed: Sequence[float], wanted: Sequence[float], limits: tuple[float, float], whole: bool
) -> dict[str, Any]:
    low, high = min(needed), max(needed)
    if 0.0 <= low < NEAR_ZERO * high:
        low = 0.0
    room = BEYOND * (high - low)
    low = min([low, *(max(value, low - room) for value in wanted)])
    high = max([high, *(min(value, high + room) for value in wanted)])
    low, high = max(low, limits[0]), min(high, limits[1])
    if high <= low:  # all one value: something on either side of it, as far as the unit allows
        around = abs(low) or 1.0
        low, high = max(low - around, limits[0]), min(high + around, limits[1])
    step = _round_down((high - low) / PARTS)
    if (high - low) / step > MOST_PARTS:
        step = _round_up((high - low) / PARTS)
    step = max(step, 1.0) if whole else step
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return {
        "form": "linear",
        "domain": [_plain(first * step), _plain(last * step)],
        "zero": False,
        "zero_at": ZERO_AT,
        "log_from": LOG_FROM,
        "ticks": _ticks([count * step for count in range(first, last + 1)]),
    }


def _ticks(values: Iterable[float]) -> list[dict[str, Any]]:
    return [{"value": value, "text": f"{value:,.10g}"} for value in map(_plain, values)]


def _plain(value: float) -> float:
    """Without the last digits, which only the computer's binary numbers have."""
    return float(f"{value:.10g}")


def _round_down(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return _plain(max(step for step in STEPS if step * power <= value * (1.0 + 1e-9)) * power)


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value) + 1e-12)
    return _plain(min(step for step in (*STEPS, DECADE) if step * power >= value * (1.0 - 1e-9)) * power)

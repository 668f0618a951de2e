"""Symmetric-logarithmic axes: even around zero, and further out every step is ten times the last, on both sides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from closedsky.showing.charts.scale import DECADE, STEPS

MOST_DECADES = 4
"""Powers of ten that such an axis spans on either side beyond its even part."""

LOW_SHARE = 0.4
"""Share of the values beyond zero that lie in the even part, roughly."""

Place = Callable[[float], float]


def signed_scale(values: Sequence[float]) -> tuple[dict[str, Any], Place] | None:
    """Choose a symmetric-logarithmic axis.

    Args:
        values: finite.

    Returns:
        A scale as `closedsky.showing.charts.scale.choose_scale` gives it, linear in the places of values, with
        `even_below` (where its even part ends), and the rule that places a value; None where the values span too little
        for such an axis.

    >>> scale, at = signed_scale([-20000.0, -300.0, -30.0, 0.0, 4.0])
    >>> [tick["text"] for tick in scale["ticks"]]
    ['-10,000', '-1,000', '-100', '-10', '0', '10']
    >>> at(-300.0) == -at(300.0), at(0.0)
    (True, 0.0)
    >>> signed_scale([3.0, 4.0]) is None
    True
    """
    sizes = sorted(abs(value) for value in values if value)
    if not sizes or sizes[-1] <= DECADE * sizes[0] or not all(map(math.isfinite, values)):
        return None
    most = sizes[-1]
    even = 10.0 ** math.floor(math.log10(sizes[int(LOW_SHARE * len(sizes))]))
    even = max(even, 10.0 ** (math.floor(math.log10(most)) - MOST_DECADES))

    def place(value: float) -> float:
        return math.asinh(value / even)

    low, high = min(0.0, *values), max(0.0, *values)
    ends = [_outwards(low, even), _outwards(high, even)]
    powers = range(round(math.log10(even)), math.ceil(math.log10(most)) + 1)
    sides: list[float] = [10.0**power for power in powers]
    ticks = sorted({0.0, *sides, *(-side for side in sides)})
    kept = [tick for tick in ticks if ends[0] <= tick <= ends[1]]
    scale = {
        "form": "linear",
        "domain": [place(end) for end in ends],
        "zero": False,
        "zero_at": 0.0,
        "log_from": 0.0,
        "ticks": list(_ticks(kept, place)),
        "even_below": even,
    }
    return scale, place


def _outwards(value: float, even: float) -> float:
    """The next round number away from zero; at least the end of the even part, if there is anything on that side."""
    if value == 0.0:
        return 0.0
    size = max(abs(value), even)
    power = 10.0 ** math.floor(math.log10(size) + 1e-12)
    size = min(step for step in (*STEPS, DECADE) if step * power >= size * (1.0 - 1e-9)) * power
    return math.copysign(size, value)


def _ticks(values: Iterable[float], place: Place) -> Iterable[dict[str, Any]]:
    for value in values:
        yield {"value": place(value), "text": f"{value:,.10g}"}

"""The drawing of quantile dots: stacks of dots above an axis and, where the paths differ, below it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.axis import PAD, Axis
from closedsky.showing.svg import LEADING, SIZES, Span, element, lines, rect, spans_width, text, wrap

BETWEEN = 30.0
"""Between two panels."""

PITCH = (8.0, 10.0)
"""From dot to dot, on a narrow page and on a wide one."""

ROOMY = 600.0
"""Room from which dots are large."""

ROWS = 12
"""Dots of a column at most, as long as columns may be wider."""

WIDEST = 5
"""Dots beside each other in a column at most."""

FILLED = 0.42
"""Radius of a dot, of the way to the next."""

NEAR = 6.0
"""Between the axis and the lowest dots, and between words and marks."""

Drawn = tuple[list[str], float]


def draw_dots(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all panels under each other.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    parts: list[str] = []
    for count, panel in enumerate(chart["panels"]):
        more, top = _panel(panel, left, top + (BETWEEN if count else 0.0), width)
        parts += more
    return parts, top


def _panel(panel: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    unit: list[Span] = [(f", {panel['unit']}", "quiet")] if panel["unit"] else []
    more, top = lines(left, top + 8.0, wrap([(panel["title"], "ink strong"), *unit], "head", width), "head")
    parts += more
    upper, *lower = panel["plots"]
    more, top = lines(left, top, wrap([(upper["sentence"], upper["kind"])], "body", width), "body")
    parts += more
    if not any(plot["dots"] for plot in panel["plots"]):
        return parts, top
    pitch = PITCH[width >= ROOMY]
    more, top = _each(panel, left, top + NEAR, width, pitch)
    parts += more
    axis, columns = _layout(panel, left, width, pitch)
    tall = [max((row for _, row in dots), default=-1) + 1 for dots in columns]
    base = top + NEAR + pitch * tall[0]
    parts += _stack(upper["kind"], columns[0], base, -pitch)
    more, top = axis.labels(base + NEAR)
    parts += more
    if panel["ends"]:
        more, top = _ends(panel["ends"], axis, top)
        parts += more
    if lower:
        top += NEAR
        parts.append(rect("quiet", left + PAD, top, width - 2.0 * PAD, 1.0))
        parts += _stack(lower[0]["kind"], columns[1], top + NEAR, pitch)
        top += NEAR + pitch * tall[1]
        sentence = wrap([(lower[0]["sentence"], lower[0]["kind"])], "body", width)
        more, top = lines(left, top + NEAR, sentence, "body")
        parts += more
    return parts, top


def _each(panel: Mapping[str, Any], left: float, top: float, width: float, pitch: float) -> Drawn:
    """Say what a dot is, beside one of each colour."""
    kinds = [plot["kind"] for plot in panel["plots"]]
    room = pitch * (len(kinds) + 0.5)
    middle = top + LEADING["small"] / 2.0
    dots = [
        element("circle", {"class": kind, "cx": left + pitch * (i + 0.5), "cy": middle, "r": FILLED * pitch})
        for i, kind in enumerate(kinds)
    ]
    more, top = lines(left + room, top, wrap([(panel["each"], "quiet")], "small", width - room), "small")
    return dots + more, top


def _layout(
    panel: Mapping[str, Any], left: float, width: float, pitch: float
) -> tuple[Axis, list[list[tuple[float, int]]]]:
    """Choose columns so wide that no stack is too tall, and say where each dot of each plot stands: x, and row."""
    for many in range(1, WIDEST + 1):
        wide = many * pitch
        inset = max(wide / 2.0 - PAD, 0.0)
        axis = _axis(panel["scale"], left + inset, left + width - inset)
        columns = [_columns(plot["places"], axis, left, left + width, wide, pitch) for plot in panel["plots"]]
        if all(row < ROWS for dots in columns for _, row in dots):
            break
    return axis, columns


def _columns(
    places: Sequence[float], axis: Axis, left: float, right: float, wide: float, pitch: float
) -> list[tuple[float, int]]:
    """Columns stand around zero, so that none holds dots of both sides of it but those next to it."""
    zero = axis.at(0.0)
    first = math.ceil((left + wide / 2.0 - zero) / wide - 1e-9)
    last = math.floor((right - wide / 2.0 - zero) / wide + 1e-9)
    found: dict[int, int] = {}
    for at in places:
        column = min(max(round((axis.at(at) - zero) / wide), first), last)
        found[column] = found.get(column, 0) + 1
    many = round(wide / pitch)
    dots = []
    for column, count in found.items():
        for i in range(count):
            row, place = divmod(i, many)
            beside = min(many, count - row * many)
            dots.append((zero + column * wide + (place - (beside - 1) / 2.0) * pitch, row))
    return dots


def _axis(scale: Mapping[str, Any], left: float, right: float) -> Axis:
    """The axis, with as many ticks as there is room for labels, zero always among them."""
    ticks = scale["ticks"]
    zero = next((i for i, tick in enumerate(ticks) if tick["value"] == 0.0), 0)
    for stride in range(1, len(ticks) + 1):
        kept = [tick for i, tick in enumerate(ticks) if (i - zero) % stride == 0]
        axis = Axis({**scale, "ticks": kept}, left, right)
        if len(axis.ticks) == len(kept):
            break
    return axis


def _stack(kind: str, dots: Sequence[tuple[float, int]], base: float, step: float) -> list[str]:
    radius = FILLED * abs(step)
    return [
        element("circle", {"class": kind, "cx": x, "cy": base + (row + 0.5) * step, "r": radius}) for x, row in dots
    ]


def _ends(ends: Sequence[str], axis: Axis, top: float) -> Drawn:
    """Say what lies left and right of zero, where there is anything and room for the words."""
    low, high = axis.scale["domain"]
    zero, base = axis.at(0.0), top + SIZES["small"]
    parts = []
    if low < 0.0 and zero - axis.left >= spans_width([(f"← {ends[0]}", "quiet")], "small"):
        parts.append(text(zero - NEAR, base, [(f"← {ends[0]}", "quiet")], "small", "end"))
    if high > 0.0 and axis.right - zero >= spans_width([(f"{ends[1]} →", "quiet")], "small") + NEAR:
        parts.append(text(zero + NEAR, base, [(f"{ends[1]} →", "quiet")], "small"))
    return parts, top + LEADING["small"] if parts else top

"""The drawing of quantile dots: stacks of dots above an axis and, where the paths differ, below it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.axis import PAD, Axis
from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import LEADING, SIZES, Span, element, lines, marked, rect, spans_width, text, wrap

BETWEEN = 30.0
"""Between two panels."""

GUTTER = 32.0
"""Between two panels beside each other."""

LEAST, MOST = 248.0, 3
"""Least width of a panel that has others beside it, and panels beside each other at most."""

PITCH = 8.0
"""From dot to dot."""

ROWS = 12
"""Dots of a column at most, as long as columns may be wider."""

WIDEST = 5
"""Dots beside each other in a column at most."""

FILLED = 0.42
"""Radius of a dot, of the way to the next."""

NEAR = 6.0
"""Between the axis and the lowest dots, and between words and marks."""

Stack = list[list[tuple[float, int]]]
"""Dots of each column, from left to right: where each stands, and in which row from the axis."""


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
    panels = chart["panels"]
    many = min(max(int((width + GUTTER) // (LEAST + GUTTER)), 1), MOST, len(panels))
    each = (width - GUTTER * (many - 1)) / many
    parts: list[str] = []
    for first in range(0, len(panels), many):
        more, top = _row(panels[first : first + many], left, top + (BETWEEN if first else 0.0), each)
        parts += more
    return parts, top


def _row(panels: Sequence[Mapping[str, Any]], left: float, top: float, width: float) -> Drawn:
    """Panels beside each other, with their axes on one line."""
    at = [left + i * (width + GUTTER) for i in range(len(panels))]
    heads = [_head(panel, x, top, width) for panel, x in zip(panels, at, strict=True)]
    laid = [_layout(panel, x, width) for panel, x in zip(panels, at, strict=True)]
    tall = max(_rows(stacks[0]) for _, stacks in laid)
    base = max(bottom for _, bottom in heads) + NEAR + PITCH * tall
    bodies = [
        _body(panel, axis, stacks, x, base, width)
        for panel, (axis, stacks), x in zip(panels, laid, at, strict=True)
        if any(stacks)
    ]
    parts = [part for drawn in (*heads, *bodies) for part in drawn[0]]
    return parts, max(bottom for _, bottom in (*heads, *bodies))


def _head(panel: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    words: list[Span] = [(panel["title"], "ink strong")]
    if panel["unit"]:
        words = [(f"{panel['title']},", "ink strong"), (f" {panel['unit']}", "quiet")]
    more, top = lines(left, top + 8.0, wrap(words, "head", width), "head")
    parts += more
    upper = panel["plots"][0]
    more, top = lines(left, top + 2.0, wrap([(upper["sentence"], upper["kind"])], "body", width), "body")
    parts += marked(more, _named(upper)[0])
    if not any(plot["dots"] for plot in panel["plots"]):
        return parts, top
    more, top = _each(panel, left, top + NEAR, width)
    return parts + more, top


def _named(plot: Mapping[str, Any]) -> tuple[Sequence[int], Sequence[int]]:
    """Rows of the numbers table that the sentence of a plot says, and those of its dots."""
    rows = plot.get("rows", ())
    first = max(len(rows) - len(plot["dots"]), 0)
    return rows[:first], rows[first:]


def _body(
    panel: Mapping[str, Any], axis: Axis, stacks: Sequence[Stack], left: float, base: float, width: float
) -> Drawn:
    upper, *lower = panel["plots"]
    parts = _stack(upper, stacks[0], base, -PITCH)
    more, top = axis.labels(base + NEAR / 2.0)
    parts += more
    if panel["ends"]:
        more, top = _ends(panel["ends"], axis, top)
        parts += more
    if lower:
        top += NEAR
        parts.append(rect("quiet", axis.left + PAD, top, axis.right - axis.left - 2.0 * PAD, 1.0))
        parts += _stack(lower[0], stacks[1], top + NEAR / 2.0, PITCH)
        top += NEAR / 2.0 + PITCH * _rows(stacks[1])
        sentence = wrap([(lower[0]["sentence"], lower[0]["kind"])], "body", width)
        more, top = lines(left, top + NEAR, sentence, "body")
        parts += marked(more, _named(lower[0])[0])
    return parts, top


def _rows(stack: Stack) -> int:
    return max((row for column in stack for _, row in column), default=-1) + 1


def _each(panel: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Say what a dot is, beside one of each colour."""
    kinds = [plot["kind"] for plot in panel["plots"]]
    room = PITCH * (len(kinds) + 0.5)
    middle = top + LEADING["small"] / 2.0
    dots = [
        element("circle", {"class": kind, "cx": left + PITCH * (i + 0.5), "cy": middle, "r": FILLED * PITCH})
        for i, kind in enumerate(kinds)
    ]
    more, top = lines(left + room, top, wrap([(panel["each"], "quiet")], "small", width - room), "small")
    return dots + more, top


def _layout(panel: Mapping[str, Any], left: float, width: float) -> tuple[Axis, list[Stack]]:
    """Choose columns so wide that no stack is too tall, and say where each dot of each plot stands."""
    for many in range(1, WIDEST + 1):
        wide = many * PITCH
        inset = max(wide / 2.0 - PAD, 0.0)
        axis = _axis(panel["scale"], left + inset, left + width - inset)
        stacks = [_columns(plot["places"], axis, left, left + width, wide) for plot in panel["plots"]]
        if all(_rows(stack) <= ROWS for stack in stacks):
            break
    return axis, stacks


def _columns(places: Sequence[float], axis: Axis, left: float, right: float, wide: float) -> Stack:
    """Columns stand around zero, so that none holds dots of both sides of it but those next to it."""
    zero = axis.at(0.0)
    first = math.ceil((left + wide / 2.0 - zero) / wide - 1e-9)
    last = math.floor((right - wide / 2.0 - zero) / wide + 1e-9)
    found: dict[int, int] = {}
    for at in places:
        column = min(max(round((axis.at(at) - zero) / wide), first), last)
        found[column] = found.get(column, 0) + 1
    many = round(wide / PITCH)
    stack = []
    for column, count in found.items():
        dots = []
        for i in range(count):
            row, place = divmod(i, many)
            beside = min(many, count - row * many)
            dots.append((zero + column * wide + (place - (beside - 1) / 2.0) * PITCH, row))
        stack.append(dots)
    return stack


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


def _stack(plot: Mapping[str, Any], stack: Stack, base: float, step: float) -> list[str]:
    """Draw the dots of a plot, those of one column in one group: they stand for rows that follow each other."""
    radius = FILLED * abs(step)
    parts, (_, rows), first = [], _named(plot), 0
    for column in stack:
        dots = [element("circle", {"cx": x, "cy": base + (row + 0.5) * step, "r": radius}) for x, row in column]
        parts += marked(dots, rows[first : first + len(dots)])
        first += len(dots)
    return [element("g", {"class": plot["kind"]}, "\n", *(f"{part}\n" for part in parts))] if parts else []


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

"""One row of the backtest strip: its words above, or beside, its marks."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from closedsky.showing.drawing.axis import Axis
from closedsky.showing.drawing.callouts import Callout, draw_callouts, lanes_for, room_for
from closedsky.showing.drawing.marks import (
    BAR,
    BELOW,
    DOT,
    HEAD,
    NAIVE,
    THICK,
    marks_height,
    number_marks,
    share_marks,
)
from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import FIRM, SIZES, Span, lines, marked, text, text_width, wrap

BESIDE_FROM = 560.0
"""Width of a panel from which words stand beside the marks and not above them."""

WORDS = 0.46
"""Share of such a panel that the words take."""

GAP = 24.0
"""Between words and marks that stand beside each other."""

CLASSES: Mapping[str, str] = {"record": "ink", "futures": "futures", "naive": "quiet"}
"""Colour of the words that speak of a mark."""


def draw_row(
    row: Mapping[str, Any],
    scale: dict[str, Any],
    names: Mapping[str, str] | None,
    labelled: bool,
    left: float,
    top: float,
    width: float,
) -> Drawn:
    """Draw a row.

    Args:
        row: of a panel, from the chart's JSON.
        scale: its axis.
        names: what its marks are called, where they are named; None elsewhere.
        labelled: whether its axis has labels.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom.
    """
    beside = width >= BESIDE_FROM
    words, below = _words(row, left, top, WORDS * width - GAP if beside else width)
    axis = _axis(scale, left, width)
    marks = top + 2.0 if beside else below + 4.0
    grid, more, bottom = _marks(row, axis, names, marks)
    parts = grid + marked(words + more, row.get("rows", ()))
    if labelled:
        more, bottom = axis.labels(bottom + 2.0)
        parts += more
    return parts, max(below, bottom)


def stands_apart(row: Mapping[str, Any], scale: dict[str, Any], width: float) -> bool:
    """Whether the marks of a number stand so far apart in a panel of this width that each can be named."""
    axis, bands = _axis(scale, 0.0, width), row["predicted"]
    places = [axis.at(x) for x in (bands["band_90"][0], *bands["band_50"], bands["band_90"][1])]
    return all(b - a > THICK for a, b in itertools.pairwise(places))


def _axis(scale: dict[str, Any], left: float, width: float) -> Axis:
    return Axis(scale, left + WORDS * width if width >= BESIDE_FROM else left, left + width)


def _words(row: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """What is counted, in which unit, and how it is missed; then the numbers."""
    label: list[Span] = [(row["label"], "ink strong")]
    if row["unit"] and row["unit"].casefold() not in row["label"].casefold():
        label.append((f", {row['unit']}", "quiet"))
    if row["miss"]:
        label.append((f" (missed:{FIRM}{row['miss']})", "ink strong"))
    parts, top = lines(left, top, wrap(label, "body", width), "body")
    sentence = [(words, CLASSES[mark]) for words, mark in row["sentence"]]
    wrapped = wrap(sentence, "body", width)
    if len(wrapped) > 1:  # better one line for each thing that is said
        wrapped = [line for piece in sentence for line in wrap([piece], "body", width)]
    more, top = lines(left, top, wrapped, "body")
    return parts + more, top


def _marks(
    row: Mapping[str, Any], axis: Axis, names: Mapping[str, str] | None, top: float
) -> tuple[list[str], list[str], float]:
    """The grid behind the marks, the marks with their names, and the bottom."""
    number = row["form"] == "number"
    draw: Callable[..., list[str]] = number_marks if number else share_marks
    above, below = _callouts(row, axis, names) if names and number else ([], [])
    lifted, lowered = lanes_for(above, axis.left, axis.right), lanes_for(below, axis.left, axis.right)
    top += room_for(lifted)
    height = marks_height(row)
    foot = top + height + room_for(lowered) + (4.0 if lowered else 0.0)
    grid = axis.grid(top + (HEAD / 2.0 if number else 0.0), foot + 2.0)
    parts = draw_callouts(lifted, top, height, above=True) + draw_callouts(lowered, top, height, above=False)
    parts += draw(row, axis, top)
    if names and not number:
        parts += _share_name(row, axis, names["naive_share"], top)
    return grid, parts, foot


def _callouts(row: Mapping[str, Any], axis: Axis, names: Mapping[str, str]) -> tuple[list[Callout], list[Callout]]:
    """What the marks of a number are called, above them and below."""
    predicted, naive = row["predicted"], row["naive"]
    low, high = (axis.at(x) for x in predicted["band_90"])
    quarter, three = (axis.at(x) for x in predicted["band_50"])
    median = axis.at(predicted["median"])
    record = (axis.at(row["record"]["low"]) + axis.at(row["record"]["high"])) / 2.0
    above = [
        Callout(names["record"], "ink", ((record, 1.0),)),
        Callout(names["median"], "futures", ((median, BAR - THICK / 2.0 - 3.0),)),
        Callout(names["middle"], "futures", _middles(BAR - THICK / 2.0, (quarter, median), (median, three))),
        Callout(names["most"], "futures", _middles(BAR - 2.0, (low, quarter), (three, high))),
    ]
    if not naive:
        return above, []
    first, last = naive["band_90"]
    ends = (axis.left if first is None else axis.at(first), axis.right if last is None else axis.at(last))
    if naive["median"] is None or axis.cut(naive["median"]):
        return above, [Callout(names["naive"], "quiet", _middles(NAIVE + 2.0, ends))]
    middle = axis.at(naive["median"])
    parts = ((ends[0], middle), (middle, ends[1]))
    return above, [
        Callout(names["naive"], "quiet", _middles(NAIVE + 2.0, *parts)),
        Callout(names["naive_median"], "quiet", ((middle, NAIVE + DOT + 1.0),)),
    ]


def _middles(down: float, *parts: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """The middles of parts of a bar, of the longest first."""
    ordered = sorted(parts, key=lambda part: part[0] - part[1])
    return tuple(((start + end) / 2.0, down) for start, end in ordered)


def _share_name(row: Mapping[str, Any], axis: Axis, name: str, top: float) -> list[str]:
    """Name the naive forecaster's mark of a share, on the side where there is room."""
    x, gap = axis.at(1000.0 * row["naive"]["share"]), DOT + 5.0
    room = text_width(name, SIZES["small"]) + gap
    base = top + BELOW + 0.36 * SIZES["small"]
    right = x + room <= axis.right
    return [text(x + gap if right else x - gap, base, [(name, "quiet")], "small", "start" if right else "end")]

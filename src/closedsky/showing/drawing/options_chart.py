"""The drawing of all options at a glance: columns side by side, or on a narrow page one panel below another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.axis import Axis
from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import FIRM, LEADING, Span, element, lines, marked, number, rect, spans_width, stroke, wrap

SIDE_FROM = 680.0
"""Room from which the columns stand side by side."""

NAMED_FROM = 1100.0
"""Room from which names stand left of their row and not above it."""

NAMES = 230.0
"""Room of names that stand left of their row."""

GUTTER = 20.0
"""Between two columns."""

SHARES: Mapping[str, float] = {"lives": 1.7}
"""Columns that are wider than the others."""

TABLE_NAMES = {"lives": "killed"}
"""Measures that the numbers table calls otherwise than the chart."""

THIN, THICK, TICK, DOT, LANE = 3.0, 7.0, 9.0, 3.0, 12.0
"""Of bands, of shares, of medians, radius of means, and height of a lane's marks."""

LEAST = 1.5
"""Width that a bar keeps."""

BESIDE = 0.48
"""Share of a narrow page that numbers beside the marks take at most."""

BETWEEN = 30.0
"""Between two panels of a narrow page."""


def draw_options_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all options.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    measures = [measure | {"columns": _columns(chart, measure["id"])} for measure in chart["measures"]]
    if width >= SIDE_FROM:
        return _side_by_side(measures, chart["options"], left, top, width)
    parts: list[str] = []
    for measure in measures:
        more, bottom = _panel(measure, chart["options"], left, top, width)
        parts, top = parts + more, bottom + BETWEEN
    return parts, top - BETWEEN


def _columns(chart: Mapping[str, Any], measure: str) -> list[int]:
    """Columns of the numbers table that a measure shows."""
    name = TABLE_NAMES.get(measure, measure)
    return [i for i, column in enumerate(chart["columns"]) if column["name"].partition("_")[0] == name]


def _side_by_side(measures: Sequence[Any], options: Sequence[Any], left: float, top: float, width: float) -> Drawn:
    names = NAMES + GUTTER if width >= NAMED_FROM else 0.0
    part = (width - names - GUTTER * (len(measures) - 1)) / sum(SHARES.get(each["id"], 1.0) for each in measures)
    rooms, x = [], left + names
    for each in measures:
        rooms.append((x, part * SHARES.get(each["id"], 1.0)))
        x += rooms[-1][1] + GUTTER
    parts = [rect("ink", left, top, width, 1.0)]
    heads = [_head(each, *room, top + 6.0) for each, room in zip(measures, rooms, strict=True)]
    top = max(bottom for _, bottom in heads)
    parts += [part for more, _ in heads for part in more]
    axes = [
        Axis(each["scale"], x, x + room) if each["scale"] else None
        for each, (x, room) in zip(measures, rooms, strict=True)
    ]
    for scaled in filter(None, axes):
        parts += scaled.labels(top + 6.0)[0]
    top += 6.0 + 4.0 + LEADING["small"] + 6.0
    told = False
    for option in options:
        apart = next((each for each in measures if len(option["cells"][each["id"]]["lanes"]) > 1), None)
        parts.append(rect("hair", left, top, width, 1.0))
        label = wrap([(option["label"], "ink strong")], "body", names - GUTTER if names else width)
        more, below = lines(left, top + 5.0, label, "body")
        parts += marked(more, option.get("rows", ()))
        start = top + 5.0 if names else below
        bottom = below
        for measure, axis, (x, room) in zip(measures, axes, rooms, strict=True):
            cell = option["cells"][measure["id"]]
            # Paths are named once in a row; after the first time only where it takes no other line.
            named = measure is apart and (not told or _fits(cell["lanes"], room))
            more, end = _cell(cell, measure, axis, x, start, room, named)
            parts += more
            bottom = max(bottom, end)
        told = told or apart is not None
        top = bottom + 6.0
    return parts, top


def _fits(lanes: Sequence[Mapping[str, Any]], room: float) -> bool:
    return all(spans_width(_words(lane, True), "small") <= room for lane in lanes)


def _head(measure: Mapping[str, Any], left: float, width: float, top: float) -> Drawn:
    parts, top = lines(left, top, wrap([(measure["title"], "ink strong")], "body", width), "body")
    more, top = lines(left, top, wrap([(measure["unit"], "quiet")], "small", width), "small")
    return parts + more, top


def _cell(
    cell: Mapping[str, Any],
    measure: Mapping[str, Any],
    axis: Axis | None,
    x: float,
    top: float,
    room: float,
    named: bool,
) -> Drawn:
    """Numbers above their marks; grid lines only where there are marks."""
    if axis is None or not cell["lanes"]:
        return lines(x, top, wrap([(cell["words"], "quiet")], "small", room), "small")
    parts: list[str] = []
    for lane in cell["lanes"]:
        more, top = lines(x, top, wrap(_words(lane, named), "small", room), "small")
        more += _marks(lane, measure["form"], axis, top + LANE / 2.0)
        parts += _grid(measure, axis, top, top + LANE) + marked(more, lane.get("rows", ()), measure["columns"])
        top += LANE + 2.0
    return parts, top


def _panel(measure: Mapping[str, Any], options: Sequence[Any], left: float, top: float, width: float) -> Drawn:
    """One measure of all options; those without a number are named in a sentence below."""
    parts = [rect("ink", left, top, width, 1.0)]
    heading: list[Span] = [(measure["title"], "ink strong"), (f", {measure['unit']}", "quiet")]
    more, top = lines(left, top + 8.0, wrap(heading, "head", width), "head")
    parts += more
    cells = [(option, option["cells"][measure["id"]]) for option in options]
    drawn = [(option, cell) for option, cell in cells if cell["lanes"] and measure["scale"]]
    if drawn:
        first = next((cell for _, cell in drawn if len(cell["lanes"]) > 1), None)
        said = [_words(lane, cell is first) for _, cell in drawn for lane in cell["lanes"]]
        words = min(max(spans_width([span], "small") for each in said for span in each) + 1.0, BESIDE * width)
        axis = Axis(measure["scale"], left, left + width - words - 10.0)
        more, top = axis.labels(top + 8.0)
        parts, top = parts + more, top + 6.0
        for option, cell in drawn:
            label, top = lines(left, top, wrap([(option["label"], "ink strong")], "small", width), "small")
            if len(cell["lanes"]) > 1:  # of both, so that it stands alone
                parts, label = parts + marked(label, option.get("rows", ()), measure["columns"]), []
            for lane in cell["lanes"]:
                wrapped = wrap(_words(lane, cell is first), "small", words)
                more, end = lines(left + width - words, top, wrapped, "small")
                more = label + more + _marks(lane, measure["form"], axis, top + LEADING["small"] / 2.0)
                parts += _grid(measure, axis, top, end) + marked(more, lane.get("rows", ()), measure["columns"])
                top = end
            top += 8.0
    for words_of in dict.fromkeys(cell["words"] for _, cell in cells if not cell["lanes"]):
        named = "; ".join(o["label"] for o, cell in cells if cell["words"] == words_of and not cell["lanes"])
        sentence: list[Span] = [(f"{words_of[:1].upper()}{words_of[1:]}: ", "quiet"), (named, "ink")]
        more, top = lines(left, top + 2.0, wrap(sentence, "small", width), "small")
        parts += more
    return parts, top


def _grid(measure: Mapping[str, Any], axis: Axis, top: float, bottom: float) -> list[str]:
    """Lines at the ticks; that between fewer and more is dark."""
    parts = axis.grid(top, bottom)
    if measure["form"] == "effect":
        parts.append(stroke("quiet", (axis.at(0.0), top), (axis.at(0.0), bottom)))
    return parts


def _words(lane: Mapping[str, Any], named: bool) -> list[Span]:
    """A lane's numbers in the colour of its path, with the path where it is named."""
    said: list[Span] = [(lane["words"], _kind(lane) if lane["path"] else "ink")]
    return [*said, (f" {lane['path']}{FIRM}path", "quiet")] if named and lane["path"] else said


def _kind(lane: Mapping[str, Any]) -> str:
    return "engagement" if lane["path"] == "engagement" else "futures"


def _marks(lane: Mapping[str, Any], form: str, axis: Axis, middle: float) -> list[str]:
    kind = _kind(lane)
    if form == "share":
        start = axis.at(0.0)
        parts = [rect(kind, start, middle - THICK / 2.0, max(axis.at(lane["share"]) - start, LEAST), THICK)]
        if lane["low"] is not None and lane["high"] is not None:
            parts.append(stroke(kind, (axis.at(lane["low"]), middle), (axis.at(lane["high"]), middle), width=THIN / 2))
        return parts
    low, high = axis.at(lane["low"]), axis.at(lane["high"])
    parts = [rect(kind, low, middle - THIN / 2.0, max(high - low, LEAST), THIN)]
    for x, value, way in ((low, lane["low"], -1.0), (high, lane["high"], 1.0)):
        if axis.cut(value):
            points = [(x, -4.0), (x + 6.0 * way, 0.0), (x, 4.0)]
            path = "L".join(f"{number(px)} {number(middle + py)}" for px, py in points)
            parts.append(element("path", {"class": kind, "d": f"M{path}Z"}))
    parts += _over(kind, axis.at(lane["median"]), middle)
    if lane["mean"] is not None:
        x, ends = axis.at(lane["mean"]), [lane["mean"] + side * (lane["error"] or 0.0) for side in (-1, 1)]
        for colour, radius in (("paper", DOT + 1.5), (kind, DOT)):
            parts.append(element("circle", {"class": colour, "cx": x, "cy": middle, "r": radius}))
        parts.append(stroke("ink", (axis.at(ends[0]), middle), (axis.at(ends[1]), middle), width=1.5))
    return parts


def _over(kind: str, x: float, middle: float) -> list[str]:
    """A tick over a bar, set off from it."""
    high = TICK / 2.0
    return [
        rect("paper", x - 2.0, middle - high, 4.0, TICK),
        rect(kind, x - 1.0, middle - high, 2.0, TICK),
    ]

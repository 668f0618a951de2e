"""The drawing of an exploration: for each path the trade-off of density and coverage, and bars of what decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.panels import Drawn, columns_in, in_rows
from closedsky.showing.drawing.pointing import spread, strips
from closedsky.showing.svg import SIZES, element, lines, marked, rect, stroke, text, text_width, wrap

TWO_FROM = 840.0
"""Room from which paths stand beside each other."""

GUTTER, BETWEEN = 40.0, 32.0
"""Between two columns, and between two panels of a column."""

TALL = 220.0
"""Height of a trade-off."""

LEFT = 44.0
"""Room for the labels of the upright axis."""

FOOT = 34.0
"""Room for the labels of the level axis and its name."""

INDENT = 12.0
"""Of the limits."""

BAR = 10.0
"""Height of a bar."""

LABELS = 0.5
"""Share of the room that names of bars take."""

CEILING = "ceiling that luck sets"

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Ticks of either axis."""

DENSITIES = {"density_searched": 1.5, "density": 2.5}
"""Lines by the column that they show, and how thick they are."""

STRIPS = 10
"""Places of a trade-off at most that a person can point at."""

RING = 6.0
"""Radius of the ring around the box that is told."""


def draw_exploration(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all panels.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    names = [column["name"] for column in chart["columns"]]
    shown = {key: [i for i, name in enumerate(names) if name in ("coverage", key)] for key in DENSITIES}
    columns = columns_in(width, TWO_FROM, GUTTER, len(chart["panels"]))

    def panel(given: Mapping[str, Any], x: float, y: float) -> Drawn:
        return _panel(given, shown, x, y, columns.each)

    return in_rows(chart["panels"], columns, left, top, BETWEEN, panel)


def _panel(
    panel: Mapping[str, Any], shown: Mapping[str, Sequence[int]], left: float, top: float, width: float
) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    for words, kind, size in ((panel["title"], "ink strong", "head"), (panel["subtitle"], "quiet", "body")):
        more, top = lines(left, top + 6.0, wrap([(words, kind)], size, width), size)
        parts += more
    for words in panel["limits"]:
        parts.append(text(left, top + 13.0, [("–", "quiet")], "body"))
        more, top = lines(left + INDENT, top, wrap([(words, "ink")], "body", width - INDENT), "body")
        parts += more
    more, top = _trade_off(panel, shown, left, top + 36.0, width)
    parts += more
    if panel["bars"]:
        heading = "What decides whether it happens: share of the variance"
        more, top = lines(left, top + 16.0, wrap([(heading, "ink strong")], "body", width), "body")
        parts += more
        more, top = _bars(panel["bars"], left, top + 4.0, width)
        parts += more
    return parts, top


def _trade_off(
    panel: Mapping[str, Any], shown: Mapping[str, Sequence[int]], left: float, top: float, width: float
) -> Drawn:
    """Lines of density against coverage; `shown` are the columns of the numbers table that either of them shows."""
    low, high, bottom = left + LEFT, left + width - 8.0, top + TALL

    def at(coverage: float, density: float) -> tuple[float, float]:
        return low + coverage * (high - low), bottom - density * TALL

    parts = []
    for tick in QUARTERS:
        (x, _), (_, y) = at(tick, 0.0), at(0.0, tick)
        parts.append(stroke("hair", (low, y), (high, y)))
        parts.append(text(low - 6.0, y + SIZES["small"] / 3.0, [(f"{tick:.0%}", "quiet")], "small", "end"))
        words = f"{tick:.0%}"
        edge = left + width - text_width(words, SIZES["small"]) / 2.0
        parts.append(text(min(x, edge), bottom + 14.0, [(words, "quiet")], "small", "middle"))
    parts.append(text((low + high) / 2.0, bottom + 28.0, [("coverage", "quiet")], "small", "middle"))
    parts.append(text(left, top - 12.0, [("density", "quiet")], "small"))
    base = at(0.0, panel["base"])[1]
    parts.append(stroke("quiet", (low, base), (high, base)))
    # At the left, where the lines are high: at the right they end on it.
    parts.append(text(low + 4.0, base + 13.0, [("all futures", "quiet")], "small"))
    boxes = panel["boxes"]
    rows = [box.get("rows", ()) for box in boxes]
    if len(boxes) > 1:
        xs = [at(box["coverage"], 0.0)[0] for box in boxes]
        parts += strips(((xs[i], rows[i]) for i in spread(xs, STRIPS)), (low, high), top, TALL)
        for kind, (key, thick) in zip(("naive", "futures"), DENSITIES.items(), strict=True):
            line = stroke(kind, *(at(box["coverage"], box[key]) for box in boxes), width=thick)
            parts += marked([line], (row for each in rows for row in each), shown[key])
    if panel["final"]:
        x, y = at(panel["final"]["coverage"], panel["final"]["density"])
        ring = [
            element("circle", {"class": kind, "cx": x, "cy": y, "r": radius})
            for kind, radius in (("ink", RING), ("paper", RING - 2.0), ("futures", RING - 3.5))
        ]
        parts += marked(ring, panel["final"].get("rows", ()))
        if panel["ceiling"]:
            ends = [at(0.0, end)[1] for end in panel["ceiling"]]
            for end in ends:
                parts.append(stroke("ink", (x - 7.0, end), (x + 7.0, end), width=1.5))
            parts.append(stroke("ink", (x, ends[0]), (x, ends[1]), width=1.5))
            beyond = x + 11.0 + text_width(CEILING, SIZES["small"]) > left + width
            label = (x - 11.0, "end") if beyond else (x + 11.0, "start")
            parts.append(text(label[0], sum(ends) / 2.0 + 4.0, [(CEILING, "ink")], "small", label[1]))
    return parts, bottom + FOOT


def _bars(bars: list[Mapping[str, Any]], left: float, top: float, width: float) -> Drawn:
    room = width * LABELS
    low, high = left + room + 8.0, left + width - 44.0
    most = max([bar["total"] + bar["error"] for bar in bars] + [0.01])
    parts: list[str] = []
    for bar in bars:
        wrapped = wrap([(bar["name"], "ink")], "small", room)
        own, end = lines(left, top, wrapped, "small")
        middle = (top + end) / 2.0
        scale = (high - low) / most

        def x(value: float, scale: float = scale) -> float:
            return low + max(value, 0.0) * scale

        own.append(rect("naive" if bar["luck"] else "futures", low, middle - BAR / 2.0, x(bar["total"]) - low, BAR))
        if bar["first"]:
            own.append(rect("ink", low, middle - BAR / 2.0, x(bar["first"]) - low, BAR))
        ends = x(bar["total"] - bar["error"]), x(bar["total"] + bar["error"])
        own.append(stroke("ink", (ends[0], middle), (ends[1], middle)))
        words = f"{100 * bar['total']:.0f} %"
        own.append(text(left + width, middle + 4.0, [(words, "ink")], "small", "end"))
        parts += marked(own, bar.get("rows", ()))
        top = end + 6.0
    return parts, top

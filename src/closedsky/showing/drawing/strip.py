"""The backtest strip: panels in one column or two, each a list of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.charts.scale import choose_scale
from closedsky.showing.drawing.panels import Drawn, columns_in, in_columns
from closedsky.showing.drawing.strip_row import draw_row, stands_apart
from closedsky.showing.svg import lines, rect, wrap

TWO_FROM = 840.0
"""Room from which panels stand in two columns."""

GUTTER = 40.0
"""Between two columns."""

BETWEEN = 32.0
"""Between two panels of a column."""

ROW = 16.0
"""Between two rows."""

SHARE_SCALE = choose_scale([0.0, 1000.0], (), (0.0, 1000.0))
"""Axis of shares: futures, of 1,000."""


def draw_strip(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all panels.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    panels = chart["panels"]
    columns = columns_in(width, TWO_FROM, GUTTER, len(panels))
    named = _named(panels, columns.each)

    def panel(given: Mapping[str, Any], x: float, y: float) -> Drawn:
        return _panel(given, chart["marks"], named, x, y, columns.each)

    split = _split(panels, columns.many, [panel(given, 0.0, 0.0)[1] + BETWEEN for given in panels])
    return in_columns(split, columns, left, top, BETWEEN, panel)


def _split(panels: Sequence[Any], many: int, heights: Sequence[float]) -> list[Sequence[Any]]:
    """Columns in reading order, as even as they can be."""
    if many == 1:
        return [panels]
    after = min(range(1, len(panels)), key=lambda cut: max(sum(heights[:cut]), sum(heights[cut:])))
    return [panels[:after], panels[after:]]


def _named(panels: Sequence[Mapping[str, Any]], width: float) -> list[Any]:
    """Rows whose marks are named: of numbers one of the first panel that has any, of shares the first of all."""
    found = []
    for panel in panels:
        numbers = [row for row in panel["rows"] if row["form"] == "number"]
        if numbers:
            apart = [row for row in numbers if stands_apart(row, panel["scale"] or row["scale"], width)]
            found.append((apart or numbers)[0])
            break
    shares = [row for panel in panels for row in panel["rows"] if row["form"] == "share" and row["naive"]]
    return found + shares[:1]


def _panel(
    panel: Mapping[str, Any], marks: Mapping[str, str], named: Sequence[Any], left: float, top: float, width: float
) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    unit = [(f", {panel['unit']}", "quiet")] if panel["unit"] else []
    more, top = lines(left, top + 8.0, wrap([(panel["title"], "ink strong"), *unit], "head", width), "head")
    parts += more
    more, top = lines(left, top, wrap([(panel["subtitle"], "quiet")], "body", width), "body")
    parts += more
    numbers = [row for row in panel["rows"] if row["form"] == "number"]
    shares = [row for row in panel["rows"] if row["form"] == "share"]
    for row in [*numbers, *shares]:
        if shares and row is shares[0]:
            more, top = lines(left, top + ROW, wrap([(marks["share"], "quiet")], "body", width), "body")
            parts, top = parts + more, top - ROW / 2.0
        own = panel["scale"] is None and row["form"] == "number"
        names = marks if any(row is each for each in named) else None
        scale = SHARE_SCALE if row["form"] == "share" else panel["scale"] or row["scale"]
        last = row is (numbers if row["form"] == "number" else shares)[-1]
        more, top = draw_row(row, scale, names, own or last, left, top + ROW, width)
        parts += more
    return parts, top

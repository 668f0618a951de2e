"""The drawing of the region of preference: for each weight a bar for each option that is preferred somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from closedsky.showing.drawing.panels import Drawn, columns_in, in_rows
from closedsky.showing.svg import LEADING, SIZES, lines, marked, rect, text, text_width, wrap

TWO_FROM = 840.0
"""Room from which paths stand beside each other."""

GUTTER, BETWEEN = 48.0, 12.0
"""Between two columns, and between two paths of a column."""

WIDEST = 640.0
"""Width beyond which a bar is not drawn: the number at its end would be far from its name."""

BAR = 6.0
"""Height of a bar."""

LEAST = 1.0
"""Width that a bar keeps."""


def draw_region_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all panels.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    parts: list[str] = []
    bottom = top
    for panel in chart["panels"]:
        more, bottom = _panel(panel, left, top, width)
        parts += more
        top = bottom + 28.0
    return parts, bottom


def _panel(panel: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    more, top = lines(left, top + 6.0, wrap([(panel["title"], "ink strong")], "head", width), "head")
    parts += more
    columns = columns_in(width, TWO_FROM, GUTTER)
    columns = replace(columns, each=min(columns.each, WIDEST))

    def block(given: Mapping[str, Any], x: float, y: float) -> Drawn:
        return _block(given, x, y, columns.each)

    more, bottom = in_rows(panel["blocks"], columns, left, top, BETWEEN, block)
    return parts + more, bottom


def _block(block: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    parts = [
        *lines(left, top, [[(block["title"], "quiet")]], "body")[0],
        _at_right("of 1,000", "quiet", left, top, width),
    ]
    top += LEADING["body"] + 2.0
    for one in block["options"]:
        room = width - text_width(one["words"], SIZES["body"]) - 16.0
        own, end = lines(left, top, wrap([(one["label"], "ink strong")], "body", room), "body")
        own.append(_at_right(one["words"], "ink strong", left, end - LEADING["body"], width))
        top = end + 2.0
        own.append(rect("hair", left, top + BAR / 2.0 - 0.5, width, 1.0))
        own.append(rect(block["colour"], left, top, min(max(one["preferred"] * width, LEAST), width), BAR))
        top += BAR + 3.0
        if one["limits"]:
            more, top = lines(left, top, wrap([(one["limits"], "quiet")], "small", width), "small")
            own += more
        parts += marked(own, one.get("rows", ()))
        top += 8.0
    return parts, top


def _at_right(words: str, kind: str, left: float, top: float, width: float) -> str:
    base = top + (LEADING["body"] + 0.7 * SIZES["body"]) / 2.0
    return text(left + width, base, [(words, kind)], "body", "end")

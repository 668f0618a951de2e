"""The drawing of regret: a heat map of options by parts of assumptions, beside each other where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import LEADING, SIZES, Span, element, lines, marked, rect, text, text_width, wrap

BESIDE_FROM = 760.0
"""Room from which assumptions share the names of the options, and stand beside each other."""

NAMED_FROM = 560.0
"""Room from which names stand left of their cells and not above them."""

NAMES = 0.3
"""Share of the room that names take at most."""

WIDEST = 120.0
"""Width beyond which a cell is not drawn."""

PAD, GAP = 4.0, 2.0
"""Above and below the words of a cell, and between two cells."""

GUTTER, BETWEEN = 20.0, 28.0
"""Between names and cells or two assumptions beside each other, and between two grids below each other."""

PALE, DARK = 0.05, 0.5
"""Strength of a cell in which nothing is forgone, and of the most: words on either are read in both themes."""

HIGH = LEADING["body"] + LEADING["small"] + PAD
"""Height of a cell."""


def draw_regret_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all options.

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
        beside = width >= BESIDE_FROM
        grids = [panel["blocks"]] if beside else [[block] for block in panel["blocks"]]
        for blocks in filter(None, grids):
            more, bottom = _grid(panel, blocks, left, top, width)
            parts, top = parts + more, bottom + BETWEEN
    return parts, bottom


def _grid(
    panel: Mapping[str, Any], blocks: Sequence[Mapping[str, Any]], left: float, top: float, width: float
) -> Drawn:
    """Some assumptions that share the names of the options."""
    labels = [option["label"] for option in blocks[0]["options"]]
    longest = max(text_width(label, SIZES["body"]) for label in labels)
    names = min(longest, NAMES * width) + GUTTER if width >= NAMED_FROM else 0.0
    room = width - names - GUTTER * (len(blocks) - 1)
    cell = min(room / sum(len(block["heads"]) for block in blocks), WIDEST)
    starts, x = [], left + names
    for block in blocks:
        starts.append(x)
        x += cell * len(block["heads"]) + GUTTER
    whole = x - GUTTER - GAP - left
    parts = [rect("ink", left, top, whole, 1.0)]
    more, top = lines(left, top + 6.0, wrap([(panel["title"], "ink strong")], "head", whole), "head")
    parts += more
    more, top = _heads(blocks, starts, cell, top)
    parts += more
    for o, label in enumerate(labels):
        wrapped = wrap([(label, "ink")], "body", names - GUTTER if names else whole)
        tall = LEADING["body"] * len(wrapped)
        deep = max(HIGH, tall) if names else HIGH
        cells = [block["options"][o]["cells"] for block in blocks]
        more, _ = lines(left, top + (deep - tall) / 2.0 if names else top, wrapped, "body")
        parts += marked(more, [row for of in cells for each in of for row in each.get("rows", ())])
        below = 0.0 if names else tall
        for start, of in zip(starts, cells, strict=True):
            for j, each in enumerate(of):
                drawn = _cell(each, panel["colour"], start + j * cell, top + below, cell - GAP, deep)
                parts += marked(drawn, each.get("rows", ()))
        top += below + deep + (GAP if names else PAD)
    return parts, top


def _heads(blocks: Sequence[Mapping[str, Any]], starts: Sequence[float], cell: float, top: float) -> Drawn:
    """What each assumption is, and below it, at the foot, its parts."""
    parts: list[str] = []
    bottoms = [top]
    for block, start in zip(blocks, starts, strict=True):
        room = cell * len(block["heads"]) - GAP
        more, bottom = lines(start, top, wrap([(block["title"], "ink")], "body", room), "body")
        parts += more
        bottoms.append(bottom)
    wrapped = [[wrap([(head, "quiet")], "small", cell - 2.0 * GAP) for head in block["heads"]] for block in blocks]
    most = max(len(each) for of in wrapped for each in of)
    foot = max(bottoms) + 2.0 + LEADING["small"] * most
    for of, start in zip(wrapped, starts, strict=True):
        for j, each in enumerate(of):
            middle = start + j * cell + (cell - GAP) / 2.0
            y = foot - LEADING["small"] * len(each)
            parts += [_middle(line, middle, y + LEADING["small"] * k, "small") for k, line in enumerate(each)]
    return parts, foot + PAD


def _cell(cell: Mapping[str, Any], colour: str, x: float, top: float, width: float, height: float) -> list[str]:
    strength = PALE + (DARK - PALE) * cell["strength"]
    given = {"class": colour, "x": x, "y": top, "width": width, "height": height, "fill-opacity": strength}
    middle = x + width / 2.0
    high = LEADING["body"] + (LEADING["small"] if cell["error"] else 0.0)
    y = top + (height - high) / 2.0
    parts = [element("rect", given)]
    parts.append(_middle([(cell["words"], "ink" if cell["told"] else "ink strong")], middle, y, "body"))
    if cell["error"]:
        parts.append(_middle([(cell["error"], "ink")], middle, y + LEADING["body"], "small"))
    return parts


def _middle(line: Sequence[Span], x: float, top: float, size: str) -> str:
    return text(x, top + (LEADING[size] + 0.7 * SIZES[size]) / 2.0, line, size, "middle")

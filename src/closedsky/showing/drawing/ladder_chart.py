"""The drawing of the ladder: rungs at the left, the highest on top, what became of the zone at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from closedsky.showing.drawing.panels import Drawn, columns_in, in_rows
from closedsky.showing.svg import LEADING, SIZES, Span, element, lines, marked, number, rect, text, wrap

TWO_FROM = 840.0
"""Room from which paths stand beside each other."""

GUTTER, BETWEEN = 48.0, 32.0
"""Between two columns, and between two panels of a column."""

TALL = 260.0
"""Height of 1,000 futures."""

NODE = 4.0
"""Width of the bar of a rung or a fate."""

LEAST = 1.0
"""Height that a bar or band keeps, however few futures it holds."""

GAP = 12.0
"""Between two rungs, or two fates."""

LABELS, MOST = 0.33, 148.0
"""Share of the room that the labels of either side take, and most of it in pixels."""

NEAR = 8.0
"""From a label to its bar."""

PALE, DARK = 0.3, 0.8
"""Opacity of a band that ends at the lowest rung, and of one that does not."""


def draw_ladder_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
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
    each = columns.each if columns.many > 1 else min(width, TWO_FROM)
    room = max(_heading(panel, 0.0, 0.0, each)[1] for panel in panels)

    def panel(given: Mapping[str, Any], x: float, y: float) -> Drawn:
        parts, end = _heading(given, x, y, each)
        more, bottom = _flow(given, x, y + room if columns.many > 1 else end, each)
        return parts + more, bottom

    return in_rows(panels, columns, left, top, BETWEEN, panel)


def _heading(panel: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    top += 6.0
    for words, kind, size in ((panel["title"], "ink strong", "head"), (panel["subtitle"], "quiet", "body")):
        more, top = lines(left, top, wrap([(words, kind)], size, width), size)
        parts += more
    return parts, top + 10.0


@dataclass
class _Node:
    """A rung or a fate in its place; `used` is how far bands have filled it."""

    top: float
    height: float
    used: float = 0.0


def _flow(panel: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    room = min(width * LABELS, MOST)
    low, high = left + room + NEAR, left + width - room - NEAR - NODE
    heads = [wrap([(words, "quiet")], "small", width / 2.0 - NEAR) for words in panel["heads"]]
    parts = lines(left, top, heads[0], "small")[0] + _at_right(heads[1], left + width, top)
    top += LEADING["small"] * max(map(len, heads)) + 10.0
    rungs = [_label(each, room, f"{each['code']} {each['name']}") for each in panel["rungs"]]
    fates = [_label(each, room, each["name"]) for each in panel["fates"]]
    tall = max(_height(panel["rungs"], rungs), _height(panel["fates"], fates))
    at: dict[str, dict[int, _Node]] = {}
    named: dict[str, list[list[str]]] = {"rungs": [], "fates": []}
    for key, labels in (("rungs", rungs), ("fates", fates)):
        y = top + (tall - _height(panel[key], labels)) / 2.0
        at[key] = {}
        for each, label in zip(panel[key], labels, strict=True):
            slot = max(_thick(each["share"]), LEADING["small"] * len(label))
            middle, thick = y + slot / 2.0, _thick(each["share"])
            at[key][each["code"]] = _Node(middle - thick / 2.0, thick)
            text_top = middle - LEADING["small"] * len(label) / 2.0
            start = left if key == "rungs" else high + NODE + NEAR
            named[key].append(lines(start, text_top, label, "small")[0])
            y += slot + GAP
    parts += _bands(panel, at["rungs"], at["fates"], low + NODE, high)
    for each, words in zip(panel["rungs"], named["rungs"], strict=True):
        node = at["rungs"][each["code"]]
        kind = "hair" if not each["share"] else "quiet" if each is panel["rungs"][-1] else panel["colour"]
        parts += marked([*words, rect(kind, low, node.top, NODE, node.height)], each.get("rows", ()))
    for each, words in zip(panel["fates"], named["fates"], strict=True):
        node = at["fates"][each["code"]]
        parts += marked([*words, rect("quiet", high, node.top, NODE, node.height)], each.get("rows", ()))
    return parts, top + tall


def _thick(share: float) -> float:
    return max(share * TALL, LEAST)


def _height(nodes: Sequence[Mapping[str, Any]], labels: Sequence[Sequence[Any]]) -> float:
    slots = [max(_thick(n["share"]), LEADING["small"] * len(words)) for n, words in zip(nodes, labels, strict=True)]
    return sum(slots) + GAP * max(len(slots) - 1, 0)


def _label(each: Mapping[str, Any], room: float, name: str) -> list[list[Span]]:
    made = wrap([(name, "ink strong")], "small", room) + wrap([(each["words"], "ink")], "small", room)
    if each.get("back") is not None:
        made += wrap([(f"back: {each['back']}", "quiet")], "small", room)
    return made


def _at_right(wrapped: Sequence[Sequence[Span]], right: float, top: float) -> list[str]:
    base = top + (LEADING["small"] + 0.7 * SIZES["small"]) / 2.0
    return [text(right, base + LEADING["small"] * i, line, "small", "end") for i, line in enumerate(wrapped)]


def _bands(
    panel: Mapping[str, Any], rungs: Mapping[int, _Node], fates: Mapping[int, _Node], low: float, high: float
) -> list[str]:
    """Bands in the order in which they leave the rungs and reach the fates, so that those of one node never cross."""
    lowest = panel["rungs"][-1]["code"]
    places: dict[int, list[tuple[float, float]]] = {}
    flows = panel["flows"]
    order = {code: i for i, code in enumerate(fates)}
    for key, nodes, by in (
        ("rung", rungs, lambda i: (order[flows[i]["fate"]], not flows[i]["up"])),
        ("fate", fates, lambda i: (-flows[i]["rung"], not flows[i]["up"])),
    ):
        for i in sorted(range(len(flows)), key=by):
            node, thick = nodes[flows[i][key]], flows[i]["share"] * TALL
            places.setdefault(i, []).append((node.top + node.used, thick))
            node.used += thick
    parts: list[str] = []
    for i, ((start, thick), (end, _)) in sorted(places.items()):
        kind = "quiet" if flows[i]["rung"] == lowest else panel["colour"]
        d = _band(low, start, high, end, max(thick, LEAST))
        band = element("path", {"class": kind, "d": d, "fill-opacity": DARK if flows[i]["up"] else PALE})
        parts += marked([band], flows[i].get("rows", ()))
    return parts


def _band(low: float, start: float, high: float, end: float, thick: float) -> str:
    """A band of one height whose middle leaves and arrives level."""
    half = (low + high) / 2.0
    x0, x1, xm = number(low), number(high), number(half)
    upper = f"M{x0} {number(start)}C{xm} {number(start)} {xm} {number(end)} {x1} {number(end)}"
    back = f"L{x1} {number(end + thick)}C{xm} {number(end + thick)} {xm} {number(start + thick)}"
    return f"{upper}{back} {x0} {number(start + thick)}Z"

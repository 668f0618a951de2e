"""The drawing of what decides: a row for each input with what it rests on, a column of bars for each path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import LEADING, SIZES, element, lines, marked, rect, stroke, text, text_width, wrap

WIDE = 600.0
"""Room from which names stand left of their bars; on a narrow page above them."""

NAMES = 0.44
"""Share of the room that names then take."""

MOST_NAMES = 480.0
"""Room that names take at most."""

GUTTER = 24.0
"""Between two columns."""

BAR = 12.0
"""Height of a bar."""

PALE = 0.35
"""How much of its colour the part of a bar has that an input explains only with others."""

ROW = 12.0
"""Between two rows."""

UNTOLD = "not told"


def draw_deciding_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all rows, luck first.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    rows, paths = chart["rows_drawn"], chart["paths"]
    if not rows:
        return [rect("ink", left, top, width, 1.0)], top + 1.0
    wide = width >= WIDE
    names = min(NAMES * width, MOST_NAMES) if wide else 0.0
    start = left + (names + GUTTER if wide else 0.0)
    each = (left + width - start - GUTTER * (len(paths) - 1)) / len(paths)
    words = [bar["words"] for row in rows for bar in row["bars"] if bar] + [UNTOLD]
    numbers = max(text_width(one, SIZES["small"]) for one in words) + 8.0
    columns = [start + i * (each + GUTTER) for i in range(len(paths))]
    parts = [rect("ink", left, top, width, 1.0)]
    bottom = top = top + 8.0
    for path, x in zip(paths, columns, strict=True):
        heading = wrap([(path["title"], f"{_kind(path, len(paths))} strong")], "body", each)
        more, end = lines(x, top, heading, "body")
        parts, bottom = parts + more, max(bottom, end)
    top = bottom + 6.0
    for row in rows:
        room = names if wide else width
        name, end = lines(left, top, wrap([(row["name"], "ink strong")], "body", room), "body")
        more, end = lines(left, end, wrap([(row["about"], "quiet")], "small", room), "small")
        rows = row.get("rows", [()] * len(paths))
        parts += marked(name + more, (i for each_path in rows for i in each_path))
        bars = top + (LEADING["body"] - BAR) / 2.0 if wide else end + 4.0
        for bar, path, x, own in zip(row["bars"], paths, columns, rows, strict=True):
            kind = "naive" if row["luck"] else _kind(path, len(paths))
            parts += marked(_bar(bar, kind, x, bars, each - numbers, x + each, chart["most"]), own)
        top = max(end, bars + BAR) + ROW
        parts.append(rect("hair", left, top - ROW / 2.0, width, 1.0))
    return parts[:-1], top - ROW


def _kind(path: Mapping[str, Any], many: int) -> str:
    return "engagement" if path["path"] == "engagement" and many > 1 else "futures"


def _bar(
    bar: Mapping[str, Any] | None, kind: str, x: float, top: float, width: float, right: float, most: float
) -> list[str]:
    middle = top + BAR / 2.0
    base = middle + SIZES["small"] / 3.0
    parts = [rect("quiet", x - 1.0, top - 1.0, 1.0, BAR + 2.0)]
    if bar is None:
        return [*parts, text(right, base, [(UNTOLD, "quiet")], "small", "end")]
    scale = width / most
    total, first = bar["total"] * scale, bar["total"] * scale if bar["first"] is None else bar["first"] * scale
    if first > 0.0:
        parts.append(rect(kind, x, top, first, BAR))
    if total > first:
        given = {"x": x + first, "y": top, "width": total - first, "height": BAR, "fill-opacity": PALE}
        parts.append(element("rect", {"class": kind, **given}))
    if bar["error"] > 0.0:
        ends = [x + max(bar["total"] + way * bar["error"], 0.0) * scale for way in (-1.0, 1.0)]
        for thick, colour in ((3.5, "paper"), (1.5, "ink")):
            parts.append(stroke(colour, (ends[0], middle), (ends[1], middle), width=thick))
    return [*parts, text(right, base, [(bar["words"], "ink")], "small", "end")]

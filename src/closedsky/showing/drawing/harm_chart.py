"""The drawing of harm: recorded periods beside the futures, then stacked bars of the toll by weapon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.callouts import Callout, draw_callouts, lanes_for, room_for
from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.drawing.strip_row import draw_row, stands_apart
from closedsky.showing.svg import Span, lines, marked, rect, wrap

BETWEEN = 32.0
"""Between two panels."""

ROW = 16.0
"""Between two rows."""

BAR = 22.0
"""Height of a bar."""

SLIT = 1.0
"""Between two parts of a bar."""

ROOMY = 560.0
"""Room from which the parts of a bar are named on leaders, and not in a list."""

NEAR = 4.0
"""Between words and bars."""


def draw_harm(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw the panels of the record, then the bars.

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
        more, top = _panel(panel, chart["marks"] if not count else None, left, top, width)
        parts += more
        top += BETWEEN
    more, top = _toll(chart["toll"], left, top, width)
    return parts + more, top


def _panel(panel: Mapping[str, Any], marks: Any, left: float, top: float, width: float) -> Drawn:
    parts, top = _head(panel["title"], panel["unit"], left, top, width)
    rows, scale = panel["rows"], panel["scale"]
    named = next((row for row in rows if stands_apart(row, scale, width)), rows[0])
    for row in rows:
        names = marks if row is named else None
        more, top = draw_row(row, scale, names, row is rows[-1], left, top + ROW, width)
        parts += more
    return parts, top


def _head(title: str, unit: str, left: float, top: float, width: float) -> Drawn:
    words: list[Span] = [(f"{title},", "ink strong"), (f" {unit}", "quiet")]
    more, bottom = lines(left, top + 8.0, wrap(words, "head", width), "head")
    return [rect("ink", left, top, width, 1.0), *more], bottom


def _toll(toll: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    parts, top = _head(toll["title"], "people", left, top, width)
    scale = width / toll["most"] if toll["most"] > 0.0 else 0.0
    places = [_places(bar["parts"], left, width, scale) for bar in toll["bars"]]
    listed = width < ROOMY or any(
        len(found) < len(bar["parts"]) for found, bar in zip(places, toll["bars"], strict=True)
    )
    for bar, found in zip(toll["bars"], places, strict=True):
        name = f" ({bar['path']} path)" if bar["path"] else ""
        words: list[Span] = [(f"{bar['label']}{name}: ", "ink strong"), (bar["sentence"], "ink")]
        if bar["change"]:
            words.append((f" {bar['change']}", "ink"))
        more, top = lines(left, top + ROW, wrap(words, "body", width), "body")
        parts += marked(more, bar.get("rows", ()))
        top += NEAR
        for part, x, long in _spans(bar["parts"], left, scale):
            if long > 0.0:
                drawn = rect(part["kind"], x, top, max(long - SLIT, SLIT / 2.0), BAR)
                parts += marked([drawn], part.get("rows", ()))
        if not listed:
            for part, place in zip(bar["parts"], found, strict=True):
                parts += marked(draw_callouts([place], top, BAR, above=False), part.get("rows", ()))
            top += BAR + room_for(found) + NEAR
            continue
        top += BAR + NEAR
        for part in bar["parts"]:
            more, top = lines(left, top, wrap([(part["words"], part["kind"])], "small", width), "small")
            parts += marked(more, part.get("rows", ()))
    return parts, top


def _places(parts: Sequence[Mapping[str, Any]], left: float, width: float, scale: float) -> list[Any]:
    """Find places below a bar for the names and numbers of its parts."""
    named = [
        Callout(part["words"], part["kind"], ((min(x + long / 2.0, left + width), BAR),))
        for part, x, long in _spans(parts, left, scale)
    ]
    return lanes_for(named, left, left + width)


def _spans(
    parts: Sequence[Mapping[str, Any]], left: float, scale: float
) -> Iterator[tuple[Mapping[str, Any], float, float]]:
    """Parts of a bar, where each begins, and how long it is."""
    for part in parts:
        long = part["mean"] * scale
        yield part, left, long
        left += long

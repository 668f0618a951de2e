"""The drawing of fans: small charts of one quantity beside each other, on one axis, with dates below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from closedsky.showing.charts.scale import place
from closedsky.showing.drawing.axis import PAD, Axis
from closedsky.showing.drawing.callouts import Callout, draw_callouts, lanes_for, room_for
from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.drawing.pointing import spread, strips
from closedsky.showing.svg import SIZES, Span, element, lines, marked, number, rect, stroke, text, text_width, wrap

BESIDE_FROM = 250.0
"""Least width of a fan that has others beside it."""

GUTTER = 28.0
"""Between two fans beside each other."""

BETWEEN = 32.0
"""Between two quantities."""

TALL = (120.0, 170.0)
"""Height of a fan that has others below it, and of one that has them beside it or none."""

NEAR = 6.0
"""Between labels and what they label."""

STRENGTH = (0.22, 0.5)
"""How strongly the bands of 9 in 10 futures and of half of them are coloured."""

STRIPS = 40
"""Places of a panel at most that a person can point at: an eye and a hand tell no more apart."""

NAMED_AT: Mapping[str, tuple[float, ...]] = {
    "median": (0.3, 0.25, 0.35, 0.2),
    "middle": (0.55, 0.5, 0.6, 0.45),
    "most": (0.8, 0.75, 0.85, 0.7),
}
"""Where on a fan its parts are named, as shares of its width, the best first."""


def draw_fan(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw all quantities under each other.

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
        more, top = _panel(chart, panel, left, top + (BETWEEN if count else 0.0), width, named=not count)
        parts += more
    return parts, top


@dataclass(frozen=True)
class _Plot:
    """Room of one fan: its axis of days, the scale of its quantity, and its height."""

    axis: Axis
    days: Sequence[float]
    scale: dict[str, Any]
    tall: float

    def down(self, values: Sequence[float]) -> list[float]:
        """How far below the top values stand."""
        return [self.tall * (1.0 - place(self.scale, value)) for value in values]


def _panel(
    chart: Mapping[str, Any], panel: Mapping[str, Any], left: float, top: float, width: float, named: bool
) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    title: list[Span] = [(f"{panel['title']},", "ink strong"), (f" {panel['unit']}", "quiet")]
    more, top = lines(left, top + 8.0, wrap(title, "head", width), "head")
    parts += more
    fans = panel["fans"]
    many = len(fans) if (width - GUTTER * (len(fans) - 1)) / len(fans) >= BESIDE_FROM else 1
    each = (width - GUTTER * (many - 1)) / many
    room = max(text_width(tick["text"], SIZES["small"]) for one in chart["panels"] for tick in one["scale"]["ticks"])
    tall = TALL[many == len(fans)]
    for first in range(0, len(fans), many):
        places = [left + i * (each + GUTTER) for i in range(many)]
        row = list(zip(fans[first : first + many], places, strict=True))
        heads = [_head(fan, x, top + (18.0 if first else NEAR), each) for fan, x in row]
        plots = [_Plot(Axis(chart["axis"], x + room, x + each), chart["days"], panel["scale"], tall) for _, x in row]
        names = _names(plots[0], fans[0], chart["marks"]) if named and not first else []
        top = max(end for _, end in heads) + 10.0 + room_for(names)
        parts += [part for drawn, _ in heads for part in drawn]
        for plot, (fan, _) in zip(plots, row, strict=True):
            parts += _fan(plot, fan, top, STRIPS // len(fans))
        parts += draw_callouts(names, top, tall, above=True)
        labels = [plot.axis.labels(top + tall) for plot in plots]
        parts += [part for drawn, _ in labels for part in drawn]
        top = max(end for _, end in labels)
    return parts, top


def _head(fan: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    rows = [band.get("rows", ()) for band in fan["bands"]]
    parts, top = lines(left, top, wrap([(fan["title"], "ink strong")], "body", width), "body")
    parts = marked(parts, (row for each in rows for row in each))
    # Sentences are of the last day: one for each band, or one for all where they read the same.
    said = {band["kind"]: each[-1:] for band, each in zip(fan["bands"], rows, strict=True)}
    for words, kind in fan["sentence"]:
        more, top = lines(left, top, wrap([(words, kind)], "body", width), "body")
        whole = [row for each in said.values() for row in each] if len(fan["sentence"]) == 1 else []
        parts += marked(more, said.get(kind, whole))
    return parts, top


def _names(plot: _Plot, fan: Mapping[str, Any], marks: Mapping[str, str]) -> list[Any]:
    """Find places for what the parts of a fan are called."""
    rows = [plot.down(row) for row in fan["bands"][0]["quantiles"]]
    named = []
    for name, shares in NAMED_AT.items():
        points = []
        for share in shares:
            i = min(range(len(plot.days)), key=lambda j: abs(plot.days[j] - share * plot.days[-1]))
            _, _, median, three, high = (row[i] for row in rows)
            down = {"median": median - 1.0, "middle": (median + three) / 2.0, "most": (three + high) / 2.0}[name]
            points.append((plot.axis.at(plot.days[i]), down))
        named.append(Callout(marks[name], "futures", tuple(points)))
    return lanes_for(named, plot.axis.left, plot.axis.right)


def _fan(plot: _Plot, fan: Mapping[str, Any], top: float, most: int) -> list[str]:
    """Draw a fan, and over it invisible places to point at, so many at most."""
    axis, parts, last = plot.axis, [], math.inf
    for tick in plot.scale["ticks"]:
        y = top + plot.down([tick["value"]])[0]
        parts.append(stroke("hair", (axis.at(0.0), y), (axis.right - PAD, y)))
        if last - y > SIZES["small"] + 2.0:
            parts.append(text(axis.left, y + SIZES["small"] / 3.0, [(tick["text"], "quiet")], "small", "end"))
            last = y
    xs = [axis.at(day) for day in plot.days]
    for count, band in enumerate(fan["bands"]):
        rows = [[top + y for y in plot.down(row)] for row in band["quantiles"]]
        own = []
        if not count:
            own = [_area(band["kind"], xs, rows[i], rows[-1 - i], strong) for i, strong in enumerate(STRENGTH)]
        lined = ((2, 2.0),) if not count else ((0, 1.0), (2, 1.5), (4, 1.0))
        own += [stroke(band["kind"], *zip(xs, rows[i], strict=True), width=thick) for i, thick in lined]
        parts += marked(own, band.get("rows", ()))
    named = [[row for band in fan["bands"] for row in band.get("rows", ())[i : i + 1]] for i in range(len(xs))]
    points = ((xs[i], named[i]) for i in spread(xs, most))
    return parts + strips(points, (axis.at(0.0), axis.right - PAD), top, plot.tall)


def _area(kind: str, xs: Sequence[float], low: Sequence[float], high: Sequence[float], strength: float) -> str:
    points = [*zip(xs, high, strict=True), *reversed(list(zip(xs, low, strict=True)))]
    path = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return element("path", {"class": kind, "d": f"M{path}Z", "fill-opacity": strength})

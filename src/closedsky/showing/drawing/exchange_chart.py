"""The drawing of exchange rates: lines over the weight of direct combat, each named where it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from closedsky.showing.charts.scale import place
from closedsky.showing.drawing.axis import Axis
from closedsky.showing.drawing.panels import Drawn, columns_in, in_rows
from closedsky.showing.drawing.pointing import strips
from closedsky.showing.svg import (
    FIRM,
    LEADING,
    SIZES,
    Span,
    element,
    lines,
    marked,
    number,
    rect,
    stroke,
    text,
    text_width,
    wrap,
)

TWO_FROM = 1240.0
"""Room from which panels stand beside each other."""

GUTTER, BETWEEN = 48.0, 32.0
"""Between two panels beside each other, and below each other."""

BESIDE_FROM = 560.0
"""Width of a panel from which names stand at the ends of lines; below, letters do, and names stand below."""

NAMES = 0.38
"""Share of such a panel that names take."""

LETTER = 18.0
"""Room of a letter."""

LEADER = 22.0
"""Room between the end of a line and its name."""

LEAST = 300.0
"""Height of a plot at least."""

DOT = 3.5
"""Radius of the mark of an exchange rate."""

APART = 6.0
"""Between two names."""

SLACK = 1.1
"""Height of a plot at least, in those of all its names."""

BENDS = 60
"""Points of a line on a logarithmic axis."""

TAKEN = "nothing: the others are measured against it"
"""What the option taken is worth."""

MEASURE = 720.0
"""Width beyond which sentences are not set."""


@dataclass(frozen=True)
class Label:
    """A name at the end of a line: where the line ends, its rows of the table, and where the name begins."""

    x: float
    y: float
    wrapped: list[list[Span]]
    rows: Sequence[int]
    top: float = 0.0

    @property
    def height(self) -> float:
        """Room that it takes."""
        return LEADING["small"] * len(self.wrapped)


def draw_exchange_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
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
    # By the order in the first panel, so that a letter means the same in all.
    letters = {line["option"]: _letter(i) for i, line in enumerate(_drawn(chart, panels[0]))}
    for panel in panels[1:]:
        for line in _drawn(chart, panel):
            letters.setdefault(line["option"], _letter(len(letters)))
    high = max(_height(_wrapped(_drawn(chart, panel), letters, columns.each)) for panel in panels)

    def one(given: Mapping[str, Any], x: float, y: float) -> Drawn:
        return _panel(chart, given, letters, high, x, y, columns.each)

    return in_rows(panels, columns, left, top, BETWEEN, one)


def _drawn(chart: Mapping[str, Any], panel: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Lines in the order in which they end, so that no leader crosses another; the option taken lies at nothing."""
    taken = {"option": None, "label": chart["reference"], "words": TAKEN, "lives": 0.0, "combat": 0.0}
    drawn = [line for line in panel["lines"] if line["lives"] is not None and line["combat"] is not None]
    drawn.append(taken | {"error": None, "turns": None, "turns_error": None, "rows": panel.get("rows", ())})
    scale, far = chart["worth"], chart["weight"]["domain"][1]

    def ends(line: Mapping[str, Any]) -> tuple[float, float]:
        weight = _leaves(line, scale["domain"], far)
        at = place(scale, line["lives"] - weight * line["combat"])
        return -at, -weight if at > 0.5 else weight  # of those that leave below, the first is named highest

    return sorted(drawn, key=ends)


def _room(width: float) -> float:
    """Room of the names at the ends of lines, in a panel of this width."""
    return NAMES * width if width >= BESIDE_FROM else LETTER


def _wrapped(
    drawn: Sequence[Mapping[str, Any]], letters: Mapping[str | None, str], width: float
) -> list[list[list[Span]]]:
    """What stands at the ends of lines: names, or letters."""
    if width >= BESIDE_FROM:
        return [_name(line, _room(width)) for line in drawn]
    return [[[(letters[line["option"]], "ink strong")]] for line in drawn]


def _height(wrapped: Sequence[list[list[Span]]]) -> float:
    """Height of a plot, the same in all panels, so that a slope means the same."""
    return max(LEAST, SLACK * sum(LEADING["small"] * len(each) + APART for each in wrapped))


def _panel(
    chart: Mapping[str, Any],
    panel: Mapping[str, Any],
    letters: Mapping[str | None, str],
    high: float,
    left: float,
    top: float,
    width: float,
) -> Drawn:
    kind = "engagement" if panel["path"] == "engagement" else "futures"
    parts = [rect("ink", left, top, width, 1.0)]
    more, top = lines(left, top + 8.0, wrap([(panel["title"], "ink strong")], "head", width), "head")
    parts += more
    more, top = lines(
        left, top, wrap([(f"Worth against {chart['reference']}, in lives", "quiet")], "small", width), "small"
    )
    parts, top = parts + more, top + 10.0
    beside = width >= BESIDE_FROM
    drawn = _drawn(chart, panel)
    names, wrapped = _room(width), _wrapped(drawn, letters, width)
    ticks = max(text_width(tick["text"], SIZES["small"]) for tick in chart["worth"]["ticks"])
    axis = Axis(chart["weight"], left + ticks, left + width - names - LEADER)
    more, labels = _plot(chart, drawn, wrapped, kind, axis, left, top, high)
    parts += more
    for label in _spread(labels, top, top + high):
        middle = label.top + LEADING["small"] / 2.0
        turn = axis.right - 6.0
        points = [(label.x, label.y), (left + width - names - 4.0, middle)]
        if label.x >= turn - 1.0:
            points.insert(1, (label.x + 6.0, label.y))
        name = lines(left + width - names, label.top, label.wrapped, "small")[0]
        parts += marked([stroke("quiet", *points, width=0.75), *name], label.rows)
    more, top = axis.labels(top + high)
    parts += more
    words = "lives that one future with direct combat counts for"
    more, top = lines(axis.left + 6.0, top + 2.0, wrap([(words, "quiet")], "small", left + width - axis.left), "small")
    parts += more
    if not beside:
        more, top = _list(drawn, letters, left, top + 10.0, width)
        parts += more
    for words in panel["said"]:
        more, top = lines(left, top + 6.0, wrap([(words, "ink")], "small", min(width, MEASURE)), "small")
        parts += more
    return parts, top


def _plot(
    chart: Mapping[str, Any],
    drawn: Sequence[Mapping[str, Any]],
    wrapped: Sequence[list[list[Span]]],
    kind: str,
    axis: Axis,
    left: float,
    top: float,
    high: float,
) -> tuple[list[str], list[Label]]:
    """Draw grid and lines; return them and the names that belong to their ends."""
    scale, far = chart["worth"], chart["weight"]["domain"][1]
    start, end = axis.at(0.0), axis.at(far)

    def y(value: float) -> float:
        return top + (1.0 - place(scale, value)) * high

    parts = axis.grid(top, top + high)
    for tick in scale["ticks"]:
        at = y(tick["value"])
        parts.append(stroke("hair", (start, at), (end, at)))
        parts.append(text(start - 6.0, at + SIZES["small"] / 3.0, [(tick["text"], "quiet")], "small", "end"))
    turns = ((axis.at(line["turns"]), line.get("rows", ())) for line in drawn if line["turns"] is not None)
    parts += strips(turns, (start, end), top, high)
    labels: list[Label] = []
    marks: list[str] = []
    for line, name in zip(drawn, wrapped, strict=True):
        weight = _leaves(line, scale["domain"], far)
        x, bottom = axis.at(weight), y(line["lives"] - weight * line["combat"])
        own = kind if line["option"] else "ink"
        points = [
            (axis.at(each), y(line["lives"] - each * line["combat"])) for each in _weights(chart["weight"], weight)
        ]
        rows = line.get("rows", ())
        parts += marked([stroke(own, *points, width=1.25 if line["turns"] is None else 2.0)], rows)
        more = []
        if weight < far:
            more.append(_arrow(kind, x, bottom, 1.0 if bottom > y(0.0) else -1.0))
        if line["error"]:
            ends = [(start, y(line["lives"] + side * line["error"])) for side in (-1, 1)]
            more.append(stroke(kind, *ends, width=3.0))
        if line["turns"] is not None:
            more += _rate(line, kind, axis, y(0.0))
        marks += marked(more, rows)
        labels.append(Label(x, bottom, name, rows))
    return parts + marks, labels


def _leaves(line: Mapping[str, Any], domain: Sequence[float], far: float) -> float:
    """The weight at which a line leaves the plot."""
    lives, combat = line["lives"], line["combat"]
    out = [(lives - end) / combat for end in domain if combat and (lives - end) / combat > 0.0]
    return float(min([far, *out]))


def _weights(scale: Mapping[str, Any], last: float) -> list[float]:
    """Weights through which a line is drawn: its ends, and more on a logarithmic axis, which bends it."""
    if scale["form"] == "linear":
        return [0.0, last]
    low, high = scale["domain"]
    between = [low * (high / low) ** (i / BENDS) for i in range(BENDS)]
    return [0.0, *(each for each in between if each < last), last]


def _arrow(kind: str, x: float, y: float, way: float) -> str:
    """A head that says a line goes on beyond the plot."""
    points = [(x - 4.0, y - 7.0 * way), (x, y), (x + 4.0, y - 7.0 * way)]
    path = "L".join(f"{number(px)} {number(py)}" for px, py in points)
    return element("path", {"class": kind, "d": f"M{path}Z"})


def _rate(line: Mapping[str, Any], kind: str, axis: Axis, y: float) -> list[str]:
    error = line["turns_error"] or 0.0
    low, high = (axis.at(line["turns"] + side * error) for side in (-1, 1))
    parts = [
        element("circle", {"class": colour, "cx": axis.at(line["turns"]), "cy": y, "r": radius})
        for colour, radius in (("paper", DOT + 1.5), (kind, DOT))
    ]
    return [*parts, stroke(kind, (low, y), (high, y), width=3.0)]


def _spread(labels: Sequence[Label], top: float, bottom: float) -> list[Label]:
    """Set names near the ends of their lines, in their order, with room between them."""
    placed: list[Label] = []
    floor = top - APART
    for label in labels:
        at = max(label.y - LEADING["small"] / 2.0, floor + APART)
        placed.append(replace(label, top=at))
        floor = at + label.height
    for i in range(len(placed) - 1, -1, -1):
        below = placed[i + 1].top - APART if i + 1 < len(placed) else bottom + LEADING["small"] / 2.0
        placed[i] = replace(placed[i], top=min(placed[i].top, below - placed[i].height))
    return placed


def _list(
    drawn: Sequence[Mapping[str, Any]], letters: Mapping[str | None, str], left: float, top: float, width: float
) -> Drawn:
    parts: list[str] = []
    order = list(letters)
    for line in sorted(drawn, key=lambda line: order.index(line["option"])):
        letter = lines(left, top, [[(letters[line["option"]], "ink strong")]], "small")[0]
        name, top = lines(left + LETTER, top, _name(line, width - LETTER), "small")
        parts, top = parts + marked(letter + name, line.get("rows", ())), top + 3.0
    return parts, top


def _name(line: Mapping[str, Any], width: float) -> list[list[Span]]:
    """What a line is called, then its numbers, none parted from its error."""
    words = line["words"].replace(" ± ", f"{FIRM}±{FIRM}")
    return [*wrap([(line["label"], "ink strong")], "small", width), *wrap([(words, "ink")], "small", width)]


def _letter(count: int) -> str:
    """A, B and so on; after Z numbers."""
    return chr(ord("A") + count) if count < 26 else str(count + 1)

"""Marks of the backtest strip: bands of futures, the naive forecaster's below them, the record over both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closedsky.showing.drawing.axis import Axis
from closedsky.showing.svg import element, number, rect, stroke

HEAD = 8.0
"""Height of the record's head, above the bars."""

THICK, THIN = 10.0, 3.0
"""Heights of the bar that holds half of the futures, and of that which holds 9 in 10."""

BAR = HEAD + 1.0 + THICK / 2.0
"""Middle of the futures' bars, from the top of the marks."""

NAIVE = HEAD + THICK + 8.0
"""Middle of the naive forecaster's bar."""

PALE = 4.0
"""Height of the naive forecaster's bar."""

DOT = 3.0
"""Radius of its median."""

LEAST = 2.0
"""Width that a bar keeps, however narrow its band."""

HALO = 1.5
"""Room around a line that lies over a bar."""

ARROW = 16.0
"""Length of the arrow of a bound."""

TRACK = 8.0
"""Height of a bar that stands for a share."""

BELOW = TRACK + DOT + 4.0
"""Middle of the naive forecaster's mark of a share."""


def marks_height(row: Mapping[str, Any]) -> float:
    """Return how much room a row's marks take."""
    if row["form"] == "share":
        return TRACK + (2.0 * DOT + 5.0 if row["naive"] else 0.0)
    return NAIVE + DOT + 2.0 if row["naive"] else HEAD + THICK + 4.0


def number_marks(row: Mapping[str, Any], axis: Axis, top: float) -> list[str]:
    """Draw the marks of a number."""
    predicted, naive = row["predicted"], row["naive"]
    bottom = top + marks_height(row)
    parts = _bar("naive", naive["band_90"], axis, top + NAIVE, PALE) if naive else []
    parts += _bar("futures", predicted["band_90"], axis, top + BAR, THIN)
    parts += _bar("futures", predicted["band_50"], axis, top + BAR, THICK)
    x, reach = axis.at(predicted["median"]), THICK / 2.0 + 3.0
    parts += _over("futures", x, top + BAR - reach, top + BAR + reach)
    parts += _record(row["record"], axis, top, bottom)
    if naive and naive["median"] is not None and not axis.cut(naive["median"]):
        parts += _ring(axis.at(naive["median"]), top + NAIVE)
    return parts


def share_marks(row: Mapping[str, Any], axis: Axis, top: float) -> list[str]:
    """Draw the share of futures that agree with the record, on an axis of 1,000."""
    predicted, naive = row["predicted"], row["naive"]
    start, middle = axis.at(0.0), top + TRACK / 2.0
    end = axis.at(1000.0 * predicted["share"])
    parts = [rect("hair", start, middle - 0.5, axis.at(1000.0) - start, 1.0)]
    parts.append(rect("futures", start, top, max(end - start, LEAST), TRACK))
    if "low" in predicted:
        low, high = (axis.at(1000.0 * predicted[end]) for end in ("low", "high"))
        parts.append(rect("futures", low, middle - THIN / 2.0, high - low, THIN))
    if naive:
        parts += _ring(axis.at(1000.0 * naive["share"]), top + BELOW)
    return parts


def _ring(x: float, y: float) -> list[str]:
    """The naive forecaster's median, or share: over the record's pin, so that neither hides the other."""
    sizes = (("naive", DOT + 1.0), ("paper", DOT - 1.0))
    return [element("circle", {"class": kind, "cx": x, "cy": y, "r": radius}) for kind, radius in sizes]


def _bar(kind: str, ends: list[float | None], axis: Axis, middle: float, height: float) -> list[str]:
    """A bar between two values; an end that is cut, or has no value, is an arrow head."""
    low, high = axis.scale["domain"] if None in ends else (0.0, 0.0)
    values = [ends[0] if ends[0] is not None else low, ends[1] if ends[1] is not None else high]
    x = [axis.at(value) for value in values]
    if x[1] - x[0] < LEAST:
        centre = sum(x) / 2.0
        x = [centre - LEAST / 2.0, centre + LEAST / 2.0]
    parts = [rect(kind, x[0], middle - height / 2.0, x[1] - x[0], height)]
    for place, value, given, way in zip(x, values, ends, (-1.0, 1.0), strict=True):
        if given is None or axis.cut(value):
            points = [(place, -4.0), (place + 7.0 * way, 0.0), (place, 4.0)]
            path = "L".join(f"{number(px)} {number(middle + py)}" for px, py in points)
            parts.append(element("path", {"class": kind, "d": f"M{path}Z"}))
    return parts


def _over(kind: str, x: float, top: float, bottom: float) -> list[str]:
    """A line over bars, set off from them."""
    halo = rect("paper", x - 1.0 - HALO, top, 2.0 + 2.0 * HALO, bottom - top)
    return [halo, rect(kind, x - 1.0, top, 2.0, bottom - top)]


def _record(record: Mapping[str, Any], axis: Axis, top: float, bottom: float) -> list[str]:
    """A pin for a value, a bracket for a range, an open arrow for a bound."""
    low, high = axis.at(record["low"]), axis.at(record["high"])
    head = top + HEAD / 2.0
    if record["form"] == "range" and high - low > LEAST:
        parts = _over("ink", low, head, bottom) + _over("ink", high, head, bottom)
        return [*parts, rect("ink", low - 1.0, head - 1.0, high - low + 2.0, 2.0)]
    x = (low + high) / 2.0
    parts = _over("ink", x, head, bottom)
    if record["form"] in ("floor", "ceiling"):
        way = 1.0 if record["form"] == "floor" else -1.0
        tip = x + ARROW * way
        shaft = stroke("ink", (x, head), (tip, head), width=2.0)
        return [
            *parts,
            shaft,
            stroke("ink", (tip - 4 * way, head - 4), (tip, head), (tip - 4 * way, head + 4), width=2.0),
        ]
    path = "L".join(f"{number(x + dx)} {number(top + dy)}" for dx, dy in ((-5.0, 0.0), (5.0, 0.0), (0.0, HEAD)))
    return [*parts, element("path", {"class": "ink", "d": f"M{path}Z"})]

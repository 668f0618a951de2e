"""An axis: ticks behind the marks, labels below them that never touch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from closedsky.showing.charts.scale import cut, place
from closedsky.showing.svg import LEADING, SIZES, element, number, stroke, text, text_width

PAD = 6.0
"""Room left and right of an axis, for marks and labels at its very ends."""

GAP = 10.0
"""Least room between two labels."""

TICK = 4.0
"""Length of a tick below the axis."""


@dataclass(frozen=True)
class Axis:
    """A scale laid out between two points of a line.

    Attributes:
        scale: `form`, `domain` and so on, as `closedsky.showing.charts.scale` makes it.
        left, right: ends of the room that marks and labels may take, in pixels.
    """

    scale: dict[str, Any]
    left: float
    right: float

    def at(self, value: float) -> float:
        """Return where a value stands, in pixels; what lies beyond stands at the end."""
        low, high = self.left + PAD, self.right - PAD
        return low + place(self.scale, value) * (high - low)

    def cut(self, value: float) -> bool:
        """Whether a mark for a value is cut at the end."""
        return cut(self.scale, value)

    @cached_property
    def ticks(self) -> list[tuple[float, str, float]]:
        """Ticks whose labels have room: where, the label, and where its middle stands."""
        made = []
        for tick in self.scale["ticks"]:
            x, half = self.at(tick["value"]), text_width(tick["text"], SIZES["small"]) / 2.0
            made.append((x, tick["text"], min(max(x, self.left + half), self.right - half)))
        apart = self.scale["form"] == "log" and self.scale["zero"]
        zero, rest = (made[:1], made[1:]) if apart else ([], made)
        for stride in range(1, len(rest) + 1):
            kept = zero + rest[::stride]
            if all(_clear(a, b) for a, b in itertools.pairwise(kept)):
                return kept
        return zero or made[:1]

    def grid(self, top: float, bottom: float) -> list[str]:
        """Draw a hair line behind the marks at every tick, all of them as one element."""
        ends = number(top), number(bottom)
        path = "".join(f"M{number(x)} {ends[0]}L{number(x)} {ends[1]}" for x, _, _ in self.ticks)
        return [element("path", {"class": "line hair", "d": path, "stroke-width": 1.0})] if path else []

    def labels(self, top: float) -> tuple[list[str], float]:
        """Draw the axis with its labels; return it and where the next thing may begin."""
        low, high = self.left + PAD, self.right - PAD
        if self.scale["form"] == "log" and self.scale["zero"]:
            broken = low + (high - low) * self.scale["log_from"]
            zero = self.at(0.0)
            parts = [
                stroke("quiet", (zero - TICK, top), (zero + TICK, top)),
                stroke("quiet", (broken, top), (high, top)),
            ]
        else:
            parts = [stroke("quiet", (low, top), (high, top))]
        base = top + TICK + SIZES["small"]
        for x, words, middle in self.ticks:
            parts.append(stroke("quiet", (x, top), (x, top + TICK)))
            parts.append(text(middle, base, [(words, "quiet")], "small", "middle"))
        return parts, top + TICK + LEADING["small"]


def _clear(a: tuple[float, str, float], b: tuple[float, str, float]) -> bool:
    room = sum(text_width(words, SIZES["small"]) for _, words, _ in (a, b)) / 2.0
    return abs(b[2] - a[2]) - room >= GAP

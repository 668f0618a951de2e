"""Panels below each other, or in columns where there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Drawn = tuple[list[str], float]
"""Elements, and where the next thing may begin."""

Panel = Callable[[Any, float, float], Drawn]
"""Draws something at a place: left and top."""


@dataclass(frozen=True)
class Columns:
    """Equal columns.

    Attributes:
        many: how many.
        each: width of one, in pixels.
        gutter: between two.
    """

    many: int
    each: float
    gutter: float

    def at(self, left: float, count: int) -> float:
        """Return where a column begins, counted from 0, in room that begins at `left`."""
        return left + count * (self.each + self.gutter)


def columns_in(width: float, two_from: float, gutter: float, panels: int = 2) -> Columns:
    """Divide room into two columns where it is as wide as `two_from` and there is more than one panel, else into one.

    >>> columns_in(840.0, 840.0, 40.0), columns_in(840.0, 840.0, 40.0, panels=1)
    (Columns(many=2, each=400.0, gutter=40.0), Columns(many=1, each=840.0, gutter=40.0))
    """
    many = 2 if width >= two_from and panels > 1 else 1
    return Columns(many, (width - gutter * (many - 1)) / many, gutter)


def in_rows(panels: Iterable[Any], columns: Columns, left: float, top: float, between: float, draw: Panel) -> Drawn:
    """Draw panels in the order of reading: beside each other in rows, of which each begins below the one before."""
    parts: list[str] = []
    bottom = y = top
    for i, panel in enumerate(panels):
        place = i % columns.many
        more, end = draw(panel, columns.at(left, place), y)
        parts += more
        bottom = max(bottom, end)
        if place == columns.many - 1:
            y = bottom + between
    return parts, bottom


def in_columns(
    panels: Sequence[Sequence[Any]], columns: Columns, left: float, top: float, between: float, draw: Panel
) -> Drawn:
    """Draw panels, given column by column, below each other in each."""
    parts: list[str] = []
    bottom = top
    for i, column in enumerate(panels):
        y = top
        for panel in column:
            more, end = draw(panel, columns.at(left, i), y)
            parts += more
            bottom, y = max(bottom, end), end + between
    return parts, bottom

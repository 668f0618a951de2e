"""Invisible strips over a plot of lines: wherever a person points, the nearest numbers are named."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from closedsky.showing.svg import marked, rect

LEAST = 3.0
"""Width of a strip below which it names the next one's rows, too."""

HIT = "hit"
"""Class of what is pointed at and not seen."""

Point = tuple[float, Sequence[int]]
"""Where numbers stand, in pixels, and their rows of the numbers table."""


def strips(points: Iterable[Point], ends: tuple[float, float], top: float, tall: float) -> list[str]:
    """Cover a plot with strips, each as far as its point is the nearest.

    Args:
        points: where numbers stand from left to right, and their rows; those that stand closely share a strip.
        ends: left and right of the plot, in pixels.
        top: of the plot.
        tall: height of the plot.

    Returns:
        Elements, one group for each strip; none where no point has rows.
    """
    gathered: list[tuple[float, list[int]]] = []
    for x, rows in sorted((point for point in points if point[1]), key=lambda point: point[0]):
        if gathered and x - gathered[-1][0] < LEAST:
            gathered[-1][1].extend(rows)
        else:
            gathered.append((x, [*rows]))
    between = [(a + b) / 2.0 for (a, _), (b, _) in itertools.pairwise(gathered)]
    parts = []
    for (_, rows), (low, high) in zip(gathered, itertools.pairwise([ends[0], *between, ends[1]]), strict=False):
        parts += marked([rect(HIT, low, top, high - low, tall)], rows)
    return parts


def spread(places: Sequence[float], most: int) -> list[int]:
    """Choose some of many places, so many at most: those nearest to points that lie evenly between the ends.

    >>> spread([0.0, 1.0, 2.0, 50.0, 90.0, 100.0], 3), spread([5.0], 3), spread([], 3)
    ([0, 3, 5], [0], [])
    """
    if not places:
        return []
    low, high = min(places), max(places)
    wanted = (low + (high - low) * i / max(most - 1, 1) for i in range(most))
    return sorted({min(range(len(places)), key=lambda j: abs(places[j] - each)) for each in wanted})

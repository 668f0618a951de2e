"""Geometry of a map: degrees to kilometres, rings cut to a frame, what lies inside them, how far it is to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""Shape (point, 2)."""

EARTH_KM = 6371.0
"""Mean radius of the earth."""

FLAT = 3.0
"""How much wider than tall a name is reckoned to be, where a place is sought for it."""


def conic(degrees: Points) -> Callable[[Points], Points]:
    """Choose an equidistant conic projection for a country: distances are true to a third of a percent over it.

    Source: Snyder (1987), Map Projections, USGS Professional Paper 1395, chapter 16.

    Args:
        degrees: longitude and latitude of its border.

    Returns:
        A function from degrees to kilometres east and south of its middle.
    """
    (west, south), (east, north) = degrees.min(axis=0), degrees.max(axis=0)
    sixth = (north - south) / 6.0
    first, second = np.radians(south + sixth), np.radians(north - sixth)
    cone = (np.cos(first) - np.cos(second)) / (second - first)
    apex = np.cos(first) / cone + first
    middle = apex - np.radians((south + north) / 2.0)

    def project(points: Points) -> Points:
        angle = cone * np.radians(points[:, 0] - (west + east) / 2.0)
        radius = apex - np.radians(points[:, 1])
        return EARTH_KM * np.stack([radius * np.sin(angle), radius * np.cos(angle) - middle], axis=1)

    return project


def clip(ring: Points, frame: tuple[float, float, float, float]) -> Points:
    """Cut a ring to a frame (left, top, right, bottom). Source: Sutherland & Hodgman (1974).

    >>> square = np.array([[-1.0, -1.0], [3.0, -1.0], [3.0, 1.0], [-1.0, 1.0]])
    >>> clip(square, (0.0, -2.0, 2.0, 2.0)).max(axis=0).tolist()
    [2.0, 1.0]
    """
    left, top, right, bottom = frame
    for axis, limit, side in ((0, left, 1.0), (1, top, 1.0), (0, right, -1.0), (1, bottom, -1.0)):
        kept: list[Any] = []
        for a, b in zip(np.roll(ring, 1, axis=0), ring, strict=True):
            within = [side * (each[axis] - limit) >= 0 for each in (a, b)]
            if within[0] != within[1]:
                kept.append(a + (b - a) * (limit - a[axis]) / (b[axis] - a[axis]))
            if within[1]:
                kept.append(b)
        ring = np.array(kept, float).reshape(-1, 2)
        if not len(ring):
            break
    return ring


def inside(points: Points, rings: Sequence[Points]) -> NDArray[np.bool_]:
    """Which points lie within any of some rings: a ray to the east crosses an odd number of edges.

    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> inside(np.array([[0.5, 0.5], [2.0, 0.5]]), [square]).tolist()
    [True, False]
    """
    found = np.zeros(len(points), bool)
    x, y = points[:, :1], points[:, 1:]
    for ring in rings:
        (x1, y1), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
        spans = (y1 > y) != (y2 > y)
        at = x1 + (y - y1) * (x2 - x1) / np.where(y2 == y1, 1.0, y2 - y1)
        found |= (spans & (x < at)).sum(axis=1) % 2 == 1
    return found


def distance(points: Points, rings: Sequence[Points]) -> Points:
    """How far it is from each point to the nearest edge of any ring.

    >>> distance(np.array([[0.5, 0.25]]), [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])]).tolist()
    [0.25]
    """
    nearest = np.full(len(points), np.inf)
    for ring in rings:
        for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            along = b - a
            long = float(along @ along)
            share = np.clip((points - a) @ along / long, 0.0, 1.0) if long > 0.0 else np.zeros(len(points))
            off = points - a - share[:, None] * along
            nearest = np.minimum(nearest, np.hypot(off[:, 0], off[:, 1]))
    return nearest


def grid(rings: Sequence[Points], step: float) -> Points:
    """Points of an even grid that lie within rings."""
    everything = np.concatenate(rings)
    low, high = everything.min(axis=0), everything.max(axis=0)
    axes = [np.arange(start + step / 2.0, end, step) for start, end in zip(low, high, strict=True)]
    points = np.stack([each.ravel() for each in np.meshgrid(*axes)], axis=1)
    return points[inside(points, rings)]


def name_place(rings: Sequence[Points], step: float) -> tuple[float, float] | None:
    """Where a name has most room within rings; None where no point of the grid lies in them."""
    points = grid(rings, step)
    if not len(points):
        return None
    tall = np.array([1.0, FLAT])
    best = points[int(np.argmax(distance(points * tall, [ring * tall for ring in rings])))]
    return float(best[0]), float(best[1])

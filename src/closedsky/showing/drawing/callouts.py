"""Names beside the marks they name: labels on leaders, set so that no label touches another, nor any leader."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from closedsky.showing.svg import LEADING, SIZES, stroke, text, text_width

NEAR = 4.0
"""From a leader to its label."""

CLEAR = 6.0
"""Least room between labels on one line, and between a leader and a label."""

LANE = LEADING["small"]


@dataclass(frozen=True)
class Callout:
    """A name for a mark.

    Attributes:
        words: the name.
        kind: classes of the text.
        points: places on the mark, any of which the leader may end at, the best first: x, and y from the top of the
            marks, in pixels.
    """

    words: str
    kind: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Set:
    """A callout in its place: lane 0 is nearest to the marks."""

    callout: Callout
    point: tuple[float, float]
    lane: int
    start: float
    end: float

    def fits(self, other: _Set) -> bool:
        if self.lane == other.lane and self.start < other.end + CLEAR and other.start < self.end + CLEAR:
            return False
        return not self._crosses(other) and not other._crosses(self)

    def _crosses(self, other: _Set) -> bool:
        """Whether this leader runs through the other label."""
        return self.lane > other.lane and other.start - NEAR / 2 < self.point[0] < other.end + NEAR / 2


def lanes_for(callouts: Sequence[Callout], left: float, right: float) -> list[_Set]:
    """Find a place for every callout in as few lanes as possible.

    Args:
        callouts: names, at most a handful.
        left: end of the room, in pixels.
        right: end of the room, in pixels.

    Returns:
        The callouts in their places; without those for which there is none.
    """
    for count in range(len(callouts), 0, -1):
        for lanes in range(1, count + 1):
            found = _search(callouts[:count], lanes, left, right)
            if found:
                return found
    return []


def room_for(places: Sequence[_Set]) -> float:
    """Return the height that callouts in their places take."""
    return LANE * max((each.lane + 1 for each in places), default=0)


def draw_callouts(places: Sequence[_Set], top: float, height: float, above: bool) -> list[str]:
    """Draw callouts in their places above or below marks that begin at `top` and are so high."""
    parts = []
    for each in places:
        x, down = each.point
        base = top - LANE * each.lane - NEAR if above else top + height + LANE * (each.lane + 1)
        near = base - SIZES["small"] + NEAR if above else base
        parts.append(stroke("quiet", (x, near), (x, top + down), width=0.75))
        parts.append(text(each.start, base, [(each.callout.words, each.callout.kind)], "small"))
    return parts


def _search(callouts: Sequence[Callout], lanes: int, left: float, right: float) -> list[_Set]:
    """The first arrangement in which all fit, nearest lanes and best points first."""
    options = [list(_options(each, lanes, left, right)) for each in callouts]

    def extend(placed: list[_Set]) -> list[_Set]:
        if len(placed) == len(options):
            return placed
        for option in options[len(placed)]:
            if all(option.fits(other) for other in placed):
                found = extend([*placed, option])
                if found:
                    return found
        return []

    return extend([])


def _options(callout: Callout, lanes: int, left: float, right: float) -> Iterator[_Set]:
    width = text_width(callout.words, SIZES["small"])
    for lane, point in itertools.product(range(lanes), callout.points):
        for start in (point[0] + NEAR, point[0] - NEAR - width):
            if left <= start and start + width <= right:
                yield _Set(callout, point, lane, start, start + width)

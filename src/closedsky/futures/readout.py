"""Reading calls out: from device arrays to outcomes by option and future, while the next call runs.

What each step reports is large (some kilobytes a lane) and mostly not wanted: only the reference's course is copied,
and of every other lane the two numbers that its effect on lives needs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.engine import LANES, TILE
from closedsky.model.campaign import SERIES
from closedsky.model.outcomes import OUTCOMES

KILLED = SERIES.index("killed")
RELUCTANCE = SERIES.index("reluctance")
END_DAY = list(OUTCOMES).index("end_day")


class Readout:
    """Gathers the calls of one block; calls come in order and the reference's lanes first.

    Args:
        start: start of each step, days, shape (steps,), in the engine's precision.
        length: length of each step, days.
        count: futures in the block.
        options: options in the block.
        taken: place of the option really taken among them.
        series: names to keep whole, for all lanes.
        size: lanes of one call.

    Attributes:
        outcomes: shape (outcomes, lanes).
        own: deaths of each lane up to the day on which the first of its war and the reference's ends, shape (lanes,).
        killed: the reference's cumulative deaths, shape (steps, count).
        reluctance: of the alliance on the course really taken, shape (steps, count).
        series: by name, shape (steps, lanes).
    """

    def __init__(
        self,
        start: NDArray[Any],
        length: NDArray[Any],
        count: int,
        options: int,
        taken: int,
        series: tuple[str, ...],
        size: int = LANES,
    ) -> None:
        self.start, self.length, self.count, self._size = start, length, count, size
        self.lanes = count * options
        self._taken = taken * count
        self.outcomes = np.empty((len(OUTCOMES), self.lanes), start.dtype)
        self.own = np.empty(self.lanes, start.dtype)
        self.killed = np.empty((len(start), count), start.dtype)
        self.reluctance = np.empty((len(start), count), start.dtype)
        self.series = {name: np.empty((len(start), self.lanes), start.dtype) for name in series}

    def collect(self, first: int, outcomes: Any, reports: tuple[Any, ...]) -> None:
        """Take in one call whose first lane is `first`."""
        last = min(first + self._size, self.lanes)
        for place, part in shards(outcomes, first, last):
            self.outcomes[:, place] = np.moveaxis(part, 1, 0).reshape(len(OUTCOMES), -1)[:, : place.stop - place.start]
        for name, whole in self.series.items():
            for place, part in shards(reports[SERIES.index(name)], first, last):
                copy_tiles(part, place, whole, 0, self.lanes)
        for place, part in shards(reports[KILLED], first, last):
            copy_tiles(part, place, self.killed, 0, self.count)
            end = self.outcomes[END_DAY]
            common = np.minimum(end[place], end[np.arange(place.start, place.stop) % self.count])
            self.own[place] = self.at(common, lambda step, lane, part=part: part[lane // TILE, step, lane % TILE])
        for place, part in shards(reports[RELUCTANCE], first, last):
            copy_tiles(part, place, self.reluctance, self._taken, self._taken + self.count)

    def reference_at(self, day: NDArray[Any]) -> NDArray[Any]:
        """The reference's deaths up to one day for each future, shape (count,)."""
        return self.at(day, lambda step, lane: self.killed[step, lane])

    def at(self, day: NDArray[Any], read: Any) -> NDArray[Any]:
        """Value of a cumulative series at one day for each lane, linear within a step; `read` takes (step, lane)."""
        step = np.clip(np.searchsorted(self.start, day, side="left") - 1, 0, len(self.start) - 1)
        share = np.clip((day - self.start[step]) / self.length[step], 0.0, 1.0)
        lane = np.arange(len(day))
        after = read(step, lane)
        before = np.where(step > 0, read(np.maximum(step - 1, 0), lane), 0.0)
        return np.asarray(before + (after - before) * share)


def shards(array: Any, first: int, last: int) -> list[tuple[slice, NDArray[Any]]]:
    """Each device's share of a call, as it lies in its memory, with the lanes of the block that it holds."""
    out, lane = [], first
    for shard in sorted(array.addressable_shards, key=lambda each: each.index[0].start or 0):
        part = np.asarray(shard.data)
        stop = min(lane + part.shape[0] * TILE, last)
        if stop > lane:
            out.append((slice(lane, stop), part))
        lane += part.shape[0] * TILE
    return out


def copy_tiles(part: NDArray[Any], place: slice, whole: NDArray[Any], low: int, high: int) -> None:
    """Copy lanes `low` to `high` of a share, shape (tiles, steps, TILE), into `whole`, shape (steps, high - low)."""
    start, stop = max(place.start, low), min(place.stop, high)
    for tile in range(part.shape[0]):
        a = max(start, place.start + tile * TILE)
        b = min(stop, place.start + (tile + 1) * TILE)
        if a < b:
            offset = place.start + tile * TILE
            whole[:, a - low : b - low] = part[tile][:, a - offset : b - offset]

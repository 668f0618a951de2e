"""The rows that are left while a box shrinks, and the peels that each input offers.

Real inputs are kept by the outermost rows of either end, in order; inputs with few different values, and names, are
counted value by value. Either way no box copies its rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from closedsky.reading.boxes import NAMED, WHOLE, Box, Column, Flags, Step, Table

Rows = NDArray[np.intp]

MARGIN = 1.25
"""More rows than a peel needs are put in order, so that most later peels find theirs."""

KEPT = 0.6
"""Where fewer than this share of the rows in order are left, the others are taken out."""

SAMPLE = 4096
"""Rows by which it is guessed where so many rows end."""

AT_ONCE = 2
"""Ends of columns that are put in order at once."""


class Peel(NamedTuple):
    """A peel that could be taken: what it would leave, and how it is carried out."""

    gain: float
    free: int
    rows: int
    held: int
    box: Callable[[], Box]
    removed: Callable[[], Rows]


class Peeling:
    """The rows that are left while a box shrinks."""

    def __init__(
        self, table: Table, flags: Flags, within: Flags, peel: float, columns: Sequence[int] | None = None
    ) -> None:
        self.table, self.flags, self.peel = table, flags, peel
        self.live = within.copy()
        self.rows: Rows = np.flatnonzero(within)
        self.whole = len(self.rows) == len(within)
        self.sides: list[Sorted | Counted] = [
            (Counted if column.counted else Sorted)(self, i, column)
            for i, column in enumerate(table.columns)
            if columns is None or i in columns
        ]
        ends = [end for side in self.sides if isinstance(side, Sorted) for end in side.ends]
        with ThreadPoolExecutor(AT_ONCE) as pool:  # numpy lets another thread run while it sorts
            list(pool.map(lambda end: end.reach(math.ceil((len(self.rows) - 1) * peel) + 1), ends))

    def step(self, at: Step, least_mass: float) -> Step | None:
        """Take the best peel, or None where there is none."""
        best: Peel | None = None
        for side in self.sides:
            for each in side.peels(at):
                if best is None or (each.gain, each.free) > (best.gain, best.free):
                    best = each
        if best is None or best.gain <= 0 or best.rows / at.of < least_mass or best.rows >= at.rows:
            return None
        box = best.box()
        self.live[best.removed()] = False
        self.rows, self.whole = np.flatnonzero(self.live), False
        return Step(box, best.rows, best.held, at.of, at.of_interest)

    def candidate(
        self, at: Step, i: int, gone: int, held: int, box: Callable[[], Box], removed: Callable[[], Rows]
    ) -> Peel:
        """Weigh a peel that takes `gone` rows, of which `held` are of interest."""
        left, kept = at.rows - gone, at.held - held
        before, after = at.held / at.rows, kept / left if left else 0.0
        gain = 0.0 if before == after or not gone else (after - before) / gone
        free = len(self.table.columns) - len(at.box.restricted) - (not at.box.limited[i])
        return Peel(gain, free, left, kept, box, removed)


class Sorted:
    """One real column by its two ends: a peel touches only the rows that it takes."""

    def __init__(self, search: Peeling, i: int, column: Column) -> None:
        self.search, self.i = search, i
        self.ends = End(search, column.values, -1.0), End(search, column.values, 1.0)

    def peels(self, at: Step) -> Iterator[Peel]:
        """Offer a peel of the upper end, then one of the lower."""
        n, peel = at.rows, self.search.peel
        upper, lower = (n - 1) * (1.0 - peel), (n - 1) * peel
        yield self._peel(at, self.ends[0], n - 1 - math.ceil(upper), n - 1 - math.floor(upper))
        yield self._peel(at, self.ends[1], math.floor(lower), math.ceil(lower))

    def _peel(self, at: Step, end: End, first: int, last: int) -> Peel:
        """Offer the rows before the quantile that lies between two places of the rows that are left.

        Args:
            at: the box.
            end: from which places are counted.
            first: the outer place.
            last: the inner one.
        """
        end.reach(last + 1)
        here, there = end.key(first), end.key(last)
        if here == there:  # the quantile lies among equal values: up to the next other one
            there = end.after(here)
        middle = (here + there) / 2.0
        removed = end.before(middle)
        limit = end.sign * middle
        return self.search.candidate(
            at,
            self.i,
            len(removed),
            int(np.count_nonzero(self.search.flags.take(removed))),
            lambda: at.box.with_limits(self.i, **{"low" if end.sign > 0 else "high": limit}),
            lambda: removed,
        )


class End:
    """The outermost rows at one end of a column, in order; the rest is not sorted until it is needed.

    Rows that are no longer left stay in it until they are many: most steps only look at which are.

    Attributes:
        sign: 1 at the lower end, -1 at the upper.
        order: rows, outermost first.
        keys: `sign` times their values; all rows that are left with a key up to the last one are there.
        places: of those in `order` that are left.
    """

    def __init__(self, search: Peeling, values: NDArray[np.float64], sign: float) -> None:
        self.search, self.values, self.sign = search, values, sign
        self.order: Rows = np.empty(0, np.intp)
        self.keys: NDArray[np.float64] = np.empty(0)
        self.places: Rows = self.order

    def reach(self, wanted: int) -> None:
        """See to it that at least so many of the rows that are left are in order."""
        self.places = np.flatnonzero(self.search.live.take(self.order))
        target = len(self.places)
        while len(self.places) < wanted:
            target = max(2 * target, int(MARGIN * wanted) + 64)
            self._sort(target)
        if len(self.places) < KEPT * len(self.order):
            self.order, self.keys = self.order.take(self.places), self.keys.take(self.places)
            self.places = np.arange(len(self.order))

    def _sort(self, target: int) -> None:
        """Put about so many of the rows that are left in order."""
        rows, whole = self.search.rows, self.search.whole
        values = self.values if whole else self.values.take(rows)
        if target < len(rows):
            share = target / len(rows)
            some = values[:: max(len(rows) // SAMPLE, 1)]
            if self.sign > 0:
                chosen = np.flatnonzero(values <= np.quantile(some, share))
            else:
                chosen = np.flatnonzero(values >= np.quantile(some, 1.0 - share))
            values, rows = values.take(chosen), chosen if whole else rows.take(chosen)
        keys = self.sign * values
        inwards = np.argsort(keys)
        self.order, self.keys = rows.take(inwards), keys.take(inwards)
        self.places = np.arange(len(rows))

    def key(self, place: int) -> float:
        """Return the key of one of the rows that are left, counted from the end."""
        return float(self.keys[self.places[place]])

    def after(self, key: float) -> float:
        """Return the next key behind one among the rows that are left, itself where none is."""
        place = int(np.searchsorted(self.places, np.searchsorted(self.keys, key, "right")))
        if place < len(self.places):
            return self.key(place)
        keys = self.sign * self.values.take(self.search.rows)
        return float(keys[keys > key].min()) if bool((keys > key).any()) else key

    def before(self, key: float) -> Rows:
        """Return the rows that are left before a key."""
        end = int(np.searchsorted(self.places, np.searchsorted(self.keys, key, "left")))
        return self.order.take(self.places[:end])


class Counted:
    """One column with few different values, or of names: rows are counted value by value."""

    def __init__(self, search: Peeling, i: int, column: Column) -> None:
        self.search, self.i, self.column = search, i, column
        self.places, self.distinct = column.places, column.distinct

    def peels(self, at: Step) -> Iterator[Peel]:
        """Offer a peel of either end, or of each name."""
        rows, size = self.search.rows, len(self.distinct)
        here = self.places[rows]
        number = np.bincount(here, minlength=size)
        held = np.bincount(here[self.search.flags[rows]], minlength=size)
        if self.column.kind == NAMED:
            names = at.box.named[self.i] or frozenset()
            if len(names) > 1:
                for name in sorted(names):
                    yield self._offer(at, number, held, np.arange(size) == name, self._named(at, names - {name}))
            return
        n, peel, upto = at.rows, self.search.peel, np.cumsum(number)
        for sign, place in ((-1.0, (n - 1) * (1.0 - peel)), (1.0, (n - 1) * peel)):
            value = self._quantile(upto, number, sign, place)
            gone, limit = self._cut(at, number, sign, value)
            yield self._offer(at, number, held, gone, self._limited(at, sign, limit))

    def _quantile(self, upto: NDArray[np.intp], number: NDArray[np.intp], sign: float, place: float) -> float:
        first, last = (int(np.searchsorted(upto, at, "right")) for at in (math.floor(place), math.ceil(place)))
        there = np.flatnonzero(number)
        if first == last:
            others = there[there > last] if sign > 0 else there[there < first]
            if len(others):
                first, last = (first, int(others[0])) if sign > 0 else (int(others[-1]), last)
        return float((self.distinct[first] + self.distinct[last]) / 2.0)

    def _cut(self, at: Step, number: NDArray[np.intp], sign: float, value: float) -> tuple[Flags, float]:
        """Which values a peel takes, and where it leaves the limit."""
        x, lower = self.distinct, sign > 0
        if self.column.kind != WHOLE:
            return (x < value if lower else x > value), value
        end = float(math.floor(value))
        if lower:
            gone = x <= end if end == at.box.low[self.i] else x < end
        else:
            gone = x >= end if end == at.box.high[self.i] else x > end
        left = x[~gone & (number > 0)]
        if not len(left):
            left = x[number > 0][-1:] if lower else x[number > 0][:1]
        return gone, float(left.min() if lower else left.max())

    def _offer(
        self, at: Step, number: NDArray[np.intp], held: NDArray[np.intp], gone: Flags, box: Callable[[], Box]
    ) -> Peel:
        rows = self.search.rows
        return self.search.candidate(
            at, self.i, int(number[gone].sum()), int(held[gone].sum()), box, lambda: rows[gone[self.places[rows]]]
        )

    def _limited(self, at: Step, sign: float, limit: float) -> Callable[[], Box]:
        return lambda: at.box.with_limits(self.i, **{"low" if sign > 0 else "high": limit})

    def _named(self, at: Step, names: frozenset[int]) -> Callable[[], Box]:
        return lambda: at.box.with_named(self.i, names)

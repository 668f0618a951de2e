"""Tables of inputs, and boxes in them: the data that scenario discovery works on.

A column is *real* (floating point), *whole* (integers) or *named* (anything else: texts, yes or no). Rows with a
missing value are left out and counted; columns that never vary, or that repeat another, are kept out of every search
and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

REAL, WHOLE, NAMED = "real", "whole", "named"

FEW_VALUES = 256
"""Columns with so few different values are counted value by value instead of being sorted."""


class Degenerate(ValueError):
    """Data in which nothing can be found; the message is one line."""


@dataclass(frozen=True, eq=False)
class Column:
    """One input.

    Attributes:
        name: of the input.
        kind: `real`, `whole` or `named`.
        values: shape (row,), float64; for a named column the place of each value among `labels`.
        labels: values of a named column, in order; empty otherwise.
    """

    name: str
    kind: str
    values: NDArray[np.float64]
    labels: tuple[Any, ...] = ()

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Smallest and greatest value."""
        return float(self.values.min()), float(self.values.max())

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Rows from the smallest value to the greatest, shape (row,)."""
        return np.argsort(self.values, kind="stable")

    @cached_property
    def counted(self) -> bool:
        """Whether rows are better counted value by value than put in order."""
        if self.kind != REAL:
            return True
        some = self.values[:: max(len(self.values) // (8 * FEW_VALUES), 1)]
        return len(np.unique(some)) <= FEW_VALUES

    @cached_property
    def distinct(self) -> NDArray[np.float64]:
        """Different values in order."""
        return np.unique(self.values)

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """Place of each value among the different ones, shape (row,)."""
        return np.searchsorted(self.distinct, self.values)


class Table:
    """Columns of one length, without missing values.

    Args:
        columns: by name, shape (row,); anything that numpy makes an array of, and not copied where it is one.
        interest: which rows are of interest, shape (row,): booleans, or numbers with NaN where it is not known.

    Attributes:
        columns: those that are searched.
        interest: shape (row,).
        kept: which of the rows that were given are in the table, shape (given row,).
        left_out: how many were not, for a missing value.
        constant: names of columns that never vary.
        repeated: name of each column that repeats another one, with that one's.

    Raises:
        Degenerate: no columns, columns of different lengths, no rows left, or all or none of them of interest.
    """

    def __init__(self, columns: Mapping[str, Any], interest: Any) -> None:
        if not columns:
            raise Degenerate("no inputs were given: name one at least")
        given = {name: _plain_numbers(np.asarray(values)) for name, values in columns.items()}
        wanted = _plain_numbers(np.asarray(interest))
        if any(each.shape != wanted.shape or each.ndim != 1 for each in given.values()):
            raise Degenerate("inputs and what is of interest must have one value for each row")
        known = np.ones(len(wanted), bool)
        for each in (*given.values(), wanted):
            known &= ~_missing(each)
        self.kept, self.left_out = known, int((~known).sum())
        if not known.any():
            raise Degenerate(f"none of {len(wanted):,} rows is without a missing value")
        flags = wanted[known]
        if not np.isin(flags, (0, 1)).all():
            raise Degenerate("what is of interest must be yes or no in each row")
        self.interest: Flags = flags.astype(bool)
        whole = not self.left_out
        found = [_column(name, each if whole else each[known]) for name, each in given.items()]
        self.constant = tuple(each.name for each in found if each.ends[0] == each.ends[1])
        self.repeated: dict[str, str] = {}
        kept: dict[Any, Column] = {}
        for column in found:
            if column.name in self.constant:
                continue
            key = (column.kind, column.labels, *_digest(column.values))
            if key in kept and np.array_equal(kept[key].values, column.values):
                self.repeated[column.name] = kept[key].name
            else:
                kept[key] = column
        self.columns = tuple(kept.values())

    def __len__(self) -> int:
        return len(self.interest)

    @cached_property
    def everything(self) -> Box:
        """The box that holds every row."""
        low, high = (np.array([each.ends[end] for each in self.columns]) for end in (0, 1))
        named = tuple(frozenset(range(len(each.labels))) if each.kind == NAMED else None for each in self.columns)
        return Box(self, low, high, named)

    def require_both(self, rows: Flags | None = None) -> None:
        """Refuse rows of which all or none are of interest.

        Raises:
            Degenerate: so it is.
        """
        flags = self.interest if rows is None else self.interest[rows]
        if not flags.any():
            raise Degenerate(f"none of {len(flags):,} futures is of interest: there is nothing to find conditions for")
        if flags.all():
            raise Degenerate(f"all {len(flags):,} futures are of interest: no condition can tell any from the rest")


@dataclass(frozen=True, eq=False)
class Box:
    """Limits on some columns of a table; both ends belong to the box.

    Attributes:
        table: whose columns they are.
        low, high: shape (column,); those of the whole table where nothing is limited.
        named: by column, which values of a named column are in the box; None for numbers.
    """

    table: Table
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    named: tuple[frozenset[int] | None, ...]

    @cached_property
    def limited(self) -> Flags:
        """Which columns are limited, shape (column,)."""
        whole = self.table.everything
        found = np.asarray((self.low != whole.low) | (self.high != whole.high))
        for i, names in enumerate(self.named):
            if names is not None:
                found[i] = len(names) < len(self.table.columns[i].labels)
        return found

    @cached_property
    def restricted(self) -> tuple[int, ...]:
        """Places of the columns that are limited."""
        return tuple(np.flatnonzero(self.limited).tolist())

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that are limited."""
        return tuple(self.table.columns[i].name for i in self.restricted)

    def inside(self, i: int, rows: Any = slice(None)) -> Flags:
        """Which rows keep to the limits on one column."""
        values = self.table.columns[i].values[rows]
        if self.named[i] is not None:
            return np.isin(values, list(self.named[i] or ()))
        return np.asarray((values >= self.low[i]) & (values <= self.high[i]))

    def holds(self, rows: Any = slice(None)) -> Flags:
        """Which rows keep to all limits."""
        held: Flags = np.ones(len(self.table), bool)[rows]
        for i in self.restricted:
            held &= self.inside(i, rows)
        return held

    def with_limits(self, i: int, low: float | None = None, high: float | None = None) -> Box:
        """Return the box with other ends of one column."""
        lows, highs = self.low.copy(), self.high.copy()
        if low is not None:
            lows[i] = low
        if high is not None:
            highs[i] = high
        return Box(self.table, lows, highs, self.named)

    def with_named(self, i: int, places: frozenset[int]) -> Box:
        """Return the box with other values of a named column."""
        return Box(self.table, self.low, self.high, (*self.named[:i], places, *self.named[i + 1 :]))

    def without(self, names: Iterable[str]) -> Box:
        """Return the box with some columns limited no longer."""
        box, dropped = self, set(names)
        for i in self.restricted:
            column = self.table.columns[i]
            if column.name in dropped:
                every = frozenset(range(len(column.labels)))
                box = box.with_named(i, every) if self.named[i] is not None else box.with_limits(i, *column.ends)
        return box

    def limits(self) -> dict[str, dict[str, Any]]:
        """Return the limits in plain values: `above` and `below` for numbers, `one_of` for names."""
        found: dict[str, dict[str, Any]] = {}
        for i in self.restricted:
            column, named = self.table.columns[i], self.named[i]
            if named is not None:
                found[column.name] = {"one_of": [_plain(column.labels[place]) for place in sorted(named)]}
                continue
            low = float(self.low[i]) if self.low[i] != column.ends[0] else None
            high = float(self.high[i]) if self.high[i] != column.ends[1] else None
            found[column.name] = {"above": low, "below": high}
        return found


@dataclass(frozen=True, eq=False)
class Step:
    """One box on the way.

    Attributes:
        box: its limits.
        rows: how many keep to them.
        held: how many of those are of interest.
        of, of_interest: the same for all rows that were searched.
    """

    box: Box
    rows: int
    held: int
    of: int
    of_interest: int

    @property
    def coverage(self) -> float:
        """Share of all that is of interest that lies in the box."""
        return self.held / self.of_interest

    @property
    def density(self) -> float:
        """Share of the box that is of interest."""
        return self.held / self.rows if self.rows else float("nan")

    @property
    def mass(self) -> float:
        """Share of all rows that lie in the box."""
        return self.rows / self.of

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "coverage": self.coverage,
            "density": self.density if self.rows else None,
            "mass": self.mass,
            "restricted": list(self.box.names),
            "rows": self.rows,
            "of_interest": self.held,
        }


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _missing(values: NDArray[Any]) -> Flags:
    if values.dtype.kind == "f":
        return np.asarray(np.isnan(values))
    if values.dtype.kind in "mM":
        return np.asarray(np.isnat(values))
    if values.dtype.kind == "O":
        return np.array([each is None or each != each for each in values.tolist()], bool)
    return np.zeros(values.shape, bool)


def _plain_numbers(values: NDArray[Any]) -> NDArray[Any]:
    """Numbers among objects as numbers, with NaN for what is missing; anything else as it is."""
    if values.dtype.kind != "O":
        return values
    each = values.tolist()
    if all(one is None or (isinstance(one, float | int) and not isinstance(one, bool)) for one in each):
        return np.array([np.nan if one is None else float(one) for one in each])
    return values


def _column(name: str, values: NDArray[Any]) -> Column:
    if values.dtype.kind == "f":
        if np.isinf(values).any():
            raise Degenerate(f"{name}: holds infinite values, between which no limit can stand; leave them out")
        return Column(name, REAL, np.ascontiguousarray(values, np.float64))
    if values.dtype.kind in "iu":
        return Column(name, WHOLE, values.astype(np.float64))
    if values.dtype.kind in "cmM":
        raise Degenerate(f"{name}: neither numbers nor names; make real numbers or texts of them")
    try:
        labels, places = np.unique(values, return_inverse=True)
    except TypeError:
        raise Degenerate(f"{name}: values of different types cannot be told apart; make them texts") from None
    return Column(name, NAMED, places.astype(np.float64), tuple(labels.tolist()))


def _digest(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Enough to tell most columns apart before they are compared value by value."""
    return float(values[0]), float(values[-1]), float(values.sum())

"""Under which conditions something holds: at most two limits on assumptions, found on some futures, told of others.

Limits are searched on every second net of the design and their frequencies are read off the others, so that a limit
that was only lucky loses what it won. What is printed of single futures keeps its range over luck couplings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.results import Inputs
from closedsky.reading.statistics import SCRAMBLES, Values
from closedsky.reading.words import figure, listed, percent

BINS = 16
"""Limits stand at sixteenths of the futures."""

LEAST = 0.1
"""A condition holds in at least a tenth of the futures, or it says little of the answer."""

WORTH_A_SECOND = 0.03
"""A second limit must raise the frequency by as much as this, or one is enough."""

SURE = 3.0
"""Standard errors by which either side of a turn must lie beyond the level."""

CANDIDATES = 6
"""Assumptions among which limits are searched: those that explain most by themselves."""


@dataclass(frozen=True)
class Limit:
    """One end of an assumption.

    Attributes:
        name: of the assumption.
        value: where the limit stands, in its unit.
        above: whether what is meant lies above it.
    """

    name: str
    value: float
    above: bool

    def words(self, case: Case) -> str:
        """Say the limit with its unit."""
        entry = case.assumptions[self.name]
        return f"{inside(entry.label)} {'above' if self.above else 'below'} {amount(self.value, entry.unit)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"assumption": self.name, "value": self.value, "above": self.above}


@dataclass(frozen=True, eq=False)
class Condition:
    """Limits and the futures that keep to them.

    Attributes:
        limits: one or two.
        kept: which of the futures that were not searched keep to them, shape (future,); False for those searched.
        mass: share of futures that keep to them.
    """

    limits: tuple[Limit, ...]
    kept: NDArray[np.bool_]
    mass: float

    def words(self, case: Case) -> str:
        """Say the limits."""
        return listed([each.words(case) for each in self.limits])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"limits": [each.to_dict() for each in self.limits], "mass": self.mass}


def amount(value: float, unit: str, digits: int = 2) -> str:
    """Write a number with its unit as people say it, with so many significant digits.

    >>> amount(0.034, "share"), amount(2.0, "x"), amount(12.0, "days"), amount(0.5, "probability")
    ('3.4 %', '2.0 times', '12 days', '0.50')
    """
    if unit == "share":
        return percent(value, digits)
    if unit == "x":
        return f"{figure(value, digits)} times"
    if unit in ("ratio", "probability", "exponent", "index", "loading", "shape", "weight", "correlation"):
        return figure(value, digits)
    return f"{figure(value, digits)} {unit}"


def inside(label: str) -> str:
    """A label as it reads inside a sentence: no capital unless the word has more of them."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


class Searcher:
    """Quantile bins of some assumptions, made once for any number of flags.

    Args:
        inputs: of the run.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        n = len(inputs.values)
        self.searched = np.arange(n) % SCRAMBLES % 2 == 0
        self._edges: dict[int, Values] = {}
        self._bins: dict[int, NDArray[np.intp]] = {}

    def _binned(self, column: int) -> tuple[NDArray[np.intp], Values]:
        if column not in self._bins:
            values = self.inputs.values[:, column]
            edges = np.unique(np.quantile(values, np.arange(1, BINS) / BINS))
            self._edges[column] = edges
            self._bins[column] = np.searchsorted(edges, values, "right").astype(np.intp)
        return self._bins[column], self._edges[column]

    def find(self, holds: Values, strength: Values) -> Condition | None:
        """Find the limits under which a flag holds most often.

        Args:
            holds: 1 or 0, NaN where it is not known, shape (future,).
            strength: share of its variance that each assumption explains by itself, shape (assumption,).

        Returns:
            The condition; None where the flag never varies among the searched futures, or nothing raises it.
        """
        known = np.isfinite(holds) & self.searched
        if not known.any() or np.ptp(holds[known]) == 0:
            return None
        base, total = float(holds[known].mean()), int(known.sum())
        order = [int(i) for i in np.argsort(strength)[::-1][:CANDIDATES] if strength[i] > 0]
        order = [i for i in order if len(self._binned(i)[1])]
        best_one = self._best([(i,) for i in order], holds, known, total)
        best_two = self._best(list(combinations(order, 2)), holds, known, total)
        if best_one is None or best_one[0] <= base:
            return None
        _, chosen = best_two if best_two and best_two[0] > best_one[0] + WORTH_A_SECOND else best_one
        kept = np.ones(len(holds), bool)
        for limit, column in chosen:
            values = self.inputs.values[:, column]
            kept &= values >= limit.value if limit.above else values < limit.value
        fresh = ~self.searched
        return Condition(tuple(limit for limit, _ in chosen), kept & fresh, float(kept[fresh].mean()))

    def _best(
        self, sets: Sequence[tuple[int, ...]], holds: Values, known: NDArray[np.bool_], total: int
    ) -> tuple[float, list[tuple[Limit, int]]] | None:
        found: tuple[float, list[tuple[Limit, int]]] | None = None
        for columns in sets:
            shape = tuple(len(self._binned(i)[1]) + 1 for i in columns)
            place = np.ravel_multi_index([self._binned(i)[0][known] for i in columns], shape)
            count = np.bincount(place, np.ones(total), minlength=int(np.prod(shape))).reshape(shape)
            held = np.bincount(place, holds[known], minlength=int(np.prod(shape))).reshape(shape)
            for sides in np.ndindex(*(2,) * len(columns)):
                many, of = _upto(held, sides), _upto(count, sides)
                share = np.where(of >= LEAST * total, many / np.maximum(of, 1.0), -1.0)
                widest = np.where(share == share.max(), of, -1.0)  # of limits that do as well, those that say most
                at = np.unravel_index(int(np.argmax(widest)), shape)
                if share[at] > (found[0] if found else 0.0):
                    limits = self._limits(columns, sides, at)
                    if limits:
                        found = float(share[at]), limits
        return found

    def _limits(self, columns: Sequence[int], sides: Sequence[int], at: Sequence[Any]) -> list[tuple[Limit, int]]:
        limits = []
        for column, side, bin_ in zip(columns, sides, at, strict=True):
            edges = self._binned(column)[1]
            edge = int(bin_) - 1 if side else int(bin_)
            if 0 <= edge < len(edges):  # else every value keeps to it
                limits.append((Limit(self.inputs.names[column], float(edges[edge]), bool(side)), column))
        return limits


def _upto(table: NDArray[Any], sides: Sequence[int]) -> Values:
    """Sums of a table up to each cell (side 0) or from it on (side 1), axis by axis."""
    for axis, side in enumerate(sides):
        table = np.flip(np.cumsum(np.flip(table, axis), axis), axis) if side else np.cumsum(table, axis)
    return table


def turning(values: Values, holds: Values, level: float = 0.5) -> float | None:
    """Return the value of an assumption at which something turns, on average over everything else.

    Args:
        values: the assumption, shape (future,).
        holds: what turns, shape (future,); NaN is left out.
        level: what it turns at.

    Returns:
        The value at which the mean of `holds` over bins of equal size crosses the level, nearest to the middle of the
        futures; None where it never does, or where the futures on either side are not told to lie on different sides.

    >>> x = np.linspace(0.0, 1.0, 4096)
    >>> round(turning(x, (x > 0.3).astype(float)), 2)
    0.3
    """
    known = np.isfinite(holds)
    values, holds = values[known], holds[known]
    bins = 2 * BINS
    if len(values) < 4 * bins:
        return None
    order = np.argsort(values, kind="stable")
    parts = np.array_split(order, bins)
    middle = np.array([np.median(values[part]) for part in parts])
    mean = np.array([holds[part].mean() for part in parts])
    off = np.flatnonzero(mean != level)  # a bin that lies on the level is on neither side of it
    crossing = np.flatnonzero((mean[off][:-1] - level) * (mean[off][1:] - level) < 0)
    if not len(crossing):
        return None
    nearest = crossing[np.argmin(np.abs(off[crossing] - bins / 2))]
    i, j = off[nearest], off[nearest + 1]
    below, above = (holds[np.concatenate(side)] for side in (parts[: i + 1], parts[j:]))
    told = [(side.mean() - level) / max(side.std() / np.sqrt(len(side)), 1e-12) for side in (below, above)]
    if told[0] * told[1] > 0 or min(abs(each) for each in told) < SURE:
        return None  # bins cross any level that they scatter about
    share = (level - mean[i]) / (mean[j] - mean[i])
    return float(middle[i] + share * (middle[j] - middle[i]))

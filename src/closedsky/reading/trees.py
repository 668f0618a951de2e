"""A classification tree beside the box: regions that are cut one from another instead of peeled.

CART (Breiman et al. 1984) as scikit-learn has it, with few leaves; grown on the nets that PRIM searches and counted on
the others. Needs the extra `trees`.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import Inputs
from closedsky.reading.boxes import NAMED, Degenerate, Step, Table
from closedsky.reading.prim import LEAST_MASS, count
from closedsky.reading.statistics import SCRAMBLES

LEAVES = 8
"""At most."""

MISSING = "a tree needs scikit-learn: pip install 'closedsky[trees]'"


def available() -> bool:
    """Whether scikit-learn is installed."""
    return importlib.util.find_spec("sklearn") is not None


@dataclass(frozen=True, eq=False)
class Tree:
    """Leaves of a tree.

    Attributes:
        leaves: boxes among the rows that the tree was not grown on, in the order of their density where it was: the
            best is chosen by what it was grown on, or it would be the luckiest.
        base: share of those rows that is of interest.
    """

    leaves: tuple[Step, ...]
    base: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"base": self.base, "leaves": [each.to_dict() | {"limits": each.box.limits()} for each in self.leaves]}


def tree(inputs: Inputs, holds: NDArray[np.float64], seed: int = 0, leaves: int = LEAVES) -> Tree:
    """Grow a small tree on every second net and count its leaves on the others.

    Args:
        inputs: of the run.
        holds: 1 or 0, NaN where it is not known, shape (future,).
        seed: breaks ties between cuts.
        leaves: at most.

    Raises:
        ModuleNotFoundError: scikit-learn is not installed.
        Degenerate: it happens in all or in none of the futures.
    """
    table = Table({name: inputs.values[:, i] for i, name in enumerate(inputs.names)}, holds)
    nets = np.flatnonzero(table.kept) % SCRAMBLES
    return grow(table, nets % 2 == 0, seed, leaves)


def grow(table: Table, grown: NDArray[np.bool_], seed: int = 0, leaves: int = LEAVES) -> Tree:
    """Grow a tree on some rows of a table of numbers and count its leaves on the others.

    Raises:
        ModuleNotFoundError: scikit-learn is not installed.
        Degenerate: all or none of the rows are of interest, or a column holds names.
    """
    if not available():
        raise ModuleNotFoundError(MISSING)
    if any(column.kind == NAMED for column in table.columns):
        raise Degenerate("a tree cuts numbers only; leave out columns of names")
    for half in (grown, ~grown):
        table.require_both(half)
    if not table.columns:
        raise Degenerate("every input is held at one value: there is nothing to cut")
    from sklearn.tree import DecisionTreeClassifier

    x = np.stack([column.values[grown] for column in table.columns], axis=1)
    model = DecisionTreeClassifier(
        max_leaf_nodes=leaves, min_samples_leaf=max(int(LEAST_MASS * len(x)), 1), random_state=seed % 2**32
    ).fit(x, table.interest[grown])
    cut = model.tree_
    found: list[tuple[float, Step]] = []
    waiting = [(0, table.everything)]
    while waiting:
        node, box = waiting.pop()
        if cut.children_left[node] < 0:
            found.append((count(table, box, grown).density, count(table, box, ~grown)))
            continue
        # scikit-learn keeps thresholds of single-precision values: left is at or below, right above.
        place, value = int(cut.feature[node]), float(cut.threshold[node])
        waiting.append((int(cut.children_left[node]), box.with_limits(place, high=min(value, box.high[place]))))
        above = float(np.nextafter(value, np.inf))
        waiting.append((int(cut.children_right[node]), box.with_limits(place, low=max(above, box.low[place]))))
    found.sort(key=lambda each: -each[0])
    return Tree(tuple(step for _, step in found), float(table.interest[~grown].mean()))

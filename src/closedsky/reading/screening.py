"""Which inputs tell something apart by themselves: the first stage of a search among very many.

Among 92 inputs the best of 184 peels of a twentieth is mostly one that was lucky, and a box fills up with limits that
tell nothing. So a search looks first for the few inputs whose distributions differ most between where it happens and
where it does not: by the largest distance of their distribution functions (Kolmogorov-Smirnov), which is, but for a
factor, the most that one limit on the input could gain in coverage over its mass. Inputs that tell something only
together are missed by it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from closedsky.reading.boxes import NAMED, Flags, Table

Values = NDArray[np.float64]


def distances(table: Table, within: Flags, flags: Flags) -> Values:
    """Return how far the distributions of each column lie apart, from 0 to 1, shape (column,).

    Args:
        table: the columns.
        within: which rows count, shape (row,).
        flags: which of them are of interest, shape (row,); some and not all.
    """
    held, of = int((flags & within).sum()), int(within.sum())
    step = np.where(flags, 1.0 / held, -1.0 / (of - held))
    found = np.empty(len(table.columns))
    for i, column in enumerate(table.columns):
        if column.counted:
            sums = np.bincount(column.places[within], step[within], minlength=len(column.distinct))
            # Names have no order: any set of them can be a limit.
            found[i] = np.abs(sums).sum() / 2.0 if column.kind == NAMED else np.abs(np.cumsum(sums)).max()
            continue
        order = column.order[within[column.order]]
        upto = np.cumsum(step[order])
        values = column.values[order]
        last = np.concatenate([values[1:] != values[:-1], [True]])  # of equal values only the last one is an end
        found[i] = np.abs(upto[last]).max()
    return found


def strongest(table: Table, within: Flags, flags: Flags, most: int) -> tuple[int, ...]:
    """Return places of the columns that tell most by themselves, in the order of the table.

    Args:
        table: the columns.
        within: which rows count.
        flags: which of them are of interest.
        most: how many columns at most.
    """
    chosen = np.argsort(-distances(table, within, flags), kind="stable")[:most]
    return tuple(sorted(int(i) for i in chosen))

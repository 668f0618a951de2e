"""Whether a sampled population can be trusted: effective numbers and agreement between independent islands.

Member i belongs to island i mod `islands`; islands never exchanged members, so the spread between their means is an
honest error, whatever happened inside them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats


def effective_number(values: ArrayLike, islands: int) -> float:
    """How many independent draws would give the mean of these values as exactly: at most their number.

    The variance of island means is compared with what independent members would give. With sixteen islands the result
    itself is known to about a third.

    Args:
        values: one quantity, shape (members,); NaN (undefined) is left out.
        islands: member i is of island i mod this; those in which it is defined less than twice are left out.

    Returns:
        From 1 to the number of members; all of them where the quantity does not vary.

    Example:
        >>> effective_number(np.tile([0.0, 1.0], 8), 2)  # two islands that found two different answers
        1.0
    """
    table = _by_island(values, islands)
    members = int(np.isfinite(table).sum())
    table = _judged(table)
    if table.shape[1] < 2:
        return float(max(members, 1))
    within = float(np.nanvar(table))
    if within == 0.0:
        return float(members)
    between = float(np.nanmean(table, axis=0).var(ddof=1)) / table.shape[1]
    return float(np.clip(within / between if between > 0 else members, 1.0, members))


def split_rhat(values: ArrayLike, islands: int) -> float:
    """Rank-normalised split R-hat over islands (Vehtari, Gelman, Simpson, Carpenter & Buerkner 2021); 1 is agreement.

    Args:
        values: one quantity, shape (members,); NaN (undefined) is left out.
        islands: member i is of island i mod this.

    Example:
        >>> round(split_rhat(np.random.default_rng(0).normal(size=1600), 16), 2)
        1.0
    """
    table = _by_island(values, islands)
    half = len(table) // 2
    halves = _judged(np.concatenate([table[:half], table[half : 2 * half]], axis=1))
    if halves.shape[1] < 2 or np.nanmax(halves) == np.nanmin(halves):
        return 1.0
    counts = np.isfinite(halves).sum(axis=0)
    ranks = stats.rankdata(halves, axis=None, nan_policy="omit").reshape(halves.shape)
    normal = special.ndtri((ranks - 0.375) / (counts.sum() + 0.25))
    length = float(counts.mean())
    within = float(np.nanvar(normal, axis=0, ddof=1).mean())
    between = length * float(np.nanmean(normal, axis=0).var(ddof=1))
    return float(np.sqrt((length - 1) / length + between / within / length)) if within > 0 else float("inf")


def _by_island(values: ArrayLike, islands: int) -> NDArray[np.float64]:
    """Shape (members of an island, islands); what does not fill a row is left out."""
    found = np.asarray(values, np.float64)
    return found[: len(found) // islands * islands].reshape(-1, islands)


def _judged(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Leave out islands, columns, in which a quantity is defined less than twice."""
    return table[:, np.isfinite(table).sum(axis=0) >= 2]

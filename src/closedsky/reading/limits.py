"""What limits are worth: how likely chance gives as dense a box, how often they are found again, what luck leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from closedsky.reading.boxes import Flags, Step, Table
from closedsky.reading.prim import count

Values = NDArray[np.float64]

SURE = 2.0
"""Standard errors by which the ceiling's bounds are set apart."""


@dataclass(frozen=True)
class Limit:
    """Limits on one assumption.

    Attributes:
        name: of the assumption.
        above, below: ends, in its unit; None where there is none.
        mass: share of the futures that keep to it.
        quasi_p: chance of a box as dense if the limit were dropped, among futures that were not searched.
        again: share of half-samples that limit the assumption in a box of like coverage, and of like density.
    """

    name: str
    above: float | None
    below: float | None
    mass: float
    quasi_p: float
    again: tuple[float, float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "assumption": self.name,
            "above": self.above,
            "below": self.below,
            "mass": self.mass,
            "quasi_p": self.quasi_p,
            "found_again": {"coverage": self.again[0], "density": self.again[1]},
        }


@dataclass(frozen=True)
class Null:
    """What the same search finds where what happened was dealt out at random.

    Attributes:
        times: permutations.
        density: mean density of the boxes told of them among the searched futures, where it looks like something.
        chance: share of permutations, the real one among them, whose box does at least as well on the other half: by
            how many standard errors it is denser than all futures.
    """

    times: int
    density: float
    chance: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"times": self.times, "density_searched": self.density, "chance": self.chance}


def quasi_p(table: Table, within: Flags, step: Step, name: str, interest: Flags | None = None) -> float:
    """Chance of a box as dense as this one if one limit were dropped: a one-sided binomial tail.

    Source: Bryant & Lempert (2010). Of the larger box's rows a share is of interest; had the smaller one been drawn
    from it at random, as many or more would be of interest in it with this probability.

    Args:
        table: inputs and what is of interest.
        within: which rows count.
        step: the box among them.
        name: of the column whose limits are dropped.
        interest: in place of the table's own, shape (row,).
    """
    wider = count(table, step.box.without([name]), within, interest)
    if not wider.rows or not step.rows:
        return 1.0
    return float(stats.binom.sf(step.held - 1, step.rows, wider.held / wider.rows))


def ceiling(repeats: Values, mass: float) -> tuple[float, float]:
    """Bounds of how often something happens in the best region of a given size, were all assumptions known.

    Futures are ranked by how often it happens with luck drawn again: by half of the draws and counted in the rest,
    which no region can fall short of if it is the best; by all of them, which overstates the best region. The mean and
    variance of the chance of each future bound it besides, since a part of mass m lies at most
    ``sd sqrt((1 - m) / m)`` above the mean.

    Args:
        repeats: 1 or 0, shape (future, repeat), two repeats at least; rows with NaN are left out. Bounds are set two
            standard errors apart.
        mass: share of the futures in the region, above 0.
    """
    known = repeats[np.isfinite(repeats).all(axis=1)]
    futures, draws = known.shape
    if futures < 2 or draws < 2:
        return 0.0, 1.0
    top = min(max(round(mass * futures), 1), futures)
    rng = np.random.default_rng(0)  # breaks ties, nothing else
    order = rng.permutation(futures)
    known = known[order]
    half = draws // 2
    first, second = known[:, :half].mean(axis=1), known[:, half:].mean(axis=1)
    best = second[np.argsort(-first, kind="stable")[:top]]
    low = float(best.mean()) - SURE * _error(best)
    every = np.sort(known.mean(axis=1))[::-1][:top]
    high = float(every.mean()) + SURE * _error(every)
    # E[p^2] from pairs of different draws, which share nothing but the assumptions; the upper limit of its variance.
    total, mean = known.sum(axis=1), float(known.mean())
    pairs = total * (total - 1) / (draws * (draws - 1))
    variance = float(pairs.mean()) - mean**2 + SURE * _error(pairs - 2.0 * mean * known.mean(axis=1))
    share = top / futures
    if variance > 0:
        reach = mean + SURE * _error(known.mean(axis=1)) + float(np.sqrt(variance * (1.0 - share) / share))
        high = min(high, reach)
    low, high = max(low, 0.0), min(high, 1.0)
    return min(low, high), high


def _error(values: Values) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else 0.0

"""Shapley effects: shares of the variance that sum to one whether or not inputs depend on each other.

The effect of an input is the mean, over every order in which inputs may become unknown, of what it adds to
``c(J) = E[V(Y | x_~J)]`` (Owen 2014; Song, Nelson & Staum 2016; Owen & Prieur 2017). Orders are drawn at random, each
expected variance is estimated by a few draws of the unknown inputs given the known ones, so that every order gives the
effects without bias and their spread the error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.reading.sobol import Constant, TooOpen
from closedsky.reading.statistics import plain

Values = NDArray[np.float64]

INNER = 3
"""Draws of the unknown inputs for one conditional variance, as in the R package `sensitivity` (`shapleyPermRand`)."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Shapley effects of groups of inputs.

    Attributes:
        names: of the groups.
        share: of the variance, summing to 1, shape (name,).
        error: standard error over the orders, shape (name,).
        mean, variance: of the outcome.
        orders: that were drawn.
        runs: of the model.
    """

    names: tuple[str, ...]
    share: Values
    error: Values
    mean: float
    variance: float
    orders: int
    runs: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "effects": {
                name: {"value": plain(float(self.share[i])), "error": plain(float(self.error[i]))}
                for i, name in enumerate(self.names)
            },
            "mean": self.mean,
            "variance": self.variance,
            "orders": self.orders,
            "runs": self.runs,
        }


class Gaussian:
    """Standard normal coordinates with given correlations, in groups: draws of some groups given the others.

    Args:
        correlation: shape (coordinate, coordinate), positive definite.
        groups: places of the coordinates of each group; together every coordinate once.

    Raises:
        ValueError: groups that are no partition, or a matrix that is no correlation matrix.
    """

    def __init__(self, correlation: Values, groups: Sequence[Sequence[int]]) -> None:
        self.size = len(correlation)
        self.groups = tuple(tuple(each) for each in groups)
        if sorted(place for each in self.groups for place in each) != list(range(self.size)):
            raise ValueError("each coordinate must be in one group")
        if not np.allclose(np.diag(correlation), 1.0) or not np.allclose(correlation, correlation.T):
            raise ValueError("not a correlation matrix")
        try:
            self._root = np.linalg.cholesky(correlation)
        except np.linalg.LinAlgError:
            raise ValueError("the correlation matrix is not positive definite") from None
        self._precision = np.linalg.inv(correlation)
        self._known: dict[frozenset[int], tuple[Any, ...]] = {}

    def draw(self, normals: Values) -> Values:
        """Return coordinates from independent standard normals, shape (n, coordinate)."""
        return np.asarray(normals @ self._root.T)

    def redraw(self, z: Values, unknown: frozenset[int], normals: Values) -> Values:
        """Return coordinates of which those of some groups are drawn anew, given the others.

        Args:
            z: shape (n, coordinate).
            unknown: places of the groups that are drawn anew.
            normals: independent standard normals, shape (n, coordinate).
        """
        if len(unknown) == len(self.groups):
            return self.draw(normals)
        if unknown not in self._known:
            inside = np.array(sorted(place for each in unknown for place in self.groups[each]), np.intp)
            outside = np.setdiff1d(np.arange(self.size), inside)
            own = self._precision[np.ix_(inside, inside)]
            root = np.linalg.cholesky(np.linalg.inv(own))
            onto = -np.linalg.solve(own, self._precision[np.ix_(inside, outside)])
            self._known[unknown] = inside, outside, root, onto
        inside, outside, root, onto = self._known[unknown]
        new = z.copy()
        new[:, inside] = z[:, outside] @ onto.T + normals[:, inside] @ root.T
        return new


def shapley(
    names: Sequence[str],
    law: Gaussian,
    outcome: Callable[[Values], Values],
    orders: int,
    seed: int = 0,
    inner: int = INNER,
) -> Effects:
    """Return Shapley effects of groups of inputs.

    Args:
        names: of the groups of `law`.
        law: of the coordinates.
        outcome: of coordinates, from shape (n, coordinate) to (n,); NaN where a run failed.
        orders: how many are drawn.
        seed: of orders and coordinates; 0 is a seed like any other.
        inner: draws for one conditional variance, two at least.

    Returns:
        The effects; they sum to 1.

    Raises:
        Constant: the outcome does not vary.
        TooOpen: fewer than two orders without a missing run.
        ValueError: too few orders or inner draws.
    """
    groups = len(law.groups)
    if len(names) != groups or orders < 2 or inner < 2:
        raise ValueError("a name for each group, two orders and two inner draws are needed at least")
    rng = np.random.default_rng([seed, 0x5A9])
    drawn = np.stack([rng.permutation(groups) for _ in range(orders)])
    base = law.draw(rng.standard_normal((orders, law.size)))
    # c(J) of the first j + 1 groups of each order; that of all of them is the variance itself.
    points = rng.standard_normal((orders, groups, inner, law.size))
    alike: dict[frozenset[int], list[tuple[int, int]]] = {}
    for order, row in enumerate(drawn.tolist()):
        for j in range(groups):
            alike.setdefault(frozenset(row[: j + 1]), []).append((order, j))
    for unknown, places in alike.items():
        which, j = np.array(places).T
        normals = points[which, j].reshape(-1, law.size)
        points[which, j] = law.redraw(np.repeat(base[which], inner, axis=0), unknown, normals).reshape(
            len(places), inner, law.size
        )
    values = np.asarray(outcome(points.reshape(-1, law.size)), np.float64).reshape(orders, groups, inner)
    sound = np.isfinite(values).all(axis=(1, 2))
    if sound.sum() < 2:
        raise TooOpen("fewer than two orders without a missing run")
    values, drawn = values[sound], drawn[sound]
    expected = values.var(axis=2, ddof=1)
    every = values[:, -1].ravel()
    mean, variance = float(every.mean()), float(expected[:, -1].mean())
    if variance <= 0.0:
        raise Constant("the outcome is the same in every run: there is no variance to split")
    added = np.diff(expected, axis=1, prepend=0.0)
    effects = np.empty_like(added)
    np.put_along_axis(effects, drawn, added, axis=1)
    share = effects.mean(axis=0) / variance
    # Error of a ratio of two means over the same orders.
    error = (effects - share * expected[:, -1:]).std(axis=0, ddof=1) / np.sqrt(len(effects)) / variance
    return Effects(tuple(names), share, error, mean, variance, len(effects), int(sound.size * groups * inner))

"""What an outcome is on average given what is assumed: regression on polynomials of normal scores, judged out of fold.

A future has one luck, so the mean over luck given the assumptions is not observed; it is estimated. Every input is
turned into normal scores, and Hermite polynomials of them, orthonormal for independent inputs, are the features: one
input at a time for shares of variance, all inputs and the strongest products for a surface. Folds are made of whole
nets of the design (`futures.results`), so what is fitted in some is judged in others that were scrambled independently.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from closedsky.reading.statistics import SCRAMBLES, Values

Matrix = NDArray[np.float32]

DEGREE = 3
"""Highest power of one input: a straight part, a bend, and a part that levels off."""

TINY = 1e-6
"""Added to the diagonal, so that copies of an input can be told nothing apart without a fault."""

FOLDS = 4
"""Of so many parts each is judged by what the others fit."""

STRONGEST = 12
"""Inputs whose products enter a surface."""

RIDGES = (1e-3, 0.03, 0.3, 3.0)
"""Shrinkages that are tried, as a share of the futures fitted; each outcome takes what errs least out of fold."""

FITTED = 32_768
"""Futures that fits, shares of variance and conditions are made on: the first so many of a run are a run of their own,
and more would move no digit that is printed. Means and counts use them all."""

LEAST_FUTURES = 256
"""Fewer futures than this fit nothing worth saying."""


class TooFew(ValueError):
    """There are too few futures with numbers for this reading; its message is one line."""


def fold_of(futures: int) -> NDArray[np.intp]:
    """Fold of each future: whole nets together."""
    return np.asarray((np.arange(futures) % SCRAMBLES) % FOLDS, np.intp)


def normal_scores(values: Values) -> Matrix:
    """Turn columns into normal scores by rank; ties share the mean of their places, a constant column becomes 0.

    Args:
        values: shape (future, input); must be free of NaN.

    Returns:
        Shape (future, input), float32, each column of mean 0 and about unit variance.

    >>> normal_scores(np.array([[3.0, 1.0], [1.0, 1.0], [2.0, 1.0]])).astype(float).round(2).tolist()
    [[0.97, 0.0], [-0.97, 0.0], [0.0, 0.0]]
    """
    n = len(values)
    scores = np.zeros(values.shape, np.float32)
    even = special.ndtri((np.arange(n) + 0.5) / n)
    for i in range(values.shape[1]):
        order = np.argsort(values[:, i], kind="stable")
        ordered = values[order, i]
        if ordered[0] == ordered[-1]:
            continue
        fresh = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        placed = even
        if len(fresh) < n:  # ties
            counts = np.diff(np.append(fresh, n))
            placed = np.repeat(np.add.reduceat(even, fresh) / counts, counts)
        scores[order, i] = placed
        spread = float(scores[:, i].std())
        scores[:, i] /= spread if len(fresh) < n and spread > 0 else 1.0
    return scores


def hermite(scores: Matrix, degree: int = DEGREE) -> Matrix:
    """Return orthonormal Hermite polynomials 1 to `degree` of normal scores, shape (future, input, degree)."""
    found = [scores]
    before: NDArray[np.float32] = np.ones_like(scores)
    for k in range(1, degree):
        before, after = found[-1], scores * found[-1] - k * before
        found.append(after)
    return np.stack([each / np.float32(np.sqrt(factorial(k))) for k, each in enumerate(found, 1)], axis=-1)


def sound_rows(outcomes: Values, least: int = LEAST_FUTURES) -> NDArray[np.bool_]:
    """Return which futures gave numbers for every outcome, shape (future,).

    Args:
        outcomes: shape (future, outcome).
        least: refuse below this many.

    Raises:
        TooFew: fewer than `least` are left.
    """
    sound = np.asarray(np.isfinite(outcomes).all(axis=1), np.bool_)
    count = int(sound.sum())
    if count < least:
        raise TooFew(f"{count:,} futures gave numbers; at least {least:,} are needed: ask for more with -n")
    return sound


class Scored:
    """Inputs of a run as features, made once and used for any number of outcomes.

    Args:
        values: shape (future, input).
        names: of the inputs.

    Raises:
        ValueError: a value that is not finite, or a name too many or too few.
    """

    def __init__(self, values: Values, names: Sequence[str]) -> None:
        if values.ndim != 2 or values.shape[1] != len(names):
            raise ValueError(f"{len(names)} names for inputs of shape {values.shape}")
        if np.isnan(values).any():
            raise ValueError("an input is not a number")
        self.names = tuple(names)
        self.scores = normal_scores(values)
        self.features = hermite(self.scores)
        self.varies = np.ptp(self.scores, axis=0) > 0

    def __len__(self) -> int:
        return len(self.scores)

    def first_order(self, outcomes: Values) -> Values:
        """Share of each outcome's variance that each input explains by itself.

        Args:
            outcomes: shape (future, outcome).

        Returns:
            Shape (input, outcome): the squared correlation ratio on `DEGREE` polynomials, adjusted for their number;
            0 for a constant input or outcome.

        Source: Sobol' (1993) first-order index; as a regression, Sudret (2008).
        """
        sound = sound_rows(outcomes, 2)
        y = outcomes[sound] - outcomes[sound].mean(axis=0)
        variance = y.var(axis=0)
        moving = variance > 1e-12 * np.maximum(np.abs(outcomes[sound]).max(axis=0) ** 2, 1e-300)
        unit = np.where(moving, y / np.sqrt(np.where(moving, variance, 1.0)), 0.0).astype(np.float32)
        n, inputs, degree = len(y), len(self.names), self.features.shape[-1]
        features = self.features if sound.all() else self.features[sound]
        weights = (features.reshape(n, -1).T @ unit).astype(np.float64) / n
        share = (weights.reshape(inputs, degree, -1) ** 2).sum(axis=1)
        adjusted = 1.0 - (1.0 - share) * (n - 1) / max(n - degree - 1, 1)
        found: Values = np.clip(np.where(moving & self.varies[:, None], adjusted, 0.0), 0.0, 1.0)
        return found

    def group_shares(self, outcomes: Values, groups: Sequence[Sequence[int]]) -> tuple[Values, Values]:
        """Share of each outcome's variance by group of inputs, fair also where inputs depend on each other.

        The explained share of an additive fit is divided among groups by its mean gain over every order in which they
        can enter (Lindeman, Merenda & Gold 1980; Shapley 1953).

        Args:
            outcomes: shape (future, outcome).
            groups: columns of each; at most 8 groups, disjoint.

        Returns:
            Shares, shape (group, outcome), and what no group explains by itself (products of inputs), shape (outcome,).
        """
        sound = sound_rows(outcomes, 2)
        y = outcomes[sound] - outcomes[sound].mean(axis=0)
        scale = np.sqrt(y.var(axis=0))
        unit = np.where(scale > 0, y / np.where(scale > 0, scale, 1.0), 0.0).astype(np.float32)
        n, degree = len(y), self.features.shape[-1]
        chosen = [[i for i in group if self.varies[i]] for group in groups]
        columns = np.array([i for group in chosen for i in group], np.intp)
        features = self.features[:, columns] if sound.all() else self.features[np.ix_(sound, columns)]
        flat = features.reshape(n, -1)
        flat = flat - flat.mean(axis=0)
        gram = (flat.T @ flat).astype(np.float64) / n
        cross = (flat.T @ unit).astype(np.float64) / n
        ends = np.cumsum([0, *(len(group) * degree for group in chosen)])
        spans = [np.arange(ends[i], ends[i + 1]) for i in range(len(groups))]
        full = [i for i in range(len(groups)) if len(spans[i])]
        explained: dict[frozenset[int], Values] = {frozenset(): np.zeros(y.shape[1])}
        for size in range(1, len(full) + 1):
            for members in combinations(full, size):
                at = np.concatenate([spans[i] for i in members]).astype(np.intp)
                explained[frozenset(members)] = _explained(gram, cross, at, n)
        count = len(full)
        shares = np.zeros((len(groups), y.shape[1]))
        for i in full:
            for have, value in explained.items():
                if i not in have:
                    order = factorial(len(have)) * factorial(count - len(have) - 1) / factorial(count)
                    shares[i] += order * (explained[have | {i}] - value)
        shares = np.where(scale > 0, shares, 0.0)
        return shares, np.where(scale > 0, 1.0 - shares.sum(axis=0), 0.0)

    def surface(self, outcomes: Values) -> Values:
        """Estimate the mean of each outcome over luck, given all inputs, out of fold.

        Args:
            outcomes: shape (future, outcome), free of NaN.

        Returns:
            Shape (future, outcome): for each future what the other folds' futures say of it.
        """
        n = len(self)
        strong = self.first_order(outcomes).max(axis=1).argsort()[::-1][:STRONGEST]
        a, b = np.triu_indices(len(strong), 1)
        flat = self.features.reshape(n, -1)[:, np.repeat(self.varies, self.features.shape[-1])]
        x = np.concatenate(
            [np.ones((n, 1), np.float32), flat, self.scores[:, strong[a]] * self.scores[:, strong[b]]], axis=1
        )
        return cross_fit(x, outcomes)


def cross_fit(x: Matrix, outcomes: Values) -> Values:
    """Fit by ridge regression and predict each fold from the others.

    Args:
        x: features, shape (future, feature); its first column is the constant.
        outcomes: shape (future, outcome), free of NaN.

    Returns:
        Out-of-fold predictions, shape (future, outcome).
    """
    fold = fold_of(len(x))
    size = np.abs(outcomes).max(axis=0)
    scale = np.where(size > 0, size, 1.0)
    y = (outcomes / scale).astype(np.float32)
    parts = [np.flatnonzero(fold == i) for i in range(FOLDS)]
    grams = [(x[at].T @ x[at]).astype(np.float64) for at in parts]
    crosses = [(x[at].T @ y[at]).astype(np.float64) for at in parts]
    found = np.zeros((len(RIDGES), *y.shape), np.float32)
    for i, at in enumerate(parts):
        held = len(x) - len(at)
        gram, cross = (sum(grams) - grams[i]) / held, (sum(crosses) - crosses[i]) / held
        mean, level = gram[0, 1:], cross[0]  # the constant is not shrunk: everything else is about its mean
        about, along = gram[1:, 1:] - np.outer(mean, mean), cross[1:] - np.outer(mean, level)
        centred = x[at, 1:] - mean.astype(np.float32)
        for j, ridge in enumerate(RIDGES):
            weights = linalg.solve(about + ridge * np.eye(len(about)), along, assume_a="pos", check_finite=False)
            found[j, at] = centred @ weights.astype(np.float32) + level.astype(np.float32)
    error = ((found - y) ** 2).sum(axis=1, dtype=np.float64)
    best = np.argmin(error, axis=0)
    chosen: Values = found[best, :, np.arange(y.shape[1])].T * scale
    return chosen


def _explained(gram: Values, cross: Values, at: NDArray[np.intp], n: int) -> Values:
    """Explained share of variance of the features at some places, adjusted for their number."""
    if not len(at):
        return np.zeros(cross.shape[1])
    part = gram[np.ix_(at, at)] + TINY * np.eye(len(at))
    share = np.einsum("ij,ij->j", cross[at], linalg.solve(part, cross[at], assume_a="pos", check_finite=False))
    adjusted: Values = np.clip(1.0 - (1.0 - share) * (n - 1) / max(n - len(at) - 1, 1), 0.0, 1.0)
    return adjusted

"""Where a mean crosses nothing when one assumption, or two, are known to lie elsewhere than in the middle.

An assumption in its range gives one mean; known to be at some value it gives another. The mean worth of one option less
another, given one or two assumptions, is a polynomial of their normal scores (`regression`); where it crosses nothing
the preference turns. A change is counted from the middle of the range, in the unit and as a share of the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy import special

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate, Inputs
from closedsky.reading.conditions import amount, inside
from closedsky.reading.regression import DEGREE, FITTED, Matrix, Scored, hermite, sound_rows
from closedsky.reading.statistics import SCRAMBLES, Values, joint
from closedsky.reading.words import figure

STEPS = 33
"""Places of an assumption that are tried, from the lowest to the highest fortieth of the futures."""

COARSE = 9
"""Places of each of two."""

EDGE = 0.025
"""Share of the futures beyond the places tried: polynomials say little of the very ends."""

PAIRED = 10
"""Assumptions that are tried two by two: those that move the difference most by themselves."""

TOLD_APART = 2.0
"""Errors by which a mean must lie beyond nothing before it counts as turned."""

TOLD_APART_TWO = 4.0
"""The same for two: thousands of places are tried, and the furthest out wins by luck otherwise."""

MIDDLE = 0.5


@dataclass(frozen=True)
class Move:
    """An assumption moved from the middle of its range.

    Attributes:
        name: of the assumption.
        middle, to: its median, and where the preference turns, in its unit.
        share: of the futures between the two, the share of the range on its own scale.
        beyond: a value clearly beyond the turn, at which a run can tell whether it does turn.
    """

    name: str
    middle: float
    to: float
    share: float
    beyond: float

    def words(self, case: Case) -> str:
        """Say the move."""
        entry = case.assumptions[self.name]
        way = "above" if self.beyond > self.to or (self.beyond == self.to > self.middle) else "below"
        return (
            f"{inside(entry.label)} {way} {amount(self.to, entry.unit)} (middle {amount(self.middle, entry.unit)}; "
            f"{figure(100.0 * self.share)} % of its range)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"assumption": self.name, "middle": self.middle, "to": self.to, "share_of_range": self.share}


@dataclass(frozen=True)
class Flip:
    """What turns one preference on one path.

    Attributes:
        difference: mean worth of the first option less the other, in lives.
        one: the smallest move of one assumption that turns it; None where none does.
        two: the smallest moves of two, by the sum of their shares; None where none do.
        one_run, two_run: the difference in a run with them set beyond the turn; None where none was made.
    """

    difference: Estimate
    one: Move | None
    two: tuple[Move, Move] | None
    one_run: Estimate | None = None
    two_run: Estimate | None = None

    def borne_out(self, run: Estimate | None) -> bool | None:
        """Whether a run with the moves made turned the preference; None where none was made."""
        if run is None:
            return None
        sign = np.sign(self.difference.value)
        return bool(sign * run.value < -TOLD_APART * run.error)

    @property
    def told(self) -> bool:
        """Whether there is a preference to turn."""
        return abs(self.difference.value) > TOLD_APART * self.difference.error

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "difference": self.difference.to_dict(),
            "told_apart": self.told,
            "one": self.one.to_dict() if self.one else None,
            "two": [each.to_dict() for each in self.two] if self.two else None,
            "one_in_a_run": self.one_run.to_dict() if self.one_run else None,
            "one_borne_out": self.borne_out(self.one_run),
            "two_in_a_run": self.two_run.to_dict() if self.two_run else None,
            "two_borne_out": self.borne_out(self.two_run),
        }


def turns_of(scored: Scored, inputs: Inputs, gains: Values) -> list[Flip]:
    """What turns each column of mean differences, shape (future, difference)."""
    whole, gains = gains, gains[:FITTED]
    sound = sound_rows(gains)
    filled = np.where(sound[:, None], gains, gains[sound].mean(axis=0))
    strong = scored.first_order(filled)
    found = []
    places = special.ndtri(np.linspace(EDGE, 1.0 - EDGE, STEPS)).astype(np.float32)[:, None]
    curves = hermite(places)[:, 0].astype(np.float64)
    means, errors = _alone(scored, filled, curves)
    paired = {i for j in range(gains.shape[1]) for i in np.argsort(strong[:, j])[::-1][:PAIRED].tolist()}
    tensor = _Pairs(scored, filled, sorted(int(i) for i in paired if scored.varies[i]))
    for j in range(gains.shape[1]):
        difference = joint(np.nanmean, whole[:, j])
        one = two = None
        if abs(difference.value) > TOLD_APART * difference.error:
            sign = np.sign(difference.value)
            one = _one(inputs, np.linspace(EDGE, 1.0 - EDGE, STEPS), sign * means[..., j], errors[..., j])
            order = [int(i) for i in np.argsort(strong[:, j])[::-1][:PAIRED] if scored.varies[i]]
            two = tensor.smallest(inputs, order, j, sign)
        found.append(Flip(difference, one, two))
    return found


def _alone(scored: Scored, gains: Values, curves: Values) -> tuple[Values, Values]:
    """Mean given one assumption at each place, and its error: shape (assumption, place, difference)."""
    n, inputs = len(gains), len(scored.names)
    flat = scored.features.reshape(n, -1)
    y = gains - gains.mean(axis=0)
    size = np.abs(y).max(axis=0)
    unit = (y / np.where(size > 0, size, 1.0)).astype(np.float32)
    parts = _moments(flat, unit)
    weights = parts.reshape(SCRAMBLES, inputs, DEGREE, -1).astype(np.float64) * size
    by_net = np.einsum("pd,nidj->nipj", curves, weights)
    means = by_net.mean(axis=0) + gains.mean(axis=0)
    net_means = np.stack([y[net::SCRAMBLES].mean(axis=0) for net in range(SCRAMBLES)])[:, None, None]
    errors = (by_net + net_means).std(axis=0, ddof=1) / np.sqrt(SCRAMBLES)
    return means, errors


def _moments(x: Matrix, y: Matrix) -> Matrix:
    """Mean products of features and outcomes in each net, shape (net, feature, outcome)."""
    nets = range(SCRAMBLES)
    return np.stack([x[net::SCRAMBLES].T @ y[net::SCRAMBLES] / len(y[net::SCRAMBLES]) for net in nets])


def _one(inputs: Inputs, shares: Values, means: Values, errors: Values) -> Move | None:
    """The smallest move of one assumption; means are above 0 where the preference stands as it is."""
    best: Move | None = None
    for i, name in enumerate(inputs.names):
        turned = means[i] < -TOLD_APART * errors[i]
        if not turned.any():
            continue
        for at, up in _crossings(shares, means[i], turned):
            share = abs(at - MIDDLE)
            if best is None or share < best.share:
                far = (at + (1.0 - EDGE if up else EDGE)) / 2.0
                middle, to, beyond = (float(np.quantile(inputs.values[:, i], q)) for q in (MIDDLE, at, far))
                best = Move(name, middle, to, float(share), beyond)
    return best


def _crossings(shares: Values, means: Values, turned: Values) -> list[tuple[float, bool]]:
    """Where the mean crosses nothing on the way out to a place at which it has turned, and whether that is up.

    Where it has turned at the middle already (a mean far from its median), the nearest place at which that is told.
    """
    middle = len(shares) // 2
    if means[middle] <= 0:
        at = int(np.flatnonzero(turned)[np.argmin(np.abs(np.flatnonzero(turned) - middle))])
        return [(float(shares[at]), at >= middle)]
    found = []
    for step in (1, -1):
        i = middle
        while 0 <= i + step < len(shares):
            if means[i + step] < 0 <= means[i]:
                beyond = turned[i + step :] if step > 0 else turned[: i + step + 1]
                if beyond.any():
                    part = means[i] / (means[i] - means[i + step])
                    found.append((float(shares[i] + part * (shares[i + step] - shares[i])), step > 0))
                break
            i += step
    return found


class _Pairs:
    """Means given two assumptions, on a coarse grid of both."""

    def __init__(self, scored: Scored, gains: Values, columns: Sequence[int]) -> None:
        n = len(gains)
        self.shares = np.linspace(EDGE, 1.0 - EDGE, COARSE)
        grid = hermite(special.ndtri(self.shares).astype(np.float32)[:, None])[:, 0].astype(np.float64)
        curve = np.concatenate([np.ones((COARSE, 1)), grid], axis=1)
        size = np.abs(gains).max(axis=0)
        unit = (gains / np.where(size > 0, size, 1.0)).astype(np.float32)
        ones = np.ones((n, 1), np.float32)
        own = {i: np.concatenate([ones, scored.features[:, i]], axis=1) for i in columns}
        self.found: dict[tuple[int, int], tuple[Values, Values]] = {}
        for a, b in combinations(columns, 2):
            x = (own[a][:, :, None] * own[b][:, None, :]).reshape(n, -1)
            parts = _moments(x, unit)
            gram = (x.T @ x).astype(np.float64) / n
            weights = np.linalg.solve(gram + 1e-9 * np.eye(len(gram)), parts.astype(np.float64)) * size
            by_net = np.einsum("pc,qd,ncdj->npqj", curve, curve, weights.reshape(SCRAMBLES, DEGREE + 1, DEGREE + 1, -1))
            self.found[a, b] = by_net.mean(axis=0), by_net.std(axis=0, ddof=1) / np.sqrt(SCRAMBLES)

    def smallest(self, inputs: Inputs, order: Sequence[int], j: int, sign: float) -> tuple[Move, Move] | None:
        """The smallest moves of two assumptions that turn one difference."""
        best: tuple[float, tuple[int, int], tuple[float, float]] | None = None
        for a, b in combinations(sorted(order), 2):
            means, errors = (each[..., j] for each in self.found[a, b])
            turned = sign * means < -TOLD_APART_TWO * errors
            for p, q in np.argwhere(turned):
                moved = abs(self.shares[p] - MIDDLE) + abs(self.shares[q] - MIDDLE)
                if min(abs(self.shares[p] - MIDDLE), abs(self.shares[q] - MIDDLE)) < 1.0 / COARSE / 2.0:
                    continue  # that is a move of one
                if best is None or moved < best[0]:
                    best = float(moved), (a, b), (float(self.shares[p]), float(self.shares[q]))
        if best is None:
            return None
        moves = []
        for i, at in zip(best[1], best[2], strict=True):
            middle, to = (float(np.quantile(inputs.values[:, i], q)) for q in (MIDDLE, at))
            moves.append(Move(inputs.names[i], middle, to, abs(at - MIDDLE), to))
        return moves[0], moves[1]

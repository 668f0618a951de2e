"""Sequential sampling: futures drawn from what was assumed, moved by degrees to where they agree with a record.

Sequential Monte Carlo with a tempered acceptance probability (Neal 2001; Del Moral, Doucet & Jasra 2006): a population
is reweighted from one power of the acceptance probability to the next, chosen so that most of it remains effective,
resampled, and moved by Markov steps that leave each power's distribution as it is. Coordinates are independent standard
normals beforehand, which every assumption and envelope is a function of. Two kinds of step take turns, each on half of
the population: fresh luck mixed into some coordinates (preconditioned Crank-Nicolson: Cotter, Roberts, Stuart & White
2013), and the same along some principal axes of a normal law that is fitted to the other half.

The population is made of islands that never exchange members, member i on island i mod `islands`, so that the spread
between islands is an honest error for whatever is read off it, as between the nets of a design. They share the powers,
the lengths of steps and the fitted law, nothing else. Nothing here knows what a future is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

FloatArray = NDArray[np.float64]

Score = Callable[[FloatArray], FloatArray]
"""From coordinates, shape (members, dimensions), to logarithms of acceptance by item, shape (members, items)."""

EFFECTIVE = 0.8  # share of a population that a step to the next power leaves effective
LEVEL_SWEEPS = 12  # Markov sweeps at each power before the last
MOST_LEVELS = 60
WANTED = 0.25  # acceptance that lengths of steps are tuned to
TUNING = 0.15  # how fast
KINDS = ("fresh", "fitted")
FEW, MANY = 2.0, 12.0  # mean number of coordinates that a step touches, least and, for fresh luck, most
LEAST = 1e-6  # variance of a coordinate that never moved


@dataclass
class Population:
    """Where the members are.

    Attributes:
        z: coordinates, shape (members, dimensions).
        scores: logarithms of acceptance by item, shape (members, items).
        power: of the acceptance probability, 0 to 1.
        sweep: Markov sweeps done in all.
        left: sweeps left at the last power.
        ancestors: which first member each descends from, shape (members,).
        lengths: length of step by kind.
        middles, axes, widths: normal laws fitted to each half of the population some sweeps ago; see `_fit`.
        evidence: logarithm of the mean acceptance probability so far, by island.
        history: one entry for each level: power, effective share; at the last also the shares taken by kind.
    """

    z: FloatArray
    scores: FloatArray
    power: float
    sweep: int
    left: int
    ancestors: NDArray[np.int64]
    lengths: dict[str, float]
    evidence: FloatArray
    middles: FloatArray
    axes: FloatArray
    widths: FloatArray
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> FloatArray:
        """Logarithm of each member's acceptance probability, shape (members,)."""
        return np.asarray(self.scores.sum(axis=1))


def begin(score: Score, dimensions: int, members: int, islands: int, seed: int, sweeps: int) -> Population:
    """Draw a population from what was assumed.

    Args:
        score: acceptance by item.
        dimensions: coordinates of a member.
        members: how many, a multiple of twice `islands`.
        islands: that never exchange members.
        seed: of everything drawn here.
        sweeps: Markov sweeps to do at the last power.

    Raises:
        ValueError: members that do not fill the islands evenly.
    """
    if members % (2 * islands) or members < 4 * islands:
        raise ValueError(f"members must be a multiple of {2 * islands}, at least {4 * islands}, not {members}")
    z = _luck(seed, 0).standard_normal((members, dimensions))
    lengths = {"fresh": 1.0, "fitted": 1.0}
    none = np.empty(0)
    found = Population(z, score(z), 0.0, 0, sweeps, np.arange(members), lengths, np.zeros(islands), none, none, none)
    _fit(found, islands)
    return found


def temper(
    population: Population,
    score: Score,
    islands: int,
    seed: int,
    keep: Callable[[Population], None] = lambda _: None,
    watch: Callable[[Population], None] = lambda _: None,
) -> Population:
    """Move a population to full power; the result depends on nothing but the arguments of `begin`.

    Args:
        population: as begun, or as kept by an interrupted call.
        score: acceptance by item.
        islands: as begun.
        seed: as begun.
        keep: called after each level and now and then at the last, with what an interrupted call can go on from.
        watch: called after each sweep.

    Returns:
        The population at power 1, or at a lower one where `MOST_LEVELS` were not enough.
    """
    p = population
    while p.power < 1.0 and len(p.history) < MOST_LEVELS:
        _raise_power(p, islands, seed)
        p.scores = score(p.z)  # what is not moved here belongs to the place, not to the member
        for _ in range(LEVEL_SWEEPS):
            _sweep(p, score, islands, seed, True, watch)
        keep(p)
    while p.power >= 1.0 and p.left > 0:
        taken = p.history[-1].setdefault("taken", [])
        # Tuned in the first half only: steps that go on learning from where they were need not keep a distribution.
        taken.append(_sweep(p, score, islands, seed, len(taken) < p.left, watch))
        p.left -= 1
        if p.left % (4 * LEVEL_SWEEPS) == 0:
            keep(p)
    return p


def redraw(
    population: Population,
    score: Score,
    columns: NDArray[np.intp],
    seed: int,
    sweeps: int,
    watch: Callable[[Population], None] = lambda _: None,
) -> FloatArray:
    """Draw some coordinates of each member again, given the others and the record; the population stays as it is.

    Each sweep replaces a few of these coordinates by fresh ones and keeps what is accepted, so that after enough of
    them a member's new coordinates know nothing of its old ones but through the rest and the record.

    Args:
        population: at full power.
        score: acceptance by item.
        columns: which coordinates.
        seed: as begun.
        sweeps: how many.
        watch: called after each sweep.

    Returns:
        Coordinates, shape (members, dimensions).
    """
    z, total = population.z.copy(), population.total
    if not len(columns):
        return z
    for sweep in range(sweeps):
        luck = _luck(seed, sweep, 3)
        touched = luck.random((len(z), len(columns))) < FEW / len(columns)
        touched[np.arange(len(z)), luck.integers(len(columns), size=len(z))] = True
        proposed = z.copy()
        proposed[:, columns] = np.where(touched, luck.standard_normal(touched.shape), z[:, columns])
        gained = score(proposed).sum(axis=1)
        taken = np.log(luck.random(len(z))) < population.power * (gained - total)
        z, total = np.where(taken[:, None], proposed, z), np.where(taken, gained, total)
        watch(population)
    return z


def _raise_power(p: Population, islands: int, seed: int) -> None:
    """Go to the power that leaves most of each island effective, on average, and resample within islands."""
    total = p.total.reshape(-1, islands)

    def effective(power: float) -> float:
        weight = np.exp((power - p.power) * (total - total.max(axis=0)))
        return float(np.mean(weight.sum(axis=0) ** 2 / (weight**2).sum(axis=0)) / len(total))

    power = 1.0
    if effective(1.0) < EFFECTIVE:
        power = float(brentq(lambda each: effective(each) - EFFECTIVE, p.power, 1.0, xtol=1e-9))
    gained = (power - p.power) * total
    top = gained.max(axis=0)
    weight = np.exp(gained - top)
    p.evidence += top + np.log(weight.mean(axis=0))
    p.history.append({"power": power, "effective": effective(power)})
    # Systematic resampling (Kitagawa 1996), an island at a time.
    count = len(total)
    share = np.cumsum(weight, axis=0) / weight.sum(axis=0)
    share[-1] = 1.0
    first = _luck(seed, p.sweep, 1).random(islands)
    chosen = np.empty((count, islands), np.int64)
    for island in range(islands):
        at = (first[island] + np.arange(count)) / count
        chosen[:, island] = np.searchsorted(share[:, island], at, side="left") * islands + island
    flat = chosen.reshape(-1)
    p.z, p.scores, p.ancestors, p.power = p.z[flat], p.scores[flat], p.ancestors[flat], power


def _sweep(
    p: Population, score: Score, islands: int, seed: int, tune: bool, watch: Callable[[Population], None]
) -> list[float]:
    """Propose one step for each member and take it or not; return the share taken by kind."""
    p.sweep += 1
    luck = _luck(seed, p.sweep, 2)
    members, dimensions = p.z.shape
    # One half is moved by a normal law fitted to the other, and that one has fresh luck mixed in; then they change.
    fitted = (np.arange(members) // islands + p.sweep) % 2 == 0
    normal = luck.standard_normal((members, dimensions))
    # Few coordinates touched and all of them take turns; the more there are, the shorter the step.
    most = np.where(fitted, max(dimensions, FEW), MANY)
    mean = np.exp(luck.uniform(np.log(FEW), np.log(most))) / dimensions
    touched = luck.random((members, dimensions)) < mean[:, None]
    touched[np.arange(members), luck.integers(dimensions, size=members)] = True
    length = np.where(fitted, p.lengths["fitted"], p.lengths["fresh"]) * luck.exponential(size=members)
    b = np.minimum(1.0, length / np.sqrt(touched.sum(axis=1)))[:, None]
    middle, axes, widths = (each[p.sweep % 2] for each in (p.middles, p.axes, p.widths))
    at = p.z.copy()
    at[fitted] = (p.z[fitted] - middle) @ axes / widths
    # z' = sqrt(1 - b^2) z + b fresh keeps the standard normal: what was assumed, or along the axes of the fitted law.
    to = np.where(touched, np.sqrt(1.0 - b**2) * at + b * normal, at)
    proposed = to.copy()
    proposed[fitted] = middle + (to[fitted] * widths) @ axes.T
    scores = score(proposed)
    gain = p.power * (scores.sum(axis=1) - p.total)
    # Where the fitted law is kept, the assumed one is set right by the ratio of the two.
    ratio = 0.5 * (to**2 - proposed**2 - at**2 + p.z**2).sum(axis=1)
    gain += np.where(fitted, ratio, 0.0)
    taken = np.log(luck.random(members)) < gain
    p.z = np.where(taken[:, None], proposed, p.z)
    p.scores = np.where(taken[:, None], scores, p.scores)
    shares = [float(taken[~fitted].mean()), float(taken[fitted].mean())]
    if tune:
        for kind, share in zip(KINDS, shares, strict=True):
            p.lengths[kind] = float(np.clip(p.lengths[kind] * np.exp(TUNING * (share - WANTED)), 0.01, 10.0))
        if p.sweep % LEVEL_SWEEPS == 0:
            _fit(p, islands)
    watch(p)
    return shares


def _fit(p: Population, islands: int) -> None:
    """Fit a normal law to each half of the population, for moving the other: middle, principal axes and widths.

    Shapes (2, dimensions), (2, dimensions, dimensions) with an axis in each column, and (2, dimensions). The fewer
    members there are, the more of their correlations is left out.
    """
    half = np.arange(len(p.z)) // islands % 2
    laws = []
    for parity in (0, 1):  # sweep s moves members of its own parity by the law of the others
        z = p.z[half != parity]
        members, dimensions = z.shape
        own = np.cov(z, rowvar=False).reshape(dimensions, dimensions)
        kept = members / (members + dimensions)
        variances, axes = np.linalg.eigh(kept * own + (1.0 - kept) * np.diag(np.diag(own)))
        laws.append((z.mean(axis=0), axes, np.sqrt(np.maximum(variances, LEAST))))
    p.middles, p.axes, p.widths = (np.stack(each) for each in zip(*laws, strict=True))


def _luck(*key: int) -> np.random.Generator:
    """A stream of its own for each seed, sweep and purpose."""
    return np.random.default_rng(key)

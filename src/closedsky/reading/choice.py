"""All options side by side, without a winner: exchange rates first, then dominance, then what named weights prefer.

Whatever is maximised is a mean over luck. States are cells of the assumptions that move the options most apart; in each
the luck and all other assumptions are averaged. Criteria: Wald (1950) maximin, Hurwicz (1951), Savage (1951) regret,
Laplace, and Starr (1962), the share of states in which an option does what a person asks of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.futures.results import Estimate, Inputs, Results
from closedsky.reading.conditions import Condition, Searcher, inside
from closedsky.reading.exchange import Rate, dominates, exchange_rate
from closedsky.reading.measures import label
from closedsky.reading.regression import FITTED, Scored, TooFew, sound_rows
from closedsky.reading.regret import Along, Cells, along, cells_of
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Values, distinct, joint, plain
from closedsky.reading.words import listed
from closedsky.reading.worth import COMPONENTS, Weights, part, worth

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-choice/2"

DECIDING, CELLS = 3, 4
"""Assumptions that make states, and parts of equal size into which each is cut: 64 states; 8 where futures are few."""

ALONG = 2
"""Along how many of them regrets are told: those that are most worth knowing for the weights."""

LEAST_PREFERRED = 0.05
"""An option that is preferred in a smaller share of states has no region that could be told."""

LEAST_IN_STATE = 32
"""Fewer futures than this in a state say too little of its mean."""


@dataclass(frozen=True)
class Judged:
    """How options do for somebody with some weights, over states; worth is counted against the reference, in lives.

    Attributes:
        weights: the person's.
        mean: by option, mean worth with its error.
        worst, best: by option, mean worth in its worst and best state.
        regret: by option, the greatest worth forgone in a state for not having taken another option; its error is that
            of the difference of the two in that state, and says nothing of which state is the worst.
        preferred: by option, share of futures in states in which it has the greatest mean worth.
        does: by option, share of futures in states in which it does what was asked; empty where nothing was.
        hurwicz: by option, the weighted mean of best and worst.
        error: greatest standard error of a mean worth in a state, by which worst, best and regret are overstated.
        along: what each option forgoes along those of the deciding assumptions that are most worth knowing.
        regions: by option that is preferred often enough, limits within which that is so most often, and how often.
    """

    weights: Weights
    mean: Mapping[str, Estimate]
    worst: Mapping[str, float]
    best: Mapping[str, float]
    regret: Mapping[str, Estimate]
    preferred: Mapping[str, float]
    does: Mapping[str, float]
    hurwicz: Mapping[str, float]
    regions: Mapping[str, tuple[Condition, float]] = field(default_factory=dict)
    error: float = 0.0
    along: tuple[Along, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        tables = ("worst", "best", "preferred", "does", "hurwicz")
        return {
            "weights": self.weights.to_dict(),
            "error_in_a_state": plain(self.error),
            "mean": {name: each.to_dict() for name, each in self.mean.items()},
            "regret": {name: each.to_dict() for name, each in self.regret.items()},
            **{name: {option: plain(v) for option, v in getattr(self, name).items()} for name in tables},
            "regret_along": [each.to_dict() for each in self.along],
            "regions": {name: each.to_dict() | {"preferred": often} for name, (each, often) in self.regions.items()},
        }


@dataclass(frozen=True)
class PathChoice:
    """Every option on one path to general war.

    Attributes:
        rates: one for each pair of options.
        dominated: by option, those told to be no worse in lives, combat, territory, aid and cost and better in one.
        deciding: assumptions of which the states are made.
        states: how many there are.
        judged: by the order in which weights were asked for.
    """

    rates: tuple[Rate, ...]
    dominated: Mapping[str, tuple[str, ...]]
    deciding: tuple[str, ...]
    states: int
    judged: tuple[Judged, ...]

    @property
    def front(self) -> tuple[str, ...]:
        """Options that no other dominates: the Pareto front."""
        return tuple(name for name, by in self.dominated.items() if not by)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "exchange_rates": [each.to_dict() for each in self.rates],
            "dominated_by": {name: list(by) for name, by in self.dominated.items()},
            "pareto_front": list(self.front),
            "states_of": list(self.deciding),
            "states": self.states,
            "weights": [each.to_dict() for each in self.judged],
        }


@dataclass(frozen=True)
class Choice(Shown):
    """All options of a run side by side.

    Attributes:
        case: whose labels are used.
        view, seed, futures, reference: of the run.
        labels: of the options.
        alpha: weight of the best state in Hurwicz's criterion.
        asked: lives to be saved at least, and direct combat at most (a share of futures), for Starr's; None likewise.
        paths: by path to general war.
    """

    case: Case
    view: str
    seed: int
    futures: int
    reference: str
    labels: Mapping[str, str]
    alpha: float
    asked: tuple[float | None, float | None]
    paths: Mapping[str, PathChoice]

    def summary(self) -> str:
        """Say which options are left when what others dominate is put aside; none is called best."""
        said = listed([f"{len(found.front)} on the {path} path" for path, found in self.paths.items()])
        return (
            f"Of {len(self.labels)} options {said} are dominated by no other; which of them is preferred depends on "
            "what is weighed against lives, and how much."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case.id,
            "case_digest": self.case.digest(),
            "view": self.view,
            "seed": self.seed,
            "futures": self.futures,
            "reference": self.reference,
            "alpha": self.alpha,
            "asked": {"lives_saved_at_least": self.asked[0], "direct_combat_at_most": self.asked[1]},
            "paths": {path: each.to_dict() for path, each in self.paths.items()},
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each path and pair of options."""
        import pandas as pd

        rows = [
            {"war_path": path, "fewer_killed": each.fewer, "other": each.other, "lives": each.lives.value,
             "lives_error": each.lives.error, "direct_combat": each.combat.value,
             "turns": each.turns.value if each.turns else np.nan}
            for path, found in self.paths.items()
            for each in found.rates
        ]  # fmt: skip
        return pd.DataFrame(rows).set_index(["war_path", "fewer_killed", "other"])


def choice(
    results: Mapping[str, Results],
    inputs: Inputs,
    weights: Sequence[Weights] = (),
    alpha: float = 0.5,
    asked: tuple[float | None, float | None] = (None, None),
) -> Choice:
    """Set all options of a run side by side.

    Args:
        results: by path to general war, runs of at least two options with the reference among them.
        inputs: what their futures drew.
        weights: of persons; may be empty.
        alpha: weight of the best state in Hurwicz's criterion, from 0 (the worst alone) to 1.
        asked: lives saved at least, and direct combat at most as a share, for Starr's criterion; None for not asked.

    Raises:
        ValueError: fewer than two options, or an alpha outside 0 to 1.
        TooFew: too few futures gave numbers.
    """
    first = next(iter(results.values()))
    if len(first.options) < 2:
        raise ValueError("a choice needs two options at least")
    if not 0.0 <= alpha <= 1.0:
        raise ValueError(f"alpha must be from 0 to 1, not {alpha:g}")
    scored = Scored(inputs.values[:FITTED], inputs.names)
    paths = {path: _on_path(each, inputs, scored, weights, alpha, asked) for path, each in results.items()}
    labels = {name: label(first, name) for name in first.options}
    return Choice(first.case, first.view, first.seed, first.futures, first.reference, labels, alpha, asked, paths)


def _on_path(
    results: Results,
    inputs: Inputs,
    scored: Scored,
    weights: Sequence[Weights],
    alpha: float,
    asked: tuple[float | None, float | None],
) -> PathChoice:
    options = results.options
    parts = {
        name: {key: part(results, name, key) for key in COMPONENTS} | {"aid": results.values("aid", name)}
        for name in options
    }
    rates = tuple(exchange_rate(a, b, parts[a], parts[b]) for i, a in enumerate(options) for b in options[i + 1 :])
    dominated = {
        name: tuple(other for other in options if other != name and dominates(parts[other], parts[name]))
        for name in options
    }
    lives = np.stack([parts[name]["lives"] for name in options], axis=1)
    deciding, cell = states(scored, inputs, lives)
    searcher = Searcher(inputs)
    strength = np.isin(np.arange(len(inputs.names)), deciding).astype(np.float64)
    judged = tuple(_judge(results, w, cell, alpha, asked, searcher, strength, deciding) for w in weights)
    names = tuple(inputs.names[i] for i in deciding)
    return PathChoice(rates, dominated, names, len(np.unique(cell)), judged)


def states(scored: Scored, inputs: Inputs, lives: Values) -> tuple[tuple[int, ...], NDArray[np.intp]]:
    """Cut futures into states by the assumptions that move the options most apart.

    Args:
        scored: what the first futures drew, as features.
        inputs: what all of them drew.
        lives: civilians killed more or fewer than under the reference, shape (future, option).

    Returns:
        Which inputs, and the state of each future, shape (future,).
    """
    sound = sound_rows(lives)
    ranks = np.where(sound[:, None], lives, 0.0)
    ranks = np.argsort(np.argsort(ranks, axis=0), axis=0) / len(ranks)  # ranks: a few vast futures decide nothing
    share = scored.first_order(ranks[: len(scored)]).mean(axis=1)
    chosen = tuple(int(i) for i in np.argsort(share)[::-1][:DECIDING] if scored.varies[i])
    worth = distinct(inputs.values)
    cells = CELLS if worth >= 2 * LEAST_IN_STATE * CELLS**DECIDING else 2  # few futures: halves
    cell = np.zeros(len(lives), np.intp)
    for i in chosen:
        edges = np.quantile(inputs.values[:, i], np.arange(1, cells) / cells)
        cell = cell * cells + np.searchsorted(edges, inputs.values[:, i], "right")
    if min(distinct(inputs.values[cell == k]) for k in range(int(cell.max()) + 1)) < LEAST_IN_STATE:
        raise TooFew(f"{worth:,.0f} futures are too few for {cells**DECIDING} states: ask for more with -n")
    return chosen, cell


def _judge(
    results: Results,
    weights: Weights,
    cell: NDArray[np.intp],
    alpha: float,
    asked: tuple[float | None, float | None],
    searcher: Searcher,
    strength: Values,
    deciding: Sequence[int],
) -> Judged:
    options, reference = results.options, results.reference
    base = worth(results, reference, weights) if reference in options else 0.0
    gains = {name: worth(results, name, weights) - base for name in options}
    worths = np.stack(list(gains.values()), axis=1)
    sound = np.isfinite(worths).all(axis=1)
    counts = np.bincount(cell[sound], minlength=int(cell.max()) + 1)
    kept = counts >= LEAST_IN_STATE
    mass = counts[kept] / counts[kept].sum()
    number = np.where(kept, np.cumsum(kept) - 1, -1)  # of the states that are kept
    state = np.where(sound, number[cell], -1)
    read = cells_of(worths, state, int(kept.sum()))
    table = read.means
    found = criteria(table, alpha)
    share = {name: float(mass[np.argmax(table, axis=1) == i].sum()) for i, name in enumerate(options)}
    does: dict[str, float] = {}
    if any(each is not None for each in asked):
        for name in options:
            asked_of = np.stack([-part(results, name, "lives"), part(results, name, "combat")], axis=1)
            saved, combat = cells_of(asked_of, state, len(table)).means.T
            good = (saved >= (-np.inf if asked[0] is None else asked[0])) & (
                combat <= (np.inf if asked[1] is None else asked[1])
            )
            does[name] = float(mass[good].sum())
    regions = {}
    where = np.full(len(counts), -1)
    where[kept] = np.argmax(table, axis=1)
    for i, name in enumerate(options):
        if LEAST_PREFERRED <= share[name] < 1.0:
            holds = (where[cell] == i).astype(np.float64)
            condition = searcher.find(holds, strength)
            if condition is not None and condition.kept.any():
                regions[name] = condition, float(holds[condition.kept].mean())
    inputs = searcher.inputs
    split = [along(inputs.names[i], inputs.values[:, i], gains, LEAST_IN_STATE) for i in deciding]
    kept_of = sorted((each for each in split if each is not None), key=lambda each: -each.gain)[:ALONG]
    return Judged(
        weights=weights,
        mean={name: joint(np.nanmean, each) for name, each in gains.items()},
        worst=dict(zip(options, found.worst, strict=True)),
        best=dict(zip(options, found.best, strict=True)),
        regret=_regrets(read, options, found),
        preferred=share,
        does=does,
        hurwicz=dict(zip(options, found.hurwicz, strict=True)),
        regions=regions,
        error=float(read.errors.max()),
        along=tuple(each for each in split if each in kept_of),
    )


def _regrets(read: Cells, options: Sequence[str], found: Criteria) -> dict[str, Estimate]:
    """Greatest regrets, each with the paired error of the difference in the state where it is."""
    value, error = read.forgone()
    errors = error[value.argmax(axis=0), np.arange(len(options))]
    return {name: Estimate(found.regret[i], float(errors[i])) for i, name in enumerate(options)}


class Criteria(NamedTuple):
    """What criteria that know no probabilities say of each option, in the order of the options."""

    worst: list[float]
    best: list[float]
    regret: list[float]
    hurwicz: list[float]


def criteria(table: Values, alpha: float) -> Criteria:
    """Read the classical criteria off a table of mean worths.

    Args:
        table: shape (state, option); more is better.
        alpha: weight of the best state in Hurwicz's criterion.

    Source: Wald (1950), Hurwicz (1951), Savage (1951); Milnor (1954) sets them side by side.

    >>> milnor = np.array([[2, 2, 0, 1], [1, 1, 1, 1], [0, 4, 0, 0], [1, 3, 0, 0]], float).T
    >>> found = criteria(milnor, 0.5)
    >>> [int(np.argmax(each)) + 1 for each in (found.worst, found.hurwicz)], int(np.argmin(found.regret)) + 1
    ([2, 3], 4)
    """
    worst, best = table.min(axis=0), table.max(axis=0)
    regret = (table.max(axis=1, keepdims=True) - table).max(axis=0)
    hurwicz = alpha * best + (1.0 - alpha) * worst
    return Criteria(worst.tolist(), best.tolist(), regret.tolist(), hurwicz.tolist())


def states_words(case: Case, deciding: Sequence[str]) -> str:
    """Say of which assumptions the states are made."""
    return listed([f"{inside(case.assumptions[name].label)} ({case.assumptions[name].basis})" for name in deciding])


__all__ = [
    "Choice", "Judged", "PathChoice", "Rate", "choice", "criteria", "dominates", "exchange_rate", "states",
    "states_words",
]  # fmt: skip

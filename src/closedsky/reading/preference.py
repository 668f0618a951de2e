"""What a person prefers, and what the gap between two people is made of.

Everything is read off tables of means: the parts of worth (`closedsky.reading.worth.COMPONENTS`) by option and by the
sixteen nets of a run, shape (option, part, net). Luck and assumptions are averaged first, so worth is linear in a
table and weights can be exchanged without another run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from closedsky.futures.results import Estimate
from closedsky.reading.statistics import Values
from closedsky.reading.worth import COMPONENTS, Weights

Means = Callable[[frozenset[str], Sequence[str]], Values]
"""A mixture of two positions: what is as the first has it, and options; gives shape (option, part, net)."""

VALUES = "values"
"""Name of the weights, as something that two people can agree on."""

STRUCTURE = "structure"
"""Name of the switches, exchanged together; as in `closedsky.futures.mixtures`."""

MOST_PLAYERS = 8
"""Players between whom a gap is shared out exactly; the smallest groups are joined beyond that."""

OTHERS = "others"
"""Name of groups that were joined."""

ROUNDING = 1e-9
"""Share of a mean below which the spread of its nets is arithmetic and no error."""

TOLD = 2.0
"""Standard errors by which a lead must differ from 0 to be told from it: its error is under half of it."""


@dataclass(frozen=True)
class Preference:
    """What one person prefers by own ranges and weights.

    Attributes:
        best: id of the option that is worth most; the first of the case among equals.
        second: id of the runner-up.
        lead: worth of the best less that of the runner-up, in lives, with the paired error.
        worth: by option, in lives, against the option that effects on lives are measured from.
    """

    best: str
    second: str
    lead: Estimate
    worth: Mapping[str, Estimate]

    @property
    def told(self) -> bool:
        """Whether the best can be told apart from the runner-up: the error is under half of the lead."""
        return told(self.lead)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "best": self.best,
            "runner_up": self.second,
            "lead": self.lead.to_dict(),
            "told_apart": self.told,
            "worth": {name: each.to_dict() for name, each in self.worth.items()},
        }


@dataclass(frozen=True)
class Share:
    """What one player contributes to the gap.

    Attributes:
        name: relation of the case, `structure`, `values` or `others`.
        items: assumptions in it, or what it stands for.
        amount: in lives, with the paired error; all of them add up to the gap.
    """

    name: str
    items: tuple[str, ...]
    amount: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"name": self.name, "items": list(self.items), "lives": self.amount.to_dict()}


@dataclass(frozen=True)
class Gap:
    """How far two people are apart about two options, and what that is made of.

    Attributes:
        x, y: ids of the options.
        how: why these two: `preferred` (by either), `taken` or `runner-up` (both prefer `x`).
        a, b: worth of `x` less that of `y` to either person, in lives.
        whole: `a` less `b`.
        shares: exact Shapley shares of the whole (Shapley 1953).
        facts, structure, values: their sums by kind.
    """

    x: str
    y: str
    how: str
    a: Estimate
    b: Estimate
    whole: Estimate
    shares: tuple[Share, ...]
    facts: Estimate
    structure: Estimate
    values: Estimate

    @property
    def against(self) -> bool:
        """Whether shares pull against each other, so that none is a part of a whole."""
        signs = {np.sign(each.amount.value) for each in self.shares if told(each.amount)}
        return len(signs) > 1

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "option": self.x,
            "other_option": self.y,
            "how_chosen": self.how,
            **{key: getattr(self, key).to_dict() for key in ("a", "b", "whole", "facts", "structure", "values")},
            "shares": [each.to_dict() for each in self.shares],
            "pull_against_each_other": self.against,
        }


def told(of: Estimate) -> bool:
    """Whether a number can be told from 0: its standard error is under half of it.

    >>> told(Estimate(10.0, 4.0)), told(Estimate(10.0, 6.0)), told(Estimate(0.0, 0.0))
    (True, False, False)
    """
    return bool(abs(of.value) > TOLD * of.error)


def over_nets(values: Values) -> Estimate:
    """Mean of sixteen nets, shape (net,), with its standard error.

    >>> over_nets(np.array([1.0, 3.0]))
    Estimate(value=2.0, error=1.0)
    """
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
    return Estimate(mean, 0.0 if error < ROUNDING * abs(mean) else error)


def vector(weights: Weights) -> Values:
    """Weights in the order of the parts, shape (part,); a life is worth one life."""
    by_name = weights.to_dict()
    return np.array([by_name.get(name, 1.0) for name in COMPONENTS])


def worth_of(table: Values, weights: Weights) -> Values:
    """Worth by option and net, shape (option, net), in lives: less of every part is better.

    Args:
        table: means of the parts, shape (option, part, net).
        weights: a person's.
    """
    kept = vector(weights)[:, None]
    return np.asarray(-np.sum(np.where(kept == 0.0, 0.0, kept * table), axis=1))


def prefer(table: Values, options: Sequence[str], weights: Weights) -> Preference:
    """Read a preference off means of the parts, shape (option, part, net).

    Raises:
        ValueError: fewer than two options, or a worth that is not a number.
    """
    if len(options) < 2:
        raise ValueError("a preference needs two options")
    worth = worth_of(table, weights)
    if not np.isfinite(worth).all():
        odd = [name for name, row in zip(options, worth, strict=True) if not np.isfinite(row).all()]
        raise ValueError(f"no number for {', '.join(odd)}: every future of a net failed; run more futures")
    order = np.argsort(-worth.mean(axis=1), kind="stable")
    first, second = int(order[0]), int(order[1])
    return Preference(
        options[first],
        options[second],
        over_nets(worth[first] - worth[second]),
        {name: over_nets(row) for name, row in zip(options, worth, strict=True)},
    )


def best_of(table: Values, options: Sequence[str], weights: Weights) -> str:
    """The option that is worth most, as in `prefer`."""
    return options[int(np.argmax(worth_of(table, weights).mean(axis=1)))]


def differ(a: Weights, b: Weights) -> bool:
    """Whether two people weigh anything differently."""
    return any(getattr(a, entry.name) != getattr(b, entry.name) for entry in fields(a))


def options_apart(a: Preference, b: Preference, taken: str) -> tuple[str, str, str]:
    """Two options whose difference shows how far two people are apart, and why these.

    Where both prefer the same option it is set against the one really taken; where they prefer that one, against the
    runner-up: of all others the one that both together think worth most.
    """
    if a.best != b.best:
        return a.best, b.best, "preferred"
    if a.best != taken and taken in a.worth:
        return a.best, taken, "taken"
    others = [name for name in a.worth if name != a.best]
    return a.best, max(others, key=lambda name: a.worth[name].value + b.worth[name].value), "runner-up"


def players(groups: Mapping[str, Sequence[str]], most: int) -> dict[str, tuple[str, ...]]:
    """Join the smallest groups into one, so that so many are left.

    >>> players({"harm": ["a", "b"], "patrol": ["c"], "ending": ["d"]}, 2)
    {'harm': ('a', 'b'), 'others': ('c', 'd')}
    """
    found = {name: tuple(items) for name, items in groups.items()}
    if len(found) <= max(1, most):
        return found
    small = sorted(found, key=lambda name: (len(found[name]), name))[: len(found) - max(1, most) + 1]
    joined = tuple(item for name in found if name in small for item in found[name])
    return {name: items for name, items in found.items() if name not in small} | {OTHERS: joined}


def share_out(
    means: Means,
    groups: Mapping[str, Sequence[str]],
    weights: tuple[Weights, Weights],
    options: tuple[str, str, str],
) -> Gap:
    """Share the gap between two people out over what they differ in.

    The gap is D_A - D_B with D_p = E_p[U_p(x) - U_p(y)]. A player's share is its marginal contribution on going from
    the second person's to the first's, averaged over every order of going (Shapley 1953, exact): the shares add up to
    the gap, also by net, and exchanging the two people changes none of them where `x` and `y` are exchanged too.

    Args:
        means: mixtures of the two positions.
        groups: items that differ, by player; `structure` among them where switches do.
        weights: of the first and the second person.
        options: the two options, and why these (`options_apart`).

    Returns:
        The gap in lives.
    """
    x, y, how = options
    facts = players(groups, MOST_PLAYERS - 1 if differ(*weights) else MOST_PLAYERS)
    names = [*facts, *([VALUES] if differ(*weights) else [])]

    def between(chosen: frozenset[str], ours: bool) -> Values:
        items = frozenset(item for name in chosen if name in facts for item in facts[name])
        worth = worth_of(means(items, (x, y)), weights[0 if ours else 1])
        return np.asarray(worth[0] - worth[1])

    values: dict[frozenset[str], Values] = {}
    for size in range(len(names) + 1):
        for chosen in combinations(names, size):
            values[frozenset(chosen)] = between(frozenset(chosen), VALUES in chosen or not differ(*weights))
    count = len(names)
    amounts = {name: np.zeros_like(values[frozenset()]) for name in names}
    for before, value in values.items():
        for name in set(names) - before:
            share = factorial(len(before)) * factorial(count - len(before) - 1) / factorial(count)
            amounts[name] = amounts[name] + share * (values[before | {name}] - value)
    whole_a, whole_b = values[frozenset(names)], values[frozenset()]
    nothing = np.zeros_like(whole_a)
    fact = sum((amounts[name] for name in facts if name != STRUCTURE), nothing)
    return Gap(
        x, y, how, over_nets(whole_a), over_nets(whole_b), over_nets(whole_a - whole_b),
        tuple(Share(name, facts.get(name, ()), over_nets(amounts[name])) for name in names),
        over_nets(fact), over_nets(amounts.get(STRUCTURE, nothing)), over_nets(amounts.get(VALUES, nothing)),
    )  # fmt: skip

"""Two options against each other on averages: the weight at which preference turns, and whether one dominates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from closedsky.futures.results import Estimate
from closedsky.reading.risk import TOLD_APART
from closedsky.reading.statistics import Values, joint


@dataclass(frozen=True)
class Rate:
    """Two options and the weight of direct combat at which preference between them turns.

    Attributes:
        fewer: the option under which fewer civilians are killed on average.
        other: the other option.
        lives: how many fewer, with a paired error.
        combat: added futures with direct combat under `fewer`, as a share; below 0 where it has less of it too.
        turns: lives for one future with direct combat at which preference turns: below it `fewer` is preferred; None
            where it is preferred whatever the weight, or the two are not told apart.
    """

    fewer: str
    other: str
    lives: Estimate
    combat: Estimate
    turns: Estimate | None

    @property
    def told(self) -> bool:
        """Whether the two options are told apart in lives."""
        return self.lives.value > TOLD_APART * self.lives.error

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "fewer_killed": self.fewer, "other": self.other, "lives": self.lives.to_dict(),
            "direct_combat": self.combat.to_dict(), "turns": self.turns.to_dict() if self.turns else None,
            "told_apart": self.told,
        }  # fmt: skip


def exchange_rate(a: str, b: str, of_a: Mapping[str, Values], of_b: Mapping[str, Values]) -> Rate:
    """Return the weight of direct combat at which the preference between two options turns.

    Args:
        a: id of one; which comes first makes no difference.
        b: id of the other.
        of_a: parts of the first (`worth.part`); `lives` and `combat` are read.
        of_b: parts of the other.

    >>> few = {"lives": np.full(64, -100.0), "combat": np.ones(64)}
    >>> many = {"lives": np.zeros(64), "combat": np.tile([0.0, 1.0], 32)}
    >>> found = exchange_rate("zone", "refuse", few, many)
    >>> found.fewer, found.turns.value
    ('zone', 200.0)
    """
    if np.nanmean(of_a["lives"] - of_b["lives"]) > 0:
        a, b, of_a, of_b = b, a, of_b, of_a
    fewer, combat = of_b["lives"] - of_a["lives"], of_a["combat"] - of_b["combat"]
    lives, added = joint(np.nanmean, fewer), joint(np.nanmean, combat)
    turns = None
    if lives.value > TOLD_APART * lives.error and added.value > TOLD_APART * added.error:
        turns = _ratio(fewer, combat, lives.value / added.value, added.value)
    return Rate(a, b, lives, added, turns)


def _ratio(above: Values, below: Values, ratio: float, mean: float) -> Estimate:
    """Give a ratio of two averages its error by the delta method.

    The spread of sixteen ratios would be ruled by the net whose denominator is smallest, and be none where one is 0.
    """
    return Estimate(ratio, joint(np.nanmean, (above - ratio * below) / mean).error)


def dominates(better: Mapping[str, Values], worse: Mapping[str, Values]) -> bool:
    """Whether one option is told to be better than another in one part and told to be worse in none, on average.

    Args:
        better: parts of the one (`worth.part`); less of each is better.
        worse: parts of the other.

    >>> a = {"lives": np.zeros(64), "combat": np.zeros(64)}
    >>> b = {"lives": np.zeros(64), "combat": np.ones(64)}
    >>> dominates(a, b), dominates(b, a), dominates(a, a)
    (True, False, False)
    """
    gains = [joint(np.nanmean, worse[key] - better[key]) for key in better]
    told = [each.value > TOLD_APART * np.nan_to_num(each.error) and each.value != 0.0 for each in gains]
    lost = [each.value < -TOLD_APART * np.nan_to_num(each.error) and each.value != 0.0 for each in gains]
    return any(told) and not any(lost)

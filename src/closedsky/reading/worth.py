"""What an option is worth to a person: lives, and what the other outcomes weigh in lives. No weights are built in.

Every outcome enters linearly, so a preference between two options turns at one value of each weight: the exchange rate.
General war is not an outcome here: it is weighed through direct combat, of which a person says for how many lives one
future with it counts (the chance that it becomes general war times the lives lost in one, or any other reason).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from closedsky.futures.results import Results
from closedsky.reading.measures import LIVES
from closedsky.reading.statistics import Values

HUNDREDTHS = 100.0
"""Hundredths of the country in the whole of it."""

COMPONENTS: Mapping[str, str] = {"lives": LIVES, "combat": "direct_combat", "territory": "held", "cost": "cost"}
"""Outcome behind each part of what an option is worth."""

SCALES: Mapping[str, float] = {"territory": HUNDREDTHS}
"""Units of a weight in one unit of the outcome, where they differ."""

WEIGHT_WORDS: Mapping[str, str] = {
    "combat": "lives for one future with direct combat",
    "territory": "lives for a hundredth of the country held by the adversary",
    "cost": "lives for a billion US dollars",
}
"""What each weight is counted in."""


@dataclass(frozen=True)
class Weights:
    """How many civilian lives other outcomes count for, each at least 0; all 0 is lives alone.

    Attributes:
        combat: for one future with direct combat.
        territory: for one hundredth of the country held by the adversary at the horizon.
        cost: for one billion US dollars.

    Raises:
        ValueError: a weight below 0 or not finite.
    """

    combat: float = 0.0
    territory: float = 0.0
    cost: float = 0.0

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if not (np.isfinite(value) and value >= 0):
                raise ValueError(f"the weight of {entry.name} must be 0 or above, not {value:g}")

    def to_dict(self) -> dict[str, float]:
        """Return plain numbers."""
        return {entry.name: float(getattr(self, entry.name)) for entry in fields(self)}


def part(results: Results, option: str, component: str) -> Values:
    """One part of what an option costs, in units of its weight, shape (future,): less is better."""
    return results.values(COMPONENTS[component], option) * SCALES.get(component, 1.0)


def worth(results: Results, option: str, weights: Weights = Weights()) -> Values:
    """What an option is worth in each future, in lives: less of every part is better.

    Args:
        results: a run; lives are those more or fewer than under its reference.
        option: id.
        weights: a person's.

    Returns:
        Shape (future,); NaN where the option failed.
    """
    value = -part(results, option, "lives")
    for entry in fields(weights):
        weight = getattr(weights, entry.name)
        if weight:
            value = value - weight * part(results, option, entry.name)
    return value

"""General war: a break-even in place of a count.

Nothing published identifies how likely direct combat is to become general war. So the question is turned round: below
which chance would an option be preferred, on lives alone? With s lives saved on average, c the added share of futures
with direct combat and D lives lost in a general war, the option saves lives on average while s > D c y, that is below
y = s / (D c) for each future with direct combat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from closedsky.futures.results import Estimate
from closedsky.reading.statistics import Values, joint, plain

LOSSES = (1e5, 1e6, 1e7)
"""Lives lost in a general war for which a break-even is stated unless a person states others."""

SAVES_NONE = "saves no lives"
ADDS_NONE = "adds no direct combat"
SAVES_FEW = "too few lives to tell"
ADDS_LITTLE = "too little combat to tell"
TOLD_APART = 2.0
"""Standard errors by which lives saved, or combat added, must differ from none before they are divided."""

IS_REFERENCE = "the reference"
NO_REFERENCE = "reference not run"


@dataclass(frozen=True)
class BreakEven:
    """For one stated loss, the chance below which an option is preferred to the reference on lives alone.

    Attributes:
        loss: lives lost in a general war.
        chance: for each future with direct combat, that it becomes general war; None where there is no such chance.
        reason: why there is none.
    """

    loss: float
    chance: Estimate | None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "loss": self.loss,
            "chance": plain(self.chance.value) if self.chance else None,
            "error": plain(self.chance.error) if self.chance else None,
            "reason": self.reason or None,
        }


def break_even(
    effect: Values, combat: Values, reference_combat: Values, losses: Sequence[float] = LOSSES
) -> tuple[BreakEven, ...]:
    """Return the break-even chance for each stated loss.

    Args:
        effect: civilians killed more (+) or fewer (-) than under the reference, shape (future,).
        combat: whether direct combat took place under the option, 1 or 0, same futures.
        reference_combat: whether it did under the reference.
        losses: lives lost in a general war, each above 0.

    Returns:
        One entry for each loss. No chance where the option saves no lives on average or adds no direct combat, or
        where either cannot be told apart from none.

    Raises:
        ValueError: a loss that is not above 0.

    >>> [entry] = break_even(np.full(64, -10.0), np.ones(64), np.zeros(64), [1000.0])
    >>> entry.chance
    Estimate(value=0.01, error=0.0)
    """
    for loss in losses:
        if not (np.isfinite(loss) and loss > 0):
            raise ValueError(f"lives lost in a general war must be above 0, not {loss}")
    saved, added = joint(np.nanmean, -effect), joint(np.nanmean, combat - reference_combat)
    reason = _none(saved, SAVES_NONE, SAVES_FEW) or _none(added, ADDS_NONE, ADDS_LITTLE)
    if reason:
        return tuple(BreakEven(float(loss), None, reason) for loss in losses)

    def ratio(effect: Values, combat: Values, reference_combat: Values) -> float:
        added = float(np.nanmean(combat - reference_combat))
        return float(np.nanmean(-effect)) / added if added > 0 else float("nan")

    one = joint(ratio, effect, combat, reference_combat)
    if np.isfinite(added.error) and not np.isfinite(one.error):  # in some net no combat is added
        return tuple(BreakEven(float(loss), None, ADDS_LITTLE) for loss in losses)
    return tuple(BreakEven(float(loss), Estimate(one.value / loss, one.error / loss)) for loss in losses)


def _none(of: Estimate, none: str, little: str) -> str:
    """Say that an estimate is not above zero, or not enough of its errors above it; nothing where it is."""
    if not of.value > 0:
        return none
    return little if np.isfinite(of.error) and of.value <= TOLD_APART * of.error else ""

"""Under the view now a slider weighs the accepted futures: the record chose them, and none can be made anew.

Each accepted future counts by how near its value stands to the slider's: by a normal curve whose standard deviation is
a tenth of the slider's length. What the weighted futures are worth is said as an effective number, (sum w)^2 / sum w^2
(Kish 1965). Readings take futures that count alike, so as many are drawn by the weights, systematically and in each of
the sixteen islands for itself, so that errors between islands stay what they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.conditioned import Conditioned, Drawn
from closedsky.futures.sampling import NETS
from closedsky.serving.sliders import Slider

NEAR = 0.1
"""Standard deviation of what counts as near, as a share of the slider."""

LEAST_WORTH = 64.0
"""Effective number below which nothing is shown."""

Values = NDArray[np.float64]


class TooFar(ValueError):
    """Too few accepted futures stand near the sliders."""


def weights(found: Conditioned, sets: Mapping[str, float], sliders: Mapping[str, Slider]) -> Values:
    """Weigh accepted futures by how near they stand to what is set; shape (future,), summing to 1.

    Raises:
        TooFar: they are worth fewer than LEAST_WORTH.
    """
    names = list(found.case.assumptions)
    logs = np.zeros(found.futures)
    for name, value in sets.items():
        slider = sliders[name]
        at = slider.place(found.accepted.assumptions[:, names.index(name)])
        logs -= ((at - slider.place(np.array(value))) / NEAR) ** 2 / 2.0
    made = np.exp(logs - logs.max())
    made /= made.sum()
    worth = effective(made)
    if worth < LEAST_WORTH:
        raise TooFar(
            f"of {found.futures:,} futures that agree with the record those near these sliders are worth {worth:.0f}; "
            f"{LEAST_WORTH:.0f} are needed: move a slider back, or look under the view then"
        )
    return np.asarray(made)


def effective(made: Values) -> float:
    """Effective number of weights that sum to 1.

    >>> round(effective(np.full(8, 1 / 8)), 9), effective(np.array([1.0, 0.0]))
    (8.0, 1.0)
    """
    return float(1.0 / np.sum(made**2))


def drawn(made: Values) -> NDArray[np.int64]:
    """Draw as many futures by their weights, each island's from its own; the same for the same weights.

    Args:
        made: weights, shape (future,), of futures of which number i is of island i mod 16.

    Returns:
        Places, shape (future,); with equal weights every future once.
    """
    places = np.empty(len(made), np.int64)
    for island in range(min(NETS, len(made))):
        of = made[island::NETS]
        total = of.sum()
        ends = np.cumsum(of) / total if total > 0.0 else np.arange(1, len(of) + 1) / len(of)
        steps = (np.arange(len(of)) + 0.5) / len(of)
        chosen = np.minimum(np.searchsorted(ends, steps, side="left"), len(of) - 1)
        places[island::NETS] = island + NETS * chosen
    return places


def weighed(found: Conditioned, places: NDArray[np.int64]) -> Conditioned:
    """Accepted futures drawn by their weights, for readings that run them again."""
    old = found.accepted
    accepted = Drawn(
        old.assumptions[places],
        old.envelopes[:, places],
        old.coordinates[places],
        {name: values[places] for name, values in old.values.items()},
        {name: flags[places] for name, flags in old.on.items()},
        old.scores[places],
    )
    changed: dict[str, Any] = {"accepted": accepted, "other_envelopes": found.other_envelopes[:, places]}
    return replace(found, **changed)

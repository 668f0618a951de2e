"""What a slider needs: the ends of an assumption's range, its scale, how its values are distributed, how much it tells.

Assumptions that are drawn from past campaigns or a beta distribution have no ends: their slider goes from the 0.5 % to
the 99.5 % quantile. The order is computed: by how much of the spread of lives saved, over all options, goes with an
assumption alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.results import Results
from closedsky.futures.sampling import Design
from closedsky.reading.measures import LIVES
from closedsky.reading.words import percent

BINS = 32
"""Bars of the distribution behind a slider."""

TAIL = 0.005

DRAWN = 4096
"""Futures from which distributions and quantiles are read."""

PARTS = 16
"""Parts of equal size into which an assumption's values are cut to see what goes with them."""

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Slider:
    """One assumption as a slider.

    Attributes:
        name: of the assumption.
        low, high: ends.
        log: whether equal steps are equal ratios.
        bars: shares of futures in equal parts of the slider, shape (BINS,).
        middle: median.
    """

    name: str
    low: float
    high: float
    log: bool
    bars: Values
    middle: float

    def place(self, value: Values) -> Values:
        """Where values stand on the slider: 0 at its low end, 1 at its high end; beyond them what lies beyond."""
        if self.high <= self.low:
            return np.zeros_like(value)
        if self.log:
            at = np.log(np.maximum(value, 1e-300) / self.low) / np.log(self.high / self.low)
        else:
            at = (value - self.low) / (self.high - self.low)
        return np.asarray(at)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; bars relative to the highest."""
        top = float(self.bars.max()) or 1.0
        return {
            "low": self.low,
            "high": self.high,
            "log": self.log,
            "middle": self.middle,
            "bars": [round(float(each) / top, 3) for each in self.bars],
        }


def sliders(case: Case, view: str, values: Values | None = None) -> dict[str, Slider]:
    """Lay every assumption of a case out as a slider.

    Args:
        case: the case.
        view: whose ranges are meant.
        values: assumptions of the futures whose distribution is shown, shape (future, assumption); draws from the
            ranges where None.
    """
    design = Design(case, 0, view)
    drawn = design.rows(0, DRAWN)
    found = {}
    for i, (name, entry) in enumerate(case.assumptions.items()):
        ends = design.ends(name)
        low, high = ends if ends is not None else np.quantile(drawn[:, i], [TAIL, 1.0 - TAIL])
        log = entry.distribution == "log-uniform" and low > 0.0
        column = drawn[:, i] if values is None else values[:, i]
        made = Slider(name, float(low), float(high), log, np.zeros(BINS), float(np.median(column)))
        counts, _ = np.histogram(np.clip(made.place(column), 0.0, 1.0), BINS, (0.0, 1.0))
        found[name] = Slider(name, made.low, made.high, log, counts / max(len(column), 1), made.middle)
    return found


def influence(results: Mapping[str, Results], values: Values) -> dict[str, float]:
    """Say how much of what options change goes with each assumption alone.

    Args:
        results: every option, by path to general war.
        values: assumptions of the same futures, shape (future, assumption), in the order of the case.

    Returns:
        By assumption, the mean over options and paths of the correlation ratio (Pearson 1905) of the rank of lives
        saved, less what PARTS parts would give by chance; not below 0.
    """
    first = next(iter(results.values()))
    effects = [
        each.values(LIVES, option) for each in results.values() for option in each.options if option != each.reference
    ]
    if not effects:
        return dict.fromkeys(first.case.assumptions, 0.0)
    ranks = np.stack([_ranks(effect) for effect in effects])
    whole = ranks.var(axis=1)
    found = {}
    for i, name in enumerate(first.case.assumptions):
        ordered = ranks[:, np.argsort(values[:, i], kind="stable")]
        parts = np.array_split(ordered, PARTS, axis=1)
        middle = ranks.mean(axis=1)
        between = sum(part.shape[1] * (part.mean(axis=1) - middle) ** 2 for part in parts) / ranks.shape[1]
        ratios = np.divide(between, whole, out=np.zeros(len(whole)), where=whole > 0.0)
        chance = (PARTS - 1) / max(ranks.shape[1] - 1, 1)
        found[name] = max(float(ratios.mean()) - chance, 0.0)
    return found


def basis_words(case: Case, found: Mapping[str, float]) -> str:
    """Say how much of what options change goes with assumptions of which basis, each alone.

    Args:
        case: the case.
        found: by assumption (`influence`).
    """
    shares = {
        basis: sum(found.get(name, 0.0) for name, entry in case.assumptions.items() if entry.basis == basis)
        for basis in dict.fromkeys(entry.basis for entry in case.assumptions.values())
    }
    told = sorted(((share, basis) for basis, share in shares.items() if percent(share) != percent(0.0)), reverse=True)
    rest = max(1.0 - sum(shares.values()), 0.0)
    named = ", ".join(f"{percent(share)} with {basis}" for share, basis in told) or "next to nothing with any"
    return (
        f"Of the spread of lives saved, by rank, {named} assumptions taken one by one; "
        f"{percent(rest)} is luck, or several together"
    )


def _ranks(values: Values) -> Values:
    """Ranks, those of equal values at random but always the same; what is not a number stands in the middle."""
    filled = np.where(np.isfinite(values), values, np.nanmedian(values) if np.isfinite(values).any() else 0.0)
    order = np.lexsort((np.random.default_rng(0).permutation(len(filled)), filled))
    ranks = np.empty(len(filled))
    ranks[order] = np.arange(len(filled))
    return ranks

"""What a slider needs: the ends of an assumption's range, its scale, how its values are distributed, how much it tells.

Assumptions that are drawn from past campaigns or a beta distribution have no ends: their slider goes from the 0.5 % to
the 99.5 % quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.sampling import Design

BINS = 32
"""Bars of the distribution behind a slider."""

TAIL = 0.005

DRAWN = 4096
"""Futures from which distributions and quantiles are read."""

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

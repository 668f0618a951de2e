"""What options are worth in parts of the futures, and what each forgoes there against the one that is worth most.

Errors are between the sixteen nets of the design, as everywhere. A net may hold more or fewer futures of a part than
another, so a mean in a part is a ratio of two sums over nets; its error is that of such a ratio to first order (the
delta method), which where every net holds as many is the spread between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import Estimate
from closedsky.reading.statistics import SCRAMBLES, Values

PARTS = 4
"""Parts of equal size into which an assumption is cut."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Sums of what options are worth, in each part of the futures and each net.

    Attributes:
        sums: shape (part, net, option).
        counts: futures, shape (part, net); every part holds one at least.
    """

    sums: Values
    counts: Values

    @property
    def means(self) -> Values:
        """Mean worth, shape (part, option)."""
        return np.asarray(self.sums.sum(axis=1) / self.counts.sum(axis=1)[:, None])

    @property
    def errors(self) -> Values:
        """Standard errors of the means, shape (part, option)."""
        return self._errors(self.sums, self.means)

    def forgone(self) -> tuple[Values, Values]:
        """What each option forgoes against the one worth most in the same part; with paired errors.

        Returns:
            Two arrays of shape (part, option): 0 or more, and 0 for the one that is worth most.

        Source: Savage (1951): regret.
        """
        means = self.means
        best = means.argmax(axis=1)
        value = means.max(axis=1, keepdims=True) - means
        apart = np.take_along_axis(self.sums, best[:, None, None], axis=2) - self.sums
        return value, self._errors(apart, value)

    def _errors(self, sums: Values, means: Values) -> Values:
        off = sums - means[:, None, :] * self.counts[:, :, None]
        spread = SCRAMBLES / (SCRAMBLES - 1.0) * (off**2).sum(axis=1)
        return np.asarray(np.sqrt(spread) / self.counts.sum(axis=1)[:, None])


def cells_of(worths: Values, part: NDArray[np.intp], parts: int) -> Cells:
    """Add up what options are worth in each part of the futures.

    Args:
        worths: shape (future, option), in the order of the run; numbers wherever a future is in a part.
        part: of each future, shape (future,); below 0 for none.
        parts: how many there are.

    >>> cells = cells_of(np.arange(64.0)[:, None], np.repeat([0, 1], 32), 2)
    >>> cells.means.tolist(), cells.counts.sum(axis=1).tolist()
    ([[15.5], [47.5]], [32.0, 32.0])
    """
    place = part * SCRAMBLES + np.arange(len(part)) % SCRAMBLES
    inside = part >= 0
    place, size = place[inside], parts * SCRAMBLES
    counts = np.bincount(place, minlength=size).astype(float)
    sums = [np.bincount(place, column, minlength=size) for column in worths[inside].T]
    total = np.stack(sums, axis=-1).astype(np.float64)
    return Cells(total.reshape(parts, SCRAMBLES, -1), counts.reshape(parts, SCRAMBLES))


@dataclass(frozen=True)
class Along:
    """Regret along one assumption; everything else, luck included, is averaged in each part.

    Attributes:
        name: of the assumption.
        ends: of the parts, one more than there are parts, in the assumption's unit.
        regrets: by option, for each part the mean worth that it forgoes, in lives, with its paired error.
    """

    name: str
    ends: tuple[float, ...]
    regrets: Mapping[str, tuple[Estimate, ...]]

    @property
    def gain(self) -> float:
        """What it is worth, in lives, to know in which part the assumption lies before an option is taken."""
        return min(sum(each.value for each in row) / len(row) for row in self.regrets.values())

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "assumption": self.name,
            "ends": list(self.ends),
            "regrets": {option: [each.to_dict() for each in of] for option, of in self.regrets.items()},
        }


def along(name: str, values: Values, worths: Mapping[str, Values], least: int) -> Along | None:
    """Cut futures by one assumption and say what each option forgoes in each part.

    Args:
        name: of the assumption.
        values: that the futures drew, shape (future,).
        worths: by option, of each future, shape (future,); futures in which one is not a number are left out.
        least: futures that a part must hold.

    Returns:
        None where a part would hold fewer.

    >>> worths = {"a": np.zeros(64), "b": np.repeat([-1.0, 3.0], 32)}
    >>> found = along("x", np.arange(64.0), worths, 2)
    >>> [each.value for each in found.regrets["a"]], [each.value for each in found.regrets["b"]]
    ([0.0, 0.0, 3.0, 3.0], [1.0, 1.0, 0.0, 0.0])
    """
    table = np.stack(list(worths.values()), axis=1)
    sound = np.isfinite(table).all(axis=1)
    if not sound.any():
        return None
    ends = np.quantile(values[sound], np.arange(PARTS + 1) / PARTS)
    part = np.where(sound, np.searchsorted(ends[1:-1], values, "right"), -1)
    if np.bincount(part[sound], minlength=PARTS).min() < least:
        return None
    value, error = cells_of(table, part, PARTS).forgone()
    regrets = {
        option: tuple(Estimate(float(value[i, column]), float(error[i, column])) for i in range(PARTS))
        for column, option in enumerate(worths)
    }
    return Along(name, tuple(float(each) for each in ends), regrets)

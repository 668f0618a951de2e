"""Regret along one assumption: what each option forgoes against the best one in each part of what could be true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from closedsky.futures.results import Estimate
from closedsky.reading.statistics import Values

PARTS = 4
"""Parts of equal size into which an assumption is cut."""


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
        None where the parts would hold too few futures.

    Source: Savage (1951), with parts of one assumption for states.

    >>> found = along("x", np.arange(8.0), {"a": np.zeros(8), "b": np.r_[-np.ones(4), np.full(4, 3.0)]}, 2)
    >>> [each.value for each in found.regrets["a"]], [each.value for each in found.regrets["b"]]
    ([0.0, 0.0, 3.0, 3.0], [1.0, 1.0, 0.0, 0.0])
    """
    table = np.stack(list(worths.values()), axis=1)
    sound = np.isfinite(table).all(axis=1)
    table, values = table[sound], values[sound]
    if not len(table):
        return None
    ends = np.quantile(values, np.arange(PARTS + 1) / PARTS)
    part = np.searchsorted(ends[1:-1], values, "right")
    if np.bincount(part, minlength=PARTS).min() < least:
        return None
    columns = [_forgone(table[part == i]) for i in range(PARTS)]
    regrets = {option: tuple(column[i] for column in columns) for i, option in enumerate(worths)}
    return Along(name, tuple(float(each) for each in ends), regrets)


def _forgone(table: Values) -> list[Estimate]:
    """What each option forgoes on average against the one that is best on average; shape (future, option)."""
    apart = table[:, [int(table.mean(axis=0).argmax())]] - table
    error = apart.std(axis=0) / np.sqrt(len(apart))
    return [Estimate(float(mean), float(of)) for mean, of in zip(apart.mean(axis=0), error, strict=True)]

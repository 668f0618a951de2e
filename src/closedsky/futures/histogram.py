"""Mergeable histograms: quantiles of series without keeping the series.

Bins are even in log(1 + x / scale): even for small values, geometric for large ones, so the relative error of a large
quantile is about the bin's width (the idea of Masson, Rim & Lee 2019, DDSketch, with bins that begin at zero).
Values are never negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 1024
TOP = 16.0  # log(1 + x / scale) up to this: x up to 8.9 million scales, in bins 1.6 % wide


@dataclass
class Histogram:
    """Counts by bin for many cells at once.

    Attributes:
        counts: shape (cells, BINS).
        scale: below about this value bins are even.
        totals: sum of values by cell, for means.
    """

    counts: NDArray[np.int32]
    totals: NDArray[np.float64]
    scale: float

    @classmethod
    def empty(cls, cells: int, scale: float) -> Histogram:
        """Return a histogram of nothing."""
        return cls(np.zeros((cells, BINS), np.int32), np.zeros(cells), scale)

    def add(self, values: NDArray[np.float32]) -> None:
        """Count values, shape (cells, n)."""
        place = np.log(1.0 + values.astype(np.float32) * np.float32(1.0 / self.scale), dtype=np.float32)
        index = np.minimum((place * np.float32(BINS / TOP)).astype(np.int32), BINS - 1)
        cells = np.arange(len(values), dtype=np.int32)[:, None] * BINS
        counts = np.bincount((index + cells).ravel(), minlength=self.counts.size)
        self.counts += counts.reshape(self.counts.shape).astype(np.int32)
        self.totals += values.sum(axis=1, dtype=np.float64)

    def merge(self, other: Histogram) -> None:
        """Add another histogram of the same cells."""
        self.counts += other.counts
        self.totals += other.totals

    def quantile(self, q: float) -> NDArray[np.float64]:
        """Return the quantile of each cell, shape (cells,): the middle of the bin it falls in, 0 in the first."""
        cumulative = np.cumsum(self.counts, axis=1)
        total = cumulative[:, -1:]
        index = (cumulative < np.ceil(np.maximum(q * total, 1))).sum(axis=1)
        return np.asarray(np.where(index > 0, np.expm1((index + 0.5) * (TOP / BINS)), 0.0) * self.scale)

    def mean(self) -> NDArray[np.float64]:
        """Return the mean of each cell, shape (cells,)."""
        return np.asarray(self.totals / np.maximum(self.counts.sum(axis=1), 1))

"""Sobol' indices: which share of the variance of an outcome each input explains, alone and with all others.

First order ``S_i = V[E(Y|x_i)] / V``, total order ``T_i = E[V(Y|x_~i)] / V`` (Sobol' 1993; Homma & Saltelli 1996), by
the estimators of Saltelli et al. (2010) and Jansen (1999) on two matrices A and B and those of A with one input, or
one group of inputs, taken from B. They split the variance only where inputs are independent.

Where runs have luck besides, A and those made of it open the same envelopes and B opens others. Then what luck adds to
every run of a pair cancels in a total index, and a first-order index holds nothing of it (a pair of runs from A and B
shares inputs only); a run of A with other luck gives the share of luck itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.reading.statistics import plain

Values = NDArray[np.float64]

RESAMPLES = 100
"""Bootstrap resamples of the runs."""

ROWS_AT_ONCE = 16_384
"""Runs whose weights are held at once."""


@dataclass(frozen=True, eq=False)
class Indices:
    """Indices with the standard error of the bootstrap.

    Attributes:
        names: inputs, or groups of them.
        first, total: shape (name,).
        first_error, total_error: shape (name,).
        mean, variance: of the outcome.
        luck: share of the variance that luck explains alone and with inputs, which knowing every input would leave
            (law of total variance), with its error; None where no run with other luck was given.
        runs: rows of each matrix that were used.
        left_out: rows of which some run gave no number.
    """

    names: tuple[str, ...]
    first: Values
    total: Values
    first_error: Values
    total_error: Values
    mean: float
    variance: float
    luck: tuple[float, float] | None
    runs: int
    left_out: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "indices": {
                name: {
                    "first": plain(float(self.first[i])),
                    "first_error": plain(float(self.first_error[i])),
                    "total": plain(float(self.total[i])),
                    "total_error": plain(float(self.total_error[i])),
                }
                for i, name in enumerate(self.names)
            },
            "mean": self.mean,
            "variance": self.variance,
            "luck": None if self.luck is None else {"value": plain(self.luck[0]), "error": plain(self.luck[1])},
            "runs": self.runs,
            "left_out": self.left_out,
        }


class Undecided(ValueError):
    """Nothing can be said of what decides an outcome; the message is one line."""


class Constant(Undecided):
    """An outcome that never varies has no variance to split."""


class TooOpen(Undecided):
    """Hardly any run gave a number."""


def sobol(
    names: Sequence[str],
    a: Values,
    b: Values,
    mixed: Values,
    other_luck: Values | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Indices:
    """Return Sobol' indices from the runs of a radial design.

    Args:
        names: inputs, or groups of them.
        a: the outcome of the rows of matrix A, shape (row,); NaN where a run failed.
        b: of those of B.
        mixed: of A with each input, or group, taken from B, shape (name, row); opening the envelopes of A.
        other_luck: of A with other envelopes, shape (row,); None where there is no luck.
        seed: of the bootstrap; 0 is a seed like any other.
        resamples: of the bootstrap.

    Returns:
        The indices.

    Raises:
        Constant: the outcome does not vary.
        TooOpen: fewer than two rows without a missing run.
        ValueError: shapes that do not agree.
    """
    a, b, mixed = (np.asarray(each, np.float64) for each in (a, b, mixed))
    if a.ndim != 1 or b.shape != a.shape or mixed.shape != (len(names), len(a)):
        raise ValueError("a and b must have one value for each row, mixed one for each name and row")
    known = np.isfinite(a) & np.isfinite(b) & np.isfinite(mixed).all(axis=0)
    if other_luck is not None:
        known &= np.isfinite(other_luck)
    rows = int(known.sum())
    if rows < 2:
        raise TooOpen(f"{rows} rows without a missing run are too few")
    a, b, mixed = a[known], b[known], mixed[:, known]
    centre = float(np.concatenate([a, b]).mean())
    scale = float(np.concatenate([a, b]).std())
    if scale == 0.0 or not np.isfinite(scale):
        raise Constant("the outcome is the same in every run: there is no variance to split")
    a, b, mixed = (a - centre) / scale, (b - centre) / scale, (mixed - centre) / scale
    count = len(names)
    # Every index is a ratio of two sums over rows: one product with the weights of a resample gives them all.
    terms = np.empty((2 * count + 3, rows))
    terms[:count] = b * (mixed - a)
    terms[count : 2 * count] = 0.5 * (a - mixed) ** 2
    terms[2 * count] = a + b
    terms[2 * count + 1] = a**2 + b**2
    terms[2 * count + 2] = 0.0
    if other_luck is not None:
        terms[2 * count + 2] = 0.5 * (a - (np.asarray(other_luck, np.float64)[known] - centre) / scale) ** 2
    sums = np.vstack([terms.sum(axis=1), _resampled(terms, seed, resamples)])
    share = sums[:, :-3] / rows
    variance = sums[:, -2] / (2 * rows) - (sums[:, -3] / (2 * rows)) ** 2
    usable = variance > 0.0  # a resample may lack every row in which something happened
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(usable[:, None], share / variance[:, None], np.nan)
        lucky = np.where(usable, sums[:, -1] / rows / variance, np.nan)
    enough = usable[1:].sum() > max(1, resamples // 2)
    errors = np.nanstd(shares[1:], axis=0, ddof=1) if enough else np.full(2 * count, np.nan)
    luck_error = float(np.nanstd(lucky[1:], ddof=1)) if enough else float("nan")
    return Indices(
        tuple(names),
        shares[0, :count],
        shares[0, count:],
        errors[:count],
        errors[count:],
        centre,
        scale**2,
        None if other_luck is None else (float(lucky[0]), luck_error),
        rows,
        int((~known).sum()),
    )


def _resampled(terms: Values, seed: int, resamples: int) -> Values:
    """Sums of each term over resamples of the rows, shape (resample, term)."""
    rows = terms.shape[1]
    rng = np.random.default_rng([seed, 0x50B0])
    sums = np.zeros((resamples, len(terms)))
    # How often each row is drawn: a multinomial, block by block of rows, so that no array of rows x resamples is held.
    left = np.full(resamples, rows)
    for first in range(0, rows, ROWS_AT_ONCE):
        size = min(ROWS_AT_ONCE, rows - first)
        here = rng.binomial(left, min(size / (rows - first), 1.0))
        left = left - here
        weights = np.stack([np.bincount(rng.integers(0, size, each), minlength=size) for each in here])
        sums += weights.astype(np.float64) @ terms[:, first : first + size].T
    return sums

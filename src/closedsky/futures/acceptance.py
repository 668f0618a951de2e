"""How well one future agrees with one thing on record: an acceptance probability, in logarithms.

A future whose run gives m would be accepted with the probability that the truth, m times an error of the model, would
have been recorded as it was (Wilkinson 2013): observation error and declared discrepancy together. With it, the
accepted futures are a sample from a posterior, and not merely futures that were not ruled out. Discrepancy and error
are standard deviations of a logarithm, so that no unit matters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.cases.acceptance import is_few
from closedsky.cases.recorded import QUANTITIES, Recorded, bounds

Values = NDArray[np.float64]

MISSED = -50.0
"""Lowest logarithm of an acceptance probability: a future that can't have been so. Finite, so that a sampler that
approaches the record by degrees can begin from futures that contradict it; one in 10^21 counts as never."""

LOG_MEANS = np.arange(-52.0, 30.0, 0.02)
"""Logarithms of expected numbers at which the acceptance of a small count is tabulated; beyond, it is 0 or 1."""

REACH = 8.0  # standard deviations of a discrepancy that are integrated over


def log_acceptance(entry: Recorded, values: Values) -> Values:
    """Logarithm of the probability that futures would be accepted for one item, 0 for the best possible.

    Args:
        entry: the item, with what it accepts (`entry.accept`).
        values: what each future says of it, shape (future,); NaN where it says nothing.

    Returns:
        Shape (future,), from `MISSED` to 0.

    Raises:
        ValueError: the item accepts nothing.

    Example:
        >>> march = Recorded.model_validate({
        ...     "label": "x", "unit": "persons", "quantity": "killed", "from": "2022-03-01", "to": "2022-03-31",
        ...     "statistic": "sum", "kind": "between", "low": 3378.0, "high": 4289.0, "basis": "measured",
        ...     "evidence": ["x"], "accept": {"discrepancy": 0.25, "reason": "x"}})
        >>> log_acceptance(march, np.array([3800.0, 2000.0, np.nan])).round(2)
        array([ -0.  ,  -3.07, -50.  ])
    """
    if entry.accept is None:
        raise ValueError("the item is kept for checking and accepts nothing")
    values = np.asarray(values, np.float64)
    known = np.isfinite(values)
    found = np.full(values.shape, MISSED)
    if entry.yes_or_no:
        doubt = max(float(entry.accept.discrepancy), float(np.exp(MISSED)))
        found[known] = np.where(values[known] == entry.value, 0.0, np.log(doubt / (1.0 - doubt)))
        return np.asarray(np.maximum(found, MISSED))
    low, high = bounds(entry)
    compared = QUANTITIES[str(entry.quantity)]
    if is_few(entry, compared):
        found[known] = _few(low, high, entry.accept.discrepancy)(values[known])
    else:
        spread = entry.accept.discrepancy**2 + (entry.accept.error or 0.0) ** 2
        spread += 1.0 / _middle(low, high) if compared.whole else 0.0
        with np.errstate(divide="ignore"):
            logs = np.log(np.maximum(values[known], 0.0))
            found[known] = _between(logs, np.log(low), np.log(high), np.sqrt(spread))
    return np.asarray(np.clip(found, MISSED, 0.0))


def _middle(low: float, high: float) -> float:
    """A count by which the scatter of a large count is judged."""
    return low if not np.isfinite(high) else high if low <= 0 else float(np.sqrt(low * high))


def _between(x: Any, low: Any, high: Any, spread: float) -> Values:
    """Logarithm of the normal probability that x plus an error lies between two ends, 0 at the middle."""
    if low == high:
        return np.asarray(-0.5 * ((x - low) / spread) ** 2)
    if np.isinf(low) or np.isinf(high):
        return np.asarray(special.log_ndtr((x - low) / spread if np.isinf(high) else (high - x) / spread))
    # The lower tail is the one that floating point knows: mirror whatever lies above the middle.
    distance = np.abs(x - 0.5 * (low + high))
    half = 0.5 * (high - low)
    upper, lower = (half - distance) / spread, (-half - distance) / spread
    with np.errstate(invalid="ignore"):
        found = special.log_ndtr(upper) + np.log1p(-np.exp(special.log_ndtr(lower) - special.log_ndtr(upper)))
    best = np.log(special.erf(half / spread / np.sqrt(2.0)))
    return np.asarray(np.where(np.isfinite(found), found, -np.inf) - best)


@lru_cache(maxsize=64)
def _few(low: float, high: float, discrepancy: float) -> Callable[[Values], Values]:
    """Logarithm of the probability that a small count lies between two ends, by its expected number; 0 at the best."""
    first, last = np.ceil(low), np.floor(high)
    if first > last:  # no whole number lies between: a count of four, of which nine tenths are reported
        first, last = last, first
    # The trapezoidal rule is all but exact once it is finer than a count of ten scatters, a third in logarithms.
    step = min(0.5, 0.4 / discrepancy)
    nodes = step * np.arange(-np.ceil(REACH / step), np.ceil(REACH / step) + 1.0)
    weight = np.exp(-0.5 * nodes**2)
    logs = LOG_MEANS[:, None] + discrepancy * nodes
    means = np.exp(logs)
    if np.isinf(last):
        share = special.pdtrc(first - 1.0, means)
    else:  # summed up, as the difference of two shares near 1 would lose what is rare
        share = sum(np.exp(k * logs - means - special.gammaln(k + 1.0)) for k in np.arange(first, last + 1.0))
    with np.errstate(divide="ignore"):
        found = np.log(share @ (weight / weight.sum()))
    found -= 0.0 if np.isinf(last) else found.max()

    def law(mean: Values) -> Values:
        with np.errstate(divide="ignore"):
            return np.asarray(np.interp(np.log(np.maximum(mean, 0.0)), LOG_MEANS, np.maximum(found, MISSED)))

    return law

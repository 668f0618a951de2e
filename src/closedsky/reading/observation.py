"""What a thing that can be recorded would tell about whose position is right, and where it would leave two people.

Both positions' futures are simulated with the same points and luck, each giving a number for every entry of the
record; what was really recorded is not looked at. Information is the Jensen-Shannon divergence of the two predictive
distributions (Lin 1991): what one look tells, in bits, of which of the two it was drawn from if both are as likely
beforehand; 0 where they predict the same, 1 where they have nothing in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import Estimate
from closedsky.reading.preference import told
from closedsky.reading.statistics import SCRAMBLES, Values

BINS = 12
"""Quantile bins of the two sets of futures together; a value that many futures share has a bin of its own."""

PERMUTED = 16
"""Permutations by which what chance alone gives is taken off."""

LEAST = 8
"""Futures of a person in a bin, below which that person learns nothing there."""


@dataclass(frozen=True)
class Observed:
    """One thing that can be recorded.

    Attributes:
        key: entry of the record.
        bits: what it tells about whose position is right, less what chance alone gives.
        moved: expected change, in lives, of the distance between the two once each has learnt it; below 0 together.
    """

    key: str
    bits: Estimate
    moved: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"item": self.key, "bits": self.bits.to_dict(), "distance_change": self.moved.to_dict()}


Codes = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Bins of two sets of futures, shape (future,) each."""


def observe(values: Mapping[str, tuple[Values, Values]], a: Values, b: Values, seed: int = 0) -> tuple[Observed, ...]:
    """Say of each recordable thing what it would tell, the most telling first.

    Args:
        values: by entry, what either person's futures say, shape (future,) each; NaN where a future says nothing.
        a: worth of one option less that of another to the first person in each of the same futures, shape (future,).
        b: to the second person.
        seed: of the permutations; 0 is a seed like any other.
    """
    sound = np.isfinite(a) & np.isfinite(b)
    net = np.arange(len(a)) % SCRAMBLES
    found = []
    for place, (key, (first, second)) in enumerate(values.items()):
        codes = bins(first[sound], second[sound])
        random = np.random.default_rng([seed, place])
        found.append(
            Observed(key, _bits(codes, net[sound], random), _moved(codes, a[sound], b[sound], net[sound], random))
        )
    return tuple(sorted(found, key=lambda each: -each.bits.value))


def divergence(first: Values, second: Values) -> float:
    """Jensen-Shannon divergence, in bits, of two distributions given by counts over the same bins.

    >>> divergence(np.array([1.0, 0.0]), np.array([0.0, 1.0])), divergence(np.array([2.0, 2.0]), np.array([1.0, 1.0]))
    (1.0, 0.0)
    """
    p, q = first / first.sum(), second / second.sum()
    return _entropy((p + q) / 2.0) - (_entropy(p) + _entropy(q)) / 2.0


def bins(first: Values, second: Values) -> Codes:
    """Common bins of two sets of futures: codes from 0 on; those that say nothing share one of their own."""
    both = np.concatenate([first, second])
    defined = both[np.isfinite(both)]
    codes = np.full(len(both), -1, np.intp)
    if len(defined):
        edges = np.unique(np.quantile(defined, np.arange(1, BINS) / BINS))
        below, upto = (np.searchsorted(edges, both, side) for side in ("left", "right"))
        codes = np.where(np.isfinite(both), below + upto, -1)
    _, codes = np.unique(codes, return_inverse=True)
    return codes[: len(first)], codes[len(first) :]


def _entropy(p: Values) -> float:
    inside = p[p > 0]
    return float(-np.sum(inside * np.log2(inside)))


def _bits(codes: Codes, net: NDArray[np.intp], random: np.random.Generator) -> Estimate:
    first, second = codes
    size = int(max(first.max(), second.max())) + 1
    by_net = [_sums(each, net, np.ones(len(each)), size) for each in codes]
    whole = divergence(*(each.sum(axis=0) for each in by_net))
    without = [divergence(*(each.sum(axis=0) - each[left] for each in by_net)) for left in range(SCRAMBLES)]
    chance = []
    for _ in range(PERMUTED):  # which of the two a future belongs to, exchanged at random within each pair
        swap = random.random(len(first)) < 0.5
        mixed = np.where(swap, second, first), np.where(swap, first, second)
        chance.append(divergence(*(np.bincount(each, minlength=size).astype(float) for each in mixed)))
    return Estimate(whole - float(np.mean(chance)), _jackknife(without))


def _moved(
    codes: Codes,
    a: Values,
    b: Values,
    net: NDArray[np.intp],
    random: np.random.Generator,
) -> Estimate:
    size = int(max(each.max() for each in codes)) + 1

    def sums(of: Codes) -> tuple[list[Values], list[Values]]:
        counts = [_sums(each, net, np.ones(len(each)), size) for each in of]
        return counts, [_sums(each, net, worth, size) for each, worth in zip(of, (a, b), strict=True)]

    counts, totals = sums(codes)
    whole = _distance([each.sum(axis=0) for each in counts], [each.sum(axis=0) for each in totals])
    without = [
        _distance(
            [each.sum(axis=0) - each[left] for each in counts], [each.sum(axis=0) - each[left] for each in totals]
        )
        for left in range(SCRAMBLES)
    ]
    chance = []
    for _ in range(PERMUTED):
        order = random.permutation(len(a))
        mixed = sums((codes[0][order], codes[1][order]))
        chance.append(_distance(*([each.sum(axis=0) for each in part] for part in mixed)))
    before = abs(float(np.mean(a) - np.mean(b)))
    known = [abs(float(np.mean(a[net != left]) - np.mean(b[net != left]))) for left in range(SCRAMBLES)]
    moved = [each - now for each, now in zip(without, known, strict=True)]
    floor = float(np.mean(chance)) - before  # noise alone makes a distance in bins look longer
    return Estimate(whole - before - floor, _jackknife(moved))


def _distance(count: list[Values], total: list[Values]) -> float:
    """Expected distance between two people over what they may see, each as likely to be right as the other."""
    shares = [each / each.sum() for each in count]
    known = []
    for seen, sums in zip(count, total, strict=True):
        usual = sums.sum() / seen.sum()
        known.append(np.where(seen >= LEAST, sums / np.maximum(seen, 1.0), usual))
    return float(np.sum((shares[0] + shares[1]) / 2.0 * np.abs(known[0] - known[1])))


def _sums(codes: NDArray[np.intp], net: NDArray[np.intp], values: Values, size: int) -> Values:
    """Sums by net and bin, shape (net, bin)."""
    return np.asarray(np.bincount(net * size + codes, values, SCRAMBLES * size).reshape(SCRAMBLES, size), np.float64)


def _jackknife(without: list[float]) -> float:
    """Standard error from leaving out one net at a time (Tukey 1958)."""
    count = len(without)
    return float(np.sqrt((count - 1) / count * np.sum((np.array(without) - np.mean(without)) ** 2)))


def together(found: tuple[Observed, ...]) -> Observed | None:
    """What would bring two people together most, of what can be told from chance."""
    held = [each for each in found if told(each.moved) and each.moved.value < 0]
    return min(held, key=lambda each: each.moved.value) if held else None


def apart(found: tuple[Observed, ...]) -> Observed | None:
    """What would move two people apart most, of what can be told from chance."""
    held = [each for each in found if told(each.moved) and each.moved.value > 0]
    return max(held, key=lambda each: each.moved.value) if held else None

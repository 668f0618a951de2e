"""How much of what options change goes with one assumption alone, and with assumptions of which basis.

A quick measure, for an order and for what is said beside every copy of a number; `closedsky explore` has better ones.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.results import Results
from closedsky.reading.measures import LIVES
from closedsky.reading.statistics import distinct
from closedsky.reading.words import percent

PARTS = 16
"""Parts of equal size into which an assumption's values are cut to see what goes with them."""

Values = NDArray[np.float64]


def influence(results: Mapping[str, Results], values: Values) -> dict[str, float]:
    """Say how much of what options change goes with each assumption alone.

    Args:
        results: every option, by path to general war.
        values: assumptions of the same futures, shape (future, assumption), in the order of the case.

    Returns:
        By assumption, the mean over options and paths of the correlation ratio (Pearson 1905) of the rank of lives
        saved, less what PARTS parts would give by chance; not below 0. Futures that are there several times, as those
        that a slider of the live page weighs, count for chance as the fewer that they are worth (`distinct`).
    """
    first = next(iter(results.values()))
    effects = [
        each.values(LIVES, option) for each in results.values() for option in each.options if option != each.reference
    ]
    if not effects:
        return dict.fromkeys(first.case.assumptions, 0.0)
    ranks = np.stack([_ranks(effect) for effect in effects])
    whole = ranks.var(axis=1)
    chance = (PARTS - 1) / max(distinct(values) - 1.0, 1.0)
    found = {}
    for i, name in enumerate(first.case.assumptions):
        ordered = ranks[:, np.argsort(values[:, i], kind="stable")]
        parts = np.array_split(ordered, PARTS, axis=1)
        middle = ranks.mean(axis=1)
        between = sum(part.shape[1] * (part.mean(axis=1) - middle) ** 2 for part in parts) / ranks.shape[1]
        ratios = np.divide(between, whole, out=np.zeros(len(whole)), where=whole > 0.0)
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
    named = [f"{percent(share)} {basis}" for share, basis in told]
    rest = 1.0 - sum(shares.values())
    if rest < 0.0:
        named.append("what moves together counted with each")
    else:
        named.append(f"{percent(rest)} luck or several together")
    return f"Of the spread of lives saved, by rank: {', '.join(named)}"


def _ranks(values: Values) -> Values:
    """Ranks, those of equal values at random but always the same; what is not a number stands in the middle."""
    filled = np.where(np.isfinite(values), values, np.nanmedian(values) if np.isfinite(values).any() else 0.0)
    order = np.lexsort((np.random.default_rng(0).permutation(len(filled)), filled))
    ranks = np.empty(len(filled))
    ranks[order] = np.arange(len(filled))
    return ranks

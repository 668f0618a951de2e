"""What decides in words: what is asked, what an input rests on and how far it ranges."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from scipy import special

from closedsky.cases.schema import BASIS_MEANING, Case
from closedsky.reading.conditions import amount, inside
from closedsky.reading.exploration import GROUP, LUCK
from closedsky.reading.record import MOST as BAND
from closedsky.reading.words import figure, listed
from closedsky.showing.numbers import unit

COMMON = "common causes"
"""What a cause that several assumptions share rests on; it has no basis of its own."""


def basis_of(case: Case, name: str) -> str:
    """The basis of an assumption; one that is drawn from other campaigns is derived, or judged where there are none."""
    pooled = case.pooled.get(name)
    return case.assumptions[name].basis if pooled is None else "derived" if pooled.campaigns else "judged"


def ends_of(case: Case, name: str, view: str) -> tuple[float, float] | None:
    """Ends of an assumption's range in a view; of one with two shapes those that hold 9 in 10 draws.

    None where it is drawn from other campaigns.
    """
    entry = case.assumptions[name]
    if name in case.pooled:
        return None
    a, b = entry.then if view == "then" else entry.now
    if entry.distribution == "beta":
        return float(special.betaincinv(a, b, BAND[0])), float(special.betaincinv(a, b, BAND[1]))
    return float(a), float(b)


def about_words(case: Case, name: str, view: str, meaning: bool = True) -> str:
    """Say what an input of an analysis rests on, and how far it ranges.

    Args:
        case: its labels.
        name: of an assumption, a common cause or a relation.
        view: then or now.
        meaning: whether to say what the basis means.
    """
    if name in case.assumptions:
        basis, ends = basis_of(case, name), ends_of(case, name, view)
        words = f"{basis} ({BASIS_MEANING[basis]})" if meaning else basis
        where = "drawn from other campaigns" if ends is None else range_words(*ends, case.assumptions[name].unit)
        return f"{words}; {where}"
    if name in case.latents:
        return f"shared by {listed([inside(case.assumptions[each].label) for each in case.latents[name].members])}"
    group = name.removeprefix(GROUP)
    inner = Counter(basis_of(case, key) for key, entry in case.assumptions.items() if entry.relation == group)
    count = sum(inner.values())
    bases = [f"{inner[basis]} {basis}" for basis in BASIS_MEANING if inner[basis]]
    return f"{count} assumption{'s' * (count > 1)}: {listed(bases)}" if count else ""


def range_words(low: float, high: float, of: str) -> str:
    """Write a range with its unit once.

    >>> range_words(0.1, 0.35, "share"), range_words(2.0, 12.0, "days"), range_words(1.0, 1.0, "x")
    ('10 to 35 %', '2.0 to 12 days', '1.0 times')
    """
    first, last = (amount(each, unit(of)) for each in (low, high))
    if first == last:
        return last
    number, _, rest = first.partition(" ")
    return f"{number if last.partition(' ')[2] == rest else first} to {last}"


def share_words(value: float, error: float) -> str:
    """Write a share of the variance in percent with its standard error.

    >>> share_words(0.4012, 0.031), share_words(0.05, 0.0)
    ('40 ± 3 %', '5.0 %')
    """
    within = f" ± {figure(100.0 * error, 1)}" if error > 0.0 else ""
    return f"{figure(100.0 * value)}{within} %"


def shares_words(pairs: Sequence[tuple[float, float]]) -> str:
    """Write shares of several paths in percent, with the largest of their errors.

    >>> shares_words([(0.44, 0.036), (0.49, 0.037)]), shares_words([(0.442, 0.0)])
    ('44 to 49 % (± 4)', '44 %')
    """
    ends = list(dict.fromkeys(figure(100.0 * value) for value in sorted(value for value, _ in pairs)))
    error = max(error for _, error in pairs)
    if len(ends) == 1:
        return share_words(pairs[0][0], error)
    return f"{ends[0]} to {ends[-1]} %{f' (± {figure(100.0 * error, 1)})' if error > 0.0 else ''}"


def by_basis(case: Case, rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[float, float]]:
    """Share of all totals that are told from nothing by basis, with its error, as if errors were independent.

    Args:
        case: the bases.
        rows: of an analysis, each with `input`, `total`, `error` and `told`; luck is left out.
    """
    told = [row for row in rows if row["told"] and row["input"] != LUCK]
    whole = sum(row["total"] for row in told)
    shares: dict[str, tuple[float, float]] = {}
    bases = [basis_of(case, row["input"]) if row["input"] in case.assumptions else COMMON for row in told]
    for basis in dict.fromkeys(bases):
        share = sum(row["total"] for row, of in zip(told, bases, strict=True) if of == basis) / whole
        # The error of a ratio: a total of this basis moves it up, any other moves it down.
        slopes = [(1.0 - share if of == basis else -share) / whole for of in bases]
        error = math.sqrt(sum((slope * row["error"]) ** 2 for slope, row in zip(slopes, told, strict=True)))
        shares[basis] = (share, error)
    return shares

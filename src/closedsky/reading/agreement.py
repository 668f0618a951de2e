"""The smallest thing that two people would have to agree on to prefer the same option."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from closedsky.reading.preference import VALUES, Means, Preference, best_of, differ, prefer
from closedsky.reading.statistics import Values
from closedsky.reading.worth import Weights

LARGEST = 3
"""Largest set that is tried."""

CHECKED = 4
"""Sets of one size that are checked on all futures."""


@dataclass(frozen=True)
class Agreed:
    """What two people prefer once they agree on a set.

    Attributes:
        items: assumptions, `structure` or `values`.
        as_a: what the second prefers when both hold the first's on the set.
        as_b: what the first prefers when both hold the second's.
        ends_as_a, ends_as_b: whether both then prefer the same option.
        close: whether one of these preferences cannot be told apart from its runner-up.
    """

    items: tuple[str, ...]
    as_a: str
    as_b: str
    ends_as_a: bool
    ends_as_b: bool
    close: bool

    @property
    def both_ways(self) -> bool:
        """Whether it ends the disagreement whoever gives way."""
        return self.ends_as_a and self.ends_as_b

    @property
    def one_way(self) -> bool:
        """Whether it ends it if one of them gives way."""
        return self.ends_as_a or self.ends_as_b

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "items": list(self.items),
            "second_then_prefers": self.as_a,
            "first_then_prefers": self.as_b,
            "ends_as_first_holds": self.ends_as_a,
            "ends_as_second_holds": self.ends_as_b,
            "close": self.close,
        }


@dataclass(frozen=True)
class Agreement:
    """What would end a disagreement.

    Attributes:
        smallest: sets of the smallest size that end it both ways; where no set of up to three does, those of the
            smallest size that end it one way; empty where none does.
        singles: every single thing that the two differ in, and what they would prefer once they agree on it; empty
            where they prefer the same option already.
        skipped: mixtures that could not be had, because reweighted futures were worth too few for them.
    """

    smallest: tuple[Agreed, ...]
    singles: tuple[Agreed, ...]
    skipped: int = 0

    @property
    def both_ways(self) -> bool:
        """Whether the smallest sets end it whoever gives way."""
        return bool(self.smallest) and self.smallest[0].both_ways

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "smallest": [each.to_dict() for each in self.smallest],
            "both_ways": self.both_ways,
            "largest_tried": LARGEST,
            "mixtures_skipped": self.skipped,
            "singles": [each.to_dict() for each in self.singles],
        }


class _Tables:
    """Means of mixtures, each computed once; what cannot be computed is None."""

    def __init__(self, means: Means, options: Sequence[str]) -> None:
        self._means, self._options = means, tuple(options)
        self._kept: dict[frozenset[str], Values | None] = {}

    @property
    def missing(self) -> int:
        return sum(each is None for each in self._kept.values())

    def __call__(self, at_a: frozenset[str]) -> Values | None:
        if at_a not in self._kept:
            try:
                self._kept[at_a] = self._means(at_a, self._options)
            except ValueError:  # reweighted futures worth too few
                self._kept[at_a] = None
        return self._kept[at_a]


def agree(
    means: Means,
    options: Sequence[str],
    items: Sequence[str],
    weights: tuple[Weights, Weights],
    preferred: tuple[Preference, Preference],
    coarse: Means | None = None,
) -> Agreement:
    """Search singles, pairs and triples for the smallest set that would end a disagreement if it were agreed.

    A set ends it both ways if the two then prefer the same option, both when both hold the first's on it and when
    both hold the second's. Nobody's own preference changes by being adopted.

    Args:
        means: mixtures of the two positions.
        options: ids, in the order of the tables.
        items: what they differ in, but for the weights.
        weights: of the first and the second person.
        preferred: what either prefers now.
        coarse: the same mixtures over fewer futures, on which sets of two and three are tried before what they find
            is checked on all; `means` itself where None.
    """
    everything = [*items, *([VALUES] if differ(*weights) else [])]
    fine = _Tables(means, options)
    rough = _Tables(coarse, options) if coarse is not None else fine
    if preferred[0].best == preferred[1].best:
        return Agreement((), ())  # there is nothing to end
    singles = (_checked(fine, options, items, (item,), weights, preferred) for item in everything)
    known = {each.items: each for each in singles if each is not None}
    one_way: tuple[Agreed, ...] = ()
    for size in range(1, min(LARGEST, len(everything)) + 1):
        tried = [chosen for chosen in combinations(everything, size)]
        if size == 1:
            checked = [known[chosen] for chosen in tried if chosen in known]
        else:
            likely = _likely(rough, options, items, tried, weights, preferred, bool(one_way))
            found = (_checked(fine, options, items, chosen, weights, preferred) for chosen in likely)
            checked = [each for each in found if each is not None]
        if both := tuple(each for each in checked if each.both_ways):
            return Agreement(both, tuple(known.values()), rough.missing)
        one_way = one_way or tuple(each for each in checked if each.one_way)
    return Agreement(one_way, tuple(known.values()), rough.missing)


def _mixed(
    items: Sequence[str], chosen: Sequence[str], weights: tuple[Weights, Weights]
) -> tuple[tuple[frozenset[str], Weights], tuple[frozenset[str], Weights]]:
    """The second person holding the first's on a set, and the first holding the second's: facts and weights."""
    facts, values = frozenset(chosen) - {VALUES}, VALUES in chosen
    second = facts, weights[0] if values else weights[1]
    first = frozenset(items) - facts, weights[1] if values else weights[0]
    return second, first


def _checked(
    tables: _Tables,
    options: Sequence[str],
    items: Sequence[str],
    chosen: tuple[str, ...],
    weights: tuple[Weights, Weights],
    preferred: tuple[Preference, Preference],
) -> Agreed | None:
    second, first = _mixed(items, chosen, weights)
    one, other = tables(second[0]), tables(first[0])
    if one is None or other is None:
        return None
    as_a, as_b = prefer(one, options, second[1]), prefer(other, options, first[1])
    return Agreed(
        chosen, as_a.best, as_b.best, as_a.best == preferred[0].best, as_b.best == preferred[1].best,
        not (as_a.told and as_b.told),
    )  # fmt: skip


def _likely(
    tables: _Tables,
    options: Sequence[str],
    items: Sequence[str],
    tried: Sequence[tuple[str, ...]],
    weights: tuple[Weights, Weights],
    preferred: tuple[Preference, Preference],
    only_both: bool,
) -> Iterator[tuple[str, ...]]:
    """Sets that seem to end it both ways, and only where there are none, one way; a few of them."""
    ends: Mapping[tuple[str, ...], tuple[bool, bool]] = {
        chosen: found for chosen in tried if (found := _rough(tables, options, items, chosen, weights, preferred))
    }
    both = [chosen for chosen, (a, b) in ends.items() if a and b]
    one = [] if both or only_both else [chosen for chosen, (a, b) in ends.items() if a or b]
    yield from (both or one)[:CHECKED]


def _rough(
    tables: _Tables,
    options: Sequence[str],
    items: Sequence[str],
    chosen: tuple[str, ...],
    weights: tuple[Weights, Weights],
    preferred: tuple[Preference, Preference],
) -> tuple[bool, bool] | None:
    second, first = _mixed(items, chosen, weights)
    one, other = tables(second[0]), tables(first[0])
    if one is None or other is None:
        return None
    return (
        best_of(one, options, second[1]) == preferred[0].best,
        best_of(other, options, first[1]) == preferred[1].best,
    )

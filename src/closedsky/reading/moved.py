"""What a record moved, and what it did not: every assumption, common cause and envelope before and after.

Futures drawn before the record was looked at are the measure: each value is read as its rank among them, and the rank
as a standard normal number, so that no unit and no shape of a range matters. Whether something moved is asked of the
value and not of the number that it was drawn from: what no entry depends on may still move with what it is tied to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import special

from closedsky.cases.schema import Case
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.results import Estimate
from closedsky.reading.coordinate_words import luck_words, relation_words
from closedsky.reading.statistics import HIGH, LOW, SCRAMBLES, Values, plain

NOTABLE = 0.1
"""Shift, in standard deviations beforehand, from which something moved: a smaller one moves the middle of an even range
by less than a twenty-fifth of it."""

ERRORS = 3.0
"""Standard errors that a shift, or a change of width, must exceed: of a hundred things that stayed where they were,
fewer than one is then said to have moved."""

NARROWER = 0.9
"""Width of the middle 90 %, over that beforehand, below which something was narrowed (or widened, above its inverse):
the ranges are judged to no better than a tenth."""

TENTH = 0.1
"""Share of the futures beforehand at each end of a range."""

CROWDED = 1.0 / 3.0
"""Share of the accepted futures in such a tenth above which the range may stop too early: three times what chance
puts there, and more."""

WIDTH_SPREAD = float(
    np.sqrt(np.pi * LOW * (1.0 - 2.0 * LOW)) * np.exp(0.5 * special.ndtri(LOW) ** 2) / special.ndtri(HIGH)
)
"""Standard deviation of the middle 90 % of n independent normal numbers, over its width, times the root of n: two order
statistics with the variances and the covariance of David & Nagaraja (2003), section 10.2."""

Kind = Literal["assumption", "cause", "envelope"]


@dataclass(frozen=True)
class Band:
    """Quantiles over futures: 5, 50 and 95 %, in the unit of the quantity."""

    low: float
    median: float
    high: float

    def to_dict(self) -> dict[str, float | None]:
        """Return plain numbers."""
        return {"low": plain(self.low), "median": plain(self.median), "high": plain(self.high)}


@dataclass(frozen=True)
class Move:
    """One assumption, common cause or envelope, before the record was looked at and after.

    Attributes:
        id, kind, label, unit: which; a cause and an envelope have no unit.
        relation: of an assumption; else empty.
        idle: no entry that accepts depends on it by itself.
        aside: and yet one that was kept aside does.
        causes: labels of common causes that tie an assumption to others.
        before, after: how it is distributed, in its unit; of an envelope, what is inside.
        shift: of the mean, in standard deviations beforehand.
        width: of the middle 90 %, over that beforehand, both as normal scores.
        ends: share of the accepted futures in what were the lowest and the highest tenth beforehand.
    """

    id: str
    kind: Kind
    label: str
    unit: str
    relation: str
    idle: bool
    aside: bool
    causes: tuple[str, ...]
    before: Band
    after: Band
    shift: Estimate
    width: Estimate
    ends: tuple[float, float]

    @property
    def moved(self) -> bool:
        """Whether the record moved, narrowed or widened it by more than chance and more than a little."""
        if abs(self.shift.value) > max(NOTABLE, ERRORS * self.shift.error):
            return True
        width = self.width.value
        beyond = width < NARROWER or width > 1.0 / NARROWER
        return beyond and abs(width - 1.0) > ERRORS * self.width.error

    @property
    def silent(self) -> bool:
        """Whether what accepts says nothing of it: none depends on it, and nothing that it is tied to moved it."""
        return self.idle and not self.moved

    @property
    def size(self) -> float:
        """How far it moved, in nats: the divergence of a normal law so shifted and narrowed from the one beforehand."""
        width = max(self.width.value, np.finfo(float).tiny)
        return 0.5 * (width**2 + self.shift.value**2 - 1.0) - float(np.log(width))

    @property
    def crowded(self) -> Literal["lowest", "highest"] | None:
        """The end of its range at which the accepted futures pile up, if any."""
        low, high = self.ends
        if max(low, high) <= CROWDED:
            return None
        return "lowest" if low > high else "highest"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "id": self.id,
            "kind": self.kind,
            "label": self.label,
            "unit": self.unit,
            "relation": self.relation,
            "no_accepting_entry_depends_on_it": self.idle,
            "only_entries_kept_aside_depend_on_it": self.aside,
            "common_causes": list(self.causes),
            "before": self.before.to_dict(),
            "after": self.after.to_dict(),
            "shift": self.shift.to_dict(),
            "width": self.width.to_dict(),
            "lowest_tenth": self.ends[0],
            "highest_tenth": self.ends[1],
            "crowded": self.crowded,
            "moved": self.moved,
            "says_nothing": self.silent,
        }


@dataclass(frozen=True)
class Relation:
    """The assumptions of one relation, by what the record did to them.

    Attributes:
        id, words: its name in the case, and what it is about.
        silent: entries that accept say nothing of these.
        still: some depend on these, and yet the record hardly moved them.
        moved: the rest.
    """

    id: str
    words: str
    silent: tuple[Move, ...]
    still: tuple[Move, ...]
    moved: tuple[Move, ...]

    @property
    def untouched(self) -> tuple[Move, ...]:
        """Those of the silent on which no entry depends at all."""
        return tuple(each for each in self.silent if not each.aside)

    @property
    def aside(self) -> tuple[Move, ...]:
        """Those of the silent on which only entries kept aside depend."""
        return tuple(each for each in self.silent if each.aside)

    @property
    def of(self) -> int:
        """How many assumptions the relation has."""
        return len(self.silent) + len(self.still) + len(self.moved)

    def to_dict(self) -> dict[str, Any]:
        """Return names of assumptions."""
        groups = {
            "no_entry_depends": self.untouched,
            "only_entries_kept_aside_depend": self.aside,
            "hardly_moved": self.still,
            "moved": self.moved,
        }
        return {"relation": self.id, "words": self.words} | {k: [each.id for each in v] for k, v in groups.items()}


def normal_scores(values: Values, among: Values) -> Values:
    """Ranks among other values, as standard normal numbers.

    Args:
        values: shape (n,).
        among: the values that are the measure, shape (m,).

    Returns:
        Shape (n,), finite; 0 for every value where all are equal.

    Source: ranks to normal scores as in Blom (1958), equal values sharing the middle of their ranks.

    Example:
        >>> normal_scores(np.array([2.0, 9.0]), np.array([1.0, 2.0, 3.0])).round(2).tolist()
        [0.0, 1.15]
    """
    order = np.sort(among)
    rank = 0.5 * (np.searchsorted(order, values, "left") + np.searchsorted(order, values, "right"))
    return np.asarray(special.ndtri((rank + 0.5) / (len(order) + 1.0)))


def change(before: Values, after: Values) -> tuple[Estimate, Estimate]:
    """Shift of the mean, and width of the middle 90 % over that beforehand, with standard errors.

    Args:
        before: normal scores, shape (m,).
        after: normal scores, shape (n,).

    Example:
        >>> even = normal_scores(np.arange(99.0), np.arange(99.0))
        >>> [round(each.value, 3) for each in change(even, 1.0 + 0.5 * even)]
        [1.0, 0.5]
    """
    mean, base = (_no_better(left_out(each, np.mean), float(np.std(each)), len(each)) for each in (after, before))
    width, whole = (left_out(each, _middle) for each in (after, before))
    width, whole = (
        _no_better(of, of.value * WIDTH_SPREAD, len(each)) for of, each in ((width, after), (whole, before))
    )
    shift = Estimate(mean.value - base.value, float(np.hypot(mean.error, base.error)))
    if whole.value == 0.0:  # a person fixed it, and so it is as wide as it was
        return shift, Estimate(1.0, 0.0)
    ratio = width.value / whole.value
    return shift, Estimate(ratio, float(np.hypot(width.error, ratio * whole.error)) / whole.value)


def _no_better(found: Estimate, deviation: float, count: int) -> Estimate:
    """An estimate whose error is at least that of independent futures: that of sixteen parts is itself uncertain."""
    return Estimate(found.value, float(np.fmax(found.error, deviation / np.sqrt(count))))


def left_out(values: Values, statistic: Callable[[Values], Any]) -> Estimate:
    """A statistic of all values, with the error that leaving out one of sixteen interleaved parts at a time shows.

    Of a mean this is the spread between the parts. A band of few values has another width than one of many, so that
    parts by themselves would say too little of its error.

    Args:
        values: shape (n,).
        statistic: from an array to a number.

    Source: the grouped jackknife (Quenouille 1956; Tukey 1958).

    Example:
        >>> left_out(np.repeat([0.0, 1.0], 16), np.mean)
        Estimate(value=0.5, error=0.0)
    """
    whole = float(statistic(values))
    if len(values) < 2 * SCRAMBLES:
        return Estimate(whole, float("nan"))
    part = np.arange(len(values)) % SCRAMBLES
    without = np.array([float(statistic(values[part != each])) for each in range(SCRAMBLES)])
    return Estimate(whole, float(np.sqrt((SCRAMBLES - 1) * without.var())))


def moves(found: Conditioned) -> tuple[Move, ...]:
    """Read what the record moved off accepted futures and those drawn before: assumptions, causes, envelopes.

    Args:
        found: what the record allows (`closedsky.futures.conditioning.condition`).

    Returns:
        One entry for each coordinate, in their order.
    """
    case, idle, aside = found.case, set(found.idle), set(found.aside)
    entries = []
    for name in found.names:
        kind, label, unit, relation = _about(case, name)
        before, after = (_values(found, kind, name, each) for each in (True, False))
        scores = normal_scores(after, before)
        shift, width = change(normal_scores(before, before), scores)
        low, high = special.ndtri(TENTH), special.ndtri(1.0 - TENTH)
        entries.append(
            Move(
                id=name,
                kind=kind,
                label=label,
                unit=unit,
                relation=relation,
                idle=name in idle,
                aside=name in aside,
                causes=tuple(latent.label for latent in case.latents.values() if name in latent.members),
                before=_band(before),
                after=_band(after),
                shift=shift,
                width=width,
                ends=(float(np.mean(scores < low)), float(np.mean(scores > high))),
            )
        )
    return tuple(entries)


def by_relation(case: Case, found: tuple[Move, ...]) -> tuple[Relation, ...]:
    """Group assumptions by relation, those first of which the record moved the smallest share.

    Args:
        case: the case.
        found: what the record moved.
    """
    assumptions = [each for each in found if each.kind == "assumption"]
    groups = []
    for name in dict.fromkeys(entry.relation for entry in case.assumptions.values()):
        own = [each for each in assumptions if each.relation == name]
        moved = tuple(each for each in own if each.moved)
        silent = tuple(each for each in own if each.silent)
        still = tuple(each for each in own if not each.moved and not each.silent)
        groups.append(Relation(name, relation_words(name), silent, still, moved))
    # Of equal shares the one first of which the record says least; the order of the case decides between the rest.
    return tuple(sorted(groups, key=lambda each: (len(each.moved) / each.of, -len(each.silent) / each.of)))


def label_of(case: Case, name: str) -> str:
    """Say which coordinate, or which item of the record, a watched quantity is (`Conditioned.watched`)."""
    key = name.removeprefix("recorded: ")
    if key != name and key in case.recorded:
        return case.recorded[key].label
    return _about(case, name)[1]


def _about(case: Case, name: str) -> tuple[Kind, str, str, str]:
    """Kind, label, unit and relation of a coordinate."""
    if name in case.assumptions:
        entry = case.assumptions[name]
        return "assumption", entry.label, entry.unit, entry.relation
    if name in case.latents:
        return "cause", case.latents[name].label, "", ""
    return "envelope", luck_words(name), "", ""


def _values(found: Conditioned, kind: Kind, name: str, before: bool) -> Values:
    drawn = found.before if before else found.accepted
    if kind == "assumption":
        return drawn.assumptions[:, list(found.case.assumptions).index(name)]
    if kind == "cause":
        return found.coordinate(name, before)
    first = len(found.case.assumptions) + len(found.case.latents)
    return np.asarray(drawn.envelopes[found.names.index(name) - first], np.float64)


def _middle(scores: Values) -> float:
    """Width of the middle 90 %."""
    low, high = np.quantile(scores, [LOW, HIGH])
    return float(high - low)


def _band(values: Values) -> Band:
    return Band(*(float(each) for each in np.quantile(values, [LOW, 0.5, HIGH])))

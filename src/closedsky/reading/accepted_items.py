"""Items of the record by which futures were accepted: how hard each is to meet, which conflict, where futures pile up.

Everything is read off acceptance probabilities of futures that were drawn before the record was looked at, and of those
accepted. Nothing is simulated here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from closedsky.cases.acceptance import is_few
from closedsky.cases.recorded import QUANTITIES, Recorded, bounds
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.results import Estimate, estimate
from closedsky.reading.statistics import FEW, Share, effective_weights, flag, joint, plain, share
from closedsky.reading.words import per_thousand

TRUSTED = 0.1
"""Effective share of reweighted futures below which a reweighted mean rests on too few of them to be printed."""

CONFLICT = 0.8
"""Two items agree together in fewer than this times the futures that chance would give: they conflict."""

SPOKEN = 30.0
"""Effective number of draws that two unrelated items would have left, below which nothing is said of the two."""

CLEAR = 2.0
"""Standard errors that a conflict must lie below no conflict at all."""

CONFLICTS = 6
"""How many conflicts are kept, worst first."""

FIFTH = 0.2
"""Share of a recorded window, by its logarithm, that counts as its end."""

PILED = 2.0 / 3.0
"""Share of the accepted futures on one side of a window, its end included, from which they pile up there; and, its end
not included, from which they are one-sided."""


@dataclass(frozen=True)
class Agreement:
    """How hard one item of the record is to meet.

    Attributes:
        id, label: which.
        alone: mean acceptance probability of futures drawn beforehand, of this item alone.
        others: the same over futures accepted by all other items; None where too few accepted futures bear on it.
        others_effective: share of the accepted futures that are effective for it.
        accepted: the same over accepted futures; 1 is as good as can be.
    """

    id: str
    label: str
    alone: Estimate
    others: Estimate | None
    others_effective: float
    accepted: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "item": self.id,
            "label": self.label,
            "plain_draws": self.alone.to_dict(),
            "given_all_others": self.others.to_dict() if self.others else None,
            "given_all_others_effective_share": plain(self.others_effective),
            "accepted": self.accepted.to_dict(),
        }


@dataclass(frozen=True)
class Conflict:
    """Two items that plain draws meet together more rarely than chance would have it.

    Attributes:
        items, labels: the two.
        lift: mean of the product of both acceptance probabilities over the product of both means; 1 is no relation.
        together: expected number of plain draws that both items accept.
        unrelated: the same if the two had nothing to do with each other.
        effective: effective number of draws behind that.
    """

    items: tuple[str, str]
    labels: tuple[str, str]
    lift: Estimate
    together: float
    unrelated: float
    effective: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "items": list(self.items),
            "labels": list(self.labels),
            "lift": self.lift.to_dict(),
            "draws_accepted_by_both": self.together,
            "draws_if_unrelated": self.unrelated,
            "effective_draws": self.effective,
        }


@dataclass(frozen=True)
class Conflicts:
    """The conflicts, worst first, and how many pairs of items too few plain draws speak of."""

    pairs: tuple[Conflict, ...]
    of: int
    unknown: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {"pairs": [each.to_dict() for each in self.pairs], "of": self.of, "too_few_draws": self.unknown}


@dataclass(frozen=True)
class Window:
    """Where the accepted futures lie about the window that the record leaves for the truth.

    Attributes:
        id, label: of the item.
        ends: of the window, in the unit of the item.
        below, inside, above: shares of the accepted futures.
        lower, upper: shares in the lowest and in the highest fifth of the window.
    """

    id: str
    label: str
    ends: tuple[float, float]
    below: Share
    inside: Share
    above: Share
    lower: Share
    upper: Share

    @property
    def piled(self) -> Literal["low", "high"] | None:
        """The side on which the accepted futures pile up, if any."""
        if self.below.value.value + self.lower.value.value > PILED:
            return "low"
        return "high" if self.above.value.value + self.upper.value.value > PILED else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        names = ("below", "inside", "above", "lower", "upper")
        shares = {name: getattr(self, name).to_dict() for name in names}
        return {"item": self.id, "label": self.label, "window": list(self.ends), **shares, "piled_up": self.piled}


def agreements(found: Conditioned) -> tuple[Agreement, ...]:
    """Say how hard each accepting item is to meet.

    The mean over futures accepted by all other items comes from the accepted ones, reweighted by what this item had to
    do with their being accepted: 1 over the mean of 1 over its acceptance probability (Newton & Raftery 1994). It knows
    nothing of futures that the item never lets pass, so it is left out where few accepted futures bear on it, and for a
    yes or no that hardly any of them contradicts.

    Args:
        found: what the record allows.
    """
    rows = []
    for i, key in enumerate(found.accepting):
        entry = found.items[key]
        before, accepted = (np.exp(each.scores[:, i]) for each in (found.before, found.accepted))
        weight = 1.0 / accepted
        effective = float(weight.sum() ** 2 / (weight**2).sum() / len(weight))
        blind = entry.yes_or_no and int(np.sum(found.accepted.values[key] != entry.value)) < FEW
        others = None if blind or effective < TRUSTED else estimate(weight, lambda each: 1.0 / np.mean(each))
        mean = estimate(before, np.mean)
        rows.append(Agreement(key, entry.label, mean, others, effective, estimate(accepted, np.mean)))
    return tuple(rows)


def conflicts(found: Conditioned) -> Conflicts:
    """Find pairs of accepting items that plain draws hardly meet together.

    Args:
        found: what the record allows.
    """
    keys = found.accepting
    chance = dict(zip(keys, np.exp(found.before.scores).T, strict=True))
    pairs, unknown = [], 0
    for a, b in combinations(keys, 2):
        first, second = chance[a], chance[b]
        draws = len(first)
        # Behind the pair stand as many draws as two unrelated items would have left: what was found may be none.
        effective = effective_weights(first) * effective_weights(second) / draws
        if not effective >= SPOKEN:
            unknown += 1
            continue
        lift = joint(lambda x, y: float(np.mean(x * y) / (np.mean(x) * np.mean(y))), first, second)
        if lift.value < CONFLICT and not lift.value + CLEAR * lift.error >= 1.0:
            both, apart = float((first * second).sum()), float(first.mean() * second.sum())
            labels = (found.items[a].label, found.items[b].label)
            pairs.append(Conflict((a, b), labels, lift, both, apart, effective))
    worst = sorted(pairs, key=lambda each: each.lift.value)[:CONFLICTS]
    return Conflicts(tuple(worst), len(keys) * (len(keys) - 1) // 2, unknown)


def windows(found: Conditioned) -> tuple[Window, ...]:
    """Say where the accepted futures lie about each window of the record, of items that bound the truth on both sides.

    Args:
        found: what the record allows.
    """
    rows = []
    for key in found.accepting:
        ends = window_of(found.items[key])
        if ends is None:
            continue
        values = found.accepted.values[key]
        # Ends of a window by its logarithm, as it accepts; from nothing on no logarithm begins.
        scale = np.log if ends[0] > 0.0 else np.asarray
        low, high = (float(scale(end)) for end in ends)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = (scale(values) - low) / (high - low)
        groups = (
            at < 0.0,
            (at >= 0.0) & (at <= 1.0),
            at > 1.0,
            (at >= 0.0) & (at < FIFTH),
            (at > 1.0 - FIFTH) & (at <= 1.0),
        )
        rows.append(Window(key, found.items[key].label, ends, *(share(flag(values, each)) for each in groups)))
    return tuple(rows)


def window_of(entry: Recorded) -> tuple[float, float] | None:
    """The window that an entry leaves for the truth; None where it is open on a side, a single value or a yes or no.

    Example:
        >>> lost = Recorded.model_validate({
        ...     "label": "x", "unit": "aircraft", "quantity": "adversary_lost", "day": "2022-12-31", "statistic": "at",
        ...     "kind": "between", "low": 67.0, "high": 283.0, "basis": "disputed", "evidence": ["x"]})
        >>> window_of(lost)
        (67.0, 283.0)
    """
    if entry.yes_or_no or entry.kind == "ceiling":
        return None
    low, high = bounds(entry)
    return (low, high) if low < high < float("inf") else None


def one_sided(found: Conditioned) -> tuple[str, ...]:
    """Name the accepting numbers that most accepted futures miss on one and the same side.

    A number counts where more than two thirds of the accepted futures that say anything of it lie below the whole
    window of the record, or above it. The window of an estimate is one standard deviation of its declared error on
    either side; a bound is open on the other. A yes or no has no side, and a count of a few scatters by more than its
    window: neither is looked at.

    Args:
        found: what the record allows.

    Returns:
        A phrase for each, in the order of the record, counts in 1,000: "Aircraft lost, 2022: 890 of 1,000 below the
        record".
    """
    phrases = []
    for key in found.accepting:
        entry = found.items[key]
        ends = _sides(entry)
        if ends is None:
            continue
        values = found.accepted.values[key]
        for side, beyond in (("below", values < ends[0]), ("above", values > ends[1])):
            of = share(flag(values, beyond)).value.value
            if of > PILED:
                phrases.append(f"{entry.label}: {per_thousand(of)} of 1,000 {side} the record")
    return tuple(phrases)


def _sides(entry: Recorded) -> tuple[float, float] | None:
    """Numbers below and above which a future misses an entry; None for a yes or no, and for a count of a few."""
    compared = QUANTITIES.get(str(entry.quantity))
    if entry.yes_or_no or (compared is not None and is_few(entry, compared)):
        return None
    low, high = bounds(entry)
    error = entry.accept.error if entry.accept is not None else None
    wide = float(np.exp(error or 0.0)) if low == high else 1.0
    return low / wide, high * wide

"""One contested claim in one view and on one path: how often it holds, how large it is, and on what that rests.

How often a claim holds in single futures depends on how luck carries over from one course to the other, which no model
settles; so it is counted with shared and with independent envelopes, between the bounds that the two distributions
allow. A mean difference does not depend on that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate, Inputs
from closedsky.reading.comparison import Bounds, bounds
from closedsky.reading.conditions import Condition, Searcher, turning
from closedsky.reading.regression import FITTED, Scored, TooFew
from closedsky.reading.risk import TOLD_APART
from closedsky.reading.statistics import Share, Values, flag, joint, plain, share

BASES = ("measured", "derived", "expert", "judged", "disputed", "structural")
"""Bases of assumptions, in the order of reading."""

LUCK, TOGETHER = "luck", "together"
"""What else an answer rests on: sealed envelopes, and what only several inputs together explain."""

OVER_HALF = 0.5
"""An assumption that explains more than this of whether a claim holds is the answer."""

LEAST_FUTURES = 512
"""Fewer futures than this give no shares and no conditions."""


@dataclass(frozen=True, eq=False)
class Sides:
    """What a run gave for one claim; every array of shape (future,).

    Attributes:
        of: the outcome under the first course.
        against: under the other, in the same futures with the same luck; None where there is none.
        other: as `against`, with envelopes of its own; None where that was not run.
        margin: by which the claim, or its reverse, must hold; with one course, the level above or below which it holds.
        sign: 1 where it holds if `of` has more, -1 where it holds if `of` has less.
        lives: civilians killed under `of` less those under `against` while both wars run, where lives are compared.
        risk: whether the outcome is a risk of general war, of which no count is given.
    """

    of: Values
    against: Values | None
    other: Values | None
    margin: float
    sign: float
    lives: Values | None = None
    risk: bool = False

    def holds(self, against: Values | None) -> Values:
        """Whether the claim holds, 1 or 0, NaN where a future failed."""
        if against is None:
            return flag(self.of, self.sign * (self.of - self.margin) > 0)
        less = self.sign * (self.of - against)
        return flag(less, less > self.margin)

    def first(self, count: int) -> Sides:
        """Return the same in the first so many futures."""
        rows = (self.of, self.against, self.other, self.lives)
        of, against, other, lives = (None if each is None else each[:count] for each in rows)
        assert of is not None
        return replace(self, of=of, against=against, other=other, lives=lives)

    def swapped(self) -> Sides:
        """The reverse of the claim: it holds where this one fails by the margin."""
        return replace(self, sign=-self.sign)


@dataclass(frozen=True)
class Counted:
    """A count of single futures over ways in which luck carries over.

    Attributes:
        shared: both courses open the same envelopes.
        independent: each opens its own; None where it was not run or there is one course only.
        bounds: what the two distributions allow; None with one course only, where nothing is left open.
    """

    shared: Share
    independent: Share | None
    bounds: Bounds | None

    @property
    def range(self) -> tuple[float, float]:
        """Smaller and larger share over the couplings that were run."""
        found = [self.shared.value.value, *([self.independent.value.value] if self.independent else [])]
        return min(found), max(found)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "shared": self.shared.to_dict(),
            "independent": self.independent.to_dict() if self.independent else None,
            "bounds": self.bounds.to_dict() if self.bounds else None,
        }


@dataclass(frozen=True)
class Decider:
    """The assumption that decides most by itself.

    Attributes:
        name: of the assumption.
        share: of the variance of whether the claim holds.
        turns: value at which the claim turns from holding in fewer than half of the futures to more; None where it
            does at none.
    """

    name: str
    share: float
    turns: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"assumption": self.name, "share": self.share, "turns": self.turns}


@dataclass(frozen=True)
class Argument:
    """A claim in one view and on one path.

    Attributes:
        of, against: means under the two courses; `against` None where there is one course.
        mean: mean of the difference `of` less `against`.
        medians: difference of medians; None where the outcome is a yes or no.
        lives: mean difference in civilians killed while both wars run, for claims about lives or risk.
        holds, reverse: counts; None for a risk.
        decides: None where nothing varies or there are too few futures.
        rests: share of the variance by basis of the assumptions, of luck, and of inputs together; empty likewise.
        when, when_not: conditions for the claim and for its reverse, with the counts in futures that keep to them.
        even: lives lost in a general war at which the lives saved weigh as much as the added risk, if the path held.
    """

    of: Estimate
    against: Estimate | None
    mean: Estimate
    medians: Estimate | None
    lives: Estimate | None
    holds: Counted | None
    reverse: Counted | None
    decides: Decider | None = None
    rests: Mapping[str, float] = field(default_factory=dict)
    when: tuple[Condition, Counted] | None = None
    when_not: tuple[Condition, Counted] | None = None
    even: Estimate | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; means of a risk are left out, since no count of general war is given."""
        risk = self.holds is None
        return {
            "of": None if risk else self.of.to_dict(),
            "against": None if risk or self.against is None else self.against.to_dict(),
            "mean": None if risk else self.mean.to_dict(),
            "medians": None if risk or self.medians is None else self.medians.to_dict(),
            "lives_rate_effect": self.lives.to_dict() if self.lives else None,
            "holds": self.holds.to_dict() if self.holds else None,
            "reverse": self.reverse.to_dict() if self.reverse else None,
            "decides": self.decides.to_dict() if self.decides else None,
            "rests_on": {name: plain(value) for name, value in self.rests.items()},
            "conditions_for": _condition(self.when),
            "conditions_against": _condition(self.when_not),
            "general_war_would_have_to_cost": self.even.to_dict() if self.even else None,
        }


def _condition(found: tuple[Condition, Counted] | None) -> dict[str, Any] | None:
    return None if found is None else found[0].to_dict() | {"holds": found[1].to_dict()}


class Reader:
    """Reads claims off one run's inputs, which are turned into features once.

    Args:
        case: labels and bases.
        inputs: of the run.
    """

    def __init__(self, case: Case, inputs: Inputs) -> None:
        self.case, self.inputs = case, inputs.first(FITTED)
        inputs = self.inputs
        self.enough = len(inputs.values) >= LEAST_FUTURES
        if self.enough:
            self._scored = Scored(
                np.concatenate([inputs.values, inputs.luck], axis=1), [*inputs.names, *inputs.luck_names]
            )
            self._searcher = Searcher(inputs)

    def read(self, sides: Mapping[str, Sides]) -> dict[str, Argument]:
        """Read several claims.

        Args:
            sides: by id.

        Raises:
            TooFew: no future gave a number for a claim.
        """
        flags = {key: _flags(each) for key, each in sides.items()}
        filled = [_filled(each, key)[:FITTED] for key, each in flags.items()]
        shares: Values | None = None
        if self.enough and sides:
            table = np.stack(filled, axis=1)
            shares = self._scored.first_order(table)[: len(self.inputs.names)]
            groups, names = self._groups()
            rests, together = self._scored.group_shares(table, groups)
        found = {}
        for i, (key, each) in enumerate(sides.items()):
            found[key] = self._argument(
                each,
                flags[key],
                None if shares is None else shares[:, i],
                {} if shares is None else _rests(names, rests[:, i], float(together[i]), flags[key]),
            )
        return found

    def _groups(self) -> tuple[list[list[int]], list[str]]:
        assumptions = len(self.inputs.names)
        by_basis = {
            basis: [i for i, name in enumerate(self.inputs.names) if self.case.assumptions[name].basis == basis]
            for basis in BASES
        }
        luck = list(range(assumptions, assumptions + len(self.inputs.luck_names)))
        return [*by_basis.values(), luck], [*by_basis, LUCK]

    def _argument(self, sides: Sides, holds: Values, shares: Values | None, rests: Mapping[str, float]) -> Argument:
        against = sides.against
        raw = sides.of if against is None else sides.of - against
        two_valued = bool(np.isin(sides.of[np.isfinite(sides.of)], (0.0, 1.0)).all())
        swapped = sides.swapped()
        counted = not sides.risk
        searched = counted and shares is not None
        return Argument(
            of=joint(np.nanmean, sides.of),
            against=None if against is None else joint(np.nanmean, against),
            mean=joint(np.nanmean, raw),
            medians=None if two_valued else _medians(sides),
            lives=None if sides.lives is None else joint(np.nanmean, sides.lives),
            holds=count(sides) if counted else None,
            reverse=count(swapped) if counted else None,
            decides=self._decider(holds, shares, sides.risk),
            rests=rests,
            when=self._when(sides, holds, shares) if searched else None,
            when_not=self._when(swapped, _flags(swapped), shares) if searched else None,
            even=_even(sides.lives, raw) if sides.risk and sides.lives is not None else None,
        )

    def _decider(self, holds: Values, shares: Values | None, risk: bool) -> Decider | None:
        if shares is None or not shares.max() > 0:
            return None
        i = int(np.argmax(shares))
        turns = None if risk else turning(self.inputs.values[:, i], holds[:FITTED])  # a risk has no level to turn at
        return Decider(self.inputs.names[i], float(shares[i]), turns)

    def _when(self, sides: Sides, holds: Values, shares: Values | None) -> tuple[Condition, Counted] | None:
        if shares is None:
            return None
        holds, sides = holds[:FITTED], sides.first(FITTED)
        condition = self._searcher.find(holds, shares)
        if condition is None or not (condition.kept & np.isfinite(holds)).any():
            return None
        found, anyway = count(sides, condition.kept), count(sides, ~self._searcher.searched)
        # Borne out by the futures that were not searched, whichever way luck carries over, or not said.
        error = np.sqrt(anyway.shared.value.value * (1.0 - anyway.shared.value.value) / max(found.shared.of, 1))
        more = [now - before for now, before in zip(found.range, anyway.range, strict=True)]
        if min(more) <= 0.0 or found.shared.value.value - anyway.shared.value.value < TOLD_APART * error:
            return None
        return condition, found


def count(sides: Sides, kept: NDArray[np.bool_] | None = None) -> Counted:
    """Count the futures in which a claim holds, over the ways in which luck carries over.

    Args:
        sides: of the claim.
        kept: futures to count; None for all.
    """

    def pick(values: Values) -> Values:
        return values if kept is None else values[kept]

    def one(against: Values | None) -> Share:
        return share(pick(sides.holds(against)))

    if sides.against is None:
        return Counted(one(None), None, None)
    of = pick(sides.sign * sides.of)
    shared, independent = one(sides.against), None if sides.other is None else one(sides.other)
    found = [bounds(pick(sides.sign * sides.against) + sides.margin, of)]
    if sides.other is not None:  # its distribution was sampled anew: the bounds of either sample may hold
        found.append(bounds(pick(sides.sign * sides.other) + sides.margin, of))
    return Counted(shared, independent, Bounds(min(each.low for each in found), max(each.high for each in found)))


def _flags(sides: Sides) -> Values:
    if sides.risk and sides.against is not None:  # no margin of a risk means anything: is it in the upper half
        added = sides.sign * (sides.of - sides.against)
        known = added[np.isfinite(added)]
        return flag(added, added > (float(np.median(known)) if len(known) else 0.0))
    return sides.holds(sides.against)


def _filled(holds: Values, key: str) -> Values:
    """A flag with its mean where it is not known, so that such futures say nothing."""
    known = np.isfinite(holds)
    if not known.any():
        raise TooFew(f"{key}: no future gave a number; nothing can be said of it")
    return np.where(known, holds, holds[known].mean())


def _rests(names: Sequence[str], shares: Values, together: float, holds: Values) -> dict[str, float]:
    known = holds[np.isfinite(holds)]
    if not np.ptp(known) > 0:
        return {}
    return {**{name: float(value) for name, value in zip(names, shares, strict=True)}, TOGETHER: together}


def _medians(sides: Sides) -> Estimate | None:
    if sides.against is None:
        return joint(np.nanmedian, sides.of)
    return joint(lambda x, y: float(np.nanmedian(x) - np.nanmedian(y)), sides.of, sides.against)


def _even(lives: Values, risk: Values) -> Estimate | None:
    """Lives saved on average over the risk added; None where either is not above none by two errors."""
    saved, added = joint(np.nanmean, -lives), joint(np.nanmean, risk)
    if not (saved.value > 2.0 * saved.error and added.value > 2.0 * added.error):
        return None
    return joint(lambda x, y: float(np.nanmean(-x) / np.nanmean(y)), lives, risk)

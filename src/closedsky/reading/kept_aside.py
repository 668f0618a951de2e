"""The record against futures before and after they were accepted by part of it: what was kept aside checks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from closedsky.futures.conditioned import Conditioned
from closedsky.reading.backtest import RATIO, Backtest, Item, backtest
from closedsky.reading.record import Number, Reading

VIEW = "now"


@dataclass(frozen=True)
class Check:
    """One item of the record, held against futures before and after it was looked at.

    Attributes:
        item: what accepted futures say of it.
        before: what futures drawn beforehand say.
        accepts: futures were accepted by it, so that its agreement is no test.
        made_of_others: it is a ratio of other items, or one of them in another unit.
    """

    item: Item
    before: Reading | None
    accepts: bool
    made_of_others: bool

    @property
    def after(self) -> Reading | None:
        """What accepted futures say."""
        return self.item.reading

    @property
    def is_input(self) -> bool:
        """Whether it was kept aside and yet narrowed a range of the view now, so that it checks nothing."""
        return self.item.is_input and not self.accepts

    @property
    def is_ratio(self) -> bool:
        """Whether it is one number on record over another, and not one of them in another unit."""
        return self.item.entry.quantity == RATIO

    @property
    def after_look(self) -> bool:
        """Whether it accepts, and was chosen after a look at what earlier choices kept aside."""
        accept = self.item.entry.accept
        return self.accepts and accept is not None and accept.after_look

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "item": self.item.id,
            "label": self.item.entry.label,
            "accepts": self.accepts,
            "made_of_others": self.made_of_others,
            "is_input": self.is_input,
            "after_look": self.after_look,
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
        }


@dataclass(frozen=True)
class Count:
    """How many recorded numbers lie in the band of 9 in 10 futures, before and after."""

    before: int
    after: int
    of: int

    @property
    def missed(self) -> int:
        """How many lie outside it after."""
        return self.of - self.after

    def to_dict(self) -> dict[str, int]:
        """Return plain numbers."""
        return {"before": self.before, "after": self.after, "of": self.of}


def count(found: Sequence[Check]) -> Count:
    """Count recorded numbers in the bands, of some items.

    Args:
        found: items; what is made of others is left out, what was kept aside and is an input all the same, and so are
            events and bounds on one side.
    """
    return _count([each for each in found if not each.made_of_others])


def ratios(found: Sequence[Check]) -> Count:
    """Count ratios of recorded numbers in the bands; they are made of numbers counted already, and stand apart.

    Args:
        found: items; inputs are left out, and whatever is no ratio.
    """
    return _count([each for each in found if each.is_ratio])


def _count(found: Sequence[Check]) -> Count:
    readings = [(each.before, each.after) for each in found if not each.is_input]
    both = [(a, b) for a, b in readings if isinstance(a, Number) and isinstance(b, Number)]
    return Count(sum(not a.missed for a, _ in both), sum(not b.missed for _, b in both), len(both))


def checks(found: Conditioned) -> tuple[Check, ...]:
    """Hold every predicted item of the record against futures before and after it was looked at.

    Args:
        found: what the record allows.
    """
    before, after = (_held(found, before) for before in (True, False))
    return tuple(
        Check(
            item=item,
            before=before.item(item.id).reading,
            accepts=item.id in found.accepting,
            made_of_others=item.entry.quantity == RATIO or after.again(item),
        )
        for item in after.compared
    )


def _held(found: Conditioned, before: bool) -> Backtest:
    """Hold the record against accepted futures, or against those drawn before it was looked at."""
    drawn = found.before if before else found.accepted
    return backtest(found.case, drawn.values, drawn.on, view=VIEW, seed=found.seed)

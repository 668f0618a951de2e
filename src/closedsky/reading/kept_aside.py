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

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "item": self.item.id,
            "label": self.item.entry.label,
            "accepts": self.accepts,
            "made_of_others": self.made_of_others,
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
        }


@dataclass(frozen=True)
class Count:
    """How many recorded numbers lie in the band of 9 in 10 futures, before and after; ratios are not counted."""

    before: int
    after: int
    of: int

    def to_dict(self) -> dict[str, int]:
        """Return plain numbers."""
        return {"before": self.before, "after": self.after, "of": self.of}


def count(found: Sequence[Check]) -> Count:
    """Count recorded numbers in the bands, of some items.

    Args:
        found: items; what is made of others is left out, and so are events and bounds on one side.
    """
    readings = [(each.before, each.after) for each in found if not each.made_of_others]
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

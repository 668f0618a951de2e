"""The record against the futures of the option really taken: bands, where the record falls in them, and scores.

Nothing is simulated here. Every item is read twice: over the futures whose war is still on at the item's last day, as
the real one was, and over all futures. All items are of one war, so their number is no number of tests: what is counted
here measures this war, and says nothing of how the model would do on another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.acceptance import is_narrowed
from closedsky.cases.recorded import Recorded, days_of
from closedsky.cases.schema import Case, Document
from closedsky.cases.shown import Shown
from closedsky.reading.record import Chance, Number, Reading, Values, hold, seen
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Share, share
from closedsky.reading.words import listed, per_thousand

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-backtest/1"

WAR_ON, ALL = "war_on", "all"

ITSELF = ("on", "held_to_the_end")
"""Quantities that say whether things stand as they really did: read over all futures only."""

RATIO = "ratio"
"""Quantity of entries that set one number on record over another."""

PARTS = {"kept_aside": False, "accepting": True}
"""Parts of the record by whether futures of the view now are accepted by them."""

CAUTION = (
    "All items are of one war and depend on each other (a fierce month makes the next one fierce), so counts of what "
    "falls inside measure this war only and not how often the model is right."
)


@dataclass(frozen=True)
class Item:
    """One thing on record and what the futures say of it.

    Attributes:
        id: its key in the case.
        entry: the record.
        first, last: days from the reference day.
        still_on: share of futures whose war is on at the last moment; None where that is the item itself.
        war_on: read over those futures; None where there are none, or where the war being on is the item itself.
        over_all: read over all futures; None for what the model does not predict.
        sources: documents behind the record, by id.
        is_input: it narrowed a range of the view now below that of then, so that it checks nothing there.
    """

    id: str
    entry: Recorded
    first: float
    last: float
    still_on: Share | None
    war_on: Reading | None
    over_all: Reading | None
    sources: Mapping[str, Document]
    is_input: bool = False

    @property
    def accepts(self) -> bool:
        """Whether futures of the view now are accepted by it, so that it can't check them."""
        return self.entry.accept is not None

    @property
    def reading(self) -> Reading | None:
        """What counts: over the wars still on, where there are any."""
        return self.war_on or self.over_all

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        entry = self.entry
        stated = {name: getattr(entry, name) for name in ("label", "unit", "quantity", "statistic", "kind", "basis")}
        return {
            "id": self.id,
            **stated,
            "options": list(entry.options),
            "of": list(entry.of),
            "restates": entry.restates,
            "days": [self.first, self.last],
            "recorded": {"low": entry.low, "value": entry.value, "high": entry.high},
            "reporting": [entry.reporting.low, entry.reporting.high] if entry.reporting else None,
            "evidence": list(entry.evidence),
            "sources": [
                {"id": key, "title": each.title, "publisher": each.publisher, "link": each.link, "date": each.date}
                for key, each in self.sources.items()
            ],
            "reason": entry.reason,
            "accepts": entry.accept.model_dump() if entry.accept else None,
            "is_input": self.is_input,
            "still_on": self.still_on.to_dict() if self.still_on else None,
            WAR_ON: self.war_on.to_dict() if self.war_on else None,
            ALL: self.over_all.to_dict() if self.over_all else None,
        }


@dataclass(frozen=True)
class Coverage:
    """How many recorded numbers lie in the bands: those of wars still on, or of all futures."""

    middle: int
    most: int
    of: int

    def to_dict(self) -> dict[str, int]:
        """Return plain numbers."""
        return {"band_50": self.middle, "band_90": self.most, "of": self.of}


@dataclass(frozen=True)
class Backtest(Shown):
    """A case against its record.

    Attributes:
        case, title, digest, option, label: which case, and the option really taken.
        view, futures, seed: of the run.
        items: in the order of the case; those that the model does not predict among them.
        notes: sentences that belong under the tables.
        effective: what the accepted futures are worth, under the view now.
    """

    case: str
    title: str
    digest: str
    option: str
    label: str
    view: str
    futures: int
    seed: int
    items: tuple[Item, ...]
    notes: tuple[str, ...]
    effective: float | None = None

    def item(self, name: str) -> Item:
        """Return one item.

        Raises:
            KeyError: it is not on record.
        """
        for each in self.items:
            if each.id == name:
                return each
        raise KeyError(name)

    @property
    def compared(self) -> tuple[Item, ...]:
        """Items that the model predicts."""
        return tuple(item for item in self.items if item.over_all is not None)

    @property
    def misses(self) -> tuple[Item, ...]:
        """Items of which no recorded value lies in the band of 9 in 10, and events that hardly ever happen."""
        return tuple(item for item in self.compared if item.reading is not None and item.reading.missed)

    @property
    def in_sample(self) -> bool:
        """Whether the futures were accepted by part of this very record."""
        return self.view == "now"

    def _weaker(self) -> str:
        looked = sum(item.entry.accept is not None and item.entry.accept.after_look for item in self.items)
        if not looked:
            return ""
        were = "was" if looked == 1 else "were"
        return f" That is a weaker check than it looks: {looked} of those that accept {were} chosen after a look at it."

    def coverage(self, over: str = WAR_ON, quantity: str | None = None, accepts: bool | None = None) -> Coverage:
        """Count recorded numbers inside the bands, of one quantity or of all; by which futures are accepted, or not.

        Of those by which they are not, inputs of the view now are left out: they check nothing.

        Bounds and events are not counted, nor among all the ratios and what says the same in another unit: they are
        made of numbers counted already.
        """
        counted = [
            item
            for item in self.compared
            if (item.entry.quantity == quantity if quantity else item.entry.quantity != RATIO and not self.again(item))
        ]
        found = [getattr(item, "over_all" if over == ALL else "reading") for item in counted]
        kept = [
            each
            for item, each in zip(counted, found, strict=True)
            if isinstance(each, Number) and accepts in (None, item.accepts) and not (accepts is False and item.is_input)
        ]
        return Coverage(sum(n.in_middle for n in kept), sum(not n.missed for n in kept), len(kept))

    def again(self, item: Item) -> bool:
        """Whether an item says the same thing as another that is compared as well."""
        restated = item.entry.restates
        return any(other.id == restated != item.id for other in self.compared)

    @property
    def quantities(self) -> tuple[str, ...]:
        """Quantities of which numbers are compared, in the order of the case."""
        names = [item.entry.quantity for item in self.compared if isinstance(item.over_all, Number)]
        return tuple(dict.fromkeys(name for name in names if name))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case,
            "title": self.title,
            "case_digest": self.digest,
            "option": self.option,
            "view": self.view,
            "futures": self.futures,
            "effective_number": self.effective,
            "seed": self.seed,
            "items": [item.to_dict() for item in self.items],
            "coverage": {
                over: {
                    "together": self.coverage(over).to_dict(),
                    "by_quantity": {name: self.coverage(over, name).to_dict() for name in self.quantities},
                    **({name: self.coverage(over, accepts=used).to_dict() for name, used in PARTS.items()}),
                }
                for over in (WAR_ON, ALL)
            },
            "misses": [item.id for item in self.misses],
            "about_coverage": CAUTION,
            "notes": list(self.notes),
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each item and way of reading it."""
        import pandas as pd

        rows = []
        for item in self.compared:
            for over, found in ((WAR_ON, item.war_on), (ALL, item.over_all)):
                if found is not None:
                    rows.append({"item": item.id, "over": over} | found.to_dict())
        return pd.DataFrame(rows).set_index(["item", "over"])

    def summary(self) -> str:
        """Say in one sentence how much of the record lies where."""
        on, every = self.coverage(), self.coverage(ALL)
        text = ""
        if self.in_sample:
            aside, used = (self.coverage(accepts=each) for each in (False, True))
            text = (
                f"In-sample: {used.most} of the {used.of} numbers by which these futures were accepted lie in the band "
                f"of 9 in 10 of them, as they should; of the {aside.of} kept aside {aside.most} do, and {aside.middle} "
                f"in that of half of them.{self._weaker()} "
            )
        elif on.of:
            text = (
                f"Of {on.of} recorded numbers {on.most} lie in the band of 9 in 10 futures and {on.middle} in that of "
                f"half of them, among futures whose war is still on by then; {every.most} and {every.middle} among all "
                f"futures. "
            )
        missed = [f"{item.entry.label} ({_how(item.reading)})" for item in self.misses]
        return text + (f"Missed: {listed(missed)}." if missed else "Nothing is missed.")


def backtest(
    case: Case,
    values: Mapping[str, Values],
    on: Mapping[str, NDArray[np.bool_]],
    *,
    view: str,
    seed: int,
    notes: Sequence[str] = (),
    effective: float | None = None,
) -> Backtest:
    """Hold a case's record against what the futures of the option really taken say.

    Args:
        case: the case.
        values: by recorded item, one number for each future, shape (future,); NaN where there is none
            (`closedsky.futures.recorded.predict`).
        on: by recorded item, whether the war is still on at the item's last moment (and a zone kept), shape (future,).
        view: of the run.
        seed: of the run.
        notes: sentences that belong under the tables.
        effective: effective number of accepted futures, under the view now.

    Returns:
        The reading.

    Raises:
        ValueError: no item has values.
    """
    if not values:
        raise ValueError(f"{case.id} has nothing on record that is predicted")
    inputs = narrowing(case)
    items = []
    lasted: dict[bytes, Share] = {}
    for key, entry in case.recorded.items():
        spans = [days_of(case.recorded[name], case.reference_day, case.horizon) for name in entry.of]
        spans = spans or [days_of(entry, case.reference_day, case.horizon)]
        first, last = min(span[0] for span in spans), max(span[1] for span in spans)
        if key not in values:
            items.append(Item(key, entry, first, last, None, None, None, _sources(case, entry)))
            continue
        found, lasting = np.asarray(values[key], np.float64), on[key]
        itself = entry.quantity in ITSELF
        matrix = seen(entry, found)
        over_all = hold(entry, matrix)
        war_on = over_all if lasting.all() else hold(entry, np.where(lasting[:, None], matrix, np.nan))
        which = lasting.tobytes()
        if which not in lasted:
            lasted[which] = share(lasting.astype(np.float64))
        items.append(
            Item(
                key,
                entry,
                first,
                last,
                still_on=None if itself else lasted[which],
                war_on=None if itself else war_on,
                over_all=over_all,
                sources=_sources(case, entry),
                is_input=not inputs.isdisjoint(entry.evidence),
            )
        )
    return Backtest(
        case=case.id,
        title=case.title,
        digest=case.digest(),
        option=case.taken,
        label=case.options[case.taken].label,
        view=view,
        futures=len(next(iter(values.values()))),
        seed=seed,
        items=tuple(items),
        notes=tuple(notes),
        effective=effective,
    )


def narrowing(case: Case) -> frozenset[str]:
    """Evidence that made a range of the view now narrower than that of then."""
    found: set[str] = set()
    for entry in case.assumptions.values():
        if is_narrowed(entry):
            found.update(entry.evidence.now)
    return frozenset(found)


def _sources(case: Case, entry: Recorded) -> dict[str, Document]:
    """Documents behind one entry, in order; none for a case without a ledger."""
    ledger = case.evidence
    if ledger is None:
        return {}
    named = (name for key in entry.evidence for name in ledger.quantities[key].sources)
    return {name: ledger.documents[name] for name in named}


def _how(found: Reading | None) -> str:
    if isinstance(found, Chance):
        return f"{per_thousand(found.share.value.value)} of 1,000"
    return f"{found.verdict} the band" if found else ""

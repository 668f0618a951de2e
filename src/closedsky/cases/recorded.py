"""What happened, as a case records it: never an input, only a measure that predictions are held against.

An entry of `recorded:` says what was counted, over which days, how the count can be trusted (a floor, a ceiling, a
range between two, an estimate) and which evidence holds it. Evidence of an entry may stand behind no input of the case:
`record_holds` refuses it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from closedsky.cases import schema as form
from closedsky.cases.acceptance import Acceptance, acceptance_holds
from closedsky.cases.asked import SUBJECTS
from closedsky.cases.problems import Where, nearest_name, quote
from closedsky.cases.units import allowed_values, is_unit, vocabulary

if TYPE_CHECKING:
    from closedsky.cases.parsing import Draft
    from closedsky.cases.yaml_file import Source

Statistic = Literal["sum", "mean", "at", "share", "ratio", "flag"]
Kind = Literal["floor", "ceiling", "between", "estimate"]


@dataclass(frozen=True)
class Comparable:
    """A prediction that a record can be held against.

    Attributes:
        label, unit: as in the case file.
        nature: `count` grows with the days, `part` is one count over another, `rate` is a day's worth, `level` stands
            at a moment, `state` is true or not at a moment, `outcome` and `event` are known at the horizon only,
            `ratio` sets one entry of the record over another.
        constructed: the model cannot answer otherwise, so that no comparison of it counts for or against.
        whole: it is counted one by one, so what is seen scatters around what is expected.
    """

    label: str
    unit: str
    nature: Literal["count", "part", "rate", "level", "state", "outcome", "event", "ratio"]
    whole: bool = False
    constructed: bool = False


#: What may be said of each nature. `outcome` and `event` take no day: they are read at the horizon.
STATISTICS: Mapping[str, tuple[Statistic, ...]] = MappingProxyType(
    {
        "count": ("sum", "at"),
        "part": ("share",),
        "rate": ("mean", "at"),
        "level": ("at",),
        "state": ("flag",),
        "outcome": ("at",),
        "event": ("flag",),
        "ratio": ("ratio",),
    }
)

#: What each statistic says, in words.
STATISTIC_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sum": "in the window",
        "mean": "a day, mean over the window",
        "at": "at the end of the day",
        "share": "share of the window's total",
        "ratio": "one over the other",
        "flag": "yes or no",
    }
)

QUANTITIES: Mapping[str, Comparable] = MappingProxyType(
    {
        "killed": Comparable("civilians killed, as a verified count would show them", "persons", "count", True),
        "killed_by_air": Comparable("share of these killed by crewed aircraft", "share", "part"),
        "flown": Comparable("adversary sorties a day", "sorties/day", "rate"),
        "adversary_lost": Comparable("adversary aircraft lost", "aircraft", "count", True),
        "held": Comparable("share of the country held by the adversary", "share", "level"),
        "aid": Comparable("military support given", "billion EUR", "count"),
        "on": Comparable("the war is on", "flag", "state"),
        "agreed": Comparable("the alliance would have agreed to one of the options named", "flag", "state"),
        "displaced": Comparable("people displaced at the peak", "million", "outcome"),
        "shots": Comparable("the two sides fire on each other", "flag", "event"),
        "direct_combat": Comparable("a deadly engagement of the two sides", "flag", "event"),
        "coalition_sorties": Comparable("coalition sorties flown, of every kind", "sorties", "count"),
        "coalition_sorties_a_day": Comparable("coalition sorties a day", "sorties/day", "rate"),
        "coalition_lost": Comparable("coalition aircraft lost to fire", "aircraft", "outcome", True),
        "zone_kills": Comparable("adversary aircraft shot down by the zone", "aircraft", "outcome", True),
        "violations": Comparable("adversary sorties inside the zone", "sorties", "count", True),
        "suppressed_d": Comparable("days until less than a tenth of the batteries is left", "days", "outcome"),
        "suppressed": Comparable("less than a tenth of the batteries is left at some time", "flag", "event"),
        "cost": Comparable("cost of the sorties", "million USD", "count"),
        "cost_a_week": Comparable("cost of the sorties a week", "million USD/week", "rate"),
        "fixed_wing_stopped": Comparable("fixed-wing flying inside falls below a tenth", "flag", "event"),
        "helicopters_stopped": Comparable("helicopter flying inside falls below a tenth", "flag", "event"),
        "ground_killing": Comparable("killing on the ground goes on", "flag", "event", constructed=True),
        "held_to_the_end": Comparable("the zone is kept up to its end", "flag", "event"),
        "ratio": Comparable("the shape of the record: one number over another", "ratio", "ratio"),
    }
)
"""What this version can predict under the option really taken: names of series, of outcomes, or of feasibility."""


class Reporting(form.Strict):
    """Share of what a complete count would show that the record holds: between low and high, judged."""

    low: float
    high: float
    reason: form.Text


class Recorded(form.Strict):
    """One thing on record. `since` and `until` (in the file: from, to) are whole days, both counted.

    Attributes:
        quantity: what it is compared with (`QUANTITIES`); null where the model predicts no such thing.
        options: for `agreed` only: the options of which none, or one, was agreed to.
        of: for `ratio` only: the two entries, the upper one first.
        kind: `floor` and `ceiling` bound the truth on one side, `between` on both; `estimate` is a value.
        reporting: turns a floor into an estimate of what was reported.
        restates: the entry that says the same thing in another unit, which alone is counted.
        accept: how widely the view *now* accepts futures by it; without, it is kept aside for checking.
    """

    label: form.Text
    unit: form.Text
    quantity: form.Key | None
    options: form.Ids = ()
    of: form.Ids = ()
    since: form.Day | None = Field(default=None, alias="from")
    until: form.Day | None = Field(default=None, alias="to")
    day: form.Day | None = None
    statistic: Statistic | None = None
    kind: Kind = "estimate"
    low: float | None = None
    value: float | None = None
    high: float | None = None
    reporting: Reporting | None = None
    restates: form.Text | None = None
    accept: Acceptance | None = None
    basis: form.Basis
    evidence: form.Ids
    reason: str = ""

    @property
    def yes_or_no(self) -> bool:
        """Whether it either happened or did not."""
        return self.statistic == "flag"


def days_of(entry: Recorded, reference_day: dt.date, horizon: int) -> tuple[float, float]:
    """First and last moment of an entry in days from the start of the reference day; a day ends where the next begins.

    An entry without days is about the whole campaign.

    Example:
        >>> march = Recorded.model_validate({
        ...     "label": "x", "unit": "persons", "quantity": "killed", "from": "2022-03-01", "to": "2022-03-31",
        ...     "statistic": "sum", "value": 1.0, "basis": "measured", "evidence": ["x"]})
        >>> days_of(march, dt.date(2022, 2, 24), 1096)
        (5.0, 36.0)
    """
    since, until = entry.since or entry.day, entry.until or entry.day
    first = float((since - reference_day).days) if since else 0.0
    return first, float((until - reference_day).days + 1) if until else float(horizon)


def bounds(entry: Recorded) -> tuple[float, float]:
    """Between what the record says the truth lies, in the unit of the entry; 0 and infinity where it does not say.

    A floor of which the share reported is known bounds the truth on both sides; an estimate is both ends.

    Raises:
        ValueError: an entry without the numbers that its kind needs, which `check` refuses.

    Example:
        >>> march = Recorded.model_validate({
        ...     "label": "x", "unit": "persons", "quantity": "killed", "from": "2022-03-01", "to": "2022-03-31",
        ...     "statistic": "sum", "kind": "floor", "value": 900.0, "basis": "measured", "evidence": ["x"],
        ...     "reporting": {"low": 0.75, "high": 0.9, "reason": "x"}})
        >>> bounds(march)
        (1000.0, 1200.0)
    """
    given = [each for each in (entry.low, entry.value, entry.high) if each is not None]
    if not given:
        raise ValueError(f"{entry.label} holds no number")
    match entry.kind:
        case "floor":
            least = entry.value if entry.value is not None else given[0]
            share = entry.reporting
            return (least / share.high, least / share.low) if share else (least, float("inf"))
        case "ceiling":
            return 0.0, entry.value if entry.value is not None else given[-1]
        case "estimate" if entry.value is not None:
            return entry.value, entry.value
    return min(given), max(given)


def record_holds(draft: Draft, source: Source) -> None:
    """Report every entry that cannot be compared, and every input that rests on the record."""
    for key, entry in draft.recorded.items():
        where: Where = ("recorded", key)
        for wrong in _unsourced(draft, entry):
            source.report((*where, "evidence"), *wrong)
        if entry.basis == "judged" and not entry.reason:
            source.report(where, "is judged, without a reason")
        if entry.quantity is None:
            _without_counterpart(source, where, entry)
        elif entry.quantity not in QUANTITIES:
            near = nearest_name(entry.quantity, QUANTITIES)
            allowed = "" if near else "allowed: " + ", ".join(QUANTITIES)
            source.report((*where, "quantity"), f"{quote(entry.quantity)} is not predicted by any model", allowed, near)
        else:
            _asked(draft, source, where, entry.quantity)
            _compared(draft, source, where, entry, QUANTITIES[entry.quantity])
        _numbers_fit(source, where, entry)
        if entry.restates is not None and entry.restates not in draft.names["recorded"]:
            near = nearest_name(entry.restates, draft.names["recorded"])
            source.report((*where, "restates"), f"{quote(entry.restates)} is not on record", nearest=near)
    acceptance_holds(draft.recorded, draft.assumptions, QUANTITIES, source)
    _inputs_are_no_record(draft, source)


def _unsourced(draft: Draft, entry: Recorded) -> Iterator[tuple[str, str, str]]:
    if not entry.evidence:
        yield "is empty", "the id of a quantity in the evidence", ""
    known = draft.names.get("quantities", [])
    for name in entry.evidence:
        if name not in known:
            yield f"{quote(name)} is not in the evidence", "", nearest_name(name, known)
        elif not (entry.since or entry.until or entry.day) and (found := _of_other_days(draft, name)):
            yield found


def _of_other_days(draft: Draft, name: str) -> tuple[str, str, str] | None:
    """Evidence about days all before or all after the campaign: an entry left over from the case begun from.

    Asked only of entries without days of their own, which no other rule holds against the calendar.
    """
    heading, about = draft.heading, draft.ledger.quantities.get(name) if draft.ledger is not None else None
    if heading is None or about is None:
        return None
    try:
        last = heading.reference_day + dt.timedelta(days=heading.horizon - 1)
    except OverflowError:
        return None  # the horizon is reported already
    allowed = f"{heading.reference_day} to {last}"
    if about.until is not None and about.until < heading.reference_day:
        return f"{quote(name)} is about days up to {about.until}, before the campaign", allowed, ""
    if about.since is not None and about.since > last:
        return f"{quote(name)} is about days from {about.since}, after the campaign", allowed, ""
    return None


def _without_counterpart(source: Source, where: Where, entry: Recorded) -> None:
    if not entry.reason:
        source.report(where, "is compared with nothing and does not say why", "a quantity, or a reason")
    if not is_unit(entry.unit):
        near = nearest_name(entry.unit, vocabulary())
        source.report((*where, "unit"), f"{quote(entry.unit)} is not a unit", "", near)


def _asked(draft: Draft, source: Source, where: Where, quantity: str) -> None:
    """What rests on a value that the case fixes because it does not ask would agree or miss by accident."""
    for subject in SUBJECTS:
        fixed = [name for name in subject.rests_on if name in draft.fixed]
        if fixed and quantity in subject.outcomes:
            found = f"{quantity} is not asked about by this case, which fixes {', '.join(fixed)}"
            source.report((*where, "quantity"), found, "null, and say so as the reason")


def _compared(draft: Draft, source: Source, where: Where, entry: Recorded, with_: Comparable) -> None:
    """The unit, the statistic, the days and the options fit what is compared."""
    if entry.unit != with_.unit:
        source.report((*where, "unit"), f"{quote(entry.unit)} does not fit {entry.quantity}", with_.unit)
    allowed = STATISTICS[with_.nature]
    if entry.statistic not in allowed:
        source.report((*where, "statistic"), quote(entry.statistic), f"allowed: {', '.join(allowed)}")
        return
    window, day = (entry.since, entry.until), entry.day
    if with_.nature in ("outcome", "event", "ratio"):
        if day or any(window):
            found = f"names days, but {entry.quantity} takes none of its own"
            source.report(where, found, "no from, to or day")
    elif entry.statistic in ("sum", "mean", "share"):
        if day or not all(window):
            source.report(where, f"needs a window for {entry.statistic}", "from and to, and no day")
    elif not day or any(window):
        source.report(where, f"needs one day for {entry.statistic}", "day, and no from or to")
    _days_hold(draft, source, where, entry)
    if (entry.quantity == "ratio") != bool(entry.of):
        source.report((*where, "of"), "goes with ratio, and ratio with of")
    elif entry.of:
        _ratio_holds(draft, source, (*where, "of"), entry.of)
    if (entry.quantity == "agreed") != bool(entry.options):
        source.report((*where, "options"), "go with agreed, and agreed with options")
    for name in entry.options:
        if name not in draft.names["options"]:
            near = nearest_name(name, draft.names["options"])
            source.report((*where, "options"), f"{quote(name)} is not an option", nearest=near)


def _ratio_holds(draft: Draft, source: Source, where: Where, names: tuple[str, ...]) -> None:
    if len(names) != 2:
        source.report(where, f"names {len(names)}", "two entries, the upper one first")
    known = draft.names["recorded"]
    for name in names:
        other = draft.recorded.get(name)
        if name not in known:
            source.report(where, f"{quote(name)} is not on record", nearest=nearest_name(name, known))
        elif other is not None and (other.quantity in (None, "ratio") or other.yes_or_no):
            source.report(where, f"{quote(name)} is no number that is predicted", "an entry with a number of its own")


def _days_hold(draft: Draft, source: Source, where: Where, entry: Recorded) -> None:
    if entry.since and entry.until and entry.since > entry.until:
        source.report((*where, "from"), f"{entry.since} is after {entry.until}", "from before to")
    heading = draft.heading
    if heading is None:
        return
    try:
        last = heading.reference_day + dt.timedelta(days=heading.horizon - 1)
    except OverflowError:
        return  # the horizon is reported already
    for each in (entry.since, entry.until, entry.day):
        if each and not heading.reference_day <= each <= last:
            source.report(where, f"{each} is outside the campaign", f"{heading.reference_day} to {last}")


def _numbers_fit(source: Source, where: Where, entry: Recorded) -> None:
    """The numbers are in order, within what their unit allows, and those that the kind needs are there."""
    given = [each for each in (entry.low, entry.value, entry.high) if each is not None]
    if given != sorted(given):
        source.report(where, f"{quote(given)} is out of order", "low, value, high in ascending order")
    low, high = allowed_values(entry.unit)
    for each in given:
        if not low <= each <= high:
            allowed = f"from {low:g} to {high:g}" if high < float("inf") else f"not below {low:g}"
            source.report(where, quote(each), f"{allowed}, for {entry.unit}")
    if entry.yes_or_no and entry.value not in (0, 1):
        source.report((*where, "value"), quote(entry.value), "0 or 1, for a flag")
    needed = {
        "floor": ("value or low", entry.value if entry.value is not None else entry.low),
        "ceiling": ("value or high", entry.value if entry.value is not None else entry.high),
        "between": ("low and high", None if entry.low is None else entry.high),
        "estimate": ("value", entry.value),
    }
    words, found = needed[entry.kind]
    if found is None:
        source.report(where, f"says no number that its kind, {entry.kind}, needs", words)
    if entry.reporting is not None:
        share = entry.reporting
        if entry.kind != "floor":
            source.report((*where, "reporting"), f"stands beside kind {entry.kind}", "only a floor is reported in part")
        if not 0 < share.low <= share.high <= 1:
            shown = quote([share.low, share.high])
            source.report((*where, "reporting"), shown, "low up to high, above 0 and up to 1")


def _inputs_are_no_record(draft: Draft, source: Source) -> None:
    """What was predicted from the record cannot be tested by it."""
    recorded = {name: key for key, entry in draft.recorded.items() for name in entry.evidence}
    for where, names in _inputs(draft):
        for name in names:
            if name in recorded:
                found = f"{quote(name)} is recorded ({recorded[name]}), so it may not be an input"
                source.report(where, found, "evidence about something else")


def _inputs(draft: Draft) -> Iterator[tuple[Where, tuple[str, ...]]]:
    for key, assumption in draft.assumptions.items():
        if key in draft.pooled and draft.inherited.get(key) == "leave-one-out":
            continue  # drawn from the other campaigns alone, whatever the stated range cites
        yield ("assumptions", key, "evidence", "then"), assumption.evidence.then
    for key, number in draft.numbers.items():
        yield ("numbers", key, "evidence"), number.evidence
    for key, option in draft.options.items():
        for lever, setting in option.levers.items():
            yield ("options", key, "levers", lever, "evidence"), setting.evidence

"""What is on record in words, with all its digits, and what was modelled beside it, with two."""

from __future__ import annotations

import calendar
import datetime as dt

from closedsky.cases.recorded import Recorded
from closedsky.reading.backtest import Item
from closedsky.reading.words import figure
from closedsky.showing.numbers import LEAST, range_of

PERCENT = 100.0
"""What a share is multiplied by; headings say percent."""

YES_NO = {1.0: "yes", 0.0: "no"}


def when(entry: Recorded) -> str:
    """The days of an entry as a person would write them."""
    if entry.day:
        return _day(entry.day)
    since, until = entry.since, entry.until
    if since is None or until is None:
        return "to the horizon"
    whole = since.day == 1 and until.day == calendar.monthrange(until.year, until.month)[1]
    if whole and (since.month, until.month) == (1, 12) and since.year == until.year:
        return str(since.year)
    if whole and (since.year, since.month) == (until.year, until.month):
        return f"{since:%b} {since.year}"
    if whole and since.year == until.year:
        return f"{since:%b}-{until:%b} {since.year}"
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}-{_day(until)}"
    return f"{_day(since)} to {_day(until)}"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def recorded(entry: Recorded) -> str:
    """What is on record, with all its digits: it was not modelled."""
    if entry.yes_or_no and entry.value is not None:
        return YES_NO[entry.value]
    low, value, high = entry.low, entry.value, entry.high
    if entry.kind == "between" and low is not None and high is not None:
        return range_of(_exact(entry, low), _exact(entry, high))
    stated = next(each for each in (value, low, high) if each is not None)
    bound = "" if entry.reporting else {"floor": "at least ", "ceiling": "at most "}.get(entry.kind, "")
    return bound + _exact(entry, stated)


def with_range(entry: Recorded) -> str:
    r"""What is on record, and below it the range of an estimate that is stated with one."""
    said = recorded(entry)
    if entry.kind != "estimate" or entry.yes_or_no:
        return said
    low, high = (entry.value if end is None else end for end in (entry.low, entry.high))
    if low is None or high is None or low == high:
        return said
    return f"{said}\n({range_of(_exact(entry, low), _exact(entry, high))})"


def _scale(entry: Recorded) -> float:
    return PERCENT if entry.unit == "share" else 1.0


def _exact(entry: Recorded, value: float) -> str:
    return f"{round(value * _scale(entry), 4):,.10g}"


def shown(item: Item, value: float) -> str:
    """A modelled number of an item, as its table has it: shares in percent."""
    value *= _scale(item.entry)
    return f"<{LEAST:g}" if 0.0 < value < LEAST else figure(value)


def band_of(item: Item, ends: tuple[float, float]) -> str:
    """A modelled range of an item, as its table has it."""
    return range_of(*(shown(item, end) for end in ends))

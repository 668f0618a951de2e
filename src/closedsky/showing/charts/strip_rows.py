"""Rows of the backtest strip: one thing on record, in the unit it is shown in, with the words that stand above it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from closedsky.cases.recorded import QUANTITIES
from closedsky.cases.units import allowed_values
from closedsky.reading.backtest import RATIO, Item
from closedsky.reading.record import Chance, Number, Reading
from closedsky.reading.statistics import Share
from closedsky.reading.words import figure, per_thousand
from closedsky.showing.numbers import LEAST, UNIT_WORDS, range_of
from closedsky.showing.record_words import PERCENT, recorded, when, with_range

COLUMNS = (
    ("panel", "Panel", ""),
    ("item", "On record", ""),
    ("days", "Days", ""),
    ("unit", "Unit", ""),
    ("basis", "Basis", ""),
    ("restates", "Says the same as", ""),
    ("record", "Record", ""),
    ("record_low", "Record, low", "the row's"),
    ("record_high", "Record, high", "the row's"),
    ("futures", "Futures", "futures"),
    ("median", "Median future", "the row's"),
    ("band_50_low", "Half of the futures, from", "the row's"),
    ("band_50_high", "Half of the futures, to", "the row's"),
    ("band_90_low", "9 in 10 futures, from", "the row's"),
    ("band_90_high", "9 in 10 futures, to", "the row's"),
    ("share", "Share of futures that agree with the record", "share"),
    ("lies", "The record lies", ""),
    ("naive_median", "Naive forecaster, median", "the row's"),
    ("naive_90_low", "Naive forecaster, 9 in 10 from", "the row's"),
    ("naive_90_high", "Naive forecaster, 9 in 10 to", "the row's"),
    ("naive_share", "Naive forecaster, chance of the record", "share"),
    ("skill", "Skill over the naive forecaster", ""),
)
"""Columns of the numbers table: name, label, unit."""

DIGITS = 6
"""Significant digits that a mark needs; the rest is noise of the machine."""

WHOLE_BELOW = 100.0
"""Whole numbers below this have no decimals."""

HALF = 0.5
"""Shares above this are written by what is left of 1,000."""


@dataclass(frozen=True)
class Compared:
    """One item of a backtest as a chart shows it.

    Attributes:
        item: what is on record.
        found: the record against the futures that count: those in which what it is about is still on, as it was.
        again: whether it says the same thing as another item.
        naive: the record against a naive forecast; None where there is none.
        skill: 1 less the score over that of the naive forecast; None where there is none.
    """

    item: Item
    found: Reading
    again: bool
    naive: Reading | None = None
    skill: float | None = None


def row_of(compared: Compared, name: str | None = None) -> dict[str, Any]:
    """Lay out one item.

    Args:
        compared: the item.
        name: what the row is called; None for the label of the entry.

    Returns:
        `id`, `label`, `name` (the label of the entry), `unit` (in words), `form` ("number" or "share"), `derived` (made
        of other rows' numbers), `miss` ("above", "below", "rare" or None), `record` {"form", "text", and for numbers
        "low", "high"}, `predicted` and `naive` (bands for a number, "share" for a share, which has "low" and "high" too
        where few futures are counted), `sentence` (pieces of text, each with the mark that it speaks of), `scale`
        (None, to be filled).
    """
    item, entry, found = compared.item, compared.item.entry, compared.found
    row: dict[str, Any] = {
        "id": item.id,
        "label": name or entry.label,
        "name": entry.label,
        "unit": unit_words(entry.unit),
        "derived": entry.quantity == RATIO,
        "miss": found.verdict if found.missed else None,
        "scale": None,
    }
    text = with_range(entry).replace("\n", " ")
    naive = compared.naive
    if isinstance(found, Number):
        low, high = (_scaled(item, end) for end in found.record)
        said = [_said(item, value) for value in (found.median.value, *found.most)]
        band = range_of(said[1], said[2])
        words = f"predicted {said[0]}" + (f", {band}" if band != said[0] else " in 9 of 10 futures or more")
        made: dict[str, Any] = {
            "form": "number",
            "record": {"form": "value" if low == high else "range", "low": low, "high": high, "text": text},
            "predicted": _bands(item, found),
            "naive": _bands(item, naive) if isinstance(naive, Number) else None,
        }
    else:
        words = f"so in {share_words(found.share)}"
        made = {
            "form": "share",
            "record": {"form": entry.kind if entry.kind in ("floor", "ceiling") else "event", "text": text},
            "predicted": {"share": _plain(found.share.value.value)},
            "naive": {"share": _plain(naive.share.value.value)} if isinstance(naive, Chance) else None,
        }
        if _few(found.share):
            made["predicted"] |= {"low": _plain(found.share.low), "high": _plain(found.share.high)}
    return row | made | {"sentence": [[f"recorded {text}; ", "record"], [words, "futures"]]}


def ends_of(row: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Return the values that a row's axis must show, and those that it shows if they are near."""
    record, predicted, naive = row["record"], row["predicted"], row["naive"]
    needed = [record["low"], record["high"], predicted["median"], *predicted["band_50"], *predicted["band_90"]]
    wanted = [naive["median"], *naive["band_90"]] if naive else []
    return needed, [value for value in wanted if value is not None]


def counted_whole(item: Item) -> bool:
    """Whether there is nothing between two neighbouring whole numbers of an item."""
    quantity = item.entry.quantity
    return quantity is not None and QUANTITIES[quantity].whole


def limits_of(item: Item) -> tuple[float, float]:
    """Return the smallest and the largest value that an item's unit allows, in the unit that is shown."""
    low, high = allowed_values(item.entry.unit)
    return low * _factor(item), high * _factor(item)


def cells_of(panel: str, compared: Compared) -> list[Any]:
    """Return an item's cells of the numbers table, in the order of `COLUMNS`."""
    item, entry, found, naive = compared.item, compared.item.entry, compared.found, compared.naive
    cells: dict[str, Any] = {
        "panel": panel,
        "item": entry.label,
        "days": when(entry),
        "unit": unit_words(entry.unit),
        "basis": entry.basis,
        "restates": entry.restates,
        "record": recorded(entry),
        "lies": found.verdict,
        "skill": None if compared.skill is None else _plain(compared.skill),
    }
    if isinstance(found, Number):
        bands = _bands(item, found)
        cells["futures"], cells["median"] = found.futures, bands["median"]
        cells["record_low"], cells["record_high"] = (_scaled(item, end) for end in found.record)
        cells["band_50_low"], cells["band_50_high"] = bands["band_50"]
        cells["band_90_low"], cells["band_90_high"] = bands["band_90"]
    else:
        cells["futures"], cells["share"] = found.share.of, _plain(found.share.value.value)
    if isinstance(naive, Number):
        bands = _bands(item, naive)
        cells["naive_median"] = bands["median"]
        cells["naive_90_low"], cells["naive_90_high"] = bands["band_90"]
    elif isinstance(naive, Chance):
        cells["naive_share"] = _plain(naive.share.value.value)
    return [cells.get(name) for name, _, _ in COLUMNS]


def share_words(share: Share) -> str:
    """Say in how many futures something is so; where few are counted, or few are not, with the count and the interval.

    >>> from closedsky.futures.results import Estimate
    >>> share_words(Share(Estimate(0.31, 0.004), 310, 1000, 0.28, 0.34))
    '310 of 1,000 futures'
    >>> share_words(Share(Estimate(0.003, 0.001), 3, 1000, 0.0006, 0.0087))
    '3.0 of 1,000 futures (3 of 1,000 counted; 0.6 to 8.7)'
    >>> share_words(Share(Estimate(0.0, 0.0), 0, 2048, 0.0, 0.0018))
    'none of 2,048 futures'
    >>> share_words(Share(Estimate(0.998, 0.001), 1022, 1024, 0.99297, 0.99976))
    '998 of 1,000 futures (1,022 of 1,024 counted; 993 to 999.8)'
    """
    if not share.count:
        return f"none of {share.of:,} futures"
    if share.count == share.of:
        return f"all {share.of:,} futures"
    text = f"{per_thousand(share.value.value)} of 1,000 futures"
    if not _few(share):
        return text
    low = figure(1000.0 * share.low, 1) if share.low < HALF else per_thousand(share.low)
    ends = range_of(low, per_thousand(share.high))
    return f"{text} ({share.count:,} of {share.of:,} counted; {ends})"


def unit_words(unit: str) -> str:
    """Say a unit as people do.

    >>> unit_words("persons"), unit_words("sorties/day"), unit_words("share"), unit_words("flag")
    ('people', 'sorties a day', 'percent', '')
    """
    if unit in ("flag", "ratio"):
        return ""
    if unit == "share":
        return "percent"
    return UNIT_WORDS.get(unit, unit).replace("/", " a ")


def _bands(item: Item, found: Number) -> dict[str, Any]:
    return {
        "median": _scaled(item, found.median.value),
        "band_50": [_scaled(item, end) for end in found.middle],
        "band_90": [_scaled(item, end) for end in found.most],
    }


def _few(share: Share) -> bool:
    return share.few or share.count in (0, share.of)


def _factor(item: Item) -> float:
    return PERCENT if item.entry.unit == "share" else 1.0


def _scaled(item: Item, value: float) -> float | None:
    return _plain(value * _factor(item))


def _plain(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _said(item: Item, value: float) -> str:
    """A modelled number with two significant digits; a small count without decimals."""
    value *= _factor(item)
    if counted_whole(item) and value < WHOLE_BELOW and value == round(value):
        return f"{value:.0f}"
    return f"<{LEAST:g}" if 0.0 < value < LEAST else figure(value)

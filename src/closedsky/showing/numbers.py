"""Cells of a table: modelled numbers with two significant digits, their error, their range, their unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from closedsky.futures.results import Estimate
from closedsky.reading.statistics import Share, Spread
from closedsky.reading.words import UNDEFINED, change, figure, per_thousand, percent, signed

NOTHING = "-"
"""Shown where there is nothing to show."""

LEAST = 0.01
"""What lies below this in a table is shown as below it."""

PERSON = 0.5
"""Expected people below this round to nobody."""

UNIT_WORDS: Mapping[str, str] = {
    "persons": "people",
    "thousand persons": "thousand people",
    "million persons": "million people",
    "share": "share",
    "flag": "of 1,000 futures",
}
"""Units as people say them; any other unit is a word already."""

__all__ = [
    "NOTHING", "UNDEFINED", "band", "by_path", "change", "change_within", "few_or_share", "figure", "per_thousand",
    "percent", "percent_band", "range_of", "share_within", "signed", "signed_band",
    "unit", "with_band", "within",
]  # fmt: skip


def unit(name: str) -> str:
    """Say a unit.

    >>> unit("persons"), unit("days")
    ('people', 'days')
    """
    return UNIT_WORDS.get(name, name)


def within(estimate: Estimate) -> str:
    """Write an estimate with its standard error.

    >>> within(Estimate(9.74, 0.213)), within(Estimate(9.74, math.nan))
    ('9.7 ± 0.2', '9.7')
    """
    if not math.isfinite(estimate.value):
        return NOTHING
    return figure(estimate.value) + _plus_minus(estimate.error)


def change_within(estimate: Estimate) -> str:
    """Say a change in people killed with its standard error.

    >>> change_within(Estimate(-1264.0, 38.0))
    '1,300 fewer ± 40'
    """
    if not math.isfinite(estimate.value):
        return NOTHING
    return change(estimate.value) + _plus_minus(estimate.error)


def share_within(share: Share) -> str:
    """Write a share of futures as a natural frequency of 1,000 with its standard error.

    >>> share_within(Share(Estimate(0.31, 0.004), 310, 1000, 0.28, 0.34))
    '310 ± 4'
    """
    if not share.of:
        return NOTHING
    if share.few or share.count in (0, share.of):
        return few_or_share(share)
    return per_thousand(share.value.value) + _plus_minus(1000.0 * share.value.error)


def few_or_share(share: Share) -> str:
    """Write a share of 1,000 futures; where few are counted, the count in brackets and the 95 % interval instead.

    >>> few_or_share(Share(Estimate(0.003, 0.001), 3, 1000, 0.0006, 0.0087))
    '[3] 0.6-8.7'
    """
    if not share.of:
        return NOTHING
    if not share.few:
        return per_thousand(share.value.value)
    return f"[{share.count:,}] {figure(1000.0 * share.low, 1)}-{per_thousand(share.high)}"


def band(spread: Spread) -> str:
    """Write the band that holds 9 in 10 futures.

    >>> band(Spread(Estimate(2.0, 0.1), 1.0, 2.0, 12345.0))
    '1.0 to 12,000'
    """
    return range_of(_least(spread.low), _least(spread.high)) if _defined(spread) else NOTHING


def signed_band(spread: Spread) -> str:
    """Write the band of a change in people with its signs; less than half a person is nobody.

    >>> signed_band(Spread(Estimate(2.0, 0.1), -8712.0, 2.0, 12.3))
    '-8,700 to +12'
    """
    low, high = (signed(end) if abs(end) >= PERSON else "0" for end in (spread.low, spread.high))
    return range_of(low, high) if _defined(spread) else NOTHING


def signed_middle(spread: Spread) -> str:
    """Write the median of a change in people with its sign; less than half a person is nobody.

    >>> signed_middle(Spread(Estimate(2.0, 0.1), -8712.0, -184.0, 12.3))
    '-180'
    """
    return (signed(spread.median) if abs(spread.median) >= PERSON else "0") if _defined(spread) else NOTHING


def percent_band(spread: Spread) -> str:
    """Write the band of a share of something other than futures.

    >>> percent_band(Spread(Estimate(0.3, 0.01), 0.07, 0.3, 1.0))
    '7.0 to 100 %'
    """
    if not _defined(spread):
        return NOTHING
    low, high = figure(100.0 * spread.low), percent(spread.high)
    return high if percent(spread.low) == high else range_of(low, high)


def with_band(spread: Spread) -> str:
    r"""Write the median and the band below it, on one line where they are the same.

    >>> with_band(Spread(Estimate(2.0, 0.1), 1.0, 2.0, 12345.0))
    '2.0\n1.0 to 12,000'
    """
    if not _defined(spread):
        return NOTHING
    middle, ends = _least(spread.median), band(spread)
    return middle if middle == ends else f"{middle}\n{ends}"


def range_of(low: str, high: str) -> str:
    """Write a range, or one number where both ends read the same.

    >>> range_of("1", "2"), range_of("0", "0")
    ('1 to 2', '0')
    """
    return low if low == high else f"{low} to {high}"


def by_path(cells: Iterable[str]) -> str:
    r"""Put one line for each path to general war under each other, or one line where they read the same.

    >>> by_path(["1", "1"]), by_path(["1", "2"])
    ('1', '1\n2')
    """
    lines = list(cells)
    return lines[0] if len(set(lines)) == 1 else "\n".join(lines)


def _defined(spread: Spread) -> bool:
    return math.isfinite(spread.median)


def _least(value: float) -> str:
    return f"<{LEAST:g}" if 0.0 < abs(value) < LEAST else figure(value)


def _plus_minus(error: float) -> str:
    return f" ± {figure(error, 1)}" if math.isfinite(error) and error > 0 else ""

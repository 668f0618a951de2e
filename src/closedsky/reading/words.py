"""Numbers in words: two significant digits for whatever a model gave, mirrored wording for both directions."""

from __future__ import annotations

import math
from collections.abc import Sequence

UNDEFINED = "not defined"
THOUSAND = 1000.0
SMALLEST_PLAIN = 1e-4  # below this a number is easier to read with an exponent


def figure(value: float, digits: int = 2) -> str:
    """Write a number with so many significant digits and thousands separators.

    Args:
        value: any number.
        digits: significant digits, at least 1.

    >>> figure(1264.0), figure(0.01234), figure(-96.7), figure(0.0), figure(58.0, 1), figure(math.nan)
    ('1,300', '0.012', '-97', '0', '60', 'not defined')
    """
    if not math.isfinite(value):
        return UNDEFINED
    if value == 0.0:
        return "0"
    if abs(value) < SMALLEST_PLAIN:
        return f"{value:.{digits - 1}e}"
    rounded = float(f"{value:.{digits - 1}e}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{decimals}f}"


def change(value: float) -> str:
    """Say a change in a count of people in words that mirror each other.

    >>> change(-1264.0), change(1264.0), change(0.0)
    ('1,300 fewer', '1,300 more', 'no change')
    """
    if not math.isfinite(value):
        return UNDEFINED
    if value == 0.0:
        return "no change"
    return f"{figure(abs(value))} {'fewer' if value < 0 else 'more'}"


def signed(value: float) -> str:
    """Write a change with its sign.

    >>> signed(-1264.0), signed(0.5), signed(0.0)
    ('-1,300', '+0.50', '0')
    """
    text = figure(value)
    return f"+{text}" if value > 0 and math.isfinite(value) else text


def per_thousand(share: float) -> str:
    """Write a share as a natural frequency of 1,000; near 1,000 the rest keeps its digits.

    >>> per_thousand(0.0314), per_thousand(0.787), per_thousand(0.99951), per_thousand(1.0)
    ('31', '790', '999.5', '1,000')
    """
    if not math.isfinite(share):
        return UNDEFINED
    rest = THOUSAND * (1.0 - share)
    if not 0.0 < rest < 10.0:
        return figure(THOUSAND * share)
    rest = float(f"{rest:.0e}")
    return f"{THOUSAND - rest:.{max(0, -math.floor(math.log10(rest)))}f}"


def percent(share: float, digits: int = 2) -> str:
    """Write a share of something other than futures, in percent, with so many significant digits.

    >>> percent(0.0814), percent(1.0)
    ('8.1 %', '100 %')
    """
    return f"{figure(100.0 * share, digits)} %" if math.isfinite(share) else UNDEFINED


def listed(items: Sequence[str]) -> str:
    """Join words with commas and a last `and`.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def than(value: float, error: float, other: str) -> str:
    """Say by how much the civilians killed under an option differ from those under another.

    >>> than(-1264.0, 38.0, "Refuse"), than(0.0, 0.0, "Zone")
    ('1,300 (± 40) fewer civilians killed than Refuse', 'as many civilians killed as Zone')
    """
    if value == 0.0:
        return f"as many civilians killed as {other}"
    within = f" (± {figure(error, 1)})" if math.isfinite(error) else ""
    return f"{figure(abs(value))}{within} {'fewer' if value < 0 else 'more'} civilians killed than {other}"

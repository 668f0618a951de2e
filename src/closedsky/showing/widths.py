"""How much room text takes, in the widest of the fonts that it may be set in."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

WIDER = 1.12
"""How much wider emphasised text runs."""

BLANK, FIRM = " ", "\N{NO-BREAK SPACE}"
"""A blank at which a line may break, and one at which it may not."""

FIRST, LAST = 32, 126
WIDTHS = (
    *(318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636),
    *(636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656),
    *(557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613),
    *(635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818),
    *(592, 592, 525, 636, 337, 636, 838),
)
"""Advance widths of the characters from FIRST to LAST in thousandths of the size, of DejaVu Sans.

It is the widest of the fonts that a page may fall back to, so that text set by it fits in every other.
"""

OTHER, FULL = 0.85, 1.0
"""Widths of other characters: of most scripts, and of those that fill a square."""

MARKS = ("Mn", "Me", "Cf")
"""Categories of characters that take no room."""


def text_width(text: str, size: float, strong: bool = False) -> float:
    """Return the most room, in pixels, that a line of text takes in any of the fonts it may be set in.

    >>> text_width("1,990", 10.0), text_width("", 10.0)
    (28.62, 0.0)
    """
    return round(_thousandths(text) * size * (WIDER if strong else 1.0), 6)


@lru_cache(maxsize=8192)
def _thousandths(text: str) -> float:
    """Width of a text of size 1: the same words are measured over and over while lines are broken."""
    total = 0.0
    for char in text:
        code = ord(BLANK if char == FIRM else char)
        if FIRST <= code <= LAST:
            total += WIDTHS[code - FIRST] / 1000.0
        elif unicodedata.category(char) not in MARKS:
            total += FULL if unicodedata.east_asian_width(char) in "WF" else OTHER
    return total

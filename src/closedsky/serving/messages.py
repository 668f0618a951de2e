"""Messages, read with care: bounded before they are looked at, and one line for whatever is wrong."""

from __future__ import annotations

import json
import math
from typing import Any

MOST_MESSAGE = 65_536
"""Characters of one message."""

NARROW, WIDE, USUAL = 320.0, 2400.0, 720.0
"""Widths of the column of charts, in pixels."""

CHARTS = 32
"""Names of charts that one message may hold."""


class BadMessage(ValueError):
    """A message that cannot be answered; one line."""


def parse(text: str) -> dict[str, Any]:
    """Read a JSON object; NaN and infinities are none.

    Raises:
        BadMessage: it is something else.
    """

    def refuse(name: str) -> float:
        raise ValueError(f"{name} is no number")

    try:
        found = json.loads(text, parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"a message is a JSON object: {' '.join(str(error).split())[:120]}") from None
    if not isinstance(found, dict):
        raise BadMessage("a message is a JSON object")
    return found


def width_of(given: dict[str, Any]) -> float:
    """Width of the column of charts that a message names.

    Raises:
        BadMessage: it is no number that can be drawn for.
    """
    value = given.get("width", USUAL)
    right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not right or not NARROW <= value <= WIDE:
        raise BadMessage(f"width: is a number from {NARROW:.0f} to {WIDE:.0f}")
    return float(value)


def names_of(given: dict[str, Any]) -> tuple[str, ...]:
    """Names of the charts that are on a person's screen.

    Raises:
        BadMessage: it is no list of names, or too long.
    """
    value = given.get("shown", [])
    if not isinstance(value, list) or len(value) > CHARTS or not all(isinstance(each, str) for each in value):
        raise BadMessage(f"shown: is a list of at most {CHARTS} names of charts")
    return tuple(value)

"""The units that a case may use, and the values that each of them allows.

A unit is a word of the vocabulary ("km"), or one over another ("killed/day", "log-odds per rung"), where
the lower part may be a product ("1/(aircraft x day)"). The words are those that a reader of the case would
use. Under the distribution `beta` the unit is that of the quantity drawn, not of the shape parameters.
"""

from __future__ import annotations

import math
import re

#: Words for pure numbers, with the values that they allow: (lowest, highest).
PURE: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "share of country": (0.0, 1.0),
    "probability": (0.0, 1.0),
    "flag": (0.0, 1.0),
    "weight": (0.0, 1.0),
    "loading": (0.0, 1.0),
    "correlation": (0.0, 1.0),
    "index": (-1.0, 1.0),
    "x": (0.0, math.inf),
    "ratio": (0.0, math.inf),
    "exponent": (0.0, math.inf),
    "shape": (0.0, math.inf),
    "constant": (0.0, math.inf),
    "log": (-math.inf, math.inf),
    "log ratio": (-math.inf, math.inf),
    "log hazard": (-math.inf, math.inf),
    "log-odds": (-math.inf, math.inf),
}

#: Words for what is counted or measured: never negative, and neither is one over another.
COUNTED = frozenset(
    {
        *("day", "days", "week", "year", "years", "hour", "hours"),
        *("km", "km2", "kt", "nmi", "million USD", "billion USD", "million EUR", "billion EUR"),
        *("aircraft", "suppressor aircraft", "sortie", "sorties", "loss", "losses", "tanker", "station"),
        *("battery", "batteries", "interceptors", "missiles", "launches", "prewar defences", "target"),
        *("killed", "person", "persons", "thousand", "million", "state", "states", "members"),
        *("1", "shots", "engagement", "episode", "rung", "e-fold"),
    }
)

#: What the end of a key promises about its unit.
SUFFIXES = {
    "_km2": "km2",
    "_km": "km",
    "_kt": "kt",
    "_d": "days",
    "_h": "hours",
    "_musd": "million USD",
    "_share": "share",
}

_OVER = re.compile(r"/| per ")
_PRODUCT = re.compile(r"\((.+)\)")


def is_unit(unit: str) -> bool:
    """Whether the unit is in the vocabulary.

    >>> is_unit("km"), is_unit("aircraft/year"), is_unit("1/(aircraft x day)"), is_unit("furlong")
    (True, True, True, False)
    """
    upper, *lower = _OVER.split(unit)
    if len(lower) > 1:
        return False
    words = [upper]
    for part in lower:
        product = _PRODUCT.fullmatch(part)
        words += product[1].split(" x ") if product else [part]
    return all(word in COUNTED or word in PURE for word in words)


def vocabulary() -> list[str]:
    """All words that a unit may be made of, for a message about a wrong one."""
    return sorted({*PURE, *COUNTED})


def allowed_values(unit: str) -> tuple[float, float]:
    """The lowest and highest value that a unit allows; a rate has those of what is counted, without an end.

    >>> allowed_values("probability"), allowed_values("killed/day"), allowed_values("log-odds per rung")
    ((0.0, 1.0), (0.0, inf), (-inf, inf))
    """
    upper, *lower = _OVER.split(unit)
    low, high = PURE.get(upper, (0.0, math.inf))
    return low, math.inf if lower else high


def expected_unit(key: str) -> str:
    """The unit that the end of a key promises; nothing if it promises none.

    >>> expected_unit("reach_km"), expected_unit("exchange")
    ('km', '')
    """
    return next((unit for suffix, unit in SUFFIXES.items() if key.endswith(suffix)), "")

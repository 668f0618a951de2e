"""Conditions on outcomes in words that mirror each other: what a reader understands of `killed < killed[refuse] - 100`.

Common shapes are said: an outcome beside a number, beside the same outcome of another option, a flag, a code, and a few
of these joined by `and` or by `or`. Any other is quoted as it was written, so that nothing is said that was not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from closedsky.cases.schema import Case
from closedsky.futures.results import ALL_OUTCOMES
from closedsky.reading.measures import ENDINGS, FATES, LENGTH, LIVES, RUNGS
from closedsky.reading.where import COMPARISONS, TOKEN

Token = tuple[str, str]
Key = tuple[str, str]
"""An outcome and the option whose it is."""

SWAPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
"""The same said from the other side."""

NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

COUNTED = {"<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least", "==": "exactly"}
MEASURED = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "exactly"}
DATED = {"<": "before day", "<=": "on or before day", ">": "after day", ">=": "on or after day", "==": "on day"}
"""Before a number: of people and things, of sizes, and of days of the war."""

OF_THINGS = ("persons", "engagements", "episodes", "stations", "aircraft", "sorties", "sorties/day", "states")
"""Units of outcomes whose label begins with what is counted."""

DAYS_OF = ("end_day", "adopted_day", "asked_day")
"""Outcomes that are a day, not a length."""

EFFECT_WORDS: Mapping[str, tuple[str, str]] = {
    LIVES: ("civilians killed", " while both wars run"),
    LENGTH: ("civilians killed", " by one war outlasting the other and by occupation"),
}
"""What is more or less under outcomes that are differences already, and by what, said last."""

NOT: Mapping[str, str] = {
    "direct_combat": "no lethal engagement and no strike on the other's batteries took place",
    "adopted": "the alliance (or the pivotal member) would not have agreed",
}
"""What a flag says where it is not up; where it is, its label says it."""

CODES: Mapping[str, tuple[str, Mapping[int, str]]] = {
    "ending": ("the war's end", ENDINGS),
    "fate": ("the zone's fate", FATES),
    "peak_rung": ("the highest rung", RUNGS),
}
"""What a code is of, and its names."""


class _Other(Exception):
    """A shape that is not said."""


class _Sizes(NamedTuple):
    """How an outcome is compared: before or after its name, and in which unit."""

    what: str
    counted: bool
    scale: str
    unit: str
    less: str
    more: str


def where_words(text: str, option: str, case: Case, reference: str | None = None) -> str:
    """Say a condition.

    Args:
        text: as a person wrote it; it has been read before (`closedsky.reading.where.parse_where`).
        option: id of the one asked about; its outcomes are said without naming it.
        case: labels of its options.
        reference: id of the one that effects on lives are measured against.

    Returns:
        A part of a sentence; the text itself in quotes where its shape is not said.

    >>> from closedsky.cases import load_case
    >>> case = load_case("ukraine-2022")
    >>> where_words("killed > 1000", "full-zone", case)
    'more than 1,000 civilians killed to the horizon (true count)'
    >>> where_words("peak_rung >= 3", "full-zone", case)
    'the highest rung “repeated force” or worse'
    >>> where_words("killed * 2 > 1000", "full-zone", case)
    '“killed * 2 > 1000”'
    """
    tokens = [(str(each.lastgroup), each[str(each.lastgroup)]) for each in TOKEN.finditer(text)]
    try:
        return _Words(option, case, reference).whole(tokens)
    except _Other:
        return f"“{text}”"


class _Words:
    """Words of one condition."""

    def __init__(self, option: str, case: Case, reference: str | None) -> None:
        self.option, self.case, self.reference = option, case, reference

    def whole(self, tokens: Sequence[Token]) -> str:
        either = [_split(part, "and") for part in _split(tokens, "or")]
        if len(either) > 1 and any(len(part) > 1 for part in either):
            raise _Other  # what belongs together would not be heard
        parts = [self.clause(each) for part in either for each in part]
        return (", or " if len(either) > 1 else ", and ").join(parts)

    def clause(self, tokens: Sequence[Token]) -> str:
        yes = True
        while tokens and tokens[0] == ("name", "not"):
            tokens, yes = tokens[1:], not yes
        signs = [place for place, token in enumerate(tokens) if token[0] == "sign" and token[1] in COMPARISONS]
        if not signs:
            terms, _ = self.sum(tokens)
            return self.flag(next(iter(terms)), yes)
        if len(signs) > 1:  # a chain
            raise _Other
        at = signs[0]
        sign = tokens[at][1] if yes else NEGATED[tokens[at][1]]
        return self.comparison(self.sum(tokens[:at]), sign, self.sum(tokens[at + 1 :]))

    def sum(self, tokens: Sequence[Token]) -> tuple[dict[Key, float], float]:
        """How often each outcome is in a sum, and the number beside them."""
        found: dict[Key, float] = {}
        number, at = 0.0, 0
        while at < len(tokens):
            times, start = 1.0, at
            while at < len(tokens) and tokens[at] in (("sign", "+"), ("sign", "-")):
                times, at = times if tokens[at][1] == "+" else -times, at + 1
            if start and start == at:
                raise _Other  # a product, or what is in parentheses
            kind, word = tokens[at] if at < len(tokens) else ("", "")
            following = tokens[at + 1] if at + 1 < len(tokens) else ("", "")
            if kind == "number":
                share = following == ("sign", "%")
                number += times * float(word.replace("_", "")) * (0.01 if share else 1.0)
                at += 1 + share
            elif kind == "name" and word in ALL_OUTCOMES:
                named = following[0] == "option"
                key = (word, following[1] if named else self.option)
                found[key] = found.get(key, 0.0) + times
                at += 1 + named
            else:
                raise _Other
        return found, number

    def comparison(self, left: tuple[dict[Key, float], float], sign: str, right: tuple[dict[Key, float], float]) -> str:
        keys = dict.fromkeys([*left[0], *right[0]])
        terms = {key: left[0].get(key, 0.0) - right[0].get(key, 0.0) for key in keys}
        terms = {key: times for key, times in terms.items() if times}
        number = right[1] - left[1] + 0.0  # never -0
        if not terms or {abs(times) for times in terms.values()} != {1.0}:
            raise _Other
        first = next((key for key in terms if key[1] == self.option), next(iter(terms)))
        if terms[first] < 0.0:
            sign, number = SWAPPED[sign], 0.0 - number
        if len(terms) == 1:
            return self.beside_number(first, sign, number)
        if len(terms) == 2 and sum(terms.values()) == 0.0 and len({name for name, _ in terms}) == 1:
            (other,) = (key[1] for key in terms if key != first)
            return self.beside_option(first, sign, number, other)
        raise _Other

    def beside_number(self, key: Key, sign: str, number: float) -> str:
        name, _ = key
        if name in CODES:
            return self.code(key, sign, number)
        if ALL_OUTCOMES[name].unit == "flag":
            no, yes = (bool(COMPARISONS[sign](np.array(each), np.array(number))) for each in (0.0, 1.0))
            if no == yes:
                raise _Other
            return self.flag(key, yes)
        if name in EFFECT_WORDS:
            what, rest = EFFECT_WORDS[name]
            than = f"than under {self.label(self.reference)}" if self.reference else "than under the reference option"
            return f"{_difference(_sizes('killed')._replace(what=what), sign, number, self.under(key), than)}{rest}"
        sizes = _sizes(name)
        words = COUNTED if sizes.counted else DATED if name in DAYS_OF else MEASURED
        if sign not in words:
            raise _Other
        if sizes.counted:
            return f"{words[sign]} {_exact(number)}{sizes.scale} {sizes.what}{self.under(key)}"
        value = _exact(number) if name in DAYS_OF else _measure(number, sizes.unit)
        return f"{sizes.what}{self.under(key)} {words[sign]} {value}"

    def beside_option(self, key: Key, sign: str, number: float, other: str) -> str:
        name, _ = key
        if name in CODES or name in EFFECT_WORDS or ALL_OUTCOMES[name].unit == "flag":
            raise _Other
        return _difference(_sizes(name), sign, number, self.under(key), f"than under {self.label(other)}")

    def flag(self, key: Key, yes: bool) -> str:
        words = ALL_OUTCOMES[key[0]].label if yes else NOT.get(key[0])
        if words is None:
            raise _Other
        return f"{words}{self.under(key)}"

    def code(self, key: Key, sign: str, number: float) -> str:
        what, names = CODES[key[0]]
        codes = sorted(names)
        held = [code for code in codes if COMPARISONS[sign](np.array(float(code)), np.array(number))]
        if not held or (len(held) == len(codes) and key[0] != "peak_rung"):
            raise _Other  # never, or always
        head = f"{what}{self.under(key)}"
        if len(held) == 1:
            return f"{head} “{names[held[0]]}”"
        if key[0] != "peak_rung":
            left = [code for code in codes if code not in held]
            if len(left) == 1:
                return f"{head} not “{names[left[0]]}”"
            return f"{head} {' or '.join(f'“{names[code]}”' for code in held)}"
        if held == codes[-len(held) :]:
            return f"{head} “{names[held[0]]}” or worse"
        if held == codes[: len(held)]:
            return f"{head} “{names[held[-1]]}” or milder"
        return f"{head} {' or '.join(f'“{names[code]}”' for code in held)}"

    def under(self, key: Key) -> str:
        """Say whose outcome it is, where it is not that of the option asked about."""
        return "" if key[1] == self.option else f" under {self.label(key[1])}"

    def label(self, option: str) -> str:
        return f"“{self.case.options[option].label}”" if option in self.case.options else f"“{option}”"


def _split(tokens: Sequence[Token], word: str) -> list[list[Token]]:
    """Cut at every `and`, or at every `or`."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token == ("name", word):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _difference(sizes: _Sizes, sign: str, number: float, under: str, than: str) -> str:
    """Say by how much something lies above or below the same elsewhere."""
    if sign not in ("<", "<=", ">", ">="):
        raise _Other
    down, strict = sign in ("<", "<="), sign in ("<", ">")
    gap = -number if down else number
    way, back = (sizes.less, sizes.more) if down else (sizes.more, sizes.less)
    by = f"{_exact(abs(gap))}{sizes.scale}" if sizes.counted else _apart(abs(gap), sizes.unit)
    what = f"{sizes.what}{under}"
    if gap > 0.0:
        amount = f"{'over' if strict else 'at least'} {by} {way}"
        return f"{amount} {what} {than}" if sizes.counted else f"{what} {amount} {than}"
    if gap < 0.0:
        rest = f"{'less than' if strict else 'at most'} {by} {back}"
        return f"{f'{way} {what}' if sizes.counted else f'{what} {way}'} {than}, or {rest}"
    amount = way if strict else f"no {back}"
    return f"{amount} {what} {than}" if sizes.counted else f"{what} {amount} {than}"


def _sizes(name: str) -> _Sizes:
    """How an outcome that is neither a flag nor a code is compared."""
    entry = ALL_OUTCOMES[name]
    what = _noun(entry.label)
    scale, _, counts = entry.unit.rpartition(" ")
    if counts in OF_THINGS or (entry.unit == "days" and what.startswith("days ")):
        return _Sizes(what, True, f" {scale}" if scale else "", "", "fewer", "more")
    less, more = ("earlier", "later") if name in DAYS_OF else ("lower", "higher")
    return _Sizes(what, False, "", entry.unit, less, more)


def _noun(label: str) -> str:
    """A label as part of a sentence: what follows its first comma or colon in parentheses."""
    ends = [place for place in (label.find(", "), label.find(": ")) if place >= 0]
    return f"{label[: min(ends)]} ({label[min(ends) + 2 :]})" if ends else label


def _exact(value: float) -> str:
    """Write a number as a person gave it."""
    return f"{value:,.10g}"


def _measure(value: float, unit: str) -> str:
    return f"{_exact(100.0 * value)} %" if unit == "share" else f"{_exact(value)} {unit}".removesuffix(" log-odds")


def _apart(value: float, unit: str) -> str:
    return f"{_exact(100.0 * value)} percentage points" if unit == "share" else _measure(value, unit)

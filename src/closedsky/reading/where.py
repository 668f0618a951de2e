"""Conditions on outcomes as people write them: `lives_rate_effect < -100 and not direct_combat`.

A small grammar, parsed and never run as code::

    condition  = and-part {"or" and-part}
    and-part   = not-part {"and" not-part}
    not-part   = ["not"] comparison
    comparison = sum {("<" | "<=" | ">" | ">=" | "==" | "!=") sum}
    sum        = product {("+" | "-") product}
    product    = factor {("*" | "/") factor}
    factor     = ["-"] (NUMBER ["%"] | OUTCOME ["[" OPTION "]"] | "(" condition ")")

An outcome without an option is that of the option asked about. A flag may stand for itself. Where an outcome is
undefined in a future, so is every comparison with it; a condition is undefined where that leaves it open.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import ALL_OUTCOMES

Values = NDArray[np.float64]
Get = Callable[[str, str], Values]
"""From outcome and option to its values, shape (future,)."""

LONGEST = 400
"""Characters of a condition; nobody reads a longer one."""

DEEPEST = 20
"""Parentheses inside each other, and signs or `not` one after the other."""

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|\[\s*(?P<option>[^\[\]]*?)\s*\]|(?P<sign><=|>=|==|!=|[<>+\-*/()%]))"
)

COMPARISONS: dict[str, Callable[[Values, Values], NDArray[np.bool_]]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal,
}  # fmt: skip

RISK = "war_hazard"
"""Never asked about: no count of general war is made."""


class WhereError(ValueError):
    """A condition that cannot be read; its message is one line that says where and what is near."""


@dataclass(frozen=True)
class Node:
    """A part of a condition.

    Attributes:
        truth: whether it is a yes or no rather than a number.
        value: of the part in each future.
        text: as written, for messages.
    """

    truth: bool
    value: Callable[[Get], Values]
    text: str = ""


@dataclass(frozen=True)
class Where:
    """A condition.

    Attributes:
        text: as a person wrote it, blanks aside.
        needs: (outcome, option) that it reads.
        node: how it is worked out.
    """

    text: str
    needs: tuple[tuple[str, str], ...]
    node: Node

    @property
    def options(self) -> tuple[str, ...]:
        """Options that it reads, each once."""
        return tuple(dict.fromkeys(option for _, option in self.needs))

    def holds(self, get: Get) -> Values:
        """Return 1 where it holds, 0 where it does not, NaN where that is open, shape (future,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.node.value(get)


def parse_where(text: str, option: str, options: Sequence[str]) -> Where:
    """Read a condition.

    Args:
        text: what a person wrote.
        option: whose outcomes are meant where none is named.
        options: ids that may be named.

    Raises:
        WhereError: it cannot be read.
    """
    return _Parser(text, option, options).whole()


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str, option: str, options: Sequence[str]) -> None:
        if len(text) > LONGEST:
            raise WhereError(f"a condition of {len(text)} characters is too long; at most {LONGEST}")
        self.text, self.option, self.options = text, option, tuple(options)
        self.tokens: list[tuple[str, str, int]] = []
        self.at = self.depth = 0
        self.needs: dict[tuple[str, str], None] = {}
        place = 0
        while text[place:].strip():
            match = TOKEN.match(text, place)
            if match is None:
                place += len(text[place:]) - len(text[place:].lstrip())
                raise WhereError(f"cannot read {text[place]!r} at character {place + 1} of {text!r}")
            kind = str(match.lastgroup)
            self.tokens.append((kind, match.group(kind), match.start(kind)))
            place = match.end()

    def whole(self) -> Where:
        if not self.tokens:
            raise WhereError("a condition is empty; write OUTCOME < NUMBER")
        node = self.truth(self.either())
        if self.at < len(self.tokens):
            self.fail("expected `and`, `or` or the end")
        if not self.needs:
            raise WhereError(f"{self.text!r} reads no outcome; write OUTCOME < NUMBER")
        return Where(" ".join(self.text.split()), tuple(self.needs), node)

    def either(self) -> Node:
        found = self.both()
        while self.take("name", "or"):
            left, right = self.truth(found), self.truth(self.both())
            found = _join(True, _or, left, right)
        return found

    def both(self) -> Node:
        found = self.negated()
        while self.take("name", "and"):
            left, right = self.truth(found), self.truth(self.negated())
            found = _join(True, _and, left, right)
        return found

    def negated(self) -> Node:
        if self.take("name", "not"):
            with_depth = self.deeper()
            inner = self.truth(self.negated())
            self.depth -= with_depth
            return Node(True, lambda get: 1.0 - inner.value(get))
        return self.comparison()

    def comparison(self) -> Node:
        parts, signs = [self.sum()], []
        while (sign := self.sign(COMPARISONS)) is not None:
            signs.append(sign)
            parts.append(self.number(self.sum()))
        if not signs:
            return parts[0]
        self.number(parts[0])

        def value(get: Get) -> Values:
            values = [each.value(get) for each in parts]
            found = np.ones(np.broadcast_shapes(*(each.shape for each in values)))
            for sign, left, right in zip(signs, values, values[1:], strict=False):
                held = COMPARISONS[sign](left, right).astype(float)
                found = _and(found, np.where(np.isnan(left) | np.isnan(right), np.nan, held))
            return found

        return Node(True, value)

    def sum(self) -> Node:
        found = self.product()
        while (sign := self.sign("+-")) is not None:
            left, right = self.number(found), self.number(self.product())
            found = _join(False, np.add if sign == "+" else np.subtract, left, right)
        return found

    def product(self) -> Node:
        found = self.factor()
        while (sign := self.sign("*/")) is not None:
            left, right = self.number(found), self.number(self.factor())
            found = _join(False, np.multiply if sign == "*" else _divide, left, right)
        return found

    def factor(self) -> Node:
        if self.take("sign", "-"):
            with_depth = self.deeper()
            inner = self.number(self.factor())
            self.depth -= with_depth
            return Node(False, lambda get: -inner.value(get))
        if self.take("sign", "("):
            with_depth = self.deeper()
            inner = self.either()
            self.depth -= with_depth
            if not self.take("sign", ")"):
                self.fail("a parenthesis is not closed")
            return inner
        kind, word, _ = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", 0)
        if kind == "number":
            self.at += 1
            number = np.float64(word.replace("_", "")) * (0.01 if self.take("sign", "%") else 1.0)
            return Node(False, lambda get: np.asarray(number))
        if kind == "name" and word not in ("and", "or", "not"):
            return self.outcome(word)
        self.fail("expected a number or an outcome")

    def outcome(self, word: str) -> Node:
        known = [name for name in ALL_OUTCOMES if name != RISK]
        if word == RISK:
            raise WhereError(f"{RISK}: no count of general war is made; `closedsky compare CASE` shows exchange rates")
        if word not in known:
            raise WhereError(f"no outcome {word!r}{near(word, known)}; `closedsky explore CASE --list` has them all")
        self.at += 1
        option = self.option
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "option":
            option = self.tokens[self.at][1]
            if option not in self.options:
                raise WhereError(f"no option {option!r}, only {', '.join(self.options)}{near(option, self.options)}")
            self.at += 1
        self.needs[word, option] = None
        return Node(ALL_OUTCOMES[word].unit == "flag", lambda get: get(word, option), word)

    def truth(self, node: Node) -> Node:
        if not node.truth:
            self.fail("expected a yes or no, such as OUTCOME < NUMBER", before=True)
        return node

    def number(self, node: Node) -> Node:
        if node.truth and not node.text:  # a flag is a number, too
            self.fail("expected a number, not a yes or no", before=True)
        return node

    def sign(self, signs: Iterable[str]) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "sign" and self.tokens[self.at][1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def take(self, kind: str, word: str) -> bool:
        found = self.at < len(self.tokens) and self.tokens[self.at][:2] == (kind, word)
        self.at += found
        return found

    def deeper(self) -> int:
        self.depth += 1
        if self.depth > DEEPEST:
            raise WhereError(f"more than {DEEPEST} parts inside each other; write it more simply")
        return 1

    def fail(self, wanted: str, before: bool = False) -> NoReturn:
        place = self.at - 1 if before else self.at
        if place < len(self.tokens):
            kind, word, start = self.tokens[max(place, 0)]
            shown = f"[{word}]" if kind == "option" else word
            raise WhereError(f"{wanted}, at {shown!r} (character {start + 1}) of {self.text!r}")
        raise WhereError(f"{wanted}, at the end of {self.text!r}")


def near(word: str, known: Sequence[str]) -> str:
    """Say which known word is nearest, if one is near.

    >>> near("kiled", ["killed", "held"])
    '; did you mean killed?'
    """
    found = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _join(truth: bool, step: Callable[[Values, Values], Values], a: Node, b: Node) -> Node:
    return Node(truth, lambda get: step(a.value(get), b.value(get)))


def _or(a: Values, b: Values) -> Values:
    return 1.0 - _and(1.0 - a, 1.0 - b)


def _and(a: Values, b: Values) -> Values:
    return np.where((a == 0.0) | (b == 0.0), 0.0, a * b)


def _divide(a: Values, b: Values) -> Values:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(b == 0.0, np.nan, a / np.where(b == 0.0, 1.0, b)))

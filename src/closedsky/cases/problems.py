"""What is wrong with a case file, one line each, and the error that carries those lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

#: The longest piece of a person's file that a message repeats.
LONGEST_QUOTE = 60

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a case.

    Attributes:
        file: the file as the person named it.
        where: the field's path, such as `assumptions.shelling.then`; empty for the whole file.
        found: what stands there, and what is wrong with it.
        allowed: what may stand there; empty where `found` says it all.
        nearest: the nearest right name, where a name is wrong and one is near.
        line: line of the file, counted from 1; 0 when the problem has no line.

    Example:
        >>> print(Problem("case.yaml", "numbers.fleet.unit", "'planes' is not a unit", nearest="aircraft"))
        case.yaml: numbers.fleet.unit: 'planes' is not a unit; did you mean aircraft?
    """

    file: str
    where: str
    found: str
    allowed: str = ""
    nearest: str = ""
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = ": ".join(part for part in (place, self.where, self.found) if part)
        if self.allowed:
            text += f"; {self.allowed}"
        if self.nearest:
            text += f"; did you mean {self.nearest}?"
        return text


class CaseError(ValueError):
    """A case that cannot be used: the fault lies in its files, and `problems` says where.

    Attributes:
        problems: every problem found, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the message is one line for each of them."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[Problem, ...]]]:
        """Survive the way between processes."""
        return type(self), (self.problems,)


def nearest_name(name: object, names: Iterable[str]) -> str:
    """The right name closest to a wrong one, or nothing when none is close.

    >>> nearest_name("sheling", ["shelling", "relief"])
    'shelling'
    """
    found = get_close_matches(str(name)[:200], [str(each) for each in names], n=1, cutoff=0.6)
    return found[0] if found else ""


def quote(value: object) -> str:
    """A value from a person's file on one short line, safe to print on a terminal.

    >>> quote([1.0, 2.5]), quote("a" * 100)[-4:]
    ('[1, 2.5]', 'aaa…')
    """
    if isinstance(value, list | tuple):
        text = "[" + ", ".join(quote(each) for each in value[:8]) + (", …]" if len(value) > 8 else "]")
    elif isinstance(value, dict):
        text = f"a mapping of {len(value)}"
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, float):
        text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    elif value is None:
        text = "nothing"
    else:
        text = str(value) or "an empty text"
    text = "".join(letter if letter.isprintable() else " " for letter in text[: LONGEST_QUOTE * 4])
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def dotted(where: Sequence[str | int]) -> str:
    """The path of a field as a person would write it.

    >>> dotted(("assumptions", "shelling", "then", 0))
    'assumptions.shelling.then[0]'
    """
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{quote(part)}"
    return text.removeprefix(".")

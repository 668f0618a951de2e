"""Runs of several courses over the same futures: options with levers set otherwise, under switches of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from closedsky.cases.contested import Course
from closedsky.cases.schema import Case
from closedsky.futures.overrides import Value
from closedsky.futures.results import Results

Changes = Mapping[str, Value]


@dataclass(frozen=True)
class Runs:
    """Results of several courses in the same futures.

    Attributes:
        results: by the text of what was changed, by path to general war.
    """

    results: Mapping[str, Mapping[str, Results]] = field(default_factory=dict)

    def of(self, course: Course, switches: Changes | None = None) -> Mapping[str, Results]:
        """Return the results in which a course was run, by path.

        Raises:
            KeyError: it was not run.
        """
        return self.results[key_of(changes_of(course, switches))]


def changes_of(course: Course, switches: Changes | None = None) -> dict[str, Value]:
    """Overrides that make an option into a course."""
    return {f"{course.option}.{lever}": value for lever, value in sorted(course.levers.items())} | dict(switches or {})


def key_of(changes: Changes) -> str:
    """Text of what is changed, the same for the same changes."""
    return ", ".join(f"{name}={value}" for name, value in sorted(changes.items()))


def run_courses(
    case: Case,
    asked: Sequence[tuple[Course, Changes]],
    run: Callable[[tuple[str, ...], dict[str, Any]], Mapping[str, Results]],
) -> Runs:
    """Run courses, those with the same changes together, the option really taken always among them.

    Args:
        case: the case.
        asked: courses, each with switches.
        run: makes results by path of options and overrides.
    """
    together: dict[str, tuple[set[str], dict[str, Value]]] = {}
    for course, switches in asked:
        changes = changes_of(course, switches)
        options, _ = together.setdefault(key_of(changes), ({case.taken}, changes))
        options.add(course.option)
    return Runs(
        {
            key: run(tuple(name for name in case.options if name in options), changes)
            for key, (options, changes) in together.items()
        }
    )

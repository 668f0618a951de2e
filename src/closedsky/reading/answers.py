"""What a claim bears on, computed: outcomes under the options it is about, and what a lever or a switch changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from closedsky.futures.results import Results
from closedsky.reading.measures import ENDINGS, FATES, LASTING, LENGTH, LIVES, RUNGS
from closedsky.reading.statistics import Share, Spread, flag, share, spread

CODES: Mapping[str, Mapping[int, str]] = {"ending": ENDINGS, "fate": FATES, "peak_rung": RUNGS}
"""Outcomes that are codes: each value is answered by itself."""

MOVED = ("killed", "held", "aid", "ending")
"""Outcomes that are shown for a lever or a switch."""

AGAINST_REFERENCE = (LIVES, LENGTH)
"""Outcomes that compare with the reference option, for which they are nothing."""


@dataclass(frozen=True)
class Course:
    """One way in which things could go: an option under one set of changes.

    Attributes:
        label: what people call it.
        results: by path to general war.
        option: id.
        beyond: the same followed to a later horizon, from which whatever depends on length is read.
    """

    label: str
    results: Mapping[str, Results]
    option: str
    beyond: Mapping[str, Results] | None = None

    def read(self, outcome: str) -> Mapping[str, Results]:
        """Return the results from which an outcome is read."""
        return self.beyond if self.beyond and outcome in LASTING else self.results


@dataclass(frozen=True)
class Answer:
    """One outcome under several courses.

    Attributes:
        outcome, label, unit: which; a code outcome is answered once for each of its values, as a share of futures.
        courses: by the label of the course and the path to general war.
    """

    outcome: str
    label: str
    unit: str
    courses: Mapping[str, Mapping[str, Spread | Share]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        courses = {name: {path: each.to_dict() for path, each in of.items()} for name, of in self.courses.items()}
        return {"outcome": self.outcome, "label": self.label, "unit": self.unit, "courses": courses}


def answer(outcome: str, courses: Sequence[Course]) -> tuple[Answer, ...]:
    """Read one outcome off several courses.

    Args:
        outcome: its name in the model.
        courses: each with its results by path; at least one.

    Returns:
        One answer, or one for each value of an outcome that is a code.

    Raises:
        KeyError: no such outcome.
    """
    first = next(iter(courses[0].read(outcome).values()))
    about = first.outcomes[outcome].attrs
    until = f", to day {first.case.horizon:,}" if courses[0].read(outcome) is courses[0].beyond else ""
    if outcome in AGAINST_REFERENCE:
        courses = [each for each in courses if each.option != first.reference] or courses
    if outcome not in CODES:
        flagged = about["units"] == "flag"
        found = {each.label: _by_path(each, outcome, None, flagged) for each in courses}
        return (Answer(outcome, str(about["long_name"]) + until, str(about["units"]), found),)
    return tuple(
        Answer(outcome, text + until, "flag", {each.label: _by_path(each, outcome, code, True) for each in courses})
        for code, text in CODES[outcome].items()
    )


def _by_path(course: Course, outcome: str, code: int | None, flagged: bool) -> dict[str, Spread | Share]:
    found: dict[str, Spread | Share] = {}
    for path, results in course.read(outcome).items():
        values = results.values(outcome, course.option)
        if code is not None:
            values = flag(values, values == code)
        found[path] = share(values) if flagged else spread(values)
    return found

"""What a case does not ask about: a number that rests on what it fixes would be an answer to no question.

A case about an air campaign on record fixes the ground war, harm and aid at values that do nothing (`Fixed`), so lives,
territory and aid come out of its futures as units, and not as findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from closedsky.cases.schema import Case


class Subject(NamedTuple):
    """Something that a run shows.

    Attributes:
        words: what people call it.
        outcomes: ids of the outcomes that tell it.
        rests_on: assumptions of the model that set its size; a case that fixes one of them does not ask about it.
    """

    words: str
    outcomes: tuple[str, ...]
    rests_on: tuple[str, ...]


# source: what each outcome is made of (model/harm.py, ground_war.py, ending.py, support.py, escalation.py). Sorties at
# the front and missiles add to the killed only where a war has them, so a case may fix these two and still ask.
SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "civilians killed",
        (
            "lives_rate_effect", "lives_length_effect", "killed", "killed_fighting", "killed_verified", "killed_by_air",
            "killed_by_missile", "killed_by_shelling", "killed_by_replacement", "killed_by_occupation",
        ),
        ("shelling", "harm_deep"),
    ),
    Subject("territory", ("held", "displaced"), ("front_v",)),
    Subject("how the war ends", ("ending", "war_days", "end_day"), ("end_median",)),
    Subject("aid", ("aid",), ("aid_max",)),
    Subject("general war", ("war_hazard",), ("q_episode", "q_soil")),
)  # fmt: skip
"""What a run shows that a case may leave out, in the order of its tables."""

HEADLINE = ("killed", "held")
"""Outcomes by which a run compares options in every table of lives; without them it has nothing to say."""


def unasked(case: Case, outcomes: Iterable[str] | None = None) -> tuple[Subject, ...]:
    """What a case does not ask about.

    Args:
        case: the case.
        outcomes: ids of those that are wanted; every subject where None.

    Returns:
        The subjects that rest on something that the case fixes, in the order of `SUBJECTS`.

    >>> from closedsky.cases import load_case
    >>> [each.words for each in unasked(load_case("odyssey-dawn-2011"), ["killed", "aid", "coalition_lost"])]
    ['civilians killed', 'aid']
    """
    wanted = None if outcomes is None else set(outcomes)
    return tuple(
        each
        for each in SUBJECTS
        if not case.fixed.keys().isdisjoint(each.rests_on) and (wanted is None or not wanted.isdisjoint(each.outcomes))
    )


def can_be_run(case: Case) -> bool:
    """Whether a case asks about lives and territory, by which a run compares its options.

    >>> from closedsky.cases import load_case
    >>> can_be_run(load_case("ukraine-2022")), can_be_run(load_case("odyssey-dawn-2011"))
    (True, False)
    """
    return not unasked(case, HEADLINE)

"""What a case does not ask about: the names are the model's, and the rule reads nothing but what is fixed."""

from dataclasses import replace

import pytest

from closedsky.cases import list_cases, load_case
from closedsky.cases.asked import HEADLINE, SUBJECTS, can_be_run, unasked
from closedsky.futures.results import ALL_OUTCOMES
from closedsky.model.names import ASSUMPTIONS


def test_every_name_is_the_models():
    told = [name for each in SUBJECTS for name in each.outcomes]
    assert set(told) <= set(ALL_OUTCOMES)
    assert len(told) == len(set(told))
    assert {name for each in SUBJECTS for name in each.rests_on} <= set(ASSUMPTIONS)
    assert set(HEADLINE) <= set(told)
    assert {name for name in ALL_OUTCOMES if name.startswith(("killed", "lives"))} <= set(SUBJECTS[0].outcomes)


@pytest.mark.parametrize("name", list_cases())
def test_only_a_case_about_a_whole_war_can_be_run(name):
    case = load_case(name)
    assert can_be_run(case) == (not case.fixed)


@pytest.mark.parametrize("subject", SUBJECTS, ids=[each.words for each in SUBJECTS])
def test_fixing_any_of_what_it_rests_on_takes_a_subject_away(subject):
    fixed = load_case("odyssey-dawn-2011").fixed
    for name in subject.rests_on:
        case = replace(load_case("ukraine-2022"), fixed={name: fixed[name]})
        assert unasked(case) == (subject,)
        assert unasked(case, subject.outcomes[-1:]) == (subject,)
        assert unasked(case, ["coalition_lost"]) == ()
        assert can_be_run(case) == (subject.words not in ("civilians killed", "territory"))

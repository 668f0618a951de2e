"""A state comes from anywhere: it is held against the case, and what is wrong is said in one line."""

import json
import shlex
from dataclasses import replace
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

import closedsky as cs
from closedsky.serving.messages import BadMessage, names_of, parse, width_of
from closedsky.serving.state import (
    MOST_SETS,
    State,
    StateError,
    as_command,
    as_python,
    first_state,
    model_of,
    read_state,
    set_words,
)

OPTION = "full-zone"


@lru_cache(maxsize=1)
def loaded():
    """A property test cannot have a fixture of each example's own; a case takes a second to read."""
    return cs.load_case("ukraine-2022")


def read(case, **given):
    return read_state(case, given, OPTION)


def test_nothing_said_is_the_case_as_it_is(case):
    state = read(case)
    assert state == State("then", OPTION)
    assert read_state(case, json.loads(json.dumps(state.to_dict())), OPTION) == state


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"view": "later"}, "view: 'later' is not one of then, now"),
        ({"option": "bomb"}, "option: 'bomb' is not one of"),
        ({"adoption": 3}, "adoption: 3 is not one of"),
        ({"path": "war"}, "path: 'war' is not one of both, contest, engagement"),
        ({"weight": -1}, "weight: -1 is not a number from 0"),
        ({"weight": True}, "weight: True is not a number"),
        ({"seed": 0.5}, "seed: 0.5 is not a whole number"),
        ({"seed": 2**60}, "seed: "),
        ({"sets": []}, "sets: is an object"),
        ({"sets": {"substitutable": "often"}}, "sets.substitutable: 'often' is neither a number nor low..high"),
        ({"sets": {"substitutable": 7}}, "sets.substitutable: must be from 0 to 1"),
        ({"sets": {"substitutable": [0.5]}}, "sets.substitutable: [0.5] is not a number, two ends"),
        ({"sets": {"substitutabel": 0.5}}, "did you mean 'substitutable'?"),
        ({"sets": {"war_path": "contest"}}, "both paths are always run"),
        ({"sets": {"x" * 200: 1}}, "sets: a name of 200 characters"),
        ({"sets": {f"a{i}": 1 for i in range(MOST_SETS + 1)}}, "sets: is an object of at most"),
        ({"colour": 1}, "'colour': no such entry"),
        ({"view": "now", "sets": {"length_effect": "shorter"}}, "weighs accepted futures by assumptions"),
        ({"view": "now", "sets": {"substitutable": [0.1, 0.2]}}, "takes one value"),
        ({"view": "now", "seed": 3}, "closedsky run --view now --seed 3 finds others"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(case, given, words):
    with pytest.raises(StateError) as error:
        read(case, **given)
    assert words in str(error.value)
    assert "\n" not in str(error.value) and len(str(error.value)) < 600


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)
entries = st.sampled_from(["view", "option", "adoption", "path", "weight", "seed", "sets", "x"])


@given(st.dictionaries(entries, json_values, max_size=8))
def test_whatever_is_sent_is_a_state_or_one_line(given):
    case = loaded()
    try:
        state = read_state(case, given, OPTION)
    except StateError as error:
        assert "\n" not in str(error)
    else:
        json.dumps(state.to_dict(), allow_nan=False)


@given(st.text(max_size=200) | json_values.map(json.dumps))
def test_whatever_text_is_sent_is_a_message_or_one_line(text):
    try:
        found = parse(text)
    except BadMessage as error:
        assert "\n" not in str(error)
    else:
        assert isinstance(found, dict)


@pytest.mark.parametrize("text", ["NaN", '{"id": NaN}', '{"id": Infinity}', '{"id": -Infinity}', "[" * 5000])
def test_no_number_is_not_a_number(text):
    with pytest.raises(BadMessage):
        parse(text)


@pytest.mark.parametrize("width", [None, "wide", True, float("inf"), 10, 9999])
def test_widths_are_bounded(width):
    with pytest.raises(BadMessage, match="from 320 to 2400"):
        width_of({"width": width})


@pytest.mark.parametrize("shown", ["options", [1], ["a"] * 33])
def test_names_of_charts_are_bounded(shown):
    with pytest.raises(BadMessage, match="shown: is a list"):
        names_of({"shown": shown})


def test_the_command_says_the_same_state(case):
    state = read(case, sets={"substitutable": 0.25, "sorties": [150.0, 200.5], "length_effect": "shorter"}, seed=7)
    words = shlex.split(as_command(state, case.id, 512))
    sets = dict(words[i + 1].split("=") for i, word in enumerate(words) if word == "--set")
    assert words[:3] == ["closedsky", "run", case.id]
    assert sets == {"substitutable": "0.25", "sorties": "150.0..200.5", "length_effect": "shorter"}
    assert words[words.index("--seed") + 1] == "7"


def test_the_line_of_python_runs_and_gives_the_same_run(case):
    state = read(case, sets={"substitutable": 0.25}, path="engagement", adoption="proposed")
    names: dict = {}
    line = as_python(state, case.id, 64)
    call = line.split("cs.run(", 1)[1].removesuffix(")")
    assert line.startswith("import closedsky as cs; results = cs.run(")
    results = eval(f"cs.run({call})", {"cs": cs}, names)
    assert (results.futures, results.war_path, results.adoption) == (64, "engagement", "proposed")
    assert results.overrides["substitutable"] == 0.25


def test_another_case_is_another_model(case):
    assert model_of(case) != model_of(cs.load_case("unified-protector-2011"))
    assert model_of(case) == model_of(cs.load_case("ukraine-2022"))


def test_what_is_set_is_said_on_copies(case):
    usual = first_state(case, "full-zone")
    assert set_words(usual) == ""
    other = replace(usual, sets={"substitutable": 0.25, "sorties": (150.0, 200.0)}, adoption="proposed", path="contest")
    assert set_words(replace(other, weight=1e6, seed=3)) == (
        "With substitutable=0.25; sorties=150.0..200.0; adopted only where and when the alliance agrees; contest path "
        "alone; a future with direct combat counts for 1,000,000 lives; seed 3"
    )
    weighed = replace(usual, view="now", sets={"substitutable": 0.25, "tolerance": 0.5})
    assert set_words(weighed) == (
        "With accepted futures weighed near substitutable=0.25, tolerance=0.5, which only the page does"
    )

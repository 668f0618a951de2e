"""Conditions in words: each outcome by its label, both directions mirrored, and nothing said that was not asked."""

import re

import pytest

from closedsky.futures.results import ALL_OUTCOMES
from closedsky.reading.measures import ENDINGS, FATES, RUNGS
from closedsky.reading.where import RISK, parse_where
from closedsky.reading.where_words import EFFECT_WORDS, NOT, where_words

ZONE = "full-zone"
KILLED = "civilians killed to the horizon (true count)"
APART = {"fewer": "more", "lower": "higher", "earlier": "later"}
BESIDE = {"fewer": "more", "below": "above", "before day": "after day", "at most": "at least"}


@pytest.fixture
def say(case):
    def words(text, reference="refuse"):
        parse_where(text, ZONE, list(case.options))  # what is said can be asked
        return where_words(text, ZONE, case, reference)

    return words


def mirrored(words, pairs):
    both = pairs | {there: here for here, there in pairs.items()}
    return re.sub(rf"\b({'|'.join(both)})\b", lambda match: both[match[0]], words)


def test_an_outcome_beside_that_of_another_option(say, case):
    than = f"than under “{case.options['refuse'].label}”"
    for text, words in (
        ("killed < killed[refuse] - 100", f"over 100 fewer {KILLED} {than}"),
        ("killed <= killed[refuse] - 100", f"at least 100 fewer {KILLED} {than}"),
        ("killed > 100 + killed[refuse]", f"over 100 more {KILLED} {than}"),
        ("killed[refuse] > killed", f"fewer {KILLED} {than}"),
        ("killed <= killed[refuse]", f"no more {KILLED} {than}"),
        ("killed - killed[refuse] < 100", f"fewer {KILLED} {than}, or less than 100 more"),
        ("not killed - killed[refuse] >= -1_000", f"over 1,000 fewer {KILLED} {than}"),
        ("lives_rate_effect < -100", f"over 100 fewer civilians killed {than} while both wars run"),
    ):
        assert say(text) == words
    assert say("held < held[refuse] - 5 %").endswith(f"over 5 percentage points lower {than}")
    assert "than under the reference option" in say("lives_rate_effect < -100", None)
    corridors = f"under “{case.options['corridors'].label}”"
    assert say("killed[corridors] < killed[refuse]") == f"fewer {KILLED} {corridors} {than}"


def test_an_outcome_beside_a_number_and_its_unit(say, case):
    for text, words in (
        ("killed < 12_345", f"fewer than 12,345 {KILLED}"),
        ("100 <= killed", f"at least 100 {KILLED}"),
        ("killed[refuse] > 0.5", f"more than 0.5 {KILLED} under “{case.options['refuse'].label}”"),
        ("held > 15%", f"{ALL_OUTCOMES['held'].label} above 15 %"),
        ("cost > 3", "cost of the zone (sorties and aircraft lost) above 3 USD billion"),
        ("displaced > 2", "more than 2 million people displaced by ground newly overrun (at its peak)"),
        ("war_days < 300", "fewer than 300 days until the war ended"),
        ("asked_day <= 10", "first day on which the alliance could agree on or before day 10"),
    ):
        assert say(text) == words


def test_flags_and_codes_by_their_names(say):
    yes, no = ALL_OUTCOMES["direct_combat"].label, NOT["direct_combat"]
    for text in ("direct_combat", "not not direct_combat", "direct_combat > 0.5", "direct_combat == 1"):
        assert say(text) == yes
    for text in ("not direct_combat", "direct_combat < 1", "direct_combat != 1"):
        assert say(text) == no
    assert say("peak_rung >= 3") == say("not peak_rung < 3") == f"the highest rung “{RUNGS[3]}” or worse"
    assert say("peak_rung < 3") == f"the highest rung “{RUNGS[2]}” or milder"
    assert say("peak_rung == 4") == f"the highest rung “{RUNGS[4]}”"
    assert say("ending == 2") == f"the war's end “{ENDINGS[2]}”" and say("fate != 3").endswith(f"not “{FATES[3]}”")


def test_every_flag_can_be_denied():
    assert NOT.keys() == {name for name, entry in ALL_OUTCOMES.items() if entry.unit == "flag"}


def test_parts_that_are_joined(say):
    combat = ALL_OUTCOMES["direct_combat"].label
    assert say("direct_combat and killed < 100") == f"{combat}, and fewer than 100 {KILLED}"
    assert say("killed < 100 or direct_combat") == f"fewer than 100 {KILLED}, or {combat}"


@pytest.mark.parametrize(
    "text",
    [
        "killed * 2 < 3", "killed / killed[refuse] > 1", "(killed < 3)", "10 < killed <= 200", "killed + held > 3",
        "killed < 100 or direct_combat and held > 0.5", "not (killed < 3)", "killed != 3", "killed - killed < 1",
        "direct_combat > direct_combat[refuse]", "peak_rung < peak_rung[refuse]", "direct_combat > 1", "ending > 3",
        "lives_rate_effect < lives_rate_effect[corridors]", "killed + killed < 3", "killed == killed[refuse]",
        "killed < killed[refuse] + killed[corridors]",
    ],
)  # fmt: skip
def test_any_other_shape_is_quoted_as_it_was_written(say, text):
    assert say(text) == f"“{text}”"


SIZES = [n for n, entry in ALL_OUTCOMES.items() if entry.unit not in ("flag", "code", "rung") and n != RISK]


@pytest.mark.parametrize("name", SIZES)
def test_the_other_direction_is_said_in_the_same_words(say, name):
    effect = name in EFFECT_WORDS
    for sign, turned in (("<", ">"), ("<=", ">=")):
        for number in (0, 7, -7):
            other = "" if effect else f"{name}[refuse] + "
            here, there = say(f"{name} {sign} {other}{number}"), say(f"{name} {turned} {other}{-number}")
            assert here != there and mirrored(here, APART) == there
        if not effect:
            here, there = say(f"{name} {sign} 7"), say(f"{name} {turned} 7")
            assert here != there and mirrored(here, BESIDE) == there


def test_rungs_are_said_from_either_side(say):
    worse, milder = say("peak_rung >= 2"), say("peak_rung <= 2")
    assert worse.replace("worse", "milder") == milder != worse


def test_no_name_of_the_model_is_left(say):
    names = re.compile(rf"\b({'|'.join(name for name in ALL_OUTCOMES if '_' in name)})\b")
    for name, entry in ALL_OUTCOMES.items():
        if name != RISK:
            text = f"{name} >= 1" if entry.unit in ("flag", "rung") else f"{name} < 1"
            assert not names.search(say(text)) and "`" not in say(text)

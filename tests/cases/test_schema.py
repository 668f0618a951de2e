"""A case as it is loaded: what it offers, what it refuses to let change, and when two are the same."""

import copy
import datetime as dt
import pickle
import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from closedsky.cases import CaseError, headings, list_cases, load_case
from closedsky.cases.schema import Assumption, Number, canonical

TINY = Path(__file__).parents[1] / "data" / "tiny"


@pytest.fixture(scope="module")
def tiny():
    return load_case(TINY, complete=False)


@pytest.fixture
def edited(tmp_path):
    """The tiny case with a piece of its text replaced."""

    def run(old="", new="", file="case.yaml"):
        folder = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(TINY, folder)
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
        return load_case(folder, complete=False)

    return run


def test_a_case_offers_what_the_file_says(tiny):
    assert (tiny.id, tiny.decision_day, tiny.horizon, tiny.taken) == ("tiny", 2, 20, "refuse")
    assert tiny.reference_day == dt.date(2001, 3, 1)
    assert tiny.decided == dt.date(2001, 3, 3)
    assert list(tiny.start) == [0, 1, 2, 3, 4, 5, 12, 19]
    assert list(tiny.length) == [1, 1, 1, 1, 1, 7, 7, 1]
    assert list(tiny.options) == ["refuse", "full-zone"]
    assert list(tiny.assumptions) == ["reach_km", "shelling", "q_episode", "latent_strength"]
    assert tiny.number("members") == 5
    assert tiny.assumptions["reach_km"].then == (80.0, 190.0)
    assert tiny.latents["record"].members == {"shelling": 1, "reach_km": -1}
    assert tiny.switches["length_effect"].default == "none"
    assert tiny.path == TINY / "case.yaml"
    assert "2 options, 4 assumptions, 8 steps" in repr(tiny)


def test_an_option_has_every_lever_neutral_where_it_says_nothing(tiny):
    assert tiny.options["refuse"].levers == {"zone": 0.0, "deep_in": 0.0, "force": 0.0}
    assert tiny.options["full-zone"].levers == {"zone": 1.0, "deep_in": 0.9, "force": 60.0}
    assert list(tiny.options["full-zone"].levers) == list(tiny.levers)
    assert tiny.options["full-zone"].settings["force"].evidence == ("plea",)
    assert tiny.options["full-zone"].proposer.name == "An invented minister"
    assert tiny.options["refuse"].proposer is None


def test_the_ledger_keeps_days_and_words(tiny):
    reach = tiny.evidence.quantities["patrol_reach"]
    assert (reach.since, reach.until, reach.date) == (dt.date(1998, 1, 1), dt.date(1998, 12, 31), "1998")
    assert tiny.evidence.quantities["treaty_members"].timeless
    assert tiny.evidence.documents["speech"].date == "2001-03-02"


def test_the_digest_is_the_content_and_not_the_place_or_the_spelling(tiny, edited):
    assert edited() == tiny
    assert hash(edited()) == hash(tiny)
    assert edited("then: [80, 190]", "then: [80.0,   190] # km").digest() == tiny.digest()
    assert edited("horizon: 20", "horizon: 20\nnow_horizon: 20").digest() == tiny.digest()
    assert len(tiny.digest()) == 64
    assert tiny != "tiny"


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        ("then: [80, 190]", "then: [80, 191]", "case.yaml"),
        ("value: 0.9", "value: 0.8", "case.yaml"),
        ("decision_day: 2", "decision_day: 3", "case.yaml"),
        ("horizon: 20", "horizon: 20\nnow_horizon: 40", "case.yaml"),
        ("[[5, 1], [20, 7]]", "[[6, 1], [20, 7]]", "case.yaml"),
        ("default: none", "default: shorter", "case.yaml"),
        ("reach_km: -1", "reach_km: 1", "case.yaml"),
        ("low: 80", "low: 81", "evidence.yaml"),
    ],
)
def test_any_change_of_content_is_another_case(tiny, edited, old, new, file):
    assert edited(old, new, file).digest() != tiny.digest()


def test_the_order_of_assumptions_is_content(tiny, edited):
    old = "members: {shelling: 1, reach_km: -1}"
    assert edited(old, "members: {reach_km: -1, shelling: 1}").digest() != tiny.digest()


def test_canonical_content_is_plain(tiny):
    content = canonical(tiny)
    assert content["assumptions"]["reach_km"]["then"] == [80.0, 190.0]
    assert content["quantities"]["plea"]["from"] == "2001-03-02"


def test_a_case_travels_between_processes(tiny):
    assert pickle.loads(pickle.dumps(tiny)) == tiny
    assert copy.deepcopy(tiny) == tiny


def test_a_case_cannot_be_changed(tiny):
    with pytest.raises(AttributeError):
        tiny.horizon = 5
    with pytest.raises(ValidationError):
        tiny.assumptions["reach_km"].then = (1, 2)
    with pytest.raises(ValueError, match="read-only"):
        tiny.start[0] = 3


def test_entries_convert_nothing_silently():
    sound = {"label": "x", "unit": "km", "value": 1, "basis": "judged"}
    assert Number(**sound).value == 1.0
    for bad in ({"value": "1"}, {"value": True}, {"value": float("nan")}, {"label": ""}, {"basis": "Judged"}):
        with pytest.raises(ValidationError):
            Number(**{**sound, **bad})
    with pytest.raises(ValidationError):
        Assumption(**sound)


def test_a_case_error_travels_between_processes():
    with pytest.raises(CaseError) as raised:
        load_case("no-such-case")
    again = pickle.loads(pickle.dumps(raised.value))
    assert again.problems == raised.value.problems


def test_shipped_cases_are_listed_with_their_question():
    assert [each.id for each in headings()] == list(list_cases())
    assert all(each.title and each.question for each in headings())


@pytest.mark.parametrize("name", list_cases())
def test_every_shipped_case_is_sound(name):
    case = load_case(name)
    assert case.id == name
    assert case.evidence is not None
    assert case.taken in case.options


def test_ukraine_has_the_calendar_and_the_options_of_the_article():
    if "ukraine-2022" not in list_cases():
        pytest.skip("the case is not there yet")
    case = load_case("ukraine-2022")
    assert len(case.start) == 129
    assert (case.reference_day, case.decision_day, case.horizon) == (dt.date(2022, 2, 24), 4, 1096)
    assert case.taken == "refuse"
    assert len(case.options) == 11
    assert len(case.assumptions) <= 100

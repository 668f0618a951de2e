"""What is worked out once a slider rests is broken off as soon as nobody wants it, in the middle of a stage too."""

import asyncio
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

import closedsky.futures.run as runs
from closedsky.commands.common import progress
from closedsky.futures.watching import watched
from closedsky.serving import stages
from closedsky.serving.answers import PROMPT
from closedsky.serving.live import ABSENT, Now
from closedsky.serving.state import first_state

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("stage", "goes_on"), [("base", 0), ("debate", 0), ("debate", 3), ("deciding", 0), ("deciding", 3)]
)
def test_a_stage_that_nobody_wants_any_more_is_broken_off(case, monkeypatch, stage, goes_on):
    """Where it looks first, and in the middle: `goes_on` is how often it is told to go on."""
    monkeypatch.setattr(stages, "SETTLED", 64)
    monkeypatch.setattr(stages, "READ", 512)
    looks = []
    work = stages.Work(case, lambda job: job == 2 and (looks.append(job) or len(looks) > goes_on), "full-zone")
    state = first_state(case, "full-zone").to_dict()
    work.answer(1, state, "place", 720.0)  # the run of every option is kept
    with pytest.raises(stages.Superseded):
        work.answer(2, state, stage, 720.0)
    assert len(looks) == goes_on + 1


def test_only_what_is_watched_is_broken_off():
    def stop():
        raise stages.Superseded

    with progress("a run", 1) as advance:
        advance(1, 2)
    with watched(stop), progress("a run", 1) as advance, pytest.raises(stages.Superseded):
        advance(1, 2)
    with progress("a run", 1) as advance:
        advance(2, 2)


def test_what_is_broken_off_is_the_stage_that_runs(live):
    before = live._unwanted.value
    live._stop(partial(stages.crux, ("", ""), "then"))
    assert live._unwanted.value == before
    live._stop(partial(stages.answer, 123_456, {}, "base", 720.0))
    assert live._unwanted.value == 123_456
    live._unwanted.value = before


def test_a_search_that_nobody_waits_for_any_more_is_broken_off(case, monkeypatch, tmp_path):
    """The real one, after more looks than it takes before it runs in threads of its own."""
    monkeypatch.setenv("CLOSEDSKY_CACHE", str(tmp_path))
    looks = []
    work = stages.Work(case, lambda job: looks.append(job) or len(looks) > 8, "full-zone")
    with pytest.raises(stages.Superseded):
        work.answer(1, {"view": "now", "option": "full-zone"}, "base", 720.0)
    assert len(looks) == 9 and not work._accepted


def test_the_search_that_the_page_waits_for_is_made_once_and_not_broken_off(live, monkeypatch):
    looked = []

    def search(of):
        looked.append(of)
        return {"contest": "found", "engagement": "found"}

    monkeypatch.setattr(runs, "condition_paths", search)
    monkeypatch.setattr(stages, "_WORK", stages.Work(live.case, lambda job: True, "full-zone"))
    assert stages.prepare() == stages.prepare() == {}
    assert looked == [live.case]


def test_why_there_is_no_view_now_is_told(live, monkeypatch):
    def search(of):
        raise OSError(28, "No space left on device", "cache")

    told = []
    monkeypatch.setattr(runs, "condition_paths", search)
    monkeypatch.setattr(stages, "_WORK", stages.Work(live.case, lambda job: False, "full-zone"))
    monkeypatch.setattr(live, "now", Now(told=[lambda: told.append(live.now.error)]))
    with ThreadPoolExecutor(1) as alone:  # a browser, where this process has one, keeps a loop in this thread
        alone.submit(lambda: asyncio.run(live.look_for_now())).result()
    assert live.now.status == ABSENT and live.now.desk is None
    assert told == [live.now.error] and "No space left on device" in live.now.error


def test_a_crux_names_no_file_of_the_server(monkeypatch):
    """Two positions of one owner are told apart by their files."""
    monkeypatch.setattr(stages, "READ", 256)
    text = (EXAMPLES / "analyst-a.yaml").read_text("utf-8")
    found = stages.crux((text, text), "then")
    assert found["view"] == "then" and {each["path"] for each in found["paths"]} == {"contest", "engagement"}
    assert all("Analyst A (first.yaml) and Analyst A (second.yaml)" in each["words"] for each in found["paths"])
    wrong = stages.crux((text, "schema: nothing"), "then")
    assert wrong["error"].startswith("second.yaml:1: ") and set(wrong) == {"error"}
    for said in (str(found), str(wrong)):
        assert "closedsky-" not in said.replace("closedsky-position/1", "") and tempfile.gettempdir() not in said


def test_few_futures_leave_out_what_they_cannot_tell_and_show_the_rest(live, monkeypatch):
    monkeypatch.setattr(stages, "SETTLED", 64)
    monkeypatch.setattr(stages, "_WORK", stages.Work(live.case, lambda job: False, "full-zone"))
    state = first_state(live.case, "full-zone").to_dict()
    base = stages.answer(1, state, "base", 720.0)
    assert set(base["charts"]) == set(PROMPT) and base["summary"].startswith("Against")
    changes = stages.answer(2, state, "changes", 720.0)
    assert set(changes) == {"note"}
    for each in (base, changes):
        assert re.fullmatch(r"64 futures gave numbers; at least \d+ are needed\.", each["note"])

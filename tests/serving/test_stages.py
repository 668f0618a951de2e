"""What is worked out once a slider rests is broken off as soon as nobody wants it, in the middle of a stage too."""

from functools import partial

import pytest

from closedsky.commands.common import progress, watched
from closedsky.serving import stages
from closedsky.serving.state import first_state


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
    live._stop(partial(stages.crux, ("", "")))
    assert live._unwanted.value == before
    live._stop(partial(stages.answer, 123_456, {}, "base", 720.0))
    assert live._unwanted.value == 123_456
    live._unwanted.value = before

"""Runs of the view now: every option on the futures that agree with the record."""

import dataclasses

import numpy as np
import pytest

from closedsky.cases.grid import longer
from closedsky.futures.conditioning import condition
from closedsky.futures.inputs import with_other_luck
from closedsky.futures.recorded import predict
from closedsky.futures.run import assumptions_of, condition_paths, run, run_paths
from closedsky.model.luck import ENVELOPES

FEW = 512
OPTIONS = ("refuse", "full-zone", "refuse-surge")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("accepted")


@pytest.fixture(scope="module")
def found(case, folder):
    """Far too short a search to be trusted; what runs on it is the same."""
    return condition(case, FEW, sweeps=4, strict=False, folder=folder)


@pytest.fixture(scope="module")
def results(case, found):
    return run(case, view="now", options=OPTIONS, conditioned=found)


def test_a_run_is_of_the_accepted_futures(case, found, results):
    assert (results.view, results.futures, results.seed) == ("now", FEW, 0)
    assert results.effective_number == found.effective_number
    drawn = assumptions_of(results)
    for i, name in enumerate(case.assumptions):
        assert np.array_equal(drawn[name].values, found.accepted.assumptions[:, i])


def test_the_option_taken_goes_as_it_was_accepted_to_go(found, results):
    assert (results.values("end_day", "refuse") >= 1000)[found.accepted.values["on_day_1000"] == 1].all()
    assert np.array_equal(results.values("direct_combat", "refuse"), found.accepted.values["no_direct_combat"])


def test_the_record_read_off_the_accepted_futures_is_that_of_the_search(case, found):
    predicted = predict(case, conditioned=found)
    assert (predicted.view, predicted.futures, predicted.seed) == ("now", FEW, 0)
    for key, values in found.accepted.values.items():
        assert np.array_equal(predicted.values[key], values, equal_nan=True), key
        assert np.array_equal(predicted.on[key], found.accepted.on[key]), key


def test_a_lever_is_run_on_the_same_futures(case, found, results):
    """What one does is no part of what was: the record accepts nothing by it."""
    pushed = run(case, view="now", options=OPTIONS, overrides={"refuse.push": 1.0}, conditioned=found)
    assert not np.array_equal(pushed.values("aid", "refuse"), results.values("aid", "refuse"))
    assert np.array_equal(pushed.values("aid", "full-zone"), results.values("aid", "full-zone"))


def test_both_paths_share_one_search_where_the_record_feels_none(case, folder, found):
    paths = condition_paths(case, FEW, sweeps=4, strict=False, folder=folder)
    first, second = paths.values()
    assert first is second and np.array_equal(first.accepted.envelopes, found.accepted.envelopes)
    results = run_paths(case, view="now", options=OPTIONS, conditioned=paths)
    contest, engagement = (each.values("killed", "refuse") for each in results.values())
    assert np.array_equal(contest, engagement)


def test_followed_further_the_first_years_are_the_same(case, found, results):
    far = run(longer(case), view="now", options=OPTIONS, conditioned=found)
    ended = results.values("ending", "refuse") > 0
    assert np.array_equal(far.values("war_days", "refuse")[ended], results.values("war_days", "refuse")[ended])
    still = far.values("ending", "refuse") == 0
    assert still.sum() < (~ended).sum() and not (still & ended).any()
    assert far.values("end_day", "refuse").max() == case.now_horizon


def test_other_luck_agrees_with_the_record_too(case, found, results):
    """The independent coupling: the same assumptions, luck drawn again under the same record."""
    again = dataclasses.replace(found, accepted=dataclasses.replace(found.accepted, envelopes=found.other_envelopes))
    other = predict(case, conditioned=again)
    for key in ("on_day_1000", "no_zone_by_4_mar_2022", "no_direct_combat"):
        agreed = found.accepted.values[key] == case.recorded[key].value
        assert (other.values[key] == case.recorded[key].value)[agreed].all(), key
    changed = (found.other_envelopes != found.accepted.envelopes).mean(axis=1)
    idle = [name in found.idle for name in ENVELOPES]
    assert (changed[idle] == 1.0).all() and changed[ENVELOPES.index("luck: end")] > 0.9
    killed = with_other_luck(results, ("refuse",), ("killed",))["refuse"]["killed"]
    assert np.array_equal(
        killed, run(case, view="now", options=["refuse"], conditioned=again).values("killed", "refuse")
    )


def test_a_folder_holds_what_a_run_can_be_made_of_again(case, found, tmp_path):
    import pyarrow.parquet as pq

    from closedsky.futures.store import RunFolder

    kept = RunFolder(tmp_path / "run", {})
    run(case, view="now", options=["refuse"], conditioned=found, folder=kept)
    table = pq.read_table(kept.block_path("assumptions", 0))
    assert np.array_equal(table.column("luck: end").to_numpy(), found.accepted.envelopes[0])
    assert np.array_equal(table.column("sorties").to_numpy(), found.to_xarray()["sorties"].values)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"view": "now", "futures": 512}, "with accepted"),
        ({"view": "then", "accepted": 512}, "'now' only"),
        ({"view": "later"}, "'then' or 'now'"),
        ({"view": "now", "overrides": {"shelling": 5.0}}, "other overrides"),
        ({"view": "now", "overrides": {"length_effect": "shorter"}}, "other overrides"),
    ],
)
def test_what_does_not_go_together_is_refused(case, found, asked, told):
    given = {"conditioned": found} if asked["view"] == "now" and "futures" not in asked else {}
    with pytest.raises(ValueError, match=told):
        run(case, options=["refuse"], **asked, **given)


def test_what_holds_by_acceptance_is_said_to_be_no_finding(results):
    (note,) = [note for note in results.notes if note.startswith("So by acceptance, and no finding")]
    assert "Deadly engagement of alliance and adversary: no" in note and "War on at day 1,000: yes" in note
    assert "A zone is agreed by 4 Mar 2022: no" in note and "by 31 Dec 2022: no" in note

"""The page's numbers are those of a run with as many futures; a slider only changes what it is about."""

from dataclasses import replace

import numpy as np
import pytest

import closedsky as cs
from closedsky.futures.inputs import inputs_of
from closedsky.reading.influence import basis_words, influence
from closedsky.serving.desk import FEWEST, PATHS, SERIES, Desk
from closedsky.serving.sliders import BINS, sliders
from closedsky.serving.state import State


@pytest.fixture(scope="module")
def desk(case):
    return Desk(case)


@pytest.mark.parametrize("adoption", ["effect", "proposed"])
@pytest.mark.parametrize("sets", [{}, {"substitutable": 0.25, "sorties": (150.0, 200.0), "length_effect": "shorter"}])
def test_a_drag_gives_the_run_of_as_many_futures(case, desk, sets, adoption):
    state = State("then", "full-zone", adoption, sets=sets, seed=3)
    found = desk.run(state, 80, series_of=("refuse", "full-zone"))
    assert tuple(found) == PATHS
    for path, each in found.items():
        run = cs.run(case, 80, 3, overrides={**sets, "war_path": path}, adoption=adoption)
        for name in run.outcomes:
            assert np.array_equal(each.outcomes[name].values, run.outcomes[name].values, equal_nan=True), name
        for name in SERIES:
            kept = run.series[name].sel(option=["refuse", "full-zone"])
            assert np.array_equal(each.series[name].values, kept.values), name
        assert np.array_equal(inputs_of(each).values, inputs_of(run).values)


def test_another_size_of_call_gives_the_same_bits(case):
    state = State("then", "full-zone")
    first, second = Desk(case), Desk(case)
    sizes = list(first._sizes)
    first._lanes, second._lanes = sizes[0], sizes[-1]
    a, b = first.run(state, FEWEST)["contest"], second.run(state, FEWEST)["contest"]
    assert all(np.array_equal(a.outcomes[n].values, b.outcomes[n].values, equal_nan=True) for n in a.outcomes)


def test_one_path_is_run_where_one_is_shown(desk):
    assert tuple(desk.run(State("then", "full-zone", path="engagement"), FEWEST)) == ("engagement",)


def test_sliders_hold_what_is_drawn(case):
    found = sliders(case, "then")
    assert list(found) == list(case.assumptions)
    for name, slider in found.items():
        entry = case.assumptions[name]
        assert slider.low < slider.high, name
        if entry.distribution != "beta":
            assert (slider.low, slider.high) == entry.then, name
            assert slider.bars.max() < 1.6 / BINS, name  # even on its own scale
        assert slider.bars.sum() == pytest.approx(1.0)
        assert slider.place(np.array([slider.low, slider.high])) == pytest.approx([0.0, 1.0])
        assert slider.low <= slider.middle <= slider.high


def test_what_moves_options_comes_first(case):
    results = cs.futures.run.run_paths(case, 1024)
    values = inputs_of(results["contest"]).values
    found = influence(results, values)
    assert set(found) == set(case.assumptions)
    assert all(0.0 <= share < 1.0 for share in found.values())
    best = max(found, key=lambda name: found[name])
    # what is shuffled tells nothing
    shuffled = values.copy()
    place = list(case.assumptions).index(best)
    shuffled[:, place] = np.random.default_rng(1).permutation(shuffled[:, place])
    assert influence(results, shuffled)[best] < 0.2 * found[best]
    words = basis_words(case, found)
    assert words.startswith("Of the spread of lives saved, by rank: ") and words.endswith("% luck or several together")
    together = basis_words(case, dict.fromkeys(list(case.assumptions)[:3], 0.4))
    assert together.endswith("what moves together counted with each") and "luck" not in together


def test_futures_that_are_there_several_times_tell_no_more(case):
    results = cs.futures.run.run_paths(case, 512)
    values = inputs_of(results["contest"]).values
    found = influence(results, values)
    places = np.tile(np.arange(512), 8)
    again = {
        path: replace(each, outcomes=each.outcomes.isel(future=places), futures=len(places))
        for path, each in results.items()
    }
    twice = influence(again, values[places])
    assert sum(twice.values()) == pytest.approx(sum(found.values()), rel=0.1)

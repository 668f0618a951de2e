"""Runs that say what an outcome hangs on: that they are what they claim to be."""

import numpy as np
import pytest

from closedsky.futures.designs import Copula, groups_of, radial, repeated
from closedsky.futures.inputs import inputs_of
from closedsky.futures.run import run, run_paths
from closedsky.model.luck import ENVELOPES
from closedsky.reading.sobol import sobol

OPTIONS = ("refuse", "full-zone")


def read(block):
    return {"killed": block.outcomes["killed"][block.options.index("full-zone")].astype(float)}


@pytest.fixture(scope="module")
def results(case):
    return run_paths(case, 256, options=OPTIONS)


@pytest.fixture(scope="module")
def found(results):
    return radial(results, OPTIONS, read, 64)["contest"]


def test_inputs_are_all_that_is_free_and_groups_are_all_of_them(case, found):
    groups = groups_of(case, (*case.assumptions, *case.latents))
    assert found.names[: -len(groups)] == (*case.assumptions, *case.latents)
    assert sorted(name for members in groups.values() for name in members) == sorted(found.names[: -len(groups)])
    assert found.mixed["killed"].shape == (len(found.names), 64)
    assert set(groups_of(case, ENVELOPES)) == {"luck"}


def test_what_moves_nothing_changes_nothing(case, results, found):
    """An input that no relation of the course reads leaves A as it is, to the last bit: the luck is shared."""
    calm = found.names.index("reform_effect")  # no reforms are asked of either option
    assert np.array_equal(found.mixed["killed"][calm], found.a["killed"])
    assert not np.array_equal(found.mixed["killed"][found.names.index("harm_deep")], found.a["killed"])
    assert not np.array_equal(found.other["killed"], found.a["killed"])


def test_what_is_held_at_one_value_is_no_input(case):
    fixed = run_paths(case, 64, {"substitutable": "0.5"}, options=OPTIONS)
    assert "substitutable" not in radial(fixed, OPTIONS, read, 16)["contest"].names


def test_zero_is_a_seed_and_another_gives_other_runs(case, found):
    again = radial(run_paths(case, 256, options=OPTIONS), OPTIONS, read, 64)["contest"]
    other = radial(run_paths(case, 256, options=OPTIONS, seed=1), OPTIONS, read, 64)["contest"]
    assert np.array_equal(again.a["killed"], found.a["killed"])
    assert not np.array_equal(other.a["killed"], found.a["killed"])


def test_paths_share_assumptions_and_luck(case):
    both = radial(run_paths(case, 64, options=("refuse",)), ("refuse",), lambda b: {"x": b.outcomes["killed"][0]}, 32)
    assert np.array_equal(both["contest"].a["x"], both["engagement"].a["x"])  # no zone, no clash


def test_one_assumption_decides_what_is_its_own(case, results):
    """Deaths over verified deaths are `undercount`, whatever else is assumed and whatever luck brings."""

    def ratio(block):
        return {"x": (block.outcomes["killed_fighting"] / block.outcomes["killed_verified"])[1].astype(float)}

    given = radial(results, OPTIONS, ratio, 256)["contest"]
    indices = sobol(given.names, given.a["x"], given.b["x"], given.mixed["x"], given.other["x"])
    tied = {name for name, latent in case.latents.items() if "undercount" in latent.members}
    through = {*tied, "latent_strength", "all of dependence"} if tied else set()  # a common cause moves it, too
    for i, name in enumerate(given.names):
        if name in ("undercount", "all of harm"):
            assert indices.total[i] > 0.5 and indices.first[i] > 0.5, name
        elif name not in through:
            assert indices.total[i] == pytest.approx(0.0, abs=1e-6), name
            assert indices.first[i] == pytest.approx(0.0, abs=1e-3), name
    assert indices.luck[0] == pytest.approx(0.0, abs=1e-6)


def test_luck_drawn_again_begins_with_the_luck_of_the_run(results):
    again = repeated(results, OPTIONS, read, 100, 3)["contest"]["killed"]
    assert again.shape == (100, 3)
    assert np.array_equal(again[:, 0], results["contest"].values("killed", "full-zone")[:100])
    assert not np.array_equal(again[:, 1], again[:, 0]) and not np.array_equal(again[:, 1], again[:, 2])


def test_independent_draws_have_the_law_of_the_design(case, results):
    copula = Copula(results["contest"])
    assert np.array_equal(copula.correlation, np.eye(len(copula.names)))
    scores = np.random.default_rng(0).standard_normal((4000, len(copula.names)))
    rows, luck = copula.futures(scores)
    drawn = inputs_of(run(case, 4096, options=("refuse",)))
    for i, name in enumerate(drawn.names):
        for q in (0.1, 0.5, 0.9):
            share = (rows[:, i] <= np.quantile(drawn.values[:, i], q)).mean()
            assert share == pytest.approx(q, abs=0.03), name
    assert luck.shape == (len(ENVELOPES), 4000) and np.isfinite(luck).all()


def test_draws_are_run_like_any_other_future(case, results):
    copula = Copula(results["contest"])
    scores = np.random.default_rng(0).standard_normal((8, len(copula.names)))
    values = copula.evaluate(scores, OPTIONS, read)["killed"]
    rows, luck = copula.futures(scores)
    from closedsky.futures.sampling import model_columns
    from closedsky.futures.simulate import Simulator

    block = Simulator(case, OPTIONS).block(model_columns(case, rows), luck)
    assert np.array_equal(values, block.outcomes["killed"][1])

"""What options forgo in parts of the futures: against brute force, bounds that always hold, errors that cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.cases import load_case
from closedsky.futures.inputs import inputs_of
from closedsky.futures.results import Inputs
from closedsky.futures.run import run_paths
from closedsky.futures.sampling import NETS
from closedsky.reading.choice import choice, criteria, states
from closedsky.reading.regression import FITTED, Scored, TooFew
from closedsky.reading.regret import PARTS, along, cells_of
from closedsky.reading.worth import Weights, worth


def drawn(seed, futures=256, options=3):
    rng = np.random.default_rng(seed)
    return rng.random(futures), {str(i): rng.normal(size=futures) for i in range(options)}


@given(st.integers(0, 10_000))
def test_as_when_reckoned_by_hand(seed):
    values, worths = drawn(seed)
    found = along("x", values, worths, 2)
    order = np.argsort(values)
    for part, rows in enumerate(np.array_split(order, PARTS)):
        means = {name: each[rows].mean() for name, each in worths.items()}
        best = max(means, key=means.get)
        for name, each in worths.items():
            regret = found.regrets[name][part]
            assert regret.value == pytest.approx(means[best] - means[name], abs=1e-12)
            # how far each net's sum lies from what the ratio would give it
            off = [np.sum((worths[best] - each - regret.value)[rows[rows % NETS == net]]) for net in range(NETS)]
            assert regret.error == pytest.approx(np.std(off, ddof=1) * NETS**0.5 / len(rows), abs=1e-12)


def test_where_every_net_holds_as_many_the_error_is_the_spread_between_them():
    worths = np.random.default_rng(0).normal(size=(640, 2))
    cells = cells_of(worths, np.zeros(640, int), 1)
    nets = np.array([worths[net::NETS].mean(axis=0) for net in range(NETS)])
    assert cells.means[0] == pytest.approx(worths.mean(axis=0))
    assert cells.errors[0] == pytest.approx(nets.std(axis=0, ddof=1) / NETS**0.5)
    value, error = cells.forgone()
    assert value.max() == pytest.approx(abs(np.diff(worths.mean(axis=0)))[0]) and value.min() == 0.0
    assert error.max() == pytest.approx(np.diff(nets).std(ddof=1) / NETS**0.5)
    assert error[value == 0.0] == 0.0


def test_futures_that_are_repeated_in_their_net_are_no_more_evidence():
    """Sixteen independent nets of one future each, repeated: the error is that of sixteen, whatever the count."""
    rng, said, off = np.random.default_rng(1), [], []
    for _ in range(400):
        apart = np.tile(rng.normal(size=NETS), 40)
        cells = cells_of(np.stack([apart, np.full(len(apart), -5.0)], axis=1), np.zeros(len(apart), int), 1)
        value, error = cells.forgone()
        said.append(error[0, 1])
        off.append(value[0, 1] - 5.0)
    assert np.mean(said) == pytest.approx(np.std(off), rel=0.1) and np.std(off) == pytest.approx(0.25, rel=0.15)


@given(st.integers(0, 10_000), st.floats(-1e6, 1e6))
def test_none_is_negative_one_is_nothing_and_a_shift_of_all_changes_none(seed, shift):
    values, worths = drawn(seed)
    found = along("x", values, worths, 2)
    table = np.array([[each.value for each in row] for row in found.regrets.values()])
    assert (table >= 0.0).all() and (table.min(axis=0) == 0.0).all()
    moved = along("x", values, {name: each + shift for name, each in worths.items()}, 2)
    assert np.allclose([[each.value for each in row] for row in moved.regrets.values()], table, atol=1e-8)


@given(st.integers(0, 10_000))
def test_ties_are_nothing_for_both(seed):
    """The same worths in another order have means that differ by rounding at most, and never a regret below 0."""
    rng = np.random.default_rng(seed)
    values, one = rng.random(256), rng.normal(size=256) * 1e3
    part = np.searchsorted(np.quantile(values, [0.25, 0.5, 0.75]), values, "right")
    other = one.copy()
    for i in range(PARTS):
        other[part == i] = rng.permutation(one[part == i])
    found = along("x", values, {"a": one, "b": other}, 2)
    assert all(0.0 <= each.value < 1e-9 for row in found.regrets.values() for each in row)


@given(st.integers(0, 10_000))
def test_the_greatest_over_parts_is_savages(seed):
    values, worths = drawn(seed)
    part = (values * PARTS).astype(int)
    cells = cells_of(np.stack(list(worths.values()), axis=1), part, PARTS)
    assert cells.forgone()[0].max(axis=0) == pytest.approx(criteria(cells.means, 0.5).regret)


def test_the_greatest_regret_of_a_run_is_that_of_its_states():
    run = run_paths(load_case("ukraine-2022"), 1024, options=["refuse", "corridors", "full-zone"])["contest"]
    inputs = inputs_of(run)
    found = choice({"contest": run}, inputs, [Weights(1000.0)]).paths["contest"]
    lives = np.stack([run.values("lives_rate_effect", name) for name in run.options], axis=1)
    deciding, cell = states(Scored(inputs.values[:FITTED], inputs.names), inputs, lives)
    assert found.deciding == tuple(inputs.names[i] for i in deciding)
    worths = np.stack([worth(run, name, Weights(1000.0)) for name in run.options], axis=1)
    (judged,) = found.judged
    for i, name in enumerate(run.options):
        regrets = []
        for state in range(found.states):
            there = np.flatnonzero(cell == state)
            means = worths[there].mean(axis=0)
            apart = worths[there, means.argmax()] - worths[there, i]
            off = [np.sum(apart[there % NETS == net] - apart.mean()) for net in range(NETS)]
            regrets.append((apart.mean(), np.std(off, ddof=1) * NETS**0.5 / len(there)))
        value, error = max(regrets)
        assert judged.regret[name].value == pytest.approx(value, rel=1e-5, abs=1e-3)
        assert judged.regret[name].error == pytest.approx(error, rel=1e-5, abs=1e-3)


def test_futures_that_are_no_number_are_left_out():
    values, worths = drawn(0)
    holed = {name: np.r_[each, np.nan] for name, each in worths.items()}
    assert along("x", np.r_[values, 0.5], holed, 2) == along("x", values, worths, 2)


@pytest.mark.parametrize("values", [np.zeros(64), np.r_[np.zeros(60), 1, 2, 3, 4.0]])
def test_what_cannot_be_cut_into_parts_is_not(values):
    assert along("x", values, drawn(0, 64)[1], 2) is None


def test_few_futures_are_not_cut():
    values, worths = drawn(0, futures=16)
    assert along("x", values, worths, 5) is None and along("x", values, worths, 4) is not None
    assert along("x", values, {name: each * np.nan for name, each in worths.items()}, 4) is None


def test_futures_that_are_there_several_times_make_no_more_states():
    rng = np.random.default_rng(3)
    values = rng.random((512, 4))
    places = np.tile(np.arange(512), 8)
    for rows, many in ((values[places], 2**3), (rng.random((4096, 4)), 4**3)):
        inputs = Inputs(tuple("abcd"), rows, (), np.empty((len(rows), 0)))
        lives = np.stack([np.zeros(len(rows)), rows @ [3.0, 2.0, 1.0, 0.0]], axis=1)
        deciding, cell = states(Scored(rows[:FITTED], inputs.names), inputs, lives)
        assert deciding == (0, 1, 2) and len(np.unique(cell)) == many


def test_futures_that_are_nearly_all_the_same_make_no_states():
    values = np.random.default_rng(4).random((64, 4))
    rows = values[np.tile(np.arange(64), 64)]
    inputs = Inputs(tuple("abcd"), rows, (), np.empty((len(rows), 0)))
    lives = np.stack([np.zeros(len(rows)), rows @ [3.0, 2.0, 1.0, 0.0]], axis=1)
    with pytest.raises(TooFew, match="64 futures are too few for 8 states"):
        states(Scored(rows[:FITTED], inputs.names), inputs, lives)

"""What an option forgoes along an assumption: against brute force, and bounds that hold whatever is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.reading.regret import PARTS, along


def drawn(seed, futures=64, options=3):
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
            apart = worths[best][rows] - each[rows]
            assert regret.error == pytest.approx(apart.std() / np.sqrt(len(rows)), abs=1e-12)


@given(st.integers(0, 10_000), st.floats(-1e6, 1e6))
def test_none_is_negative_one_is_nothing_and_a_shift_of_all_changes_none(seed, shift):
    values, worths = drawn(seed)
    found = along("x", values, worths, 2)
    table = np.array([[each.value for each in row] for row in found.regrets.values()])
    assert (table >= 0.0).all() and (table.min(axis=0) == 0.0).all()
    moved = along("x", values, {name: each + shift for name, each in worths.items()}, 2)
    assert np.allclose([[each.value for each in row] for row in moved.regrets.values()], table, atol=1e-8)


def test_futures_that_are_no_number_are_left_out():
    values, worths = drawn(0)
    holed = {name: np.r_[each, np.nan] for name, each in worths.items()}
    assert along("x", np.r_[values, 0.5], holed, 2) == along("x", values, worths, 2)


@pytest.mark.parametrize("values", [np.zeros(64), np.r_[np.zeros(60), 1, 2, 3, 4.0]])
def test_what_cannot_be_cut_into_parts_is_not(values):
    assert along("x", values, drawn(0)[1], 2) is None


def test_few_futures_are_not_cut():
    values, worths = drawn(0, futures=16)
    assert along("x", values, worths, 5) is None and along("x", values, worths, 4) is not None
    assert along("x", values, {name: each * np.nan for name, each in worths.items()}, 4) is None


def test_the_more_the_less_the_error():
    few, many = (along("x", *drawn(0, futures), 2) for futures in (256, 65_536))
    assert max(each.error for row in many.regrets.values() for each in row) < min(
        each.error for row in few.regrets.values() for each in row if each.error
    )

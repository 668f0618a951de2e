"""Under the view now a slider weighs accepted futures; what they are worth is said, and too little is refused."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.futures.sampling import NETS
from closedsky.serving.sliders import BINS, Slider
from closedsky.serving.weighing import LEAST_WORTH, NEAR, TooFar, drawn, effective, weights

RNG = np.random.default_rng(0)


def accepted(values):
    case = SimpleNamespace(assumptions={"a": None, "b": None})
    return SimpleNamespace(case=case, futures=len(values), accepted=SimpleNamespace(assumptions=values))


def slider(name, low=0.0, high=1.0):
    return Slider(name, low, high, False, np.full(BINS, 1 / BINS), 0.5)


SLIDERS = {"a": slider("a"), "b": slider("b")}


def test_nothing_set_counts_every_future_alike():
    made = weights(accepted(RNG.random((512, 2))), {}, SLIDERS)
    assert np.allclose(made, 1 / 512) and effective(made) == pytest.approx(512)
    assert np.array_equal(drawn(made), np.arange(512))


def test_futures_near_the_slider_count_most():
    values = RNG.random((4096, 2))
    made = weights(accepted(values), {"a": 0.3}, SLIDERS)
    mean = np.sum(made * values[:, 0])
    assert mean == pytest.approx(0.3, abs=0.01)
    assert np.sqrt(np.sum(made * (values[:, 0] - mean) ** 2)) == pytest.approx(NEAR, rel=0.05)
    assert np.sum(made * values[:, 1]) == pytest.approx(0.5, abs=0.02)
    # a normal curve over an even range: 2 sqrt(pi) standard deviations of it are worth what they hold
    assert effective(made) == pytest.approx(4096 * 2 * np.sqrt(np.pi) * NEAR, rel=0.05)


def test_where_too_few_stand_near_nothing_is_shown():
    values = RNG.random((512, 2)) * 0.2
    with pytest.raises(TooFar, match=f"worth .*; {LEAST_WORTH:.0f} are needed"):
        weights(accepted(values), {"a": 0.95, "b": 0.95}, SLIDERS)


@given(st.integers(2, 20), st.integers(0, 2**32 - 1))
def test_futures_are_drawn_by_their_weights_within_their_island(rounds, seed):
    rng = np.random.default_rng(seed)
    made = rng.random(rounds * NETS) ** 4
    made /= made.sum()
    places = drawn(made)
    assert np.array_equal(places % NETS, np.arange(len(made)) % NETS)
    for island in range(NETS):
        of = made[island::NETS] / made[island::NETS].sum()
        counts = np.bincount(places[island::NETS] // NETS, minlength=rounds)
        # systematic: never more than one away from what is due
        assert np.all(np.abs(counts - of * rounds) < 1.0 + 1e-9)

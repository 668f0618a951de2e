import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import support

discount = st.floats(0, 0.999)


def test_worked_shares():
    assert round(float(support.rubinstein_share(0.9, 0.9)), 6) == 0.526316
    assert round(float(support.baron_ferejohn(30, 0.95)), 6) == 0.081667


def test_rubinstein_limits():
    assert support.rubinstein_share(0.3, 0) == 1
    assert support.rubinstein_share(0.9, 1) == 0
    assert support.rubinstein_share(1, 0.5) == 1
    assert support.rubinstein_share(1, 1) == 0.5
    own, other, round_length = 0.3, 0.1, 1e-7
    share = support.rubinstein_share(math.exp(-own * round_length), math.exp(-other * round_length))
    assert share == pytest.approx(other / (own + other), rel=1e-5)


@given(discount, discount)
def test_proposer_and_responder_share_the_whole(own, other):
    mine = support.rubinstein_share(own, other)
    theirs = other * support.rubinstein_share(other, own)
    assert mine + theirs == pytest.approx(1)
    assert support.rubinstein_share(min(0.9999, own + 1e-3), other) >= mine
    assert support.rubinstein_share(own, min(0.9999, other + 1e-3)) <= mine


@given(st.integers(1, 60), st.floats(0, 1))
def test_unanimity_shares_the_whole(members, patience):
    proposer = support.baron_ferejohn(members, patience)
    assert proposer + (members - 1) * patience / members == pytest.approx(1)
    assert proposer >= support.baron_ferejohn(members + 1, patience) - 1e-15
    assert proposer >= 1 / members - 1e-15


@given(st.floats(0.01, 100))
def test_patience_is_relative_to_equal_patience(impatience):
    share = support.patience_share(impatience)
    length = 1e-7
    limit = support.rubinstein_share(math.exp(-impatience * length), math.exp(-length))
    assert share == pytest.approx(2 * float(limit), rel=1e-4)
    assert share + support.patience_share(1 / impatience) == pytest.approx(2)
    assert support.patience_share(1) == 1


@given(st.floats(-100, 1000), st.floats(0.01, 30), st.floats(0.01, 30), st.floats(1, 300))
def test_the_ramp_is_a_rising_mean(start, length, more, ramp):
    first, then = support.ramp_mean(start, length, ramp), support.ramp_mean(start + length, more, ramp)
    whole = support.ramp_mean(start, length + more, ramp)
    assert 0 <= first <= then + 1e-12
    assert then <= 1
    assert first * length + then * more == pytest.approx(float(whole) * (length + more), rel=1e-7, abs=1e-12)


def test_the_ramp_is_its_integral():
    t = np.linspace(-5, 25, 300_001)
    curve = np.where(t > 0, 1 - np.exp(-t / 40), 0)
    assert support.ramp_mean(-5, 30, 40) == pytest.approx(np.trapezoid(curve, t) / 30, rel=1e-8)
    assert support.ramp_mean(-30, 30, 40) == 0
    assert support.ramp_mean(0, 5, 0) == 1
    assert support.ramp_mean(0, 5, math.inf) == 0


def test_float32(draw, same_in_float32):
    same_in_float32(support.patience_share, draw(0.5, 2))
    same_in_float32(support.rubinstein_share, draw(0, 0.9), draw(0, 0.9))
    same_in_float32(support.baron_ferejohn, np.round(draw(1, 60)), draw(0, 0.9))
    same_in_float32(support.ramp_mean, draw(0, 1000), draw(0.1, 30), draw(1, 300))
    same_in_float32(support.ramp_mean, draw(0, 1, size=500), 7, 300)
    # A step that begins before the first delivery: what is left of it is a difference.
    same_in_float32(support.ramp_mean, draw(-6, 0), 7, draw(1, 300), rtol=3e-5)


def test_edges(never_nan):
    edge = (0.0, 1e-9, 1.0, 1e6)
    never_nan(support.ramp_mean, (-1e6, -1.0, *edge), edge, (*edge, math.inf))
    never_nan(support.patience_share, (*edge, math.inf))
    never_nan(support.rubinstein_share, (0.0, 0.5, 1.0), (0.0, 0.5, 1.0))
    never_nan(support.baron_ferejohn, (1.0, 30.0), (0.0, 1.0))

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from closedsky.model import tempo

days = st.floats(0.01, 60)


def test_decay_halves_after_a_half_life():
    assert tempo.decay_mean(20, 1e-9, 9, 20) == pytest.approx(5)
    assert tempo.decay_mean(0, 1e-9, 9, 20) == pytest.approx(9)


def test_pulse_has_its_height_on_its_day():
    assert tempo.pulse_mean(12, 1e-9, 40, 12) == pytest.approx(40)
    around = tempo.pulse_mean(np.arange(0.0, 100.0), 1, 40, 12.5)
    assert around.argmax() == 12
    assert np.all(around <= 40)


@given(st.floats(0, 300), days, st.floats(1, 100), days)
def test_means_are_integrals(start, length, peak, scale):
    def decay(t):
        return 1 + (peak - 1) * 2 ** (-t / scale)

    def pulse(t):
        return peak * t / scale * np.exp(1 - t / scale)

    for mean, curve in ((tempo.decay_mean, decay), (tempo.pulse_mean, pulse)):
        total, _ = integrate.quad(curve, start, start + length, epsabs=1e-13, epsrel=1e-11, limit=200)
        assert mean(start, length, peak, scale) * length == pytest.approx(total, rel=1e-7, abs=1e-11)


@given(st.lists(days, min_size=1, max_size=8), st.floats(1, 100), days)
def test_a_step_is_the_mean_of_its_parts(lengths, peak, scale):
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    whole = sum(lengths)
    for mean in (tempo.decay_mean, tempo.pulse_mean):
        parts = mean(starts, np.array(lengths), peak, scale) * lengths
        assert parts.sum() == pytest.approx(float(mean(0, whole, peak, scale)) * whole, rel=1e-9)


@given(st.floats(0, 300), days, st.floats(1, 100), days)
def test_decay_falls_and_stays_above_one(start, length, peak, half_life):
    now = tempo.decay_mean(start, length, peak, half_life)
    later = tempo.decay_mean(start + length, length, peak, half_life)
    assert 1 <= later <= now <= peak


def test_float32(draw, same_in_float32):
    start, length = draw(0, 1000), draw(0.01, 30, log=True)
    same_in_float32(tempo.decay_mean, start, length, draw(1, 120), draw(5, 60))
    same_in_float32(tempo.pulse_mean, 0 * start, length, draw(3, 150), draw(3, 60))
    # Far past the peak the exponential of a large number keeps fewer digits.
    same_in_float32(tempo.pulse_mean, start / 10, length, draw(3, 150), draw(3, 60), rtol=3e-5)


def test_edges(never_nan):
    edge = (0.0, 1e-6, 1.0, 1e4)
    never_nan(tempo.decay_mean, edge, edge, (0.0, 1.0, 1e3), (1e-3, 1.0, np.inf))
    never_nan(tempo.pulse_mean, edge, edge, (0.0, 1.0, 1e3), (1e-3, 1.0, 1e6))

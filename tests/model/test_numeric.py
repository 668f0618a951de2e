import math
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import numeric

RELATIONS = (
    "tempo", "patrol", "suppression", "air_denial", "deterrence", "incidents", "escalation", "deliberation",
    "support", "ground_war", "harm", "ending", "luck",
)  # fmt: skip


def test_a_relation_never_imports_jax():
    program = (
        "import importlib, sys\n"
        f"for name in {RELATIONS!r}: importlib.import_module('closedsky.model.' + name)\n"
        "sys.exit('jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": "src"}, check=False)
    assert done.returncode == 0


def test_namespace_follows_the_arguments():
    assert numeric.namespace(1, np.ones(2)) is np
    assert numeric.namespace(1, jnp.ones(2)) is jnp
    assert jax.jit(lambda x: x * (numeric.namespace(x) is jnp))(2.0) == 2.0


def test_promote_keeps_float64_in_numpy_and_float32_in_jax():
    _, *arrays = numeric.promote(1, np.float32(0.1), [True, False])
    assert {a.dtype for a in arrays} == {np.dtype(np.float64)}
    _, *arrays = numeric.promote(1, np.float64(0.1), jnp.ones(2, dtype=jnp.int32))
    assert {a.dtype for a in arrays} == {jnp.dtype(jnp.float32)}


@pytest.mark.parametrize(
    ("relation", "low", "high"),
    [
        (numeric.mean_decay, 1e-6, 1e3),
        (numeric.mean_rise, 1e-6, 1e3),
        (numeric.mean_rise_slope, 1e-6, 1e3),
        (numeric.log_odds, 1e-6, 0.4),
        (numeric.normal_quantile, 1e-7, 0.4),
    ],
)
def test_float32_over_the_range(relation, low, high, draw, same_in_float32):
    same_in_float32(relation, draw(low, high, log=True))


@pytest.mark.parametrize("relation", [numeric.normal_cdf, numeric.log_normal_cdf, numeric.logistic])
def test_float32_of_distribution_functions(relation, draw, same_in_float32):
    same_in_float32(relation, draw(-8, 8), rtol=2e-5)


def test_edges(never_nan):
    small = (0.0, 1e-30, 1e-6, 1.0, 1e6, math.inf)
    for relation in (numeric.mean_decay, numeric.mean_rise, numeric.mean_rise_slope, numeric.log_of):
        never_nan(relation, small)
    never_nan(numeric.ratio, small[:-1], small)
    never_nan(numeric.power, small[:-1], (0.0, 0.5, 1.0))
    never_nan(numeric.log_odds, (0.0, 1e-30, 0.5, 1.0))
    for relation in (numeric.normal_cdf, numeric.log_normal_cdf, numeric.logistic):
        never_nan(relation, (-math.inf, -100.0, 0.0, 100.0, math.inf))


@given(st.floats(0, 700))
def test_means_of_decay_and_rise_are_complements(x):
    assert numeric.mean_decay(x) + numeric.mean_rise(x) == pytest.approx(1, rel=1e-14)
    assert x * numeric.mean_rise_slope(x) == pytest.approx(float(numeric.mean_rise(x)), rel=1e-12)


def test_the_series_meets_the_closed_form():
    for relation in (numeric.mean_rise, numeric.mean_rise_slope):
        assert relation(1 - 1e-12) == pytest.approx(float(relation(1.0)), rel=1e-11)
    tiny = 1e-9
    assert numeric.mean_rise(tiny) == pytest.approx(tiny / 2 - tiny**2 / 6, rel=1e-15)


@given(st.floats(1e-9, 1 - 1e-9))
def test_quantile_and_logistic_undo_their_inverse(p):
    assert numeric.normal_cdf(numeric.normal_quantile(p)) == pytest.approx(p, rel=1e-9)
    assert numeric.logistic(numeric.log_odds(p)) == pytest.approx(p, rel=1e-9)

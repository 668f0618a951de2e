"""Draws by another method say the same as the integrals."""

import numpy as np
import pytest

from closedsky.futures.leave_one_out import Count, Measured, Prior, posterior, sample

pytest.importorskip("numpyro")

DATA = {
    "measured": (
        [Measured("a", 0.15, 0.2, 0.3), Measured("b", 0.3, 0.4, 0.5), Measured("c", None, 0.25, None)],
        Prior.around(0.3, 1.0, 0.5, "log"),
        "log",
    ),
    "poisson": (
        [Count("a", 0, 42_000), Count("b", 2, 96_905), Count("c", 3, 38_000), Count("d", 0, 5_000)],
        Prior.around(5e-5, 1.5, 0.7, "log"),
        "log",
    ),
    "binomial": (
        [Count("a", 23, 100), Count("b", 300, 1_000), Count("c", 4, 9), Count("d", 0, 5)],
        Prior.around(0.3, 1.0, 0.5, "logit"),
        "logit",
    ),
}


@pytest.mark.parametrize("law", DATA)
def test_draws_agree_with_the_integrals(law):
    records, prior, scale = DATA[law]
    exact = posterior(records, prior, scale, law)
    drawn = sample(records, prior, scale, law, seed=1)
    assert drawn.theta_new.shape == drawn.mu.shape == drawn.tau.shape == (4, 1000)
    assert drawn.divergences == 0
    assert all(value < 1.01 for value in drawn.r_hat.values())
    assert all(value > 400 for value in drawn.effective_size.values())
    levels = np.array([0.05, 0.5, 0.95])
    back = np.log if scale == "log" else lambda x: np.log(x / (1 - x))
    for name, draws, at in (
        ("theta_new", drawn.theta_new, exact.quantile(levels)),
        ("mu", drawn.mu, back(np.sort(exact.mean))),
        ("tau", drawn.tau, np.sort(exact.between)),
    ):
        error = np.sqrt(levels * (1 - levels) / drawn.effective_size[name])
        below = np.mean(draws.ravel() < at[:, None], axis=1)
        assert (abs(below - levels) < 4 * error).all(), (name, below)


def test_the_same_seed_gives_the_same_draws():
    first, again = (sample([], Prior(0.0, 1.0, 0.5), "log", "measured", 3, 1, 100, 50) for _ in range(2))
    assert np.array_equal(first.theta_new, again.theta_new)
    assert len(np.unique(first.theta_new)) > 25

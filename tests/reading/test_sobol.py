"""Sobol' indices and Shapley effects against closed forms and SALib."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import qmc

from closedsky.reading.shapley import Gaussian, shapley
from closedsky.reading.sobol import Constant, sobol

NAMES = ("a", "b", "c")


def ishigami(x):
    """With 7 and 0.1; V 13.8446, S .313905 .442411 0, T .557589 .442411 .243684."""
    return np.sin(x[..., 0]) + 7.0 * np.sin(x[..., 1]) ** 2 + 0.1 * x[..., 2] ** 4 * np.sin(x[..., 0])


def g_function(x):
    """With a = 0, 1, 4.5, 9 and four times 99."""
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
    return np.prod((np.abs(4.0 * x - 2.0) + a) / (1.0 + a), axis=-1)


def design(model, inputs, power, seed=0, scale=lambda u: u):
    points = qmc.Sobol(2 * inputs, rng=np.random.default_rng(seed)).random(2**power)
    a, b = scale(points[:, :inputs]), scale(points[:, inputs:])
    mixed = []
    for i in range(inputs):
        x = a.copy()
        x[:, i] = b[:, i]
        mixed.append(model(x))
    return model(a), model(b), np.array(mixed)


def angle(u):
    return (2.0 * u - 1.0) * np.pi


def test_ishigami():
    found = sobol(NAMES, *design(ishigami, 3, 15, scale=angle))
    assert found.variance == pytest.approx(13.8446, rel=1e-3)
    assert found.first == pytest.approx([0.313905, 0.442411, 0.0], abs=3e-3)
    assert found.total == pytest.approx([0.557589, 0.442411, 0.243684], abs=3e-3)


def test_g_function():
    found = sobol([str(i) for i in range(8)], *design(g_function, 8, 15))
    assert found.first[:4] == pytest.approx([0.71619, 0.17905, 0.02368, 0.00716], abs=4e-3)
    assert found.total[:4] == pytest.approx([0.78714, 0.24220, 0.03432, 0.01046], abs=4e-3)


def test_salib_says_the_same():
    salib = pytest.importorskip("SALib.analyze.sobol")
    a, b, mixed = design(ishigami, 3, 12, scale=angle)
    found = sobol(NAMES, a, b, mixed, resamples=400)
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0, 1]] * 3}
    values = np.column_stack([a, mixed.T, b]).ravel()
    theirs = salib.analyze(problem, values, calc_second_order=False, num_resamples=400, seed=1)
    assert found.first == pytest.approx(theirs["S1"], abs=1e-6)
    assert found.total == pytest.approx(theirs["ST"], abs=1e-6)
    assert found.first_error == pytest.approx(theirs["S1_conf"] / 1.96, rel=0.2)
    assert found.total_error == pytest.approx(theirs["ST_conf"] / 1.96, rel=0.2)


def lucky(x, luck):
    """Of its variance 1/12 (1 + 4) is the inputs', 2 are the luck's alone, and 4/12 both together."""
    return x[:, 0] + 2.0 * x[:, 1] + np.sqrt(2.0) * luck + 2.0 * (x[:, 0] - 0.5) * luck


def test_luck_is_in_no_index_and_has_its_own_share():
    rows = 2**16
    rng = np.random.default_rng(0)
    a, b = rng.random((rows, 2)), rng.random((rows, 2))
    luck, other, third = rng.standard_normal((3, rows))
    mixed = []
    for i in range(2):
        x = a.copy()
        x[:, i] = b[:, i]
        mixed.append(lucky(x, luck))
    found = sobol(("x", "y"), lucky(a, luck), lucky(b, other), np.array(mixed), lucky(a, third))
    variance = 5 / 12 + 2 + 4 / 12
    assert found.variance == pytest.approx(variance, rel=0.02)
    assert found.first == pytest.approx([1 / 12 / variance, 4 / 12 / variance], abs=4 * found.first_error.max())
    # The total index of x holds what x does together with luck, and nothing of the luck itself.
    assert found.total == pytest.approx([5 / 12 / variance, 4 / 12 / variance], abs=4 * found.total_error.max())
    assert found.luck[0] == pytest.approx((2 + 4 / 12) / variance, abs=4 * found.luck[1])


def test_sharing_luck_is_what_keeps_total_indices_clean():
    rows = 2**14
    rng = np.random.default_rng(0)
    a, b = rng.random((rows, 2)), rng.random((rows, 2))
    mixed = [lucky(np.where(np.arange(2) == i, b, a), rng.standard_normal(rows)) for i in range(2)]
    found = sobol(("x", "y"), lucky(a, rng.standard_normal(rows)), lucky(b, rng.standard_normal(rows)), np.array(mixed))
    assert (found.total > 0.8).all()  # each inherits the luck when it is drawn anew


def test_errors_are_what_the_bootstrap_says():
    errors, estimates = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        a, b = angle(rng.random((512, 3))), angle(rng.random((512, 3)))
        mixed = np.array([ishigami(np.where(np.arange(3) == i, b, a)) for i in range(3)])
        found = sobol(NAMES, ishigami(a), ishigami(b), mixed, seed=seed)
        estimates.append(np.concatenate([found.first, found.total]))
        errors.append(np.concatenate([found.first_error, found.total_error]))
    assert np.mean(errors, axis=0) == pytest.approx(np.std(estimates, axis=0), rel=0.35)


def test_zero_is_a_seed_like_any_other():
    runs = design(ishigami, 3, 8, scale=angle)
    first, again, other = (sobol(NAMES, *runs, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(first.first_error, again.first_error)
    assert not np.array_equal(first.first_error, other.first_error)
    assert np.array_equal(first.first, other.first)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_neither_scale_nor_place_matters(seed, place, scale):
    rng = np.random.default_rng(seed)
    a, b, mixed = rng.standard_normal(64), rng.standard_normal(64), rng.standard_normal((3, 64))
    plain = sobol(NAMES, a, b, mixed)
    moved = sobol(NAMES, place + scale * a, place + scale * b, place + scale * mixed)
    assert moved.first == pytest.approx(plain.first, rel=1e-3, abs=1e-3)
    assert moved.total == pytest.approx(plain.total, rel=1e-3, abs=1e-3)


def test_a_failed_run_takes_its_row_with_it():
    a, b, mixed = design(ishigami, 3, 10, scale=angle)
    mixed[1, 5] = a[9] = np.nan
    kept = np.setdiff1d(np.arange(1024), [5, 9])
    found, clean = sobol(NAMES, a, b, mixed), sobol(NAMES, a[kept], b[kept], mixed[:, kept])
    assert (found.runs, found.left_out) == (1022, 2) and np.array_equal(found.first, clean.first)


def test_degenerate():
    with pytest.raises(Constant, match="same in every run"):
        sobol(NAMES, np.ones(8), np.ones(8), np.ones((3, 8)))
    with pytest.raises(ValueError, match="one value for each row"):
        sobol(NAMES, np.ones(8), np.ones(7), np.ones((3, 8)))
    with pytest.raises(ValueError, match="too few"):
        sobol(NAMES, np.full(8, np.nan), np.ones(8), np.ones((3, 8)))


class TestShapley:
    def test_ishigami(self):
        law = Gaussian(np.eye(3), [[0], [1], [2]])
        found = shapley(NAMES, law, lambda z: ishigami(angle(stats.norm.cdf(z))), 8000)
        assert np.abs(found.share - [0.435747, 0.442411, 0.121842]).max() < 4 * found.error.max() < 0.06
        assert found.share.sum() == pytest.approx(1.0)

    @pytest.mark.parametrize("rho", [-0.7, 0.0, 0.6, 0.95])
    def test_two_correlated_inputs_of_a_linear_model(self, rho):
        """Closed form: Owen & Prieur (2017), for unit variances."""
        b = np.array([1.0, 2.0])
        variance = b @ np.array([[1.0, rho], [rho, 1.0]]) @ b
        exact = [
            (b[i] ** 2 * (1 - rho**2 / 2) + b[0] * b[1] * rho + b[1 - i] ** 2 * rho**2 / 2) / variance for i in (0, 1)
        ]
        law = Gaussian(np.array([[1.0, rho], [rho, 1.0]]), [[0], [1]])
        found = shapley(("x", "y"), law, lambda z: z @ b, 6000, seed=1)
        assert found.variance == pytest.approx(variance, rel=0.08)
        assert np.abs(found.share - exact).max() < 4 * found.error.max() < 0.08

    def test_groups_of_correlated_inputs_by_exact_conditional_variances(self):
        rng = np.random.default_rng(0)
        root = rng.standard_normal((5, 5))
        cov = root @ root.T + 5 * np.eye(5)
        correlation = cov / np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
        groups, b = [[0, 3], [1], [2, 4]], np.array([1.0, -1.0, 0.5, 2.0, 1.0])

        def cost(unknown):
            inside = sorted(i for each in unknown for i in groups[each])
            if not inside:
                return 0.0
            given = np.linalg.inv(np.linalg.inv(correlation)[np.ix_(inside, inside)])
            return float(b[inside] @ given @ b[inside])

        from itertools import permutations

        exact = np.zeros(3)
        for order in permutations(range(3)):
            for j, group in enumerate(order):
                exact[group] += (cost(order[: j + 1]) - cost(order[:j])) / 6.0
        found = shapley(NAMES, Gaussian(correlation, groups), lambda z: z @ b, 6000)
        assert np.abs(found.share - exact / cost((0, 1, 2))).max() < 4 * found.error.max() < 0.1

    def test_draws_keep_what_is_known_and_the_law(self):
        correlation = np.array([[1.0, 0.8, 0.0], [0.8, 1.0, 0.3], [0.0, 0.3, 1.0]])
        law = Gaussian(correlation, [[0], [1, 2]])
        rng = np.random.default_rng(0)
        z = law.draw(rng.standard_normal((40_000, 3)))
        new = law.redraw(z, frozenset({1}), rng.standard_normal((40_000, 3)))
        assert np.array_equal(new[:, 0], z[:, 0])
        assert np.corrcoef(new, rowvar=False) == pytest.approx(correlation, abs=0.02)

    def test_the_same_seed_gives_the_same_effects(self):
        law = Gaussian(np.eye(2), [[0], [1]])
        found = [shapley(("x", "y"), law, lambda z: z[:, 0] + z[:, 1] ** 2, 50, seed=seed).share for seed in (0, 0, 1)]
        assert np.array_equal(found[0], found[1]) and not np.array_equal(found[0], found[2])

    def test_failed_runs_take_their_order_with_them(self):
        law = Gaussian(np.eye(2), [[0], [1]])

        def model(z):
            return np.where(np.arange(len(z)) == 7, np.nan, z.sum(axis=1))

        found = shapley(("x", "y"), law, model, 50)
        assert found.orders == 49 and found.share.sum() == pytest.approx(1.0)

    def test_degenerate(self):
        law = Gaussian(np.eye(2), [[0], [1]])
        with pytest.raises(Constant, match="same in every run"):
            shapley(("x", "y"), law, lambda z: np.ones(len(z)), 50)
        with pytest.raises(ValueError, match="two orders"):
            shapley(("x", "y"), law, lambda z: z[:, 0], 1)
        with pytest.raises(ValueError, match="one group"):
            Gaussian(np.eye(2), [[0], [0, 1]])
        with pytest.raises(ValueError, match="positive definite"):
            Gaussian(np.array([[1.0, 2.0], [2.0, 1.0]]), [[0], [1]])

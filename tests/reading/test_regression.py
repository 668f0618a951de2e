"""What is fitted on polynomials of normal scores, on numbers whose shares of variance are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.special import ndtr

from closedsky.reading.regression import FOLDS, Scored, TooFew, cross_fit, fold_of, hermite, normal_scores, sound_rows
from closedsky.reading.statistics import SCRAMBLES

N = 8192
# Source: Ishigami & Homma (1990) with a = 7, b = 0.1, inputs uniform from -pi to pi.
ISHIGAMI = (0.313905, 0.442411, 0.0)


@pytest.fixture(scope="module")
def normal():
    return np.random.default_rng(1).normal(size=(N, 4))


def first_order(x, y):
    return Scored(x, [f"x{i}" for i in range(x.shape[1])]).first_order(np.reshape(y, (len(x), -1)))


# Normal scores and polynomials


def test_ties_share_the_mean_of_their_places():
    scores = normal_scores(np.array([[2.0], [1.0], [2.0], [5.0]]))[:, 0]
    assert scores[0] == scores[2]
    assert scores[1] < scores[0] < scores[3]
    assert scores.mean() == pytest.approx(0.0, abs=1e-6)
    assert scores.std() == pytest.approx(1.0, rel=1e-6)


def test_a_constant_column_is_zero(normal):
    x = np.column_stack([normal[:, 0], np.full(N, 3.0)])
    scores = normal_scores(x)
    assert not scores[:, 1].any()
    assert scores[:, 0].std() == pytest.approx(1.0, abs=0.01)


@given(arrays.arrays(np.float64, st.integers(2, 40), elements=st.integers(-50, 50).map(float)))
def test_scores_know_the_order_alone(column):
    scores = normal_scores(column[:, None])
    assert np.array_equal(normal_scores((2.0 * column**3 + column)[:, None]), scores)  # exact on whole numbers
    assert normal_scores(-column[:, None]) == pytest.approx(-scores, abs=1e-5)
    order = np.argsort(column, kind="stable")
    assert (np.diff(scores[order, 0]) >= 0).all()


def test_polynomials_of_different_inputs_are_orthonormal(normal):
    features = hermite(normal_scores(normal)).reshape(N, -1).astype(float)
    gram = features.T @ features / N
    # The fourth moment of a cubic polynomial has a standard error of about 8 / sqrt(N) = 0.09 across inputs; scores of
    # one input are evenly spaced, so within one input only the cut tails are missed.
    assert np.abs(gram - np.eye(len(gram))).max() < 0.1
    assert gram[:3, :3] == pytest.approx(np.eye(3), abs=0.03)


# Shares of variance


def test_shares_of_a_sum_are_its_squared_coefficients(normal):
    y = normal @ [3.0, -2.0, 1.0, 0.0] + 1.5 * np.random.default_rng(2).normal(size=N)
    total = 9.0 + 4.0 + 1.0 + 2.25
    # Standard error of a squared correlation: 2 r sqrt(1 - r^2) / sqrt(N) < 1 / sqrt(N) = 0.011.
    assert first_order(normal, y)[:, 0] == pytest.approx(np.array([9.0, 4.0, 1.0, 0.0]) / total, abs=0.033)


def test_shares_know_no_unit(normal):
    y = normal[:, 0] + np.random.default_rng(3).normal(size=N)
    warped = np.column_stack([np.exp(normal[:, 0]), 5.0 - 2.0 * normal[:, 1]])
    assert first_order(warped, 1e9 * y - 4e9) == pytest.approx(first_order(normal[:, :2], y), abs=2e-3)


def test_shares_of_ishigami_are_never_above_the_true_index():
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, (4 * N, 3))
    y = np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    found = first_order(x, y)[:, 0]
    error = 3.0 / np.sqrt(len(x))  # three standard errors at the most
    assert (found <= np.array(ISHIGAMI) + error).all()
    assert found[2] < error  # it acts only with the first
    # What a cubic in normal scores can catch of one wave and of two is known by quadrature, and that much is found.
    at, weight = np.polynomial.hermite_e.hermegauss(80)
    weight = weight / weight.sum()
    for i, effect in ((0, lambda u: (1.0 + 0.1 * np.pi**4 / 5.0) * np.sin(u)), (1, lambda u: 7.0 * np.sin(u) ** 2)):
        values = effect(np.pi * (2.0 * ndtr(at) - 1.0))
        basis = [at, (at**2 - 1.0) / np.sqrt(2.0), (at**3 - 3.0 * at) / np.sqrt(6.0)]
        caught = sum(float((weight * values * each).sum()) ** 2 for each in basis) / y.var()
        assert found[i] == pytest.approx(caught, abs=error + 0.005)


def test_what_never_varies_explains_nothing_and_is_not_explained(normal):
    x = np.column_stack([normal[:, 0], np.full(N, 2.0)])
    found = first_order(x, np.column_stack([normal[:, 0], np.full(N, 7.0), np.full(N, 1e12)]))
    assert found[0, 0] == pytest.approx(1.0, abs=0.01)
    assert not found[1].any() and not found[:, 1:].any()


def test_futures_that_failed_are_left_out(normal):
    y = normal[:, 0] + np.random.default_rng(5).normal(size=N)
    spoiled = y.copy()
    spoiled[::7] = np.nan
    kept = np.isfinite(spoiled)
    found = first_order(normal, spoiled)
    assert np.isfinite(found).all()
    # The scores are those of all futures, so the two differ by how those left out lie: less than a standard error.
    assert found[:, 0] == pytest.approx(first_order(normal[kept], y[kept])[:, 0], abs=0.01)


@pytest.mark.parametrize("y", [np.full((64, 1), np.nan), np.r_[[1.0], np.full(63, np.nan)][:, None]])
def test_too_few_futures_are_one_line(y):
    scored = Scored(np.arange(64.0)[:, None], ["a"])
    for read in (scored.first_order, lambda of: scored.group_shares(of, [[0]]), sound_rows):
        with pytest.raises(TooFew, match="futures gave numbers; at least") as fault:
            read(y)
        assert "\n" not in str(fault.value)


@pytest.mark.parametrize(("values", "names"), [(np.ones((4, 2)), ["a"]), (np.ones(4), ["a"]), ([[np.nan]], ["a"])])
def test_inputs_without_a_name_or_a_number_are_refused(values, names):
    with pytest.raises(ValueError):
        Scored(np.asarray(values), names)


def test_groups_of_independent_inputs_are_sums_of_their_inputs(normal):
    y = normal @ [2.0, 1.0, 1.0, 0.0] + np.random.default_rng(6).normal(size=N)
    scored = Scored(normal, "abcd")
    shares, rest = scored.group_shares(y[:, None], [[0], [1, 2], [3], []])
    single = scored.first_order(y[:, None])[:, 0]
    assert shares[:, 0] == pytest.approx([single[0], single[1] + single[2], single[3], 0.0], abs=0.02)
    assert shares[:, 0] == pytest.approx(np.array([4.0, 2.0, 0.0, 0.0]) / 7.0, abs=0.033)
    assert shares.sum() + rest[0] == pytest.approx(1.0)
    assert rest[0] == pytest.approx(1.0 / 7.0, abs=0.033)


def test_what_acts_only_together_rests_on_no_group(normal):
    shares, rest = Scored(normal, "abcd").group_shares((normal[:, 0] * normal[:, 1])[:, None], [[0], [1], [2, 3]])
    assert np.abs(shares).max() < 0.02 and rest[0] > 0.95


def test_copies_of_one_input_share_evenly(normal):
    a, b = normal[:, 0], normal[:, 1]
    y = a + b + np.random.default_rng(7).normal(size=N)
    shares, _ = Scored(np.column_stack([a, np.exp(a), b]), "acb").group_shares(y[:, None], [[0], [1], [2]])
    assert shares[0, 0] == pytest.approx(shares[1, 0], abs=1e-3)
    assert shares[:, 0] == pytest.approx([1 / 6, 1 / 6, 1 / 3], abs=0.033)


def test_groups_of_what_never_varies_are_nothing(normal):
    shares, rest = Scored(normal, "abcd").group_shares(np.ones((N, 1)), [[0, 1], [2, 3]])
    assert not shares.any() and not rest.any()


# Surfaces


def test_nets_are_never_split_between_folds():
    fold = fold_of(4 * SCRAMBLES)
    assert all(len(set(fold[net::SCRAMBLES])) == 1 for net in range(SCRAMBLES))
    assert np.bincount(fold).tolist() == [4 * SCRAMBLES // FOLDS] * FOLDS


def test_a_bent_surface_is_found_in_futures_that_were_not_fitted(normal):
    mean = 100.0 + normal[:, 0] * normal[:, 1] + normal[:, 2] ** 2 - 2.0 * normal[:, 3]
    y = mean + 0.5 * np.random.default_rng(8).normal(size=N)
    found = Scored(normal, "abcd").surface(y[:, None])[:, 0]
    assert 1.0 - (found - mean).var() / mean.var() > 0.98
    assert found.mean() == pytest.approx(mean.mean(), abs=0.05)


def test_noise_is_given_no_surface(normal):
    y = 5.0 + np.random.default_rng(9).normal(size=N)
    found = Scored(normal, "abcd").surface(y[:, None])[:, 0]
    assert found.var() < 0.01
    assert ((found - y) ** 2).mean() > 0.99 * y.var()  # nothing of the noise itself was learned
    assert found.mean() == pytest.approx(y.mean(), abs=0.01)


def test_outcomes_of_any_size_are_fitted_beside_each_other(normal):
    x = np.column_stack([np.ones(N), normal]).astype(np.float32)
    y = np.column_stack([1e9 * normal[:, 0], 1e-6 * normal[:, 1], np.zeros(N)])
    found = cross_fit(x, y)
    assert found[:, 0] == pytest.approx(y[:, 0], abs=1e7)
    assert found[:, 1] == pytest.approx(y[:, 1], abs=1e-8)
    assert not found[:, 2].any()

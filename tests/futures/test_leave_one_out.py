"""Posteriors of shared factors: closed forms, independent integrals, invariants, and simulation-based calibration."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from closedsky.futures import leave_one_out
from closedsky.futures.leave_one_out import LEAST_ERROR, UNSTATED_ERROR, Count, Measured, Prior, posterior, sample

LEVELS = np.array([1e-4, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1 - 1e-4])
BACK = {"log": np.exp, "logit": special.expit}
TO = {"log": np.log, "logit": special.logit}
SCALES = {"measured": "log", "poisson": "log", "binomial": "logit"}


def measured(name, theta, error, scale="log"):
    """A record with a given standard error on the scale."""
    low, value, high = BACK[scale](theta + 1.645 * error * np.array([-1.0, 0.0, 1.0]))
    return Measured(name, float(low), float(value), float(high))


CASES = {
    "none": ([], Prior(-5.0, 1.0, 0.5), "log", "measured"),
    "alike": ([measured(f"{i}", t, 0.15) for i, t in enumerate([0.1, 0.2, 0.15])], Prior(0, 1, 0.5), "log", "measured"),
    "far apart": (
        [Measured("a", None, 0.001, None), Measured("b", None, 1.0, None)],
        Prior(-1, 1, 0.1),
        "log",
        "measured",
    ),
    "no losses": ([Count("a", 0, 42_000)], Prior.around(1e-4, 2.0, 1.0, "log"), "log", "poisson"),
    "few losses": (
        [Count("a", 0, 42_000), Count("b", 2, 96_905), Count("c", 0, 8_000), Count("d", 1, 14_000)],
        Prior.around(1e-4, 1.5, 0.7, "log"),
        "log",
        "poisson",
    ),
    "very many": ([Count("a", 100_000, 42_000), Count("b", 90_000, 42_000)], Prior(0, 2, 1), "log", "poisson"),
    "shares": (
        [Count("a", 23_096, 100_420), Count("b", 300, 1_000), Count("c", 4, 9), Count("d", 0, 5)],
        Prior.around(0.3, 1.0, 0.5, "logit"),
        "logit",
        "binomial",
    ),
    "all or none": ([Count("a", 3, 3), Count("b", 0, 5)], Prior(-1.0, 2.0, 1.0), "logit", "binomial"),
    "hardly apart": ([Count("a", 0, 9), Count("b", 1, 18_000)], Prior(-7.5, 2.7, 0.02), "logit", "binomial"),
}


def test_without_records_it_is_the_prior_predictive():
    prior = Prior(-5.0, 1.2, 0.7)
    for law, scale in SCALES.items():
        found = posterior([], prior, scale, law)
        for x in (-9.0, -6.0, -5.0, -3.5, -1.0):
            inside = lambda tau, x=x: (  # noqa: E731
                stats.halfnorm.pdf(tau, scale=0.7) * special.ndtr((x + 5) / np.hypot(1.2, tau))
            )
            exact = integrate.quad(inside, 0, 8, epsabs=1e-12)[0]
            assert found.cdf(BACK[scale](x)) == pytest.approx(exact, abs=1e-6)
        assert found.mean == pytest.approx(BACK[scale](-5 + 1.2 * special.ndtri([0.5, 0.05, 0.95])))
        assert found.between == pytest.approx(stats.halfnorm.ppf([0.5, 0.05, 0.95], scale=0.7), rel=1e-4)


def test_campaigns_that_cannot_differ_are_pooled():
    theta, error = np.array([0.3, 0.6, -0.2]), np.array([0.2, 0.4, 0.3])
    records = [measured(f"{i}", t, e) for i, (t, e) in enumerate(zip(theta, error, strict=True))]
    found = posterior(records, Prior(1.0, 0.5, 1e-7), "log", "measured")
    precision = 1 / 0.5**2 + np.sum(1 / error**2)
    mean = (1.0 / 0.5**2 + np.sum(theta / error**2)) / precision
    assert np.log(found.quantile(LEVELS)) == pytest.approx(mean + special.ndtri(LEVELS) / precision**0.5, abs=1e-5)


def test_losses_that_cannot_differ_are_pooled():
    """With tau near 0 and a flat prior the rate is Gamma(events) over the pooled exposure, to the prior's curvature."""
    records = [Count("a", 3, 1_000), Count("b", 9, 2_000), Count("c", 0, 500)]
    found = posterior(records, Prior(-5.0, 10.0, 1e-6), "log", "poisson")
    exact = stats.gamma.ppf([0.05, 0.5, 0.95], 12, scale=1 / 3_500)
    assert found.quantile([0.05, 0.5, 0.95]) == pytest.approx(exact, rel=2e-3)


def test_many_precise_records_recover_the_truth():
    rng = np.random.default_rng(5)
    records = [measured(f"{i}", t, 0.1) for i, t in enumerate(rng.normal(0.7, 0.4, 400) + rng.normal(0, 0.1, 400))]
    found = posterior(records, Prior(0.0, 2.0, 1.0), "log", "measured")
    assert np.log(found.mean.median) == pytest.approx(0.7, abs=4 * 0.41 / 20)
    assert found.between.median == pytest.approx(0.4, abs=4 * 0.4 / 28)
    assert np.log(found.quantile(0.95)) == pytest.approx(0.7 + 1.645 * 0.4, abs=0.1)


@pytest.mark.parametrize(
    ("law", "events", "exposure"),
    [("poisson", 0, 3_000), ("poisson", 3, 900), ("poisson", 400, 90_000), ("binomial", 0, 5), ("binomial", 7, 7)],
)
def test_one_count_agrees_with_an_integral_in_other_variables(law, events, exposure):
    """Mu integrates out by hand: theta_1 and a new theta are bivariate Normal given tau; scipy does the other two."""
    scale = SCALES[law]
    prior = Prior.around(0.004 if law == "poisson" else 0.4, 1.5, 0.8, scale)
    found = posterior([Count("a", events, exposure)], prior, scale, law)
    theta = np.linspace(prior.centre - 18, prior.centre + 18, 20_001)
    if law == "poisson":
        likelihood = np.exp(stats.poisson.logpmf(events, exposure * np.exp(theta)))
    else:
        likelihood = special.expit(theta) ** events * special.expit(-theta) ** (exposure - events)

    def given_tau(tau, x):
        wide = prior.spread**2 + tau**2
        density = likelihood * stats.norm.pdf(theta, prior.centre, wide**0.5) * stats.halfnorm.pdf(tau, scale=0.8)
        if x is None:
            return np.trapezoid(density, theta)
        mean = prior.centre + prior.spread**2 / wide * (theta - prior.centre)
        return np.trapezoid(density * special.ndtr((x - mean) / np.sqrt(wide - prior.spread**4 / wide)), theta)

    total = integrate.quad(given_tau, 1e-9, 7, args=(None,), epsrel=1e-9)[0]
    for level in (1e-3, 0.05, 0.5, 0.95, 1 - 1e-3):
        x = TO[scale](found.quantile(level))
        exact = integrate.quad(given_tau, 1e-9, 7, args=(x,), epsrel=1e-9)[0] / total
        assert exact == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize("law", ["poisson", "binomial"])
def test_several_counts_agree_with_plain_sums(law):
    """Bayes' rule on a plain lattice of tau, mu and theta, each Normal as its probabilities of the lattice's cells."""
    scale = SCALES[law]
    prior, records = Prior(-1.0, 1.0, 0.6), [Count("a", 0, 4), Count("b", 3, 6), Count("c", 11, 20)]
    found = posterior(records, prior, scale, law)
    tau = (np.arange(100) + 0.5) * 0.03
    edges = np.linspace(-10, 8, 361)
    theta = (edges[1:] + edges[:-1]) / 2
    below = np.zeros(len(theta))
    for each in tau:
        cells = np.diff(special.ndtr((edges - theta[:, None]) / each), axis=1)  # (mu, theta)
        weight = stats.norm.pdf(theta, prior.centre, prior.spread) * stats.halfnorm.pdf(each, scale=prior.between)
        for one in records:
            if law == "poisson":
                weight = weight * (cells @ stats.poisson.pmf(one.events, one.exposure * np.exp(theta)))
            else:
                weight = weight * (cells @ stats.binom.pmf(one.events, one.exposure, special.expit(theta)))
        below += np.cumsum(weight @ cells)
    assert found.cdf(BACK[scale](edges[1:])) == pytest.approx(below / below[-1], abs=2e-3)


@pytest.mark.parametrize("name", CASES)
def test_finer_grids_change_nothing(name):
    coarse, fine = posterior(*CASES[name]), posterior(*CASES[name], fineness=2)
    assert coarse.quantile(LEVELS) == pytest.approx(fine.quantile(LEVELS), rel=1e-4)
    assert coarse.mean == pytest.approx(fine.mean, rel=1e-4)
    assert coarse.between == pytest.approx(fine.between, rel=1e-3)


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_records_does_not_matter(name):
    records, *rest = CASES[name]
    one, other = posterior(records, *rest), posterior(records[::-1], *rest)
    assert one == other
    assert np.array_equal(one.quantile(LEVELS), other.quantile(LEVELS))
    assert one.records == tuple(sorted(record.name for record in records))


@pytest.mark.parametrize("law", SCALES)
def test_one_more_record_at_the_centre_narrows(law):
    scale = SCALES[law]
    prior = Prior.around(0.25, 1.0, 0.5, scale)
    more = Measured("x", 0.2, 0.25, 0.3) if law == "measured" else Count("x", 10, 40)
    records, widths = [], []
    for i in range(4):
        found = posterior(records, prior, scale, law)
        widths.append(np.diff(TO[scale](found.quantile([0.05, 0.95])))[0])
        records.append(type(more)(f"{i}", *list(vars(more).values())[1:]))
    assert (np.diff(widths) < 0).all()


@st.composite
def problems(draw):
    law = draw(st.sampled_from(sorted(SCALES)))
    scale = draw(st.sampled_from(["log", "logit"])) if law == "measured" else SCALES[law]
    prior = Prior(draw(st.floats(-8, 1)), draw(st.floats(0.05, 3)), draw(st.floats(0.01, 2)))
    records = []
    for i in range(draw(st.integers(0, 4))):
        if law == "measured":
            records.append(measured(f"{i}", draw(st.floats(-9, 3)), draw(st.floats(0.01, 2)), scale))
        else:
            exposure = draw(st.integers(1, 100_000))
            records.append(Count(f"{i}", draw(st.integers(0, exposure)), exposure))
    return records, prior, scale, law


@given(problems(), st.lists(st.floats(1e-5, 1 - 1e-5), min_size=2, max_size=20))
def test_quantiles_rise_and_undo_the_distribution_function(problem, u):
    found = posterior(*problem)
    u = np.sort(u)
    x = found.quantile(u)
    assert (np.diff(x) >= 0).all()
    assert found.cdf(x) == pytest.approx(u, abs=1e-4)
    assert found.quantile(found.cdf(x)) == pytest.approx(x, rel=1e-3)
    assert found.mean.low <= found.mean.median <= found.mean.high
    assert found.between.low <= found.between.median <= found.between.high


def test_shapes_are_kept_and_ends_are_finite():
    rate, share = posterior(*CASES["no losses"]), posterior(*CASES["shares"])
    for found in (rate, share):
        assert found.quantile(np.full((3, 4), 0.3)).shape == (3, 4)
        assert found.quantile(0.5).shape == found.cdf(0.5).shape == ()
        ends = found.quantile([0.0, 1.0])
        assert np.isfinite(ends).all() and (ends > 0).all()
    assert rate.cdf([-1.0, 0.0, 1e9]).tolist() == [0, 0, 1]
    assert share.cdf([-1.0, 0.0, 1.0, 2.0]).tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("law", SCALES)
def test_it_is_calibrated_by_simulation(law):
    """Everything from the prior, 400 times: the truth's place in its posterior is uniform (Talts et al. 2018).

    Talts, Betancourt, Simpson, Vehtari & Gelman, Validating Bayesian inference algorithms with simulation-based
    calibration, arXiv 1804.06788; the distribution function stands for the rank among infinitely many draws.
    """
    rng, scale = np.random.default_rng(11), SCALES[law]
    prior = Prior.around({"measured": 0.3, "poisson": 0.002, "binomial": 0.3}[law], 1.0, 0.6, scale)
    places, below = [], []
    for _ in range(400):
        mu, tau = rng.normal(prior.centre, prior.spread), abs(rng.normal(0, prior.between))
        *theta, new = rng.normal(mu, tau, rng.integers(1, 5) + 1)
        records = []
        for i, each in enumerate(theta):
            if law == "measured":
                error = rng.uniform(0.1, 0.8)
                records.append(measured(f"{i}", rng.normal(each, error), error))
            elif law == "poisson":
                exposure = 10 ** rng.uniform(1, 5)
                records.append(Count(f"{i}", rng.poisson(exposure * np.exp(each)), exposure))
            else:
                exposure = int(10 ** rng.uniform(0, 4))
                records.append(Count(f"{i}", rng.binomial(exposure, special.expit(each)), exposure))
        found = posterior(records, prior, scale, law)
        places.append(float(found.cdf(BACK[scale](new))))
        below.append([BACK[scale](mu) < np.sort(found.mean), tau < np.sort(found.between)])
    counts = np.histogram(places, 20, (0, 1))[0]
    assert counts.sum() == 400
    assert stats.chisquare(counts).pvalue > 0.001
    # Of mu and tau three quantiles are known: as many of 400 truths must lie below each as it says.
    levels = np.array([0.05, 0.5, 0.95])
    assert (abs(np.mean(below, axis=0) - levels) < 3.5 * np.sqrt(levels * (1 - levels) / 400)).all()


def test_errors_come_from_ranges():
    assert Measured("a", 1.0, 2.0, 4.0).error("log") == pytest.approx(np.log(2) / 1.645)
    assert Measured("a", None, 2.0, 4.0).error("log") == pytest.approx(np.log(2) / 1.645)
    assert Measured("a", 0.2, 0.5, 0.8).error("logit") == pytest.approx(np.log(4) / 1.645)
    assert Measured("a", 1.99, 2.0, 2.01).error("log") == LEAST_ERROR
    assert Measured("a", None, 2.0, None).error("log") == UNSTATED_ERROR


PRIOR = Prior(0.0, 1.0, 0.5)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Prior(0.0, 1.0, 0.0), "prior: between must be above 0"),
        (lambda: Prior(0.0, -1.0, 0.5), "prior: spread must be above 0"),
        (lambda: Prior(0.0, 50.0, 0.5), "prior: spread must be above 0 and at most 10, not 50"),
        (lambda: Prior(float("nan"), 1.0, 0.5), "prior: centre must be finite"),
        (lambda: Prior.around(0.0, 1.0, 0.5, "log"), "prior: 0.0 must be above 0"),
        (lambda: Prior.around(1.0, 1.0, 0.5, "logit"), "prior: 1.0 must be above 0 and below 1"),
        (lambda: Measured("x", 3.0, 2.0, 4.0), "x: low 3.0 is not below value 2.0"),
        (lambda: Measured("x", 1.0, 2.0, 1.5), "x: high 1.5 is not above value 2.0"),
        (lambda: Measured("x", 0.0, 2.0, 4.0).error("log"), "x: 0.0 must be above 0 on scale log"),
        (lambda: Count("x", -1, 4), "x: events must be 0 or more"),
        (lambda: Count("x", 1, 0), "x: exposure must be above 0"),
        (lambda: posterior([Count("x", 5, 4)], PRIOR, "logit", "binomial"), "x: 5 events among 4"),
        (
            lambda: posterior([Measured("x", None, 2, None)], PRIOR, "logit", "measured"),
            "x: 2 must be above 0 and below 1",
        ),
        (lambda: posterior([Count("x", 1, 4)], PRIOR, "logit", "poisson"), "law poisson needs scale log"),
        (lambda: posterior([Count("x", 1, 4)], PRIOR, "log", "binomial"), "law binomial needs scale logit"),
        (lambda: posterior([Count("x", 1, 4)], PRIOR, "log", "measured"), "x: law measured needs a Measured"),
        (lambda: posterior([Count("x", 1, 4)] * 2, PRIOR, "log", "poisson"), "x: one record of each campaign"),
        (lambda: posterior([], PRIOR, "log", "normal"), "law must be measured, poisson or binomial"),
        (lambda: posterior([], PRIOR, "root", "measured"), "needs scale log or logit, not 'root'"),
        (lambda: posterior([], PRIOR, "log", "measured").quantile([0.5, 1.5]), "u must lie between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(make, says):
    with pytest.raises(ValueError) as caught:
        make()
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sampling_without_its_extra_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpyro", None)
    with pytest.raises(ImportError) as caught:
        sample([], PRIOR, "log", "measured")
    assert 'pip install "closedsky[bayes]"' in str(caught.value)


def test_the_module_waits_for_no_compiler():
    program = "import sys, closedsky.futures.leave_one_out; sys.exit('jax' in sys.modules or 'numpyro' in sys.modules)"
    path = leave_one_out.__file__.rsplit("closedsky", 1)[0]
    assert subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": path}).returncode == 0

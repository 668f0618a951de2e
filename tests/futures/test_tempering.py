"""The sampler against posteriors known in closed form or by quadrature: means, scatter, evidence, counterfactuals."""

import copy

import numpy as np
import pytest
from scipy import special, stats

from closedsky.futures import tempering
from closedsky.futures.acceptance import MISSED
from closedsky.futures.convergence import effective_number, split_rhat
from closedsky.futures.tempering import begin, redraw, temper

ISLANDS, MEMBERS = 64, 4096
FAR = 4.0  # standard errors: with 64 islands, one quantity in 6,000 is farther off by chance


def sample(score, dimensions, sweeps=60, members=MEMBERS, islands=ISLANDS, seed=1):
    return temper(begin(score, dimensions, members, islands, seed, sweeps), score, islands, seed)


def off(values, exact, islands=ISLANDS):
    """How many standard errors, by the spread of islands, the mean of each column is from what it should be."""
    means = np.asarray(values, float).reshape(-1, islands, *np.shape(values)[1:]).mean(axis=0)
    error = means.std(axis=0, ddof=1) / np.sqrt(islands)
    return np.abs(means.mean(axis=0) - exact) / np.maximum(error, 1e-12)


def off_evidence(found, exact, islands=ISLANDS):
    """The same for the mean acceptance, of which every island has an estimate of its own; `exact` is a logarithm."""
    share = np.exp(found.evidence - exact)
    return abs(share.mean() - 1.0) / (share.std(ddof=1) / np.sqrt(islands))


class Linear:
    """Records y = A x + error of independent standard normals x, thetas and luck alike (Bayesian linear regression)."""

    def __init__(self, rows, recorded, errors):
        self.rows, self.recorded, self.errors = np.array(rows), np.array(recorded), np.array(errors)
        weighted = self.rows.T / self.errors**2
        self.covariance = np.linalg.inv(np.eye(self.rows.shape[1]) + weighted @ self.rows)
        self.mean = self.covariance @ weighted @ self.recorded
        whole = np.diag(self.errors**2) + self.rows @ self.rows.T
        law = stats.multivariate_normal(np.zeros(len(whole)), whole)
        self.evidence = law.logpdf(self.recorded) + np.log(np.sqrt(2 * np.pi) * self.errors).sum()

    def score(self, z):
        return -0.5 * ((z @ self.rows.T - self.recorded) / self.errors) ** 2


def idle(*row, dimensions=40):
    return [*row, *[0.0] * (dimensions - len(row))]


LINEAR = {
    # Three thetas and two luck numbers, two things on record.
    "plain": Linear([[1.0, -0.5, 0.3, 0.8, 0.0], [0.2, 0.7, 0.0, -0.4, 1.0]], [2.5, -1.0], [0.5, 0.3]),
    # Only a sum is recorded, and exactly: theta and luck that made it are correlated by -0.999.
    "correlated": Linear([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [1.8, -0.5], [0.03, 1.0]),
    "mostly idle": Linear([idle(1.0, 0.5, 0.0, 1.0), idle(0.0, -1.0, 1.5)], [3.0, 1.0], [0.3, 0.5]),
    # Thirteen times in a million: as rare as records of real length are.
    "rare": Linear([[1.0, 0.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.5]], [3.5, -3.0], [0.2, 0.2]),
}


@pytest.fixture(scope="module", params=LINEAR)
def linear(request):
    law = LINEAR[request.param]
    return law, sample(law.score, law.rows.shape[1])


def test_posterior_of_a_linear_record_is_the_one_in_closed_form(linear):
    law, found = linear
    assert found.power == 1.0 and found.left == 0
    away = found.z - law.mean
    assert off(found.z, law.mean).max() < FAR
    products = away[:, :, None] * away[:, None, :]
    assert off(products, law.covariance).max() < FAR
    assert off_evidence(found, law.evidence) < FAR


def test_effective_numbers_and_agreement_of_a_linear_record_are_good(linear):
    _, found = linear
    for values in found.z.T:
        assert effective_number(values, ISLANDS) > MEMBERS / 3
        assert split_rhat(values, ISLANDS) < 1.02


def test_counterfactual_with_the_same_luck_is_the_one_in_closed_form():
    law = LINEAR["plain"]
    found = sample(law.score, 5, seed=2)
    other = np.array([0.6, 1.0, -0.2, 1.5, -1.0])  # another option: other effects of the same thetas and the same luck
    outcome = found.z @ other
    mean, variance = other @ law.mean, other @ law.covariance @ other
    assert off(outcome, mean) < FAR
    assert off((outcome - mean) ** 2, variance) < FAR
    below = stats.norm.cdf([-1.0, 0.0, 1.0])
    assert off(outcome[:, None] < mean + np.sqrt(variance) * np.array([-1.0, 0.0, 1.0]), below).max() < FAR
    # With fresh luck the answer would be another one: abduction is what is tested.
    fresh = other[:3] @ law.mean[:3]
    assert abs(fresh - mean) > 20 * (outcome.reshape(-1, ISLANDS).mean(axis=0).std() / np.sqrt(ISLANDS))


def test_luck_drawn_again_knows_of_the_old_only_what_the_rest_and_the_record_say():
    law, luck = LINEAR["plain"], np.array([3, 4])
    found = sample(law.score, 5, seed=3)
    kept = found.z.copy()
    again = redraw(found, law.score, luck, 3, 120)
    assert np.array_equal(found.z, kept) and np.array_equal(again[:, :3], kept[:, :3])
    # The same posterior, so that either is a sample of what the record leaves.
    away = again - law.mean
    assert off(again, law.mean).max() < FAR
    assert off(away[:, :, None] * away[:, None, :], law.covariance).max() < FAR
    # Old and new hang together by what thetas say of both, and by no more.
    of_thetas = law.covariance[3:, :3] @ np.linalg.inv(law.covariance[:3, :3])
    shared = of_thetas @ law.covariance[:3, 3:]
    old, new = (kept - law.mean)[:, luck], away[:, luck]
    assert off(old[:, :, None] * new[:, None, :], shared).max() < FAR
    assert np.array_equal(redraw(found, law.score, luck, 3, 120), again)
    assert np.array_equal(redraw(found, law.score, np.array([], int), 3, 5), kept)


def test_errors_are_as_wide_as_answers_of_many_seeds_differ():
    law, islands = LINEAR["plain"], 16
    found = [sample(law.score, 5, 30, 512, islands, seed) for seed in range(24)]
    distance = np.array([off(each.z, law.mean, islands) for each in found])
    # Squares of Student's t with 15 degrees of freedom have the mean 15/13; 24 seeds of some four independent numbers.
    assert 0.7 < np.mean(distance**2) < 1.8
    evidence = np.array([np.exp(each.evidence - law.evidence) for each in found])
    assert abs(evidence.mean() - 1.0) < FAR * evidence.std() / np.sqrt(evidence.size)


def test_two_ways_to_the_same_record_are_both_kept():
    def score(z):
        return -0.5 * ((z[:, :1] ** 2 - 2.25) / 0.2) ** 2

    found = sample(score, 4)
    grid = np.linspace(-6, 6, 24_001)
    weight = np.exp(-0.5 * grid**2 - 0.5 * ((grid**2 - 2.25) / 0.2) ** 2)
    exact = np.average(np.abs(grid), weights=weight)
    assert off(found.z[:, 0] > 0, 0.5) < FAR
    assert off(np.abs(found.z[:, 0]), exact) < FAR
    assert off_evidence(found, np.log(weight.sum() * (grid[1] - grid[0]) / np.sqrt(2 * np.pi))) < FAR


class Clock:
    """A clock of rate 0.002 exp(0.8 z) a day, z standard normal, that rings when its hazard reaches an envelope."""

    MIDDLE, SPREAD = np.log(0.002), 0.8

    def __init__(self):
        self.z = np.linspace(-8, 8, 2001)
        self.rate = self.rate_of(self.z)
        self.prior = stats.norm.pdf(self.z)

    @classmethod
    def rate_of(cls, z):
        return np.exp(cls.MIDDLE + cls.SPREAD * z)

    @classmethod
    def read(cls, z):
        """Rate, envelope and day of each member; coordinates as `Candidates` has them."""
        rate, envelope = cls.rate_of(z[:, 0]), -special.log_ndtr(z[:, 1])
        return rate, envelope, envelope / rate

    def mean(self, weight, values):
        return np.average(values, weights=self.prior * weight)


def test_a_clock_that_did_not_ring_tells_of_its_rate_and_of_its_envelope():
    clock, day, later, faster = Clock(), 900.0, 1200.0, 3.0

    def score(z):
        return np.where(clock.read(z)[2] > day, 0.0, MISSED)[:, None]

    found = sample(score, 3)
    rate, envelope, _ = clock.read(found.z)
    silent = np.exp(-clock.rate * day)
    exact = np.average(silent, weights=clock.prior)
    assert off_evidence(found, np.log(exact)) < FAR
    assert off(rate, clock.mean(silent, clock.rate)) < FAR
    assert off(np.log(rate), clock.mean(silent, np.log(clock.rate))) < FAR
    # Without memory: beyond what has passed, the envelope is as fresh as ever.
    assert off(envelope, 1.0 + clock.mean(silent, clock.rate * day)) < FAR
    assert off((envelope - rate * day > 0.7), np.exp(-0.7)) < FAR
    # An option under which the hazard had been thrice as high, the same envelope: would it have rung?
    rung = envelope <= faster * rate * later
    assert off(rung, clock.mean(silent, -np.expm1(-clock.rate * (faster * later - day)))) < FAR
    calm = envelope <= 0.5 * rate * later  # half the hazard: it can't have, as 600 days are fewer than 900
    assert not calm.any()


def test_a_clock_that_rang_on_a_day_tells_when_it_would_have_rung():
    clock, day, error, since, faster, later = Clock(), 400.0, 0.1, 100.0, 2.5, 250.0

    def score(z):
        return -0.5 * ((np.log(clock.read(z)[2]) - np.log(day)) / error)[:, None] ** 2

    found = sample(score, 3)
    rate, envelope, rang = clock.read(found.z)
    days = day * np.exp(np.linspace(-8 * error, 8 * error, 801))
    density = clock.rate[:, None] * np.exp(-clock.rate[:, None] * days)
    weight = density * np.exp(-0.5 * ((np.log(days) - np.log(day)) / error) ** 2) * days * clock.prior[:, None]
    step = (clock.z[1] - clock.z[0]) * (np.log(days[1]) - np.log(days[0]))

    def exact(values):
        return np.average(np.broadcast_to(values, weight.shape), weights=weight)

    assert off_evidence(found, np.log(weight.sum() * step)) < FAR
    assert off(np.log(rate), exact(np.log(clock.rate)[:, None])) < FAR
    assert off(rang, exact(days)) < FAR
    assert off(np.log(envelope), exact(np.log(clock.rate[:, None] * days))) < FAR
    assert off(envelope**2, exact((clock.rate[:, None] * days) ** 2)) < FAR
    # Hazard 2.5 times as high from day 100 on, the same envelope.
    would = np.where(rang <= since, rang, since + (rang - since) / faster)
    exactly = np.where(days <= since, days, since + (days - since) / faster)
    assert off(would, exact(exactly)) < FAR
    assert off(would <= later, exact(exactly <= later)) < FAR


def test_a_record_of_which_each_item_is_certain():
    def score(z):
        return np.where(np.stack([z[:, 0] > 1.5, z[:, 1] + z[:, 0] < 1.0], axis=1), 0.0, MISSED)

    found = sample(score, 6)
    assert (found.total == 0).all()
    grid = np.linspace(1.5, 9, 20_001)
    weight = stats.norm.pdf(grid) * stats.norm.cdf(1.0 - grid)
    assert off(found.z[:, 0], np.average(grid, weights=weight)) < FAR
    assert off_evidence(found, np.log(weight.sum() * (grid[1] - grid[0]))) < FAR


def test_a_record_that_says_nothing_leaves_everything_as_it_was():
    found = sample(lambda z: np.zeros((len(z), 1)), 7, 20)
    assert off(found.z, 0.0).max() < FAR and off(found.z**2, 1.0).max() < FAR
    assert (found.evidence == 0).all() and [each["power"] for each in found.history] == [1.0]


def test_a_record_that_nothing_can_agree_with_is_not_loosened():
    # Ever farther from what can be: levels run out, and the power that was reached says so.
    def score(z):
        return -((z[:, :1] - 1e3) ** 2)

    found = sample(score, 2, 5, 128, 4)
    assert 0 < found.power < 1.0 and len(found.history) == tempering.MOST_LEVELS and found.left == 5


def same(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("z", "scores", "ancestors", "evidence"))


def test_bits_depend_on_the_seed_alone():
    law = LINEAR["plain"]
    first, again, other = (sample(law.score, 5, 10, 512, 16, seed) for seed in (3, 3, 4))
    assert same(first, again) and not np.array_equal(first.z, other.z)


def test_an_interrupted_search_goes_on_to_the_same_bits():
    law, kept = LINEAR["plain"], []
    whole = begin(law.score, 5, 512, 16, 3, 100)
    whole = temper(whole, law.score, 16, 3, keep=lambda population: kept.append(copy.deepcopy(population)))
    assert len(kept) > 3 and kept[0].power < 1.0 and kept[-1].left == 0
    assert any(each.power == 1.0 and 0 < each.left < 100 for each in kept)
    for each in kept:
        assert same(temper(each, law.score, 16, 3), whole)


def test_islands_never_exchange_members():
    law = LINEAR["rare"]
    found = sample(law.score, 4, 5, 1024, 16)
    assert (found.ancestors % 16 == np.arange(1024) % 16).all()
    assert len(np.unique(found.ancestors)) < 1024


def test_scores_are_those_of_where_members_are(linear):
    law, found = linear
    assert found.scores == pytest.approx(law.score(found.z), abs=1e-9)


def test_powers_rise_by_as_much_as_leaves_half_effective():
    law = LINEAR["rare"]
    found = sample(law.score, 4, 5)
    powers = [each["power"] for each in found.history]
    assert powers == sorted(powers) and powers[-1] == 1.0
    assert all(each["effective"] == pytest.approx(tempering.EFFECTIVE, abs=1e-3) for each in found.history[:-1])
    assert found.history[-1]["effective"] >= tempering.EFFECTIVE


def test_every_sweep_is_watched_and_counted():
    law, seen = LINEAR["plain"], []
    found = begin(law.score, 5, 256, 16, 0, 7)
    found = temper(found, law.score, 16, 0, watch=lambda population: seen.append(population.sweep))
    assert seen == list(range(1, found.sweep + 1))
    assert found.sweep == len(found.history) * tempering.LEVEL_SWEEPS + 7
    assert len(found.history[-1]["taken"]) == 7


@pytest.mark.parametrize("members", [0, 32, 100, 4095])
def test_members_must_fill_the_islands(members):
    with pytest.raises(ValueError, match="members must be a multiple of 32, at least 64"):
        begin(lambda z: np.zeros((len(z), 1)), 2, members, 16, 0, 1)

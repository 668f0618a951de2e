"""Effective numbers and agreement of islands, on data of which both are known."""

import numpy as np
import pytest

from closedsky.futures.convergence import effective_number, split_rhat

ISLANDS, MEMBERS = 16, 4096


def independent(seed=0, members=MEMBERS):
    return np.random.default_rng(seed).standard_normal(members)


def by_island(own, each):
    """Members whose island adds something of its own, shape (members,)."""
    return (np.asarray(own).reshape(-1, ISLANDS) + each).reshape(-1)


def median_effective(make, seeds=60):
    # Sixteen islands know it to about a third; the ratio's median is that of 15 / chi-square with 15 degrees.
    return np.median([effective_number(make(seed), ISLANDS) for seed in range(seeds)])


def test_independent_members_all_count():
    found = [effective_number(independent(seed), ISLANDS) for seed in range(60)]
    assert np.median(found) > 0.85 * MEMBERS and np.min(found) > MEMBERS / 2.5 and np.max(found) <= MEMBERS
    assert max(split_rhat(independent(seed), ISLANDS) for seed in range(60)) < 1.01


@pytest.mark.parametrize("copies", [2, 8, 32])
def test_copies_count_once(copies):
    def make(seed):
        return np.repeat(independent(seed, MEMBERS // copies).reshape(-1, ISLANDS), copies, axis=0).reshape(-1)

    assert median_effective(make) == pytest.approx(MEMBERS / copies, rel=0.25)


@pytest.mark.parametrize("share", [0.01, 0.1, 1.0])
def test_islands_that_differ_count_as_often_as_they_differ(share):
    # Means of islands with a variance of their own are as uncertain as of 16 (1 + share) / share members.
    def make(seed):
        own = np.random.default_rng(seed + 1000).standard_normal(ISLANDS)
        return by_island(independent(seed), np.sqrt(share) * own)

    variance = (1 + share) / (share / ISLANDS + 1 / MEMBERS)
    assert median_effective(make) == pytest.approx(variance, rel=0.3)
    rhat = np.median([split_rhat(make(seed), ISLANDS) for seed in range(20)])
    assert rhat == pytest.approx(np.sqrt(1 + share), abs=0.06 * (1 + share))


def test_one_island_astray_is_seen():
    astray = np.zeros(ISLANDS)
    astray[3] = 3.0
    values = by_island(independent(), astray)
    assert effective_number(values, ISLANDS) < 60
    assert split_rhat(values, ISLANDS) > 1.1


def test_halves_of_islands_that_differ_are_seen():
    values = independent() + np.where(np.arange(MEMBERS) < MEMBERS // 2, 0.0, 1.5)
    assert split_rhat(values, ISLANDS) > 1.1


def test_order_and_units_do_not_matter():
    values = np.exp(independent())
    assert effective_number(3.0 * values - 7.0, ISLANDS) == pytest.approx(effective_number(values, ISLANDS))
    assert split_rhat(values**3, ISLANDS) == split_rhat(values, ISLANDS)
    order = np.random.default_rng(0).permutation(MEMBERS // ISLANDS)
    mixed = values.reshape(-1, ISLANDS)[order].reshape(-1)
    assert effective_number(mixed, ISLANDS) == pytest.approx(effective_number(values, ISLANDS))


def test_what_does_not_vary_is_certain():
    assert effective_number(np.ones(MEMBERS), ISLANDS) == MEMBERS
    assert split_rhat(np.ones(MEMBERS), ISLANDS) == 1.0


def test_undefined_members_are_left_out_and_hide_nothing():
    gone = np.random.default_rng(2).random(MEMBERS) < 0.3
    known = np.where(gone, np.nan, independent())
    assert effective_number(known, ISLANDS) > 0.4 * (~gone).sum()
    assert split_rhat(known, ISLANDS) < 1.02
    apart = np.where(gone, np.nan, by_island(independent(), np.arange(ISLANDS)))
    assert effective_number(apart, ISLANDS) < 40
    assert split_rhat(apart, ISLANDS) > 2.0


def test_an_island_without_a_value_hides_no_other():
    apart = by_island(independent(), np.arange(ISLANDS)).reshape(-1, ISLANDS)
    apart[:, 5] = np.nan
    assert effective_number(apart.reshape(-1), ISLANDS) < 40
    assert split_rhat(apart.reshape(-1), ISLANDS) > 2.0


@pytest.mark.parametrize("values", [np.full(MEMBERS, np.nan), np.array([]), np.array([1.0, 2.0, 3.0])])
def test_too_few_to_judge(values):
    assert effective_number(values, ISLANDS) == 1.0
    assert split_rhat(values, ISLANDS) == 1.0


def test_no_effective_number_is_above_the_number_or_below_one():
    balanced = np.tile([1.0, -1.0], MEMBERS // 2).reshape(ISLANDS, -1).T.reshape(-1)  # every island the same mean
    assert effective_number(balanced, ISLANDS) == MEMBERS
    assert effective_number(by_island(np.zeros(MEMBERS), np.arange(ISLANDS)), ISLANDS) == pytest.approx(15.0)
    assert effective_number(by_island(1e-9 * independent(), np.arange(2).repeat(8) * 1e9), ISLANDS) >= 1.0
    assert split_rhat(by_island(np.zeros(MEMBERS), np.arange(ISLANDS)), ISLANDS) > 1e6

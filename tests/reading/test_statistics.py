import numpy as np
import pytest
from scipy import stats

from closedsky.reading.statistics import flag, joint, share, spread


def test_a_spread_has_the_quantiles_of_what_is_defined():
    values = np.concatenate([np.random.default_rng(1).lognormal(size=4096), np.full(64, np.nan)])
    found = spread(values)
    assert found.mean.value == pytest.approx(np.nanmean(values))
    assert (found.low, found.median, found.high) == pytest.approx(tuple(np.nanquantile(values, [0.05, 0.5, 0.95])))


def test_the_error_covers_the_truth_as_often_as_it_should():
    rng = np.random.default_rng(2)
    off = [abs((s := spread(rng.normal(size=512)).mean).value) / s.error for _ in range(400)]
    inside = np.mean(np.array(off) < stats.t.ppf(0.95, 15))
    assert inside == pytest.approx(0.9, abs=0.05)


def test_nothing_defined_gives_no_number():
    found = spread(np.full(64, np.nan))
    assert found.to_dict() == {"mean": None, "error": None, "low": None, "median": None, "high": None}
    assert share(np.full(64, np.nan)).to_dict()["value"] is None


@pytest.mark.parametrize(("count", "of"), [(0, 40), (3, 40), (40, 40), (500, 1000)])
def test_a_share_has_the_exact_interval(count, of):
    found = share(np.arange(of) < count)
    low, high = stats.binomtest(count, of).proportion_ci(0.95, "exact")
    assert (found.count, found.of) == (count, of)
    assert (found.low, found.high) == pytest.approx((low, high))


def test_few_means_a_small_count_of_either_kind_but_not_none():
    assert share(np.arange(1000.0) < 3).few
    assert share(np.arange(1000.0) < 997).few
    assert not share(np.zeros(1000)).few
    assert not share(np.ones(1000)).few
    assert not share(np.arange(1000.0) < 20).few


def test_a_failed_future_is_in_neither_half_of_a_share():
    values = np.array([1.0, 2.0, np.nan, 2.0])
    found = share(flag(values, values == 2.0))
    assert (found.count, found.of) == (2, 3)


def test_a_ratio_of_two_columns_is_taken_net_by_net():
    rng = np.random.default_rng(3)
    a, b = rng.normal(5, 1, 1600), rng.normal(2, 0.1, 1600)
    found = joint(lambda x, y: x.mean() / y.mean(), a, b)
    nets = [a[i::16].mean() / b[i::16].mean() for i in range(16)]
    assert found.value == pytest.approx(a.mean() / b.mean())
    assert found.error == pytest.approx(np.std(nets, ddof=1) / 4)

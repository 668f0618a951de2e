"""The naive forecaster: closed forms, what it may know, and what it cannot say."""

import dataclasses
import datetime as dt
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from closedsky.reading.naive import EVEN, QUANTILES, foresee, log_crps, negative_binomial, score, stated, student
from closedsky.reading.record import Chance, Number
from closedsky.reading.scores import crps

DAYS = dt.timedelta(days=1)
START = dt.date(2001, 1, 1)


@pytest.fixture(scope="session")
def total(recorded, past):
    """A campaign that flew so many sorties in all of its days."""

    def build(name, value, days=100, quantity="coalition_sorties", **more):
        span = {"from": START, "to": START + (days - 1) * DAYS}
        return past(name, {"it": recorded(quantity, value, "sum", **(span | more))}, days)

    return build


def test_rates_of_others_foresee_a_total_by_students_t(total):
    others = [total("b", 1_000.0, 10), total("c", 60_000.0, 300), total("d", 700.0, 70), total("e", 8_000.0, 40)]
    logs = np.log([100.0, 200.0, 10.0, 200.0])
    found = foresee(total("a", 5_000.0, 50), others)["it"]
    law = stats.t(df=3, loc=logs.mean(), scale=logs.std(ddof=1) * math.sqrt(1 + 1 / 4))
    assert np.log(found.values / 50) == pytest.approx(law.ppf(EVEN), rel=1e-9)
    assert found.others == ("b", "c", "d", "e") and "Student's t" in found.law
    assert found.reading.median.value == pytest.approx(50 * math.exp(logs.mean()), rel=1e-3)
    assert math.isnan(found.reading.error) and math.isnan(found.reading.median.error), "nothing is drawn"


@given(st.lists(st.floats(-8.0, 8.0), min_size=2, max_size=7))
def test_students_t_is_the_predictive_of_normal_logarithms(logs):
    logs = np.array(logs)
    scale = logs.std(ddof=1) * math.sqrt(1 + 1 / len(logs))
    quantiles = np.log(student(logs))
    inner = slice(QUANTILES // 20, -QUANTILES // 20)
    expected = stats.t.ppf(EVEN, len(logs) - 1) * scale + logs.mean()
    assert quantiles[inner] == pytest.approx(expected[inner], rel=1e-6, abs=1e-6)
    assert (np.diff(quantiles) >= 0).all() and np.isfinite(quantiles).all()


def test_the_predictive_is_that_of_the_noninformative_normal_model():
    """Drawn from its parts: the variance is a scaled inverse chi-squared, then the mean, then the next number."""
    logs, rng, n = np.array([0.3, 1.1, -0.4, 2.0]), np.random.default_rng(0), 400_000
    variance = 3 * logs.var(ddof=1) / rng.chisquare(3, n)
    mean = rng.normal(logs.mean(), np.sqrt(variance / 4))
    drawn = rng.normal(mean, np.sqrt(variance))
    quantiles = np.log(student(logs))
    for q in (0.1, 0.5, 0.9):
        assert np.quantile(quantiles, q) == pytest.approx(np.quantile(drawn, q), abs=0.02)


@pytest.mark.parametrize(
    ("events", "days", "ahead"), [(0, 1, 1), (0, 1000, 10), (2, 1000, 1000), (40, 30, 900), (3.5, 7, 2)]
)
def test_counts_are_negative_binomial(events, days, ahead):
    found = negative_binomial(events, days, ahead)
    law = stats.nbinom(events + 0.5, days / (days + ahead))
    assert (law.cdf(found) >= EVEN - 1e-12).all() and (law.cdf(found - 1) < EVEN).all()
    masses = [np.mean(found == k) for k in range(6)]
    assert masses == pytest.approx([law.pmf(k) for k in range(6)], abs=1.5 / QUANTILES)


def test_a_negative_binomial_is_a_poisson_count_with_jeffreys_rate():
    rng = np.random.default_rng(1)
    drawn = rng.poisson(rng.gamma(2.5, 1 / 30.0, 400_000) * 60.0)
    assert np.mean(negative_binomial(2, 30, 60)) == pytest.approx(drawn.mean(), rel=0.02)


def test_aircraft_are_pooled_over_the_days_of_all_others(past, recorded):
    def lost(name, value, days):
        return past(name, {"it": recorded("coalition_lost", value)}, days)

    found = foresee(lost("a", 1.0, 365), [lost("b", 2.0, 900), lost("c", 0.0, 100)])["it"]
    assert found.values == pytest.approx(negative_binomial(2.0, 1000.0, 365.0))
    assert found.floor is None and found.score == pytest.approx(crps(found.values, 1.0))
    assert "2 in 1,000 days" in found.law
    nobody = foresee(lost("a", 1.0, 365), [])["it"]
    assert nobody.reading is None and "there is none" in nobody.law and math.isnan(nobody.score)


def test_yes_or_no_is_a_count_of_the_others(past, recorded):
    def stopped(name, value):
        return past(name, {"it": recorded("fixed_wing_stopped", value, "flag")})

    others = [stopped("b", 1.0), stopped("c", 1.0), stopped("d", 0.0)]
    yes, no = (foresee(stopped("a", value), others)["it"] for value in (1.0, 0.0))
    assert yes.chance == no.chance == pytest.approx(2.5 / 4)
    assert isinstance(yes.reading, Chance) and yes.reading.share.value.value == pytest.approx(2.5 / 4)
    assert yes.reading.share.value.value + no.reading.share.value.value == pytest.approx(1)
    assert yes.score == pytest.approx(-math.log(2.5 / 4)) and no.score == pytest.approx(-math.log(1.5 / 4))
    assert (yes.reading.share.count, no.reading.share.count, yes.reading.share.of) == (2, 1, 3)
    assert foresee(stopped("a", 1.0), [])["it"].reading is None


def test_the_order_of_the_pool_changes_nothing(total):
    others = [total("b", 1_000.0, 10), total("c", 60_000.0, 300), total("d", 700.0, 70)]
    mine = total("a", 5_000.0, 50)
    found = [foresee(mine, order)["it"] for order in itertools.permutations(others)]
    assert all(each.values.tolist() == found[0].values.tolist() and each.score == found[0].score for each in found)


def test_its_own_record_is_never_used(total):
    others = [total("b", 1_000.0, 10), total("c", 60_000.0, 300), total("d", 700.0, 70)]
    for value in (1.0, 5_000.0, 1e7):
        mine = total("a", value, 50)
        alone, among = foresee(mine, others)["it"], foresee(mine, [*others, mine, total("z", value, 9)][:-1])["it"]
        assert alone.values.tolist() == among.values.tolist() and "a" not in among.others
        edited = foresee(mine, [*others, total("a", 77.0, 50)])["it"]
        assert edited.values.tolist() == alone.values.tolist(), "left out by its id, whatever the pool's copy says"
        assert edited.values.tolist() == foresee(total("a", 3.0, 50), others)["it"].values.tolist()
    assert foresee(total("a", 1.0, 50), others)["it"].score != foresee(total("a", 9.0, 50), others)["it"].score


def test_two_others_of_one_id_are_an_error(total):
    with pytest.raises(ValueError, match="two campaigns are called b"):
        foresee(total("a", 1.0), [total("b", 1.0), total("b", 2.0)])


def test_it_is_kept_for_the_same_campaigns(total):
    others = [total("b", 1_000.0, 10), total("c", 60_000.0, 300)]
    assert foresee(total("a", 5.0), others) is foresee(total("a", 5.0), others[::-1])


def test_a_rate_and_a_total_say_the_same(past, recorded, total):
    span = {"from": START, "to": START + 9 * DAYS}
    weekly = past("b", {"it": recorded("cost_a_week", 70.0, "mean", **span)}, 10)
    others = [weekly, total("c", 4_000.0, 100, "cost"), total("d", 500.0, 100, "cost")]
    of_total = foresee(total("a", 1.0, 20, "cost"), others)["it"]
    mine = past("a", {"it": recorded("cost_a_week", 1.0, "mean", **span)}, 20)
    of_rate = foresee(mine, others)["it"]
    assert of_total.values / 20 == pytest.approx(of_rate.values / 7)
    assert np.median(of_rate.values) == pytest.approx(7 * np.exp(np.log([10.0, 40.0, 5.0]).mean()), rel=1e-3)


def test_the_same_quantity_over_most_days_stands_for_a_campaign(past, recorded):
    def flown(value, days, quantity="coalition_sorties", statistic="sum"):
        return recorded(quantity, value, statistic, **{"from": START, "to": START + (days - 1) * DAYS})

    both = {
        "short": flown(1e6, 2),
        "long": flown(500.0, 50),
        "rate": flown(9e9, 100, "coalition_sorties_a_day", "mean"),
    }
    plain = past("c", {"it": flown(2_000.0, 100)})
    found = foresee(past("a", {"it": flown(1.0, 10)}), [past("b", both), plain])["it"]
    assert np.median(found.values) == pytest.approx(10 * math.sqrt(10.0 * 20.0), rel=1e-3)


def test_days_until_something_are_not_scaled(past, recorded):
    def quick(name, value, days):
        return past(name, {"it": recorded("suppressed_d", value)}, days)

    found = foresee(quick("a", 3.0, 12), [quick("b", 2.0, 78), quick("c", 8.0, 500)])["it"]
    assert np.median(found.values) == pytest.approx(4.0, rel=1e-2)


def test_a_record_counts_with_its_value_or_middle_or_bound(recorded):
    assert stated(recorded("zone_kills", 2.0, low=1.0, high=9.0)) == 2.0
    assert stated(recorded("zone_kills", kind="between", low=4.0, high=9.0)) == pytest.approx(6.0)
    assert stated(recorded("zone_kills", kind="between", low=0.0, high=9.0)) == 4.5
    assert stated(recorded("zone_kills", kind="floor", low=5.0)) == 5.0
    assert stated(recorded("zone_kills", kind="ceiling", high=7.0)) == 7.0


def test_what_it_cannot_foresee_says_why(total, past, recorded):
    one = foresee(total("a", 1.0), [total("b", 5.0)])["it"]
    assert one.reading is None and "needs two other campaigns" in one.law and one.others == ("b",)
    none = foresee(total("a", 1.0), [total("b", 5.0), total("c", 0.0)])["it"]
    assert none.reading is None and "no logarithm" in none.law
    share = past("a", {"it": recorded("held", 0.5, day=START)})
    assert "no share" in foresee(share, [share, past("b", share.recorded)])["it"].law
    assert one.to_dict()["reading"] is None and one.to_dict()["score"] is None
    silent = recorded("killed", 1.0).model_copy(update={"quantity": None})
    assert "it" not in foresee(past("a", {"it": silent}), [])


def test_a_floor_is_held_against_it_as_a_bound(total):
    others = [total("b", 1_000.0, 10), total("c", 60_000.0, 300), total("d", 700.0, 70)]
    found = foresee(total("a", 5_000.0, 50, kind="floor"), others)["it"]
    assert isinstance(found.reading, Chance) and found.reading.bound == 5_000.0
    assert found.reading.share.value.value == pytest.approx(np.mean(found.values >= 5_000.0))
    assert found.score == found.reading.log_score


def test_numbers_that_have_no_mean_are_scored_by_their_logarithms(total):
    """With two others the mean of the prediction is made by its last quantiles; its logarithm's score is not."""
    two = [total("b", 1_000.0, 10), total("c", 100.0, 100)]
    found = foresee(total("a", 5_000.0, 50), two)["it"]
    assert found.reading.crps[0] > 1e100
    assert 0 < found.score < 10
    assert found.score == pytest.approx(crps(np.log(np.maximum(found.values, found.floor)), math.log(5_000.0)))
    assert found.to_dict()["scored_as"] == "logarithm"


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=40), st.floats(0.1, 1e6), st.floats(1e-3, 1e3))
def test_the_score_of_logarithms_has_no_unit(values, record, unit):
    values = np.array(values)
    one = log_crps(values, (record, record), 1e-3)
    assert log_crps(values * unit, (record * unit, record * unit), 1e-3 * unit) == pytest.approx(one, abs=1e-9)
    assert log_crps(np.array([record]), (record, record), 1e-3) == pytest.approx(0, abs=1e-12)
    assert log_crps(values, (record / 2, record * 2), 1e-3) <= one + 1e-9, "a range is scored by its best value"


def test_zeros_count_as_the_floor():
    assert log_crps(np.zeros(4), (1.0, 1.0), 0.01) == pytest.approx(math.log(100.0))
    assert log_crps(np.ones(4), (0.0, 0.0), 0.01) == pytest.approx(math.log(100.0))


def test_another_forecaster_is_scored_alike(total):
    others = [total("b", 1_000.0, 10), total("c", 60_000.0, 300), total("d", 700.0, 70)]
    found = foresee(total("a", 5_000.0, 50), others)["it"]
    assert isinstance(found.reading, Number)
    assert score(found, found.reading, found.values[:, None]) == pytest.approx(found.score)
    gone = np.where(np.arange(QUANTILES)[:, None] % 2, np.nan, found.values[:, None])
    assert score(found, found.reading, gone) == pytest.approx(found.score, rel=0.05), "futures without a value"
    plain = dataclasses.replace(found, floor=None)
    assert score(plain, found.reading, gone) == found.reading.crps[0]


def test_a_campaign_that_it_overlaps_is_not_known():
    import dataclasses

    from closedsky.futures.zones import campaigns

    pool = campaigns()
    mine = next(case for case in pool if case.id == "odyssey-dawn-2011")
    apart = dataclasses.replace(mine, without=("unified-protector-2011",), title="another")
    names = {name for each in foresee(apart, pool).values() for name in each.others}
    assert "unified-protector-2011" in {name for each in foresee(mine, pool).values() for name in each.others}
    assert names and "unified-protector-2011" not in names and mine.id not in names

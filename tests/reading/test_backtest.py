"""Scores with closed forms, where a record lies, and what is said of it."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from closedsky.cases.recorded import QUANTITIES, Recorded
from closedsky.reading.backtest import ALL, CAUTION, WAR_ON, Backtest, backtest
from closedsky.reading.record import LARGE, Chance, Number, hold, poisson_quantile, seen
from closedsky.reading.scores import crps, interval_score, log_score, nearest, place

FUTURES = 4096
EVEN = (np.arange(FUTURES) + 0.5) / FUTURES
NORMAL = special.ndtri(EVEN)
SAMPLES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60).map(np.array)


def entry(quantity="held", statistic="at", **more):
    given = {"label": "x", "unit": QUANTITIES[quantity].unit, "quantity": quantity, "statistic": statistic}
    return Recorded.model_validate(given | {"basis": "measured", "evidence": ["x"], "value": 1.0} | more)


def interleaved(values):
    """Even quantiles in an order in which each of sixteen nets has its share of every part."""
    return np.asarray(values)[np.random.default_rng(0).permutation(len(values))]


@pytest.mark.parametrize("y", [-1.5, 0.0, 0.4, 3.0])
def test_crps_of_normal_futures_is_the_closed_form(y):
    closed = y * (2 * stats.norm.cdf(y) - 1) + 2 * stats.norm.pdf(y) - 1 / np.sqrt(np.pi)
    assert crps(NORMAL, y) == pytest.approx(closed, abs=2e-3)
    assert crps(10 + 3 * NORMAL, 10 + 3 * y) == pytest.approx(3 * closed, abs=6e-3), "it has the unit of the quantity"


def test_crps_of_uniform_futures_is_the_closed_form():
    for y in (0.0, 0.25, 1.0):
        assert crps(EVEN, y) == pytest.approx((y**3 + (1 - y) ** 3) / 3, abs=1e-5)


@given(SAMPLES, st.floats(-1e6, 1e6))
def test_crps_is_what_its_definition_says(x, y):
    pairs = np.abs(x[:, None] - x[None, :]).mean()
    assert crps(x, y) == pytest.approx(np.abs(x - y).mean() - pairs / 2, rel=1e-9, abs=1e-6)
    assert crps(x, y) >= -1e-6
    assert crps(np.array([y]), y) == 0


def test_crps_is_the_integral_of_the_squared_step():
    x, y = np.array([1.0, 2.0, 6.0]), 4.0
    area, _ = integrate.quad(lambda z: (np.mean(x <= z) - (y <= z)) ** 2, 0, 8, points=[1, 2, 4, 6])
    assert crps(x, y) == pytest.approx(area)


@given(SAMPLES, st.floats(-1e6, 1e6))
def test_a_record_and_its_mirror_image_have_places_that_add_up_to_one(x, y):
    assert 0 <= place(x, y) <= 1
    assert place(x, y) + place(-x, -y) == pytest.approx(1)


def test_interval_score():
    assert interval_score(-1.0, 2.0, 0.0, 0.1) == 3.0
    assert interval_score(-1.0, 2.0, -2.0, 0.1) == pytest.approx(3.0 + 20.0)
    ends = stats.norm.ppf([0.05, 0.95])
    draws = np.random.default_rng(1).normal(size=20_000)
    right = np.mean([interval_score(*ends, y, 0.1) for y in draws])
    for factor in (0.6, 1.6):
        assert np.mean([interval_score(*(factor * ends), y, 0.1) for y in draws]) > right, "it is proper"


def test_log_score_is_that_of_a_coin_and_finite_where_nothing_happened():
    assert log_score(50, 100) == pytest.approx(np.log(2))
    assert log_score(0, 1000) == pytest.approx(-np.log(0.5 / 1001))
    assert log_score(0, 1000) > log_score(1, 1000) > log_score(1000, 1000) > 0


@given(st.floats(-100, 100), st.floats(0, 50), st.floats(-100, 100), st.floats(0, 50))
def test_no_value_of_a_range_scores_better_than_the_nearest(low, width, start, band):
    record, other = (low, low + width), (start, start + band)
    best = nearest(record, other)
    assert record[0] <= best <= record[1]
    for each in np.linspace(*record, 7):
        assert interval_score(*other, best, 0.1) <= interval_score(*other, each, 0.1) + 1e-9


@given(st.floats(0, 1e6), st.integers(0, 7))
def test_counts_scatter_as_poisson_numbers_do(mean, level):
    u = (level + 0.5) / 8
    got = float(poisson_quantile(np.array([u]), np.array([mean]))[0])
    assert abs(got - stats.poisson.ppf(u, mean)) <= (mean >= LARGE)


def test_small_counts_scatter_exactly():
    u, mean = np.array([1e-9, 0.0625, 0.5, 0.9375, 1 - 1e-9]), np.array([[-1e-9, 0.0, 1e-12, 0.3, 4.0, 9.999]]).T
    assert (poisson_quantile(u, mean) == stats.poisson.ppf(u, np.maximum(mean, 0))).all()
    assert np.isnan(poisson_quantile(u, np.array([[np.nan]]))).all()


def test_scatter_and_reporting_leave_the_mean_where_it_belongs():
    killed = entry("killed", "sum", kind="floor", reporting={"low": 0.8, "high": 1.0, "reason": "x"})
    made = seen(killed, np.full(10, 400.0))
    assert made.shape == (10, 8)
    assert made.mean() == pytest.approx(0.9 * 400, rel=0.01)
    assert made.std() == pytest.approx(np.sqrt(0.9 * 400 + (400 * 0.2) ** 2 / 12), rel=0.15)
    assert seen(entry(), np.array([0.2])).tolist() == [[0.2]], "a share does not scatter"
    bound = entry("adversary_lost", kind="ceiling", high=5.0, value=None)
    assert seen(bound, np.array([3.3])).tolist() == [[3.3]], "nor does what is held against a bound"


def number(values, **given):
    found = hold(given.pop("of", None) or entry(**given), np.asarray(values, float)[:, None])
    assert isinstance(found, Number)
    return found


def test_bands_place_and_verdict():
    values = interleaved(100 * EVEN)
    found = number(values, value=60.0)
    assert found.futures == FUTURES and found.median.value == pytest.approx(50, abs=0.1)
    assert found.middle == pytest.approx((25, 75), abs=0.1) and found.most == pytest.approx((5, 95), abs=0.1)
    assert found.place == pytest.approx((0.6, 0.6), abs=1e-3) and 0 < found.error < 0.05
    assert found.verdict == "middle" and found.crps[0] == found.crps[1] == pytest.approx(crps(values, 60.0))
    for value, verdict in ((20.0, "inside"), (97.0, "above"), (3.0, "below")):
        one = number(values, value=value)
        assert (one.verdict, one.missed) == (verdict, verdict in ("above", "below"))


def test_a_range_lies_where_its_nearest_value_does():
    values = interleaved(100 * EVEN)
    found = number(values, kind="between", low=80.0, high=200.0, value=None)
    assert found.verdict == "inside" and found.place == pytest.approx((0.8, 1.0), abs=1e-3)
    assert found.crps == pytest.approx((crps(values, 80.0), crps(values, 200.0)))
    wide = number(values, kind="between", low=10.0, high=90.0, value=None)
    assert wide.crps[0] == pytest.approx(crps(values, 50.0), rel=1e-3), "the value that scores best"
    assert number(values, kind="between", low=99.0, high=200.0, value=None).verdict == "above"


def test_a_reported_floor_is_an_estimate_of_what_was_reported():
    given = {"kind": "floor", "reporting": {"low": 0.5, "high": 0.5, "reason": "x"}, "value": 50.0}
    of = entry("killed", "sum", **given)
    found = hold(of, seen(of, np.full(64, 100.0)))
    assert found.median.value == pytest.approx(50, abs=1) and found.verdict == "middle"


def test_a_floor_without_a_reporting_share_is_a_bound_on_one_side():
    values = interleaved(100 * EVEN)[:, None]
    found = hold(entry("displaced", kind="floor", value=90.0), values)
    assert isinstance(found, Chance) and found.bound == 90.0 and not found.missed
    assert found.share.value.value == pytest.approx(0.1, abs=1e-3)
    assert found.log_score == pytest.approx(-np.log(0.1), abs=0.01)
    assert hold(entry("displaced", kind="floor", value=98.0), values).missed
    assert not hold(entry("displaced", kind="floor", value=98.0), values[:16]).missed, "too few to say"
    ceiling = hold(entry("displaced", kind="ceiling", value=90.0), values)
    assert ceiling.share.value.value == pytest.approx(0.9, abs=1e-3)


def test_an_event_is_scored_by_how_often_it_comes_about():
    on = entry("on", "flag", day="2022-03-10")
    values = np.r_[np.ones(30), np.zeros(70), np.nan]
    yes = hold(on, values[:, None])
    no = hold(on.model_copy(update={"value": 0.0}), values[:, None])
    assert (yes.share.count, yes.share.of) == (30, 100)
    assert yes.share.value.value + no.share.value.value == pytest.approx(1)
    assert yes.log_score == pytest.approx(-np.log(30.5 / 101))
    assert hold(on, np.full((4, 1), np.nan)) is None


@pytest.fixture(scope="module")
def found(case):
    """The shipped record against invented futures in which most wars end early."""
    size = 512
    values, on = {}, {}
    for key, each in case.recorded.items():
        if each.quantity is None:
            continue
        rng = np.random.default_rng(len(key))
        middle = each.value if each.value is not None else (each.low + each.high) / 2
        lasting = rng.random(size) < 0.3
        drawn = rng.random(size) < 0.5 if each.yes_or_no else middle * np.exp(rng.normal(0, 0.5, size))
        values[key] = np.where(lasting | each.yes_or_no, drawn, 0.0).astype(float)
        on[key] = lasting
    return backtest(case, values, on, view="then", seed=0, notes=("a note",))


def test_every_item_is_read_over_wars_still_on_and_over_all(found, case):
    assert [item.id for item in found.items] == list(case.recorded)
    for item in found.compared:
        if item.entry.quantity == "on":
            assert item.war_on is None and item.still_on is None and item.reading is item.over_all
        else:
            assert item.reading is item.war_on and 0.2 < item.still_on.value.value < 0.4
    march = found.item("killed_mar_2022")
    assert (march.first, march.last) == (5, 36)
    assert (found.item("shape_apr_mar").first, found.item("shape_apr_mar").last) == (5, 66)
    assert march.over_all.median.value == 0, "a war that ended kills nobody"
    assert march.war_on.median.value == pytest.approx(4289, rel=0.2)
    assert march.war_on.futures < march.over_all.futures == found.futures
    assert "S74a" in march.sources


def test_only_numbers_with_two_sides_are_counted(found):
    numbers = [item for item in found.compared if isinstance(item.over_all, Number)]
    on, every = found.coverage(WAR_ON), found.coverage(ALL)
    assert on.of == every.of == sum(item.entry.quantity != "ratio" for item in numbers) < len(found.compared)
    assert 0 <= on.middle <= on.most <= on.of
    assert found.coverage(WAR_ON, "ratio").of == sum(item.entry.quantity == "ratio" for item in numbers) > 0
    parts = [found.coverage(WAR_ON, name) for name in found.quantities if name != "ratio"]
    assert [sum(getattr(part, name) for part in parts) for name in ("middle", "most", "of")] == [
        on.middle,
        on.most,
        on.of,
    ]


def test_the_reading_is_plain_and_says_what_it_is_not(found, case):
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["schema"] == "closedsky-backtest/1" and plain["case_digest"] == case.digest()
    assert plain["about_coverage"] == CAUTION and "Not a forecast" in plain["caution"]
    assert "calibrated" not in json.dumps(plain).lower()
    march = next(item for item in plain["items"] if item["id"] == "killed_mar_2022")
    assert march["recorded"] == {"low": 3378.0, "value": 4289.0, "high": None} and march["reporting"] == [0.85, 1.0]
    assert march["war_on"]["form"] == "number" and len(march["war_on"]["band_90"]) == 2
    assert march["sources"][0]["link"].startswith("https://")
    missiles = next(item for item in plain["items"] if item["id"] == "missiles_2023")
    assert missiles["all"] is None and "no count of launches" in missiles["reason"]
    assert plain["misses"] == [item.id for item in found.misses]
    assert plain["notes"] == ["a note"]


def test_the_sentence_names_every_miss(case):
    size = 128
    entries = {key: each for key, each in case.recorded.items() if each.quantity}
    far = {key: np.full(size, 0.0 if each.value == 1 else 1e-6) for key, each in entries.items()}
    on = {key: np.ones(size, bool) for key in entries}
    found = backtest(case, far, on, view="then", seed=0)
    assert {"killed_mar_2022", "aid_dec_2024", "on_day_1000", "displaced_may_2022"} <= {
        item.id for item in found.misses
    }
    text = found.summary()
    assert all(item.entry.label in text for item in found.misses)
    assert "Military aid by 31 Dec 2024 (above the band)" in text and "War on at day 1,000 (0 of 1,000)" in text
    right = {}
    for key, each in entries.items():
        stated = each.value if each.value is not None else each.low
        counted = (each.reporting.low + each.reporting.high) / 2 if each.reporting else 1.0
        right[key] = np.full(size, stated / counted)
    perfect = backtest(case, right, on, view="then", seed=0)
    assert perfect.misses == () and "Nothing is missed." in perfect.summary()


def test_rows_for_other_tools(found):
    table = found.to_pandas()
    assert table.index.names == ["item", "over"]
    assert table.loc[("killed_mar_2022", "all"), "form"] == "number"
    assert len(table) == sum(1 + (item.war_on is not None) for item in found.compared)


def test_no_values_are_an_error(case):
    with pytest.raises(ValueError, match="nothing on record"):
        backtest(case, {}, {}, view="then", seed=0)
    with pytest.raises(KeyError):
        Backtest("", "", "", "", "", "then", 1, 0, (), ()).item("nothing")

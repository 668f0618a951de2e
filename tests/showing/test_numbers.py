import math

import pytest

from closedsky.futures.results import Estimate
from closedsky.reading.statistics import Share, Spread
from closedsky.showing.numbers import (
    band,
    by_path,
    change_within,
    few_or_share,
    percent_band,
    share_within,
    signed_band,
    unit,
    with_band,
    within,
)

NAN = math.nan


def spread(low, median, high):
    return Spread(Estimate(median, 1.0), low, median, high)


def test_nothing_defined_is_a_dash():
    nothing = Spread(Estimate(NAN, NAN), NAN, NAN, NAN)
    assert {band(nothing), signed_band(nothing), percent_band(nothing), with_band(nothing)} == {"-"}
    assert within(Estimate(NAN, NAN)) == change_within(Estimate(NAN, NAN)) == "-"
    assert few_or_share(Share(Estimate(NAN, NAN), 0, 0, NAN, NAN)) == "-"


@pytest.mark.parametrize(
    ("low", "high", "shown"), [(0.0, 0.0, "0"), (1e-5, 3.21, "<0.01 to 3.2"), (1234.0, 98765.0, "1,200 to 99,000")]
)
def test_bands(low, high, shown):
    assert band(spread(low, low, high)) == shown


def test_less_than_half_a_person_is_nobody():
    assert signed_band(spread(-0.3, 0.0, 6.0)) == "0 to +6.0"


def test_a_band_of_one_value_is_that_value():
    assert percent_band(spread(1.0, 1.0, 1.0)) == "100 %"
    assert with_band(spread(0.0, 0.0, 0.0)) == "0"


def test_a_small_count_is_shown_with_its_interval():
    few = Share(Estimate(0.003, 0.001), 3, 1000, 0.00062, 0.00874)
    assert few_or_share(few) == share_within(few) == "[3] 0.6-8.7"
    many = Share(Estimate(0.5, 0.004), 500, 1000, 0.47, 0.53)
    assert (few_or_share(many), share_within(many)) == ("500", "500 ± 4")
    assert share_within(Share(Estimate(0.0, 0.0), 0, 1000, 0.0, 0.0037)) == "0"


def test_paths_that_read_alike_take_one_line():
    assert by_path(["3", "3"]) == "3"
    assert by_path(["3", "4"]) == "3\n4"


def test_units_are_words():
    assert unit("million persons") == "million people"

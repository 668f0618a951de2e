import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.reading.words import change, figure, listed, per_thousand, percent, signed, than

ordinary = st.floats(-1e9, 1e9).filter(lambda x: abs(x) > 1e-3)


@given(ordinary)
def test_two_digits_are_within_half_a_digit(value):
    shown = float(figure(value).replace(",", ""))
    assert abs(shown - value) <= 0.0501 * abs(value)


@given(ordinary)
def test_both_directions_read_alike(value):
    swap = {"fewer": "more", "more": "fewer"}
    number, word = change(value).split()
    assert change(-value).split() == [number, swap[word]]
    assert than(-value, 3.0, "B").replace("fewer", "more") == than(value, 3.0, "B").replace("fewer", "more")
    assert signed(-value).lstrip("+-") == signed(value).lstrip("+-")


@pytest.mark.parametrize(
    ("value", "shown"),
    [(994.0, "990"), (996.0, "1,000"), (0.999, "1.0"), (0.096, "0.096"), (1e-7, "1.0e-07"), (math.inf, "not defined")],
)
def test_figures(value, shown):
    assert figure(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0"), (1.0, "1,000"), (0.9972, "997"), (0.9999, "999.9"), (0.031, "31"), (0.5, "500")]
)
def test_frequencies_tell_nearly_all_from_all(share, shown):
    assert per_thousand(share) == shown


def test_what_is_not_defined_says_so():
    assert {percent(math.nan), per_thousand(math.nan), change(math.nan)} == {"not defined"}


def test_lists():
    assert listed(["a", "b"]) == "a and b"

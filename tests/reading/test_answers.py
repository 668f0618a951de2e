"""What a claim bears on, read off several courses."""

import numpy as np
import pytest

from closedsky.reading.answers import Course, answer
from closedsky.reading.measures import LIVES
from closedsky.reading.statistics import Share, Spread


@pytest.fixture
def courses(invented):
    given = {
        "refuse": {"killed": np.full(64, 5.0), "ending": np.zeros(64)},
        "full-zone": {"killed": np.full(64, 3.0), "ending": np.repeat([1.0, 0.0], 32), "direct_combat": np.ones(64)},
    }
    results = {"contest": invented(given)}
    return [Course(option, results, option) for option in given]


def test_an_amount_is_spread(courses):
    [found] = answer("killed", courses)
    assert found.unit == "persons"
    assert isinstance(found.courses["refuse"]["contest"], Spread)
    assert [found.courses[name]["contest"].median for name in ("refuse", "full-zone")] == [5.0, 3.0]
    assert found.to_dict()["courses"]["full-zone"]["contest"]["median"] == 3.0


def test_a_flag_is_counted(courses):
    [found] = answer("direct_combat", courses)
    assert isinstance(found.courses["full-zone"]["contest"], Share)
    assert [found.courses[name]["contest"].count for name in ("refuse", "full-zone")] == [0, 64]


def test_a_code_is_counted_value_by_value(courses):
    found = answer("ending", courses)
    assert found[0].label == "settlement"
    assert sum(each.courses["full-zone"]["contest"].count for each in found) == 64
    assert found[0].courses["full-zone"]["contest"].count == 32


def test_the_reference_is_not_compared_with_itself(courses):
    [found] = answer(LIVES, courses)
    assert list(found.courses) == ["full-zone"]


def test_a_wrong_name(courses):
    with pytest.raises(KeyError):
        answer("kild", courses)

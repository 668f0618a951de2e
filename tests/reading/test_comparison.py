import json
import re
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.reading.comparison import COMPARED, EFFECTS, bounds, compare, single_futures

CLAUSE = re.compile(
    r"n the (?P<path>\w+) path (?P<who>.+?) has (?P<lives>\S+) \(± (?P<error>\S+)\) (?P<way>fewer|more) civilians "
    r"killed than (?P<other>.+?) on average while both wars run, the adversary holds a median (?P<held>.+?) of "
    r"the country rather than (?P<base>.+?), and direct combat follows in (?P<combat>\S+) of 1,000 futures "
    r"rather than (?P<rather>\S+?)[;.]"
)


def test_swapped_options_give_the_mirrored_comparison(pair):
    there = compare(pair("full-zone", "refuse"), "full-zone", "refuse")
    back = compare(pair("refuse", "full-zone"), "refuse", "full-zone")
    for path in there.differences:
        for name in COMPARED:
            one, two = there.differences[path][name], back.differences[path][name]
            assert one.mean.value == -two.mean.value
            assert one.mean.error == pytest.approx(two.mean.error)
            assert one.medians.value == pytest.approx(-two.medians.value)
        one, two = there.single[path], back.single[path]
        assert one.shared_fewer == two.shared_more
        assert one.fewer == two.more


def test_swapped_options_give_the_mirrored_sentence(pair):
    there = compare(pair("full-zone", "refuse"), "full-zone", "refuse").summary()
    back = compare(pair("refuse", "full-zone"), "refuse", "full-zone").summary()
    mirror = {"fewer": "more", "more": "fewer"}
    one, two = ([m.groupdict() for m in CLAUSE.finditer(text)] for text in (there, back))
    assert [c["path"] for c in one] == ["contest", "engagement"]
    for a, b in zip(one, two, strict=True):
        assert b["way"] == mirror[a["way"]]
        assert (a["lives"], a["error"]) == (b["lives"], b["error"])
        assert (a["held"], a["base"], a["combat"], a["rather"]) == (b["base"], b["held"], b["rather"], b["combat"])
    assert (one[0]["who"], one[0]["other"]) == (two[0]["other"], two[0]["who"])


def test_the_sentence_has_the_numbers_of_the_results(pair):
    results = pair("full-zone", "refuse")
    found = [m.groupdict() for m in CLAUSE.finditer(compare(results, "full-zone", "refuse").summary())]
    for clause in found:
        each = results[clause["path"]]
        lives = each.values("killed", "full-zone")  # only to be sure that the effect is no level
        effect = each.values("lives_rate_effect", "full-zone").mean()
        shown = float(clause["lives"].replace(",", "")) * (-1 if clause["way"] == "fewer" else 1)
        assert shown == pytest.approx(effect, rel=0.05)
        assert abs(effect) < lives.mean()
        assert float(clause["combat"]) == pytest.approx(
            1000 * each.values("direct_combat", "full-zone").mean(), rel=0.05
        )
        assert float(clause["held"][:-2]) == pytest.approx(100 * np.median(each.values("held", "full-zone")), rel=0.05)


def test_paired_errors_are_smaller_than_those_of_two_runs(pair):
    found = compare(pair("full-zone", "refuse"), "full-zone", "refuse").differences["contest"]["killed"]
    assert found.mean.error < 0.5 * np.hypot(found.a.error, found.b.error)


def test_an_effect_is_a_difference_already(pair):
    found = compare(pair("full-zone", "refuse"), "full-zone", "refuse").differences["contest"]
    assert all((found[name].a is None) == (name in EFFECTS) for name in found)
    total = found["lives_rate_effect"].mean.value + found["lives_length_effect"].mean.value
    assert found["killed"].mean.value == pytest.approx(total, rel=1e-4, abs=1.0)


def small():
    return st.lists(st.integers(0, 6).map(float), min_size=4, max_size=4)


@given(small(), small())
def test_bounds_are_reached_and_never_passed(a, b):
    shares = [np.mean([x < y for x, y in zip(a, order, strict=True)]) for order in permutations(b)]
    found = bounds(np.array(a), np.array(b))
    assert (found.low, found.high) == pytest.approx((min(shares), max(shares)))


@given(small(), small())
def test_every_count_lies_within_its_bounds(a, b):
    a, b = np.array(a), np.array(b)
    found = single_futures(a, b, b[::-1])
    for share, of in ((found.shared_fewer, found.fewer), (found.shared_more, found.more)):
        assert of.low - 1e-12 <= share.value.value <= of.high + 1e-12
    assert found.fewer.low - 1e-12 <= found.independent_fewer.value.value <= found.fewer.high + 1e-12


def test_the_same_to_within_a_person_is_neither_fewer_nor_more():
    a = np.array([10.0, 10.4, 12.0, 5.0])
    found = single_futures(a, np.full(4, 10.0))
    assert (found.shared_fewer.count, found.shared_more.count) == (1, 1)
    assert found.independent_fewer is None


def test_the_document_is_json(pair):
    results = pair("full-zone", "refuse")
    other = {path: each.values("killed", "refuse") for path, each in results.items()}
    document = json.loads(json.dumps(compare(results, "full-zone", "refuse", other).to_dict(), allow_nan=False))
    assert document["schema"] == "closedsky-compare/1"
    single = document["paths"]["contest"]["single_futures"]
    assert set(single) == {"shared", "independent", "bounds"}
    assert single["independent"] == single["shared"]
    table = compare(results, "full-zone", "refuse").to_pandas()
    assert table.loc[("contest", "cost"), "b_mean"] == 0


def test_what_cannot_be_compared_is_refused(pair, results):
    with pytest.raises(ValueError, match="with itself"):
        compare(results, "refuse", "refuse")
    with pytest.raises(ValueError, match="reference"):
        compare(results, "refuse", "full-zone")
    with pytest.raises(KeyError):
        compare(pair("full-zone", "refuse"), "bluff", "refuse")

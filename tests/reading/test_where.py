"""Conditions as people write them: what they mean, and one line where they cannot be read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closedsky.reading.where import WhereError, parse_where

DATA = {
    ("killed", "zone"): np.array([10.0, 200.0, 3000.0, 40.0]),
    ("killed", "refuse"): np.array([20.0, 100.0, 5000.0, 40.0]),
    ("held", "zone"): np.array([0.1, 0.2, 0.3, 0.0]),
    ("direct_combat", "zone"): np.array([0.0, 1.0, 1.0, 0.0]),
    ("days_to_adopt", "zone"): np.array([np.nan, 5.0, 20.0, np.nan]),
}


def holds(text):
    return parse_where(text, "zone", ["refuse", "zone"]).holds(lambda name, option: DATA[name, option]).tolist()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("killed < 100", [1, 0, 0, 1]),
        ("killed<1e2", [1, 0, 0, 1]),
        ("100 > killed", [1, 0, 0, 1]),
        ("killed >= 1_0.0", [1, 1, 1, 1]),
        ("10 < killed <= 200", [0, 1, 0, 1]),
        ("held > 15%", [0, 1, 1, 0]),
        ("held > 15 %", [0, 1, 1, 0]),
        ("killed < killed[refuse]", [1, 0, 1, 0]),
        ("killed[zone] - killed[ refuse ] < -1000", [0, 0, 1, 0]),
        ("killed / killed[refuse] >= 1", [0, 1, 0, 1]),
        ("killed == 40 or killed == 10", [1, 0, 0, 1]),
        ("killed != 40", [1, 1, 1, 0]),
        ("direct_combat", [0, 1, 1, 0]),
        ("not direct_combat", [1, 0, 0, 1]),
        ("not not direct_combat", [0, 1, 1, 0]),
        ("direct_combat and killed < 1000", [0, 1, 0, 0]),
        ("direct_combat or killed < 20 and held > 0.5", [0, 1, 1, 0]),
        ("(direct_combat or killed < 20) and held < .15", [1, 0, 0, 0]),
        ("not (direct_combat and killed > 1000)", [1, 1, 0, 1]),
        ("2 * (killed - 5) == 10", [1, 0, 0, 0]),
        ("- killed < -100", [0, 1, 1, 0]),
        ("killed - 100 - 50 == 50", [0, 1, 0, 0]),
        ("killed / 2 / 5 == 1", [1, 0, 0, 0]),
        ("killed + held * 10 == 11", [1, 0, 0, 0]),
        ("direct_combat == 1", [0, 1, 1, 0]),
    ],
)
def test_meaning(text, found):
    assert holds(text) == found


def test_what_is_undefined_stays_so_unless_the_rest_decides():
    assert np.isnan(holds("days_to_adopt < 10")[0]) and holds("days_to_adopt < 10")[1:3] == [1, 0]
    assert holds("days_to_adopt < 10 and killed > 100") == [0, 1, 0, 0]
    assert holds("days_to_adopt < 10 or killed < 100") == [1, 1, 0, 1]
    assert np.isnan(holds("not days_to_adopt < 10")[0])
    assert np.isnan(holds("killed / held > 0")[3])  # divided by nothing


def test_what_it_reads():
    found = parse_where("killed < killed[refuse]  and\theld > 0.1", "zone", ["refuse", "zone"])
    assert found.needs == (("killed", "zone"), ("killed", "refuse"), ("held", "zone"))
    assert found.options == ("zone", "refuse") and found.text == "killed < killed[refuse] and held > 0.1"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("killed", "expected a yes or no"),
        ("killed <", "at the end"),
        ("kiled < 3", "did you mean killed?"),
        ("killed[zome] < 3", "did you mean zone?"),
        ("killed < 3 held > 1", "expected `and`, `or` or the end, at 'held' (character 12)"),
        ("killed < 3 and", "expected a number or an outcome, at the end"),
        ("killed & held", "cannot read '&' at character 8"),
        ("killed = 3", "cannot read '='"),
        ("(killed < 3", "not closed"),
        ("killed < 3)", "expected `and`"),
        ("killed and held", "expected a yes or no"),
        ("(killed < 3) + 1 > 2", "expected a number, not a yes or no"),
        ("killed < (held > 1)", "expected a number, not a yes or no"),
        ("1 < 2", "reads no outcome"),
        ("war_hazard > 0.1", "no count of general war"),
        ("killed < 3 or not", "at the end"),
        ("[zone] < 3", "expected a number or an outcome, at '[zone]'"),
        ("__import__('os').system('x') < 1", "cannot read"),
        ("__import__ < 1", "no outcome '__import__'"),
        ("killed.__class__ < 1", "cannot read '.'"),
        ("(" * 30 + "killed" + ")" * 30 + " < 1", "inside each other"),
        ("not " * 30 + "direct_combat", "inside each other"),
        ("killed < " + "1" * 500, "too long"),
    ],
)
def test_one_line_where_it_cannot_be_read(text, line):
    with pytest.raises(WhereError) as error:
        parse_where(text, "zone", ["refuse", "zone"])
    assert line in str(error.value) and "\n" not in str(error.value)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="killedhr notandor<>=!+-*/()[]%.0123456789_ze'\"\\{}$\n", max_size=60))
def test_any_text_is_read_or_refused_in_one_line(text):
    try:
        found = parse_where(text, "zone", ["refuse", "zone"])
    except WhereError as error:
        assert str(error) and len(str(error).splitlines()) == 1
    else:
        assert found.needs


def leaf():
    number = st.integers(-50, 50).map(str)
    name = st.sampled_from(["killed", "held", "killed[refuse]"])
    return st.builds(lambda a, s, b: f"{a} {s} {b}", name, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), number)


@settings(max_examples=100, deadline=None)
@given(leaf(), leaf(), leaf())
def test_laws_of_logic(a, b, c):
    def same(one, other):
        return holds(one) == holds(other)

    assert same(f"not ({a} and {b})", f"not {a} or not {b}")
    assert same(f"{a} or {b} and {c}", f"{a} or ({b} and {c})")
    assert same(f"({a} or {b}) and {c}", f"({a} and {c}) or ({b} and {c})")
    assert same(a, f"not not ({a})")

"""What an entry of the record may accept in the view now, and what is refused."""

import datetime as dt
import io
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from closedsky.cases import check, list_cases, load_case
from closedsky.cases.acceptance import MOST_ACCEPTED, is_few
from closedsky.cases.recorded import QUANTITIES, Recorded
from closedsky.cases.schema import canonical

TINY = Path(__file__).parents[1] / "data" / "tiny"
CASE = YAML(typ="safe", pure=True).load((TINY / "case.yaml").read_text("utf-8"))
EVIDENCE = YAML(typ="safe", pure=True).load((TINY / "evidence.yaml").read_text("utf-8"))
EVIDENCE["quantities"]["counted"] = {"value": 30, "unit": "persons", "timeless": True, "sources": ["handbook"]}

WIDE = {"discrepancy": 0.3, "reason": "One front stands for four."}
CERTAIN = {"discrepancy": 0, "reason": "Known for certain."}
COMMON = {"label": "x", "basis": "measured", "evidence": ["counted"], "accept": WIDE}
WEEK = {"unit": "persons", "quantity": "killed", "from": dt.date(2001, 3, 8), "to": dt.date(2001, 3, 14)}
KILLED = COMMON | WEEK | {"statistic": "sum", "kind": "floor", "value": 30}
KILLED |= {"reporting": {"low": 0.8, "high": 1, "reason": "Counted late."}}
LOST = COMMON | {"unit": "aircraft", "quantity": "coalition_lost", "statistic": "at", "value": 0}
FLAG = COMMON | {"unit": "flag", "quantity": "direct_combat", "statistic": "flag", "value": 0, "accept": CERTAIN}
HELD = COMMON | {"unit": "share", "quantity": "held", "day": dt.date(2001, 3, 8), "statistic": "at"}
HELD |= {"kind": "between", "low": 0.1, "high": 0.2}
UNSEEN = {key: KILLED[key] for key in ("label", "basis", "evidence", "accept")}
UNSEEN |= {"unit": "missiles", "quantity": None, "value": 4, "reason": "Nothing counts it."}
RATIO = COMMON | {"unit": "ratio", "quantity": "ratio", "of": ["item", "item"], "statistic": "ratio", "value": 1}
ESTIMATE = {"kind": "estimate", "value": 30, "reporting": ...}


def entry(base, accept=None, **more):
    """One entry of the record, with fields of it and of its acceptance changed; `...` removes one."""
    found = base | more | {"accept": base["accept"] | (accept or {})}
    found["accept"] = {key: value for key, value in found["accept"].items() if value is not ...}
    return {key: value for key, value in found.items() if value is not ...}


@pytest.fixture
def folder(tmp_path):
    """The tiny case with a record, as a folder."""

    def write(record, **changed):
        for name, data in (("case.yaml", CASE | changed | {"recorded": record}), ("evidence.yaml", EVIDENCE)):
            stream = io.StringIO()
            YAML(typ="safe", pure=True).dump(data, stream)
            (tmp_path / name).write_text(stream.getvalue(), "utf-8")
        return tmp_path

    return write


@pytest.fixture
def lines(folder):
    def run(record, **changed):
        place = folder(record, **changed)
        return [str(problem).removeprefix(f"{place}/") for problem in check(place, complete=False)]

    return run


SOUND = {
    "a floor with its reporting share": entry(KILLED),
    "a floor without one bounds one side": entry(KILLED, reporting=...),
    "a ceiling": entry(KILLED, kind="ceiling", reporting=...),
    "a range": entry(HELD),
    "an estimate with its error": entry(KILLED, {"error": 0.05}, **ESTIMATE),
    "the widest": entry(KILLED, {"discrepancy": 2}),
    "none of a few": entry(LOST),
    "a few, counted": entry(LOST, value=9),
    "a range up to a few, from none": entry(LOST, kind="between", low=0, value=..., high=4),
    "ten and more, with the error of the count": entry(LOST, {"error": 0.1}, value=10),
    "a few at least": entry(LOST, kind="floor", value=6),
    "a flag that is certain": entry(FLAG),
    "a flag that is soft": entry(FLAG, {"discrepancy": 0.49}),
}


@pytest.mark.parametrize("record", SOUND.values(), ids=SOUND)
def test_what_may_accept(lines, record):
    assert lines({"item": record}) == []


FAULTS = [
    (entry(UNSEEN), "accept: stands beside quantity null, which no future predicts; no accept"),
    (entry(RATIO), "accept: stands beside a ratio, made of other entries"),
    (entry(FLAG, quantity="ground_killing"), "accept: stands beside ground_killing, which holds by construction"),
    (entry(KILLED, {"discrepancy": ...}), "accept.discrepancy: is missing"),
    (entry(KILLED, {"reason": ...}), "accept.reason: is missing"),
    (entry(KILLED, {"reason": ""}), "accept.reason: is empty"),
    (entry(KILLED, {"discrepency": 1}), "accept.discrepency: is not a field here; did you mean discrepancy?"),
    (entry(KILLED, {"discrepancy": "0.3"}), "accept.discrepancy: 0.3 is not of the right kind; a number"),
    (entry(KILLED, {"discrepancy": 0}), "accept.discrepancy: 0; above 0 and up to 2, for a number"),
    (entry(KILLED, {"discrepancy": 2.1}), "accept.discrepancy: 2.1; above 0 and up to 2, for a number"),
    (entry(KILLED, {"discrepancy": -0.1}), "accept.discrepancy: -0.1; above 0 and up to 2, for a number"),
    (entry(LOST, {"discrepancy": 0}), "accept.discrepancy: 0; above 0 and up to 2, for a number"),
    (entry(FLAG, {"discrepancy": 0.5}), "accept.discrepancy: 0.5; from 0 to below 0.5, for a flag"),
    (entry(FLAG, {"discrepancy": -0.1}), "accept.discrepancy: -0.1; from 0 to below 0.5, for a flag"),
    (entry(FLAG, {"error": 0.1}), "accept.error: stands beside a flag; only an estimate of a number has one"),
    (entry(KILLED, {"error": 0.1}), "accept.error: stands beside kind floor; only an estimate of a number has one"),
    (entry(HELD, {"error": 0.1}), "accept.error: stands beside kind between; only an estimate of a number has one"),
    (entry(KILLED, **ESTIMATE), "accept.error: is missing, for an estimate; the standard deviation of its logarithm"),
    (entry(KILLED, {"error": 0}, **ESTIMATE), "accept.error: 0; above 0"),
    (entry(LOST, {"error": 0.1}, value=9), "accept.error: stands beside a count below 10; no error"),
    (entry(LOST, value=10), "accept.error: is missing, for an estimate"),
    (entry(HELD, low=0), "accept: stands beside 0, which has no logarithm; a number above 0"),
    (entry(HELD, {"error": 0.1}, kind="estimate", low=..., value=0, high=...), "accept: stands beside 0, which has no"),
    (entry(HELD, kind="ceiling", low=..., high=0), "accept: stands beside 0, which has no logarithm"),
    (entry(LOST, kind="between", low=0, value=..., high=10), "accept: stands beside 0, which has no logarithm"),
    (entry(LOST, kind="floor", value=0), "accept: stands beside 0, which has no logarithm"),
]


@pytest.mark.parametrize(("record", "says"), FAULTS, ids=[f"{i} {says[:60]}" for i, (_, says) in enumerate(FAULTS)])
def test_what_may_not_accept_is_one_line_with_its_path(lines, record, says):
    found = lines({"item": record})
    assert [line for line in found if f"recorded.item.{says}" in line], found
    assert all("\n" not in line for line in found)


def test_without_accept_any_of_them_is_kept_aside(lines):
    for base in (KILLED, LOST, FLAG, HELD, UNSEEN):
        assert lines({"item": {key: value for key, value in base.items() if key != "accept"}}) == []


def test_a_quantity_that_nobody_knows_is_one_fault(lines):
    (line,) = lines({"item": entry(KILLED, quantity="kiled")})
    assert "did you mean killed?" in line


def test_one_fact_is_accepted_once(lines):
    aside = {key: value for key, value in KILLED.items() if key != "accept"}
    again = entry(KILLED, restates="first")
    assert lines({"first": aside, "again": again}) == []
    assert lines({"first": entry(KILLED), "again": aside | {"restates": "first"}}) == []
    for record in ({"first": entry(KILLED), "again": again}, {"again": again, "first": entry(KILLED)}):
        (line,) = lines(record)
        assert "recorded.again.accept: accepts what first accepts in another unit; accept on one of the two" in line
    (line,) = lines({"first": aside, "again": again, "thrice": entry(KILLED, restates="again")})
    assert "recorded.thrice.accept: accepts what again accepts" in line
    ring = {"first": entry(KILLED, restates="again"), "again": again}
    assert any("accepts what" in line for line in lines(ring))


def test_two_windows_may_overlap(lines):
    assert lines({"first": entry(KILLED), "second": entry(KILLED, to=dt.date(2001, 3, 10))}) == []


def test_a_case_accepts_by_ten_numbers_at_most(lines):
    record = {f"item_{i}": entry(KILLED) for i in range(MOST_ACCEPTED)}
    assert lines(record) == []
    (line,) = lines(record | {"one_more": entry(KILLED)})
    assert "recorded: accepts 11 numbers; at most 10: each more leaves fewer futures" in line


def test_what_accepts_is_content(folder):
    aside = load_case(folder({"item": {key: KILLED[key] for key in KILLED if key != "accept"}}), complete=False)
    case = load_case(folder({"item": entry(KILLED)}), complete=False)
    other = load_case(folder({"item": entry(KILLED, {"discrepancy": 0.31})}), complete=False)
    assert aside.recorded["item"].accept is None and "accept" not in canonical(aside)["recorded"]["item"]
    assert canonical(case)["recorded"]["item"]["accept"] == WIDE
    assert len({each.digest() for each in (aside, case, other)}) == 3


@pytest.mark.parametrize(
    ("base", "more", "few"),
    [
        (LOST, {}, True),
        (LOST, {"value": 10}, False),
        (LOST, {"kind": "between", "low": 2, "high": 12}, False),
        (LOST, {"kind": "floor", "value": 9}, True),
        (LOST, {"kind": "floor", "value": 9, "reporting": {"low": 0.5, "high": 1, "reason": "x"}}, False),
        (HELD, {}, False),
    ],
)
def test_few_are_counts_below_ten_as_they_may_really_have_been(base, more, few):
    made = Recorded.model_validate(entry(base, **more))
    assert is_few(made, QUANTITIES[made.quantity]) is few


ACCEPTED = {
    "allied-force-1999": {"coalition_sorties", "coalition_lost", "zone_kills", "held_to_the_end"},
    "deny-flight-1993": {"coalition_sorties", "coalition_lost", "zone_kills", "held_to_the_end"},
    "odyssey-dawn-2011": {
        *("coalition_sorties", "coalition_lost", "zone_kills", "fixed_wing_stopped", "held_to_the_end"),
    },
    "provide-comfort-1991": {"coalition_sorties", "coalition_lost", "held_to_the_end"},
    "southern-watch-1992": {
        *("coalition_sorties", "coalition_lost", "zone_kills", "fixed_wing_stopped", "held_to_the_end"),
    },
    "ukraine-2022": {
        *("killed_mar_2022", "killed_apr_2022", "killed_jul_dec_2022", "killed_2024"),
        *("by_air_mar_2022", "by_air_jul_2022"),
        *("sorties_dec_2022", "lost_dec_2022", "held_28_mar_2022", "held_31_dec_2024"),
        *("on_day_1000", "no_zone_by_4_mar_2022", "no_zone_in_2022", "no_direct_combat"),
    },
    "unified-protector-2011": {"coalition_sorties", "coalition_lost", "zone_kills", "held_to_the_end"},
}


def test_the_shipped_cases_accept_by_what_is_listed_here():
    found = {name: load_case(name).recorded for name in list_cases()}
    listed = {name: {key for key, each in record.items() if each.accept} for name, record in found.items()}
    assert listed == ACCEPTED


@pytest.mark.parametrize("name", list_cases())
def test_a_third_of_what_can_be_compared_is_left_to_check_what_was_accepted(name):
    facts = {
        key: each
        for key, each in load_case(name).recorded.items()
        if each.quantity not in (None, "ratio") and each.restates is None and not QUANTITIES[each.quantity].constructed
    }
    aside = [key for key, each in facts.items() if each.accept is None]
    assert 3 * len(aside) >= len(facts)


def test_the_page_on_cases_says_what_accepts_and_how_widely():
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text("utf-8")
    section = page.split("## What the view now accepts")[1].split("\n## ")[0]
    for word in ("discrepancy", "error", "reason", "reporting", "restates", "now_horizon", "At most ten numbers"):
        assert word in section, word


def test_a_fact_narrows_a_range_or_accepts_futures(lines):
    name, assumption = next(
        (name, each) for name, each in CASE["assumptions"].items() if each["distribution"] != "beta"
    )
    low, high = assumption["then"]
    narrowed = {"basis": "judged", "now": [low, (low + high) / 2], "evidence": {"then": [], "now": ["counted"]}}
    (line,) = lines({"item": entry(KILLED)}, assumptions=CASE["assumptions"] | {name: assumption | narrowed})
    assert f"assumptions.{name}.now" in line
    assert "is narrower than then by counted, by which futures are accepted (item); at least" in line
    for harmless in ({"now": assumption["then"]}, {"evidence": {"then": [], "now": []}}):
        changed = CASE["assumptions"] | {name: assumption | narrowed | harmless}
        assert lines({"item": entry(KILLED)}, assumptions=changed) == []

"""The record of a case: what an entry must say, and what it may never be."""

import copy
import datetime as dt
import io
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from closedsky.cases import check, load_case
from closedsky.cases.recorded import QUANTITIES, STATISTIC_WORDS, STATISTICS, Recorded, days_of
from closedsky.cases.schema import canonical
from closedsky.cases.units import is_unit

TINY = Path(__file__).parents[1] / "data" / "tiny"
CASE = YAML(typ="safe", pure=True).load((TINY / "case.yaml").read_text("utf-8"))
EVIDENCE = YAML(typ="safe", pure=True).load((TINY / "evidence.yaml").read_text("utf-8"))
EVIDENCE["quantities"]["counted"] = {"value": 30, "unit": "persons", "timeless": True, "sources": ["handbook"]}
EVIDENCE["quantities"]["refused"] = {"value": 0, "unit": "zones", "timeless": True, "sources": ["speech"]}

ENTRY = {
    "label": "Killed in the second week",
    "unit": "persons",
    "quantity": "killed",
    "from": dt.date(2001, 3, 8),
    "to": dt.date(2001, 3, 14),
    "statistic": "sum",
    "kind": "floor",
    "low": 25,
    "value": 30,
    "reporting": {"low": 0.8, "high": 1, "reason": "Counted late."},
    "basis": "measured",
    "evidence": ["counted"],
}
REFUSED = {
    "label": "The zone is agreed by the tenth day",
    "unit": "flag",
    "quantity": "agreed",
    "options": ["full-zone"],
    "day": dt.date(2001, 3, 10),
    "statistic": "flag",
    "value": 0,
    "basis": "measured",
    "evidence": ["refused"],
}
RECORD = {"killed_week": ENTRY, "refused": REFUSED}


@pytest.fixture
def lines(tmp_path):
    """What check says of the tiny case with a record, without the folder."""

    def run(record=RECORD, evidence=EVIDENCE, **changed):
        folder = tmp_path / "case"
        folder.mkdir(exist_ok=True)
        for name, data in (("case.yaml", CASE | changed | {"recorded": record}), ("evidence.yaml", evidence)):
            stream = io.StringIO()
            YAML(typ="safe", pure=True).dump(data, stream)
            (folder / name).write_text(stream.getvalue(), "utf-8")
        return [str(problem).removeprefix(str(folder) + "/") for problem in check(folder, complete=False)]

    return run


def changed(**more):
    """The record with fields of its first entry changed; `...` removes one."""
    entry = {key: value for key, value in (ENTRY | more).items() if value is not ...}
    return {"killed_week": entry}


def event(**more):
    return {"refused": {key: value for key, value in (REFUSED | more).items() if value is not ...}}


def ratio(**more):
    """The record with a ratio of its first entry to itself."""
    entry = {"label": "x", "unit": "ratio", "quantity": "ratio", "of": ["killed_week", "killed_week"]}
    entry |= {"statistic": "ratio", "value": 1, "basis": "derived", "evidence": ["counted"]} | more
    return RECORD | {"shape": {key: value for key, value in entry.items() if value is not ...}}


def test_a_sound_record_has_no_problem_and_is_kept(lines, tmp_path):
    assert lines() == []
    case = load_case(tmp_path / "case", complete=False)
    assert list(case.recorded) == ["killed_week", "refused"]
    assert days_of(case.recorded["killed_week"], case.reference_day, case.horizon) == (7.0, 14.0)
    assert days_of(case.recorded["refused"], case.reference_day, case.horizon) == (9.0, 10.0)
    assert canonical(case)["recorded"]["killed_week"]["from"] == "2001-03-08"
    assert case.digest() != load_case(TINY, complete=False).digest()


def test_a_ratio_of_two_entries_may_be_recorded(lines):
    assert lines(ratio()) == []


def test_a_case_without_a_record_is_as_it_was():
    case = load_case(TINY, complete=False)
    assert case.recorded == {} and "recorded" not in canonical(case)


FAULTS = [
    (changed(unit=...), "recorded.killed_week.unit: is missing"),
    (changed(unit="aircraft"), "recorded.killed_week.unit: aircraft does not fit killed; persons"),
    (changed(evidence=[]), "recorded.killed_week.evidence: is empty; the id of a quantity"),
    (changed(evidence=...), "recorded.killed_week.evidence: is missing"),
    (changed(evidence=["count"]), "count is not in the evidence; did you mean counted?"),
    (changed(quantity="kiled"), "kiled is not predicted by any model; did you mean killed?"),
    (changed(quantity="zeppelins"), "zeppelins is not predicted by any model; allowed: killed, "),
    (changed(quantity=None), "is compared with nothing and does not say why"),
    (changed(statistic="mean"), "recorded.killed_week.statistic: mean; allowed: sum, at"),
    (changed(statistic=...), "recorded.killed_week.statistic: nothing; allowed: sum, at"),
    (changed(statistic="total"), "recorded.killed_week.statistic: total; allowed: "),
    (changed(to=...), "recorded.killed_week: needs a window for sum; from and to, and no day"),
    (changed(day=dt.date(2001, 3, 9)), "recorded.killed_week: needs a window for sum; from and to, and no day"),
    (changed(statistic="at"), "recorded.killed_week: needs one day for at; day, and no from or to"),
    (changed(to=dt.date(2001, 3, 7)), "recorded.killed_week.from: 2001-03-08 is after 2001-03-07; from before to"),
    (changed(to=dt.date(2001, 3, 21)), "2001-03-21 is outside the campaign; 2001-03-01 to 2001-03-20"),
    (changed(**{"from": dt.date(2001, 2, 28)}), "2001-02-28 is outside the campaign"),
    (changed(low=31), "recorded.killed_week: [31, 30] is out of order; low, value, high in ascending order"),
    (changed(low=-1), "recorded.killed_week: -1; not below 0, for persons"),
    (changed(value=float("nan")), "recorded.killed_week.value: nan is not finite"),
    (changed(kind="between", reporting=...), "says no number that its kind, between, needs; low and high"),
    (changed(kind="estimate", value=..., reporting=...), "says no number that its kind, estimate, needs; value"),
    (changed(kind="ceiling", value=..., low=..., reporting=...), "its kind, ceiling, needs; value or high"),
    (changed(kind="lower"), "recorded.killed_week.kind: lower; allowed: floor, ceiling, between or estimate"),
    (changed(kind="estimate"), "reporting: stands beside kind estimate; only a floor is reported in part"),
    (changed(reporting={"low": 0.8, "high": 1}), "recorded.killed_week.reporting.reason: is missing"),
    (changed(reporting={"low": 1, "high": 0.8, "reason": "x"}), "reporting: [1, 0.8]; low up to high, above 0"),
    (changed(reporting={"low": 0, "high": 1, "reason": "x"}), "reporting: [0, 1]; low up to high, above 0"),
    (changed(reporting={"low": 0.5, "high": 1.5, "reason": "x"}), "reporting: [0.5, 1.5]; low up to high"),
    (changed(basis="judged"), "recorded.killed_week: is judged, without a reason"),
    (changed(options=["refuse"]), "recorded.killed_week.options: go with agreed, and agreed with options"),
    (changed(vlaue=3), "recorded.killed_week.vlaue: is not a field here; did you mean value?"),
    (event(options=["full-zon"]), "full-zon is not an option; did you mean full-zone?"),
    (event(options=...), "recorded.refused.options: go with agreed, and agreed with options"),
    (event(value=0.5), "recorded.refused.value: 0.5; 0 or 1, for a flag"),
    (event(value=...), "recorded.refused.value: nothing; 0 or 1, for a flag"),
    (event(quantity="direct_combat", options=...), "names days, but direct_combat takes none of its own"),
    (ratio(of=...), "recorded.shape.of: goes with ratio, and ratio with of"),
    (changed(of=["refused", "refused"]), "recorded.killed_week.of: goes with ratio, and ratio with of"),
    (ratio(of=["killed_week"]), "recorded.shape.of: names 1; two entries, the upper one first"),
    (ratio(of=["killed_week", "killed_weak"]), "killed_weak is not on record; did you mean killed_week?"),
    (ratio(of=["killed_week", "refused"]), "refused is no number that is predicted"),
    (ratio(of=["killed_week", "shape"]), "shape is no number that is predicted"),
    (ratio(day=dt.date(2001, 3, 9)), "names days, but ratio takes none of its own"),
    (["refused"], "recorded: holds [refused]; a mapping of names to entries"),
]


@pytest.mark.parametrize(("record", "says"), FAULTS, ids=[says[:60] for _, says in FAULTS])
def test_a_fault_is_one_line_with_its_path(lines, record, says):
    found = lines(record)
    assert [line for line in found if says in line], found
    assert all(line.startswith("case.yaml:") and "\n" not in line for line in found)


@pytest.mark.parametrize(
    ("section", "place", "says"),
    [
        ("assumptions", ("reach_km", "evidence", "then"), "assumptions.reach_km.evidence.then"),
        ("numbers", ("members", "evidence"), "numbers.members.evidence"),
        ("options", ("full-zone", "levers", "force", "evidence"), "options.full-zone.levers.force.evidence"),
    ],
)
def test_what_is_recorded_may_not_be_an_input(lines, section, place, says):
    inputs = copy.deepcopy(CASE[section])
    inner = inputs
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = [*inner[place[-1]], "counted"]
    (line,) = lines(**{section: inputs})
    assert f"{says}: counted is recorded (killed_week), so it may not be an input" in line


def test_what_is_recorded_may_inform_the_view_now(lines):
    assumptions = copy.deepcopy(CASE["assumptions"])
    assumptions["reach_km"]["evidence"]["now"] = ["counted"]
    assert lines(assumptions=assumptions) == []


def test_what_no_model_predicts_may_be_recorded_with_its_reason(lines):
    entry = {"quantity": None, "reason": "Nothing counts it.", "unit": "launches", "statistic": ...}
    assert lines(changed(**entry)) == []
    assert any("furlong is not a unit" in line for line in lines(changed(**entry | {"unit": "furlong"})))


WORDS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=6)


@given(st.data())
def test_check_never_raises_on_a_spoiled_record(tmp_path_factory, data):
    record = copy.deepcopy(RECORD)
    for _ in range(data.draw(st.integers(1, 3))):
        entry = record[data.draw(st.sampled_from(list(record)))]
        known = [*Recorded.model_fields, "from", "to"]
        entry[data.draw(st.sampled_from(known))] = data.draw(WORDS | st.lists(WORDS, max_size=2))
    folder = tmp_path_factory.mktemp("spoiled")
    for name, content in (("case.yaml", CASE | {"recorded": record}), ("evidence.yaml", EVIDENCE)):
        stream = io.StringIO()
        YAML(typ="safe", pure=True).dump(content, stream)
        (folder / name).write_text(stream.getvalue(), "utf-8", errors="replace")
    problems = check(folder, complete=False)
    assert all("\n" not in str(problem) for problem in problems)
    if not problems:
        assert load_case(folder, complete=False).digest()


def test_every_quantity_has_a_unit_and_a_statistic():
    for name, compared in QUANTITIES.items():
        assert is_unit(compared.unit), name
        assert set(STATISTICS[compared.nature]) <= set(STATISTIC_WORDS)


@pytest.fixture(scope="module")
def ukraine():
    return load_case("ukraine-2022")


def test_sums_and_values_of_the_ukraine_record_are_those_of_its_evidence(ukraine):
    known = ukraine.evidence.quantities
    for key, entry in ukraine.recorded.items():
        behind = [known[name] for name in entry.evidence]
        if entry.quantity == "killed":
            assert entry.value == sum(each.value for each in behind), key
            assert entry.low == sum(each.low for each in behind), key
        elif entry.quantity == "adversary_lost":
            floor = next(each.value for each in behind if "claim" not in "".join(each.tags) and each.value <= entry.low)
            claim = next(each.value for each in behind if "belligerent claim" in each.tags)
            assert (entry.low, entry.high) == (floor, claim), key
        elif entry.quantity == "held":
            assert (entry.low, entry.high) == (behind[0].low, behind[0].high), key
            assert entry.value == behind[0].value
        elif entry.quantity == "flown":
            assert {entry.low, entry.value, entry.high} <= {behind[0].low, behind[0].value, behind[0].high}, key
    assert ukraine.recorded["aid_feb_2024"].value == pytest.approx(42.0 + 43.1)
    assert ukraine.recorded["aid_dec_2024"].value == known["kiel_military_allocated_end2024"].value


def test_days_of_the_ukraine_record_are_those_of_its_evidence(ukraine):
    for key, entry in ukraine.recorded.items():
        if entry.quantity != "killed":
            continue
        behind = [ukraine.evidence.quantities[name] for name in entry.evidence]
        assert entry.since == min(each.since for each in behind) and entry.until == max(
            each.until for each in behind
        ), key
    spans = sorted((e.since, e.until) for e in ukraine.recorded.values() if e.quantity == "killed")
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spans)), "no death is counted twice"


def test_the_ukraine_record_covers_what_can_be_compared(ukraine):
    compared = {entry.quantity for entry in ukraine.recorded.values()}
    assert compared >= {"killed", "killed_by_air", "flown", "adversary_lost", "held", "aid", "on", "agreed", None}
    day = days_of(ukraine.recorded["on_day_1000"], ukraine.reference_day, ukraine.horizon)
    assert day == (1000.0, 1001.0)
    assert days_of(ukraine.recorded["no_zone_by_4_mar_2022"], ukraine.reference_day, ukraine.horizon)[1] == 9.0
    zones = {key for key, option in ukraine.options.items() if option.levers["zone"]}
    refused = set(ukraine.recorded["no_zone_by_4_mar_2022"].options)
    assert refused == zones - {"ambiguity"}, "not ruling a zone out is no zone"


def test_the_page_on_cases_names_every_quantity_kind_and_statistic():
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text("utf-8")
    for name in QUANTITIES:
        assert f"`{name}`" in page or f"`{name}` (" in page, name
    assert all(f"`{name}`" in page for name in STATISTIC_WORDS)
    assert all(kind in page for kind in ("floor", "ceiling", "between", "estimate"))
    assert "calibrated" not in page.lower()

"""Shared sets: what a case takes over, what wins, and every refusal in one line."""

import copy

import numpy as np
import pytest
from ruamel.yaml import YAML

from closedsky.cases import check, load_case
from closedsky.cases.grid import DEFAULT_STEPS, default_grid
from closedsky.cases.library import list_cases, locate
from closedsky.cases.shared import shared_sets
from closedsky.model import names

SOURCE = "odyssey-dawn-2011"


def data(name=SOURCE):
    return YAML(typ="safe", pure=True).load(locate(name).file.read_text("utf-8"))


@pytest.fixture
def lines(tmp_path):
    """What check says about a changed copy of a zone case."""

    def run(change):
        changed = copy.deepcopy(data())
        change(changed)
        with (tmp_path / "case.yaml").open("w") as file:
            YAML(typ="safe", pure=True).dump(changed, file)
        return [str(each).removeprefix(str(tmp_path) + "/") for each in check(tmp_path)]

    return run


def test_the_copy_is_sound(lines):
    assert lines(lambda case: None) == []


def test_every_shipped_case_takes_over_the_planning_factors():
    for name in list_cases():
        case = load_case(name)
        assert "planning-factors" in case.uses
        model = set(names.ASSUMPTIONS)
        assert set(case.fixed).isdisjoint(case.assumptions)
        assert model <= set(case.fixed) | set(case.assumptions)


def test_shared_assumptions_are_the_same_everywhere_unless_a_case_says_otherwise():
    ukraine = load_case("ukraine-2022")
    for name in set(list_cases()) - {"ukraine-2022"}:
        case, own = load_case(name), data(name)["assumptions"]
        shared = set(case.assumptions) & set(ukraine.assumptions) - set(own) - {"tolerate_loss"}
        assert len(shared) > 10
        for key in shared:
            assert case.assumptions[key] == ukraine.assumptions[key], (name, key)


def test_an_entry_of_the_case_replaces_the_shared_one(tmp_path):
    own = {"label": "Mine", "unit": "km", "relation": "patrol", "distribution": "uniform", "then": [1.0, 2.0]}
    own |= {"now": [1.0, 2.0], "basis": "judged", "reason": "A test."}
    changed = data()
    changed["assumptions"]["reach_km"] = changed["assumptions"]["fleet_rate"] = own
    changed["assumptions"]["fleet_rate"] = own | {"unit": "share", "then": [0.1, 0.2], "now": [0.1, 0.2]}
    with (tmp_path / "case.yaml").open("w") as file:
        YAML(typ="safe", pure=True).dump(changed, file)
    case, before = load_case(tmp_path), load_case(SOURCE)
    assert case.assumptions["reach_km"].label == "Mine" != before.assumptions["reach_km"].label
    assert "fleet_rate" in before.pooled and "fleet_rate" not in case.pooled
    assert set(case.assumptions) == set(before.assumptions)


FAULTS = [
    (("uses",), {"planing-factors": "as-stated"}, "did you mean planning-factors?"),
    (("uses", "planning-factors"), "sometimes", "allowed: as-stated or leave-one-out"),
    (("horizon",), 0, "horizon"),
    (("options", "zone", "levers", "area_km2", "value"), 0, "is 0 for a zone that is held"),
    (("recorded", "coalition_sorties", "unit"), ..., "recorded.coalition_sorties.unit: is missing"),
    (("recorded", "coalition_sorties", "evidence"), [], "is empty; the id of a quantity in the evidence"),
    (("recorded", "coalition_sorties", "to"), "2011-03-18", "is outside the campaign"),
    (("recorded", "coalition_sorties", "from"), "2011-03-30", "is after 2011-03-29; from before to"),
    (("recorded", "cost_a_week", "restates"), "costs", "costs is not on record; did you mean cost?"),
    (("numbers", "fleet", "evidence"), ["zones_odyssey_dawn_sorties"], "is recorded (coalition_sorties"),
    (("assumptions", "sorties", "evidence", "then"), ["zones_odyssey_dawn_sorties"], "so it may not be an input"),
    (("fixed",), {"sam_inside": {"value": 1.0, "reason": "x"}}, "is an assumption of this case too"),
]


@pytest.mark.parametrize(("path", "value", "says"), FAULTS)
def test_a_fault_is_said_in_one_line(lines, path, value, says):
    def change(case):
        *way, last = path
        for part in way:
            case = case[part]
        if value is ...:
            del case[last]
        else:
            case[last] = value

    found = lines(change)
    assert any(says in line for line in found), found
    assert all("\n" not in line for line in found)


def test_the_sets_that_there_are():
    assert shared_sets() == ("air-campaign", "planning-factors")


@pytest.mark.parametrize("horizon", [1, 9, 10, 12, 78, 215, 3858])
def test_the_default_grid_covers_the_campaign(horizon):
    start, length = default_grid(horizon)
    assert len(start) == DEFAULT_STEPS and start[0] == 0 and np.all(length > 0)
    np.testing.assert_allclose(start[1:], (start + length)[:-1], rtol=1e-12)
    assert start[-1] + length[-1] == pytest.approx(horizon, rel=1e-12)
    assert np.all(np.diff(length) >= -1e-9 * length[1:])


def test_a_campaign_that_it_overlaps_can_be_left_out(lines, tmp_path):
    def change(case):
        case["without"] = ["unified-protector-2011"]

    assert lines(change) == []
    case, before = load_case(tmp_path), load_case(SOURCE)
    assert case.without == ("unified-protector-2011",)
    for key, pooled in before.pooled.items():
        left = {each.case for each in case.pooled[key].campaigns}
        assert left == {each.case for each in pooled.campaigns} - {"unified-protector-2011"}, key
    assert case.digest() != before.digest()
    (line,) = lines(lambda case: case.update(without=["unified-protector"]))
    assert "unified-protector is not a campaign behind any assumption" in line and "did you mean" in line

"""The six air campaigns on record: they load, rest on evidence, and take no input from what they are held against."""

import copy

import pytest
from ruamel.yaml import YAML

from closedsky.cases import check, load_case
from closedsky.cases.library import locate
from closedsky.cases.recorded import QUANTITIES
from closedsky.model import names

ZONES = (
    "provide-comfort-1991",
    "southern-watch-1992",
    "deny-flight-1993",
    "allied-force-1999",
    "odyssey-dawn-2011",
    "unified-protector-2011",
)
OWN_ASSUMPTIONS = {"sam_inside", "sorties", "deep_share"}
OWN_NUMBERS = {"fleet", "country_area_km2"}
PER_CAMPAIGN = {"fleet_rate": 6, "loss_sortie": 6, "cost_sortie": 4, "patrol_share": 3, "intercept": 2, "sam_kill": 2}


def data(name):
    return YAML(typ="safe", pure=True).load(locate(name).file.read_text("utf-8"))


@pytest.fixture
def lines(tmp_path):
    """What check says about a changed copy of a zone case."""

    def run(name, change):
        changed = copy.deepcopy(data(name))
        change(changed)
        with (tmp_path / "case.yaml").open("w") as file:
            YAML(typ="safe", pure=True).dump(changed, file)
        return [str(each) for each in check(tmp_path)]

    return run


@pytest.mark.parametrize("name", ZONES)
def test_it_is_sound(name):
    assert check(name) == []


@pytest.mark.parametrize("name", ZONES)
def test_a_file_states_only_what_is_particular_to_it(name):
    written = data(name)
    assert set(written["numbers"]) == OWN_NUMBERS
    assert set(written["assumptions"]) >= OWN_ASSUMPTIONS
    assert set(written["assumptions"]) - OWN_ASSUMPTIONS <= {"tolerance"}
    assert list(written["options"]) == ["zone"] == [written["taken"]]
    assert not {"grid", "fixed", "pooled", "levers", "switches", "latents"} & set(written)


@pytest.mark.parametrize("name", ZONES)
def test_every_name_of_the_model_is_served_once(name):
    case = load_case(name)
    assert set(case.assumptions) | set(case.fixed) == set(names.ASSUMPTIONS)
    assert not set(case.assumptions) & set(case.fixed)


@pytest.mark.parametrize("name", ZONES)
def test_the_record_has_its_evidence_and_something_to_compare(name):
    case = load_case(name)
    known = case.evidence.quantities
    for key, entry in case.recorded.items():
        assert entry.evidence, key
        assert set(entry.evidence) <= set(known), key
        assert entry.reason, key
    compared = {entry.quantity for entry in case.recorded.values()} - {None}
    assert compared <= set(QUANTITIES)
    assert {"coalition_sorties", "coalition_lost", "zone_kills", "fixed_wing_stopped", "ground_killing"} <= compared


@pytest.mark.parametrize("name", ZONES)
def test_no_input_rests_on_the_record_of_its_own_case(name):
    case = load_case(name)
    recorded = {each for entry in case.recorded.values() for each in entry.evidence}
    behind = {("number", key): number.evidence for key, number in case.numbers.items()}
    for option in case.options.values():
        behind |= {("lever", key): setting.evidence for key, setting in option.settings.items()}
    for key, assumption in case.assumptions.items():
        if key in case.pooled:  # the stated range is not drawn from: the other campaigns are
            behind["pooled", key] = sum((each.evidence for each in case.pooled[key].campaigns), ())
        else:
            behind["assumption", key] = assumption.evidence.then + assumption.evidence.now
    wrong = {place: recorded & set(ids) for place, ids in behind.items() if recorded & set(ids)}
    assert wrong == {}


@pytest.mark.parametrize("name", ZONES)
def test_its_own_campaign_is_left_out_of_the_factors(name):
    case = load_case(name)
    for key, pooled in case.pooled.items():
        others = [each.case for each in pooled.campaigns]
        assert name not in others, key
        assert set(others) <= set(ZONES), key


def test_each_factor_knows_the_campaigns_that_have_something_to_say():
    cases = {name: load_case(name).pooled for name in ZONES}
    for key, count in PER_CAMPAIGN.items():
        told = {each.case for pooled in cases.values() for each in pooled[key].campaigns}
        assert len(told) == count, key


def test_a_factor_has_the_same_prior_width_everywhere():
    pooled = load_case(ZONES[0]).pooled.values()
    assert len({(each.spread, each.between) for each in pooled}) == 1


@pytest.mark.parametrize("name", ZONES)
def test_both_views_are_the_same(name):
    for key, entry in data(name)["assumptions"].items():
        assert entry["then"] == entry["now"], key
        assert entry["evidence"]["then"] == entry["evidence"]["now"], key


def test_pooled_sortie_rates_are_the_recorded_ones_over_the_published_maximum():
    """Arithmetic of the notes, done again: recorded sorties a day over aircraft over 24/c of docs/model.md."""
    recorded = {  # sorties a day, aircraft
        "provide-comfort-1991": (42000 / 2097, 48),
        "southern-watch-1992": (70, 150),
        "deny-flight-1993": (100420 / 983, 200),
        "allied-force-1999": (38000 / 78, (375 + 1004) / 2),
        "odyssey-dawn-2011": (1990 / 11, 205),
        "unified-protector-2011": (145, 205),
    }
    told = {each.case: each for name in ZONES for each in load_case(name).pooled["fleet_rate"].campaigns}
    for name, (sorties, aircraft) in recorded.items():
        case = load_case(name)
        there = case.options["zone"].levers["base_km"] / 1.852 / case.number("speed_kt")
        flight = 2 * there + case.number("on_station_h")
        most = 24 / (flight + 3.0 + 3.4 + 0.68 * flight)
        assert told[name].value == pytest.approx(sorties / aircraft / most, abs=0.01), name
        assert told[name].low < told[name].value < told[name].high


def _recorded_number(case):
    case["numbers"]["fleet"]["evidence"] = case["recorded"]["coalition_sorties"]["evidence"][:1]


def _recorded_lever(case):
    case["options"]["zone"]["levers"]["force"]["evidence"] = case["recorded"]["coalition_lost"]["evidence"][:1]


def _no_unit(case):
    del case["recorded"]["coalition_lost"]["unit"]


def _no_evidence(case):
    case["recorded"]["coalition_lost"]["evidence"] = []


def _reversed_days(case):
    entry = case["recorded"]["coalition_sorties"]
    entry["from"], entry["to"] = entry["to"], entry["from"]


def _no_area(case):
    case["options"]["zone"]["levers"]["area_km2"]["value"] = 0


FAULTS = [
    (_recorded_number, "numbers.fleet.evidence", "so it may not be an input"),
    (_recorded_lever, "options.zone.levers.force.evidence", "so it may not be an input"),
    (_no_unit, "recorded.coalition_lost.unit", "is missing"),
    (_no_evidence, "recorded.coalition_lost.evidence", "is empty"),
    (_reversed_days, "recorded.coalition_sorties.from", "from before to"),
    (_no_area, "options.zone.levers.area_km2", "above 0"),
]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(("change", "place", "says"), FAULTS)
def test_a_fault_is_one_line(lines, name, change, place, says):
    found = lines(name, change)
    assert len(found) == 1
    assert all(place in line and says in line and "\n" not in line for line in found), found


@pytest.mark.parametrize("name", ZONES)
def test_a_record_behind_an_assumption_is_refused(lines, name):
    """Said twice where it is also about days after the decision: as hindsight, and as the record itself."""

    def change(case):
        case["assumptions"]["sorties"]["evidence"]["then"] = case["recorded"]["coalition_lost"]["evidence"][:1]

    found = [line for line in lines(name, change) if "so it may not be an input" in line]
    assert len(found) == 1
    assert "assumptions.sorties.evidence.then" in found[0]

"""The six air campaigns on record: they load, rest on evidence, and take no input from what they are held against."""

import copy
import math

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


def test_a_prior_is_wider_where_nothing_outside_the_campaigns_was_read():
    widths = {key: (each.spread, each.between) for key, each in load_case(ZONES[0]).pooled.items()}
    assert widths == {key: (3 if key in ("loss_sortie", "sam_kill") else 2, 1.5) for key in widths}


def test_a_prior_leans_on_no_campaign():
    """Its centre is what the reason works out, and the reason names none of the six nor the range made from them."""
    pooled = load_case(ZONES[0]).pooled
    centres = {"fleet_rate": 0.5 * 0.7, "patrol_share": 1 / (1 + 3), "cost_sortie": 5 * 0.02, "exchange": 1}
    centres |= {"intercept": (2 / 3) ** 4, "declared_threat": (2 / 3) ** 4, "loss_sortie": 1e-5, "sam_kill": 1e-3}
    assert set(pooled) == set(centres)
    for key, each in pooled.items():
        assert each.centre == pytest.approx(centres[key], rel=0.02), key
        told = each.reason.lower()
        named = [name for zone in ZONES for name in (zone.rsplit("-", 1)[0].replace("-", " "), zone) if name in told]
        named += [word for word in ("iraq", "bosnia", "serbia", "libya", "contested", "stated range") if word in told]
        assert named == [], key


@pytest.mark.parametrize("name", ZONES)
def test_both_views_are_the_same(name):
    for key, entry in data(name)["assumptions"].items():
        assert entry["then"] == entry["now"], key
        assert entry["evidence"]["then"] == entry["evidence"]["now"], key


def test_pooled_sortie_rates_are_the_recorded_ones_over_the_published_maximum():
    """Arithmetic of the notes, done again: recorded sorties a day over aircraft over 24/c of docs/model.md."""
    recorded = {  # sorties a day, aircraft
        "provide-comfort-1991": ((12.6 + 20) / 2, 48),
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


def _told(factor):
    return {each.case: each for name in ZONES for each in load_case(name).pooled[factor].campaigns}


def _quantity(name):
    return load_case(ZONES[0]).evidence.quantities[name]


def test_pooled_patrol_shares_leave_out_strikes_and_relief():
    """Patrols over patrols and support, done again; the upper end splits the support between all that it served."""
    relief, patrols = (_quantity(f"zones_provide_comfort_sorties_{each}").value for each in ("relief", "cap"))
    dropped = 3857
    bosnia, on_patrol, strikes = (
        _quantity(f"zones_deny_flight_sorties{each}").value for each in ("", "_cap", "_strike")
    )
    day, nato, struck = 188, _quantity("zones_odyssey_dawn_sorties_cap").low, 102
    assert day == _quantity("zones_odyssey_dawn_sorties_per_day").high
    assert struck == _quantity("zones_odyssey_dawn_strikes_last_day").value

    def split(total, served):
        return 1 / (1 + (total - served) / served)

    expected = {
        "provide-comfort-1991": (
            patrols / (relief - dropped) * 2 / 3,
            patrols / (relief - dropped),
            split(relief, dropped + patrols),
        ),
        "deny-flight-1993": (on_patrol / bosnia, on_patrol / (bosnia - strikes), split(bosnia, on_patrol + strikes)),
        "odyssey-dawn-2011": (nato / (day * (1 - 952 / 1990)), nato / (day - struck), split(day, nato + struck)),
    }
    told = _told("patrol_share")
    assert set(told) == set(expected)
    for name, numbers in expected.items():
        assert (told[name].low, told[name].value, told[name].high) == pytest.approx(numbers, abs=0.0006), name


def test_pooled_suppression_is_a_rate_of_suppressors():
    """On the scale of the lever: what is left after so many days of so many aircraft, done again."""
    for name, suppressors in (("odyssey-dawn-2011", 13), ("allied-force-1999", 50)):
        assert load_case(name).options["zone"].levers["suppressors"] == suppressors
    told = _told("sam_kill")
    libya, serbia = told["odyssey-dawn-2011"], told["allied-force-1999"]
    fixed = (math.log(10) / (205 * 4), math.log(10) / (13 * 3), math.log(10) / 13)
    mobile = tuple(-math.log(1 - gone) / (50 * 78) for gone in (0.02, 0.1, 0.5))
    assert (libya.low, libya.value, libya.high) == pytest.approx(fixed, rel=0.01)
    assert (serbia.low, serbia.value, serbia.high) == pytest.approx(mobile, rel=0.04)


@pytest.mark.parametrize("name", ["deny-flight-1993", "allied-force-1999"])
def test_losses_are_those_to_batteries_and_those_to_other_fire(name):
    batteries = _quantity(f"zones_{name.rsplit('-', 1)[0].replace('-', '_')}_losses_to_batteries").value
    other = _told("loss_sortie")[name].events
    assert load_case(name).recorded["coalition_lost"].value == batteries + other


def test_a_floor_is_what_its_evidence_counts():
    entry = load_case("allied-force-1999").recorded["zone_kills"]
    assert entry.kind == "floor"
    assert [_quantity(each).low for each in entry.evidence] == [entry.value]


def test_relief_flights_are_no_part_of_the_zone():
    record = load_case("provide-comfort-1991").recorded
    total, daily = record["coalition_sorties"], record["coalition_sorties_a_day"]
    relief = _quantity("zones_provide_comfort_sorties_relief").value
    assert (total.kind, total.low, total.high) == ("between", 42000 - relief, 42000)
    assert (daily.low, daily.high) == pytest.approx((total.low / 2097, total.high / 2097), abs=0.05)
    assert daily.restates == "coalition_sorties"


@pytest.mark.parametrize("name", ZONES)
def test_one_count_of_sorties_stands_and_the_rest_restate_it(name):
    entries = load_case(name).recorded.items()
    about = [key for key, each in entries if (each.quantity or "").startswith("coalition_sorties")]
    alone = [key for key in about if load_case(name).recorded[key].restates is None]
    assert alone == ["coalition_sorties"]


@pytest.mark.parametrize("name", ZONES)
def test_it_says_what_holds_by_construction(name):
    assert "by construction" in load_case(name).recorded["ground_killing"].reason


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

"""Contested claims of a case: every fault one line with its path; what the shipped case contests exists."""

import copy
import io
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import closedsky
from closedsky.cases import check, load_case
from closedsky.model.names import LEVERS

SHIPPED = Path(closedsky.__file__).parent / "cases" / "ukraine-2022"

FAULTS = [
    ("claim: C30", "claim: C99", "contested.prolonged-war.claim", "neither a claim nor a document"),
    ("of: {option: corridors}", "of: {option: corridor}", "contested.smaller-zone.of.option", "corridors"),
    ("levers: {push: 1}", "levers: {pusch: 1}", "contested.pushing.of.levers.pusch", "push"),
    ("levers: {concessions: 1}", "levers: {concessions: 2}", "contested.concessions.of.levers.concessions", "0 to 1"),
    ("switches: [length_effect]", "switches: [war_path]", "contested.prolonged-war.switches", "not a switch"),
    ("margin: 30", "margin: -30", "contested.prolonged-war.margin", "0 or above"),
    ("part: 0.5", "part: 0", "contested.smaller-zone.part", "above 0"),
    ("against: {option: full-zone}", "against: {option: refuse}", "contested.prolonged-war.against", "same course"),
    ("asks: more", "asks: most", "contested.prolonged-war.asks", "more"),
]


@pytest.fixture
def copied(tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(SHIPPED, folder)
    return folder


@pytest.mark.parametrize(("right", "wrong", "where", "hint"), FAULTS, ids=[each[2] for each in FAULTS])
def test_a_fault_has_one_line_with_its_path(copied, right, wrong, where, hint):
    file = copied / "case.yaml"
    before, mark, after = file.read_text("utf-8").partition("\ncontested:")
    assert right in after
    file.write_text(before + mark + after.replace(right, wrong, 1), "utf-8")
    lines = [str(each) for each in check(str(copied))]
    assert len(lines) == 1, lines
    assert where in lines[0] and hint in lines[0] and "\n" not in lines[0]


def test_what_the_shipped_case_contests_is_there():
    from closedsky.futures.results import ALL_OUTCOMES

    case = load_case("ukraine-2022")
    assert len(case.contested) == 12
    for entry in case.contested.values():
        assert entry.outcome in ALL_OUTCOMES
        assert entry.says != entry.denies
        for course in (entry.of, entry.against):
            assert course is None or set(course.levers) <= set(LEVERS)
    assert not load_case("odyssey-dawn-2011").contested


def test_contested_claims_are_part_of_the_digest(copied):
    before = load_case(copied).digest()
    file = copied / "case.yaml"
    file.write_text(file.read_text("utf-8").replace("margin: 30", "margin: 31", 1), "utf-8")
    assert load_case(copied).digest() != before


TINY = Path(__file__).parents[1] / "data" / "tiny"
ENTRY = {
    "claim": "handbook", "says": "It was more.", "denies": "It was less.", "outcome": "killed",
    "of": {"option": "refuse"}, "against": {"option": "full-zone", "levers": {"zone": 1, "deep_in": 0.5}},
    "asks": "more", "margin": 0, "reason": "A test.", "part": 0.5, "switches": ["length_effect"], "view": "then",
}  # fmt: skip

#: What is put into an entry of an invented case, and the whole line.
LINES = [
    ({"claim": "handbok"}, "claim: handbok is neither a claim nor a document of the ledger; did you mean handbook?"),
    ({"of": {"option": "refusal"}}, "of.option: refusal is not an option; did you mean refuse?"),
    ({"against": {"option": "full"}}, "against.option: full is not an option"),
    (
        {"against": {"option": "full-zone", "levers": {"deep": 0.5}}},
        "against.levers.deep: is not a lever of this case; did you mean deep_in?",
    ),
    ({"of": {"option": "refuse", "levers": {"zone": 2}}}, "of.levers.zone: 2; from 0 to 1, for a flag"),
    ({"of": {"option": "refuse", "levers": {"deep_in": -0.1}}}, "of.levers.deep_in: -0.1; from 0 to 1, for a share"),
    ({"switches": ["length"]}, "switches: length is not a switch that can be shown; did you mean length_effect?"),
    ({"switches": ["war_path"]}, "switches: war_path is not a switch that can be shown"),
    ({"margin": -1}, "margin: -1; 0 or above"),
    ({"part": 0}, "part: 0; above 0 and up to 1"),
    ({"part": 1.5}, "part: 1.5; above 0 and up to 1"),
    ({"against": {"option": "refuse"}}, "against: is the same course as of; another option, or other levers"),
    ({"asks": "most"}, "asks: most; allowed: more or less"),
    ({"view": "later"}, "view: later; allowed: both, then or now"),
    ({"says": ...}, "says: is missing"),
    ({"margn": 1}, "margn: is not a field here; did you mean margin?"),
    ({"margin": float("nan")}, "margin: nan is not finite"),
    ({"margin": "much"}, "margin: much is not of the right kind"),
]


@pytest.fixture
def lines(tmp_path):
    """What check says about the invented case with one contested entry, as lines that begin within the entry."""

    def run(**changed):
        folder = tmp_path / "case"
        shutil.copytree(TINY, folder)
        yaml = YAML(typ="safe", pure=True)
        yaml.sort_base_mapping_type_on_output = False
        case = yaml.load((TINY / "case.yaml").read_text("utf-8"))
        entry = {key: value for key, value in (copy.deepcopy(ENTRY) | changed).items() if value is not ...}
        stream = io.StringIO()
        yaml.dump(case | {"contested": {"it": entry}}, stream)
        (folder / "case.yaml").write_text(stream.getvalue(), "utf-8")
        return [str(problem) for problem in check(folder, complete=False)]

    return run


def test_a_sound_entry_has_no_problem(lines):
    assert lines() == []


@pytest.mark.parametrize("changed", [{"against": ..., "part": ...}, {"of": {"option": "full-zone"}}, {"view": ...}])
def test_what_may_be_left_out_or_compared(lines, changed):
    assert lines(**changed) == []


@pytest.mark.parametrize(("changed", "says"), LINES, ids=[line[:40] for _, line in LINES])
def test_the_line_of_a_fault_names_its_place_and_the_nearest_right_name(lines, changed, says):
    found = lines(**changed)
    assert len(found) == 1, found
    assert f"contested.it.{says}" in found[0] and "\n" not in found[0]


def test_every_fault_of_an_entry_is_listed(lines):
    found = lines(claim="C99", margin=-1, part=0, of={"option": "refusal"})
    assert [line.partition("contested.it.")[2].partition(":")[0] for line in found] == [
        "claim", "of.option", "margin", "part",
    ]  # fmt: skip

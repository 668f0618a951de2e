"""Contested claims of a case: every fault one line with its path; what the shipped case contests exists."""

import shutil
from pathlib import Path

import pytest

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

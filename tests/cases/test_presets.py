"""Presets are data: both sides of a claim, thirds of ranges, named by the ledger."""

from dataclasses import replace

import pytest

from closedsky.cases import load_case
from closedsky.cases.presets import PRESETS_FILE, SIDES, read_presets, third_of
from closedsky.futures.overrides import parse_overrides

BOTH = """schema: closedsky-presets/1
presets:
  - {claim: C31, side: says, label: A, reason: R., assumptions: {substitutable: low}}
  - {claim: C31, side: denies, label: B, reason: R., assumptions: {substitutable: high}}
"""


@pytest.fixture(scope="module")
def case():
    return load_case("ukraine-2022")


def beside(case, tmp_path, text):
    (tmp_path / PRESETS_FILE).write_text(text, "utf-8")
    return replace(case, path=tmp_path / "case.yaml")


def test_every_claim_has_both_sides_and_every_side_its_mirror(case):
    found = {each.id: each for each in read_presets(case)}
    claims = list(dict.fromkeys(each.claim for each in found.values()))
    assert len(found) == 2 * len(claims)
    for claim in claims:
        says, denies = (found[f"{claim}-{side}"] for side in SIDES)
        assert set(says.sets) == set(denies.sets)
        assert all(says.sets[name] != denies.sets[name] for name in says.sets)
        assert case.evidence.claims[claim].quote
        assert says.label.startswith(f"{claim}: ") and denies.label.startswith(f"{claim}, the opposite: ")


def test_what_they_set_lies_within_the_case(case):
    for each in read_presets(case):
        assert each.reason.endswith(".")
        for name, (low, high) in parse_overrides(case, each.sets).ranges.items():
            ends = case.assumptions[name].then
            assert ends[0] <= low < high <= ends[1]


@pytest.mark.parametrize("name", ["substitutable", "loss_deep"])
def test_thirds_meet_no_other(case, name):
    low, high = third_of(case, name, "low"), third_of(case, name, "high")
    assert (low[0], high[1]) == case.assumptions[name].then
    assert low[1] < high[0]


def test_a_case_without_presets_has_none(case, tmp_path):
    assert read_presets(load_case("unified-protector-2011")) == ()
    assert len(read_presets(beside(case, tmp_path, BOTH))) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("side: denies", "side: says", "C31 needs both sides"),
        ("claim: C31, side: denies", "claim: C99, side: denies", "C99 is no claim"),
        ("substitutable: high", "substitutabel: high", "substitutabel is no assumption with a range"),
        ("substitutable: high", "substitutable: most", "substitutable"),
        ("reason: R., assumptions: {substitutable: high}", "assumptions: {substitutable: high}", "reason"),
        ("assumptions: {substitutable: high}", "switches: {length_effect: much}", "length_effect has no value much"),
        ("label: B", "label: B, colour: red", "colour"),
    ],
)
def test_what_is_wrong_is_said(case, tmp_path, old, new, words):
    assert old in BOTH
    with pytest.raises(ValueError, match=words):
        read_presets(beside(case, tmp_path, BOTH.replace(old, new)))

import datetime as dt

import pytest

from closedsky.cases import load_case
from closedsky.cases.position import read_position, seal, starter, write_new
from closedsky.cases.problems import CaseError

GOOD = """schema: closedsky-position/1
case: ukraine-2022
owner: Analyst A
date: 2026-11-29
invented: true
note: nobody
assumptions:
  substitutable:
    range: [0.7, 1]
    reason: Because.
    sources: [models_substitution_bound, "https://example.org/report"]
  tolerance: {range: [0.02, 0.5], reason: Wider than the case., sources: []}
switches: {length_effect: shorter}
values:
  combat: {lives: 20000, reason: Because.}
"""
DAY = dt.date(2026, 11, 29)

FAULTS = [
    ("schema: closedsky-position/1", "schema: closedsky-case/1", "schema: closedsky-case/1 is not a schema read here"),
    ("owner: Analyst A\n", "", "owner: is missing"),
    ("owner: Analyst A", "ownr: Analyst A", "ownr: is not a field of this file; did you mean owner?"),
    ("invented: true", "invented: perhaps", "invented: perhaps is not of the right kind"),
    ("case: ukraine-2022", "case: ukrane-2022", "case: ukrane-2022 is no case"),
    ("  substitutable:", "  substitutible:", "is no assumption of ukraine-2022; did you mean substitutable?"),
    ("[0.7, 1]", "[0.7, 1.2]", "substitutable.range: [0.7, 1.2] cannot be; from 0 to 1 (share)"),
    ("[0.7, 1]", "[1, 0.7]", "substitutable.range: [1, 0.7] is empty; low must not be above high"),
    ("[0.7, 1]", "[0.7, .inf]", "is not finite"),
    ("[0.7, 1]", "[0.7]", "substitutable.range"),
    ("[0.02, 0.5]", "[0, 0.5]", "tolerance.range: [0, 0.5] cannot be; above 0 (loss/sortie)"),
    ("models_substitution_bound", "models_substitution_bond", "did you mean models_substitution_bound?"),
    ("reason: Because.\n    sources", "reason: ''\n    sources", "substitutable.reason: is empty"),
    ("length_effect: shorter", "length_effect: shortest", "length_effect: shortest; allowed: none, shorter, longer"),
    ("length_effect: shorter", "war_path: contest", "war_path: is not a person's to set; both paths are always run"),
    ("length_effect: shorter", "lenght_effect: none", "did you mean length_effect?"),
    ("combat:", "combats:", "values.combats: is not a field here; did you mean combat?"),
    ("lives: 20000", "lives: -1", "values.combat.lives: -1"),
    ("lives: 20000", "lives: 20,000", "values.combat"),
    ("note: nobody", "sealed: {digest: abc, date: 2026-01-01}", "sealed.digest"),
]


def write(folder, text=GOOD):
    file = folder / "a.yaml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(("old", "new", "said"), FAULTS, ids=[new[:30] for _, new, _ in FAULTS])
def test_every_fault_is_one_line_with_its_place(tmp_path, old, new, said):
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(CaseError) as caught:
        read_position(file)
    lines = str(caught.value).splitlines()
    assert any(said in line for line in lines), lines
    assert all(line.startswith(f"{file}:") for line in lines)


@pytest.mark.parametrize("text", ["", "[]", "a: [", "schema: closedsky-position/1"])
def test_what_is_no_position_is_refused(tmp_path, text):
    with pytest.raises(CaseError):
        read_position(write(tmp_path, text))
    with pytest.raises(CaseError, match="cannot be read"):
        read_position(tmp_path / "none.yaml")


def test_what_a_case_fixes_is_not_a_persons_to_set(tmp_path):
    text = GOOD.replace("ukraine-2022", "odyssey-dawn-2011").replace(
        "tolerance: {", f"{next(iter(load_case('odyssey-dawn-2011').fixed))}: {{"
    )
    with pytest.raises(CaseError, match="does not ask about it"):
        read_position(write(tmp_path, text))


def test_a_position_says_what_its_file_does(tmp_path):
    position, case = read_position(write(tmp_path))
    assert (position.case, case.id, position.owner, position.invented) == (case.id, "ukraine-2022", "Analyst A", True)
    assert position.ranges == {"substitutable": (0.7, 1.0), "tolerance": (0.02, 0.5)}
    assert position.lives() == {"combat": 20000.0, "territory": 0.0, "cost": 0.0}
    assert position.sealed is None


def test_the_digest_is_of_the_content_and_not_of_the_spelling(tmp_path):
    first = read_position(write(tmp_path))[0].digest
    same = GOOD.replace("[0.7, 1]", "[0.70, 1.0]").replace("note: nobody", "# a comment\nnote: 'nobody'")
    assert read_position(write(tmp_path, same))[0].digest == first
    assert read_position(write(tmp_path, GOOD.replace("0.7", "0.71")))[0].digest != first
    assert read_position(write(tmp_path, GOOD.replace("Because.}", "Therefore.}")))[0].digest != first


def test_a_seal_keeps_the_text_and_shows_a_change(tmp_path):
    file = write(tmp_path)
    sealed, before = seal(file, DAY)
    assert before is None
    text = file.read_text("utf-8")
    assert text == GOOD + f"sealed:\n  digest: {sealed.digest}\n  date: 2026-11-29\n"
    again, before = seal(file, dt.date(2026, 12, 1))
    assert before.digest == again.digest == sealed.digest
    assert file.read_text("utf-8") == text.replace("  date: 2026-11-29\n", "  date: 2026-12-01\n")
    file.write_text(text.replace("0.7", "0.6"), "utf-8")
    with pytest.raises(CaseError, match="was changed since it was sealed on 2026-11-29"):
        read_position(file)
    anew, before = seal(file, DAY)
    assert before.digest == sealed.digest != anew.digest
    assert read_position(file)[0].sealed.digest == anew.digest
    assert [each.name for each in tmp_path.iterdir()] == ["a.yaml"]


def test_a_faulty_position_is_not_sealed(tmp_path):
    file = write(tmp_path, GOOD.replace("[0.7, 1]", "[0.7, 2]"))
    before = file.read_bytes()
    with pytest.raises(CaseError):
        seal(file, DAY)
    assert file.read_bytes() == before


@pytest.mark.parametrize("view", ["then", "now"])
@pytest.mark.parametrize("name", ["ukraine-2022", "odyssey-dawn-2011"])
def test_a_new_position_is_sound_and_overwrites_nothing(tmp_path, view, name):
    file = tmp_path / "new.yaml"
    case = load_case(name)
    write_new(file, case, name, 'Ms "X": é', DAY, view)
    position, _ = read_position(file)
    assert position.owner == 'Ms "X": é'
    assert position.ranges
    for key, ends in position.ranges.items():
        assert ends == pytest.approx(getattr(case.assumptions[key], view))
    with pytest.raises(FileExistsError):
        write_new(file, case, name, "Other", DAY, view)
    assert file.read_text("utf-8") == starter(case, name, 'Ms "X": é', DAY, view)

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
A, B = EXAMPLES / "analyst-a.yaml", EXAMPLES / "analyst-b.yaml"

THIRD = """schema: closedsky-position/1
case: ukraine-2022
owner: Analyst C
date: 2026-11-29
invented: true
assumptions:
  standoff_share: {range: [0.4, 0.6], reason: Because., sources: []}
"""


FOURTH = THIRD.replace("Analyst C", "Analyst D").replace("[0.4, 0.6]", "[0.0, 0.2]") + (
    "values: {combat: {lives: 30000, reason: Because.}}\n"
)


@pytest.fixture(scope="module")
def fourth(tmp_path_factory):
    file = tmp_path_factory.mktemp("positions") / "d.yaml"
    file.write_text(FOURTH, "utf-8")
    return file


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    file = tmp_path_factory.mktemp("positions") / "c.yaml"
    file.write_text(THIRD, "utf-8")
    return file


def test_a_position_is_begun_checked_and_sealed(tool, tmp_path):
    file = tmp_path / "mine.yaml"
    code, out, err = tool("position", "new", file, "--case", "ukraine-2022", "--owner", "Someone", "--from", "now")
    assert (code, err) == (0, []) and f"wrote {file}" in out
    code, _, err = tool("position", "new", file, "--case", "ukraine-2022", "--owner", "Someone")
    assert code == 5 and err == [f"closedsky: {file} is there already; name another file"]
    assert tool("position", "check", file)[:2] == (0, f"{file}: sound; Someone on ukraine-2022; not sealed\n")
    code, out, _ = tool("position", "seal", file, "--json")
    assert code == 0 and len(json.loads(out)["digest"]) == 64
    file.write_text(file.read_text("utf-8").replace("lives: 0", "lives: 1"), "utf-8")
    code, _, err = tool("position", "check", file)
    assert code == 3 and "was changed since it was sealed on" in err[0]
    code, out, _ = tool("position", "seal", file)
    assert code == 0 and "with another content; that seal is replaced" in out


def test_what_is_wrong_is_said_in_one_line(tool, tmp_path, third):
    assert tool("crux", A)[::2] == (
        2, ["closedsky: a crux needs at least two positions; closedsky position new begins one"],
    )  # fmt: skip
    assert tool("crux", A, A)[::2] == (2, [f"closedsky: {A} is named twice; name another position"])
    code, _, err = tool("crux", A, B, "-n", 32, "--view", "then")
    assert code == 2 and err == ["closedsky: 32 futures are too few: at least 64, four for each of 16 nets"]
    code, _, err = tool("crux", A, B, "-n", 64, "--view", "now")
    assert code == 2 and len(err) == 1 and "--accepted" in err[0]
    code, _, err = tool("crux", A, tmp_path / "none.yaml")
    assert code == 3 and "cannot be read" in err[0]
    bad = tmp_path / "bad.yaml"
    bad.write_text(THIRD.replace("standoff_share", "standof_share"), "utf-8")
    code, _, err = tool("crux", A, bad)
    assert code == 3 and err[0].endswith("is no assumption of ukraine-2022; did you mean standoff_share?")
    other = tmp_path / "other.yaml"
    other.write_text(
        "schema: closedsky-position/1\ncase: odyssey-dawn-2011\nowner: X\ndate: 2026-11-29\ninvented: true\n"
    )
    code, _, err = tool("crux", A, other)
    assert code == 2 and "a crux needs positions on one case" in err[0]


def test_the_examples_are_sealed_and_invented(tool):
    code, out, _ = tool("position", "check", A, B, "--json")
    assert code == 0
    for each, name in zip(json.loads(out)["positions"], ("Analyst A", "Analyst B"), strict=True):
        assert each["owner"] == name and each["invented"] and each["sealed"]


@pytest.mark.parametrize("width", [80, 100])
def test_two_positions_on_a_page(tool, monkeypatch, third, fourth, width):
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = tool("crux", fourth, third, "-n", 64, "--seed", 0, "--view", "then")
    assert (code, err) == (0, [])
    lines = out.splitlines()
    for words in (
        "Not a forecast and not a targeting tool", "This takes no side", "View then", "invented, no real person",
        "What each prefers", "Facts or values", "What would end it", "What could be recorded",
        "Analyst D has to be sealed before it is scored", "The same numbers again",
    ):  # fmt: skip
        assert words in " ".join(out.split()), words
    assert lines[-1] == f"  closedsky crux {fourth} {third} -n 64 --seed 0 --view then"
    assert all(
        len(line) <= width for line in lines if not line.startswith("  closedsky") and "position seal" not in line
    )
    assert "standoff_share" not in out and "full-zone" not in out


def test_more_than_two_give_a_matrix(tool, third, fourth, tmp_path):
    fifth = tmp_path / "e.yaml"
    fifth.write_text(THIRD.replace("Analyst C", "Analyst E").replace("standoff_share", "divert"), "utf-8")
    code, out, _ = tool("crux", third, fourth, fifth, "-n", 64, "--view", "then", "--json")
    made = json.loads(out)
    assert code == 0 and made["schema"] == "closedsky-crux-matrix/1" and len(made["pairs"]) == 3
    for each in made["pairs"]:
        for path in each["paths"].values():
            shares = [share["lives"]["value"] for share in path["gap"]["shares"]]
            assert sum(shares) == pytest.approx(path["gap"]["whole"]["value"], rel=1e-6, abs=1e-6)
    code, out, _ = tool("crux", third, fourth, fifth, "-n", 64, "--view", "then")
    assert code == 0 and "View then: every pair" in out and "Analyst C and Analyst E" in out


def test_the_same_position_twice_disagrees_about_nothing(tool, tmp_path):
    text = THIRD.replace("Analyst C", "Analyst D")
    first, second = tmp_path / "c.yaml", tmp_path / "d.yaml"
    first.write_text(THIRD, "utf-8")
    second.write_text(text, "utf-8")
    code, out, _ = tool("crux", first, second, "-n", 64, "--view", "then", "--json")
    made = json.loads(out)
    assert code == 0
    for path in made["paths"].values():
        assert path["gap"]["whole"]["value"] == 0.0 and not path["prefer_different_options"]
        assert all(each["bits"]["value"] == 0.0 for each in path["observations"])

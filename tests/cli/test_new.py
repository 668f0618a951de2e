"""A case of one's own: begun from another, checked, changed, and held against its record, as a new user would."""

import json

import pytest


def test_a_starter_is_sound_and_runs(tool, tmp_path):
    folder = tmp_path / "my-zone"
    code, out, err = tool("new", "my-zone", "--out", folder)
    assert code == 0 and err == [] and f"closedsky check {folder}" in out
    text = (folder / "case.yaml").read_text("utf-8")
    assert text.startswith("# A new case, begun from odyssey-dawn-2011") and "\nid: my-zone\n" in text
    for part in ("uses", "options", "assumptions", "recorded"):
        before = text[: text.index(f"\n{part}:")].splitlines()[-1]
        assert before.startswith("# "), part
    assert tool("check", folder)[0] == 0
    code, out, err = tool("backtest", folder, "-n", "64", "--json")
    assert code == 0 and err == []
    found = json.loads(out)
    assert found["schema"] == "closedsky-zones/1" and [each["case"] for each in found["campaigns"]] == ["my-zone"]


def test_a_record_of_ones_own_is_compared(tool, tmp_path):
    folder = tmp_path / "mine"
    tool("new", "mine", "--out", folder)
    text = (folder / "case.yaml").read_text("utf-8")
    changed = text.replace("value: 1990", "value: 100000")
    assert changed != text
    (folder / "case.yaml").write_text(changed, "utf-8")
    found = json.loads(tool("backtest", folder, "-n", "64", "--json")[1])
    (sorties,) = [each for each in found["campaigns"][0]["items"] if each["id"] == "coalition_sorties"]
    assert sorties["recorded"]["value"] == 100000


def test_any_case_can_be_begun_from(tool, tmp_path):
    assert tool("new", "other", "--from", "ukraine-2022", "--out", tmp_path / "other")[0] == 0
    assert tool("check", tmp_path / "other")[0] == 0
    assert tool("new", "third", "--from", tmp_path / "other", "--out", tmp_path / "third", "--json")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("My Zone",), 2, "is not a name for a case"),
        (("ukraine-2022",), 2, "is a shipped case"),
        (("mine", "--from", "odyssey"), 3, "no such case"),
    ],
)
def test_a_fault_is_one_line(tool, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    found, out, err = tool("new", *words)
    assert found == code and out == "" and len(err) == 1 and says in err[0]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tool, tmp_path):
    folder = tmp_path / "mine"
    tool("new", "mine", "--out", folder)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, err = tool("new", "mine", "--out", folder)
    assert code == 5 and out == "" and len(err) == 1 and "is there already" in err[0]
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before

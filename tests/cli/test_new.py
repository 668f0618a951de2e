"""A case of one's own: begun from another, checked, changed, and held against its record, as a new user would."""

import json

import pytest


@pytest.fixture
def begun(tool, tmp_path):
    """A case just begun: its folder, and a way to change its text in one place."""
    folder = tmp_path / "mine"
    assert tool("new", "mine", "--out", folder)[0] == 0

    def change(old, new, file="case.yaml"):
        text = (folder / file).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (folder / file).write_text(text.replace(old, new), "utf-8")

    return folder, change


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


def test_evidence_is_filled_in_as_its_guide_says(tool, begun):
    folder, change = begun
    change("documents: {}", "documents:", "evidence.yaml")
    change("quantities: {}", "quantities:", "evidence.yaml")
    lines = (folder / "evidence.yaml").read_text("utf-8").splitlines()
    filled = [line.replace("#", "", 1) if line.startswith("#  ") else line for line in lines]
    (folder / "evidence.yaml").write_text("\n".join(filled) + "\n", "utf-8")
    change("evidence: [zones_odyssey_dawn_sorties]\n", "evidence: [my_sorties_total]\n")
    assert tool("check", folder)[0] == 0
    found = json.loads(tool("evidence", folder, "--json")[1])
    assert "my_report" in {each["id"] for each in found["documents"]}
    assert "my_sorties_total" in {each["id"] for each in found["quantities"]}


def test_one_recorded_outcome_is_enough(tool, begun):
    folder, _ = begun
    text = (folder / "case.yaml").read_text("utf-8")
    (folder / "case.yaml").write_text(text[: text.index("  coalition_sorties_a_day:")], "utf-8")
    found = json.loads(tool("backtest", folder, "-n", "64", "--json")[1])
    assert [each["id"] for each in found["campaigns"][0]["items"]] == ["coalition_sorties"]


def test_any_case_can_be_begun_from(tool, tmp_path):
    assert tool("new", "other", "--from", "ukraine-2022", "--out", tmp_path / "other")[0] == 0
    assert tool("check", tmp_path / "other")[0] == 0
    assert tool("new", "third", "--from", tmp_path / "other", "--out", tmp_path / "third", "--json")[0] == 0
    second, third = ((tmp_path / each / "case.yaml").read_text("utf-8") for each in ("other", "third"))
    assert second.count("\n#") == third.count("\n#"), "the guide stands there once"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "evidence: [zones_odyssey_dawn_aircraft, zones_odyssey_dawn_sead]",
            "evidence: [zones_odyssey_dawn_sorties]",
            "levers.force.evidence: zones_odyssey_dawn_sorties is recorded",
        ),
        ("unit: aircraft, value: 200", "value: 200", "numbers.fleet.unit: is missing"),
        ("    unit: batteries\n", "    unit: sites\n", "assumptions.sam_inside.unit: sites is not a unit"),
        (
            "    unit: sorties\n    quantity: coalition_sorties\n",
            "    quantity: coalition_sorties\n",
            "unit: is missing",
        ),
        (
            "    unit: sorties\n    quantity: coalition_sorties\n",
            "    unit: km\n    quantity: coalition_sorties\n",
            "unit: km does not fit coalition_sorties; sorties",
        ),
        ("[zones_odyssey_dawn_sorties]\n    reason: 'C", "[]\n    reason: 'C", "evidence: is empty"),
        ("[zones_odyssey_dawn_sorties]\n    reason: 'C", "[zones_odyssey]\n    reason: 'C", "is not in the evidence"),
        ("reason: Read from the absence of any report.", "reason: ''", "coalition_lost: is judged, without a reason"),
        ("    to: 2011-03-29\n    statistic: sum", "    to: 2011-03-18\n    statistic: sum", "is after 2011-03-18"),
        ("value: 1990", "value: 1,990", "value: 1,990 is not of the right kind"),
        ("value: 1990", "value: -1990", "not below 0, for sorties"),
        ("value: 1990", "value: .nan", "is not finite"),
        ("area_km2: {value: 1761000", "area_km2: {value: 0", "area_km2: is 0 for a zone that is held"),
        ("deep_in: {value: 1,", "deep_in: {value: 100,", "deep_in.value: 100; from 0 to 1, for a share"),
        ("      overflight:", "      overflite:", "is not a lever of this case; did you mean overflight?"),
        ("quantity: coalition_lost", "quantity: coalition_losses", "did you mean coalition_lost?"),
        ("    then: [10, 60]", "    then: [60, 10]", "is reversed; low must be below high"),
        ("    then: [4, 100]", "    then: [0, 100]", "begins at 0; above 0, for log-uniform"),
        ("taken: zone", "taken: zones", "did you mean zone?"),
        ("  coalition_lost:\n", "  coalition_sorties:\n", "coalition_sorties: stands here twice"),
        ("  zone:\n", "\tzone:\n", "is not YAML"),
        ("force: {value: 192", "force: {value: 0", "levers.force: is 0 for a zone that is flown"),
        ("    then: [10, 60]", "    then: 10", "a list in square brackets"),
        ("    quantity: zone_kills", "    quantity: adversary_losses", "is not predicted by any model"),
    ],
)
def test_a_fault_of_the_file_is_bad_data_and_says_where(tool, begun, old, new, says):
    folder, change = begun
    change(old, new)
    code, out, err = tool("check", folder)
    lines = out.splitlines()
    assert code == 3 and len(err) == 1 and "put right what the lines say" in err[0]
    assert any(says in line for line in lines) and all(line.startswith(f"{folder}") for line in lines)
    code, out, err = tool("backtest", folder, "-n", "64")
    assert code == 3 and out == "" and len(err) == 1 and lines[0] in err[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("planning-factors: leave", "planing-factors: leave", "is not a shared set; did you mean planning-factors?"),
        (": leave-one-out", ": leave-me-out", "did you mean leave-one-out?"),
        ("horizon: 12", "horizon: three weeks", "horizon: three weeks is not of the right kind; a whole number"),
        ("id: mine", "id: My Zone", "id: My Zone; small letters, digits and -"),
        ("schema: closedsky-case/1", "schema: closedsky-case/2", "is not a schema read here"),
    ],
)
def test_a_fault_of_the_heading_hides_nothing_behind_a_hundred_others(tool, begun, old, new, says):
    folder, change = begun
    change(old, new)
    code, out, _ = tool("check", folder)
    (line,) = out.splitlines()
    assert code == 3 and says in line


def test_a_set_left_out_is_a_few_lines(tool, begun):
    folder, change = begun
    change("uses: {planning-factors: leave-one-out, air-campaign: as-stated}", "")
    code, out, _ = tool("check", folder)
    assert code == 3 and len(out.splitlines()) < 40 and "take over shared sets with uses:" in out


def test_an_entry_left_over_from_another_campaign_is_refused(tool, begun):
    folder, change = begun
    change("reference_day: 2011-03-19", "reference_day: 1995-08-30")
    out = tool("check", folder)[1]
    for left in ("coalition_lost", "zone_kills", "suppressed_d", "fixed_wing_stopped", "held_to_the_end"):
        assert f"recorded.{left}.evidence: zones_odyssey_dawn" in out, left


@pytest.mark.parametrize("quantity", ["killed", "adversary_lost"])
def test_what_a_case_does_not_ask_about_is_not_compared(tool, begun, quantity):
    folder, change = begun
    unit = "persons" if quantity == "killed" else "aircraft"
    change("    unit: sorties\n    quantity: coalition_sorties\n", f"    unit: {unit}\n    quantity: {quantity}\n")
    code, out, _ = tool("check", folder)
    assert (code == 3) == ("is not asked about by this case" in out) == (quantity == "killed")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "- a\n- b\n", "schema: [\n"])
def test_a_file_that_holds_no_case_is_bad_data(tool, begun, text):
    folder, _ = begun
    (folder / "case.yaml").write_text(text, "utf-8")
    assert tool("check", folder)[0] == 3
    code, out, err = tool("backtest", folder)
    assert code == 3 and out == "" and len(err) == 1


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("My Zone",), 2, "is not a name for a case"),
        (("ukraine-2022",), 2, "is a shipped case"),
        (("",), 2, "is not a name for a case"),
        (("../mine",), 2, "is not a name for a case"),
        (("mine", "--from", "odyssey"), 3, "no such case"),
        (("mine", "--from", "."), 3, "no such case"),
    ],
)
def test_a_fault_is_one_line(tool, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    found, out, err = tool("new", *words)
    assert found == code and out == "" and len(err) == 1 and says in err[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "says"), [(b"id: Bosni\xe9", "is not YAML"), (b"options: [", "is not YAML")])
def test_what_is_not_yaml_is_no_beginning(tool, tmp_path, text, says):
    (tmp_path / "case.yaml").write_bytes(text)
    code, out, (line,) = tool("new", "mine", "--from", tmp_path, "--out", tmp_path / "mine")
    assert code == 3 and out == "" and says in line and not (tmp_path / "mine").exists()


def test_a_folder_that_cannot_be_made_is_named(tool, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    code, out, (line,) = tool("new", "mine", "--out", tmp_path / "file" / "mine")
    assert code == 5 and out == "" and str(tmp_path / "file" / "mine") in line and ".closedsky-" not in line


def test_nothing_is_overwritten(tool, tmp_path):
    folder = tmp_path / "mine"
    tool("new", "mine", "--out", folder)
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, err = tool("new", "mine", "--out", folder)
    assert code == 5 and out == "" and err == [f"closedsky: {folder} is there already; name another folder with --out"]
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before

import json

import pytest


def test_the_record_of_the_shipped_case(tool):
    code, out, err = tool("backtest", "ukraine-2022", "-n", "64", "--seed", "3")
    assert code == 0 and err == []
    assert "Civilians killed, as a verified count would show them" in out
    assert out.rstrip().endswith("closedsky backtest ukraine-2022 -n 64 --seed 3 --view then")


def test_json_and_the_same_numbers_again(tool):
    first = tool("backtest", "ukraine-2022", "-n", "64", "--json")[1]
    found = json.loads(first)
    assert found["schema"] == "closedsky-backtest/1" and found["futures"] == 64
    assert {item["id"] for item in found["items"]} >= {"killed_mar_2022", "held_28_mar_2022", "on_day_1000"}
    assert first == tool("backtest", "ukraine-2022", "-n", "64", "--json")[1]


def test_a_case_without_a_record_is_bad_data(tool, shipped, tmp_path):
    text = (shipped / "case.yaml").read_text("utf-8")
    for name, content in (
        ("case.yaml", text[: text.index("\n# What happened. Never an input")]),
        ("evidence.yaml", (shipped / "evidence.yaml").read_text("utf-8")),
    ):
        (tmp_path / name).write_text(content, "utf-8")
    code, out, (line,) = tool("backtest", tmp_path)
    assert code == 3 and out == "" and "nothing under recorded:" in line


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("nowhere",), 3, "no such case"),
        (("odyssey-dawn",), 3, "did you mean odyssey-dawn-2011?"),
        (("ukraine-2022", "-n", "0"), 2, "greater than or equal to 1"),
        (("ukraine-2022", "-n", "1e4"), 2, "should be a valid integer"),
        (("ukraine-2022", "--view", "now", "-n", "64"), 2, "ask for futures with --accepted"),
        (("ukraine-2022", "--accepted", "64"), 2, "--accepted goes with --view now"),
        (("ukraine-2022", "--view", "now", "--accepted", "100"), 2, "a multiple of 32 from 512 on, not 100"),
        (("odyssey-dawn-2011", "--require", "2"), 2, "less than or equal to 1"),
        (("odyssey-dawn-2011", "--require", "90%"), 2, "should be a valid number"),
        (("odyssey-dawn-2011", "--plot", "strip.png"), 2, "ends in .svg"),
        (("odyssey-dawn-2011", "--plot", "nowhere/strip.svg"), 5, "there is no folder nowhere"),
        (("odyssey-dawn-2011", "ukraine-2022", "--plot", "strip.svg"), 2, "one after the other"),
        (("odyssey-dawn-2011", "--set", "intercept"), 2, "is not NAME=VALUE"),
        (("odyssey-dawn-2011", "--set", "intercept=abc"), 2, "neither a number nor low..high"),
        (("odyssey-dawn-2011", "--set", "intercept=nan"), 2, "is not finite"),
        (("odyssey-dawn-2011", "--set", "sam_inside=20..4"), 2, "low must not be above high"),
        (("odyssey-dawn-2011", "--set", "intercept=2"), 2, "must be from 0 to 1 (probability)"),
        (("odyssey-dawn-2011", "--set", "sam_inside=-4"), 2, "must be not below 0 (batteries)"),
        (("odyssey-dawn-2011", "--set", "zone.overflight=0.5"), 2, "is not 0 or 1"),
        (("odyssey-dawn-2011", "--set", "aid_max=3"), 2, "odyssey-dawn-2011 does not ask about it"),
        (("odyssey-dawn-2011", "--set", "foo=1"), 2, "no such assumption, switch or option.lever"),
        (("odyssey-dawn-2011", "--set", "zones.force=9"), 2, "did you mean 'zone'?"),
        (("odyssey-dawn-2011", "--set", "zone.forse=9"), 2, "did you mean 'force'?"),
        (("odyssey-dawn-2011", "--set", "length_effect=longest"), 2, "is not one of none, shorter, longer"),
    ],
)
def test_a_fault_is_one_line(tool, tmp_path, monkeypatch, words, code, says):
    monkeypatch.chdir(tmp_path)
    found, out, err = tool("backtest", *words)
    assert found == code and out == "" and len(err) == 1 and says in err[0]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_case_is_no_case(tool, tmp_path):
    code, out, (line,) = tool("backtest", tmp_path)
    assert code == 3 and out == "" and "a folder with case.yaml" in line


def test_two_cases_of_one_id_are_refused(tool, tmp_path):
    for name in ("one", "two"):
        assert tool("new", "mine", "--out", tmp_path / name)[0] == 0
    code, out, (line,) = tool("backtest", tmp_path / "one", tmp_path / "two")
    assert code == 3 and out == "" and "two of the cases have the id mine" in line


def test_a_bar_not_reached_has_its_own_code(tool):
    code, out, (line,) = tool("backtest", "odyssey-dawn-2011", "-n", "64", "--require", "1")
    assert code == 4 and out != "" and "1 was required" in line


def test_a_record_that_is_an_input_is_refused(tool, shipped, tmp_path):
    text = (shipped / "case.yaml").read_text("utf-8")
    old = "evidence: {then: [refugees_forecast_feb2022,"
    assert old in text
    (tmp_path / "case.yaml").write_text(text.replace(old, f"{old} displaced_may2022,"), "utf-8")
    (tmp_path / "evidence.yaml").write_text((shipped / "evidence.yaml").read_text("utf-8"), "utf-8")
    code, _, (line,) = tool("backtest", tmp_path)
    assert code == 3 and "displaced_may2022 is" in line

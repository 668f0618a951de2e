import json

import pytest


def test_the_record_of_the_shipped_case(tool):
    code, out, err = tool("backtest", "ukraine-2022", "-n", "64", "--seed", "3")
    assert code == 0 and err == []
    assert "Civilians killed, as a verified count would show them" in out
    assert out.rstrip().endswith("closedsky backtest ukraine-2022 -n 64 --seed 3")


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
        (("ukraine-2022", "-n", "0"), 2, "greater than or equal to 1"),
        (("ukraine-2022", "--view", "now"), 2, "No such option"),
    ],
)
def test_a_fault_is_one_line(tool, words, code, says):
    found, out, err = tool("backtest", *words)
    assert found == code and out == "" and len(err) == 1 and says in err[0]


def test_a_record_that_is_an_input_is_refused(tool, shipped, tmp_path):
    text = (shipped / "case.yaml").read_text("utf-8")
    old = "evidence: {then: [refugees_forecast_feb2022,"
    assert old in text
    (tmp_path / "case.yaml").write_text(text.replace(old, f"{old} displaced_may2022,"), "utf-8")
    (tmp_path / "evidence.yaml").write_text((shipped / "evidence.yaml").read_text("utf-8"), "utf-8")
    code, _, (line,) = tool("backtest", tmp_path)
    assert code == 3 and "displaced_may2022 is" in line

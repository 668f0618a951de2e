import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import closedsky
from closedsky.cli import app
from closedsky.commands.common import Fault

HEAVY = ("jax", "numpy", "pydantic", "xarray", "pandas", "scipy", "pyarrow", "ruamel")
SMALL = ("-n", "64", "--option", "full-zone")


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"], ["rnu"], ["run"]])
def test_help_waits_for_nothing_heavy(words):
    program = (
        "import sys; from closedsky.cli import main; main(sys.argv[1:]); "
        f"sys.stderr.write(' '.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    found = set(done.stderr.split()) & set(HEAVY)
    assert found <= (set() if words == ["--help"] else {"pydantic"})  # newer versions of typer parse flags with it


def test_help_names_every_command_and_exit_code(tool):
    code, out, err = tool("--help")
    assert (code, err) == (0, [])
    for word in ("run", "compare", "cases", "check", "doctor", "130 interrupted"):
        assert word in out
    assert tool("run", "--help")[1].count("CLOSEDSKY_") >= 9


def test_the_version(tool):
    assert tool("--version") == (0, f"closedsky {closedsky.__version__}\n", [])


def test_no_command_is_a_question(tool):
    code, out, _ = tool()
    assert code == 2
    assert out.startswith("Usage")


def test_the_shell_can_complete():
    done = CliRunner().invoke(app, ["--show-completion", "bash"])
    assert done.exit_code == 0


def test_run_prints_for_people(tool):
    code, out, err = tool("run", "ukraine-2022", *SMALL)
    assert (code, err) == (0, [])
    assert out.startswith("Not a forecast and not a targeting tool")
    assert out.endswith("closedsky run ukraine-2022 -n 64 --seed 0 --view then --option full-zone\n")
    assert "Refuse (what happened)" in out


def test_the_command_at_the_end_gives_the_same_numbers(tool):
    words = ["run", "ukraine-2022", *SMALL, "--set", "substitutable=0.2..0.4", "--loss", "5e5", "--seed", "7"]
    document = json.loads(tool(*words, "--json")[1])
    again = json.loads(tool(*document["command"].split()[1:], "--json")[1])
    assert again == document
    assert document["changed"] == {"substitutable": "0.2..0.4"}
    assert document["losses"] == [500000.0]


def test_run_prints_for_programs(tool):
    code, out, _ = tool("run", "ukraine-2022", *SMALL, "--json")
    document = json.loads(out)
    assert code == 0
    assert out.isascii()
    assert document["schema"] == "closedsky-run/1"
    assert [option["id"] for option in document["options"]] == ["refuse", "full-zone"]
    assert document["options"][1]["paths"]["contest"]["outcomes"]["lives_rate_effect"]["mean"] is not None


def test_compare_prints_for_people_and_programs(tool):
    code, out, err = tool("compare", "ukraine-2022", "bluff", "refuse", "-n", 64)
    assert (code, err) == (0, [])
    assert "Independent envelopes" in out
    document = json.loads(tool("compare", "ukraine-2022", "bluff", "refuse", "-n", 64, "--json")[1])
    assert document["schema"] == "closedsky-compare/1"
    assert document["summary"] in " ".join(out.split())
    single = document["paths"]["contest"]["single_futures"]
    assert single["independent"]["fewer"]["of"] == 64
    assert single["independent"] != single["shared"]


def test_independent_envelopes_change_luck_and_nothing_else(tool):
    import numpy as np

    from closedsky.futures import source
    from closedsky.futures.inputs import with_other_luck
    from closedsky.futures.run import run

    overrides = {"substitutable": "0.5..0.6", "refuse.push": "1", "war_path": "engagement"}
    results = run(closedsky.load_case("ukraine-2022"), 64, options=("refuse",), overrides=overrides)

    def otherwise():
        return with_other_luck(results, ("refuse",), ("killed",))["refuse"]["killed"]

    other = otherwise()
    assert not np.array_equal(other, results.values("killed", "refuse"))
    luck, source.OTHER_LUCK = source.OTHER_LUCK, 0
    try:
        assert np.array_equal(otherwise(), results.values("killed", "refuse"))
    finally:
        source.OTHER_LUCK = luck


def test_cases(tool):
    code, out, _ = tool("cases")
    assert code == 0
    assert "ukraine-2022" in out
    assert "closing the sky" in " ".join(out.split())
    document = json.loads(tool("cases", "--json")[1])
    assert document["schema"] == "closedsky-cases/1"
    assert document["cases"][0].keys() == {"id", "title", "question"}


def test_cases_of_one_lists_what_can_be_set(tool):
    code, out, _ = tool("cases", "ukraine-2022")
    assert code == 0
    document = json.loads(tool("cases", "ukraine-2022", "--json")[1])
    case = closedsky.load_case("ukraine-2022")
    assert [each["name"] for each in document["assumptions"]] == list(case.assumptions)
    for name in (*case.options, *case.assumptions, *case.levers, *case.switches):
        assert name in out


def test_check_of_a_sound_case(tool):
    code, out, err = tool("check", "ukraine-2022")
    case = closedsky.load_case("ukraine-2022")
    expected = f"{len(case.assumptions)} assumptions, {len(case.options)} options: no problem found\n"
    assert (code, out, err) == (0, f"ukraine-2022: {expected}", [])
    assert json.loads(tool("check", "ukraine-2022", "--json")[1])["problems"] == []


@pytest.fixture
def broken(tmp_path, shipped):
    folder = tmp_path / "mine"
    shutil.copytree(shipped, folder)
    file = folder / "case.yaml"
    text = file.read_text("utf-8").replace("taken: refuse", "taken: refuze", 1)
    file.write_text(text.replace("unit: thousand,", "unit: thousands,", 1), "utf-8")
    return folder


def test_check_of_a_faulty_case(tool, broken):
    code, out, err = tool("check", broken)
    assert code == 3
    assert len(out.splitlines()) == len(json.loads(tool("check", broken, "--json")[1])["problems"]) == 2
    assert "refuze" in out
    assert len(err) == 1


def test_a_faulty_case_cannot_be_run(tool, broken):
    code, out, err = tool("run", broken, "-n", "64")
    assert (code, out) == (3, "")
    assert len(err) == 1
    assert "1 more" in err[0]


def test_doctor(tool):
    code, out, _ = tool("doctor")
    assert code == 0
    text = " ".join(out.split())
    assert "every number finite" in text
    assert "futures of ukraine-2022" in text  # the first case by name asks about no lives
    document = json.loads(tool("doctor", "--json")[1])
    assert (document["schema"], document["fine"]) == ("closedsky-doctor/1", True)


def test_doctor_says_where_it_cannot_write(tool, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CLOSEDSKY_CACHE", str(tmp_path / "file" / "inside"))
    code, out, err = tool("doctor")
    assert code == 1
    assert "set CLOSEDSKY_CACHE" in " ".join(out.split())
    assert len(err) == 1


CAMPAIGN = "odyssey-dawn-2011"
BAD = [
    (["run"], 2, "CASE"),
    (["rnu"], 2, "run"),
    (["run", "ukraine-2023"], 3, "ukraine-2022"),
    (["run", "ukraine-2022", "-n", "0"], 2, "greater"),
    (["run", "ukraine-2022", "-n", "many"], 2, "integer"),
    (["run", "ukraine-2022", "--seed", "-1"], 2, "--seed"),
    (["run", "ukraine-2022", "--view", "never"], 2, "then"),
    (["run", "ukraine-2022", "--view", "now", "-n", "64"], 2, "with --accepted"),
    (["compare", "ukraine-2022", "bluff", "refuse", "--accepted", "512"], 2, "--view now"),
    (["condition", "ukraine-2022", "--accepted", "600"], 2, "608 would be"),
    (["condition", "ukraine-2022", "--set", "shelling=1..2", "--accepted", "0"], 2, "greater"),
    (["condition", "nowhere-1900"], 3, "no such case"),
    (["run", "ukraine-2022", "--set", "substitutabel=0.5"], 2, "'substitutable'"),
    (["run", "ukraine-2022", "--set", "substitutable"], 2, "NAME=VALUE"),
    (["run", "ukraine-2022", "--set", "substitutable=much"], 2, "low..high"),
    (["run", "ukraine-2022", "--set", "substitutable=1", "--set", "substitutable=0"], 2, "once"),
    (["run", "ukraine-2022", "--set", "war_path=contest"], 2, "leave it out"),
    (["run", "ukraine-2022", "--set", "length_effect=longest"], 2, "shorter"),
    (["run", "ukraine-2022", "--option", "ful-zone"], 2, "'full-zone'"),
    (["run", "ukraine-2022", "--loss", "0"], 2, "above 0"),
    (["run", "ukraine-2022", "--resume"], 2, "--out"),
    (["run", "ukraine-2022", "--colour"], 2, "--help"),
    (["run", CAMPAIGN, "-n", "64"], 2, f"; closedsky backtest {CAMPAIGN} holds it against its record"),
    (
        ["run", CAMPAIGN, "--json"],
        2,
        "civilians killed, territory, how the war ends, aid or general war (it fixes shel",
    ),
    (["run", CAMPAIGN, "--out", "never-made"], 2, "closedsky backtest"),
    (["compare", CAMPAIGN, "zone", "none"], 2, f"{CAMPAIGN}: does not ask about civilians killed, territory"),
    (["compare", "ukraine-2022", "bluff"], 2, "B"),
    (["compare", "ukraine-2022", "bluff", "bluff"], 2, "two options"),
    (["compare", "ukraine-2022", "bluf", "refuse"], 2, "'bluff'"),
    (["check", "no-such-case"], 3, "no-such-case"),
    (["cases", "no-such-case"], 3, "ukraine-2022"),
]


@pytest.mark.parametrize(("words", "code", "hint"), BAD, ids=[" ".join(words) for words, *_ in BAD])
def test_a_mistake_gets_one_line_that_says_what_to_do(tool, words, code, hint):
    found, out, err = tool(*words)
    assert found == code
    assert len(err) == 1
    assert err[0].startswith("closedsky: ")
    assert hint in err[0]
    assert out == "" or words[0] == "check"


def test_what_a_case_asks_is_read_off_what_it_fixes(tool, tmp_path):
    from closedsky.commands import run

    folder = tmp_path / "my zone"
    assert tool("new", "my-zone", "--out", folder)[0] == 0
    code, out, [line] = tool("run", folder)
    assert (code, out) == (2, "")
    assert line.startswith(f"closedsky: {folder}: does not ask about civilians killed")
    assert f"closedsky backtest '{folder}'" in line

    fixed = closedsky.load_case(CAMPAIGN).fixed
    ukraine = closedsky.load_case("ukraine-2022")
    run.require_asked(ukraine, "mine")
    run.require_asked(replace(ukraine, fixed={"aid_max": fixed["aid_max"]}), "mine")
    said = re.escape("mine: does not ask about territory (it fixes front_v); closedsky backtest mine")
    with pytest.raises(Fault, match=said):
        run.require_asked(replace(ukraine, fixed={"front_v": fixed["front_v"]}), "mine")
    with pytest.raises(Fault, match="closedsky cases mine lists what it asks about"):
        run.require_asked(replace(ukraine, fixed={"front_v": fixed["front_v"]}, recorded={}), "mine")


def test_a_flag_wins_over_the_environment_and_that_over_the_default(tool, monkeypatch):
    monkeypatch.setenv("CLOSEDSKY_FUTURES", "32")
    monkeypatch.setenv("CLOSEDSKY_SEED", "5")
    monkeypatch.setenv("CLOSEDSKY_OPTION", "bluff standoff")
    monkeypatch.setenv("CLOSEDSKY_JSON", "1")
    document = json.loads(tool("run", "ukraine-2022", "-n", "64")[1])
    assert (document["futures"], document["seed"]) == (64, 5)
    assert [option["id"] for option in document["options"]] == ["refuse", "standoff", "bluff"]
    monkeypatch.setenv("CLOSEDSKY_FUTURES", "none")
    code, _, err = tool("run", "ukraine-2022")
    assert code == 2
    assert "CLOSEDSKY_FUTURES" in err[0]


def test_an_internal_error_is_one_line_unless_asked_for_more(tool, monkeypatch):
    import closedsky.reading.summary

    def fail(*_):
        raise RuntimeError("a wheel\ncame off")

    monkeypatch.setattr(closedsky.reading.summary, "summarise", fail)
    code, _, err = tool("run", "ukraine-2022", *SMALL)
    assert code == 1
    assert len(err) == 1
    assert "RuntimeError: a wheel came off" in err[0]
    monkeypatch.setenv("CLOSEDSKY_DEBUG", "1")
    code, _, err = tool("run", "ukraine-2022", *SMALL)
    assert code == 1
    assert "Traceback (most recent call last):" in err


def test_options_may_be_adopted_only_where_the_alliance_agrees(tool):
    _, once, _ = tool("run", "ukraine-2022", *SMALL, "--json")
    _, agreed, _ = tool("run", "ukraine-2022", *SMALL, "--adoption", "proposed", "--json")
    once, agreed = json.loads(once), json.loads(agreed)
    assert (once["adoption"], agreed["adoption"]) == ("effect", "proposed")
    assert "--adoption proposed" in agreed["command"] and "--adoption" not in once["command"]
    assert once["options"] != agreed["options"]
    assert "first possible day" not in tool("run", "ukraine-2022", *SMALL, "--adoption", "proposed")[1]

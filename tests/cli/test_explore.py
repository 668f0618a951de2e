"""`closedsky explore` on few futures; the view now is in test_now.py."""

import json
from xml.etree import ElementTree

import pytest

CASE = "ukraine-2022"
FEW = ("-n", 4096, "--rows", 64)


def test_the_page(tool, tmp_path):
    file = tmp_path / "picture.svg"
    code, out, err = tool("explore", CASE, "--option", "full-zone", *FEW, "--plot", file)
    assert code == 0, err
    text = " ".join(out.split())
    assert out.startswith("Not a forecast")
    for words in (
        "Full zone, batteries inside suppressed: over 100 fewer civilians killed to the horizon (true count) than "
        "under “Refuse (what happened)”.",
        "As a condition (--where): killed < killed[refuse] - 100",
        "Contest path: it happens in",
        "Engagement path: it happens in",
        "Where it happens most often",
        "From all futures to few",
        "A tree beside it",
        "What decides whether it happens",
        "is luck",
        "dealt out at random",
        "were all assumptions known",
        "over shared to independent envelopes",
    ):
        assert words in text, words
    assert text.endswith(f"closedsky explore {CASE} -n 4096 --seed 0 --option full-zone --rows 64 Drawn {file}")
    assert all(
        len(line) <= 100 for line in out.splitlines() if "closedsky explore" not in line and str(file) not in line
    )
    root = ElementTree.parse(file).getroot()
    assert root.tag.endswith("svg") and "<script" not in file.read_text("utf-8")


def test_the_document(tool):
    words = ("explore", CASE, "--option", "full-zone", "--where", "peak_rung >= 3", *FEW, "--json")
    code, out, err = tool(*words)
    assert code == 0, err
    found = json.loads(out)
    assert found["schema"] == "closedsky-explore/1" and found["where"] == "peak_rung >= 3" and found["outcome"] is None
    assert set(found["paths"]) == {"contest", "engagement"}
    for each in found["paths"].values():
        assert each["discovery"]["trajectory"][0]["searched"]["coverage"] == 1.0
        low, high = each["discovery"]["ceiling_of_density"]
        assert 0 <= low <= high <= 1
        assert 0 <= each["whether_it_happens"]["luck"]["value"] <= 2
        assert len(each["whether_it_happens"]["indices"]) > 92 and each["outcome"] is None
    assert found["command"].endswith("--where 'peak_rung >= 3' --rows 64")
    assert json.loads(tool(*words)[1]) == found


def test_without_words_the_option_is_that_of_most_contested_claims(tool):
    code, out, _ = tool("explore", CASE, "-n", 512, "--effects", "none", "--no-tree", "--json")
    found = json.loads(out)
    assert (code, found["option"], found["where"]) == (0, "full-zone", "killed < killed[refuse] - 100")
    assert found["paths"]["contest"]["tree"] is None and found["paths"]["contest"]["whether_it_happens"] is None


@pytest.mark.parametrize(
    ("outcome", "where"), [("direct_combat", "direct_combat"), ("cost", None), ("lives_length_effect", None)]
)
def test_a_condition_is_made_of_an_outcome(tool, outcome, where):
    words = ("explore", CASE, "--option", "full-zone", "--outcome", outcome, "-n", 512, "--effects", "none", "--json")
    code, out, err = tool(*words)
    assert code == 0 or "of interest" in err[0] or "conditions need" in err[0]
    if code == 0:
        found = json.loads(out)
        assert found["outcome"] == outcome and found["where"].startswith(where or outcome)


def test_shapley_effects_are_given_under_the_view_then_too(tool):
    words = ("explore", CASE, "--option", "full-zone", "-n", 512, "--effects", "shapley", "--rows", 64, "--json")
    code, out, err = tool(*words)
    assert code == 0, err
    effects = json.loads(out)["paths"]["contest"]["whether_it_happens"]["effects"]
    assert sum(each["value"] for each in effects.values()) == pytest.approx(1.0)
    assert "all of luck" in effects and "all of deterrence" in effects


def test_the_folder_of_a_run(tool, tmp_path):
    run = tmp_path / "run"
    assert tool("run", CASE, "-n", 4096, "--option", "full-zone", "--out", run)[0] == 0
    code, out, err = tool("explore", run, "--option", "full-zone", "--rows", 64, "--json")
    assert code == 0, err
    found = json.loads(out)
    again = json.loads(tool("explore", CASE, "--option", "full-zone", *FEW, "--json")[1])
    assert found.pop("command") == f"closedsky explore {run} --option full-zone --rows 64"
    again.pop("command")
    assert found == again
    for words, line in (
        (("-n", 512), "leave out -n"),
        (("--option", "corridors"), "has no option 'corridors'"),
        (("--where", "killed[bluff] < 3"), "no option 'bluff'"),
        (("--seed", 7), "leave out --seed"),
        (("--view", "now"), "leave out --view"),
    ):
        code, _, err = tool("explore", run, *(() if "--option" in words else ("--option", "full-zone")), *words)
        assert code == 2 and line in err[0] and len(err) == 1


def test_what_is_open_in_many_futures_is_said_and_gives_no_shares(tool):
    words = ("explore", CASE, "--option", "full-zone", "--where", "days_to_adopt < 12", *FEW)
    code, out, err = tool(*words, "--json")
    assert code == 0, err
    for each in json.loads(out)["paths"].values():
        assert each["discovery"]["left_out"] > 1000 and each["whether_it_happens"] is None
    text = " ".join(tool(*words)[1].split())
    assert "in which that is defined (in " in text and "What decides whether it happens" not in text


def test_rare_events_give_no_numbers_that_are_none(tool):
    where = "killed_fighting / killed_verified > 4.9"
    code, out, err = tool("explore", CASE, "--option", "full-zone", "--where", where, *FEW, "--json")
    assert (code == 2 and len(err) == 1) or (code == 0 and "NaN" not in out)


def test_luck_carries_over_only_between_two_options(tool):
    where = ("--where", "killed[refuse] > 6000")
    out = tool("explore", CASE, "--option", "full-zone", *where, *FEW, "--effects", "none", "--json")[1]
    assert json.loads(out)["paths"]["contest"]["discovery"]["independent_luck"] is None


def test_a_box_that_is_named_is_taken_as_it_is(tool):
    words = ("explore", CASE, "--option", "full-zone", *FEW, "--effects", "none", "--box", 9)
    found = json.loads(tool(*words, "--json")[1])["paths"]["contest"]["discovery"]
    assert found["by_hand"] and found["null"] is None and found["box"]["dropped"] == []
    assert len(found["box"]["limits"]) == len(found["trajectory"][9]["other_half"]["restricted"])
    assert "held against no noise" in " ".join(tool(*words)[1].split())


def test_every_outcome_is_listed(tool):
    code, out, _ = tool("explore", CASE, "--list")
    assert code == 0 and "lives_rate_effect" in out and "war_hazard" not in out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--option", "full-zome"), "did you mean full-zone?"),
        (("--outcome", "kiled"), "did you mean killed?"),
        (("--outcome", "war_hazard"), "no count of general war"),
        (("--where", "war_hazard > 0.1"), "no count of general war"),
        (("--where", "killed < "), "at the end"),
        (("--where", "killed < -1"), "none of"),
        (("--where", "killed >= 0"), "all"),
        (("--box", 999), "has boxes 0 to"),
        (("--rows", 8), "at least 64"),
        (("--where", "killed[refuse] > 1e12"), "none of"),
        (("--where", "not killed"), "yes or no"),
        (("-n", 32), "at least 64"),
        (("-n", 64), "fewer than 256"),
        (("--plot", "picture.png"), "only SVG"),
        (("--plot", "nowhere/picture.svg"), "no folder"),
    ],
)
def test_one_line_where_it_cannot_be(tool, words, line):
    usual = () if "-n" in words else ("-n", 512)
    code, out, err = tool("explore", CASE, *usual, "--effects", "none", *words)
    assert code in (2, 5) and out == "" and len(err) == 1 and line in err[0], err

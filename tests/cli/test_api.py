"""What a notebook calls: the readings of the commands, the same numbers, one line where it cannot be, and no print."""

import json

import pytest

import closedsky as cs

CASE, CLAIM = "ukraine-2022", "direct-combat"


def test_public_names_are_there():
    assert set(cs.__all__) - {"__version__"} == set(cs._WHERE)
    assert all(callable(getattr(cs, name)) for name in cs._WHERE)


def test_a_debate_is_that_of_the_command(tool, capsys):
    found = cs.debate(cs.load_case(CASE), [CLAIM], futures=256, overrides={"substitutable": (0.25, 0.5)})
    assert capsys.readouterr() == ("", "")
    words = (
        "debate",
        CASE,
        "--claim",
        CLAIM,
        "-n",
        256,
        "--view",
        "then",
        "--set",
        "substitutable=0.25..0.5",
        "--json",
    )
    told = json.loads(tool(*words)[1])
    told.pop("command")
    assert json.loads(json.dumps(found.to_dict())) == told


def test_an_exploration_is_that_of_the_command(tool, capsys):
    where = "peak_rung >= 3"
    found = cs.explore(CASE, "full-zone", where, futures=512, effects="none", trees=False)
    assert capsys.readouterr() == ("", "") and found.asked.startswith("the highest rung")
    words = ("explore", CASE, "--option", "full-zone", "--where", where, "-n", 512, "--effects", "none", "--no-tree")
    told = json.loads(tool(*words, "--json")[1])
    told.pop("command")
    assert json.loads(json.dumps(found.to_dict())) == told
    paths = cs.run_paths(CASE, 512, options=["refuse", "full-zone"])
    assert cs.explore(paths, "full-zone", where, effects="none", trees=False).to_dict() == found.to_dict()


def test_two_options_are_compared():
    paths = cs.run_paths(CASE, 64, options=["refuse", "full-zone"])
    assert cs.compare(paths, "full-zone", "refuse").summary()


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda: cs.debate(CASE, ["no-such"]), "no-such is not contested; it has "),
        (lambda: cs.debate(CASE, view="later"), "view must be 'then' or 'now', not 'later'"),
        (lambda: cs.debate(CASE, futures=3), "at least 64 futures"),
        (lambda: cs.debate(CASE, overrides={"substitutabel": 0.5}), "did you mean"),
        (lambda: cs.debate("odyssey-dawn-2011"), "does not ask about"),
        (lambda: cs.explore(CASE, "ful-zone"), "did you mean full-zone?"),
        (lambda: cs.explore(CASE, "full-zone", "kiled < 3"), "did you mean killed?"),
    ],
)
def test_one_line_where_it_cannot_be(ask, line):
    with pytest.raises(ValueError) as error:
        ask()
    assert line in str(error.value) and len(str(error.value).splitlines()) == 1

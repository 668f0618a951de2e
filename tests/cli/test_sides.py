"""The commands of both sides as a person calls them, on few futures."""

import json
import re

import pytest

FEW = ("-n", "1024", "--view", "then")
WORDS = [
    ("debate", "ukraine-2022", "--claim", "C31"),
    ("debate", "ukraine-2022", "--claim", "general-war"),
    ("debate", "ukraine-2022", "--claim", "prolonged-war"),
    ("compare", "ukraine-2022", "--weight", "1000", "--saves", "100", "--combat", "0.5"),
    ("flips", "ukraine-2022", "--option", "corridors", "--weight", "1000"),
    ("information", "ukraine-2022", "--option", "corridors", "--option", "full-zone", "--weight", "1000"),
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_each_says_what_it_is_not_and_how_to_get_it_again(tool, words):
    code, out, _ = tool(*words, *FEW)
    assert code == 0
    lines = out if isinstance(out, list) else out.splitlines()
    text = "\n".join(lines)
    assert text.startswith("Not a forecast")
    assert lines[-1].strip().startswith(f"closedsky {words[0]} ukraine-2022")
    assert "then" in text
    assert all(len(line) <= 100 for line in lines[:-1])
    assert not re.search(r"nuclear|\bNaN\b|\bnan\b", text)


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_each_is_one_json_document(tool, words):
    code, out, _ = tool(*words, *FEW, "--json")
    assert code == 0
    document = json.loads(out if isinstance(out, str) else "\n".join(out))
    assert document["schema"].startswith("closedsky-")
    assert "NaN" not in json.dumps(document)
    assert document["command"].startswith(f"closedsky {words[0]}")
    if words[0] == "debate":
        [claim] = document["claims"]
        cell = claim["views"]["then"]["contest"]
        if claim["outcome"] == "war_hazard":  # no count of general war anywhere
            assert cell["holds"] is None and cell["mean"] is None and cell["of"] is None
        else:
            bounds, shared = cell["holds"]["bounds"], cell["holds"]["shared"]["value"]
            assert bounds["low"] - 1e-9 <= shared <= bounds["high"] + 1e-9
        assert (claim["id"] == "prolonged-war") == bool(claim["switched"])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("debate", "ukraine-2022", "--claim", "C99"), "C31"),
        (("debate", "odyssey-dawn-2011"), "does not ask"),
        (("flips", "ukraine-2022", "--weight", "-1"), "0 or above"),
        (("flips", "ukraine-2022", "--option", "corridor"), "corridors"),
        (("flips", "ukraine-2022", "-n", "64", "--view", "then"), "-n"),
        (("information", "ukraine-2022", "--option", "refuse"), "two options"),
        (("compare", "ukraine-2022", "--alpha", "2"), "0"),
        (("information", "ukraine-2022", "-n", "64", "--view", "now"), "--accepted"),
        (("compare", "ukraine-2022", "-n", "64", "--view", "then"), "-n"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_mistake_gets_one_line(tool, words, hint):
    code, _, err = tool(*words)
    lines = [line for line in err if "compiling" not in line and "balanced" not in line]
    assert code in (2, 3)
    assert len(lines) == 1 and hint in lines[0]

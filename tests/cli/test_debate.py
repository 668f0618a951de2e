"""`closedsky debate` and the command behind it, on few futures; the view now is in test_now.py."""

import json

import pytest

from closedsky.cases import load_case
from closedsky.commands.common import BAD_DATA, USAGE, Fault
from closedsky.commands.debate import debate_command
from closedsky.commands.readings import Request

CASE = "ukraine-2022"


def request(**more):
    return Request(CASE, **({"futures": 64, "view": "then"} | more))


@pytest.fixture
def read(capsys):
    """What the command prints."""

    def call(asked, claim, as_json):
        capsys.readouterr()
        debate_command(asked, claim, as_json)
        return capsys.readouterr().out

    return call


def test_a_claim_is_named_by_its_entry_or_its_id_in_the_ledger(read):
    one, two = (json.loads(read(request(), name, True)) for name in ("blocked", "C09"))
    assert one.pop("command").split()[3:5] == ["--claim", "blocked"]
    assert two.pop("command").split()[3:5] == ["--claim", "C09"]
    assert one == two
    [claim] = one["claims"]
    assert (claim["id"], claim["ledger"]) == ("blocked", "C09")
    assert one["futures"] == {"then": 64} and one["effective_number"] is None and set(claim["views"]) == {"then"}


def test_a_document_that_is_contested_is_named_like_a_claim(read):
    [claim] = json.loads(read(request(), "S11", True))["claims"]
    assert claim["id"] == "smaller-zone" and claim["part"] == 0.5
    assert claim["quote"] == "" and claim["speaker"].startswith("on record in ")
    cell = claim["views"]["then"]["contest"]
    assert cell["holds"]["independent"]["of"] == 64 and cell["decides"] is None and cell["rests_on"] == {}


def test_the_page_has_both_sides_and_the_line_that_gives_it_again(read):
    asked = request(seed=3, sets=("refuse.aid=0.9",))
    out = read(asked, "C19", False)
    text, entry = " ".join(out.split()), load_case(CASE).contested["pushing"]
    assert out.startswith("Not a forecast")
    assert f"C19 {entry.says}" in text and f"The opposite: {entry.denies}" in text
    assert "Holds, of" in out and "Opposite, of" in out and "then, contest" in out and "then, engagement" in out
    assert out.endswith(f"{asked.command('debate', '--claim', 'C19')}\n")
    assert "-n 64 --seed 3 --view then --set refuse.aid=0.9" in text
    assert all(len(line) <= 100 for line in out.splitlines()[:-1])


def test_the_same_is_asked_on_the_command_line(tool, read):
    words = ("debate", CASE, "--claim", "C19", "-n", "64", "--view", "then")
    code, out, _ = tool(*words, "--json")
    assert code == 0 and out == read(request(), "C19", True)
    assert json.loads(out)["command"] == "closedsky debate ukraine-2022 --claim C19 -n 64 --seed 0 --view then"


def test_an_unknown_claim_is_one_line_that_lists_the_known(read):
    with pytest.raises(Fault) as fault:
        read(request(), "C99", False)
    assert fault.value.code == USAGE and "\n" not in str(fault.value)
    assert str(fault.value).startswith("--claim C99: not contested in ukraine-2022; it has ")
    assert all(f"{key} ({entry.claim})" in str(fault.value) for key, entry in load_case(CASE).contested.items())


def test_a_case_that_contests_nothing_is_one_line(tool, shipped, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    for file in shipped.glob("*.yaml"):
        before = file.read_text("utf-8").partition("\ncontested:")[0]
        (folder / file.name).write_text(f"{before}\n", "utf-8")
    code, out, err = tool("debate", folder, "-n", "64", "--view", "then")
    assert code == BAD_DATA and out == ""
    [line] = err
    assert "nothing is contested; docs/cases.md says how to write contested: claims" in line


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"futures": 63}, "-n 63: at least 64"),
        ({"view": "now"}, "--futures goes with --view then"),
        ({"accepted": 512}, "--accepted goes with --view now"),
        ({"sets": ("refuse.aid",)}, "refuse.aid"),
    ],
)
def test_what_cannot_be_asked_is_one_line(more, says):
    with pytest.raises(Fault) as fault:
        request(**more)
    assert says in str(fault.value) and "\n" not in str(fault.value)

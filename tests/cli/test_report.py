"""`closedsky report` on few futures: one file, whole or not there, the same each time."""

import re

import pytest

CASE = "ukraine-2022"
FEW = ("-n", 1024, "--view", "then")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("reports")


@pytest.fixture
def written(tool, kept):
    """A report that several tests read."""
    file = kept / "one.html"
    if not file.exists():
        code, out, err = tool("report", CASE, *FEW, "--out", file)
        assert code == 0, err
        assert out == "" and err[-1].endswith(" kB")
    return file


def test_everything_is_in_it(written):
    text = written.read_text("utf-8")
    flat = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    for words in (
        "Not a forecast and not a targeting tool",
        "Where it is",
        "Both sides of what is contested",
        "Every option at a glance",
        "What is preferred by whom",
        "Futures of one option: Full zone, batteries inside suppressed",
        "How a clash goes on",
        "Where it holds, and what decides it",
        "What happened, held against the model",
        "The same relations in past campaigns",
        "Assumptions and evidence",
        "To cite it",
        f"closedsky report {CASE} -n 1024 --seed 0 --view then --out one.html",
    ):
        assert words in flat, words
    assert text.count("<figure") == 13 and text.count("<script>") == 1
    assert "war_hazard" not in text and "nan" not in re.findall(r"[a-z]+", flat.lower())


def test_the_same_command_gives_the_same_file(tool, written, kept):
    again = kept / "one.htm"
    assert tool("report", CASE, *FEW, "--out", again)[0] == 0
    assert again.read_text("utf-8").replace("one.htm<", "one.html<").replace(
        "one.htm`", "one.html`"
    ) == written.read_text("utf-8")


def test_a_run_brings_its_own_numbers(tool, kept):
    run = kept / "run"
    assert tool("run", CASE, "-n", 1024, "--out", run)[0] == 0
    file = kept / "run.html"
    assert tool("report", run, "--view", "then", "--out", file)[0] == 0
    text = " ".join(re.sub(r"<[^>]*>", " ", file.read_text("utf-8")).split())
    assert f"closedsky report {run} --view then --out run.html" in text and "1,024, seed 0" in text
    assert "Computed for this report" not in text


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("--out", "report.pdf"), 2, "ends in .html"),
        (("--out", "nowhere/report.html"), 5, "no folder"),
        (("--out", "there.html"), 5, "is there already"),
        (("--out", "new.html", "--option", "full-zome"), 2, "did you mean full-zone?"),
        (("--out", "new.html", "-n", 32), 2, "at least 64"),
    ],
)
def test_one_line_where_it_cannot_be(tool, tmp_path, monkeypatch, words, code, line):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.html").write_text("mine", "utf-8")
    given, out, err = tool("report", CASE, "--view", "then", *(() if "-n" in words else ("-n", 256)), *words)
    assert (given, out) == (code, "") and line in err[-1], err
    assert (tmp_path / "there.html").read_text("utf-8") == "mine" and not (tmp_path / "new.html").exists()


def test_out_is_needed(tool):
    code, _, err = tool("report", CASE)
    assert code == 2 and "--out" in " ".join(err)


def test_the_map_shows_what_a_person_set():
    from closedsky.cases import load_case
    from closedsky.commands.readings import Request
    from closedsky.commands.report_sections import place

    case = load_case(CASE)
    ((chart,),) = [each.charts for each in place(case, Request(CASE, sets=("ring_km=100..150",)))]
    assert [each["km"] for each in chart["reach"]["bands"]] == [150.0, 100.0] and "set by you" in chart["caption"]
    ((plain,),) = [each.charts for each in place(case, Request(CASE))]
    assert "set by you" not in plain["caption"] and plain["reach"] != chart["reach"]

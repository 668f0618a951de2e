"""`closedsky evidence` and `closedsky read`, as a person uses them; the texts are invented."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import closedsky

DATA = Path(__file__).parents[1] / "data"
TOLD = DATA / "told.txt"
CASE = "ukraine-2022"
CAMPAIGNS = ("odyssey-dawn-2011", "allied-force-1999", "unified-protector-2011")
MARKS = {
    "not found": "NOT FOUND",
    "contradicted": "CONTRADICTED",
    "partly": "partly confirmed",
    "confirmed": "confirmed",
}


def flat(text):
    return " ".join(text.split())


@pytest.fixture(scope="module")
def ledger():
    from closedsky.cases import load_case

    return load_case(CASE).evidence


def test_the_ledger_in_json(tool):
    code, out, err = tool("evidence", CASE, "--json")
    document = json.loads(out)
    assert (code, err) == (0, [])
    assert document["schema"] == "closedsky-evidence-report/1"
    assert document["caution"].startswith("Not a forecast")
    assert len(document["claims"]) == 35
    assert {each["corroboration"] for each in document["claims"]} == {
        "confirmed",
        "partly",
        "not found",
        "contradicted",
    }
    assert document["counts"]["claims"]["in_all"] == 35


@pytest.mark.parametrize("width", [80, 100])
def test_the_ledger_fits_and_marks_every_claim(tool, monkeypatch, ledger, width):
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, _ = tool("evidence", CASE)
    assert code == 0
    assert out.startswith("Not a forecast and not a targeting tool")
    for line in out.splitlines():
        assert len(line) <= width or line.startswith("  closedsky")
    for section in ("By basis and date", "By corroboration", "Claims"):
        assert f"\n{section}\n" in out
    assert len(re.findall(r"^C\d\d  ", out, re.MULTILINE)) == 35
    text = flat(out)
    for key, claim in ledger.claims.items():
        assert f" {key} [{MARKS[claim.corroboration]}] " in text


def test_one_claim(tool):
    code, out, _ = tool("evidence", CASE, "--claim", "C27")
    assert code == 0
    assert "[NOT FOUND] “compromise on key issues" in out
    assert "closedsky run ukraine-2022 --set refuse.concessions=1 --option refuse\n" in out
    assert "The claim itself: NOT FOUND." in out
    document = json.loads(tool("evidence", CASE, "--claim", "C09", "--json")[1])
    assert [(each["id"], each["corroboration"]) for each in document["claims"]] == [("C09", "not found")]


def test_an_assumption_and_its_evidence_reach_each_other(tool):
    out = tool("evidence", CASE, "--assumption", "sam_kill")[1]
    assert "--quantity zones_allied_force_suppression_days\n" in out
    assert "https://www.cbsnews.com/news/serb-air-war-lots-of-misses/\n" in out
    assert "[confirmed] “impractical" in out
    out = tool("evidence", CASE, "--quantity", "zones_allied_force_suppression_days")[1]
    assert "--assumption sam_kill\n" in out


def own_ids(case, key):
    """Evidence of this campaign's own value of a factor, and of what it is held against, that no other cites."""
    recorded = {each for entry in case.recorded.values() for each in entry.evidence}
    own = set(case.left_out[key].evidence) if key in case.left_out else set()
    return (recorded | own) - {each for other in case.pooled[key].campaigns for each in other.evidence}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_a_factor_from_other_campaigns_is_shown_as_drawn_and_not_as_stated(tool, name):
    from closedsky.futures.sampling import Design, past
    from closedsky.reading.words import figure

    case = closedsky.load_case(name)
    draws = Design(case, 0).rows(0, 4096)
    assert case.left_out
    for key, pooled in case.pooled.items():
        code, out, err = tool("evidence", name, "--assumption", key)
        assert (code, err) == (0, [])
        text = flat(out)
        low, median, high = past(pooled).quantile([0.05, 0.5, 0.95])
        assert f"median {figure(median)}, 9 in 10 between {figure(low)} and {figure(high)}" in text
        assert not own_ids(case, key) & set(re.findall(r"[\w-]+", text))
        assert "could be known on the day" not in text
        assert flat(case.assumptions[key].reason) not in text  # of a range that is not used here
        assert ("this campaign's own value" if key in case.left_out else "no value of its own") in text
        assert ("None: no other campaign has it on record." in text) == (not pooled.campaigns)
        for each in pooled.campaigns:
            assert f" {each.case} " in text
            assert all(f"--quantity {quantity}\n" in out for quantity in each.evidence)
        assert flat(pooled.reason) in text
        assert f"  closedsky backtest {name} --set {key}={float(f'{low:.3g}'):g}..{float(f'{high:.3g}'):g}\n" in out
        assert "closedsky run" not in out

        document = json.loads(tool("evidence", name, "--assumption", key, "--json")[1])
        [entry] = document["assumptions"]
        found = entry["from_other_campaigns"]
        assert (entry["then"], entry["reason"], entry["evidence"]) == (None, None, {"then": [], "now": []})
        assert [found["median"], *found["band_90"]] == [median, low, high]
        assert [each["case"] for each in found["campaigns"]] == [each.case for each in pooled.campaigns]
        assert (found["prior"]["centre"], found["prior"]["reason"]) == (pooled.centre, pooled.reason)
        assert (found["left_out"] or {}).get("case") == (name if key in case.left_out else None)
        assert not own_ids(case, key) & {each["id"] for each in document["quantities"]}
        drawn = np.quantile(draws[:, list(case.assumptions).index(key)], [0.05, 0.5, 0.95])
        np.testing.assert_allclose([low, median, high], drawn, rtol=0.15)


def test_all_assumptions_of_a_campaign_say_whence_they_come(tool):
    name = CAMPAIGNS[0]
    case = closedsky.load_case(name)
    found = {each["id"]: each for each in json.loads(tool("evidence", name, "--json")[1])["assumptions"]}
    assert {key for key, each in found.items() if each["from_other_campaigns"]} == set(case.pooled)
    assert found["sorties"]["then"] == list(case.assumptions["sorties"].then)


def test_a_campaigns_own_record_stands_behind_nothing_that_leaves_it_out(tool):
    name, quantity = CAMPAIGNS[0], "zones_odyssey_dawn_sorties"
    out = tool("evidence", name, "--quantity", quantity)[1]
    text = flat(out)
    assert "Nothing that is put into the case rests on it." in text
    assert "LEFT OUT: this campaign's own fleet_rate" in text
    assert "record, only compared coalition_sorties" in text
    assert "assumption, " not in text
    assert f"  closedsky evidence {name} --assumption fleet_rate\n" in out
    [entry] = json.loads(tool("evidence", name, "--quantity", quantity, "--json")[1])["quantities"]
    assert not any(entry["used_by"][each] for each in ("then", "now", "others"))
    assert "fleet_rate" in entry["used_by"]["left_out"]
    other = tool("evidence", "allied-force-1999", "--quantity", quantity)[1]
    assert "assumption, as another campaign's fleet_rate" in flat(other)
    assert "LEFT OUT" not in other


def test_a_shared_range_with_later_evidence_is_not_said_to_be_known_on_the_day(tool):
    assert "what could be known on the day" in flat(tool("evidence", CASE, "--assumption", "substitutable")[1])
    text = flat(tool("evidence", "provide-comfort-1991", "--assumption", "substitutable")[1])
    assert "not all of the evidence behind it is as old as the day" in text
    assert "could be known on the day" not in text


CLAIM = """
claims:
  A1:
    quote: It would save lives.
    document: report
    speaker: Somebody
    kind: paraphrase
    corroboration: not found
    bears_on: [{lever: suppressors, value: 9}, {switch: length_effect}, {outcome: killed}]
"""


def test_a_claim_about_what_a_case_does_not_ask_is_not_computed(tool, tmp_path):
    folder = tmp_path / "mine"
    assert tool("new", "mine", "--out", folder)[0] == 0
    file = folder / "evidence.yaml"
    document = "documents:\n  report: {title: A report, link: null, publisher: Somebody, file: report.txt}\n"
    file.write_text(file.read_text("utf-8").replace("documents: {}\n", document) + CLAIM, "utf-8")
    out = tool("evidence", folder, "--claim", "A1")[1]
    assert f"  closedsky backtest {folder} --set zone.suppressors=9\n" in out
    assert f"  closedsky backtest {folder}\n" in out
    assert "closedsky run" not in out
    code, out, [line] = tool("evidence", folder, "--claim", "A1", "--compute", "-n", "64")
    assert (code, out) == (2, "")
    assert "does not ask about civilians killed, territory, how the war ends or aid (it fixes shelling" in line
    assert f"closedsky backtest {folder} holds it against its record" in line


def test_wrong_names_and_questions(tool):
    for words, said in (
        (["--claim", "C99"], "no claim 'C99' in the evidence"),
        (["--assumption", "sam_kil"], "did you mean sam_kill?"),
        (["--claim", "C01", "--quantity", "x"], "one at a time"),
        (["--compute"], "--compute goes with --claim"),
        (["--claim", "C13", "--compute"], "bears on nothing that is computed"),
    ):
        code, out, [line] = tool("evidence", CASE, *words)
        assert (code, out) == (2, "")
        assert said in line


def test_a_claim_computed(tool):
    words = ["evidence", CASE, "--claim", "C05", "--compute", "-n", "64"]
    code, out, err = tool(*words)
    assert (code, err) == (0, [])
    assert "\nPracticality\nHad the alliance agreed on day 4" in out
    assert out.endswith("closedsky evidence ukraine-2022 --claim C05 --compute -n 64 --seed 0 --view then\n")
    document = json.loads(tool(*words, "--json")[1])
    assert document["computed"]["practicality"]["summary"] in flat(out)
    assert [each["outcome"] for each in document["computed"]["answers"]] == ["aircraft_needed", "batteries_left"]


def test_a_claim_whose_premise_was_not_found_says_so(tool):
    out = tool("evidence", CASE, "--claim", "C27", "--compute", "-n", "64")[1]
    assert "The premise is not found: what follows is computed as if it held" in flat(out)
    assert "Concessions the client offers: 1" in flat(out)


def test_no_documents_no_verification(tool, tmp_path):
    code, out, [line] = tool("evidence", CASE, "--verify", tmp_path)
    assert code == 3
    assert "no file article.txt" in line
    assert "0 of" in out
    code, out, _ = tool("evidence", CASE, "--verify", tmp_path, "--json")
    assert code == 3
    assert json.loads(out)["verification"]["sound"] is False
    code, _, [line] = tool("evidence", CASE, "--verify", tmp_path / "none")
    assert code == 3
    assert "is not a folder" in line


def test_an_article_in_json(tool):
    code, out, err = tool("read", TOLD, "--case", CASE, "--json")
    document = json.loads(out)
    assert (code, err) == (0, [])
    assert document["schema"] == "closedsky-read/1"
    found = {each["number"]: each for each in document["sentences"]}
    assert [each["status"] for each in found.values()] == [
        "unknown",
        "unknown",
        "exact",
        "altered",
        "unknown",
        "unknown",
    ]
    assert [each["id"] for each in found[3]["claims"]] == ["C05", "C20"]
    assert found[3]["claims"][1]["corroboration"] == "not found"
    altered = {each["id"]: each["difference"] for each in found[4]["claims"]}
    assert altered == {
        "C09": "difficult [-and-] {+but+} fraught with tension",
        "C18": "Zelensky's demands [-often-] {+sometimes+} tested the alliance's patience",
    }
    assert found[5]["quotations"][0]["status"] == "unknown"
    assert found[1]["reasons"] == ["no words of the ledger found here"]


@pytest.mark.parametrize("width", [80, 100])
def test_an_article_for_people(tool, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = tool("read", TOLD, "--case", CASE)
    assert (code, err) == (0, [])
    for line in out.splitlines():
        assert len(line) <= width or "closedsky " in line or str(TOLD)[:20] in line
    text = flat(out)
    assert "1 to 2. What the archive of Arcadia" in text
    assert "C20 exact [NOT FOUND] “resilient and demanding”" in text
    assert "C09 altered [NOT FOUND] “difficult and fraught with tension”" in text
    assert "Words are compared, never meaning." in text
    assert "    closedsky run ukraine-2022 --set refuse.push=1 --option refuse\n" in out


def test_an_article_cannot_steer_the_terminal(tool, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("An \x1b[31marticle\x07. “A \x1b]0;x\x07quotation.”", "utf-8")
    out = tool("read", path, "--case", CASE)[1]
    assert "\x1b" not in out
    assert "\x07" not in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"caf\xe9", "is not text in UTF-8"),
        (b"", "holds no sentence"),
        (b"x" * 300_001, "is larger than 300,000 bytes"),
    ],
)
def test_an_article_that_cannot_be_read(tool, tmp_path, content, said):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    code, out, [line] = tool("read", path, "--case", CASE)
    assert (code, out) == (3, "")
    assert said in line


def test_no_article_and_no_case(tool, tmp_path):
    code, _, [line] = tool("read", tmp_path / "none.txt", "--case", CASE)
    assert code == 3
    assert "no such file" in line
    assert tool("read", TOLD, "--case", "nowhere")[0] == 3
    assert tool("read", TOLD)[0] == 2

"""The view now on the command line."""

import json

import pytest

from closedsky.futures import conditioning, tempering


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def short(monkeypatch, kept):
    """Searches too short to be trusted, trusted all the same: what is printed of them is the same."""
    monkeypatch.setitem(conditioning.condition.__kwdefaults__, "sweeps", 4)
    monkeypatch.setattr(tempering, "LEVEL_SWEEPS", 2)
    monkeypatch.setattr(conditioning, "cache_folder", lambda: kept)
    monkeypatch.setattr(conditioning, "problems", lambda found: [])


NOW = ("--view", "now", "--accepted", "512")


def test_a_run_says_that_it_is_hindsight(tool, short):
    code, out, err = tool("run", "ukraine-2022", *NOW, "--option", "full-zone")
    text = " ".join(out.split())
    assert code == 0, err
    assert "now: what the record allows; hindsight, which nobody had on 28 February 2022" in text
    assert "512 that agree with the record as far as the declared discrepancies allow, seed 0; worth about" in text
    assert "How the war ends to day 1,826" in text and "The record is of a war that was long" in text
    assert "never exchanged any" in text and "scrambled" not in text
    assert out.endswith("closedsky run ukraine-2022 --accepted 512 --seed 0 --view now --option full-zone\n")


def test_a_run_as_json_holds_what_it_is_worth_and_where_lengths_are_read(tool, short, tmp_path):
    folder = tmp_path / "run"
    code, out, _ = tool("run", "ukraine-2022", *NOW, "--option", "full-zone", "--json", "--out", folder)
    document = json.loads(out)
    assert code == 0 and document["view"] == "now" and document["futures"] == 512
    assert 1 <= document["effective_number"] <= 512
    assert (document["horizon"], document["beyond"]["horizon"]) == (1096, 1826)
    assert json.loads((folder / "summary.json").read_text())["effective_number"] == document["effective_number"]
    assert json.loads((folder / "manifest.json").read_text())["futures"] == 512
    code, again, err = tool("run", "ukraine-2022", *NOW, "--option", "full-zone", "--json", "--out", folder, "--resume")
    assert code == 0 and json.loads(again) == document and "nothing to resume" in err[0]


def test_the_view_then_has_no_effective_number(tool):
    _, out, _ = tool("run", "ukraine-2022", "-n", "64", "--option", "refuse", "--json")
    document = json.loads(out)
    assert document["effective_number"] is None and "beyond" not in document


def test_a_comparison_reads_lengths_where_they_can_be_seen(tool, short):
    code, out, _ = tool("compare", "ukraine-2022", "full-zone", "refuse", *NOW)
    text = " ".join(out.split())
    assert code == 0 and "Single futures: civilians killed to day 1,826" in text
    assert "Independent envelopes are drawn again, given the assumptions of the future and the record." in text
    code, out, _ = tool("compare", "ukraine-2022", "full-zone", "refuse", *NOW, "--json")
    document = json.loads(out)
    assert document["outcomes"]["killed"]["horizon"] == 1826 and "horizon" not in document["outcomes"]["held"]
    single = document["paths"]["contest"]["single_futures"]
    for which in ("shared", "independent"):
        for count in ("fewer", "more"):
            share, bounds = single[which][count]["value"], single["bounds"][count]
            assert bounds["low"] - 0.1 <= share <= bounds["high"] + 0.1  # other luck is another sample of the same


def test_a_backtest_says_that_it_is_in_sample(tool, short):
    code, out, _ = tool("backtest", "ukraine-2022", *NOW)
    text = " ".join(out.split())
    assert code == 0 and "In-sample: " in text and "Mar 2022 *" in text and "together: kept aside" in text
    assert "none of them cites" not in text
    code, out, _ = tool("backtest", "ukraine-2022", *NOW, "--json")
    document = json.loads(out)
    assert document["view"] == "now" and document["summary"].startswith("In-sample")
    assert {item["id"] for item in document["items"] if item["accepts"]} >= {"killed_mar_2022", "on_day_1000"}
    assert set(document["coverage"]["war_on"]) == {"together", "by_quantity", "kept_aside", "accepting"}


def test_a_campaign_is_held_against_its_own_record_by_itself(tool, short):
    code, out, _ = tool("backtest", "odyssey-dawn-2011", *NOW, "--json")
    document = json.loads(out)
    assert code == 0 and document["case"] == "odyssey-dawn-2011" and document["view"] == "now"


def test_a_claim_is_computed_on_the_accepted_futures(tool, short):
    code, out, _ = tool("evidence", "ukraine-2022", "--claim", "C05", "--compute", *NOW)
    assert code == 0 and "to day 1,826 where length matters, because the record is of a war that was long" in " ".join(
        out.split()
    )


def test_both_sides_are_read_under_both_views_side_by_side(tool, short):
    both = ("-n", "1024", "--accepted", "512")
    code, out, _ = tool("debate", "ukraine-2022", "--claim", "C31", *both)
    text = " ".join(out.split())
    assert code == 0 and "then, contest" in text and "now, engagement" in text and "hindsight" in text
    code, out, _ = tool("debate", "ukraine-2022", "--claim", "C30", *both, "--json")
    [claim] = json.loads(out)["claims"]
    assert set(claim["views"]) == {"then", "now"} and len(claim["switched"]) == 2
    assert claim["views"]["now"]["contest"]["mean"]["value"] != claim["views"]["then"]["contest"]["mean"]["value"]
    for words in (("flips", "--option", "corridors"), ("information", "--option", "corridors"), ("compare",)):
        command, *rest = words
        code, out, _ = tool(command, "ukraine-2022", *rest, *both, "--weight", "1000", "--json")
        document = json.loads(out)
        assert code == 0, words
        views = {each["view"] for each in document.get("readings", [])} or set(document["views"])
        assert views == {"then", "now"}


def test_what_decides_in_hindsight_is_told_by_shapley_effects(tool, short):
    words = ("explore", "ukraine-2022", "--option", "full-zone", "--where", "peak_rung >= 3", *NOW, "--rows", "64")
    code, out, err = tool(*words, "--json")
    assert code == 0, err
    document = json.loads(out)
    assert document["view"] == "now" and document["command"].endswith("--rows 64")
    for each in document["paths"].values():
        effects = each["whether_it_happens"]["effects"]
        assert sum(one["value"] for one in effects.values()) == pytest.approx(1.0)
        assert 0 <= each["happens_in_draws"] <= 1
    code, out, _ = tool(*words)
    assert code == 0 and "No Sobol' indices" in " ".join(out.split())
    code, out, err = tool(*words, "--effects", "sobol")
    assert code == 2 and out == "" and "Shapley effects are given instead" in err[0]


def test_too_short_a_search_ends_with_six(tool, monkeypatch, kept):
    monkeypatch.setitem(conditioning.condition.__kwdefaults__, "sweeps", 1)
    monkeypatch.setattr(tempering, "LEVEL_SWEEPS", 1)
    monkeypatch.setattr(conditioning, "cache_folder", lambda: kept)
    code, out, err = tool("run", "ukraine-2022", *NOW)
    assert code == 6 and out == ""
    assert err[-1].startswith(("closedsky: ukraine-2022: not converged: ", "closedsky: ukraine-2022: too few futures "))


def test_an_interrupted_search_says_that_it_goes_on(tool, monkeypatch, tmp_path):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(conditioning, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(tempering, "_sweep", stop)
    code, out, err = tool("condition", "ukraine-2022", "--accepted", "512")
    assert (
        code == 130
        and out == ""
        and err[-1] == ("closedsky: interrupted; asked again, the search goes on from where it stood")
    )


def test_a_case_whose_record_accepts_nothing_has_no_view_now(tool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tool("new", "mine")
    file = tmp_path / "mine" / "case.yaml"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if "accept:" not in line) + "\n")
    code, _, err = tool("backtest", "mine", *NOW)
    assert code == 2 and "nothing on its record says what it accepts" in err[-1]

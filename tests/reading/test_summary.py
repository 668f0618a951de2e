import json
import re

import numpy as np
import pytest

from closedsky.model import campaign
from closedsky.model.outcomes import OUTCOMES
from closedsky.reading.measures import ENDINGS, FATES, LIVES, MEASURES, RUNGS
from closedsky.reading.summary import summarise
from closedsky.reading.words import change, per_thousand, percent


@pytest.fixture(scope="module")
def summary(results):
    return summarise(results)


def test_codes_mean_what_the_model_means():
    assert [ENDINGS[code].split()[0] for code in range(4)] == ["still", "settlement", "defeat", "withdrawal"]
    assert campaign.ENDINGS == ("on", "settlement", "defeat", "withdrawal")
    assert campaign.FATES == ("none", "active", "adversary_kept_out", "coalition_gave_way", "losses", "bluff_called")
    assert set(FATES) == set(range(len(campaign.FATES)))
    for code, text in RUNGS.items():
        assert f"{code} {text}" in OUTCOMES["peak_rung"].label


def test_every_option_in_the_order_of_the_case_under_both_paths(summary, case):
    assert [entry.id for entry in summary.options] == list(case.options)
    assert all(tuple(entry.paths) == ("contest", "engagement") for entry in summary.options)
    assert [entry.label for entry in summary.options] == [option.label for option in case.options.values()]


def test_numbers_are_those_of_the_results(summary, results):
    for path, each in results.items():
        of = summary.option("full-zone").paths[path]
        for name in MEASURES:
            values = each.values(name, "full-zone")
            assert of.spreads[name].mean.value == pytest.approx(np.nanmean(values))
            assert of.spreads[name].median == pytest.approx(np.nanmedian(values))
        assert of.war_risk == each.war_risk("full-zone")
        assert of.direct_combat.value.value == each.values("direct_combat", "full-zone").mean()


def test_shares_of_each_group_add_up(summary):
    for entry in summary.options:
        for of in entry.paths.values():
            for shares in filter(None, (of.rungs, of.fates, of.endings)):
                assert sum(share.count for share in shares.values()) == summary.futures


def test_feasibility_is_asked_only_where_someone_could_refuse(summary, case):
    for entry in summary.options:
        levers = case.options[entry.id].levers
        assert (entry.feasibility is None) == (levers["consent"] == 0 and levers["pivotal"] == 0)
        if entry.feasibility:
            assert 0 < entry.feasibility.agree.value.value < 1
            assert entry.feasibility.days.median > 0


def test_an_override_of_a_lever_counts(invented):
    run = invented({"refuse": {"adopted": np.ones(64)}}, overrides={"refuse.consent": "1"})
    assert summarise({"contest": run}).option("refuse").feasibility.agree.count == 64


def test_the_reference_differs_from_itself_by_nothing(summary):
    for of in summary.option("refuse").paths.values():
        assert of.spreads[LIVES].high == of.spreads[LIVES].low == 0
        assert {entry.reason for entry in of.break_even} == {"the reference"}


def test_only_a_zone_has_a_fate(summary, case):
    for entry in summary.options:
        assert bool(entry.paths["contest"].fates) == entry.zone == bool(case.options[entry.id].levers["zone"])


def test_the_document_is_json_and_says_what_it_is(summary):
    document = json.loads(json.dumps(summary.to_dict(), allow_nan=False))
    assert document["schema"] == "closedsky-run/1"
    assert {"version", "caution", "view", "seed", "case_digest", "losses", "notes"} <= set(document)
    option = document["options"][7]["paths"]["contest"]
    assert set(option["outcomes"][LIVES]) == {"mean", "error", "low", "median", "high"}
    assert "general_war" in option["if_path_held"]
    headline = {key: value for key, value in option.items() if key != "if_path_held"}
    assert "war" not in json.dumps(headline).replace("warn", "").replace("reward", "")


def test_a_table_has_one_row_for_each_option_and_path(summary, results):
    table = summary.to_pandas()
    assert table.shape[0] == 2 * len(summary.options)
    expected = results["engagement"].values("killed", "bluff").mean()
    assert table.loc[("bluff", "engagement"), "killed_mean"] == pytest.approx(expected)


def test_the_sentence_names_both_ends_with_their_territory(summary, results):
    text = summary.summary()
    cells = [
        (each.values(LIVES, option).mean(), option, path)
        for option in results["contest"].options
        for path, each in results.items()
        if option != "refuse"
    ]
    low, high = min(cells), max(cells, key=lambda cell: cell[0])
    combat = [each.values("direct_combat", o).mean() for each in results.values() for o in each.options[1:]]
    for value, option, path in (low, high):
        label = results["contest"].case.options[option].label
        held = percent(np.median(results[path].values("held", option)))
        assert f"{change(value)} ({label}, {path} path; {held} held)" in text
    assert f"in {per_thousand(min(combat))} to {per_thousand(max(combat))} of 1,000 futures" in text
    assert text.count(".") - len(re.findall(r"\d\.\d", text)) == 1


def test_one_option_alone_has_a_sentence_with_territory(invented):
    run = invented({"hands-off": {"killed": np.full(64, 1234.0), "held": np.full(64, 0.4)}})
    text = summarise({"contest": run}).summary()
    assert "1,200" in text
    assert "40 % of the country" in text


def test_failures_are_left_out_and_noted(invented):
    killed = np.full(64, 100.0)
    killed[7] = np.nan
    run = invented({"refuse": {"killed": killed, "direct_combat": np.where(np.arange(64) == 7, np.nan, 1.0)}})
    of = summarise({"contest": run}).option("refuse").paths["contest"]
    assert of.spreads["killed"].mean.value == 100.0
    assert (of.direct_combat.count, of.direct_combat.of) == (63, 63)


def test_results_of_different_runs_are_refused(results, pair):
    with pytest.raises(ValueError, match="different runs"):
        summarise({"contest": results["contest"], "engagement": pair("full-zone", "refuse")["engagement"]})
    with pytest.raises(ValueError, match="no results"):
        summarise({})

"""Harm by period and weapon says what the run and the record hold, and is drawn at every width."""

import json
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.futures.recorded import predict
from closedsky.futures.run import run_paths
from closedsky.reading.backtest import CAUTION, backtest
from closedsky.reading.record import Number
from closedsky.reading.words import figure
from closedsky.showing import drawing
from closedsky.showing.charts.harm_chart import KIND, TOLL, WEAPONS, harm_chart
from closedsky.showing.drawing.harm_chart import draw_harm

FUTURES = 256


@lru_cache
def run():
    return run_paths(closedsky.load_case("ukraine-2022"), FUTURES, options=("refuse", "full-zone"))


@lru_cache
def found():
    case = run()["contest"].case
    predicted = predict(case, FUTURES)
    return backtest(case, predicted.values, predicted.on, view="then", seed=0)


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_harm)


def scaled(factor):
    """The run with every part of the toll multiplied."""
    made = {}
    for path, results in run().items():
        outcomes = results.outcomes.copy(deep=True)
        for name in (*WEAPONS, TOLL):
            outcomes[name] = outcomes[name] * factor
        made[path] = replace(results, outcomes=outcomes)
    return made


def test_weapons_add_up_to_the_toll():
    chart = harm_chart(run(), found(), ["full-zone"])
    json.dumps(chart, allow_nan=False)
    for bar, option in zip(chart["toll"]["bars"], ("refuse", "full-zone", "full-zone"), strict=True):
        results = run()[bar["path"] or "contest"]
        assert sum(part["mean"] for part in bar["parts"]) == pytest.approx(results.mean(TOLL, option).value, rel=1e-5)
        for part, name in zip(bar["parts"], WEAPONS, strict=True):
            assert part["mean"] == pytest.approx(results.mean(name, option).value)
            assert figure(part["mean"]) in part["words"]
    assert [bar["path"] for bar in chart["toll"]["bars"]] == [None, "contest", "engagement"]


def test_colours_have_their_meanings():
    (bar,) = harm_chart(run())["toll"]["bars"]
    assert [part["kind"] for part in bar["parts"]] == ["futures", "missile", "shelling", "replaced"]


def test_a_change_has_the_error_of_paired_futures():
    chart = harm_chart(run(), None, ["full-zone"])
    refuse, contest, _ = chart["toll"]["bars"]
    results = run()["contest"]
    less = results.values(TOLL, "full-zone") - results.values(TOLL, "refuse")
    assert refuse["change"] == ""
    assert contest["change"].startswith(figure(abs(np.mean(less)))) and " fewer than under “Refuse" in contest["change"]
    doubled = {path: turned(each) for path, each in run().items()}
    assert " more than under “Refuse" in harm_chart(doubled, None, ["full-zone"])["toll"]["bars"][-1]["change"]


def turned(results):
    """The two options with their tolls exchanged."""
    outcomes = results.outcomes.copy(deep=True)
    for name in (*WEAPONS, TOLL):
        outcomes[name].values[:] = results.outcomes[name].sel(option=["full-zone", "refuse"]).values
    return replace(results, outcomes=outcomes)


def test_the_record_is_what_the_backtest_says():
    chart = harm_chart(run(), found())
    killed, by_air = chart["panels"]
    items = [item for item in found().compared if item.entry.quantity == "killed" and isinstance(item.reading, Number)]
    assert [row["id"] for row in killed["rows"]] == [item.id for item in items]
    for row, item in zip(killed["rows"], items, strict=True):
        assert row["record"]["low"] == item.entry.value
        assert row["predicted"]["median"] == pytest.approx(item.reading.median.value, rel=1e-5)
    assert "verified" in killed["title"] and by_air["unit"] == "percent"
    assert {row["record"]["form"] for row in by_air["rows"]} == {"range"}
    inside_most = sum(not item.reading.missed for item in items)
    assert f"{inside_most} of {len(items)} verified counts" in chart["title"]
    assert f"{sum(item.reading.in_middle for item in items)} in that of half" in chart["title"]
    assert CAUTION in chart["notes"] and "still on by then" in chart["caption"]


def test_title_names_what_kills_most_in_the_data():
    results = run()["contest"]
    name = max(WEAPONS, key=lambda each: results.mean(each, "refuse").value)
    share = 100.0 * results.mean(name, "refuse").value / results.mean(TOLL, "refuse").value
    title = harm_chart(run())["title"]
    assert f"{WEAPONS[name][0]} kills {figure(share)}" in title and "of the mean toll" in title


def test_verified_and_true_counts_are_told_apart():
    chart = harm_chart(run(), found())
    assert "true count" in chart["toll"]["title"] and "true count, which no record holds" in chart["notes"][0]
    assert "Above the bars" not in harm_chart(run())["notes"][0]


def test_without_a_record_of_weapons_it_is_said():
    items = tuple(item for item in found().items if item.entry.quantity != "killed_by_air")
    chart = harm_chart(run(), replace(found(), items=items))
    assert len(chart["panels"]) == 1 and "The record does not say which weapon killed." in chart["notes"]
    assert "The record does not say which weapon killed." not in harm_chart(run(), found())["notes"]
    nothing = harm_chart(run(), replace(found(), items=()))
    assert nothing["panels"] == [] and CAUTION not in nothing["notes"] and "On record" not in nothing["caption"]


def test_another_view_or_option_is_refused():
    with pytest.raises(ValueError, match="beside a run"):
        harm_chart(run(), replace(found(), view="now"))
    with pytest.raises(KeyError):
        harm_chart(run(), found(), ["dragons"])


def test_every_number_is_in_the_table():
    chart = harm_chart(run(), found(), ["full-zone"])
    names = [column["name"] for column in chart["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in chart["rows"]]
    for bar in chart["toll"]["bars"]:
        lines = [row for row in rows if (row["item"], row["path"]) == (bar["label"], bar["path"] or "both")]
        assert [row["part"] for row in lines] == [*(words for words, _ in WEAPONS.values()), "together"]
        assert [row["mean"] for row in lines[:-1]] == [part["mean"] for part in bar["parts"]]
    for panel in chart["panels"]:
        lines = [row for row in rows if row["panel"] == panel["title"]]
        assert [row["median"] for row in lines] == [row["predicted"]["median"] for row in panel["rows"]]
        assert [row["record"] for row in lines] == [row["record"]["low"] for row in panel["rows"]]


@pytest.mark.parametrize("width", [320, 390, 960, 1440])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_drawing_stays_inside_and_names_every_part(width, theme, inside):
    chart = harm_chart(run(), found(), ["full-zone"])
    root = inside(drawing.draw(chart, width, theme), width)
    words = " ".join(each.text for each in root.iter() if each.tag.endswith("}text") and each.text)
    for bar in chart["toll"]["bars"]:
        assert all(part["words"] in words for part in bar["parts"])


@pytest.mark.parametrize(("factor", "words"), [(0.0, "nobody is killed"), (np.nan, "is not defined")])
def test_nobody_killed_is_drawn_too(factor, words, inside):
    chart = harm_chart(scaled(factor), None, ["full-zone"])
    json.dumps(chart, allow_nan=False)
    assert words in chart["title"]
    inside(drawing.draw(chart, 390), 390)


def test_few_futures_have_no_errors(inside):
    results = run()["contest"]
    few = replace(results, outcomes=results.outcomes.isel(future=slice(0, 8)), futures=8)
    chart = harm_chart({"contest": few}, None, ["full-zone"])
    assert not any("±" in bar["sentence"] for bar in chart["toll"]["bars"])
    inside(drawing.draw(chart, 960), 960)


def test_text_of_a_case_is_never_markup():
    case = run()["contest"].case
    option = replace(case.options["full-zone"], label="<script>alert(1)</script> & co")
    other = replace(case, options={**case.options, "full-zone": option})
    paths = {path: replace(each, case=other) for path, each in run().items()}
    text = drawing.draw(harm_chart(paths, found(), ["full-zone"]))
    assert "<script" not in text and "&lt;script&gt;" in text

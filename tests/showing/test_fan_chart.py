"""Fans say what the series of a run hold, and are drawn at every width."""

import datetime as dt
import json
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.futures.run import run_paths
from closedsky.reading.words import figure
from closedsky.showing import drawing
from closedsky.showing.charts.fan_chart import KIND, MARKS, fan_chart, steps_of
from closedsky.showing.drawing.fan_chart import draw_fan

FUTURES = 256


@lru_cache
def run():
    return run_paths(closedsky.load_case("ukraine-2022"), FUTURES, options=("refuse", "full-zone", "bluff"))


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_fan)


def with_case(**given):
    return {path: replace(each, case=replace(each.case, **given)) for path, each in run().items()}


def test_bands_are_the_quantiles_of_the_series():
    chart = fan_chart(run(), ["full-zone"])
    json.dumps(chart, allow_nan=False)
    assert [panel["id"] for panel in chart["panels"]] == ["killed", "held"]
    kept = steps_of(len(run()["contest"].series["day"]))
    for panel, factor in zip(chart["panels"], (1.0, 100.0), strict=True):
        for fan, option in zip(panel["fans"], ("refuse", "full-zone"), strict=True):
            assert fan["title"] == run()["contest"].case.options[option].label
            for band in fan["bands"]:
                series = run()[band["path"] or "contest"].series[panel["id"]].sel(option=option)
                assert np.array(band["quantiles"]) == pytest.approx(factor * series.values[kept].T, rel=1e-3, abs=1e-3)
                assert (np.diff(band["quantiles"], axis=0) >= 0).all()


def test_the_option_really_taken_comes_first_and_three_are_most():
    assert [fan["title"] for fan in fan_chart(run())["panels"][0]["fans"]] == ["Refuse (what happened)"]
    assert len(fan_chart(run(), ["full-zone", "refuse", "bluff"])["panels"][0]["fans"]) == 3
    with pytest.raises(ValueError, match="1 to 3"):
        fan_chart(run(), ["a", "b", "c"])
    with pytest.raises(KeyError):
        fan_chart(run(), ["dragons"])


def test_title_is_of_the_last_day():
    chart = fan_chart(run(), ["full-zone"])
    last = [[row[-1] for row in band["quantiles"]] for fan in chart["panels"][0]["fans"] for band in fan["bands"]]
    low, high = min(each[0] for each in last), max(each[-1] for each in last)
    assert f"9 in 10 futures {figure(low)} to {figure(high)}" in chart["title"]
    medians = {figure(each[2]) for each in last}
    assert all(median in chart["title"] for median in (figure(min(each[2] for each in last)),))
    assert len(medians) == 1 or "across these options" in chart["title"]
    assert "across" not in fan_chart(run())["title"]
    end = run()["contest"].case.reference_day + dt.timedelta(days=run()["contest"].case.horizon - 1)
    assert f"by {end.day} {end:%b %Y}" in chart["title"]


def test_a_verified_count_is_called_one_and_bands_pointwise():
    chart = fan_chart(run())
    assert "as a verified count would show them" in chart["title"]
    assert "as a verified count would show them" in chart["panels"][0]["title"]
    assert "pointwise" in chart["caption"] and f"{FUTURES} futures" in chart["caption"]
    assert "conditional on no general war" in " ".join(chart["notes"])


def test_both_paths_stand_where_they_differ():
    chart = fan_chart(run(), ["full-zone"])
    refuse, zone = chart["panels"][0]["fans"]
    assert [band["path"] for band in refuse["bands"]] == [None]
    assert [(band["path"], band["kind"]) for band in zone["bands"]] == [
        ("contest", "futures"),
        ("engagement", "engagement"),
    ]
    assert "lines: engagement path" in chart["caption"] and "engagement" not in fan_chart(run())["caption"]


def test_dates_are_those_of_the_case():
    case = run()["contest"].case
    ticks = fan_chart(run())["axis"]["ticks"]
    assert ticks[0] == {"value": 0.0, "text": "Feb 2022"} and 3 <= len(ticks) <= 7
    for tick in ticks[1:]:
        date = case.reference_day + dt.timedelta(days=tick["value"])
        assert date.day == 1 and tick["text"] == f"{date:%b %Y}"


def test_a_short_campaign_has_days(inside):
    chart = fan_chart({path: shorter(each) for path, each in run().items()})
    texts = [tick["text"] for tick in chart["axis"]["ticks"]]
    assert texts[:2] == ["24 Feb 2022", "26 Feb 2022"] and len(texts) <= 6
    inside(drawing.draw(chart, 320), 320)


def shorter(results):
    series = results.series.isel(step=slice(0, 9))
    return replace(results, series=series)


def test_every_number_is_in_the_table():
    chart = fan_chart(run(), ["full-zone"])
    names = [column["name"] for column in chart["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in chart["rows"]]
    for panel in chart["panels"]:
        for fan in panel["fans"]:
            for band in fan["bands"]:
                found = [
                    row
                    for row in rows
                    if (row["option"], row["quantity"], row["path"])
                    == (fan["title"], panel["title"], band["path"] or "both")
                ]
                assert [row["day"] for row in found] == chart["days"]
                for name, values in zip(("q05", "q25", "q50", "q75", "q95"), band["quantiles"], strict=True):
                    assert [row[name] for row in found] == values


@pytest.mark.parametrize("width", [320, 390, 960, 1440])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_drawing_stays_inside_and_names_its_parts(width, theme, inside):
    chart = fan_chart(run(), ["full-zone", "bluff"])
    text = drawing.draw(chart, width, theme)
    root = inside(text, width)
    words = [each.text for each in root.iter() if each.tag.endswith("}text")]
    assert all(words.count(mark) == 1 for mark in MARKS.values())


def test_nothing_at_all_is_drawn_too(inside):
    none = {path: replace(each, series=each.series * 0.0) for path, each in run().items()}
    for each in none.values():
        each.series.attrs = run()["contest"].series.attrs
    chart = fan_chart(none, ["full-zone"])
    assert "median 0" in chart["title"] and all(len(fan["bands"]) == 1 for fan in chart["panels"][0]["fans"])
    inside(drawing.draw(chart, 390), 390)
    inside(drawing.draw(fan_chart({"contest": run()["contest"]}), 390), 390)


def test_text_of_a_case_is_never_markup():
    case = run()["contest"].case
    option = replace(case.options["full-zone"], label="<script>alert(1)</script> & co")
    text = drawing.draw(fan_chart(with_case(options={**case.options, "full-zone": option}), ["full-zone"]))
    assert "<script" not in text and "&lt;script&gt;" in text

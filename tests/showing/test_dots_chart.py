"""Quantile dots say what the run holds, and are drawn at every width."""

import json
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.futures.results import Estimate
from closedsky.futures.run import run_paths
from closedsky.reading.words import figure
from closedsky.showing import drawing
from closedsky.showing.charts.dots_chart import DOTS, KIND, dots_chart
from closedsky.showing.charts.signed_scale import signed_scale
from closedsky.showing.drawing.dots_chart import draw_dots

FUTURES = 256


@lru_cache
def run():
    return run_paths(closedsky.load_case("ukraine-2022"), FUTURES, options=("refuse", "full-zone"))


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_dots)


def changed(outcome, values, option="full-zone"):
    """The run with other values of one outcome, on both paths."""
    made = {}
    for path, results in run().items():
        outcomes = results.outcomes.copy(deep=True)
        outcomes[outcome].loc[{"option": option}] = values
        made[path] = replace(results, outcomes=outcomes)
    return made


def cells(chart):
    names = [column["name"] for column in chart["columns"]]
    return [dict(zip(names, row, strict=True)) for row in chart["rows"]]


def test_dots_are_quantiles_of_the_run():
    chart = dots_chart(run(), "full-zone")
    json.dumps(chart, allow_nan=False)
    lives, days, held = chart["panels"]
    for panel, factor in ((lives, 1.0), (days, 1.0), (held, 100.0)):
        for plot in panel["plots"]:
            results = run()[plot["path"] or "contest"]
            values = results.values(panel["outcome"], "full-zone")
            wanted = factor * np.nanquantile(values, (np.arange(DOTS) + 0.5) / DOTS)
            assert plot["dots"] == pytest.approx(wanted, rel=1e-5, abs=1e-6)
            assert plot["places"] == sorted(plot["places"])


def test_title_is_of_the_means_of_both_paths_and_never_of_single_futures():
    chart = dots_chart(run(), "full-zone")
    means = [each.mean("lives_rate_effect", "full-zone") for each in run().values()]
    assert means[0].value < 0 and means[0] != means[1]
    for mean in means:
        assert f"{figure(-mean.value)}\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{figure(mean.error, 1)}" in chart["title"]
    assert chart["title"].count("fewer") == 1 and "of 1,000 futures" not in chart["title"]
    assert run()["contest"].case.options["refuse"].label in chart["title"]
    assert "share luck in every future" in " ".join(chart["notes"])
    assert f"{FUTURES} futures" in chart["caption"]
    mirrored = dots_chart(
        changed("lives_rate_effect", np.abs(run()["contest"].values("lives_rate_effect", "full-zone"))), "full-zone"
    )
    assert " more civilians killed" in mirrored["title"] and "fewer civilians" not in mirrored["title"]


def test_both_paths_stand_where_they_differ_and_once_where_not():
    chart = dots_chart(run(), "full-zone", ["lives_rate_effect"])
    assert [(plot["path"], plot["kind"]) for plot in chart["panels"][0]["plots"]] == [
        ("contest", "futures"),
        ("engagement", "engagement"),
    ]
    assert "Above an axis: contest path" in chart["caption"]
    chart = dots_chart(run(), "refuse", ["killed"])
    assert [plot["path"] for plot in chart["panels"][0]["plots"]] == [None]
    assert "path" not in chart["caption"] and {row["path"] for row in cells(chart)} == {"both"}


def test_deaths_are_said_to_be_deaths():
    chart = dots_chart(run(), "full-zone", ["lives_rate_effect", "killed", "held"])
    lives, killed, held = (panel["each"] for panel in chart["panels"])
    assert "more or fewer people die" in lives and killed.endswith("how many people die")
    assert held == "each dot is 1 in 50 futures"
    assert "conditional on no general war" in " ".join(chart["notes"])


def test_every_number_is_in_the_table():
    chart = dots_chart(run(), "full-zone")
    for panel in chart["panels"]:
        for plot in panel["plots"]:
            rows = [
                row
                for row in cells(chart)
                if row["outcome"] == panel["title"] and row["path"] in (plot["path"], "both")
            ]
            assert [row["value"] for row in rows if row["statistic"] == "dot"] == plot["dots"]
            (mean,) = (row for row in rows if row["statistic"] == "mean")
            assert mean["error"] is not None and mean["futures"] == FUTURES


def test_what_is_not_defined_has_no_dot_and_is_said(inside):
    values = np.full(FUTURES, np.nan)
    values[: FUTURES // 2] = 100.0
    chart = dots_chart(changed("war_days", values), "full-zone", ["war_days"])
    (panel,) = chart["panels"]
    assert "500 of 1,000 futures have no dot: the war is still on at the horizon" in panel["plots"][0]["sentence"]
    assert panel["each"] == "each dot is 1 in 50 of the other futures" and panel["plots"][0]["dots"] == [100.0] * DOTS
    chart = dots_chart(changed("war_days", np.nan), "full-zone", ["war_days", "held"])
    assert chart["panels"][0]["plots"][0]["dots"] == [] and "never defined" in chart["title"]
    inside(drawing.draw(chart, 390), 390)


def test_the_horizon_has_its_name():
    chart = dots_chart(changed("end_day", 1096.0), "full-zone", ["end_day"])
    assert "the horizon (day 1,096); 9 in 10" in chart["panels"][0]["plots"][0]["sentence"]


@pytest.mark.parametrize("name", ["war_hazard", "ending", "direct_combat", "peak_rung"])
def test_what_is_no_quantity_is_refused(name):
    with pytest.raises(ValueError, match="no quantity"):
        dots_chart(run(), "full-zone", [name])


def test_nothing_asked_is_refused():
    with pytest.raises(ValueError, match="no outcome"):
        dots_chart(run(), "full-zone", [])
    with pytest.raises(KeyError):
        dots_chart(run(), "full-zone", ["dragons"])


@pytest.mark.parametrize("width", [320, 390, 960, 1440])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_drawing_stays_inside_and_has_every_dot(width, theme, inside):
    chart = dots_chart(run(), "full-zone")
    root = inside(drawing.draw(chart, width, theme), width)
    circles = [each for each in root.iter() if each.tag.endswith("circle")]
    plots = [plot for panel in chart["panels"] for plot in panel["plots"]]
    assert len(circles) == (DOTS + 1) * len(plots)  # one of each beside the words
    places = [(each.get("cx"), each.get("cy")) for each in circles]
    assert len(set(places)) == len(places)


def test_equal_values_are_a_block(inside):
    chart = dots_chart(run(), "refuse", ["lives_rate_effect"])
    assert "what the other options are measured against" in chart["title"]
    root = inside(drawing.draw(chart, 390), 390)
    heights = {each.get("cy") for each in root.iter() if each.tag.endswith("circle")}
    assert len(heights) <= 13


def test_one_path_and_few_futures_are_drawn_without_errors(inside):
    results = run()["contest"]
    few = replace(results, outcomes=results.outcomes.isel(future=slice(0, 1)), futures=1)
    assert np.isnan(few.mean("killed", "full-zone").error)
    chart = dots_chart({"contest": few}, "full-zone")
    assert "±" not in chart["title"] and isinstance(few.mean("killed", "full-zone"), Estimate)
    inside(drawing.draw(chart, 320), 320)


def test_text_of_a_case_is_never_markup():
    case = run()["contest"].case
    option = replace(case.options["full-zone"], label="<script>alert(1)</script> & co")
    other = replace(case, options={**case.options, "full-zone": option})
    text = drawing.draw(dots_chart({path: replace(each, case=other) for path, each in run().items()}, "full-zone"))
    assert "<script" not in text and "&lt;script&gt;" in text


def test_a_signed_axis_is_the_same_on_both_sides_and_keeps_the_order():
    values = [-30000.0, -200.0, -50.0, -5.0, 0.0, 3.0, 900.0]
    scale, place = signed_scale(values)
    low, high = scale["domain"]
    places = [place(value) for value in values]
    assert places == sorted(places) and low <= places[0] and places[-1] <= high
    assert place(-77.0) == -place(77.0) and place(0.0) == 0.0
    assert [tick["value"] for tick in scale["ticks"]] == sorted(tick["value"] for tick in scale["ticks"])
    assert signed_scale([0.0, 0.0]) is None and signed_scale([5.0, -6.0]) is None

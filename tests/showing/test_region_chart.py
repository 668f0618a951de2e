"""The picture of who is preferred where says what the reading holds, and names no winner."""

import json
from dataclasses import replace
from functools import lru_cache

import pytest

import closedsky
from closedsky.futures.inputs import inputs_of
from closedsky.futures.run import run_paths
from closedsky.reading.choice import choice
from closedsky.reading.words import per_thousand
from closedsky.reading.worth import Weights
from closedsky.showing import drawing
from closedsky.showing.charts.region_chart import KIND, region_chart
from closedsky.showing.drawing.region_chart import draw_region_chart

WEIGHTS = [Weights(), Weights(1000.0), Weights(10_000.0)]


@lru_cache
def _found():
    case = closedsky.load_case("ukraine-2022")
    results = run_paths(case, 1024, options=["refuse", "refuse-surge", "corridors", "full-zone"])
    return choice(results, inputs_of(results["contest"]), WEIGHTS)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_region_chart)


@pytest.fixture
def found():
    return _found()


def changed(found, preferred, paths=("contest", "engagement")):
    """The reading with other shares of preference for each weight, and no limits."""
    made = {}
    for path in paths:
        one = found.paths[path]
        judged = tuple(
            replace(each, preferred={name: share.get(name, 0.0) for name in each.preferred}, regions={})
            for each, share in zip(one.judged, preferred, strict=False)
        )
        made[path] = replace(one, judged=judged)
    return replace(found, paths=made)


class TestChart:
    def test_bars_are_shares_of_the_reading(self, found):
        for i, panel in enumerate(region_chart(found)["panels"]):
            for block in panel["blocks"]:
                one = found.paths[block["path"]].judged[i]
                shown = {each["label"]: each["preferred"] for each in block["options"]}
                assert shown == {found.labels[name]: share for name, share in one.preferred.items() if share > 0}
                assert all(each["words"] == per_thousand(each["preferred"]) for each in block["options"])
                assert sum(shown.values()) == pytest.approx(1.0)

    def test_limits_are_in_words_with_their_share(self, found):
        chart = region_chart(found)
        limits = [one["limits"] for panel in chart["panels"] for block in panel["blocks"] for one in block["options"]]
        assert any(limits)
        for path in found.paths.values():
            for judged in path.judged:
                for condition, often in judged.regions.values():
                    words = condition.words(found.case)
                    share = "all" if often >= 1.0 else f"{per_thousand(often)} of 1,000"
                    assert f"{share} futures with {words}" in limits

    def test_the_title_counts_options_and_names_none(self, found):
        sets = [
            {name for name, share in each.preferred.items() if share > 0}
            for path in found.paths.values()
            for each in path.judged
        ]
        title = region_chart(found)["title"]
        assert f"{len(set().union(*sets))} of 4 options are preferred in some state" in title
        assert not any(label in title for label in found.labels.values())

    @pytest.mark.parametrize(
        ("preferred", "title"),
        [
            ([{"refuse": 1.0}] * 3, "One of 4 options is preferred in every state, for every weight shown"),
            ([{"refuse": 0.5, "corridors": 0.5}] * 3, "2 of 4 options are preferred in some state, the same ones"),
            ([{"refuse": 0.5, "corridors": 0.5}], "2 of 4 options are preferred in some state: which one, turns on"),
            ([{"refuse": 1.0}, {"corridors": 1.0}], "2 of 4 options are preferred in some state, none of them for"),
            ([{"refuse": 1.0}, {"refuse": 0.5, "corridors": 0.5}], "some state, one of them for every weight"),
            ([], "No weights were named"),
        ],
    )
    def test_titles(self, found, preferred, title):
        assert title in region_chart(changed(found, preferred))["title"]

    def test_numbers_that_are_the_same_are_shown_once(self, found):
        chart = region_chart(changed(found, [{"refuse": 0.3, "corridors": 0.7}] * 3))
        assert all([block["title"] for block in panel["blocks"]] == ["Both paths"] for panel in chart["panels"])

    def test_how_far_a_mean_may_be_off_is_said(self, found):
        assert "may belong to another option" in region_chart(found)["caption"]
        label = found.case.assumptions[found.paths["contest"].deciding[0]].label
        assert label[1:] in region_chart(found)["caption"]

    def test_options_preferred_nowhere_are_named_once(self, found):
        chart = region_chart(changed(found, [{"refuse": 1.0}] * 3))
        (note,) = [note for note in chart["notes"] if note.startswith("Preferred in no state")]
        assert all((label in note) == (name != "refuse") for name, label in found.labels.items())

    def test_every_number_is_in_the_table(self, found):
        chart = region_chart(found)
        names = [each["name"] for each in chart["columns"]]
        rows = [dict(zip(names, row, strict=True)) for row in chart["rows"]]
        assert len(rows) == 2 * 3 * 4
        for row in rows:
            (judged,) = [each for each in found.paths[row["path"]].judged if each.weights.combat == row["combat"]]
            (name,) = [name for name, label in found.labels.items() if label == row["option"]]
            assert row["preferred"] == judged.preferred[name] and row["mean"] == judged.mean[name].value
            assert (row["often"] is None) == (name not in judged.regions)

    def test_the_alternative_text_has_every_share(self, found):
        chart = region_chart(found)
        for panel in chart["panels"]:
            for block in panel["blocks"]:
                for each in block["options"]:
                    assert f"{each['label']} in {each['words']}" in chart["alternative"]


class TestDrawing:
    @pytest.mark.parametrize("width", [320, 390, 960, 1440])
    @pytest.mark.parametrize("theme", ["light", "dark", "auto"])
    def test_it_stays_inside_and_is_xml(self, found, width, theme, inside):
        inside(drawing.draw(region_chart(found), width, theme), width)

    @pytest.mark.parametrize("preferred", [[], [{"refuse": 1.0}], [{}], [{"refuse": 1e-9, "corridors": 1.0}] * 3])
    @pytest.mark.parametrize("paths", [("contest",), ("contest", "engagement")])
    def test_edges(self, found, preferred, paths, inside):
        chart = region_chart(changed(found, preferred, paths))
        json.dumps(chart, allow_nan=False)
        for width in (320, 960):
            inside(drawing.draw(chart, width), width)

    def test_text_of_a_case_is_never_markup(self, found):
        labels = {**found.labels, "refuse": "<script>alert(1)</script> & co"}
        text = drawing.draw(region_chart(changed(replace(found, labels=labels), [{"refuse": 1.0}])))
        assert "<script" not in text and "&lt;script&gt;" in text

"""The ladder's picture says what the futures did, and counts no general war."""

import json
from dataclasses import replace
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import pytest

import closedsky
from closedsky.futures.run import run_paths
from closedsky.reading.measures import FATES, RUNGS
from closedsky.reading.words import per_thousand
from closedsky.showing import drawing
from closedsky.showing.charts.ladder_chart import KIND, ladder_chart
from closedsky.showing.drawing.ladder_chart import draw_ladder_chart
from closedsky.showing.svg import FIRM

OPTIONS = ["refuse", "full-zone", "bluff"]


@lru_cache
def _results():
    return run_paths(closedsky.load_case("ukraine-2022"), 512, options=OPTIONS)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_ladder_chart)


@pytest.fixture
def results():
    return _results()


def invented(peak, fate, ending, other=None):
    """The run with other futures under the full zone; `other` on the engagement path."""
    made = {}
    for (path, each), given in zip(
        _results().items(), [(peak, fate, ending), other or (peak, fate, ending)], strict=True
    ):
        outcomes = each.outcomes.isel(future=slice(0, len(given[0]))).copy(deep=True)
        for name, values in zip(("peak_rung", "fate", "ending"), given, strict=True):
            outcomes[name].loc[{"option": "full-zone"}] = np.asarray(values, np.float32)
        made[path] = replace(each, outcomes=outcomes, futures=len(given[0]))
    return made


def flat(words):
    return words.replace(FIRM, " ")


class TestChart:
    @pytest.mark.parametrize("option", OPTIONS)
    def test_widths_are_counts(self, results, option):
        chart = ladder_chart(results, option)
        for panel in chart["panels"]:
            one = results[panel["path"]]
            peak = one.values("peak_rung", option)
            for each in panel["rungs"]:
                assert each["name"] == RUNGS[each["code"]]
                assert each["share"] == np.mean(peak == each["code"])
                left = sum(flow["share"] for flow in panel["flows"] if flow["rung"] == each["code"])
                assert left == pytest.approx(each["share"])
            for each in panel["fates"]:
                reached = sum(flow["share"] for flow in panel["flows"] if flow["fate"] == each["code"])
                assert reached == pytest.approx(each["share"])
            assert sum(flow["share"] for flow in panel["flows"]) == pytest.approx(1.0)

    @pytest.mark.parametrize("option", OPTIONS)
    def test_who_is_still_up_is_where_the_model_has_them_at_the_end(self, results, option):
        chart = ladder_chart(results, option)
        for panel in chart["panels"]:
            rung = sum(flow["share"] * (flow["rung"] if flow["up"] else 1.0) for flow in panel["flows"])
            series = results[panel["path"]].series["rung_mean"].sel(option=option).values[-1]
            assert rung == pytest.approx(float(series), abs=1e-6)

    def test_the_title_is_a_range_over_paths(self, results):
        title = flat(ladder_chart(results, "full-zone")["title"])
        back = []
        for each in results.values():
            peak, fate, ending = (each.values(name, "full-zone") for name in ("peak_rung", "fate", "ending"))
            back.append(np.mean((peak > 1) & ((fate >= 2) | (ending > 0))))
        assert title.startswith("Full zone, batteries inside suppressed: above incidents in ")
        low, high = (per_thousand(each) for each in (min(back), max(back)))
        assert title.endswith(f"back down by day 1,096 in {low} to {high}") if low != high else f"{low} ±" in title

    def test_paths_that_are_the_same_are_shown_once(self, results):
        (panel,) = ladder_chart(results, "refuse")["panels"]
        assert panel["title"] == "Both paths" and panel["colour"] == "futures"
        assert {each["name"] for each in panel["fates"]} <= {"war still on", "war over"}
        assert len(ladder_chart(results, "full-zone")["panels"]) == 2

    def test_every_number_is_in_the_table_with_its_error(self, results):
        chart = ladder_chart(results, "full-zone")
        names = [each["name"] for each in chart["columns"]]
        rows = [dict(zip(names, row, strict=True)) for row in chart["rows"]]
        for panel in chart["panels"]:
            own = [row for row in rows if row["path"] == panel["path"]]
            for flow in panel["flows"]:
                found = [
                    row for row in own
                    if (row["rung"], row["fate"]) == (RUNGS[flow["rung"]], FATES[flow["fate"]])
                    and (row["end"] == "still above it") == flow["up"]
                ]  # fmt: skip
                assert [row["share"] for row in found] == [pytest.approx(flow["share"])]
            for each in panel["rungs"]:
                (row,) = [row for row in own if row["rung"] == each["name"] and row["fate"] is row["end"] is None]
                assert row["share"] == each["share"] and row["of"] == 512

    def test_general_war_is_no_rung_and_no_end(self, results):
        chart = ladder_chart(results, "full-zone")
        assert any("no count of it is made" in note for note in chart["notes"])
        drawn = json.dumps([[panel[key] for key in ("rungs", "fates", "flows")] for panel in chart["panels"]])
        assert "general war" not in drawn and "hazard" not in json.dumps(chart)

    def test_few_futures_carry_their_count_and_interval(self):
        peak = np.repeat([1.0, 4.0], [500, 3])
        fate, ending = np.repeat([1.0, 4.0], [500, 3]), np.zeros(503)
        (panel,) = ladder_chart(invented(peak, fate, ending), "full-zone")["panels"]
        (top,) = [each for each in panel["rungs"] if each["code"] == 4]
        assert top["words"] == "1.2 to 17 (3 counted)" and top["back"] == "all"

    def test_the_alternative_text_has_every_label(self, results):
        chart = ladder_chart(results, "full-zone")
        for panel in chart["panels"]:
            for each in [*panel["rungs"], *panel["fates"]]:
                assert f"{each['name']} {each['words']}" in chart["alternative"]


EDGES = {
    "one rung": (np.ones(64), np.zeros(64), np.zeros(64)),
    "top rung": (np.full(64, 4.0), np.full(64, 4.0), np.ones(64)),
    "every flow": tuple(np.array(list(np.ndindex(4, 6, 2)), float).T + np.array([[1.0], [0.0], [0.0]])),
    "all failed": (np.full(64, np.nan), np.full(64, np.nan), np.full(64, np.nan)),
}


class TestDrawing:
    @pytest.mark.parametrize("width", [320, 390, 960, 1440])
    @pytest.mark.parametrize("option", OPTIONS)
    def test_it_stays_inside_and_is_xml(self, results, option, width, inside):
        inside(drawing.draw(ladder_chart(results, option), width), width)

    @pytest.mark.parametrize("theme", ["light", "dark", "auto"])
    def test_every_theme(self, results, theme):
        ElementTree.fromstring(drawing.draw(ladder_chart(results, "bluff"), 390, theme))

    @pytest.mark.parametrize("name", EDGES)
    @pytest.mark.parametrize("width", [320, 960])
    def test_edges(self, name, width, inside):
        made = invented(*EDGES[name], other=EDGES["one rung"] if name != "every flow" else None)
        if name != "every flow":
            made = {path: each for path, each in made.items() if path == "contest"}
        chart = ladder_chart(made, "full-zone")
        json.dumps(chart, allow_nan=False)
        inside(drawing.draw(chart, width), width)
        if name == "all failed":
            assert "no future gave numbers" in chart["title"]
        if name == "one rung":
            assert "in none of 64 futures" in chart["title"]

    def test_text_of_a_case_is_never_markup(self, results):
        first = results["contest"]
        option = replace(first.case.options["bluff"], label="<script>alert(1)</script> & co")
        case = replace(first.case, options={**first.case.options, "bluff": option})
        text = drawing.draw(ladder_chart({"contest": replace(first, case=case)}, "bluff"))
        assert "<script" not in text and "&lt;script&gt;" in text

"""The map shows areas and no unit, with borders that have Crimea in Ukraine."""

import json
import re
from dataclasses import replace
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import pytest

import closedsky
from closedsky.cases.theatre import read_theatre
from closedsky.reading.words import figure, percent
from closedsky.showing import drawing
from closedsky.showing.charts.map_chart import KIND, map_chart
from closedsky.showing.charts.theatre_geometry import conic, name_place
from closedsky.showing.drawing.map_chart import draw_map_chart
from closedsky.showing.svg import FIRM


@lru_cache
def _case():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def _chart():
    return map_chart(_case())


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_map_chart)


@pytest.fixture
def case():
    return _case()


@pytest.fixture
def chart():
    return _chart()


def sphere(a, b):
    """Kilometres between two points in degrees, along the great circle."""
    (x1, y1), (x2, y2) = np.radians(a), np.radians(b)
    half = np.sin((y2 - y1) / 2) ** 2 + np.cos(y1) * np.cos(y2) * np.sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(half))


def covered(rings, x, y):
    """Whether a point lies in rings, by the winding of the angle around it."""
    for ring in rings:
        at = np.array(ring) - (x, y)
        angle = np.arctan2(at[:, 1], at[:, 0])
        turn = (np.diff(np.append(angle, angle[0])) + np.pi) % (2 * np.pi) - np.pi
        if abs(turn.sum()) > np.pi:
            return True
    return False


class TestGeometry:
    @pytest.mark.parametrize(
        ("a", "b"), [((22.5, 48.5), (40.0, 49.5)), ((33.5, 44.5), (31.0, 52.2)), ((24.0, 49.8), (37.8, 48.0))]
    )
    def test_distances_are_those_of_the_sphere(self, case, a, b):
        (own,) = [each for each in read_theatre(case).countries if each.name == "Ukraine"]
        project = conic(np.concatenate([np.array(ring) for ring in own.rings]))
        flat = np.hypot(*np.diff(project(np.array([a, b])), axis=0)[0])
        assert flat == pytest.approx(sphere(a, b), rel=0.005)

    def test_what_no_point_of_the_grid_lies_in_has_no_place_for_a_name(self):
        assert name_place([np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])], 20.0) is None


class TestChart:
    def test_the_reach_is_counted_on_the_sphere_too(self, case, chart):
        theatre = read_theatre(case)
        rings = {each.name: each.rings for each in theatre.countries}
        soil = np.concatenate([np.array(ring) for name in theatre.across for ring in rings[name]])
        rng, points = np.random.default_rng(0), []
        while len(points) < 400:
            x, sine = rng.uniform(22.0, 40.5), rng.uniform(*np.sin(np.radians([44.0, 52.5])))
            y = float(np.degrees(np.arcsin(sine)))
            if covered(rings["Ukraine"], x, y):
                points.append((x, y))
        # Corners lie densely enough on these borders that the nearest of them stands for the border.
        away = np.array([_nearest(point, soil) for point in points])
        for band in chart["reach"]["bands"]:
            assert band["share"] == pytest.approx(np.mean(away <= band["km"]), abs=0.07)

    def test_the_title_says_what_is_counted(self, case, chart):
        wide, close = (each["share"] for each in chart["reach"]["bands"])
        areas = [each.levers["area_km2"] for each in case.options.values() if each.levers["zone"]]
        least = min(areas) / case.number("country_area_km2")
        assert chart["title"].replace(FIRM, " ") == (
            f"Batteries in Russia and Belarus reach over {figure(100 * close)} to {figure(100 * wide)} % of Ukraine; "
            f"the zones cover {figure(100 * least)} to 100 % of it"
        )
        entry = case.assumptions["ring_km"]
        assert f"{figure(entry.then[0])} to {figure(entry.then[1])} km ({entry.basis})" in chart["caption"]

    def test_borders_say_of_when_they_are_and_whose(self, chart):
        assert "The borders are those of today." in chart["caption"]
        assert any("BSD-3-Clause" in note and "Natural Earth" in note for note in chart["notes"])

    def test_zones_are_words_and_levers(self, case, chart):
        shown = {label: each for each in chart["zones"] for label in each["labels"]}
        zones = [each for each in case.options.values() if each.levers["zone"]]
        assert set(shown) == {each.label for each in zones}
        for each in zones:
            share = each.levers["area_km2"] / case.number("country_area_km2")
            assert shown[each.label]["share"] == pytest.approx(share)
            words = shown[each.label]["words"]
            assert f"{percent(share)} of the country" in words
            assert f"{percent(each.levers['deep_in'])} of deep sorties inside" in words
            assert f"{each.label}" in chart["alternative"]

    def test_every_number_is_in_the_table(self, chart):
        names = [each["name"] for each in chart["columns"]]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in chart["rows"]}
        for band in chart["reach"]["bands"]:
            assert rows[f"Within {figure(band['km'])} km of soil outside"]["share"] == band["share"]
        for each in chart["zones"]:
            for label in each["labels"]:
                row = rows[label]
                assert row["share"] == each["share"]
                assert f"{percent(row['deep'])} of deep sorties" in each["words"]
                assert f"{figure(100 * row['reach_low'])} to {figure(100 * row['reach_high'])} %" in each["words"]

    def test_a_case_without_borders_has_no_map(self):
        assert map_chart(closedsky.load_case("deny-flight-1993")) is None
        assert map_chart(replace(_case(), path=None)) is None

    def test_what_a_person_set_is_what_is_shown(self, case, chart, inside):
        set_by = map_chart(case, "then", {"ring_km": (100.0, 150.0)})
        assert [each["km"] for each in set_by["reach"]["bands"]] == [150.0, 100.0]
        assert "100 to 150 km (set by you)" in set_by["caption"] and set_by["title"] != chart["title"]
        zone = next(name for name, each in case.options.items() if each.levers["zone"])
        half = map_chart(case, "then", None, {(zone, "area_km2"): case.number("country_area_km2") / 2})
        (shown,) = [each for each in half["zones"] if case.options[zone].label in each["labels"]]
        assert shown["share"] == pytest.approx(0.5) and half["reach"] == chart["reach"]
        assert half["rows"][shown["rows"][0]][-1] == "set by you" != chart["rows"][shown["rows"][0]][-1]
        none = map_chart(case, "then", None, {(zone, "zone"): 0.0})
        assert not any(case.options[zone].label in each["labels"] for each in none["zones"])
        fixed = map_chart(case, "then", {"ring_km": (120.0, 120.0)})
        (band,) = fixed["reach"]["bands"]
        assert "in every future" in band["words"] and "120 km (set by you)" in fixed["caption"]
        inside(drawing.draw(fixed, 390), 390)

    def test_without_a_range_of_the_reach_no_reach_is_drawn(self, case, inside):
        kept = {name: each for name, each in case.assumptions.items() if name != "ring_km"}
        chart = map_chart(replace(case, assumptions=kept))
        assert chart["reach"] is None and chart["title"].startswith("The zones cover")
        inside(drawing.draw(chart, 390), 390)

    def test_without_zones_the_map_stands_alone(self, case, inside):
        chart = map_chart(replace(case, options={"refuse": case.options["refuse"]}))
        assert chart["zones"] == [] and "zones" not in chart["title"]
        for width in (320, 960):
            inside(drawing.draw(chart, width), width)

    def test_a_zone_without_an_area_has_no_bar(self, case, inside):
        kept = {name: each for name, each in case.numbers.items() if name != "country_area_km2"}
        chart = map_chart(replace(case, numbers=kept))
        assert all(each["share"] is None for each in chart["zones"])
        json.dumps(chart, allow_nan=False)
        inside(drawing.draw(chart, 960), 960)


def _nearest(point, soil):
    x, y = np.radians(point)
    others = np.radians(soil)
    half = np.sin((others[:, 1] - y) / 2) ** 2
    half = half + np.cos(y) * np.cos(others[:, 1]) * np.sin((others[:, 0] - x) / 2) ** 2
    return float((2 * 6371.0 * np.arcsin(np.sqrt(half))).min())


class TestDrawing:
    @pytest.mark.parametrize("width", [320, 390, 960, 1440])
    @pytest.mark.parametrize("theme", ["light", "dark", "auto"])
    def test_it_stays_inside_and_is_xml(self, chart, width, theme, inside):
        json.dumps(chart, allow_nan=False)
        inside(drawing.draw(chart, width, theme), width)

    @pytest.mark.parametrize("width", [320, 390, 960, 1440])
    def test_whom_it_is_about_is_named_and_names_do_not_touch(self, chart, width):
        root = ElementTree.fromstring(drawing.draw(chart, width))
        names = {each["name"] for each in chart["countries"]}
        texts = {each.text: each for each in root.iter("{http://www.w3.org/2000/svg}text") if each.text in names}
        assert {"Ukraine", "Russia", "Belarus"} <= set(texts)
        at = [(float(each.get("x")), float(each.get("y")), len(name)) for name, each in texts.items()]
        for i, (x, y, long) in enumerate(at):
            assert all(abs(y - b) > 11 or abs(x - a) > 3 * (long + other) for a, b, other in at[i + 1 :])

    def test_two_widths_on_a_page_share_no_clip(self, chart):
        ids = [re.findall(r'clipPath id="([^"]+)"', drawing.draw(chart, width)) for width in (390, 960)]
        assert ids[0] != ids[1] and all(len(each) == 1 for each in ids)
        assert f"url(#{ids[0][0]})" in drawing.draw(chart, 390)

    def test_text_of_a_case_is_never_markup(self, case):
        option = replace(case.options["bluff"], label="<script>alert(1)</script> & co")
        text = drawing.draw(map_chart(replace(case, options={**case.options, "bluff": option})))
        assert "<script" not in text and "&lt;script&gt;" in text

"""Every mark of a drawing stands where its rows of the numbers table say, and is as large."""

import itertools
import re

import numpy as np
import pytest

from closedsky.showing.charts.scale import place
from closedsky.showing.drawing import draw_bare
from closedsky.showing.drawing.fan_chart import STRIPS
from closedsky.showing.drawing.ladder_chart import LEAST, TALL

from .marking import cells, drawn, marks_of

NEAR = 0.03
"""Pixels that coordinates of two decimals may be off."""


def test_a_number_of_an_option_stands_where_its_row_says(charts):
    """Ticks at medians and lengths of shares, on the axis that all options share."""
    (chart,) = charts["options-at-a-glance"]
    for _, _, marks in drawn(charts, "options-at-a-glance"):
        for measure in chart["measures"]:
            name = {"lives": "killed_median", "combat": "combat", "agree": "agree"}.get(
                measure["id"], f"{measure['id']}_median"
            )
            column = [each["name"] for each in chart["columns"]].index(name)
            at = []
            for mark in marks:
                if column in mark.columns and mark.all("rect"):
                    bar = mark.all("rect")[-1 if measure["form"] != "share" else 0]
                    x, long = float(bar.get("x")), float(bar.get("width"))
                    wanted = [place(measure["scale"], chart["rows"][row][column]) for row in mark.rows]
                    assert np.ptp(wanted) < 0.01
                    at.append((wanted[0], x + long / 2.0 if measure["form"] != "share" else x + max(long, 1.5)))
            on_a_line(at if measure["form"] != "share" else [each for each in at if each[0] > 0.02])


def on_a_line(points, off=NEAR):
    """Places in pixels are proportional to values."""
    values, places = np.array(points, float).T
    if len(points) > 2 and np.ptp(values) > 0.0:
        first, last = values.argmin(), values.argmax()
        slope = (places[last] - places[first]) / (values[last] - values[first])
        assert np.allclose(places, places[first] + slope * (values - values[first]), atol=off)


def box(mark):
    """Left and right of the invisible strip of a mark; None for other marks."""
    (one,) = mark.all("rect") if len(mark.all("rect")) == 1 else (None,)
    if one is None or one.get("class") != "hit":
        return None
    return float(one.get("x")), float(one.get("x")) + float(one.get("width"))


def points_of(path):
    return np.array([[float(each) for each in pair] for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d"))])


def test_strips_over_a_fan_lie_around_their_days(charts):
    for chart, _, marks in drawn(charts, "fan"):
        drawn_bands = [(panel, band) for panel in chart["panels"] for fan in panel["fans"] for band in fan["bands"]]
        bands = [mark for mark in marks if mark.all("path") and not mark.words]
        at = {}
        for mark, (panel, band) in zip(bands, drawn_bands, strict=True):
            rows = [cells(chart, row) for row in mark.rows]
            assert mark.rows == band["rows"] and [row["day"] for row in rows] == chart["days"]
            assert len({(row["option"], row["quantity"], row["path"]) for row in rows}) == 1
            # the median is the thickest line
            lines = [path for path in mark.all("path") if path.get("stroke-width")]
            xs, ys = points_of(max(lines, key=lambda path: float(path.get("stroke-width")))).T
            on_a_line([(row["day"], x) for row, x in zip(rows, xs, strict=True)])
            on_a_line([(place(panel["scale"], row["q50"]), y) for row, y in zip(rows, ys, strict=True)])
            at |= dict(zip(mark.rows, xs, strict=True))
        strips = [mark for mark in marks if box(mark)]
        assert 0 < len(strips) <= STRIPS * len(chart["panels"])
        for mark in strips:
            left, right = box(mark)
            assert all(left - NEAR <= at[row] <= right + NEAR for row in mark.rows)
            assert len({cells(chart, row)["day"] for row in mark.rows}) == 1
        for one, other in itertools.pairwise(strips):  # no gaps
            if cells(chart, one.rows[0])["day"] < cells(chart, other.rows[0])["day"]:
                assert box(one)[1] == pytest.approx(box(other)[0], abs=NEAR)


def test_strips_over_exchange_rates_lie_around_them(charts):
    for chart, _, marks in drawn(charts, "exchange-rates"):
        strips = [mark for mark in marks if box(mark)]
        dots = {
            row: float(mark.all("circle")[0].get("cx")) for mark in marks if mark.all("circle") for row in mark.rows
        }
        turning = {row for row in range(len(chart["rows"])) if cells(chart, row)["turns"] is not None}
        assert set(dots) == turning == {row for mark in strips for row in mark.rows}
        for mark in strips:
            left, right = box(mark)
            assert all(left - NEAR <= dots[row] <= right + NEAR for row in mark.rows)
        for panel in chart["panels"]:
            rows = [row for line in panel["lines"] for row in line["rows"][:1] if row in turning]
            on_a_line([(place(chart["weight"], cells(chart, row)["turns"]), dots[row]) for row in rows])


def test_letters_are_those_of_the_list(charts):
    for _, width, marks in drawn(charts, "exchange-rates"):
        letters = {tuple(mark.rows): mark.words for mark in marks if len(mark.words) == 1}
        assert bool(letters) == (width < 500.0)
        for mark in marks:
            if letters and len(mark.words) > 1:
                assert mark.words.startswith(letters[tuple(mark.rows)])


def test_columns_of_dots_are_rows_in_order(charts):
    for chart, _, marks in drawn(charts, "quantile-dots"):
        stacks: dict[tuple, list] = {}
        for mark in marks:
            if not mark.words:
                rows = [cells(chart, row) for row in mark.rows]
                assert {row["statistic"] for row in rows} == {"dot"} and len(rows) == len(mark.all("circle"))
                (key,) = {(row["outcome"], row["path"]) for row in rows}
                x = np.mean([float(dot.get("cx")) for dot in mark.all("circle")[:1] + mark.all("circle")[-1:]])
                stacks.setdefault(key, []).append(([row["value"] for row in rows], x))
        for panel in chart["panels"]:
            for plot in panel["plots"]:
                found = next(
                    of for key, of in stacks.items() if key[0] == panel["title"] and plot["path"] in (None, key[1])
                )
                assert [value for values, _ in found for value in values] == plot["dots"]
                assert all(a[1] < b[1] for a, b in itertools.pairwise(found))


def test_bands_of_a_ladder_are_as_thick_as_their_rows_and_join_their_nodes(charts):
    for chart, _, marks in drawn(charts, "ladder"):
        nodes = {}
        for mark in marks:
            for bar in mark.all("rect"):
                top = float(bar.get("y"))
                for row in map(lambda row: cells(chart, row), mark.rows):
                    if row["end"] is None:
                        nodes[row["path"], row["rung"], row["fate"]] = (top, top + float(bar.get("height")))
                        assert float(bar.get("height")) == pytest.approx(max(row["share"] * TALL, LEAST), abs=NEAR)
        bands = [mark for mark in marks if mark.all("path")]
        assert bands
        for mark in bands:
            row = cells(chart, *mark.rows)
            (path,) = mark.all("path")
            points = points_of(path)
            start, end, back, lower = points[0], points[3], points[4], points[-1]
            thick = max(row["share"] * TALL, LEAST)
            assert back[1] - end[1] == pytest.approx(thick, abs=NEAR) == lower[1] - start[1]
            for (_, y), node in ((start, (row["rung"], None)), (end, (None, row["fate"]))):
                low, high = nodes[row["path"], *node]
                assert low - NEAR <= y and y + row["share"] * TALL <= high + NEAR
            dark = float(path.get("fill-opacity")) > 0.5
            assert dark == (row["end"] == "still above it")


def test_lines_of_boxes_and_the_ring_are_where_their_rows_say(charts):
    for chart, _, marks in drawn(charts, "exploration"):
        names = [column["name"] for column in chart["columns"]]
        lines = [mark for mark in marks if mark.columns]
        assert len(lines) == 2 * len(chart["panels"])
        at = {}
        for mark in lines:
            assert names[mark.columns[0]] == "coverage"
            points = points_of(*mark.all("path"))
            for column, places in zip(mark.columns, points.T, strict=True):
                on_a_line([(chart["rows"][row][column], x) for row, x in zip(mark.rows, places, strict=True)])
            at |= {row: tuple(point) for row, point in zip(mark.rows, points, strict=True)}
        for mark in marks:
            if box(mark):
                assert all(box(mark)[0] - NEAR <= at[row][0] <= box(mark)[1] + NEAR for row in mark.rows)
            for ring in mark.all("circle"):
                (row,) = mark.rows
                assert (float(ring.get("cx")), float(ring.get("cy"))) == pytest.approx(at[row], abs=NEAR)


@pytest.mark.parametrize(
    ("kind", "column", "classes"),
    [
        ("deciding", "total", ("futures", "engagement", "naive")),
        ("region", "preferred", ("futures", "engagement")),
        ("theatre", "share", ("quiet",)),
    ],
)
def test_bars_are_as_long_as_their_rows_say(charts, kind, column, classes):
    for chart, _, marks in drawn(charts, kind):
        found = []
        for mark in marks:
            long = sum(float(bar.get("width")) for bar in mark.all("rect") if bar.get("class") in classes)
            values = {cells(chart, row)[column] for row in mark.rows}
            if long > 1.5:
                assert max(values) - min(values) < 1e-9
                found.append((values.pop(), long))
        assert len(found) > 2
        ratios = [long / value for value, long in found]
        assert max(ratios) == pytest.approx(min(ratios), rel=0.01)


def test_parts_of_a_toll_are_as_long_as_their_rows_say(charts):
    for chart, width, marks in drawn(charts, "harm-by-weapon"):
        found = []
        for mark in marks:
            if not mark.words:
                ((bar,), (row,)) = mark.all("rect"), mark.rows
                found.append((cells(chart, row)["mean"], float(bar.get("width"))))
                assert cells(chart, row)["part"] not in ("", "together")
        assert found and width
        on_a_line([each for each in found if each[1] > 1.0])


def test_areas_of_reach_are_as_wide_as_their_rows_say(charts):
    for chart, width, marks in drawn(charts, "theatre"):
        areas = [(mark, path) for mark in marks for path in mark.all("path")]
        assert len(areas) == 2
        for mark, path in areas:
            km = float(re.match(r"Within (\S+) km", cells(chart, *mark.rows)["what"]).group(1).replace(",", ""))
            room = 0.62 * width if width >= 840.0 else width
            assert float(path.get("stroke-width")) == pytest.approx(2.0 * km * room / chart["size"][0], rel=0.01)


def test_what_one_general_war_would_cost_is_of_its_row(charts):
    chart = charts["debate"][0]
    even = [mark for mark in marks_of(draw_bare(chart, 900.0, "a")) if cells(chart, mark.rows[0])["holds_low"] is None]
    assert even
    for mark in even:
        paths = {cells(chart, row)["path"] for row in mark.rows}
        assert mark.words.startswith("Bothpaths") if len(paths) > 1 else mark.words.lower().startswith(*paths)

"""Every mark of a drawing names the rows of the numbers table that it stands for, and no others."""

import copy
import itertools
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import pytest

import closedsky
from closedsky.commands.debate import read_debate
from closedsky.commands.readings import Request
from closedsky.futures.inputs import inputs_of
from closedsky.futures.recorded import predict
from closedsky.futures.run import run_paths
from closedsky.futures.zones import campaigns
from closedsky.reading.backtest import backtest
from closedsky.reading.choice import choice
from closedsky.reading.exploration import GROUP, TOLD, input_words
from closedsky.reading.held import Campaign
from closedsky.reading.words import figure, per_thousand, percent
from closedsky.reading.worth import Weights
from closedsky.reading.zones import hold_zones
from closedsky.showing.charts import backtest_strip
from closedsky.showing.charts.debate_chart import debate_chart
from closedsky.showing.charts.deciding_chart import deciding_chart
from closedsky.showing.charts.dots_chart import dots_chart
from closedsky.showing.charts.exchange_chart import exchange_chart
from closedsky.showing.charts.explore_chart import explore_chart
from closedsky.showing.charts.fan_chart import fan_chart
from closedsky.showing.charts.harm_chart import harm_chart
from closedsky.showing.charts.ladder_chart import ladder_chart
from closedsky.showing.charts.map_chart import map_chart
from closedsky.showing.charts.options_chart import options_chart
from closedsky.showing.charts.region_chart import region_chart
from closedsky.showing.charts.scale import place
from closedsky.showing.compact import compact
from closedsky.showing.drawing import KINDS, draw_bare
from closedsky.showing.drawing.fan_chart import STRIPS
from closedsky.showing.drawing.ladder_chart import LEAST, TALL
from closedsky.showing.svg import marked, rect

SVG = "{http://www.w3.org/2000/svg}"
FUTURES = 512
WIDTHS = [358.0, 900.0, 1440.0]
NEAR = 0.03
"""Pixels that coordinates of two decimals may be off."""
RUN = r"\d+(-\d+)?"


@lru_cache
def _case():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def _run():
    return run_paths(_case(), FUTURES, options=("refuse", "refuse-surge", "corridors", "full-zone", "bluff"))


@lru_cache
def _zones():
    rng, ran = np.random.default_rng(0), []
    for case in campaigns()[:3]:
        values = {}
        for key, entry in case.recorded.items():
            if entry.quantity is not None:
                stated = next(each for each in (entry.value, entry.low, entry.high) if each is not None)
                values[key] = np.where(entry.yes_or_no, rng.random(64) < 0.5, stated * np.exp(rng.normal(size=64)))
                values[key] = np.minimum(values[key], 1.0) if entry.unit == "share" else values[key]
        ran.append(Campaign(case, values, {key: rng.random(64) < 0.7 for key in values}, {}))
    return hold_zones(ran, campaigns()[:3], futures=64, seed=0, view="then")


@pytest.fixture(scope="session")
def charts(summary, explored):
    """Charts of every kind, each also as it is where both paths to general war give the same."""
    case, run = _case(), _run()
    found = choice(run, inputs_of(run["contest"]), [Weights(), Weights(1000.0), Weights(10_000.0)])
    alike = replace(found, paths=dict.fromkeys(found.paths, found.paths["contest"]))
    same = replace(explored, paths=dict.fromkeys(explored.paths, explored.paths["contest"]))
    predicted = predict(case, FUTURES)
    held = backtest(case, predicted.values, predicted.on, view="then", seed=0)
    contested = {key: case.contested[key] for key in ("raised-deaths", "direct-combat", "general-war", "blocked")}
    debated = read_debate(replace(case, contested=contested), Request(case.id, futures=FUTURES, view="then"), contested)
    claim = debated.claim("raised-deaths")
    views = replace(
        claim,
        views={"then": claim.views["then"], "now": dict.fromkeys(claim.views["then"], claim.views["then"]["contest"])},
    )
    return {
        "options-at-a-glance": [options_chart(summary)],
        "exchange-rates": [exchange_chart(found), exchange_chart(alike)],
        "region": [region_chart(found), region_chart(alike)],
        "quantile-dots": [dots_chart(run, "full-zone"), dots_chart(run, "refuse", ["killed", "lives_rate_effect"])],
        "fan": [fan_chart(run, ["full-zone"]), fan_chart(run)],
        "ladder": [ladder_chart(run, "full-zone"), ladder_chart(run, "refuse")],
        "exploration": [explore_chart(explored)],
        "deciding": [deciding_chart(explored), deciding_chart(explored, "size"), deciding_chart(same)],
        "debate": [
            debate_chart(debated, case),
            debate_chart(replace(debated, claims=(views,), futures={"then": FUTURES, "now": 100}), case),
        ],
        "harm-by-weapon": [harm_chart(run, held, ["full-zone"]), harm_chart(run, None, ["full-zone"])],
        "backtest-strip": [backtest_strip(held), backtest_strip(_zones())],
        "theatre": [map_chart(case)],
    }


@dataclass(frozen=True)
class Mark:
    """Rows and columns that a group names, the words in it, and those before it; blanks are left out."""

    rows: list
    columns: list
    words: str
    before: str
    element: ElementTree.Element

    def all(self, name):
        return list(self.element.iter(f"{SVG}{name}"))


def indexes(text):
    runs = [[int(end) for end in run.split("-")] for run in (text or "").split()]
    return [index for run in runs for index in range(run[0], run[-1] + 1)]


def squeezed(text):
    return re.sub(r"\s", "", text)


def marks_of(svg):
    found, before = [], ""
    for each in ElementTree.fromstring(svg).iter():
        if each.get("data-r") is not None:
            words = squeezed("".join("".join(one.itertext()) for one in each.iter(f"{SVG}text")))
            found.append(Mark(indexes(each.get("data-r")), indexes(each.get("data-c")), words, before, each))
        if each.tag == f"{SVG}text":
            before += squeezed("".join(each.itertext()))
    return found


def cells(chart, row):
    return dict(zip([column["name"] for column in chart["columns"]], chart["rows"][row], strict=True))


def drawn(charts, kind):
    return [(chart, width, marks_of(draw_bare(chart, width, "a"))) for chart in charts[kind] for width in WIDTHS]


def last_of(before, names):
    """Which of some headings stands last in what was said before."""
    return max(names, key=lambda name: before.rfind(squeezed(name)))


# what is named ----------------------------------------------------------------------------------------------------


def test_there_is_a_chart_of_every_kind(charts):
    assert set(charts) == set(KINDS) and all(chart["kind"] == kind for kind in charts for chart in charts[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_every_mark_names_rows_and_columns_that_there_are(charts, kind):
    for chart, _, marks in drawn(charts, kind):
        assert marks
        for mark in marks:
            assert mark.element.tag == f"{SVG}g" and set(mark.element.keys()) <= {"data-r", "data-c"}
            assert len(mark.element) and not mark.element.findall(".//*[@data-r]")
            for name, found, many in (("r", mark.rows, chart["rows"]), ("c", mark.columns, chart["columns"])):
                text = mark.element.get(f"data-{name}")
                assert text is None or re.fullmatch(rf"{RUN}( {RUN})*", text)
                assert found == sorted(set(found)) and all(0 <= each < len(many) for each in found)
                assert not any(b == a + 2 for a, b in zip(*(indexes_alone(text)[i:] for i in (0, 2)), strict=False))


def indexes_alone(text):
    """Numbers that are not written as runs; of three that follow each other there are none."""
    return [int(run) for run in (text or "").split() if "-" not in run]


@pytest.mark.parametrize("kind", KINDS)
def test_a_smaller_picture_names_the_same(charts, kind):
    for chart, width, marks in drawn(charts, kind):
        after = marks_of(compact(draw_bare(chart, width, "a"), {}))
        said = [[(mark.rows, mark.columns, mark.words, mark.before) for mark in each] for each in (marks, after)]
        assert said[0] == said[1]
        assert all(len(mark.element) for mark in after)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_that_does_not_say_its_rows_is_drawn_without_marks(charts, kind):
    def bare(given):
        if isinstance(given, dict):
            keep = {key: each for key, each in given.items() if key not in ("rows", "even_rows") or holds(each)}
            return {key: bare(each) for key, each in keep.items()}
        return [bare(each) for each in given] if isinstance(given, list) else given

    def holds(rows):
        """Whether these are the rows of a panel, and not indexes."""
        return not rows or isinstance(rows[0], dict)

    chart = charts[kind][0]
    assert marks_of(draw_bare(bare(copy.deepcopy(chart)) | {"rows": []}, 900.0, "a")) == []


def test_groups_are_not_merged():
    parts = [*marked([rect("ink", 1, 1, 2, 2)], [0]), *marked([rect("ink", 1, 4, 2, 2)], [1]), rect("ink", 1, 7, 2, 2)]
    svg = compact(f'<svg xmlns="{SVG[1:-1]}">\n' + "".join(f"{part}\n" for part in parts) + "</svg>\n", {})
    assert [mark.rows for mark in marks_of(svg)] == [[0], [1]]
    assert [each.get("d") for each in ElementTree.fromstring(svg).iter(f"{SVG}path")] == [
        "M1 1h2v2h-2Z", "M1 4h2v2h-2Z", "M1 7h2v2h-2Z",
    ]  # fmt: skip


# what is reached --------------------------------------------------------------------------------------------------


LEFT_OUT = {
    "backtest-strip": lambda row, chart: row["restates"] is not None,  # says the same as a row that is drawn
    "deciding": lambda row, chart: (
        row["label"] not in {each["name"] for each in chart["rows_drawn"]}  # not told from nothing, or not among ten
    ),
    "exploration": lambda row, chart: (
        row["density"] is None  # an empty box, or an input
        and (row["item"].startswith(GROUP) or not (row["total"] or 0.0) > TOLD * (row["error"] or 0.0))
    ),
    "region": lambda row, chart: row["preferred"] == 0.0,  # preferred nowhere
}
"""Rows of the numbers table that no drawing has."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_that_is_drawn_can_be_reached(charts, kind):
    for chart, _, marks in drawn(charts, kind):
        named = {row for mark in marks for row in mark.rows}
        left_out = LEFT_OUT.get(kind, lambda *_: False)
        wanted = {row for row in range(len(chart["rows"])) if not left_out(cells(chart, row), chart)}
        assert named == wanted, [chart["rows"][row] for row in named ^ wanted]


def test_every_number_of_every_option_can_be_reached(charts):
    (chart,) = charts["options-at-a-glance"]
    reference = next(each for each in chart["options"] if not each["cells"]["lives"]["lanes"])
    for _, _, marks in drawn(charts, "options-at-a-glance"):
        named = {(row, column) for mark in marks for row in mark.rows for column in mark.columns}
        for row, (label, _, *numbers) in enumerate(chart["rows"]):
            for column, number in enumerate(numbers, 2):
                # the option that others are measured against has no change of its own, in words instead
                own = label == reference["label"] and chart["columns"][column]["name"].startswith("killed")
                assert ((row, column) in named) == (number is not None and not own)


# what it says -----------------------------------------------------------------------------------------------------


def of_options(chart, row):
    (option,) = [each for each in chart["options"] if each["label"] == row["option"]]
    lanes = [lane for cell in option["cells"].values() for lane in cell["lanes"]]
    return [row["option"], *(lane["words"] for lane in lanes if lane["path"] in (None, row["path"]))]


def of_exchange(chart, row):
    if row["against"] is None:
        return [row["option"], "nothing: the others are measured against it"]
    panels = [panel for panel in chart["panels"] if panel["path"] in (None, row["path"])]
    return [row["option"], *(x["words"] for panel in panels for x in panel["lines"] if x["label"] == row["option"])]


def of_region(chart, row):
    return [f"{row['option']}{per_thousand(row['preferred'])}"] if row["preferred"] else []


def of_dots(chart, row):
    if row["statistic"] == "dot":
        return []
    (panel,) = [panel for panel in chart["panels"] if panel["title"] == row["outcome"]]
    return [plot["sentence"] for plot in panel["plots"] if plot["path"] in (None, row["path"])]


def of_fan(chart, row):
    if row["day"] < chart["days"][-1]:
        return [row["option"]]
    middle = percent(row["q50"] / 100.0) if row["unit"] == "percent" else figure(row["q50"])
    return [row["option"], f"median {middle}"]


def of_ladder(chart, row):
    if row["rung"] and row["fate"]:
        return []
    panel = next(each for each in chart["panels"] if row["path"] in (each["path"], "both paths"))
    rungs = [each for each in panel["rungs"] if each["name"] == row["rung"]]
    if row["end"]:
        return [f"{each['words']} back: {each['back']}" if each["back"] else each["words"] for each in rungs]
    fates = [each for each in panel["fates"] if each["name"] == row["fate"]]
    return [f"{each['name']} {each['words']}" for each in (rungs or fates)]


def of_explore(chart, row):
    if row["of"] == "box":
        return []
    return [f"{input_words(_case(), row['item'])}{100 * row['total']:.0f} %"]


def of_deciding(chart, row):
    (each,) = [each for each in chart["rows_drawn"] if each["name"] == row["label"]]
    bars = [
        bar["words"] if bar else "not told"
        for bar, path in zip(each["bars"], chart["paths"], strict=True)
        if path["path"] == row["path"] or path["title"] == "Both paths"
    ]
    return [row["label"], *bars]


def of_debate(chart, row):
    (claim,) = [each for each in chart["claims"] if each["id"] == row["claim"]]
    if row["holds_low"] is None:
        even = figure(row["break_even"]) if row["break_even"] is not None else "too few to weigh"
        return [even]
    sides = [per_thousand(row[f"{side}_low"]) for side in ("holds", "opposite")]
    alike = any(x["label"] in ("both paths", f"{row['asked']}, both paths") for x in claim["rows"])
    return [*sides, "both paths" if alike else row["path"]]


def of_harm(chart, row):
    if row["part"]:
        (bar,) = [
            b for b in chart["toll"]["bars"] if b["label"] == row["item"] and (b["path"] or "both") == row["path"]
        ]
        parts = [part["words"] for part in bar["parts"] if part["name"] == row["part"]]
        return parts or [f"{row['item']}", bar["sentence"]]
    return [row["item"], f"predicted {figure(row['median'])}"]


def of_strip(chart, row):
    middle = [f"predicted {figure(row['median'])}"] if row["median"] is not None and row["median"] >= 100.0 else []
    return [f"recorded {row['record']}", *middle]


def of_map(chart, row):
    share = [percent(row["share"])] if row["share"] is not None else []
    reach = re.match(r"Within \S+ km", row["what"])
    return [reach.group(0)[1:] if reach else row["what"], *share]


SAID = {
    "backtest-strip": of_strip,
    "debate": of_debate,
    "deciding": of_deciding,
    "exchange-rates": of_exchange,
    "exploration": of_explore,
    "fan": of_fan,
    "harm-by-weapon": of_harm,
    "ladder": of_ladder,
    "options-at-a-glance": of_options,
    "quantile-dots": of_dots,
    "region": of_region,
    "theatre": of_map,
}
"""What marks say in words of a row of the numbers table, found by its names and numbers."""


@pytest.mark.parametrize("kind", KINDS)
def test_words_of_marks_are_those_of_their_rows(charts, kind):
    for chart, _, marks in drawn(charts, kind):
        said: dict[int, str] = {}
        for mark in marks:
            for row in mark.rows:
                said[row] = said.get(row, "") + mark.words
                wanted = [squeezed(words) for words in SAID[kind](chart, cells(chart, row))]
                letter = kind == "exchange-rates" and len(mark.words) == 1
                assert letter or not mark.words or any(words in mark.words for words in wanted), (mark.words, wanted)
        for row, words in said.items():
            for each in SAID[kind](chart, cells(chart, row)):
                assert squeezed(each) in words, (each, words)


HEADINGS = {
    "backtest-strip": lambda row: row["panel"],
    "debate": lambda row: row["ledger"],
    "harm-by-weapon": lambda row: row["panel"] if not row["part"] else "true count: mean of",
    "region": lambda row: f"who weighs {row['weights']}",
}
"""What stands last above a mark."""


@pytest.mark.parametrize("kind", HEADINGS)
def test_marks_stand_below_the_heading_of_their_rows(charts, kind):
    for chart, _, marks in drawn(charts, kind):
        headings = [HEADINGS[kind](cells(chart, row)) for row in range(len(chart["rows"]))]
        for mark in marks:
            assert {headings[row] for row in mark.rows} == {last_of(mark.before, headings)}


def test_paths_stand_below_their_names_in_the_region(charts):
    for chart, _, marks in drawn(charts, "region"):
        for mark in marks:
            title = last_of(mark.before, ["Contest path", "Engagement path", "Both paths"])
            paths = {cells(chart, row)["path"] for row in mark.rows}
            assert paths == ({"contest", "engagement"} if title == "Both paths" else {title.split()[0].lower()})


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

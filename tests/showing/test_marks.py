"""Every mark of a drawing names the rows of the numbers table that it stands for, and no others."""

import copy
import re
from xml.etree import ElementTree

import pytest

from closedsky.reading.exploration import GROUP, TOLD, input_words
from closedsky.reading.words import figure, per_thousand, percent
from closedsky.showing.compact import compact
from closedsky.showing.drawing import KINDS, draw_bare
from closedsky.showing.svg import marked, rect

from .marking import SVG, case_of, cells, drawn, last_of, marks_of, squeezed

RUN = r"\d+(-\d+)?"


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


def of_regret(chart, row):
    error = [f"± {figure(row['error'], 1)}"] if row["error"] else []
    return [row["option"], figure(row["regret"]), *error]


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
    return [f"{input_words(case_of(), row['item'])}{100 * row['total']:.0f} %"]


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
    "regret": of_regret,
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

"""All options at a glance: the chart says what the run says, and stays on its page."""

import csv
import io
import json
from dataclasses import replace

import pytest

from closedsky.futures.results import Estimate
from closedsky.reading.measures import LIVES
from closedsky.reading.statistics import Share, Spread
from closedsky.showing import drawing
from closedsky.showing.charts.chart import to_csv
from closedsky.showing.charts.options_chart import KIND, options_chart
from closedsky.showing.charts.scale import cut
from closedsky.showing.drawing.options_chart import draw_options_chart
from closedsky.showing.numbers import change_within, per_thousand, percent, share_within

NAN = float("nan")
WIDTHS = [320, 390, 960, 1440]


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_options_chart)


def option(summary, name, **changes):
    """A run of one option or more, of which one's numbers are others."""

    def other(entry):
        paths = {
            path: replace(of, spreads={**of.spreads, **changes.get("spreads", {})}, **changes.get("shares", {}))
            for path, of in entry.paths.items()
        }
        return replace(entry, paths=paths, **changes.get("entry", {}))

    return replace(summary, options=tuple(other(each) if each.id == name else each for each in summary.options))


def cell(chart, name, measure):
    (found,) = [each["cells"][measure] for each in chart["options"] if each["id"] == name]
    return found


def test_title_and_caption_are_of_the_data(summary):
    chart = options_chart(summary)
    others = [of for entry in summary.options if entry.id != summary.reference for of in entry.paths.values()]
    means = sorted((of.spreads[LIVES].mean for of in others), key=lambda mean: mean.value)
    ends = [change_within(mean).replace(" fewer", "").replace(" more", "") for mean in (means[0], means[-1])]
    assert f"Against {summary.option(summary.reference).label}: from {ends[0]} fewer civilians killed" in chart["title"]
    assert f"to {ends[1]} more on average" in chart["title"]
    every = [of for entry in summary.options for of in entry.paths.values()]
    combat = sorted(of.direct_combat.value.value for of in every)
    assert f"in {per_thousand(combat[0])} to {per_thousand(combat[-1])} of 1,000 futures" in chart["title"]
    held = [of.spreads["held"].median for of in every]
    assert (
        f"a median {percent(min(held)).removesuffix(' %')} to {percent(max(held))} of the country" in chart["caption"]
    )
    assert "general war" not in chart["title"] + chart["caption"] and "!" not in chart["caption"]


def test_every_option_of_the_case_is_told_in_words_as_the_terminal_words_it(summary, printed):
    chart = options_chart(summary)
    assert [each["label"] for each in chart["options"]] == [entry.label for entry in summary.options]
    screen = printed()
    for entry in summary.options:
        assert f"{entry.label}: civilians killed: " in chart["alternative"]
        for lane in cell(chart, entry.id, "lives")["lanes"]:
            assert lane["words"] in screen and lane["words"] in chart["alternative"]
        for of in entry.paths.values():
            assert share_within(of.direct_combat) in {x["words"] for x in cell(chart, entry.id, "combat")["lanes"]}


def test_what_has_no_number_says_why(summary):
    chart = options_chart(summary)
    for entry in summary.options:
        reference = entry.id == summary.reference
        assert bool(cell(chart, entry.id, "lives")["words"]) == reference
        assert (cell(chart, entry.id, "cost")["words"] == "no zone") == (not entry.zone)
        assert (cell(chart, entry.id, "agree")["words"] == "nobody need agree") == (entry.feasibility is None)


def test_paths_stand_apart_only_where_they_read_differently(summary):
    chart = options_chart(summary)
    lanes = [each["cells"][measure]["lanes"] for each in chart["options"] for measure in each["cells"]]
    assert any(len(each) == 2 for each in lanes)
    for each in lanes:
        if len(each) == 2:
            assert [lane["path"] for lane in each] == list(summary.paths)
            assert each[0]["words"] + each[0]["ends"] != each[1]["words"] + each[1]["ends"]
        elif each:
            assert each[0]["path"] is None
    assert "Two bars: the contest path above the engagement path" in chart["caption"]
    alike = replace(
        summary,
        options=tuple(
            replace(entry, paths=dict.fromkeys(entry.paths, next(iter(entry.paths.values()))))
            for entry in summary.options
        ),
    )
    assert "The contest and engagement paths to general war give the same numbers." in options_chart(alike)["caption"]


def test_every_number_is_in_the_table(summary):
    rows = list(csv.DictReader(io.StringIO(to_csv(options_chart(summary)))))
    assert len(rows) == len(summary.options) * len(summary.paths)
    for entry in summary.options:
        for path, of in entry.paths.items():
            (row,) = [row for row in rows if (row["option"], row["path"]) == (entry.label, path)]
            lives = of.spreads[LIVES]
            numbers = [float(row[f"killed_{key}"]) for key in ("mean", "error", "low", "median", "high")]
            assert numbers == [lives.mean.value, lives.mean.error, lives.low, lives.median, lives.high]
            assert float(row["combat"]) == pytest.approx(1000.0 * of.direct_combat.value.value)
            assert float(row["held_high"]) == pytest.approx(100.0 * of.spreads["held"].high)
            assert (row["cost_median"] == "") == (not entry.zone)
            if entry.feasibility:
                assert float(row["agree"]) == pytest.approx(1000.0 * entry.feasibility.agree.value.value)


def test_means_and_medians_are_seen_and_a_cut_band_is_said(summary):
    chart = options_chart(summary)
    scale = chart["measures"][0]["scale"]
    lanes = [lane for each in chart["options"] for lane in each["cells"]["lives"]["lanes"]]
    assert not any(cut(scale, lane[key]) for lane in lanes for key in ("mean", "median"))
    beyond = any(cut(scale, lane[key]) for lane in lanes for key in ("low", "high"))
    assert beyond == chart["notes"][0].startswith("Arrow heads")
    vast = Spread(Estimate(-100.0, 5.0), -1e6, -50.0, 0.0)
    note = options_chart(option(summary, "full-zone", spreads={LIVES: vast}))["notes"][0]
    assert note.startswith("Arrow heads") and "-1,000,000 to" in note


def test_few_futures_are_counted_and_the_brackets_explained(summary):
    few = Share(Estimate(0.003, 0.001), 3, 1000, 0.0006, 0.0087)
    chart = options_chart(option(summary, "bluff", shares={"direct_combat": few}))
    (lane,) = cell(chart, "bluff", "combat")["lanes"]
    assert lane["words"] == "[3] 0.6-8.7" and (lane["low"], lane["high"]) == pytest.approx((0.6, 8.7))
    assert any(note.startswith("[n]") for note in chart["notes"])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_drawing_stays_inside_and_is_xml(summary, width, theme, inside):
    chart = options_chart(summary)
    json.dumps(chart, allow_nan=False)
    text = drawing.draw(chart, width, theme)
    root = inside(text, width)
    shown = "".join(root.itertext())
    assert all("".join(measure["title"].split()) in "".join(shown.split()) for measure in chart["measures"])
    assert "contest" in shown and "engagement" in shown and "<script" not in text and "href" not in text


def test_labels_are_words_and_never_markup(summary):
    label = "<script>alert(1)</script> & co"
    named = option(summary, "bluff", entry={"label": label})
    text = drawing.draw(options_chart(named), 390)
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "full-zone" not in text and LIVES not in text


@pytest.mark.parametrize("width", WIDTHS)
def test_odd_runs_are_drawn(summary, width, inside):
    nothing = Spread(Estimate(NAN, NAN), NAN, NAN, NAN)
    none = Share(Estimate(NAN, NAN), 0, 0, NAN, NAN)
    same = Spread(Estimate(0.0, 0.0), 0.0, 0.0, 0.0)
    taken = summary.option(summary.reference)
    spreads = dict.fromkeys((LIVES, "held", "cost"), nothing)
    failed = option(summary, "bluff", spreads=spreads, shares={"direct_combat": none})
    alone = replace(failed, options=(failed.option("bluff"),))
    odd = [
        failed,
        alone,
        replace(summary, options=(taken,)),
        replace(summary, options=(summary.option("full-zone"),)),
        replace(option(summary, "bluff", spreads={LIVES: same}), options=(taken, summary.option("bluff"))),
        replace(summary, options=(replace(taken, paths={"contest": taken.paths["contest"]}),)),
    ]
    for run in odd:
        chart = options_chart(run)
        json.dumps(chart, allow_nan=False)
        inside(drawing.draw(chart, width), width)


def test_a_change_of_nobody_and_one_number_are_worded(summary):
    taken, same = summary.option(summary.reference), Spread(Estimate(0.0, 0.0), 0.0, 0.0, 0.0)
    still = option(summary, "bluff", spreads={LIVES: same})
    title = options_chart(replace(still, options=(taken, still.option("bluff"))))["title"]
    assert f"Against {taken.label}: no change in civilians killed on average; direct combat in" in title
    assert options_chart(replace(summary, adoption="feasible"))["caption"].startswith("Each option adopted only where")

"""The chart of exchange rates says what the reading says, and its lines cross nothing where it says."""

import csv
import io
import json
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest

import closedsky
from closedsky.futures.inputs import inputs_of
from closedsky.futures.results import Estimate
from closedsky.futures.run import run_paths
from closedsky.reading.choice import PathChoice, choice
from closedsky.reading.exchange import Rate
from closedsky.showing import drawing
from closedsky.showing.charts.chart import to_csv
from closedsky.showing.charts.exchange_chart import KIND, exchange_chart
from closedsky.showing.drawing.exchange_chart import draw_exchange_chart
from closedsky.showing.numbers import within

NAN = float("nan")


@lru_cache
def made():
    results = run_paths(closedsky.load_case("ukraine-2022"), 512)
    return choice(results, inputs_of(next(iter(results.values()))))


@pytest.fixture
def found():
    return made()


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_exchange_chart)


def rate(fewer, other, lives, combat, turns=None, error=1.0):
    return Rate(fewer, other, Estimate(lives, error), Estimate(combat, 0.001), turns and Estimate(turns, 2.0))


def path(*rates, dominated=None):
    return PathChoice(rates, dominated or {}, (), 0, ())


def invented(found, *paths):
    labels = {"refuse": "Refuse", "zone": "Zone", "bluff": "Bluff"}
    return replace(found, labels=labels, paths=dict(zip(("contest", "engagement"), paths, strict=False)))


def against(found, path):
    return [each for each in found.paths[path].rates if found.reference in (each.fewer, each.other)]


def test_the_title_counts_what_turns_and_names_both_ends(found):
    every = [each for path in found.paths for each in against(found, path) if each.turns]
    rates = sorted((each.turns for each in every), key=lambda turns: turns.value)
    many = len({name for each in every for name in (each.fewer, each.other)} - {found.reference})
    title = exchange_chart(found)["title"]
    assert title.startswith(f"Against {found.labels[found.reference]}, preference turns for {many} of 10 options")
    assert f"at {within(rates[0])} to {within(rates[-1])} lives" in title


def test_a_line_is_nothing_at_its_exchange_rate(found):
    chart = exchange_chart(found)
    turning = [line for panel in chart["panels"] for line in panel["lines"] if line["turns"] is not None]
    assert turning
    for line in turning:
        assert line["lives"] - line["turns"] * line["combat"] == pytest.approx(0.0, abs=1e-6 * abs(line["lives"]))
        assert line["turns"] + line["turns_error"] <= chart["weight"]["domain"][1]
        assert f"turns at {within(Estimate(line['turns'], line['turns_error']))} lives" in line["words"]


def test_an_option_that_kills_more_lies_below_nothing(found):
    chart = exchange_chart(invented(found, path(rate("refuse", "zone", 100.0, 0.1, 1000.0))))
    (line,) = chart["panels"][0]["lines"]
    assert (line["option"], line["lives"], line["combat"]) == ("zone", -100.0, -0.1)
    assert line["words"] == "100 more ± 1; turns at 1,000 ± 2 lives"


def test_caption_and_words_say_who_is_dominated_and_what_never_turns(found):
    rates = rate("zone", "refuse", 500.0, 0.5, 1000.0), rate("bluff", "refuse", 0.5, 0.0)
    one = path(*rates, dominated={"refuse": (), "zone": ("bluff", "refuse"), "bluff": ()})
    other = path(*rates, dominated={"refuse": (), "zone": (), "bluff": ()})
    chart = exchange_chart(invented(found, one, other))
    assert chart["panels"][0]["said"] == ["Zone: dominated by Bluff; Refuse."]
    assert chart["panels"][1]["said"] == ["No option is dominated by another."]
    assert "Not told apart in lives: Bluff." in chart["caption"]
    assert all(line["words"] in chart["alternative"] for panel in chart["panels"] for line in panel["lines"])
    assert "best" not in json.dumps(chart) and "!" not in chart["title"] + chart["caption"]


def test_what_is_told_apart_on_one_path_only_is_said_so(found):
    told = path(rate("zone", "refuse", 500.0, 0.0))
    chart = exchange_chart(invented(found, told, path(rate("zone", "refuse", 0.5, 0.0))))
    assert "Told apart in lives on one path only: Zone." in chart["caption"]
    assert "preference is told to turn at no weight" in chart["title"]
    assert "Turns at no weight: Zone." in exchange_chart(invented(found, told))["caption"]


def test_the_same_on_both_paths_is_one_panel(found):
    same = path(rate("zone", "refuse", 500.0, 0.5, 1000.0))
    (panel,) = exchange_chart(invented(found, same, same))["panels"]
    assert panel["path"] is None and panel["title"] == "Contest and engagement path alike"
    assert len(exchange_chart(invented(found, same, path(rate("zone", "refuse", 500.0, 0.4, 1250.0))))["panels"]) == 2


def test_every_drawn_number_is_in_the_table(found):
    chart = exchange_chart(found)
    rows = list(csv.DictReader(io.StringIO(to_csv(chart))))
    for panel in chart["panels"]:
        for line in panel["lines"]:
            (row,) = [row for row in rows if (row["path"], row["option"]) == (panel["path"], line["label"])]
            assert float(row["fewer_killed"]) == line["lives"] and float(row["fewer_error"]) == line["error"]
            assert float(row["combat_added"]) == pytest.approx(1000.0 * line["combat"])
            assert (float(row["turns"]) if row["turns"] else None) == line["turns"]
    for path_, of in found.paths.items():
        for name, by in of.dominated.items():
            (row,) = [row for row in rows if (row["path"], row["option"]) == (path_, found.labels[name])]
            assert row["dominated_by"] == "; ".join(found.labels[each] for each in by)


@pytest.mark.parametrize("width", [320, 390, 960, 1440])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_drawing_stays_inside_and_names_do_not_touch(found, width, theme, inside):
    chart = exchange_chart(found)
    json.dumps(chart, allow_nan=False)
    text = drawing.draw(chart, width, theme)
    assert "<script" not in text and "href" not in text
    root = inside(text, width)
    columns = {}
    for each in root.iter():
        if each.tag.endswith("text") and each.get("class", "").startswith("small ink") and not each.get("text-anchor"):
            columns.setdefault(each.get("x"), []).append(float(each.get("y")))
    assert all(b - a > 13.9 for ys in columns.values() for a, b in pairwise(sorted(ys)))


def test_rates_that_differ_hugely_are_on_a_logarithmic_axis_and_it_is_said(found):
    rates = rate("zone", "refuse", 500.0, 0.005, 100_000.0), rate("bluff", "refuse", 250.0, 0.5, 500.0)
    chart = exchange_chart(invented(found, path(*rates)))
    low, high = chart["weight"]["domain"]
    assert chart["weight"]["form"] == "log" and low <= 500.0 and high >= 100_002.0
    assert "bends the lines" in chart["caption"] and "bends the lines" not in exchange_chart(found)["caption"]
    marks = ElementTree.fromstring(drawing.draw(chart, 960)).iter()
    assert any((each.get("d") or "").count("L") > 20 for each in marks)


def test_labels_are_words_and_never_markup(found):
    text = drawing.draw(exchange_chart(replace(found, labels={**found.labels, "bluff": "<script>x</script> & co"})))
    assert "<script" not in text and "&lt;script&gt;" in text
    assert "full-zone" not in text


@pytest.mark.parametrize(
    "paths",
    [
        [path(rate("zone", "refuse", 0.0, 0.0, error=0.0))],
        [path(rate("zone", "refuse", NAN, NAN, error=NAN))],
        [path(rate("zone", "refuse", 500.0, 0.5, 1000.0, error=NAN), rate("bluff", "refuse", 3.0, 0.9, 3.3))],
        [path(rate("zone", "refuse", 90.0, 0.001, 90_000.0), rate("refuse", "bluff", 3.0, -0.9))],
    ],
)
def test_odd_readings_are_drawn(found, paths, inside):
    chart = exchange_chart(invented(found, *paths))
    json.dumps(chart, allow_nan=False)
    for width in (320, 960):
        inside(drawing.draw(chart, width), width)


def test_a_letter_means_the_same_option_in_every_panel(found):
    one = path(rate("zone", "refuse", 500.0, 0.5, 1000.0), rate("bluff", "refuse", 300.0, 0.0))
    other = path(rate("zone", "refuse", 500.0, 0.0), rate("bluff", "refuse", 300.0, 0.5, 600.0))
    root = ElementTree.fromstring(drawing.draw(exchange_chart(invented(found, one, other)), 390))
    shown = [each.text for each in root.iter() if each.tag.endswith("text") and "small ink" in each.get("class", "")]
    named = [(a, b) for a, b in pairwise(shown) if b in ("Refuse", "Zone", "Bluff")]
    assert len(named) == 6 and set(named) == {("A", "Bluff"), ("B", "Refuse"), ("C", "Zone")}

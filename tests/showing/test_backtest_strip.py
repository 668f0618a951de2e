import csv
import dataclasses
import io
import itertools
import json
import math
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.futures.zones import campaigns
from closedsky.reading.backtest import RATIO, backtest
from closedsky.reading.held import Campaign
from closedsky.reading.record import Chance, Number
from closedsky.reading.words import per_thousand
from closedsky.reading.zones import Zones, hold_zones
from closedsky.showing.charts import backtest_strip, to_csv
from closedsky.showing.charts.backtest_strip import MANY_MISSES, _words
from closedsky.showing.charts.scale import choose_scale, cut, place
from closedsky.showing.charts.strip_rows import COLUMNS

FUTURES = 64


def predictions(case, off=1.0):
    """Numbers around the record, times `off`, without a model."""
    rng = np.random.default_rng(len(case.id))
    values = {}
    for key, entry in case.recorded.items():
        if entry.quantity is None:
            continue
        stated = next(each for each in (entry.value, entry.low, entry.high) if each is not None)
        spread = np.exp(rng.normal(0.0, 1.0, FUTURES))
        values[key] = (rng.random(FUTURES) < 0.5) * 1.0 if entry.yes_or_no else stated * spread * off
        if entry.unit == "share":
            values[key] = np.minimum(values[key], 1.0)
    kept = rng.random(FUTURES) < 0.7
    return values, {key: kept for key in values}


@lru_cache
def zones(off=1.0):
    ran = [Campaign(case, *predictions(case, off), {}) for case in campaigns()]
    return hold_zones(ran, campaigns(), futures=FUTURES, seed=0, view="then")


@pytest.fixture(scope="module")
def single(case):
    return backtest(case, *predictions(case, 30.0), view="then", seed=0)


@pytest.fixture(scope="module", params=["right", "far off", "one case"])
def found(request, single):
    return {"right": zones(), "far off": zones(30.0), "one case": single}[request.param]


def rows_of(chart):
    return [row for panel in chart["panels"] for row in panel["rows"]]


def compared(found):
    """Everything that is compared: item, title of its panel or none, what counts, whether it is said again."""
    if hasattr(found, "campaigns"):
        return [
            (one.item, each.backtest.title, one.reading, one.again)
            for each in found.campaigns
            for one in each.held
            if one.reading is not None
        ]
    return [(item, None, item.reading, found.again(item)) for item in found.items if item.reading is not None]


def test_every_entry_of_a_chart_is_there_and_plain(found):
    chart = backtest_strip(found)
    wanted = "schema kind title caption alternative view view_words version disclaimer columns rows panels notes marks"
    assert set(wanted.split()) <= set(chart)
    assert json.loads(json.dumps(chart, allow_nan=False)) == chart
    assert chart["schema"] == "closedsky-chart/1" and chart["kind"] == "backtest-strip"
    assert "Not a forecast" in chart["disclaimer"] and chart["view_words"].startswith("then: what ")
    assert ("later ones too" in chart["view_words"]) == isinstance(found, Zones)
    assert "calibrated" not in json.dumps(chart).lower()
    assert chart == backtest_strip(found)


def test_what_is_drawn_is_what_is_compared_each_fact_once(found):
    chart = backtest_strip(found)
    drawn = {(panel["id"], row["id"]) for panel in chart["panels"] for row in panel["rows"]}
    once = [item for item, _, _, again in compared(found) if not again]
    assert len(drawn) == len(once) == len(rows_of(chart))
    assert {name for _, name in drawn} == {item.id for item in once}
    left = [note for note in chart["notes"] if note.startswith("On record and not drawn")]
    again = len(compared(found)) - len(once)
    assert bool(again) == any(f"{again} that say the same" in note for note in left)


def test_title_and_subtitles_count_what_the_reading_counts(found):
    chart = backtest_strip(found)
    if hasattr(found, "campaigns"):
        counts = [each.coverage for each in found.campaigns]
        better, of = found.better(Number)
        assert f"{better} of {of} are foreseen better" in chart["title"]
        for each, panel in zip(found.campaigns, chart["panels"], strict=True):
            assert f"{each.coverage.most} of {each.coverage.of} numbers inside" in panel["subtitle"]
    else:
        counts = [found.coverage()]
    inside, of = sum(count.most for count in counts), sum(count.of for count in counts)
    assert f" {inside} of {of} recorded numbers fall where 9 in 10 " in chart["title"]
    if hasattr(found, "campaigns") and found.kept is not None:
        assert f"kept in {per_thousand(found.kept[0])} to {per_thousand(found.kept[1])} of 1,000" in chart["title"]
        assert any("(by construction)" in row["label"] for panel in chart["panels"] for row in panel["rows"])


def test_every_miss_is_named_with_its_word_and_nothing_else_is(found):
    chart = backtest_strip(found)
    said = {(row["id"], row["miss"]) for row in rows_of(chart) if row["miss"]}
    assert said == {(item.id, each.verdict) for item, _, each, again in compared(found) if each.missed and not again}
    assert {word for _, word in said} <= {"above", "below", "rare"}
    missed = [(panel, row) for panel in chart["panels"] for row in panel["rows"] if row["miss"]]
    named = [
        f"{row['name']} ({panel['title']}: {row['miss']})"
        if hasattr(found, "campaigns")
        else f"{row['name']} ({row['miss']})"
        for panel, row in missed
    ]
    if len(missed) > MANY_MISSES:
        assert f"{_words(len(missed)).capitalize()} are missed; each says how" in chart["caption"]
    else:
        assert all(name in chart["caption"] for name in named)
        assert chart["caption"].count(": above)") + chart["caption"].count(": below)") <= len(missed)
    assert ("Nothing is missed." in chart["caption"]) == (not said)


def test_the_alternative_says_every_panel(found):
    chart = backtest_strip(found)
    for panel in chart["panels"]:
        assert f"{panel['title']}: {panel['subtitle']}" in chart["alternative"]


def test_a_number_is_in_order_inside_its_axis_and_in_its_words(found):
    chart = backtest_strip(found)
    for panel in chart["panels"]:
        for row in panel["rows"]:
            words = "".join(piece for piece, _ in row["sentence"])
            assert words.startswith(f"recorded {row['record']['text']}; ")
            if row["form"] == "share":
                assert 0.0 <= row["predicted"]["share"] <= 1.0 and "so in" in words
                continue
            scale = panel["scale"] or row["scale"]
            bands = row["predicted"]
            marks = [
                bands["band_90"][0],
                bands["band_50"][0],
                bands["median"],
                bands["band_50"][1],
                bands["band_90"][1],
            ]
            assert marks == sorted(marks)
            low, high = row["record"]["low"], row["record"]["high"]
            assert low <= high and not cut(scale, low) and not cut(scale, high)
            miss = "above" if low > marks[-1] else "below" if high < marks[0] else None
            assert row["miss"] == miss
            assert not cut(scale, marks[-1])


def test_how_many_futures_count_is_said(single):
    found = zones()
    chart = backtest_strip(found)
    assert "of which those count in which the zone is kept up" in chart["caption"]
    for each, panel in zip(found.campaigns, chart["panels"], strict=True):
        counts = {one.item.still_on.count for one in each.held if one.item.war_on is not None}
        words = [f"{count} of {FUTURES} futures count" in panel["subtitle"] for count in counts]
        assert words == ([True] if len(counts) == 1 else [False] * len(counts))
    assert "those count whose war is still on by then" in backtest_strip(single)["caption"]
    whole = [
        Campaign(case, predictions(case)[0], {k: np.ones(FUTURES, bool) for k in case.recorded}, {})
        for case in campaigns()
    ]
    every = backtest_strip(hold_zones(whole, campaigns(), futures=FUTURES, seed=0, view="then"))
    assert "of which" not in every["caption"] and not any("count" in panel["subtitle"] for panel in every["panels"])


def test_an_axis_of_aircraft_has_whole_ticks():
    for row in rows_of(backtest_strip(zones())):
        if row["form"] == "number" and row["unit"] == "aircraft":
            assert all(tick["value"] == round(tick["value"]) for tick in row["scale"]["ticks"]), row["scale"]


def test_shares_are_shown_in_percent(single):
    chart = backtest_strip(single)
    (panel,) = (panel for panel in chart["panels"] if panel["id"] == "held")
    assert panel["unit"] == "percent" and panel["scale"]["domain"][1] <= 100.0
    entry = single.item(panel["rows"][0]["id"]).entry
    assert panel["rows"][0]["record"]["high"] == pytest.approx(100.0 * (entry.high or entry.value))


def test_one_panel_for_each_quantity_of_a_case_with_one_axis_and_its_dates(single):
    panels = {panel["id"]: panel for panel in backtest_strip(single)["panels"]}
    assert list(panels) == [*single.quantities, "events"]
    assert [row["label"] for row in panels["killed"]["rows"]][1] == "Mar 2022"
    assert all(
        panels[name]["scale"] and not any(row["scale"] for row in panels[name]["rows"])
        for name in panels
        if name != "events"
    )
    assert all(row["derived"] for row in panels[RATIO]["rows"])


def test_csv_has_every_compared_item_and_comes_back_as_it_went(found):
    chart = backtest_strip(found)
    lines = list(csv.DictReader(io.StringIO(to_csv(chart))))
    assert len(lines) == len(chart["rows"]) == len(compared(found))
    names = [name for name, _, _ in COLUMNS]
    for line, row in zip(lines, chart["rows"], strict=True):
        assert line["about"] == chart["disclaimer"] and line["version"] == chart["version"] and line["view"] == "then"
        for name, cell in zip(names, row, strict=True):
            if isinstance(cell, float):
                assert float(line[name]) == cell
            else:
                assert line[name] == ("" if cell is None else str(cell))


def test_the_table_says_what_the_reading_says():
    found = zones()
    chart = backtest_strip(found)
    table = {
        (row[0], row[1]): dict(zip((c["name"] for c in chart["columns"]), row, strict=True)) for row in chart["rows"]
    }
    for campaign in found.campaigns:
        for held in campaign.held:
            if held.reading is None:
                continue
            cells = table[campaign.backtest.title, held.item.entry.label]
            assert cells["skill"] == (None if held.skill is None else pytest.approx(held.skill, rel=1e-5))
            assert cells["restates"] == held.item.entry.restates
            if isinstance(held.reading, Chance):
                assert cells["share"] == pytest.approx(held.reading.share.value.value, abs=1e-6)
            else:
                assert cells["median"] == pytest.approx(held.reading.median.value, rel=1e-5)
            if isinstance(held.naive, Number):
                assert cells["naive_90_low"] == pytest.approx(held.naive.most[0], rel=1e-5)


def test_text_of_a_case_cannot_become_a_formula():
    chart = backtest_strip(zones())
    for start in ("=1+1", "+1", "-1", "@x", "\tx"):
        chart["rows"][0][1] = start
        assert next(csv.DictReader(io.StringIO(to_csv(chart))))["item"] == f"'{start}"


def test_one_campaign_and_no_number_have_titles_of_their_own():
    whole = zones()
    alone = dataclasses.replace(whole, campaigns=whole.campaigns[:1])
    chart = backtest_strip(alone)
    assert chart["title"].startswith(f"{whole.campaigns[0].backtest.title}: ")
    assert "each campaign" not in chart["caption"] + " ".join(chart["notes"])
    assert whole.campaigns[0].backtest.title not in chart["caption"] and "in one panel." in chart["alternative"]
    first = whole.campaigns[0]
    kept = tuple(each for each in first.held if isinstance(each.reading, Chance))
    bare = dataclasses.replace(first, held=kept)
    chart = backtest_strip(dataclasses.replace(whole, campaigns=(bare,)))
    assert chart["title"].endswith(": what is on record, and in how many futures it happens")


# scales -----------------------------------------------------------------------------------------------------------

values = st.floats(0.0, 1e12, allow_nan=False).filter(lambda x: x == 0.0 or x > 1e-9)


@given(st.lists(values, min_size=1, max_size=7), st.lists(values, max_size=3))
def test_a_scale_is_monotone_and_shows_what_it_must(needed, wanted):
    scale = choose_scale(needed, wanted)
    low, high = scale["domain"]
    assert low < high and scale["ticks"]
    ordered = sorted([*needed, *wanted, low, high])
    places = [place(scale, value) for value in ordered]
    assert all(0.0 <= each <= 1.0 for each in places)
    assert all(a <= b for a, b in itertools.pairwise(places))
    assert not cut(scale, max(needed))
    positive = [value for value in needed if value > 0.0]
    logarithmic = bool(positive) and max(positive) > 10.0 * min(positive)
    assert scale["form"] == ("log" if logarithmic else "linear")
    if logarithmic:
        deepest = max(min(positive), max(positive) / 1e6)
        assert all(not cut(scale, value) for value in needed if value == 0.0 or value >= deepest)
        assert place(scale, deepest) > place(scale, 0.0) or 0.0 not in needed
    else:
        assert all(not cut(scale, value) for value in needed)
    ticks = [place(scale, tick["value"]) for tick in scale["ticks"]]
    assert ticks == sorted(ticks) and all(not cut(scale, tick["value"]) for tick in scale["ticks"])


@given(st.floats(1e-6, 1e6), st.floats(1.5, 1e5))
def test_a_logarithmic_scale_gives_equal_ratios_equal_room(start, ratio):
    scale = choose_scale([start, start * 1e6])
    a, b, c = (place(scale, start * 1e6 ** (k / 2)) for k in range(3))
    assert scale["form"] == "log" and b - a == pytest.approx(c - b, abs=1e-9)


def test_what_is_wanted_does_not_squash_what_is_needed():
    scale = choose_scale([100.0, 2000.0], [1e-200, 1e200])
    assert place(scale, 2000.0) - place(scale, 100.0) > 0.25
    assert cut(scale, 1e200) and cut(scale, 1e-200)
    scale = choose_scale([100.0, 140.0], [0.0, 1e9])
    assert place(scale, 140.0) - place(scale, 100.0) > 0.3


@pytest.mark.parametrize("limits", [(0.0, 1.0), (0.0, 100.0)])
def test_a_linear_scale_stays_where_the_unit_allows(limits):
    low, high = choose_scale([limits[1]], [], limits)["domain"]
    assert low >= limits[0] and high == limits[1]
    assert choose_scale([0.0], [], limits)["domain"][0] == 0.0


@pytest.mark.parametrize("bad", [([], []), ([math.nan], []), ([1.0], [math.inf])])
def test_a_scale_needs_finite_values(bad):
    with pytest.raises(ValueError, match="finite"):
        choose_scale(*bad)

"""The heat map of regret says what the reading holds, and names no winner."""

import json
import re
from dataclasses import replace
from functools import lru_cache

import pytest

import closedsky
from closedsky.futures.inputs import inputs_of
from closedsky.futures.results import Estimate
from closedsky.futures.run import run_paths
from closedsky.reading.choice import choice
from closedsky.reading.regret import along
from closedsky.reading.words import figure
from closedsky.reading.worth import Weights, worth
from closedsky.showing import drawing
from closedsky.showing.charts.regret_chart import regret_chart

WEIGHTS = [Weights(), Weights(1000.0)]


@lru_cache
def _found():
    case = closedsky.load_case("ukraine-2022")
    results = run_paths(case, 1024, options=["refuse", "refuse-surge", "corridors", "full-zone"])
    return choice(results, inputs_of(results["contest"]), WEIGHTS)


@pytest.fixture
def found():
    return _found()


def changed(found, change, paths=("contest", "engagement")):
    """The reading with other regrets: `change` gets an option, a part and what stands there."""
    made = {}
    for path in paths:
        judged = tuple(
            replace(
                each,
                along=tuple(
                    replace(
                        one,
                        regrets={
                            name: tuple(change(name, part, cell) for part, cell in enumerate(row))
                            for name, row in one.regrets.items()
                        },
                    )
                    for one in each.along
                ),
            )
            for each in found.paths[path].judged
        )
        made[path] = replace(found.paths[path], judged=judged)
    return replace(found, paths=made)


def cells(chart):
    return [
        (panel, block, option, part, cell)
        for panel in chart["panels"]
        for block in panel["blocks"]
        for option in block["options"]
        for part, cell in enumerate(option["cells"])
    ]


@pytest.mark.parametrize("weights", WEIGHTS)
def test_cells_are_those_of_the_reading_and_of_the_table(found, weights):
    chart = regret_chart(found, weights)
    names = [each["name"] for each in chart["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in chart["rows"]]
    assert len(rows) == 2 * 2 * 4 * 4 == sum(len(cell["rows"]) for *_, cell in cells(chart))
    for panel, block, option, part, cell in cells(chart):
        for row in (rows[i] for i in cell["rows"]):
            (judged,) = [each for each in found.paths[row["path"]].judged if each.weights == weights]
            (one,) = [x for x in judged.along if found.case.assumptions[x.name].label == row["assumption"]]
            (name,) = [name for name, label in found.labels.items() if label == row["option"] == option["label"]]
            regret = one.regrets[name][part]
            assert (row["regret"], row["error"]) == (regret.value, regret.error)
            assert (row["low"], row["high"]) == one.ends[part : part + 2]
            assert cell["words"] == figure(regret.value) and block["title"].startswith(row["assumption"])
            assert panel["title"] in (f"{row['path'].capitalize()} path", "Both paths")
            assert row["combat"] == weights.combat
            assert cell["told"] == (row["told"] == "yes") == (regret.value > 2.0 * regret.error)


def test_the_most_is_the_darkest_and_nothing_is_pale(found):
    chart = regret_chart(found, WEIGHTS[1])
    place = [each["name"] for each in chart["columns"]].index("regret")
    shown = [(cell["strength"], chart["rows"][cell["rows"][0]][place]) for *_, cell in cells(chart)]
    assert max(shown)[0] == 1.0 and min(shown) == (0.0, 0.0)
    assert [value for _, value in sorted(shown)] == sorted(value for _, value in shown)
    assert f" {figure(max(value for _, value in shown))} ± " in chart["title"]


def test_the_title_counts_options_and_names_none(found):
    def best(*names, error=1.0):
        return lambda name, part, _: Estimate(0.0 if name == names[part % len(names)] else 50.0, error)

    def title(change):
        return regret_chart(changed(found, change), WEIGHTS[0])["title"]

    most = "at most 50 ± 1 lives' worth is forgone"
    assert title(best("refuse")) == f"3 of 4 options are told to be worth less than another in every part; {most}"
    assert title(best("refuse", "full-zone", "corridors")) == (
        f"One of 4 options is told to be worth less than another in every part; {most}"
    )
    assert title(best("refuse", error=40.0)).startswith("No option is told to be worth less than another in every part")
    assert title(lambda *_: Estimate(0.0, 0.0)) == "In no part is one of 4 options worth more than another"
    assert not any(label in title(best("refuse")) for label in found.labels.values())


def test_exchanging_two_options_exchanges_what_is_said(found):
    swap = {"refuse": "full-zone", "full-zone": "refuse"}
    held = {(n, p): Estimate(float(10 * p + len(n)), 1.0) for n in found.labels for p in range(4)}
    one = regret_chart(changed(found, lambda n, p, _: held[n, p]), WEIGHTS[0])
    other = regret_chart(changed(found, lambda n, p, _: held[swap.get(n, n), p]), WEIGHTS[0])
    said = {(b["title"], o["label"], p): c["words"] for _, b, o, p, c in cells(one)}
    labels = {found.labels[a]: found.labels[b] for a, b in swap.items()}
    for _, block, option, part, cell in cells(other):
        assert cell["words"] == said[block["title"], labels.get(option["label"], option["label"]), part]


def test_numbers_that_are_the_same_are_shown_once(found):
    found = replace(found, paths=dict.fromkeys(found.paths, found.paths["contest"]))
    chart = regret_chart(changed(found, lambda name, part, _: Estimate(float(part), 0.1)), WEIGHTS[0])
    assert [panel["title"] for panel in chart["panels"]] == ["Both paths"]
    assert all(len(cell["rows"]) == 2 for *_, cell in cells(chart))


def test_the_alternative_text_has_every_number(found):
    chart = regret_chart(found, WEIGHTS[0])
    for _, _, option, _, cell in cells(chart):
        assert f"{option['label']} {cell['words']}" in chart["alternative"]


def test_the_caption_says_whose_weights_and_which_assumptions(found):
    for weights, words in zip(WEIGHTS, ("lives alone", "1,000 lives for a future with direct combat"), strict=True):
        chart = regret_chart(found, weights)
        assert f"For somebody who weighs {words}:" in chart["caption"]
        for block in chart["panels"][0]["blocks"]:
            assert block["title"].rpartition(" (")[0][1:] in chart["caption"]


@pytest.mark.parametrize("width", [320, 390, 600, 960, 1440])
@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_it_stays_inside_and_is_xml(found, width, theme, inside):
    inside(drawing.draw(regret_chart(found, WEIGHTS[1]), width, theme), width)


@pytest.mark.parametrize("value", [0.0, 1e-9, 12_345_678.0])
@pytest.mark.parametrize("paths", [("contest",), ("contest", "engagement")])
def test_edges(found, value, paths, inside):
    chart = regret_chart(changed(found, lambda *_: Estimate(value, value), paths), WEIGHTS[0])
    json.dumps(chart, allow_nan=False)
    for width in (320, 960):
        inside(drawing.draw(chart, width), width)


def test_futures_too_few_to_be_cut_give_words_and_no_picture(found, inside):
    bare = replace(
        found,
        paths={
            path: replace(each, judged=tuple(replace(one, along=()) for one in each.judged))
            for path, each in found.paths.items()
        },
    )
    chart = regret_chart(bare, WEIGHTS[0])
    assert "No assumption can be cut" in chart["title"] and chart["rows"] == []
    inside(drawing.draw(chart, 390), 390)


def test_weights_that_were_not_read_are_refused(found):
    with pytest.raises(ValueError, match=r"weighs 7\.0 lives"):
        regret_chart(found, Weights(7.0))


def test_paths_that_tell_apart_other_cells_are_both_shown(found):
    found = replace(found, paths=dict.fromkeys(found.paths, found.paths["contest"]))
    one = changed(found, lambda *_: Estimate(20.0, 9.9)).paths["contest"]
    other = changed(found, lambda *_: Estimate(20.0, 10.1)).paths["engagement"]
    chart = regret_chart(replace(found, paths={"contest": one, "engagement": other}), WEIGHTS[0])
    assert len(chart["panels"]) == 2


def test_ends_of_parts_read_apart(found):
    (first, *_), *_ = (each.along for each in found.paths["contest"].judged)
    narrow = replace(first, ends=(0.5, 0.501, 0.502, 0.503, 0.504))
    judged = tuple(replace(each, along=(narrow,)) for each in found.paths["contest"].judged)
    chart = regret_chart(replace(found, paths={"contest": replace(found.paths["contest"], judged=judged)}), WEIGHTS[0])
    heads = chart["panels"][0]["blocks"][0]["heads"]
    assert len(set(heads)) == 4 and heads[1].startswith("0.501 to 0.502")


def test_it_is_along_the_two_that_are_most_worth_knowing(found):
    results = run_paths(found.case, 1024, options=list(found.labels))
    inputs = inputs_of(results["contest"])
    for path, of in found.paths.items():
        for each in of.judged:
            worths = {name: worth(results[path], name, each.weights) for name in found.labels}
            split = [along(name, inputs.column(name), worths, 32) for name in of.deciding]
            told = [one.name for one in each.along]
            assert len(told) == 2 and set(told) <= set(of.deciding)
            gains = {one.name: one.gain for one in split}
            assert min(gains[name] for name in told) >= max(
                (gain for name, gain in gains.items() if name not in told), default=0.0
            )


def test_large_worths_are_short_enough_for_a_cell(found, inside):
    chart = regret_chart(changed(found, lambda *_: Estimate(7.64e11, 8e8)), WEIGHTS[1])
    assert {(cell["words"], cell["error"]) for *_, cell in cells(chart)} == {("760 bn", "± 800 m")}
    inside(drawing.draw(chart, 390), 390)


def test_text_of_a_case_is_never_markup(found):
    labels = {**found.labels, "refuse": "<script>alert(1)</script> & co"}
    text = drawing.draw(regret_chart(replace(found, labels=labels), WEIGHTS[0]))
    assert "<script" not in text and re.search("&lt;script&gt;", text)

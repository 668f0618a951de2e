"""The screen and the picture of an exploration say what it holds."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from closedsky.futures.results import Estimate
from closedsky.reading.conditions import amount, inside
from closedsky.reading.exploration import PathExploration, input_words
from closedsky.reading.shapley import Effects
from closedsky.reading.words import per_thousand, percent
from closedsky.showing.charts.chart import to_csv
from closedsky.showing.charts.explore_chart import explore_chart
from closedsky.showing.drawing import draw
from closedsky.showing.explore_screen import show_exploration
from closedsky.showing.terminal import Screen


def effects():
    share = np.array([0.6, 0.3, 0.1, 0.0])
    names = ("all of deterrence", "all of luck", "all of harm", "all of dependence")
    return Effects(names, share, np.full(4, 0.02), 0.5, 0.25, 512, 10_000)


@pytest.fixture(scope="module")
def found(explored):
    return explored


def shown(found, width=80):
    file = io.StringIO()
    show_exploration(Screen(file, width, False), found, "closedsky explore X", "X")
    return file.getvalue()


def test_the_sentence_is_of_the_numbers(found):
    one = found.paths["contest"].found
    said = found.summary()
    assert f"Contest path: it happens in {per_thousand(one.base.value)} of 1,000 futures" in said
    assert f"in {per_thousand(one.density.value)} of 1,000 of those with" in said
    assert f"({percent(one.step.mass)} of all, and {percent(one.coverage.value)} of those in which it happens)" in said
    for name, ends in (("substitutable", "below"), ("loss_deep", "above")):
        limit = next(each for each in one.limits if each.name == name)
        entry = found.case.assumptions[name]
        value = limit.below if ends == "below" else limit.above
        assert f"{inside(entry.label)} {ends} {amount(value, entry.unit)}" in said and name not in said
    assert said.startswith(f"{found.case.options['full-zone'].label}: {found.asked}. ") and "`" not in said
    assert "40 ± 3 % of whether it happens is luck, which no study could remove." in said


@pytest.mark.parametrize("width", [80, 100])
def test_the_screen_fits_and_has_every_number_that_it_should(found, width):
    text = shown(found, width)
    assert all(len(line) <= width for line in text.splitlines())
    flat = " ".join(text.split())
    one = found.paths["contest"].found
    for limit in one.limits:
        assert limit.name in flat and found.case.assumptions[limit.name].label.split()[0] in flat
    assert f"would reach {percent(one.ceiling[0])} to {percent(one.ceiling[1])}" in flat
    assert "25 ± 2 % 50 ± 2 %" in flat  # first and total of `substitutable`
    assert "Common cause: how much" in flat
    assert "Intercept" not in flat  # an index that is not told from nothing
    assert "Luck" in flat and "40 ± 3 %" in flat and "10 ± 3 %" in flat


def test_the_same_on_both_paths_is_said_once(found):
    same = replace(found, paths={"contest": found.paths["contest"], "engagement": found.paths["contest"]})
    assert "On both paths it happens in" in same.summary() and "Engagement path" not in same.summary()


def test_a_count_of_two_options_is_a_range_and_says_why(found):
    one = replace(found.paths["contest"].found, apart=(Estimate(0.1, 0.01), Estimate(0.2, 0.01)))
    both = replace(found, where="killed < killed[refuse]", paths={"contest": PathExploration(one)})
    low, high = per_thousand(0.1), per_thousand(one.base.value)
    assert f"it happens in {low} to {high} of 1,000 futures" in both.summary()
    assert f"in {low} to {high} of 1,000 futures" in explore_chart(both)["title"]
    assert "over shared to independent envelopes" in " ".join(shown(both).split())
    assert "As a condition (--where): killed < killed[refuse]" in " ".join(shown(both).split())
    paired = replace(found, where="lives_rate_effect < 0")
    assert "with luck of their own it would be another" in " ".join(shown(paired).split())


def test_shapley_effects_are_shown_with_what_their_draws_are(found):
    now = PathExploration(found.paths["contest"].found, None, effects(), None, 0.41)
    flat = " ".join(shown(replace(found, view="now", paths={"contest": now}, outcome=None)).split())
    assert "30 ± 2 % of whether it happens is luck." in flat
    assert "Common causes" in flat and "60 ± 2 %" in flat and "No Sobol' indices" in flat
    assert "It happens in 410 of 1,000 of them" in flat


def test_where_luck_is_not_told_it_is_said_so(found):
    weak = replace(effects(), share=np.array([0.7, -0.01, 0.2, 0.11]))
    now = replace(found, paths={"contest": PathExploration(found.paths["contest"].found, None, weak)})
    assert "The share of luck in it is not told from nothing (-1 ± 2 %)." in now.summary()


def test_groups_are_not_taken_for_assumptions(found):
    assert input_words(found.case, "all of dependence") == "Common causes"
    assert input_words(found.case, "dependence") == found.case.assumptions["dependence"].label


class TestChart:
    def test_title_and_captions_are_of_the_data(self, found):
        chart = explore_chart(found)
        shares = sorted(each.found.base.value for each in found.paths.values())
        assert f"in {per_thousand(shares[0])} to {per_thousand(shares[1])} of 1,000 futures" in chart["title"]
        assert f": {found.asked}, in " in chart["title"] and found.where not in chart["title"]
        one = found.paths["contest"].found
        panel = chart["panels"][0]
        assert f"In {per_thousand(one.density.value)} of 1,000" in panel["subtitle"]
        assert len(panel["limits"]) == len(one.limits)
        for limit in one.limits:
            assert any(found.case.assumptions[limit.name].label in words for words in panel["limits"])
            assert found.case.assumptions[limit.name].label in chart["alternative"]
        assert panel["ceiling"] == list(one.ceiling)

    def test_boxes_are_those_that_were_peeled(self, found):
        one = found.paths["contest"].found
        boxes = explore_chart(found)["panels"][0]["boxes"]
        assert len(boxes) == one.peels + 1
        assert [box["density"] for box in boxes] == [other.density for _, other in one.trajectory[: one.peels + 1]]
        assert [i for i, box in enumerate(boxes) if box["chosen"]] == [one.chosen]

    def test_bars_are_told_from_nothing_and_luck_comes_first(self, found):
        bars = explore_chart(found)["panels"][0]["bars"]
        assert bars[0]["name"] == "Luck" and bars[0]["luck"]
        assert [bar["total"] for bar in bars[1:]] == [0.5, 0.3, 0.2, 0.15, 0.1]
        assert not any("all of" in bar["name"] for bar in bars)

    def test_every_number_is_in_the_table(self, found):
        rows = list(csv.DictReader(io.StringIO(to_csv(explore_chart(found)))))
        boxes = [row for row in rows if row["path"] == "contest" and row["of"] == "box"]
        assert len(boxes) == found.paths["contest"].found.peels + 1
        (one,) = [row for row in rows if row["path"] == "contest" and row["item"] == "tolerance"]
        assert (float(one["share"]), float(one["total"]), float(one["error"])) == (0.15, 0.3, 0.02)
        assert all(row["view"] == "then" for row in rows)

    @pytest.mark.parametrize("width", [320, 390, 960, 1440])
    @pytest.mark.parametrize("theme", ["light", "dark", "auto"])
    @pytest.mark.parametrize("coverage", [0.05, 0.6, 0.97])
    def test_the_drawing_stays_inside_and_is_xml(self, found, width, theme, coverage, inside):
        chart = explore_chart(found)
        chart["panels"][0]["final"]["coverage"] = coverage
        inside(draw(chart, width, theme), width)

    def test_text_of_a_case_is_never_markup(self, found):
        entry = found.case.assumptions["substitutable"].model_copy(update={"label": "<script>alert(1)</script> & co"})
        case = replace(found.case, assumptions={**found.case.assumptions, "substitutable": entry})
        text = draw(explore_chart(replace(found, case=case)))
        assert "<script" not in text and "&lt;script&gt;" in text

    def test_nothing_found_is_drawn_too(self, found):
        silent = replace(
            found.paths["engagement"].found, step=None, density=None, coverage=None, mass=None, limits=(), ceiling=None
        )
        chart = explore_chart(replace(found, paths={"contest": PathExploration(silent)}))
        assert chart["panels"][0]["bars"] == [] and "No limits tell" in chart["panels"][0]["subtitle"]
        ElementTree.fromstring(draw(chart, 390))

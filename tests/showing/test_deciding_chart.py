"""The chart of what decides: of the data, with what each assumption rests on, luck apart, and dependence respected."""

import csv
import io
import json
import re
from dataclasses import replace
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import pytest

import closedsky
from closedsky.cases.schema import BASIS_MEANING
from closedsky.futures.results import Estimate, Inputs
from closedsky.reading.discovery import discover
from closedsky.reading.exploration import Exploration, PathExploration
from closedsky.reading.shapley import Effects
from closedsky.reading.sobol import Indices
from closedsky.showing import drawing
from closedsky.showing.charts.chart import to_csv
from closedsky.showing.charts.deciding_chart import KIND, MOST, deciding_chart
from closedsky.showing.charts.deciding_words import about_words, by_basis, ends_of
from closedsky.showing.drawing.deciding_chart import UNTOLD, draw_deciding_chart

NAMES = ("substitutable", "tolerance", "loss_deep", "harm_deep", "q_repeat", "intercept")
LATENT = "adversary_resolve"
TOTAL = (0.5, 0.3, 0.2, 0.1, 0.02, 0.0, 0.15, 0.8)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_deciding_chart)


def indices(luck=0.4, total=TOTAL, first=0.5):
    names = (*NAMES, LATENT, "all of deterrence")
    total = np.array(total)
    error = np.full(len(names), 0.02)
    return Indices(names, first * total, total, error, error, 0.5, 0.25, (luck, 0.03), 1024, 0)


def effects(luck=0.3):
    names = ("all of deterrence", "all of luck", "all of harm", "all of dependence")
    return Effects(names, np.array([0.7 - luck, luck, 0.3, 0.0]), np.full(4, 0.02), 0.5, 0.25, 512, 10_000)


@lru_cache
def shipped():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def boxes():
    rng = np.random.default_rng(0)
    given = Inputs(NAMES, rng.random((512, len(NAMES))), (), np.empty((512, 0)))
    return discover(given, (rng.random(512) < 0.3).astype(float), permuted=2, resampled=2)


def exploration(*whether, **more):
    case = shipped()
    paths = {
        path: PathExploration(boxes(), None, each, each)
        for path, each in zip(("contest", "engagement"), whether, strict=False)
    }
    given = {"view": "then", "outcome": "killed", "where": "direct_combat and killed < 100"} | more
    return Exploration(case, futures=512, seed=0, option="full-zone", paths=paths, **given)


def found():
    return exploration(indices(), indices(0.1, (0.3, 0.4, 0.01, 0.1, 0.02, 0.0, 0.15, 0.8)))


def label(name):
    return shipped().assumptions[name].label


def test_rows_are_what_is_told_luck_first_then_by_size():
    made = deciding_chart(found())
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    names = [row["name"] for row in made["rows_drawn"]]
    assert names[0] == "Luck" and made["rows_drawn"][0]["luck"]
    assert names[1:4] == [label("substitutable"), label("tolerance"), label("loss_deep")]
    assert label("intercept") not in names and not any("all of" in name for name in names)
    assert "no study could remove" in made["rows_drawn"][0]["about"]
    third = made["rows_drawn"][3]["bars"]
    assert third[0]["total"] == 0.2 and third[0]["words"] == "20 ± 2 %" and third[1] is None
    assert UNTOLD in drawing.draw(made)


def test_each_assumption_says_its_basis_and_its_range_with_its_unit():
    case = shipped()
    made = deciding_chart(found())
    row = next(row for row in made["rows_drawn"] if row["name"] == label("tolerance"))
    assert row["about"] == about_words(case, "tolerance", "then", meaning=False)
    assert row["about"].startswith(f"{case.assumptions['tolerance'].basis}; ")
    first = next(row for row in made["rows_drawn"] if row["name"] == label("substitutable"))
    assert first["about"] == about_words(case, "substitutable", "then")
    assert BASIS_MEANING[case.assumptions["substitutable"].basis] in first["about"]
    low, high = ends_of(case, "q_repeat", "then")
    assert 0.0 <= low < high <= 1.0
    assert about_words(case, LATENT, "then").startswith("shared by ")
    if case.assumptions["tolerance"].then != case.assumptions["tolerance"].now:
        assert about_words(case, "tolerance", "now") != row["about"]


def test_a_long_tail_is_shown_by_where_9_in_10_draws_lie():
    case = shipped()
    name = next(name for name, entry in case.assumptions.items() if entry.distribution == "beta")
    a, b = case.assumptions[name].then
    low, high = ends_of(case, name, "then")
    draws = np.random.default_rng(0).beta(a, b, 20_000)
    assert np.mean((draws > low) & (draws < high)) == pytest.approx(0.9, abs=0.02)


def test_the_title_names_who_decides_on_each_path_and_how_much_is_luck():
    title = deciding_chart(found())["title"]
    assert "contest path" in title and "engagement path" in title and title.index("contest") < title.index("engagement")
    assert title.endswith("10 to 40 % (± 3) is luck, which no study could remove")
    one = deciding_chart(exploration(indices()))["title"]
    assert one.startswith(label("substitutable")[:5]) and "decides most whether it happens; 40 ± 3 % is luck" in one


def test_luck_stands_first_in_the_title_where_it_is_most():
    title = deciding_chart(exploration(indices(0.7)))["title"]
    assert title.startswith("70 ± 3 % of whether it happens is luck, which no study could remove; of the rest, ")


def test_what_is_not_told_apart_is_not_ranked():
    near = (0.5, 0.49, 0.48, 0.1, 0.0, 0.0, 0.0, 0.0)
    title = deciding_chart(exploration(indices(0.1, near)))["title"]
    assert "one input decides whether it happens: 3 are not told apart" in title
    two = deciding_chart(exploration(indices(0.1, (0.5, 0.49, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0))))["title"]
    assert "decide most" in two or "not told apart from the next" in two


def test_the_caption_says_how_much_rests_on_each_basis():
    case = shipped()
    given = exploration(indices())
    caption = deciding_chart(given)["caption"]
    told = dict(zip(NAMES[:4], TOTAL, strict=False))
    whole = sum(told.values()) + TOTAL[6]
    for basis in {case.assumptions[name].basis for name in told}:
        share = sum(total for name, total in told.items() if case.assumptions[name].basis == basis) / whole
        assert re.search(rf"{round(100 * share)} ± [\d.]+ % is {basis}", caption), (basis, caption)
    assert "is common causes" in caption


def test_shares_by_basis_sum_to_one_and_luck_is_no_basis():
    case = shipped()
    rows = [
        {"input": name, "total": total, "error": 0.02, "told": total > 0.06}
        for name, total in [*zip(NAMES, TOTAL, strict=False), ("all of luck", 0.4)]
    ]
    shares = by_basis(case, rows)
    assert sum(value for value, _ in shares.values()) == pytest.approx(1.0)
    assert all(error > 0.0 for _, error in shares.values()) or len(shares) == 1
    assert by_basis(case, []) == {}


def test_what_is_not_told_alone_is_not_drawn_solid():
    weak = deciding_chart(exploration(indices(first=0.05)))
    assert all(not bar["first"] for row in weak["rows_drawn"] if not row["luck"] for bar in row["bars"] if bar)
    assert "told from nothing for none" in weak["caption"]
    assert "Solid: what an input explains alone" in deciding_chart(found())["caption"]


def test_an_answer_that_is_one_assumption_is_called_so():
    made = deciding_chart(exploration(indices(total=(0.9, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), first=0.8)))
    assert any("This answer is one assumption: " in note and "72 ± 2 %" in note for note in made["notes"])
    assert not any("This answer" in note for note in deciding_chart(found())["notes"])


def test_the_same_on_both_paths_is_drawn_once():
    made = deciding_chart(exploration(indices(), indices()))
    assert [path["title"] for path in made["paths"]] == ["Both paths"]
    assert all(len(row["bars"]) == 1 for row in made["rows_drawn"])
    assert {row[0] for row in made["rows"]} == {"contest", "engagement"}


def test_relations_stand_for_inputs_that_depend_on_each_other():
    made = deciding_chart(exploration(effects(), effects(0.01), view="now"))
    names = [row["name"] for row in made["rows_drawn"]]
    assert names == ["Luck", "What deters flying", "Harm to civilians"]
    case = shipped()
    count = sum(entry.relation == "deterrence" for entry in case.assumptions.values())
    assert made["rows_drawn"][1]["about"].startswith(f"{count} assumptions: ")
    assert all(bar["first"] is None for row in made["rows_drawn"] for bar in row["bars"] if bar)
    assert "only relations are told apart" in made["caption"] and "is judged" not in made["caption"]
    assert any(note.startswith("Shapley effects") for note in made["notes"])
    one = deciding_chart(exploration(effects(0.01), view="now"))
    assert "is luck" not in one["title"] and any("not told from nothing (1 ± 2 %)" in note for note in one["notes"])


def test_a_count_of_two_options_needs_its_range_over_luck():
    plain = exploration(indices(), where="killed < killed[refuse] - 100")
    assert "of 1,000 futures" not in deciding_chart(plain)["caption"]
    assert "of 1,000 futures" not in deciding_chart(replace(plain, where="lives_rate_effect < -100"))["caption"]
    apart = replace(boxes(), apart=(Estimate(0.1, 0.01), Estimate(0.2, 0.01)))
    ranged = replace(plain, paths={"contest": PathExploration(apart, None, indices())})
    assert re.search(r"in \d+ to \d+ of 1,000 futures", deciding_chart(ranged)["caption"])
    assert "of 1,000 futures" in deciding_chart(found())["caption"]


def test_what_is_asked_is_said_with_labels():
    asked = exploration(indices(), where="killed < killed[refuse] - 100")
    assert f"{shipped().options['full-zone'].label}, {asked.asked}" in deciding_chart(asked)["caption"]
    assert "killed[refuse]" not in deciding_chart(asked)["caption"]


def test_how_much_can_be_asked_too():
    made = deciding_chart(found(), "size")
    assert "How much: civilians killed" in made["caption"]
    assert "decides most how much" in made["title"]
    with pytest.raises(ValueError, match="whether or size"):
        deciding_chart(found(), "where")


def test_every_number_is_in_the_table():
    rows = list(csv.DictReader(io.StringIO(to_csv(deciding_chart(found())))))
    for path, luck in (("contest", 0.4), ("engagement", 0.1)):
        mine = {row["input"]: row for row in rows if row["path"] == path}
        assert float(mine["all of luck"]["total"]) == luck and mine["all of luck"]["label"] == "Luck"
        assert set(NAMES) <= set(mine)
        assert mine["tolerance"]["basis"] and mine["tolerance"]["unit"] and mine["tolerance"]["low"]
    contest = {row["input"]: row for row in rows if row["path"] == "contest"}
    assert (float(contest["tolerance"]["alone"]), float(contest["tolerance"]["total"])) == (0.15, 0.3)
    assert contest["intercept"]["told"] == "no" and contest["tolerance"]["told"] == "yes"


def test_many_are_cut_and_counted():
    case = shipped()
    names = tuple(case.assumptions)[: MOST + 5]
    total = np.linspace(0.5, 0.2, len(names))
    error = np.full(len(names), 0.02)
    many = Indices(names, total / 2, total, error, error, 0.5, 0.25, (0.4, 0.03), 512, 0)
    made = deciding_chart(exploration(many))
    assert len(made["rows_drawn"]) == MOST + 1
    assert "5 more inputs are smaller; the table has all." in made["notes"]


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
@pytest.mark.parametrize("width", [320, 390, 960, 1440])
def test_the_drawing_stays_inside_and_is_xml(width, theme, inside):
    for given in (found(), exploration(indices()), exploration(effects(), effects(0.1), view="now")):
        inside(drawing.draw(deciding_chart(given), width, theme), width)


def test_text_of_a_case_is_never_markup():
    given = found()
    entry = given.case.assumptions["substitutable"].model_copy(update={"label": "<script>alert(1)</script> & co"})
    case = replace(given.case, assumptions={**given.case.assumptions, "substitutable": entry})
    text = drawing.draw(deciding_chart(replace(given, case=case)))
    assert "<script" not in text and "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "given",
    [
        (None, None),
        (indices(0.0, (0.0,) * 8), None),
        (Indices(NAMES, np.full(6, np.nan), np.full(6, np.nan), np.full(6, np.nan), np.full(6, np.nan), 0.5, 0.25,
                 None, 2, 0),),
    ],
)  # fmt: skip
def test_nothing_to_tell_is_drawn_too(given):
    made = deciding_chart(exploration(*given))
    json.dumps(made, allow_nan=False)
    assert made["rows_drawn"] == [] and made["title"]
    ElementTree.fromstring(drawing.draw(made, 320))


def test_the_alternative_says_every_bar():
    made = deciding_chart(found())
    for row in made["rows_drawn"]:
        assert row["name"] in made["alternative"]
        assert all(bar["words"] in made["alternative"] for bar in row["bars"] if bar)

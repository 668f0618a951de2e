"""The chart of what is contested: of the data, mirrored when the courses are, and silent on a count of general war."""

import csv
import io
import json
import re
from dataclasses import replace
from functools import lru_cache
from xml.etree import ElementTree

import pytest

import closedsky
from closedsky.commands.debate import read_debate
from closedsky.commands.readings import Request
from closedsky.futures.results import Estimate
from closedsky.reading.words import per_thousand
from closedsky.showing import drawing
from closedsky.showing.charts.chart import to_csv
from closedsky.showing.charts.debate_chart import FEW, KIND, MARKS, debate_chart
from closedsky.showing.drawing.debate_chart import draw_debate_chart

FUTURES = 512
PATHS = ("contest", "engagement")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setitem(drawing.KINDS, KIND, draw_debate_chart)


def exchanged(entry):
    return {"says": entry.denies, "denies": entry.says, "of": entry.against, "against": entry.of}


@lru_cache
def asked():
    case = closedsky.load_case("ukraine-2022")
    wanted = {
        "deaths": ("raised-deaths", {}),
        "exchanged": ("raised-deaths", exchanged(case.contested["raised-deaths"])),
        "sky": ("air-superiority", {}),
        "combat": ("direct-combat", {}),
        "risk": ("general-war", {}),
        "blocked": ("blocked", {}),
        "document": ("smaller-zone", {}),
    }
    entries = {key: case.contested[base].model_copy(update=more) for key, (base, more) in wanted.items()}
    return replace(case, contested=entries)


@lru_cache
def found():
    return read_debate(asked(), Request(asked().id, futures=FUTURES, view="then"), asked().contested)


def only(*ids):
    return replace(found(), claims=tuple(found().claim(each) for each in ids))


def chart(given=None):
    return debate_chart(found() if given is None else given, asked())


def claim_of(made, name):
    return next(each for each in made["claims"] if each["id"] == name)


def mirrored(claim):
    """The same claim with the two courses exchanged, as an exact mirror."""

    def turn(each):
        mean, lives = (one and Estimate(-one.value, one.error) for one in (each.mean, each.lives))
        return replace(
            each, of=each.against, against=each.of, mean=mean, lives=lives, holds=each.reverse, reverse=each.holds
        )

    views = {view: {path: turn(each) for path, each in of.items()} for view, of in claim.views.items()}
    entry = claim.entry.model_copy(update=exchanged(claim.entry))
    return replace(claim, entry=entry, of=claim.against, against=claim.of, views=views)


def bars(text, kind):
    """Left, right, top and opacity of the bars of a side."""
    root = ElementTree.fromstring(text)
    return [
        (float(each.get("x")), float(each.get("x")) + float(each.get("width")), each.get("y"), each.get("fill-opacity"))
        for each in root.iter("{http://www.w3.org/2000/svg}rect")
        if each.get("class") == kind
    ]


def test_the_title_counts_as_the_reading_does():
    made = chart()
    counts = re.search(r"Of (\d+) .*, (\d+) holds? .* of (\d+) do.* of (\d+) neither", made["title"]).groups()
    said = re.search(r"Of (\d+) .*, (\d+) hold .* of (\d+) does, and (\d+)", found().summary()).groups()
    assert counts == said and int(counts[0]) == 6


def test_the_caption_names_the_claim_whose_count_hangs_most_on_luck():
    made = chart()
    widest = max(
        (side.range[1] - side.range[0], claim.entry.claim)
        for claim in found().claims
        for each in claim.views["then"].values()
        for side in (each.holds, each.reverse)
        if side
    )
    assert f"most of all for {widest[1]} (" in made["caption"]
    alone = chart(only("blocked"))
    assert "hangs on" not in alone["caption"] and "Bracket" not in alone["caption"]


def test_every_claim_is_there_with_both_sides_and_who_is_on_record():
    made = chart()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert [each["id"] for each in made["claims"]] == list(asked().contested)
    for each, claim in zip(made["claims"], found().claims, strict=True):
        assert (each["says"], each["denies"]) == (claim.entry.says, claim.entry.denies)
        assert (each["ledger"], each["quote"], each["speaker"]) == (claim.entry.claim, claim.quote, claim.speaker)
        assert each["mark"] == MARKS.get(claim.corroboration, "")
    assert claim_of(made, "sky")["mark"] == MARKS["contradicted"]
    assert claim_of(made, "blocked")["mark"] == MARKS["not found"]
    text = drawing.draw(made)
    for claim in found().claims:
        assert claim.entry.claim in text
    assert text.count(MARKS["contradicted"]) == 1


@pytest.mark.parametrize("name", ["deaths", "sky", "combat", "blocked"])
def test_rows_are_of_the_reading(name):
    claim = found().claim(name)
    rows = claim_of(chart(), name)["rows"]
    assert len(rows) == (1 if rows[0]["path"] == "" else 2)
    for row in rows:
        each = claim.views["then"][row["path"] or PATHS[0]]
        for side, of in ((row["holds"], each.holds), (row["opposite"], each.reverse)):
            assert (side["low"], side["high"]) == of.range
            assert side["bounds"] == (None if of.bounds is None else [of.bounds.low, of.bounds.high])
            assert per_thousand(of.range[0]) in side["words"] and per_thousand(of.range[1]) in side["words"]
            few = [one for one in (of.shared, of.independent) if one and (one.few or one.count in (0, one.of))]
            assert (FEW in side["words"]) == bool(few)


def test_what_reads_the_same_on_both_paths_is_said_once():
    claim = found().claim("deaths")
    same = replace(claim, views={"then": dict.fromkeys(PATHS, claim.views["then"]["contest"])})
    made = chart(replace(found(), claims=(same,)))
    assert [row["label"] for row in made["claims"][0]["rows"]] == ["both paths"]
    assert "the same numbers for 1 of 1 claims" in " ".join(made["notes"])
    both = chart(only("deaths"))
    assert [row["label"] for row in both["claims"][0]["rows"]] == ["contest path", "engagement path"]


def test_both_views_stand_under_a_claim():
    claim = found().claim("deaths")
    both = replace(claim, views={"then": claim.views["then"], "now": claim.views["then"]})
    made = chart(replace(found(), claims=(both,), futures={"then": FUTURES, "now": 100}, effective=60.0))
    assert [row["label"] for row in made["claims"][0]["rows"]] == [
        "then, contest", "then, engagement", "now, contest", "now, engagement",
    ]  # fmt: skip
    assert made["view"] == "then and now" and "hindsight" in made["view_words"]
    ElementTree.fromstring(drawing.draw(made, 320))


def test_a_switch_that_turns_the_answer_is_shown_and_said():
    claim = found().claim("deaths")
    turned = replace(claim, switched={"It is otherwise": mirrored(claim).views["then"]})
    made = chart(replace(found(), claims=(turned,)))
    rows = made["claims"][0]["rows"]
    assert [row["if"] for row in rows] == ["", "", "It is otherwise", "It is otherwise"]
    assert turned.turns_with_switch() in made["claims"][0]["remarks"]
    assert "If it is otherwise" in drawing.draw(made)


def test_exchanged_courses_give_the_mirrored_chart():
    claim = found().claim("deaths")
    one = chart(only("deaths"))
    two = chart(replace(found(), claims=(mirrored(claim),)))
    a, b = one["claims"][0], two["claims"][0]
    assert (a["says"], a["denies"]) == (b["denies"], b["says"])
    for left, right in zip(a["rows"], b["rows"], strict=True):
        assert (left["holds"], left["opposite"]) == (right["opposite"], right["holds"])
        assert left["mean"].translate(str.maketrans("+-", "-+")) == right["mean"]
    for width in (320, 960):
        texts = [drawing.draw(each, width) for each in (one, two)]
        for mine, other in (("says", "denies"), ("denies", "says")):
            turned = sorted((width - b, width - a) for a, b, *_ in bars(texts[0], mine))
            there = sorted((a, b) for a, b, *_ in bars(texts[1], other))
            assert len(there) == 4
            for one_bar, other_bar in zip(turned, there, strict=True):
                assert one_bar == pytest.approx(other_bar, abs=0.03)


def test_courses_exchanged_in_the_case_exchange_what_is_counted_with_shared_luck():
    rows = [row for row in csv.DictReader(io.StringIO(to_csv(chart()))) if row["claim"] in ("deaths", "exchanged")]
    for path in PATHS:
        one, two = (next(r for r in rows if (r["claim"], r["path"]) == (key, path)) for key in ("deaths", "exchanged"))
        assert (one["holds_count"], one["opposite_count"]) == (two["opposite_count"], two["holds_count"])
        assert float(one["mean"]) == pytest.approx(-float(two["mean"]))


def test_the_table_has_what_is_drawn():
    rows = list(csv.DictReader(io.StringIO(to_csv(chart()))))
    assert len(rows) == len(found().claims) * len(PATHS)
    for row in rows:
        each = found().claim(row["claim"]).views[row["asked"]][row["path"]]
        if each.holds is None:
            assert row["holds_low"] == row["mean"] == row["unit"] == ""
            continue
        assert (float(row["holds_low"]), float(row["holds_high"])) == each.holds.range
        assert (float(row["opposite_low"]), float(row["opposite_high"])) == each.reverse.range
        assert row["unit"]


def test_general_war_is_not_counted_and_its_hazard_not_shown():
    made = chart()
    claim = claim_of(made, "risk")
    assert claim["rows"] == [] and claim["even"]
    assert all("if this path held" in words or "too few" in words for words in claim["even"])
    text = json.dumps([made, drawing.draw(made)])
    for each in found().claim("risk").views["then"].values():
        for value in (each.of.value, each.mean.value):
            assert value == 0.0 or str(value) not in text
    alone = chart(only("risk"))
    assert "not counted" in alone["title"] and alone["caption"] == "Nothing here is counted."
    ElementTree.fromstring(drawing.draw(alone, 320))


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
@pytest.mark.parametrize("width", [320, 390, 960, 1440])
def test_the_drawing_stays_inside_and_is_xml(width, theme, inside):
    inside(drawing.draw(chart(), width, theme), width)


def test_text_of_a_case_is_never_markup():
    claim = found().claim("deaths")
    entry = claim.entry.model_copy(update={"says": "<script>a</script> & so", "note": "<b>n</b>"})
    text = drawing.draw(chart(replace(found(), claims=(replace(claim, entry=entry, quote="<i>q</i>"),))))
    assert "&lt;script&gt;" in text and not re.search("<(script|b|i)>", text)


def test_the_alternative_says_every_count():
    made = chart()
    for each in made["claims"]:
        for row in each["rows"]:
            assert (
                f"the claim in {row['holds']['words']}, its opposite in {row['opposite']['words']}"
                in (made["alternative"])
            )


def test_no_claims_are_drawn_too():
    made = chart(replace(found(), claims=()))
    ElementTree.fromstring(drawing.draw(made, 320))

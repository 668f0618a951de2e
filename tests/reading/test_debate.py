"""Both sides of what is contested: on one small run of the shipped case, and on invented results."""

import dataclasses
import io
import json
import math

import numpy as np
import pytest

from closedsky.commands.common import Fault
from closedsky.commands.debate import read_debate
from closedsky.commands.readings import Request
from closedsky.futures.results import ALL_OUTCOMES, Inputs
from closedsky.reading.argument import TOGETHER
from closedsky.reading.debate import Played, debate, often, sides_of
from closedsky.reading.measures import LIVES
from closedsky.reading.regression import TooFew
from closedsky.showing.debate_screen import show_debate
from closedsky.showing.terminal import Screen

FUTURES = 512
PATHS = ("contest", "engagement")


def contest(case, **entries):
    """The case with these contested entries, each an entry of its own and what is changed in it."""
    changed = {key: case.contested[base].model_copy(update=more) for key, (base, more) in entries.items()}
    return dataclasses.replace(case, contested=changed)


def exchanged(entry):
    return {"says": entry.denies, "denies": entry.says, "of": entry.against, "against": entry.of}


@pytest.fixture(scope="module")
def asked(case):
    """Deaths, and the same with the courses exchanged; a risk; a claim of one course; one about a lever."""
    return contest(
        case,
        deaths=("raised-deaths", {}),
        exchanged=("raised-deaths", exchanged(case.contested["raised-deaths"])),
        risk=("general-war", {}),
        blocked=("blocked", {}),
        pushing=("pushing", {}),
    )


@pytest.fixture(scope="module")
def found(asked):
    return read_debate(asked, Request(asked.id, futures=FUTURES, view="then"), asked.contested)


@pytest.fixture(scope="module")
def document(found):
    return json.loads(json.dumps(found.to_dict(), allow_nan=False))


@pytest.fixture(scope="module")
def screen(found, asked):
    page = io.StringIO()
    show_debate(Screen(page, width=100), found, asked, "closedsky debate", asked.id)
    return page.getvalue()


def test_what_the_shipped_case_contests_is_there(case):
    ledger = {*case.evidence.claims, *case.evidence.documents}
    for key, entry in case.contested.items():
        assert entry.outcome in ALL_OUTCOMES, key
        assert entry.claim in ledger, key
        assert entry.says != entry.denies and entry.reason, key
        for course in (entry.of, entry.against or entry.of):
            assert course.option in case.options and set(course.levers) <= set(case.levers), key
        assert set(entry.switches) <= set(case.switches), key
        assert entry.code is None or entry.outcome == "ending", key


def test_every_claim_is_read_on_both_paths(found, asked):
    assert [each.id for each in found.claims] == list(asked.contested)
    assert found.views == ("then",) and found.futures == {"then": FUTURES} and found.effective is None
    for claim in found.claims:
        assert set(claim.views["then"]) == set(PATHS)
        for each in claim.views["then"].values():
            assert each.rests == {} or sum(each.rests.values()) == pytest.approx(1.0)
            assert not each.rests or list(each.rests)[-1] == TOGETHER
    assert found.claim("deaths").entry.claim == "C31" and found.claim("deaths").quote
    with pytest.raises(KeyError):
        found.claim("C31")


def test_exchanged_courses_give_the_exchanged_counts(found):
    one, two = found.claim("deaths"), found.claim("exchanged")
    for path in PATHS:
        a, b = one.views["then"][path], two.views["then"][path]
        assert (a.holds.shared, a.reverse.shared) == (b.reverse.shared, b.holds.shared)
        assert a.mean.value == pytest.approx(-b.mean.value) and a.lives.value == pytest.approx(-b.lives.value)
        assert (a.of, a.against) == (b.against, b.of)
        for left, right in ((a.holds, b.reverse), (a.reverse, b.holds)):
            error = math.sqrt(2.0 * 0.25 / FUTURES)  # other luck is another sample of the same
            assert left.independent.value.value == pytest.approx(right.independent.value.value, abs=4.0 * error)
    assert (one.of, one.against) == (two.against, two.of)


def test_exchanged_courses_give_the_exchanged_sentence(found):
    one, two = found.claim("deaths"), found.claim("exchanged")
    for path in PATHS:
        for claim, each in ((one, one.views["then"][path]), (two, two.views["then"][path])):
            holds, reverse = often(each.holds.range), often(each.reverse.range)
            assert claim.sentence("then", path) == (
                f"{claim.entry.says} {holds}. {claim.entry.denies} {reverse}; in the rest neither by the margin."
            )


def test_the_document_is_json(document):
    assert document["schema"] == "closedsky-debate/1" and document["summary"]
    assert [claim["id"] for claim in document["claims"]] == ["deaths", "exchanged", "risk", "blocked", "pushing"]
    by_id = {claim["id"]: claim for claim in document["claims"]}
    assert by_id["pushing"]["of"]["levers"] == {"push": 1.0} and by_id["blocked"]["against"] is None
    for path in PATHS:
        cell = by_id["deaths"]["views"]["then"][path]
        assert set(cell["holds"]) == {"shared", "independent", "bounds"}
        assert by_id["blocked"]["views"]["then"][path]["holds"]["bounds"] is None
        assert by_id["pushing"]["views"]["then"][path]["lives_rate_effect"] is None


def test_the_summary_counts_the_claims_that_can_be_counted(found):
    held = {"for": 0, "against": 0}
    counted = [claim for claim in found.claims if claim.views["then"]["contest"].holds is not None]
    for claim in counted:
        cells = claim.views["then"].values()
        held["for"] += all(each.holds.range[0] > 0.5 for each in cells)
        held["against"] += all(each.reverse.range[0] > 0.5 for each in cells)
    text = found.summary()
    assert len(counted) == 4 and text.startswith("Of 4 contested claims that can be counted, ")
    assert f"{held['for']} hold in more than half" in text and f"the opposite of {held['against']} does" in text
    assert f"and {4 - held['for'] - held['against']} depend" in text and "\n" not in text


def numbers(data):
    if isinstance(data, dict):
        return [each for value in data.values() for each in numbers(value)]
    if isinstance(data, list):
        return [each for value in data for each in numbers(value)]
    return [float(data)] if isinstance(data, int | float) and not isinstance(data, bool) else []


def test_no_probability_of_general_war_is_in_the_document(found, document):
    [claim] = [each for each in document["claims"] if each["id"] == "risk"]
    for path in PATHS:
        cell, each = claim["views"]["then"][path], found.claim("risk").views["then"][path]
        for name in ("of", "against", "mean", "medians", "holds", "reverse", "conditions_for", "conditions_against"):
            assert cell[name] is None, name
        hidden = [each.of.value, each.against.value, each.mean.value, each.medians.value if each.medians else 0.0]
        for value in hidden:
            assert value == 0.0 or not any(math.isclose(value, one, rel_tol=1e-6) for one in numbers(document))


def test_no_probability_of_general_war_is_on_the_screen(found, screen):
    _, _, section = screen.partition(found.claim("risk").entry.says)
    section, _, _ = section.partition(found.claim("blocked").entry.says)
    assert "would have to cost" in section
    assert "Holds, of" not in section and "Opposite" not in section and "Mean difference" not in section
    for path in PATHS:
        each = found.claim("risk").views["then"][path]
        for value in (each.of.value, each.mean.value):
            for shown in (f"{100 * value:.2g} %", f"{value:.2g}", f"{1000 * value:.2g} of 1,000"):
                assert value == 0.0 or shown not in section


def test_the_screen_has_both_sides_of_every_claim(found, screen):
    text = " ".join(screen.split())
    for claim in found.claims:
        assert claim.entry.says in text and f"The opposite: {claim.entry.denies}" in text
    assert found.summary() in text and "nan" not in text.lower().split()
    assert all(len(line) <= 100 for line in screen.splitlines())


def test_a_table_has_a_row_for_each_claim_view_and_path(found):
    table = found.to_pandas()
    assert len(table) == len(found.claims) * len(PATHS)
    row = table.loc[("deaths", "then", "contest")]
    assert 0.0 <= row.holds_low <= row.holds_high <= 1.0
    assert np.isnan(table.loc[("risk", "then", "contest")].holds_low)
    assert np.isnan(table.loc[("risk", "then", "contest")].mean_difference)


# Invented results


@pytest.fixture
def few(case):
    """What 64 futures drew; too few for reasons, enough to count."""
    rng = np.random.default_rng(1)
    return Inputs(tuple(case.assumptions), rng.uniform(size=(64, len(case.assumptions))), (), np.zeros((64, 0)))


def deaths(invented, refuse, full):
    return invented({"refuse": {"killed": refuse}, "full-zone": {"killed": full}})


def test_claims_of_one_view_stand_beside_claims_of_the_other(case, invented, few):
    case = contest(case, later=("raised-deaths", {"view": "now"}), before=("raised-deaths", {"view": "then"}))
    run = deaths(invented, np.full(64, 900.0), np.arange(64.0) * 20.0)
    played = {"then": {"contest": {"before": Played(run, run)}}, "now": {"contest": {"later": Played(run, run)}}}
    found = debate(case, played, {"then": few, "now": few}, seed=0, effective=60.0)
    assert [(each.id, list(each.views)) for each in found.claims] == [("later", ["now"]), ("before", ["then"])]
    page = io.StringIO()
    show_debate(Screen(page, width=100), found, case, "closedsky debate", case.id)
    assert "now, contest" in page.getvalue() and "then, contest" in page.getvalue()


def test_a_part_of_the_way_is_reckoned_from_the_option_taken(case, invented):
    part = case.contested["smaller-zone"]
    run = invented(
        {name: {"killed": np.full(64, value)} for name, value in (("refuse", 100.0), (part.against.option, 20.0),
                                                                 (part.of.option, 50.0))}
    )  # fmt: skip
    apart = {name: {"killed": run.values("killed", name) + 6.0} for name in ("refuse", part.against.option)}
    sides = sides_of(contest(case, it=("smaller-zone", {})), "it", Played(run, run, run, apart, apart))
    assert sides.against == pytest.approx(np.full(64, 60.0)) and sides.other == pytest.approx(np.full(64, 66.0))
    assert sides.holds(sides.against).all() and sides.lives is None


def test_a_part_of_the_way_to_the_option_taken_with_other_levers_starts_from_it_unchanged(case, invented):
    more = {"against": {"option": case.taken, "levers": {"aid": 1.5}}, "of": {"option": "full-zone"}}
    entry = type(case.contested["smaller-zone"]).model_validate(case.contested["smaller-zone"].model_dump() | more)
    case = dataclasses.replace(case, contested={"it": entry})
    plain, changed = (deaths(invented, np.full(64, value), np.full(64, 10.0)) for value in (100.0, 40.0))
    apart, start = {"refuse": {"killed": np.full(64, 42.0)}}, {"refuse": {"killed": np.full(64, 104.0)}}
    sides = sides_of(case, "it", Played(plain, changed, plain, apart, start))
    assert sides.against == pytest.approx(np.full(64, 70.0)) and sides.other == pytest.approx(np.full(64, 73.0))


def test_lives_are_not_set_off_where_what_they_are_counted_from_is_changed(case, invented):
    run = invented({"refuse": {"killed": np.ones(64), LIVES: np.zeros(64)}, "full-zone": {LIVES: np.full(64, -5.0)}})
    entry = case.contested["raised-deaths"]
    levers = entry.of.model_copy(update={"levers": {"push": 1.0}})
    case = contest(case, plain=("raised-deaths", {}), changed=("raised-deaths", {"of": levers}))
    assert sides_of(case, "plain", Played(run, run)).lives == pytest.approx(np.full(64, 5.0))
    assert sides_of(case, "changed", Played(run, run)).lives is None


def test_how_a_war_ends_is_a_yes_or_no(case, invented):
    run = invented({"refuse": {"ending": [1, 2, np.nan, 1]}, "full-zone": {"ending": [2, 2, 2, 1]}})
    case = contest(case, it=("raised-deaths", {"outcome": "ending", "code": 1, "margin": 0.5}))
    sides = sides_of(case, "it", Played(run, run))
    assert sides.of[[0, 1, 3]].tolist() == [1.0, 0.0, 1.0] and np.isnan(sides.of[2])
    assert sides.holds(sides.against)[[0, 1, 3]].tolist() == [1.0, 0.0, 0.0]


# What cannot be read


def test_nothing_contested_is_one_line(case, few):
    with pytest.raises(ValueError, match=f"^{case.id}: nothing is contested; docs/cases.md") as fault:
        debate(contest(case), {}, {}, seed=0)
    assert "\n" not in str(fault.value)


def test_an_unknown_outcome_is_one_line_with_the_nearest_name(case, invented):
    case = contest(case, it=("raised-deaths", {"outcome": "kiled"}))
    with pytest.raises(
        Fault, match=r"^contested\.it\.outcome: kiled is not an outcome of a run; did you mean killed\?$"
    ):
        read_debate(case, Request(case.id, futures=64, view="then"), case.contested)
    run = deaths(invented, np.ones(64), np.ones(64))
    with pytest.raises(ValueError, match=r"^contested\.it\.outcome: 'kiled' is not an outcome of a run$"):
        sides_of(case, "it", Played(run, run))


def test_futures_without_a_number_are_one_line(case, invented, few):
    case = contest(case, it=("raised-deaths", {}))
    run = deaths(invented, np.full(64, np.nan), np.ones(64))
    with pytest.raises(TooFew, match=r"^it: no future gave a number"):
        debate(case, {"then": {"contest": {"it": Played(run, run)}}}, {"then": few}, seed=0)


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        ((0.0, 0.0), "In no future"),
        ((1.0, 1.0), "In 1,000 of 1,000 futures"),
        ((0.25, 0.5), "In 250 to 500 of 1,000 futures"),
    ],
)
def test_how_often_is_said_over_couplings(shares, says):
    assert often(shares) == says

"""The view now, read off invented futures whose answer is known."""

import dataclasses
import json

import numpy as np
import pytest

from closedsky.cases.acceptance import Acceptance
from closedsky.model.luck import ENVELOPES
from closedsky.reading.hindsight import hindsight
from closedsky.reading.kept_aside import count
from closedsky.reading.measures import LIVES
from closedsky.reading.moved import NARROWER, NOTABLE
from closedsky.reading.searched import search

FUTURES, BEFORE = 512, 1024
FLAG = "on_day_1000"
ACCEPTING = ("killed_2024", "sorties_dec_2022", "lost_dec_2022", "held_28_mar_2022", FLAG)
WIDE = Acceptance(discrepancy=0.2, reason="A test.")


@pytest.fixture(scope="module")
def case(accepting_case):
    return accepting_case


def ids(moves):
    return [each.id for each in moves]


# What moved


def test_one_assumption_shifted_by_one_deviation_is_the_only_one_that_moved(invent):
    found = hindsight(invent({"shelling": (1.0, 1.0)}))
    assert ids(found.moved) == ["shelling"]
    (moved,) = found.moved
    assert abs(moved.shift.value - 1.0) < 4 * moved.shift.error
    assert abs(moved.width.value - 1.0) < 4 * moved.width.error
    assert 'they move 1, most of all "Civilians killed a day by shelling' in found.summary()


def test_a_range_that_is_halved_moved_though_its_middle_did_not(invent):
    (moved,) = hindsight(invent({"sorties": (0.0, 0.5)})).moved
    assert moved.id == "sorties" and abs(moved.shift.value) < NOTABLE
    assert moved.width.value == pytest.approx(0.5, abs=4 * moved.width.error)
    assert moved.width.value < NARROWER


def test_a_range_that_is_widened_moved_too(invent):
    assert ids(hindsight(invent({"sorties": (0.0, 1.6)})).moved) == ["sorties"]


def test_where_nothing_moved_nothing_is_said_to_have(invent):
    found = hindsight(invent())
    assert found.moved == () and found.tied == () and found.crowded == ()
    assert "they move 0" in found.summary()


def test_every_kind_can_move_and_the_farthest_comes_first(invent):
    given = {"luck: end": (1.5, 0.5), "shelling": (0.5, 1.0), "adversary_resolve": (1.0, 1.0)}
    moved = hindsight(invent(given)).moved
    assert ids(moved) == ["luck: end", "adversary_resolve", "shelling"]
    assert [each.kind for each in moved] == ["envelope", "cause", "assumption"]


def test_no_unit_and_no_scale_changes_what_moved(invent):
    plain = invent({"shelling": (0.7, 0.8)})
    at = list(plain.case.assumptions).index("shelling")

    def curved(drawn):
        rows = drawn.assumptions.copy()
        rows[:, at] = np.exp(3.0 * rows[:, at])
        return dataclasses.replace(drawn, assumptions=rows)

    bent = dataclasses.replace(plain, before=curved(plain.before), accepted=curved(plain.accepted))
    (a,), (b,) = hindsight(plain).moved, hindsight(bent).moved
    assert (a.shift, a.width, a.ends) == (b.shift, b.width, b.ends)
    assert b.after.median == pytest.approx(np.exp(3.0 * a.after.median), rel=1e-2)


def test_what_a_person_fixed_did_not_move(invent):
    fixed = invent({"shelling": (5.0, 0.0)})
    at = list(fixed.case.assumptions).index("shelling")
    fixed.before.assumptions[:, at] = 5.0
    found = hindsight(fixed)
    assert found.moved == ()
    (entry,) = (each for each in found.assumptions if each.id == "shelling")
    assert (entry.shift.value, entry.width.value, entry.before.median) == (0.0, 1.0, 5.0)


def test_a_range_whose_end_is_crowded_may_stop_too_early(invent):
    found = hindsight(invent({"shelling": (1.5, 0.5), "sorties": (-1.5, 0.5), "hunt": (0.3, 1.0)}))
    assert {each.id: each.crowded for each in found.crowded} == {"shelling": "highest", "sorties": "lowest"}


# What did not move


def test_what_no_item_depends_on_is_apart_from_what_hardly_moved(invent, case):
    patrols = [name for name, entry in case.assumptions.items() if entry.relation == "patrol"]
    found = hindsight(invent(idle=patrols))
    first = found.relations[0]
    assert (first.id, len(first.silent), len(first.still), len(first.moved)) == ("patrol", len(patrols), 0, 0)
    assert all(not each.silent for each in found.relations[1:])
    text = found.summary()
    assert text.startswith(
        f"The entries that accept say nothing of {len(patrols)} of {len(case.assumptions)} assumptions"
    )
    assert f"among them all {len(patrols)} on patrols" in text
    assert f"hardly move {len(case.assumptions) - len(patrols)} more" in text


def test_what_only_entries_kept_aside_depend_on_is_apart_from_what_no_entry_does(invent, case):
    patrols = [name for name, entry in case.assumptions.items() if entry.relation == "patrol"]
    tied, other = patrols[0], patrols[1]
    found = hindsight(invent({tied: (1.0, 1.0)}, idle=patrols, aside=(tied, other)))
    relation = next(each for each in found.relations if each.id == "patrol")
    assert ids(relation.aside) == [other], "what moved all the same is out of nobody's reach"
    assert ids(relation.untouched) == patrols[2:] and relation.of == len(patrols)
    assert "assumptions (on 1 of which only entries kept aside depend), among them 4 of 5 on patrols" in found.summary()
    plain = relation.to_dict()
    assert (plain["only_entries_kept_aside_depend"], plain["no_entry_depends"]) == ([other], patrols[2:])


def test_relations_come_by_how_few_of_their_assumptions_moved(invent, case):
    harm = [name for name, entry in case.assumptions.items() if entry.relation == "harm"]
    ending = [name for name, entry in case.assumptions.items() if entry.relation == "ending"]
    moved = {name: (1.0, 1.0) for name in (*harm, ending[0])}
    found = hindsight(invent(moved, idle=["stake_coalition"]))
    order = [each.id for each in found.relations]
    assert order[-1] == "harm" and order[-2] == "ending" and order[0] == "escalation"
    assert sum(each.of for each in found.relations) == len(case.assumptions)


def test_what_moved_only_with_what_it_is_tied_to_is_not_said_to_be_out_of_reach(invent):
    found = hindsight(invent({"stake_adversary": (0.5, 1.0)}, idle=["stake_adversary", "stake_coalition"]))
    assert ids(found.tied) == ["stake_adversary"]
    assert found.tied[0].causes == ("How much the adversary cares",)
    assert [each.id for relation in found.relations for each in relation.silent] == ["stake_coalition"]
    assert found.summary().startswith("The entries that accept say nothing of 1 of ")


def test_half_of_a_relation_is_named_with_its_count(invent):
    found = hindsight(invent(idle=["end_median", "end_shape", "length_size"]))
    assert "among them 3 of 5 on how the war ends" in found.summary()
    assert "among them" not in hindsight(invent(idle=["end_median"])).summary()


# The search


def test_the_search_names_the_quantity_with_the_least_effective_number(invent):
    plain = invent()
    island = np.arange(FUTURES) % 16
    plain.accepted.coordinates[:, plain.names.index("luck: end")] += 0.3 * island  # islands that disagree
    found = search(plain)
    assert found.fewest == found.apart == "luck of when a settlement comes"
    assert found.effective < 0.1 * found.effective_middle and found.rhat > 1.1
    assert (found.accepted, found.before, found.ancestors, found.sweeps) == (FUTURES, BEFORE, 200, (504, 480))
    assert found.distinct == FUTURES
    assert found.share == pytest.approx(np.log(1e-6)) and found.share_error == pytest.approx(0.0)


def test_the_share_accepted_is_the_mean_of_the_searches_shares_and_not_of_their_logarithms(invent):
    shares = np.where(np.arange(16) % 2, 3e-9, 1e-9)
    found = search(invent(evidence=np.log(shares)))
    assert found.share == pytest.approx(np.log(2e-9)) and found.share > np.mean(np.log(shares)) + 0.1
    assert found.share_error == pytest.approx(np.std(np.log(shares), ddof=1) / 4.0)


# What was kept aside


def test_what_was_kept_aside_is_counted_apart_from_what_accepted(invent):
    found = hindsight(invent())
    aside, used = found.count(accepts=False), found.count(accepts=True)
    assert (used.before, used.after, used.of) == (4, 4, 4), "the yes or no is no number"
    ratios = [each for each in found.checks if each.made_of_others]
    assert ratios and all(not each.accepts for each in ratios)
    assert aside.of == sum(
        not (each.accepts or each.made_of_others or each.is_input or hasattr(each.after, "share"))
        for each in found.checks
    )


def test_a_band_that_leaves_the_record_is_a_miss_after_and_not_before(invent):
    far = np.full(FUTURES, 5.0)
    plain, found = (hindsight(invent(values={"held_31_dec_2024": (None, each)})) for each in (None, far))
    a, b = (each.count(accepts=False) for each in (plain, found))
    assert (b.before, b.of) == (a.before, a.of) and b.after == a.after - 1
    (check,) = (each for each in found.checks if each.item.id == "held_31_dec_2024")
    assert check.after.verdict == "below" and check.before.verdict == "middle"
    assert f"{b.after} of {b.of} recorded numbers kept aside" in found.summary()


def test_inputs_of_the_view_now_are_listed_and_check_nothing(invent):
    key = "held_31_dec_2024"
    found = hindsight(invent())
    (check,) = (each for each in found.checks if each.item.id == key)
    assert not check.is_input
    made = [
        dataclasses.replace(each, item=dataclasses.replace(each.item, is_input=True)) if each is check else each
        for each in found.checks
    ]
    other = dataclasses.replace(found, checks=tuple(made))
    assert other.count(accepts=False).of == found.count(accepts=False).of - 1
    assert other.count(accepts=True) == found.count(accepts=True)
    assert {each.item.id for each in other.inputs} - {each.item.id for each in found.inputs} == {key}
    assert key in other.to_dict()["checks"]["inputs"]


def test_an_input_by_which_futures_were_accepted_stays_among_those(invent):
    (check,) = (each for each in hindsight(invent()).checks if each.item.id == "lost_dec_2022")
    narrowing = dataclasses.replace(check, item=dataclasses.replace(check.item, is_input=True))
    assert not narrowing.is_input and count([narrowing]) == count([check])


def test_ratios_that_miss_are_said_beside_the_numbers(invent):
    plain = hindsight(invent())
    key = next(each.item.id for each in plain.checks if each.is_ratio and not each.after.missed)
    found = hindsight(invent(values={key: (None, np.full(FUTURES, 1e6))}))
    assert (found.ratios.of, found.ratios.missed) == (plain.ratios.of, plain.ratios.missed + 1)
    assert f"before), and {found.ratios.missed} of {found.ratios.of} ratios of recorded numbers miss it" in (
        found.summary()
    )
    restated = [each for each in found.checks if each.made_of_others and not each.is_ratio]
    assert found.ratios.of <= sum(each.is_ratio for each in found.checks) and not any(e.is_ratio for e in restated)


@pytest.mark.parametrize(("many", "words"), [(0, ""), (1, "1 of the entries that accept was"), (2, "2 of the entries")])
def test_entries_chosen_after_a_look_weaken_the_check_in_words(invent, case, many, words):
    looked = WIDE.model_copy(update={"after_look": True})
    items = dict(invent().items)
    recorded = dict(case.recorded)
    for key in ACCEPTING[:many]:
        recorded[key] = items[key] = items[key].model_copy(update={"accept": looked})
    found = hindsight(invent(case=dataclasses.replace(case, recorded=recorded), items=items))
    assert words in found.summary() and ("weaker check than it looks" in found.summary()) == bool(many)
    assert found.to_dict()["checks"]["chosen_after_a_look"] == [
        each.item.id for each in found.checks if each.item.id in ACCEPTING[:many]
    ]


# All of it


def test_the_path_is_named_only_where_the_option_taken_feels_it(invent, case):
    assert hindsight(invent()).path is None and hindsight(invent()).to_dict()["war_path"] is None
    zone = next(name for name, option in case.options.items() if option.levers["zone"])
    assert hindsight(invent(case=dataclasses.replace(case, taken=zone))).path == "contest"


def test_the_json_has_everything_and_no_number_that_json_has_not(invent, invented, case):
    given = {"refuse": {LIVES: np.zeros(64)}, "corridors": {LIVES: np.arange(64) - 900.0}}
    then = {path: invented(given, path=path) for path in ("contest", "engagement")}
    now = {path: dataclasses.replace(each, view="now") for path, each in then.items()}
    found = hindsight(invent({"shelling": (1.0, 0.5)}, idle=["reach_km"]), then, now)
    assert "lies between 870 fewer" in found.summary()
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (plain["schema"], plain["view"], plain["accepted"]) == ("closedsky-hindsight/1", "now", FUTURES)
    assert 0 < plain["effective_number"] <= FUTURES and plain["summary"] == found.summary()
    assert plain["caution"].startswith("Not a forecast")
    order = ["not_moved", "search", "acceptance", "conflicts", "pile_up", "checks", "moves", "views"]
    assert [key for key in plain if key in order] == order
    assert len(plain["moves"]) == len(found.moves) == len(case.assumptions) + len(case.latents) + len(ENVELOPES)
    assert [each["id"] for each in plain["moves"] if each["moved"]] == ["shelling"]
    assert [each["id"] for each in plain["moves"] if each["says_nothing"]] == ["reach_km"]
    assert len(plain["views"]["options"]) == 2


def test_without_outcomes_of_options_nothing_is_said_of_them(invent):
    found = hindsight(invent())
    assert found.views is None and found.to_dict()["views"] is None and "against" not in found.summary()


def test_the_table_has_one_row_for_each_assumption(invent, case):
    table = hindsight(invent({"shelling": (1.0, 0.5)})).to_pandas()
    assert list(table.index) == list(case.assumptions)
    assert table["moved"].sum() == 1 and table.loc["shelling", "shift"] == pytest.approx(1.0, abs=0.1)
    assert table.loc["shelling", "unit"] == "killed/day"

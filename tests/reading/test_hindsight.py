"""The view now, read off invented futures whose answer is known."""

import dataclasses
import json

import numpy as np
import pytest

from closedsky.cases.acceptance import Acceptance
from closedsky.cases.recorded import Recorded
from closedsky.futures.conditioned import Conditioned, Drawn
from closedsky.model.luck import ENVELOPES
from closedsky.reading.accepted_items import FEW, agreements, conflicts, one_sided, window_of, windows
from closedsky.reading.hindsight import hindsight
from closedsky.reading.kept_aside import count
from closedsky.reading.measures import LIVES
from closedsky.reading.moved import NARROWER, NOTABLE
from closedsky.reading.searched import search

FUTURES, BEFORE = 512, 1024
FLAG = "on_day_1000"
ACCEPTING = ("killed_2024", "sorties_dec_2022", "lost_dec_2022", "held_28_mar_2022", FLAG)
WIDE = Acceptance(discrepancy=0.2, reason="A test.")


def middle_of(entry):
    return float(np.mean([each for each in (entry.low, entry.value, entry.high) if each is not None]))


@pytest.fixture(scope="module")
def case(case):
    """The shipped case, accepting what these tests say and nothing else."""
    accept = {key: WIDE if key in ACCEPTING else None for key in case.recorded}
    recorded = {key: entry.model_copy(update={"accept": accept[key]}) for key, entry in case.recorded.items()}
    return dataclasses.replace(case, recorded=recorded)


@pytest.fixture(scope="module")
def invent(case):
    """Futures before and after a record was looked at, of which only what matters to a test need be said.

    `moved` maps coordinates to (shift, width); `scores` and `values` map items to arrays, or to pairs of arrays for
    before and after.
    """
    names = (*case.assumptions, *case.latents, *ENVELOPES)
    items = {key: entry for key, entry in case.recorded.items() if entry.quantity is not None}
    accepting = tuple(key for key, entry in items.items() if entry.accept is not None)
    first, second = len(case.assumptions), len(case.assumptions) + len(case.latents)

    def drawn(luck, count, moved, scores, values):
        z = luck.standard_normal((count, len(names)))
        at = z.copy()
        for name, (shift, width) in moved.items():
            at[:, names.index(name)] = shift + width * z[:, names.index(name)]
        said = {}
        for key, entry in items.items():
            said[key] = np.full(count, entry.value) if entry.yes_or_no else middle_of(entry) * np.exp(0.2 * z[:, 0])
        found = np.stack([scores.get(key, np.zeros(count)) for key in accepting], axis=1)
        on = {key: np.ones(count, bool) for key in items}
        return Drawn(at[:, :first], at[:, second:].T.astype(np.float32), at, said | values, on, found)

    def build(moved=None, idle=(), scores=None, values=None, **more):
        luck = np.random.default_rng(7)
        pairs = [
            {key: each[i] for key, each in (given or {}).items() if each[i] is not None}
            for given in (scores, values)
            for i in range(2)
        ]
        before = drawn(luck, BEFORE, {}, pairs[0], pairs[2])
        accepted = drawn(luck, FUTURES, moved or {}, pairs[1], pairs[3])
        about = {
            "case": case, "seed": 3, "overrides": {}, "switches": {"war_path": "contest", "length_effect": "none"},
            "names": names, "items": items, "accepting": accepting, "accepted": accepted,
            "other_envelopes": accepted.envelopes, "before": before,
            "idle": tuple(idle), "aside": (), "evidence": np.full(16, np.log(1e-6)), "ancestors": 200, "levels": (0.25, 1.0),
            "sweeps": (504, 480),
        }  # fmt: skip
        return Conditioned(**(about | more))

    return build


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
    assert f"{len(patrols) - 1} of {len(patrols)} on patrols and their bases (on 1 of them only" in found.summary()
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


# Items that accept


def scored(before, after=None):
    return np.log(before), None if after is None else np.log(after)


def test_how_hard_an_item_is_to_meet(invent):
    before, after = np.full(BEFORE, 0.1), np.full(FUTURES, 0.5)
    found = agreements(invent(scores={"killed_2024": scored(before, after)}))
    (item,) = (each for each in found if each.id == "killed_2024")
    assert item.alone.value == pytest.approx(0.1) and item.accepted.value == pytest.approx(0.5)
    assert item.others.value == pytest.approx(0.5) and item.others_effective == pytest.approx(1.0)


def test_reweighted_means_give_what_the_other_items_alone_would(invent):
    """Others leave x even in 0 to 1, this item accepts with probability (1 + x) / 2: three quarters on average."""
    luck = np.random.default_rng(5)
    x = luck.random(40 * FUTURES)
    x = x[luck.random(len(x)) < (1.0 + x) / 2.0][:FUTURES]
    found = agreements(invent(scores={"killed_2024": scored(np.full(BEFORE, 0.3), (1.0 + x) / 2.0)}))
    (item,) = (each for each in found if each.id == "killed_2024")
    assert abs(item.others.value - 0.75) < 4 * item.others.error
    assert item.accepted.value == pytest.approx(7.0 / 9.0, abs=0.02)


def test_what_few_accepted_futures_bear_on_is_not_printed(invent):
    after = np.ones(FUTURES)
    after[:3] = 1e-6
    found = agreements(invent(scores={"killed_2024": scored(np.full(BEFORE, 0.1), after)}))
    (item,) = (each for each in found if each.id == "killed_2024")
    assert item.others is None and item.others_effective < 0.1


def test_a_yes_or_no_that_no_accepted_future_contradicts_says_nothing_of_the_others(invent):
    assert {each.id: each.others for each in agreements(invent())}[FLAG] is None
    values = np.ones(FUTURES)
    values[: 2 * FEW] = 0.0
    found = agreements(invent(values={FLAG: (None, values)}))
    assert {each.id: each.others for each in found}[FLAG] is not None


def test_two_items_that_no_draw_meets_together_conflict_wholly(invent):
    half = np.arange(BEFORE) < BEFORE // 2
    given = {"killed_2024": scored(np.where(half, 1.0, 1e-22)), "held_28_mar_2022": scored(np.where(half, 1e-22, 1.0))}
    found = conflicts(invent(scores=given))
    (pair,) = found.pairs
    assert set(pair.items) == set(given)
    assert pair.lift.value == pytest.approx(0.0, abs=1e-12)
    assert pair.together == pytest.approx(0.0, abs=1e-9) and pair.unrelated == pytest.approx(BEFORE / 4)
    assert pair.effective == pytest.approx(BEFORE / 4) and found.unknown == 0


def test_unrelated_items_do_not_conflict_and_rare_ones_are_left_out_and_counted(invent):
    luck = np.random.default_rng(3)
    given = {key: scored(np.where(luck.random(BEFORE) < 0.5, 1.0, 1e-9)) for key in ("killed_2024", "lost_dec_2022")}
    found = conflicts(invent(scores=given))
    assert found.pairs == () and found.unknown == 0
    rare = np.where(np.arange(BEFORE) < 20, 1.0, 1e-20)
    found = conflicts(invent(scores={"killed_2024": scored(rare)}))
    assert found.unknown == 4 and found.of == 10  # of five items, every pair with that one


def test_the_worst_conflicts_come_first(invent):
    at = np.arange(BEFORE) / BEFORE
    given = {
        "killed_2024": scored(np.where(at < 0.5, 1.0, 1e-9)),
        "lost_dec_2022": scored(np.where(at > 0.4, 1.0, 1e-9)),
        "sorties_dec_2022": scored(np.where(at > 0.5, 1.0, 1e-9)),
    }
    pairs = conflicts(invent(scores=given)).pairs
    assert [each.lift.value for each in pairs] == sorted(each.lift.value for each in pairs)
    assert set(pairs[0].items) == {"killed_2024", "sorties_dec_2022"}
    assert pairs[1].lift.value == pytest.approx(0.1 / 0.3, abs=0.01)


# Pile-up


@pytest.mark.parametrize(("at", "side"), [(0.5, "low"), (1.02, "low"), (1.5, None), (1.98, "high"), (3.0, "high")])
def test_futures_beside_a_window_or_in_its_end_pile_up(invent, case, at, side):
    low, high = window_of(case.recorded["lost_dec_2022"])
    value = low * (high / low) ** (at - 1.0)
    found = windows(invent(values={"lost_dec_2022": (None, np.full(FUTURES, value))}))
    (window,) = (each for each in found if each.id == "lost_dec_2022")
    assert window.piled == side
    counts = (window.below.count, window.inside.count, window.above.count)
    assert counts == tuple(FUTURES * each for each in (at < 1, 1 <= at <= 2, at > 2))


def test_only_windows_with_two_ends_are_looked_at(case):
    def entry(**given):
        about = {"label": "x", "unit": "persons", "quantity": "killed", "basis": "measured", "evidence": ["x"]}
        return Recorded.model_validate(about | given)

    assert window_of(entry(kind="ceiling", high=5.0)) is None
    assert window_of(entry(kind="floor", low=5.0)) is None
    assert window_of(entry(kind="estimate", value=5.0)) is None
    assert window_of(case.recorded[FLAG]) is None
    assert window_of(entry(kind="between", low=0.0, high=3.0)) == (0.0, 3.0)


@pytest.mark.parametrize(("times", "side"), [(0.9, "below"), (1.1, "above")])
@pytest.mark.parametrize(("count", "named"), [(340, False), (350, True)])  # of 512: two thirds lie between
def test_items_that_most_accepted_futures_miss_on_one_side_are_named(invent, case, times, side, count, named):
    low, high = window_of(case.recorded["lost_dec_2022"])
    values = np.full(FUTURES, np.sqrt(low * high))
    values[:count] = times * (low if side == "below" else high)
    found = one_sided(invent(values={"lost_dec_2022": (None, values)}))
    lost = [each for each in found if each.startswith("Aircraft lost")]
    assert lost == ([f"Aircraft lost by 31 Dec 2022: 680 of 1,000 {side} the record"] if named else [])


def test_futures_that_say_nothing_of_an_item_do_not_count_for_or_against_a_side(invent):
    values = np.where(np.arange(FUTURES) % 2, np.nan, 1.0)
    found = hindsight(invent(values={"lost_dec_2022": (None, values), FLAG: (None, np.zeros(FUTURES))}))
    assert found.one_sided == ("Aircraft lost by 31 Dec 2022: 1,000 of 1,000 below the record",), "and no yes or no"
    assert found.to_dict()["pile_up"]["one_sided"] == list(found.one_sided)


def test_an_estimate_is_missed_beyond_its_own_error_and_a_count_of_a_few_never(invent):
    def entry(**given):
        about = {"label": "x", "unit": "aircraft", "quantity": "adversary_lost", "day": "2022-12-31", "statistic": "at"}
        about |= {"basis": "measured", "evidence": ["x"], "kind": "estimate"}
        return Recorded.model_validate(about | given)

    def phrases(of, value):
        plain = invent(values={"lost_dec_2022": (None, np.full(FUTURES, value))})
        return one_sided(dataclasses.replace(plain, items={**plain.items, "lost_dec_2022": of}))

    estimate = entry(value=100.0, accept={"discrepancy": 0.2, "error": 0.1, "reason": "x"})
    assert phrases(estimate, 108.0) == () == phrases(estimate, 92.0)
    assert phrases(estimate, 112.0) == ("x: 1,000 of 1,000 above the record",)
    few = entry(value=0.0, accept={"discrepancy": 0.2, "reason": "x"})
    assert phrases(few, 0.5) == ()
    floor = entry(kind="floor", value=100.0, accept={"discrepancy": 0.2, "reason": "x"})
    assert phrases(floor, 1e9) == () and phrases(floor, 90.0) == ("x: 1,000 of 1,000 below the record",)


def test_a_range_whose_end_is_crowded_may_stop_too_early(invent):
    found = hindsight(invent({"shelling": (1.5, 0.5), "sorties": (-1.5, 0.5), "hunt": (0.3, 1.0)}))
    assert {each.id: each.crowded for each in found.crowded} == {"shelling": "highest", "sorties": "lowest"}


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

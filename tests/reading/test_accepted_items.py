"""Items by which futures were accepted: how hard they are to meet, which conflict, where futures pile up or miss."""

import dataclasses

import numpy as np
import pytest

from closedsky.cases.recorded import Recorded
from closedsky.reading.accepted_items import FEW, agreements, conflicts, one_sided, window_of, windows
from closedsky.reading.hindsight import hindsight

FUTURES, BEFORE = 512, 1024
FLAG = "on_day_1000"


@pytest.fixture(scope="module")
def case(accepting_case):
    return accepting_case


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

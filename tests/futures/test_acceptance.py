"""How well a future agrees with one item: against direct simulation, for every kind, and for anything at all."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from closedsky.cases.acceptance import is_few
from closedsky.cases.recorded import QUANTITIES, Recorded, bounds
from closedsky.futures.acceptance import MISSED, log_acceptance

DRAWS = 100_000
COMMON = {"label": "x", "basis": "measured", "evidence": ["x"]}
KILLED = {"unit": "persons", "quantity": "killed", "statistic": "sum"}  # counted one by one
KILLED |= {"from": dt.date(2022, 3, 1), "to": dt.date(2022, 3, 31)}
HELD = {"unit": "share", "quantity": "held", "statistic": "at", "day": dt.date(2022, 3, 28)}
LOST = {"unit": "aircraft", "quantity": "coalition_lost", "statistic": "at"}
FLAG = {"unit": "flag", "quantity": "direct_combat", "statistic": "flag"}
SHARE = {"low": 0.8, "high": 0.95, "reason": "x"}


def item(base, discrepancy, error=None, **more):
    accept = {"discrepancy": discrepancy, "error": error, "reason": "x"}
    return Recorded.model_validate(COMMON | base | more | {"accept": accept})


def normal(seed=0):
    return np.random.default_rng(seed).standard_normal(DRAWS)


NUMBERS = {
    "between": item(HELD, 0.15, kind="between", low=0.22, high=0.27),
    "narrow": item(HELD, 0.4, kind="between", low=0.25, high=0.26),
    "floor reported in part": item(HELD, 0.2, kind="floor", low=0.1, value=0.2, reporting=SHARE),
    "floor": item(HELD, 0.3, kind="floor", value=0.2),
    "floor by its low end": item(HELD, 0.3, kind="floor", low=0.1),
    "ceiling": item(HELD, 0.3, kind="ceiling", value=0.2),
    "whole": item(KILLED, 0.2, kind="between", low=67.0, high=90.0),
    "whole floor": item(KILLED, 0.25, kind="floor", value=4289.0, reporting={"low": 0.85, "high": 1.0, "reason": "x"}),
    "whole, from none": item(KILLED, 0.3, kind="between", low=0.0, high=40.0),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_accepted_as_often_as_the_truth_falls_into_the_window(name):
    entry = NUMBERS[name]
    low, high = bounds(entry)
    factor = np.exp(entry.accept.discrepancy * normal())
    least, most = low if low > 0 else high / 2, high if np.isfinite(high) else 2 * low
    means = np.geomspace(least / 2.5, most * 2.5, 21)
    if entry.quantity == "killed":
        # Whole numbers scatter around what is expected; far above ten a logarithm is close enough.
        counted = np.random.default_rng(1).poisson(means[:, None] * factor)
    else:
        counted = means[:, None] * factor
    simulated = ((counted >= low) & (counted <= high)).mean(axis=1)
    best = 1.0 if low == 0 or np.isinf(high) else simulated.max()
    close = 0.03 if entry.quantity == "killed" else 0.0
    error = 4 * np.sqrt(0.25 / DRAWS) / best + 0.005 * simulated / best + close
    assert (np.abs(np.exp(log_acceptance(entry, means)) - simulated / best) < error).all()


@pytest.mark.parametrize(
    ("low", "high", "discrepancy"),
    [
        (0, 0, 0.4),
        (3, 3, 0.3),
        (2, 5, 0.5),
        (8, 8, 0.5),
        (0, 2, 0.4),
        (1, 9, 1.0),
        (8, 8, 1.0),
        (3, 3, 2.0),
        (8, 8, 2.0),
    ],
)
def test_counts_of_a_few_are_accepted_as_often_as_they_are_counted(low, high, discrepancy):
    entry = item(LOST, discrepancy, kind="between", low=float(low), high=float(high))
    means = np.geomspace(0.05, 60.0, 40)
    counted = np.random.default_rng(2).poisson(means[:, None] * np.exp(discrepancy * normal()))
    simulated = ((counted >= low) & (counted <= high)).mean(axis=1)
    fine = np.exp(discrepancy * stats.norm.ppf((np.arange(4000) + 0.5) / 4000))
    grid = np.linspace(0.0, 40.0, 401)[:, None] * fine
    best = (stats.poisson.cdf(high, grid) - stats.poisson.cdf(low - 1, grid)).mean(axis=1).max()
    found = np.exp(log_acceptance(entry, means))
    assert (np.abs(found - simulated / best) < 4 * np.sqrt(0.25 / DRAWS) / best + 0.005).all()


@pytest.mark.parametrize("discrepancy", [0.4, 1.0, 2.0])
def test_a_floor_of_a_few_is_accepted_as_often_as_it_is_reached(discrepancy):
    entry = item(LOST, discrepancy, kind="floor", value=6.0)
    means = np.geomspace(0.5, 300.0, 30)
    counted = np.random.default_rng(3).poisson(means[:, None] * np.exp(discrepancy * normal()))
    found = np.exp(log_acceptance(entry, means))
    assert (np.abs(found - (counted >= 6).mean(axis=1)) < 4 * np.sqrt(0.25 / DRAWS) + 0.005).all()


def test_a_floor_of_a_few_reported_in_part_lies_between_two_ends():
    entry = item(LOST, 0.4, kind="floor", value=4.0, reporting={"low": 0.5, "high": 1.0, "reason": "x"})
    assert bounds(entry) == (4.0, 8.0)
    same = item(LOST, 0.4, kind="between", low=4.0, high=8.0)
    means = np.linspace(0.0, 30.0, 31)
    assert log_acceptance(entry, means) == pytest.approx(log_acceptance(same, means))


def test_a_window_without_a_whole_number_takes_the_nearest():
    # Four counted, of which nine tenths and a little were reported: four or five.
    entry = item(LOST, 0.4, kind="floor", value=4.0, reporting={"low": 0.9, "high": 0.95, "reason": "x"})
    same = item(LOST, 0.4, kind="between", low=4.0, high=5.0)
    means = np.linspace(0.0, 30.0, 31)
    assert log_acceptance(entry, means) == pytest.approx(log_acceptance(same, means))


def test_an_estimate_is_accepted_by_its_density():
    entry = item(KILLED, 0.2, 0.1, kind="estimate", value=400.0)
    means = np.geomspace(150.0, 1000.0, 15)
    recorded = np.random.default_rng(4).poisson(means[:, None] * np.exp(0.2 * normal())) * np.exp(0.1 * normal(5))
    # How often it is recorded to a hundredth, over how often the best is.
    near = (np.abs(np.log(recorded / 400.0)) < 0.01).mean(axis=1)
    best = 2 * 0.01 * stats.norm.pdf(0.0) / np.sqrt(0.2**2 + 0.1**2 + 1 / 400.0)
    found = np.exp(log_acceptance(entry, means))
    assert (np.abs(found - near / best) < 4 * np.sqrt(near.max() / DRAWS) / best + 0.03).all()
    assert log_acceptance(entry, np.array([400.0])) == 0.0


def test_a_flag_is_accepted_unless_it_is_recorded_wrongly():
    values = np.array([0.0, 1.0, np.nan])
    soft, hard = (item(FLAG, doubt, value=1.0) for doubt in (0.05, 0.0))
    assert np.exp(log_acceptance(soft, values)) == pytest.approx([0.05 / 0.95, 1.0, 0.0])
    assert log_acceptance(hard, values) == pytest.approx([MISSED, 0.0, MISSED])
    assert log_acceptance(item(FLAG, 0.0, value=0.0), values) == pytest.approx([0.0, MISSED, MISSED])


def test_an_item_that_is_kept_for_checking_accepts_nothing():
    entry = Recorded.model_validate(COMMON | HELD | {"kind": "between", "low": 0.2, "high": 0.3})
    with pytest.raises(ValueError, match="kept for checking"):
        log_acceptance(entry, np.array([0.25]))


def test_what_is_far_away_is_never_accepted_and_never_infinite():
    values = np.array([0.0, np.nan, np.inf, -np.inf, 1e-300, 1e300])
    for entry in (NUMBERS["between"], NUMBERS["whole"], item(KILLED, 0.2, 0.1, kind="estimate", value=400.0)):
        assert log_acceptance(entry, values).tolist() == [MISSED] * 6
    assert log_acceptance(NUMBERS["floor"], values).tolist() == [MISSED, MISSED, MISSED, MISSED, MISSED, 0.0]
    assert log_acceptance(NUMBERS["ceiling"], values).tolist() == [0.0, MISSED, MISSED, MISSED, 0.0, MISSED]
    few = item(LOST, 0.4, kind="estimate", value=3.0)
    assert log_acceptance(few, values).tolist() == [MISSED] * 6
    none = item(LOST, 0.4, kind="estimate", value=0.0)
    assert log_acceptance(none, values).tolist() == [0.0, MISSED, MISSED, MISSED, 0.0, MISSED]


POSITIVE = st.floats(1e-4, 1e4)
WIDTH = st.floats(0.01, 2.0)


@st.composite
def entries(draw, few=None):
    """Any entry of a number that a case file may hold; `few` as wanted, or either."""
    whole = draw(st.booleans()) if few is None else few
    kind = draw(st.sampled_from(["between", "floor", "reported", "ceiling", "estimate"]))
    one, two = sorted((draw(POSITIVE), draw(POSITIVE)))
    if few:
        one, two = sorted((draw(st.integers(0, 9)), draw(st.integers(0, 9))))
        assume(one > 0 or kind not in ("floor", "reported"))
    base = {"unit": "aircraft", "quantity": "coalition_lost"} if whole else {"unit": "days", "quantity": "suppressed_d"}
    base |= {"statistic": "at", "kind": "floor" if kind == "reported" else kind}
    share = {"low": draw(st.floats(0.5, 0.9)), "high": draw(st.floats(0.9, 1.0)), "reason": "x"}
    base |= {
        "between": {"low": one, "high": two},
        "floor": {"value": one},
        "reported": {"value": one, "reporting": share},
        "ceiling": {"value": two},
        "estimate": {"value": one},
    }[kind]
    return item(base, draw(WIDTH), draw(st.floats(0.01, 0.5)) if kind == "estimate" else None)


MEANS = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=2, max_size=20).map(sorted)


@given(entries(), MEANS)
def test_acceptance_is_a_probability_and_falls_on_both_sides_of_the_window(entry, means):
    found = log_acceptance(entry, np.array(means))
    assert ((found >= MISSED) & (found <= 0.0)).all()
    low, high = bounds(entry)
    if is_few(entry, QUANTITIES[entry.quantity]):
        assert turns(found) <= 1  # the best expected number is not the middle of the window
    else:
        below, above = (found[side] for side in (np.array(means) <= low, np.array(means) >= high))
        assert (np.diff(below) >= -1e-9).all() and (np.diff(above) <= 1e-9).all()


def turns(values):
    """How often a sequence turns from rising to falling or back."""
    steps = np.diff(values)
    return int((np.diff(np.sign(steps[np.abs(steps) > 1e-9])) != 0).sum())


@given(entries(few=True))
def test_counts_of_a_few_have_one_best_mean(entry):
    means = np.concatenate([[0.0], np.geomspace(1e-3, 1e3, 300)])
    found = np.exp(log_acceptance(entry, means))
    assert turns(found) <= 1
    assert found.max() == pytest.approx(1.0, abs=0.02)


@given(entries(few=False), POSITIVE, MEANS)
def test_no_unit_matters(entry, factor, means):
    scaled = {name: value * factor for name in ("low", "value", "high") if (value := getattr(entry, name)) is not None}
    other = entry.model_copy(update=scaled)
    first, second = log_acceptance(entry, np.array(means)), log_acceptance(other, np.array(means) * factor)
    assert first == pytest.approx(second, rel=1e-6, abs=1e-6)


@given(entries(few=False))
def test_the_middle_of_a_window_is_best(entry):
    low, high = bounds(entry)
    middle = 1e9 * low if np.isinf(high) else high * 1e-9 if low == 0 else np.sqrt(low * high)
    assert log_acceptance(entry, np.array([middle]))[0] == pytest.approx(0.0, abs=1e-6)


@given(entries(few=False), st.floats(1.0, 1e3))
def test_a_wider_discrepancy_accepts_more_beside_the_window(entry, away):
    low, high = bounds(entry)
    wider = entry.model_copy(
        update={"accept": entry.accept.model_copy(update={"discrepancy": 1.3 * entry.accept.discrepancy})}
    )
    outside = np.array([each for each in (low / away, high * away) if 0 < each < np.inf])
    assert (log_acceptance(wider, outside) >= log_acceptance(entry, outside) - 1e-9).all()

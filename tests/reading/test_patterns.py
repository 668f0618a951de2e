"""Patterns: counted in the record, looked for in the futures, and said to be so or not."""

import datetime as dt
import math

import numpy as np
import pytest
from scipy import stats

from closedsky.cases.shared import PastCampaign, Pooled
from closedsky.reading import patterns
from closedsky.reading.held import Campaign
from closedsky.reading.patterns import PATTERNS, exact_rate, find_patterns, rate_ratio

FUTURES = 200
SPAN = {"from": dt.date(2001, 1, 1), "to": dt.date(2001, 4, 10)}


def ran(case, factors=None, **values):
    values = {key: np.asarray(each, float) for key, each in values.items()}
    return Campaign(case, values, {key: np.ones(len(each), bool) for key, each in values.items()}, factors or {})


def often(share):
    return (np.arange(FUTURES) < share * FUTURES).astype(float)


def look(pattern, campaigns, more=()):
    cases = (*(each.case for each in campaigns), *more)
    return next(each for each, one in zip(find_patterns(campaigns, cases), PATTERNS, strict=True) if one is pattern)


@pytest.fixture(scope="session")
def flag(past, recorded):
    """A campaign with yes or no on record, by quantity."""
    return lambda name, **answers: past(name, {key: recorded(key, value, "flag") for key, value in answers.items()})


def test_the_same_answer_in_most_futures_of_each_campaign(flag):
    cases = [flag(name, fixed_wing_stopped=1.0) for name in "abc"]
    agree = look(patterns.fixed_wing, [ran(case, fixed_wing_stopped=often(0.8)) for case in cases])
    assert agree.verdict == "agrees" and agree.record == "stopped in 3 of 3 campaigns"
    assert "3 of 3 campaigns (800 to 800 of 1,000)" in agree.futures and "unlike" not in agree.futures
    shares = (0.8, 0.8, 0.3)
    differ = look(
        patterns.fixed_wing,
        [ran(case, fixed_wing_stopped=often(share)) for case, share in zip(cases, shares, strict=True)],
    )
    assert differ.verdict == "differs" and "2 of 3" in differ.futures
    assert differ.futures.endswith("unlike the record of Campaign c")
    assert differ.numbers["futures_low"] == pytest.approx(0.3)
    none = look(patterns.fixed_wing, [ran(case, fixed_wing_stopped=often(0.1)) for case in cases])
    assert none.verdict == "differs" and none.futures.endswith("unlike the record of any")


def test_a_record_against_the_pattern_agrees_with_futures_against_it(flag):
    case = flag("a", ground_killing=0.0)
    assert look(patterns.ground, [ran(case, ground_killing=often(0.2))]).verdict == "agrees"
    found = look(patterns.ground, [ran(case, ground_killing=often(0.7))])
    assert found.verdict == "differs" and found.record == "goes on in 0 of 1 campaign"


def test_nothing_on_record_or_run_cannot_say(flag, past):
    nothing = ran(past("a", {}))
    for each in find_patterns([nothing], [nothing.case]):
        assert each.verdict == "cannot say", each.name
        assert each.to_dict()["verdict"] == "cannot say"
    silent = look(patterns.ground, [nothing], [flag("b", ground_killing=1.0)])
    assert silent.verdict == "cannot say" and silent.record == "goes on in 1 of 1 campaign"
    gone = ran(flag("a", ground_killing=1.0), ground_killing=np.full(FUTURES, np.nan))
    assert look(patterns.ground, [gone]).verdict == "cannot say"


def test_helicopters_are_compared_where_both_are_on_record(flag):
    both = [flag(name, fixed_wing_stopped=1.0, helicopters_stopped=value) for name, value in (("a", 0.0), ("b", 1.0))]
    planes = flag("c", fixed_wing_stopped=0.0)

    def found(plane, rotor):
        run = [ran(case, fixed_wing_stopped=often(plane), helicopters_stopped=often(rotor)) for case in both]
        return look(patterns.helicopters, [*run, ran(planes, fixed_wing_stopped=often(0.0))])

    less, more = found(0.8, 0.3), found(0.3, 0.8)
    assert less.verdict == "agrees" and more.verdict == "differs"
    assert less.record == more.record == "helicopters stopped in 1 of 2 campaigns, fixed wing in 2 of the same"
    assert "helicopters stopped in 300 of 1,000 futures, fixed wing in 800" in less.futures
    assert "helicopters stopped in 800 of 1,000 futures, fixed wing in 300" in more.futures
    alike = flag("a", fixed_wing_stopped=1.0, helicopters_stopped=1.0)
    run = ran(alike, fixed_wing_stopped=often(0.8), helicopters_stopped=often(0.2))
    assert look(patterns.helicopters, [run]).verdict == "cannot say", "the record shows no difference"


@pytest.fixture(scope="session")
def lossy(past, recorded):
    def build(name, lost, flown, suppress=0.0):
        record = {
            "lost": recorded("coalition_lost", lost),
            "flown": recorded("coalition_sorties", flown, "sum", **SPAN),
        }
        return past(name, record, suppress=suppress)

    return build


def test_losses_are_counted_by_whether_batteries_are_attacked(lossy):
    cases = [lossy("a", 1.0, 200_000.0), lossy("b", 1.0, 200_000.0), lossy("c", 2.0, 40_000.0, suppress=1.0)]

    def found(patrol, contested):
        rates = (patrol, patrol, contested)
        run = [
            ran(case, lost=np.full(FUTURES, rate * 1_000.0), flown=np.full(FUTURES, 1_000.0))
            for case, rate in zip(cases, rates, strict=True)
        ]
        return look(patterns.losses, run)

    right = found(5e-6, 5e-5)
    assert right.verdict == "agrees" and right.numbers["record_ratio"] == pytest.approx(10)
    assert right.numbers["futures_ratio"] == pytest.approx(10)
    assert "2 lost in 400,000 sorties" in right.record and "2 lost in 40,000 sorties" in right.record
    assert found(5e-3, 5e-2).verdict == "differs", "ten times worse, but not tiny"
    assert found(5e-6, 5e-6 / 50).verdict == "differs", "tiny, but not worse"
    assert "outside the 95 % interval" in found(5e-3, 5e-2).futures
    only = look(patterns.losses, [ran(cases[0], lost=often(0.1), flown=np.full(FUTURES, 1e3))])
    assert only.verdict == "cannot say", "nobody attacked batteries"
    unrun = look(patterns.losses, [ran(cases[0], lost=often(0.1), flown=np.full(FUTURES, 1e3))], cases[1:])
    assert unrun.verdict == "cannot say" and "2 lost in 40,000" in unrun.record


def test_no_loss_anywhere_cannot_say(lossy):
    run = [ran(lossy(name, 0.0, 1e4, suppress), lost=often(0.1), flown=np.full(FUTURES, 1e3))
           for name, suppress in (("a", 0.0), ("b", 1.0))]  # fmt: skip
    assert look(patterns.losses, run).verdict == "cannot say"


def test_suppression_is_quick_here_and_never_there(past, recorded):
    quick = past("a", {"days": recorded("suppressed_d", 3.0)}, 12, suppress=1.0)
    never = past("b", {"ever": recorded("suppressed", 0.0, "flag")}, 78, suppress=1.0)

    def found(days, share):
        return look(patterns.suppression, [ran(quick, days=np.full(FUTURES, days)), ran(never, ever=often(share))])

    assert found(3.0, 0.2).verdict == "agrees"
    assert found(3.0, 0.8).verdict == "differs" and found(9.0, 0.2).verdict == "differs"
    late = found(12.0, 0.2)
    assert late.verdict == "differs" and late.numbers["futures_suppressed"] == 0, "the end of the campaign means never"
    assert "within 3.0 days in 1 campaign; never in 1 campaign" in late.record
    assert look(patterns.suppression, [ran(never, ever=often(0.2))]).verdict == "cannot say"


@pytest.mark.parametrize(("pattern", "factor", "limit"), [(patterns.support, "patrol_share", 0.5),
                                                          (patterns.fleet, "fleet_rate", 0.7)])  # fmt: skip
def test_factors_lie_on_the_recorded_side(past, pattern, factor, limit):
    about = {"law": "measured", "scale": "logit", "centre": 0.3, "spread": 1.0, "between": 1.0, "reason": "x"}

    def case(name, value):
        own = PastCampaign.model_validate({"case": name, "evidence": ["x"], "value": value})
        return past(name, {}, pooled={factor: Pooled.model_validate(about)}, left_out={factor: own})

    def found(*pairs):
        return look(pattern, [ran(case(str(i), value), {factor: np.full(FUTURES, drawn)}) for i, (value, drawn)
                              in enumerate(pairs)])  # fmt: skip

    agree = found((0.2, 0.3), (0.4, 0.1))
    assert agree.verdict == "agrees" and f"below {limit:g} in 2 of 2 campaigns (0.20 to 0.40)" in agree.record
    assert "in 1,000 of 1,000 draws (medians 0.10 to 0.30)" in agree.futures
    differ = found((0.2, 0.3), (0.4, 0.9))
    assert differ.verdict == "differs" and differ.futures.endswith("unlike the record of Campaign 1")
    assert found((0.9, 0.9)).verdict == "agrees", "on the other side, as recorded"
    given = look(pattern, [ran(case("0", 0.2))])
    assert given.verdict == "cannot say" and "1 of 1 campaign" in given.record, "a person gave the factor a value"


def test_the_ratio_of_two_rates_has_an_exact_interval():
    ratio, low, high = rate_ratio(2, 40_000.0, 2, 400_000.0)
    assert ratio == pytest.approx(10) and low < 1 < 100 < high
    for end, tail in ((low, "greater"), (high, "less")):
        share = end * 40_000 / (end * 40_000 + 400_000)
        assert stats.binomtest(2, 4, share, alternative=tail).pvalue == pytest.approx(0.025, rel=1e-6)
    up, down = rate_ratio(3, 10.0, 7, 20.0), rate_ratio(7, 20.0, 3, 10.0)
    assert up[0] * down[0] == pytest.approx(1) and up[1] * down[2] == pytest.approx(1)
    assert rate_ratio(1, 1.0, 0, 1.0)[0] == rate_ratio(1, 1.0, 0, 1.0)[2] == math.inf
    assert rate_ratio(0, 1.0, 3, 1.0)[:2] == (0.0, 0.0)
    assert math.isnan(rate_ratio(0, 1.0, 0, 1.0)[0])


@pytest.mark.parametrize("events", [0, 1, 2, 50])
def test_a_rate_has_an_exact_interval(events):
    low, high = exact_rate(events, 10.0)
    if events:
        assert stats.poisson.sf(events - 1, low * 10) == pytest.approx(0.025)
    assert stats.poisson.cdf(events, high * 10) == pytest.approx(0.025)

"""Past campaigns at given values: the same bits however they are run, their own record left out, bad names refused."""

import dataclasses

import numpy as np
import pytest

from closedsky.cases import load_case
from closedsky.cases.shared import PastCampaign
from closedsky.futures import zones
from closedsky.futures.overrides import OverrideError
from closedsky.futures.recorded import predict
from closedsky.futures.sampling import Design, past
from closedsky.futures.zones import asked, campaigns, strip

FUTURES = 256


@pytest.fixture(scope="module")
def whole():
    return strip(futures=FUTURES)


def same(a, b):
    assert a.keys() == b.keys()
    return all(np.array_equal(a[key], b[key], equal_nan=True) for key in a)


def test_six_campaigns_in_the_order_of_time(whole):
    assert [case.reference_day.year for case in whole.cases] == [1991, 1992, 1993, 1999, 2011, 2011]
    for case, predicted in zip(whole.cases, whole.predicted, strict=True):
        wanted = {key for key, entry in case.recorded.items() if entry.quantity is not None}
        assert set(predicted.values) == wanted and predicted.futures == FUTURES and predicted.failures == 0
        for key, values in predicted.values.items():
            assert values.shape == (FUTURES,) and np.isfinite(values).all(), (case.id, key)


def test_a_campaign_alone_or_among_others_in_any_order_has_the_same_bits(whole):
    backwards = strip(cases=whole.cases[::-1], futures=FUTURES)
    for i, case in enumerate(whole.cases):
        (alone,) = strip(cases=[case], futures=FUTURES).predicted
        assert same(alone.values, whole.predicted[i].values)
        assert same(backwards.predicted[::-1][i].values, alone.values)


def test_the_strip_and_a_run_by_itself_agree(whole):
    for case, predicted in zip(whole.cases, whole.predicted, strict=True):
        assert same(predict(case, FUTURES).values, predicted.values), case.id


def test_more_futures_begin_with_fewer(whole):
    few = strip(futures=96)
    for a, b in zip(few.predicted, whole.predicted, strict=True):
        assert all(np.array_equal(a.values[key], b.values[key][:96], equal_nan=True) for key in a.values)


def test_given_values_replace_what_others_say(whole):
    given = strip({"cost_sortie": 0.5, "fleet_rate": "0.2..0.4"}, futures=FUTURES)
    for case, factors, before in zip(given.cases, given.factors, whole.factors, strict=True):
        assert {"cost_sortie", "fleet_rate"} <= set(before) and not {"cost_sortie", "fleet_rate"} & set(factors)
        assert set(case.pooled) == set(before)
    again = strip({"fleet_rate": (0.2, 0.4), "cost_sortie": 0.5}, futures=FUTURES)
    assert all(same(a.values, b.values) for a, b in zip(given.predicted, again.predicted, strict=True))
    for case, now, was in zip(given.cases, given.predicted, whole.predicted, strict=True):
        for key in case.recorded:
            if case.recorded[key].quantity in ("zone_kills", "suppressed"):
                assert not np.any(np.isnan(now.values[key])) and now.values[key].shape == was.values[key].shape


def test_cost_follows_the_cost_of_a_sortie(whole):
    one, two = (strip({"cost_sortie": value}, futures=FUTURES) for value in (0.1, 0.2))
    seen = 0
    for case, a, b in zip(one.cases, one.predicted, two.predicted, strict=True):
        for key, entry in case.recorded.items():
            if entry.quantity in ("cost", "cost_a_week"):
                np.testing.assert_allclose(b.values[key], 2 * a.values[key], rtol=1e-6)
                seen += 1
            elif entry.quantity == "coalition_sorties":
                assert np.array_equal(a.values[key], b.values[key])
    assert seen >= 3


def test_a_name_that_one_campaign_does_not_ask_about_is_passed_over_there(whole):
    given = strip({"war_path": "engagement"}, futures=FUTURES)
    for predicted in given.predicted:
        assert np.all(predicted.values["held_to_the_end"] >= 0)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"interceptt": 1}, "did you mean 'intercept'"),
        ({"cost_sortie": "cheap"}, "neither a number nor low..high"),
        ({"aid_max": 3}, "does not ask about it"),
        ({"cost_sortie": 0.0}, "must be above 0"),
    ],
)
def test_what_no_campaign_allows_is_refused(given, says):
    with pytest.raises(OverrideError, match=says):
        strip(given, futures=16)


def test_counts_and_records_are_needed():
    with pytest.raises(ValueError, match="at least 1"):
        strip(futures=0)
    bare = dataclasses.replace(campaigns()[0], recorded={})
    with pytest.raises(ValueError, match="nothing on record"):
        strip(cases=[bare], futures=16)


def test_the_campaigns_own_record_is_behind_none_of_its_draws(whole):
    for case in whole.cases:
        for pooled in case.pooled.values():
            assert case.id not in {each.case for each in pooled.campaigns}
        other = dataclasses.replace(
            case, left_out={key: PastCampaign(case=case.id, value=0.9, evidence=("x",)) for key in case.left_out}
        )
        assert np.array_equal(Design(case, 0).rows(0, 64), Design(other, 0).rows(0, 64))


def test_factors_are_draws_of_what_the_others_say(whole):
    for case, factors in zip(whole.cases, whole.factors, strict=True):
        for name, drawn in factors.items():
            expected = past(case.pooled[name])
            share = np.mean(drawn[:, None] <= expected.quantile(np.array([0.1, 0.5, 0.9])), axis=0)
            np.testing.assert_allclose(share, [0.1, 0.5, 0.9], atol=0.05)


def test_cases_with_other_grids_run_in_calls_of_their_own(whole):
    case = whole.cases[-1]
    coarse = dataclasses.replace(case, id="coarse", start=case.start[::2], length=case.length[::2] + case.length[1::2])
    found = strip(cases=[case, coarse], futures=FUTURES)
    assert same(found.predicted[0].values, whole.predicted[-1].values)
    sorties = [each.values["coalition_sorties"] for each in found.predicted]
    np.testing.assert_allclose(np.median(sorties[1]), np.median(sorties[0]), rtol=0.02)


def test_a_case_whose_record_needs_other_options_still_runs():
    ukraine = load_case("ukraine-2022")
    (found,) = strip(cases=[ukraine], futures=32).predicted
    assert same(found.values, predict(ukraine, 32).values)


def test_one_call_holds_tiles_of_several_campaigns():
    assert zones.TILES * 512 == 8192


def test_the_default_grid_agrees_with_a_much_finer_one():
    """Where batteries can fall within hours the first steps are short enough; the rest is smooth."""
    hard = [case for case in campaigns() if case.options[case.taken].levers["suppress"]]
    fine = []
    for case in hard:
        edges = np.concatenate([[0.0], np.geomspace(0.02, case.horizon, 400)])
        fine.append(dataclasses.replace(case, start=edges[:-1].copy(), length=np.diff(edges)))
    pairs = zip(hard, strip(cases=hard, futures=1024).predicted, strip(cases=fine, futures=1024).predicted, strict=True)
    for case, a, b in pairs:
        for key, entry in case.recorded.items():
            if entry.yes_or_no and entry.quantity is not None:
                assert abs(np.nanmean(a.values[key]) - np.nanmean(b.values[key])) < 0.03, (case.id, key)
            elif entry.quantity == "coalition_sorties":
                kept = [np.median(each.values[key][each.on[key]]) for each in (a, b)]
                np.testing.assert_allclose(kept[0], kept[1], rtol=0.03)


def test_what_a_strip_takes_values_for():
    names = asked()
    assert {"intercept", "sam_kill", "tolerance", "cost_sortie", "sorties"} <= names and "aid_max" not in names
    assert strip(dict.fromkeys(names & {"intercept", "patrol_share"}, 0.5), futures=16).given

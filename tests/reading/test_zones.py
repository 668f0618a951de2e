"""Campaigns held against their records: skill, coverage by campaign, misses, shared factors."""

import dataclasses
import datetime as dt
import json
import math

import numpy as np
import pytest
from scipy import special, stats

from closedsky.cases.shared import PastCampaign, Pooled
from closedsky.reading.factors import own_record
from closedsky.reading.naive import foresee, foresee_told
from closedsky.reading.patterns import PATTERNS
from closedsky.reading.record import Chance, Number
from closedsky.reading.scores import crps
from closedsky.reading.zones import Campaign, Held, hold_zones, share_within

FUTURES = 1024
NORMAL = special.ndtri((np.arange(FUTURES) + 0.5) / FUTURES)
START = dt.date(2001, 1, 1)
SPAN = {"from": START, "to": dt.date(2001, 4, 10)}


@pytest.fixture(scope="session")
def flown(recorded):
    """Sorties on record."""
    return lambda value, **more: recorded("coalition_sorties", value, "sum", **(SPAN | more))


@pytest.fixture(scope="session")
def ran():
    """A campaign with what its futures say of each item; every war is on to its end."""

    def build(case, values, factors=None):
        values = {key: np.asarray(each, float) for key, each in values.items()}
        return Campaign(case, values, {key: np.ones(len(each), bool) for key, each in values.items()}, factors or {})

    return build


@pytest.fixture(scope="session")
def pool(past, flown):
    """Three other campaigns, with 100, 10 and 30 sorties a day."""
    return [past(name, {"it": flown(value)}) for name, value in (("b", 1e4), ("c", 1e3), ("d", 3e3))]


def hold(campaigns, pool=(), futures=FUTURES, **more):
    return hold_zones(campaigns, pool, futures=futures, seed=0, view="then", **more)


def lognormal(middle, spread):
    return middle * np.exp(spread * NORMAL)


def test_skill_is_positive_for_better_and_negative_for_worse(past, flown, ran, pool):
    mine = past("a", {"it": flown(4_000.0)})
    naive = foresee(mine, pool)["it"]
    sharp, same, wrong = (
        hold([ran(mine, {"it": values})], pool).campaigns[0].held[0]
        for values in (lognormal(4_000.0, 0.1), naive.values, lognormal(10.0, 0.1))
    )
    assert sharp.skill > 0.5 > same.skill > -0.01 > wrong.skill
    assert same.skill == pytest.approx(0, abs=1e-6)
    assert sharp.skill == pytest.approx(1 - crps(np.log(lognormal(4_000.0, 0.1)), math.log(4_000.0)) / naive.score)
    assert sharp.sharpness < 1 and same.sharpness == pytest.approx(1) and sharp.naive is naive.reading


def test_skill_of_yes_or_no_is_that_of_log_scores(past, recorded, ran):
    def stopped(name):
        return past(name, {"it": recorded("fixed_wing_stopped", 1.0, "flag")})

    others = [stopped("b"), stopped("c")]
    (held,) = hold([ran(stopped("a"), {"it": np.arange(FUTURES) < 256})], others).campaigns[0].held
    assert held.skill == pytest.approx(1 - math.log((FUTURES + 1) / 256.5) / -math.log(2.5 / 3))
    assert held.sharpness is None and held.skill < 0


def test_skill_needs_a_naive_forecast(past, flown, ran, pool):
    mine = ran(past("a", {"it": flown(4_000.0)}), {"it": lognormal(4_000.0, 1)})
    (alone,) = hold([mine], pool[:1]).campaigns[0].held
    assert alone.skill is None and alone.sharpness is None and alone.naive is None
    assert "needs two" in alone.foreseen.law and alone.to_dict()["naive"]["reading"] is None
    found = hold([mine], [each for each in pool for _ in (0,)])
    assert found.better(Number) == (1, 1) and found.better(Chance) == (0, 0)


def test_a_campaign_with_many_numbers_weighs_as_one_with_few(past, flown, ran):
    inside, outside = lognormal(1_000.0, 1.0), lognormal(1.0, 0.01)
    many = past("many", {f"i{k}": flown(1_000.0) for k in range(9)})
    few = past("few", {"it": flown(1_000.0)})
    none = past("none", {"it": flown(1_000.0, kind="floor")})
    campaigns = [
        ran(many, {f"i{k}": inside for k in range(9)}),
        ran(few, {"it": outside}),
        ran(none, {"it": inside}),
    ]
    found = hold(campaigns).coverage
    assert found.most.value == pytest.approx(0.5) and found.middle.value == pytest.approx(0.5)
    assert found.most.error == pytest.approx(np.std([1.0, 0.0], ddof=1) / math.sqrt(2))
    assert (found.campaigns, found.numbers) == (2, 10), "a bound is no number inside or outside"
    alone = hold(campaigns[:1]).coverage
    assert alone.most.value == 1 and math.isnan(alone.most.error)
    nothing = hold(campaigns[2:]).coverage
    assert nothing.campaigns == 0 and nothing.to_dict()["band_90"]["value"] is None
    assert "recorded numbers" not in hold(campaigns[2:]).summary()


def test_what_says_the_same_again_is_shown_but_not_counted(past, flown, recorded, ran):
    daily = recorded("coalition_sorties_a_day", 10.0, "mean", restates="it", **SPAN)
    orphan = recorded("coalition_sorties_a_day", 10.0, "mean", restates="unpredicted", **SPAN)
    silent = flown(1.0).model_copy(update={"quantity": None})
    case = past("a", {"it": flown(1_000.0), "again": daily, "orphan": orphan, "unpredicted": silent})
    far = {"it": lognormal(1.0, 0.1), "again": lognormal(0.01, 0.1), "orphan": lognormal(10.0, 0.1)}
    found = hold([ran(case, far)])
    assert [each.again for each in found.campaigns[0].held] == [False, True, False, False]
    assert found.coverage.numbers == 2 and [each.item.id for _, each in found.misses] == ["it"]
    assert found.campaigns[0].backtest.coverage().of == 2
    assert found.campaigns[0].held[1].missed and found.campaigns[0].to_dict()["items"][1]["counted"] is False


def test_the_worst_misses_are_free_of_units(past, flown, recorded, ran):
    record = {
        "near": flown(1_500.0),
        "far": recorded("cost", 1e9, "sum", **SPAN),
        "never": recorded("fixed_wing_stopped", 1.0, "flag"),
        "fine": flown(1_000.0),
        "point": recorded("suppressed_d", 3.0),
        "less": recorded("cost", 0.0, "sum", **SPAN),
    }
    values = {
        "near": lognormal(1_000.0, 0.1),
        "far": lognormal(1e-3, 0.1),
        "never": np.zeros(FUTURES),
        "fine": lognormal(1_000.0, 0.1),
        "point": np.full(FUTURES, 12.0),
        "less": 100.0 + NORMAL,
    }
    found = hold([ran(past("a", record), values)])
    assert [each.item.id for _, each in found.worst(9)] == ["point", "far", "less", "never", "near"]
    held = {each.item.id: each for _, each in found.misses}
    half = 1.645 * 0.1
    assert held["near"].excess == pytest.approx((math.log(1.5) - half) / half, rel=0.02)
    assert held["less"].excess == pytest.approx((100 - 1.645) / 1.645, rel=0.02), "a zero has no logarithm"
    assert held["never"].excess == pytest.approx(-math.log(0.5 / (FUTURES + 1)))
    assert math.isinf(held["point"].excess) and held["point"].to_dict()["excess"] is None
    assert found.campaigns[0].held[3].excess == 0
    assert [each.item.id for _, each in found.worst(2)] == ["point", "far"]


def test_a_miss_and_its_mirror_image_are_as_bad(past, flown, ran):
    case = past("a", {"up": flown(2_000.0), "down": flown(500.0)})
    found = hold([ran(case, {key: lognormal(1_000.0, 0.1) for key in ("up", "down")})])
    up, down = (each for _, each in sorted(found.misses, key=lambda miss: miss[1].item.id, reverse=True))
    assert up.excess == pytest.approx(down.excess, rel=1e-6)
    assert (up.reading.verdict, down.reading.verdict) == ("above", "below")
    text = found.summary()
    assert "above the band" in text and "below the band" in text


def test_futures_without_a_value_are_left_out(past, flown, ran, pool):
    values = np.where(np.arange(FUTURES) % 3 == 0, np.nan, lognormal(4_000.0, 0.5))
    (held,) = hold([ran(past("a", {"it": flown(4_000.0)}), {"it": values})], pool).campaigns[0].held
    assert held.reading.futures == FUTURES * 2 // 3 and held.skill > 0
    assert math.isfinite(held.reading.error)


def test_no_future_with_a_value_is_no_reading(past, flown, ran):
    case = past("a", {"it": flown(4_000.0), "other": flown(4_000.0)})
    empty = np.full(FUTURES, np.nan)
    held = hold([ran(case, {"it": empty, "other": lognormal(1.0, 1.0)})]).campaigns[0].held
    assert held[0].reading is None and held[0].skill is None and not held[0].missed
    with pytest.raises(ValueError, match="a: no future gave a number"):
        hold([ran(case, {"it": empty, "other": empty})])


@pytest.mark.parametrize("futures", [1, 2, 31])
def test_few_futures_have_no_errors(past, flown, ran, pool, futures):
    mine = ran(past("a", {"it": flown(4_000.0)}), {"it": np.geomspace(1e3, 1e4, futures)})
    (held,) = hold([mine], pool, futures).campaigns[0].held
    assert math.isnan(held.reading.error) and held.skill is not None
    json.dumps(hold([mine], pool, futures).to_dict(), allow_nan=False)


def test_bad_input_is_one_line(past, flown, ran):
    mine = ran(past("a", {"it": flown(1.0)}), {"it": NORMAL})
    for campaigns, futures, words in (
        ([], FUTURES, "no campaign to hold"),
        ([mine, mine], FUTURES, "two campaigns are called a"),
        ([mine], 9, r"a: it has values of shape \(1024,\), not \(9,\)"),
        ([ran(past("a", {}), {})], FUTURES, "a has nothing on record that is predicted"),
    ):
        with pytest.raises(ValueError, match=words) as caught:
            hold(campaigns, futures=futures)
        assert "\n" not in str(caught.value)


def pooled(law, campaigns=()):
    scale = "logit" if law == "binomial" else "log"
    about = {"law": law, "scale": scale, "centre": 0.1, "spread": 2.0, "between": 1.0, "reason": "x"}
    return Pooled.model_validate(about | {"campaigns": campaigns})


def own(**given):
    return PastCampaign.model_validate({"case": "a", "evidence": ["x"], **given})


def test_factors_of_the_others_stand_beside_the_own_record(past, flown, ran):
    others = [own(value=0.2).model_copy(update={"case": name}) for name in ("b", "c")]
    case = past(
        "a",
        {"it": flown(1.0)},
        pooled={"patrol_share": pooled("measured", tuple(others)), "intercept": pooled("binomial")},
        left_out={"patrol_share": own(low=0.5, value=0.6, high=0.7)},
    )
    draws = {"patrol_share": np.r_[np.linspace(0.1, 0.4, FUTURES - 1), np.nan], "intercept": np.full(FUTURES, 0.5)}
    found = hold([ran(case, {"it": NORMAL}, draws)]).campaigns[0].factors
    share, intercept = found
    assert share.others == ("b", "c") and share.median == pytest.approx(0.25, abs=1e-3)
    assert share.verdict == "above" and share.inside is False and share.own.value == 0.6
    assert share.most == pytest.approx((0.115, 0.385), abs=1e-3)
    assert intercept.own is None and intercept.inside is None and intercept.verdict == ""
    assert share.label == case.assumptions["patrol_share"].label
    plain = share.to_dict()
    assert plain["recorded"]["low"] == 0.5 and plain["predicted"]["band_90"] == list(share.most)


@pytest.mark.parametrize(("events", "exposure"), [(0, 100), (3, 100), (100, 100)])
def test_counts_of_a_factor_have_jeffreys_intervals(past, events, exposure):
    given = {"left_out": {"intercept": own(events=events, exposure=exposure)}}
    share = own_record(past("a", {}, pooled={"intercept": pooled("binomial")}, **given), "intercept")
    beta = stats.beta(events + 0.5, exposure - events + 0.5).ppf([0.05, 0.95])
    assert share.low == pytest.approx(beta[0] if events else 0) and share.value == events / exposure
    assert share.high == pytest.approx(beta[1] if events < exposure else 1)
    rate = own_record(past("a", {}, pooled={"intercept": pooled("poisson")}, **given), "intercept")
    gamma = stats.gamma(events + 0.5, scale=1 / exposure).ppf([0.05, 0.95])
    assert (rate.low, rate.high) == pytest.approx((gamma[0] if events else 0, gamma[1]))


def test_a_factor_without_a_range_is_one_value(past):
    given = {"pooled": {"patrol_share": pooled("measured")}, "left_out": {"patrol_share": own(value=0.6)}}
    found = own_record(past("a", {}, **given), "patrol_share")
    assert (found.low, found.value, found.high) == (0.6, 0.6, 0.6)
    assert own_record(past("a", {}), "patrol_share") is None


@pytest.fixture(scope="module")
def found(past, flown, recorded, ran, pool):
    """Two campaigns with a bit of everything."""
    cases = [
        past(
            name,
            {
                "it": flown(4_000.0),
                "again": recorded("coalition_sorties_a_day", 40.0, "mean", restates="it", **SPAN),
                "lost": recorded("coalition_lost", 1.0),
                "stopped": recorded("fixed_wing_stopped", 1.0, "flag"),
                "silent": flown(1.0).model_copy(update={"quantity": None, "reason": "No such thing."}),
            },
        )
        for name in ("a", "z")
    ]
    values = {
        "it": lognormal(100.0, 0.5),
        "again": lognormal(1.0, 0.5),
        "lost": lognormal(1.0, 1.0),
        "stopped": np.zeros(FUTURES),
    }
    return hold([ran(case, values) for case in cases], [*pool, *cases], notes=("a note",))


def test_the_reading_is_plain_and_says_what_it_is_not(found):
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["schema"] == "closedsky-zones/1" and "Not a forecast" in plain["caution"]
    assert plain["summary"] == found.summary() and plain["notes"] == ["a note"]
    assert "later ones too" in plain["about"] and "correlated and few" in plain["about_coverage"]
    assert plain["about_coverage"].startswith("2 campaigns of one alliance's air forces")
    assert "calibrated" not in json.dumps(plain).lower()
    assert plain["pool"] == ["a", "b", "c", "d", "z"]
    first = plain["campaigns"][0]
    assert [each["id"] for each in first["items"]] == ["it", "again", "lost", "stopped", "silent"]
    assert first["items"][1]["restates"] == "it" and first["items"][4]["naive"] is None
    assert first["items"][0]["naive"]["others"] == ["b", "c", "d", "z"]
    assert first["coverage"] == {"band_50": 1, "band_90": 1, "of": 2}
    assert [(each["case"], each["item"]) for each in plain["misses"]] == [
        ("a", "stopped"), ("z", "stopped"), ("a", "it"), ("z", "it"),
    ]  # fmt: skip
    assert len(plain["patterns"]) == len(PATTERNS)


def test_the_sentence_counts_what_is_there(found):
    text = found.summary()
    total = found.coverage
    assert text.startswith("In 2 past air campaigns, ") and text.endswith(".") and text.count(". ") == 0
    assert share_within(total.most) in text and share_within(total.middle) in text
    better, of = found.better(Number)
    assert f"{better} of {of} numbers" in text and of == 4
    for case, each in found.misses:
        assert f"{each.item.entry.label} ({found.campaign(case).backtest.title}" in text


def test_perfect_futures_miss_nothing(past, flown, ran, pool):
    found = hold([ran(past("a", {"it": flown(4_000.0)}), {"it": np.full(FUTURES, 4_000.0)})], pool)
    assert found.misses == () == found.worst() and "nothing is missed" in found.summary()
    assert found.summary().startswith("In 1 past air campaign, ") and found.campaigns[0].held[0].skill == 1
    assert found.caution.startswith("One campaign is few")


def test_rows_for_other_tools(found):
    table = found.to_pandas()
    assert table.index.names == ["campaign", "item"] and len(table) == 8
    assert table.loc[("a", "it"), "form"] == "number" and table.loc[("a", "stopped"), "form"] == "event"
    assert not table.loc[("a", "again"), "counted"]
    held = found.campaign("z").held[0]
    assert isinstance(held, Held) and table.loc[("z", "it"), "skill"] == held.skill
    assert table.loc[("z", "it"), "naive_median"] == held.naive.median.to_dict()


def test_a_name_that_is_not_there(found):
    with pytest.raises(KeyError):
        found.campaign("nobody")


def test_numbers_are_read_over_the_futures_in_which_the_zone_is_kept(past, recorded, flown, pool):
    """Half of the futures give the zone up and fly nothing: numbers do not see them, the question itself does."""
    keeps = np.arange(FUTURES) % 2 == 0
    mine = past("a", {"it": flown(4_000.0), "kept": recorded("held_to_the_end", 1.0, "flag")})
    values = {"it": np.where(keeps, 4_000.0, 0.0), "kept": keeps.astype(float)}
    run = Campaign(mine, values, dict.fromkeys(values, keeps), {})
    (held,) = hold([run], pool).campaigns
    sorties, kept = held.held
    assert sorties.reading.most == (4_000.0, 4_000.0) and sorties.reading.futures == FUTURES // 2
    assert sorties.item.over_all.most == (0.0, 4_000.0)
    assert kept.reading.share.value.value == 0.5 and kept.reading.share.of == FUTURES
    assert held.kept.count == FUTURES // 2
    always = hold([Campaign(mine, values, dict.fromkeys(values, np.ones(FUTURES, bool)), {})], pool).campaigns[0]
    assert always.held[0].reading.most == (0.0, 4_000.0)
    assert sorties.skill > always.held[0].skill


def test_what_the_model_cannot_answer_otherwise_is_not_counted(past, recorded, flown, ran, pool):
    mine = past("a", {"it": flown(4_000.0), "ground": recorded("ground_killing", 1.0, "flag")})
    (held,) = hold([ran(mine, {"it": lognormal(4_000.0, 0.1), "ground": np.ones(FUTURES)})], pool).campaigns
    assert [each.constructed for each in held.held] == [False, True]
    assert [each.item.id for each in held.counted] == ["it"]
    plain = held.to_dict()["items"][1]
    assert plain["by_construction"] and not plain["counted"]


def test_a_forecaster_told_of_the_aircraft_is_harder_to_beat(past, flown, ran):
    """All campaigns flew two sorties an aircraft and day: who knows the aircraft knows the sorties."""

    def campaign(name, aircraft):
        case = past(name, {"it": flown(200.0 * aircraft)})
        option = case.options[case.taken]
        levers = {**option.levers, "force": float(aircraft), "strikers": 0.0, "suppressors": 0.0}
        options = {**case.options, case.taken: dataclasses.replace(option, levers=levers)}
        return dataclasses.replace(case, options=options)

    others = [campaign("b", 10), campaign("c", 100), campaign("d", 1000)]
    mine = campaign("a", 40)
    told = foresee_told(mine, others)["it"]
    assert told.values == pytest.approx(np.full(len(told.values), 8_000.0))
    found = hold([ran(mine, {"it": lognormal(8_000.0, 0.1)})], others)
    (held,) = found.campaigns[0].held
    assert held.skill > 0.5 and held.skill_told is None  # a forecast that is exactly right cannot be beaten
    near = [campaign("b", 11), campaign("c", 100), campaign("d", 1000)]
    near = [
        dataclasses.replace(each, recorded={"it": flown(value)})
        for each, value in zip(near, (1e3, 2e4, 3e5), strict=True)
    ]
    (held,) = hold([ran(mine, {"it": lognormal(4_000.0, 1.0)})], near).campaigns[0].held
    assert held.skill_told < held.skill


def test_skill_over_all_futures_stands_beside_that_over_kept_ones(past, flown, pool):
    keeps = np.arange(FUTURES) % 4 != 0
    mine = past("a", {"it": flown(4_000.0)})
    run = Campaign(mine, {"it": np.where(keeps, lognormal(4_000.0, 0.1), 1.0)}, {"it": keeps}, {}, {"active": 0.75})
    found = hold([run], pool)
    (held,) = found.campaigns[0].held
    assert held.skill > held.skill_all
    assert found.better(Number) == (1, 1) and found.better(Number, "skill_all")[1] == 1
    assert found.kept == (0.75, 0.75, 0.75) and "750 of 1,000 futures" in found.summary()
    assert found.to_dict()["zone_kept"] == {"least": 0.75, "greatest": 0.75, "all_at_once": 0.75}
    assert found.campaigns[0].to_dict()["fates"] == {"active": 0.75}

"""What is printed of past air campaigns: everything in it computed from the reading."""

import io
import re
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from closedsky.cases import load_case
from closedsky.reading.record import Chance, Number
from closedsky.reading.words import figure, per_thousand
from closedsky.reading.zones import LEAVE_ONE_OUT, Campaign, hold_zones, share_within
from closedsky.showing.record_words import recorded
from closedsky.showing.terminal import Screen
from closedsky.showing.zones_screen import _broken, _skill, show_zones
from closedsky.showing.zones_words import ABOUT

FUTURES = 256
ALL = 4
NAMES = ("southern-watch-1992", "deny-flight-1993", "allied-force-1999", "odyssey-dawn-2011")


@lru_cache
def _cases():
    return tuple(load_case(name) for name in NAMES)


@lru_cache
def _found(count=ALL, futures=FUTURES):
    """Shipped campaigns against invented futures: some right, some far off, some undefined."""
    campaigns = []
    for case in _cases()[:count]:
        rng = np.random.default_rng(len(case.id))
        values = {}
        for key, each in case.recorded.items():
            if each.quantity is None:
                continue
            stated = next(end for end in (each.value, each.low, each.high) if end is not None)
            drawn = (stated or 1.0) * np.exp(rng.normal(rng.choice([0.0, -3.0]), 0.5, futures))
            values[key] = (rng.random(futures) < rng.random()).astype(float) if each.yes_or_no else drawn
            if key == "cost_a_week" and futures > 1:
                values[key][::3] = np.nan
        on = {key: np.ones(futures, bool) for key in values}
        factors = {name: rng.lognormal(-2.0, 1.0, futures) for name in case.pooled}
        campaigns.append(Campaign(case, values, on, factors))
    return hold_zones(campaigns, _cases(), futures=futures, seed=0, view="then", notes=("A note.",))


@lru_cache
def _shown(width=80, count=ALL, futures=FUTURES):
    file = io.StringIO()
    show_zones(Screen(file, width, False), _found(count, futures), _cases(), "closedsky backtest --seed 0")
    return file.getvalue()


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("count", [1, ALL])
def test_it_fits_the_page(width, count):
    lines = _shown(width, count).splitlines()
    assert max(map(len, lines)) <= min(width, 100)
    assert not [line for line in lines if line != line.rstrip()]


def test_at_eighty_columns_the_futures_come_first_and_the_naive_forecaster_below():
    heads = [line for line in _shown(80).splitlines() if re.match(r"(Quantity|Yes or no|bound) ", line)]
    assert heads and all("Skill" in line for line in heads[::2]) and not any("Skill" in line for line in heads[1::2])
    assert len(heads) % 2 == 0 and all("score" in line for line in heads[1::2])


def test_it_begins_with_what_it_is_not_and_what_it_cannot_say():
    text, found = flat(_shown()), _found()
    assert text.startswith("Not a forecast and not a targeting tool")
    assert text.index(LEAVE_ONE_OUT) < text.index(found.summary()) < text.index("How to read the tables")
    assert text.count(found.caution) == 2 and "correlated and few" in text
    assert "calibrated" not in text.lower() and "no later fact is used" not in text
    for name in NAMES:
        assert f"closedsky cases {name}" in text
    assert text.endswith("The same numbers again closedsky backtest --seed 0") and "A note." in text


def test_every_campaign_has_its_record_beside_the_futures():
    text = flat(_shown(100))
    for campaign in _found().campaigns:
        assert f"{campaign.backtest.title}: against the record" in text
        for each in campaign.held:
            entry, reading = each.item.entry, each.reading
            if isinstance(reading, Number) and entry.kind == "estimate":
                row = rf"{recorded(entry)} {re.escape(figure(reading.median.value))} .*?{reading.verdict}"
                assert re.search(row, text), each.item.id
            if isinstance(reading, Chance):
                assert recorded(entry) in text and per_thousand(reading.share.value.value) in text


def test_rows_of_a_table_are_those_of_the_reading():
    (campaign,) = (each for each in _found().campaigns if each.backtest.case == "odyssey-dawn-2011")
    text = _shown().split(f"{campaign.backtest.title}: against the record")[1].split("Shared factors")[0]
    held = next(each for each in campaign.held if each.item.id == "coalition_sorties")
    low, high = (figure(end) for end in held.reading.most)
    (line,) = [line for line in text.splitlines() if f" {recorded(held.item.entry)} " in line]
    assert figure(held.reading.median.value) in line and held.reading.verdict in line and _skill(held.skill) in line
    assert low in line and (f"to {high}" in text)
    again = next(each for each in campaign.held if each.again)
    block = text[text.index(f"({again.item.entry.unit}") :]
    assert "the same fact" in block


def test_what_was_not_measured_says_so():
    text = _shown()
    assert "yes, judged" in text and "disputed" in text


def test_the_same_fact_and_missing_futures_are_said_in_words():
    found, text = _found(), flat(_shown())
    again = sum(each.again for campaign in found.campaigns for each in campaign.held if each.reading is not None)
    assert text.count("the same fact") == again > 0
    part = [
        each
        for campaign in found.campaigns
        for each in campaign.held
        if isinstance(each.reading, Number) and each.reading.futures < FUTURES
    ]
    assert part and text.count("of 1,000 futures") >= len(part)


def test_factors_patterns_coverage_and_misses_are_computed():
    found, text = _found(), flat(_shown())
    for campaign in found.campaigns:
        for factor in campaign.factors:
            assert factor.label in text
            if factor.own is not None and factor.own.events is not None:
                assert f"{factor.own.events:,g} of {factor.own.exposure:,g}" in text
    tested = [each for each in found.patterns if each.about == "relations"]
    agree = sum(each.verdict == "agrees" for each in tested)
    assert f"of {len(tested)} that test the relations of the model {agree} agree" in text
    assert 0 < len(tested) < len(found.patterns) and "so it tests nothing" in text
    for pattern in found.patterns:
        assert f"{pattern.name}: {pattern.verdict}{ABOUT[pattern.about]}. On record: {pattern.record}." in text
        assert f"Futures: {pattern.futures}." in text
    assert f"Mean of {found.coverage.campaigns} {share_within(found.coverage.middle)}" in text
    for place, (case, each) in enumerate(found.worst(99), 1):
        assert f"{place}. {each.item.entry.label} ({found.campaign(case).backtest.title}): " in text


def test_what_is_not_predicted_or_not_foreseen_says_why():
    text = flat(_shown())
    for campaign in _found().campaigns:
        for each in campaign.held:
            if each.reading is None:
                assert flat(f"- {each.item.entry.label}: {recorded(each.item.entry)}") in text
                assert flat(each.item.entry.reason) in text
            elif each.naive is None:
                assert f"It {each.foreseen.law}: " in text
            for source in each.item.sources.values():
                assert flat(source.title) in text


def test_one_campaign_is_its_tables_only():
    text = flat(_shown(80, 1))
    case = _cases()[0]
    assert f"{case.title} {case.question}" in text and f"{case.title}: against the record" in text
    for absent in ("Patterns", "How many recorded numbers lie inside", "Misses, worst first"):
        assert absent not in text
    assert "The naive forecaster" in text and "One campaign is few" in text


def test_one_future_is_shown_without_errors():
    assert "No errors: they need at least 32 futures" in flat(_shown(80, ALL, 1))


def test_skill_in_words():
    assert [_skill(each) for each in (None, 1.0, 0.0, 0.123, -0.5, -3.21, -47.2, -1e4)] == [
        "-", "+1.0", "+0.00", "+0.12", "-0.50", "-3.2", "-47", "<-99",
    ]  # fmt: skip


def test_only_wide_ranges_are_broken():
    assert _broken("0 to 3") == "0 to 3" and _broken("19,000 to 60,000") == "19,000\nto 60,000"
    assert _broken("123456789012") == "123456789012"


def test_what_becomes_of_the_zones_is_shown_for_each_path():
    found = _found()
    fates = {"active": 0.25, "adversary_kept_out": 0.125, "coalition_gave_way": 0.5, "losses": 0.125}
    other = replace(found, campaigns=tuple(replace(each, fates=fates) for each in found.campaigns))
    file = io.StringIO()
    show_zones(Screen(file, 200, False), found, _cases(), "x", {"contest": found, "engagement": other})
    text = file.getvalue()
    assert "What becomes of the zones" in text and "engagement path" in text
    assert re.search(r"250 +120 +500 +120", text)
    assert f"Under the engagement path: {other.summary()[:60]}" in flat(text)

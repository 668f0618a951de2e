from types import SimpleNamespace

import numpy as np
import pytest

import closedsky
from closedsky.futures.mixtures import (
    STRUCTURE,
    Held,
    Reweighted,
    Simulated,
    TooFew,
    by_net,
    density_ratio,
    differing,
    kish,
)
from closedsky.futures.sampling import NETS, Design

PARTS = [("lives_rate_effect", 1.0), ("direct_combat", 1.0), ("held", 100.0), ("cost", 1.0)]
OPTIONS = ("refuse", "full-zone")
A = Held("A", {"substitutable": (0.7, 1.0), "resolve": (0.1, 1.0), "intercept": (0.02, 0.7)})
B = Held("B", {"substitutable": (0.0, 0.3)})
BOTH = frozenset(("substitutable", "resolve"))


@pytest.fixture(scope="module")
def mixed(case):
    return Simulated(case, A, B, "contest", PARTS, 128)


def test_what_differs_is_what_is_not_the_same_range(case, mixed):
    assert mixed.items == differing(case, A, B, "then") == ("substitutable", "resolve")
    assert differing(case, A, A, "then") == ()
    wide = Held("wide", {"resolve": (0.01, 100.0)})
    assert differing(case, wide, Held("none", {}), "then") == ("resolve",)
    assert differing(case, wide, Held("none", {}), "now") == ()


@pytest.mark.parametrize(("at_a", "held"), [(BOTH, A), (frozenset(), B)])
def test_a_whole_position_is_the_run_under_its_ranges(case, mixed, at_a, held):
    run = closedsky.run(case, 128, options=OPTIONS, overrides={**held.ranges, "war_path": "contest"})
    found = mixed.futures_of(at_a, OPTIONS)
    for place, (outcome, scale) in enumerate(PARTS):
        expected = np.stack([run.values(outcome, option) for option in OPTIONS]) * scale
        np.testing.assert_allclose(found[:, place], expected, rtol=1e-6)
    assert mixed.overrides(held is A)["war_path"] == "contest"


def test_a_mixture_takes_each_range_from_its_owner(case, mixed):
    names = list(case.assumptions)
    rows = mixed._mixed(frozenset(("resolve",)), 128)
    assert rows[:, names.index("resolve")].max() <= 1.0
    assert rows[:, names.index("substitutable")].max() <= 0.3
    usual = Design(case, 0).rows(0, 128)
    others = [i for i, name in enumerate(names) if name not in BOTH]
    assert np.array_equal(rows[:, others], usual[:, others])


def test_a_loading_moves_what_it_ties_together(case):
    a = Held("A", {"latent_strength": (0.6, 0.7), "resolve": (0.1, 1.0)})
    found = Simulated(case, a, Held("B", {}), "contest", PARTS, 64)
    mixed = found._mixed(frozenset(("latent_strength",)), 64)
    expected = Design(case, 0, "then", {"latent_strength": (0.6, 0.7)}).rows(0, 64)
    assert np.array_equal(mixed, expected)


def test_the_first_futures_of_a_mixture_are_a_smaller_one(mixed):
    whole, part = mixed.futures_of(BOTH, OPTIONS), mixed.futures_of(BOTH, OPTIONS, 64)
    assert np.array_equal(whole[..., :64], part)
    means = mixed.means(BOTH, OPTIONS)
    assert means.shape == (2, len(PARTS), NETS)
    np.testing.assert_allclose(means.mean(-1), np.nanmean(whole, -1), rtol=1e-9)
    assert np.array_equal(mixed.means(BOTH, OPTIONS[1:]), means[1:])


def test_switches_are_exchanged_together(case):
    a = Held("A", {}, {"length_effect": "shorter"})
    found = Simulated(case, a, Held("B", {}, {"length_effect": "none"}), "contest", PARTS, 64)
    assert found.items == (STRUCTURE,)
    assert Simulated(case, Held("A", {}, {"length_effect": "none"}), Held("B", {}), "contest", PARTS, 64).items == ()


def test_few_futures_are_refused(case):
    with pytest.raises(ValueError, match="63 futures are too few: at least 64"):
        Simulated(case, A, B, "contest", PARTS, 63)


def test_the_ratio_of_densities_on_either_scale(case):
    x = np.array([0.1, 0.75, 0.9])
    assert density_ratio(x, (0.7, 1.0), case, "substitutable") == pytest.approx([0, 1 / 0.3, 1 / 0.3])
    x = np.array([0.05, 0.3, 5.0])  # the case: 0.1 to 10 on a log scale, two decades; the position one of them
    assert density_ratio(x, (0.1, 1.0), case, "resolve") == pytest.approx([0, 2, 0])
    assert density_ratio(x, (1.0, 1.0), case, "resolve") == pytest.approx([0, 0, 0])


def test_kish_and_nets():
    assert kish(np.array([2.0, 2.0, 0.0])) == 2.0
    random = np.random.default_rng(0)
    values, weight = random.normal(size=320), random.random(320)
    assert by_net(values).mean() == pytest.approx(values.mean())
    weighted = by_net(values, weight)
    assert weighted.mean() == pytest.approx(np.average(values, weights=weight), abs=0.01)
    assert np.isfinite(by_net(np.where(values > 1, np.nan, values))).all()


def accepted(case, futures=2048):
    """A run whose accepted futures are the draws of the view now themselves: what a record that says nothing leaves."""
    run = closedsky.run(case, futures, options=OPTIONS, overrides={"war_path": "contest"})
    rows = Design(case, 0, "now").rows(0, futures)
    values = {name: run.values(name, option) for name, _ in PARTS for option in OPTIONS}
    assert values
    found = SimpleNamespace(
        case=case, conditioned=SimpleNamespace(accepted=SimpleNamespace(assumptions=rows)), futures=futures, seed=0,
        war_path="contest", switches=run.switches, options=OPTIONS, sound=run.sound,
        values=lambda outcome, option: rows[:, list(case.assumptions).index("substitutable")]
        if outcome == "held" else run.values(outcome, option),
    )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def now(case):
    return accepted(case)


def test_reweighting_gives_the_mean_under_the_other_range(case, now):
    found = Reweighted(now, A, B, PARTS)
    held = [found.means(at_a, OPTIONS)[0, 2].mean() for at_a in (BOTH, frozenset(), frozenset(("resolve",)))]
    assert held == pytest.approx([85, 15, 15], rel=0.01)  # hundredths: the middles of the two ranges
    weights = found.weights(False)
    assert set(np.round(np.unique(weights), 9)) == {0.0, round(1 / 0.3, 9)}
    assert found.worth[1] == pytest.approx(0.3 * 2048, rel=0.02)
    assert found.worth[0] == pytest.approx(0.3 * 0.5 * 2048, rel=0.05)


def test_a_range_beyond_the_case_is_cut_and_said(case, now):
    wide = Held("wide", {"resolve": (0.01, 1.0)})
    found = Reweighted(now, wide, Held("none", {}), PARTS)
    assert found.cut == (("resolve",), ())
    assert found.weights(True).max() == pytest.approx(2.0)


@pytest.mark.parametrize("ends", [(0.5, 0.52), (0.5, 0.5)])
def test_too_few_futures_are_refused_in_one_line(now, ends):
    with pytest.raises(TooFew, match="accepted futures are left for narrow, fewer than 100") as caught:
        Reweighted(now, Held("narrow", {"substitutable": ends}), B, PARTS)
    assert "\n" not in str(caught.value)


def test_switches_have_to_be_those_of_the_search(now):
    with pytest.raises(
        ValueError, match="A chose shorter for Whether a zone or support changes how long the war lasts"
    ):
        Reweighted(now, Held("A", {}, {"length_effect": "shorter"}), B, PARTS)

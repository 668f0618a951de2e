import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from closedsky.futures.results import Estimate
from closedsky.reading.agreement import agree
from closedsky.reading.crux import Crux, Matrix, PathCrux, Side, lives, signed_lives, skill_of
from closedsky.reading.observation import apart, bins, divergence, observe, together
from closedsky.reading.preference import (
    VALUES,
    options_apart,
    players,
    prefer,
    share_out,
    told,
    worth_of,
)
from closedsky.reading.worth import Weights

NETS = 16
OPTIONS = ("refuse", "full-zone", "corridors")
ONE, TWO = Weights(combat=1000.0), Weights(combat=50_000.0)
GROUPS = {"deterrence": ("substitutable", "tolerance"), "patrol": ("intercept",)}
MORE = {"escalation": ("resolve",)}
ITEMS = ("substitutable", "tolerance", "intercept")


def world(effect, combat=None, noise=0.0):
    """Means of mixtures made by hand: lives lost under an option, by what is as the first person has it."""
    shift = noise * np.linspace(-1.0, 1.0, NETS)

    def means(at_a, options, count=None):
        table = np.zeros((len(options), 4, NETS))
        for place, option in enumerate(options):
            table[place, 0] = effect(frozenset(at_a), option) + (shift if option == "full-zone" else 0.0)
            table[place, 1] = (combat or {}).get(option, 0.0)
        return table

    return means


def additive(at_a, option):
    """The zone costs 100 lives, and saves 30, 20 and 10 where the first person's view of each thing holds."""
    if option != "full-zone":
        return 50.0 if option == "corridors" else 0.0
    return 100.0 - 130.0 * ("substitutable" in at_a) - 20.0 * ("tolerance" in at_a) - 10.0 * ("intercept" in at_a)


def sides(names=("Analyst A", "Analyst B"), weights=(ONE, TWO)):
    return [
        Side(name, True, "2026-11-29", "0" * 64, None, each, {"substitutable": ends}, {})
        for name, each, ends in zip(names, weights, ((0.7, 1.0), (0.0, 0.3)), strict=True)
    ]


def pair(case, means, weights, names=("Analyst A", "Analyst B"), items=ITEMS, swapped=False):
    if swapped:
        given, everything = means, frozenset(items)
        means = lambda at_a, options, count=None: given(everything - at_a, options)  # noqa: E731
        weights, names = weights[::-1], names[::-1]
    a, b = sides(names, weights)
    first = prefer(means(frozenset(items), OPTIONS), OPTIONS, weights[0])
    second = prefer(means(frozenset(), OPTIONS), OPTIONS, weights[1])
    groups = {key: kept for key, of in (GROUPS | MORE).items() if (kept := [name for name in of if name in items])}
    gap = share_out(means, groups, weights, options_apart(first, second, case.taken))
    found = PathCrux(first, second, gap, agree(means, OPTIONS, items, weights, (first, second)), None)
    return Crux(case, "then", 4096, 0, a, b, {"contest": found, "engagement": found}, None, "not sealed")


@pytest.fixture(scope="module")
def case():
    import closedsky

    return closedsky.load_case("ukraine-2022")


def test_worth_counts_every_part_in_lives():
    table = np.ones((1, 4, NETS)) * np.array([10.0, 0.5, 3.0, 2.0])[:, None]
    assert worth_of(table, Weights(100.0, 5.0, 1.0))[0] == pytest.approx([-(10 + 50 + 15 + 2)] * NETS)
    table[0, 3] = np.nan
    assert worth_of(table, Weights(100.0))[0] == pytest.approx([-60.0] * NETS)  # what weighs nothing spoils nothing


def test_a_preference_and_what_cannot_be_told_apart():
    sure = prefer(world(additive)(ITEMS, OPTIONS), OPTIONS, Weights())
    assert (sure.best, sure.second, sure.told) == ("full-zone", "refuse", True)
    assert sure.lead == Estimate(60.0, 0.0)
    unsure = prefer(world(additive, noise=1000.0)(ITEMS, OPTIONS), OPTIONS, Weights())
    assert unsure.best == "full-zone" and not unsure.told
    assert not told(Estimate(0.0, 0.0))
    with pytest.raises(ValueError, match="two options"):
        prefer(np.zeros((1, 4, NETS)), ("refuse",), Weights())
    with pytest.raises(ValueError, match="no number for full-zone"):
        prefer(np.stack([np.zeros((4, NETS)), np.full((4, NETS), np.nan)]), OPTIONS[:2], Weights())


def test_an_additive_gap_has_the_shares_it_was_made_of():
    combat = {"full-zone": 0.1}
    gap = share_out(world(additive, combat), GROUPS, (ONE, TWO), ("full-zone", "refuse", "preferred"))
    amounts = {each.name: each.amount.value for each in gap.shares}
    assert amounts == pytest.approx({"deterrence": 150.0, "patrol": 10.0, VALUES: 4900.0})
    assert (gap.facts.value, gap.structure.value, gap.values.value) == pytest.approx((160.0, 0.0, 4900.0))
    assert gap.whole.value == pytest.approx(gap.a.value - gap.b.value) == pytest.approx(5060.0)
    assert not gap.against


def test_shares_add_up_and_swap_whatever_the_world():
    random = np.random.default_rng(0)
    kept = {}

    def means(at_a, options, count=None):
        table = kept.setdefault(frozenset(at_a), random.normal(size=(3, 4, NETS)))
        return table[[OPTIONS.index(option) for option in options]]

    gap = share_out(means, GROUPS, (ONE, TWO), ("full-zone", "refuse", "preferred"))
    assert sum(each.amount.value for each in gap.shares) == pytest.approx(gap.whole.value, rel=1e-9)
    assert gap.facts.value + gap.structure.value + gap.values.value == pytest.approx(gap.whole.value, rel=1e-9)
    other = share_out(
        lambda at_a, options: means(frozenset(ITEMS) - at_a, options), GROUPS, (TWO, ONE),
        ("refuse", "full-zone", "preferred"),
    )  # fmt: skip
    for mine, theirs in zip(gap.shares, other.shares, strict=True):
        assert (mine.amount.value, mine.amount.error) == pytest.approx((theirs.amount.value, theirs.amount.error))


def test_small_groups_are_joined_beyond_what_can_be_shared_exactly():
    many = {f"group{i}": tuple(f"x{i}{j}" for j in range(i + 1)) for i in range(10)}
    found = players(many, 7)
    assert len(found) == 7
    assert sorted(sum(found.values(), ())) == sorted(sum(many.values(), ()))
    assert players(GROUPS, 8) == GROUPS


def test_which_two_options_show_how_far_people_are_apart():
    means = world(additive)
    first, second = (prefer(means(at_a, OPTIONS), OPTIONS, Weights()) for at_a in (ITEMS, ()))
    assert options_apart(first, second, "refuse") == ("full-zone", "refuse", "preferred")
    assert options_apart(first, first, "refuse") == ("full-zone", "refuse", "taken")
    assert options_apart(second, second, "refuse") == ("refuse", "corridors", "runner-up")


def test_the_smallest_set_of_a_table_made_by_hand(case):
    found = pair(case, world(additive), (Weights(), Weights())).paths["contest"].agreement
    assert [each.items for each in found.smallest] == [("substitutable",)]
    assert found.both_ways and len(found.singles) == 3

    def both_needed(at_a, option):
        return -10.0 if option == "full-zone" and {"substitutable", "tolerance"} & at_a else 5.0 * (option != "refuse")

    found = pair(case, world(both_needed), (Weights(), Weights())).paths["contest"].agreement
    assert [each.items for each in found.smallest] == [("substitutable", "tolerance")]
    single = {each.items[0]: (each.ends_as_a, each.ends_as_b) for each in found.singles}
    assert single == {"substitutable": (True, False), "tolerance": (True, False), "intercept": (False, False)}


def test_values_alone_can_end_it(case):
    found = pair(case, world(lambda at_a, option: -2000.0 * (option == "full-zone"), {"full-zone": 1.0}), (ONE, TWO))
    assert [each.items for each in found.paths["contest"].agreement.smallest] == [(VALUES,)]
    assert found.paths["contest"].gap.facts.value == 0.0
    assert "all of it values" in found.summary()


def test_what_ends_it_one_way_only_is_said(case):
    four = (*ITEMS, "resolve")
    weird = {frozenset(): 10.0, frozenset(four): -10.0}
    means = world(lambda at_a, option: weird.get(at_a, -5.0) if option == "full-zone" else 1.0 * (option != "refuse"))
    found = pair(case, means, (Weights(), Weights()), items=four)
    assert not found.paths["contest"].agreement.smallest[0].ends_as_b
    assert "no set of up to 3 things ends it whoever gives way" in found.summary()
    assert "Analyst B taking Analyst A's view of" in found.summary()


def test_identical_positions_disagree_about_nothing(case):
    found = pair(case, world(additive), (ONE, ONE), items=())
    contest = found.paths["contest"]
    assert not contest.apart and contest.gap.whole == Estimate(0.0, 0.0) and not contest.gap.shares
    assert contest.agreement.smallest == ()
    assert "differ in nothing" in found.summary()


@pytest.mark.parametrize("weights", [(ONE, TWO), (Weights(), Weights())])
def test_exchanging_two_people_mirrors_the_sentences(case, weights):
    means = world(additive, {"full-zone": 0.001})
    found, other = pair(case, means, weights), pair(case, means, weights, swapped=True)
    mirror = {"Analyst A": "Analyst B", "Analyst B": "Analyst A"}
    gap = found.paths["contest"].gap
    mirror |= {found.label(gap.x): found.label(gap.y), found.label(gap.y): found.label(gap.x)}
    text = found.summary()
    for place, word in enumerate(mirror):
        text = text.replace(word, f"<{place}>")
    for place, word in enumerate(mirror.values()):
        text = text.replace(f"<{place}>", word)
    # each person keeps the name, so exchanging who comes first exchanges names and options in every sentence
    assert text == other.summary()


def test_sentences_name_who_is_invented_and_carry_no_key(case):
    found = pair(case, world(additive, {"full-zone": 0.1}), (ONE, TWO))
    text = found.summary()
    assert "Analyst A and Analyst B: invented, no real person" in text
    assert not any(name in text for name in ("full-zone", "deep_share", "lives_rate"))
    real = replace(found, a=replace(found.a, invented=False), b=replace(found.b, invented=False))
    assert "invented" not in real.summary()


def test_a_crux_is_plain_json_and_a_table(case):
    found = pair(case, world(additive, {"full-zone": 0.01}), (ONE, TWO))
    made = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert made["schema"] == "closedsky-crux/1" and set(made["paths"]) == {"contest", "engagement"}
    assert found.to_pandas().loc[("contest", VALUES), "lives"] == pytest.approx(490.0)
    matrix = Matrix((found, found, found))
    assert json.loads(json.dumps(matrix.to_dict(), allow_nan=False))["schema"] == "closedsky-crux-matrix/1"
    assert len(matrix.to_pandas()) == 6
    assert matrix.summary() == "On the contest path 3 of 3 pairs prefer different options."


def test_divergence_against_known_values():
    # source: half of two distributions in common: 0.5 bit; by hand for (3/4, 1/4) against (1/4, 3/4): 1 - H(1/4)
    assert divergence(np.array([1.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0])) == pytest.approx(0.5)
    entropy = -(0.25 * np.log2(0.25) + 0.75 * np.log2(0.75))
    assert divergence(np.array([3.0, 1.0]), np.array([1.0, 3.0])) == pytest.approx(1.0 - entropy)


def test_bins_keep_shared_values_apart():
    first, second = bins(np.array([0.0] * 95 + [1.0] * 5), np.array([0.0] * 98 + [np.nan, 1.0]))
    assert len({*first, *second}) == 3
    assert first[0] == second[0] and first[-1] == second[-1] and second[98] not in first


def test_what_an_observation_tells(case):
    random = np.random.default_rng(1)
    size = 2048
    same, noise = random.normal(size=size), random.normal(size=size)
    worth = 100.0 * same
    values = {
        "nothing": (random.normal(size=size), random.normal(size=size)),
        "identical": (noise, noise),
        "all": (same, same + 100.0),
        "silent": (np.full(size, np.nan), np.full(size, np.nan)),
    }
    found = {each.key: each for each in observe(values, worth + 50.0, worth - 50.0)}
    assert next(iter(found)) == "all"
    assert found["all"].bits.value == pytest.approx(1.0, abs=0.02)
    assert found["identical"].bits == Estimate(0.0, 0.0)
    assert abs(found["nothing"].bits.value) < 0.005
    assert found["silent"].bits.value == 0.0 and found["silent"].moved.value == pytest.approx(0.0, abs=1e-9)
    assert abs(found["nothing"].moved.value) < 3.0 + 3 * found["nothing"].moved.error


def test_what_would_bring_people_together():
    random = np.random.default_rng(2)
    size = 4096
    cause = random.random(size) < 0.5
    a = np.where(cause, 100.0, 0.0)  # the first expects the cause in half, the second hardly ever
    rare = random.random(size) < 0.05
    b = np.where(rare, 100.0, 0.0)
    found = observe({"cause": (cause.astype(float), rare.astype(float))}, a, b)
    assert together(found).key == "cause" and apart(found) is None
    assert found[0].moved.value == pytest.approx(-45.0, abs=3.0)


def test_skill_is_a_mean_over_campaigns():
    def zones(*scores):
        return SimpleNamespace(
            campaigns=tuple(
                SimpleNamespace(
                    backtest=SimpleNamespace(case=str(place), title=f"Campaign {place}"),
                    counted=tuple(
                        SimpleNamespace(
                            item=SimpleNamespace(id=str(i)), score=score, reading=None,
                            foreseen=SimpleNamespace(score=naive, floor=1.0),
                        )
                        for i, (score, naive) in enumerate(each)
                    ),
                )
                for place, each in enumerate(scores)
            )
        )  # fmt: skip

    a, b = zones([(0.2, 1.0)], [(0.5, 1.0), (0.3, 0.0001)]), zones([(0.4, 1.0)], [(0.5, 1.0), (0.5, 0.0001)])
    found, other = skill_of(a, b), skill_of(b, a)
    assert found.campaigns == pytest.approx({"Campaign 0": 0.2, "Campaign 1": 1.0})  # 0.1 at least is divided by
    assert found.difference.value == pytest.approx(0.6) == pytest.approx(-other.difference.value)
    assert found.difference.error == pytest.approx(other.difference.error) == pytest.approx(0.4)
    with pytest.raises(ValueError, match="no campaign"):
        skill_of(zones([]), zones([]))


def test_amounts_in_words():
    assert lives(Estimate(-5.0, 0.0)) == "5.0 lives"
    assert signed_lives(Estimate(0.0, 0.0)) == "0 lives"

"""Regression, conditions, arguments, choice, flips and information on made-up numbers whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from closedsky.cases import load_case
from closedsky.futures.results import Inputs
from closedsky.reading.argument import Reader, Sides, count
from closedsky.reading.conditions import Searcher, turning
from closedsky.reading.exchange import dominates, exchange_rate
from closedsky.reading.information import partial, perfect
from closedsky.reading.regression import Scored, TooFew, cross_fit, hermite, normal_scores, sound_rows
from closedsky.reading.turns import turns_of
from closedsky.reading.worth import Weights

N = 16_384
NAMES = ("substitutable", "tolerance", "harm_deep", "intercept")


@pytest.fixture(scope="module")
def case():
    return load_case("ukraine-2022")


@pytest.fixture(scope="module")
def inputs():
    rng = np.random.default_rng(1)
    values = rng.uniform(size=(N, len(NAMES)))
    values[:, 1] = 0.002 * 50.0 ** values[:, 1]
    values[:, 2] = 0.01 * 100.0 ** values[:, 2]
    return Inputs(NAMES, values, ("end", "consent"), rng.exponential(size=(N, 2)))


def test_features_are_orthonormal(inputs):
    features = hermite(normal_scores(inputs.values)).reshape(N, -1)
    gram = features.T @ features / N
    assert np.abs(gram - np.eye(len(gram))).max() < 0.05


def test_first_order_shares_are_squared_coefficients():
    x = np.random.default_rng(2).normal(size=(N, 3))
    y = x @ [3.0, 2.0, 0.0] + 2.0 * np.random.default_rng(3).normal(size=N)
    shares = Scored(x, ["a", "b", "c"]).first_order(y[:, None])[:, 0]
    assert shares == pytest.approx([9 / 17, 4 / 17, 0.0], abs=0.02)


def test_first_order_shares_of_ishigami():
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, size=(4 * N, 3))
    y = np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    shares = Scored(x, ["a", "b", "c"]).first_order(y[:, None])[:, 0]
    # A cubic follows two thirds of a whole wave and hardly any of two: never more than there is.
    assert 0.313905 / 2 < shares[0] < 0.313905 + 0.01
    assert shares[1] < 0.442411 + 0.01
    assert shares[2] == pytest.approx(0.0, abs=0.01)


def test_groups_share_what_copies_explain_and_all_sums_to_one():
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, N))
    x = np.stack([a, a + 1e-3 * rng.normal(size=N), b], axis=1)
    y = a + b + rng.normal(size=N)
    shares, together = Scored(x, ["a", "copy", "b"]).group_shares(y[:, None], [[0], [1], [2], []])
    assert shares[:, 0] == pytest.approx([1 / 6, 1 / 6, 1 / 3, 0.0], abs=0.03)
    assert shares.sum() + together[0] == pytest.approx(1.0)


def test_a_surface_is_found_out_of_fold_and_noise_is_not():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(N, 3))
    y = np.stack([x[:, 0] * x[:, 1] + x[:, 2] ** 2, rng.normal(size=N)], axis=1)
    fitted = Scored(x, ["a", "b", "c"]).surface(y)
    assert np.corrcoef(fitted[:, 0], y[:, 0])[0, 1] > 0.97
    assert fitted[:, 1].std() < 0.1


def test_bad_numbers_are_said_or_left_out():
    assert sound_rows(np.array([[1.0], [np.nan], [2.0]]), 2).tolist() == [True, False, True]
    with pytest.raises(TooFew, match="ask for more with -n") as error:
        sound_rows(np.ones((10, 1)))
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="not a number"):
        Scored(np.array([[np.nan], [1.0]]), ["a"])
    constant = Scored(np.ones((N, 1)), ["a"])
    assert constant.first_order(np.random.default_rng(7).normal(size=(N, 1)))[0, 0] == 0.0
    assert constant.first_order(np.ones((N, 1)))[0, 0] == 0.0


def test_planted_limits_are_found_and_counted_on_other_futures(inputs):
    x = inputs.values
    holds = ((x[:, 0] > 0.75) & (x[:, 3] < 0.5)).astype(float)
    found = Searcher(inputs).find(holds, np.array([0.3, 0.0, 0.0, 0.2]))
    assert {each.name: each.above for each in found.limits} == {"substitutable": True, "intercept": False}
    assert {each.name: each.value for each in found.limits} == pytest.approx(
        {"substitutable": 0.75, "intercept": 0.5}, abs=0.07
    )
    assert holds[found.kept].mean() > 0.95
    assert not (found.kept & Searcher(inputs).searched).any()


def test_noise_has_no_conditions_to_speak_of(inputs):
    holds = (np.random.default_rng(8).uniform(size=N) < 0.3).astype(float)
    found = Searcher(inputs).find(holds, np.full(4, 0.001))
    assert found is None or abs(holds[found.kept].mean() - 0.3) < 0.06
    assert Searcher(inputs).find(np.ones(N), np.full(4, 0.1)) is None
    assert Searcher(inputs).find(np.full(N, np.nan), np.full(4, 0.1)) is None


def test_turning_is_where_it_was_planted(inputs):
    assert turning(inputs.values[:, 0], (inputs.values[:, 0] > 0.62).astype(float)) == pytest.approx(0.62, abs=0.03)
    assert turning(inputs.values[:, 0], np.ones(N)) is None


@pytest.mark.parametrize("share", [0.5, 0.52])
def test_noise_about_a_half_turns_nowhere(share):
    rng = np.random.default_rng(15)
    found = [turning(rng.uniform(size=4096), (rng.uniform(size=4096) < share).astype(float)) for _ in range(50)]
    assert sum(each is not None for each in found) <= 1


def sides(inputs, **more):
    rng = np.random.default_rng(9)
    against = rng.normal(100.0, 10.0, N)
    of = against + 400.0 * (inputs.values[:, 0] - 0.62) + rng.normal(0.0, 5.0, N)
    return Sides(of, against, rng.permutation(against), 0.0, 1.0, **more)


def test_exchanging_the_courses_exchanges_everything(case, inputs):
    asked = sides(inputs)
    other = replace(asked, of=asked.against, against=asked.of, other=None)
    found = Reader(case, inputs).read({"x": replace(asked, other=None)})["x"]
    swapped = Reader(case, inputs).read({"x": other})["x"]
    assert swapped.holds == found.reverse and swapped.reverse == found.holds
    assert swapped.mean.value == pytest.approx(-found.mean.value)
    assert swapped.medians.value == pytest.approx(-found.medians.value)
    assert swapped.when[0].limits == found.when_not[0].limits
    assert swapped.when_not[0].limits == found.when[0].limits
    assert swapped.decides.name == found.decides.name == "substitutable"


def test_one_assumption_over_half_is_the_answer_and_says_where_it_flips(case, inputs):
    found = Reader(case, inputs).read({"x": sides(inputs)})["x"]
    assert found.decides.share > 0.5
    assert found.decides.turns == pytest.approx(0.62, abs=0.03)
    assert sum(found.rests.values()) == pytest.approx(1.0)
    assert found.rests["disputed"] > 0.5


def test_counts_have_their_couplings_and_bounds():
    of, against = np.array([3.0, 1.0, 2.0, np.nan]), np.array([2.0, 2.0, 2.0, 2.0])
    found = count(Sides(of, against, np.array([0.0, 0.0, 3.0, 0.0]), 0.5, 1.0))
    assert (found.shared.count, found.shared.of) == (1, 3)
    assert found.independent.count == 2
    assert found.range == pytest.approx((1 / 3, 2 / 3))
    assert found.bounds.low - 1e-9 <= found.range[0] and found.range[1] <= found.bounds.high + 1e-9
    sure = count(Sides(of, against, None, 0.5, 1.0)).bounds
    assert (sure.low, sure.high) == pytest.approx((1 / 3, 1 / 3))  # against never varies
    alone = count(Sides(np.array([0.0, 1.0, 1.0]), None, None, 0.5, -1.0))
    assert alone.shared.count == 1 and alone.bounds is None


def test_a_risk_is_not_counted(case, inputs):
    asked = sides(inputs)
    risk = replace(asked, of=np.full(N, 0.02), against=np.zeros(N), other=None, lives=np.full(N, -100.0), risk=True)
    found = Reader(case, inputs).read({"x": risk})["x"]
    assert found.holds is None and found.reverse is None and found.when is None
    assert found.decides is None or found.decides.turns is None
    assert found.even.value == pytest.approx(5000.0)
    document = found.to_dict()
    assert document["mean"] is None and document["of"] is None


def test_few_futures_give_counts_and_no_shares(case, inputs):
    few = sides(inputs).first(64)
    found = Reader(case, inputs.first(64)).read({"x": few})["x"]
    assert found.holds.shared.of == 64 and found.decides is None and found.rests == {}
    with pytest.raises(TooFew):
        Reader(case, inputs).read({"x": replace(sides(inputs), of=np.full(N, np.nan))})


def test_value_of_information_meets_the_closed_forms():
    rng = np.random.default_rng(10)
    x = rng.normal([0.25, 0.25], [1.0, 2.0], (8 * N, 2))
    gains = np.stack([np.zeros(8 * N), x.sum(axis=1)], axis=1)
    scores = Scored(x, ["a", "b"])
    for found, known in (
        (perfect(gains, x), 0.664271),
        (partial(gains, scores.features[:, 0]), 0.197797),
        (partial(gains, scores.features[:, 1]), 0.572689),
    ):
        assert found.least.value == pytest.approx(known, abs=4.0 * found.least.error)
        assert found.most == pytest.approx(known, abs=0.03)
        assert found.told


def test_luck_is_averaged_before_anything_is_maximised():
    rng = np.random.default_rng(11)
    x = rng.normal(size=(N, 2))
    alike = rng.normal(0.0, 5.0, (N, 2))  # two options that differ in luck alone
    assert alike.max(axis=1).mean() > 2.0
    assert perfect(alike, x).least.value < 0.2
    same = np.repeat(alike[:, :1], 2, axis=1)
    assert perfect(same, x).least.value == 0.0
    gains = np.stack([np.zeros(N), x[:, 0] + 0.1], axis=1)
    permuted = rng.permutation(x[:, 0])[:, None]
    found = partial(gains, hermite(normal_scores(permuted))[:, 0])
    assert abs(found.least.value) < 4.0 * found.least.error + 1e-9


def test_cross_fit_of_nothing_is_the_mean():
    y = np.ones((N, 1))
    assert cross_fit(np.ones((N, 1), np.float32), y) == pytest.approx(y)


def test_a_planted_turn_is_found_in_unit_and_share(inputs):
    x = inputs.values
    noise = np.random.default_rng(12).normal(0.0, 0.2, N)
    linear = 0.8 - x[:, 0] + noise
    found = turns_of(Scored(x, NAMES), inputs, np.stack([linear, -linear, 5.0 + noise], axis=1))
    for each in found[:2]:
        assert each.told and each.one.name == "substitutable"
        assert each.one.to == pytest.approx(0.8, abs=0.03)
        assert each.one.share == pytest.approx(0.3, abs=0.03)
        assert each.one.beyond > each.one.to
    assert found[2].one is None and found[2].two is None


def test_a_mean_that_has_turned_at_the_middle_is_tried_on_the_side_where_it_has():
    from closedsky.reading.turns import _crossings

    shares = np.linspace(0.025, 0.975, 33)
    means = np.where(shares < 0.3, -50.0, np.where(shares < 0.55, -0.5, 100.0))
    [(at, up)] = _crossings(shares, means, means < -10.0)
    assert at == pytest.approx(0.3, abs=0.04) and not up


def test_two_together_turn_what_neither_turns_alone(inputs):
    x = inputs.values
    noise = np.random.default_rng(13).normal(0.0, 0.1, N)
    found = turns_of(Scored(x, NAMES), inputs, (1.2 - x[:, 0] - x[:, 3] + noise + 0.4)[:, None])[0]
    assert found.one is None
    assert {each.name for each in found.two} == {"substitutable", "intercept"}


def test_an_exchange_rate_knows_no_order():
    rng = np.random.default_rng(14)
    few = {"lives": rng.normal(-100.0, 1.0, 64), "combat": np.ones(64)}
    many = {"lives": np.zeros(64), "combat": np.repeat([0.0, 1.0], 32)}
    found, swapped = exchange_rate("a", "b", few, many), exchange_rate("b", "a", many, few)
    assert found == swapped and found.turns.value == pytest.approx(200.0, rel=0.02)
    assert exchange_rate("a", "b", few, few | {"lives": np.zeros(64)}).turns is None
    assert not exchange_rate("a", "b", many, many).told


def test_an_exchange_rate_has_the_error_of_many_independent_ones():
    """Also where a clash is so rare that some nets hold none of it, and sixteen ratios would have no spread."""
    rng = np.random.default_rng(0)
    rates, rare = [], 0
    for _ in range(200):
        combat = (rng.random(1024) < 0.02).astype(np.float64)
        saved = 10.0 + 100.0 * rng.random(1024)
        few, many = {"lives": -saved, "combat": combat}, {"lives": np.zeros(1024), "combat": np.zeros(1024)}
        found = exchange_rate("a", "b", few, many).turns
        if found is not None:
            rates.append(found)
            rare += not all(combat[net::16].any() for net in range(16))
    assert len(rates) > 100 and rare > 50
    assert all(np.isfinite(each.error) for each in rates)
    spread = np.std([each.value for each in rates])
    assert np.mean([each.error for each in rates]) == pytest.approx(spread, rel=0.25)


def test_dominance_needs_something_better_and_nothing_worse():
    a = {"lives": np.zeros(64), "combat": np.zeros(64)}
    b, c = a | {"combat": np.ones(64)}, a | {"lives": np.full(64, -1.0), "combat": np.ones(64)}
    assert dominates(a, b) and not dominates(b, a)
    assert not dominates(a, c) and not dominates(c, a) and not dominates(a, a)


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_weights_are_at_least_nothing(weight):
    with pytest.raises(ValueError, match="combat"):
        Weights(weight)

"""Limits under which something holds, on inputs where the limits were put there."""

import numpy as np
import pytest

from closedsky.futures.results import Inputs
from closedsky.reading.conditions import BINS, LEAST, Limit, Searcher, amount, inside, turning

N = 8192
NAMES = ("substitutable", "tolerance", "harm_deep", "intercept")
EVEN = np.full(len(NAMES), 0.1)
BIN = 1.0 / BINS + 0.015
"""A bin, and three standard errors of where a quantile of these futures lies."""


@pytest.fixture(scope="module")
def inputs():
    values = np.random.default_rng(1).uniform(size=(N, len(NAMES)))
    return Inputs(NAMES, values, (), np.zeros((N, 0)))


def limits(found):
    return {each.name: (each.above, each.value) for each in found.limits}


def flags(holds):
    return np.asarray(holds, float)


@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("at", [0.25, 0.5, 0.75])
def test_one_limit_is_found_on_either_side(inputs, at, above):
    x = inputs.values[:, 2]
    found = Searcher(inputs).find(flags((x > at) == above), EVEN)
    assert limits(found) == {"harm_deep": (above, pytest.approx(at, abs=BIN))}
    assert found.mass == pytest.approx(1.0 - at if above else at, abs=BIN + 0.02)


def test_two_limits_are_found_with_their_frequency_in_other_futures(inputs):
    x, luck = inputs.values, np.random.default_rng(2).uniform(size=N)
    within = (x[:, 0] > 0.6) & (x[:, 3] < 0.3)  # 0.12 of the futures, little more than the least
    searcher = Searcher(inputs)
    holds = flags(luck < np.where(within, 0.9, 0.2))
    found = searcher.find(holds, EVEN)
    assert limits(found) == {
        "substitutable": (True, pytest.approx(0.6, abs=BIN)),
        "intercept": (False, pytest.approx(0.3, abs=BIN)),
    }
    assert not (found.kept & searcher.searched).any()
    assert found.mass == pytest.approx(found.kept[~searcher.searched].mean())
    assert found.mass >= LEAST - 0.02
    told = found.kept.sum()
    assert holds[found.kept].mean() == pytest.approx(0.9, abs=3.0 * np.sqrt(0.9 * 0.1 / told) + 0.1)  # a bin too far


def test_what_is_kept_is_what_the_limits_say(inputs):
    x = inputs.values
    searcher = Searcher(inputs)
    found = searcher.find(flags((x[:, 1] < 0.3) & (x[:, 2] < 0.4)), EVEN)
    kept = ~searcher.searched
    for each in found.limits:
        column = inputs.column(each.name)
        kept = kept & (column >= each.value if each.above else column < each.value)
    assert np.array_equal(found.kept, kept)


def test_a_second_limit_must_be_worth_it(inputs):
    luck = np.random.default_rng(3).uniform(size=N)
    found = Searcher(inputs).find(flags(luck < np.where(inputs.values[:, 0] > 0.85, 0.95, 0.1)), EVEN)
    assert limits(found) == {"substitutable": (True, pytest.approx(0.85, abs=BIN))}


def test_an_assumption_that_explains_nothing_is_not_looked_at(inputs):
    holds = flags(inputs.values[:, 0] > 0.5)
    assert Searcher(inputs).find(holds, np.zeros(len(NAMES))) is None
    found = Searcher(inputs).find(holds, np.array([0.0, 0.1, 0.1, 0.1]))
    assert found is None or "substitutable" not in limits(found)


@pytest.mark.parametrize("base", [0.1, 0.5, 0.9])
def test_noise_wins_nothing_on_other_futures(inputs, base):
    holds = flags(np.random.default_rng(4).uniform(size=N) < base)
    found = Searcher(inputs).find(holds, EVEN)
    error = np.sqrt(base * (1.0 - base) / (LEAST * N / 2))
    assert found is None or holds[found.kept].mean() == pytest.approx(base, abs=3.5 * error)


@pytest.mark.parametrize("holds", [np.zeros(N), np.ones(N), np.full(N, np.nan)], ids=["never", "always", "unknown"])
def test_what_never_varies_has_no_condition(inputs, holds):
    assert Searcher(inputs).find(holds, EVEN) is None


def test_futures_that_failed_are_no_reason(inputs):
    x = inputs.values[:, 0]
    holds = flags(x > 0.5)
    holds[(x < 0.2) | (np.arange(N) % 5 == 0)] = np.nan
    found = Searcher(inputs).find(holds, EVEN)
    assert limits(found) == {"substitutable": (True, pytest.approx(0.5, abs=BIN))}


def test_a_constant_assumption_has_no_limit(inputs):
    values = inputs.values.copy()
    values[:, 0] = 0.7
    found = Searcher(Inputs(NAMES, values, (), inputs.luck)).find(flags(values[:, 1] > 0.5), EVEN)
    assert limits(found) == {"tolerance": (True, pytest.approx(0.5, abs=BIN))}


def test_the_reverse_has_the_mirrored_limits(inputs):
    x = inputs.values[:, 1]
    searcher = Searcher(inputs)
    one, other = searcher.find(flags(x > 0.5), EVEN), searcher.find(flags(x <= 0.5), EVEN)
    assert limits(one)["tolerance"] == (True, pytest.approx(0.5, abs=BIN))
    assert limits(other)["tolerance"] == (False, pytest.approx(0.5, abs=BIN))


# Where an answer turns


@pytest.mark.parametrize("rising", [True, False])
@pytest.mark.parametrize("at", [0.1, 0.37, 0.5, 0.8])
def test_a_turn_is_where_it_was_put(at, rising):
    x = np.random.default_rng(5).uniform(size=N)
    holds = flags((x > at) == rising)
    assert turning(x, holds) == pytest.approx(at, abs=1.0 / (2 * BINS))


@pytest.mark.parametrize("first", [1152 + 64, 2048 + 64])
def test_a_bin_that_lies_on_the_level_hides_no_turn(first):
    x = np.linspace(0.0, 1.0, 4096)  # bins of 128: half of the one with the turn lies on either side
    assert (
        turning(x, flags(np.arange(4096) >= first)) == pytest.approx(first / 4096, abs=0.5 / (2 * BINS)) or first < 128
    )


def test_a_turn_is_found_through_luck_and_failed_futures():
    x, luck = np.random.default_rng(6).uniform(size=(2, 4 * N))
    holds = flags(luck < x)
    holds[::3] = np.nan
    assert turning(x, holds) == pytest.approx(0.5, abs=0.08)
    assert turning(x, holds, level=0.25) == pytest.approx(0.25, abs=0.08)


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_what_turns_with_luck_alone_turns_nowhere(share):
    x, luck = np.random.default_rng(7).uniform(size=(2, N))
    assert turning(x, flags(luck < share)) is None


@pytest.mark.parametrize("holds", [np.zeros(0), np.ones(8), np.r_[0.0, np.full(500, np.nan)]])
def test_too_few_futures_turn_nowhere(holds):
    assert turning(np.arange(len(holds), dtype=float), holds) is None


# Words


@pytest.mark.parametrize(
    ("value", "unit", "says"),
    [
        (0.034, "share", "3.4 %"), (2.0, "x", "2.0 times"), (0.5, "probability", "0.50"), (1.5, "ratio", "1.5"),
        (90.0, "days", "90 days"), (340.0, "persons", "340 persons"),
    ],
)  # fmt: skip
def test_a_number_has_its_unit(value, unit, says):
    assert amount(value, unit) == says


def test_limits_are_said_with_label_and_unit(case):
    for name in ("substitutable", "tolerance", "harm_deep"):
        entry = case.assumptions[name]
        for above, word in ((True, "above"), (False, "below")):
            text = Limit(name, 0.25, above).words(case)
            assert text == f"{inside(entry.label)} {word} {amount(0.25, entry.unit)}"
    assert Limit("tolerance", 0.25, True).to_dict() == {"assumption": "tolerance", "value": 0.25, "above": True}


def test_a_label_inside_a_sentence_keeps_its_names():
    assert inside("Share of sorties") == "share of sorties"
    assert inside("NATO members") == "NATO members"

"""Records simulated from known futures, conditioned on: does the truth lie where the accepted futures say it does?

Simulation-based calibration (Cook, Gelman & Rubin 2006; Talts, Betancourt, Simpson, Vehtari & Gelman 2018): futures
drawn from what is assumed leave records by the very law that acceptance states; of the futures accepted for each of
them, the central 90 % must hold the truth 90 times in 100. It is asked twice. Once without any sampler: tens of
thousands of futures drawn from what is assumed are weighted by their acceptance, which needs no trust and works for
records that are not too rare. And once of the sampler: islands never exchange members, so that each island can be given
a record of its own and all are searched for at once; its members must lie where the weighted futures lie.

Members of an island hang together, as they descend from a few first draws, and say less than as many independent ones:
of how far the truth is from them, only so much can be asked (`TOGETHER`). Where they lie on average can be asked
without.
"""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest

from closedsky.cases.recorded import QUANTITIES, Recorded, bounds
from closedsky.futures.acceptance import MISSED, log_acceptance
from closedsky.futures.candidates import Candidates
from closedsky.futures.overrides import parse_overrides
from closedsky.futures.sampling import model_columns
from closedsky.futures.simulate import Simulator
from closedsky.futures.tempering import begin, temper

RECORDS = 128
DRAWN = 65_536  # futures that are weighted
ENOUGH = 200.0  # of them effective; rarer records are left to the sampler alone
HELD = 3  # numbers that one record holds, of those that the case accepts
MEMBERS, SWEEPS = 64, 12  # of each record's island
OPTION = "full-zone"
FAR = 4.0  # standard errors, over records
TOGETHER = 0.02  # share of the truths
HUNDREDS = 0.004  # share of the members: ends of a band among hundreds of weighted futures are not those among all


def ranks(drawn, truth, luck):
    """Place of the truth among its draws, from 0 to 1; shapes (draws, records) and (records,).

    Between two draws, and where some are as large, anywhere by lot: a truth that is one of them is evenly spread.
    """
    below = (drawn < truth).sum(axis=0)
    tied = (drawn == truth).sum(axis=0)
    return (below + luck.uniform(0.0, tied + 1.0)) / (len(drawn) + 1.0)


def inside(rank, share):
    """Whether the truth is in the central share of its draws."""
    return np.abs(rank - 0.5) <= 0.5 * share


def outcomes(candidates, rows, luck, values):
    """What futures say of every number on record, and of another option with the same assumptions and luck."""
    found = {f"recorded: {key}": each for key, each in values.items() if not candidates.items[key].yes_or_no}
    simulator, columns = Simulator(candidates.case, (OPTION,)), model_columns(candidates.case, rows)
    blocks = [simulator.block(columns[:, i : i + 8192], luck[:, i : i + 8192]) for i in range(0, len(rows), 8192)]
    for name in ("killed", "held", "lives_rate_effect", "coalition_lost"):
        found[f"{OPTION}: {name}"] = np.concatenate([each.outcomes[name][0] for each in blocks]).astype(np.float64)
    return {name: np.nan_to_num(each, nan=-np.inf) for name, each in found.items()}


class Drawn:
    """Futures drawn from what is assumed, and all that they say."""

    def __init__(self, candidates, seed):
        self.z = np.random.default_rng([seed, 30]).standard_normal((DRAWN, len(candidates.names)))
        rows, luck, self.values, _ = candidates.read(self.z)
        self.said = outcomes(candidates, rows, luck, self.values)


class Records:
    """Synthetic records of the option really taken, each left by one of the futures drawn.

    A record holds every yes-or-no item as it came, and a few of the numbers: one in turn, and others by lot. A number
    is recorded by the shipped window, moved: the logarithm of the truth is that of the model's number and a normal
    error, and a window as wide as the shipped one lies around it anywhere. Moving the model's number against the
    shipped window instead is the same. Which records are kept depends on nothing but themselves, so that what is kept
    is as well calibrated as all: none of a number that is 0, which leaves a record of 0 whatever the error; none with
    a yes or no that was never asked; none that too few of the futures drawn agree with.
    """

    def __init__(self, candidates, drawn, seed):
        self.candidates = candidates
        self.numbers = [key for key in candidates.accepting if not candidates.items[key].yes_or_no]
        self.flags = [key for key in candidates.accepting if candidates.items[key].yes_or_no]
        luck, kept = np.random.default_rng([seed, 20]), []
        for truth in range(DRAWN):
            record = self._left(drawn, truth, self.numbers[len(kept) % len(self.numbers)], luck)
            if record is not None:
                kept.append(record)
            if len(kept) == RECORDS:
                break
        self.truth = np.array([each.truth for each in kept])
        self.chosen = [each.chosen for each in kept]  # of the futures drawn, as often as they are accepted
        self.effective = np.array([each.effective for each in kept])
        self.otherwise = {
            key: np.array([each.flags[i] != candidates.items[key].value for each in kept])
            for i, key in enumerate(self.flags)
        }
        self.moved = {key: np.array([each.moved.get(key, np.nan) for each in kept]) for key in self.numbers}

    def _left(self, drawn, truth, number, luck):
        """The record that one future leaves, with futures drawn by their acceptance, or None if it can't be kept."""
        items = self.candidates.items
        held = [number, *luck.permutation([key for key in self.numbers if key != number])[: HELD - 1]]
        flags = [drawn.values[key][truth] for key in self.flags]
        normal, uniform = luck.standard_normal(HELD), luck.uniform(-0.5, 0.5, HELD)
        if not np.isfinite(flags).all() or not all(drawn.values[key][truth] > 0 for key in held):
            return None
        moved = {}
        for key, error, place in zip(held, normal, uniform, strict=True):
            low, high = bounds(items[key])
            variance = items[key].accept.discrepancy ** 2 + (items[key].accept.error or 0.0) ** 2
            variance += 1.0 / np.sqrt(low * high) if QUANTITIES[items[key].quantity].whole else 0.0
            centre = np.log(drawn.values[key][truth]) + np.sqrt(variance) * error + place * np.log(high / low)
            moved[str(key)] = np.exp(0.5 * np.log(low * high) - centre)
        fits = np.all([drawn.values[key] == value for key, value in zip(self.flags, flags, strict=True)], axis=0)
        fits[truth] = False  # its own record would know it
        others = np.flatnonzero(fits)
        logs = sum(log_acceptance(items[key], drawn.values[key][others] * by) for key, by in moved.items())
        weight = np.exp(logs)
        effective = weight.sum() ** 2 / max((weight**2).sum(), 1e-300)
        if effective < ENOUGH:
            return None
        at = (luck.random() + np.arange(1000)) / 1000
        chosen = others[np.searchsorted(np.cumsum(weight) / weight.sum(), at)]
        return SimpleNamespace(truth=truth, flags=flags, moved=moved, chosen=chosen, effective=effective)

    def score(self, z):
        """Acceptance of members by item, each held against the record of its island."""
        values = self.candidates.read(z, self.candidates.accepting)[2]
        found = []
        for key in self.candidates.accepting:
            one, entry = values[key].reshape(-1, RECORDS), self.candidates.items[key]
            if key in self.otherwise:
                logs = log_acceptance(entry, np.where(self.otherwise[key], 1.0 - one, one))
            else:
                held = np.isfinite(self.moved[key])
                logs = np.where(held, log_acceptance(entry, np.where(held, one * self.moved[key], 1.0)), 0.0)
            found.append(logs.reshape(-1))
        return np.stack(found, axis=1)


@pytest.fixture(scope="module")
def candidates(case):
    return Candidates(case, parse_overrides(case, None))


@pytest.fixture(scope="module")
def drawn(candidates):
    return Drawn(candidates, 0)


@pytest.fixture(scope="module")
def records(candidates, drawn):
    return Records(candidates, drawn, 0)


def active(candidates, drawn, records):
    """Coordinates on which a number or flag of some true future depends, far out included."""
    true = drawn.z[records.truth]
    dimensions = true.shape[1]
    tried = np.repeat(true[None], 2 * dimensions + 6, axis=0)  # the last are not changed; 240 x 128 are whole pieces
    for i in range(dimensions):
        tried[2 * i : 2 * i + 2, :, i] = [[-4.0], [4.0]]
    values = candidates.read(tried.reshape(-1, dimensions), candidates.accepting)[2]
    changed = np.zeros(2 * dimensions, bool)
    for each in values.values():
        each = each.reshape(len(tried), -1)
        changed |= [not np.array_equal(one, each[-1], equal_nan=True) for one in each[: 2 * dimensions]]
    return np.flatnonzero(changed.reshape(-1, 2).any(axis=1))


def search(candidates, drawn, records, sweeps, seed):
    """Members that the sampler finds, by quantity, shape (members, records)."""
    moved = active(candidates, drawn, records)
    place = np.random.default_rng([seed, 50]).standard_normal((RECORDS * MEMBERS, len(candidates.names)))

    def at(z):
        full = place.copy()
        full[:, moved] = z
        return full

    def score(z):
        return records.score(at(z))

    population = begin(score, len(moved), RECORDS * MEMBERS, RECORDS, seed, sweeps)
    population = temper(population, score, RECORDS, seed)
    z = at(population.z)
    rows, luck, values, _ = candidates.read(z)
    said = {candidates.names[i]: z[:, i] for i in moved} | outcomes(candidates, rows, luck, values)
    return SimpleNamespace(
        said={name: each.reshape(MEMBERS, RECORDS) for name, each in said.items()}, population=population
    )


@pytest.fixture(scope="module")
def searched(candidates, drawn, records):
    return search(candidates, drawn, records, SWEEPS, 0)


@pytest.fixture(scope="module")
def names(candidates, searched):
    """Quantities by what they are."""
    accepting = [f"recorded: {key}" for key in candidates.accepting]
    names = list(searched.said)
    return {
        "assumptions": [name for name in names if name in candidates.case.assumptions],
        "envelopes": [name for name in names if name.startswith("luck: ")],
        "accepting": [name for name in names if name in accepting],
        "kept aside": [name for name in names if name.startswith("recorded: ") and name not in accepting],
        "counterfactual": [name for name in names if name.startswith(OPTION)],
    }


def of(drawn, candidates, name):
    return drawn.said[name] if name in drawn.said else drawn.z[:, candidates.names.index(name)]


@pytest.fixture(scope="module")
def weighted(candidates, drawn, records, names):
    """Rank of each truth among the futures drawn, weighted by how well they agree with its record, by quantity."""
    luck, chosen = np.random.default_rng(60), np.array(records.chosen).T
    found = {}
    for name in itertools.chain(*names.values()):
        values = of(drawn, candidates, name)
        found[name] = ranks(values[chosen], values[records.truth], luck)
    return found


@pytest.fixture(scope="module")
def members(candidates, drawn, records, names, searched):
    """Rank of each member of the sampler among the same weighted futures, by quantity, shape (members, records)."""
    luck, chosen = np.random.default_rng(61), np.array(records.chosen).T
    found = {}
    for name in itertools.chain(*names.values()):
        values = np.sort(of(drawn, candidates, name)[chosen], axis=0)
        ranked = []
        for record in range(RECORDS):
            sides = [
                np.searchsorted(values[:, record], searched.said[name][:, record], side) for side in ("left", "right")
            ]
            ranked.append(luck.uniform(sides[0], sides[1] + 1.0) / (len(values) + 1.0))
        found[name] = np.array(ranked).T
    return found


def mean_and_error(values):
    """Over records, the last axis: quantities and members of one record hang together, records do not."""
    each = np.mean(values, axis=tuple(range(np.ndim(values) - 1)))
    return each.mean(), each.std(ddof=1) / np.sqrt(len(each))


def test_records_are_rare_enough_to_tell_something(candidates, drawn, records):
    """Futures drawn without a look at the record would be as well calibrated, and as wide as what is assumed."""
    assert (records.effective < DRAWN / 20).mean() > 0.9
    for key in records.numbers:
        held = np.isfinite(records.moved[key])
        assert held.sum() >= RECORDS // len(records.numbers)
        values = drawn.values[key]
        accepted, truth = values[np.array(records.chosen).T[:, held]], values[records.truth[held]]
        assumed = np.maximum(values[np.isfinite(values)][:1000, None], 1e-9)
        miss, missed = (np.median(np.abs(np.log(each / truth))) for each in (accepted, assumed))
        assert miss < 0.8 * missed, key


def test_the_truth_lies_where_weighted_futures_lie(weighted, names):
    for kind, each in names.items():
        rank = np.array([weighted[name] for name in each])
        assert len(rank) >= 4
        mean, error = mean_and_error(rank)
        assert abs(mean - 0.5) < FAR * error, (kind, mean, error)
        for share in (0.5, 0.9):
            mean, error = mean_and_error(inside(rank, share))
            assert abs(mean - share) < FAR * error, (kind, share, mean, error)


def test_the_truth_of_every_quantity_lies_where_weighted_futures_lie(weighted):
    assert len(weighted) > 80
    for share in (0.5, 0.9):
        error = np.sqrt(share * (1 - share) / RECORDS)
        held = {name: inside(rank, share).mean() for name, rank in weighted.items()}
        assert {name: each for name, each in held.items() if abs(each - share) > FAR * error} == {}
    off = {name: (rank.mean() - 0.5) * np.sqrt(12 * RECORDS) for name, rank in weighted.items()}
    assert {name: each for name, each in off.items() if abs(each) > FAR} == {}


def test_ranks_of_truths_are_even(weighted, names):
    for kind, each in names.items():
        rank = np.array([weighted[name] for name in each])
        for first in range(8):
            mean, error = mean_and_error(np.floor(8 * rank) == first)
            assert abs(mean - 0.125) < FAR * error, (kind, first, mean, error)


def test_the_sampler_finds_what_weighting_finds(members, names):
    for kind, each in names.items():
        rank = np.array([members[name] for name in each])
        mean, error = mean_and_error(rank)
        assert abs(mean - 0.5) < FAR * error, (kind, mean, error)
        for share in (0.5, 0.9):
            mean, error = mean_and_error(inside(rank, share))
            assert abs(mean - share) < FAR * error + HUNDREDS, (kind, share, mean, error)


def test_the_sampler_finds_of_every_quantity_what_weighting_finds(members):
    off = {}
    for name, rank in members.items():
        for what, values, exact in (("mean", rank, 0.5), ("inside", inside(rank, 0.9), 0.9)):
            mean, error = mean_and_error(values)
            off[name, what] = (abs(mean - exact) - (HUNDREDS if what == "inside" else 0.0)) / error
    assert {name: each for name, each in off.items() if each > 1.1 * FAR} == {}


def test_the_truth_lies_where_the_sampler_says(candidates, drawn, records, names, searched):
    luck = np.random.default_rng(62)
    for kind, each in names.items():
        rank = np.array([ranks(searched.said[name], of(drawn, candidates, name)[records.truth], luck) for name in each])
        mean, error = mean_and_error(rank)
        assert abs(mean - 0.5) < FAR * error, (kind, mean, error)
        for share in (0.5, 0.9):
            mean, error = mean_and_error(inside(rank, share))
            assert share - TOGETHER - FAR * error < mean < share + FAR * error, (kind, share, mean, error)


def test_no_member_contradicts_its_record(searched):
    # A coordinate that was found to matter in none of the true futures may matter once in thousands.
    assert (searched.population.scores > MISSED).all(axis=1).mean() > 0.999


# Counts of a few, which no logarithm describes


def few_counted(value):
    return Recorded.model_validate(
        {
            "label": "x",
            "unit": "aircraft",
            "quantity": "coalition_lost",
            "statistic": "at",
            "kind": "estimate",
            "value": float(value),
            "basis": "measured",
            "evidence": ["x"],
            "accept": {"discrepancy": 0.4, "reason": "x"},
        }
    )


def test_rates_lie_where_counts_of_a_few_say():
    luck = np.random.default_rng(3)
    records, members = 512, 64
    truth = luck.standard_normal((4 * records, 2))

    def mean(z):
        return np.exp(0.5 + 0.9 * z[..., 0] + 0.6 * z[..., 1])

    counted = luck.poisson(mean(truth) * np.exp(0.4 * luck.standard_normal(len(truth))))
    few = np.flatnonzero(counted < 10)[:records]  # what is asked of are records of a few
    truth, counted = truth[few], counted[few]

    def score(z):
        said = mean(z).reshape(-1, records)
        found = np.empty_like(said)
        for value in range(10):
            found[:, counted == value] = log_acceptance(few_counted(value), said[:, counted == value])
        return found.reshape(-1, 1)

    population = temper(begin(score, 2, records * members, records, 0, 100), score, records, 0)
    drawn = population.z.reshape(members, records, 2)
    for values, true in ((drawn[:, :, 0], truth[:, 0]), (drawn[:, :, 1], truth[:, 1]), (mean(drawn), mean(truth))):
        rank = ranks(values, true, luck)
        assert abs(rank.mean() - 0.5) < FAR / np.sqrt(12 * records)
        for share in (0.5, 0.9):
            assert abs(inside(rank, share).mean() - share) < FAR * np.sqrt(share * (1 - share) / records)
    assert np.corrcoef(np.log(mean(drawn)).mean(axis=0), np.log(mean(truth)))[0, 1] > 0.5

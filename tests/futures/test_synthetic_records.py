"""Records simulated from known futures, conditioned on: does the truth lie where the accepted futures say it does?

Simulation-based calibration (Cook, Gelman & Rubin 2006; Talts, Betancourt, Simpson, Vehtari & Gelman 2018): of futures
drawn from what was assumed, of which each leaves a record by the very law that acceptance states, the central 90 % of
the futures accepted for that record must hold the truth 90 times in 100. Islands never exchange members, so each island
is given a record of its own, and all are searched for at once.

An island of 64 descends from a dozen first draws and has few sweeps to forget it, which makes its members agree more
with each other than with the posterior: `SHORT` is what that may cost. It is the search that is short, not the law: of
records with three numbers 87.8 % of the truths lay in 90 % after 60 sweeps and 89.0 % after 240; of whole records, with
nine, 82 % after 50 and 88.8 % after 1,000. Whether ranks are centred does not depend on it.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from closedsky.cases.recorded import QUANTITIES, Recorded, bounds
from closedsky.futures.acceptance import log_acceptance
from closedsky.futures.candidates import PIECE, Candidates
from closedsky.futures.overrides import parse_overrides
from closedsky.futures.sampling import model_columns
from closedsky.futures.simulate import Simulator
from closedsky.futures.tempering import begin, temper

RECORDS = 128
MEMBERS = 64  # of each record's island
SWEEPS = 48
TIMES = (1, 13, 25)  # sweeps left when members are looked at: looks pooled, as one is of few members
HELD_AT_ONCE = 3  # numbers that one record holds, of those that the case accepts
OPTION = "full-zone"
FAR = 4.0  # standard errors, over repetitions
SHORT = 0.03  # share of the truths


def ranks(drawn, truth, luck):
    """Share of draws below the truth, from 0 to 1, ties broken by lot; shapes (draws, records) and (records,)."""
    below = (drawn < truth).sum(axis=0)
    tied = (drawn == truth).sum(axis=0)
    return (below + luck.integers(0, tied + 1)) / len(drawn)


def inside(rank, share):
    """Whether the truth is in the central share of its draws."""
    return np.abs(rank - 0.5) <= 0.5 * share


class Synthetic:
    """Synthetic records of the option really taken, one for each of `RECORDS` futures drawn from what is assumed.

    Yes-or-no items are recorded as they really were: of futures drawn, those are taken whose flags are the same, so
    that records with these flags are what is asked about. Numbers are recorded by the shipped windows, moved: the
    logarithm of the truth is that of the model's number and a normal error, and a window as wide as the shipped one
    lies around it anywhere. Moving the model's numbers against the shipped window instead is the same.
    """

    def __init__(self, candidates, held_at_once, seed):
        self.candidates = candidates
        luck = np.random.default_rng([seed, 20])
        items = candidates.items
        numbers = [key for key in candidates.accepting if not items[key].yes_or_no]
        flags = [key for key in candidates.accepting if items[key].yes_or_no]
        drawn = luck.standard_normal((8192, len(candidates.names)))
        values = candidates.read(drawn, candidates.accepting)[2]
        fits = np.all([values[key] == items[key].value for key in flags], axis=0)
        # A future that says 0 leaves a record of 0 whatever the error is, which no window on a logarithm can be.
        fits &= np.all([values[key] > 0 for key in numbers], axis=0)
        chosen = np.flatnonzero(fits)[:RECORDS]
        assert len(chosen) == RECORDS
        self.truth = drawn[chosen]
        held = luck.permuted(np.arange(RECORDS * len(numbers)).reshape(RECORDS, -1) % len(numbers), axis=1)
        self.moved, self.held = {}, {key: np.ones(RECORDS, bool) for key in flags}
        for i, key in enumerate(numbers):
            entry = items[key]
            low, high = bounds(entry)
            variance = entry.accept.discrepancy**2
            variance += 1.0 / np.sqrt(low * high) if QUANTITIES[entry.quantity].whole else 0.0
            window = luck.uniform(-0.5, 0.5, RECORDS) * np.log(high / low)
            centre = np.log(values[key][chosen]) + np.sqrt(variance) * luck.standard_normal(RECORDS) + window
            self.moved[key] = np.exp(0.5 * np.log(low * high) - centre)
            self.held[key] = held[:, i] < held_at_once
        self.place = luck.standard_normal((RECORDS * MEMBERS, len(candidates.names)))
        self.active = self._active(luck)

    def _active(self, luck):
        """Coordinates that some accepting item depends on in some of the true futures."""
        few, keys = self.truth[: PIECE // 32], self.candidates.accepting
        dimensions = few.shape[1]
        said = self.candidates.read(np.resize(few, (PIECE, dimensions)), keys)[2]
        tried = np.repeat(few[None], 32 * -(-dimensions // 32), axis=0)
        for i in range(dimensions):
            tried[i, :, i] = luck.standard_normal(len(few))
        found = self.candidates.read(tried.reshape(-1, dimensions), keys)[2]
        changed = np.zeros(dimensions, bool)
        for key in keys:
            each = found[key].reshape(len(tried), -1)[:dimensions]
            changed |= ~np.array([np.array_equal(one, said[key][: len(few)], equal_nan=True) for one in each])
        return np.flatnonzero(changed)

    def at(self, z):
        full = self.place.copy()
        full[:, self.active] = z
        return full

    def score(self, z):
        values = self.candidates.read(self.at(z), self.candidates.accepting)[2]
        found = []
        for key in self.candidates.accepting:
            one = values[key].reshape(-1, RECORDS) * self.moved.get(key, 1.0)
            logs = log_acceptance(self.candidates.items[key], one.reshape(-1)).reshape(-1, RECORDS)
            found.append(np.where(self.held[key], logs, 0.0).reshape(-1))
        return np.stack(found, axis=1)


def outcomes(candidates, z):
    """What futures say of every number on record, and of another option with the same assumptions and luck."""
    rows, luck, values, _ = candidates.read(z)
    found = {f"recorded: {key}": each for key, each in values.items() if not candidates.items[key].yes_or_no}
    block = Simulator(candidates.case, (OPTION,)).block(model_columns(candidates.case, rows), luck)
    for name in ("killed", "held", "lives_rate_effect", "coalition_lost"):
        found[f"{OPTION}: {name}"] = np.asarray(block.outcomes[name][0], np.float64)
    return {name: np.nan_to_num(values, nan=-np.inf) for name, values in found.items()}


def condition(candidates, held_at_once=HELD_AT_ONCE, sweeps=SWEEPS, times=TIMES, seed=0):
    """Condition on every record at once; by quantity, the truth's rank in its island and what the island says."""
    synthetic = Synthetic(candidates, held_at_once, seed)
    looks = []

    def look(population):
        if population.power >= 1.0 and population.left in times:
            looks.append(synthetic.at(population.z))

    population = begin(synthetic.score, len(synthetic.active), RECORDS * MEMBERS, RECORDS, seed, sweeps)
    population = temper(population, synthetic.score, RECORDS, seed, watch=look)
    assert population.power == 1.0 and len(looks) == len(times)
    luck = np.random.default_rng([seed, 21])
    drawn = {
        candidates.names[i]: np.concatenate([each[:, i].reshape(MEMBERS, RECORDS) for each in looks])
        for i in synthetic.active
    }
    truth = {candidates.names[i]: synthetic.truth[:, i] for i in synthetic.active}
    true = outcomes(candidates, np.resize(synthetic.truth, (PIECE, synthetic.truth.shape[1])))
    truth |= {name: values[:RECORDS] for name, values in true.items()}
    said = [outcomes(candidates, each) for each in looks]
    for name in true:
        drawn[name] = np.concatenate([each[name].reshape(MEMBERS, RECORDS) for each in said])
    found = {name: ranks(drawn[name], truth[name], luck) for name in drawn}
    return SimpleNamespace(ranks=found, drawn=drawn, truth=truth, population=population, synthetic=synthetic)


@pytest.fixture(scope="module")
def candidates(case):
    return Candidates(case, parse_overrides(case, None))


@pytest.fixture(scope="module")
def calibrated(candidates):
    return condition(candidates)


def groups(found, case, candidates):
    """Quantities by what they are, each the ranks of the truth, shape (quantities, records)."""
    accepting = [f"recorded: {key}" for key in candidates.accepting]
    kinds = {
        "assumptions": [name for name in found.ranks if name in case.assumptions],
        "envelopes": [name for name in found.ranks if name.startswith("luck: ")],
        "accepting": [name for name in found.ranks if name in accepting],
        "kept aside": [name for name in found.ranks if name.startswith("recorded: ") and name not in accepting],
        "counterfactual": [name for name in found.ranks if name.startswith(OPTION)],
    }
    return {kind: np.array([found.ranks[name] for name in names]) for kind, names in kinds.items()}


def mean_and_error(values):
    """Over repetitions: quantities of one repetition hang together, repetitions do not."""
    each = np.mean(values, axis=0)
    return each.mean(), each.std(ddof=1) / np.sqrt(len(each))


def test_the_truth_lies_where_accepted_futures_say(calibrated, case, candidates):
    for kind, rank in groups(calibrated, case, candidates).items():
        assert len(rank) >= 4
        for share in (0.5, 0.9):
            mean, error = mean_and_error(inside(rank, share))
            assert share - SHORT - FAR * error < mean < share + FAR * error, (kind, share, mean, error)


def test_no_group_of_quantities_is_found_too_low_or_too_high(calibrated, case, candidates):
    for kind, rank in groups(calibrated, case, candidates).items():
        mean, error = mean_and_error(rank)
        assert abs(mean - 0.5) < FAR * error, (kind, mean, error)


def test_no_quantity_is_found_too_low_or_too_high(calibrated):
    # A uniform number has the variance 1/12; one in 100,000 quantities is farther off by chance.
    off = {name: (rank.mean() - 0.5) * np.sqrt(12 * RECORDS) for name, rank in calibrated.ranks.items()}
    assert len(off) > 80
    assert {name: value for name, value in off.items() if abs(value) > 1.1 * FAR} == {}


def test_the_truth_of_every_quantity_lies_where_accepted_futures_say(calibrated):
    for share in (0.5, 0.9):
        error = np.sqrt(share * (1 - share) / RECORDS)
        held = {name: inside(rank, share).mean() for name, rank in calibrated.ranks.items()}
        outside = {name: each for name, each in held.items() if not -FAR * error - SHORT < each - share < FAR * error}
        assert outside == {}


def test_ranks_are_even(calibrated, case, candidates):
    for kind, rank in groups(calibrated, case, candidates).items():
        for first in np.arange(0.0, 1.0, 0.125):
            mean, error = mean_and_error((rank >= first) & (rank < first + 0.125 + (first == 0.875)))
            assert abs(mean - 0.125) < FAR * error + SHORT / 2, (kind, first, mean, error)


def test_records_tell_something(calibrated, candidates):
    """Futures drawn without looking at a record would be as well calibrated, and as wide as what was assumed."""
    before = outcomes(candidates, calibrated.synthetic.place)
    for key in calibrated.synthetic.moved:
        name, held = f"recorded: {key}", calibrated.synthetic.held[key]
        assert 10 < held.sum() < RECORDS
        accepted, truth = np.log(calibrated.drawn[name][:, held]), np.log(calibrated.truth[name][held])
        assumed = np.log(np.maximum(before[name], 1e-9).reshape(MEMBERS, RECORDS)[:, held])
        with np.errstate(invalid="ignore"):
            miss, missed = (np.median(np.abs(each - truth)) for each in (accepted, assumed))
        assert miss < 0.75 * missed, (name, miss, missed)


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

    population = temper(begin(score, 2, records * members, records, 0, 40), score, records, 0)
    drawn = population.z.reshape(members, records, 2)
    for values, true in ((drawn[:, :, 0], truth[:, 0]), (drawn[:, :, 1], truth[:, 1]), (mean(drawn), mean(truth))):
        rank = ranks(values, true, luck)
        assert abs(rank.mean() - 0.5) < FAR / np.sqrt(12 * records)
        for share in (0.5, 0.9):
            assert abs(inside(rank, share).mean() - share) < FAR * np.sqrt(share * (1 - share) / records)
    assert np.corrcoef(np.log(mean(drawn)).mean(axis=0), np.log(mean(truth)))[0, 1] > 0.5

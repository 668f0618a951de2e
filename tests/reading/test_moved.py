"""Shifts and widths with their errors, and the words for what moved."""

import numpy as np
import pytest

from closedsky.model.luck import CHANNELS, ENVELOPES
from closedsky.reading.coordinate_words import LUCK_WORDS, RELATION_WORDS, luck_words, relation_words
from closedsky.reading.moved import WIDTH_SPREAD, change, left_out, normal_scores
from closedsky.reading.searched import one_in


def test_ranks_know_no_unit_and_equal_values_share_theirs():
    luck = np.random.default_rng(0)
    among, values = luck.normal(size=500), luck.normal(size=100)
    assert (normal_scores(values, among) == normal_scores(np.exp(values), np.exp(among))).all()
    assert normal_scores(among, among).mean() == pytest.approx(0.0, abs=1e-12)
    assert normal_scores(among, among).std() == pytest.approx(1.0, abs=0.02)
    assert np.isfinite(normal_scores(np.array([-1e9, 1e9]), among)).all()
    assert (normal_scores(np.full(9, 4.0), np.full(20, 4.0)) == 0.0).all()


def test_chance_in_few_futures_moves_nothing():
    luck, wrong = np.random.default_rng(1), 0
    even = luck.normal(size=8192)
    for _ in range(200):
        shift, width = change(even, luck.normal(size=256))
        wrong += abs(shift.value) > 3 * shift.error or abs(width.value - 1.0) > 3 * width.error
    assert wrong <= 6  # of four hundred, at 0.3 % each and a little for parts whose error is itself uncertain


def test_the_error_of_a_width_is_what_repetition_shows():
    luck = np.random.default_rng(2)

    def width(x):
        return np.ptp(np.quantile(x, [0.05, 0.95]))

    found = [left_out(luck.normal(size=1024), width) for _ in range(200)]
    spread = np.std([each.value for each in found])
    assert np.mean([each.error for each in found]) == pytest.approx(spread, rel=0.2)
    assert pytest.approx(spread, rel=0.2) == WIDTH_SPREAD * 3.29 / 32


def test_every_envelope_has_words_of_its_own():
    assert set(LUCK_WORDS) == set(CHANNELS)
    words = [luck_words(name) for name in ENVELOPES]
    assert len(set(words)) == len(words)
    assert all("_" not in each and ":" not in each for each in words)


def test_every_relation_of_the_shipped_case_has_words(case):
    used = {entry.relation for entry in case.assumptions.values()}
    assert used == set(RELATION_WORDS)
    assert len({relation_words(name) for name in used}) == len(used)


def test_rare_shares_in_words():
    assert [one_in(np.log(1.0 / each)) for each in (1.0, 250.0, 42_000.0, 3.3e6, 1.2e9, 7e13)] == [
        "1.0", "250", "42,000", "3.3 million", "1.2 billion", "70 trillion",
    ]  # fmt: skip

"""The page docs/model.md, written again in plain Python (bench/), against the compiled campaign."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from closedsky.model.luck import envelopes
from closedsky.model.outcomes import OUTCOMES

BENCH = Path(__file__).parents[2] / "bench"
LIMIT = 1e-9  # relative, absolute below 1


def load(name):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCH)
        return importlib.import_module(name)


@pytest.fixture(scope="module")
def oracle():
    return load("oracle")


def test_the_plain_campaign_is_independent():
    """It reads a case, and nothing of the model: standard library only."""
    for name in ("plain_campaign", "plain_before"):
        lines = (BENCH / f"{name}.py").read_text(encoding="utf-8").splitlines()
        sources = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
        assert sources <= {"__future__", "functools", "math", "struct", "types", "typing", "plain_before"}
        assert len(lines) < 400


@pytest.mark.parametrize("seed", [0, 2**64 - 1])
def test_luck_is_the_same(seed):
    plain, numbers = load("plain_before"), [0, 1, 999, 2**32, 2**63 + 5]
    theirs = envelopes(seed, numbers)
    for i, number in enumerate(numbers):
        for name, value in plain.open_envelopes(seed, number).items():
            assert np.array_equal(np.float32(value), theirs[name][..., i]), (name, number)


@pytest.mark.parametrize("path", ["contest", "engagement"])
def test_the_page_says_what_is_computed(oracle, case, path):
    """200 futures x all options: every outcome, and no branch of the campaign that they leave out."""
    gaps, plain, _ = oracle.compare(case, 200, path)
    assert set(OUTCOMES) <= set(gaps)
    assert {name: gap for name, gap in gaps.items() if not gap <= LIMIT} == {}
    assert set(np.unique(plain["ending"])) == {0, 1, 2, 3}
    assert set(np.unique(plain["peak_rung"])) == {1, 2, 3, 4}
    assert set(np.unique(plain["fate"])) == ({0, 1, 2, 3, 4, 5} if path == "contest" else {0, 1, 4, 5})
    assert plain["belligerents"].max() > 2 and 0 < np.nanmean(plain["adopted"]) < 1


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("contest", {"adoption": "proposed", "length_effect": "shorter"}),
        ("engagement", {"view": "now", "length_effect": "longer", "seed": 2**64 - 1}),
    ],
)
def test_the_page_says_what_else_can_be_asked(oracle, case, path, asked):
    gaps, _, _ = oracle.compare(case, 24, path, **asked)
    assert {name: gap for name, gap in gaps.items() if not gap <= LIMIT} == {}


@pytest.mark.parametrize("path", ["contest", "engagement"])
def test_single_precision_takes_the_same_branches(oracle, case, path, record_property):
    lanes, any_option, moved = oracle.branches(case, 4096, path)
    worst = max(moved, key=lambda key: moved[key])
    record_property("share of futures that take another branch in float32", any_option)
    record_property("share of option-futures", lanes)
    record_property("mean that moves most, in sampling errors", f"{worst}: {moved[worst]}")
    print(f"{path}: another branch in {any_option:.6f} of futures; {worst} moves by {moved[worst]:.5f} of its error")
    assert any_option < 1e-3, any_option
    assert moved[worst] < 0.1, (worst, moved[worst])

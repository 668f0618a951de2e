"""What scenario discovery says of things that are known, and of nothing."""

import json

import numpy as np
import pytest

from closedsky.futures.results import Inputs
from closedsky.reading.boxes import Degenerate, Table
from closedsky.reading.discovery import DROPPED, MOST_LIMITS, discover
from closedsky.reading.limits import ceiling, quasi_p
from closedsky.reading.prim import count, prim
from closedsky.reading.screening import distances, strongest
from closedsky.reading.trees import available, grow, tree

ROWS = 8192


def inputs(rows=ROWS, columns=12, seed=0):
    values = np.random.default_rng(seed).random((rows, columns))
    return Inputs(tuple(f"x{i}" for i in range(columns)), values, (), np.empty((rows, 0)))


def corner(given, chance=0.9, other=0.1, seed=1):
    """It happens in nine of ten futures with x2 above 0.6 and x5 below 0.5, in one of ten of the rest."""
    inside = (given.column("x2") > 0.6) & (given.column("x5") < 0.5)
    return (np.random.default_rng(seed).random(len(inside)) < np.where(inside, chance, other)).astype(float)


@pytest.fixture(scope="module")
def found():
    given = inputs()
    return discover(given, corner(given))


def test_the_corner_is_found_and_told(found):
    limits = {each.name: each for each in found.limits}
    assert set(limits) == {"x2", "x5"} and found.told
    assert limits["x2"].above == pytest.approx(0.6, abs=0.03) and limits["x2"].below is None
    assert limits["x5"].below == pytest.approx(0.5, abs=0.03) and limits["x5"].above is None
    assert all(each.quasi_p < 1e-6 and each.again == (1.0, 1.0) for each in found.limits)
    assert limits["x2"].mass == pytest.approx(0.4, abs=0.03)
    assert abs(found.density.value - 0.9) < 4 * found.density.error + 0.03
    assert abs(found.coverage.value - 0.18 / (0.18 + 0.08)) < 0.06


def test_what_is_printed_is_of_the_other_half(found):
    given = inputs()
    table = Table({name: given.column(name) for name in given.names}, corner(given))
    fresh = np.arange(ROWS) % 16 % 2 == 1
    again = count(table, found.step.box, fresh)
    assert (found.step.rows, found.step.held, found.step.of) == (again.rows, again.held, 4096)
    assert found.density.value == pytest.approx(found.step.density)
    assert found.coverage.value == pytest.approx(found.step.coverage)
    assert found.mass.value == pytest.approx(found.step.mass)
    assert found.base.value == pytest.approx(again.of_interest / 4096)
    for searched, other in found.trajectory:
        assert searched.of == other.of == 4096 and searched.box is other.box


def test_the_trajectory_is_that_of_prim_on_the_searched_half(found):
    given = inputs()
    table = Table({name: given.column(name) for name in given.names}, corner(given))
    half = np.arange(ROWS) % 16 % 2 == 0
    columns = strongest(table, half, table.interest, MOST_LIMITS)
    assert found.searched == tuple(table.columns[i].name for i in columns) and {"x2", "x5"} <= set(found.searched)
    alone = prim(table, half, columns=columns)
    assert [each.rows for each, _ in found.trajectory] == [each.rows for each in alone.steps]
    assert found.peels == alone.peels
    frame = found.to_pandas()
    assert len(frame) == len(alone.steps) and {"density", "density_searched", "limits"} <= set(frame.columns)
    assert json.loads(json.dumps(found.to_dict()))["box"]["limits"][0]["assumption"] in ("x2", "x5")


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_told_of_noise(seed):
    given = inputs(2048, 30, seed)
    holds = (np.random.default_rng(seed + 100).random(2048) < 0.3).astype(float)
    found = discover(given, holds, seed=seed)
    if found.step is not None:
        assert abs(found.density.value - found.base.value) < 4.5 * np.sqrt(0.21 / found.step.rows)
        assert found.null.density > found.base.value + 0.02  # where it looks, noise looks like something


def test_how_often_noise_is_told_as_found():
    told = 0
    for seed in range(60):
        given = inputs(512, 8, seed)
        holds = (np.random.default_rng(seed + 1000).random(512) < 0.4).astype(float)
        told += discover(given, holds, seed=seed, resampled=0, permuted=19).told
    assert told <= 9  # at most one in twenty are expected; 9 of 60 has a chance of three in a thousand


def test_rare_events_are_refused_in_one_line():
    given = inputs(512)
    with pytest.raises(Degenerate, match="it happens in 3 of 256 futures of a half"):
        discover(given, (np.arange(512) % 16 % 2 == 0) * (np.arange(512) < 48) * (np.arange(512) % 16 == 0) * 1.0)


def test_what_is_open_with_luck_of_its_own_is_left_out_of_that_count():
    given = inputs()
    own = np.where(np.arange(ROWS) % 3 == 0, np.nan, corner(given, seed=2))
    found = discover(given, corner(given), apart=own, permuted=0, resampled=0)
    other = (np.arange(ROWS) % 16 % 2 == 1) & np.isfinite(own)
    assert found.apart[0].value == pytest.approx(own[other].mean())
    assert found.apart[1].value == pytest.approx(own[other & found.step.box.holds()].mean())


class TestScreening:
    def test_distances_are_those_of_kolmogorov_and_smirnov(self):
        from scipy import stats

        given, rng = inputs(900, 3), np.random.default_rng(0)
        flags = rng.random(900) < 0.3 + 0.4 * given.column("x1")
        ties = np.round(given.column("x2") * 4)
        table = Table({"x0": given.column("x0"), "x1": given.column("x1"), "ties": ties}, flags)
        some = rng.random(900) < 0.6
        found = distances(table, some, flags)
        for i, column in enumerate(table.columns):
            one, other = column.values[some & flags], column.values[some & ~flags]
            assert found[i] == pytest.approx(stats.ks_2samp(one, other).statistic)

    def test_names_have_no_order(self):
        names = np.array(["a", "b", "c"] * 100)
        flags = np.isin(names, ["a", "c"]) & (np.arange(300) % 5 > 0)
        table = Table({"n": names}, flags)
        shares = [
            (flags & (names == name)).sum() / flags.sum() - (~flags & (names == name)).sum() / (~flags).sum()
            for name in "abc"
        ]
        assert distances(table, np.ones(300, bool), flags)[0] == pytest.approx(np.abs(shares).sum() / 2)


def test_what_depends_on_how_luck_carries_over_is_a_range():
    given = inputs()
    shared, own = corner(given), corner(given, seed=2)
    found = discover(given, shared, apart=own, permuted=0, resampled=0)
    other = np.arange(ROWS) % 16 % 2 == 1
    assert found.apart[0].value == pytest.approx(own[other].mean())
    assert found.happens == (min(shared[other].mean(), own[other].mean()), max(shared[other].mean(), own[other].mean()))
    inside = found.step.box.holds() & other
    assert found.dense == tuple(sorted((shared[inside].mean(), own[inside].mean())))
    alone = discover(given, shared, permuted=0, resampled=0)
    assert alone.apart is None and alone.happens[0] == alone.happens[1] == alone.base.value


def test_another_box_can_be_chosen():
    given = inputs()
    found = discover(given, corner(given), box=3, permuted=0, resampled=0)
    assert found.chosen == 3 and found.null is None and not found.told
    assert set(found.step.box.names) <= set(found.trajectory[3][0].box.names)
    with pytest.raises(ValueError, match="has boxes 0 to"):
        discover(given, corner(given), box=999)


@pytest.mark.parametrize(("rows", "high", "low"), [(8192, 0.8, 0.4), (16384, 0.6, 0.35)])
def test_a_corner_is_found_among_92_assumptions(rows, high, low):
    """Power: in at least four of five searches both assumptions are limited, and what is told of them holds."""
    both = []
    for seed in range(5):
        given = inputs(rows, 92, seed)
        found = discover(given, corner(given, high, low, seed), seed=seed, resampled=0, permuted=0)
        both += [found] if found.step is not None and {"x2", "x5"} <= set(found.step.box.names) else []
    assert len(both) >= 4
    assert all(each.density.value > each.base.value + 3 * each.density.error for each in both)


def test_few_limits_are_chosen_and_those_that_chance_explains_are_dropped():
    given = inputs(4096, 40, 3)
    found = discover(given, corner(given))
    assert len(found.trajectory[found.chosen][0].box.restricted) <= MOST_LIMITS
    table = Table({name: given.column(name) for name in given.names}, corner(given))
    searched = np.arange(4096) % 16 % 2 == 0
    step = count(table, found.step.box, searched)
    assert found.dropped == tuple(name for name in found.dropped if name not in found.step.box.names)
    assert all(quasi_p(table, searched, step, name) <= DROPPED for name in found.step.box.names)


def test_quasi_p_is_the_binomial_tail():
    """Of 1,000 rows with x above a half 300 are of interest, of the 200 with y above 0.8 besides, 90."""
    x, y = np.full(1200, 0.9), np.tile([0.9, 0.1, 0.1, 0.1, 0.1], 240)
    x[1000:] = 0.1
    interest = np.zeros(1200, bool)
    interest[np.flatnonzero((x > 0.5) & (y > 0.5))[:90]] = True
    interest[np.flatnonzero((x > 0.5) & (y < 0.5))[:210]] = True
    table = Table({"x": x, "y": y}, interest)
    box = table.everything.with_limits(0, low=0.5).with_limits(1, low=0.5)
    step = count(table, box, np.ones(1200, bool))
    assert (step.rows, step.held) == (200, 90)
    from scipy import stats

    assert quasi_p(table, np.ones(1200, bool), step, "y") == pytest.approx(stats.binom.sf(89, 200, 0.3))


class TestCeiling:
    def test_a_known_chance_of_each_future(self):
        """Chances spread evenly from 0 to 1: the best fifth averages 0.9."""
        rng = np.random.default_rng(0)
        chance = rng.random(4000)
        low, high = ceiling((rng.random((4000, 64)) < chance[:, None]).astype(float), 0.2)
        assert low <= 0.9 + 0.01 and high >= 0.9 - 0.01 and high - low < 0.03

    @pytest.mark.parametrize("draws", [2, 4, 16])
    def test_few_draws_widen_it(self, draws):
        rng = np.random.default_rng(1)
        chance = rng.random(8000)
        low, high = ceiling((rng.random((8000, draws)) < chance[:, None]).astype(float), 0.2)
        assert low < 0.91 and high > 0.89

    def test_pure_luck_has_no_better_region(self):
        rng = np.random.default_rng(2)
        low, high = ceiling((rng.random((8000, 16)) < 0.3).astype(float), 0.1)
        assert low == pytest.approx(0.3, abs=0.02) and 0.3 <= high < 0.36

    def test_no_luck_at_all(self):
        happens = np.repeat((np.arange(100) < 30)[:, None], 8, axis=1).astype(float)
        assert ceiling(happens, 0.3) == pytest.approx((1.0, 1.0))
        low, high = ceiling(happens, 0.6)
        assert low < 0.5 < high and high - low < 0.3

    def test_too_little_to_say(self):
        assert ceiling(np.full((5, 4), np.nan), 0.2) == (0.0, 1.0)


@pytest.mark.skipif(not available(), reason="scikit-learn is not installed")
class TestTree:
    def test_the_corner_is_a_leaf(self):
        given = inputs()
        found = tree(given, corner(given))
        best = found.leaves[0].box.limits()
        assert {"x2", "x5"} <= set(best)
        assert best["x2"]["above"] == pytest.approx(0.6, abs=0.03)
        assert best["x5"]["below"] == pytest.approx(0.5, abs=0.03)

    def test_leaves_part_the_rows_that_it_was_not_grown_on(self):
        given = inputs(2000, 5)
        found = tree(given, corner(inputs(2000, 6)))
        assert sum(each.rows for each in found.leaves) == 1000
        assert sum(each.held for each in found.leaves) / 1000 == pytest.approx(found.base)
        held = np.sum([each.box.holds() for each in found.leaves], axis=0)
        assert (held == 1).all()

    def test_the_best_leaf_is_not_the_luckiest(self):
        """It is chosen where the tree was grown: in noise its density elsewhere is that of all."""
        off = []
        for seed in range(30):
            given = inputs(2048, 20, seed)
            found = tree(given, (np.random.default_rng(seed).random(2048) < 0.5).astype(float))
            off.append(found.leaves[0].density - found.base)
        assert abs(np.mean(off)) < 4 * np.std(off) / np.sqrt(30)

    def test_names_cannot_be_cut(self):
        table = Table({"x": np.array(["a", "b"] * 10)}, np.arange(20) < 7)
        with pytest.raises(Degenerate, match="numbers only"):
            grow(table, np.arange(20) % 2 == 0)


def test_degenerate():
    given = inputs(512)
    with pytest.raises(Degenerate, match="none of"):
        discover(given, np.zeros(512))
    with pytest.raises(Degenerate, match="all"):
        discover(given, np.ones(512))
    with pytest.raises(Degenerate, match="fewer than"):
        discover(given, np.where(np.arange(512) < 100, 1.0, np.nan))
    missing = np.where(np.arange(512) % 7 == 0, np.nan, np.arange(512) // 16 % 2)
    found = discover(given, missing, resampled=1, permuted=1)
    assert found.left_out == int(np.isnan(missing).sum())

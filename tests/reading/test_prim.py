"""PRIM against EMA Workbench, on the published cases and on tables made to be awkward, and by its invariants."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closedsky.reading.boxes import Degenerate, Table
from closedsky.reading.prim import count, prim


def workbench(x, y, **kwargs):
    """The trajectory of EMA Workbench, as (rows, of interest, restricted) by box, and its boxes."""
    found = pytest.importorskip("ema_workbench.analysis.prim")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        box = found.Prim(pd.DataFrame(x), np.asarray(y), threshold=0.01, **kwargs).find_box()
    table = box.peeling_trajectory
    return list(zip(table["n"], table["k"], table["res_dim"], strict=True)), box.box_lims


def ours(found):
    return [(each.rows, each.held, len(each.box.restricted)) for each in found.steps]


@pytest.fixture(scope="module")
def published():
    """882 cases of Bryant & Lempert (2010), 89 of interest, as EMA Workbench ships them."""
    home = Path(pytest.importorskip("ema_workbench").__file__).parent
    data = pd.read_csv(home / "examples" / "data" / "bryant et al 2010 data.csv", index_col=False)
    return {name: data[name].to_numpy() for name in data.columns[2:11]}, data.iloc[:, 15].to_numpy()


def test_the_published_cases(published):
    x, y = published
    assert (len(y), y.sum()) == (882, 89)
    step = prim(Table(x, y), peel=0.1, paste=0.05).steps[21]
    assert (step.rows, step.held, len(step.box.restricted)) == (87, 67, 4)
    assert (round(step.coverage, 6), round(step.density, 6)) == (0.752809, 0.770115)
    limits = {name: (each["above"], each["below"]) for name, each in step.box.limits().items()}
    found = {name: tuple(end and round(end, 3) for end in ends) for name, ends in limits.items()}
    assert found == {
        "Total biomass": (None, 755.8),
        "Demand elasticity": (-0.422, None),
        "Biomass backstop price": (150.05, None),
        "Cellulosic cost": (72.65, None),
    }


def test_every_box_of_the_published_cases(published):
    x, y = published
    found = prim(Table(x, y), peel=0.1, paste=0.05)
    theirs, boxes = workbench(x, y, peel_alpha=0.1)
    assert ours(found) == theirs
    for step, box in zip(found.steps, boxes, strict=True):
        assert np.array_equal(step.box.low, box.loc[0].to_numpy(float))
        assert np.array_equal(step.box.high, box.loc[1].to_numpy(float))


@pytest.mark.parametrize("rows", [40, 700, 3000])
@pytest.mark.parametrize("seed", range(4))
def test_the_same_boxes_as_the_workbench(rows, seed):
    rng = np.random.default_rng(seed)
    x = {f"x{i}": rng.random(rows) for i in range(5)}
    x["skew"] = np.exp(4 * rng.standard_normal(rows))
    x["ties"] = np.round(rng.random(rows) * 5) / 5
    x["spike"] = np.where(rng.random(rows) < 0.4, 0.0, rng.random(rows))
    y = ((x["x0"] > 0.5) & (x["x1"] < 0.6) & (x["ties"] > 0.3) | (rng.random(rows) < 0.15)).astype(int)
    for peel in (0.05, 0.13):
        theirs, _ = workbench(x, y, peel_alpha=peel)
        assert ours(prim(Table(x, y), peel=peel, paste=0.05)) == theirs


@pytest.mark.parametrize("seed", range(4))
def test_whole_numbers_and_names_are_peeled_as_in_the_workbench(seed, monkeypatch):
    theirs = pytest.importorskip("ema_workbench.analysis.prim")
    monkeypatch.setattr(theirs.Prim, "_paste", lambda self, box: box)  # it fails on whole numbers with this pandas
    rng = np.random.default_rng(seed)
    rows = 900
    x = {"real": rng.random(rows), "whole": rng.integers(0, 12, rows), "few": rng.integers(1, 4, rows)}
    x["name"] = np.array(["red", "green", "blue", "grey"])[rng.integers(0, 4, rows)]
    y = ((x["whole"] > 6) & (x["name"] != "red") & (x["real"] < 0.7) | (rng.random(rows) < 0.1)).astype(int)
    found = prim(Table(x, y))
    assert ours(found)[: found.peels + 1] == workbench(x, y)[0]
    assert found.steps[found.peels].box.limits()["name"]["one_of"] == ["blue", "green", "grey"]


def test_a_corner_is_found_and_what_it_holds_is_told_of_rows_that_were_not_searched():
    rng = np.random.default_rng(0)
    x = {f"x{i}": rng.random(8000) for i in range(10)}
    y = (x["x3"] > 0.7) & (x["x7"] < 0.4)
    table = Table(x, y)
    half = np.arange(8000) % 2 == 0
    found = prim(table, half)
    full = next(each for each in found.steps if each.density > 0.995)
    assert set(full.box.names) == {"x3", "x7"}
    assert full.box.low[3] == pytest.approx(0.7, abs=0.02) and full.box.high[7] == pytest.approx(0.4, abs=0.02)
    fresh = count(table, full.box, ~half)
    assert fresh.of == 4000 and fresh.density > 0.95 and fresh.coverage > 0.9


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_invariants(data):
    rows = data.draw(st.integers(20, 300))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    levels = data.draw(st.integers(1, 400))
    x = {f"x{i}": rng.integers(0, levels, rows) / levels for i in range(data.draw(st.integers(1, 4)))}
    x["own"] = rng.random(rows)
    y = rng.random(rows) < data.draw(st.floats(0.1, 0.9))
    if y.all() or not y.any():
        return
    table = Table(x, y)
    found = prim(table, peel=data.draw(st.floats(0.01, 0.4)))
    for before, after in zip(found.steps, found.steps[1:], strict=False):
        assert after.density > before.density and after.rows >= 0.05 * rows
    for i, (before, after) in enumerate(zip(found.steps, found.steps[1:], strict=False)):
        assert (after.rows < before.rows) == (i < found.peels)
    for step in found.steps:
        held = step.box.holds()
        assert (held.sum(), y[held].sum()) == (step.rows, step.held)
        assert 0 < step.coverage <= 1 and 0 < step.mass <= 1


def test_it_does_not_matter_in_which_unit_or_order_the_rows_are():
    rng = np.random.default_rng(1)
    x = {f"x{i}": rng.random(2000) for i in range(6)}
    y = (x["x0"] > 0.6) | (rng.random(2000) < 0.2)
    usual = ours(prim(Table(x, y)))
    order = rng.permutation(2000)
    assert ours(prim(Table({name: each[order] for name, each in x.items()}, y[order]))) == usual
    assert ours(prim(Table({name: 8.0 * each for name, each in x.items()}, y))) == usual


def test_searching_some_rows_is_searching_a_table_of_them():
    rng = np.random.default_rng(2)
    x = {f"x{i}": rng.random(3000) for i in range(4)}
    y = (x["x0"] > 0.6) & (x["x1"] > 0.3) | (rng.random(3000) < 0.1)
    some = rng.random(3000) < 0.3
    inner = Table({name: each[some] for name, each in x.items()}, y[some])
    within = prim(Table(x, y), some)
    assert [each.rows for each in within.steps[: within.peels]] == [
        each.rows for each in prim(inner).steps[: within.peels]
    ]


def test_a_search_can_end_early():
    rng = np.random.default_rng(3)
    x = {f"x{i}": rng.random(1000) for i in range(4)}
    table = Table(x, x["x0"] > 0.5)
    whole, early = prim(table), prim(table, until=lambda step: step.mass < 0.8)
    assert ours(early) == ours(whole)[: len(early.steps)] and early.steps[-2].mass >= 0.8 > early.steps[-1].mass


def test_what_is_given_instead_of_the_tables_own_is_searched():
    rng = np.random.default_rng(4)
    x = {"a": rng.random(500), "b": rng.random(500)}
    found = prim(Table(x, x["a"] > 0.5), interest=x["b"] > 0.5)
    assert found.steps[1].box.names == ("b",)


class TestDegenerate:
    X = np.linspace(0.0, 1.0, 50)

    @pytest.mark.parametrize(("y", "line"), [(0, "none of 50 futures"), (1, "all 50 futures")])
    def test_all_or_none_of_interest(self, y, line):
        with pytest.raises(Degenerate, match=line):
            prim(Table({"x": self.X}, np.full(50, y)))

    def test_what_never_varies_is_never_limited(self):
        table = Table({"x": self.X, "still": np.ones(50)}, self.X > 0.5)
        assert table.constant == ("still",)
        assert {name for step in prim(table).steps for name in step.box.names} == {"x"}

    def test_nothing_varies(self):
        found = prim(Table({"still": np.ones(50)}, self.X > 0.5))
        assert len(found.steps) == 1 and found.steps[0].density == 0.5

    def test_a_column_twice_is_searched_once(self):
        table = Table({"x": self.X, "again": self.X.copy()}, self.X > 0.5)
        assert table.repeated == {"again": "x"}
        assert [each.name for each in table.columns] == ["x"]

    def test_missing_values_are_left_out_and_counted(self):
        x, y = self.X.copy(), (self.X > 0.5).astype(float)
        x[3], y[40] = np.nan, np.nan
        table = Table({"x": x}, y)
        assert (len(table), table.left_out) == (48, 2) and not table.kept[[3, 40]].any()

    def test_fewer_rows_than_columns(self):
        rng = np.random.default_rng(0)
        found = prim(Table({f"x{i}": rng.random(10) for i in range(40)}, np.arange(10) < 4), peel=0.2)
        assert found.steps[-1].density > found.steps[0].density

    def test_numbers_among_objects_are_numbers(self):
        table = Table({"x": np.array([0.1, None, 3, 4.5], object)}, [0, 1, 1, 0])
        assert (table.columns[0].kind, table.left_out) == ("real", 1)

    @pytest.mark.parametrize(
        ("columns", "interest", "line"),
        [
            ({}, [0, 1], "no inputs"),
            ({"x": [1.0, 2.0, 3.0]}, [0, 1], "one value for each row"),
            ({"x": [[1.0], [2.0]]}, [0, 1], "one value for each row"),
            ({"x": [np.nan, np.nan]}, [0, 1], "none of 2 rows"),
            ({"x": [1.0, 2.0]}, [0, 0.5], "yes or no"),
            ({"x": np.array([1, "a"], object)}, [0, 1], "different types"),
            ({"x": [1.0, np.inf]}, [0, 1], "infinite"),
            ({"x": [1.0 + 1j, 2.0]}, [0, 1], "neither numbers nor names"),
            ({"x": np.array(["2022-03-01", "2022-03-02"], "datetime64[D]")}, [0, 1], "neither numbers nor names"),
        ],
    )
    def test_one_clear_line(self, columns, interest, line):
        with pytest.raises(Degenerate, match=line) as error:
            Table(columns, interest)
        assert "\n" not in str(error.value)

    @pytest.mark.parametrize("given", [{"peel": 0.0}, {"peel": 0.5}, {"paste": -0.1}, {"least_mass": 2.0}])
    def test_shares_out_of_range(self, given):
        with pytest.raises(ValueError, match="must lie between"):
            prim(Table({"x": self.X}, self.X > 0.5), **given)

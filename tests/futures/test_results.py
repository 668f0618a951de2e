import numpy as np
import pytest
import xarray as xr

import closedsky
from closedsky.futures import run as run_module
from closedsky.futures import store
from closedsky.futures.histogram import Histogram
from closedsky.futures.overrides import OverrideError, parse_overrides
from closedsky.futures.results import ALL_OUTCOMES, estimate
from closedsky.futures.run import assumptions_of, run
from closedsky.futures.sampling import NETS, Design, balance
from closedsky.futures.simulate import find_failures


def test_outcomes_are_labelled(small, case):
    o = small.outcomes
    assert isinstance(o, xr.Dataset) and dict(o.sizes) == {"option": len(case.options), "future": 2048}
    for name, entry in ALL_OUTCOMES.items():
        assert o[name].attrs["units"] == entry.unit and o[name].attrs["missing"] == entry.missing
        if entry.missing == "never":
            assert np.isfinite(o[name].values).all(), name
    assert o.attrs["view"] == "then" and "Not a forecast" in o.attrs["caution"]


def test_series_quantiles(small):
    s = small.series
    assert set(s.dims) == {"option", "step", "quantile"} and s.sizes["step"] == 129
    killed = s["killed"].values
    assert (np.diff(killed, axis=-1) >= 0).all(), "quantiles are in order"
    assert (np.diff(killed, axis=1) >= -1e-3).all(), "a cumulative count does not fall"
    end = np.quantile(small.values("killed_verified", "refuse"), 0.5)
    assert s["killed"].sel(option="refuse", quantile=0.5).values[-1] == pytest.approx(end, rel=0.02)
    assert s["on_mean"].sel(option="refuse").values[-1] == pytest.approx(
        np.mean(small.values("ending", "refuse") == 0), abs=1e-6
    )


def test_error_is_that_of_repeated_runs(case):
    """The error that one run states is the spread of the same mean over other seeds."""
    names = ["refuse", "full-zone"]
    runs = [run(case, 512, seed=seed, options=names) for seed in range(12)]
    means = [r.mean("held", "refuse").value for r in runs]
    stated = np.mean([r.mean("held", "refuse").error for r in runs])
    assert 0.5 < np.std(means, ddof=1) / stated < 2


def test_estimate_edges():
    assert np.isnan(estimate(np.full(64, np.nan), np.nanmean).value)
    few = estimate(np.arange(5.0), np.nanmean)
    assert few.value == 2 and np.isnan(few.error) and few.to_dict() == {"value": 2.0, "error": None}


def test_design_is_uniform_and_extends(case):
    design = Design(case, 7)
    rows = design.rows(0, 4096)
    assert np.array_equal(Design(case, 7).rows(1000, 2000), rows[1000:2000])
    for i, (name, entry) in enumerate(case.assumptions.items()):
        low, high = (0, 1) if entry.distribution == "beta" else entry.then
        assert rows[:, i].min() >= low * (1 - 1e-9) and rows[:, i].max() <= high * (1 + 1e-9), name
    i = list(case.assumptions).index("reach_km")
    low, high = case.assumptions["reach_km"].then
    assert rows[:, i].mean() == pytest.approx((low + high) / 2, rel=1e-3)


def test_latents_tie_assumptions_together(case):
    names = list(case.assumptions)
    latent = next(iter(case.latents.values()))
    (one, sign_one), (two, sign_two) = list(latent.members.items())[:2]
    tied = Design(case, 0, ranges={latent.strength: (0.7, 0.7)}).rows(0, 4096)
    free = Design(case, 0, ranges={latent.strength: (0.0, 0.0)}).rows(0, 4096)

    def rank(rows, name):
        return np.argsort(np.argsort(rows[:, names.index(name)]))

    def correlation(rows):
        return np.corrcoef(rank(rows, one), rank(rows, two))[0, 1]

    assert correlation(tied) * sign_one * sign_two == pytest.approx(6 / np.pi * np.arcsin(0.49 / 2), abs=0.05)
    assert abs(correlation(free)) < 0.05
    assert np.allclose(np.sort(tied[:, names.index(one)])[::512], np.sort(free[:, names.index(one)])[::512], rtol=0.1)


def test_overrides_leave_other_draws_alone(case):
    a = assumptions_of(run(case, 64, options=["refuse"]))
    b = assumptions_of(run(case, 64, options=["refuse"], overrides={"tolerance": (0.01, 0.02), "sorties": 200}))
    for name in a:
        assert np.array_equal(a[name], b[name]) == (name not in ("tolerance", "sorties"))
    assert (b["sorties"] == 200).all() and b["tolerance"].min() >= 0.01 and b["tolerance"].max() <= 0.02


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"tolerence": 1}, "did you mean 'tolerance'"),
        ({"tolerance": "0.2..0.1"}, "is empty"),
        ({"tolerance": "x"}, "neither a number nor low..high"),
        ({"tolerance": float("nan")}, "not finite"),
        ({"tolerance": 0}, "above 0"),
        ({"war_path": "other"}, "not one of contest, engagement"),
        ({"refuze.push": 1}, "did you mean 'refuse'"),
        ({"refuse.pussh": 1}, "did you mean 'push'"),
        ({"refuse.push": "0..1"}, "one number"),
    ],
)
def test_overrides_are_refused_in_one_line(case, overrides, told):
    with pytest.raises(OverrideError, match=told) as caught:
        parse_overrides(case, overrides)
    assert "\n" not in str(caught.value)


def test_levers_can_be_moved(case):
    hard = run(case, 256, options=["refuse"], overrides={"refuse.push": 1.0})
    plain = run(case, 256, options=["refuse"])
    assert not np.array_equal(hard.values("aid", "refuse"), plain.values("aid", "refuse"))


def test_bad_requests(case):
    for bad in ({"futures": 0}, {"options": []}, {"options": ["nowhere"]}, {"seed": -1}, {"precision": "float16"}):
        with pytest.raises(ValueError):
            run(case, **{"futures": 16, "options": ["refuse"], **bad})
    with pytest.raises(TypeError):
        run(case, futurs=16)
    with pytest.raises(ValueError, match="missing"):
        closedsky.simulate(case, {"reach_km": 100.0}, [0])


def test_balance_says_what_is_lost():
    assert balance(131_072) is None and balance(16) is None
    assert "too few" in balance(5) and "16 x 2^k" in balance(1000)


def test_a_failing_lane_is_a_row_with_its_reason():
    outcomes = {"killed": np.array([[1.0, np.nan]]), "war_days": np.array([[np.nan, 1.0]])}
    assert find_failures(outcomes) == [(0, 1, "not a number: killed")]


def test_run_survives_a_failing_lane(case, monkeypatch):
    real = run_module.Simulator.block

    def broken(self, columns, luck, series=False):
        block = real(self, columns, luck, series)
        block.outcomes["killed"][0, 3] = np.nan
        block.failures.append((0, 3, "not a number: killed"))
        return block

    monkeypatch.setattr(run_module.Simulator, "block", broken)
    r = run(case, 64, options=["refuse"])
    assert r.failures == (("refuse", 3, "not a number: killed"),)
    assert "1 of 64 option-futures failed" in r.notes[-1]
    assert np.isfinite(r.mean("killed", "refuse").value)


def test_histogram_quantiles_and_merge():
    rng = np.random.default_rng(0)
    values = np.stack([rng.lognormal(3, 2, 20_000), rng.uniform(0, 1e-3, 20_000), np.zeros(20_000)]).astype("f4")
    whole, left, right = (Histogram.empty(3, 0.01) for _ in range(3))
    whole.add(values)
    left.add(values[:, :500])
    right.add(values[:, 500:])
    left.merge(right)
    assert np.array_equal(left.counts, whole.counts)
    for q in (0.05, 0.5, 0.95):
        assert np.allclose(whole.quantile(q)[:2], np.quantile(values[:2], q, axis=1), rtol=0.02, atol=1e-4)
        assert whole.quantile(q)[2] == 0
    assert np.allclose(whole.mean(), values.mean(axis=1), rtol=1e-4)


def test_nets_are_interleaved(case):
    rows = Design(case, 0).rows(0, 64 * NETS)
    one = rows[0::NETS]
    assert len(np.unique(one[:, 0])) == 64


def test_lazy_over_parquet(case, tmp_path, monkeypatch):
    """A run that would not fit lives on disk and reads the same."""
    plain = run(case, 96, options=["refuse", "bluff"])
    monkeypatch.setattr(run_module, "IN_MEMORY", 1.0)
    lazy = run(case, 96, options=["refuse", "bluff"])
    for name in plain.outcomes:
        assert lazy.outcomes[name].variable._in_memory is False
        assert np.array_equal(plain.outcomes[name].values, lazy.outcomes[name].values, equal_nan=True)
    fresh = run(case, 96, options=["refuse", "bluff"])
    part = fresh.outcomes["killed"].isel(future=slice(5, 9)).sel(option="bluff").values
    assert np.array_equal(part, plain.outcomes["killed"].values[1, 5:9])


class Killed(Exception):
    pass


def test_interrupted_run_goes_on_to_the_same_bytes(case, tmp_path, monkeypatch):
    monkeypatch.setattr("closedsky.futures.simulate.BLOCK", 32)
    manifest = {"case_digest": case.digest(), "seed": 0}
    options = ["refuse", "corridors"]

    def go(name, resume=False, stop=None):
        def progress(done, total):
            if stop and done >= stop:
                raise Killed

        folder = store.RunFolder(tmp_path / name, manifest, resume)
        result = run(case, 128, options=options, folder=folder, progress=progress)
        folder.finish()
        return result

    whole = go("whole")
    with pytest.raises(Killed):
        go("cut", stop=128)
    (tmp_path / "cut.partial" / "futures" / "contest-00002.parquet.tmp").write_bytes(b"half")
    with pytest.raises(store.StoreError, match="--resume"):
        go("cut")
    with pytest.raises(store.StoreError, match="case has changed"):
        store.RunFolder(tmp_path / "cut", manifest | {"case_digest": "0"}, resume=True)
    resumed = go("cut", resume=True)
    files = sorted(p.relative_to(tmp_path / "whole") for p in (tmp_path / "whole").rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / "cut") for p in (tmp_path / "cut").rglob("*") if p.is_file())
    for file in files:
        assert (tmp_path / "whole" / file).read_bytes() == (tmp_path / "cut" / file).read_bytes(), file
    assert whole.series.identical(resumed.series)
    with pytest.raises(store.StoreError, match="exists already"):
        go("whole")

"""A finished run folder gives the same results again, or one line that says why not."""

import json
from dataclasses import replace

import numpy as np
import pytest

from closedsky.futures.opened import RunError, is_run, manifest_of, open_run
from closedsky.futures.results import ALL_OUTCOMES
from closedsky.futures.run import manifest, run_paths, write_results
from closedsky.futures.store import RunFolder

OPTIONS = ("refuse", "full-zone")
FUTURES = 9000
"""More than a block."""


@pytest.fixture(scope="module")
def kept(case, tmp_path_factory):
    """A run in a folder, and its results as they were."""
    path = tmp_path_factory.mktemp("runs") / "one"
    overrides = {"substitutable": (0.2, 0.6), "refuse.push": 1.0}
    folder = RunFolder(path, manifest(case, FUTURES, 3, "then", OPTIONS, overrides))
    results = run_paths(case, FUTURES, overrides, seed=3, options=OPTIONS, folder=folder)
    found = {name: {key: each.outcomes[key].values.copy() for key in ALL_OUTCOMES} for name, each in results.items()}
    write_results(folder, results, {})
    folder.finish()
    return path, found


def test_the_same_numbers(case, kept):
    path, found = kept
    assert is_run(path) and not is_run(path.parent)
    opened = open_run(path, case)
    assert list(opened) == list(found)
    for war_path, each in opened.items():
        assert (each.futures, each.seed, each.view, each.options) == (FUTURES, 3, "then", OPTIONS)
        assert each.war_path == war_path and each.reference == "refuse" and each.failures == ()
        assert each.series.sizes["option"] == 2 and "war_path" not in each.series.dims
        assert each.overrides["substitutable"] == (0.2, 0.6) and each.overrides["refuse.push"] == 1.0
        for name in ALL_OUTCOMES:
            assert np.array_equal(each.outcomes[name].values, found[war_path][name], equal_nan=True), name


def test_a_changed_case_is_refused(case, kept):
    changed = replace(case, title="Another")
    if changed.digest() != case.digest():
        with pytest.raises(RunError, match="another version"):
            open_run(kept[0], changed)


def test_what_is_no_run_is_refused_in_one_line(case, kept, tmp_path):
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        manifest_of(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": "other"}))
    with pytest.raises(RunError, match="not the folder of a run"):
        manifest_of(tmp_path)
    (tmp_path / "manifest.json").write_text((kept[0] / "manifest.json").read_text("utf-8"))
    with pytest.raises(RunError, match="series cannot be read"):
        open_run(tmp_path, case)
    (tmp_path / "series.nc").write_bytes((kept[0] / "series.nc").read_bytes())
    with pytest.raises(RunError, match="holds no futures"):
        open_run(tmp_path, case)
    (tmp_path / "futures").mkdir()
    first = kept[0] / "futures" / "contest-00000.parquet"
    (tmp_path / "futures" / first.name).write_bytes(first.read_bytes())
    with pytest.raises(RunError, match="8,192 of 9,000"):
        open_run(tmp_path, case)
    now = json.loads((kept[0] / "manifest.json").read_text("utf-8")) | {"view": "now"}
    (tmp_path / "manifest.json").write_text(json.dumps(now))
    with pytest.raises(RunError, match="accepted futures"):
        open_run(tmp_path, case)

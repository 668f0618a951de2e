import hashlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import xarray as xr

SMALL = ("run", "ukraine-2022", "-n", "64", "--option", "full-zone", "--json")
LONGER = ("run", "ukraine-2022", "-n", "17000", "--option", "full-zone", "--json")


def digests(folder):
    """Every file of a run folder but the one that depends on the clock."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timing.json"
    }


@pytest.fixture
def whole(tool, tmp_path):
    code, *_ = tool(*SMALL, "--out", tmp_path / "whole")
    assert code == 0
    return tmp_path / "whole"


def test_a_run_folder_holds_the_run(whole):
    assert not whole.with_name("whole.partial").exists()
    manifest = json.loads((whole / "manifest.json").read_text())
    assert (manifest["case"], manifest["futures"], manifest["seed"]) == ("ukraine-2022", 64, 0)
    assert json.loads((whole / "summary.json").read_text())["schema"] == "closedsky-run/1"
    assert json.loads((whole / "timing.json").read_text())["seconds"] > 0
    with xr.open_dataset(whole / "series.nc", engine="h5netcdf") as series:
        assert list(series["war_path"].values) == ["contest", "engagement"]
        assert series["killed"].dims == ("war_path", "option", "step", "quantile")
        assert series["killed"].attrs["units"] == "persons"
    for kind in ("contest", "engagement"):
        assert pq.read_metadata(whole / "futures" / f"{kind}-00000.parquet").num_rows == 128
    assert pq.read_metadata(whole / "futures" / "assumptions-00000.parquet").num_rows == 64


def test_two_runs_write_the_same_bytes(tool, whole, tmp_path):
    time.sleep(1.1)  # a clock in a header counts seconds
    assert tool(*SMALL, "--out", tmp_path / "again")[0] == 0
    assert digests(tmp_path / "again") == digests(whole)


def test_what_is_printed_is_what_is_kept(tool, whole):
    assert json.loads(tool(*SMALL)[1]) == json.loads((whole / "summary.json").read_text())


def test_a_finished_folder_is_never_overwritten(tool, whole):
    before = digests(whole)
    code, _, err = tool(*SMALL, "--out", whole)
    assert code == 5
    assert "choose another --out" in err[0]
    code, out, err = tool(*SMALL, "--out", whole, "--resume")
    assert code == 0
    assert "complete already" in err[0]
    assert json.loads(out)["schema"] == "closedsky-run/1"
    assert digests(whole) == before


def test_a_run_stopped_before_any_write_goes_on_to_the_same_files(tool, whole, tmp_path, monkeypatch):
    """Every file gets its name by `os.replace`: a run is stopped before the first, the second ... of them."""
    rename = os.replace
    left = [0]

    def until(source, target, **more):
        if str(tmp_path) in str(target):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
        return rename(source, target, **more)

    monkeypatch.setattr(os, "replace", until)
    stops = 0
    for writes in range(1, 40):
        left[0] = writes
        out = tmp_path / f"stopped-{writes}"
        code, _, err = tool(*SMALL, "--out", out)
        if code == 0:
            break
        stops += 1
        assert code == 130
        assert "--resume" in err[0]
        assert not out.exists()
        left[0] = -1
        assert tool(*SMALL, "--out", out)[0] == 5
        assert tool(*SMALL, "--out", out, "--resume")[0] == 0
        assert digests(out) == digests(whole)
    assert stops >= 6


def test_a_killed_run_goes_on_to_the_same_files(tool, start, tmp_path):
    process = start(*LONGER, "--out", tmp_path / "killed")
    wait_for(tmp_path / "killed.partial" / "futures" / "contest-00001.parquet", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path / "killed").exists()
    assert tool(*LONGER, "--out", tmp_path / "killed", "--resume")[0] == 0
    assert tool(*LONGER, "--out", tmp_path / "whole")[0] == 0
    assert digests(tmp_path / "killed") == digests(tmp_path / "whole")


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_leaves_something_to_resume(start, tmp_path):
    process = start(*LONGER, "-n", "2000000", "--out", tmp_path / "run")
    wait_for(tmp_path / "run.partial" / "futures" / "contest-00000.parquet", process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    lines = [line for line in err.splitlines() if "compiling" not in line]
    assert (process.returncode, out) == (130, "")
    assert len(lines) == 1
    assert "interrupted; go on with" in lines[0]


def test_a_changed_case_is_not_resumed(tool, shipped, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    shutil.copytree(shipped, mine)
    words = ("run", mine, "-n", "64", "--option", "full-zone", "--out", tmp_path / "run")
    rename = os.replace

    def stop(source, target, **more):
        if "series.nc" in str(target):
            raise KeyboardInterrupt
        return rename(source, target, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stop)
        assert tool(*words)[0] == 130
    file = mine / "case.yaml"
    file.write_text(file.read_text("utf-8").replace("then: [0, 0.7]", "then: [0, 0.6]", 1), "utf-8")
    import closedsky.cases

    closedsky.cases.load_case.cache_clear()
    code, _, err = tool(*words, "--resume")
    assert code == 5
    assert "the case has changed" in err[0]
    code, _, err = tool(*words, "--resume", "--seed", "1")
    assert code == 5


def test_a_folder_that_cannot_be_written(tool, tmp_path):
    (tmp_path / "file").touch()
    code, out, err = tool(*SMALL, "--out", tmp_path / "file" / "run")
    assert (code, out) == (5, "")
    assert len(err) == 1


def wait_for(path: Path, process) -> None:
    end = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end
        time.sleep(0.01)

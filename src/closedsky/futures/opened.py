"""Opening a finished run folder: its results again, without running anything.

Under the view now the accepted futures come from the cache where they still are, and are searched anew otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xarray as xr

from closedsky.cases.schema import Case
from closedsky.futures import store
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.overrides import Value, parse_overrides
from closedsky.futures.results import NOT_A_FORECAST, Results
from closedsky.futures.run import failed_in

Search = Callable[[Case, int, int, dict[str, Value]], dict[str, Conditioned]]
"""From a case, how many futures, seed and overrides to the accepted futures by path."""


class RunError(Exception):
    """A run folder that cannot be read; its message is one line that a person can act on."""


def is_run(path: Path) -> bool:
    """Whether a path is a finished run folder."""
    return (path / store.MANIFEST).is_file()


def manifest_of(path: Path) -> dict[str, Any]:
    """Return what a run folder says of itself.

    Raises:
        RunError: it cannot be read, or is no run folder.
    """
    try:
        held = json.loads((path / store.MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: its manifest cannot be read ({error}); run again into another folder") from None
    if not isinstance(held, dict) or held.get("schema") != "closedsky-manifest/1":
        raise RunError(f"{path}: not the folder of a run of this program")
    return held


def open_run(path: Path, case: Case, search: Search | None = None) -> dict[str, Results]:
    """Return the results of a finished run by path to general war, lazy over its files.

    Args:
        path: the run folder.
        case: the case that was run.
        search: finds the accepted futures of a run under the view now.

    Raises:
        RunError: the folder is not whole, or the case is not the one that was run.
    """
    held = manifest_of(path)
    if held["case_digest"] != case.digest():
        raise RunError(f"{path}: was made with another version of {held['case']}; run again into another folder")
    overrides = {name: tuple(v) if isinstance(v, list) else v for name, v in held["overrides"].items()}
    accepted: dict[str, Conditioned] = {}
    if held["view"] == "now":
        if search is None:
            raise RunError(f"{path}: a run under the view now needs its accepted futures")
        accepted = search(case, held["futures"], held["seed"], overrides)
    try:
        with xr.open_dataset(path / "series.nc", engine="h5netcdf") as kept:
            series = kept.load()
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: its series cannot be read ({error}); run again into another folder") from None
    options, found = tuple(held["options"]), {}
    for war_path in held["war_paths"]:
        files = sorted((path / "futures").glob(f"{war_path}-*.parquet"))
        if not files:
            raise RunError(f"{path}: holds no futures of the {war_path} path; run again into another folder")
        outcomes = store.open_outcomes(files, options)
        if outcomes.sizes["future"] != held["futures"]:
            raise RunError(f"{path}: holds {outcomes.sizes['future']:,} of {held['futures']:,} futures; run again")
        outcomes.attrs = {"case": case.id, "view": held["view"], "war_path": war_path, "caution": NOT_A_FORECAST}
        given = overrides | {"war_path": war_path}
        failures, first = [], 0
        for file in files:
            failures += failed_in(file, options, first)
            first += store.rows_of(file, len(options))
        found[war_path] = Results(
            case=case,
            outcomes=outcomes,
            series=series.sel(war_path=war_path, drop=True) if "war_path" in series.dims else series,
            futures=held["futures"],
            seed=held["seed"],
            view=held["view"],
            reference=held["reference"],
            adoption=held["adoption"],
            precision=held["precision"],
            switches=parse_overrides(case, given).switches,
            overrides=given,
            failures=tuple(failures),
            conditioned=accepted.get(war_path),
        )
    return found

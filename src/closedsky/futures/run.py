"""One run: a design of futures, every option over the same futures with the same sealed luck, labelled results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from closedsky.cases.library import load_case
from closedsky.cases.schema import Case
from closedsky.futures import store
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.conditioning import code, condition, felt, require_same
from closedsky.futures.defaults import ACCEPTED, FUTURES
from closedsky.futures.overrides import Value, parse_overrides
from closedsky.futures.results import ALL_OUTCOMES, NOT_A_FORECAST, Results, label
from closedsky.futures.sampling import model_columns
from closedsky.futures.series_counts import SeriesCounts
from closedsky.futures.simulate import Block, Progress, Simulator, blocks_of, find_failures
from closedsky.futures.source import Agreeing, Designed, Source
from closedsky.model.luck import ENVELOPES
from closedsky.model.names import SWITCHES
from closedsky.version import __version__

SERIES_FUTURES = 4096
"""Series keep the first this many futures: their quantiles need no more, and counting bins would cost more than the
campaign itself."""

IN_MEMORY = 2.0e9
"""Bytes of outcomes above which a run without a folder goes to a temporary one and is read lazily."""


def run(
    case: Case | str | Path,
    futures: int | None = None,
    seed: int = 0,
    view: str = "then",
    options: Sequence[str] | None = None,
    overrides: Mapping[str, Value] | None = None,
    *,
    accepted: int | None = None,
    conditioned: Conditioned | None = None,
    reference: str | None = None,
    adoption: str = "effect",
    precision: str = "float32",
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
    folder: store.RunFolder | None = None,
) -> Results:
    """Run every option of a case over the same futures with the same sealed luck.

    Args:
        case: a case, the id of a shipped one, or the path of a case file.
        futures: how many, under the view then; 16 x 2^k keeps the design balanced. The first m futures of a larger run
            with the same seed are the run of m.
        seed: fills the design and the envelopes, under the view now the search; 0 is a seed like any other. Futures
            that are given bring their own.
        view: `then`: what could be known on the day. `now`: futures whose course under the option really taken agrees
            with the record (`closedsky.condition`).
        options: ids; None for all.
        overrides: assumptions (a number, or (low, high), or `"low..high"`), levers (`option.lever`) and switches.
        accepted: how many futures, under the view now.
        conditioned: those futures, where they have been found already.
        reference: option that effects on lives are measured against; None for the one really taken.
        adoption: `effect` (each option adopted on the first possible day) or `proposed` (the alliance decides).
        precision: `float32`, or `float64` at about half the speed.
        progress: called with (option-futures done, option-futures in all).
        notify: called with a line of text when something slow begins.
        folder: where blocks are kept; blocks that are there already are not computed again.

    Returns:
        Results over (option, future), with units.

    Raises:
        CaseError, OverrideError: bad input, in one line each.
        NotConditioned: the futures of the view now can't be found or trusted.
        ValueError: a count, seed, option, view or mode that cannot be.
    """
    case = case if isinstance(case, Case) else load_case(case)
    parsed = parse_overrides(case, overrides)
    chosen = tuple(case.options) if options is None else tuple(dict.fromkeys(options))
    if not chosen:
        raise ValueError(f"no option chosen; {case.id} has {', '.join(case.options)}")
    simulator = Simulator(case, chosen, parsed, seed, reference, adoption, precision, notify)
    source: Source
    if view == "then":
        if accepted is not None or conditioned is not None:
            raise ValueError("futures are accepted under the view 'now' only")
        futures = FUTURES if futures is None else futures
        if futures < 1:
            raise ValueError(f"futures must be at least 1, not {futures}")
        source = Designed(case, seed, futures, parsed.ranges)
    elif view == "now":
        if futures is not None:
            raise ValueError("under the view 'now' ask for futures with accepted")
        if conditioned is None:
            conditioned = condition(case, ACCEPTED if accepted is None else accepted, seed, overrides, notify=notify)
        require_same(conditioned, case, overrides)
        futures, seed = conditioned.futures, conditioned.seed
        source = Agreeing(conditioned)
    else:
        raise ValueError(f"view must be 'then' or 'now', not {view!r}")
    path = parsed.switches["war_path"]
    size = futures * len(chosen) * len(ALL_OUTCOMES) * np.dtype(precision).itemsize
    scratch = None
    if folder is None and size > IN_MEMORY:
        scratch = tempfile.TemporaryDirectory(prefix="closedsky-")
        folder = store.RunFolder(Path(scratch.name) / "run", {})
    blocks: list[Block] = []
    files: list[Path] = []
    failures: list[tuple[str, int, str]] = []
    series = SeriesCounts(case, chosen)
    for number, (first, last) in enumerate(blocks_of(futures)):
        file = folder.block_path(path, number) if folder else None
        fresh = file is None or not file.exists()
        counted = first < SERIES_FUTURES
        if fresh or counted:
            rows, luck = source.rows(first, last), source.luck(first, last)
            block = simulator.block(model_columns(case, rows), luck, series=counted)
            if counted:
                series.add(block, min(last, SERIES_FUTURES) - first)
            failures += [(chosen[option], first + future, why) for option, future, why in block.failures]
            if file is None or folder is None:
                blocks.append(block)
            elif fresh:
                assumptions = folder.block_path(_drawn(path, conditioned), number)
                if not assumptions.exists():
                    columns = {name: rows[:, i] for i, name in enumerate(case.assumptions)}
                    if view == "now":  # not to be had from the seed alone
                        columns |= {name: luck[i] for i, name in enumerate(ENVELOPES)}
                    store.write_block(assumptions, {"future": np.arange(first, last)} | columns)
                store.write_block(file, store.outcome_columns(chosen, block.outcomes, first))
        elif file is not None:
            failures += failed_in(file, chosen, first)
        if file is not None:
            files.append(file)
        if progress is not None:
            progress(last * len(chosen), futures * len(chosen))
    if files:
        outcomes = store.open_outcomes(files, chosen)
        outcomes.encoding["scratch"] = scratch  # kept alive as long as the data that live in it
    else:
        data = {name: np.concatenate([b.outcomes[name] for b in blocks], axis=1) for name in ALL_OUTCOMES}
        outcomes = label(data, chosen, np.arange(futures))
    outcomes.attrs = {
        "case": case.id,
        "view": view,
        "war_path": path,
        "seed": str(seed),
        "version": __version__,
        "caution": NOT_A_FORECAST,
    }
    failed = _failure_note(failures, futures * len(chosen))
    notes = tuple(note for note in (source.note, _certain_note(conditioned), failed) if note)
    return Results(
        case=case,
        outcomes=outcomes,
        series=series.dataset(outcomes.attrs),
        futures=futures,
        seed=seed,
        view=view,
        reference=simulator.reference,
        adoption=adoption,
        precision=precision,
        switches=parsed.switches,
        overrides=dict(overrides or {}),
        failures=tuple(failures),
        notes=notes,
        conditioned=conditioned,
    )


def run_paths(
    case: Case | str | Path,
    futures: int | None = None,
    overrides: Mapping[str, Value] | None = None,
    *,
    conditioned: Mapping[str, Conditioned] | None = None,
    **kwargs: Any,
) -> dict[str, Results]:
    """Run both paths to general war, by name: the same futures and luck, told apart only by how clashes may spread.

    Arguments are those of `run`, but that accepted futures are given by path.
    """
    case = case if isinstance(case, Case) else load_case(case)
    found = {}
    for path in SWITCHES["war_path"]:
        given = dict(overrides or {}) | {"war_path": path}
        found[path] = run(case, futures, overrides=given, conditioned=(conditioned or {}).get(path), **kwargs)
    return found


def condition_paths(
    case: Case | str | Path, accepted: int = ACCEPTED, overrides: Mapping[str, Value] | None = None, **kwargs: Any
) -> dict[str, Conditioned]:
    """Find the futures of the view now for both paths to general war; one search where the record feels no path.

    Arguments are those of `condition`.
    """
    case = case if isinstance(case, Case) else load_case(case)
    found: dict[str, Conditioned] = {}
    for path in SWITCHES["war_path"]:
        given = dict(overrides or {}) | {"war_path": path}
        same = [each for each in found.values() if "war_path" not in felt(case, given)[1]]
        found[path] = same[0] if same else condition(case, accepted, overrides=given, **kwargs)
    return found


def assumptions_of(results: Results) -> xr.Dataset:
    """Return the assumptions of each future, over (future,), with units; drawn again from the seed where they were."""
    rows = source_of(results).rows(0, results.futures)
    return xr.Dataset(
        {
            name: ("future", rows[:, i], {"units": entry.unit, "long_name": entry.label})
            for i, (name, entry) in enumerate(results.case.assumptions.items())
        },
        coords={"future": np.arange(results.futures)},
    )


def source_of(results: Results) -> Source:
    """Where the futures of a run came from."""
    if results.conditioned is not None:
        return Agreeing(results.conditioned)
    parsed = parse_overrides(results.case, results.overrides)
    return Designed(results.case, results.seed, results.futures, parsed.ranges)


def manifest(
    case: Case,
    futures: int,
    seed: int,
    view: str,
    options: Sequence[str],
    overrides: Mapping[str, Value],
    reference: str | None = None,
    adoption: str = "effect",
    precision: str = "float32",
) -> dict[str, Any]:
    """Return what fixes a run of both paths to the last bit on one machine; nothing in it depends on the clock."""
    from importlib.metadata import version

    return {
        "schema": "closedsky-manifest/1",
        "version": __version__,
        "libraries": {name: version(name) for name in ("jax", "jaxlib", "numpy", "scipy", "pyarrow")},
        "case": case.id,
        "case_digest": case.digest(),
        **({"code": code()} if view == "now" else {}),
        "futures": futures,
        "seed": seed,
        "view": view,
        "options": list(options),
        "overrides": {key: list(value) if isinstance(value, tuple) else value for key, value in overrides.items()},
        "reference": reference or case.taken,
        "adoption": adoption,
        "precision": precision,
        "war_paths": list(SWITCHES["war_path"]),
    }


def write_results(folder: store.RunFolder, results: Mapping[str, Results], summary: Mapping[str, Any]) -> None:
    """Write series (both paths along `war_path`) and summary of a run whose blocks are in a folder already."""
    paths = xr.DataArray(list(results), dims="war_path", name="war_path")
    series = xr.concat(
        [each.series for each in results.values()],
        dim=paths,
        coords="minimal",
        compat="override",
        combine_attrs="drop_conflicts",
    )
    temporary = folder.partial / "series.nc.tmp"
    series.to_netcdf(temporary, engine="h5netcdf")
    temporary.replace(folder.partial / "series.nc")
    store.write_atomically(folder.partial / "summary.json", store.canonical(summary).encode())


def failed_in(file: Path, options: tuple[str, ...], first: int) -> list[tuple[str, int, str]]:
    """Find failed lanes in a block that was computed before."""
    import pyarrow.parquet as pq

    table = pq.read_table(file, columns=list(ALL_OUTCOMES))
    found = {name: table.column(name).to_numpy().reshape(len(options), -1) for name in ALL_OUTCOMES}
    return [(options[option], first + future, why) for option, future, why in find_failures(found)]


def _drawn(path: str, conditioned: Conditioned | None) -> str:
    """Name of the files that hold assumptions: both paths share them, unless the record felt the path."""
    felt_path = conditioned is not None and "war_path" in conditioned.overrides
    return f"assumptions-{path}" if felt_path else "assumptions"


def _certain_note(conditioned: Conditioned | None) -> str | None:
    """What futures were accepted by is no finding, nor are expected numbers of what the record says did not happen."""
    if conditioned is None:
        return None
    said = [
        f"{entry.label}: {'yes' if entry.value else 'no'}"
        for key, entry in conditioned.items.items()
        if entry.yes_or_no and key in conditioned.accepting
    ]
    if not said:
        return None
    taken = conditioned.case.options[conditioned.case.taken].label
    return (
        f"So by acceptance, and no finding: {'; '.join(said)}. What is expected of these under {taken} (engagements, "
        "episodes, the conditional risk) comes of its assumptions, whether it happened or not."
    )


def _failure_note(failures: list[tuple[str, int, str]], lanes: int) -> str | None:
    if not failures:
        return None
    option, future, why = failures[0]
    return f"{len(failures):,} of {lanes:,} option-futures failed and are left out; first: {option}, {future}: {why}"

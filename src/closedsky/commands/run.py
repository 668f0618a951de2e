"""`closedsky run`: every option over the same futures, printed and, where asked, kept in a folder."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from closedsky.commands.common import (
    INTERRUPTED,
    Fault,
    choose,
    count_of,
    count_words,
    progress,
    read_sets,
    require_count,
    say,
    write_json,
)
from closedsky.futures.defaults import FUTURES

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.results import Results
    from closedsky.futures.store import RunFolder

PATHS = 2
"""Paths to general war, each a run."""


@dataclass(frozen=True)
class Request:
    """What `run` and `compare` are asked for.

    Attributes:
        name: the case as the person named it.
        futures: how many, under the view then; the usual number where None.
        seed, view, precision: of the run.
        sets: overrides as `NAME=VALUE`.
        options: ids; all where empty.
        losses: lives lost in a general war for break-evens; the usual ones where empty.
        accepted: how many futures, under the view now; the usual number where None.
        adoption: `effect` (every option adopted on the first possible day) or `proposed` (the alliance decides).
    """

    name: str
    futures: int | None
    seed: int
    view: str
    precision: str
    sets: Sequence[str] = ()
    options: Sequence[str] = ()
    losses: Sequence[float] = ()
    accepted: int | None = None
    adoption: str = "effect"
    overrides: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        require_count(self.view, self.futures, self.accepted)
        for loss in self.losses:
            if not 0 < loss < float("inf"):
                raise Fault(f"--loss {loss:g}: lives lost in a general war must be above 0")
        object.__setattr__(self, "overrides", read_sets(self.sets))

    @property
    def count(self) -> int:
        """Futures of the run."""
        return count_of(self.view, self.futures, self.accepted, FUTURES)

    def command(self, verb: str, *operands: str) -> str:
        """The line that gives the same numbers again."""
        parts = ["closedsky", verb, self.name, *operands, *count_words(self.view, self.count)]
        parts += ["--seed", str(self.seed), "--view", self.view]
        parts += ["--precision", self.precision] if self.precision != "float32" else []
        parts += ["--adoption", self.adoption] if self.adoption != "effect" else []
        for flag, values in (("--set", self.sets), ("--option", self.options), ("--loss", self.losses)):
            for value in values:
                parts += [flag, f"{value:g}" if isinstance(value, float) else value]
        return shlex.join(parts)


def require_asked(case: Case, name: str, outcomes: Iterable[str] | None = None) -> None:
    """Refuse to show what a case does not ask about, and say what to ask instead.

    Args:
        case: the case.
        name: how the person named it.
        outcomes: ids of those that would be shown; where None, those by which a run compares options.

    Raises:
        Fault: at least one of them rests on what the case fixes.
    """
    from closedsky.cases.asked import HEADLINE, unasked

    outcomes = HEADLINE if outcomes is None else tuple(outcomes)
    if not unasked(case, outcomes):
        return
    missing = unasked(case) if outcomes == HEADLINE else unasked(case, outcomes)
    fixed = [key for each in missing for key in each.rests_on if key in case.fixed]
    words = [each.words for each in missing]
    about = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    held = any(each.quantity for each in case.recorded.values())
    verb, shows = ("backtest", "holds it against its record") if held else ("cases", "lists what it asks about")
    instead = f"{shlex.join(['closedsky', verb, name])} {shows}"
    raise Fault(f"{name}: does not ask about {about} (it fixes {', '.join(fixed)}); {instead}")


def run_command(request: Request, as_json: bool, out: Path | None, resume: bool) -> None:
    """Run every option and print what comes of it."""
    if resume and out is None:
        raise Fault("--resume goes on with a run folder; name it with --out")
    from closedsky.cases import load_case
    from closedsky.futures.overrides import parse_overrides

    case = load_case(request.name)
    require_asked(case, request.name)
    options = choose(case, request.options)
    parse_overrides(case, request.overrides)
    if out is not None and resume and _finished(case, request, options, out):
        say(f"{out}: complete already; nothing to resume")
        _show_finished(out, as_json)
        return
    folder = _folder(case, request, options, out, resume)
    try:
        _run(case, request, options, folder, as_json)
    except KeyboardInterrupt:
        if folder is None:
            raise
        raise Fault(f"interrupted; go on with --out {shlex.quote(str(out))} --resume", INTERRUPTED) from None


def _run(case: Case, request: Request, options: tuple[str, ...], folder: RunFolder | None, as_json: bool) -> None:
    from closedsky.futures import store
    from closedsky.futures.run import IN_MEMORY, write_results
    from closedsky.reading.risk import LOSSES
    from closedsky.reading.summary import summarise

    began = time.monotonic()
    results, beyond = run_asked(case, request, folder, options=options)
    for each in results.values():
        if folder is not None and each.outcomes.nbytes < IN_MEMORY:
            each.outcomes.load()  # once, rather than a column at a time from the files
    summary = summarise(results, request.losses or LOSSES, beyond)
    command = request.command("run")
    document = summary.to_dict() | {"command": command}
    if folder is not None:
        write_results(folder, results, document)
        duration = {"seconds": round(time.monotonic() - began, 3)}
        store.write_atomically(folder.partial / "timing.json", store.canonical(duration).encode())
        folder.finish()
    if as_json:
        write_json(document)
        return
    from closedsky.showing.run_screen import show_run
    from closedsky.showing.terminal import Screen

    screen = Screen()
    show_run(screen, summary, case, command, request.name)
    if folder is not None:
        screen.heading("Written")
        screen.command(str(folder.path))


def run_asked(
    case: Case, request: Request, folder: RunFolder | None = None, **run: Any
) -> tuple[dict[str, Results], dict[str, Results] | None]:
    """Run both paths under the view asked for, showing how far it is.

    Args:
        case: the case.
        request: futures, seed, view, overrides and precision.
        folder: where blocks are kept.
        **run: what else `closedsky.futures.run.run_paths` takes.

    Returns:
        Results by path; under the view now also the same followed further, where lengths are read further on.
    """
    from closedsky.commands.condition import follow, search_paths
    from closedsky.futures.run import run_paths

    run |= {"precision": request.precision, "adoption": request.adoption, "notify": say}
    found = None
    if request.view == "now":
        found = search_paths(case, request.accepted, request.seed, request.overrides)
    with progress(case.id, PATHS) as advance:
        results = run_paths(
            case,
            request.futures,
            request.overrides,
            seed=request.seed,
            view=request.view,
            conditioned=found,
            progress=advance,
            folder=folder,
            **run,
        )
    return results, follow(case, found, request.overrides, **run) if found is not None else None


def _manifest(case: Case, request: Request, options: tuple[str, ...]) -> dict[str, Any]:
    from closedsky.futures.run import manifest

    return manifest(
        case,
        request.count,
        request.seed,
        request.view,
        options,
        request.overrides,
        adoption=request.adoption,
        precision=request.precision,
    )


def _folder(case: Case, request: Request, options: tuple[str, ...], out: Path | None, resume: bool) -> RunFolder | None:
    if out is None:
        return None
    from closedsky.futures.store import RunFolder

    return RunFolder(out, _manifest(case, request, options), resume)


def _finished(case: Case, request: Request, options: tuple[str, ...], out: Path) -> bool:
    """Whether this very run is complete already: it may have been killed after its folder got its name."""
    from closedsky.futures.store import MANIFEST, canonical

    held = out / MANIFEST
    return held.is_file() and held.read_text("utf-8") == canonical(_manifest(case, request, options))


def _show_finished(out: Path, as_json: bool) -> None:
    document = json.loads((out / "summary.json").read_text("utf-8"))
    if as_json:
        write_json(document)
    else:
        print(document["caution"], document["summary"], f"Run again: {document['command']}", sep="\n")

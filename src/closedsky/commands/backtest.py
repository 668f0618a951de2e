"""`closedsky backtest`: what happened, held against the futures of the option really taken."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from closedsky.commands.common import (
    BAD_DATA,
    BELOW_BAR,
    NOT_WRITTEN,
    Fault,
    count_of,
    count_words,
    progress,
    read_sets,
    require_count,
    say,
    write_json,
)
from closedsky.futures.defaults import FEWER

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.conditioned import Conditioned
    from closedsky.futures.recorded import Predicted
    from closedsky.reading.backtest import Backtest
    from closedsky.reading.zones import Zones

RUNS = 1
"""Paths to general war that a decision is run under: the one that its case has by default."""

SCHEMA = "closedsky-backtests/1"


@dataclass(frozen=True)
class Request:
    """What a backtest is asked for.

    Attributes:
        names: cases as the person named them; the shipped campaigns where empty.
        futures: of each run, under the view then; the usual number where None.
        seed: of each run.
        sets: overrides as `NAME=VALUE`.
        plot: file to draw to.
        require: least share of the record in the band of 9 in 10.
        view: then or now.
        accepted: futures of each case, under the view now; the usual number where None.
    """

    names: tuple[str, ...]
    futures: int | None
    seed: int
    sets: tuple[str, ...] = ()
    plot: Path | None = None
    require: float | None = None
    view: str = "then"
    accepted: int | None = None
    overrides: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        require_count(self.view, self.futures, self.accepted)
        if self.plot is not None and self.plot.suffix.lower() != ".svg":
            raise Fault(f"--plot {self.plot}: only SVG is drawn; name a file that ends in .svg")
        if self.plot is not None and not self.plot.parent.is_dir():  # said before the runs, not after them
            raise Fault(f"--plot {self.plot}: there is no folder {self.plot.parent}", NOT_WRITTEN)
        object.__setattr__(self, "overrides", read_sets(self.sets, paths=True))

    @property
    def count(self) -> int:
        """Futures of each run."""
        return count_of(self.view, self.futures, self.accepted, FEWER)

    def command(self) -> str:
        """The line that gives the same numbers again."""
        parts = ["closedsky", "backtest", *self.names, *count_words(self.view, self.count)]
        parts += ["--seed", str(self.seed), "--view", self.view]
        for each in self.sets:
            parts += ["--set", each]
        return shlex.join(parts)


def backtest_command(request: Request, as_json: bool) -> None:
    """Hold records against futures, print what comes of it, and draw or judge it where asked."""
    named = _cases(request)
    # Accepted by its own record, a campaign is no test beside a forecaster who knows only the others': each by itself.
    apart = request.view == "now"
    campaigns = [case for case in named.values() if "leave-one-out" in case.uses.values() and not apart]
    others = {name: case for name, case in named.items() if case not in campaigns}
    if request.plot is not None and campaigns and others:
        raise Fault("--plot draws the air campaigns, or one case by itself; ask for them one after the other")
    if request.plot is not None and len(others) > 1:
        raise Fault("--plot draws one case at a time; name one")
    paths = _paths(campaigns, request) if campaigns else {}
    zones = next(iter(paths.values()), None)
    held = [(name, case, _held(case, request)) for name, case in others.items()]
    if request.plot is not None:
        _draw(request.plot, held[0][-1] if zones is None else zones)
    if as_json:
        write_json(_document(paths, [each for *_, each in held]) | {"command": request.command()})
    else:
        _show(request, paths, campaigns, held, {case.id: name for name, case in named.items()})
    if request.require is not None:
        _judge(request.require, zones, [each for *_, each in held])


def _cases(request: Request) -> dict[str, Case]:
    """The cases under the names that the person gave them."""
    from closedsky.cases import load_case

    if not request.names:
        from closedsky.futures.zones import campaigns

        return {case.id: case for case in campaigns()}
    cases = {name: load_case(name) for name in dict.fromkeys(request.names)}
    for name, case in cases.items():
        if not any(entry.quantity for entry in case.recorded.values()):
            raise Fault(f"{name}: has nothing under recorded: that the model predicts; see docs/cases.md", BAD_DATA)
    ids = [case.id for case in cases.values()]
    for case_id in ids:
        if ids.count(case_id) > 1:
            raise Fault(f"two of the cases have the id {case_id}; give one of them another", BAD_DATA)
    return cases


def _paths(cases: Sequence[Case], request: Request) -> dict[str, Zones]:
    """The campaigns under each path to general war, the default first; under one only where it was chosen."""
    from closedsky.model.names import SWITCHES

    if "war_path" in request.overrides:
        return {request.overrides["war_path"]: _zones(cases, request.overrides, request)}
    first = (
        cases[0].switches["war_path"].default if "war_path" in cases[0].switches else next(iter(SWITCHES["war_path"]))
    )
    names = [first, *(name for name in SWITCHES["war_path"] if name != first)]
    return {name: _zones(cases, {**request.overrides, "war_path": name}, request) for name in names}


def _zones(cases: Sequence[Case], overrides: dict[str, str], request: Request) -> Zones:
    from closedsky.futures.zones import campaigns, strip
    from closedsky.reading.zones import Campaign, hold_zones

    found = strip(overrides, cases=cases, futures=request.count, seed=request.seed, notify=say)
    held = [
        Campaign(case, predicted.values, predicted.on, factors, predicted.fates)
        for case, predicted, factors in zip(found.cases, found.predicted, found.factors, strict=True)
    ]
    notes = dict.fromkeys(note for predicted in found.predicted for note in predicted.notes)
    return hold_zones(held, campaigns(), futures=request.count, seed=request.seed, view="then", notes=tuple(notes))


def _held(case: Case, request: Request) -> Backtest:
    from closedsky.futures.recorded import predict

    accepted = None
    if request.view == "now":
        from closedsky.commands.condition import search

        accepted = search(case, request.accepted, request.seed, request.overrides)
    with progress(case.id, RUNS) as advance:
        predicted = predict(
            case,
            request.count,
            request.seed,
            request.overrides,
            conditioned=accepted,
            progress=advance,
            notify=say,
        )
    return against_record(case, predicted, accepted)


def against_record(case: Case, predicted: Predicted, accepted: Conditioned | None) -> Backtest:
    """Hold what was predicted against the record; `accepted` are the futures of the view now."""
    from closedsky.reading.backtest import backtest

    return backtest(
        case,
        predicted.values,
        predicted.on,
        view=predicted.view,
        seed=predicted.seed,
        notes=predicted.notes,
        effective=accepted.effective_number if accepted else None,
    )


def _document(paths: dict[str, Zones], held: Sequence[Backtest]) -> dict[str, Any]:
    if not paths and len(held) == 1:
        return held[0].to_dict()
    names = list(paths)
    zones: dict[str, Any] | None = None
    if names:
        others = {name: paths[name].to_dict() for name in names[1:]}
        zones = paths[names[0]].to_dict() | {"war_path": names[0], "other_paths": others}
    if not held and zones is not None:
        return zones
    return {"schema": SCHEMA, "zones": zones, "cases": [each.to_dict() for each in held]}


def _show(
    request: Request,
    paths: dict[str, Zones],
    campaigns: Sequence[Case],
    held: Sequence[tuple[str, Case, Backtest]],
    names: dict[str, str],
) -> None:
    from closedsky.showing.backtest_screen import show_backtest
    from closedsky.showing.terminal import Screen

    screen = Screen()
    if paths:
        from closedsky.showing.zones_screen import show_zones

        show_zones(screen, next(iter(paths.values())), campaigns, request.command(), paths, names)
    for name, case, each in held:
        show_backtest(screen, each, case, request.command(), name)
    if request.plot is not None:
        screen.heading("Drawn")
        screen.command(str(request.plot))


def _draw(file: Path, found: Zones | Backtest) -> None:
    from closedsky.showing.charts.backtest_strip import backtest_strip
    from closedsky.showing.drawing import draw
    from closedsky.showing.svg import write_svg

    write_svg(file, draw(backtest_strip(found)))


def _judge(required: float, zones: Zones | None, held: Sequence[Backtest]) -> None:
    """End with the exit code of a backtest below its bar, naming the worst."""
    # What futures were accepted by is no test of them.
    shares = [(each.case, each.coverage(accepts=False if each.in_sample else None)) for each in held]
    found = [(name, each.most / each.of) for name, each in shares if each.of]
    if zones is not None and zones.coverage.campaigns:
        found.append(("the air campaigns, each counting once", zones.coverage.most.value))
    if not found:
        raise Fault("--require needs numbers on record, and there are none", BAD_DATA)
    name, share = min(found, key=lambda each: each[1])
    if share < required:
        raise Fault(
            f"{share:.2f} of the record lies in the band of 9 in 10 ({name}); {required:g} was required", BELOW_BAR
        )

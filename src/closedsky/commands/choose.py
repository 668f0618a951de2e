"""`closedsky compare CASE`, `flips` and `information`: all options side by side, what turns, what is worth knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from closedsky.commands.common import Fault, choose, write_json
from closedsky.commands.readings import THEN, Request, load, run_view
from closedsky.futures.defaults import ACCEPTED

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.results import Estimate, Inputs, Results
    from closedsky.reading.flips import Flips
    from closedsky.reading.worth import Weights

WEIGHTS = (0.0, 1000.0, 10_000.0)
"""Lives for one future with direct combat for which preferences are shown where no one says any: not views of ours."""

CHECKED = ACCEPTED
"""Futures of the runs in which turns are tried."""


def _inputs(results: Mapping[str, Results]) -> Inputs:
    from closedsky.futures.inputs import inputs_of

    return inputs_of(next(iter(results.values())))


def _weights(request: Request) -> list[Weights]:
    return [request.weights(each) for each in (WEIGHTS if request.combat is None else (request.combat,))]


def _say(found: Sequence[Any], schema: str, command: str) -> None:
    """Print readings of one view or of both as one document."""
    if len(found) == 1:
        write_json(found[0].to_dict() | {"command": command})
        return
    views = {each.view: each.to_dict() for each in found}
    write_json({"schema": schema, "views": views, "command": command})


def choice_command(request: Request, alpha: float, saved: float | None, combat: float | None, as_json: bool) -> None:
    """Set all options side by side: exchange rates first."""
    from closedsky.reading.choice import SCHEMA, choice

    if not 0.0 <= alpha <= 1.0:
        raise Fault(f"--alpha {alpha:g}: must be from 0 (the worst state alone) to 1 (the best)")
    if saved is not None and not abs(saved) < float("inf"):
        raise Fault(f"--saves {saved:g}: must be a number of lives")
    if combat is not None and not 0.0 <= combat <= 1.0:
        raise Fault(f"--combat {combat:g}: must be a share of futures, from 0 to 1")
    case = load(request)
    found = []
    for view in request.views:
        results = run_view(case, request, view)
        found.append(_read(choice, results, _inputs(results), _weights(request), alpha, (saved, combat)))
    extra = ["--alpha", f"{alpha:g}"] if alpha != 0.5 else []
    extra += [] if saved is None else ["--saves", f"{saved:g}"]
    extra += [] if combat is None else ["--combat", f"{combat:g}"]
    command = request.command("compare", *extra)
    if as_json:
        _say(found, SCHEMA, command)
        return
    from closedsky.showing.choice_screen import show_choice
    from closedsky.showing.terminal import Screen

    show_choice(Screen(), found, case, command, request.name)


def flips_command(request: Request, options: Sequence[str], against: str | None, check: bool, as_json: bool) -> None:
    """Say what would change preferences."""
    from closedsky.reading.flips import SCHEMA, flips

    case = load(request)
    other = against or case.taken
    chosen = choose(case, [*options, other] if options else [], with_reference=True)
    found = []
    for view in request.views:
        results = run_view(case, request, view, chosen)
        named = [name for name in chosen if name != other and (not options or name in options)]
        if not named:
            raise Fault(f"nothing to compare with {other}; name another --option")
        reading = _read(flips, results, _inputs(results), _weights(request), named, other)
        found.append(checked(case, request, reading) if check and view == THEN else reading)
    command = request.command("flips", *(word for name in options for word in ("--option", name)))
    if against:
        command += f" --against {against}"
    if as_json:
        _say(found, SCHEMA, command)
        return
    from closedsky.showing.flips_screen import show_flips
    from closedsky.showing.terminal import Screen

    show_flips(Screen(), found, case, command, request.name)


def checked(case: Case, request: Request, reading: Flips, adoption: str = "effect") -> Flips:
    """Try every turn in a run with the assumptions set beyond it."""
    from closedsky.futures.run import run
    from closedsky.reading.statistics import joint
    from closedsky.reading.worth import worth

    kept: dict[tuple[Any, ...], Results] = {}

    def tried(path: str, option: str, weights: Weights, given: Mapping[str, float]) -> Estimate:
        import numpy as np

        key = (path, option, tuple(sorted(given.items())))
        if key not in kept:
            changes: dict[str, Any] = {**request.overrides, "war_path": path, **given}
            options = tuple(name for name in case.options if name in (option, reading.against))
            count = min(CHECKED, request.count(THEN))
            kept[key] = run(case, count, request.seed, options=options, overrides=changes, adoption=adoption)
        results = kept[key]
        return joint(np.nanmean, worth(results, option, weights) - worth(results, reading.against, weights))

    return reading.checked(tried)


def information_command(request: Request, options: Sequence[str], as_json: bool) -> None:
    """Say what it would be worth to know before deciding."""
    from closedsky.reading.information import SCHEMA, information

    case = load(request)
    chosen = choose(case, options)
    if len(chosen) < 2:
        raise Fault("a decision needs two options at least; name another --option")
    found = []
    for view in request.views:
        results = run_view(case, request, view, chosen)
        inputs = _inputs(results)
        found += [_read(information, results, inputs, each) for each in _weights(request)]
    command = request.command("information", *(word for name in options for word in ("--option", name)))
    if as_json:
        documents = [each.to_dict() for each in found]
        write_json({"schema": SCHEMA, "readings": documents, "command": command})
        return
    from closedsky.showing.information_screen import show_information
    from closedsky.showing.terminal import Screen

    show_information(Screen(), found, case, command, request.name)


def _read(reading: Any, *given: Any) -> Any:
    """Call a reading; that there are too few futures is the person's to change."""
    from closedsky.reading.regression import TooFew

    try:
        return reading(*given)
    except TooFew as error:
        raise Fault(str(error)) from None

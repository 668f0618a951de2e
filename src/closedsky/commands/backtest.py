"""`closedsky backtest`: what happened, held against the futures of the option really taken."""

from __future__ import annotations

import shlex

from closedsky.commands.common import BAD_DATA, Fault, progress, say, write_json

RUNS = 1
"""Paths to general war that are run: none of what is on record depends on them."""


def backtest_command(name: str, futures: int, seed: int, as_json: bool) -> None:
    """Hold a case's record against its futures and print what comes of it."""
    from closedsky.cases import load_case
    from closedsky.futures.recorded import predict
    from closedsky.reading.backtest import backtest

    case = load_case(name)
    if not any(entry.quantity for entry in case.recorded.values()):
        raise Fault(f"{name}: has nothing under recorded: that the model predicts; see docs/validation.md", BAD_DATA)
    with progress(case.id, RUNS) as advance:
        predicted = predict(case, futures, seed, progress=advance, notify=say)
    found = backtest(
        case, predicted.values, predicted.on, view=predicted.view, seed=predicted.seed, notes=predicted.notes
    )
    command = shlex.join(["closedsky", "backtest", name, "-n", str(futures), "--seed", str(seed)])
    if as_json:
        write_json(found.to_dict() | {"command": command})
        return
    from closedsky.showing.backtest_screen import show_backtest
    from closedsky.showing.terminal import Screen

    show_backtest(Screen(), found, case, command, name)

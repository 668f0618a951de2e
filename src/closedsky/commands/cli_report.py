"""The part of the command line about the report; nothing heavy is imported before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from closedsky.commands.cli_flags import Accepted, Count, Seed, Sets, complete_case, flag, option_flag
from closedsky.commands.cli_readings import ViewAsked


def report(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE|RUN", help="A case, or the folder of a finished run.", autocompletion=complete_case
        ),
    ],
    out: Annotated[Path, flag("--out", variable="OUT", metavar="FILE.html", help="The file to write.")],
    option: Annotated[str | None, option_flag("The option that is looked into.")] = None,
    futures: Count = None,
    accepted: Accepted = None,
    seed: Seed = 0,
    view: ViewAsked = None,
    sets: Sets = None,
    replaced: Annotated[bool, typer.Option("--replace", help="Replace a file that is there already.")] = False,
) -> None:
    """Everything that was found, in one HTML file."""
    from closedsky.commands.readings import Request
    from closedsky.commands.report import report_command

    shown = view and view.value
    report_command(Request(case, futures, accepted, seed, shown, sets or ()), out, option, replaced)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(report)

"""The part of the command line about the page; nothing heavy is imported before it runs."""

from __future__ import annotations

from typing import Annotated

import typer

from closedsky.commands.cli_flags import complete_case, flag, option_flag


def serve(
    case: Annotated[
        str,
        typer.Argument(metavar="CASE", help="A shipped case, or a case file.", autocompletion=complete_case),
    ],
    port: Annotated[
        int, flag("--port", variable="PORT", min=0, max=65535, help="Where to listen; 0 takes a port that is free.")
    ] = 8022,
    host: Annotated[
        str, flag("--host", variable="HOST", metavar="NAME", help="Another name than this machine's own loopback.")
    ] = "127.0.0.1",
    opened: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    option: Annotated[str | None, option_flag("The option that is looked into at first.")] = None,
) -> None:
    """The live page: move the assumption you doubt."""
    from closedsky.commands.serve import Request, serve_command

    serve_command(Request(case, host, port, opened, option))


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(serve)

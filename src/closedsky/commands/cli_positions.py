"""The part of the command line about positions: parse, call; nothing heavy is imported before a command runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from closedsky.futures.defaults import ACCEPTED

FUTURES = 4096
"""Futures of each mixture of two positions unless more are asked for."""

SEEDS = 2**64

position = typer.Typer(
    name="position",
    help="Your own ranges, values and sources for a case, signed and dated.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Whose(StrEnum):
    """Whose knowledge the ranges hold."""

    then = "then"
    now = "now"


File = Annotated[Path, typer.Argument(metavar="FILE", help="A position, as YAML.")]
Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Positions on one case, as YAML.")]
AsJson = Annotated[
    bool, typer.Option("--json", envvar="CLOSEDSKY_JSON", help="Print one JSON document with a schema field.")
]


@position.command()
def new(
    file: File,
    case: Annotated[str, typer.Option("--case", metavar="CASE", help="What it is about.", show_default=False)],
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Who signs it.", show_default=False)],
    view: Annotated[Whose, typer.Option("--from", help="Whose ranges it begins with.")] = Whose.then,
    as_json: AsJson = False,
) -> None:
    """Begin a position of your own."""
    from closedsky.commands.position import new_command

    new_command(file, case, owner, view.value, as_json)


@position.command()
def check(files: Files, as_json: AsJson = False) -> None:
    """Say what is wrong with positions, one line each."""
    from closedsky.commands.position import check_command

    check_command(files, as_json)


@position.command()
def seal(file: File, as_json: AsJson = False) -> None:
    """Seal a position, so that it can be scored on the zones' record."""
    from closedsky.commands.position import seal_command

    seal_command(file, as_json)


def crux(
    files: Annotated[list[Path], typer.Argument(metavar="POSITION", help="Two or more positions, as YAML files.")],
    futures: Annotated[
        int | None,
        typer.Option(
            "-n", "--futures", envvar="CLOSEDSKY_FUTURES", min=1, show_default=f"{FUTURES}",
            help="Under the view then: futures of each mixture; best 16 x 2^k.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", envvar="CLOSEDSKY_SEED", min=0, max=SEEDS - 1, help="Fills design and luck.")
    ] = 0,
    view: Annotated[
        Whose | None,
        typer.Option("--view", envvar="CLOSEDSKY_VIEW", help="One view. [default: both, one after the other]"),
    ] = None,
    accepted: Annotated[
        int | None,
        typer.Option(
            "--accepted", envvar="CLOSEDSKY_ACCEPTED", min=1, show_default=f"{ACCEPTED}",
            help="Under the view now: how many futures that agree with the record.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Find what two people really disagree about."""
    from closedsky.commands.crux import Request, crux_command

    crux_command(Request(tuple(files), futures, seed, view.value if view else None, accepted), as_json)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.add_typer(position)
    app.command()(crux)

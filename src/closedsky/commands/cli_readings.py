"""The part of the command line about readings: parse, call; nothing heavy is imported before a command runs."""

from __future__ import annotations

from typing import Annotated

import typer

from closedsky.commands.cli_flags import (
    Accepted,
    AsJson,
    CaseName,
    Count,
    Options,
    Seed,
    Sets,
    View,
    flag,
)

ViewAsked = Annotated[
    View | None, flag("--view", variable="VIEW", help="One view alone.", show_default="both, side by side")
]
Weight = Annotated[
    float | None,
    flag(
        "--weight",
        variable="WEIGHT",
        metavar="LIVES",
        help="Your weight: lives that one future with direct combat counts for.",
        show_default="0, 1,000 and 10,000, one after the other",
    ),
]
Territory = Annotated[
    float, flag("--territory", variable="TERRITORY", metavar="LIVES", help="Lives for a hundredth of the country.")
]
Cost = Annotated[float, flag("--cost", variable="COST", metavar="LIVES", help="Lives for a billion US dollars.")]

Alpha = Annotated[float, flag("--alpha", variable="ALPHA", help="All options: Hurwicz's weight of the best state.")]
Saves = Annotated[
    float | None,
    flag("--saves", variable="SAVES", metavar="LIVES", help="All options: ask in which states so many are saved."),
]
Combat = Annotated[
    float | None,
    flag("--combat", variable="COMBAT", metavar="SHARE", help="All options: and direct combat is at most so often."),
]


def debate(
    case: CaseName,
    claim: Annotated[
        str | None, flag("--claim", variable="CLAIM", metavar="ID", help="One claim, by its id in the ledger or case.")
    ] = None,
    futures: Count = None,
    accepted: Accepted = None,
    seed: Seed = 0,
    view: ViewAsked = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Both sides of what is contested."""
    from closedsky.commands.debate import debate_command
    from closedsky.commands.readings import Request

    debate_command(Request(case, futures, accepted, seed, view and view.value, sets or ()), claim, as_json)


def flips(
    case: CaseName,
    option: Options = None,
    against: Annotated[
        str | None, flag("--against", variable="AGAINST", metavar="NAME", help="Compare with this option.")
    ] = None,
    weight: Weight = None,
    territory: Territory = 0.0,
    cost: Cost = 0.0,
    futures: Count = None,
    accepted: Accepted = None,
    seed: Seed = 0,
    view: ViewAsked = None,
    sets: Sets = None,
    check: Annotated[bool, typer.Option("--check/--no-check", help="Try each turn in a run of its own.")] = True,
    as_json: AsJson = False,
) -> None:
    """What would change your mind: the smallest change that turns a preference."""
    from closedsky.commands.choose import flips_command
    from closedsky.commands.readings import Request

    shown = view and view.value
    request = Request(case, futures, accepted, seed, shown, sets or (), weight, territory, cost)
    flips_command(request, option or (), against, check, as_json)


def information(
    case: CaseName,
    option: Options = None,
    weight: Weight = None,
    territory: Territory = 0.0,
    cost: Cost = 0.0,
    futures: Count = None,
    accepted: Accepted = None,
    seed: Seed = 0,
    view: ViewAsked = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """What is worth knowing before deciding."""
    from closedsky.commands.choose import information_command
    from closedsky.commands.readings import Request

    shown = view and view.value
    request = Request(case, futures, accepted, seed, shown, sets or (), weight, territory, cost)
    information_command(request, option or (), as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (debate, flips, information):
        app.command()(command)

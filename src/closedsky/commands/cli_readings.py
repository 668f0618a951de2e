"""The part of the command line about readings: parse, call; nothing heavy is imported before a command runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from closedsky.commands.cli_flags import (
    SEEDS,
    Accepted,
    AsJson,
    CaseName,
    Count,
    Options,
    Seed,
    Sets,
    View,
    complete_case,
    flag,
    option_flag,
)


class Effects(StrEnum):
    """How the variance is split."""

    sobol = "sobol"
    shapley = "shapley"
    none = "none"


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


def explore(
    case: Annotated[
        str,
        typer.Argument(
            metavar="CASE|RUN", help="A case, or the folder of a finished run.", autocompletion=complete_case
        ),
    ],
    option: Annotated[str | None, option_flag("The option asked about.")] = None,
    outcome: Annotated[
        str | None,
        flag("--outcome", variable="OUTCOME", metavar="NAME", help="The outcome whose size is explained; see --list."),
    ] = None,
    where: Annotated[
        str | None,
        flag(
            "--where",
            variable="WHERE",
            metavar="CONDITION",
            help='What is looked for, such as "lives_rate_effect < -100 and not direct_combat".',
            show_default="100 lives saved, or what the outcome suggests",
        ),
    ] = None,
    box: Annotated[
        int | None, flag("--box", variable="BOX", min=0, help="Use this box.", show_default="the most telling one")
    ] = None,
    effects: Annotated[
        Effects | None,
        flag("--effects", variable="EFFECTS", help="Sensitivity by.", show_default="sobol; under --view now shapley"),
    ] = None,
    rows: Annotated[
        int | None,
        flag(
            "--rows",
            variable="ROWS",
            min=2,
            help="Rows of each matrix, or orders.",
            show_default="1024, or 4096 orders",
        ),
    ] = None,
    tree: Annotated[bool, typer.Option("--tree/--no-tree", help="Grow a small tree beside the box.")] = True,
    plot: Annotated[
        Path | None, flag("--plot", variable="PLOT", metavar="FILE.svg", help="Also draw it to this file.")
    ] = None,
    outcomes: Annotated[bool, typer.Option("--list", help="List every outcome, and do nothing else.")] = False,
    futures: Count = None,
    accepted: Accepted = None,
    seed: Annotated[
        int | None, flag("--seed", variable="SEED", min=0, max=SEEDS - 1, help="Fills the design and the luck.")
    ] = None,
    view: Annotated[View | None, flag("--view", variable="VIEW", help="Of a case.", show_default="then")] = None,
    sets: Sets = None,
    as_json: AsJson = False,
) -> None:
    """Where something holds, and what decides it: scenario discovery and sensitivity."""
    from closedsky.commands.explore import Asked, explore_command, list_outcomes
    from closedsky.commands.readings import Request

    if outcomes:
        list_outcomes()
        return
    named = tuple(name for name, value in (("--seed", seed), ("--view", view)) if value is not None)
    asked = Asked(option, outcome, where, box, effects and effects.value, rows, tree, plot, named)
    given = None if view is None else view.value
    explore_command(Request(case, futures, accepted, seed or 0, given or "then", sets or ()), asked, as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (debate, flips, information, explore):
        app.command()(command)

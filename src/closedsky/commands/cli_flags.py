"""The flags and arguments that commands share; nothing heavy is imported here."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from closedsky.futures.defaults import ACCEPTED, FEWER, FUTURES

CASES = Path(__file__).parents[1] / "cases"
SEEDS = 2**64


class View(StrEnum):
    """Whose knowledge the ranges hold."""

    then = "then"
    now = "now"


class Adoption(StrEnum):
    """Whether options are adopted at once, or only where the alliance agrees."""

    effect = "effect"
    proposed = "proposed"


class Precision(StrEnum):
    """Arithmetic of the campaign."""

    float32 = "float32"
    float64 = "float64"


def complete_case(incomplete: str) -> list[str]:
    """Shipped cases that begin so."""
    found = sorted(each.parent.name for each in CASES.glob("*/case.yaml"))
    return [name for name in found if name.startswith(incomplete)]


def flag(*names: str, variable: str, **more: Any) -> Any:
    """A flag that the environment can set too."""
    return typer.Option(*names, envvar=f"CLOSEDSKY_{variable}", **more)


def count(usual: int) -> Any:
    """The flag for a number of futures under the view then; None where it is not given, so that now can refuse it."""
    words = "Under the view then: how many; best 16 x 2^k."
    return flag("-n", "--futures", variable="FUTURES", min=1, help=words, show_default=f"{usual}")


def option_flag(words: str) -> Any:
    """The flag for the one option that is asked about; the case says which where it is not given."""
    usual = "the one that most contested claims are about"
    return flag("--option", variable="OPTION", metavar="NAME", help=words, show_default=usual)


CaseName = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="A shipped case, a case file, or the folder of one.", autocompletion=complete_case
    ),
]
AsJson = Annotated[bool, flag("--json", variable="JSON", help="Print one JSON document with a schema field.")]
Sets = Annotated[
    list[str] | None,
    flag(
        "--set",
        variable="SET",
        metavar="NAME=VALUE",
        help="assumption=0.5 or assumption=0.2..0.8, option.lever=1, switch=value; repeatable.",
    ),
]
Options = Annotated[
    list[str] | None,
    flag("--option", variable="OPTION", metavar="NAME", help="Run only this option and the one taken; repeatable."),
]
Losses = Annotated[
    list[float] | None,
    flag(
        "--loss",
        variable="LOSS",
        metavar="LIVES",
        help="Lives lost in a general war for a break-even; repeatable. [default: 1e5, 1e6, 1e7]",
    ),
]
Many = Annotated[int | None, count(FUTURES)]
Count = Annotated[int | None, count(FEWER)]
Accepted = Annotated[
    int | None,
    flag(
        "--accepted",
        variable="ACCEPTED",
        min=1,
        help="Under the view now: how many futures that agree with the record; a multiple of 32, from 512 on.",
        show_default=f"{ACCEPTED}",
    ),
]
Seed = Annotated[int, flag("--seed", variable="SEED", min=0, max=SEEDS - 1, help="Fills the design and the luck.")]
Views = Annotated[
    View, flag("--view", variable="VIEW", help="What could be known then, or what the record allows now.")
]
Precisions = Annotated[Precision, flag("--precision", variable="PRECISION", help="float64 is about half as fast.")]
Adoptions = Annotated[
    Adoption,
    flag("--adoption", variable="ADOPTION", help="Every option adopted at once, or only where the alliance agrees."),
]
Out = Annotated[Path | None, flag("--out", variable="OUT", metavar="DIR", help="Keep the run in this new folder.")]
Resume = Annotated[bool, flag("--resume", variable="RESUME", help="Go on with an interrupted run in --out.")]

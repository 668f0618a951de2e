"""The command line: parse, call, print; no thinking. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from closedsky import __version__
from closedsky.commands import cli_positions, cli_readings, cli_report, cli_serve
from closedsky.commands.cli_flags import (
    Accepted,
    Adoption,
    Adoptions,
    AsJson,
    CaseName,
    Count,
    Losses,
    Many,
    Options,
    Out,
    Precision,
    Precisions,
    Resume,
    Seed,
    Sets,
    View,
    Views,
    complete_case,
    flag,
)
from closedsky.commands.common import INTERRUPTED, USAGE, explain, say, wants_traceback
from closedsky.futures.defaults import FEWER, FUTURES

app = typer.Typer(
    name="closedsky",
    help="What a no-fly zone, or another way to protect civilians, would have done: every option over the same "
    "uncertain futures. Not a forecast and not a targeting tool.",
    epilog="Exit codes: 0 done, 1 internal error, 2 usage, 3 bad data, 4 a backtest below --require, 5 could not "
    "write, 6 futures that agree with the record could not be found, 130 interrupted. "
    "Every flag can be set by the environment variable that its help names; the flag wins.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"closedsky {__version__}")
        raise typer.Exit(0)
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(USAGE)


@app.command()
def run(
    case: CaseName,
    futures: Many = None,
    seed: Seed = 0,
    view: Views = View.then,
    accepted: Accepted = None,
    sets: Sets = None,
    option: Options = None,
    loss: Losses = None,
    precision: Precisions = Precision.float32,
    adoption: Adoptions = Adoption.effect,
    out: Out = None,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Run every option over the same futures."""
    from closedsky.commands.run import Request, run_command

    request = Request(
        case,
        futures,
        seed,
        view.value,
        precision.value,
        sets or (),
        option or (),
        tuple(loss or ()),
        accepted,
        adoption.value,
    )
    run_command(request, as_json, out, resume)


@app.command()
def compare(
    case: CaseName,
    a: Annotated[str | None, typer.Argument(metavar="[A", help="An option; all of them where none is named.")] = None,
    b: Annotated[str | None, typer.Argument(metavar="B]", help="The option it is compared with.")] = None,
    futures: Many = None,
    seed: Seed = 0,
    view: cli_readings.ViewAsked = None,
    accepted: Accepted = None,
    sets: Sets = None,
    loss: Losses = None,
    precision: Precisions = Precision.float32,
    weight: cli_readings.Weight = None,
    territory: cli_readings.Territory = 0.0,
    cost: cli_readings.Cost = 0.0,
    alpha: cli_readings.Alpha = 0.5,
    saves: cli_readings.Saves = None,
    combat: cli_readings.Combat = None,
    as_json: AsJson = False,
) -> None:
    """Compare two options, or all of them: exchange rates first."""
    if a is None:
        from closedsky.commands.choose import choice_command
        from closedsky.commands.readings import Request as Asked

        shown = view and view.value
        asked = Asked(case, futures, accepted, seed, shown, sets or (), weight, territory, cost, FUTURES)
        choice_command(asked, alpha, saves, combat, as_json)
        return
    from closedsky.commands.common import Fault

    if b is None:
        raise Fault(f"{a}: compared with what? name the other option, B, or none for all of them")
    from closedsky.commands.run import Request

    seen = (view or View.then).value
    request = Request(case, futures, seed, seen, precision.value, sets or (), (), tuple(loss or ()), accepted)
    from closedsky.commands.compare import compare_command

    compare_command(request, a, b, as_json)


@app.command()
def condition(
    case: CaseName,
    accepted: Accepted = None,
    seed: Seed = 0,
    futures: Count = None,
    sets: Sets = None,
    option: Options = None,
    as_json: AsJson = False,
) -> None:
    """Show what the record changes, and first what it does not: the view now."""
    from closedsky.commands.condition import Request, condition_command

    condition_command(Request(case, accepted, seed, futures or FEWER, sets or (), option or ()), as_json)


@app.command()
def cases(
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help="List its options and assumptions.", autocompletion=complete_case),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List cases, or what one of them assumes."""
    from closedsky.commands.cases import cases_command

    cases_command(case, as_json)


@app.command()
def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A case file, its folder, or a shipped case.")],
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a case, one line each."""
    from closedsky.commands.cases import check_command

    check_command(file, as_json)


@app.command()
def new(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Its id: small letters, digits and -.")],
    source: Annotated[
        str,
        flag("--from", variable="FROM", metavar="CASE", help="The case to begin from.", autocompletion=complete_case),
    ] = "odyssey-dawn-2011",
    out: Annotated[
        Path | None, flag("--out", variable="OUT", metavar="DIR", help="The new folder. [default: CASE]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Begin a case of your own from another one."""
    from closedsky.commands.new import new_command

    new_command(case, source, out, as_json)


@app.command()
def backtest(
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE|FILE]...",
            help="Shipped cases, case files or their folders; the six air campaigns where none is named.",
            autocompletion=complete_case,
        ),
    ] = None,
    futures: Count = None,
    seed: Seed = 0,
    view: Views = View.then,
    accepted: Accepted = None,
    sets: Sets = None,
    plot: Annotated[
        Path | None, flag("--plot", variable="PLOT", metavar="FILE.svg", help="Also draw it to this file.")
    ] = None,
    require: Annotated[
        float | None,
        flag(
            "--require",
            variable="REQUIRE",
            metavar="SHARE",
            min=0.0,
            max=1.0,
            help="Exit with 4 if less of the record than this lies in the band of 9 in 10.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold what happened against the option that was really taken."""
    from closedsky.commands.backtest import Request, backtest_command

    request = Request(tuple(cases or ()), futures, seed, tuple(sets or ()), plot, require, view.value, accepted)
    backtest_command(request, as_json)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """See whether everything works here."""
    from closedsky.commands.doctor import doctor_command

    doctor_command(as_json)


@app.command()
def evidence(
    case: CaseName,
    claim: Annotated[
        str | None, flag("--claim", variable="CLAIM", metavar="ID", help="One claim and what it bears on.")
    ] = None,
    assumption: Annotated[
        str | None,
        flag("--assumption", variable="ASSUMPTION", metavar="NAME", help="One assumption, its evidence and documents."),
    ] = None,
    quantity: Annotated[
        str | None, flag("--quantity", variable="QUANTITY", metavar="ID", help="One quantity and what rests on it.")
    ] = None,
    verify: Annotated[
        str | None,
        flag("--verify", variable="VERIFY", metavar="DIR", help="Check every quotation in the documents of a folder."),
    ] = None,
    compute: Annotated[
        bool, flag("--compute", variable="COMPUTE", help="With --claim: compute what the claim bears on.")
    ] = False,
    futures: Count = None,
    seed: Seed = 0,
    view: Views = View.then,
    accepted: Accepted = None,
    as_json: AsJson = False,
) -> None:
    """Show who said so: documents, numbers and claims."""
    from closedsky.commands.evidence import Asked, evidence_command

    evidence_command(
        case, Asked(claim, assumption, quantity, verify, compute, futures, seed, view.value, accepted), as_json
    )


@app.command()
def read(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An article as plain text in UTF-8.")],
    case: Annotated[
        str,
        flag("--case", variable="CASE", metavar="CASE", help="Whose ledger to hold it against.", show_default=False),
    ],
    as_json: AsJson = False,
) -> None:
    """Read an article sentence by sentence."""
    from closedsky.commands.read import read_command

    read_command(file, case, as_json)


cli_readings.register(app)
cli_report.register(app)
cli_serve.register(app)
cli_positions.register(app)


# Fits are many and small: threads of the linear algebra would only wait for each other, and for the campaign's own.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: words after the program's name; None for those of the process.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal shows a mark instead of stopping everything
    try:
        code = typer.main.get_command(app).main(
            args=None if arguments is None else list(arguments), prog_name="closedsky", standalone_mode=False
        )
        sys.stdout.flush()
        if code == INTERRUPTED:
            say("interrupted; nothing was written")
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        _stop_writing()
        return 0
    except (KeyboardInterrupt, typer.Abort):
        say("interrupted; nothing was written")
        return INTERRUPTED
    except Exception as error:
        if wants_traceback():
            traceback.print_exc()
        shown = getattr(error, "format_message", None)  # errors of the parser, whatever their class is called
        if shown is not None:
            say(f"{shown().rstrip('.?')}; see {_help_of(error)}")
            return USAGE
        text, exit_code = explain(error)
        say(text)
        return exit_code


def _help_of(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'closedsky'} --help"


def _stop_writing() -> None:
    """Let whoever reads our output stop reading without a word from the interpreter at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())

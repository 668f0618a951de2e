"""What the commands share: errors in one line, progress, JSON, the options a person chose."""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from closedsky.futures.defaults import ACCEPTED
from closedsky.futures.watching import look

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.simulate import Progress

INTERNAL, USAGE, BAD_DATA, BELOW_BAR, NOT_WRITTEN, NOT_CONVERGED, INTERRUPTED = 1, 2, 3, 4, 5, 6, 130
"""Exit codes but 0; see house.md."""

DEBUG = "CLOSEDSKY_DEBUG"


class Fault(Exception):
    """Something that a person can put right; the message is one line that says how."""

    def __init__(self, message: str, code: int = USAGE) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """Write one line to stderr, whatever it holds."""
    print(f"closedsky: {' '.join(text.split())}", file=sys.stderr, flush=True)


def explain(error: Exception) -> tuple[str, int]:
    """Turn an error into one line and an exit code, without importing anything that is not there already."""
    text = str(error)
    if isinstance(error, Fault):
        return text, error.code
    name = type(error).__name__
    if name == "CaseError":
        first, *others = [str(problem) for problem in error.problems]  # type: ignore[attr-defined]
        more = f"; and {len(others)} more: closedsky check FILE lists them" if others else ""
        return first + more, BAD_DATA
    if name == "OverrideError":
        return f"--set {text}", USAGE
    if name == "TooFew":
        return text, USAGE
    if name == "NotConditioned":
        return text, NOT_CONVERGED
    if name == "StoreError":
        return text, NOT_WRITTEN
    if isinstance(error, OSError):
        return (
            f"{error.filename or 'a file'}: {error.strerror or text}; see that it can be read or written",
            NOT_WRITTEN,
        )
    return f"internal error: {name}: {text}; {DEBUG}=1 gives the traceback, please report it", INTERNAL


def wants_traceback() -> bool:
    """Whether a person asked for tracebacks."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def write_json(value: Mapping[str, Any]) -> None:
    """Print one JSON document in ASCII, which every terminal and pipe carries."""
    print(json.dumps(value, indent=1, allow_nan=False))


def read_sets(sets: Sequence[str], paths: bool = False) -> dict[str, str]:
    """Split `NAME=VALUE` texts; `paths` allows the path to general war to be chosen.

    >>> read_sets(["substitutable=0.2..0.8", "refuse.push = 1"])
    {'substitutable': '0.2..0.8', 'refuse.push': '1'}
    """
    found: dict[str, str] = {}
    for text in sets:
        name, mark, value = (part.strip() for part in text.partition("="))
        if not (name and mark and value):
            raise Fault(f"--set {text!r} is not NAME=VALUE; write NAME=0.5, NAME=0.2..0.8 or OPTION.LEVER=1")
        if name in found:
            raise Fault(f"--set {name} is given twice; give it once")
        if name == "war_path" and not paths:
            raise Fault("--set war_path: both paths are always run and shown side by side; leave it out")
        found[name] = value
    return found


def require_count(view: str, futures: int | None, accepted: int | None) -> None:
    """Refuse a number of futures that belongs to the other view.

    Raises:
        Fault: `--futures` under the view now, or `--accepted` under the view then.
    """
    if view == "now" and futures is not None:
        raise Fault("--futures goes with --view then; under --view now ask for futures with --accepted")
    if view == "then" and accepted is not None:
        raise Fault("--accepted goes with --view now; under --view then ask for futures with --futures")


def count_of(view: str, futures: int | None, accepted: int | None, usual: int) -> int:
    """How many futures a run has under its view, the usual number where none is asked for."""
    if view == "then":
        return usual if futures is None else futures
    return ACCEPTED if accepted is None else accepted


def count_words(view: str, count: int) -> list[str]:
    """The words of a command that ask for so many futures.

    >>> count_words("now", 4096)
    ['--accepted', '4096']
    """
    return ["-n" if view == "then" else "--accepted", str(count)]


def choose(case: Case, options: Sequence[str], with_reference: bool = True) -> tuple[str, ...]:
    """Return chosen options in the order of the case, the one really taken among them; all where none is named."""
    for name in options:
        if name not in case.options:
            near = difflib.get_close_matches(name, list(case.options), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise Fault(f"no option {name!r} in {case.id}, which has {', '.join(case.options)}{hint}")
    wanted = set(options or case.options) | ({case.taken} if with_reference else set())
    return tuple(name for name in case.options if name in wanted)


@contextmanager
def progress(text: str, runs: int) -> Iterator[Progress]:
    """Show how far some runs are, on a terminal only; yields what a run calls with (done, in all)."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(style="dim", complete_style="bold", finished_style="bold", pulse_style="bold"),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} option-futures"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    done_before = [0, 0]  # in earlier runs, in this one

    with shown:
        task = shown.add_task(text, total=0)

        def advance(done: int, total: int) -> None:
            if done <= done_before[1]:
                done_before[0] += done_before[1]
            done_before[1] = done
            shown.update(task, completed=done_before[0] + done, total=runs * total)
            look()

        yield advance

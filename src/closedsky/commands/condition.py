"""`closedsky condition`: the view now: which futures the record leaves, and what it cannot say."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from closedsky.commands.common import INTERRUPTED, Fault, choose, progress, read_sets, say, write_json
from closedsky.commands.run import PATHS
from closedsky.futures.defaults import ACCEPTED, FEWER

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.conditioned import Conditioned
    from closedsky.futures.results import Results

Found = TypeVar("Found")


def search(case: Case, accepted: int | None, seed: int, overrides: Mapping[str, Any] | None = None) -> Conditioned:
    """Find the futures that agree with the record, showing how far the search is.

    Args:
        case: the case.
        accepted: how many; the usual number where None.
        seed: of the search.
        overrides: as for a run.

    Raises:
        Fault: interrupted, or a number that can't be.
        NotConditioned: they can't be found or trusted.
    """
    from closedsky.futures.conditioning import condition

    return _searched(case, condition, accepted, overrides, seed)


def search_paths(
    case: Case,
    accepted: int | None,
    seed: int,
    overrides: Mapping[str, Any] | None = None,
    notify: Callable[[str], None] | None = say,
) -> dict[str, Conditioned]:
    """The same for both paths to general war, by name; `notify` is called with a line when something slow begins."""
    from closedsky.futures.run import condition_paths

    return _searched(case, condition_paths, accepted, overrides, seed, notify)


def _searched(
    case: Case,
    find: Callable[..., Found],
    accepted: int | None,
    overrides: Mapping[str, Any] | None,
    seed: int,
    notify: Callable[[str], None] | None = say,
) -> Found:
    try:
        with progress(f"{case.id}: futures that agree with the record", 1) as advance:
            return find(
                case,
                ACCEPTED if accepted is None else accepted,
                overrides=overrides,
                seed=seed,
                progress=advance,
                notify=notify,
            )
    except KeyboardInterrupt:
        raise Fault("interrupted; asked again, the search goes on from where it stood", INTERRUPTED) from None
    except ValueError as error:
        raise Fault(str(error)) from None


def follow(
    case: Case, found: Mapping[str, Conditioned], overrides: Mapping[str, Any], **run: Any
) -> dict[str, Results] | None:
    """Follow accepted futures to the horizon from which lengths are read; None where it is the case's own.

    Arguments are those of `closedsky.futures.run.run_paths`.
    """
    from closedsky.cases.grid import longer
    from closedsky.futures.run import run_paths

    far = longer(case)
    if far is case:
        return None
    return run_paths(far, None, overrides, view="now", conditioned=found, **run)


@dataclass(frozen=True)
class Request:
    """What `condition` is asked for.

    Attributes:
        name: the case as the person named it.
        accepted, seed: of the search.
        futures: of the view then, beside which it is shown.
        sets: overrides as `NAME=VALUE`.
        options: ids; all where empty.
    """

    name: str
    accepted: int | None = None
    seed: int = 0
    futures: int = FEWER
    sets: Sequence[str] = ()
    options: Sequence[str] = ()
    overrides: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "overrides", read_sets(self.sets))

    def command(self, accepted: int) -> str:
        """The line that gives the same numbers again."""
        parts = ["closedsky", "condition", self.name, "--accepted", str(accepted), "--seed", str(self.seed)]
        parts += ["-n", str(self.futures)]
        for flag, values in (("--set", self.sets), ("--option", self.options)):
            for value in values:
                parts += [flag, value]
        return shlex.join(parts)


def condition_command(request: Request, as_json: bool) -> None:
    """Condition on the record and print what that changes, beginning with what it does not."""
    from closedsky.cases import load_case
    from closedsky.cases.asked import HEADLINE, unasked
    from closedsky.futures.overrides import parse_overrides
    from closedsky.futures.run import run_paths
    from closedsky.reading.hindsight import hindsight

    case = load_case(request.name)
    options = choose(case, request.options)
    parse_overrides(case, request.overrides)
    then = now = far = None
    if unasked(case, HEADLINE):
        first = search(case, request.accepted, request.seed, request.overrides)
    else:
        found = search_paths(case, request.accepted, request.seed, request.overrides)
        first = next(iter(found.values()))
        shared: dict[str, Any] = {"options": options, "notify": say}
        with progress(f"{case.id}: every option", 2 * PATHS) as advance:
            then = run_paths(case, request.futures, request.overrides, seed=request.seed, progress=advance, **shared)
            now = run_paths(case, None, request.overrides, view="now", conditioned=found, progress=advance, **shared)
        far = follow(case, found, request.overrides, **shared)
    reading = hindsight(first, then, now, far)
    command = request.command(first.futures)
    if as_json:
        write_json(reading.to_dict() | {"command": command})
        return
    from closedsky.showing.hindsight_screen import show_hindsight
    from closedsky.showing.terminal import Screen

    show_hindsight(Screen(), reading, case, command, request.name)

"""What the commands of the readings share: what was asked, and runs of it under one view or both."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from closedsky.commands.common import Fault, progress, read_sets, say
from closedsky.futures.defaults import ACCEPTED, FEWER

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.futures.conditioned import Conditioned
    from closedsky.futures.results import Results
    from closedsky.reading.worth import Weights

THEN, NOW = "then", "now"

LEAST = 64
"""Fewer futures than this count nothing: four in each of the sixteen nets."""


@dataclass(frozen=True)
class Request:
    """What a reading is asked for.

    Attributes:
        name: the case as the person named it.
        futures, accepted: how many under the view then, and now; the usual numbers where None.
        seed: of the design and the luck.
        view: `then`, `now`, or None for both side by side.
        sets: overrides as `NAME=VALUE`.
        combat, territory, cost: a person's weights, in lives.
        usual: futures under the view then where none are asked for.
        notify: called with a line of text when something slow begins; None for silence.
    """

    name: str
    futures: int | None = None
    accepted: int | None = None
    seed: int = 0
    view: str | None = None
    sets: Sequence[str] = ()
    combat: float | None = None
    territory: float = 0.0
    cost: float = 0.0
    usual: int = FEWER
    notify: Callable[[str], None] | None = say
    overrides: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        if self.view == NOW and self.futures is not None:
            raise Fault("--futures goes with --view then; under --view now ask for futures with --accepted")
        if self.view == THEN and self.accepted is not None:
            raise Fault("--accepted goes with --view now; under --view then ask for futures with --futures")
        if self.futures is not None and self.futures < LEAST:
            raise Fault(f"-n {self.futures}: at least {LEAST} futures are needed to read anything off them")
        for flag, weight in (("--weight", self.combat), ("--territory", self.territory), ("--cost", self.cost)):
            if weight is not None and not 0 <= weight < float("inf"):
                raise Fault(f"{flag} {weight:g}: lives must be 0 or above")
        object.__setattr__(self, "overrides", read_sets(self.sets))

    @property
    def views(self) -> tuple[str, ...]:
        """The views that are read, then first."""
        return (THEN, NOW) if self.view is None else (self.view,)

    def count(self, view: str) -> int:
        """Futures of a view."""
        if view == THEN:
            return self.usual if self.futures is None else self.futures
        return ACCEPTED if self.accepted is None else self.accepted

    def weights(self, combat: float | None = None) -> Weights:
        """The weights, with another one for direct combat where given."""
        from closedsky.reading.worth import Weights

        return Weights(combat if combat is not None else self.combat or 0.0, self.territory, self.cost)

    def command(self, verb: str, *operands: str) -> str:
        """The line that gives the same numbers again."""
        parts = ["closedsky", verb, self.name, *operands]
        if THEN in self.views:
            parts += ["-n", str(self.count(THEN))]
        if NOW in self.views:
            parts += ["--accepted", str(self.count(NOW))]
        parts += ["--seed", str(self.seed)] + (["--view", self.view] if self.view else [])
        for flag, weight in (("--weight", self.combat), ("--territory", self.territory), ("--cost", self.cost)):
            parts += [flag, f"{weight:g}"] if weight else []
        for each in self.sets:
            parts += ["--set", each]
        return shlex.join(parts)


def load(request: Request) -> Case:
    """Load the case asked for and refuse one that does not ask about what options are compared by."""
    from closedsky.cases import load_case

    case = load_case(request.name)
    require(case, request)
    return case


def require(case: Case, request: Request) -> None:
    """Refuse what cannot be asked of a case; where nothing on record accepts futures, both views become one."""
    from closedsky.commands.run import require_asked
    from closedsky.futures.overrides import parse_overrides

    require_asked(case, request.name)
    parse_overrides(case, request.overrides)
    if NOW in request.views and not any(entry.accept for entry in case.recorded.values()):
        if request.view == NOW:
            raise Fault(f"{request.name}: nothing on its record accepts futures; leave out --view now")
        object.__setattr__(request, "view", THEN)


def accepted_of(case: Case, request: Request, changes: Mapping[str, Any] | None = None) -> dict[str, Conditioned]:
    """Accepted futures by path, for the view now."""
    from closedsky.commands.condition import search_paths

    overrides = {**request.overrides, **(changes or {})}
    return search_paths(case, request.accepted, request.seed, overrides, request.notify)


def run_view(case: Case, request: Request, view: str, options: Sequence[str] | None = None) -> dict[str, Results]:
    """Run options of a case under one view, by path."""
    from closedsky.futures.run import run_paths

    chosen = tuple(options) if options is not None else None
    found = accepted_of(case, request) if view == NOW else None
    with progress(f"{case.id}, view {view}", 2) as advance:
        return run_paths(
            case,
            None if view == NOW else request.count(THEN),
            request.overrides,
            seed=request.seed,
            view=view,
            conditioned=found,
            options=chosen,
            progress=advance,
            notify=request.notify,
        )

"""`closedsky explore`: where something holds - scenario discovery and sensitivity of one question."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from closedsky.commands.common import BAD_DATA, NOT_WRITTEN, Fault, say, write_json
from closedsky.commands.readings import NOW, THEN, Request, load, run_view
from closedsky.commands.sensitivity import reader, sensitivity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from closedsky.cases.schema import Case
    from closedsky.futures.results import Results
    from closedsky.reading.exploration import Exploration
    from closedsky.reading.where import Where

    Values = NDArray[np.float64]

LEAST_ROWS = 64
"""Fewer rows, or orders, tell nothing."""

REPEATED, DRAWS = 2048, 16
"""Futures in which luck is drawn again, and how often, for the ceiling of density."""

SAVES = 100.0
"""Lives that count as saved where no condition is given; fewer are within what is counted."""

EFFECTS = ("sobol", "shapley", "none")


@dataclass(frozen=True)
class Asked:
    """What is asked of a run.

    Attributes:
        option: id; the one that most contested claims are about where None.
        outcome: whose size is explained, and of which a condition is made where none is given.
        where: a condition; made of the outcome where None.
        box: number of the box to use; the best where None.
        effects: `sobol`, `shapley` or `none`; what fits the view where None.
        rows: of each matrix, or orders.
        trees: whether a tree is grown beside the box.
        plot: file to draw to.
        named: flags that a person gave and that a finished run settles by itself.
    """

    option: str | None = None
    outcome: str | None = None
    where: str | None = None
    box: int | None = None
    effects: str | None = None
    rows: int | None = None
    trees: bool = True
    plot: Path | None = None
    named: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        from closedsky.reading.where import RISK

        if self.outcome == RISK:
            raise Fault(f"--outcome {RISK}: no count of general war is made; `closedsky compare` shows exchange rates")
        if self.rows is not None and self.rows < LEAST_ROWS:
            raise Fault(f"--rows {self.rows}: at least {LEAST_ROWS} are needed to tell anything")
        if self.plot is not None and self.plot.suffix.lower() != ".svg":
            raise Fault(f"--plot {self.plot}: only SVG is drawn; name a file that ends in .svg")
        if self.plot is not None and not self.plot.parent.is_dir():
            raise Fault(f"--plot {self.plot}: there is no folder {self.plot.parent}", NOT_WRITTEN)

    def words(self) -> list[str]:
        """The words of a command that ask for the same."""
        flags = (
            ("--option", self.option),
            ("--outcome", self.outcome),
            ("--where", self.where),
            ("--box", self.box),
            ("--effects", self.effects),
            ("--rows", self.rows),
        )
        return [word for flag, value in flags if value is not None for word in (flag, str(value))] + (
            [] if self.trees else ["--no-tree"]
        )


def list_outcomes() -> None:
    """Print every outcome that a condition can read, with its unit."""
    from closedsky.futures.results import ALL_OUTCOMES
    from closedsky.reading.where import RISK
    from closedsky.showing.terminal import Screen

    rows = [[name, each.unit, each.label] for name, each in ALL_OUTCOMES.items() if name != RISK]
    Screen().listing(["Outcome", "Unit", "What it is"], rows)


def explore_command(request: Request, asked: Asked, as_json: bool) -> None:
    """Find where something holds, and what decides it."""
    case, results = _results(request, asked)
    found = explored(case, results, asked)
    command = _command(request, results, asked)
    if asked.plot is not None:
        from closedsky.showing.charts.explore_chart import explore_chart
        from closedsky.showing.drawing import draw
        from closedsky.showing.svg import write_svg

        write_svg(asked.plot, draw(explore_chart(found)))
    if as_json:
        write_json(found.to_dict() | {"command": command})
        return
    from closedsky.showing.explore_screen import show_exploration
    from closedsky.showing.terminal import Screen

    screen = Screen()
    show_exploration(screen, found, command, request.name)
    if asked.plot is not None:
        screen.heading("Drawn")
        screen.command(str(asked.plot))


def _results(request: Request, asked: Asked) -> tuple[Case, Mapping[str, Results]]:
    """Run the options that are asked about, or open the run that was named."""
    from closedsky.futures.opened import is_run

    path = Path(request.name)
    if is_run(path):
        return opened(path, request, asked.named)
    _effects(str(request.view), asked)  # refused before the runs, not after them
    case = load(request)
    return case, needed(case, request, asked)


def needed(case: Case, request: Request, asked: Asked) -> dict[str, Results]:
    """Run the options that a question is about, under the first view that is asked for."""
    option = option_of(case, asked.option)
    where = _where(case, asked, option, list(case.options))
    options = tuple(name for name in case.options if name in {case.taken, option, *(where.options if where else ())})
    return run_view(case, request, request.views[0], options)


def opened(path: Path, request: Request, named: Sequence[str] = ()) -> tuple[Case, Mapping[str, Results]]:
    """Open a finished run: its case, and its results by path; `named` are flags that a run settles by itself."""
    from closedsky.cases import CaseError, load_case
    from closedsky.commands.condition import search_paths
    from closedsky.futures.opened import RunError, manifest_of, open_run

    if request.futures is not None or request.accepted is not None or request.sets:
        raise Fault(f"{path}: a finished run has its futures and assumptions; leave out -n, --accepted and --set")
    if named:
        raise Fault(f"{path}: a finished run has its seed and view; leave out {' and '.join(named)}")
    try:
        held = manifest_of(path)
        case = load_case(held["case"])
    except RunError as error:
        raise Fault(str(error), BAD_DATA) from None
    except CaseError:
        raise Fault(f"{path}: its case is not one of those shipped; explore the case file itself", BAD_DATA) from None
    try:
        return case, open_run(path, case, lambda *given: search_paths(*given))
    except RunError as error:
        raise Fault(str(error), BAD_DATA) from None


def option_of(case: Case, named: str | None) -> str:
    """Return the option that is asked about: the one named, or the one that most contested claims are about."""
    from closedsky.reading.where import near

    if named is not None:
        if named not in case.options:
            raise Fault(f"no option {named!r} in {case.id}{near(named, list(case.options))}; it has {_of(case)}")
        return named
    courses = [each for entry in case.contested.values() for each in (entry.of, entry.against) if each is not None]
    counted = Counter(each.option for each in courses if each.option != case.taken)
    if not counted:
        raise Fault(f"name an option with --option; {case.id} has {_of(case)}")
    return counted.most_common(1)[0][0]


def _of(case: Case) -> str:
    return ", ".join(case.options)


def _where(case: Case, asked: Asked, option: str, options: Sequence[str]) -> Where | None:
    """Read the condition; None where it can be made only when the outcome is known."""
    from closedsky.futures.results import ALL_OUTCOMES
    from closedsky.reading.comparison import EFFECTS
    from closedsky.reading.where import RISK, WhereError, near, parse_where

    if asked.outcome is not None and asked.outcome not in ALL_OUTCOMES:
        hint = near(asked.outcome, [name for name in ALL_OUTCOMES if name != RISK])
        raise Fault(f"--outcome {asked.outcome}: no such outcome{hint}; `closedsky explore CASE --list` has them all")
    text = asked.where
    if text is None and asked.outcome is None and option != case.taken:
        text = f"killed < killed[{case.taken}] - {SAVES:g}"
    if text is None and asked.outcome in EFFECTS:
        text = f"{asked.outcome} < -{SAVES:g}"
    if text is None and asked.outcome is not None and ALL_OUTCOMES[asked.outcome].unit == "flag":
        text = asked.outcome
    if text is None:
        return None
    try:
        return parse_where(text, option, options)
    except WhereError as error:
        raise Fault(f"--where: {error}") from None


def explored(
    case: Case, results: Mapping[str, Results], asked: Asked, notify: Callable[[str], None] | None = say
) -> Exploration:
    """Everything that is found of one question; `notify` is called with a line when something slow begins."""
    import numpy as np

    from closedsky.futures.designs import repeated
    from closedsky.futures.inputs import inputs_of
    from closedsky.reading.boxes import Degenerate
    from closedsky.reading.discovery import discover
    from closedsky.reading.exploration import Exploration, PathExploration
    from closedsky.reading.trees import available, tree
    from closedsky.reading.where import parse_where

    first = next(iter(results.values()))
    option = option_of(case, asked.option)
    if option not in first.options:
        raise Fault(f"the run has no option {option!r}, only {', '.join(first.options)}; name one with --option")
    where = _where(case, asked, option, first.options)
    if where is None:
        named = asked.outcome or "killed"
        values = first.values(named, option)
        if not np.isfinite(values).any():
            raise Fault(f"--outcome {named}: is defined in no future under this option; ask about another")
        where = parse_where(f"{named} > {float(np.nanmedian(values)):.4g}", option, first.options)
    outcome = asked.outcome
    options = tuple(name for name in first.options if name in {option, *where.options})
    read = reader(where, outcome, option)
    effects = _effects(first.view, asked)
    holds = {path: _held(each, where) for path, each in results.items()}
    found, grown = {}, {}
    try:
        again = repeated(results, options, read, REPEATED, DRAWS, notify)
        for path, each in results.items():
            inputs, apart = inputs_of(each), _apart(each, where, option)
            try:
                found[path] = discover(inputs, holds[path], again[path]["holds"], apart, each.seed, asked.box)
            except Degenerate:
                raise
            except ValueError as error:
                raise Fault(f"--box: {error} ({path} path)") from None
            grown[path] = tree(inputs, holds[path], each.seed) if asked.trees and available() else None
    except Degenerate as error:
        raise Fault(f"`{where.text}`: {error}") from None
    sizes, whether, drawn = sensitivity(results, options, read, effects, asked.rows, outcome, notify)
    paths = {
        path: PathExploration(found[path], grown[path], whether.get(path), sizes.get(path), drawn.get(path))
        for path in results
    }
    return Exploration(case, first.view, first.futures, first.seed, option, outcome, where.text, paths, first.reference)


def _held(results: Results, where: Where) -> Values:
    """Where a condition holds in a run, NaN where a future failed."""
    import numpy as np

    sound = np.all([results.sound(name) for name in where.options], axis=0)
    return np.where(sound, where.holds(results.values), np.nan)


def _apart(results: Results, where: Where, option: str) -> Values | None:
    """The same where every other option opens envelopes of its own; None where luck cannot carry over."""
    import numpy as np

    from closedsky.futures.inputs import with_other_luck
    from closedsky.reading.comparison import EFFECTS

    others = tuple(name for name in where.options if name != option)
    if not others or option not in where.options or any(name in EFFECTS for name, _ in where.needs):
        return None
    names = tuple(dict.fromkeys(name for name, of in where.needs if of != option))
    found = with_other_luck(results, others, names)
    sound = np.all([results.sound(name) for name in where.options], axis=0)
    held = where.holds(lambda name, of: results.values(name, of) if of == option else found[of][name])
    return np.where(sound, held, np.nan)


def _effects(view: str, asked: Asked) -> str:
    """Which analysis fits; refuse one that does not."""
    from closedsky.reading.exploration import WHY_NO_SOBOL

    if view == NOW and asked.effects == "sobol":
        raise Fault(f"--effects sobol: {WHY_NO_SOBOL}; leave it out or ask for --effects shapley")
    return asked.effects or ("sobol" if view == THEN else "shapley")


def _command(request: Request, results: Mapping[str, Results], asked: Asked) -> str:
    first = next(iter(results.values()))
    from closedsky.futures.opened import is_run

    if is_run(Path(request.name)):
        return shlex.join(["closedsky", "explore", request.name, *asked.words()])
    view = [] if first.view == THEN else ["--view", first.view]
    command = ["closedsky", "explore", request.name, "-n" if first.view == THEN else "--accepted", str(first.futures)]
    command += ["--seed", str(first.seed), *view, *asked.words()]
    for each in request.sets:
        command += ["--set", each]
    return shlex.join(command)

"""What commands do, for notebooks: a reading comes back, and nothing is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.commands.readings import Request
    from closedsky.futures.overrides import Value
    from closedsky.futures.results import Results
    from closedsky.reading.debate import Debate
    from closedsky.reading.exploration import Exploration

    Notify = Callable[[str], None]

Found = TypeVar("Found")


def debate(
    case: Case | str | Path,
    claims: Sequence[str] | None = None,
    *,
    futures: int | None = None,
    accepted: int | None = None,
    view: str | None = "then",
    overrides: Mapping[str, Value] | None = None,
    seed: int = 0,
    notify: Notify | None = None,
) -> Debate:
    """Read both sides of what is contested, as `closedsky debate` does.

    Args:
        case: the case, its name or its file.
        claims: ids of its `contested:` entries; None for all.
        futures: how many under the view then; the usual number where None.
        accepted: how many under the view now; the usual number where None.
        view: then, now, or None for both side by side.
        overrides: as for `closedsky.run`.
        seed: of the design and the luck.
        notify: called with a line of text when something slow begins.

    Raises:
        CaseError, OverrideError: bad input, in one line each.
        NotConditioned: the futures of the view now can't be found or trusted.
        ValueError: nothing is contested, a claim or view that is not there, or a number that cannot be.

    >>> import closedsky as cs
    >>> found = cs.debate("ukraine-2022", ["direct-combat"], futures=256)
    >>> found.claim("direct-combat").entry.claim, found.views
    ('C06', ('then',))
    """
    from closedsky.commands.debate import read_debate

    def read() -> Debate:
        asked = _request(known, futures, accepted, view, overrides, seed, notify)
        left = [name for name in claims or () if name not in known.contested]
        if left or not known.contested:
            raise ValueError(f"{known.id}: {left[0] if left else 'nothing'} is not contested; {_has(known.contested)}")
        return read_debate(known, asked, {name: known.contested[name] for name in claims or known.contested})

    known = _case(case)
    return _plainly(read)


def explore(
    case: Case | str | Path | Mapping[str, Results],
    option: str | None = None,
    where: str | None = None,
    *,
    outcome: str | None = None,
    futures: int | None = None,
    accepted: int | None = None,
    view: str = "then",
    overrides: Mapping[str, Value] | None = None,
    seed: int = 0,
    box: int | None = None,
    effects: str | None = None,
    rows: int | None = None,
    trees: bool = True,
    notify: Notify | None = None,
) -> Exploration:
    """Find where something holds, and what decides it, as `closedsky explore` does.

    Args:
        case: the case, its name or its file; or what `closedsky.run_paths` gave, which then settles futures, view,
            overrides and seed.
        option: id of the one asked about; the one that most contested claims are about where None.
        where: a condition on outcomes; that 100 fewer are killed, or what suits `outcome`, where None.
        outcome: whose size is explained.
        futures: how many under the view then; the usual number where None.
        accepted: how many under the view now; the usual number where None.
        view: then or now.
        overrides: as for `closedsky.run`.
        seed: of the design and the luck.
        box: number of the box to use; the best where None.
        effects: `sobol`, `shapley` or `none`; what fits the view where None.
        rows: of each matrix, or orders.
        trees: whether a tree is grown beside the box.
        notify: called with a line of text when something slow begins.

    Raises:
        CaseError, OverrideError, NotConditioned: as for `debate`.
        ValueError: a condition that cannot be read, an option or outcome that is not there, or a count that cannot be.
    """
    from closedsky.commands.explore import Asked, explored, needed

    def read() -> Exploration:
        asked = Asked(option, outcome, where, box, effects, rows, trees)
        if isinstance(case, Mapping):
            return explored(next(iter(case.values())).case, case, asked, notify)
        known = _case(case)
        request = _request(known, futures, accepted, view, overrides, seed, notify)
        return explored(known, needed(known, request, asked), asked, notify)

    return _plainly(read)


def _case(case: Case | str | Path) -> Case:
    from closedsky.cases import load_case
    from closedsky.cases.schema import Case

    return case if isinstance(case, Case) else load_case(case)


def _request(
    case: Case,
    futures: int | None,
    accepted: int | None,
    view: str | None,
    overrides: Mapping[str, Value] | None,
    seed: int,
    notify: Notify | None,
) -> Request:
    from closedsky.commands.readings import NOW, THEN, Request, require
    from closedsky.futures.overrides import written

    if view not in (THEN, NOW, None):
        raise ValueError(f"view must be {THEN!r} or {NOW!r}, not {view!r}")
    request = Request(case.id, futures, accepted, seed, view, written(overrides or {}), notify=notify)
    require(case, request)
    return request


def _has(names: Mapping[str, object]) -> str:
    return f"it has {', '.join(names)}" if names else "docs/cases.md says how to write contested: claims"


def _plainly(read: Callable[[], Found]) -> Found:
    """What a command tells a person is, in Python, an error of a value."""
    from closedsky.commands.common import Fault

    try:
        return read()
    except Fault as error:
        raise ValueError(str(error)) from None

"""What decides a condition, and an outcome: from designs that are run to indices and effects, for `explore`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from closedsky.commands.common import progress, say
from closedsky.commands.readings import NOW

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from closedsky.futures.designs import Read
    from closedsky.futures.results import Results
    from closedsky.futures.simulate import Block
    from closedsky.reading.shapley import Effects
    from closedsky.reading.sobol import Indices
    from closedsky.reading.where import Where

    Values = NDArray[np.float64]

ROWS = 1024
"""Rows of each matrix of the radial design."""

ORDERS = 4096
"""Orders of groups for Shapley effects."""

OPEN = 0.01
"""Share of runs that may leave a condition open, before nothing is said of what decides it."""


def reader(where: Where, outcome: str | None, option: str) -> Read:
    """Return what reads a condition, and an outcome, off a block of futures."""
    import numpy as np

    def read(block: Block) -> dict[str, Values]:
        failed = np.zeros(block.outcomes["killed"].shape[1], bool)
        failed[[future for _, future, _ in block.failures]] = True

        def get(name: str, of: str) -> Values:
            return np.asarray(block.outcomes[name][block.options.index(of)], np.float64)

        found = {"holds": np.where(failed, np.nan, where.holds(get))}
        if outcome is not None:
            found["value"] = np.where(failed, np.nan, get(outcome, option))
        return found

    return read


Found = dict[str, "Indices | Effects | None"]


def sensitivity(
    results: Mapping[str, Results],
    options: Sequence[str],
    read: Read,
    effects: str,
    rows: int | None,
    outcome: str | None,
    notify: Callable[[str], None] | None = say,
) -> tuple[Found, Found, dict[str, float]]:
    """What decides the outcome, and whether the condition holds, by path; and how often it does in Shapley draws."""
    if effects == "none":
        return {}, {}, {}
    if effects == "shapley":
        return _shapley(results, options, read, rows or ORDERS, outcome)
    from closedsky.futures.designs import radial
    from closedsky.reading.sobol import Undecided, sobol

    with progress("what decides it", 1) as advance:
        found = radial(results, options, read, rows or ROWS, advance, notify)
    sizes: Found = {}
    whether: Found = {}
    for path, each in found.items():
        for name, into in (("holds", whether), ("value", sizes)):
            if name not in each.a or _open(each.a[name]):
                continue
            try:
                given = (each.a[name], each.b[name], each.mixed[name], each.other[name])
                into[path] = sobol(each.names, *given, seed=results[path].seed)
            except Undecided:
                into[path] = None
    return sizes, whether, {}


def _shapley(
    results: Mapping[str, Results], options: Sequence[str], read: Read, orders: int, outcome: str | None
) -> tuple[Found, Found, dict[str, float]]:
    import numpy as np

    from closedsky.futures.designs import Copula, group_key
    from closedsky.reading.shapley import Gaussian, shapley
    from closedsky.reading.sobol import Undecided

    sizes: Found = {}
    whether: Found = {}
    happens: dict[str, float] = {}
    for path, each in results.items():
        copula = Copula(each)
        law = Gaussian(copula.correlation, list(copula.groups.values()))
        kept: dict[str, Values] = {}

        def outcome_of(
            name: str, copula: Copula = copula, kept: dict[str, Values] = kept
        ) -> Callable[[Values], Values]:
            def evaluate(points: Values) -> Values:
                if not kept:  # the same orders and points for both questions: run once
                    kept.update(copula.evaluate(points, options, read))
                return kept[name]

            return evaluate

        for name, into in (("holds", whether), ("value", sizes)):
            if name == "value" and outcome is None:
                continue
            try:
                names = [group_key(group) for group in copula.groups]
                into[path] = shapley(names, law, outcome_of(name), orders, each.seed)
            except Undecided:
                into[path] = None
            if _open(kept[name]):
                into[path] = None
        if each.view == NOW and "holds" in kept:
            happens[path] = float(np.nanmean(kept["holds"].reshape(orders, len(copula.groups), -1)[:, -1]))
    return sizes, whether, happens


def _open(values: Values) -> bool:
    """Whether so many runs leave something open that it has no variance to speak of over all of them."""
    import numpy as np

    return bool(np.isnan(values).mean() > OPEN)

"""`closedsky compare`: two options over the same futures, and once more with luck of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from closedsky.commands.common import Fault, choose, progress, say, write_json
from closedsky.commands.run import PATHS, Request, require_asked
from closedsky.futures.results import Results
from closedsky.futures.run import run_paths
from closedsky.futures.sampling import Design
from closedsky.futures.simulate import blocks_of, simulate

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER_LUCK = 2**40
"""Added to luck numbers for independent envelopes: no run has so many futures."""


def compare_command(request: Request, a: str, b: str, as_json: bool) -> None:
    """Compare two options and print what comes of it."""
    from closedsky.cases import load_case
    from closedsky.futures.overrides import parse_overrides
    from closedsky.reading.comparison import compare
    from closedsky.reading.risk import LOSSES

    case = load_case(request.name)
    require_asked(case, request.name)
    choose(case, (a, b), with_reference=False)
    if a == b:
        raise Fault(f"{a} cannot be compared with itself; name two options")
    parse_overrides(case, request.overrides)
    with progress(case.id, PATHS) as advance:
        results = run_paths(
            case,
            request.futures,
            request.overrides,
            seed=request.seed,
            view=request.view,
            options=(a, b),
            reference=b,
            precision=request.precision,
            progress=advance,
            notify=say,
        )
    independent = {path: killed_otherwise(each, b) for path, each in results.items()}
    found = compare(results, a, b, independent, request.losses or LOSSES)
    command = request.command("compare", a, b)
    if as_json:
        write_json(found.to_dict() | {"command": command})
        return
    from closedsky.showing.compare_screen import show_comparison
    from closedsky.showing.terminal import Screen

    show_comparison(Screen(), found, case, command, request.name)


def killed_otherwise(results: Results, option: str) -> NDArray[np.float64]:
    """Civilians killed to the horizon under an option in the same futures with other envelopes, shape (future,)."""
    from closedsky.futures.overrides import parse_overrides

    case = results.case
    parsed = parse_overrides(case, results.overrides)
    design = Design(case, results.seed, results.view, parsed.ranges)
    fixed: dict[str, Any] = {key: value for key, value in results.overrides.items() if key not in parsed.ranges}
    found = np.empty(results.futures)
    for first, last in blocks_of(results.futures):
        rows = design.rows(first, last)
        block = simulate(
            case,
            {name: rows[:, i] for i, name in enumerate(design.names)},
            np.arange(first, last) + OTHER_LUCK,
            (option,),
            seed=results.seed,
            overrides=fixed,
            reference=option,
            adoption=results.adoption,
            precision=results.precision,
        )
        found[first:last] = block.outcomes["killed"][0]
    return found

"""`closedsky compare`: two options over the same futures, and once more with luck of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from closedsky.commands.common import Fault, choose, write_json
from closedsky.commands.run import Request, require_asked, run_asked
from closedsky.futures.results import Results
from closedsky.futures.run import source_of
from closedsky.futures.sampling import model_columns
from closedsky.futures.simulate import Simulator, blocks_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
    results, beyond = run_asked(case, request, options=(a, b), reference=b)
    independent = {path: killed_otherwise(each, b) for path, each in (beyond or results).items()}
    found = compare(results, a, b, independent, request.losses or LOSSES, beyond)
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

    case, source = results.case, source_of(results)
    parsed = parse_overrides(case, results.overrides)
    simulator = Simulator(case, (option,), parsed, results.seed, option, results.adoption, results.precision)
    found = np.empty(results.futures)
    for first, last in blocks_of(results.futures):
        columns = model_columns(case, source.rows(first, last))
        found[first:last] = simulator.block(columns, source.other_luck(first, last)).outcomes["killed"][0]
    return found

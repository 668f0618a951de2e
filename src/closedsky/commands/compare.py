"""`closedsky compare`: two options over the same futures, and once more with luck of their own."""

from __future__ import annotations

from closedsky.commands.common import Fault, choose, write_json
from closedsky.commands.run import Request, require_asked, run_asked


def compare_command(request: Request, a: str, b: str, as_json: bool) -> None:
    """Compare two options and print what comes of it."""
    from closedsky.cases import load_case
    from closedsky.futures.inputs import with_other_luck
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
    independent = {
        path: with_other_luck(each, (b,), ("killed",))[b]["killed"] for path, each in (beyond or results).items()
    }
    found = compare(results, a, b, independent, request.losses or LOSSES, beyond)
    command = request.command("compare", a, b)
    if as_json:
        write_json(found.to_dict() | {"command": command})
        return
    from closedsky.showing.compare_screen import show_comparison
    from closedsky.showing.terminal import Screen

    show_comparison(Screen(), found, case, command, request.name)

"""`closedsky cases` and `closedsky check`: what there is, what is assumed in it, and what is wrong with a file."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import asdict
from typing import TYPE_CHECKING

from closedsky.commands.common import BAD_DATA, Fault, write_json

if TYPE_CHECKING:
    from closedsky.cases.schema import Case
    from closedsky.showing.terminal import Screen


def cases_command(name: str | None, as_json: bool) -> None:
    """List the shipped cases, or what can be chosen and set in one case."""
    from closedsky.showing.terminal import Screen

    if name is None:
        from closedsky.cases import headings

        found = headings()
        if as_json:
            write_json({"schema": "closedsky-cases/1", "cases": [asdict(each) for each in found]})
            return
        Screen().listing(["Case", "Title", "Question"], [[each.id, each.title, each.question] for each in found])
        return
    from closedsky.cases import load_case

    case = load_case(name)
    if as_json:
        write_json({"schema": "closedsky-case-listing/1", **_listing(case)})
    else:
        _show_case(Screen(), case)


def check_command(name: str, as_json: bool) -> None:
    """Print what is wrong with a case, one line each."""
    from closedsky.cases import check, load_case

    problems = check(name)
    if as_json:
        listed = [{key: getattr(each, key) for key in each.__slots__} for each in problems]
        write_json({"schema": "closedsky-check/1", "case": name, "problems": listed})
    else:
        for each in problems:
            print(each)
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise Fault(f"{name}: {count}; put right what the lines say and check again", BAD_DATA)
    if not as_json:
        case = load_case(name)
        counts = ", ".join(
            _counted(each, word) for each, word in ((case.assumptions, "assumption"), (case.options, "option"))
        )
        print(f"{name}: {counts}: no problem found")


def _counted(entries: Sized, word: str) -> str:
    return f"{len(entries)} {word}{'' if len(entries) == 1 else 's'}"


def _listing(case: Case) -> dict[str, object]:
    return {
        "case": case.id,
        "title": case.title,
        "question": case.question,
        "digest": case.digest(),
        "taken": case.taken,
        "options": [
            {
                "id": each.id,
                "label": each.label,
                "description": each.description,
                "proposer": each.proposer.name if each.proposer else None,
                "legal_basis": each.legal_basis,
            }
            for each in case.options.values()
        ],
        "switches": {key: dict(each.values) for key, each in case.switches.items()},
        "levers": {key: {"label": each.label, "unit": each.unit} for key, each in case.levers.items()},
        "assumptions": [
            {
                "name": key,
                "label": each.label,
                "unit": each.unit,
                "distribution": each.distribution,
                "then": list(each.then),
                "from_other_campaigns": _from_others(case, key),
                "basis": each.basis,
                "reason": each.reason,
            }
            for key, each in case.assumptions.items()
        ],
        "fixed": {key: {"value": each.value, "reason": each.reason} for key, each in case.fixed.items()},
        "uses": dict(case.uses),
    }


def _from_others(case: Case, key: str) -> list[float] | None:
    """The band of 9 in 10 of an assumption that is drawn from the other campaigns' records."""
    from closedsky.commands.evidence import drawn_from_others

    drawn = drawn_from_others(case, key)
    return None if drawn is None else [drawn.low, drawn.high]


def _show_case(screen: Screen, case: Case) -> None:
    from closedsky.reading.words import figure

    screen.say(case.title, "bold")
    screen.say(case.question)
    screen.heading("Options", "Name for --option and compare, and what it is.")
    screen.listing(["Name", "Option"], [[each.id, each.label] for each in case.options.values()])
    screen.heading("Assumptions", "Name for --set, what it is, its range in the view then, and what that rests on.")
    rows = []
    for key, each in case.assumptions.items():
        others = _from_others(case, key)
        shown = f"{figure(others[0])}..{figure(others[1])} *" if others else _range(each.distribution, *each.then)
        rows.append([key, each.label, shown, each.unit, each.basis])
    screen.listing(["Name", "Assumption", "Range", "Unit", "Basis"], rows)
    if case.pooled:
        screen.say("* Drawn from the records of the other campaigns; the band that holds 9 in 10.")
    if case.fixed:
        screen.say(f"{len(case.fixed)} assumptions of the model are not asked about here and fixed; --json lists them.")
    screen.heading("Levers", "An option's lever is set as OPTION.LEVER=VALUE.")
    screen.listing(["Name", "Lever", "Unit"], [[key, each.label, each.unit] for key, each in case.levers.items()])
    screen.heading("Switches", "Structural choices, set as NAME=VALUE; both values of war_path are always run.")
    rows = [[key, value, text] for key, each in case.switches.items() for value, text in each.values.items()]
    screen.listing(["Name", "Value", "Meaning"], rows)


def _range(distribution: str, low: float, high: float) -> str:
    return f"beta({low:g}, {high:g})" if distribution == "beta" else f"{low:g}..{high:g}"

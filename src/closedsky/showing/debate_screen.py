"""What `closedsky debate` prints: each claim with both sides, mirrored; how large; on what that rests."""

from __future__ import annotations

import math
from collections.abc import Mapping

from closedsky.cases.schema import Case
from closedsky.reading.argument import LUCK, TOGETHER, Argument, Counted
from closedsky.reading.conditions import amount, inside
from closedsky.reading.debate import KILLED, Claim, Debate
from closedsky.reading.words import UNDEFINED, figure, per_thousand
from closedsky.showing.numbers import NOTHING, change_within, range_of, unit, within
from closedsky.showing.terminal import Screen, futures_words, how_errors, opening, path_facts, view_words

SCALES = {"share": 100.0, "flag": 1000.0}
UNITS = {"share": "percentage points", "flag": "of 1,000 futures"}
LEAST_DECIDES = 0.01
"""An assumption that explains less by itself does not decide."""

LEAST_SHARE = 0.005
"""Shares of an answer below this are left out of its line."""


def show_debate(screen: Screen, found: Debate, case: Case, command: str, name: str) -> None:
    """Print both sides of what is contested.

    Args:
        screen: where.
        found: what.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    opening(screen, case, name)
    screen.print()
    rows = []
    for view, count in found.futures.items():
        effective = found.effective if view == "now" else None
        rows.append(("View", view_words(case, view)))
        rows.append(("Futures", futures_words(count, found.seed, effective)))
    rows += path_facts(case, list(next(iter(found.claims[0].views.values()))))
    screen.facts(rows)
    screen.print()
    screen.say(found.summary(), "bold")
    screen.say(
        "Each claim and its opposite are counted alike, in futures of 1,000 in which the difference is beyond "
        "the margin. That count depends on how luck carries over from one course to the other, which no model "
        "settles: first its range over shared and independent envelopes, in brackets what the two "
        "distributions allow at all. The mean difference does not depend on it. If adopted on the first "
        "possible day (effect); conditional on no general war."
    )
    for claim in found.claims:
        _claim(screen, claim, case)
    screen.heading("How to read it")
    for view, count in found.futures.items():
        screen.say(how_errors(count, view))
    screen.say(
        "An assumption decides by the share of the variance of whether the claim holds that it explains by "
        "itself; what several explain only together rests on no one of them. Conditions were found on half of "
        "the futures and are counted on the other half."
    )
    for note in found.notes:
        screen.say(note)
    screen.heading("The same numbers again")
    screen.command(command)


def _claim(screen: Screen, claim: Claim, case: Case) -> None:
    entry = claim.entry
    screen.heading(f"{entry.claim}  {entry.says}")
    screen.say(f"The opposite: {entry.denies}")
    if claim.quote:
        screen.say(f"“{claim.quote}” ({claim.speaker}; in the ledger: {claim.corroboration})")
    elif claim.speaker:
        screen.say(f"Put forward {claim.speaker}.")
    screen.say(f"Compared: {_compared(claim)}")
    rows = []
    for view, of in claim.views.items():
        for path, each in of.items():
            rows.append([f"{view}, {path}", *_cells(claim, each)])
    for text, paths in claim.switched.items():
        for path, each in paths.items():
            rows.append([f"then, {path}; if {text[:1].lower()}{text[1:]}", *_cells(claim, each)])
    if next(iter(next(iter(claim.views.values())).values())).holds is None:
        screen.rows(["View and path", "Lives, mean", "A general war\nwould have to cost"], rows)
    else:
        heads = ["View and path", "Holds, of\n1,000", "Opposite, of\n1,000"]
        mean = "Mean difference" if claim.against else "Mean of what\nis compared,"
        screen.rows([*heads, f"{mean}\n{_unit(claim)}"], rows)
    if switch := claim.turns_with_switch():
        screen.say(switch)
    _rests(screen, claim, case)
    if entry.note:
        screen.space()
        screen.say(entry.note)


def _compared(claim: Claim) -> str:
    entry = claim.entry
    margin = f"; margin {amount(entry.margin, unit(claim.unit))}" if entry.margin and claim.unit != "flag" else ""
    against = f", against {claim.against}" if claim.against else ""
    return f"{claim.label}, under {claim.of}{against}{margin}. {entry.reason}"


def _cells(claim: Claim, each: Argument) -> list[str]:
    if each.holds is None or each.reverse is None:
        lives = change_within(each.lives) if each.lives else NOTHING
        even = "too few lives or too\nlittle risk to tell" if each.even is None else f"fewer than {within(each.even)}"
        return [lives, even]
    mean = each.lives if each.lives is not None and claim.entry.outcome == KILLED else each.mean
    if claim.entry.outcome == KILLED:
        shown = change_within(mean)
    else:
        scale = SCALES.get(claim.unit, 1.0)
        shown = within(mean) if not math.isfinite(mean.value) else _signed(mean.value * scale, mean.error * scale)
        shown = shown if claim.against else shown.removeprefix("+")
    return [_counted(each.holds), _counted(each.reverse), shown]


def _signed(value: float, error: float) -> str:
    sign = "+" if value > 0 else ""
    within_ = f" ± {figure(error, 1)}" if math.isfinite(error) and error > 0 else ""
    return f"{sign}{figure(value)}{within_}"


def _counted(found: Counted) -> str:
    low, high = (per_thousand(each) for each in found.range)
    text = range_of(low, high)
    if found.bounds is None:
        return text
    return f"{text}\n({range_of(per_thousand(found.bounds.low), per_thousand(found.bounds.high))})"


def _unit(claim: Claim) -> str:
    return UNITS.get(claim.unit, unit(claim.unit))


def _rests(screen: Screen, claim: Claim, case: Case) -> None:
    """Say what decides, on what the answer rests, and under which conditions it holds: once where paths agree."""
    for view, of in claim.views.items():
        said: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for path, each in of.items():
            if reasons := _reasons(claim, each, case, view, path):
                said.setdefault(tuple(reasons), []).append(path)
        for rows, paths in said.items():
            screen.space()
            screen.say(f"{view.capitalize()}, {' and '.join(paths)} path{'s' if len(paths) > 1 else ''}")
            screen.facts(rows)


def _reasons(claim: Claim, each: Argument, case: Case, view: str, path: str) -> list[tuple[str, str]]:
    if each.decides is None:
        return []
    entry = case.assumptions[each.decides.name]
    if each.decides.share < LEAST_DECIDES:
        text = "no assumption by itself (none explains a hundredth)"
    else:
        text = f"{inside(entry.label)} ({entry.basis}; {figure(100 * each.decides.share)} % by itself)"
        if each.decides.turns is not None:
            shared = "with shared envelopes " if claim.against else ""
            text += f"; {shared}the answer turns at {amount(each.decides.turns, entry.unit)}"
    rests = _shares(each.rests)
    if each.holds is None:
        rests += " (whether a future lies in the upper half of the added risk; that half is no count of anything)"
    rows = [("Decided most by", text), ("Rests on", rests)]
    if answer := claim.answer_is(case, view, path):
        rows.append(("This answer", answer))
    for found, what in ((each.when, "Most often"), (each.when_not, "Opposite most often")):
        if found is not None:
            condition, counted = found
            shown = _counted(counted).replace("\n", " ")
            if UNDEFINED not in shown:
                rows.append((what, f"in {shown} of 1,000 where {condition.words(case)}"))
    return rows


def _shares(rests: Mapping[str, float]) -> str:
    words = {LUCK: "luck", TOGETHER: "several together"}
    shown = [f"{words.get(name, name)} {figure(100 * v)} %" for name, v in rests.items() if v >= LEAST_SHARE]
    return ", ".join(shown)

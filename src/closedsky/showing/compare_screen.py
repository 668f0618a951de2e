"""What `closedsky compare` prints: differences of two distributions first, single futures with what bounds them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate
from closedsky.reading.comparison import Bounds, Comparison, Difference
from closedsky.reading.measures import LASTING
from closedsky.reading.option_summary import OptionSummary
from closedsky.reading.statistics import Share
from closedsky.showing.numbers import (
    NOTHING,
    by_path,
    change_within,
    figure,
    per_thousand,
    range_of,
    share_within,
    signed,
    unit,
    within,
)
from closedsky.showing.run_screen import asked, closing, two_lines, until, why_longer
from closedsky.showing.terminal import Screen, opening

HEAD = 15
"""Columns of an option's name in a heading."""

SHORT = {
    "lives_rate_effect": "Civilians killed while both wars run",
    "lives_length_effect": "Civilians killed through the length of the war",
    "killed": "Civilians killed to the horizon",
    "held": "Country held by the adversary at the horizon, %",
    "direct_combat": "Direct combat, of 1,000 futures",
    "lethal_engagements": "Lethal engagements",
    "aircraft_needed": "Aircraft needed",
    "coalition_lost": "Coalition aircraft lost",
    "adversary_lost": "Adversary aircraft lost",
    "cost": "Cost of the zone, USD billion",
}
"""Names of outcomes that fit a narrow column; any other keeps its own."""

SCALES = {"flag": 1000.0, "share": 100.0}
"""What a unit is multiplied by to be read: flags are counted in 1,000 futures, shares in percent."""


def show_comparison(screen: Screen, found: Comparison, case: Case, command: str, name: str) -> None:
    """Print a comparison.

    Args:
        screen: where.
        found: what.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    a, b = found.run.option(found.a), found.run.option(found.b)
    opening(screen, case, name)
    screen.print()
    asked(screen, found.run, case, [("Would agree", f"{each.label}: {_agree(each)}") for each in (a, b)])
    screen.print()
    screen.say(found.summary(), "bold")
    screen.heading(
        f"If adopted on the first possible day (effect): {a.label} less {b.label}",
        "Each ± is the standard error of a difference over the same futures. Lives are true counts, conditional on no "
        "general war; territory stands beside them. What is a change already has its median over futures that share "
        f"their luck in the last column. {two_lines(found.run)}",
    )
    _differences(screen, found, a, b)
    _single(screen, found, a)
    closing(screen, found.run, command)


def _differences(screen: Screen, found: Comparison, a: OptionSummary, b: OptionSummary) -> None:
    rows = []
    for name in next(iter(found.differences.values())):
        text, kind = found.run.measures[name]
        day = until(found.run) if name in LASTING else ""
        cells = zip(*(_cells(of[name], kind) for of in found.differences.values()), strict=True)
        rows.append([SHORT.get(name, f"{_capital(text)}, {unit(kind)}") + day, *(by_path(lines) for lines in cells)])
    names = [textwrap.fill(each.label, HEAD) for each in (a, b)]
    screen.rows(["Outcome", *names, "Difference\nof means", "Difference\nof medians"], rows)
    if why := why_longer(found.run):
        screen.say(why)


def _cells(each: Difference, kind: str) -> list[str]:
    scale = SCALES.get(kind, 1.0)
    medians = NOTHING if kind == "flag" else _signed_within(each.medians, scale)
    if each.a is None or each.b is None:
        return ["", "", change_within(each.mean), medians]
    return [_mean(each.a, scale), _mean(each.b, scale), _signed_within(each.mean, scale), medians]


def _single(screen: Screen, found: Comparison, a: OptionSummary) -> None:
    screen.heading(
        f"Single futures: civilians killed{until(found.run) or ' to the horizon'}",
        f"Futures of 1,000 in which {a.label} has fewer, and more, by at least half a person. The model alone does not "
        "settle this count: it depends on how the luck of a future carries over from one option to the other, so it is "
        f"taken both ways, with the range that the two distributions allow.{_given(found)}",
    )
    for number, (path, of) in enumerate(found.single.items()):
        if number:
            screen.print()
        rows: list[Sequence[str]] = [
            ["The same sealed envelopes", _share(of.shared_fewer), _share(of.shared_more)],
            ["Independent envelopes", _share(of.independent_fewer), _share(of.independent_more)],
            ["Allowed by the distributions", _bounds(of.fewer), _bounds(of.more)],
        ]
        screen.rows([f"{path.capitalize()} path", "Fewer", "More"], rows)


def _given(found: Comparison) -> str:
    """Say what independent means where luck has to agree with a record."""
    if found.run.effective is None:
        return ""
    return " Independent envelopes are drawn again, given the assumptions of the future and the record."


def _agree(entry: OptionSummary) -> str:
    if entry.feasibility is None:
        return "nobody need agree"
    days = entry.feasibility.days.median
    after = f", after {figure(days)} days (median)" if days == days else ""
    return f"in {share_within(entry.feasibility.agree)} of 1,000 futures{after}"


def _share(share: Share | None) -> str:
    return NOTHING if share is None else share_within(share)


def _bounds(of: Bounds) -> str:
    return range_of(per_thousand(of.low), per_thousand(of.high))


def _mean(of: Estimate, scale: float) -> str:
    return figure(scale * of.value)


def _signed_within(of: Estimate, scale: float) -> str:
    if of.value != of.value:
        return NOTHING
    return signed(scale * of.value) + within(Estimate(0.0, scale * of.error)).removeprefix("0")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

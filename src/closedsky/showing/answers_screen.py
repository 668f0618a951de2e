"""What `closedsky evidence --claim C --compute` prints: the claim's words with their mark, then what was computed."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping, Sequence

from closedsky.cases.schema import Case
from closedsky.evidence.ledger import given_to, ledger_of, with_mark
from closedsky.futures.results import NOT_A_FORECAST, Estimate, Results
from closedsky.reading.answers import Answer
from closedsky.reading.practicality import Practicality
from closedsky.reading.risk import BreakEven
from closedsky.reading.statistics import Share, Spread, flag, share
from closedsky.showing.numbers import band, by_path, figure, range_of, share_within, unit, with_band, within
from closedsky.showing.terminal import Screen, futures_words, how_errors, view_words

THOUSAND = 1000.0
HEAD = 12
"""Columns of a long heading before it is broken."""

ROUNDING = 1e-6
"""Relative error below which a number is exact but for rounding."""


def show_computed(
    screen: Screen,
    case: Case,
    claim: str,
    answers: Sequence[Answer],
    practical: Practicality | None,
    risk: Mapping[str, Mapping[str, Sequence[BreakEven]]],
    runs: tuple[Results, Results | None],
    command: str,
) -> None:
    """Print what a claim bears on, computed.

    Args:
        screen: where.
        case: its labels.
        claim: id of the claim.
        answers: outcomes under the options that the claim is about.
        practical: days and force, where the claim is about them.
        risk: break-evens by option and path, where the claim is about them.
        runs: the run that it rests on, and the same followed further, from which lengths are read.
        command: line that gives the same numbers again.
    """
    entry, (base, far) = ledger_of(case).claims[claim], runs
    screen.say(NOT_A_FORECAST, "bold")
    screen.heading(f"{case.title}: what a claim bears on, computed")
    facts = [(claim, with_mark(entry)), ("Whose words", given_to(entry))]
    facts += [("Note", entry.note)] if entry.note else []
    number = futures_words(base.futures, base.seed, base.effective_number)
    facts += [("View", view_words(case, base.view)), ("Futures", f"{number}; every option meets the same futures")]
    if far is not None:
        facts += [("Followed", _followed(far))]
    facts += [("Adopted", "on the first possible day; every number is conditional on no general war")]
    for link in entry.bears_on:
        if link.switch:
            switch = case.switches[link.switch]
            facts.append(
                ("Else", f"{switch.values[switch.default]} ({switch.label.lower()}), where a row says no more")
            )
    screen.facts(facts)
    if entry.corroboration in ("not found", "contradicted"):
        screen.print()
        screen.say(
            f"The premise is {entry.corroboration}: what follows is computed as if it held, and bears none of it out."
        )
    if practical is not None:
        _practical(screen, practical)
    for _, group in itertools.groupby(answers, key=lambda each: each.outcome):
        found = list(group)
        if len(found) > 1:
            _codes(screen, found)
        else:
            _answer(screen, found[0])
    if risk:
        _risk(screen, risk)
    screen.heading("Notes")
    screen.say("Two lines in a cell: one for each path to general war. Bands hold 9 in 10 futures.")
    screen.say(how_errors(base.futures, base.view))
    screen.heading("The same numbers again")
    screen.command(command)


def _practical(screen: Screen, found: Practicality) -> None:
    screen.heading("Practicality", found.summary())
    rows = [
        [
            zone.label,
            share_within(zone.agree),
            with_band(zone.days_to_agree),
            range_of(figure(zone.assemble[0]), figure(zone.assemble[1])),
            range_of(figure(zone.first_patrol[0]), figure(zone.first_patrol[1])),
            with_band(zone.aircraft_needed) if zone.aircraft_needed.high > 0 else "from outside",
            f"{zone.force:g}",
        ]
        for zone in found.zones
    ]
    heads = [
        "Zone",
        "Would agree,\nof 1,000",
        "Days until\nagreed",
        "Days to\nassemble",
        "First patrol,\nday of war\nif agreed\nat once",
    ]
    screen.rows([*heads, "Aircraft\nneeded", "Aircraft\nset aside"], rows)


def _answer(screen: Screen, found: Answer) -> None:
    screen.heading(f"{_capital(found.label)} ({unit(found.unit)})")
    rows = []
    for course, paths in found.courses.items():
        spreads = [each for each in paths.values() if isinstance(each, Spread)]
        if spreads:
            middle = by_path(figure(each.median) for each in spreads)
            rows.append([course, by_path(_mean(each) for each in spreads), middle, by_path(map(band, spreads))])
        else:
            rows.append([course, _shares(paths)])
    wide = bool(rows) and len(rows[0]) > 2
    screen.rows(["Option", "Mean", "Median", "9 in 10"] if wide else ["Option", "Of 1,000"], rows)


def _codes(screen: Screen, found: Sequence[Answer]) -> None:
    """Print the values of an outcome that is a code beside each other."""
    screen.heading(f"{_capital(found[0].outcome.replace('_', ' '))}, of 1,000 futures")
    rows = [[course, *(_shares(each.courses[course]) for each in found)] for course in found[0].courses]
    screen.rows(["Option", *(textwrap.fill(_capital(each.label), HEAD) for each in found)], rows)


def _shares(paths: Mapping[str, Spread | Share]) -> str:
    return by_path(share_within(each) for each in paths.values() if isinstance(each, Share))


def _mean(of: Spread) -> str:
    """The mean with its error, which is left out where it is only the rounding of the arithmetic."""
    exact = of.mean.error <= ROUNDING * abs(of.mean.value)
    return figure(of.mean.value) if exact else within(of.mean)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _risk(screen: Screen, risk: Mapping[str, Mapping[str, Sequence[BreakEven]]]) -> None:
    first = next(iter(next(iter(risk.values())).values()))
    losses = [each.loss for each in first]
    screen.heading(
        "General war: where the balance of lives would turn",
        "Nothing published identifies how often direct combat becomes general war, so it is not counted. On lives "
        "alone, the option is preferred while that happens in fewer than this many of 1,000 futures with direct "
        "combat, for a stated number of lives lost in such a war.",
    )
    rows = []
    for option, paths in risk.items():
        cells = [by_path(_chance(of[place]) for of in paths.values()) for place in range(len(losses))]
        rows.append([option, *cells])
    screen.rows(["Option", *(f"{loss:,.0f}\nlives" for loss in losses)], rows)


def _chance(found: BreakEven) -> str:
    if found.chance is None:
        return found.reason
    if found.chance.value >= 1.0:
        return "at any chance"
    return within(Estimate(THOUSAND * found.chance.value, THOUSAND * found.chance.error))


def _followed(base: Results) -> str:
    """Say why lengths are followed further than the record goes, and how many wars are still on then."""
    ending = base.values("ending", base.reference)
    still_on = share_within(share(flag(ending, ending == 0)))
    return (
        f"to day {base.case.horizon:,} where length matters, because the record is of a war that was long; under "
        f"{base.case.options[base.reference].label} {still_on} of 1,000 are still on then"
    )

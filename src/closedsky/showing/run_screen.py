"""What `closedsky run` prints, in the order in which it should be read."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate
from closedsky.reading.measures import ENDINGS, FATES, LENGTH, LIVES, RUNGS
from closedsky.reading.option_summary import OptionSummary, PathSummary
from closedsky.reading.risk import BreakEven
from closedsky.reading.statistics import Share, Spread
from closedsky.reading.summary import RunSummary
from closedsky.showing.numbers import (
    NOTHING,
    band,
    by_path,
    change_within,
    few_or_share,
    figure,
    percent,
    percent_band,
    share_within,
    signed_band,
    signed_middle,
    with_band,
    within,
)
from closedsky.showing.terminal import (
    Screen,
    changed_facts,
    futures_words,
    how_errors,
    opening,
    path_facts,
    switch_facts,
    view_words,
)

Cell = Callable[[PathSummary], str]
OF_1000 = "of 1,000 futures"
REASON = 14
"""Columns of a reason before it is broken."""

HEAD = 11
"""Columns of a long heading before it is broken."""

NOBODY = "nobody\nneed agree"


def show_run(screen: Screen, run: RunSummary, case: Case, command: str, name: str) -> None:
    """Print a run.

    Args:
        screen: where.
        run: what.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    opening(screen, case, name)
    screen.print()
    asked(screen, run, case)
    screen.print()
    screen.say(run.summary(), "bold")
    _effect(screen, run)
    _endings(screen, run)
    _combat(screen, run)
    _takes(screen, run)
    closing(screen, run, command)


def asked(screen: Screen, run: RunSummary, case: Case, more: Sequence[tuple[str, str]] = ()) -> None:
    """Say what was run: view, futures, seed, reference, paths, switches, changes, and what else is given."""
    number = futures_words(run.futures, run.seed, run.effective)
    adopted = "on the first possible day; whether the alliance would have agreed stands beside it"
    screen.facts(
        [
            ("View", view_words(case, run.view)),
            ("Futures", f"{number}; every option meets the same futures with the same luck"),
            *([("Misses", f"accepted all the same: {'; '.join(run.misses)}")] if run.misses else []),
            ("Adopted", adopted if run.adoption == "effect" else "only where and when the alliance agrees"),
            ("Against", f"{run.option(run.reference).label}" if _has(run, run.reference) else "-"),
            *path_facts(case, run.paths),
            *switch_facts(case, run.switches),
            *changed_facts(case, run.changed),
            *more,
        ]
    )


def closing(screen: Screen, run: RunSummary, command: str) -> None:
    """Print break-evens, conditional risk, notes and the command that gives the same numbers again."""
    _break_even(screen, run)
    _risk(screen, run)
    screen.heading("Notes")
    for note in run.notes:
        screen.say(note)
    screen.say(how_errors(run.futures, run.view))
    error = _largest_error(run)
    if error is not None:
        screen.say(f"A share of futures without ± has a standard error of at most {figure(error, 1)} in 1,000.")
    screen.say(
        "[n] stands before the 95 % interval, in 1,000, where only n futures were counted, or all but a few; 0 is none "
        f"of {run.futures:,}."
    )
    screen.heading("The same numbers again")
    screen.command(command)


def _effect(screen: Screen, run: RunSummary) -> None:
    paths = run.paths
    rows = []
    for entry in run.options:
        if entry.id == run.reference:
            lives = ["reference", *[""] * (len(paths) - 1)]
        else:
            spreads = [of.spreads[LIVES] for of in entry.paths.values()]
            lives = [
                f"{change_within(each.mean)}\nmedian {signed_middle(each)}\n{signed_band(each)}" for each in spreads
            ]
        agree = NOBODY
        if entry.feasibility:
            days = entry.feasibility.days.median
            agree = f"{share_within(entry.feasibility.agree)}\n{figure(days)} days" if days == days else "0"
        rows.append([entry.label, *lives, _held(entry), agree])
    adopted = "on the first possible day (effect)" if run.adoption == "effect" else "where and when the alliance agrees"
    screen.heading(
        f"If adopted {adopted}: civilians killed while both wars run",
        "Change of the mean with its standard error; below it the median future, and the band in which 9 in 10 futures "
        "fall (options sharing luck). A mean far from its median is carried by few futures with very many killed. "
        "Counts are true, not verified, and conditional on no general war. Beside it the adversary's share of the "
        "country at the horizon (median and band), and whether the alliance would agree, and after how long "
        "(feasibility).",
    )
    heads = [f"{path.capitalize()} path" for path in paths]
    screen.rows(["Option", *heads, "Adversary\nholds", "Would agree\nin 1,000;\nafter"], rows)


def _endings(screen: Screen, run: RunSummary) -> None:
    def ending(name: str) -> Cell:
        return lambda of: few_or_share(of.endings[name])

    near, run = run, run.beyond or run
    screen.heading(
        f"How the war ends{until(near)}, {OF_1000}",
        " ".join(each for each in (why_longer(near), two_lines(run)) if each),
    )
    columns = [ending(name) for name in ENDINGS.values()]
    screen.rows(["Option", *map(_broken, ENDINGS.values())], [_row(entry, columns) for entry in run.options])

    screen.heading(
        f"Through the length of the war, and in all{until(near)}",
        "Length effect: change in civilians killed because one war outlasts the other, occupation included; apart from "
        f"the effect above. {two_lines(run)} Killed: median to the horizon, true count, and the band of 9 in 10.",
    )
    rows = []
    for entry in run.options:
        reference = entry.id == run.reference
        length = "reference" if reference else by_path(change_within(p.spreads[LENGTH].mean) for p in _paths(entry))
        first = _paths(entry)[0]
        rows.append(
            [
                entry.label,
                length,
                by_path(few_or_share(p.still_on) for p in _paths(entry)),
                with_band(first.spreads["killed"]),
                _held(entry),
            ]
        )
    screen.rows(
        ["Option", "Length effect", "Still on,\nof 1,000", "Killed", "Adversary\nholds"],
        rows,
    )


def _combat(screen: Screen, run: RunSummary) -> None:
    screen.heading(
        "Direct combat between the alliance and the adversary",
        "A lethal engagement, or a strike on the other's batteries. Engagements and episodes: expected number, mean "
        f"and band of 9 in 10. {two_lines(run)}",
    )
    columns: list[Cell] = [
        lambda of: share_within(of.direct_combat),
        lambda of: _mean_band(of, "lethal_engagements"),
        lambda of: _mean_band(of, "episodes"),
    ]
    heads = ["Option", "Direct combat,\nof 1,000", "Lethal engagements", "Episodes"]
    screen.rows(heads, [_row(entry, columns) for entry in run.options])

    def rung(name: str) -> Cell:
        return lambda of: few_or_share(of.rungs[name])

    screen.heading(f"Highest rung reached, {OF_1000}", two_lines(run))
    rungs = [rung(name) for name in RUNGS.values()]
    screen.rows(["Option", *map(_broken, RUNGS.values())], [_row(entry, rungs) for entry in run.options])

    zones = [entry for entry in run.options if entry.zone]
    if zones:

        def fate(name: str) -> Cell:
            return lambda of: few_or_share(of.fates[name])

        screen.heading(f"Fate of the zone, {OF_1000}", two_lines(run))
        fates = [fate(name) for name in FATES.values()]
        screen.rows(["Option", *map(_broken, FATES.values())], [_row(entry, fates) for entry in zones])


def _takes(screen: Screen, run: RunSummary) -> None:
    def median(name: str) -> Cell:
        return lambda of: with_band(of.spreads[name])

    zones = [entry for entry in run.options if entry.zone]
    first = run.paths[0]
    if zones:
        screen.heading(
            "What a zone takes",
            f"Median, and the band of 9 in 10, on the {first} path. Aircraft and tankers: to fill every station.",
        )
        columns = [median(name) for name in ("aircraft_needed", "tankers_needed", "sorties_per_day", "cost")]
        heads = ["Option", "Aircraft\nneeded", "Tankers\nneeded", "Sorties a day", "Cost,\nUSD billion"]
        screen.rows(heads, [_row(entry, columns, first) for entry in zones])
    screen.heading(
        "Losses and suppression",
        f"Median, and the band of 9 in 10, on the {first} path. Batteries: share of those inside the country left at "
        "the end.",
    )
    columns = [median("coalition_lost"), median("adversary_lost"), lambda of: _share_band(of.spreads["batteries_left"])]
    heads = ["Option", "Coalition\naircraft lost", "Adversary\naircraft lost", "Batteries\nleft"]
    screen.rows(heads, [_row(entry, columns, first) for entry in run.options])
    screen.heading("Aid, displaced people, states in the fighting", f"As above, on the {first} path.")
    columns = [median("aid"), median("displaced"), median("belligerents")]
    heads = ["Option", "Aid,\nEUR billion", "Displaced by newly\noverrun ground, millions", "States in\nthe fighting"]
    screen.rows(heads, [_row(entry, columns, first) for entry in run.options])


def _break_even(screen: Screen, run: RunSummary) -> None:
    screen.heading(
        "General war: where the balance of lives would turn",
        "Nothing published identifies how often direct combat becomes general war, so it is not counted. An option is "
        "preferred on lives alone (those of the first table) while that happens in fewer than this many of 1,000 "
        f"futures with direct combat, for a stated number of lives lost in such a war. {two_lines(run)}",
    )
    rows: list[list[str]] = []
    for entry in run.options:
        if entry.id == run.reference:
            continue
        cells = [
            by_path(_chance(p.break_even[index], index == 0) for p in _paths(entry)) for index in range(len(run.losses))
        ]
        rows.append([entry.label, _held(entry).split("\n")[0], *cells])
    heads = [f"{_lives(loss)}\nlives" for loss in run.losses]
    if rows:
        screen.rows(["Option", "Adversary\nholds", *heads], rows)


def _risk(screen: Screen, run: RunSummary) -> None:
    screen.heading(
        "Conditional results: general war if one path were known to hold",
        "In 1,000 futures, if that path and its assumptions held. The paths differ because the rate is unknown; "
        "neither is a forecast, and no number of lives above includes it.",
    )
    rows = [[entry.label, *(_risk_cell(p.war_risk) for p in _paths(entry))] for entry in run.options]
    screen.rows(["Option", *[f"{path.capitalize()} path" for path in run.paths]], rows)


def _risk_cell(risk: Estimate) -> str:
    return within(Estimate(1000.0 * risk.value, 1000.0 * risk.error))


def _chance(even: BreakEven, first: bool) -> str:
    """A break-even in 1,000; why there is none stands in the first column only."""
    if even.chance is None:
        return textwrap.fill(even.reason, REASON) if first else NOTHING
    if even.chance.value >= 1.0:
        return "any number"
    return within(Estimate(1000.0 * even.chance.value, 1000.0 * even.chance.error))


def _lives(loss: float) -> str:
    for size, word in ((1e9, "billion"), (1e6, "million"), (1e3, "thousand")):
        if loss >= size:
            return f"{loss / size:g} {word}"
    return f"{loss:g}"


def _mean_band(of: PathSummary, name: str) -> str:
    each = of.spreads[name]
    return f"{figure(each.mean.value)} ({band(each)})"


def _held(entry: OptionSummary) -> str:
    return _share_band(_paths(entry)[0].spreads["held"])


def _share_band(of: Spread) -> str:
    middle, ends = percent(of.median), percent_band(of)
    return middle if middle == ends else f"{middle}\n{ends}"


def _row(entry: OptionSummary, columns: Sequence[Cell], path: str | None = None) -> list[str]:
    paths: Iterable[PathSummary] = [entry.paths[path]] if path else _paths(entry)
    return [entry.label, *(by_path(cell(of) for of in paths) for cell in columns)]


def _paths(entry: OptionSummary) -> list[PathSummary]:
    return list(entry.paths.values())


def until(run: RunSummary) -> str:
    """Name the later horizon from which lengths are read, where there is one."""
    return f" to day {run.beyond.horizon:,}" if run.beyond else ""


def why_longer(run: RunSummary) -> str:
    """Say why lengths are read from a later horizon, and how many wars are still on at either."""
    if run.beyond is None:
        return ""
    name = run.reference if _has(run, run.reference) else run.options[0].id
    near, far = (next(iter(each.option(name).paths.values())).still_on for each in (run, run.beyond))
    return (
        f"The record is of a war that was long, so at day {run.horizon:,} one can only see it shortened: under "
        f"{run.option(name).label} it is still on in {share_within(near)} of 1,000 accepted futures then, and in "
        f"{share_within(far)} at day {run.beyond.horizon:,}, to which this table runs."
    )


def two_lines(run: RunSummary) -> str:
    """Say what two lines in a cell are."""
    if len(run.paths) < 2:
        return ""
    return f"Two lines in a cell: {run.paths[0]} path, {run.paths[1]} path."


def _broken(heading: str) -> str:
    """A heading on several lines, so that a column is hardly wider than its numbers."""
    return textwrap.fill(heading, HEAD)


def _has(run: RunSummary, option: str) -> bool:
    return any(entry.id == option for entry in run.options)


def _largest_error(run: RunSummary) -> float | None:
    """Largest standard error among the shares printed without one, in 1,000."""
    shares: list[Share] = []
    for entry in run.options:
        for of in entry.paths.values():
            shares += [*of.rungs.values(), *of.fates.values(), *of.endings.values()]
    errors = [each.value.error for each in shares if each.value.error == each.value.error]
    return 1000.0 * max(errors) if errors else None

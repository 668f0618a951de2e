"""What `closedsky explore` prints: where something holds, and what decides it, on one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from closedsky.futures.results import ALL_OUTCOMES
from closedsky.reading.comparison import EFFECTS
from closedsky.reading.conditions import amount, inside
from closedsky.reading.discovery import PERMUTED, RESAMPLED, Discovery
from closedsky.reading.exploration import TOLD, WHY_NO_SOBOL, Exploration, by_path, input_words, of_rows, ordered
from closedsky.reading.limits import Limit
from closedsky.reading.shapley import Effects
from closedsky.reading.sobol import Indices
from closedsky.reading.words import figure, listed, per_thousand, percent
from closedsky.showing.numbers import range_of
from closedsky.showing.terminal import Screen
from closedsky.showing.views import begin

BOXES = 5
"""Boxes of a trajectory that are shown."""

SMALL = 0.005
"""Errors below this have a decimal."""

MOST_INPUTS = 6
"""Assumptions that are shown."""


def show_exploration(screen: Screen, found: Exploration, command: str, name: str) -> None:
    """Print an exploration.

    Args:
        screen: where.
        found: the reading.
        command: line that gives the same numbers again.
        name: how the person named the case, or the run.
    """
    case, views = found.case, [(found.view, found.futures, found.seed)]
    begin(screen, case, name, views, list(found.paths))
    screen.print()
    screen.say(found.summary(), "bold")
    screen.say(f"As a condition (--where): {found.where}")
    _limits(screen, found)
    _judged(screen, found)
    _trajectories(screen, found)
    _trees(screen, found)
    _decides(screen, found)
    screen.heading("How to read it")
    for note in _notes(found):
        screen.say(note)
    screen.heading("The same numbers again")
    screen.command(command)


def _limits(screen: Screen, found: Exploration) -> None:
    """Print the limits of every path, and what each assumption is."""
    limits = {path: {limit.name: limit for limit in each.found.limits} for path, each in found.paths.items()}
    names = list(dict.fromkeys(name for each in limits.values() for name in each))
    if not names:
        _named(screen, found, names)
        return
    screen.heading("Where it happens most often", "Found on half of the futures, told of the other half.")
    rows = []
    for name in names:
        entry, cells, again = found.case.assumptions[name], [], []
        for each in limits.values():
            limit = each.get(name)
            cells += [_ends(limit, entry.unit), _chance(limit.quasi_p)] if limit else ["-", ""]
            again += [round(100 * share) for share in limit.again] if limit else []
        rows.append([name, *cells, f"{range_of(str(min(again)), str(max(again)))} %"])
    headings = [text for path in limits for text in (f"{path.capitalize()}\npath", "quasi-p")]
    screen.rows(["Assumption", *headings, "Found again"], rows)
    _named(screen, found, names)


def _named(screen: Screen, found: Exploration, names: Sequence[str]) -> None:
    """Say what every assumption is that the screen names by its id."""
    of = [each.found for each in found.paths.values()]
    searched = [name for each in of for name in each.searched]
    repeated = [name for each in of for pair in each.repeated for name in pair]
    about = []
    for name in dict.fromkeys([*names, *searched, *repeated]):
        entry = found.case.assumptions[name]
        unit = "" if entry.unit == "share" else f" ({entry.unit})"
        about.append([name, entry.basis, f"{entry.label}{unit}"])
    if about:
        screen.listing(["", "Basis", "What it is"], about)


def _ends(limit: Limit, unit: str) -> str:
    """The ends of a limit without their unit, which stands beside the label."""
    words = percent if unit == "share" else figure
    ends = (("above", limit.above), ("below", limit.below))
    return " and ".join(f"{word} {words(value)}" for word, value in ends if value is not None)


def _judged(screen: Screen, found: Exploration) -> None:
    screen.print()
    of_path = {}
    for path, each in found.paths.items():
        one, said = each.found, []
        if one.density is not None and one.coverage is not None:
            said.append(
                f"density {_share(one.density.value, one.density.error)}, coverage "
                f"{_share(one.coverage.value, one.coverage.error)} (± from eight nets)"
            )
        if one.null is not None:
            often = "never" if one.told else f"as often as {percent(one.null.chance)}"
            said.append(
                f"dealt out at random, the same search finds {percent(one.null.density)} where it looks and {often} "
                f"stands out as much in the other half ({one.null.times} times)"
            )
        if one.by_hand:
            said.append("the box was named, so that it is held against no noise")
        if one.ceiling is not None and one.step is not None:
            low, high = one.ceiling
            said.append(
                f"were all assumptions known, the best {percent(one.step.mass)} of the futures would reach "
                f"{range_of(percent(low), percent(high))}: the rest is luck"
            )
        if one.searched:
            said.append(
                f"searched were the {len(one.searched)} that tell most by themselves: {', '.join(one.searched)}"
            )
        if one.dropped:
            said.append(f"limits on {', '.join(one.dropped)} were dropped, as chance explains them")
        if one.repeated:
            said.append("; ".join(f"{name} repeats {other}" for name, other in one.repeated))
        if said:
            of_path[path] = f"{'; '.join(said)}."
    for words in by_path(of_path):
        screen.say(words)


def _trajectories(screen: Screen, found: Exploration) -> None:
    screen.heading(
        "From all futures to few",
        "Each box is peeled from the one before; * the one from which the limits are. Density: how often it happens "
        "inside; coverage: share of all in which it happens.",
    )
    rows = []
    for path, each in found.paths.items():
        for i in _shown(each.found):
            searched, other = each.found.trajectory[i]
            rows.append(
                [
                    f"{path.capitalize()} {i}{' *' if i == each.found.chosen else ''}",
                    percent(other.density) if other.rows else "-",
                    percent(searched.density),
                    percent(other.coverage),
                    percent(other.mass),
                    str(len(searched.box.names)),
                ]
            )
    screen.rows(["Path and box", "Density", "where\nsearched", "Coverage", "Share of\nfutures", "Limited"], rows)


def _shown(found: Discovery) -> list[int]:
    """Boxes spread over what was peeled, the chosen one among them."""
    last = found.peels
    places = {round(i * last / (BOXES - 1)) for i in range(BOXES)}
    if found.chosen is not None:
        near = min(places - {0, last}, key=lambda i: abs(i - (found.chosen or 0)), default=None)
        places -= {near} if near is not None else set()
        places.add(found.chosen)
    return sorted(places)


def _trees(screen: Screen, found: Exploration) -> None:
    if not any(each.tree for each in found.paths.values()):
        return
    screen.heading("A tree beside it", "The densest leaf of a small classification tree, counted in the other half.")
    for path, each in found.paths.items():
        if each.tree is None or not each.tree.leaves:
            continue
        leaf = each.tree.leaves[0]
        ends = []
        for name, limit in leaf.box.limits().items():
            entry = found.case.assumptions[name]
            ends += [
                f"{inside(entry.label)} {word} {amount(limit[word], entry.unit)}"
                for word in ("above", "below")
                if limit[word] is not None
            ]
        screen.say(
            f"{path.capitalize()} path: {', '.join(ends) or 'no cut'}: density {percent(leaf.density)}, coverage "
            f"{percent(leaf.coverage)}, mass {percent(leaf.mass)}."
        )


def _decides(screen: Screen, found: Exploration) -> None:
    analyses = [("What decides whether it happens", {path: each.whether for path, each in found.paths.items()})]
    if found.outcome is not None:
        words = f"What decides how much: {ALL_OUTCOMES[found.outcome].label}"
        analyses.append((words, {path: each.size for path, each in found.paths.items()}))
    for heading, of in analyses:
        indices = {path: each for path, each in of.items() if isinstance(each, Indices)}
        effects = {path: each for path, each in of.items() if isinstance(each, Effects)}
        if indices:
            screen.heading(
                heading,
                "Shares of the variance (Sobol' indices): alone (first order), and alone or with any others (total; "
                "these sum to more than 100 %).",
            )
            _indices(screen, found, indices)
        if effects:
            screen.heading(
                heading,
                "Shapley effects: shares of the variance that sum to 100 %, though assumptions depend on each other.",
            )
            _effects(screen, found, effects)


def _effects(screen: Screen, found: Exploration, of: Mapping[str, Effects]) -> None:
    first = next(iter(of.values()))
    order = sorted(range(len(first.names)), key=lambda i: -float(first.share[i]))
    if not any((each.share > TOLD * each.error).any() for each in of.values()):
        screen.space()
        screen.say("Nothing is told from nothing: a few futures carry the variance. More --rows tell more.")
        return
    rows = [
        [
            input_words(found.case, first.names[i]),
            *(_share(float(each.share[i]), float(each.error[i])) for each in of.values()),
        ]
        for i in order
    ]
    screen.rows(["Relation", *(path.capitalize() for path in of)], rows)


def _indices(screen: Screen, found: Exploration, of: Mapping[str, Indices]) -> None:
    """Print relations with luck, then the assumptions that are told from nothing."""
    first = next(iter(of.values()))
    table = {path: {row["input"]: row for row in of_rows(each)} for path, each in of.items()}
    headings = [text for path in of for text in (f"{path.capitalize()}:\nalone", "alone or\nwith others")]
    for groups in (True, False):
        names = [first.names[i] for i in ordered(first, groups)]
        told = [name for name in names if any(_told(rows[name]) for rows in table.values())]
        shown = told if groups else told[:MOST_INPUTS]
        rows = [
            [
                input_words(found.case, name),
                *(
                    _told_share(each[name][key], each[name][f"{key}_error"])
                    for each in table.values()
                    for key in ("first", "total")
                ),
            ]
            for name in shown
        ]
        if groups and not told:
            lucky = [f"{path} path {_share(*each.luck)} is luck" for path, each in of.items() if each.luck]
            screen.space()
            screen.say(
                "Nothing is told from nothing: a few futures carry the variance. More --rows tell more"
                + (f" ({', '.join(lucky)})." if lucky else ".")
            )
            return
        if groups:
            rows.append(
                ["Luck", *(cell for each in of.values() for cell in ("", _share(*each.luck) if each.luck else "-"))]
            )
        if rows:
            screen.rows(["Relation" if groups else "Assumption", *headings], rows)
        left = len(names) - len(shown)
        if left and not groups:
            screen.say(f"{left} more are smaller, or not told from nothing by {TOLD:g} errors; --json has them all.")


def _told(row: dict[str, float]) -> bool:
    return row["total"] > TOLD * row["total_error"]


def _share(value: float, error: float) -> str:
    """A share with its error, with a decimal where the error is below one in a hundred.

    >>> _share(0.52, 0.03), _share(0.9951, 0.0021)
    ('52 ± 3 %', '99.5 ± 0.2 %')
    """
    digits = 0 if not error < SMALL else 1
    return f"{100 * value:.{digits}f} ± {100 * error:.{digits}f} %"


def _told_share(value: float, error: float) -> str:
    """A share that is told from nothing, and a dash for one that is not."""
    return _share(value, error) if value > TOLD * error else "-"


def _chance(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.2g}"


def _notes(found: Exploration) -> Sequence[str]:
    notes = [
        "Density: how often it happens inside a box; mass: its share of all futures. Quasi-p: the chance of as dense "
        f"a box without the limit. Found again: in how many of {RESAMPLED} half-samples it is limited, in a "
        "box of like coverage and of like density. Limits are on assumptions; luck can be limited by no one.",
        f"A box counts as found where {PERMUTED} random deals of what happened never stand out as much, the choice of "
        "what is searched included. What tells something only together with others is missed.",
        *_coupling(found),
    ]
    kinds = [each.whether for each in found.paths.values() if each.whether is not None]
    if any(isinstance(each, Effects) for each in kinds) and found.view == "now":
        notes.append(f"No Sobol' indices: {WHY_NO_SOBOL}.")
        notes.append(
            "Accepted futures descend from fewer first draws, so that quasi-p values and the deals, which take each "
            "future for itself, say more than they should; errors of shares by relation are those of the orders alone."
        )
        drawn = [
            f"{per_thousand(each.drawn)} of 1,000 of them ({path} path: {per_thousand(each.found.base.value)} accepted)"
            for path, each in found.paths.items()
            if each.drawn is not None
        ]
        notes.append(
            "Shapley effects are of futures drawn from a normal copula that was fitted to the accepted ones, as these "
            f"cannot be drawn with some assumptions given. It happens in {listed(drawn)}."
        )
    if kinds and isinstance(kinds[0], Indices):
        notes.append(
            f"Sobol' indices: {kinds[0].runs:,} rows, the same luck where inputs are exchanged; ± is one standard "
            "error (bootstrap), and a dash stands where that does not tell a share from nothing. An assumption that "
            "has a common cause with others stands for its own part, the cause for the rest."
        )
    return notes


def _coupling(found: Exploration) -> list[str]:
    """Say what depends on how luck carries over from one option to another, if anything does."""
    if any(each.found.apart for each in found.paths.values()):
        return [
            "Counts of single futures depend on how luck carries over from one option to the other, which no model "
            "settles: they are given over shared to independent envelopes. Boxes are searched, and shares of the "
            "variance told, with shared ones."
        ]
    if any(effect in found.where for effect in EFFECTS):
        return [
            "This count of single futures is of options that share their luck; with luck of their own it would be "
            "another. Ask about `killed` and `killed[OPTION]` to see both."
        ]
    return []

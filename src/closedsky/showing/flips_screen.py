"""What `closedsky flips` prints: the smallest change of one assumption, and of two, that turns each preference."""

from __future__ import annotations

from collections.abc import Sequence

from closedsky.cases.schema import Case
from closedsky.reading.flips import Flip, Flips, moved_words, speaks
from closedsky.showing.numbers import within
from closedsky.showing.terminal import Screen
from closedsky.showing.views import NO_VIEWS, begin, end, weight_words


def show_flips(screen: Screen, found: Sequence[Flips], case: Case, command: str, name: str) -> None:
    """Print what would change preferences.

    Args:
        screen: where.
        found: one for each view.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    views = [(each.view, each.futures, each.seed) for each in found]
    begin(screen, case, name, views, list(found[0].paths))
    named: dict[str, None] = {}
    for each in found:
        screen.print()
        screen.say(f"{each.view.capitalize()}: {each.summary()}" if len(found) > 1 else each.summary(), "bold")
    for each in found:
        for option in next(iter(each.paths.values())):
            screen.heading(f"{each.labels[option]}, against {each.labels[each.against]}: {each.view}")
            _cells(screen, each, case, option)
            for of in each.paths.values():
                moves = [move for cell in of[option] for move in (cell.one, *(cell.two or ())) if move]
                named |= dict.fromkeys(move.name for move in moves)
    if named:
        screen.heading("What speaks to them", "Evidence behind each range (closedsky evidence CASE --assumption NAME).")
        rows = []
        for key in named:
            entry = case.assumptions[key]
            ids = dict.fromkeys(each for reading in found for each in speaks(case, key, reading.view))
            rows.append([key, entry.basis, f"{entry.reason} {'[' + ', '.join(ids) + ']' if ids else ''}".strip()])
        screen.listing(["Name", "Basis", "Why this range, and evidence"], rows)
    end(
        screen,
        views,
        [
            NO_VIEWS,
            "A preference turns where the mean worth of one option less the other, given an assumption, crosses "
            "nothing on the way from the middle of its range. Under the view then every turn is tried in a run with "
            "the assumption set beyond it (in brackets the first option less the other, in lives); under the view now "
            "no future is run again.",
        ],
        command,
    )


def _cells(screen: Screen, found: Flips, case: Case, option: str) -> None:
    """Say each preference once, with the weights and paths for which it is the same."""
    said: dict[str, dict[str, list[str]]] = {}
    for i, weights in enumerate(found.weights):
        for path, of in found.paths.items():
            said.setdefault(flip_words(found, of[option][i], case, option), {}).setdefault(
                weight_words(weights), []
            ).append(path)
    every = len(found.weights) * len(found.paths)
    for text, of_weights in said.items():
        where = "; ".join(
            f"{weights}, {' and '.join(paths)} path{'s' if len(paths) > 1 else ''}"
            for weights, paths in of_weights.items()
        )
        if sum(len(paths) for paths in of_weights.values()) == every and len(found.weights) > 1:
            where = "whatever of these weights, on both paths"
        screen.say(f"{where[:1].upper()}{where[1:]}: {text}")


def flip_words(found: Flips, each: Flip, case: Case, option: str) -> str:
    """Say who is preferred, and what turns it."""
    if not each.told:
        return "not told apart."
    first, other = (option, found.against) if each.difference.value > 0 else (found.against, option)
    size = within(type(each.difference)(abs(each.difference.value), each.difference.error))
    text = f"{found.labels[first]} is preferred to {found.labels[other]} by {size} lives. "
    parts, missed = [], []
    for moves, run, lead in (
        ([each.one] if each.one else [], each.one_run, "It turns with"),
        (list(each.two or ()), each.two_run, "It turns with two together:"),
    ):
        if not moves:
            continue
        alone = each.one is not None and each.borne_out(each.one_run) is not False
        if len(moves) > 1 and alone and each.one and each.one.share <= sum(move.share for move in moves):
            continue  # the one alone is the smaller change
        if each.borne_out(run) is False:
            missed.append(f"The fit points at {moved_words(case, moves)}, but a run with it set does not bear that out")
            continue
        tried = f" (in a run with it set beyond that: {within(run)})" if run is not None else ""
        parts.append(f"{lead} {moved_words(case, moves)}{tried}")
    if not parts:
        parts = [
            ""
            if missed
            else "The fit finds no one and no two assumptions that turn it (all were tried alone, ten in pairs)"
        ]
    return text + ". ".join(part for part in (*parts, *missed) if part) + "."

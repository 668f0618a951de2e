"""What every screen of a reading begins and ends with, whichever views it shows."""

from __future__ import annotations

from collections.abc import Sequence

from closedsky.cases.schema import Case
from closedsky.reading.worth import Weights
from closedsky.showing.numbers import figure
from closedsky.showing.terminal import Screen, how_errors, opening, path_facts, view_words

NO_VIEWS = "Weights are a person's own: how many civilian lives one future with direct combat counts for. None is ours."


def begin(screen: Screen, case: Case, name: str, views: Sequence[tuple[str, int, int]], paths: Sequence[str]) -> None:
    """Say what this is not, which views are shown and what each path supposes.

    Args:
        screen: where.
        case: its labels.
        name: how the person named the case.
        views: (view, futures, seed) of each.
        paths: to general war.
    """
    opening(screen, case, name)
    screen.print()
    rows = []
    for view, futures, seed in dict.fromkeys(views):
        rows += [("View", view_words(case, view)), ("Futures", f"{futures:,}, seed {seed}")]
    screen.facts(rows + path_facts(case, paths))


def end(screen: Screen, views: Sequence[tuple[str, int, int]], notes: Sequence[str], command: str) -> None:
    """Say how errors are computed and which line gives the same numbers again."""
    screen.heading("How to read it")
    for view, futures, _ in dict.fromkeys(views):
        screen.say(how_errors(futures, view))
    for note in notes:
        screen.say(note)
    screen.heading("The same numbers again")
    screen.command(command)


def weight_words(weights: Weights) -> str:
    """Say somebody's weights.

    >>> weight_words(Weights()), weight_words(Weights(1000.0))
    ('lives alone', '1,000 lives for a future with direct combat')
    """
    parts = [
        f"{figure(value)} lives for {what}"
        for value, what in (
            (weights.combat, "a future with direct combat"),
            (weights.territory, "a hundredth of the country"),
            (weights.cost, "a billion US dollars"),
        )
        if value
    ]
    return ", ".join(parts) or "lives alone"

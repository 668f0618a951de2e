"""What `closedsky information` prints: what it would be worth to know before deciding, with its bracket."""

from __future__ import annotations

from collections.abc import Sequence

from closedsky.cases.schema import Case
from closedsky.reading.information import Information, Worth
from closedsky.showing.numbers import NOTHING, figure, within
from closedsky.showing.terminal import Screen
from closedsky.showing.views import NO_VIEWS, begin, end, weight_words

SHOWN = 6
"""Assumptions that are listed."""


def show_information(screen: Screen, found: Sequence[Information], case: Case, command: str, name: str) -> None:
    """Print what is worth knowing.

    Args:
        screen: where.
        found: one for each view and weights.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    views = [(each.view, each.futures, each.seed) for each in found]
    begin(screen, case, name, views, list(found[0].paths))
    for each in found:
        screen.heading(f"For somebody who weighs {weight_words(each.weights)}: {each.view}")
        screen.say(each.summary(), "bold")
        for path, of in each.paths.items():
            rows = [
                ["Every assumption", "", *_cells(of.perfect)],
                ["The luck as well", "no study", NOTHING, within(of.ceiling)],
            ]
            shown = [(key, worth) for key, worth in of.one.items() if _worthwhile(worth, of.perfect)][:SHOWN]
            rows += [[case.assumptions[key].label, case.assumptions[key].basis, *_cells(worth)] for key, worth in shown]
            rows += [
                [f"All of {key}", "", *_cells(worth)]
                for key, worth in of.groups.items()
                if _worthwhile(worth, of.perfect)
            ]
            screen.rows([f"{path.capitalize()} path", "Basis", "Worth at least", "As fitted"], rows)
    end(
        screen,
        views,
        [
            NO_VIEWS,
            "In lives for one decision. At least: what a rule earns that was learned on other nets of the "
            "design and is paid by what happens in these. As fitted: what the fit promises, which overstates "
            "what it sees and misses what it does not. Nothing is worth more than knowing the luck as well. "
            "What is worth no more than sampling error, or less than a hundredth of the whole, is left out.",
        ],
        command,
    )


def _worthwhile(each: Worth, whole: Worth) -> bool:
    """Whether it is told apart from nothing and is a hundredth of knowing everything."""
    return each.told and each.least.value > whole.least.value / 100.0


def _cells(each: Worth) -> list[str]:
    least = within(each.least) if each.told else f"none told (± {figure(each.least.error, 1)})"
    return [least, figure(each.most)]

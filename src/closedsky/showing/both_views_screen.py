"""The part of the view now that sets each option's outcomes beside those seen then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from closedsky.reading.both_views import BothViews, Length, Seen, Views
from closedsky.showing.numbers import (
    NOTHING,
    by_path,
    change_within,
    few_or_share,
    percent,
    percent_band,
    share_within,
    signed_band,
    signed_middle,
)
from closedsky.showing.terminal import Screen


def show_views(screen: Screen, found: Views, one_sided: Sequence[str] = ()) -> None:
    """Print what the view changes in each option's outcomes.

    Args:
        screen: where.
        found: what.
        one_sided: accepting numbers that most accepted futures miss on the same side, in words.
    """
    counts = " and ".join(f"{count:,} futures {view}" for view, count in found.futures.items())
    reference = next((each.label for each in found.options if each.id == found.reference), found.reference)
    screen.heading(
        "7. What the view changes in each option's outcomes",
        "Effect: each option adopted on the first possible day. Civilians killed while both wars run, against "
        f"{reference}: change of the mean with its standard error; below it the median future, and the band in which 9 "
        f"in 10 futures fall. True counts, conditional on no general war; {counts}. The two views differ in their "
        "ranges too, and not by the record alone.",
    )
    if one_sided:
        screen.say(f"Read with it: most accepted futures miss on one side {'; '.join(one_sided)}.")
    for path in found.paths:
        rows = [[each.label, _lives(each.then[path]), _lives(each.now[path])] for each in found.others]
        screen.rows([f"{path.capitalize()} path", "Then", "Now"], rows)
    two = f" Two lines in a cell: {found.paths[0]} path, {found.paths[1]} path." if len(found.paths) > 1 else ""
    screen.heading(
        "Direct combat, and zones kept",
        f"In 1,000 futures: direct combat, and zones that were in force to the end or kept the adversary out.{two}",
    )
    columns: list[Callable[[Seen], str]] = [
        lambda of: few_or_share(of.direct_combat),
        lambda of: few_or_share(of.kept) if of.kept else NOTHING,
    ]
    rows = _rows(found, columns)
    screen.rows(["Option", "Combat,\nthen", "Combat,\nnow", "Zone kept,\nthen", "Zone kept,\nnow"], rows)
    screen.heading(
        "Ground held",
        f"The adversary's share of the country at day {found.horizon:,}: median, and the band of 9 in 10, on the "
        f"{found.paths[0]} path.",
    )
    held = [[each.label, *(_held(view[found.paths[0]]) for view in (each.then, each.now))] for each in found.options]
    screen.rows(["Option", "Then", "Now"], held)
    if any(each.length for each in found.options):
        _length(screen, found, two)


def _length(screen: Screen, found: Views, two: str) -> None:
    later = found.later > found.horizon
    why = (
        "The record is of a war that was long, so that at the horizon one can only see it shortened: wars are followed "
        f"to day {found.later:,} here. "
        if later
        else ""
    )
    screen.heading(
        "Now: through the length of the war",
        f"{why}Wars still on, of 1,000 accepted futures; change in civilians killed because one war outlasts the "
        f"other, occupation included: apart from the effect above, and never its headline.{two}",
    )
    columns: list[Callable[[BothViews, Length], str]] = [lambda _, of: share_within(of.still_on)]
    heads = [f"On at day\n{found.horizon:,}"]
    if later:
        columns.append(lambda _, of: share_within(of.on_later))
        heads.append(f"On at day\n{found.later:,}")
    columns.append(lambda each, of: "reference" if each.id == found.reference else change_within(of.lives.mean))
    heads.append(f"Length effect\nto day {found.later:,}")
    rows = [
        [each.label, *(by_path(column(each, of) for of in each.length.values()) for column in columns)]
        for each in found.options
    ]
    screen.rows(["Option", *heads], rows)


def _rows(found: Views, columns: list[Callable[[Seen], str]]) -> list[list[str]]:
    """Each column under the view then and under the view now, a line for each path."""
    return [
        [
            each.label,
            *(by_path(column(of) for of in view.values()) for column in columns for view in (each.then, each.now)),
        ]
        for each in found.options
    ]


def _held(of: Seen) -> str:
    return f"{percent(of.held.median)}\n{percent_band(of.held)}"


def _lives(of: Seen) -> str:
    return f"{change_within(of.lives.mean)}\nmedian {signed_middle(of.lives)}\n{signed_band(of.lives)}"

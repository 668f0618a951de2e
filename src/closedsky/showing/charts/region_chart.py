"""The region of preference: for each named weight, in how much of what could be true each option is preferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.reading.choice import Choice, Judged, PathChoice, states_words
from closedsky.reading.statistics import plain
from closedsky.reading.words import figure, listed, per_thousand
from closedsky.showing.charts.chart import frame
from closedsky.showing.numbers import range_of
from closedsky.showing.views import NO_VIEWS, weight_words

KIND = "region"

COLUMNS = (
    ("path", "Path", ""),
    ("weights", "Weighs", ""),
    ("combat", "A future with direct combat counts for", "lives"),
    ("option", "Option", ""),
    ("preferred", "Preferred in", "share of futures"),
    ("mean", "Mean worth against the reference", "lives"),
    ("error", "Its standard error", "lives"),
    ("limits", "Preferred most often where", ""),
    ("often", "Share of the futures there in states that prefer it", "share"),
    ("mass", "Share of all futures that keep to the limits", "share"),
)
"""Columns of the numbers table: name, label, unit."""


def region_chart(found: Choice) -> dict[str, Any]:
    """Lay out for each weight and path which options are preferred, in how many futures, and where.

    Args:
        found: a choice that was read with one weight at least.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes` and `panels`, one for each weight,
        with `title` and `blocks`: one for each path, or one where all numbers are the same. A block has `path`,
        `title`, `colour` and `options` (`label`, `preferred`, `words`, `limits` and `rows`, of the numbers table),
        those preferred most often first.
    """
    judged = [each for path in found.paths.values() for each in path.judged]
    states = list(dict.fromkeys((each.states, each.deciding) for each in found.paths.values()))
    places: dict[tuple[str, int, str], int] = {}
    table: list[Sequence[Any]] = []
    for path, of in found.paths.items():
        for (i, name), row in _rows(found, path, of).items():
            places[path, i, name] = len(table)
            table.append(row)
    panels = [_panel(found, i, places) for i in range(len(next(iter(found.paths.values())).judged))]
    said = [f"{many} states, by {states_words(found.case, names)}" for many, names in states]
    if len(said) > 1:
        said = [f"{path} path: {each}" for path, each in zip(found.paths, said, strict=False)]
    chart = frame(
        KIND,
        title=_title(found, judged),
        caption=f"Bars: futures in states in which an option has the greatest mean worth. {_capital('; '.join(said))}; "
        f"all else is averaged in each.{_error(judged)}",
        alternative=" ".join(["For each weight a bar for each option that is preferred.", *map(_said, panels)]),
        view=found.view,
        columns=COLUMNS,
        rows=table,
    )
    never = [label for name, label in found.labels.items() if not any(each.preferred[name] > 0.0 for each in judged)]
    notes = [
        f"Preferred in no state for any weight shown: {listed(never)}." if never and judged else "",
        NO_VIEWS,
        "Worth is lives, less the weight of direct combat: means over luck, never single futures. Territory, aid and "
        "cost are not in it unless a weight names them. Conditional on no general war, which is not counted.",
        "Limits were found on half of the futures and their shares counted on the other half; options preferred in "
        "fewer than 50 of 1,000 futures have none.",
    ]
    return chart | {"notes": [each for each in notes if each], "panels": panels}


def _title(found: Choice, judged: Sequence[Judged]) -> str:
    """How many options are preferred anywhere, and whether the weight decides which."""
    sets = [{name for name, share in each.preferred.items() if share > 0.0} for each in judged]
    somewhere = set().union(*sets)
    of = f"of {len(found.labels)} options"
    if not somewhere:
        return f"No weights were named to say which {of} are preferred where"
    if len(somewhere) == 1:
        return f"One {of} is preferred in every state, for every weight shown"
    many = f"{len(somewhere)} {of} are preferred in some state"
    if len({each.weights for each in judged}) == 1:
        return f"{many}: which one, turns on the assumptions"
    if all(each == sets[0] for each in sets):
        return f"{many}, the same ones for every weight shown"
    common = len(set.intersection(*sets))
    ever = f"{ ({0: 'none', 1: 'one'}.get(common, common)) } of them for every weight shown"
    return f"Which option is preferred turns on what is weighed: {many}, {ever}"


def _error(judged: Sequence[Judged]) -> str:
    """How far a mean in one state may be off, over weights and paths."""
    errors = sorted(each.error for each in judged)
    if not errors or not errors[-1] > 0.0:
        return ""
    most = range_of(*(figure(end, 1) for end in (errors[0], errors[-1])))
    return f" A mean in one state is off by up to ± {most} lives, so a state may belong to another option."


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _panel(found: Choice, i: int, places: Mapping[tuple[str, int, str], int]) -> dict[str, Any]:
    """One weight: its numbers for each path, or once where they are the same; `places` are rows of the table."""
    judged = {path: each.judged[i] for path, each in found.paths.items()}
    options = {path: _options(found, one) for path, one in judged.items()}
    first = next(iter(judged))
    same = len(options) > 1 and all(each == options[first] for each in options.values())
    return {
        "title": f"For somebody who weighs {weight_words(judged[first].weights)}",
        "blocks": [
            {
                "path": path,
                "title": "Both paths" if same else f"{path.capitalize()} path",
                "colour": "engagement" if path == "engagement" and not same else "futures",
                "options": [
                    one | {"rows": [places[other, i, name] for other in (options if same else (path,))]}
                    for name, one in each.items()
                ],
            }
            for path, each in options.items()
            if not same or path == first
        ],
    }


def _options(found: Choice, one: Judged) -> dict[str, dict[str, Any]]:
    ranked = sorted(one.preferred, key=lambda name: -one.preferred[name])
    return {
        name: {
            "label": found.labels[name],
            "preferred": one.preferred[name],
            "words": per_thousand(one.preferred[name]),
            "limits": _limits(found, one, name),
        }
        for name in ranked
        if one.preferred[name] > 0.0
    }


def _limits(found: Choice, one: Judged, name: str) -> str:
    if name not in one.regions:
        return "in every state" if one.preferred[name] >= 1.0 else ""
    condition, often = one.regions[name]
    most = "all" if often >= 1.0 else f"{per_thousand(often)} of 1,000"
    return f"{most} futures with {condition.words(found.case)}"


def _rows(found: Choice, path: str, each: PathChoice) -> dict[tuple[int, str], Sequence[Any]]:
    """Rows of the numbers table by weight and option."""
    rows: dict[tuple[int, str], Sequence[Any]] = {}
    for i, one in enumerate(each.judged):
        for name, share in one.preferred.items():
            condition, often = one.regions.get(name, (None, None))
            mean = one.mean[name]
            where = [condition.words(found.case), often, condition.mass] if condition else [None, None, None]
            numbers = [share, plain(mean.value), plain(mean.error)]
            weighs = [weight_words(one.weights), one.weights.combat]
            rows[i, name] = [path, *weighs, found.labels[name], *numbers, *where]
    return rows


def _said(panel: dict[str, Any]) -> str:
    said = []
    for block in panel["blocks"]:
        shares = [f"{one['label']} in {one['words']}" for one in block["options"]]
        said.append(f"{block['title'].lower()}: {listed(shares) if shares else 'none'}")
    return f"{panel['title']}, of 1,000 futures, {'; '.join(said)}."

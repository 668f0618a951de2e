"""Regret as a heat map: what each option forgoes for one person's weights, along the assumptions that decide most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate
from closedsky.reading.choice import Choice
from closedsky.reading.conditions import amount, inside
from closedsky.reading.regret import PARTS, Along
from closedsky.reading.statistics import plain
from closedsky.reading.words import figure, listed
from closedsky.reading.worth import Weights
from closedsky.showing.charts.chart import frame
from closedsky.showing.views import NO_VIEWS, weight_words

KIND = "regret"

TOLD = 2.0
"""Standard errors within which a regret is not told apart from none."""

LARGE = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
"""Trillions, billions and millions, as they are written in a cell."""

MOST_DIGITS = 6
"""Of the ends of parts; where more were needed two ends may read the same."""

COLUMNS = (
    ("option", "Option", ""),
    ("path", "Path", ""),
    ("assumption", "Assumption", ""),
    ("unit", "Unit", ""),
    ("low", "From", "the row's"),
    ("high", "To", "the row's"),
    ("regret", "Worth forgone against the best option there, mean", "lives"),
    ("error", "Its standard error", "lives"),
    ("combat", "A future with direct combat counts for", "lives"),
    ("told", "Told apart from none", ""),
)
"""Columns of the numbers table: name, label, unit."""


def regret_chart(found: Choice, weights: Weights) -> dict[str, Any]:
    """Lay out what each option forgoes in each part of the assumptions that move options most apart.

    Args:
        found: a choice that was read with these weights among others.
        weights: of a person.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, and `panels`: one for each path,
        or one where all numbers are the same. A panel has `title`, `colour` and `blocks`, one for each assumption, with
        `title`, `heads` (one for each part) and `options`: `label` and `cells`, one for each part, with `words`,
        `error`, `strength` (0 for nothing forgone, 1 for the most of the chart), `told` (apart from nothing) and
        `rows` (of the numbers table).

    Raises:
        ValueError: the choice was not read with these weights.

    Source: Savage (1951); see `closedsky.reading.regret`.
    """
    paths = {path: _judged(found, path, weights) for path in found.paths}
    every = [each for of in paths.values() for one in of for row in one.regrets.values() for each in row]
    most = max((each.value for each in every), default=0.0)
    table: list[Sequence[Any]] = []
    panels = []
    for path, of in paths.items():
        blocks = [_block(found, each, most, len(table) + i * _rows_of(each)) for i, each in enumerate(of)]
        table += [row for each in of for row in _rows(found, path, each, weights)]
        title, colour = f"{path.capitalize()} path", "engagement" if path == "engagement" else "futures"
        panels.append({"title": title, "colour": colour, "blocks": blocks})
    if len(panels) > 1 and all(_read(panel) == _read(panels[0]) for panel in panels):
        panels = [_alike(panels)]
    chart = frame(
        KIND,
        title=_title(found, paths),
        caption=f"For somebody who weighs {weight_words(weights)}: how much less an option is worth, in lives, than "
        "the one worth most in the same quarter, on average, with one standard error; general war is not counted. A "
        f"column holds the quarter of the futures in which an assumption lies there: {_which(found.case, paths)}. "
        "The fuller the colour, the more is forgone; bold: not told apart from the best.",
        alternative=" ".join(_said(panel) for panel in panels),
        view=found.view,
        columns=COLUMNS,
        rows=table,
    )
    notes = [
        NO_VIEWS,
        "Of the assumptions that move options most apart those two are shown whose quarters tell most of what is best "
        "for these weights. Worth is lives less the weight of direct combat: no count of deaths where that is weighed.",
        "Means over luck and all other assumptions, with the same luck for every option. Which option is worth most is "
        "found in the same futures, so regrets are a little overstated. A few futures with very many killed carry much "
        "of the means.",
        "Conditional on no general war, which is not counted. Territory, aid and cost are not in it unless a weight "
        "names them.",
    ]
    return chart | {"notes": notes, "panels": panels}


def _judged(found: Choice, path: str, weights: Weights) -> tuple[Along, ...]:
    for each in found.paths[path].judged:
        if each.weights == weights:
            return each.along
    raise ValueError(f"the choice was not read for somebody who weighs {weight_words(weights)}")


def _block(found: Choice, one: Along, most: float, start: int) -> dict[str, Any]:
    entry = found.case.assumptions[one.name]
    return {
        "title": f"{entry.label} ({', '.join(filter(None, (_unit(entry.unit), entry.basis)))})",
        "heads": _heads(one, entry.unit),
        "options": [
            {
                "label": found.labels[name],
                "cells": [
                    {
                        "words": _short(each.value),
                        "error": f"± {_short(each.error, 1)}" if each.error > 0.0 else "",
                        "strength": math.sqrt(each.value / most) if most > 0.0 else 0.0,
                        "told": _told(each),
                        "rows": [start + place * PARTS + i],
                    }
                    for i, each in enumerate(row)
                ],
            }
            for place, (name, row) in enumerate(one.regrets.items())
        ],
    }


def _told(regret: Estimate) -> bool:
    return regret.value > TOLD * regret.error


def _unit(unit: str) -> str:
    """A unit where it stands once for all columns; none for what needs none, or stands with each number."""
    return unit if amount(1.0, unit).endswith(f" {unit}") else ""


def _heads(one: Along, unit: str) -> list[str]:
    """What each part holds, with as many digits as keep the ends of parts apart."""
    inner = one.ends[1:-1]
    digits = next(
        (n for n in range(2, MOST_DIGITS) if len({figure(end, n) for end in inner}) == len(inner)), MOST_DIGITS
    )
    shown = [amount(end, unit, digits).removesuffix(f" {_unit(unit)}") for end in inner]
    bare = [figure(100.0 * end if unit == "share" else end, digits) for end in inner]
    between = [f"{low} to {high}" for low, high in zip(bare, shown[1:], strict=False)]
    return [f"below {shown[0]}", *between, f"above {shown[-1]}"]


def _rows_of(one: Along) -> int:
    return PARTS * len(one.regrets)


def _rows(found: Choice, path: str, one: Along, weights: Weights) -> list[Sequence[Any]]:
    entry = found.case.assumptions[one.name]
    return [
        [found.labels[name], path, entry.label, entry.unit, plain(one.ends[i]), plain(one.ends[i + 1]),
         plain(each.value), plain(each.error), weights.combat, "yes" if _told(each) else "no"]
        for name, row in one.regrets.items()
        for i, each in enumerate(row)
    ]  # fmt: skip


def _title(found: Choice, paths: Mapping[str, Sequence[Along]]) -> str:
    """How many options are told to be worth less than another everywhere; none is named."""
    of = [one for each in paths.values() for one in each]
    if not of:
        return "No assumption can be cut into parts to say what options forgo where"
    told = {name: all(_told(each) for one in of for each in one.regrets[name]) for name in found.labels}
    many, most = (
        sum(told.values()),
        max((e for one in of for row in one.regrets.values() for e in row), key=lambda e: e.value),
    )
    if not most.value:
        return f"In no part is one of {len(told)} options worth more than another"
    who = {0: "No option is", 1: f"One of {len(told)} options is"}.get(many, f"{many} of {len(told)} options are")
    return f"{who} told to be worth less than another in every part; at most {_within(most)} lives' worth is forgone"


def _within(each: Estimate) -> str:
    return f"{_short(each.value)} ± {_short(each.error, 1)}" if each.error > 0.0 else _short(each.value)


def _short(value: float, digits: int = 2) -> str:
    """Write a number so that it fits a cell whatever the weights: millions and more by their names."""
    for size, name in LARGE:
        if value >= size:
            return f"{figure(value / size, digits)} {name}"
    return figure(value, digits)


def _which(case: Case, paths: Mapping[str, Sequence[Along]]) -> str:
    names = dict.fromkeys(one.name for of in paths.values() for one in of)
    if not names:
        return "none can be cut"
    return listed([inside(case.assumptions[name].label) for name in names])


def _read(panel: Mapping[str, Any]) -> list[Any]:
    """What a person reads of a panel, by which two of them are the same."""
    return [
        (
            block["title"],
            block["heads"],
            option["label"],
            [(cell["words"], cell["error"], cell["told"]) for cell in option["cells"]],
        )
        for block in panel["blocks"]
        for option in block["options"]
    ]


def _cells(panel: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [cell for block in panel["blocks"] for option in block["options"] for cell in option["cells"]]


def _alike(panels: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The first of panels that read the same, whose cells now stand for the rows of all."""
    for first, *others in zip(*map(_cells, panels), strict=True):
        first["rows"] += [row for each in others for row in each["rows"]]
    return panels[0] | {"title": "Both paths", "colour": "futures"}


def _said(panel: Mapping[str, Any]) -> str:
    said = []
    for block in panel["blocks"]:
        for i, head in enumerate(block["heads"]):
            cells = [f"{option['label']} {option['cells'][i]['words']}" for option in block["options"]]
            said.append(f"{inside(block['title'])} {head}: {', '.join(cells)}")
    return f"{panel['title']}, lives forgone where {'; where '.join(said)}." if said else ""

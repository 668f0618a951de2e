"""Exchange rates as a chart: what each option is worth against the one taken, over the weight of direct combat."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.futures.results import Estimate
from closedsky.reading.choice import Choice, PathChoice, Rate
from closedsky.reading.statistics import plain
from closedsky.reading.words import figure, listed
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale
from closedsky.showing.numbers import change_within, range_of, within
from closedsky.showing.views import NO_VIEWS

KIND = "exchange-rates"

BEYOND = 1.5
"""How far the weights go, in largest exchange rates; rounded up to a tick."""

HUGE = 100.0
"""Ratio of the largest to the smallest exchange rate above which weights are on a logarithmic axis."""

BENT = "The axis of weights is logarithmic, which bends the lines."

USUAL = 10_000.0
"""How far they go where there is no exchange rate."""

COLUMNS = (
    ("path", "Path", ""),
    ("option", "Option", ""),
    ("against", "Against", ""),
    ("fewer_killed", "Fewer civilians killed than under it, mean", "people"),
    ("fewer_error", "Its standard error", "people"),
    ("combat_added", "Direct combat added", "of 1,000 futures"),
    ("combat_error", "Its standard error", "of 1,000 futures"),
    ("told", "Told apart in lives", ""),
    ("turns", "Exchange rate", "lives for one future with direct combat"),
    ("turns_error", "Its standard error", "lives for one future with direct combat"),
    ("dominated_by", "Dominated by", ""),
)
"""Columns of the numbers table: name, label, unit."""


def exchange_chart(found: Choice, view_words: str = "") -> dict[str, Any]:
    """Lay exchange rates out as a chart: for each path a line for each option against the one taken.

    Args:
        found: the reading; its weights and criteria are not used.
        view_words: what the view means, where it means more than usual.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, `reference` (its label), `weight`
        and `worth` (axes) and `panels`. A panel has `path` (None where both paths read the same), `title`, `rows` (of
        the option taken in the numbers table), `said` (sentences on who dominates whom) and `lines`: `option`, `label`,
        `words`, `lives` and `combat` (what it saves and adds; the line is `lives` less weight times `combat`), `error`
        (of `lives`), `turns`, `turns_error` and `rows`.
    """
    panels: list[dict[str, Any]] = []
    table: list[Sequence[Any]] = []
    for path, of in found.paths.items():
        panels.append(_panel(found, path, of, len(table)))
        table += _rows(found, path, of)
    if len(panels) > 1 and all(_read(panel) == _read(panels[0]) for panel in panels):
        panels = [_alike(panels) | {"path": None, "title": f"{listed(list(found.paths)).capitalize()} path alike"}]
    drawn = [line for panel in panels for line in panel["lines"] if None not in (line["lives"], line["combat"])]
    rates = [line["turns"] for line in drawn if line["turns"] is not None]
    most = max((line["turns"] + (line["turns_error"] or 0.0) for line in drawn if line["turns"] is not None), default=0)
    bent = bool(rates) and max(rates) > HUGE * min(rates)
    weight = choose_scale([0.0, *([min(rates) / BEYOND] if bent else []), BEYOND * most if rates else USUAL])
    far = weight["domain"][1]
    starts = [line["lives"] + side * (line["error"] or 0.0) for line in drawn for side in (-1, 1)]
    ends = [line["lives"] - far * line["combat"] for line in drawn]
    worth = choose_scale([min([0.0, *starts]), max([0.0, *starts])], ends, (-math.inf, math.inf))
    reference = found.labels[found.reference]
    chart = frame(
        KIND,
        title=_title(found, reference),
        caption=f"Each line: what an option is worth against {reference}, in lives: civilians it saves on average, "
        "less the futures with direct combat that it adds, times the lives that one counts for. Above nothing a person "
        f"who weighs so prefers the option, below it {reference}. Dots: exchange rates with one standard error. "
        + " ".join(filter(None, [_never(found), BENT if bent else ""])),
        alternative=" ".join(_said(panel) for panel in panels),
        view=found.view,
        view_words=view_words,
        columns=COLUMNS,
        rows=table,
    )
    notes = [
        NO_VIEWS,
        "Where two lines cross, the preference between those two options turns. Means over luck, with paired errors, "
        "while both wars run; conditional on no general war. Each option adopted on the first possible day.",
        "Dominated: another option is told to be better on average in lives, direct combat, territory, aid spent or "
        "cost of the zone, and told to be worse in none of them; territory, aid and cost are not in the lines.",
    ]
    entries = {"reference": reference, "weight": weight, "worth": worth, "panels": panels}
    return chart | {"notes": notes, **entries}


def _panel(found: Choice, path: str, of: PathChoice, start: int) -> dict[str, Any]:
    """One path, whose rows of the numbers table begin at `start`."""
    lines = [_line(found, each, name) | {"rows": [start + i]} for i, (name, each) in enumerate(_against(found, of))]
    title, rows = f"{path.capitalize()} path", [start + len(lines)]
    return {"path": path, "title": title, "rows": rows, "said": _dominated(found, of), "lines": lines}


def _alike(panels: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The first of panels that read the same, which stands for the rows of all."""
    lines = [
        each[0] | {"rows": [row for one in each for row in one["rows"]]}
        for each in zip(*(panel["lines"] for panel in panels), strict=True)
    ]
    return panels[0] | {"rows": [row for panel in panels for row in panel["rows"]], "lines": lines}


def _against(found: Choice, of: PathChoice) -> list[tuple[str, Rate]]:
    """The other option of each pair that the one taken is in, in the order of the case."""
    pairs = {}
    for each in of.rates:
        if found.reference in (each.fewer, each.other):
            pairs[each.other if each.fewer == found.reference else each.fewer] = each
    return [(name, pairs[name]) for name in found.labels if name in pairs]


def _sides(each: Rate, name: str) -> tuple[float, float]:
    """Lives that an option saves and direct combat that it adds, whichever of the two comes first in the pair."""
    way = 1.0 if each.fewer == name else -1.0
    return way * each.lives.value, way * each.combat.value


def _line(found: Choice, each: Rate, name: str) -> dict[str, Any]:
    lives, combat = _sides(each, name)
    turns = each.turns
    return {
        "option": name,
        "label": found.labels[name],
        "words": f"{change_within(Estimate(0.0 - lives, each.lives.error))}; {_turns(each)}",
        "lives": plain(lives),
        "combat": plain(combat),
        "error": plain(each.lives.error),
        "turns": plain(turns.value) if turns else None,
        "turns_error": plain(turns.error) if turns else None,
    }


def _turns(each: Rate) -> str:
    if not each.told:
        return "not told apart in lives"
    return f"turns at {within(each.turns)} lives" if each.turns else "turns at no weight"


def _dominated(found: Choice, of: PathChoice) -> list[str]:
    """Say which options are dominated and by which."""
    said = [
        f"{found.labels[name]}: dominated by {'; '.join(found.labels[other] for other in by)}."
        for name, by in of.dominated.items()
        if by
    ]
    return said or ["No option is dominated by another."]


def _read(panel: Mapping[str, Any]) -> list[Any]:
    """What a person reads of a panel, by which two of them are the same."""
    combat = [figure(line["combat"] or 0.0) for line in panel["lines"]]
    return [panel["said"], combat, *((line["label"], line["words"]) for line in panel["lines"])]


def _title(found: Choice, reference: str) -> str:
    """In how many options preference turns, and between which weights."""
    turning = {name: each.turns for of in found.paths.values() for name, each in _against(found, of) if each.turns}
    rates = [each.turns for of in found.paths.values() for _, each in _against(found, of) if each.turns]
    rates = sorted(rates, key=lambda rate: rate.value)
    others = len(found.labels) - 1
    if not rates:
        return f"Against {reference}, preference is told to turn at no weight of direct combat"
    ends = range_of(within(rates[0]), within(rates[-1]))
    of = f"for {len(turning)} of {others} options" if others > 1 else f"for {found.labels[next(iter(turning))]}"
    return f"Against {reference}, preference turns {of}: at {ends} lives for one future with direct combat"


def _never(found: Choice) -> str:
    """Name what turns at no weight on any path, and what is not told apart."""
    names: dict[str, list[str]] = {}
    for name in found.labels:
        rates = [each for of in found.paths.values() for other, each in _against(found, of) if other == name]
        if rates and not any(each.turns for each in rates):
            told = {each.told for each in rates}
            said = "told apart in lives on one path only" if len(told) > 1 else _turns(rates[0])
            names.setdefault(said, []).append(found.labels[name])
    return " ".join(f"{said.capitalize()}: {'; '.join(each)}." for said, each in names.items())


def _said(panel: Mapping[str, Any]) -> str:
    lines = "; ".join(f"{line['label']}: {line['words']}" for line in panel["lines"])
    return f"{panel['title']}, civilians killed and where preference turns: {lines}. {' '.join(panel['said'])}"


def _rows(found: Choice, path: str, of: PathChoice) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for name, each in _against(found, of):
        lives, combat = _sides(each, name)
        turns = [plain(each.turns.value), plain(each.turns.error)] if each.turns else [None, None]
        by = "; ".join(found.labels[other] for other in of.dominated.get(name, ()))
        numbers = [lives, each.lives.error, 1000.0 * combat, 1000.0 * each.combat.error]
        said = "yes" if each.told else "no"
        rows.append([path, found.labels[name], found.labels[found.reference], *map(plain, numbers), said, *turns, by])
    by = "; ".join(found.labels[other] for other in of.dominated.get(found.reference, ()))
    rows.append([path, found.labels[found.reference], None, *[None] * 7, by])
    return rows

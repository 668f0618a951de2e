"""Scenario discovery and sensitivity as a chart: how much is gained by each limit, and what decides."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from closedsky.reading.discovery import Discovery
from closedsky.reading.exploration import GROUP, LUCK, TOLD, Exploration, PathExploration, input_words, of_rows, over
from closedsky.reading.words import percent
from closedsky.showing.charts.chart import frame

KIND = "exploration"

MOST = 8
"""Bars of a path at most, luck aside."""

COLUMNS = (
    ("path", "Path", ""),
    ("of", "Of", ""),
    ("item", "Box or input", ""),
    ("coverage", "Coverage", "share"),
    ("density", "Density", "share"),
    ("density_searched", "Density where searched", "share"),
    ("mass", "Share of futures", "share"),
    ("share", "Share of the variance, alone", "share"),
    ("total", "Share of the variance, alone or with others", "share"),
    ("error", "Its standard error", "share"),
)
"""Columns of the numbers table: name, label, unit."""


def explore_chart(found: Exploration) -> dict[str, Any]:
    """Lay an exploration out as a chart: for each path the trade-off, then what decides whether it happens.

    Args:
        found: the reading.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes` and `panels`. A panel has `path`,
        `title`, `subtitle`, `limits` (sentences), `boxes` (`coverage`, `density`, `density_searched`, `chosen`,
        `rows`), `base`, `final` (`coverage`, `density` and `rows` of the box that is told, or None), `ceiling` (low and
        high, or None), and `bars` (`name`, `first`, `total`, `error`, `luck`, `rows`). `rows` are those of the numbers
        table: none for luck where it is worked out from the others.
    """
    panels: list[dict[str, Any]] = []
    label = found.case.options[found.option].label
    ends = [end for each in found.paths.values() for end in each.found.happens]
    happens = over((min(ends), max(ends)))
    table: list[Sequence[Any]] = []
    for path, each in found.paths.items():
        panels.append(_panel(found, path, each, len(table)))
        for i, (searched, other) in enumerate(each.found.trajectory[: each.found.peels + 1]):
            density = other.density if other.rows else None
            numbers = [other.coverage, density, searched.density, other.mass]
            table.append([path, "box", f"box {i}", *numbers, None, None, None])
        for row in of_rows(each.whether):
            first, total = row.get("first"), row.get("total", row.get("share"))
            error = row.get("total_error", row.get("share_error"))
            table.append([path, "whether it happens", row["input"], *[None] * 4, first, total, error])
    said = [f"{each['title']}: {each['subtitle']} {'; '.join(each['limits'])}".strip() for each in panels]
    chart = frame(
        KIND,
        title=f"{label}: {found.asked}, in {happens} of 1,000 futures",
        caption="Each box limits assumptions further. Blue: how often it happens in boxes that were found on half of "
        "the futures, counted on the other half; grey: where they were found. Ring: the box that is told.",
        alternative=f"Lines of density against coverage and bars of what decides, for each path. {' '.join(said)}",
        view=found.view,
        columns=COLUMNS,
        rows=table,
    )
    notes = [
        "Density: how often it happens inside a box. Coverage: the box's share of all futures in which it happens. "
        "Bracket: what the best region of the box's size could reach if all assumptions were known; the rest is luck.",
        "Bars: share of the variance of whether it happens, alone or with any others, with one standard error; "
        "their inner part: alone. Bars of Shapley effects have none.",
    ]
    return chart | {"notes": notes, "panels": panels}


def _panel(found: Exploration, path: str, each: PathExploration, start: int) -> dict[str, Any]:
    """One path, whose rows of the numbers table begin at `start`."""
    one = each.found
    boxes = [
        {
            "coverage": other.coverage,
            "density": other.density,
            "density_searched": searched.density,
            "chosen": i == one.chosen,
            "rows": [start + i],
        }
        for i, (searched, other) in enumerate(one.trajectory[: one.peels + 1])
        if other.rows
    ]
    return {
        "path": path,
        "title": f"{path.capitalize()} path",
        "subtitle": _subtitle(one),
        "limits": [f"{found.case.assumptions[each.name].label}: {found.ends_words(each)}" for each in one.limits],
        "boxes": boxes,
        "base": one.base.value,
        "final": _final(one, start),
        "ceiling": list(one.ceiling) if one.ceiling else None,
        "bars": _bars(found, each, start + len(one.trajectory[: one.peels + 1])),
    }


def _final(one: Discovery, start: int) -> dict[str, Any] | None:
    """The box that is told; it has a row of the table where no limit was dropped from the one it was made of."""
    if one.density is None or one.coverage is None:
        return None
    rows = []
    if one.chosen is not None and one.chosen <= one.peels:
        other = one.trajectory[one.chosen][1]
        pairs = ((other.coverage, one.coverage.value), (other.density, one.density.value))
        rows = [start + one.chosen] if all(math.isclose(a, b) for a, b in pairs) else []
    return {"coverage": one.coverage.value, "density": one.density.value, "rows": rows}


def _subtitle(one: Discovery) -> str:
    if one.step is None or one.density is None or one.coverage is None:
        return "No limits tell where it happens more often."
    return (
        f"In {over(one.dense)} of 1,000 futures with the following, {percent(one.coverage.value)} of "
        "all in which it happens:"
    )


def _bars(found: Exploration, each: PathExploration, start: int) -> list[dict[str, Any]]:
    """Inputs that are told from nothing, most first, and luck; their rows of the numbers table begin at `start`."""
    bars = []
    for i, row in enumerate(of_rows(each.whether)):
        name = row["input"]
        total, error = (row["total"], row["total_error"]) if "total" in row else (row["share"], row["share_error"])
        if ("first" in row and name.startswith(GROUP)) or not total > TOLD * error:
            continue
        bars.append(
            {
                "name": input_words(found.case, name),
                "first": max(row["first"], 0.0) if "first" in row else None,
                "total": total,
                "error": error,
                "luck": name == LUCK,
                "rows": [start + i],
            }
        )
    bars = sorted(bars, key=lambda bar: -bar["total"])[:MOST]
    luck = getattr(each.whether, "luck", None)
    if luck is not None and all(map(math.isfinite, luck)):
        bars.insert(0, {"name": "Luck", "first": None, "total": luck[0], "error": luck[1], "luck": True, "rows": []})
    return bars

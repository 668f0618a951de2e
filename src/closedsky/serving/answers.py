"""From runs to what the page shows: the charts of the report, drawn as wide as the person's screen has room."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from closedsky.commands.choose import WEIGHTS
from closedsky.futures.results import Inputs, Results
from closedsky.reading.choice import choice
from closedsky.reading.regression import TooFew
from closedsky.reading.summary import RunSummary, glance
from closedsky.reading.worth import Weights
from closedsky.showing.charts.dots_chart import dots_chart
from closedsky.showing.charts.exchange_chart import exchange_chart
from closedsky.showing.charts.fan_chart import fan_chart
from closedsky.showing.charts.ladder_chart import ladder_chart
from closedsky.showing.charts.options_chart import options_chart
from closedsky.showing.charts.region_chart import region_chart
from closedsky.showing.charts.regret_chart import regret_chart
from closedsky.showing.drawing import NARROWEST, WIDEST, draw_bare

PROMPT = ("options", "dots", "fan", "ladder")
"""Charts that follow a slider while it moves."""

KEPT = ("kind", "title", "caption", "notes", "alternative", "view", "view_words", "version", "disclaimer")
"""What the page needs of a chart's JSON beside its numbers."""

Chart = dict[str, Any]


def prompt_charts(
    results: Mapping[str, Results], option: str, names: Collection[str], read: RunSummary | None = None
) -> dict[str, Chart]:
    """Make charts that follow a slider.

    Args:
        results: every option, by path to general war; with the courses of `option` and the one taken for the fan.
        option: that is looked into.
        names: which charts, of `PROMPT`.
        read: what is looked at together (`closedsky.reading.summary.glance`), where it was read already.
    """
    taken = next(iter(results.values())).case.taken
    made: dict[str, Chart] = {}
    if "options" in names:
        made["options"] = options_chart(read or glance(results))
    if "dots" in names:
        made["dots"] = dots_chart(results, option)
    if "fan" in names:
        made["fan"] = fan_chart(results, (taken, option) if option != taken else (taken,))
    if "ladder" in names:
        made["ladder"] = ladder_chart(results, option)
    return made


def choice_charts(results: Mapping[str, Results], inputs: Inputs, weight: float) -> dict[str, Any]:
    """Make the charts of what is preferred by whom, and their sentence; a person's own weight among the usual ones.

    Returns:
        `charts`, and the sentence as `preferred`; or no charts, and a `note` that says why.
    """
    weights = sorted({*WEIGHTS, weight})
    try:
        found = choice(results, inputs, [Weights(each) for each in weights])
    except TooFew as error:
        return {"charts": {}, "preferred": "", "note": why(error)}
    charts = {
        "exchange": exchange_chart(found),
        "region": region_chart(found),
        "regret": regret_chart(found, Weights(weight)),
    }
    return {"charts": charts, "preferred": found.summary()}


def why(error: TooFew) -> str:
    """What is said in place of a reading that needs more futures; what a command could do about it is left out."""
    return f"{str(error).partition(': ask for more')[0]}."


def picture(chart: Chart, width: float, name: str) -> dict[str, Any]:
    """What the page needs of a chart: its words, its numbers and its drawing.

    Args:
        chart: its JSON.
        width: of the page's column, in pixels; taken to the nearest that can be drawn.
        name: of its place on the page.
    """
    wide = min(max(float(width), NARROWEST), WIDEST)
    return {key: chart[key] for key in KEPT} | {
        "columns": chart["columns"],
        "rows": chart["rows"],
        "svg": draw_bare(chart, wide, f"drawn-{name}"),  # sections of the page have ids of their own
    }

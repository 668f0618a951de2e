"""What a notebook shows: a sentence, a picture and a table, with what they are not."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST, Results
from closedsky.reading.backtest import Backtest
from closedsky.reading.exploration import Exploration
from closedsky.reading.measures import LIVES
from closedsky.reading.statistics import spread
from closedsky.reading.words import percent
from closedsky.reading.zones import Zones
from closedsky.showing.charts.backtest_strip import backtest_strip
from closedsky.showing.charts.explore_chart import explore_chart
from closedsky.showing.drawing import draw
from closedsky.showing.numbers import change_within, signed_band
from closedsky.showing.terminal import futures_words, view_words
from closedsky.version import __version__

WIDTH = 860.0
"""Of a picture, in pixels: a notebook's output with its margins."""

ROWS = 30
"""Rows of a table that are shown."""

CHARTS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Backtest: backtest_strip,
    Zones: backtest_strip,
    Exploration: explore_chart,
}
"""Readings with a chart of their own."""


def as_html(shown: Any) -> str:
    """Return what a notebook shows of a case, of results or of a reading.

    Args:
        shown: any of them.
    """
    if isinstance(shown, Case):
        return _case(shown)
    if isinstance(shown, Results):
        return _results(shown)
    return _reading(shown)


def _case(case: Case) -> str:
    rows = [[entry.label, "really taken" if name == case.taken else "", name] for name, entry in case.options.items()]
    bases = [entry.basis for entry in case.assumptions.values()]
    counted = ", ".join(f"{bases.count(basis)} {basis}" for basis in dict.fromkeys(bases))
    return _whole(
        [case.title, case.question, f"{len(case.assumptions)} assumptions: {counted}."],
        "",
        _table(["Option", "", "Name"], rows),
        view_words(case, "then"),
    )


def _results(results: Results) -> str:
    """Every option: lives, combat, territory; counts of single futures are left to the readings that give ranges."""
    rows = []
    for option in results.options:
        lives = spread(results.values(LIVES, option))
        held = spread(results.values("held", option))
        combat = results.share("direct_combat", option, lambda x: x > 0.5)
        rows.append(
            [
                results.case.options[option].label,
                "reference" if option == results.reference else f"{change_within(lives.mean)}; {signed_band(lives)}",
                f"{percent(combat.value)} ± {percent(combat.error)}",
                f"{percent(held.low)} to {percent(held.high)}",
            ]
        )
    columns = ["Option", "Civilians killed while both wars run: mean, 9 in 10 futures", "Direct combat", "Held"]
    return _whole(
        [results.case.title, futures_words(results.futures, results.seed, results.effective_number)],
        "",
        _table(columns, rows),
        f"{view_words(results.case, results.view)}; {results.war_path} path to general war, which none of these counts",
    )


def _reading(found: Any) -> str:
    chart = next((make for kind, make in CHARTS.items() if isinstance(found, kind)), None)
    picture = draw(chart(found), WIDTH) if chart is not None else ""
    frame = found.to_pandas() if hasattr(found, "to_pandas") else None
    table = ""
    if frame is not None:
        table = frame.head(ROWS).to_html(escape=True, border=0, float_format=lambda x: f"{x:.3g}", na_rep="")
        if len(frame) > ROWS:
            table += f"<p>{len(frame) - ROWS:,} more rows in <code>to_pandas()</code>.</p>"
    return _whole([found.summary()], picture, table, _view(found))


def _view(found: Any) -> str:
    """Say which view, or views, a reading is of."""
    view = getattr(found, "view", None) or getattr(getattr(found, "run", None), "view", None)
    futures = getattr(found, "futures", None)
    if view is None and isinstance(futures, Mapping):
        view = " and ".join(futures)
    return f"View {view}" if view else ""


def _whole(sentences: list[str], picture: str, table: str, about: str) -> str:
    first, *others = (html.escape(each) for each in sentences)
    words = "".join(f"<p>{each}</p>" for each in others)
    note = html.escape(". ".join(filter(None, [about, f"Closed Sky {__version__}", NOT_A_FORECAST])))
    return f"<div><p><strong>{first}</strong></p>{words}{picture}{table}<p><small>{note}</small></p></div>"


def _table(columns: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col" style="text-align:left">{html.escape(each)}</th>' for each in columns)
    body = "".join(
        "<tr>" + "".join(f'<td style="text-align:left">{html.escape(cell)}</td>' for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

"""What a notebook shows: a sentence, a picture and a table, with what they are not."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

from closedsky.cases.asked import SUBJECTS, can_be_run, unasked
from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST, Results
from closedsky.reading.backtest import Backtest
from closedsky.reading.choice import Choice
from closedsky.reading.debate import Debate
from closedsky.reading.exploration import Exploration
from closedsky.reading.measures import LIVES
from closedsky.reading.statistics import spread
from closedsky.reading.summary import RunSummary
from closedsky.reading.words import listed, percent
from closedsky.reading.zones import Zones
from closedsky.showing.charts.backtest_strip import backtest_strip
from closedsky.showing.charts.debate_chart import debate_chart
from closedsky.showing.charts.exchange_chart import exchange_chart
from closedsky.showing.charts.explore_chart import explore_chart
from closedsky.showing.charts.options_chart import options_chart
from closedsky.showing.drawing import draw
from closedsky.showing.numbers import band, change_within, percent_band, signed_band
from closedsky.showing.terminal import futures_words, view_words
from closedsky.version import __version__

WIDTH = 860.0
"""Of a picture, in pixels: a notebook's output with its margins."""

ROWS = 30
"""Rows of a table that are shown."""

INSTEAD: Mapping[str, str] = {
    "coalition_lost": "Coalition aircraft lost, 9 in 10 futures",
    "sorties_flown": "Adversary sorties flown, 9 in 10 futures",
}
"""Outcomes that are shown of a case that does not ask about lives and territory."""


def _debate(found: Debate) -> dict[str, Any] | None:
    return None if found.about is None else debate_chart(found, found.about)


def _options(found: RunSummary) -> dict[str, Any] | None:
    return None if found.unasked else options_chart(found)


CHARTS: dict[type, Callable[[Any], dict[str, Any] | None]] = {
    Backtest: backtest_strip,
    Choice: exchange_chart,
    Debate: _debate,
    RunSummary: _options,
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


def as_text(shown: Any) -> str:
    """Return what is shown of any of them where there is room for a line of text."""
    if isinstance(shown, Case):
        return f"{shown.title}. {shown.question}"
    if isinstance(shown, Results):
        about = f"view {shown.view}, {shown.war_path} path, {len(shown.options)} option{'s' * (len(shown.options) > 1)}"
        return f"{shown.case.title}: {about}, {shown.futures:,} futures, seed {shown.seed}"
    words: str = shown.summary()
    return words


def _case(case: Case) -> str:
    # a decision that is still open has no record, and what options are held against was taken by no one
    taken = "really taken" if case.recorded else "held against"
    rows = [[entry.label, taken if name == case.taken else "", name] for name, entry in case.options.items()]
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
    case = results.case
    left = [each.words for each in unasked(case)]
    cells: dict[str, Callable[[str], str]] = {"Option": lambda option: case.options[option].label}
    if not unasked(case, [LIVES]):
        cells["Civilians killed while both wars run: mean, 9 in 10 futures"] = lambda option: _lives(results, option)
    cells["Direct combat"] = lambda option: _combat(results, option)
    if not unasked(case, ["held"]):
        cells["Held"] = lambda option: percent_band(spread(results.values("held", option)))
    if not can_be_run(case):
        for name, words in INSTEAD.items():
            cells[words] = lambda option, name=name: band(spread(results.values(name, option)))  # type: ignore[misc]
    return _whole(
        [
            case.title,
            f"Futures: {futures_words(results.futures, results.seed, results.effective_number)}",
            *([f"This case does not ask about {listed(left)}."] if left else []),
        ],
        "",
        _table(list(cells), [[cell(option) for cell in cells.values()] for option in results.options]),
        f"{view_words(results.case, results.view)}; {results.war_path} path to general war, which none of these counts",
    )


def _lives(results: Results, option: str) -> str:
    if option == results.reference:
        return "reference"
    lives = spread(results.values(LIVES, option))
    return f"{change_within(lives.mean)}; {signed_band(lives)}"


def _combat(results: Results, option: str) -> str:
    combat = results.share("direct_combat", option, lambda x: x > 0.5)
    return f"{percent(combat.value)} ± {percent(combat.error)}"


def _reading(found: Any) -> str:
    make = next((make for kind, make in CHARTS.items() if isinstance(found, kind)), None)
    chart = make(found) if make is not None else None
    picture = draw(chart, WIDTH) if chart is not None else ""
    frame = found.to_pandas() if hasattr(found, "to_pandas") else None
    table = ""
    if isinstance(found, RunSummary) and frame is not None:
        frame = frame.loc[:, [each for each in frame.columns if not each.startswith(_left_out(found))]]
    if frame is not None:
        table = frame.head(ROWS).to_html(escape=True, border=0, float_format=lambda x: f"{x:.3g}", na_rep="")
        if len(frame) > ROWS:
            table += f"<p>{len(frame) - ROWS:,} more rows in <code>to_pandas()</code>.</p>"
    return _whole([found.summary()], picture, table, _view(found))


def _left_out(found: RunSummary) -> tuple[str, ...]:
    """How columns begin that are of what the case does not ask about."""
    return tuple(name for each in SUBJECTS if each.words in found.unasked for name in each.outcomes)


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

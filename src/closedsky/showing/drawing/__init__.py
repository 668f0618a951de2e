"""Drawings: a chart's JSON as static SVG, without a browser."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from closedsky.showing.charts.chart import SCHEMA
from closedsky.showing.drawing.debate_chart import draw_debate_chart
from closedsky.showing.drawing.deciding_chart import draw_deciding_chart
from closedsky.showing.drawing.dots_chart import draw_dots
from closedsky.showing.drawing.exchange_chart import draw_exchange_chart
from closedsky.showing.drawing.exploration import draw_exploration
from closedsky.showing.drawing.fan_chart import draw_fan
from closedsky.showing.drawing.harm_chart import draw_harm
from closedsky.showing.drawing.ladder_chart import draw_ladder_chart
from closedsky.showing.drawing.map_chart import draw_map_chart
from closedsky.showing.drawing.options_chart import draw_options_chart
from closedsky.showing.drawing.region_chart import draw_region_chart
from closedsky.showing.drawing.regret_chart import draw_regret_chart
from closedsky.showing.drawing.strip import draw_strip
from closedsky.showing.svg import Span, Theme, balanced, document, lines, wrap

NARROWEST, WIDEST = 320, 2400
"""Widths in pixels that a chart is drawn for: from a small telephone to a large screen."""

ROOMY = 600.0
"""Width from which the margin is wide."""

MARGINS = (16.0, 32.0)
"""Left and right of everything, on a narrow page and on a wide one."""

GAP = 8.0
"""Between two blocks of text."""

MEASURE = 720.0
"""Width beyond which prose is not set: longer lines are hard to read."""

KINDS = {
    "backtest-strip": draw_strip,
    "debate": draw_debate_chart,
    "deciding": draw_deciding_chart,
    "exchange-rates": draw_exchange_chart,
    "exploration": draw_exploration,
    "fan": draw_fan,
    "harm-by-weapon": draw_harm,
    "ladder": draw_ladder_chart,
    "options-at-a-glance": draw_options_chart,
    "quantile-dots": draw_dots,
    "region": draw_region_chart,
    "regret": draw_regret_chart,
    "theatre": draw_map_chart,
}
"""What is drawn by what."""


def draw(chart: dict[str, Any], width: float = 960, theme: Theme = "auto") -> str:
    """Draw a chart.

    Args:
        chart: its JSON, of any kind in `KINDS`.
        width: in pixels, from `NARROWEST` to `WIDEST`; the height follows from it.
        theme: "light", "dark", or "auto" for what the reader's machine asks for.

    Returns:
        An SVG document: no script, no outside reference, the same text for the same chart.

    Raises:
        ValueError: the chart has another schema or kind, or the width is out of range.

    >>> draw({"schema": "closedsky-chart/1", "kind": "pie"})
    Traceback (most recent call last):
    ...
    ValueError: no drawing for a chart of kind 'pie'; see KINDS for those there are
    """
    _require(chart, width)
    margin = MARGINS[width >= ROOMY]
    room = width - 2 * margin
    prose = min(room, MEASURE)
    parts, top = _block([(chart["disclaimer"], "quiet")], "small", margin, margin, prose)
    title = balanced([(chart["title"], "ink strong")], "title", room)
    more, top = lines(margin, top + GAP, title, "title")
    parts += more
    for words in ([(chart["caption"], "ink")], [(f"View {chart['view_words']}.", "quiet")]):
        more, top = _block(words, "body", margin, top + GAP, prose)
        parts += more
    more, top = KINDS[chart["kind"]](chart, margin, top + 24.0, room)
    parts += more
    about = f"Closed Sky {chart['version']}. Every number is in the table that goes with this chart."
    top += 24.0
    for words in ([(note, "quiet")] for note in (*chart["notes"], about)):
        more, top = _block(words, "small", margin, top + 4.0, prose)
        parts += more
    return document(
        parts,
        width,
        top + margin,
        name=f"{chart['kind']}-{_digest(chart)}",
        title=chart["title"],
        description=f"{chart['alternative']} {chart['caption']} View {chart['view_words']}. {chart['disclaimer']}",
        theme=theme,
    )


def draw_bare(chart: dict[str, Any], width: float, name: str) -> str:
    """Draw a chart without the words around it and without a style sheet, for a page that has both.

    Args:
        chart: its JSON, of any kind in `KINDS`.
        width: in pixels, from `NARROWEST` to `WIDEST`.
        name: beginning of the ids of its title and description, unique on the page.

    Returns:
        An SVG element whose title and description say what the chart says.

    Raises:
        ValueError: as `draw`.
    """
    _require(chart, width)
    parts, bottom = KINDS[chart["kind"]](chart, 0.0, 8.0, width)
    description = f"{chart['alternative']} View {chart['view_words']}."
    return document(
        parts, width, bottom + 8.0, name=name, title=chart["title"], description=description, theme="auto", styled=False
    )


def _require(chart: dict[str, Any], width: float) -> None:
    if chart.get("schema") != SCHEMA:
        raise ValueError(f"the chart's schema is {chart.get('schema')!r}, not {SCHEMA!r}")
    if chart["kind"] not in KINDS:
        raise ValueError(f"no drawing for a chart of kind {chart['kind']!r}; see KINDS for those there are")
    if not NARROWEST <= width <= WIDEST:
        raise ValueError(f"a chart is {NARROWEST} to {WIDEST} pixels wide, not {width:g}")


def _block(words: list[Span], size: str, left: float, top: float, width: float) -> tuple[list[str], float]:
    return lines(left, top, wrap(words, size, width), size)


def _digest(chart: dict[str, Any]) -> str:
    """A short name that no other chart on a page has."""
    return hashlib.sha256(json.dumps(chart, sort_keys=True).encode()).hexdigest()[:8]

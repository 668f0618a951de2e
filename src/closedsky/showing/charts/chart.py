"""What every chart's JSON holds, whatever it shows, and its numbers as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from closedsky.futures.results import NOT_A_FORECAST
from closedsky.version import __version__

SCHEMA = "closedsky-chart/1"

VIEWS = {
    "then": "then: what could be known on the day, and no later fact",
    "now": "now: what the record allows, in hindsight",
}
"""The two views in words."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula; the text of a case may not become one."""


def frame(
    kind: str,
    *,
    title: str,
    caption: str,
    alternative: str,
    view: str,
    view_words: str = "",
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Sequence[Any]],
) -> dict[str, Any]:
    """Begin a chart's JSON with the entries that every chart has.

    Args:
        kind: which chart.
        title: what the data say, computed.
        caption: what is counted how, computed.
        alternative: one or more sentences for who cannot see the chart, computed.
        view: then or now.
        view_words: what that means, where it means more than usual.
        columns: name, label and unit of each column of the numbers table.
        rows: the table, one cell for each column.

    Returns:
        `schema`, `kind`, `title`, `caption`, `alternative`, `view`, `view_words`, `version`, `disclaimer`, `columns`,
        `rows`. What a chart adds for its drawing says in `rows` of its own which rows of this table it stands for,
        counted from 0.

    >>> frame("dots", title="", caption="", alternative="", view="then", columns=[], rows=[])["schema"]
    'closedsky-chart/1'
    """
    return {
        "schema": SCHEMA,
        "kind": kind,
        "title": title,
        "caption": caption,
        "alternative": alternative,
        "view": view,
        "view_words": view_words or VIEWS.get(view, view),
        "version": __version__,
        "disclaimer": NOT_A_FORECAST,
        "columns": [{"name": name, "label": label, "unit": unit} for name, label, unit in columns],
        "rows": [list(row) for row in rows],
    }


def resting_on(chart: dict[str, Any], words: str) -> dict[str, Any]:
    """A chart that says on every copy, before what it is not, how much of it rests on what.

    Args:
        chart: its JSON.
        words: of the basis shares, as `closedsky.reading.influence.basis_words` gives them; none leaves it as it is.
    """
    return chart | {"disclaimer": f"{words}. {chart['disclaimer']}"} if words else chart


def to_csv(chart: dict[str, Any]) -> str:
    r"""Write a chart's numbers table as CSV; every line carries the view, the version and what the numbers are not.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.

    Args:
        chart: a chart's JSON.

    Returns:
        Lines that end in CR LF (RFC 4180), the first with the names of the columns; empty cells for what there is not.

    >>> columns = [("item", "Item", ""), ("median", "Median", "days")]
    >>> made = frame("x", title="", caption="", alternative="", view="then", columns=columns, rows=[["=1+1", 2.5]])
    >>> to_csv(made).splitlines()[1].split(",")[:3]
    ["'=1+1", '2.5', 'then']
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*(column["name"] for column in chart["columns"]), "view", "version", "about"])
    about = [chart["view"], chart["version"], chart["disclaimer"]]
    writer.writerows([[*map(_cell, row), *about] for row in chart["rows"]])
    return file.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else value

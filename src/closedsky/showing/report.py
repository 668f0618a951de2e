"""A report: one HTML file that says first what it is not, then what was found, and last on what it rests.

Text comes before pictures, and all of it is there without a script. Charts are drawn twice, for a wide page and for a
narrow one; the style sheet shows the one that fits. The file asks nothing of any other machine and says so itself, by a
content security policy that allows its own style sheet and nothing else. Everything that a case says goes through a
template that escapes it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.showing.appendix import Appendix, appendix
from closedsky.showing.charts.chart import to_csv
from closedsky.showing.compact import compact, sheet_of
from closedsky.showing.drawing import draw_bare
from closedsky.showing.svg import style
from closedsky.showing.terminal import how_errors, path_facts, view_words
from closedsky.version import __version__

WIDE, NARROW = 900.0, 358.0
"""Widths in pixels in which charts are drawn: of a page, and of a telephone less its margins."""

ROWS = 20
"""Rows of a numbers table that are printed; the CSV file has all."""

LARGEST = 980_000
"""Bytes that a report may have: what can be sent by mail everywhere.

Where it has more, the largest of the narrow drawings are left out, and a telephone shows the wide one, to be moved
sideways.
"""

SAFE = ",;:/-_.~!*'()+=@&$?"
"""Characters of a CSV file that an address may hold as they are."""

MOST_DIGITS = 6
"""Significant digits of numbers in a CSV file."""

PAGE, LONG = 1000.0, 1500.0
"""Heights of a drawing, in its own pixels, above which it is smaller on paper, and above which it may be broken."""

HEIGHT = re.compile(r'height="([\d.]+)"')

NEVER_SIDEWAYS = ("debate",)
"""Charts that a telephone must not show in part: one side of a debate alone would be taking it."""

DIGITS = 4
"""Significant digits of numbers in a table."""


@dataclass(frozen=True)
class Section:
    """Some charts under one heading.

    Attributes:
        title: heading.
        words: sentences below it.
        charts: their JSON.
    """

    title: str
    words: tuple[str, ...]
    charts: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Part:
    """What was found under one view.

    Attributes:
        view: then or now.
        futures, seed: of its runs.
        summary: first sentences.
        facts: (what, words) of how it was asked.
        sections: in the order of reading.
        computed: whether it was computed for the report beside a run that has the other view.
    """

    view: str
    futures: int
    seed: int
    summary: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    computed: bool = False


@dataclass(frozen=True)
class Report:
    """All of it.

    Attributes:
        case: what it is about.
        first: sections that hold for all views, such as what is contested.
        parts: one for each view.
        common: sections that belong to no view, such as past campaigns.
        command: line that gives the same file again.
        name: how the person named the case.
    """

    case: Case
    first: tuple[Section, ...]
    parts: tuple[Part, ...]
    common: tuple[Section, ...]
    command: str
    name: str


def render(report: Report) -> str:
    """Write a report as one HTML document.

    Args:
        report: what it says.

    Returns:
        The document; the same for the same report.
    """
    figures = _Figures(report)
    while True:
        document = _document(report, figures)
        if len(document.encode()) <= LARGEST or not figures.drop_largest(len(document.encode()) - LARGEST):
            return document


def _document(report: Report, figures: _Figures) -> str:
    environment = Environment(
        loader=PackageLoader("closedsky.showing"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = _cell
    sheet = environment.get_template("report.css").render() + sheet_of(style("auto"), figures.classes)
    return environment.get_template("report.html").render(
        report=report,
        case=report.case,
        caution=NOT_A_FORECAST,
        version=__version__,
        sheet=Markup(sheet),
        policy=_policy(sheet),
        figure=figures.of,
        shown_rows=ROWS,
        view_words=lambda view: view_words(report.case, view),
        how_errors=how_errors,
        paths=path_facts(report.case, list(_paths(report.case))),
        ledger=appendix(report.case) if report.case.evidence else Appendix((), (), (), ()),
        citation=cite(report),
        decided=f"{report.case.decided.day} {report.case.decided:%B %Y}",
    )


def cite(report: Report) -> str:
    """Say how a report is cited."""
    views = " and ".join(part.view for part in report.parts)
    return (
        f"Closed Sky {__version__}: “{report.case.title}”, view {views}, case {report.case.digest()[:12]}, by "
        f"`{report.command}`. {NOT_A_FORECAST}"
    )


def _paths(case: Case) -> Sequence[str]:
    switch = case.switches.get("war_path")
    return tuple(switch.values) if switch else ()


def _policy(sheet: str) -> str:
    """Content security policy: the one style sheet, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-src 'none'; object-src 'none'"
    )


class _Figures:
    """Turns charts into what the template needs, each with a name of its own on the page.

    Attributes:
        classes: short names of the classes that the drawings use.
    """

    def __init__(self, report: Report) -> None:
        self.classes: dict[str, str] = {}
        sections = [*report.first, *(each for part in report.parts for each in part.sections), *report.common]
        charts = [chart for section in sections for chart in section.charts]
        self._made = {id(chart): self._make(chart, number) for number, chart in enumerate(charts, 1)}

    def of(self, chart: dict[str, Any]) -> dict[str, Any]:
        """What was made of a chart."""
        return self._made[id(chart)]

    def drop_largest(self, many: int) -> bool:
        """Leave out narrow drawings, the largest first, until so many bytes are saved; say whether there were any."""
        left = [each for each in self._made.values() if each["narrow"] and each["chart"]["kind"] not in NEVER_SIDEWAYS]
        left.sort(key=lambda each: -len(each["narrow"]))
        saved = 0
        for each in left:
            if saved >= many:
                break
            saved += len(each["narrow"].encode())
            each["narrow"] = None
        return bool(left)

    def _make(self, chart: dict[str, Any], number: int) -> dict[str, Any]:
        name = f"figure-{number}"
        wide, narrow = (
            Markup(compact(draw_bare(chart, width, f"{name}-{kind}"), self.classes))
            for kind, width in (("wide", WIDE), ("narrow", NARROW))
        )
        height = float(HEIGHT.findall(wide)[0])
        return {
            "name": name,
            "chart": chart,
            "wide": wide,
            "narrow": narrow,
            "paper": "long" if height > LONG else "tall" if height > PAGE else "",
            "csv": "data:text/csv;charset=utf-8," + quote(to_csv(_rounded(chart), once=True), safe=SAFE),
            "file": f"{chart['kind']}-{chart['view'].replace(' ', '-')}.csv",
        }


def _rounded(chart: dict[str, Any]) -> dict[str, Any]:
    """A chart with no more digits than a file of numbers needs."""
    rows = [[float(f"{v:.{MOST_DIGITS}g}") if isinstance(v, float) else v for v in row] for row in chart["rows"]]
    return chart | {"rows": rows}


def _cell(value: Any) -> str:
    """A cell of a numbers table.

    >>> _cell(None), _cell(0.123456), _cell(1234567.0), _cell("text"), _cell(True)
    ('', '0.1235', '1,235,000', 'text', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        rounded = float(f"{value:.{DIGITS}g}")
        return f"{rounded:,.0f}" if abs(rounded) >= 10**DIGITS else f"{rounded:.{DIGITS}g}"
    return str(value)

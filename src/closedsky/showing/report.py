"""A report: one HTML file that says first what it is not, then what was found, and last on what it rests.

Text comes before pictures, and all of it is there without a script. Charts are drawn twice, for a wide page and for a
narrow one; the style sheet shows the one that fits. A script, built from `web/`, brings them alive: it draws nothing
and knows no number that the page has not. The file asks nothing of any other machine and says so itself, by a content
security policy that allows its own style sheet, its own script and nothing else. Everything that a case says goes
through a template that escapes it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.showing.appendix import Appendix, appendix
from closedsky.showing.compact import sheet_of
from closedsky.showing.report_figures import Figures, cell
from closedsky.showing.svg import style
from closedsky.showing.terminal import how_errors, path_facts, view_words
from closedsky.version import __version__

LARGEST = 998_000
"""Bytes that a report may have: what can be sent by mail everywhere.

Where it has more, the largest of the narrow drawings are left out, and a telephone shows the wide one, to be moved
sideways.
"""


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
    sections = [*report.first, *(each for part in report.parts for each in part.sections), *report.common]
    figures = Figures(chart for section in sections for chart in section.charts)
    while True:
        document = _document(report, figures)
        if len(document.encode()) <= LARGEST or not figures.drop_largest(len(document.encode()) - LARGEST):
            return document


def _document(report: Report, figures: Figures) -> str:
    environment = Environment(
        loader=PackageLoader("closedsky.showing"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["cell"] = cell
    sheet = "".join(
        (
            environment.get_template("report.css").render(),
            environment.get_template("figure.css").render(columns=range(1, figures.most_columns + 1)),
            sheet_of(style("auto"), figures.classes),
        )
    )
    script = script_of("report")
    return environment.get_template("report.html").render(
        report=report,
        case=report.case,
        caution=NOT_A_FORECAST,
        version=__version__,
        sheet=Markup(sheet),
        script=Markup(script),
        policy=_policy(sheet, script),
        figure=figures.of,
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


def script_of(name: str) -> str:
    """Read a script that was built from `web/`.

    Args:
        name: of the script.

    Raises:
        FileNotFoundError: it was not built.
    """
    return (files("closedsky.showing") / "static" / f"{name}.js").read_text("utf-8")


def _policy(sheet: str, script: str) -> str:
    """Content security policy: the one style sheet, the one script, and nothing else."""
    return (
        f"default-src 'none'; style-src {_source(sheet)}; script-src {_source(script)}; base-uri 'none'; "
        "form-action 'none'; frame-src 'none'; object-src 'none'"
    )


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

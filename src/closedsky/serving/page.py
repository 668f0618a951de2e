"""The page as one HTML document: its words and places; the script fills the charts in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from closedsky.cases.schema import Case
from closedsky.showing.svg import style

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("options", "Every option at a glance", ("options",)),
    ("preferred", "What is preferred by whom", ("exchange", "region", "regret")),
    ("debate", "Both sides of what is contested", ("debate",)),
    ("futures", "Futures of one option", ("dots", "fan")),
    ("clash", "How a clash goes on", ("ladder",)),
    ("decides", "Where it holds, and what decides it", ("explore", "deciding")),
    ("record", "What happened, held against the model", ("harm", "record")),
    ("past", "These very assumptions in past campaigns", ("past",)),
    ("place", "Where it is", ("map",)),
)
"""Sections of the page: id, heading, and the charts in it."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("closedsky.serving"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(start: Mapping[str, Any], case: Case) -> str:
    """Write the page.

    Args:
        start: what the script begins with, plain JSON.
        case: what it is about; nothing of it becomes HTML.
    """
    # A browser ends a script at "</script" whatever it stands in; escaped it cannot stand there.
    data = json.dumps(start, allow_nan=False).replace("<", "\\u003c")
    return (
        _environment()
        .get_template("page.html")
        .render(case=case, caution=start["caution"], sections=SECTIONS, data=Markup(data), version=start["version"])
    )


@lru_cache(maxsize=1)
def sheet() -> str:
    """The page's style sheet, with that of the charts."""
    showing = Environment(loader=PackageLoader("closedsky.showing"), trim_blocks=True, undefined=StrictUndefined)
    figures = showing.get_template("figure.css").render(columns=[])
    own = (files("closedsky.serving") / "templates" / "page.css").read_text("utf-8")
    return own + figures + style("auto")

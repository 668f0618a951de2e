"""What a notebook shows of an object.

Who draws what is looked up by name, when something is shown and not before: no floor imports the one above it, and
nothing waits for a chart that nobody looks at.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

DRAWN_BY = "closedsky.showing.notebook"
"""Module whose functions make HTML and text of objects."""


class Shown:
    """Something that a notebook shows as a sentence, a picture and a table."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        # IPython asks a class before those above it, and a dataclass has a `repr` of its own, often pages long
        cls._repr_pretty_ = Shown._repr_pretty_  # type: ignore[method-assign]

    def _repr_html_(self) -> str:
        """Return HTML for a notebook: no script, every text escaped."""
        make = cast("Callable[[object], str]", import_module(DRAWN_BY).as_html)
        return make(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Print a sentence where a notebook, or IPython, shows text."""
        make = cast("Callable[[object], str]", import_module(DRAWN_BY).as_text)
        printer.text("..." if cycle else make(self))

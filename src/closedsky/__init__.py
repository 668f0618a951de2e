"""Closed Sky: the no-fly-zone decision, executable.

Not a forecast and not a targeting tool. Assumptions in, conclusions out; every number can be contested.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from closedsky.version import __version__

__all__ = [
    "Case", "Conditioned", "Results", "Weights", "__version__", "check", "choice", "compare", "condition", "debate",
    "discover", "draw", "explore", "flips", "information", "inputs_of", "load_case", "run", "run_paths", "simulate",
    "summarise", "write_starter",
]  # fmt: skip

if TYPE_CHECKING:
    from closedsky.api import debate, explore
    from closedsky.cases.check import check
    from closedsky.cases.library import load_case
    from closedsky.cases.schema import Case
    from closedsky.cases.starter import write_starter
    from closedsky.futures.conditioned import Conditioned
    from closedsky.futures.conditioning import condition
    from closedsky.futures.inputs import inputs_of
    from closedsky.futures.results import Results
    from closedsky.futures.run import run, run_paths
    from closedsky.futures.simulate import simulate
    from closedsky.reading.choice import choice
    from closedsky.reading.comparison import compare
    from closedsky.reading.discovery import discover
    from closedsky.reading.flips import flips
    from closedsky.reading.information import information
    from closedsky.reading.summary import summarise
    from closedsky.reading.worth import Weights
    from closedsky.showing.drawing import draw

_WHERE = {
    "Case": "closedsky.cases.schema",
    "Conditioned": "closedsky.futures.conditioned",
    "condition": "closedsky.futures.conditioning",
    "Results": "closedsky.futures.results",
    "load_case": "closedsky.cases.library",
    "Weights": "closedsky.reading.worth",
    "check": "closedsky.cases.check",
    "choice": "closedsky.reading.choice",
    "compare": "closedsky.reading.comparison",
    "debate": "closedsky.api",
    "discover": "closedsky.reading.discovery",
    "draw": "closedsky.showing.drawing",
    "explore": "closedsky.api",
    "flips": "closedsky.reading.flips",
    "information": "closedsky.reading.information",
    "inputs_of": "closedsky.futures.inputs",
    "run": "closedsky.futures.run",
    "run_paths": "closedsky.futures.run",
    "simulate": "closedsky.futures.simulate",
    "summarise": "closedsky.reading.summary",
    "write_starter": "closedsky.cases.starter",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `--help` and a formula cost no compiler."""
    if name not in _WHERE:
        raise AttributeError(f"module 'closedsky' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

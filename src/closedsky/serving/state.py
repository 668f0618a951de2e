"""What a person has set on the page: read with care, written into an address, a command or a line of Python.

A state comes from anywhere (a link in a mail, a script that floods the socket), so it is bounded before it is looked
at, and everything in it is held against the case. Whatever is wrong gives one line.
"""

from __future__ import annotations

import hashlib
import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from closedsky.cases.schema import Case
from closedsky.futures.overrides import OverrideError, parse_overrides, written
from closedsky.version import __version__

VIEWS = ("then", "now")
ADOPTIONS = ("effect", "proposed")
BOTH = "both"

MOST_SETS = 200
"""Assumptions, levers and switches that one state may set: more than any case has."""

MOST_NAME = 120
"""Characters of the name of anything."""

MOST_LIVES = 1e12
"""The most lives that a person may say a future with direct combat counts for."""

MOST_SEED = 2**53 - 1
"""Largest seed that JavaScript can hold to the last digit."""

MODEL_DIGITS = 12


class StateError(ValueError):
    """A state that the case does not allow; its message is one line that a person can act on."""


@dataclass(frozen=True)
class State:
    """What is asked.

    Attributes:
        view: then or now.
        option: that is looked into.
        adoption: `effect` (each option adopted on the first possible day) or `proposed` (the alliance decides).
        path: the path to general war that is shown, or `both`.
        weight: lives that one future with direct combat counts for.
        seed: fills the design and the luck.
        sets: overrides by assumption, `option.lever` or switch: a number, a pair of ends, or the value of a switch.
    """

    view: str
    option: str
    adoption: str = "effect"
    path: str = BOTH
    weight: float = 0.0
    seed: int = 0
    sets: Mapping[str, float | tuple[float, float] | str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...]:
        """What decides its numbers: two states with the same key have the same runs."""
        return (self.view, self.adoption, self.seed, tuple(sorted(self.sets.items())))

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        sets = {name: list(value) if isinstance(value, tuple) else value for name, value in self.sets.items()}
        return {
            "view": self.view,
            "option": self.option,
            "adoption": self.adoption,
            "path": self.path,
            "weight": self.weight,
            "seed": self.seed,
            "sets": sets,
        }


def first_state(case: Case, option: str, seed: int = 0) -> State:
    """The state of an address that says nothing."""
    return State("then", option, seed=seed)


def read_state(case: Case, given: Any, option: str) -> State:
    """Read a state from JSON.

    Args:
        case: the case that it is about.
        given: what was sent; anything.
        option: that is looked into where none is named.

    Raises:
        StateError: something in it is not what the case allows.
    """
    if not isinstance(given, dict):
        raise StateError("a state is an object of names and values")
    unknown = sorted(str(name)[:MOST_NAME] for name in set(given) - set(State.__dataclass_fields__))
    if unknown:
        raise StateError(f"{unknown[0]!r}: no such entry; a state has {', '.join(State.__dataclass_fields__)}")
    view = _one_of(given, "view", VIEWS)
    if view == "now" and not any(entry.accept for entry in case.recorded.values()):
        raise StateError(f"view: nothing on the record of {case.id} accepts futures; only then can be shown")
    switch = case.switches.get("war_path")
    sets = _sets(case, given.get("sets", {}))
    seed = int(_number(given, "seed", 0, MOST_SEED, whole=True))
    if view == "now":
        _only_reweighted(case, sets, seed)
    return State(
        view=view,
        option=_one_of(given, "option", tuple(case.options), option),
        adoption=_one_of(given, "adoption", ADOPTIONS),
        path=_one_of(given, "path", (BOTH, *(switch.values if switch else ()))),
        weight=_number(given, "weight", 0.0, MOST_LIVES),
        seed=seed,
        sets=sets,
    )


def _one_of(given: Mapping[str, Any], name: str, allowed: tuple[str, ...], usual: str | None = None) -> str:
    value = given.get(name, usual if usual is not None else allowed[0])
    if not isinstance(value, str) or value not in allowed:
        raise StateError(f"{name}: {_shown(value)} is not one of {', '.join(allowed)}")
    return value


def _number(given: Mapping[str, Any], name: str, low: float, high: float, whole: bool = False) -> float:
    value = given.get(name, low)
    right = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not right or not low <= value <= high or (whole and value != int(value)):
        raise StateError(f"{name}: {_shown(value)} is not a {'whole ' if whole else ''}number from {low:g} to {high:g}")
    return float(value) if not whole else value


def _sets(case: Case, given: Any) -> dict[str, float | tuple[float, float] | str]:
    if not isinstance(given, dict) or len(given) > MOST_SETS:
        raise StateError(f"sets: is an object of at most {MOST_SETS} names and values")
    found: dict[str, float | tuple[float, float] | str] = {}
    for name, value in given.items():
        if len(name) > MOST_NAME:
            raise StateError(f"sets: a name of {len(name):,} characters is none of the case's")
        if name == "war_path":
            raise StateError("sets.war_path: both paths are always run; choose the one shown with path")
        found[name] = _value(name, value)
    try:
        parse_overrides(case, found)
    except OverrideError as error:
        raise StateError(f"sets.{_line(str(error))}") from None
    return dict(sorted(found.items()))


def _value(name: str, value: Any) -> float | tuple[float, float] | str:
    if isinstance(value, str) and len(value) <= MOST_NAME:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    if isinstance(value, list) and len(value) == 2 and all(isinstance(_value(name, end), float) for end in value):
        return float(value[0]), float(value[1])
    raise StateError(f"sets.{name}: {_shown(value)} is not a number, two ends, or the name of a value")


def _only_reweighted(case: Case, sets: Mapping[str, Any], seed: int) -> None:
    """Under the view now futures are given: they can be weighed by an assumption, not run anew or found anew."""
    if seed:
        raise StateError(
            f"seed: under the view now only the futures of seed 0 are weighed here; closedsky run --view now --seed "
            f"{seed} finds others"
        )
    for name, value in sets.items():
        if name not in case.assumptions:
            raise StateError(f"sets.{name}: the view now weighs accepted futures by assumptions and runs nothing anew")
        if isinstance(value, tuple):
            raise StateError(f"sets.{name}: the view now takes one value, about which futures are weighed")


def _shown(value: Any) -> str:
    return _line(repr(value))


def _line(text: str) -> str:
    """One line that is not longer than a line should be."""
    text = " ".join(text.split())
    return text if len(text) <= 2 * MOST_NAME else text[: 2 * MOST_NAME - 3] + "..."


@lru_cache(maxsize=16)
def model_of(case: Case) -> str:
    """Digest of the model and the case: an address with another one was made of other numbers."""
    from closedsky.futures.conditioning import code

    return hashlib.sha256(f"{__version__} {code()} {case.digest()}".encode()).hexdigest()[:MODEL_DIGITS]


def as_command(state: State, name: str, futures: int) -> str:
    """The line that gives the same numbers on a terminal.

    Args:
        state: what is asked.
        name: the case, as it is named there.
        futures: how many.
    """
    words = ["closedsky", "run", name]
    words += ["-n", str(futures)] if state.view == "then" else ["--view", "now", "--accepted", str(futures)]
    words += ["--seed", str(state.seed)]
    if state.adoption != "effect":
        words += ["--adoption", state.adoption]
    if state.view == "then":
        for each in written(state.sets):
            words += ["--set", each]
    return shlex.join(words)


def as_python(state: State, name: str, futures: int) -> str:
    """The line that gives the same numbers in Python."""
    given = [repr(name), f"{'futures' if state.view == 'then' else 'accepted'}={futures}", f"seed={state.seed}"]
    if state.view != "then":
        given.append(f"view={state.view!r}")
    if state.adoption != "effect":
        given.append(f"adoption={state.adoption!r}")
    sets = {**(state.sets if state.view == "then" else {})}
    if state.path != BOTH:
        sets["war_path"] = state.path
    if sets:
        given.append(f"overrides={sets!r}")
    return f"import closedsky as cs; results = cs.run({', '.join(given)})"


def set_words(state: State) -> str:
    """Say what is set otherwise than the case has it, for what is copied off the page; nothing where all is usual."""
    said = written(state.sets)
    if said and state.view == "now":
        said = [f"accepted futures weighed near {', '.join(said)}, which only the page does"]
    if state.adoption != "effect":
        said.append("adopted only where and when the alliance agrees")
    if state.path != BOTH:
        said.append(f"{state.path} path alone")
    if state.weight:
        said.append(f"a future with direct combat counts for {state.weight:,.15g} lives")
    if state.seed:
        said.append(f"seed {state.seed}")
    return f"With {'; '.join(said)}" if said else ""

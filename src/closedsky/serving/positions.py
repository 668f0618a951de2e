"""Positions on the page: a file that somebody wrote becomes what is set, and what is set becomes a file."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

from closedsky.cases.position import POSITION_SCHEMA, Position, read_position
from closedsky.cases.problems import CaseError
from closedsky.cases.schema import Case
from closedsky.serving.state import State, StateError

MOST_BYTES = 100_000
"""A longer file is no position."""

MOST_OWNER = 200

MOVED = "Set on the page; write why."


def read_text(case: Case, text: str) -> Position:
    """Read a position that was sent as text.

    Raises:
        StateError: it is too long, is no position, or is about another case; one line.
    """
    if len(text.encode()) > MOST_BYTES:
        raise StateError(f"a position has at most {MOST_BYTES:,} bytes")
    with tempfile.TemporaryDirectory(prefix="closedsky-") as folder:
        file = Path(folder) / "position.yaml"
        file.write_text(text, "utf-8")
        try:
            position, other = read_position(file)
        except CaseError as error:
            first = str(error.problems[0]).replace(str(file), "position")
            more = f"; and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
            raise StateError(first + more) from None
    if other.id != case.id:
        raise StateError(f"the position is about {other.id}, this page about {case.id}")
    return position


def models_otherwise(case: Case, position: Position) -> bool:
    """Whether a position chooses a way of modelling other than the case's own."""
    return any(value != case.switches[name].default for name, value in position.switches.items())


def state_of(position: Position, base: State) -> dict[str, Any]:
    """What a position sets, as a state; what it leaves out stays as the case has it."""
    sets: dict[str, Any] = {
        name: each.range[0] if each.range[0] == each.range[1] else list(each.range)
        for name, each in position.assumptions.items()
    }
    lives = position.lives()
    return base.to_dict() | {"view": "then", "sets": sets | dict(position.switches), "weight": lives["combat"]}


def as_text(case: Case, state: State, owner: str, today: dt.date) -> str:
    """Write what is set as a position that its owner can go on with.

    Raises:
        StateError: the owner's name is empty, too long or no name.
    """
    owner = owner.strip()
    if not owner or len(owner) > MOST_OWNER or not owner.isprintable():
        raise StateError("a position is signed by its owner; write a name")
    lines = [
        "# A position: your own ranges and values for this case. What you leave out stays as the case has it.",
        f"schema: {POSITION_SCHEMA}",
        f"case: {json.dumps(case.id)}",
        f"owner: {json.dumps(owner, ensure_ascii=False)}",
        f"date: {today.isoformat()}",
        "invented: false",
        'note: ""',
    ]
    ranges = {name: value for name, value in state.sets.items() if name in case.assumptions}
    lines += ["assumptions:"] if ranges else ["assumptions: {}"]
    for name, value in ranges.items():
        low, high = value if isinstance(value, tuple) else (value, value)
        lines += [
            f"  {name}:   # {' '.join(case.assumptions[name].label.split())}",
            f"    range: [{low!r}, {high!r}]",
            f"    reason: {json.dumps(MOVED)}",
            "    sources: []",
        ]
    switches = {name: value for name, value in state.sets.items() if name in case.switches}
    if switches:
        lines += ["switches:", *(f"  {name}: {value}" for name, value in switches.items())]
    if state.weight:
        lines += ["values:", "  combat:", f"    lives: {state.weight!r}", f"    reason: {json.dumps(MOVED)}"]
    return "\n".join(lines) + "\n"

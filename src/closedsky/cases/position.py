"""A position: one person's own ranges, values and sources for some assumptions of a case, signed and dated.

It is a file of its own beside the case. What it leaves out stays as the case has it. Its digest is that of what it
says, not of how it is spelt, so that a position can be sealed before anyone knows how it scores.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field

from closedsky.cases.library import load_case
from closedsky.cases.parsing import read_entry, read_top
from closedsky.cases.problems import CaseError, Problem, Where, nearest_name, quote
from closedsky.cases.schema import Case, Day, Digest, Ids, Key, Pair, Strict, Text
from closedsky.cases.units import allowed_values
from closedsky.cases.yaml_file import Source, read_yaml

POSITION_SCHEMA = "closedsky-position/1"

BOTH_RUN = "war_path"
"""The switch that no position sets: both paths to general war are always run."""

LINKS = ("http://", "https://")

SEAL = re.compile(r"(?m)^sealed:[^\n]*\n?(?:[ \t]+[^\n]*\n?)*")


class Stated(Strict):
    """A range for one assumption, in its own unit, and why; sources are ids of the ledger or links."""

    range: Pair
    reason: Text
    sources: Ids = ()


class Counted(Strict):
    """For how many civilian lives something counts, and why."""

    lives: float = Field(ge=0.0)
    reason: Text
    sources: Ids = ()


class Values(Strict):
    """What other outcomes count for, in civilian lives; nothing where left out.

    combat: one future with direct combat. territory: one hundredth of the country held by the adversary at the
    horizon. cost: one billion US dollars.
    """

    combat: Counted | None = None
    territory: Counted | None = None
    cost: Counted | None = None


class Sealed(Strict):
    """The digest of what the position said on the day that it was sealed."""

    digest: Digest
    date: Day


class _File(Strict):
    case: Text
    owner: Text
    date: Day
    invented: bool
    note: str = ""
    assumptions: dict[Key, Stated] = Field(default_factory=dict)
    switches: dict[Key, Text] = Field(default_factory=dict)
    values: Values = Values()
    sealed: Sealed | None = None


@dataclass(frozen=True)
class Position:
    """What one person holds about a case.

    Attributes:
        case: id of the case.
        owner: who signed it.
        date: when.
        invented: whether the owner is invented, which is said wherever the position is shown.
        note: text of the owner's.
        assumptions: own ranges by assumption.
        switches: own choices between ways of modelling.
        values: own weights.
        digest: SHA-256 (64 hexadecimal digits) of all of this.
        sealed: the seal, None where there is none; a position whose content no longer matches cannot be read.
    """

    case: str
    owner: str
    date: dt.date
    invented: bool
    note: str
    assumptions: Mapping[str, Stated]
    switches: Mapping[str, str]
    values: Values
    digest: str
    sealed: Sealed | None = field(default=None)

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Own ranges by assumption, (low, high)."""
        return {name: each.range for name, each in self.assumptions.items()}

    def lives(self) -> dict[str, float]:
        """Own weights by name, in lives; 0 where none is given."""
        given = {name: getattr(self.values, name) for name in Values.model_fields}
        return {name: each.lives if each is not None else 0.0 for name, each in given.items()}


def read_position(path: Path, *, against_seal: bool = True) -> tuple[Position, Case]:
    """Read a position and hold it against its case.

    Args:
        path: the file.
        against_seal: refuse a position that was changed since it was sealed.

    Returns:
        The position and the case that it is about.

    Raises:
        CaseError: something is wrong with it; one line for each fault, with its line.
    """
    source = read_yaml(path, str(path))
    top = read_top(source, POSITION_SCHEMA, _File.model_fields)
    held = None
    if isinstance(source.data, dict):
        held = read_entry(_File, {key: top[key] for key in _File.model_fields if key in top}, (), source)
    case = _case_of(top, source)
    if held is None or case is None:
        raise CaseError(_ordered(source))
    _apply(held, case, source)
    digest = digest_of(held)
    if against_seal and held.sealed is not None and held.sealed.digest != digest:
        source.report(
            ("sealed",),
            f"was changed since it was sealed on {held.sealed.date.isoformat()}",
            "put it back as it was, or seal it anew: closedsky position seal FILE",
        )
    if source.problems:
        raise CaseError(_ordered(source))
    return (
        Position(
            case.id, held.owner, held.date, held.invented, held.note,
            held.assumptions, held.switches, held.values, digest, held.sealed,
        ),
        case,
    )  # fmt: skip


def digest_of(held: Strict) -> str:
    """SHA-256 of what a position says, but for its seal: the same for the same content, however it is spelt."""
    content = {"schema": POSITION_SCHEMA} | held.model_dump(mode="json", exclude={"sealed"})
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(path: Path, today: dt.date) -> tuple[Position, Sealed | None]:
    """Write the digest of a position and the day into its file, which stays otherwise as it is.

    Args:
        path: the file.
        today: the day of the seal.

    Returns:
        The position as sealed, and the seal that it had before.

    Raises:
        CaseError: something else is wrong with it.
        OSError: it could not be written.
    """
    before, _ = read_position(path, against_seal=False)
    text = path.read_bytes().decode("utf-8-sig")
    text = SEAL.sub("", text)
    if not text.endswith("\n"):
        text += "\n"
    text += f"sealed:\n  digest: {before.digest}\n  date: {today.isoformat()}\n"
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".closedsky-") as held:
        temporary = Path(held) / path.name
        temporary.write_bytes(text.encode())
        after, _ = read_position(temporary)  # before the file is replaced, so that nothing unreadable takes its place
        temporary.replace(path)
    return after, before.sealed


def write_new(path: Path, case: Case, name: str, owner: str, today: dt.date, view: str) -> None:
    """Write a position to begin from, all of it or nothing.

    Args:
        path: made anew.
        case: the case that it is about.
        name: how the person named the case.
        owner: who will sign it.
        today: its date.
        view: `then` or `now`: whose ranges it begins with.

    Raises:
        FileExistsError: the file is there already.
        OSError: it could not be written.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".closedsky-") as held:
        temporary = Path(held) / "position"
        temporary.write_text(starter(case, name, owner, today, view), "utf-8")
        os.link(temporary, path)  # unlike a rename, refuses a file that is there


HANDFUL = 6
"""Assumptions that a new position begins with."""


def starter(case: Case, name: str, owner: str, today: dt.date, view: str) -> str:
    """The text of a new position: a handful of disputed or judged assumptions with their present ranges."""
    contested = [
        key
        for key, entry in case.assumptions.items()
        if entry.basis in ("disputed", "judged") and entry.distribution != "beta" and key not in case.pooled
    ]
    chosen: dict[str, str] = {}
    for key in sorted(contested, key=lambda each: case.assumptions[each].basis != "disputed"):
        chosen.setdefault(case.assumptions[key].relation, key)
    keys = list(chosen.values())[:HANDFUL] or list(case.assumptions)[:HANDFUL]
    lines = [
        "# A position: your own ranges and values for this case. What you leave out stays as the case has it.",
        f"#   closedsky cases {name}           every assumption that may stand below",
        "#   closedsky position check FILE    every fault, one line each",
        "#   closedsky position seal FILE     before it is scored on the zones' record",
        f"schema: {POSITION_SCHEMA}",
        f"case: {json.dumps(name, ensure_ascii=False)}",
        f"owner: {json.dumps(owner, ensure_ascii=False)}",
        f"date: {today.isoformat()}",
        "invented: false   # true for an invented person, which is then said wherever the position is shown",
        'note: ""',
        f"# Ranges as the case has them under the view {view}: narrow, move or delete them, and say why. sources:",
        "# ids of the case's evidence, or links.",
        "assumptions:",
    ]
    for key in keys:
        entry = case.assumptions[key]
        low, high = entry.then if view == "then" else entry.now
        lines += [
            f"  {key}:   # {entry.label} ({entry.unit})",
            f"    range: [{low:g}, {high:g}]",
            "    reason: As the case has it.",
            "    sources: []",
        ]
    lines += [
        "# switches:",
        *(
            f"#   {key}: {switch.default}   # or: {', '.join(each for each in switch.values if each != switch.default)}"
            for key, switch in case.switches.items()
            if key != BOTH_RUN
        ),
        "# For how many civilian lives each counts; 0 where it is left out.",
        "values:",
        "  combat:      # one future with direct combat between the coalition and the adversary",
        "    lives: 0",
        "    reason: Lives alone.",
        "  territory:   # one hundredth of the country held by the adversary at the horizon",
        "    lives: 0",
        "    reason: Lives alone.",
        "  cost:        # one billion US dollars",
        "    lives: 0",
        "    reason: Lives alone.",
    ]
    return "\n".join(lines) + "\n"


def _case_of(top: Mapping[str, Any], source: Source) -> Case | None:
    name = top.get("case")
    if not isinstance(name, str) or not name:
        return None
    try:
        return load_case(name)
    except CaseError as error:
        first = error.problems[0]
        if first.where or first.line:  # the case is there, and its own file is at fault
            source.report(("case",), f"{quote(name)} has faults of its own: {first}")
        else:
            source.report(("case",), f"{quote(name)} is no case", first.allowed, first.nearest)
        return None


def _apply(held: _File, case: Case, source: Source) -> None:
    for name, each in held.assumptions.items():
        where: Where = ("assumptions", name)
        if name in case.fixed:
            source.report(where, f"{case.id} does not ask about it", f"it fixes it: {case.fixed[name].reason}")
        elif name not in case.assumptions:
            source.report(where, f"is no assumption of {case.id}", nearest=nearest_name(name, case.assumptions))
        else:
            _range(each.range, case, name, source)
        _sources(each.sources, case, where, source)
    for name, value in held.switches.items():
        where = ("switches", name)
        free = [each for each in case.switches if each != BOTH_RUN]
        if name == BOTH_RUN:
            source.report(where, "is not a person's to set", "both paths are always run; leave it out")
        elif name not in case.switches:
            near = nearest_name(name, free)
            source.report(where, f"is no switch of {case.id}", "" if near else f"allowed: {', '.join(free)}", near)
        elif value not in case.switches[name].values:
            allowed = list(case.switches[name].values)
            source.report(where, quote(value), f"allowed: {', '.join(allowed)}", nearest_name(value, allowed))
    for name in Values.model_fields:
        counted = getattr(held.values, name)
        if counted is not None:
            _sources(counted.sources, case, ("values", name), source)


def _range(ends: tuple[float, float], case: Case, name: str, source: Source) -> None:
    entry, where = case.assumptions[name], ("assumptions", name, "range")
    low, high = ends
    lowest, highest = allowed_values(entry.unit)
    if low > high:
        source.report(where, f"{quote(list(ends))} is empty", "low must not be above high")
    elif low < lowest or high > highest:
        wanted = f"from {lowest:g} to {highest:g}" if highest < float("inf") else f"not below {lowest:g}"
        source.report(where, f"{quote(list(ends))} cannot be", f"{wanted} ({entry.unit})")
    elif entry.distribution == "log-uniform" and low <= 0:
        source.report(where, f"{quote(list(ends))} cannot be", f"above 0 ({entry.unit}): it is drawn on a log scale")


def _sources(given: Iterable[str], case: Case, where: Where, source: Source) -> None:
    ledger = case.evidence
    known: set[str] = set()
    if ledger is not None:
        known = {*ledger.documents, *ledger.quantities, *ledger.claims}
    for place, each in enumerate(given):
        if each not in known and not each.startswith(LINKS):
            near = nearest_name(each, known)
            allowed = "" if near else "an id of its evidence, or a link that begins with https://"
            source.report((*where, "sources", place), f"{quote(each)} is not evidence of {case.id}", allowed, near)


def _ordered(source: Source) -> list[Problem]:
    return sorted(source.problems, key=lambda problem: problem.line)

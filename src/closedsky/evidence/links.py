"""What a claim bears on, in words, and the command that computes it or shows what it rests on."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from closedsky.cases.asked import can_be_run
from closedsky.cases.problems import nearest_name
from closedsky.cases.schema import Case, Claim, Link
from closedsky.evidence.ledger import ledger_of
from closedsky.evidence.text import EvidenceError

#: What each reading answers.
READINGS: Mapping[str, str] = {
    "break-even": "how likely combat would have to become general war for the lives saved to be outweighed",
    "feasibility": "whether the alliance would have agreed, and when",
    "practicality": "days to a first patrol and force needed, against the days that were thought to be left",
}

#: Kinds of link that lead to something computed; the others lead to what it rests on.
COMPUTED = frozenset({"outcome", "option", "reading", "lever", "switch"})


@dataclass(frozen=True)
class Bearing:
    """One thing that a claim bears on.

    Attributes:
        kind: assumption, option, outcome, reading, lever, switch or quantity.
        id: its name in the case, or in the model.
        text: what it is.
        command: line that computes it, or shows what it rests on.
        value: what a lever is set to.
    """

    kind: str
    id: str
    text: str
    command: str
    value: float | None = None

    @property
    def computed(self) -> bool:
        """Whether it is computed, not only recorded or assumed."""
        return self.kind in COMPUTED

    def to_dict(self) -> dict[str, str | float]:
        """Return plain values."""
        value: dict[str, str | float] = {} if self.value is None else {"value": self.value}
        return {"kind": self.kind, "id": self.id, **value, "text": self.text, "command": self.command}


def bearings(case: Case, key: str, name: str, outcomes: Mapping[str, str]) -> tuple[Bearing, ...]:
    """What one claim bears on.

    Args:
        case: the case.
        key: id of the claim.
        name: the case as the person named it, for the commands.
        outcomes: label of every outcome of the model.

    Raises:
        EvidenceError: the claim names an outcome that the model does not have.
        KeyError: there is no such claim.
    """
    claim = ledger_of(case).claims[key]
    for link in claim.bears_on:
        if link.outcome is not None and link.outcome not in outcomes:
            near = nearest_name(link.outcome, outcomes)
            hint = f"; did you mean {near}?" if near else ""
            raise EvidenceError(f"claims.{key}.bears_on: {link.outcome} is not an outcome of the model{hint}")
    return tuple(_bearing(case, claim, key, link, name, outcomes) for link in claim.bears_on)


def _bearing(case: Case, claim: Claim, key: str, link: Link, name: str, outcomes: Mapping[str, str]) -> Bearing:
    [(kind, target)] = link.targets.items()
    taken = case.taken
    match kind:
        case "assumption":
            command = _line("evidence", name, "--assumption", target)
            return Bearing(kind, target, case.assumptions[target].label, command)
        case "quantity":
            quantity = ledger_of(case).quantities[target]
            text = f"{target} ({quantity.unit})"
            return Bearing(kind, target, text, _line("evidence", name, "--quantity", target))
        case "option":
            return Bearing(kind, target, case.options[target].label, _run(case, claim, name))
        case "lever":
            value = f"{link.value:g}"
            change = ("--set", f"{taken}.{target}={value}")
            command = _line("run", name, *change, "--option", taken) if can_be_run(case) else _backtest(name, *change)
            return Bearing(kind, target, f"{case.levers[target].label}: {value}", command, link.value)
        case "switch":
            switch = case.switches[target]
            others = [value for value in switch.values if value != switch.default]
            computed = partial(_line, "run") if can_be_run(case) else _backtest
            commands = [computed(name, "--set", f"{target}={value}") for value in others]
            return Bearing(kind, target, switch.label or target, "; ".join(commands))
        case "outcome":
            return Bearing(kind, target, outcomes[target], _run(case, claim, name))
        case _:
            return Bearing(kind, target, READINGS[target], _line("evidence", name, "--claim", key, "--compute"))


def _run(case: Case, claim: Claim, name: str) -> str:
    """The run of the options that a claim is about; the one taken is always run beside them."""
    if not can_be_run(case):
        return _backtest(name)
    chosen = [link.option for link in claim.bears_on if link.option and link.option != case.taken]
    if not chosen and any(link.option for link in claim.bears_on):
        chosen = [case.taken]
    return _line("run", name, *(word for option in chosen for word in ("--option", option)))


def _backtest(name: str, *words: str) -> str:
    """What computes a case that does not ask about lives or territory: the option taken, beside its record."""
    return _line("backtest", name, *words)


def _line(*words: str) -> str:
    return shlex.join(("closedsky", *words))

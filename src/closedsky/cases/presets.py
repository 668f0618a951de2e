"""Presets of a case: what a claim takes for granted, and its opposite, as ranges that a person can begin from.

A preset is named by a claim of the ledger and never by who is said to hold it. Every claim has both sides, or none. An
assumption is set to the lower or the upper third of its range on its own scale, so that no number is made up here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from closedsky.cases.schema import Case, Key, Strict, Text

PRESETS_FILE = "presets.yaml"

PRESETS_SCHEMA = "closedsky-presets/1"

SIDES = ("says", "denies")

Third = Literal["low", "high"]


class _Preset(Strict):
    """One side of a claim: thirds of ranges, values of switches, and why."""

    claim: Text
    side: Literal["says", "denies"]
    label: Text
    reason: Text
    assumptions: dict[Key, Third] = Field(default_factory=dict)
    switches: dict[Key, Text] = Field(default_factory=dict)


class _File(Strict):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    form: Literal["closedsky-presets/1"] = Field(alias="schema")
    presets: tuple[_Preset, ...]


@dataclass(frozen=True)
class Preset:
    """What can be set at once.

    Attributes:
        id: claim and side.
        claim: id in the ledger.
        label, reason: for people.
        sets: overrides of a run under the view then: ends of ranges, values of switches.
    """

    id: str
    claim: str
    label: str
    reason: str
    sets: Mapping[str, tuple[float, float] | str]


def read_presets(case: Case) -> tuple[Preset, ...]:
    """Read the presets beside a case, in their order.

    Args:
        case: a case that was read from a file.

    Returns:
        Its presets; none where no such file lies beside it.

    Raises:
        ValueError: the file is no list of presets, names what the case has not, or leaves out a claim's other side.
    """
    from closedsky.cases.yaml_file import read_yaml

    file = case.path.parent / PRESETS_FILE if case.path else None
    if file is None or not file.is_file():
        return ()
    where = f"{PRESETS_FILE} of {case.id}"
    try:
        found = _File.model_validate(_plain(read_yaml(file, str(file)).data))
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{where}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    claims = case.evidence.claims if case.evidence else {}
    sides: dict[str, list[str]] = {}
    for each in found.presets:
        if each.claim not in claims:
            raise ValueError(f"{where}: {each.claim} is no claim of the ledger")
        sides.setdefault(each.claim, []).append(each.side)
        for name in each.assumptions:
            if name not in case.assumptions or case.assumptions[name].distribution == "beta" or name in case.pooled:
                raise ValueError(f"{where}: {each.claim}: {name} is no assumption with a range")
        for name, value in each.switches.items():
            if name not in case.switches or value not in case.switches[name].values:
                raise ValueError(f"{where}: {each.claim}: {name} has no value {value}")
    for claim, held in sides.items():
        if sorted(held) != sorted(SIDES):
            raise ValueError(f"{where}: {claim} needs both sides, says and denies, once each")
    return tuple(
        Preset(f"{each.claim}-{each.side}", each.claim, each.label, each.reason, _sets(case, each))
        for each in found.presets
    )


def _plain(data: object) -> object:
    """What pydantic reads: lists as tuples are given by no YAML file."""
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return tuple(_plain(each) for each in data)
    return data


def _sets(case: Case, preset: _Preset) -> dict[str, tuple[float, float] | str]:
    ranges = {name: third_of(case, name, third) for name, third in preset.assumptions.items()}
    return {**ranges, **preset.switches}


def third_of(case: Case, name: str, third: Third) -> tuple[float, float]:
    """The lower or the upper third of an assumption's range then, on its own scale, to three digits."""
    entry = case.assumptions[name]
    low, high = entry.then
    part = 1.0 / 3.0 if third == "low" else 2.0 / 3.0
    if entry.distribution == "log-uniform":
        inner = math.exp(math.log(low) + part * (math.log(high) - math.log(low)))
    else:
        inner = low + part * (high - low)
    inner = min(max(float(f"{inner:.3g}"), low), high)
    return (low, inner) if third == "low" else (inner, high)

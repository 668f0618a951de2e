"""What a case file may hold, field by field. Data only: no rule here knows any other field's value.

Rules that need two fields at once (a range and its unit, an evidence id and the ledger) are in `check`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from closedsky.cases.shown import Shown

if TYPE_CHECKING:
    from closedsky.cases.contested import Contested
    from closedsky.cases.recorded import Recorded
    from closedsky.cases.shared import Fixed, PastCampaign, Pooled

Basis = Literal["measured", "derived", "expert", "judged", "disputed", "structural"]
Distribution = Literal["uniform", "log-uniform", "beta"]
LeverKind = Literal["number", "share", "flag"]
Voice = Literal["article's own voice", "paraphrase", "direct quote", "unnamed source"]
Corroboration = Literal["confirmed", "partly", "not found", "contradicted"]
ReadingName = Literal["break-even", "feasibility", "practicality"]

CASE_SCHEMA = "closedsky-case/1"
EVIDENCE_SCHEMA = "closedsky-evidence/1"

#: What each basis means to a reader of a table (experience.md).
BASIS_MEANING: Mapping[str, str] = MappingProxyType(
    {
        "measured": "stated by a source",
        "derived": "arithmetic on stated figures",
        "expert": "a forecast or estimate by named experts",
        "judged": "our judgement, open to contest",
        "disputed": "the parties or the literature disagree",
        "structural": "a choice between ways of modelling",
    }
)


def as_tuple(value: object) -> object:
    """A list of the file as the tuple that a frozen entry holds; anything else as it is."""
    return tuple(value) if isinstance(value, list) else value


def _as_date(value: object) -> object:
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _as_text(value: object) -> object:
    """Give back a date that YAML recognised as the text that the person wrote; a bare year likewise."""
    if isinstance(value, dt.date) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
AsWritten = Annotated[Text, BeforeValidator(_as_text)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Day = Annotated[dt.date, BeforeValidator(_as_date)]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_. -]*$", max_length=100)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Ids = Annotated[tuple[Text, ...], BeforeValidator(as_tuple)]
Pair = Annotated[tuple[float, float], BeforeValidator(as_tuple)]


class Strict(BaseModel):
    """Frozen, no field that is not listed, no silent conversion (`"3"` is not 3), no infinite number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Number(Strict):
    """A planning number that every future shares: inert within its margin, or a definition."""

    label: Text
    unit: Text
    value: float
    basis: Basis
    evidence: Ids = ()
    reason: str = ""


class Lever(Strict):
    """Something that an option may set; `neutral` is its value where an option says nothing."""

    label: Text
    unit: Text
    neutral: float
    kind: LeverKind = "number"


class Setting(Strict):
    """The value that an option gives a lever, and on what it rests."""

    value: float
    basis: Basis
    evidence: Ids = ()
    reason: str = ""


class Proposer(Strict):
    """Who is on record as having asked for an option."""

    name: Text
    evidence: Ids = ()


class OptionEntry(Strict):
    """An option as the file has it: only the levers that it moves."""

    label: Text
    description: Text
    proposer: Proposer | None
    legal_basis: Text
    levers: dict[Key, Setting] = Field(default_factory=dict)


class Sources(Strict):
    """Evidence ids behind a range: what was public on the day, and what the record adds."""

    then: Ids = ()
    now: Ids = ()


class Assumption(Strict):
    """An uncertain quantity. Under `beta` a pair holds the two shape parameters; else low and high."""

    label: Text
    relation: Key
    unit: Text
    distribution: Distribution
    then: Pair
    now: Pair
    basis: Basis
    evidence: Sources = Sources()
    reason: Text


class Latent(Strict):
    """A cause that several assumptions share; `strength` names the assumption that is its loading."""

    label: Text
    reason: Text
    strength: Key
    members: dict[Key, Literal[-1, 1]]


class Switch(Strict):
    """A choice between ways of modelling, with one sentence about each."""

    label: str = ""
    default: Text
    values: dict[Text, Text]


class Document(Strict):
    """Something published; `link` is null for a computation of our own and for a text without a known address.

    `file` and `digest` (SHA-256 of the text, each run of white space one blank) find it in a person's folder.
    """

    title: Text
    link: Text | None
    publisher: Text
    date: AsWritten | None = None
    file: FileName | None = None
    digest: Digest | None = None


class Quantity(Strict):
    """A number on record. `since` and `until` (in the file: from, to) bound what it is about."""

    low: float | None = None
    value: float | None = None
    high: float | None = None
    unit: Text
    date: AsWritten | None = None
    since: Day | None = Field(default=None, alias="from")
    until: Day | None = Field(default=None, alias="to")
    timeless: bool = False
    published: Day | None = None
    sources: Ids
    tags: Ids = ()
    note: str = ""


class Link(Strict):
    """What a claim bears on: one name of the case, or of the model; `value` is what a lever is set to."""

    assumption: Text | None = None
    option: Text | None = None
    outcome: Text | None = None
    reading: ReadingName | None = None
    lever: Text | None = None
    switch: Text | None = None
    quantity: Text | None = None
    value: float | None = None

    @property
    def targets(self) -> dict[str, str]:
        """The names given, by kind; a sound link has one."""
        given = self.model_dump(exclude={"value"}, exclude_none=True)
        return {str(kind): str(name) for kind, name in given.items()}


class Claim(Strict):
    """Words of a document that assert something: verbatim, by whom as the document has it, and what bears them out.

    `sources` were searched or agree, `against` disagree; `untested` says why nothing is computed for the claim.
    """

    quote: Text
    document: Text
    speaker: Text
    kind: Voice
    corroboration: Corroboration
    sources: Ids = ()
    against: Ids = ()
    bears_on: Annotated[tuple[Link, ...], BeforeValidator(as_tuple)] = ()
    untested: str = ""
    note: str = ""


class Remark(Strict):
    """Words of a document that assert nothing that could be tested, and why; or that repeat a claim."""

    quote: Text
    document: Text
    reason: Text
    repeats: Text | None = None


@dataclass(frozen=True)
class Ledger:
    """The evidence of a case: what was published, the quantities read in it, and what was claimed."""

    documents: Mapping[str, Document] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    remarks: Mapping[str, Remark] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """A choice. `levers` holds every lever of the case, neutral where the option says nothing."""

    id: str
    label: str
    description: str
    proposer: Proposer | None
    legal_basis: str
    levers: Mapping[str, float]
    settings: Mapping[str, Setting]


@dataclass(frozen=True, eq=False)
class Case(Shown):
    """One decision, all data. Two cases are equal when their parsed content is, wherever the files lie.

    Attributes:
        reference_day: the calendar day of day 0.
        decision_day: days from it to the decision.
        horizon: days from it to the end of the campaign; now_horizon: to where the view *now* follows what lasts.
        start, length: day at which each step begins, and how many days it lasts, shape (steps,).
        taken: id of the option that was really taken.
        options, assumptions, numbers, levers, latents, switches: by key, in the order of the file.
        evidence: the ledger, or None when there is no evidence file.
        recorded: what happened, which no input may rest on.
        fixed: assumptions of the model that the case does not ask about.
        pooled: past campaigns behind assumptions that are drawn from them alone; left_out: this case's own value.
        uses: shared sets, and how each was taken over; without: campaigns left out because this one overlaps them.
        contested: claims that options are held against, by key.
        path: where the case file lies.
    """

    id: str
    title: str
    question: str
    summary: str
    reference_day: dt.date
    decision_day: int
    horizon: int
    now_horizon: int
    start: NDArray[np.float64]
    length: NDArray[np.float64]
    taken: str
    options: Mapping[str, Option]
    assumptions: Mapping[str, Assumption]
    numbers: Mapping[str, Number]
    levers: Mapping[str, Lever]
    latents: Mapping[str, Latent]
    switches: Mapping[str, Switch]
    evidence: Ledger | None
    recorded: Mapping[str, Recorded] = field(default_factory=dict)
    fixed: Mapping[str, Fixed] = field(default_factory=dict)
    pooled: Mapping[str, Pooled] = field(default_factory=dict)
    left_out: Mapping[str, PastCampaign] = field(default_factory=dict)
    uses: Mapping[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    contested: Mapping[str, Contested] = field(default_factory=dict)
    path: Path | None = field(default=None, repr=False)

    def digest(self) -> str:
        """SHA-256 (64 hexadecimal digits) of what was parsed, order included: a design draws in that order."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        text = json.dumps(canonical(self), ensure_ascii=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def decided(self) -> dt.date:
        """The calendar day of the decision: the last day of what could be known in the view *then*."""
        return self.reference_day + dt.timedelta(days=self.decision_day)

    def number(self, key: str) -> float:
        """The value of a planning number, in its unit.

        Raises:
            KeyError: the case has no such number.
        """
        return self.numbers[key].value

    def __eq__(self, other: object) -> bool:
        return self.digest() == other.digest() if isinstance(other, Case) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest())

    def __repr__(self) -> str:
        return (
            f"Case({self.id!r}: {len(self.options)} options, {len(self.assumptions)} assumptions, "
            f"{len(self.start)} steps to day {self.horizon})"
        )


def canonical(case: Case) -> dict[str, Any]:
    """The content of a case as plain JSON values."""
    sections: dict[str, Any] = {
        "schema": CASE_SCHEMA,
        "id": case.id,
        "title": case.title,
        "question": case.question,
        "summary": case.summary,
        "reference_day": case.reference_day.isoformat(),
        "decision_day": case.decision_day,
        "horizon": case.horizon,
        **({"now_horizon": case.now_horizon} if case.now_horizon != case.horizon else {}),
        "start": case.start.tolist(),
        "length": case.length.tolist(),
        "taken": case.taken,
        "numbers": _plain(case.numbers),
        "levers": _plain(case.levers),
        "assumptions": _plain(case.assumptions),
        "latents": _plain(case.latents),
        "switches": _plain(case.switches),
    }
    sections["options"] = {
        key: {
            "label": option.label,
            "description": option.description,
            "proposer": option.proposer and option.proposer.model_dump(mode="json"),
            "legal_basis": option.legal_basis,
            "settings": _plain(option.settings),
        }
        for key, option in case.options.items()
    }
    if case.evidence is not None:
        sections["documents"] = _plain(case.evidence.documents)
        sections["quantities"] = _plain(case.evidence.quantities)
        for name in ("claims", "remarks"):
            if entries := getattr(case.evidence, name):
                sections[name] = _plain(entries)
    for name in ("recorded", "fixed", "pooled", "contested"):
        if entries := getattr(case, name):
            sections[name] = _plain(entries)
    return sections


def _plain(entries: Mapping[str, Strict]) -> dict[str, Any]:
    return {key: entry.model_dump(mode="json", by_alias=True, exclude_defaults=True) for key, entry in entries.items()}

"""Make the entries of a case out of parsed files, keeping every fault with its path and going on.

Each entry is validated by itself, so that a fault in one assumption hides nothing about the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from closedsky.cases import schema as form
from closedsky.cases.contested import Contested
from closedsky.cases.problems import Where, nearest_name, quote
from closedsky.cases.recorded import Recorded
from closedsky.cases.shared import SHARED_SCHEMA, Fixed, How, Pooled
from closedsky.cases.yaml_file import Source

Entry = TypeVar("Entry", bound=BaseModel)

#: Sections whose entries are validated one by one, and what an entry is.
SECTIONS: dict[str, type[form.Strict]] = {
    "switches": form.Switch,
    "numbers": form.Number,
    "levers": form.Lever,
    "options": form.OptionEntry,
    "assumptions": form.Assumption,
    "latents": form.Latent,
    "recorded": Recorded,
    "fixed": Fixed,
    "pooled": Pooled,
    "contested": Contested,
}

#: Sections that a case may leave out: it may have nothing of the kind, or take it over from a shared set.
OPTIONAL = frozenset(SECTIONS) - {"options"}

#: Sections of a shared set.
SHARED_SECTIONS = [name for name in SECTIONS if name not in ("options", "recorded", "contested")]

EVIDENCE_SECTIONS: dict[str, type[form.Strict]] = {
    "documents": form.Document,
    "quantities": form.Quantity,
    "claims": form.Claim,
    "remarks": form.Remark,
}

#: What may stand where pydantic finds a value of another type; the beginnings of its names for that.
WANTED = {
    "float": "a number, without commas or quotes",
    "int": "a whole number, without commas or quotes",
    "tuple": "a list in square brackets, such as [1, 2]",
    "date": "a day, such as 1995-08-30",
    "string": "text",
}

Span = Annotated[tuple[int, int], BeforeValidator(form.as_tuple)]


class Uses(form.Strict):
    """The shared sets that a case takes over, and how."""

    uses: dict[form.Id, How] = Field(default_factory=dict)


class Heading(Uses):
    """The fields of a case outside its sections."""

    id: form.Id
    title: form.Text
    question: form.Text
    summary: form.Text
    reference_day: form.Day
    decision_day: int
    horizon: int
    now_horizon: int | None = None
    grid: Annotated[tuple[Span, ...], BeforeValidator(form.as_tuple)] | None = None
    taken: form.Text
    without: form.Ids = ()


@dataclass
class Draft:
    """What could be read of a case: the entries that are sound by themselves.

    `inherited` says of each name that a shared set gave how that set was taken over. `uses` is None where the sets
    that the case names could not be read, so that nothing can be said of what is missing.
    """

    heading: Heading | None = None
    switches: dict[str, form.Switch] = field(default_factory=dict)
    numbers: dict[str, form.Number] = field(default_factory=dict)
    levers: dict[str, form.Lever] = field(default_factory=dict)
    options: dict[str, form.OptionEntry] = field(default_factory=dict)
    assumptions: dict[str, form.Assumption] = field(default_factory=dict)
    latents: dict[str, form.Latent] = field(default_factory=dict)
    recorded: dict[str, Recorded] = field(default_factory=dict)
    fixed: dict[str, Fixed] = field(default_factory=dict)
    pooled: dict[str, Pooled] = field(default_factory=dict)
    contested: dict[str, Contested] = field(default_factory=dict)
    ledger: form.Ledger | None = None
    names: dict[str, list[str]] = field(default_factory=dict)
    inherited: dict[str, How] = field(default_factory=dict)
    uses: dict[str, How] | None = field(default_factory=dict)

    @property
    def decided(self) -> dt.date | None:
        """The calendar day of the decision, when both its parts could be read."""
        if self.heading is None:
            return None
        try:
            return self.heading.reference_day + dt.timedelta(days=self.heading.decision_day)
        except OverflowError:
            return None


def parse_case(source: Source, evidence: Source | None) -> Draft:
    """Read the entries of a case and of its ledger; faults go to the two sources."""
    draft = Draft()
    top = read_top(source, form.CASE_SCHEMA, [*Heading.model_fields, *SECTIONS])
    draft.heading = read_entry(Heading, {key: top[key] for key in Heading.model_fields if key in top}, (), source)
    draft.uses = _uses(top)
    for section in SECTIONS:
        _read_section(draft, top, section, source, optional=section in _may_lack(draft.uses != {}))
    _read_ledger(draft, evidence)
    return draft


def parse_shared(source: Source, evidence: Source | None) -> Draft:
    """Read a shared set as a draft without a heading."""
    draft = Draft()
    top = read_top(source, SHARED_SCHEMA, ["title", "about", *SHARED_SECTIONS])
    for section in SECTIONS:
        _read_section(draft, top, section, source, optional=True)
    _read_ledger(draft, evidence)
    return draft


def take_over(draft: Draft, name: str, shared: Draft, how: How, source: Source, evidence: Source | None) -> None:
    """Add a shared set to a draft, before the case's own entries, which win where both name one.

    What a case fixes, or makes an assumption, replaces the other kind of the same name in the set.
    """
    own = {section: list(draft.names[section]) for section in SECTIONS}
    for section in SHARED_SECTIONS:
        kept = {key: entry for key, entry in getattr(shared, section).items() if key not in own[section]}
        if section in ("fixed", "pooled"):
            kept = {key: entry for key, entry in kept.items() if key not in own["assumptions"]}
        if section in ("assumptions", "pooled"):
            kept = {key: entry for key, entry in kept.items() if key not in own["fixed"]}
        for key in kept:
            if key in getattr(draft, section):
                source.report(("uses", name), f"brings {key}, which another set brings too")
        setattr(draft, section, kept | getattr(draft, section))
        draft.names[section] = list(dict.fromkeys([*kept, *draft.names[section]]))
        if section == "assumptions":
            draft.inherited |= dict.fromkeys(kept, how)
    if shared.ledger is None:
        return
    ours = draft.ledger or form.Ledger()
    joined: dict[str, Any] = {}
    for section in EVIDENCE_SECTIONS:
        theirs, mine = getattr(shared.ledger, section), getattr(ours, section)
        for key in mine:
            if key in theirs and evidence is not None and mine[key] != theirs[key]:
                evidence.report((section, key), f"is another entry of that name in {name}", "a name of its own")
        joined[section] = {**theirs, **mine}
        draft.names[section] = list(dict.fromkeys([*theirs, *draft.names.get(section, [])]))
    draft.ledger = form.Ledger(**joined)


def _uses(top: Mapping[str, Any]) -> dict[str, How] | None:
    """The sets that a case names, by themselves: a fault elsewhere in the heading must not hide what they give."""
    try:
        return Uses.model_validate({"uses": top.get("uses", {})}).uses
    except ValidationError:
        return None  # reported with the heading


def _may_lack(uses_sets: bool) -> frozenset[str]:
    """Sections that may be missing: what shared sets may give, too, where a case takes any over."""
    return OPTIONAL if uses_sets else OPTIONAL - {"numbers", "levers", "assumptions"}


def _read_section(draft: Draft, top: Mapping[str, Any], section: str, source: Source, optional: bool) -> None:
    found, names = _section(top, section, SECTIONS[section], source, optional)
    setattr(draft, section, found)
    draft.names[section] = names


def _read_ledger(draft: Draft, evidence: Source | None) -> None:
    if evidence is None:
        return
    top = read_top(evidence, form.EVIDENCE_SCHEMA, EVIDENCE_SECTIONS)
    sections: dict[str, Any] = {}
    for section, kind in EVIDENCE_SECTIONS.items():
        optional = section in ("claims", "remarks")
        sections[section], draft.names[section] = _section(top, section, kind, evidence, optional)
    draft.ledger = form.Ledger(**sections)


def read_top(source: Source, schema: str, keys: Iterable[str]) -> dict[str, Any]:
    """Check the outermost level of a file: its schema, and no field that nobody reads."""
    if not isinstance(source.data, dict):
        if not source.problems:
            source.report((), f"holds {quote(source.data)}", f"a mapping that begins with schema: {schema}")
        return {}
    top: dict[str, Any] = source.data
    if top.get("schema") != schema:
        source.report(("schema",), f"{quote(top.get('schema'))} is not a schema read here", schema)
    allowed = ["schema", *keys]
    for key in top:
        if key not in allowed:
            source.report((key,), "is not a field of this file", nearest=nearest_name(key, allowed))
    return top


def _section(
    top: Mapping[str, Any], section: str, kind: type[Entry], source: Source, optional: bool = False
) -> tuple[dict[str, Entry], list[str]]:
    entries = top.get(section, {} if optional else None)
    if entries is None and section not in top:
        if isinstance(source.data, dict):
            source.report((section,), "is missing")
        return {}, []
    if not isinstance(entries, dict):
        source.report((section,), f"holds {quote(entries)}", "a mapping of names to entries")
        return {}, []
    made = {}
    for key, data in entries.items():
        if not key or not all(letter.isalnum() or letter in "_-." for letter in key) or not key.isascii():
            source.report((section, key), "is not a name", "letters, digits, - and _")
            continue
        entry = read_entry(kind, data, (section, key), source)
        if entry is not None:
            made[key] = entry
    return made, list(entries)


def read_entry(kind: type[Entry], data: object, where: Where, source: Source) -> Entry | None:
    """One entry, or None after its faults are reported."""
    if not isinstance(data, dict):
        source.report(where, f"holds {quote(data)}", f"a mapping with {', '.join(_fields(kind))}")
        return None
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        if not where and not isinstance(source.data, dict):
            return None  # the file as a whole is already reported
        for fault in error.errors(include_url=False, include_context=True):
            _report(kind, dict(fault), where, source)
        return None


def _report(kind: type[BaseModel], fault: dict[str, Any], where: Where, source: Source) -> None:
    """Say one of pydantic's faults in the words of this project."""
    place = tuple(part for part in fault["loc"] if part != "[key]")
    path = (*where, *place)
    match fault["type"]:
        case "extra_forbidden":
            inner = _inner(kind, place[:-1])
            nearest = nearest_name(place[-1], inner)
            allowed = "" if nearest else "allowed: " + ", ".join(inner)
            source.report(path, "is not a field here", allowed, nearest)
        case "missing":
            source.report(path, "is missing")
        case "literal_error":
            allowed = str(fault["ctx"]["expected"]).replace("'", "")
            nearest = nearest_name(fault["input"], allowed.replace(" or ", ", ").split(", "))
            source.report(path, quote(fault["input"]), f"allowed: {allowed}", nearest)
        case "finite_number":
            source.report(path, f"{quote(fault['input'])} is not finite")
        case "string_too_short":
            source.report(path, "is empty")
        case "string_pattern_mismatch":
            also = "_" if "_" in str(fault["ctx"]["pattern"]) else "-"
            source.report(path, quote(fault["input"]), f"small letters, digits and {also}")
        case kind_of if kind_of.endswith("_type") or "parsing" in kind_of:
            source.report(path, f"{quote(fault['input'])} is not of the right kind", _wanted(fault))
        case _:
            source.report(path, quote(fault["input"]), str(fault["msg"]))


def _wanted(fault: Mapping[str, Any]) -> str:
    """What may stand there, in the words of a case file."""
    kind = str(fault["type"])
    return next((words for start, words in WANTED.items() if kind.startswith(start)), str(fault["msg"]))


def _fields(kind: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in kind.model_fields.items()]


def _inner(kind: type[BaseModel], place: tuple[Any, ...]) -> list[str]:
    """The fields of the entry inside `kind` at `place`."""
    for part in place:
        info = kind.model_fields.get(str(part))
        if info is not None:
            inner = _models(info.annotation)
            if inner is not None:
                kind = inner
    return _fields(kind)


def _models(annotation: Any) -> type[BaseModel] | None:
    """The first pydantic class inside a type such as `dict[str, Setting]` or `Proposer | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _models(part)
        if found is not None:
            return found
    return None

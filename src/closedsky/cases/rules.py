"""The rules that a case keeps: each looks at the draft, reports every breach, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from closedsky.cases import schema as form
from closedsky.cases.contested import contested_holds
from closedsky.cases.grid import build_grid, default_grid, extend_grid
from closedsky.cases.parsing import Draft
from closedsky.cases.problems import Where, nearest_name, quote
from closedsky.cases.recorded import record_holds
from closedsky.cases.shared import overlap_holds, shared_holds
from closedsky.cases.units import allowed_values, expected_unit, is_unit, vocabulary
from closedsky.cases.yaml_file import Source

#: More assumptions than this and nobody can contest them one by one.
MOST_ASSUMPTIONS = 100
#: More missing names than this in a section are one fault, not many: a set was not taken over.
MOST_MISSING = 6
UNSOURCED = "measured, but no evidence is named"


@dataclass(frozen=True)
class ModelNames:
    """What the model asks of a case: the keys of each section, and the values of each switch."""

    assumptions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    switches: Mapping[str, Iterable[str]] = field(default_factory=dict)


def model_names() -> ModelNames:
    """The keys that this version's model reads."""
    from closedsky.model import names  # here, because reading a case needs nothing of the model

    return ModelNames(names.ASSUMPTIONS, names.NUMBERS, names.LEVERS, names.SWITCHES)


def apply_rules(draft: Draft, source: Source, evidence: Source | None, names: ModelNames | None) -> None:
    """Report every breach of every rule to the file in which it stands."""
    for rule in RULES:
        rule(draft, source)
    if draft.ledger is not None and evidence is not None:
        _ledger_is_sound(draft, draft.ledger, evidence)
        _claims_are_sound(draft, draft.ledger, evidence)
    if names is not None:
        _model_is_served(draft, source, names)


def _calendar_holds(draft: Draft, source: Source) -> None:
    heading = draft.heading
    if heading is None:
        return
    if heading.grid is not None:
        _grid_holds(source, heading.grid, heading.horizon)
    if heading.now_horizon is not None:
        _now_horizon_holds(source, heading.grid, heading.horizon, heading.now_horizon)
    if heading.horizon < 1:
        source.report(("horizon",), quote(heading.horizon), "1 day or more")
    if not 0 <= heading.decision_day < heading.horizon:
        source.report(("decision_day",), quote(heading.decision_day), "from 0 to the day before the horizon")
    elif draft.decided is None:
        source.report(("decision_day",), quote(heading.decision_day), "a day that the calendar has")


def _grid_holds(source: Source, grid: tuple[tuple[int, int], ...], horizon: int) -> None:
    try:
        build_grid(grid)
    except ValueError as error:
        source.report(("grid",), str(error), "[until, step] in days, each until later than the one before")
    else:
        if grid[-1][0] != horizon:
            source.report(("grid",), f"ends on day {grid[-1][0]}", f"the horizon, day {horizon}")


def _now_horizon_holds(
    source: Source, grid: tuple[tuple[int, int], ...] | None, horizon: int, now_horizon: int
) -> None:
    if now_horizon < horizon:
        source.report(("now_horizon",), quote(now_horizon), f"the horizon, day {horizon}, or later")
        return
    try:
        start, length = build_grid(grid) if grid is not None else default_grid(max(horizon, 1))
    except (ValueError, OverflowError):
        return  # the grid, or the horizon, is reported already
    try:
        extend_grid(start, length, now_horizon)
    except (ValueError, OverflowError) as error:
        source.report(("now_horizon",), quote(now_horizon), f"a day that the grid reaches: {error}")


def _options_hold(draft: Draft, source: Source) -> None:
    names = draft.names["options"]
    if draft.heading is not None and draft.heading.taken not in names:
        taken = draft.heading.taken
        near = nearest_name(taken, names)
        source.report(("taken",), f"{quote(taken)} is not an option", _among(names), near)
    for key, option in draft.options.items():
        if option.proposer is not None:
            where = ("options", key, "proposer", "evidence")
            _ids_exist(draft, source, where, option.proposer.evidence, ("quantities", "documents"))
        for lever, setting in option.levers.items():
            _setting_holds(draft, source, ("options", key, "levers", lever), lever, setting)
        _zone_has_area(source, key, option)


def _zone_has_area(source: Source, key: str, option: form.OptionEntry) -> None:
    """A zone that is flown or held from outside covers something."""
    value = {lever: setting.value for lever, setting in option.levers.items()}
    held = value.get("zone", 0) and (value.get("overflight", 0) or value.get("standoff", 0))
    if held and not value.get("area_km2", 0):
        source.report(("options", key, "levers", "area_km2"), "is 0 for a zone that is held", "its area, above 0 km2")
    if value.get("zone", 0) and value.get("overflight", 0) and not value.get("bluff", 0) and not value.get("force", 0):
        source.report(("options", key, "levers", "force"), "is 0 for a zone that is flown", "its aircraft, above 0")


def _setting_holds(draft: Draft, source: Source, where: Where, key: str, setting: form.Setting) -> None:
    levers = draft.names["levers"]
    if levers and key not in levers:  # without any, that is the fault
        near = nearest_name(key, levers)
        source.report(where, "is not a lever of this case", "" if near else _among(levers), near)
    elif key in draft.levers:
        _lever_allows(source, (*where, "value"), draft.levers[key], setting.value)
    _sourced(draft, source, where, setting)


def _levers_hold(draft: Draft, source: Source) -> None:
    for key, lever in draft.levers.items():
        _unit_holds(source, ("levers", key, "unit"), key, lever.unit)
        _lever_allows(source, ("levers", key, "neutral"), lever, lever.neutral)


def _lever_allows(source: Source, where: Where, lever: form.Lever, value: float) -> None:
    if lever.kind == "flag" and value not in (0, 1):
        source.report(where, quote(value), "0 or 1, for a flag")
    elif lever.kind == "share" and not 0 <= value <= 1:
        source.report(where, quote(value), "from 0 to 1, for a share")
    else:
        _values_allowed(source, where, lever.unit, (value,))


def _numbers_hold(draft: Draft, source: Source) -> None:
    for key, number in draft.numbers.items():
        where = ("numbers", key)
        _unit_holds(source, (*where, "unit"), key, number.unit)
        _values_allowed(source, (*where, "value"), number.unit, (number.value,))
        _sourced(draft, source, where, number)


def _assumptions_hold(draft: Draft, source: Source) -> None:
    names = draft.names["assumptions"]
    if len(names) > MOST_ASSUMPTIONS:
        source.report(("assumptions",), f"holds {len(names)} assumptions", f"at most {MOST_ASSUMPTIONS}")
    for key, assumption in draft.assumptions.items():
        where = ("assumptions", key)
        _unit_holds(source, (*where, "unit"), key, assumption.unit)
        for view in ("then", "now"):
            _range_holds(source, (*where, view), assumption, getattr(assumption, view))
            _ids_exist(draft, source, (*where, "evidence", view), getattr(assumption.evidence, view))
        if assumption.basis == "measured" and not (assumption.evidence.then or assumption.evidence.now):
            source.report((*where, "basis"), UNSOURCED, "an evidence id, or another basis")
        if draft.inherited.get(key) != "leave-one-out":  # that is a test of relations, not of foresight
            _known_on_the_day(draft, source, (*where, "evidence", "then"), assumption.evidence.then)


def _range_holds(source: Source, where: Where, assumption: form.Assumption, pair: form.Pair) -> None:
    low, high = pair
    if assumption.distribution == "beta":
        if low <= 0 or high <= 0:
            source.report(where, quote(pair), "two shape parameters above 0, for beta")
        return
    if low == high:
        source.report(where, f"{quote(pair)} is empty", "low must be below high")
    elif low > high:
        source.report(where, f"{quote(pair)} is reversed", "low must be below high")
    if assumption.distribution == "log-uniform" and low <= 0:
        source.report(where, f"{quote(pair)} begins at {quote(low)}", "above 0, for log-uniform")
    else:
        _values_allowed(source, where, assumption.unit, pair)


def _known_on_the_day(draft: Draft, source: Source, where: Where, ids: Iterable[str]) -> None:
    if draft.ledger is None or draft.decided is None:
        return
    for name in ids:
        quantity = draft.ledger.quantities.get(name)
        if quantity is None or quantity.timeless:
            continue
        if quantity.until is None:
            source.report(where, f"{quote(name)} has neither `to` nor `timeless`", "one of the two")
        elif quantity.until > draft.decided:
            found = f"{quote(name)} is about days up to {quantity.until}, after the decision"
            source.report(where, found, f"{draft.decided} or earlier")


def _latents_hold(draft: Draft, source: Source) -> None:
    names = draft.names["assumptions"]
    loads: dict[str, float] = {}
    for key, latent in draft.latents.items():
        members = [("strength", latent.strength), *(("members", member) for member in latent.members)]
        for place, name in members:
            where: Where = ("latents", key, place) if place == "strength" else ("latents", key, place, name)
            if name not in names:
                source.report(where, f"{quote(name)} is not an assumption", nearest=nearest_name(name, names))
        if latent.strength in latent.members:
            source.report(("latents", key, "members"), f"{latent.strength} is its own strength")
        strength = draft.assumptions.get(latent.strength)
        highest = max(0.0, *map(max, (strength.then, strength.now))) if strength is not None else 0.0
        for name in latent.members:
            loads[name] = loads.get(name, 0.0) + highest**2
            if loads[name] > 1:
                found = f"{name} shares causes that together explain more than all of it"
                source.report(("latents", key, "members", name), found, "squared strengths that sum to 1")


def _switches_hold(draft: Draft, source: Source) -> None:
    for key, switch in draft.switches.items():
        if switch.default not in switch.values:
            near = nearest_name(switch.default, switch.values)
            source.report(("switches", key, "default"), quote(switch.default), _among(switch.values), near)


def _ledger_is_sound(draft: Draft, ledger: form.Ledger, evidence: Source) -> None:
    documents = draft.names["documents"]
    for key, quantity in ledger.quantities.items():
        where = ("quantities", key)
        if not quantity.sources:
            evidence.report((*where, "sources"), "is empty", "the id of a document")
        for name in quantity.sources:
            if name not in documents:
                near = nearest_name(name, documents)
                evidence.report((*where, "sources"), f"{quote(name)} is not a document", nearest=near)
        given = [each for each in (quantity.low, quantity.value, quantity.high) if each is not None]
        if given != sorted(given):
            evidence.report(where, f"{quote(given)} is out of order", "low, value, high in ascending order")
        if quantity.since and quantity.until and quantity.since > quantity.until:
            evidence.report((*where, "from"), f"{quantity.since} is after {quantity.until}", "from before to")
        if quantity.timeless and quantity.until:
            evidence.report((*where, "timeless"), "is said beside `to`", "one of the two")


def _claims_are_sound(draft: Draft, ledger: form.Ledger, evidence: Source) -> None:
    """Every claim and remark names documents that are there; every link leads somewhere; nothing is left unsaid."""
    entries: list[tuple[str, str, form.Claim | form.Remark]] = []
    entries += [("claims", key, claim) for key, claim in ledger.claims.items()]
    entries += [("remarks", key, remark) for key, remark in ledger.remarks.items()]
    for section, key, entry in entries:
        document = ledger.documents.get(entry.document)
        _known(draft, evidence, (section, key, "document"), "documents", entry.document)
        if document is not None and document.file is None and document.digest is None:
            found = f"{quote(entry.document)} is quoted, but has neither file nor digest to find it by"
            evidence.report((section, key, "document"), found)
    for key, claim in ledger.claims.items():
        for place in ("sources", "against"):
            for name in getattr(claim, place):
                _known(draft, evidence, ("claims", key, place), "documents", name)
        if not claim.sources and claim.corroboration != "not found":
            evidence.report(("claims", key, "sources"), "is empty", "the id of a document, unless not found")
        if not claim.bears_on and not claim.untested:
            evidence.report(("claims", key), "has neither bears_on nor untested", "one of the two")
        for place_, link in enumerate(claim.bears_on):
            _link_holds(draft, evidence, ("claims", key, "bears_on", place_), link)
    for key, remark in ledger.remarks.items():
        if remark.repeats is not None:
            _known(draft, evidence, ("remarks", key, "repeats"), "claims", remark.repeats)


def _link_holds(draft: Draft, evidence: Source, where: Where, link: form.Link) -> None:
    """One target; a lever with its value. Names of outcomes are for the readings to check."""
    if len(link.targets) != 1:
        named = ", ".join(link.targets) or "nothing"
        evidence.report(
            where, f"names {named}", "one of " + ", ".join(name for name in form.Link.model_fields if name != "value")
        )
    if (link.lever is None) != (link.value is None):
        evidence.report(where, "a value goes with a lever, and a lever with a value")
    elif link.lever in draft.levers and link.value is not None:
        _lever_allows(evidence, (*where, "value"), draft.levers[link.lever], link.value)
    sections = {"assumption": "assumptions", "option": "options", "lever": "levers", "switch": "switches"}
    for kind, section in {**sections, "quantity": "quantities"}.items():
        if (name := link.targets.get(kind)) is not None:
            _known(draft, evidence, (*where, kind), section, name)


def _known(draft: Draft, source: Source, where: Where, section: str, name: str) -> None:
    names = draft.names.get(section, [])
    if name not in names:
        found = f"{quote(name)} is not among the {section}"
        source.report(where, found, nearest=nearest_name(name, names))


def _model_is_served(draft: Draft, source: Source, names: ModelNames) -> None:
    for section in ("assumptions", "numbers", "levers", "switches"):
        wanted, given = list(getattr(names, section)), draft.names[section]
        if section == "assumptions":  # how strongly causes tie draws together is read where they are drawn
            given = [*given, *draft.names["fixed"]]
            wanted += [latent.strength for latent in draft.latents.values()]
        missing = [name for name in wanted if name not in given]
        for name in given:
            if name not in wanted:
                near = nearest_name(name, missing)
                source.report((section, name), "is not a name that the model reads", nearest=near)
        if len(missing) > MOST_MISSING:
            found = f"lacks {len(missing)} that the model reads: {', '.join(missing[:MOST_MISSING])}, …"
            source.report((section,), found, "write them, or take over shared sets with uses:")
            continue
        for name in missing:
            source.report((section, name), "is missing; the model reads it")
    for key, switch in draft.switches.items():
        allowed = list(names.switches.get(key, switch.values))
        for value in switch.values:
            if value not in allowed:
                near = nearest_name(value, allowed)
                source.report(("switches", key, "values", value), "is not a choice here", _among(allowed), near)


def _sourced(draft: Draft, source: Source, where: Where, entry: form.Number | form.Setting) -> None:
    if entry.basis == "measured" and not entry.evidence:
        source.report((*where, "basis"), UNSOURCED, "an evidence id, or another basis")
    elif not entry.evidence and not entry.reason:
        source.report(where, "has neither evidence nor a reason", "one of the two")
    _ids_exist(draft, source, (*where, "evidence"), entry.evidence)


def _ids_exist(
    draft: Draft, source: Source, where: Where, ids: Iterable[str], kinds: Iterable[str] = ("quantities",)
) -> None:
    known = [name for kind in kinds for name in draft.names.get(kind, [])]
    for name in ids:
        if name not in known:
            source.report(where, f"{quote(name)} is not in the evidence", nearest=nearest_name(name, known))


def _unit_holds(source: Source, where: Where, key: str, unit: str) -> None:
    if not is_unit(unit):
        near = nearest_name(unit, vocabulary())
        source.report(where, f"{quote(unit)} is not a unit", "one unit word, or one over another", near)
    elif (expected := expected_unit(key)) and unit != expected:
        source.report(where, f"{quote(unit)} does not fit the name {key}", expected)


def _values_allowed(source: Source, where: Where, unit: str, values: Iterable[float]) -> None:
    low, high = allowed_values(unit)
    values = tuple(values)
    if any(not low <= value <= high for value in values):
        allowed = f"from {low:g} to {high:g}" if high < float("inf") else f"not below {low:g}"
        source.report(where, quote(values[0] if len(values) == 1 else values), f"{allowed}, for {unit}")


def _among(names: Iterable[str] | Mapping[str, object]) -> str:
    listed = list(names)
    return "allowed: " + ", ".join(listed[:12]) + (", …" if len(listed) > 12 else "") if listed else ""


RULES: tuple[Callable[[Draft, Source], None], ...] = (
    _calendar_holds,
    _options_hold,
    _levers_hold,
    _numbers_hold,
    _assumptions_hold,
    _latents_hold,
    _switches_hold,
    record_holds,
    shared_holds,
    overlap_holds,
    contested_holds,
)

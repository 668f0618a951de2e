"""What is contested, as data: a claim of the ledger, the comparison that bears on it, and when it would hold.

An entry of `contested:` sets one outcome under an option against the same outcome under another option, or under the
same option with other levers. It holds in a future where the difference is beyond the margin, its reverse where it is
beyond the margin the other way. Both sentences are in the file, so that neither side's wording is built in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from closedsky.cases import schema as form
from closedsky.cases.problems import nearest_name, quote

if TYPE_CHECKING:
    from closedsky.cases.parsing import Draft
    from closedsky.cases.yaml_file import Source

Asks = Literal["more", "less"]


class Course(form.Strict):
    """A way in which things could go: an option, and levers of it that are set otherwise."""

    option: form.Id
    levers: dict[form.Key, float] = Field(default_factory=dict)


class Contested(form.Strict):
    """A contested claim and the comparison that bears on it.

    Attributes:
        claim: id of a claim, or of a document, in the ledger.
        says, denies: the claim and its opposite, each a sentence; `denies` is as strong as `says`.
        outcome: what is compared, by its name in the model.
        code: the value of an outcome that is a code (how the war ended), which is then compared as a yes or no.
        of, against: the two courses; without `against`, `of` is held against no one (would it have been agreed to).
        part: of the way from the option really taken to `against` that `of` is held against: a half asks whether
            `of` gave most of the benefit.
        asks: whether the claim holds where `of` has more, or less.
        margin: by how much at least, in the unit of the outcome; reason: why so much.
        switches: structural switches under whose other values the view then is shown too.
        view: the view in which the claim is asked; both where it is left out.
        note: what the comparison leaves out.

    Example:
        >>> entry = Contested(claim="C31", says="A.", denies="B.", outcome="killed", of=Course(option="refuse"),
        ...     against=Course(option="full-zone"), asks="more", margin=100, reason="Fewer are within what is counted.")
        >>> entry.part, entry.view
        (1.0, 'both')
    """

    claim: form.Text
    says: form.Text
    denies: form.Text
    outcome: form.Key
    code: int | None = None
    of: Course
    against: Course | None = None
    part: float = 1.0
    asks: Asks
    margin: float
    reason: form.Text
    switches: Annotated[tuple[form.Key, ...], BeforeValidator(form.as_tuple)] = ()
    view: Literal["both", "then", "now"] = "both"
    note: str = ""


def contested_holds(draft: Draft, source: Source) -> None:
    """Report every contested claim that names what is not there, or compares a course with itself."""
    levers, options = draft.names["levers"], draft.names["options"]
    known = [*draft.names.get("claims", []), *draft.names.get("documents", [])]
    for key, entry in draft.contested.items():
        where = ("contested", key)
        if entry.claim not in known:
            found = f"{quote(entry.claim)} is neither a claim nor a document of the ledger"
            source.report((*where, "claim"), found, nearest=nearest_name(entry.claim, known))
        for place, course in (("of", entry.of), ("against", entry.against)):
            if course is None:
                continue
            if course.option not in options:
                near = nearest_name(course.option, options)
                source.report((*where, place, "option"), f"{quote(course.option)} is not an option", nearest=near)
            for lever, value in course.levers.items():
                at = (*where, place, "levers", lever)
                if lever not in levers:
                    source.report(at, "is not a lever of this case", nearest=nearest_name(lever, levers))
                elif lever in draft.levers and draft.levers[lever].kind != "number" and not 0 <= value <= 1:
                    source.report(at, quote(value), f"from 0 to 1, for a {draft.levers[lever].kind}")
        if entry.of == entry.against:
            source.report((*where, "against"), "is the same course as of", "another option, or other levers")
        if entry.margin < 0:
            source.report((*where, "margin"), quote(entry.margin), "0 or above")
        if not 0 < entry.part <= 1:
            source.report((*where, "part"), quote(entry.part), "above 0 and up to 1")
        for name in entry.switches:
            if name not in draft.names["switches"] or name == "war_path":
                near = nearest_name(name, draft.names["switches"])
                source.report((*where, "switches"), f"{quote(name)} is not a switch that can be shown", nearest=near)

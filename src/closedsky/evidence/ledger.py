"""The ledger of a case: how sure each entry is, from which day, and where each number is used."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from closedsky.cases.schema import BASIS_MEANING, Case, Claim, Corroboration, Ledger, Quantity, Remark, Voice
from closedsky.evidence.campaigns import basis_behind, behind

#: Basis of a quantity by its tags, the weakest first: that one counts.
BASIS_BY_TAG: Mapping[str, str] = {
    "not found": "not found",
    "belligerent claim": "disputed",
    "expert forecast": "expert",
    "derived": "derived",
    "published": "measured",
}

#: What the corroboration of a claim means to a reader.
CORROBORATION_MEANING: Mapping[Corroboration, str] = {
    "confirmed": "other sources say the same",
    "partly": "other sources bear out a part, or the sense and not the words",
    "not found": "looked for, and in no source that was found",
    "contradicted": "other sources say otherwise",
}

MARKS: Mapping[Corroboration, str] = {
    "confirmed": "confirmed",
    "partly": "partly confirmed",
    "not found": "NOT FOUND",
    "contradicted": "CONTRADICTED",
}

DATINGS = {
    "then": "about the day of the decision or earlier",
    "later": "about later days",
    "undated": "about no stated day",
}


@dataclass(frozen=True)
class Uses:
    """Where a quantity is used.

    Attributes:
        then, now: assumptions whose range in that view rests on it.
        others: assumptions drawn from the records of other campaigns, one of which cites it.
        numbers: planning numbers that rest on it.
        levers: settings that rest on it, as `option.lever`.
        options: options whose proposal it records.
        claims: claims that are held against it.
        left_out: assumptions drawn from other campaigns' records; this campaign's own value cites it and is left out.
        recorded: entries of the record that cite it; they are only ever compared.
    """

    then: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    levers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Assumptions that rest on it, each once."""
        return tuple(dict.fromkeys((*self.then, *self.now, *self.others)))

    @property
    def any(self) -> bool:
        """Whether it is used at all: what is left out, or only compared, is not."""
        return any((self.assumptions, self.numbers, self.levers, self.options, self.claims))

    def to_dict(self) -> dict[str, list[str]]:
        """Return plain lists."""
        return {name: list(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass
class _Draft:
    then: list[str] = field(default_factory=list)
    now: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    levers: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    recorded: list[str] = field(default_factory=list)


def ledger_of(case: Case) -> Ledger:
    """The ledger of a case, empty where the case has no evidence file."""
    return case.evidence or Ledger()


def basis_of(quantity: Quantity) -> str:
    """The basis of a quantity, by its weakest tag.

    >>> basis_of(Quantity(unit="days", sources=("a",), tags=("published", "belligerent claim")))
    'disputed'
    """
    return next((basis for tag, basis in BASIS_BY_TAG.items() if tag in quantity.tags), "measured")


def dating(quantity: Quantity, decided: dt.date) -> str:
    """Whether a quantity could be used in the view *then*: `then`, `later` or `undated`."""
    if quantity.timeless:
        return "then"
    if quantity.until is None:
        return "undated"
    return "then" if quantity.until <= decided else "later"


def with_mark(claim: Claim) -> str:
    """A claim's words with the mark that they carry wherever they are shown."""
    return f"[{mark(claim)}] “{claim.quote}”"


def mark(claim: Claim) -> str:
    """What a claim is marked with: in capitals where no source bears it out."""
    return MARKS[claim.corroboration]


def given_to(claim: Claim) -> str:
    """To whom the document gives the words, and how."""
    if claim.kind == "article's own voice":
        return f"{claim.speaker}, in its own voice"
    return f"given to {claim.speaker}" + ("" if claim.kind == "unnamed source" else f" ({claim.kind})")


def uses(case: Case) -> dict[str, Uses]:
    """Where each quantity of the ledger is used, by its id, in the order of the ledger."""
    found = {name: _Draft() for name in ledger_of(case).quantities}

    def note(kind: str, user: str, names: Iterable[str]) -> None:
        for name in names:
            if name in found:
                getattr(found[name], kind).append(user)

    for key, assumption in case.assumptions.items():
        if key in case.pooled:
            note("others", key, behind(case, key))
            note("left_out", key, case.left_out[key].evidence if key in case.left_out else ())
            continue
        note("then", key, assumption.evidence.then)
        note("now", key, assumption.evidence.now)
    for key, number in case.numbers.items():
        note("numbers", key, number.evidence)
    for option in case.options.values():
        for lever, setting in option.settings.items():
            note("levers", f"{option.id}.{lever}", setting.evidence)
        note("options", option.id, option.proposer.evidence if option.proposer else ())
    for key, claim in ledger_of(case).claims.items():
        note("claims", key, [link.quantity for link in claim.bears_on if link.quantity])
    for key, entry in case.recorded.items():
        note("recorded", key, entry.evidence)
    return {name: Uses(**{kind: tuple(users) for kind, users in vars(each).items()}) for name, each in found.items()}


def claims_on(case: Case, kind: str, name: str) -> tuple[str, ...]:
    """Ids of the claims that bear on something: kind `assumption`, `option`, `outcome`, `lever` and so on."""
    claims = ledger_of(case).claims.items()
    return tuple(key for key, claim in claims if any(link.targets.get(kind) == name for link in claim.bears_on))


def quoted_entries(ledger: Ledger) -> list[tuple[str, Claim | Remark]]:
    """Everything that quotes a document, by its id: claims, then remarks."""
    entries: list[tuple[str, Claim | Remark]] = [*ledger.claims.items()]
    return [*entries, *ledger.remarks.items()]


def quoted_documents(ledger: Ledger) -> tuple[str, ...]:
    """Ids of the documents that carry quotations, in the order of the ledger."""
    quoted = {entry.document for _, entry in quoted_entries(ledger)}
    return tuple(name for name in ledger.documents if name in quoted)


def counts(case: Case) -> dict[str, Any]:
    """Entries of the ledger by basis, by date and by corroboration.

    Returns:
        `documents`; `quantities` (in all, used, by basis, by date); `assumptions` by basis; `claims` (in all, by
        corroboration, by kind).
    """
    ledger = ledger_of(case)
    quantities, claims = ledger.quantities.values(), ledger.claims.values()
    return {
        "documents": len(ledger.documents),
        "quantities": {
            "in_all": len(quantities),
            "used": sum(each.any for each in uses(case).values()),
            "by_basis": _tally((basis_of(each) for each in quantities), (*BASIS_MEANING, "not found")),
            "by_date": _tally((dating(each, case.decided) for each in quantities), DATINGS),
        },
        "assumptions": {
            "in_all": len(case.assumptions),
            "by_basis": _tally((basis_behind(case, key) for key in case.assumptions), BASIS_MEANING),
        },
        "claims": {
            "in_all": len(claims),
            "by_corroboration": _tally((each.corroboration for each in claims), get_args(Corroboration)),
            "by_kind": _tally((each.kind for each in claims), get_args(Voice)),
        },
    }


def _tally(names: Iterable[str], order: Iterable[str]) -> dict[str, int]:
    found = Counter(names)
    return {name: found[name] for name in order if found[name]}

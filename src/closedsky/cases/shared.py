"""What several cases share: sets of assumptions, numbers and levers that a case takes over by `uses:`.

A set is data like a case. It may also hold, under `pooled:`, what past campaigns say about one of its assumptions, so
that a case about one of these campaigns can be given a range made of the others only.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from closedsky.cases import schema as form
from closedsky.cases.problems import Where, nearest_name, quote

if TYPE_CHECKING:
    from closedsky.cases.parsing import Draft
    from closedsky.cases.yaml_file import Source

SHARED_SCHEMA = "closedsky-shared/1"
SHARED_FILE = "shared.yaml"

How = Literal["as-stated", "leave-one-out"]

HOW_MEANING: Mapping[str, str] = {
    "as-stated": "the ranges of the set, whose evidence must be older than the decision",
    "leave-one-out": "ranges made of all other campaigns, later ones too: a test of the relations, not of foresight",
}
"""What taking over a set in each way means."""


class Fixed(form.Strict):
    """An assumption of the model that a case does not ask about: one value, and why it says nothing."""

    value: float
    reason: form.Text


class PastCampaign(form.Strict):
    """What one past campaign says of an assumption: a range in its unit, or a count of events over an exposure.

    Attributes:
        case: id of the campaign's case; it is left out there.
        low, value, high: as recorded, for the law `measured`.
        events, exposure: counted, for the laws `poisson` and `binomial`.
    """

    case: form.Id
    low: float | None = None
    value: float | None = None
    high: float | None = None
    events: float | None = None
    exposure: float | None = None
    evidence: form.Ids
    reason: str = ""


class Pooled(form.Strict):
    """Past campaigns behind an assumption: each has its own value, drawn around a common mean.

    Attributes:
        law: `measured` values with their ranges, `poisson` events for an exposure, `binomial` events out of so many.
        scale: on which the values of campaigns are normal: `log` or `logit`.
        centre: judged middle of the mean before any campaign is seen, in the assumption's unit.
        spread: its standard deviation on the scale.
        between: scale of the half-normal prior of the spread between campaigns.
    """

    law: Literal["measured", "poisson", "binomial"]
    scale: Literal["log", "logit"]
    centre: float
    spread: float
    between: float
    reason: form.Text
    campaigns: Annotated[tuple[PastCampaign, ...], BeforeValidator(form.as_tuple)] = Field(default=())

    def without(self, *cases: str) -> Pooled:
        """The same without some campaigns."""
        return self.model_copy(update={"campaigns": tuple(each for each in self.campaigns if each.case not in cases)})


def shared_sets() -> tuple[str, ...]:
    """The names of the sets that come with the package, sorted.

    >>> shared_sets()
    ('air-campaign', 'planning-factors')
    """
    folders = _home().iterdir()
    return tuple(sorted(each.name for each in folders if each.is_dir() and (each / SHARED_FILE).is_file()))


def shared_folder(name: str) -> Traversable:
    """The folder of a set."""
    return _home() / name


def _home() -> Traversable:
    return resources.files("closedsky.cases") / "shared"


def shared_holds(draft: Draft, source: Source) -> None:
    """Report what is wrong with what a case fixes and with past campaigns behind assumptions."""
    for key in draft.fixed:
        if key in draft.assumptions and key not in draft.inherited:
            source.report(("fixed", key), "is an assumption of this case too", "one of the two")
    for key, pooled in draft.pooled.items():
        where: Where = ("pooled", key)
        if key not in draft.assumptions:
            source.report(where, "is not an assumption", nearest=nearest_name(key, draft.names["assumptions"]))
        if min(pooled.spread, pooled.between, pooled.centre) <= 0:
            source.report(where, "has a centre, spread or between that is not above 0")
        if pooled.scale == "logit" and pooled.centre >= 1:
            source.report((*where, "centre"), quote(pooled.centre), "below 1, on the scale logit")
        seen: set[str] = set()
        for each in pooled.campaigns:
            if each.case in seen:
                source.report(where, f"names {each.case} twice")
            seen.add(each.case)
            _campaign_holds(draft, source, where, pooled, each)


def overlap_holds(draft: Draft, source: Source) -> None:
    """Report what a case wants left out and no set holds: a misspelt name would leave everything in."""
    known = sorted({each.case for pooled in draft.pooled.values() for each in pooled.campaigns})
    for name in draft.heading.without if draft.heading is not None else ():
        if name not in known:
            near = nearest_name(name, known)
            allowed = "" if near else "allowed: " + ", ".join(known)
            source.report(("without",), f"{quote(name)} is not a campaign behind any assumption", allowed, near)


def _campaign_holds(draft: Draft, source: Source, where: Where, pooled: Pooled, each: PastCampaign) -> None:
    place: Where = (*where, "campaigns", each.case)
    known = draft.names.get("quantities", [])
    if not each.evidence:
        source.report((*place, "evidence"), "is empty", "the id of a quantity in the evidence")
    for name in each.evidence:
        if name not in known:
            source.report((*place, "evidence"), f"{quote(name)} is not in the evidence", "", nearest_name(name, known))
    given = [number for number in (each.low, each.value, each.high) if number is not None]
    if pooled.law == "measured":
        if each.value is None or each.events is not None or each.exposure is not None:
            source.report(place, "is measured", "value, perhaps low and high, and neither events nor exposure")
        if given != sorted(given) or min(given, default=1.0) <= 0 or (pooled.scale == "logit" and given[-1] >= 1):
            source.report(place, quote(given), "ascending, above 0, and below 1 on the scale logit")
    elif each.events is None or each.exposure is None or given:
        source.report(place, "is counted", "events and exposure, and neither low, value nor high")
    elif each.events < 0 or each.exposure <= 0 or (pooled.law == "binomial" and each.events > each.exposure):
        source.report(place, quote([each.events, each.exposure]), "events from 0, exposure above 0 and no smaller")

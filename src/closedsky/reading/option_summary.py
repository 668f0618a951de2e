"""What a run says of one option: feasibility once, everything else under each path to general war."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from closedsky.futures.results import Estimate
from closedsky.reading.measures import STILL_ON
from closedsky.reading.risk import BreakEven
from closedsky.reading.statistics import Share, Spread


@dataclass(frozen=True)
class Feasibility:
    """Would the alliance, and the pivotal member, have agreed to an option, and when.

    Attributes:
        agree: share of futures in which they would have.
        days: from the decision to agreement, over the futures in which they would have.
    """

    agree: Share
    days: Spread

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {"agree": self.agree.to_dict(), "days": self.days.to_dict()}


@dataclass(frozen=True)
class PathSummary:
    """One option under one path to general war.

    Attributes:
        spreads: by outcome, how it is distributed (`MEASURES`); effects on lives are against the reference.
        direct_combat: share of futures with a lethal engagement or a strike on the other's batteries.
        rungs, fates, endings: shares of futures by name; fates only for an option with a zone.
        war_risk: probability of general war if this path held; a conditional result, never a headline.
        break_even: for each stated loss in a general war.
    """

    spreads: Mapping[str, Spread]
    direct_combat: Share
    rungs: Mapping[str, Share]
    fates: Mapping[str, Share]
    endings: Mapping[str, Share]
    war_risk: Estimate
    break_even: tuple[BreakEven, ...]

    @property
    def still_on(self) -> Share:
        """Share of wars still on at the horizon, which belongs beside any effect through length."""
        return self.endings[STILL_ON]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        shares = {"rungs": self.rungs, "fates": self.fates, "endings": self.endings}
        return {
            "outcomes": {name: entry.to_dict() for name, entry in self.spreads.items()},
            "direct_combat": self.direct_combat.to_dict(),
            **{group: {name: entry.to_dict() for name, entry in of.items()} for group, of in shares.items()},
            "break_even": [entry.to_dict() for entry in self.break_even],
            "if_path_held": {"general_war": self.war_risk.to_dict()},
        }


@dataclass(frozen=True)
class OptionSummary:
    """One option: feasibility once, everything else under each path to general war."""

    id: str
    label: str
    zone: bool
    feasibility: Feasibility | None
    paths: Mapping[str, PathSummary]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "id": self.id,
            "label": self.label,
            "zone": self.zone,
            "feasibility": self.feasibility.to_dict() if self.feasibility else None,
            "paths": {path: entry.to_dict() for path, entry in self.paths.items()},
        }

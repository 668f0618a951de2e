"""Was a zone practical: days to its first patrol and the force it takes, against the days that were thought to be left.

A first patrol flies on the day of the war on which the alliance agrees plus the days to assemble (a lever of the
option times the assumption `assembly`). The force is the outcome `aircraft_needed` (every station filled, all roles)
beside the force that the option sets aside. Only zones that shoot are looked at: a declaration needs neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closedsky.cases.schema import Ledger
from closedsky.futures.results import Results
from closedsky.reading.measures import has_zone, label, lever
from closedsky.reading.stamp import stamp
from closedsky.reading.statistics import Share, Spread, share, spread
from closedsky.reading.words import figure, per_thousand

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "closedsky-practicality/1"
FACTOR = "assembly"
"""The assumption that says by how much an option's days to assemble may differ from what was planned."""

READING = "practicality"


@dataclass(frozen=True)
class ZoneTime:
    """One zone that shoots: when it could begin, and with what.

    Attributes:
        id, label: of the option.
        agree: share of futures in which the alliance would have agreed.
        days_to_agree: from the decision, over those futures; days.
        assemble: shortest and longest time from agreement to the first patrol, days.
        first_patrol: earliest and latest day of the war of the first patrol, had the alliance agreed at once.
        aircraft_needed: to keep every station filled, all roles; none for a zone flown from outside.
        force: aircraft that the option sets aside.
    """

    id: str
    label: str
    agree: Share
    days_to_agree: Spread
    assemble: tuple[float, float]
    first_patrol: tuple[float, float]
    aircraft_needed: Spread
    force: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "id": self.id,
            "label": self.label,
            "agree": self.agree.to_dict(),
            "days_to_agree": self.days_to_agree.to_dict(),
            "assemble": list(self.assemble),
            "first_patrol": list(self.first_patrol),
            "aircraft_needed": self.aircraft_needed.to_dict(),
            "force": self.force,
        }


@dataclass(frozen=True)
class Practicality:
    """The zones of a run, and the days that were thought to be left.

    Attributes:
        case, view: of the run.
        decision_day: day of the war on which was decided.
        clock: id of the quantity that says how many days from the start of the war were thought to be left.
        thought: its lowest and highest value, days of the war; None where the case has no such quantity.
        zones: in the order of the case.
    """

    case: str
    view: str
    decision_day: int
    clock: str | None
    thought: tuple[float, float] | None
    zones: tuple[ZoneTime, ...]

    def summary(self) -> str:
        """Say in one sentence how days and force stand to each other."""
        if not self.zones:
            return "No option of this run is a zone that shoots."
        first = [zone.first_patrol for zone in self.zones]
        agree = [zone.agree.value.value for zone in self.zones]
        soonest = min(self.zones, key=lambda zone: zone.first_patrol)
        hardest = max(self.zones, key=lambda zone: zone.aircraft_needed.median / max(zone.force, 1.0))
        text = (
            f"Had the alliance agreed on day {self.decision_day} of the war, the day of the decision, the first patrol "
            f"would have flown between day {figure(min(first)[0])} ({soonest.label}, at its quickest) and day "
            f"{figure(max(last for _, last in first))}"
        )
        if self.thought:
            low, high = (f"{day:g}" for day in self.thought)
            text += f", against the {low if low == high else f'{low} to {high}'} days from its start that were forecast"
            text += f" to be left ({self.clock})"
        need = hardest.aircraft_needed
        if need.high > 0:
            text += (
                f"; filling every station takes up to a median {figure(need.median)} aircraft ({hardest.label}; "
                f"{figure(need.low)} to {figure(need.high)} in 9 of 10 futures) where {hardest.force:g} are set aside"
            )
        low, high = per_thousand(min(agree)), per_thousand(max(agree))
        return f"{text}; the alliance agrees in {low if low == high else f'{low} to {high}'} of 1,000 futures."

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        return {
            **stamp(SCHEMA, self.summary()),
            "case": self.case,
            "view": self.view,
            "decision_day": self.decision_day,
            "clock": self.clock,
            "thought": list(self.thought) if self.thought else None,
            "zones": [zone.to_dict() for zone in self.zones],
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return one row for each zone."""
        import pandas as pd

        rows = [
            {
                "option": zone.id,
                "agree": zone.agree.value.value,
                "days_to_agree": zone.days_to_agree.median,
                "assemble_low": zone.assemble[0],
                "assemble_high": zone.assemble[1],
                "first_patrol_low": zone.first_patrol[0],
                "first_patrol_high": zone.first_patrol[1],
                **{f"aircraft_needed_{name}": value for name, value in zone.aircraft_needed.to_dict().items()},
                "force": zone.force,
            }
            for zone in self.zones
        ]
        return pd.DataFrame(rows).set_index("option") if rows else pd.DataFrame()


def practicality(results: Results, clock: str | None = None, options: Sequence[str] | None = None) -> Practicality:
    """Hold the days to a first patrol, and the force it takes, against the days that were thought to be left.

    Args:
        results: a run, under either path to general war.
        clock: id of a quantity in days from the start of the war; None for the one that the case's own claims of
            impracticality are held against, if there is one.
        options: zones to look at; None for every zone of the run that shoots.

    Raises:
        KeyError: no such option in the run.
        ValueError: no such quantity, or one that is not in days.
    """
    ledger = results.case.evidence or Ledger()
    clock = clock or _clock_of(ledger)
    thought = None if clock is None else _days(ledger, clock)
    chosen = [name for name in results.options if has_zone(results, name) and lever(results, name, "shoot") > 0]
    if options is not None:
        for name in options:
            if name not in results.options:
                raise KeyError(name)
        chosen = [name for name in chosen if name in options]
    zones = tuple(_zone(results, name) for name in chosen)
    return Practicality(results.case.id, results.view, results.case.decision_day, clock, thought, zones)


def _zone(results: Results, option: str) -> ZoneTime:
    days = lever(results, option, "assemble_d")
    low, high = (days * factor for factor in _factor(results))
    decided = results.case.decision_day
    return ZoneTime(
        id=option,
        label=label(results, option),
        agree=share(results.values("adopted", option)),
        days_to_agree=spread(results.values("days_to_adopt", option)),
        assemble=(low, high),
        first_patrol=(decided + low, decided + high),
        aircraft_needed=spread(results.values("aircraft_needed", option)),
        force=lever(results, option, "force"),
    )


def _factor(results: Results) -> tuple[float, float]:
    """Range of the factor on days to assemble in this run, changes by the person who asked for it included."""
    given: Any = results.overrides.get(FACTOR)
    if given is None:
        entry = results.case.assumptions.get(FACTOR)
        low, high = getattr(entry, results.view) if entry else (1.0, 1.0)
        return low, high
    parts = given.split("..") if isinstance(given, str) else given if isinstance(given, tuple | list) else [given]
    return float(parts[0]), float(parts[-1])


def _clock_of(ledger: Ledger) -> str | None:
    """The quantity in days that a claim is held against which bears on this reading."""
    for claim in ledger.claims.values():
        if any(link.reading == READING for link in claim.bears_on):
            for link in claim.bears_on:
                if link.quantity and ledger.quantities[link.quantity].unit == "days":
                    return link.quantity
    return None


def _days(ledger: Ledger, clock: str) -> tuple[float, float]:
    quantity = ledger.quantities.get(clock)
    if quantity is None or quantity.unit != "days":
        raise ValueError(f"{clock} is not a quantity in days of this case")
    known = [value for value in (quantity.low, quantity.value, quantity.high) if value is not None]
    if not known:
        raise ValueError(f"{clock} has no value")
    return min(known), max(known)

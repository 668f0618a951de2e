"""What the view now changes in each option's outcomes: the same numbers as seen then, and as the record allows.

The two views differ in their ranges and in what was accepted, and share no future: an error of the difference between
them adds both errors. Lives are those while both wars run (rate effect); what goes through the length of the war stands
apart, with the share of wars still on, because a record of a long war can only see it shortened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate, Results
from closedsky.reading.measures import ENDINGS, LENGTH, LIVES, STILL_ON, has_zone, label
from closedsky.reading.statistics import Share, Spread, flag, share, spread
from closedsky.reading.words import change

KEPT = (1, 2)
"""Codes of a zone that was kept (`FATES`): it was in force to the end, or the adversary kept out of it."""

ON = next(code for code, text in ENDINGS.items() if text == STILL_ON)

THEN, NOW = "then", "now"


@dataclass(frozen=True)
class Seen:
    """One option under one view and path to general war.

    Attributes:
        lives: change in civilians killed while both wars run, against the reference.
        direct_combat: share of futures with it.
        held: share of the country held by the adversary at the horizon.
        kept: share of futures in which the zone was in force to the end, or kept the adversary out; None without one.
    """

    lives: Spread
    direct_combat: Share
    held: Spread
    kept: Share | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            LIVES: self.lives.to_dict(),
            "direct_combat": self.direct_combat.to_dict(),
            "held": self.held.to_dict(),
            "zone_kept": self.kept.to_dict() if self.kept else None,
        }


@dataclass(frozen=True)
class Length:
    """What goes through the length of the war, as the record allows.

    Attributes:
        still_on: share of wars still on at the case's horizon.
        on_later: the same at the last day followed.
        lives: change in civilians killed because one war outlasts the other, to that day.
    """

    still_on: Share
    on_later: Share
    lives: Spread

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "still_on": self.still_on.to_dict(),
            "still_on_later": self.on_later.to_dict(),
            LENGTH: self.lives.to_dict(),
        }


@dataclass(frozen=True)
class BothViews:
    """One option under both views.

    Attributes:
        id, label, zone: which, and whether it declares a zone.
        then, now: by path to general war.
        length: by path, under the view now; empty where nothing was followed that far.
    """

    id: str
    label: str
    zone: bool
    then: Mapping[str, Seen]
    now: Mapping[str, Seen]
    length: Mapping[str, Length]

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "id": self.id,
            "label": self.label,
            "zone": self.zone,
            "paths": {
                path: {
                    THEN: self.then[path].to_dict(),
                    NOW: self.now[path].to_dict(),
                    "change_of_mean": less(self.now[path].lives.mean, self.then[path].lives.mean).to_dict(),
                    "length": self.length[path].to_dict() if path in self.length else None,
                }
                for path in self.now
            },
        }


@dataclass(frozen=True)
class Views:
    """Every option under both views.

    Attributes:
        options: in the order of the case.
        reference: option that effects on lives are measured against.
        futures: how many were run under each view.
        horizon, later: day of the case's horizon, and last day followed for lengths.
        apart: how the view now differs from that of then besides the record's numbers; empty where it does not.
    """

    options: tuple[BothViews, ...]
    reference: str
    futures: Mapping[str, int]
    horizon: int
    later: int
    apart: str

    @property
    def others(self) -> tuple[BothViews, ...]:
        """Options but the reference."""
        return tuple(each for each in self.options if each.id != self.reference)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths to general war."""
        return tuple(self.options[0].now)

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers."""
        return {
            "reference": self.reference,
            "futures": dict(self.futures),
            "horizon": self.horizon,
            "length_followed_to": self.later,
            "views_differ_besides": self.apart,
            "options": [each.to_dict() for each in self.options],
        }

    def sentence(self) -> str:
        """Say between which changes the options lie, under both views; empty where there is nothing to compare with."""
        if not self.others or self.reference not in {each.id for each in self.options}:
            return ""
        least, most = self._ends(NOW)
        was, then = self._ends(THEN)
        apart = f" ({self.apart})" if self.apart else ""
        return (
            "the mean change in civilians killed while both wars run, against "
            f"{next(each.label for each in self.options if each.id == self.reference)}, lies between {least} and "
            f"{most} now{apart}, and lay between {was} and {then} as seen then"
        )

    def _ends(self, view: str) -> tuple[str, str]:
        cells = [
            (seen.lives.mean.value, index, each.label, path)
            for index, each in enumerate(self.others)
            for path, seen in (each.now if view == NOW else each.then).items()
        ]
        ends = min(cells, key=lambda cell: cell[:2]), max(cells, key=lambda cell: cell[:2])
        low, high = (f"{change(value)} ({name}, {path} path)" for value, _, name, path in ends)
        return low, high


def both_views(
    case: Case, then: Mapping[str, Results], now: Mapping[str, Results], longer: Mapping[str, Results] | None = None
) -> Views:
    """Set the outcomes of each option under the two views beside each other.

    Args:
        case: the case, with its own horizon.
        then: by path to general war, results of the view then.
        now: the same options on the accepted futures.
        longer: those followed to the horizon of the view now; None where that is the case's own, or was not run.

    Raises:
        ValueError: results of another view, case, or of other options or paths.
    """
    for name, results, view in (("then", then, THEN), ("now", now, NOW), ("longer", longer, NOW)):
        _same(case, name, results, view, now)
    first = next(iter(now.values()))
    far = longer or (now if case.now_horizon == case.horizon else {})
    return Views(
        options=tuple(
            BothViews(
                id=option,
                label=label(first, option),
                zone=has_zone(first, option),
                then={path: _seen(each, option) for path, each in then.items()},
                now={path: _seen(each, option) for path, each in now.items()},
                length={path: _length(each, option, case.horizon) for path, each in far.items()},
            )
            for option in first.options
        ),
        reference=first.reference,
        futures={THEN: next(iter(then.values())).futures, NOW: first.futures},
        horizon=case.horizon,
        later=next((each.case.horizon for each in far.values()), case.horizon),
        apart=", and ".join(_apart(case)),
    )


def _apart(case: Case) -> list[str]:
    """What else a difference between the views is due to: other ranges, and no early end of the war."""
    accepting = [entry for entry in case.recorded.values() if entry.accept is not None]
    lasts = any(entry.quantity == "on" and entry.value == 1.0 for entry in accepting)
    ranges = any(entry.now != entry.then for entry in case.assumptions.values())
    return [words for words, holds in (("over other ranges", ranges), ("wars that last", lasts)) if holds]


def less(a: Estimate, b: Estimate) -> Estimate:
    """Difference of two estimates from futures that have nothing in common.

    Example:
        >>> less(Estimate(5.0, 3.0), Estimate(2.0, 4.0))
        Estimate(value=3.0, error=5.0)
    """
    return Estimate(a.value - b.value, float(np.hypot(a.error, b.error)))


def _same(case: Case, name: str, results: Mapping[str, Results] | None, view: str, now: Mapping[str, Results]) -> None:
    if results is None:
        return
    if list(results) != list(now) or not results:
        raise ValueError(f"{name} has the paths {', '.join(results) or 'none'}, and now has {', '.join(now) or 'none'}")
    first = next(iter(now.values()))
    for each in results.values():
        if each.view != view:
            raise ValueError(f"{name} holds results of the view {each.view!r}, not {view!r}")
        if each.case.id != case.id:
            raise ValueError(f"{name} holds results of {each.case.id}, not of {case.id}")
        if (each.options, each.reference) != (first.options, first.reference):
            raise ValueError(f"{name} holds other options, or another reference, than now")


def _seen(results: Results, option: str) -> Seen:
    fate = results.values("fate", option)
    return Seen(
        lives=spread(results.values(LIVES, option)),
        direct_combat=share(results.values("direct_combat", option)),
        held=spread(results.values("held", option)),
        kept=share(flag(fate, np.isin(fate, KEPT))) if has_zone(results, option) else None,
    )


def _length(results: Results, option: str, horizon: int) -> Length:
    ending, end_day = results.values("ending", option), results.values("end_day", option)
    return Length(
        still_on=share(flag(ending, (ending == ON) | (end_day > horizon))),
        on_later=share(flag(ending, ending == ON)),
        lives=spread(results.values(LENGTH, option)),
    )

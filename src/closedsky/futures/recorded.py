"""What the futures of the option really taken say about each thing on record: one number a future, block by block.

The record is compared with the option that was taken, in the view asked for; nothing of the record is read here but
which days and which quantity it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.recorded import QUANTITIES, Recorded, days_of
from closedsky.cases.schema import Case
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.overrides import Value, parse_overrides
from closedsky.futures.sampling import model_columns
from closedsky.futures.simulate import Block, Progress, Simulator, blocks_of
from closedsky.futures.source import Agreeing, Designed
from closedsky.futures.windows import at_day, first_below, mean_rate
from closedsky.model.campaign import ENDINGS, FATES

Values = NDArray[np.float64]

SHOTS = 2
"""Rung from which the two sides fire on each other."""

SUPPRESSED = 0.1
"""Share of the batteries below which they count as suppressed."""

STOPPED = 0.1
"""Share of the flying before the zone below which flying counts as stopped."""

SETTLED_D = 14.0
"""Days from the decision after which flying is looked at, at most half of the campaign: stopped means within days."""

GOES_ON = 0.5
"""Share of the killing on the ground before the zone from which on it counts as going on."""

LOOKED_D = 90.0
"""Days over which it is looked at from then on, at most to the end."""

DAYS_PER_WEEK = 7.0


READS: Mapping[str, tuple[str, ...]] = {
    "killed": ("killed",),
    "killed_by_air": ("killed", "killed_by_air"),
    "adversary_lost": ("adversary_lost",),
    "aid": ("aid",),
    "flown": ("flown",),
    "held": ("held",),
    "coalition_sorties": ("patrols",),
    "coalition_sorties_a_day": ("patrols",),
    "cost": ("patrols",),
    "cost_a_week": ("patrols",),
    "violations": ("inside", "contact"),
    "suppressed_d": ("batteries",),
    "suppressed": ("batteries",),
    "fixed_wing_stopped": ("inside",),
    "helicopters_stopped": ("contact",),
}
"""Series that an item about each quantity reads; items about others read outcomes alone."""


@dataclass(frozen=True)
class Predicted:
    """What one run says about every item of the record.

    Attributes:
        option: the option really taken, which was run.
        view, futures, seed: as asked.
        values: by item, shape (future,); NaN where the future failed or the item has no value (no one was killed in
            the window, for a share of the killed; there is nothing to divide by, for a ratio; the war was over before
            anyone could be asked, for agreement).
        on: by item, shape (future,): whether things stand as they really did: the war is still on at the item's last
            moment (at the horizon for an item without days) and a zone that was held has not been given up.
        failures: futures of which some lane gave no number.
        notes: sentences that belong under any table of this run.
        fates: share of futures in which each thing became of a zone, by `closedsky.model.campaign.FATES`.
    """

    option: str
    view: str
    futures: int
    seed: int
    values: Mapping[str, Values]
    on: Mapping[str, NDArray[np.bool_]]
    failures: int
    notes: tuple[str, ...]
    fates: Mapping[str, float]


def predict(
    case: Case,
    futures: int = 16_384,
    seed: int = 0,
    overrides: Mapping[str, Value] | None = None,
    *,
    conditioned: Conditioned | None = None,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> Predicted:
    """Run the option really taken and reduce each future to one number for each recorded item.

    Items about what the alliance would have agreed to also need the options they name; those are run for their
    feasibility only.

    Args:
        case: a case with a record.
        futures: how many; 16 x 2^k keeps the design balanced.
        seed: fills the design and the envelopes.
        overrides: assumptions, levers and switches.
        conditioned: futures that agree with the record, for the view now; they take the place of `futures` and `seed`.
        progress: called with (option-futures done, option-futures in all).
        notify: called with a line of text when something slow begins.

    Raises:
        ValueError: a count below 1, or a case without a record.
        OverrideError: bad overrides.
    """
    if conditioned is not None:
        futures, seed = conditioned.futures, conditioned.seed
    if futures < 1:
        raise ValueError(f"futures must be at least 1, not {futures}")
    items = {key: entry for key, entry in case.recorded.items() if entry.quantity is not None}
    if not items:
        raise ValueError(f"{case.id} has nothing on record")
    single = {key: entry for key, entry in items.items() if not entry.of}
    parsed = parse_overrides(case, overrides)
    source = Designed(case, seed, futures, parsed.ranges) if conditioned is None else Agreeing(conditioned)
    taken = Simulator(case, (case.taken,), parsed, seed, notify=notify)
    named = tuple(dict.fromkeys(option for entry in items.values() for option in entry.options))
    asked = Simulator(case, named, parsed, seed, notify=notify) if named else None
    values = {key: np.full(futures, np.nan) for key in items}
    on = {key: np.zeros(futures, bool) for key in items}
    fate = np.zeros(futures)
    lanes, failed = 1 + len(named), np.zeros(futures, bool)
    for first, last in blocks_of(futures):
        place, rows, luck = slice(first, last), source.rows(first, last), source.luck(first, last)
        columns = model_columns(case, rows)
        block = taken.block(columns, luck, series=True)
        others = asked.block(columns, luck) if asked is not None else None
        assumptions = {name: rows[:, i] for i, name in enumerate(case.assumptions)}
        reduced, still_on = reduce(case, single, block, assumptions, others)
        for each in (block, others):
            if each is not None:
                failed[[first + future for _, future, _ in each.failures]] = True
        fate[place] = block.outcomes["fate"][0]
        for key in single:
            values[key][place] = np.where(failed[place], np.nan, reduced[key])
            on[key][place] = still_on[key]
        if progress is not None:
            progress(last * lanes, futures * lanes)
    add_ratios(items, values, on)
    count = int(failed.sum())
    notes = notes_of(source.note, futures, count)
    return Predicted(case.taken, source.view, futures, seed, values, on, count, notes, fates_of(fate))


def notes_of(note: str | None, futures: int, failures: int) -> tuple[str, ...]:
    """Sentences that belong under any table of a run: what its number of futures loses, and what failed."""
    notes = (note, f"{failures:,} of {futures:,} futures failed and are left out" if failures else None)
    return tuple(note for note in notes if note)


def fates_of(codes: NDArray[Any]) -> dict[str, float]:
    """Share of futures in which each thing became of a zone, from the codes of the outcome `fate`, shape (future,)."""
    return {name: float(np.mean(codes == code)) for code, name in enumerate(FATES)}


def add_ratios(items: Mapping[str, Recorded], values: dict[str, Values], on: dict[str, NDArray[np.bool_]]) -> None:
    """Add the entries that set one number of the record over another."""
    for key, entry in items.items():
        if entry.of:
            upper, lower = entry.of
            values[key] = _over(values[upper], values[lower])
            on[key] = on[upper] & on[lower]


def reduce(
    case: Case,
    items: Mapping[str, Recorded],
    block: Block,
    assumptions: Mapping[str, Values],
    others: Block | None = None,
) -> tuple[dict[str, Values], dict[str, NDArray[np.bool_]]]:
    """Reduce one block of futures to a number for each item.

    Args:
        case: the case.
        items: recorded entries that name a quantity, no ratios.
        block: the option really taken alone, with its series.
        assumptions: by name, shape (future,).
        others: the options that items about agreement name, without series.

    Returns:
        By item, the value and whether things stand as they did (see `Predicted.on`), each of shape (future,).
    """
    window = _Window(case, block, assumptions, others)
    values, on = {}, {}
    for key, entry in items.items():
        first, last = days_of(entry, case.reference_day, case.horizon)
        values[key] = window.value(entry, first, last)
        on[key] = window.as_it_was(last)
    return values, on


class _Window:
    """One block of the option taken, read over any days."""

    def __init__(self, case: Case, block: Block, assumptions: Mapping[str, Values], others: Block | None) -> None:
        self._case, self._block, self._others = case, block, others
        self._assumptions = assumptions
        self._ending = np.asarray(block.outcomes["ending"][0], np.float64)
        self._end_day = np.asarray(block.outcomes["end_day"][0], np.float64)

    def is_on(self, day: float) -> NDArray[np.bool_]:
        """Whether the war is on at a moment."""
        return np.asarray((self._ending == 0) | (self._end_day >= day))

    def as_it_was(self, day: float) -> NDArray[np.bool_]:
        """Whether the war is on at a moment and, if the option taken is a zone, it is kept unless it really was not."""
        entries = self._case.recorded.values()
        given_up = any(entry.quantity == "held_to_the_end" and entry.value == 0 for entry in entries)
        zone = self._case.options[self._case.taken].levers["zone"] > 0 and not given_up
        return self.is_on(day) & self._kept() if zone else self.is_on(day)

    def value(self, entry: Recorded, first: float, last: float) -> Values:
        """One item in every future; what each quantity is stands in `cases.recorded.QUANTITIES`."""
        match entry.quantity:
            case "killed" | "adversary_lost":
                return self._count(entry.quantity, entry, first, last)
            case "aid":
                return self._count("aid", entry, first, last) * self._assumptions["aid_max"]
            case "killed_by_air":
                return _over(
                    self._count("killed_by_air", entry, first, last), self._count("killed", entry, first, last)
                )
            case "flown":
                return self._rate("flown", first, last)
            case "held":
                return self._held(last)
            case "on":
                return self.is_on(last).astype(np.float64)
            case "agreed":
                return self._agreed(entry.options, last)
            case "shots":
                return (self._outcome("peak_rung") >= SHOTS).astype(np.float64)
            case "displaced" | "direct_combat" | "coalition_lost" | "zone_kills":
                return self._outcome(entry.quantity)
            case "coalition_sorties" | "coalition_sorties_a_day" | "cost" | "cost_a_week":
                return self._sorties(entry.quantity, 0.0 if entry.statistic == "at" else first, last)
            case "violations":
                since = 0.0 if entry.statistic == "at" else first
                return (self._rate("inside", since, last) + self._rate("contact", since, last)) * (last - since)
            case "suppressed_d" | "suppressed":
                day = first_below(self._series("batteries"), self._case.start, self._case.length, SUPPRESSED)
                known = np.isfinite(day)
                return np.where(known, day, self._case.horizon) if entry.quantity == "suppressed_d" else known * 1.0
            case "fixed_wing_stopped":
                return self._stopped("inside", self._assumption("deep_share"))
            case "helicopters_stopped":
                return self._stopped("contact", 1.0 - self._assumption("deep_share"))
            case "ground_killing":
                return self._ground_killing()
            case "held_to_the_end":
                return self._kept().astype(np.float64)
        raise ValueError(f"{entry.quantity!r} is predicted by no model; known are {', '.join(QUANTITIES)}")

    def _series(self, name: str) -> Values:
        return np.asarray(self._block.series[name][0], np.float64)

    def _outcome(self, name: str) -> Values:
        return np.asarray(self._block.outcomes[name][0], np.float64)

    def _count(self, name: str, entry: Recorded, first: float, last: float) -> Values:
        """Counted in the window, or from day 0 where the entry names a single day."""
        series = self._series(name)
        up_to = at_day(series, self._case.start, self._case.length, last)
        if entry.statistic == "at":
            return up_to
        return up_to - at_day(series, self._case.start, self._case.length, first)

    def _rate(self, name: str, first: float, last: float) -> Values:
        return mean_rate(self._series(name), self._case.start, self._case.length, first, last)

    def _assumption(self, name: str) -> Values:
        """An assumption, or what the case fixes in its place."""
        if name in self._assumptions:
            return self._assumptions[name]
        return np.full(len(self._end_day), self._case.fixed[name].value)

    def _sorties(self, quantity: str, first: float, last: float) -> Values:
        """Coalition sorties of a window, in all or a day, or what they cost, without the value of aircraft lost."""
        found = self._rate("patrols", first, last)
        if quantity.startswith("cost"):
            found = found * self._assumption("cost_sortie")
        if quantity == "cost_a_week":
            return found * DAYS_PER_WEEK
        return found if quantity == "coalition_sorties_a_day" else found * (last - first)

    def _kept(self) -> NDArray[np.bool_]:
        """Whether the zone was in force until the war or the campaign ended."""
        fate = self._outcome("fate")
        return np.asarray((fate >= FATES.index("active")) & (fate <= FATES.index("adversary_kept_out")))

    def _stopped(self, series: str, share: Values) -> Values:
        """Whether flying inside a zone that is kept falls below a tenth of what it was before, within days.

        Undefined where nobody would have flown.
        """
        decided, horizon = self._case.decision_day, self._case.horizon
        since = decided + min(SETTLED_D, (horizon - decided) / 2.0)
        before = self._assumption("sorties") * share
        until = min(since + LOOKED_D, horizon)
        stopped = self._kept() & (self._rate(series, since, until) < STOPPED * before)
        return np.where(before > 0, stopped, np.nan)

    def _ground_killing(self) -> Values:
        """Whether shelling and what replaces deterred sorties kill at least half as many a day as shelling before."""
        killed = self._outcome("killed_by_shelling") + self._outcome("killed_by_replacement")
        before = self._assumption("shelling") * self._assumption("undercount") * self._end_day
        return (killed >= GOES_ON * before).astype(np.float64)

    def _held(self, day: float) -> Values:
        """Share held at a moment; an ended war leaves what its ending means, as in the outcome `held`."""
        start = self._case.number("held_at_start")
        moving = at_day(self._series("held"), self._case.start, self._case.length, day, start)
        over = self._end_day < day
        defeat = over & (self._ending == ENDINGS.index("defeat"))
        left = over & (self._ending == ENDINGS.index("withdrawal"))
        return np.where(defeat, 1.0, np.where(left, 0.0, moving))

    def _agreed(self, options: tuple[str, ...], day: float) -> Values:
        """Whether the alliance would have agreed to one of the options by a moment; undefined if never asked."""
        if self._others is None:
            raise ValueError("items about agreement need the options that they name")
        index = [self._others.options.index(option) for option in options]
        days = np.asarray(self._others.outcomes["days_to_adopt"][index], np.float64) + self._case.decision_day
        asked = np.isfinite(self._others.outcomes["adopted"][index]).any(axis=0)
        return np.where(asked, (days <= day).any(axis=0), np.nan)


def _over(upper: Values, lower: Values) -> Values:
    """One number over another, NaN where there is nothing to divide by."""
    return np.divide(upper, lower, out=np.full_like(upper, np.nan), where=lower > 0)

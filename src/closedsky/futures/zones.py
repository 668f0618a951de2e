"""Past air campaigns at given assumptions: the same relations and the same compiled program for all of them at once.

Each campaign is a case; what it shares with every other case is drawn from the records of the *other* campaigns, unless
a value is given here: "these very assumptions, put into Libya in 2011, predict this". What the record says of it is
`closedsky.reading`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.library import list_cases, load_case, uses
from closedsky.cases.schema import Case
from closedsky.futures.engine import LANES, ROWS, TILE, Engine, by_lane, option_lanes, pack_luck
from closedsky.futures.overrides import Value, parse_overrides
from closedsky.futures.recorded import READS, Predicted, Values, add_ratios, fates_of, notes_of, predict, reduce
from closedsky.futures.sampling import Design, balance, model_columns
from closedsky.futures.simulate import Block, find_failures, setting_of
from closedsky.model.campaign import SERIES
from closedsky.model.luck import envelopes
from closedsky.model.outcomes import OUTCOMES

LEAVE_ONE_OUT = "leave-one-out"
"""How a case takes over shared assumptions if it is itself one of the campaigns behind them."""

FUTURES = 2048
"""Futures of each campaign unless more are asked for."""

TILES = LANES // TILE


@dataclass(frozen=True)
class Strip:
    """What several campaigns' futures say of their records.

    Attributes:
        cases: the campaigns.
        predicted: of each, one number a future for every recorded item.
        factors: of each, the shared assumptions drawn from the other campaigns' records, shape (future,).
        given: what was given in place of ranges.
    """

    cases: tuple[Case, ...]
    predicted: tuple[Predicted, ...]
    factors: tuple[Mapping[str, Values], ...]
    given: Mapping[str, Value]


@lru_cache(maxsize=1)
def campaigns() -> tuple[Case, ...]:
    """The past campaigns that come with the package, in the order of time."""
    found = [load_case(name) for name in list_cases() if LEAVE_ONE_OUT in uses(name).values()]
    return tuple(sorted(found, key=lambda case: case.reference_day))


def asked(cases: Sequence[Case] | None = None) -> frozenset[str]:
    """The assumptions that at least one campaign asks about: what `strip` takes values for, switches apart."""
    return frozenset(name for case in (cases or campaigns()) for name in case.assumptions)


def strip(
    assumptions: Mapping[str, Value] | None = None,
    *,
    cases: Sequence[Case] | None = None,
    futures: int = FUTURES,
    seed: int = 0,
    notify: Callable[[str], None] | None = None,
) -> Strip:
    """Run the option really taken of each campaign, at given assumptions where it has them.

    Args:
        assumptions: values, ranges or switches by name, as overrides of a run. A name that a campaign does not ask
            about is passed over there; what is not given stays as the campaign's case has it.
        cases: the campaigns; those of the package where not given.
        futures: of each campaign; 16 x 2^k keeps the design balanced.
        seed: fills the designs and the envelopes.
        notify: called with a line of text when something slow begins.

    Returns:
        The same numbers to the last bit for a campaign alone or among others.

    Raises:
        ValueError: a count below 1, or a campaign without a record.
        OverrideError: a value that no case allows, or a name that no campaign has.
    """
    if futures < 1:
        raise ValueError(f"futures must be at least 1, not {futures}")
    chosen = campaigns() if cases is None else tuple(cases)
    given = dict(assumptions or {})
    taken = [_given_to(case, given, chosen) for case in chosen]
    found: dict[int, tuple[Predicted, Mapping[str, Values]]] = {}
    for group in _groups(chosen):
        lanes = [_Lanes(chosen[i], taken[i], futures, seed) for i in group]
        for i, lane, block in zip(group, lanes, _run(lanes, notify), strict=True):
            found[i] = lane.predicted(block), lane.factors
    for i, case in enumerate(chosen):
        if i not in found:
            factors = _Lanes(case, taken[i], futures, seed).factors
            found[i] = predict(case, futures, seed, overrides=taken[i], notify=notify), factors
    ordered = [found[i] for i in range(len(chosen))]
    return Strip(chosen, tuple(each for each, _ in ordered), tuple(each for _, each in ordered), given)


def _given_to(case: Case, given: Mapping[str, Value], among: Sequence[Case]) -> dict[str, Value]:
    """What is given and this case has; a name that no case has is refused in the words of the first."""
    for name in given:
        if not any(name in each.assumptions or name in each.switches for each in among):
            parse_overrides(among[0], {name: given[name]})
    return {name: value for name, value in given.items() if name in case.assumptions or name in case.switches}


def _groups(cases: Sequence[Case]) -> list[list[int]]:
    """Places of the cases that can share a call: as many steps, and no item that needs other options."""
    groups: dict[int, list[int]] = {}
    for i, case in enumerate(cases):
        if not any(entry.options for entry in case.recorded.values()):
            groups.setdefault(len(case.start), []).append(i)
    return list(groups.values())


class _Lanes:
    """One campaign's option really taken, ready to run."""

    def __init__(self, case: Case, given: Mapping[str, Value], futures: int, seed: int) -> None:
        if not any(entry.quantity for entry in case.recorded.values()):
            raise ValueError(f"{case.id} has nothing on record")
        self.case, self.futures, self.seed = case, futures, seed
        parsed = parse_overrides(case, given)
        self.setting = setting_of(case, parsed.switches)
        self.rows = _draws(case, seed, futures, tuple(sorted(parsed.ranges.items())))
        self.factors = {
            name: self.rows[:, i]
            for i, name in enumerate(case.assumptions)
            if name in case.pooled and name not in parsed.ranges
        }
        self.tiles = -(-futures // TILE)

    def inputs(self) -> NDArray[np.float32]:
        """Inputs of every lane, shape (ROWS, tiles x TILE); the last tile is padded by repeats."""
        levers = self.case.options[self.case.taken].levers
        luck = _luck(self.seed, self.futures)
        return option_lanes(model_columns(self.case, self.rows), levers, luck, self.tiles * TILE)

    def predicted(self, block: Block) -> Predicted:
        """Reduce the futures to one number for each recorded item."""
        case = self.case
        items = {key: entry for key, entry in case.recorded.items() if entry.quantity is not None}
        drawn = {name: self.rows[:, i] for i, name in enumerate(case.assumptions)}
        values, on = reduce(case, {key: entry for key, entry in items.items() if not entry.of}, block, drawn)
        failed = np.zeros(self.futures, bool)
        failed[[future for _, future, _ in block.failures]] = True
        for key in values:
            values[key] = np.where(failed, np.nan, values[key])
        add_ratios(items, values, on)
        count = int(failed.sum())
        notes, fates = notes_of(balance(self.futures), self.futures, count), fates_of(block.outcomes["fate"][0])
        return Predicted(case.taken, "then", self.futures, self.seed, values, on, count, notes, fates)


def _run(lanes: Sequence[_Lanes], notify: Callable[[str], None] | None) -> Iterator[Block]:
    """Run campaigns together: tiles of all of them stand side by side in as few calls as hold them."""
    engine = Engine([each.setting for each in lanes], notify=notify)
    which = np.repeat(np.arange(len(lanes), dtype=np.int32), [each.tiles for each in lanes])
    calls = -(-len(which) // TILES)
    rows = np.empty((ROWS, calls * LANES), np.float32)
    at = 0
    for each in lanes:
        rows[:, at : at + each.tiles * TILE] = each.inputs()
        at += each.tiles * TILE
    rows[:, at:] = rows[:, at - 1 : at]
    which = np.concatenate([which, np.repeat(which[-1:], calls * TILES - len(which))])
    results = [
        engine.call(np.ascontiguousarray(rows[:, i * LANES : (i + 1) * LANES]), which[i * TILES : (i + 1) * TILES])
        for i in range(calls)
    ]
    outcomes = np.concatenate([np.asarray(each[0]) for each in results])
    quantities = {entry.quantity for lane in lanes for entry in lane.case.recorded.values()}
    needed = {name for quantity in quantities for name in READS.get(quantity or "", ())}
    series = {
        name: np.concatenate([np.asarray(each[1][i]) for each in results])
        for i, name in enumerate(SERIES)
        if name in needed
    }
    first = 0
    for lane in lanes:
        yield _block(lane, outcomes[first : first + lane.tiles], series, slice(first, first + lane.tiles))
        first += lane.tiles


def _block(lane: _Lanes, outcomes: NDArray[Any], series: Mapping[str, NDArray[Any]], tiles: slice) -> Block:
    """The futures of one campaign, from tiles of shape (tiles, names or steps, TILE)."""
    kept = slice(lane.futures)
    found = {name: row[None, kept] for name, row in zip(OUTCOMES, by_lane(outcomes), strict=True)}
    reports = {name: by_lane(array[tiles])[None, :, kept] for name, array in series.items()}
    return Block((lane.case.taken,), found, reports, find_failures(found))


@lru_cache(maxsize=64)
def _draws(case: Case, seed: int, futures: int, ranges: tuple[tuple[str, tuple[float, float]], ...]) -> Values:
    """Rows of a campaign, shape (future, assumptions); values that are given alone redraw nothing."""
    given = dict(ranges)
    fixed = {name: low for name, (low, high) in given.items() if low == high and not case.latents}
    if not fixed:
        return Design(case, seed, "then", given).rows(0, futures)
    others = tuple((name, ends) for name, ends in ranges if name not in fixed)
    rows = _draws(case, seed, futures, others).copy()
    for i, name in enumerate(case.assumptions):
        if name in fixed:
            rows[:, i] = fixed[name]
    return rows


@lru_cache(maxsize=4)
def _luck(seed: int, futures: int) -> NDArray[np.float32]:
    """Packed envelopes of futures 0 to futures - 1, shape (envelopes, future)."""
    return pack_luck(envelopes(seed, np.arange(futures))).astype(np.float32)

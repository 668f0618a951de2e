"""From assumptions and luck numbers to outcomes: every option over the same futures, block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.engine import LANES, ROWS, Engine, Setting, pack_luck
from closedsky.futures.overrides import Overrides, Value, parse_overrides
from closedsky.futures.readout import Readout
from closedsky.model.campaign import SERIES
from closedsky.model.luck import envelopes
from closedsky.model.names import ASSUMPTIONS, LEVERS, NUMBERS
from closedsky.model.outcomes import OUTCOMES

BLOCK = 8192
"""Futures held at once."""

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do, in option-futures."""

FEASIBLE = ("adopted", "days_to_adopt")
"""Outcomes of the other question: would the alliance have agreed, and when."""


@dataclass(frozen=True)
class Block:
    """Outcomes of a run of futures under several options.

    Attributes:
        options: ids, in order.
        outcomes: by name, shape (option, future).
        series: by name, shape (option, step, future); only where asked for.
        failures: (option index, future index in the block, reason) of lanes that did not give numbers.
    """

    options: tuple[str, ...]
    outcomes: dict[str, NDArray[np.float32]]
    series: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    failures: list[tuple[int, int, str]] = field(default_factory=list)


class Simulator:
    """Runs blocks of futures for one case with fixed levers, switches and precision.

    Args:
        case: the case.
        options: ids of the options to report; None for all.
        overrides: levers and switches (assumptions are the caller's business).
        seed: fills the envelopes.
        reference: option against which effects on lives are paired; None for the option really taken.
        adoption: `effect` (every option adopted on the first possible day) or `proposed` (the alliance decides).
        precision: `float32` or `float64`.
        notify: called with a line of text when something slow begins.
        lanes: lanes of one call, a multiple of `engine.step_of_lanes()`; each number of them is compiled once.
    """

    def __init__(
        self,
        case: Case,
        options: Sequence[str] | None = None,
        overrides: Overrides | None = None,
        seed: int = 0,
        reference: str | None = None,
        adoption: str = "effect",
        precision: str = "float32",
        notify: Callable[[str], None] | None = None,
        lanes: int = LANES,
    ) -> None:
        if adoption not in ("effect", "proposed"):
            raise ValueError(f"adoption must be 'effect' or 'proposed', not {adoption!r}")
        overrides = overrides or parse_overrides(case, None)
        self.case = case
        self.options = tuple(case.options) if options is None else tuple(options)
        self.reference = reference or case.taken
        for name in (*self.options, self.reference):
            if name not in case.options:
                raise ValueError(f"no option {name!r} in {case.id}; it has {', '.join(case.options)}")
        # Always run: first the reference, for effects on lives; the option taken, for what the alliance would see.
        self._run = tuple(dict.fromkeys((self.reference, case.taken, *self.options)))
        self._levers = np.array(
            [
                [overrides.levers.get((name, lever), case.options[name].levers[lever]) for lever in LEVERS]
                for name in self._run
            ]
        ).T
        self.seed = seed
        self._agreed = 1.0 if adoption == "effect" else 0.0
        self._lanes = lanes
        self.engine = Engine([setting_of(case, overrides.switches)], precision, notify)

    def block(self, columns: NDArray[Any], luck: NDArray[Any], series: bool | Sequence[str] = False) -> Block:
        """Run every option over some futures.

        Args:
            columns: assumptions of the model, shape (assumptions, n), of one future at least.
            luck: which sealed envelopes each future opens, whole numbers of shape (n,), or what is inside them
                (`engine.pack_luck`), shape (rows, n); luck depends on nothing else.
            series: also return what each step reports: all of it, or what is named.

        Returns:
            The block; its bits do not depend on how futures were cut into blocks.
        """
        return self.begin(columns, luck, series)()

    def begin(
        self, columns: NDArray[Any], luck: NDArray[Any], series: bool | Sequence[str] = False
    ) -> Callable[[], Block]:
        """Begin what `block` does: the first call is under way when this returns; calling what it returns waits."""
        if luck.ndim == 1:
            luck = pack_luck(envelopes(self.seed, luck))
        count, names, dtype = luck.shape[1], self._run, self.engine.dtype
        future_rows = np.concatenate([columns, luck]).astype(dtype)
        start, length = self.case.start.astype(dtype), self.case.length.astype(dtype)
        kept_series = tuple(SERIES if series is True else series or ())
        read = Readout(start, length, count, len(names), names.index(self.case.taken), kept_series, self._lanes)
        first = self.engine.call(self._inputs(future_rows, 0, read.lanes, count))

        def finish() -> Block:
            self._read(read, future_rows, first)
            return self._block(read, np.asarray(columns[ASSUMPTIONS.index("undercount")], dtype))

        return finish

    def _read(self, read: Readout, future_rows: NDArray[Any], result: tuple[Any, tuple[Any, ...]]) -> None:
        """Read the first call out, and make and read those that follow."""
        if read.lanes <= self._lanes:
            read.collect(0, *result)
            return
        # One call is read out while the next one runs.
        with ThreadPoolExecutor(1) as reader:
            reading = reader.submit(read.collect, 0, *result)
            for first in range(self._lanes, read.lanes, self._lanes):
                result = self.engine.call(self._inputs(future_rows, first, read.lanes, read.count))
                reading.result()
                reading = reader.submit(read.collect, first, *result)
            reading.result()

    def _block(self, read: Readout, undercount: NDArray[Any]) -> Block:
        names = self._run
        shape = (len(names), read.count)
        outcomes = {name: read.outcomes[i].reshape(shape) for i, name in enumerate(OUTCOMES)}
        outcomes |= self._paired(outcomes, read, undercount)
        outcomes |= self._feasible(outcomes, read.reluctance, names.index(self.case.taken))
        asked: Any = [names.index(name) for name in self.options]
        if asked == list(range(len(names))):
            asked = slice(None)  # a view: a copy of what every step reports takes seconds
        kept = {name: values[asked] for name, values in outcomes.items()}
        reports = {name: np.moveaxis(v.reshape(-1, *shape)[:, asked], 1, 0) for name, v in read.series.items()}
        return Block(self.options, kept, reports, find_failures(kept))

    def _inputs(self, future_rows: NDArray[Any], first: int, lanes: int, count: int) -> NDArray[Any]:
        """Inputs of one call, shape (ROWS, lanes): lanes run option by option; the last call is padded by repeats."""
        size = self._lanes
        rows = np.empty((ROWS, size), self.engine.dtype)
        assumptions, end = len(ASSUMPTIONS), len(ASSUMPTIONS) + len(LEVERS)
        if first % count + size <= count:  # one option throughout: plain slices
            future: Any = slice(first % count, first % count + size)
            which: Any = [first // count]
        else:
            lane = np.minimum(np.arange(first, first + size), lanes - 1)
            which, future = lane // count, lane % count
        rows[:assumptions] = future_rows[:assumptions, future]
        rows[assumptions:end] = self._levers[:, which]
        rows[end:-1] = future_rows[assumptions:, future]
        rows[-1] = self._agreed
        return rows

    def _paired(
        self, outcomes: dict[str, NDArray[Any]], read: Readout, undercount: NDArray[Any]
    ) -> dict[str, NDArray[Any]]:
        """Split each difference in lives from the reference into a rate effect and a length effect.

        Rate effect: deaths over the days on which both wars run. Length effect: the rest of the difference.
        """
        end = outcomes["end_day"]
        common = np.minimum(end, end[0])
        other = np.stack([read.reference_at(day) for day in common])
        rate = (read.own.reshape(end.shape) - other) * undercount
        total = outcomes["killed"] - outcomes["killed"][0]
        return {"lives_rate_effect": rate, "lives_length_effect": total - rate}

    def _feasible(
        self, outcomes: dict[str, NDArray[Any]], reluctance: NDArray[Any], taken: int
    ) -> dict[str, NDArray[Any]]:
        """Would the alliance have agreed, and when: read off the limits that the lanes computed without force."""
        limit, first = outcomes["consent_limit"], outcomes["asked_day"]
        return feasible(self.case, limit, first, reluctance, outcomes["end_day"][taken])


def feasible(
    case: Case, limit: NDArray[Any], first: NDArray[Any], reluctance: NDArray[Any], over: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    """Would the alliance have agreed to options, and when.

    Until it agrees it sees the course of the option really taken, so the first step on which reluctance on that
    course is low enough is the day of adoption.

    Args:
        case: its grid and its day of decision.
        limit: highest reluctance at which it agrees, shape (option, future).
        first: first day on which it could, shape (option, future).
        reluctance: on the course really taken, at each of the first steps of the grid, shape (steps, future).
        over: day on which that war ends, shape (future,).

    Returns:
        `adopted` and `days_to_adopt`, shape (option, future); NaN where the war was over before the decision.
    """
    steps = len(reluctance)
    start = case.start[:steps].astype(reluctance.dtype)
    finish = start + case.length[:steps].astype(reluctance.dtype)
    alive = start[:, None] < over[None, :]
    adopted, days = np.zeros_like(limit), np.full_like(limit, np.nan)
    for i in range(len(limit)):
        agrees = (finish[:, None] > first[i]) & (reluctance <= limit[i]) & alive
        step = np.argmax(agrees, axis=0)
        found = agrees[step, np.arange(len(step))]
        adopted[i] = np.where(over > case.decision_day, found, np.nan)
        days[i] = np.where(found, np.maximum(start[step], first[i]) - case.decision_day, np.nan)
    return {"adopted": adopted, "days_to_adopt": days}


def setting_of(case: Case, switches: Mapping[str, str]) -> Setting:
    """What all lanes of a case share, with the chosen value of each switch."""
    numbers = {name: case.numbers[name].value for name in NUMBERS}
    return Setting(case.start, case.length, case.decision_day, case.horizon, numbers, switches)


def find_failures(outcomes: dict[str, NDArray[Any]]) -> list[tuple[int, int, str]]:
    """Lanes with an outcome that is not a number although it is defined; their reason names the outcomes."""
    bad: dict[tuple[int, int], list[str]] = {}
    for name, values in outcomes.items():
        allowed = name in FEASIBLE or (name in OUTCOMES and OUTCOMES[name].missing != "never")
        odd = np.isinf(values) if allowed else ~np.isfinite(values)
        for option, future in zip(*np.nonzero(odd), strict=True):
            bad.setdefault((int(option), int(future)), []).append(name)
    return [(option, future, "not a number: " + ", ".join(names)) for (option, future), names in sorted(bad.items())]


def simulate(
    case: Case,
    assumptions: Mapping[str, Any],
    luck_numbers: Any,
    options: Sequence[str] | None = None,
    *,
    seed: int = 0,
    overrides: Mapping[str, Value] | None = None,
    reference: str | None = None,
    adoption: str = "effect",
    precision: str = "float32",
    series: bool = False,
) -> Block:
    """Run options over futures whose assumptions and luck the caller names.

    Args:
        case: the case.
        assumptions: by name, one value for all futures or one for each (shape (n,)); all that the model reads.
        luck_numbers: whole numbers, shape (n,). Futures with the same number open the same envelopes, wherever
            they stand in a design.
        options: ids; None for all.
        seed: of the envelopes.
        overrides: levers (`option.lever`) and switches.
        reference: option that effects on lives are paired with; None for the option really taken.
        adoption: `effect` or `proposed`.
        precision: `float32` or `float64`.
        series: also return what each step reports.

    Returns:
        Outcomes by name, shape (option, future).

    Raises:
        ValueError: an assumption is missing or unknown, shapes do not agree, or an option does not exist.
    """
    numbers = np.atleast_1d(np.asarray(luck_numbers))
    if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
        raise ValueError("luck_numbers must be whole numbers in one dimension")
    assumptions = {name: each.value for name, each in case.fixed.items()} | dict(assumptions)
    unknown = sorted(set(assumptions) - set(ASSUMPTIONS) - set(case.assumptions))
    missing = sorted(set(ASSUMPTIONS) - set(assumptions))
    if unknown or missing:
        raise ValueError(f"assumptions: unknown {unknown or 'none'}, missing {missing or 'none'}")
    columns = np.stack([np.broadcast_to(np.asarray(assumptions[name], float), numbers.shape) for name in ASSUMPTIONS])
    parsed = parse_overrides(case, overrides)
    if parsed.ranges:
        raise ValueError("overrides of assumptions belong in `assumptions` here")
    simulator = Simulator(case, options, parsed, seed, reference, adoption, precision)
    blocks = [
        simulator.block(columns[:, first : first + BLOCK], numbers[first : first + BLOCK], series)
        for first in range(0, len(numbers), BLOCK)
    ]
    return join(blocks)


def join(blocks: Sequence[Block]) -> Block:
    """Put blocks of consecutive futures together."""
    sizes = np.cumsum([0, *(next(iter(block.outcomes.values())).shape[1] for block in blocks)])
    return Block(
        blocks[0].options,
        {name: np.concatenate([b.outcomes[name] for b in blocks], axis=1) for name in blocks[0].outcomes},
        {name: np.concatenate([b.series[name] for b in blocks], axis=2) for name in blocks[0].series},
        [(o, int(f + sizes[i]), why) for i, b in enumerate(blocks) for o, f, why in b.failures],
    )


def blocks_of(futures: int) -> Iterator[tuple[int, int]]:
    """Cut a count of futures into blocks (first, last + 1)."""
    for first in range(0, futures, BLOCK):
        yield first, min(first + BLOCK, futures)

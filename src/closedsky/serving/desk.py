"""Runs while a slider moves: prepared futures, one compiled call of the right size, both paths to general war.

What does not depend on a slider is made once: the uniforms of the design, what is inside the envelopes, the compiled
program. What is left is to turn the uniforms into assumptions and to run the lanes. The numbers are those of
`closedsky.run` with as many futures, to the last bit; only fewer of them than a command takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.engine import LANES, pack_luck, start_jax, step_of_lanes
from closedsky.futures.overrides import parse_overrides
from closedsky.futures.results import NOT_A_FORECAST, Results, label
from closedsky.futures.sampling import NETS, Design, model_columns
from closedsky.futures.series_counts import SeriesCounts
from closedsky.futures.simulate import Block, Simulator
from closedsky.model.luck import envelopes
from closedsky.model.names import SWITCHES
from closedsky.serving.state import BOTH, State
from closedsky.version import __version__

FUTURES = 512
"""Futures while dragging, where the machine is quick enough."""

FEWEST = 64
"""Futures below which nothing can be read off them: four in each of the sixteen nets."""

BUDGET = 0.05
"""Seconds that both paths together may take while dragging, so that with reading and drawing a tenth is kept."""

SERIES = ("killed", "held")
"""Series that the page shows over time."""

PATHS = tuple(SWITCHES["war_path"])


class Desk:
    """Prepared futures of one case under the view then.

    Args:
        case: the case.
        notify: called with a line of text when something slow begins.

    Attributes:
        futures: how many are run while dragging, from FEWEST to FUTURES; set by `warm`.
    """

    def __init__(self, case: Case, notify: Callable[[str], None] | None = None) -> None:
        start_jax()
        self.case = case
        self.futures = FEWEST
        self._notify = notify
        self._seed: int | None = None
        self._unit: NDArray[np.float64] = np.empty(0)
        self._luck: NDArray[Any] = np.empty(0)
        options = len(case.options)
        self._sizes = {
            lanes: min(FUTURES, lanes // options // NETS * NETS)
            for lanes in (step_of_lanes() * k for k in range(1, LANES // step_of_lanes() + 1))
        }
        self._sizes = {lanes: many for lanes, many in self._sizes.items() if many >= FEWEST}
        self._lanes = LANES

    def warm(self, state: State, budget: float = BUDGET) -> float:
        """Compile the sizes that may be used and keep the largest that is quick enough; return its seconds.

        Args:
            state: any.
            budget: seconds that both paths may take.
        """
        least = list(self._sizes) or [LANES]
        took = self._measure(state, least[0])
        chosen, seconds = least[0], took
        # Time grows with lanes: of the sizes that should fit only the largest is compiled, then the next smaller.
        for lanes in reversed(least[1:]):
            if took * lanes / least[0] > 1.5 * budget:
                continue
            tried = self._measure(state, lanes)
            if tried <= budget:
                chosen, seconds = lanes, tried
                break
        self._lanes, self.futures = chosen, self._sizes.get(chosen, FEWEST)
        return seconds

    def _measure(self, state: State, lanes: int) -> float:
        self._lanes, self.futures = lanes, self._sizes.get(lanes, FEWEST)
        self.run(state)
        spent = []
        for _ in range(3):
            begun = time.perf_counter()
            self.run(state)
            spent.append(time.perf_counter() - begun)
        return min(spent)

    def run(
        self, state: State, futures: int | None = None, series_of: Sequence[str] = (), paths: Sequence[str] = PATHS
    ) -> dict[str, Results]:
        """Run every option.

        Args:
            state: what is asked, under the view then.
            futures: how many; as many as `warm` chose where None.
            series_of: options whose course over time is kept.
            paths: to general war.

        Returns:
            Results by path.
        """
        many = self.futures if futures is None else futures
        if state.path != BOTH:
            paths = [path for path in paths if path == state.path]
        self._prepare(state.seed, many)
        parsed = parse_overrides(self.case, {**state.sets})
        design = Design(self.case, state.seed, "then", parsed.ranges)
        columns = model_columns(self.case, design.transform(self._unit[:many]))
        # All are begun before the first is read out, which is done while the others run.
        begun = {path: self._begin(state, path, columns, many, tuple(series_of)) for path in paths}
        return {path: finish() for path, finish in begun.items()}

    def _prepare(self, seed: int, many: int) -> None:
        if self._seed == seed and len(self._unit) >= many:
            return
        self._unit = Design(self.case, seed).unit(0, max(many, FUTURES))
        self._luck = pack_luck(envelopes(seed, np.arange(len(self._unit))))
        self._seed = seed

    def _begin(
        self, state: State, path: str, columns: NDArray[Any], many: int, series_of: tuple[str, ...]
    ) -> Callable[[], Results]:
        case, overrides = self.case, {**state.sets, "war_path": path}
        parsed = parse_overrides(case, overrides)
        simulator = Simulator(
            case, None, parsed, state.seed, None, state.adoption, notify=self._notify, lanes=self._lanes
        )
        wait = simulator.begin(columns, self._luck[:, :many], series=SERIES if series_of else False)

        def finish() -> Results:
            block = wait()
            counts = SeriesCounts(case, series_of, SERIES if series_of else ())
            if series_of:
                places = [simulator.options.index(name) for name in series_of]
                block.series.update({name: values[places] for name, values in block.series.items()})
                counts.add(block, many)
            return _labelled(simulator, block, counts, parsed.switches, overrides, many, state.adoption)

        return finish


def _labelled(
    simulator: Simulator,
    block: Block,
    counts: SeriesCounts,
    switches: Mapping[str, str],
    overrides: Mapping[str, Any],
    many: int,
    adoption: str,
) -> Results:
    """Label what was run as `closedsky.run` does."""
    case = simulator.case
    outcomes = label(block.outcomes, simulator.options, np.arange(many))
    outcomes.attrs = {
        "case": case.id,
        "view": "then",
        "war_path": switches["war_path"],
        "seed": str(simulator.seed),
        "version": __version__,
        "caution": NOT_A_FORECAST,
    }
    return Results(
        case=case,
        outcomes=outcomes,
        series=counts.dataset(outcomes.attrs),
        futures=many,
        seed=simulator.seed,
        view="then",
        reference=simulator.reference,
        adoption=adoption,
        precision="float32",
        switches=switches,
        overrides=overrides,
        failures=tuple((simulator.options[option], future, why) for option, future, why in block.failures),
    )

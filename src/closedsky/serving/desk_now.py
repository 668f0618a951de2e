"""The view now while a slider moves: every option run once on the accepted futures, then only weighed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.overrides import parse_overrides
from closedsky.futures.results import Inputs, Results
from closedsky.futures.run import run_paths
from closedsky.futures.sampling import model_columns
from closedsky.futures.series_counts import SeriesCounts
from closedsky.futures.simulate import Block, Simulator
from closedsky.model.luck import ENVELOPES
from closedsky.serving.desk import SERIES
from closedsky.serving.sliders import Slider, sliders
from closedsky.serving.state import BOTH, State
from closedsky.serving.weighing import drawn, effective, weights

KEPT = 6
"""Pairs of option and path whose courses over time are kept."""


class AcceptedDesk:
    """Accepted futures of one case, with every option run on them.

    Args:
        case: the case.
        found: accepted futures by path to general war.
        notify: called with a line of text when something slow begins.
    """

    def __init__(
        self, case: Case, found: Mapping[str, Conditioned], notify: Callable[[str], None] | None = None
    ) -> None:
        self.case, self.found = case, dict(found)
        self._notify = notify
        first = next(iter(self.found.values()))
        self.futures = first.futures
        self.sliders: dict[str, Slider] = sliders(case, "now", first.accepted.assumptions)
        self._runs: dict[str, dict[str, Results]] = {}
        self._courses: dict[tuple[str, str, str], Mapping[str, NDArray[Any]]] = {}

    def base(self, adoption: str = "effect") -> dict[str, Results]:
        """Every option on the accepted futures, by path; run once."""
        if adoption not in self._runs:
            first = next(iter(self.found.values()))
            self._runs[adoption] = run_paths(
                self.case,
                view="now",
                conditioned=self.found,
                seed=first.seed,
                adoption=adoption,
                notify=self._notify,
            )
        return self._runs[adoption]

    def run(self, state: State, series_of: Sequence[str] = ()) -> tuple[dict[str, Results], dict[str, float]]:
        """Weigh.

        Args:
            state: what is asked, under the view now.
            series_of: options whose course over time is kept.

        Returns:
            Results by path, and what their futures are worth: the effective number of the weights.

        Raises:
            TooFar: too few futures stand near the sliders.
        """
        results, worth = {}, {}
        for path, base in self.base(state.adoption).items():
            if state.path not in (BOTH, path):
                continue
            made = weights(self.found[path], _values(state), self.sliders)
            places = drawn(made)
            worth[path] = effective(made)
            results[path] = self._weighed(base, path, places, state.adoption, tuple(series_of))
        return results, worth

    def inputs(self, state: State) -> Inputs:
        """What the weighed futures drew."""
        found = next(iter(self.found.values()))
        places = drawn(weights(found, _values(state), self.sliders))
        accepted = found.accepted
        return Inputs(
            names=tuple(self.case.assumptions),
            values=accepted.assumptions[places],
            luck_names=tuple(ENVELOPES),
            luck=np.asarray(accepted.envelopes[:, places], np.float64).T,
        )

    def _weighed(
        self, base: Results, path: str, places: NDArray[np.int64], adoption: str, series_of: tuple[str, ...]
    ) -> Results:
        outcomes = base.outcomes.isel(future=places).assign_coords(future=np.arange(len(places)))
        outcomes.attrs = dict(base.outcomes.attrs)
        failed = {(name, future): why for name, future, why in base.failures}
        failures = [
            (name, at, failed[name, int(future)])
            for name in {each for each, _, _ in base.failures}
            for at, future in enumerate(places)
            if (name, int(future)) in failed
        ]
        counts = SeriesCounts(self.case, series_of, SERIES if series_of else ())
        if series_of:
            courses = [self._course(base, path, name, adoption) for name in series_of]
            series = {name: np.stack([each[name][:, places] for each in courses]) for name in SERIES}
            counts.add(Block(series_of, {}, series), len(places))
        # Weights are the page's own: what the search says of its futures no longer holds for these.
        return replace(
            base,
            outcomes=outcomes,
            series=counts.dataset(outcomes.attrs),
            failures=tuple(failures),
            conditioned=None,
        )

    def _course(self, base: Results, path: str, option: str, adoption: str) -> Mapping[str, NDArray[Any]]:
        """Series of one option on the accepted futures, each of shape (step, future)."""
        key = (option, path, adoption)
        if key not in self._courses:
            while len(self._courses) >= KEPT:
                self._courses.pop(next(iter(self._courses)))
            found = self.found[path]
            parsed = parse_overrides(self.case, {"war_path": path})
            simulator = Simulator(self.case, (option,), parsed, found.seed, None, adoption)
            columns = model_columns(self.case, found.accepted.assumptions)
            block = simulator.block(columns, found.accepted.envelopes, series=SERIES)
            self._courses[key] = {name: values[0] for name, values in block.series.items()}
        return self._courses[key]


def _values(state: State) -> dict[str, float]:
    return {name: float(value) for name, value in state.sets.items()}  # type: ignore[arg-type]

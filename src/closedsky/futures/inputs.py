"""What the futures of a run drew, and what an option gives in them when it opens envelopes of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.overrides import parse_overrides
from closedsky.futures.results import Inputs, Results
from closedsky.futures.run import source_of
from closedsky.futures.sampling import model_columns
from closedsky.futures.simulate import Simulator, blocks_of
from closedsky.model.luck import ENVELOPES


def inputs_of(results: Results) -> Inputs:
    """Return assumptions and luck of each future of a run, drawn again from its seed or its accepted futures."""
    source = source_of(results)
    return Inputs(
        names=tuple(results.case.assumptions),
        values=np.asarray(source.rows(0, results.futures), np.float64),
        luck_names=tuple(ENVELOPES),
        luck=np.asarray(source.luck(0, results.futures), np.float64).T,
    )


def with_other_luck(
    results: Results, options: Sequence[str], outcomes: Sequence[str]
) -> Mapping[str, Mapping[str, NDArray[np.float64]]]:
    """Run options in the same futures with other envelopes.

    Args:
        results: the run whose futures, levers and switches are meant.
        options: ids.
        outcomes: names of what is kept.

    Returns:
        By option and outcome, shape (future,).
    """
    case, source = results.case, source_of(results)
    parsed = parse_overrides(case, results.overrides)
    options = tuple(options)
    simulator = Simulator(case, options, parsed, results.seed, results.reference, results.adoption, results.precision)
    found: dict[str, dict[str, NDArray[Any]]] = {
        option: {name: np.empty(results.futures) for name in outcomes} for option in options
    }
    for first, last in blocks_of(results.futures):
        block = simulator.block(model_columns(case, source.rows(first, last)), source.other_luck(first, last))
        for i, option in enumerate(options):
            for name in outcomes:
                found[option][name][first:last] = block.outcomes[name][i]
    return found

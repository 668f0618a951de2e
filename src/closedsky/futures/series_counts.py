"""Quantiles of series over futures, by counting: no series of a single future is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from closedsky.cases.schema import Case
from closedsky.futures.histogram import Histogram
from closedsky.futures.simulate import Block
from closedsky.futures.watching import look

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

SERIES_SHOWN: dict[str, tuple[str, str, float]] = {
    "killed": ("civilians killed, cumulative, as a verified count would show them", "persons", 1.0),
    "killed_by_air": (
        "civilians killed by crewed aircraft, cumulative, as a verified count would show them",
        "persons",
        1.0,
    ),
    "held": ("share of the country held by the adversary", "share", 1e-4),
    "flown": ("adversary sorties a day", "sorties/day", 0.01),
    "adversary_lost": ("adversary aircraft lost, cumulative", "aircraft", 0.01),
    "on": ("war still on", "share", 1e-4),
    "patrols": ("coalition sorties a day", "sorties/day", 0.01),
    "rung": ("rung of escalation", "rung", 1e-3),
    "aid": ("military support given, cumulative, in years at the full rate", "years", 1e-4),
}
"""What series a run keeps: label, unit and the value below which histogram bins are even."""


class SeriesCounts:
    """Histograms of series by option and step.

    Args:
        case: the case.
        options: ids, in the order of the blocks.
        names: series to keep, of `SERIES_SHOWN`.
    """

    def __init__(self, case: Case, options: tuple[str, ...], names: Sequence[str] = tuple(SERIES_SHOWN)) -> None:
        self.case, self.options = case, options
        cells = len(options) * len(case.start)
        self.counts = {name: Histogram.empty(cells, scale) for name in names for scale in (SERIES_SHOWN[name][2],)}
        self.futures = 0

    def add(self, block: Block, count: int) -> None:
        """Count the first so many futures of a block that has the series."""
        for name, histogram in self.counts.items():
            look()
            values = block.series[name][:, :, :count]
            histogram.add(values.reshape(-1, values.shape[-1]))
        self.futures += count

    def dataset(self, attrs: Mapping[str, Any]) -> xr.Dataset:
        """Return quantiles and means over (option, step), with units."""
        shape = (len(self.options), len(self.case.start))
        variables: dict[str, Any] = {}
        for name, histogram in self.counts.items():
            text, unit, _ = SERIES_SHOWN[name]
            kept = {"units": unit, "long_name": text}
            bands = np.stack([histogram.quantile(q).reshape(shape) for q in QUANTILES], axis=-1)
            variables[name] = (("option", "step", "quantile"), bands.astype(np.float32), kept)
            variables[f"{name}_mean"] = (("option", "step"), histogram.mean().reshape(shape).astype(np.float32), kept)
        return xr.Dataset(
            variables,
            coords={
                "option": list(self.options),
                "quantile": list(QUANTILES),
                "day": ("step", self.case.start + self.case.length, {"units": "days", "long_name": "end of the step"}),
            },
            attrs=dict(attrs) | {"futures": self.futures},
        )

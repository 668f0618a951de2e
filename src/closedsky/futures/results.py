"""Labelled results of one run, and what can be said of them with an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.cases.shown import Shown
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.sampling import NETS
from closedsky.model.outcomes import OUTCOMES, Outcome

ALL_OUTCOMES: dict[str, Outcome] = OUTCOMES | {
    "lives_rate_effect": Outcome(
        "civilians killed more (+) or fewer (-) than under the reference option, over the days both wars run",
        "persons",
    ),
    "lives_length_effect": Outcome(
        "the rest of the difference in civilians killed: one war outlasts the other, and occupation", "persons"
    ),
    "adopted": Outcome(
        "the alliance (and the pivotal member) would have agreed", "flag", "the war was over by the decision"
    ),
    "days_to_adopt": Outcome("days from the decision to agreement", "days", "they would not have agreed"),
}
"""Every outcome of a run: those of a lane, those that pair two options, and feasibility."""

NOT_A_FORECAST = "Not a forecast and not a targeting tool: assumptions in, conclusions out; contest the assumptions."


@dataclass(frozen=True)
class Estimate:
    """A statistic over futures and its standard error (NaN where sixteen nets cannot give one)."""

    value: float
    error: float

    def to_dict(self) -> dict[str, float | None]:
        """Return both numbers, None for what is not defined."""
        return {
            "value": self.value if np.isfinite(self.value) else None,
            "error": self.error if np.isfinite(self.error) else None,
        }


@dataclass(frozen=True, eq=False)
class Inputs:
    """What each future of a run drew: its assumptions, and what was in its sealed envelopes.

    Attributes:
        names: assumptions, in the order of the case.
        values: shape (future, assumption), each in its own unit.
        luck_names: envelopes.
        luck: what is inside them, shape (future, envelope).
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    luck_names: tuple[str, ...]
    luck: NDArray[np.float64]

    def first(self, count: int) -> Inputs:
        """Return what the first so many futures drew."""
        return Inputs(self.names, self.values[:count], self.luck_names, self.luck[:count])

    def column(self, name: str) -> NDArray[np.float64]:
        """Return one assumption, shape (future,).

        Raises:
            KeyError: no such assumption.
        """
        if name not in self.names:
            raise KeyError(name)
        return self.values[:, self.names.index(name)]


@dataclass(frozen=True)
class Results(Shown):
    """What one run gave: one view, one path to general war, every option over the same futures.

    Attributes:
        case: the case.
        outcomes: over (option, future), with units; lazy over Parquet when it would not fit in memory.
        series: over (option, step, quantile): what each step reports.
        futures, seed, view, reference, adoption, precision: as asked.
        switches: value of every structural switch.
        overrides: as asked, for the command that reproduces the run.
        failures: (option, future, reason) of lanes without numbers; they are left out of every statistic.
        notes: sentences that belong under any table of this run.
        conditioned: the accepted futures, under the view now.
    """

    case: Case
    outcomes: xr.Dataset
    series: xr.Dataset
    futures: int
    seed: int
    view: str
    reference: str
    adoption: str
    precision: str
    switches: Mapping[str, str]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    failures: tuple[tuple[str, int, str], ...] = ()
    notes: tuple[str, ...] = ()
    conditioned: Conditioned | None = None

    @property
    def effective_number(self) -> float | None:
        """Effective number of accepted futures under the view now (`Conditioned.effective_number`), else None."""
        return None if self.conditioned is None else self.conditioned.effective_number

    @cached_property
    def options(self) -> tuple[str, ...]:
        """Ids of the options, in order."""
        return tuple(str(name) for name in self.outcomes["option"].values)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.options)}

    @property
    def war_path(self) -> str:
        """The path to general war under which this run was made."""
        return self.switches["war_path"]

    def values(self, outcome: str, option: str) -> NDArray[np.float64]:
        """Return one outcome of one option, shape (future,); NaN where undefined or failed.

        Raises:
            KeyError: no such outcome or option.
        """
        if option not in self._places:
            raise KeyError(option)
        variable, place = self.outcomes.variables[outcome], self._places[option]
        held = variable._data
        if isinstance(held, np.ndarray):  # xarray's own indexing costs fifty times more
            return np.asarray(held[place], np.float64)
        return np.asarray(variable.isel(option=place).values, np.float64)  # of files only what is asked for is read

    def mean(self, outcome: str, option: str) -> Estimate:
        """Mean over the futures in which the outcome is defined."""
        return estimate(self.values(outcome, option), np.nanmean)

    def quantile(self, outcome: str, option: str, q: float) -> Estimate:
        """Quantile over the futures in which the outcome is defined."""
        return estimate(self.values(outcome, option), lambda x: np.nanquantile(x, q))

    def share(self, outcome: str, option: str, where: Callable[[NDArray[np.float64]], Any]) -> Estimate:
        """Share of futures in which `where(values)` holds, of those that gave numbers."""
        held = np.asarray(where(self.values(outcome, option)), np.float64)
        return estimate(np.where(self.sound(option), held, np.nan), np.nanmean)

    def sound(self, option: str) -> NDArray[np.bool_]:
        """Which futures gave numbers, shape (future,); the others are listed in `failures`."""
        sound = np.ones(self.futures, bool)
        sound[[future for name, future, _ in self.failures if name == option]] = False
        return sound

    def war_risk(self, option: str) -> Estimate:
        """Probability of general war under this run's path: mean of 1 - exp(-hazard up to the stop).

        Never a headline: it rests on assumptions that nothing published identifies. Readings show it only as a
        conditional result, both paths side by side, or turned into a break-even.
        """
        return estimate(self.values("war_hazard", option), lambda x: -np.nanmean(np.expm1(-x)))


def estimate(values: NDArray[np.float64], statistic: Callable[[NDArray[np.float64]], Any]) -> Estimate:
    """Return a statistic of all futures, with the standard error from sixteen interleaved nets.

    Args:
        values: shape (future,), in the order of the run.
        statistic: from an array to a number; must cope with NaN.

    Returns:
        The statistic of all values; its error is the spread of the same statistic over the nets, over root 16.
    """
    if not np.isfinite(values).any():
        return Estimate(float("nan"), float("nan"))
    whole = float(statistic(values))
    if len(values) < 2 * NETS:
        return Estimate(whole, float("nan"))
    parts = []
    for net in range(NETS):
        part = values[net::NETS]
        parts.append(float(statistic(part)) if np.isfinite(part).any() else np.nan)
    if not np.isfinite(parts).all():
        return Estimate(whole, float("nan"))
    return Estimate(whole, float(np.std(parts, ddof=1) / np.sqrt(NETS)))


def mean_of(values: NDArray[np.float64]) -> Estimate:
    """Return the mean over the futures in which a value is defined, with its error: `estimate` of `np.nanmean`.

    Args:
        values: shape (future,), in the order of the run.

    >>> mean_of(np.array([1.0, 3.0] * 16)).value, mean_of(np.full(32, np.nan)).value
    (2.0, nan)
    """
    if not np.isfinite(values).any():
        return Estimate(float("nan"), float("nan"))
    defined = ~np.isnan(values)
    whole = float(np.mean(values) if defined.all() else np.nanmean(values))
    rounds = -(-len(values) // NETS)
    if len(values) < 2 * NETS:
        return Estimate(whole, float("nan"))
    # One row a round of the nets, one column a net: sixteen sums at once instead of one after another.
    sums, counts = np.zeros((rounds, NETS)), np.zeros((rounds, NETS))
    sums.ravel()[: len(values)] = np.where(defined, values, 0.0)
    counts.ravel()[: len(values)] = defined
    total = counts.sum(axis=0)
    parts = np.divide(sums.sum(axis=0), total, out=np.full(NETS, np.nan), where=total > 0)
    if not np.isfinite(parts).all():
        return Estimate(whole, float("nan"))
    return Estimate(whole, float(np.std(parts, ddof=1) / np.sqrt(NETS)))


def means_of(table: NDArray[np.float64]) -> list[Estimate]:
    """Return `mean_of` of several values at once, shape (value, future), all of them defined everywhere.

    >>> means_of(np.array([[1.0, 3.0] * 16])) == [mean_of(np.array([1.0, 3.0] * 16))]
    True
    """
    many = table.shape[1]
    wholes = table.mean(axis=1)
    if many < 2 * NETS:
        return [Estimate(float(whole), float("nan")) for whole in wholes]
    rounds = -(-many // NETS)
    sums = np.zeros((len(table), rounds * NETS))
    sums[:, :many] = table
    counts = np.bincount(np.arange(many) % NETS, minlength=NETS)
    parts = sums.reshape(len(table), rounds, NETS).sum(axis=1) / counts
    errors = np.std(parts, axis=1, ddof=1) / np.sqrt(NETS)
    return [Estimate(float(whole), float(error)) for whole, error in zip(wholes, errors, strict=True)]


def label(outcomes: Mapping[str, Any], options: tuple[str, ...], future: NDArray[np.int64]) -> xr.Dataset:
    """Return outcomes, each of shape (option, future), as a dataset with units and reasons for missing values."""
    return xr.Dataset(
        {
            name: (
                ("option", "future"),
                outcomes[name],
                {"units": entry.unit, "long_name": entry.label, "missing": entry.missing},
            )
            for name, entry in ALL_OUTCOMES.items()
        },
        coords={"option": list(options), "future": future},
    )

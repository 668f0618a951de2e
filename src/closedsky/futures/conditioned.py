"""Futures that agree with the record: data, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from closedsky.cases.recorded import Recorded
from closedsky.cases.schema import Case
from closedsky.futures.convergence import effective_number, split_rhat
from closedsky.futures.sampling import NETS
from closedsky.model.luck import ENVELOPES

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drawn:
    """Futures of the option really taken, and what they say of the record.

    Attributes:
        assumptions: shape (future, assumption), in the order of the case, each in its own unit.
        envelopes: what is inside each sealed envelope, shape (envelope, future), float32.
        coordinates: the same as independent standard normals beforehand, shape (future, coordinate).
        values: by item of the record, shape (future,); NaN where a future says nothing.
        on: by item, whether things stand as they really did, shape (future,); see `recorded.Predicted`.
        scores: logarithm of the acceptance probability, shape (future, accepting item).
    """

    assumptions: Values
    envelopes: NDArray[np.float32]
    coordinates: Values
    values: Mapping[str, Values]
    on: Mapping[str, NDArray[np.bool_]]
    scores: Values


@dataclass(frozen=True, eq=False)
class Conditioned:
    """What the record of the option really taken leaves of what was assumed: the view *now*.

    Accepted futures are a sample from the posterior, each as likely as any other; future i is of island i mod 16, as
    the nets of a design, so that every error of `Results` holds for them too.

    Attributes:
        case: the case.
        seed, overrides: as asked; overrides without those that the record cannot feel.
        switches: value of every structural switch while conditioning.
        names: of the coordinates: assumptions, latents, envelopes.
        items: entries of the record that the model predicts, by key.
        accepting: keys of those by which futures were accepted; the others are kept for checking.
        accepted: the accepted futures.
        other_envelopes: luck of each accepted future drawn again, given its assumptions and the record: as far from
            its own as the record lets it be, shape (envelope, future).
        before: futures drawn from the ranges of the view now, before the record was looked at.
        idle: names of coordinates that no accepting item depends on: what accepts can't say anything of them.
        aside: those of them that items kept aside depend on.
        evidence: logarithm of the share of plain draws that would have been accepted, by island, shape (16,).
        ancestors: number of first draws from which the accepted futures descend.
        levels: powers of the acceptance probability that were gone through.
        sweeps: steps proposed to each future, in all and at full power.
        taken: share of steps that were taken at full power, by kind.
    """

    case: Case
    seed: int
    overrides: Mapping[str, Any]
    switches: Mapping[str, str]
    names: tuple[str, ...]
    items: Mapping[str, Recorded]
    accepting: tuple[str, ...]
    accepted: Drawn
    other_envelopes: NDArray[np.float32]
    before: Drawn
    idle: tuple[str, ...]
    aside: tuple[str, ...]
    evidence: Values
    ancestors: int
    levels: tuple[float, ...]
    sweeps: tuple[int, int]
    taken: Mapping[str, float] = field(default_factory=dict)

    @property
    def futures(self) -> int:
        """How many futures were accepted."""
        return len(self.accepted.assumptions)

    @property
    def checking(self) -> tuple[str, ...]:
        """Keys of the items that were kept aside."""
        return tuple(key for key in self.items if key not in self.accepting)

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the coordinates that the record can say something of."""
        return tuple(name for name in self.names if name not in self.idle)

    @property
    def distinct(self) -> int:
        """Accepted futures that differ in some envelope that the record bears on."""
        felt = [name not in self.idle for name in ENVELOPES]
        return len(np.unique(self.accepted.envelopes[felt], axis=1).T)

    def coordinate(self, name: str, before: bool = False) -> Values:
        """One coordinate of the accepted futures, or of those drawn before: a standard normal number beforehand.

        Raises:
            KeyError: no such assumption, latent or envelope.
        """
        if name not in self.names:
            raise KeyError(name)
        return (self.before if before else self.accepted).coordinates[:, self.names.index(name)]

    def watched(self) -> dict[str, Values]:
        """Every quantity by which convergence is judged: coordinates and items that the record bears on."""
        found = {name: self.coordinate(name) for name in self.active}
        for key, values in self.accepted.values.items():
            if not self.items[key].yes_or_no:
                found[f"recorded: {key}"] = values
        return found

    def effective_numbers(self) -> Mapping[str, float]:
        """Effective number of accepted futures for each watched quantity."""
        return self._effective_numbers

    @cached_property
    def _effective_numbers(self) -> Mapping[str, float]:
        return {name: effective_number(values, NETS) for name, values in self.watched().items()}

    @property
    def effective_number(self) -> float:
        """The least of them: what can be relied on for any of these quantities."""
        return min(self.effective_numbers().values())

    def rhats(self) -> Mapping[str, float]:
        """Split R-hat over independent islands for each watched quantity."""
        return self._rhats

    @cached_property
    def _rhats(self) -> Mapping[str, float]:
        return {name: split_rhat(values, NETS) for name, values in self.watched().items()}

    def to_xarray(self) -> xr.Dataset:
        """Return assumptions of the accepted futures over (future,), with units."""
        return xr.Dataset(
            {
                name: ("future", self.accepted.assumptions[:, i], {"units": entry.unit, "long_name": entry.label})
                for i, (name, entry) in enumerate(self.case.assumptions.items())
            },
            coords={"future": np.arange(self.futures)},
        )

"""Where the futures of a run come from: a design over ranges, or the futures that agree with the record."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.engine import pack_luck
from closedsky.futures.sampling import Design, balance
from closedsky.model.luck import envelopes

OTHER_LUCK = 2**40
"""Added to luck numbers for independent envelopes: no run has so many futures."""


class Designed:
    """Futures of the view *then*: a design over the ranges, each future with the luck of its own number.

    Args:
        case: the case.
        seed: fills the design and the envelopes.
        futures: how many there will be.
        ranges: replaced ranges by assumption.
    """

    view = "then"

    def __init__(self, case: Case, seed: int, futures: int, ranges: Mapping[str, tuple[float, float]]) -> None:
        self.note = balance(futures)
        self._design = Design(case, seed, self.view, ranges)
        self._seed = seed

    def rows(self, first: int, last: int) -> NDArray[np.float64]:
        """Return assumptions of some futures, shape (last - first, assumptions), in the order of the case."""
        return self._design.rows(first, last)

    def luck(self, first: int, last: int) -> NDArray[np.float32]:
        """Return what is inside their envelopes, shape (envelopes, last - first)."""
        return pack_luck(envelopes(self._seed, np.arange(first, last)))

    def other_luck(self, first: int, last: int) -> NDArray[np.float32]:
        """Return envelopes that are independent of those of `luck`."""
        return self.luck(first + OTHER_LUCK, last + OTHER_LUCK)


class Agreeing:
    """Futures of the view *now*: those that agree with the record, with their own envelopes.

    Args:
        found: the accepted futures.
    """

    view = "now"
    note: str | None = None

    def __init__(self, found: Conditioned) -> None:
        self._found = found

    def rows(self, first: int, last: int) -> NDArray[np.float64]:
        """Return assumptions of some futures, shape (last - first, assumptions), in the order of the case."""
        return self._found.accepted.assumptions[first:last]

    def luck(self, first: int, last: int) -> NDArray[np.float32]:
        """Return what is inside their envelopes, shape (envelopes, last - first)."""
        return self._found.accepted.envelopes[:, first:last]

    def other_luck(self, first: int, last: int) -> NDArray[np.float32]:
        """Return envelopes as independent of those of `luck` as the record leaves them (`Conditioned`)."""
        return self._found.other_envelopes[:, first:last]


Source = Designed | Agreeing

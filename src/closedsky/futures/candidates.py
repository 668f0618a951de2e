"""Futures by coordinates: what a sampler moves about, turned into assumptions, envelopes and what is on record.

A coordinate is a standard normal number: one for each assumption and latent of the case, one for each envelope. All
are independent beforehand, so that assumptions and luck are moved by the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.cases.recorded import Recorded, days_of
from closedsky.cases.schema import Case
from closedsky.futures.acceptance import log_acceptance
from closedsky.futures.engine import TILE, Engine, by_lane, device_count, option_lanes, unpack_luck
from closedsky.futures.overrides import Overrides
from closedsky.futures.readout import copy_tiles, shards
from closedsky.futures.recorded import READS, Values, add_ratios, reduce
from closedsky.futures.sampling import Design, model_columns
from closedsky.futures.simulate import Block, feasible, find_failures, setting_of
from closedsky.futures.watching import look
from closedsky.model.campaign import SERIES
from closedsky.model.lane import gates
from closedsky.model.luck import CHANNELS, ENVELOPES, contents, uniform
from closedsky.model.names import LEVERS, NUMBERS, Assumptions, Levers, Numbers
from closedsky.model.outcomes import OUTCOMES

CELLS = 2.0**32

PIECE = 2048
"""Futures that are run at once; while one piece is run another is made ready."""

AT_ONCE = 2  # pieces; more gain nothing on two cores


def open_envelopes(unit: Values) -> NDArray[np.float32]:
    """Return what is inside envelopes at some quantiles, shape (envelopes, n).

    Args:
        unit: from 0 to 1, shape (n, envelopes).
    """
    words = np.minimum(unit.T * CELLS, CELLS - 1.0).astype(np.uint32)
    chance, rows, first = uniform(words), [], 0
    for channel in CHANNELS.values():
        rows.append(contents(channel.law, chance[first : first + channel.ordinals]))
        first += channel.ordinals
    return np.concatenate(rows)


class Candidates:
    """Turns coordinates into what futures of the option really taken say of the record.

    Args:
        case: a case with a record.
        overrides: assumptions and switches; levers stay as they really were.
        notify: called with a line of text when something slow begins.
    """

    def __init__(self, case: Case, overrides: Overrides, notify: Callable[[str], None] | None = None) -> None:
        self.case = case
        self.design = Design(case, 0, "now", overrides.ranges)
        self.items: Mapping[str, Recorded] = {
            key: entry for key, entry in case.recorded.items() if entry.quantity is not None
        }
        self.accepting = tuple(key for key, entry in self.items.items() if entry.accept is not None)
        self.names = (*case.assumptions, *case.latents, *ENVELOPES)
        self._warm = False
        self._engine = Engine([setting_of(case, overrides.switches)], notify=notify)
        self._numbers = Numbers(*(np.float32(case.number(name)) for name in NUMBERS))
        asked = dict.fromkeys(each for entry in self.items.values() for each in entry.options)
        self._asked = {
            option: Levers(*(np.float32(case.options[option].levers[name]) for name in LEVERS)) for option in asked
        }

    def futures(self, z: Values) -> tuple[Values, NDArray[np.float32]]:
        """Return assumptions, shape (n, assumptions), and envelopes, shape (envelopes, n), at some coordinates.

        Args:
            z: shape (n, dimensions).
        """
        unit = special.ndtr(z)
        # As a design's points: never 0 or 1, so that every quantile is finite.
        points = np.clip(unit[:, : self.design.dimensions], 0.5 / CELLS, 1.0 - 0.5 / CELLS)
        return self.design.transform(points), open_envelopes(unit[:, self.design.dimensions :])

    def score(self, z: Values) -> Values:
        """Return the logarithm of acceptance by item, shape (n, accepting items); see `acceptance`."""
        return self.scores(self.read(z, self.accepting)[2])

    def scores(self, values: Mapping[str, Values]) -> Values:
        """Return the same from what futures say of the items."""
        return np.stack([log_acceptance(self.items[key], values[key]) for key in self.accepting], axis=1)

    def read(
        self, z: Values, keys: tuple[str, ...] | None = None
    ) -> tuple[Values, NDArray[np.float32], dict[str, Values], dict[str, NDArray[np.bool_]]]:
        """Return assumptions, envelopes, and what the futures at some coordinates say of items, as `predict` has it."""
        pieces = [z[first : first + PIECE] for first in range(0, len(z), PIECE)]

        def one(piece: Values) -> Any:
            rows, luck = self.futures(piece)
            return rows, luck, *self.predict(rows, luck, keys)

        look()  # here, for the threads below know nothing of who watches this one
        if self._warm:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                done = list(pool.map(one, pieces))
        else:  # one after the other, so that nothing is compiled twice
            done, self._warm = [one(each) for each in pieces], True
        rows, luck = np.concatenate([each[0] for each in done]), np.concatenate([each[1] for each in done], axis=1)
        values, on = ({key: np.concatenate([each[i][key] for each in done]) for key in done[0][i]} for i in (2, 3))
        return rows, luck, values, on

    def predict(
        self, rows: Values, luck: NDArray[np.float32], keys: tuple[str, ...] | None = None
    ) -> tuple[dict[str, Values], dict[str, NDArray[np.bool_]]]:
        """Return what futures of the option really taken say of items: see `closedsky.futures.recorded.reduce`.

        Args:
            rows: assumptions, shape (n, assumptions).
            luck: envelopes, shape (envelopes, n).
            keys: of items; all where None.
        """
        wanted = {key: self.items[key] for key in (self.items if keys is None else keys)}
        single = {key: entry for key, entry in wanted.items() if not entry.of}
        columns = model_columns(self.case, rows).astype(np.float32)
        series = {name for entry in single.values() for name in READS.get(str(entry.quantity), ())}
        asked = {key: entry for key, entry in single.items() if entry.options}
        block = self._run(columns, luck, tuple(sorted(series | ({"reluctance"} if asked else set()))))
        others = self._agreement(columns, luck, block, asked) if asked else None
        assumptions = {name: rows[:, i] for i, name in enumerate(self.design.names)}
        values, on = reduce(self.case, single, block, assumptions, others)
        for _, future, _ in block.failures:
            for each in values.values():
                each[future] = np.nan
        add_ratios(wanted, values, on)
        return values, on

    def _run(self, columns: NDArray[np.float32], luck: NDArray[np.float32], series: tuple[str, ...]) -> Block:
        """Run the option really taken, with just the series that are read."""
        count = luck.shape[1]
        whole = TILE * device_count()
        lanes = -(-count // whole) * whole
        rows = option_lanes(columns, self.case.options[self.case.taken].levers, luck, lanes)
        outcomes, reports = self._engine.call(rows, np.zeros(lanes // TILE, np.int32))
        found = by_lane(np.asarray(outcomes))
        kept = {name: row[None, :count] for name, row in zip(OUTCOMES, found, strict=True)}
        gathered = {}
        for name in series:
            one = np.empty((len(self.case.start), lanes), np.float32)
            for place, part in shards(reports[SERIES.index(name)], 0, lanes):
                copy_tiles(part, place, one, 0, lanes)
            gathered[name] = one[None, :, :count]
        return Block((self.case.taken,), kept, gathered, find_failures(kept))

    def _agreement(
        self, columns: NDArray[np.float32], luck: NDArray[np.float32], block: Block, asked: Mapping[str, Recorded]
    ) -> Block:
        """Would the alliance have agreed: by the model's own gates, which need no run of the options asked for."""
        last = max(days_of(entry, self.case.reference_day, self.case.horizon)[1] for entry in asked.values())
        steps = int(np.searchsorted(self.case.start, last, side="right"))
        a: Any = Assumptions(*columns)
        opened = unpack_luck(luck)
        limits, first = [], []
        for v in self._asked.values():
            limit, needed = gates(a, v, self._numbers, opened)
            limits.append(np.broadcast_to(np.asarray(limit, np.float32), luck.shape[1:]))
            first.append(np.float32(self.case.decision_day) + np.where(needed, a.staff_d, np.float32(0.0)))
        over = block.outcomes["end_day"][0]
        found = feasible(self.case, np.stack(limits), np.stack(first), block.series["reluctance"][0][:steps], over)
        return Block(tuple(self._asked), found)

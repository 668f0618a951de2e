"""Under which assumptions something happens: a box found by PRIM on half of the futures, judged by the other half.

Of very many assumptions the few are searched that tell most by themselves (`screening`), or every box would fill up
with limits that were lucky. They are searched on every second net of the design, and everything that is printed of
them is counted on the other nets, so that a limit that was only lucky loses what it won. Beside them stand what the
same search finds where there is nothing to find (a permutation of what happened), how often half-samples find the same
limits again (Bryant & Lempert 2010), the quasi-p value of each limit, and the ceiling that luck sets: how often it
would happen in the best region of the same size if all assumptions were known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import Estimate, Inputs
from closedsky.reading.boxes import Box, Degenerate, Flags, Step, Table
from closedsky.reading.limits import Limit, Null, ceiling, quasi_p
from closedsky.reading.prim import PEEL, Trajectory, count, prim
from closedsky.reading.screening import strongest
from closedsky.reading.statistics import SCRAMBLES

if TYPE_CHECKING:
    import pandas as pd

Values = NDArray[np.float64]

MOST_LIMITS = 4
"""Assumptions that are searched, and that a box limits at most: nobody keeps five in mind."""

DROPPED = 0.05
"""A limit whose quasi-p value among the searched futures is above this is dropped."""

RESAMPLED = 10
"""Half-samples in which limits are looked for again."""

PERMUTED = 99
"""Permutations of what happened: with none as good the chance is at most one in a hundred."""

LEAST_FUTURES = 256
"""Fewer futures than this give no box."""

LEAST_EVENTS = 16
"""Futures of either kind that either half needs."""


@dataclass(frozen=True, eq=False)
class Discovery:
    """What was found on one path.

    Attributes:
        base: share of the futures in which it happens, among those that were not searched.
        trajectory: every box, with (searched, not searched) steps; the first `peels` after the first were peeled, the
            rest pasted.
        searched: assumptions that tell most by themselves, on which limits were looked for.
        dropped: those of them whose limits were dropped by their quasi-p values.
        by_hand: whether a person named the box, which is then neither simplified nor held against noise.
        left_out: futures in which it is not known.
        constant: assumptions held at one value.
        repeated: assumptions that repeat another one, with that one's name.
        apart: how often it happens, and how often in the final box, where options open envelopes of their own; None
            where only one option is asked about.
        chosen: number of the box from which the final one was made; None, like all that follows, where no limits tell
            anything.
        step: the final box among the futures that were not searched.
        coverage, density, mass: of the final box there, with errors from the nets.
        limits: of the final box.
        null: what the search finds in noise.
        ceiling: bounds of the density that the best region of this mass could reach.
    """

    base: Estimate
    trajectory: tuple[tuple[Step, Step], ...]
    peels: int
    searched: tuple[str, ...]
    dropped: tuple[str, ...]
    by_hand: bool
    left_out: int
    constant: tuple[str, ...]
    repeated: tuple[tuple[str, str], ...] = ()
    apart: tuple[Estimate, Estimate] | None = None
    chosen: int | None = None
    step: Step | None = None
    coverage: Estimate | None = None
    density: Estimate | None = None
    mass: Estimate | None = None
    limits: tuple[Limit, ...] = ()
    null: Null | None = None
    ceiling: tuple[float, float] | None = None

    @property
    def happens(self) -> tuple[float, float]:
        """How often it happens, over shared to independent envelopes; the same twice where luck cannot carry over."""
        return _over(self.base, self.apart[0] if self.apart else None)

    @property
    def dense(self) -> tuple[float, float]:
        """How often in the box, likewise.

        Raises:
            ValueError: there is none.
        """
        if self.density is None:
            raise ValueError("no box tells anything")
        return _over(self.density, self.apart[1] if self.apart else None)

    @property
    def told(self) -> bool:
        """Whether the final box does better on the other half than every permutation's."""
        return self.null is not None and self.step is not None and self.null.chance <= 1.0 / (self.null.times + 1)

    def to_pandas(self) -> pd.DataFrame:
        """The trajectory, one row for each box: coverage, density and mass on either half, and the limits."""
        import pandas as pd

        rows = [
            {
                **{f"{key}_searched": getattr(one, key) for key in ("coverage", "density", "mass")},
                **{key: getattr(other, key) for key in ("coverage", "density", "mass")},
                "limits": ", ".join(one.box.names),
            }
            for one, other in self.trajectory
        ]
        return pd.DataFrame(rows).rename_axis("box")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        estimates = {"coverage": self.coverage, "density": self.density, "mass": self.mass}
        return {
            "happens": self.base.to_dict(),
            "independent_luck": None
            if self.apart is None
            else {"happens": self.apart[0].to_dict(), "density": self.apart[1].to_dict()},
            "box": None
            if self.step is None
            else {
                "from": self.chosen,
                **{name: each.to_dict() if each else None for name, each in estimates.items()},
                "limits": [each.to_dict() for each in self.limits],
                "dropped": list(self.dropped),
            },
            "null": self.null.to_dict() if self.null else None,
            "ceiling_of_density": list(self.ceiling) if self.ceiling else None,
            "trajectory": [
                {"searched": one.to_dict(), "other_half": other.to_dict()} for one, other in self.trajectory
            ],
            "left_out": self.left_out,
            "searched": list(self.searched),
            "by_hand": self.by_hand,
            "constant": list(self.constant),
            "repeated": dict(self.repeated),
        }


def discover(
    inputs: Inputs,
    holds: Values,
    repeats: Values | None = None,
    apart: Values | None = None,
    seed: int = 0,
    box: int | None = None,
    peel: float = PEEL,
    resampled: int = RESAMPLED,
    permuted: int = PERMUTED,
) -> Discovery:
    """Find the assumptions under which something happens most often.

    Args:
        inputs: of the run.
        holds: 1 or 0, NaN where it is not known, shape (future,).
        repeats: the same for some futures with luck drawn again, shape (future, repeat); None gives no ceiling.
        apart: as `holds`, where each option opens envelopes of its own; None where only one option is asked about.
        seed: of half-samples and permutations.
        box: number of the box to use; the one that holds most beyond what its mass would where None.
        peel: share of a box peeled off at a time.
        resampled: how many half-samples.
        permuted: how many permutations.

    Raises:
        Degenerate: too few futures, or it happens in all or in none of them.
        ValueError: no box of this number.
    """
    if int(np.isfinite(holds).sum()) < LEAST_FUTURES:
        raise Degenerate(f"fewer than {LEAST_FUTURES} futures in which it is known; ask for more with -n")
    table = Table({name: inputs.values[:, i] for i, name in enumerate(inputs.names)}, holds)
    nets = np.flatnonzero(table.kept) % SCRAMBLES
    searched = nets % 2 == 0
    for half in (searched, ~searched):
        _require_events(table, half)
    found = _search(table, searched, table.interest, peel)
    if box is not None and not 0 <= box < len(found.steps):
        raise ValueError(f"no box {box}; the trajectory has boxes 0 to {len(found.steps) - 1}")
    chosen = _choose(found) if box is None else box
    final = found.steps[chosen].box
    dropped: tuple[str, ...] = ()
    if box is None:
        final, dropped = _simplified(table, searched, table.interest, final)
    every = np.ones(len(table))
    inside, happens = final.holds().astype(float), table.interest.astype(float)
    found_so_far = Discovery(
        base=_by_net(nets, ~searched, happens, every),
        trajectory=tuple((each, count(table, each.box, ~searched)) for each in found.steps),
        peels=found.peels,
        searched=tuple(table.columns[i].name for i in found.columns),
        dropped=dropped,
        by_hand=box is not None,
        left_out=table.left_out,
        constant=table.constant,
        repeated=tuple(table.repeated.items()),
        apart=None if apart is None else _apart(nets, ~searched, apart[table.kept], inside),
    )
    if not final.restricted:
        return found_so_far
    rng = np.random.default_rng([seed, 0xD15C])
    step = count(table, final, ~searched)
    again = _found_again(table, searched, found.steps[chosen], resampled, peel, rng)
    null = None if box is not None else _null(table, searched, _standing(step), peel, permuted, rng)
    return replace(
        found_so_far,
        chosen=chosen,
        step=step,
        coverage=_by_net(nets, ~searched, inside * happens, happens),
        density=_by_net(nets, ~searched, inside * happens, inside),
        mass=_by_net(nets, ~searched, inside, every),
        limits=tuple(
            Limit(
                name, *_ends(final, name), _mass(table, final, name), quasi_p(table, ~searched, step, name), again[name]
            )
            for name in final.names
        ),
        null=null,
        ceiling=None if repeats is None else ceiling(repeats, step.mass),
    )


def _require_events(table: Table, half: Flags) -> None:
    """Refuse halves in which it happens, or does not, in hardly any future.

    Raises:
        Degenerate: so it is.
    """
    table.require_both(half)
    held, of = int(table.interest[half].sum()), int(half.sum())
    if min(held, of - held) < LEAST_EVENTS:
        rare = "happens" if held < of - held else "fails to happen"
        raise Degenerate(
            f"it {rare} in {min(held, of - held)} of {of:,} futures of a half, and conditions need {LEAST_EVENTS} at "
            "least; ask for more futures or another condition"
        )


def _search(
    table: Table, searched: Flags, flags: Flags, peel: float, until: Callable[[Step], bool] | None = None
) -> Trajectory:
    """Search the few columns that tell most by themselves."""
    columns = strongest(table, searched, flags, MOST_LIMITS)
    return prim(table, searched, peel, interest=flags, until=until, columns=columns)


def _excess(step: Step) -> float:
    """How much more of what is of interest a box holds than its mass would."""
    return step.coverage - step.mass


def _standing(step: Step) -> float:
    """By how many standard errors a box is denser than all futures."""
    base = step.of_interest / step.of
    if not step.rows:
        return 0.0
    return (step.held - base * step.rows) / float(np.sqrt(base * (1.0 - base) * step.rows))


def _choose(found: Trajectory) -> int:
    """The peeled box that holds most beyond what its mass would; the first where several do."""
    return max(range(found.peels + 1), key=lambda i: (_excess(found.steps[i]), -i))


def _simplified(table: Table, within: Flags, flags: Flags, box: Box) -> tuple[Box, tuple[str, ...]]:
    """Drop limits that chance explains, the worst first."""
    dropped: list[str] = []
    while box.restricted:
        step = count(table, box, within, flags)
        chances = {name: quasi_p(table, within, step, name, flags) for name in box.names}
        worst = max(chances, key=chances.__getitem__)
        if chances[worst] <= DROPPED:
            break
        dropped.append(worst)
        box = box.without([worst])
    return box, tuple(dropped)


def _found_again(
    table: Table, searched: Flags, step: Step, times: int, peel: float, rng: np.random.Generator
) -> Mapping[str, tuple[float, float]]:
    """How often half-samples limit each column: in the box nearest in coverage, and in the one nearest in density."""
    rows = np.flatnonzero(searched)

    def past(each: Step) -> bool:  # coverage only falls and density only rises: none that follows is nearer
        return each.coverage <= step.coverage and each.density >= step.density

    found = {column.name: np.zeros(2) for column in table.columns}
    for _ in range(times):
        part = np.zeros(len(table), bool)
        part[rng.choice(rows, len(rows) // 2, replace=False)] = True
        try:
            steps = _search(table, part, table.interest, peel, past).steps
        except Degenerate:
            continue
        off = np.array([[each.coverage - step.coverage, each.density - step.density] for each in steps])
        for i, nearest in enumerate(np.argmin(np.abs(off), axis=0)):
            for name in steps[int(nearest)].box.names:
                found[name][i] += 1.0
    return {name: (float(each[0]) / max(times, 1), float(each[1]) / max(times, 1)) for name, each in found.items()}


def _null(
    table: Table, searched: Flags, observed: float, peel: float, times: int, rng: np.random.Generator
) -> Null | None:
    """What the whole search, from the first stage on, finds where what happened is dealt out anew within each half."""
    if not times:
        return None
    dense, as_good = [], 1
    for _ in range(times):
        dealt = table.interest.copy()
        for half in (searched, ~searched):
            dealt[half] = rng.permutation(dealt[half])
        found = _search(table, searched, dealt, peel)
        box, _ = _simplified(table, searched, dealt, found.steps[_choose(found)].box)
        dense.append(count(table, box, searched, dealt).density)
        if box.restricted:
            as_good += _standing(count(table, box, ~searched, dealt)) >= observed
    return Null(times, float(np.mean(dense)), float(as_good) / (times + 1))


def _apart(nets: NDArray[np.intp], within: Flags, own: Values, inside: Values) -> tuple[Estimate, Estimate]:
    """How often it happens, and how often in the box, with luck of each option's own, of where that is known."""
    known = np.isfinite(own).astype(float)
    happens = np.nan_to_num(own)
    return _by_net(nets, within, happens, known), _by_net(nets, within, inside * happens, inside * known)


def _over(shared: Estimate, independent: Estimate | None) -> tuple[float, float]:
    found = [shared.value, *([independent.value] if independent else [])]
    return min(found), max(found)


def _ends(box: Box, name: str) -> tuple[float | None, float | None]:
    ends = box.limits()[name]
    return ends.get("above"), ends.get("below")


def _mass(table: Table, box: Box, name: str) -> float:
    place = next(i for i in box.restricted if table.columns[i].name == name)
    return float(box.inside(place).mean())


def _by_net(nets: NDArray[np.intp], within: Flags, above: Values, below: Values) -> Estimate:
    """Ratio of two sums over some futures; its error from the nets among them, by the delete-one-net jackknife."""
    parts: Sequence[int] = np.unique(nets[within]).tolist()
    sums = np.array([[each[within & (nets == net)].sum() for net in parts] for each in (above, below)])
    whole = sums.sum(axis=1)
    if whole[1] == 0:
        return Estimate(float("nan"), float("nan"))
    left = whole[:, None] - sums
    ratios = left[0] / np.where(left[1] == 0, np.nan, left[1])
    size = len(parts)
    error = float(np.sqrt((size - 1) / size * ((ratios - ratios.mean()) ** 2).sum())) if size > 1 else float("nan")
    return Estimate(float(whole[0] / whole[1]), error)

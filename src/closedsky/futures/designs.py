"""Runs that say what an outcome hangs on: radial designs, the same assumptions with other luck, and copula draws.

Each function runs options of one case in futures that it lays out itself, and gives back what the caller reads off
each block of them (a number a future, such as an outcome, or 1 and 0 for a condition). Both paths to general war open
the same envelopes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from closedsky.cases.schema import Case
from closedsky.futures.candidates import Candidates, open_envelopes
from closedsky.futures.engine import pack_luck
from closedsky.futures.overrides import parse_overrides
from closedsky.futures.results import Results
from closedsky.futures.run import source_of
from closedsky.futures.sampling import HALF_CELL, Design, model_columns
from closedsky.futures.simulate import BLOCK, Block, Simulator
from closedsky.futures.source import OTHER_LUCK, Designed
from closedsky.model.luck import ENVELOPES, envelopes

Values = NDArray[np.float64]
Read = Callable[[Block], Mapping[str, Values]]
"""From a block of futures to what is wanted of them, by name, each of shape (future,); NaN where there is none."""

Progress = Callable[[int, int], None]

COMMON_CAUSES = "dependence"
"""Group of what ties assumptions together: the latents and their loading."""

SHRUNK = 0.05
"""How far estimated correlations are drawn towards nothing."""

LUCK = "luck"
"""Group of all envelopes."""


@dataclass(frozen=True)
class Radial:
    """What a radial design gave, on one path.

    Attributes:
        names: inputs, then groups of them.
        a, b: by what was read, of the two matrices, shape (row,).
        mixed: of A with one input or group taken from B, with the luck of A, shape (name, row).
        other: of A with other luck, shape (row,).
    """

    names: tuple[str, ...]
    a: Mapping[str, Values]
    b: Mapping[str, Values]
    mixed: Mapping[str, Values]
    other: Mapping[str, Values]


def groups_of(case: Case, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Sort coordinates by relation: assumptions by their own, latents with their loading, envelopes as luck.

    Args:
        case: the case.
        names: of assumptions, latents and envelopes.
    """
    found: dict[str, list[str]] = {}
    for name in names:
        if name in case.assumptions:
            relation = case.assumptions[name].relation
        else:
            relation = COMMON_CAUSES if name in case.latents else LUCK
        found.setdefault(relation, []).append(name)
    return {key: tuple(members) for key, members in found.items()}


def radial(
    results: Mapping[str, Results],
    options: Sequence[str],
    read: Read,
    rows: int,
    progress: Progress | None = None,
    notify: Callable[[str], None] | None = None,
) -> dict[str, Radial]:
    """Run a radial design for Sobol' indices, under the view then.

    Coordinates are those of the design of a run, which are independent: one for each assumption that is not fixed and
    one for each latent. An assumption that a latent ties to others stands for what is its own.

    Args:
        results: the run whose ranges, levers and switches are meant, by path.
        options: ids to run.
        read: what is wanted of each block.
        rows: of each matrix; a power of two is balanced.
        progress: called with (done, in all), in futures.
        notify: called with a line of text when something slow begins.

    Returns:
        By path.

    Raises:
        ValueError: the futures were accepted by the record, so that inputs depend on each other.
    """
    first = next(iter(results.values()))
    if first.conditioned is not None:
        raise ValueError("Sobol' indices need independent inputs")
    case = first.case
    design = Design(case, first.seed, "then", parse_overrides(case, first.overrides).ranges)
    coordinates = (*case.assumptions, *case.latents)
    free = [name for i, name in enumerate(coordinates) if not _fixed(design, i)]
    groups = groups_of(case, free)
    takes = [[coordinates.index(name)] for name in free]
    takes += [[coordinates.index(name) for name in members] for members in groups.values()]
    names = (*free, *(group_key(group) for group in groups))
    unit = _points(2 * design.dimensions, rows, first.seed)
    a, b = unit[:, : design.dimensions], unit[:, design.dimensions :]
    kinds = len(takes) + 3  # A, B, A with other luck, then A with each input or group from B

    def futures(start: int, stop: int) -> tuple[Values, NDArray[np.float32]]:
        place = np.arange(start, stop)
        kind, row = place // rows, place % rows
        points = a[row]
        points[kind == 1] = b[row[kind == 1]]
        for each in np.unique(kind[kind >= 3]):
            chosen = np.flatnonzero(kind == each)
            columns = takes[each - 3]
            points[np.ix_(chosen, columns)] = b[np.ix_(row[chosen], columns)]
        luck = row + OTHER_LUCK * np.where(kind == 1, 1, np.where(kind == 2, 2, 0))
        return design.transform(points), pack_luck(envelopes(first.seed, luck))

    gathered = _run(results, options, read, kinds * rows, futures, progress, notify)
    found = {}
    for path, of in gathered.items():
        shaped = {name: values.reshape(kinds, rows) for name, values in of.items()}
        found[path] = Radial(
            names, *({name: v[part] for name, v in shaped.items()} for part in (0, 1, slice(3, None), 2))
        )
    return found


def group_key(group: str) -> str:
    """Name of a whole group among inputs."""
    return f"all of {group}"


def repeated(
    results: Mapping[str, Results],
    options: Sequence[str],
    read: Read,
    futures: int,
    repeats: int,
    notify: Callable[[str], None] | None = None,
) -> dict[str, dict[str, Values]]:
    """Run the same assumptions with luck drawn again and again.

    Args:
        results: the run whose first futures are meant, by path.
        options: ids to run.
        read: what is wanted of each block.
        futures: how many.
        repeats: draws of luck for each; under the view now two, since the record leaves no more.
        notify: called with a line of text when something slow begins.

    Returns:
        By path and name, shape (future, repeat).
    """
    first = next(iter(results.values()))
    source, seed = source_of(first), first.seed
    size = min(futures, first.futures)
    count = repeats if isinstance(source, Designed) else 2
    rows = np.asarray(source.rows(0, size), np.float64)

    def lay(start: int, stop: int) -> tuple[Values, NDArray[np.float32]]:
        place = np.arange(start, stop)
        draw, row = place // size, place % size
        if isinstance(source, Designed):
            return rows[row], pack_luck(envelopes(seed, row + OTHER_LUCK * draw))
        both = np.stack([source.luck(0, size), source.other_luck(0, size)])
        return rows[row], both[draw, :, row].T

    gathered = _run(results, options, read, count * size, lay, None, notify)
    return {path: {name: v.reshape(count, size).T for name, v in of.items()} for path, of in gathered.items()}


class Copula:
    """Futures of one path as a normal copula of coordinates: each margin as accepted, dependence by rank correlation.

    Under the view now the coordinates are those of the accepted futures, and what the record can't feel stays
    independent; under the view then all are independent. A copula of two-way dependence is what can be drawn from
    with some coordinates given, which the accepted futures themselves can't be.

    Args:
        results: the run on one path.

    Attributes:
        names: of the coordinates.
        groups: places of the coordinates of each group, by name.
        correlation: of the normal scores, shape (coordinate, coordinate).
    """

    def __init__(self, results: Results) -> None:
        case, found = results.case, results.conditioned
        self._results = results
        self.names = (*case.assumptions, *case.latents, *ENVELOPES)
        self.groups = {
            group: tuple(self.names.index(name) for name in members)
            for group, members in groups_of(case, self.names).items()
        }
        self._parsed = parse_overrides(case, results.overrides)
        self.correlation = np.eye(len(self.names))
        self._margins: dict[int, Values] = {}
        self._makes: Candidates | None = None
        self._design: Design | None = None
        if found is None:
            self._design = Design(case, results.seed, "then", self._parsed.ranges)
            return
        self._makes = Candidates(case, self._parsed)
        felt = np.array([name not in found.idle for name in self.names])
        z = found.accepted.coordinates
        self._margins = {int(i): np.sort(z[:, i]) for i in np.flatnonzero(felt)}
        places = (np.argsort(np.argsort(z[:, felt], axis=0, kind="stable"), axis=0, kind="stable") + 0.5) / len(z)
        known = np.corrcoef(special.ndtri(places), rowvar=False)
        # Shrunk a little towards independence: positive definite however few futures there are.
        self.correlation[np.ix_(felt, felt)] = (1.0 - SHRUNK) * known + SHRUNK * np.eye(len(known))

    def futures(self, scores: Values) -> tuple[Values, NDArray[np.float32]]:
        """Return assumptions, shape (n, assumption), and envelopes, shape (envelope, n), at some normal scores."""
        if self._makes is None:
            return self._independent(scores)
        z = scores.copy()
        for i, margin in self._margins.items():
            places = (np.arange(len(margin)) + 0.5) / len(margin)
            z[:, i] = np.interp(special.ndtr(scores[:, i]), places, margin)
        return self._makes.futures(z)

    def evaluate(
        self, scores: Values, options: Sequence[str], read: Read, progress: Progress | None = None
    ) -> dict[str, Values]:
        """Run options at some normal scores, shape (n, coordinate); return what is read of each."""
        (of,) = _run(
            {self._results.war_path: self._results},
            options,
            read,
            len(scores),
            lambda start, stop: self.futures(scores[start:stop]),
            progress,
            None,
        ).values()
        return of

    def _independent(self, scores: Values) -> tuple[Values, NDArray[np.float32]]:
        assert self._design is not None
        unit = np.clip(special.ndtr(scores), HALF_CELL, 1.0 - HALF_CELL)
        size = self._design.dimensions
        return self._design.transform(unit[:, :size]), open_envelopes(unit[:, size:])


def _points(dimensions: int, rows: int, seed: int) -> Values:
    import warnings

    net = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng([seed, 0xAB]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of counts that are no power of two
        return np.asarray(net.random(rows)) + HALF_CELL


def _fixed(design: Design, i: int) -> bool:
    """Whether a coordinate moves nothing: its assumption is held at one value."""
    if i >= len(design.names):
        return False
    ends = design.ends(design.names[i])
    return ends is not None and ends[0] == ends[1]


def _run(
    results: Mapping[str, Results],
    options: Sequence[str],
    read: Read,
    count: int,
    futures: Callable[[int, int], tuple[Values, NDArray[np.float32]]],
    progress: Progress | None,
    notify: Callable[[str], None] | None,
) -> dict[str, dict[str, Values]]:
    """Run futures block by block on every path and gather what is read."""
    gathered: dict[str, dict[str, list[Values]]] = {path: {} for path in results}
    simulators = {
        path: Simulator(
            each.case,
            tuple(options),
            parse_overrides(each.case, each.overrides),
            each.seed,
            each.reference,
            each.adoption,
            each.precision,
            notify,
        )
        for path, each in results.items()
    }
    for start, stop in _blocks(count):
        rows, luck = futures(start, stop)
        for path, simulator in simulators.items():
            block = simulator.block(model_columns(results[path].case, rows), luck)
            for name, values in read(block).items():
                gathered[path].setdefault(name, []).append(values)
        if progress is not None:
            progress(stop, count)
    return {path: {name: np.concatenate(parts) for name, parts in of.items()} for path, of in gathered.items()}


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    for start in range(0, count, BLOCK):
        yield start, min(start + BLOCK, count)

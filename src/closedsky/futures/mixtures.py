"""Mixtures of two positions: some assumptions as the one holds them, the others as the other does.

Every mixture meets the same points of the design and the same sealed luck, so that two of them differ only by what was
exchanged. Under the view then each is simulated. Under the view now nothing is searched again: the accepted futures
are reweighted by the ratio of the density of a position's range to that of the case's range (importance sampling;
Kish 1965 for what they are then worth). Common causes that tie assumptions together stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from closedsky.cases.schema import Case
from closedsky.futures.conditioned import Conditioned
from closedsky.futures.overrides import Value, parse_overrides
from closedsky.futures.results import Results
from closedsky.futures.sampling import NETS, Design, model_columns
from closedsky.futures.simulate import Simulator, blocks_of
from closedsky.futures.source import Designed

Values = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

LEAST_WORTH = 100.0
"""Independent futures that reweighted ones must be worth."""

LEAST_FUTURES = 4 * NETS
"""Futures that a mixture needs: four for each net."""

STRUCTURE = "structure"
"""Name of the switches, exchanged together."""


class TooFew(ValueError):
    """Reweighted futures are worth too few; the message is one line."""


@dataclass(frozen=True)
class Held:
    """What one position replaces of the case.

    Attributes:
        name: whose it is.
        ranges: by assumption, (low, high).
        switches: by switch, the chosen value.
    """

    name: str
    ranges: Ranges
    switches: Mapping[str, str] = field(default_factory=dict)


def differing(case: Case, a: Held, b: Held, view: str) -> tuple[str, ...]:
    """Assumptions of which two positions have different ranges, in the order of the case.

    Under the view now ranges are compared as far as the case's own reach.
    """
    mine, theirs = (_complete(case, each, view) for each in (a, b))
    return tuple(name for name in case.assumptions if mine.get(name) != theirs.get(name))


class Simulated:
    """Mixtures under the view then, on one path to general war.

    Args:
        case: the case.
        a, b: the two positions.
        path: of general war.
        parts: outcome and scale behind each part of worth, in order.
        futures: of each mixture.
        seed: fills the design and the envelopes; 0 is a seed like any other.
        notify: called with a line of text when something slow begins.

    Raises:
        ValueError: too few futures.
        OverrideError: a range or a switch that the case does not allow.
    """

    view = "then"
    cut: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    worth: tuple[float, float] | None = None

    def __init__(
        self,
        case: Case,
        a: Held,
        b: Held,
        path: str,
        parts: Sequence[tuple[str, float]],
        futures: int,
        seed: int = 0,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        if futures < LEAST_FUTURES:
            raise ValueError(f"{futures} futures are too few: at least {LEAST_FUTURES}, four for each of {NETS} nets")
        self.case, self.futures, self.seed, self.path = case, futures, seed, path
        self._held, self._parts, self._notify = (a, b), tuple(parts), notify
        self.items = items_of(case, a, b, self.view)
        strengths = {latent.strength for latent in case.latents.values()}
        self._drawn_again = bool(strengths & set(self.items))
        self._ends = [_complete(case, each, self.view) for each in (a, b)]
        self._rows: list[Values] = []
        self._luck: NDArray[np.float32] | None = None
        self._simulators: dict[tuple[tuple[str, ...], bool], Simulator] = {}
        self._means: dict[tuple[frozenset[str], tuple[str, ...], int], Values] = {}

    def overrides(self, a: bool) -> dict[str, Value]:
        """What one whole position replaces, as overrides of a run."""
        held = self._held[0 if a else 1]
        return {**held.ranges, **held.switches, "war_path": self.path}

    def futures_of(self, at_a: frozenset[str], options: Sequence[str], count: int | None = None) -> Values:
        """Parts of worth in each future, shape (option, part, future); NaN where a future failed.

        Args:
            at_a: what is as the first position has it (names of `items`); everything else is as the second has it.
            options: ids.
            count: only the first so many futures.
        """
        count = self.futures if count is None else min(count, self.futures)
        rows = self._mixed(at_a, count)
        if self._luck is None:
            self._luck = Designed(self.case, self.seed, self.futures, {}).luck(0, self.futures)
        simulator = self._simulator(tuple(options), STRUCTURE in at_a)
        found = np.empty((len(tuple(options)), len(self._parts), count))
        for first, last in blocks_of(count):
            block = simulator.block(model_columns(self.case, rows[first:last]), self._luck[:, first:last])
            for place, (outcome, scale) in enumerate(self._parts):
                found[:, place, first:last] = block.outcomes[outcome] * scale
            for option, future, _ in block.failures:
                found[option, :, first + future] = np.nan
        return found

    def means(self, at_a: frozenset[str], options: Sequence[str], count: int | None = None) -> Values:
        """Means of the parts of worth by net, shape (option, part, net); future i is of net i mod 16."""
        chosen, size = tuple(options), self.futures if count is None else min(count, self.futures)
        for known, table in self._means.items():
            if known[0] == at_a and known[2] == size and set(chosen) <= set(known[1]):
                return table[[known[1].index(option) for option in chosen]]
        found = self._means[at_a, chosen, size] = by_net(self.futures_of(at_a, chosen, size))
        return found

    def _mixed(self, at_a: frozenset[str], count: int) -> Values:
        """Assumptions of each future, shape (future, assumption)."""
        if self._drawn_again:  # a loading changes what its members draw, too
            mine, theirs = self._ends
            chosen = {name: (mine if name in at_a else theirs).get(name) for name in {*mine, *theirs}}
            return self._design({name: ends for name, ends in chosen.items() if ends is not None}).rows(0, count)
        if not self._rows:
            self._rows = [self._design(ends).rows(0, self.futures) for ends in self._ends]
        first, second = self._rows
        taken = np.array([name in at_a for name in self.case.assumptions])
        return np.where(taken, first[:count], second[:count])

    def _design(self, ranges: Ranges) -> Design:
        return Design(self.case, self.seed, self.view, ranges)

    def _simulator(self, options: tuple[str, ...], a: bool) -> Simulator:
        key = (options, a)
        if key not in self._simulators:
            parsed = parse_overrides(self.case, {**self._held[0 if a else 1].switches, "war_path": self.path})
            self._simulators[key] = Simulator(self.case, options, parsed, self.seed, notify=self._notify)
        return self._simulators[key]


class Reweighted:
    """Mixtures under the view now, on one path to general war: the accepted futures, reweighted.

    Args:
        results: every option over the accepted futures.
        a, b: the two positions; their switches have to be those of the run.
        parts: outcome and scale behind each part of worth, in order.

    Raises:
        TooFew: the futures of a whole position are worth fewer than a hundred.
        ValueError: switches that differ from the run's, or an assumption that past campaigns alone give.
    """

    view = "now"

    def __init__(self, results: Results, a: Held, b: Held, parts: Sequence[tuple[str, float]]) -> None:
        if results.conditioned is None:
            raise ValueError("the view now needs futures that were accepted by the record")
        self.case, self.futures, self.seed, self.path = results.case, results.futures, results.seed, results.war_path
        self._found: Conditioned = results.conditioned
        for held in (a, b):
            require_switches(self.case, held, results.switches)
        self.items = items_of(self.case, a, b, self.view)
        self._ends = [_complete(self.case, each, self.view) for each in (a, b)]
        self._ratios = [{name: self._ratio(name, ends) for name, ends in each.items()} for each in self._ends]
        self._parts = np.array(
            [[results.values(outcome, option) * scale for outcome, scale in parts] for option in results.options]
        )
        self._options = results.options
        for place, option in enumerate(results.options):
            self._parts[place][:, ~results.sound(option)] = np.nan
        self.worth = self._worth(self.weights(True), a.name), self._worth(self.weights(False), b.name)
        self.cut = self._cut(a), self._cut(b)

    def futures_of(self, at_a: frozenset[str], options: Sequence[str], count: int | None = None) -> Values:
        """Parts of worth in each accepted future, shape (option, part, future); the same for every mixture."""
        return self._parts[[self._options.index(option) for option in options]]

    def means(self, at_a: frozenset[str], options: Sequence[str], count: int | None = None) -> Values:
        """Means of the parts of worth by net, shape (option, part, net).

        Each net's entry is its jackknife pseudo-value (Tukey 1958), because a ratio of sums over one net alone would
        be biased: their mean is the mean of all futures with that bias taken out, their spread gives its error.

        Raises:
            TooFew: the futures of this mixture are worth fewer than a hundred.
        """
        weight = self._weight(at_a)
        self._worth(weight, "a mixture of the two positions")
        return by_net(self.futures_of(at_a, options), weight)

    def weights(self, a: bool) -> Values:
        """Weights of the futures under one whole position, shape (future,)."""
        return self._weight(frozenset(self.items if a else ()))

    def _weight(self, at_a: frozenset[str]) -> Values:
        weight = np.ones(self.futures)
        mine, theirs = self._ratios
        for name in {*mine, *theirs}:
            weight = weight * (mine if name in at_a else theirs).get(name, 1.0)
        return weight

    def _worth(self, weight: Values, whose: str) -> float:
        worth = kish(weight)
        if worth < LEAST_WORTH:
            raise TooFew(
                f"under the view now {worth:.0f} of {self.futures:,} accepted futures are left for {whose}, fewer than "
                f"{LEAST_WORTH:.0f}; widen the ranges, or ask for more with --accepted"
            )
        return worth

    def _ratio(self, name: str, ends: tuple[float, float]) -> Values:
        if name in self.case.pooled:
            raise ValueError(f"{name} is drawn from past campaigns alone and cannot be reweighted under the view now")
        x = self._found.accepted.assumptions[:, list(self.case.assumptions).index(name)]
        return density_ratio(x, ends, self.case, name)

    def _cut(self, held: Held) -> tuple[str, ...]:
        """Assumptions whose range goes beyond what the accepted futures can show."""
        return tuple(name for name, ends in held.ranges.items() if _within(self.case, name, ends) != tuple(ends))


def require_switches(case: Case, held: Held, switches: Mapping[str, str]) -> None:
    """Refuse a position whose switches are not those under which futures were, or would be, accepted.

    Raises:
        ValueError: one line that says which.
    """
    for name, value in held.switches.items():
        if switches[name] != value:
            about = case.switches[name].label or name
            raise ValueError(
                f"{held.name} chose {value} for {about}, which is not what the futures of the view now are accepted "
                "under; compare under --view then"
            )


def items_of(case: Case, a: Held, b: Held, view: str) -> tuple[str, ...]:
    """What two positions can exchange: assumptions whose ranges differ, and `structure` where switches do."""
    usual = {name: switch.default for name, switch in case.switches.items()}
    apart = usual | dict(a.switches) != usual | dict(b.switches)
    return (*differing(case, a, b, view), *((STRUCTURE,) if apart else ()))


def density_ratio(x: Values, ends: tuple[float, float], case: Case, name: str) -> Values:
    """Density of a position's range over that of the case's range of the view now, shape (future,).

    Both are uniform on the assumption's own scale (logarithms where it is log-uniform); a beta distribution of the
    case keeps its own density.

    Args:
        x: values of the accepted futures, in the assumption's unit.
        ends: the position's range, no wider than the case's.
        case: the case.
        name: the assumption.
    """
    entry = case.assumptions[name]
    low, high = ends
    inside = (x >= low) & (x <= high)
    if high <= low:
        return np.zeros_like(x)
    if entry.distribution == "beta":
        return np.where(inside, 1.0 / (high - low) / stats.beta.pdf(x, *entry.now), 0.0)
    first, last = entry.now
    if entry.distribution == "log-uniform":
        return np.where(inside, np.log(last / first) / np.log(high / low), 0.0)
    return np.where(inside, (last - first) / (high - low), 0.0)


def kish(weight: Values) -> float:
    """Effective number of weighted futures, (sum w)^2 / sum w^2 (Kish 1965); 0 where nothing has weight.

    >>> kish(np.array([1.0, 1.0, 0.0, 0.0])), kish(np.zeros(3))
    (2.0, 0.0)
    """
    total = float(np.sum(weight**2))
    return float(np.sum(weight)) ** 2 / total if total > 0 else 0.0


def by_net(values: Values, weight: Values | None = None) -> Values:
    """Means over futures by net, shape (..., net); future i is of net i mod 16, NaN is left out.

    With weights the entries are jackknife pseudo-values, whose mean is the estimate (`Reweighted.means`).

    >>> by_net(np.arange(32.0))[:3]
    array([ 8.,  9., 10.])
    """
    weight = np.ones(values.shape[-1]) if weight is None else weight
    counted = np.where(np.isfinite(values), weight, 0.0)
    product = np.where(np.isfinite(values), values, 0.0) * counted
    above = np.stack([product[..., net::NETS].sum(-1) for net in range(NETS)], -1)
    below = np.stack([counted[..., net::NETS].sum(-1) for net in range(NETS)], -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        if bool(np.all(weight == weight[0])):
            return np.asarray(above / below)
        whole = above.sum(-1, keepdims=True) / below.sum(-1, keepdims=True)
        without = (above.sum(-1, keepdims=True) - above) / (below.sum(-1, keepdims=True) - below)
    return np.asarray(NETS * whole - (NETS - 1) * without)


def _complete(case: Case, held: Held, view: str) -> dict[str, tuple[float, float]]:
    """Ranges of a position that are not just the case's; under the view now cut at the case's."""
    found = {}
    for name, given in held.ranges.items():
        entry = case.assumptions[name]
        ends = _within(case, name, given) if view == "now" else (float(given[0]), float(given[1]))
        usual = entry.then if view == "then" else entry.now
        if entry.distribution == "beta" or name in case.pooled or ends != tuple(usual):
            found[name] = ends
    return found


def _within(case: Case, name: str, ends: tuple[float, float]) -> tuple[float, float]:
    """A range as far as the case's range of the view now reaches; empty at its nearer end where it lies outside."""
    entry = case.assumptions[name]
    if entry.distribution == "beta" or name in case.pooled:
        return float(ends[0]), float(ends[1])
    first, last = entry.now
    return float(min(max(ends[0], first), last)), float(min(max(ends[1], first), last))

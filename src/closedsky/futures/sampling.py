"""Designs: which assumptions each future draws.

Sixteen independently scrambled Sobol' nets (Sobol' 1967; scrambling as in Owen 1998, Matousek 1998) are interleaved:
future i is point i // 16 of net i mod 16. So the first m futures of a larger run are the run of m, and the spread
between the sixteen nets is an honest error for any statistic, which a single net cannot give. Balance needs 16 * 2^k
futures; other counts are allowed and say what is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from closedsky.cases.schema import Case
from closedsky.cases.shared import Pooled
from closedsky.futures.leave_one_out import Count, Measured, Posterior, Prior, posterior
from closedsky.model.names import ASSUMPTIONS

NETS = 16
HALF_CELL = 2.0**-31  # the nets live on multiples of 2^-30, 0 included; half a cell keeps quantiles finite

FloatArray = NDArray[np.float64]


class Design:
    """Rows of assumptions for one case, seed and view.

    Args:
        case: the case.
        seed: any integer from 0 to 2^64 - 1; 0 is a seed like any other.
        view: `then` or `now`.
        ranges: replaced ranges by assumption, (low, high); equal where fixed. Draws of the others do not change.
    """

    def __init__(
        self, case: Case, seed: int, view: str = "then", ranges: Mapping[str, tuple[float, float]] | None = None
    ) -> None:
        if view not in ("then", "now"):
            raise ValueError(f"view must be 'then' or 'now', not {view!r}")
        self.names: tuple[str, ...] = tuple(case.assumptions)
        self._case = case
        self._view = view
        self._ranges = dict(ranges or {})
        self._latents = tuple(case.latents)
        self._past = {name: past(pooled) for name, pooled in case.pooled.items() if name not in self._ranges}
        self._seed = seed
        self._nets: list[qmc.Sobol] = []
        self._at = 0

    @property
    def dimensions(self) -> int:
        """Number of uniforms a future needs: one for each assumption and one for each latent."""
        return len(self.names) + len(self._latents)

    def ends(self, name: str) -> tuple[float, float] | None:
        """Ends of an assumption's range; None where past campaigns or a beta distribution give it."""
        entry = self._case.assumptions[name]
        if name in self._past or (entry.distribution == "beta" and name not in self._ranges):
            return None
        return self._ranges.get(name) or (entry.then if self._view == "then" else entry.now)

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return futures start to stop - 1, shape (stop - start, assumptions), each in its own unit."""
        return self.transform(self.unit(start, stop))

    def unit(self, start: int, stop: int) -> FloatArray:
        """Return the uniforms of futures start to stop - 1, shape (stop - start, dimensions).

        They depend on the seed alone, not on ranges nor on how a run is cut into calls. Both ends are rounded outward
        to whole rounds of the sixteen nets internally.
        """
        first, last = start // NETS, -(-stop // NETS)
        if not self._nets or self._at > first:
            self._nets = [
                qmc.Sobol(self.dimensions, scramble=True, rng=np.random.default_rng([self._seed, net]))
                for net in range(NETS)
            ]
            self._at = 0
        if self._at < first:
            for net in self._nets:
                net.fast_forward(first - self._at)
        points = np.stack([_draw(net, last - first) for net in self._nets], axis=1)
        self._at = last
        return points.reshape(-1, self.dimensions)[start - first * NETS : stop - first * NETS]

    def transform(self, unit: FloatArray) -> FloatArray:
        """Turn uniforms, shape (n, dimensions), into assumptions, shape (n, assumptions).

        Latents tie assumptions together by a Gaussian copula: z = s w L + sqrt(1 - s^2) z', s the loading (itself an
        assumption), w the sign. Every marginal distribution stays as the case states it.
        """
        count = len(self.names)
        columns = {name: np.ascontiguousarray(unit[:, i]) for i, name in enumerate(self.names)}
        for j, key in enumerate(self._latents):
            latent = self._case.latents[key]
            loading = self._quantile(latent.strength, columns[latent.strength])
            shared = special.ndtri(np.ascontiguousarray(unit[:, count + j]))
            for member, sign in latent.members.items():
                own = special.ndtri(columns[member])
                columns[member] = special.ndtr(loading * sign * shared + np.sqrt(1.0 - loading**2) * own)
        return np.stack([self._quantile(name, columns[name]) for name in self.names], axis=1)

    def _quantile(self, name: str, u: FloatArray) -> FloatArray:
        if name in self._past:
            return self._past[name].quantile(u)
        entry = self._case.assumptions[name]
        low, high = self._ranges.get(name) or (entry.then if self._view == "then" else entry.now)
        if entry.distribution == "beta" and name not in self._ranges:
            value: FloatArray = special.betaincinv(low, high, u)
        elif low == high:
            value = np.full_like(u, low)
        elif entry.distribution == "log-uniform":
            value = np.exp(np.log(low) + u * (np.log(high) - np.log(low)))
        else:
            value = low + u * (high - low)
        return value


@lru_cache(maxsize=256)
def past(pooled: Pooled) -> Posterior:
    """What past campaigns say of an assumption in a new one."""
    prior = Prior.around(pooled.centre, pooled.spread, pooled.between, pooled.scale)
    records: list[Measured | Count] = []
    for each in pooled.campaigns:
        if each.events is not None and each.exposure is not None:
            records.append(Count(each.case, each.events, each.exposure))
        elif each.value is not None:
            records.append(Measured(each.case, each.low, each.value, each.high))
    return posterior(records, prior, pooled.scale, pooled.law)


def model_columns(case: Case, rows: FloatArray) -> FloatArray:
    """Pick the columns that the campaign reads, in its order.

    Args:
        case: the case that the rows are drawn for; what it fixes is filled in.
        rows: assumptions, shape (n, assumptions of the case).

    Returns:
        Shape (assumptions of the model, n).
    """
    index = {name: i for i, name in enumerate(case.assumptions)}
    columns = np.empty((len(ASSUMPTIONS), len(rows)))
    for row, name in enumerate(ASSUMPTIONS):
        columns[row] = rows[:, index[name]] if name in index else case.fixed[name].value
    return columns


def balance(futures: int) -> str | None:
    """Say what a count of futures loses, or None where the sixteen nets are balanced."""
    per_net = futures / NETS
    if futures >= NETS and per_net == 2.0 ** np.round(np.log2(per_net)):
        return None
    if futures < NETS:
        return f"{futures} futures: too few for the sixteen nets; no errors are given"
    return (
        f"{futures:,} futures are not 16 x 2^k: the nets are cut off, so errors are wider than they need be; "
        f"{NETS * 2 ** round(np.log2(per_net)):,} would be balanced"
    )


def _draw(net: qmc.Sobol, count: int) -> FloatArray:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # scipy warns of unbalanced counts; `balance` says it better
        return np.asarray(net.random(count)) + HALF_CELL

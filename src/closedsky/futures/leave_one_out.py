"""What other campaigns say about a planning factor of a campaign that is not among them.

A campaign under test may lend nothing to its own prediction, so the factors that all share are estimated from the
records of the *others*. Campaigns differ by more than chance, hence a hierarchical model (Gelman, Carlin, Stern,
Dunson, Vehtari & Rubin, Bayesian Data Analysis, ch. 5) on the scale g of the factor, `log` or `logit`:

    mu ~ Normal(centre, spread)    tau ~ HalfNormal(between)    theta_i ~ Normal(mu, tau) for each campaign i
    measured: g(value_i) ~ Normal(theta_i, error_i)    poisson: events_i ~ Poisson(exposure_i exp(theta_i))
    binomial: events_i ~ Binomial(exposure_i, logistic(theta_i))

Wanted is theta of a *new* campaign, in the factor's own unit. `posterior` draws nothing. Given tau, measured values are
Normal in closed form; what has no closed form is a trapezoidal sum over a smooth function that vanishes at both ends
(or is even about one), which converges exponentially. Log likelihoods of counts are concave, with a curvature that
changes at most e-fold over one unit of theta, so a peak and a curvature say where the nodes belong. A density known on
an even lattice becomes a mixture of Normals as wide as its step, through the known values; then distribution functions
are closed forms again. `sample` draws from the same model by NumPyro, as a check by another method.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import integrate, interpolate, special

Scale = Literal["log", "logit"]
Law = Literal["measured", "poisson", "binomial"]
Values = NDArray[np.float64]

LEAST_ERROR = 0.1
"""Least standard error of a measured value, on the scale: no two sources count sorties alike (judged)."""

UNSTATED_ERROR = 0.2
"""Standard error, on the scale, of a measured value that comes without a range (judged)."""

NINE_IN_TEN = 1.645
"""Standard errors from the middle to either end of a range, read as the band that holds 9 in 10."""

DROP = 25.0
"""How far a log density falls from its peak before it is left out (to 1e-11)."""


@dataclass(frozen=True)
class Prior:
    """What is assumed before any record, on the scale: mu ~ Normal(centre, spread), tau ~ HalfNormal(between).

    Raises:
        ValueError: a number that is not finite, or `spread` or `between` not above 0.
    """

    centre: float
    spread: float
    between: float

    def __post_init__(self) -> None:
        for name, value in (("centre", self.centre), ("spread", self.spread), ("between", self.between)):
            _require(math.isfinite(value), f"prior: {name} must be finite, not {value}")
            _require(value > 0 or name == "centre", f"prior: {name} must be above 0, not {value:g}")

    @classmethod
    def around(cls, value: float, spread: float, between: float, scale: Scale) -> Prior:
        """Return the prior with its median at a value in the factor's own unit; the rest is on the scale.

        >>> Prior.around(0.5, 1.0, 0.5, "logit")
        Prior(centre=0.0, spread=1.0, between=0.5)
        """
        return cls(_to_scale(value, scale, "prior"), spread, between)


@dataclass(frozen=True)
class Measured:
    """A factor as one campaign showed it, in its own unit: the best reading and the band that holds it 9 times in 10.

    Raises:
        ValueError: numbers out of order; None stands for an end that is not stated.
    """

    name: str
    low: float | None
    value: float
    high: float | None

    def __post_init__(self) -> None:
        for end, sign in ((self.low, 1), (self.high, -1)):
            side = "low" if sign > 0 else "high"
            _require(end is None or sign * (self.value - end) >= 0, f"{self.name}: {side} {end} beyond {self.value}")

    def error(self, scale: Scale) -> float:
        """Return the standard error on the scale: half the range over 1.645, and at least `LEAST_ERROR`.

        Where one end is stated the other is taken to be as far off; where none is, `UNSTATED_ERROR`.

        >>> round(Measured("a", 0.5, 1.0, 2.0).error("log"), 4)
        0.4214
        """
        middle = _to_scale(self.value, scale, self.name)
        off = [abs(_to_scale(end, scale, self.name) - middle) for end in (self.low, self.high) if end is not None]
        return max(sum(off) / len(off) / NINE_IN_TEN, LEAST_ERROR) if off else UNSTATED_ERROR


@dataclass(frozen=True)
class Count:
    """Events of one campaign among its occasions (losses among sorties); neither need be whole (a share of a total).

    Raises:
        ValueError: events below 0, or exposure not above 0.
    """

    name: str
    events: float
    exposure: float

    def __post_init__(self) -> None:
        _require(0 <= self.events < math.inf, f"{self.name}: events must be 0 or more, not {self.events}")
        _require(0 < self.exposure < math.inf, f"{self.name}: exposure must be above 0, not {self.exposure}")


class Band(NamedTuple):
    """Median, 5 % and 95 % quantile."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Posterior:
    """The factor in a campaign that is not among the records.

    Attributes:
        scale: as asked.
        records: names of the campaigns used, in alphabetical order.
        mean: of mu, in the factor's own unit.
        between: of tau, on the scale.
    """

    scale: Scale
    records: tuple[str, ...]
    mean: Band
    between: Band
    _z: Values = field(repr=False, compare=False)  # Phi^-1 of the distribution function at each theta
    _theta: Values = field(repr=False, compare=False)

    def quantile(self, u: ArrayLike) -> Values:
        """Return quantiles in the factor's own unit, in the shape of u; those within 3e-7 of 0 and 1 are cut there.

        Raises:
            ValueError: a u outside [0, 1].

        >>> posterior([], Prior.around(0.2, 1.0, 0.5, "log"), "log", "measured").quantile([0.5]).round(6).tolist()
        [0.2]
        """
        u = np.asarray(u, float)
        _require(bool(np.all((u >= 0) & (u <= 1))), "quantile: u must lie between 0 and 1")
        return _from_scale(_along(self._z, self._theta, special.ndtri(u)), self.scale)

    def cdf(self, x: ArrayLike) -> Values:
        """Return the probability that the factor is at most x (in its own unit), in the shape of x."""
        with np.errstate(divide="ignore"):
            theta = np.log(np.maximum(x, 0)) if self.scale == "log" else special.logit(np.clip(x, 0, 1))
        inside = special.ndtr(_along(self._theta, self._z, theta))
        return np.where(theta < self._theta[0], 0.0, np.where(theta > self._theta[-1], 1.0, inside))


def posterior(
    records: Sequence[Measured | Count], prior: Prior, scale: Scale, law: Law, *, fineness: int = 1
) -> Posterior:
    """Return what the records of other campaigns say about a new one.

    Args:
        records: one of each campaign, in any order; none gives the prior predictive distribution.
        prior: on the scale.
        scale: `log` for a rate or a cost, `logit` for a share.
        law: `measured` for `Measured`; `poisson` (log) or `binomial` (logit) for `Count`.
        fineness: multiplies the nodes of every grid; 2 moves no quantile from 1e-4 to 1 - 1e-4 by 1e-4 of its value.

    Raises:
        ValueError: records that do not suit the law or the scale, or two of one name; the message names the record.

    >>> prior = Prior.around(0.001, 1.5, 0.5, "log")
    >>> found = posterior([Count("a", 0, 4_000), Count("b", 2, 900)], prior, "log", "poisson")
    >>> found.quantile([0.05, 0.5, 0.95]).round(5).tolist()
    [0.00014, 0.00074, 0.00289]
    """
    data = _data(records, scale, law)
    counted = law != "measured" and bool(records)
    # tau = unit sinh(x): even steps below the smallest error of a record, which hides tau, and even ratios above, up to
    # the tail of the prior, or of its balance with records that lie further apart than it expects.
    unit = min(prior.between, float(data.error.min(initial=np.inf)))
    apart = float(np.linalg.norm(data.y - data.y.mean())) if records else 0.0
    low, high = 0.0, math.asinh(math.sqrt((2 * DROP + 10) * prior.between**2 + 2 * prior.between * apart) / unit)

    def spread(x: Values) -> Values:
        return np.asarray(unit * np.sinh(x)[:, None, None])

    def weigh(x: Values, log_evidence: Values) -> Values:
        return np.asarray(log_evidence[:, 0, 0] - (unit * np.sinh(x) / prior.between) ** 2 / 2 + np.log(np.cosh(x)))

    resolved = False
    while not resolved:
        x = np.linspace(low, high, 32)
        rough = _peak(data, prior, spread(x))[2] if counted else _measured(data, prior, spread(x))[0]
        kept = np.flatnonzero((drop := weigh(x, rough)) > drop.max() - DROP)
        low, high = x[max(kept[0] - 1, 0)], x[min(kept[-1] + 1, 31)]
        resolved = kept[-1] - kept[0] > 16
    x = np.linspace(low, high, 32 * fineness)
    tau = spread(x)
    log_evidence, weights, mu, width = _counted(data, prior, tau, fineness) if counted else _measured(data, prior, tau)
    log_density = weigh(x, log_evidence)
    share = _exp(log_density) * np.where(x == 0, 0.5, 1.0)
    weights = weights * (share / share.sum())[:, None, None]
    levels = np.array([0.5, 0.05, 0.95])
    middle = _along(*_curve(weights, mu, width, 61 * fineness), special.ndtri(levels))
    fine = np.linspace(low, high, 2048)
    below = integrate.cumulative_trapezoid(_exp(interpolate.CubicSpline(x, log_density)(fine)), fine, initial=0)
    between = unit * np.sinh(np.interp(levels * below[-1], below, fine))
    curve = _curve(weights, mu, np.hypot(width, tau), 121 * fineness)
    return Posterior(
        scale, data.names, Band(*map(float, _from_scale(middle, scale))), Band(*map(float, between)), *curve
    )


class _Data(NamedTuple):
    """Records along the first of four axes (record, tau, mu, node); of counts y is a first guess at theta."""

    law: Law
    names: tuple[str, ...]
    y: Values
    error: Values
    events: Values
    exposure: Values


def _data(records: Sequence[Measured | Count], scale: Scale, law: Law) -> _Data:
    kinds = {"measured": Measured, "poisson": Count, "binomial": Count}
    _require(law in kinds, f"law must be measured, poisson or binomial, not {law!r}")
    wanted = {"poisson": ["log"], "binomial": ["logit"]}.get(law, ["log", "logit"])
    _require(scale in wanted, f"law {law} needs scale {' or '.join(wanted)}, not {scale!r}")
    records = sorted(records, key=lambda each: each.name)
    names = tuple(each.name for each in records)
    rows = np.empty((len(records), 4))
    for row, each in enumerate(records):
        _require(isinstance(each, kinds[law]), f"{each.name}: law {law} needs a {kinds[law].__name__}")
        _require(each.name not in names[:row], f"{each.name}: one record of a campaign, not two")
        if isinstance(each, Measured):
            rows[row] = _to_scale(each.value, scale, each.name), each.error(scale), 0, 0
        elif law == "poisson":
            rows[row] = (
                math.log((each.events + 0.5) / each.exposure),
                (each.events + 0.5) ** -0.5,
                each.events,
                each.exposure,
            )
        else:
            _require(each.events <= each.exposure, f"{each.name}: {each.events:g} events among {each.exposure:g}")
            share = (each.events + 0.5) / (each.exposure + 1)
            rows[row] = special.logit(share), (each.exposure * share * (1 - share)) ** -0.5, each.events, each.exposure
    return _Data(law, names, *rows.T[..., None, None, None])


def _measured(data: _Data, prior: Prior, tau: Values) -> tuple[Values, Values, Values, Values]:
    """Log evidence, and weights, means and width of mu as a mixture of Normals: of one, in closed form."""
    variance = data.error**2 + tau**2
    precision = prior.spread**-2 + np.sum(1 / variance, axis=0)
    mean = prior.centre + np.sum((data.y - prior.centre) / variance, axis=0) / precision
    off = np.sum((data.y - mean) ** 2 / variance, axis=0) + ((mean - prior.centre) / prior.spread) ** 2
    return -(np.sum(np.log(variance), axis=0) + np.log(precision) + off) / 2, np.ones_like(mean), mean, precision**-0.5


def _counted(data: _Data, prior: Prior, tau: Values, fineness: int) -> tuple[Values, Values, Values, Values]:
    """The same for counts: mu on a lattice for each tau that spans its density and is as fine as the likelihood."""
    mode, curvature, _ = _peak(data, prior, tau)
    reach = np.minimum(math.sqrt(2 * DROP + 10) * prior.spread, _reach(curvature, DROP + 5))
    wide = mode + reach * np.linspace(-1, 1, 25)[:, None]
    about = _marginal(data, prior, wide, tau)[0]
    kept = about > about.max(axis=1, keepdims=True) - DROP
    low = np.min(wide, axis=1, keepdims=True, where=kept, initial=np.inf) - reach / 12
    high = np.max(wide, axis=1, keepdims=True, where=kept, initial=-np.inf) + reach / 12
    nodes = max(48, math.ceil(np.max((high - low) / np.sqrt(1 + tau**2)) / 0.4)) * fineness
    step = (high - low) / (nodes - 1)
    mu = low + step * np.arange(nodes)[:, None]
    logs = np.sum(_integral(data, mu, tau, fineness), axis=0) - ((mu - prior.centre) / prior.spread) ** 2 / 2
    density = _exp(logs, axis=1)
    total = density.sum(axis=1, keepdims=True)
    weights = np.linalg.solve(_overlap(nodes), density / total)
    return (
        logs.max(axis=1, keepdims=True) + np.log(total * step),
        weights / weights.sum(axis=1, keepdims=True),
        mu,
        step,
    )


def _integral(data: _Data, mu: Values, tau: Values, fineness: int) -> Values:
    """Log likelihood of each record averaged over theta = mu + tau z, z ~ Normal(0, 1), less what is constant."""
    theta = _most_likely(data, mu, tau)
    height, slope, curvature = _likelihood(data, theta)
    with np.errstate(divide="ignore"):
        reach = np.minimum(math.sqrt(2 * DROP), _reach(curvature, DROP) / tau)
    height = height - (tau * slope) ** 2 / 2
    total = np.empty_like(height)
    for row in range(len(tau)):  # one tau at a time, for what is held then fits a core's cache
        now = np.s_[:, row : row + 1]
        nodes = max(32, math.ceil(2 * np.max(reach[now]) * tau[row, 0, 0] / 0.6)) * fineness
        z = tau[row] * slope[now] + reach[now] * np.linspace(-1, 1, nodes)
        inside = np.exp(_likelihood(data, mu[row] + tau[row] * z)[0] - z**2 / 2 - height[now])
        total[now] = np.sum(inside, axis=-1, keepdims=True) * reach[now] * 2 / (nodes - 1)
    return np.asarray(height + np.log(total))


def _peak(data: _Data, prior: Prior, tau: Values) -> tuple[Values, Values, Values]:
    """Most likely mu given tau, the curvature there, and Laplace's approximation of the log evidence."""
    mu = _measured(data, prior, tau)[2]
    while True:
        height, slope, curvature = _marginal(data, prior, mu, tau)
        step = np.clip(slope / curvature, -1, 1)
        if np.max(np.abs(step) * np.sqrt(curvature)) < 0.05:
            return mu, curvature, height - np.log(curvature) / 2
        mu = mu + step


def _marginal(data: _Data, prior: Prior, mu: Values, tau: Values) -> tuple[Values, Values, Values]:
    """Log density of mu and records given tau, by Laplace's approximation in each theta; slope and curvature in mu."""
    height, slope, curvature = _likelihood(data, _most_likely(data, mu, tau))
    wide, off = 1 + tau**2 * curvature, (mu - prior.centre) / prior.spread
    height = np.sum(height - (tau * slope) ** 2 / 2 - np.log(wide) / 2, axis=0) - off**2 / 2
    return height, np.sum(slope, axis=0) - off / prior.spread, np.sum(curvature / wide, axis=0) + prior.spread**-2


def _most_likely(data: _Data, mu: Values, tau: Values) -> Values:
    """Most likely theta of each record given mu and tau: Newton steps, of at most 1 as the curvature then allows."""
    endless = (data.events == 0) | ((data.events == data.exposure) & (data.law == "binomial"))
    curvature = np.where(endless, np.minimum(_likelihood(data, mu)[2], data.error**-2), data.error**-2)
    theta: Values = (mu + tau**2 * curvature * data.y) / (1 + tau**2 * curvature)
    step = np.ones(())
    while np.max(np.abs(step)) > 1e-3:
        _, slope, curvature = _likelihood(data, theta)
        step = np.clip((mu + tau**2 * slope - theta) / (1 + tau**2 * curvature), -1, 1)
        theta = theta + step
    return theta


def _likelihood(data: _Data, theta: Values) -> tuple[Values, Values, Values]:
    """Log likelihood of each record in theta, less what is constant; its slope and its curvature (above 0)."""
    odds = np.exp(theta)
    if data.law == "poisson":
        rate = data.exposure * odds
        return data.events * theta - rate, data.events - rate, rate
    share = odds / (1 + odds)
    height = data.events * theta - data.exposure * np.log1p(odds)
    return height, data.events - data.exposure * share, data.exposure * share * (1 - share)


def _reach(curvature: Values, drop: float) -> Values:
    """How far from its peak a log density has fallen by `drop` at the latest: its fall is c x^2 / (2 + x) or more."""
    return np.asarray((drop + np.sqrt(drop * (drop + 8 * curvature))) / (2 * curvature))


@lru_cache(maxsize=8)
def _overlap(nodes: int) -> Values:
    """Normals on an even lattice, as wide as its step, at each other's means; 0 where below 1e-13."""
    apart = np.subtract.outer(np.arange(nodes), np.arange(nodes))
    return np.where(abs(apart) < 8, np.exp(-(apart**2) / 2), 0.0)


def _curve(weights: Values, means: Values, widths: Values, nodes: int) -> tuple[Values, Values]:
    """A mixture of Normals as z = Phi^-1(distribution function) and theta; two rough passes place the nodes."""
    weights, means, widths = (each[abs(weights) > 1e-12] for each in np.broadcast_arrays(weights, means, widths))
    centre = float(np.sum(weights * means))
    theta = centre + math.sqrt(float(np.sum(weights * (widths**2 + (means - centre) ** 2)))) * np.sinh(
        np.linspace(-3.2, 3.2, 31)
    )
    for count in (31, nodes, 0):
        side = np.where(theta > centre, -1.0, 1.0)  # of the nearer tail, whose small probability is exact
        tail = special.ndtr(side[:, None] * (theta[:, None] - means) / widths) @ weights
        theta, z = theta[tail > 1e-7], (side * special.ndtri(tail))[tail > 1e-7]
        if count:
            theta = _along(z, theta, np.linspace(max(z[0], -5), min(z[-1], 5), count))
    return z, theta


def _along(x: Values, y: Values, at: ArrayLike) -> Values:
    """Monotone cubic interpolation (Fritsch & Carlson 1980); beyond the ends, the ends."""
    return np.asarray(interpolate.PchipInterpolator(x, y)(np.clip(at, x[0], x[-1])))


def _to_scale(value: float, scale: Scale, name: str) -> float:
    top = math.inf if scale == "log" else 1.0
    _require(0 < value < top, f"{name}: {value} must lie between 0 and {top:g}, ends excluded, on scale {scale}")
    return math.log(value) if scale == "log" else math.log(value / (1 - value))


def _from_scale(theta: Values, scale: Scale) -> Values:
    return np.asarray(np.exp(theta) if scale == "log" else special.expit(theta))


def _exp(logs: Values, axis: int | None = None) -> Values:
    return np.asarray(np.exp(logs - logs.max(axis=axis, keepdims=True)))


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)

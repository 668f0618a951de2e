"""The posterior of a one-level hierarchical model of a few records, without draws.

On some scale, mu ~ Normal(centre, spread), tau ~ HalfNormal(between) and theta_i ~ Normal(mu, tau) (Gelman, Carlin,
Stern, Dunson, Vehtari & Rubin, Bayesian Data Analysis, ch. 5). A record tells of theta_i by one of three laws: Normal
with a known error, Poisson with rate exp(theta_i), binomial with probability logistic(theta_i). Wanted is theta of one
campaign more.

Given tau, Normal records leave everything Normal in closed form. What has no closed form is a trapezoidal sum over a
smooth function that vanishes at both ends of its grid (or is even about one), which converges exponentially. The log
likelihood of a count is concave, with a curvature that changes at most e-fold over one unit of theta: so its peak and
the curvature there say where the nodes belong, and a Newton step of at most 1 never runs away. A density known on an
even lattice becomes a mixture of Normals as wide as its step, through the known values; distribution functions, and
sums with another Normal, are then closed forms again.

Arrays have four axes, (record, tau, mu, node), or three where records are summed over.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import integrate, interpolate, special

Law = Literal["measured", "poisson", "binomial"]
Values = NDArray[np.float64]

DROP = 22.0
"""How far a log density falls from its peak before it is left out (at 3e-10)."""


class Problem(NamedTuple):
    """Records and prior on the scale; one record a row, shape (record, 1, 1, 1).

    Attributes:
        law: of the records.
        y, error: value and standard error where measured; a first guess at theta and its error where counted.
        events, exposure: where counted.
        centre, spread, between: of the prior.
    """

    law: Law
    y: Values
    error: Values
    events: Values
    exposure: Values
    centre: float
    spread: float
    between: float


class Curve(NamedTuple):
    """A distribution on the scale, as theta against z = Phi^-1(probability), which is nearly straight.

    Attributes:
        z, theta: nodes, both rising, shape (node,); z within 5 of 0.
        slope: d theta / d z, such that the cubic through the nodes rises everywhere.
    """

    z: Values
    theta: Values
    slope: Values

    def quantile(self, z: ArrayLike) -> Values:
        """Return theta at z, the end values beyond the ends; in the shape of z.

        >>> Curve(np.array([-1.0, 1.0]), np.array([0.0, 4.0]), np.array([2.0, 2.0])).quantile([0.0, 9.0]).tolist()
        [2.0, 4.0]
        """
        return np.asarray(interpolate.CubicHermiteSpline(*self)(np.clip(z, self.z[0], self.z[-1])))

    def cdf(self, theta: ArrayLike) -> Values:
        """Return the probability of a value up to theta, 0 and 1 beyond the ends; in the shape of theta.

        >>> Curve(np.array([-1.0, 1.0]), np.array([0.0, 4.0]), np.array([2.0, 2.0])).cdf([2.0, 9.0]).tolist()
        [0.5, 1.0]
        """
        theta, low, high = np.asarray(theta), self.theta[0], self.theta[-1]
        z = interpolate.CubicHermiteSpline(self.theta, self.z, 1 / self.slope)(np.clip(theta, low, high))
        return np.where(theta < low, 0.0, np.where(theta > high, 1.0, special.ndtr(z)))


class Solution(NamedTuple):
    """What follows, on the scale.

    Attributes:
        mu, tau: quantiles at the levels asked for.
        theta: in one campaign more.
    """

    mu: Values
    tau: Values
    theta: Curve


def solve(data: Problem, levels: Values, fineness: int = 1) -> Solution:
    """Return quantiles of mu and tau, and the distribution of theta in a campaign that is not among the records.

    Args:
        data: records, of which there may be none, and prior.
        levels: of the quantiles of mu and tau, shape (level,).
        fineness: multiplies the nodes of every grid.

    >>> none = np.empty((0, 1, 1, 1))
    >>> solve(Problem("measured", none, none, none, none, 2.0, 1.0, 0.5), np.array([0.5])).mu.round(6).tolist()
    [2.0]
    """
    given = _measured if data.law == "measured" or not data.y.size else _counted
    # tau = unit sinh(x): even steps below the smallest error of a record, which hides tau, and even ratios above, up to
    # the tail of the prior, or of its balance with records that lie further apart than it expects.
    unit = min(data.between, float(data.error.min(initial=np.inf)))
    apart = float(np.linalg.norm(data.y - data.y.mean())) if data.y.size else 0.0
    low, high = 0.0, math.asinh(math.sqrt((2 * DROP + 10) * data.between**2 + 2 * data.between * apart) / unit)

    def spread(x: Values) -> Values:
        return np.asarray(unit * np.sinh(x)[:, None, None])

    def weigh(x: Values, log_evidence: Values) -> Values:
        return np.asarray(log_evidence[:, 0, 0] - (unit * np.sinh(x) / data.between) ** 2 / 2 + np.log(np.cosh(x)))

    resolved = False
    while not resolved:
        x = np.linspace(low, high, 32)
        rough = weigh(x, _measured(data, spread(x))[0] if given is _measured else _peak(data, spread(x))[2])
        kept = np.flatnonzero(rough > rough.max() - DROP)
        low, high = x[max(kept[0] - 1, 0)], x[min(kept[-1] + 1, 31)]
        resolved = kept[-1] - kept[0] > 16
    x = np.linspace(low, high, max(30, math.ceil((high - low) / 0.15)) * fineness)
    tau = spread(x)
    log_evidence, weights, means, width = given(data, tau, fineness)
    log_density = weigh(x, log_evidence)
    share = _exp(log_density) * np.where(x == 0, 0.5, 1.0)
    weights = weights * (share / share.sum())[:, None, None]
    wanted = special.ndtri(levels)
    near = np.union1d(np.linspace(-5, 5, 21 * fineness), wanted)
    mu = _curve(weights, means, width, near, near).quantile(wanted)
    fine = np.linspace(low, high, 2048 * fineness)
    below = integrate.cumulative_trapezoid(_exp(interpolate.CubicSpline(x, log_density)(fine)), fine, initial=0)
    quantiles = unit * np.sinh(np.interp(levels * below[-1], below, fine))
    theta = _curve(weights, means, np.hypot(width, tau), np.linspace(-5, 5, 25), np.linspace(-5, 5, 97 * fineness))
    return Solution(mu, quantiles, theta)


def _measured(data: Problem, tau: Values, fineness: int = 1) -> tuple[Values, Values, Values, Values]:
    """Log evidence, and weights, means and width of mu as a mixture of Normals: of one, in closed form."""
    variance = data.error**2 + tau**2
    precision = data.spread**-2 + np.sum(1 / variance, axis=0)
    mean = data.centre + np.sum((data.y - data.centre) / variance, axis=0) / precision
    off = np.sum((data.y - mean) ** 2 / variance, axis=0) + ((mean - data.centre) / data.spread) ** 2
    return -(np.sum(np.log(variance), axis=0) + np.log(precision) + off) / 2, np.ones_like(mean), mean, precision**-0.5


def _counted(data: Problem, tau: Values, fineness: int) -> tuple[Values, Values, Values, Values]:
    """The same for counts: mu on a lattice for each tau that spans its density and is as fine as the likelihood."""
    mode, curvature, _ = _peak(data, tau)
    reach = np.minimum(math.sqrt(2 * DROP + 10) * data.spread, _reach(curvature, DROP + 5))
    wide = mode + reach * np.linspace(-1, 1, 25)[:, None]
    about = _marginal(data, wide, tau)[0]
    kept = about > about.max(axis=1, keepdims=True) - DROP
    low = np.min(wide, axis=1, keepdims=True, where=kept, initial=np.inf) - reach / 12
    high = np.max(wide, axis=1, keepdims=True, where=kept, initial=-np.inf) + reach / 12
    nodes = 16 * max(3, math.ceil(np.max((high - low) / (0.2 + 0.4 * tau)) / 16)) * fineness
    step = (high - low) / (nodes - 1)
    mu = low + step * np.arange(nodes)[:, None]
    logs = np.sum(_integral(data, mu, tau, fineness), axis=0) - ((mu - data.centre) / data.spread) ** 2 / 2
    density = _exp(logs, axis=1)
    total = density.sum(axis=1, keepdims=True)
    weights = (density[..., 0] @ _through(nodes))[..., None]
    log_evidence = logs.max(axis=1, keepdims=True) + np.log(total * step)
    return log_evidence, weights / weights.sum(axis=1, keepdims=True), mu, step


def _integral(data: Problem, mu: Values, tau: Values, fineness: int) -> Values:
    """Log likelihood of each record averaged over theta = mu + tau z, z ~ Normal(0, 1), less what is constant."""
    height, pull, curvature = _most_likely(data, mu, tau)
    with np.errstate(divide="ignore", over="ignore"):  # where tau is 0 any node will do
        reach = np.minimum(math.sqrt(2 * DROP), _reach(curvature, DROP) / tau)
    total = np.empty_like(height)
    for row in range(len(tau)):  # one tau at a time, for what is held then fits a core's cache
        now = np.s_[:, row : row + 1]
        nodes = max(26, math.ceil(2 * np.max(reach[now]) * tau[row, 0, 0] / 0.6)) * fineness
        z = tau[row] * pull[now] + reach[now] * np.linspace(-1, 1, nodes)
        inside = np.exp(_log_likelihood(data, mu[row] + tau[row] * z) - z**2 / 2 - height[now])
        total[now] = np.sum(inside, axis=-1, keepdims=True) * reach[now] * 2 / (nodes - 1)
    return np.asarray(height + np.log(total))


def _peak(data: Problem, tau: Values) -> tuple[Values, Values, Values]:
    """Most likely mu given tau, the curvature there, and Laplace's approximation of the log evidence."""
    mu = _measured(data, tau)[2]
    while True:
        height, slope, curvature = _marginal(data, mu, tau)
        step = np.clip(slope / curvature, -1, 1)
        if np.max(np.abs(step) * np.sqrt(curvature)) < 0.05:
            return mu, curvature, height - np.log(curvature) / 2
        mu = mu + step


def _marginal(data: Problem, mu: Values, tau: Values) -> tuple[Values, Values, Values]:
    """Log density of mu and records given tau, by Laplace's approximation in each theta; slope and curvature in mu."""
    height, pull, curvature = _most_likely(data, mu, tau)
    wide, off = 1 + tau**2 * curvature, (mu - data.centre) / data.spread
    value = np.sum(height - np.log(wide) / 2, axis=0) - off**2 / 2
    return value, np.sum(pull, axis=0) - off / data.spread, np.sum(curvature / wide, axis=0) + data.spread**-2


def _most_likely(data: Problem, mu: Values, tau: Values) -> tuple[Values, Values, Values]:
    """The most likely theta = mu + tau^2 pull of each record given mu and tau, by Newton steps of at most 1.

    Returns its log density, the pull (also the slope of that in mu), and the curvature of the log likelihood there.
    """
    endless = (data.events == 0) | ((data.events == data.exposure) & (data.law == "binomial"))
    curvature = np.where(endless, np.minimum(_slope(data, mu)[1], data.error**-2), data.error**-2)
    theta: Values = (mu + tau**2 * curvature * data.y) / (1 + tau**2 * curvature)
    while True:
        slope, curvature = _slope(data, theta)
        pull = (slope + curvature * (theta - mu)) / (1 + tau**2 * curvature)  # after a whole step; good at tau = 0
        step = np.clip(mu + tau**2 * pull - theta, -1, 1)
        if np.max(np.abs(step) * (1 + np.sqrt(curvature))) < 0.02:
            return _log_likelihood(data, theta) - (tau * pull) ** 2 / 2, pull, curvature
        theta = theta + step


def _log_likelihood(data: Problem, theta: Values) -> Values:
    """Of each record in theta, less what is constant."""
    odds = np.exp(theta)
    # log is several times as fast as log1p, and an absolute error of 1e-16 is small enough here
    return np.asarray(data.events * theta - data.exposure * (odds if data.law == "poisson" else np.log(1 + odds)))


def _slope(data: Problem, theta: Values) -> tuple[Values, Values]:
    """Slope of that in theta, and its curvature with the sign changed, which is above 0."""
    if data.law == "poisson":
        rate = data.exposure * np.exp(theta)
        return data.events - rate, rate
    share = special.expit(theta)
    return data.events - data.exposure * share, data.exposure * share * (1 - share)


def _reach(curvature: Values, drop: float) -> Values:
    """How far from its peak a log density has fallen by `drop` at the latest: its fall is c x^2 / (2 + x) or more."""
    return np.asarray((drop + np.sqrt(drop * (drop + 8 * curvature))) / (2 * curvature))


@lru_cache(maxsize=16)
def _through(nodes: int) -> Values:
    """Weights of Normals on an even lattice, as wide as its step, from the values that their sum is to take there."""
    apart = np.subtract.outer(np.arange(nodes), np.arange(nodes))
    return np.asarray(np.linalg.inv(np.where(abs(apart) < 8, np.exp(-(apart**2) / 2), 0.0)))  # e^-32 is nothing


def _curve(weights: Values, means: Values, widths: Values, *passes: Values) -> Curve:
    """The distribution of a mixture of Normals; each pass says at which z the nodes of the next are to lie."""
    weights, means, widths = (each[abs(weights) > 1e-11] for each in np.broadcast_arrays(weights, means, widths))
    centre = float(np.sum(weights * means))
    deviation = math.sqrt(float(np.sum(weights * (widths**2 + (means - centre) ** 2))))
    theta = centre + deviation * np.sinh(np.linspace(-3.2, 3.2, 25))
    for wanted in (*passes, np.empty(0)):
        side = np.where(theta > centre, -1.0, 1.0)  # of the nearer tail, whose small probability is exact
        off = (theta[:, None] - means) / widths
        tail = special.ndtr(side[:, None] * off) @ weights
        z = side * special.ndtri(np.maximum(tail, 0))
        density = np.exp(-(off**2) / 2) @ (weights / widths)
        sound = (tail > 1e-7) & (density > 0) & (z > np.maximum.accumulate(np.r_[-np.inf, z[:-1]]))
        z, theta, slope = z[sound], theta[sound], np.exp(-(z[sound] ** 2) / 2) / density[sound]
        steep = np.diff(theta) / np.diff(z)
        before, after = np.r_[steep[:1], steep], np.r_[steep, steep[-1:]]
        # Both directions stay monotone with a slope within a factor of 3 of either chord (Fritsch & Carlson 1980).
        slope = np.clip(slope, np.maximum(before, after) / 3, np.minimum(before, after) * 3)
        curve = Curve(z, theta, slope)
        beyond = wanted - np.clip(wanted, z[0], z[-1])
        theta = curve.quantile(wanted) + beyond * np.where(beyond < 0, slope[0], slope[-1])
    return curve


def _exp(logs: Values, axis: int | None = None) -> Values:
    """Densities from their logarithms, 1 at the highest."""
    return np.asarray(np.exp(logs - logs.max(axis=axis, keepdims=True)))

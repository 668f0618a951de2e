"""What other campaigns say about a planning factor of a campaign that is not among them.

A campaign under test may lend nothing to its own prediction, so the factors that all share are estimated from the
records of the *others*. Campaigns differ by more than chance, hence a hierarchical model (Gelman, Carlin, Stern,
Dunson, Vehtari & Rubin, Bayesian Data Analysis, ch. 5) on the scale g of the factor, `log` or `logit`:

    mu ~ Normal(centre, spread)    tau ~ HalfNormal(between)    theta_i ~ Normal(mu, tau) for each campaign i
    measured: g(value_i) ~ Normal(theta_i, error_i)    poisson: events_i ~ Poisson(exposure_i exp(theta_i))
    binomial: events_i ~ Binomial(exposure_i, logistic(theta_i))

Wanted is theta of a *new* campaign, in the factor's own unit. `posterior` integrates (`futures.hierarchical`), so it
draws nothing and gives the same numbers every time; `sample` draws from the same model by another method, as a check.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from closedsky.futures.hierarchical import Curve, Law, Problem, solve

Scale = Literal["log", "logit"]
Values = NDArray[np.float64]

LEAST_ERROR = 0.1
"""Least standard error of a measured value, on the scale: no two sources count sorties alike (judged)."""

UNSTATED_ERROR = 0.2
"""Standard error, on the scale, of a measured value that comes without a range (judged)."""

NINE_IN_TEN = 1.645
"""Standard errors from the middle to either end of a range, read as the band that holds 9 in 10."""

WIDEST = 10.0
"""Largest spread of a prior, on the scale: one standard deviation is then a factor of 22,000."""


@dataclass(frozen=True)
class Prior:
    """What is assumed of a factor before any record, on its scale.

    Attributes:
        centre: median of mu.
        spread: standard deviation of mu.
        between: standard deviation of the Normal whose absolute value is tau, by which campaigns differ.

    Raises:
        ValueError: a number that is not finite, or `spread` or `between` not above 0 or above `WIDEST`.
    """

    centre: float
    spread: float
    between: float

    def __post_init__(self) -> None:
        for name, value in (("centre", self.centre), ("spread", self.spread), ("between", self.between)):
            _require(math.isfinite(value), f"prior: {name} must be finite, not {value}")
            known = name == "centre" or 0 < value <= WIDEST
            _require(known, f"prior: {name} must be above 0 and at most {WIDEST:g}, not {value:g}")

    @classmethod
    def around(cls, value: float, spread: float, between: float, scale: Scale) -> Prior:
        """Return the prior with its median at a value in the factor's own unit; the rest is on the scale.

        >>> Prior.around(0.5, 1.0, 0.5, "logit")
        Prior(centre=0.0, spread=1.0, between=0.5)
        """
        return cls(_to_scale(value, scale, "prior"), spread, between)


@dataclass(frozen=True)
class Measured:
    """A factor as one campaign showed it, in the factor's own unit.

    Attributes:
        name: the campaign.
        low, value, high: best reading and the band that holds it 9 times in 10; None for an end that is not stated.

    Raises:
        ValueError: numbers out of order.
    """

    name: str
    low: float | None
    value: float
    high: float | None

    def __post_init__(self) -> None:
        value = self.value
        _require(self.low is None or self.low <= value, f"{self.name}: low {self.low} is not below value {value}")
        _require(self.high is None or self.high >= value, f"{self.name}: high {self.high} is not above value {value}")

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
    """Events that one campaign counted.

    Attributes:
        name: the campaign.
        events: how many; need not be whole (a share of a total).
        exposure: occasions on which one could have happened, in 1/unit of the factor (sorties, for a loss per sortie).

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
    _theta: Curve = field(repr=False, compare=False)

    def quantile(self, u: ArrayLike) -> Values:
        """Return quantiles in the factor's own unit, in the shape of u; those within 3e-7 of 0 and 1 are cut there.

        Raises:
            ValueError: a u outside [0, 1].

        >>> posterior([], Prior.around(0.2, 1.0, 0.5, "log"), "log", "measured").quantile([0.5]).round(6).tolist()
        [0.2]
        """
        u = np.asarray(u, float)
        _require(bool(np.all((u >= 0) & (u <= 1))), "quantile: u must lie between 0 and 1")
        return _from_scale(self._theta.quantile(special.ndtri(u)), self.scale)

    def cdf(self, x: ArrayLike) -> Values:
        """Return the probability that the factor is at most x (in its own unit), in the shape of x."""
        with np.errstate(divide="ignore"):
            theta = np.log(np.maximum(x, 0)) if self.scale == "log" else special.logit(np.clip(x, 0, 1))
        return self._theta.cdf(theta)


def posterior(
    records: Sequence[Measured | Count], prior: Prior, scale: Scale, law: Law, *, fineness: int = 1
) -> Posterior:
    """Return what the records of other campaigns say about a new one.

    Args:
        records: one of each campaign, in any order; none gives the prior predictive distribution.
        prior: on the scale.
        scale: `log` for a rate or a cost, `logit` for a share.
        law: `measured` for `Measured`; `poisson` (log) or `binomial` (logit) for `Count`.
        fineness: multiplies the nodes of every grid; at 1 quantiles of 1e-4 to 1 - 1e-4 hold to 1e-4 of their value.

    Raises:
        ValueError: records that do not suit the law or the scale, or two of one name; the message names the record.

    >>> prior = Prior.around(0.001, 1.5, 0.5, "log")
    >>> found = posterior([Count("a", 0, 4_000), Count("b", 2, 900)], prior, "log", "poisson")
    >>> found.quantile([0.05, 0.5, 0.95]).round(5).tolist()
    [0.0001, 0.00047, 0.00221]
    """
    names, data = _problem(records, prior, scale, law)
    found = solve(data, np.array([0.5, 0.05, 0.95]), fineness)
    mean = Band(*map(float, _from_scale(found.mu, scale)))
    return Posterior(scale, names, mean, Band(*map(float, found.tau)), found.theta)


@dataclass(frozen=True)
class Sampled:
    """Draws from the same model by Markov chains.

    Attributes:
        theta_new: the factor in a campaign that is not among the records, in its own unit, shape (chain, draw).
        mu, tau: on the scale, same shape.
        r_hat: split R-hat of each of the three on the scale; 1 where chains agree.
        effective_size: how many independent draws those of each would be worth.
        divergences: transitions in which the integrator failed; any puts the draws in doubt.
    """

    theta_new: Values
    mu: Values
    tau: Values
    r_hat: Mapping[str, float]
    effective_size: Mapping[str, float]
    divergences: int


def sample(
    records: Sequence[Measured | Count],
    prior: Prior,
    scale: Scale,
    law: Law,
    seed: int = 0,
    chains: int = 4,
    warmup: int = 1000,
    draws: int = 1000,
) -> Sampled:
    """Return draws from the model of `posterior` by the No-U-Turn sampler of NumPyro.

    Written as mu + tau z_i with standard Normal z_i (non-centred), in double precision.

    Args:
        records: as for `posterior`, like `prior`, `scale` and `law`.
        prior: on the scale.
        scale: `log` or `logit`.
        law: `measured`, `poisson` or `binomial`.
        seed: of all chains.
        chains: how many, run side by side.
        warmup: draws of each chain with which it adapts, and which are not kept.
        draws: of each chain that are kept.

    Raises:
        ImportError: NumPyro is not installed.
        ValueError: as for `posterior`.

    >>> sample([], Prior(0.0, 1.0, 0.5), "log", "poisson", draws=100).mu.shape  # doctest: +SKIP
    (4, 100)
    """
    names, data = _problem(records, prior, scale, law)
    try:
        import numpyro
        from numpyro import diagnostics, distributions, infer
    except ImportError as error:
        raise ImportError('sampling needs NumPyro: pip install "closedsky[bayes]"') from error
    import jax

    y, spread, events, exposure = (each.ravel() for each in (data.y, data.error, data.events, data.exposure))

    def model() -> None:
        mu = numpyro.sample("mu", distributions.Normal(prior.centre, prior.spread))
        tau = numpyro.sample("tau", distributions.HalfNormal(prior.between))
        theta = mu + tau * numpyro.sample("z", distributions.Normal(0, 1).expand([len(names) + 1]))
        numpyro.deterministic("theta_new", theta[-1])
        if law == "measured":
            numpyro.sample("y", distributions.Normal(theta[:-1], spread), obs=y)
        elif law == "poisson":
            rate = exposure * jax.numpy.exp(theta[:-1])
            numpyro.sample("events", distributions.Poisson(rate), obs=events)
        else:
            numpyro.sample("events", distributions.Binomial(exposure, logits=theta[:-1]), obs=events)

    with jax.enable_x64(True):
        kernel = infer.NUTS(model, target_accept_prob=0.99)  # short steps: where tau is small z_i are nearly free
        settings: dict[str, Any] = {"num_chains": chains, "chain_method": "vectorized", "progress_bar": False}
        chain = infer.MCMC(kernel, num_warmup=warmup, num_samples=draws, **settings)
        chain.run(jax.random.PRNGKey(seed))
        drawn = chain.get_samples(group_by_chain=True)
        kept = {name: np.asarray(drawn[name]) for name in ("theta_new", "mu", "tau")}
        failed = int(np.sum(chain.get_extra_fields()["diverging"]))
    return Sampled(
        _from_scale(kept["theta_new"], scale),
        kept["mu"],
        kept["tau"],
        {name: float(diagnostics.split_gelman_rubin(values)) for name, values in kept.items()},
        {name: float(diagnostics.effective_sample_size(values)) for name, values in kept.items()},
        failed,
    )


def _problem(
    records: Sequence[Measured | Count], prior: Prior, scale: Scale, law: Law
) -> tuple[tuple[str, ...], Problem]:
    """Names in alphabetical order, so that the order given cannot matter, and what is to be solved."""
    kinds = {"measured": Measured, "poisson": Count, "binomial": Count}
    _require(law in kinds, f"law must be measured, poisson or binomial, not {law!r}")
    scales = {"poisson": ("log",), "binomial": ("logit",)}.get(law, ("log", "logit"))
    _require(scale in scales, f"law {law} needs scale {' or '.join(scales)}, not {scale!r}")
    ordered = sorted(records, key=lambda each: each.name)
    names = tuple(each.name for each in ordered)
    for before, name in pairwise(names):
        _require(before != name, f"{name}: one record of each campaign, not two")
    rows = np.zeros((len(ordered), 4))
    for row, each in zip(rows, ordered, strict=True):
        _require(isinstance(each, kinds[law]), f"{each.name}: law {law} needs a {kinds[law].__name__}")
        if isinstance(each, Measured):
            row[:2] = _to_scale(each.value, scale, each.name), each.error(scale)
        elif law == "poisson":
            row[:] = math.log(each.events + 0.5), (each.events + 0.5) ** -0.5, each.events, each.exposure
            row[0] -= math.log(each.exposure)
        else:
            _require(each.events <= each.exposure, f"{each.name}: {each.events:g} events among {each.exposure:g}")
            share = (each.events + 0.5) / (each.exposure + 1)
            row[:] = special.logit(share), (each.exposure * share * (1 - share)) ** -0.5, each.events, each.exposure
    y, error, events, exposure = rows.T[..., None, None, None]
    return names, Problem(law, y, error, events, exposure, prior.centre, prior.spread, prior.between)


def _to_scale(value: float, scale: Scale, name: str) -> float:
    _require(scale in ("log", "logit"), f"scale must be log or logit, not {scale!r}")
    inside = 0 < value < (math.inf if scale == "log" else 1)
    _require(inside, f"{name}: {value} must be above 0{'' if scale == 'log' else ' and below 1'} on scale {scale}")
    return math.log(value) if scale == "log" else math.log(value / (1 - value))


def _from_scale(theta: Values, scale: Scale) -> Values:
    return np.asarray(np.exp(theta) if scale == "log" else special.expit(theta))


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)

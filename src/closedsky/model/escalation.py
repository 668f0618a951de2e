"""How a clash becomes a war: brinkmanship as a war of attrition, a chance per episode, or a ladder.

The contest of resolve is played on a clock that counts risk, not days: each side holds on until its stake no
longer covers the risk still to be run, and disaster may come first. How fast the clock runs changes how long
the contest lasts and not how dangerous it is in all (Nalebuff 1986).
"""

from __future__ import annotations

import math

import numpy
from scipy import special, stats

from closedsky.model.numeric import Array, log_odds, log_of, promote

LOG_LIMIT = 80.0  # source: float32 holds exp(88.7); beyond exp(80) units of risk no contest goes on
LOG_NODES = 1901  # source: quadrature; doubling the number changes no probability by 1e-12
LOG_NODE_RANGE = (
    -14.0,
    5.0,
)  # source: quadrature; beyond, the integrand is under 1e-16 for kappa from 0.001 to 1000
SMALL_STAKE = 1e-4  # source: asymptotic series of erfc; below it three terms are exact to 1e-11
BOUND = 0.95  # source: definition; the bounds printed beside Jeffreys' mean are 95 % bounds


def stopping_points(x_c: Array, x_a: Array, r_c: Array, r_a: Array, resolve: Array) -> tuple[Array, Array]:
    """How much risk each side will run before it yields, for a coalition and an adversary of unequal stakes.

    ``H_c = K x_c^(1 + kappa) / S`` and ``H_a = K^(-1/kappa) x_a^(1 + 1/kappa) / S`` with ``kappa = r_a /
    r_c`` and ``S = 1/r_c + 1/r_a``.

    Arguments: ``x_c``, ``x_a`` (unit-exponential luck: stake over its mean), ``r_c``, ``r_a`` (mean stake
    over disaster cost, positive), ``resolve`` (K: above 1 the adversary is expected to give way, below 1 the
    coalition). Shape: broadcast. Result: two points on the risk clock, whose disaster comes at a
    unit-exponential point; whoever's is smaller yields unless disaster is smaller still. Raises nothing: it
    works in logarithms, clipped so that kappa = 100 stays finite in float32.

    Source: Nalebuff (1986) and Riley (1980); unequal stakes and the constant K, from rival's concession
    hazard x own stake = hazard x own disaster cost, are derived here and held to simulation in the tests.

    >>> [round(float(h), 3) for h in stopping_points(1.0, 2.0, 0.1, 0.1, 1.0)]
    [0.05, 0.2]
    """
    xp, x_c, x_a, r_c, r_a, resolve = promote(x_c, x_a, r_c, r_a, resolve)
    log_sum = xp.log(1 / r_c + 1 / r_a)
    kappa, back = r_a / r_c, r_c / r_a
    log_resolve = log_of(resolve)
    coalition = log_resolve + (1 + kappa) * log_of(x_c) - log_sum
    adversary = (1 + back) * log_of(x_a) - back * log_resolve - log_sum
    return (
        xp.exp(xp.clip(coalition, -LOG_LIMIT, LOG_LIMIT)),
        xp.exp(xp.clip(adversary, -LOG_LIMIT, LOG_LIMIT)),
    )


def episode_rate(lethal_rate: Array, episode_d: Array) -> Array:
    """Episodes a day when engagements less than ``episode_d`` days apart are one: ``rate / (1 + rate d)``.

    Arguments: ``lethal_rate`` (lethal engagements per day), ``episode_d`` (days). Shape: broadcast. Result:
    per day, never above one every ``episode_d`` days. Raises nothing.

    Source: the counter with dead time of renewal theory (Cox 1962).

    >>> round(float(episode_rate(0.1, 30)), 6)
    0.025
    """
    _, lethal_rate, episode_d = promote(lethal_rate, episode_d)
    return lethal_rate / (1 + lethal_rate * episode_d)


def disaster_probability(stakes_over_cost: Array, other: Array | None = None, resolve: Array = 1.0) -> Array:
    """Probability that the contest of resolve ends in disaster before either side yields.

    ``integral over H of exp(-H - (H S/K)^(1/(1+kappa)) - (H S K^(1/kappa))^(kappa/(1+kappa)))``: disaster
    comes at risk H, and both sides would still have held on (:func:`stopping_points`). The speed of risk does
    not enter.

    Arguments: ``stakes_over_cost`` (the coalition's mean stake over its disaster cost, positive), ``other``
    (the adversary's; the same if not given), ``resolve`` (K). Shape: broadcast. Result: probability, float64
    NumPy, to about 1e-10; kappa, the ratio of the two, may lie between 0.001 and 1000. Raises nothing.

    Source: as :func:`stopping_points`; for equal stakes and K = 1 it is :func:`closed_form_equal`.

    >>> round(float(disaster_probability(0.1)), 6), round(float(disaster_probability(0.1, 0.3)), 4)
    (0.023326, 0.0313)
    """
    h, density, _, _ = _contest(stakes_over_cost, other, resolve)
    return (h * density).sum(axis=-1)


def yield_probability(stakes_over_cost: Array, other: Array | None = None, resolve: Array = 1.0) -> Array:
    """Probability that the first side, the coalition, is the one that yields.

    ``integral over H of exp(-H) P(H_a > H) dP(H_c < H)``, on the same nodes as :func:`disaster_probability`.
    The adversary yields in the rest: its probability is ``yield_probability(other, stakes_over_cost,
    K^(-1/kappa))``.

    Arguments, shape, precision, errors and source as :func:`disaster_probability`.

    >>> round(float(yield_probability(0.1, 0.3)), 3), round(float(yield_probability(0.1, 0.1, 10)), 4)
    (0.562, 0.0902)
    """
    _, density, x_c, share = _contest(stakes_over_cost, other, resolve)
    return (x_c * share * density).sum(axis=-1)


def _contest(stakes: Array, other: Array | None, resolve: Array) -> tuple[Array, Array, Array, Array]:
    """Risk H on the nodes, weight x P(all hold on to H), stake that makes the coalition stop at H, its power.

    Trapezoid in t with ``log H = t - exp(-t)``: to the right the integrand dies double-exponentially, to the
    left the stretch reaches as far as a very unequal pair needs, so that equal steps converge faster than any
    power.
    """
    r_c = numpy.asarray(stakes, dtype=numpy.float64)
    r_a = r_c if other is None else numpy.asarray(other, dtype=numpy.float64)
    log_k = numpy.log(numpy.asarray(resolve, dtype=numpy.float64))
    r_c, r_a, log_k = (a[..., None] for a in numpy.broadcast_arrays(r_c, r_a, log_k))
    nodes, step = numpy.linspace(*LOG_NODE_RANGE, LOG_NODES, retstep=True)
    log_h = nodes - numpy.exp(-nodes)
    log_sum = numpy.log(1 / r_c + 1 / r_a)
    share = r_c / (r_c + r_a)
    h = numpy.exp(log_h)
    x_c = numpy.exp(share * (log_h + log_sum - log_k))
    # (K^(1/kappa))^(kappa/(1+kappa)) is K^(1/(1+kappa)), which stays finite as kappa goes to 0.
    x_a = numpy.exp((1 - share) * (log_h + log_sum) + share * log_k)
    density = step * (1 + numpy.exp(-nodes)) * numpy.exp(-h - x_c - x_a)
    return h, density, x_c, share


def closed_form_equal(stakes_over_cost: Array) -> Array:
    """Probability of disaster for equal stakes and K = 1: ``1 - sqrt(pi/a) erfcx(1/sqrt(a))``.

    ``a = r / 2``; for small r it is ``r / 4``. Argument: ``stakes_over_cost`` r (mean stake over disaster
    cost, not negative). Result: probability, float64 NumPy, same shape. Raises nothing.

    Source: Nalebuff (1986); equilibrium of the war of attrition with exponential stakes (Riley 1980).

    >>> [round(float(closed_form_equal(r)), 6) for r in (0.02, 0.1, 0.5)]
    [0.004927, 0.023326, 0.094646]
    """
    a = numpy.asarray(stakes_over_cost, dtype=numpy.float64) / 2
    series = a / 2 * (1 - 3 * a / 2 * (1 - (2 + 0.5) * a))
    safe = numpy.maximum(a, SMALL_STAKE)
    exact = 1 - numpy.sqrt(math.pi / safe) * special.erfcx(1 / numpy.sqrt(safe))
    return numpy.where(a < SMALL_STAKE, series, exact)


def jeffreys(events: Array, trials: Array) -> tuple[Array, Array, Array]:
    """Chance of an event from ``events`` in ``trials``: Jeffreys mean and one-sided 95 % bounds.

    Beta(events + 1/2, trials - events + 1/2). Arguments: counts, ``0 <= events <= trials``. Shape: broadcast.
    Result: mean, bound that the chance exceeds with 95 %, bound that it stays under with 95 %. Raises
    ``ValueError`` for impossible counts. A record without events bounds a rate and does not estimate it.

    Source: Jeffreys (1946); Brown, Cai & DasGupta (2001).

    >>> [round(float(x), 3) for x in jeffreys(0, 12)]
    [0.038, 0.0, 0.145]
    """
    seen = numpy.asarray(events, dtype=numpy.float64)
    tried = numpy.asarray(trials, dtype=numpy.float64)
    if numpy.any(seen < 0) or numpy.any(seen > tried):
        raise ValueError(f"events must lie between 0 and trials, got {events} of {trials}")
    chance = stats.beta(seen + 0.5, tried - seen + 0.5)
    return chance.mean(), chance.ppf(1 - BOUND), chance.ppf(BOUND)


def absorption(transient: Array, absorbing: Array) -> tuple[Array, Array]:
    """Where a ladder of rungs ends and after how many steps, from each rung.

    Arguments: ``transient`` Q (rungs x rungs, probability of each next rung), ``absorbing`` R (rungs x ends,
    probability of ending there). Result: probabilities ``N R`` (rungs x ends) and expected steps ``N 1``
    (rungs), with ``N = (I - Q)^-1``. Raises ``ValueError`` if the shapes do not fit, a probability is outside
    [0, 1] or a row does not sum to 1; ``numpy.linalg.LinAlgError`` if some rung can never be left for an end.

    Source: Kemeny & Snell (1960).

    >>> ends, steps = absorption([[0, 0.5], [0.5, 0]], [[0.5, 0], [0, 0.5]])
    >>> [round(float(x), 4) for x in ends[0]], [float(x) for x in steps]
    ([0.6667, 0.3333], [2.0, 2.0])
    """
    stay = numpy.asarray(transient, dtype=numpy.float64)
    end = numpy.asarray(absorbing, dtype=numpy.float64)
    if stay.ndim != 2 or end.ndim != 2 or stay.shape != (len(end), len(end)):
        raise ValueError(f"transient must be square with one row per row of absorbing, got {stay.shape}, {end.shape}")
    rows = numpy.hstack([stay, end])
    if numpy.any(rows < 0) or not numpy.allclose(rows.sum(axis=1), 1):
        raise ValueError("probabilities must not be negative and each row must sum to 1")
    solved = numpy.linalg.solve(numpy.eye(len(stay)) - stay, numpy.hstack([end, numpy.ones((len(stay), 1))]))
    return solved[:, :-1], solved[:, -1]


def gamblers_ruin(p: Array, m: Array, i: Array) -> Array:
    """Probability of reaching rung ``m`` before rung 0 from rung ``i``: ``(1 - (q/p)^i) / (1 - (q/p)^m)``.

    Arguments: ``p`` (probability that a step goes up, in [0, 1]), ``m`` (top rung, positive), ``i`` (rung
    now, 0 to m). Shape: broadcast. Result: probability, float64 NumPy; ``i / m`` at p = 1/2. Raises nothing.

    Source: Kemeny & Snell (1960).

    >>> round(float(gamblers_ruin(0.4, 5, 1)), 7)
    0.0758294
    """
    up, top, rung = (numpy.asarray(x, dtype=numpy.float64) for x in (p, m, i))
    tilt = log_odds(1 - up)
    fair = tilt == 0
    steep = numpy.where(fair, 1, numpy.abs(tilt))
    # exp of a negative number only: (q/p)^m itself overflows for a long ladder.
    chance = numpy.expm1(-steep * rung) / numpy.expm1(-steep * top)
    chance = chance * numpy.where(tilt > 0, numpy.exp(-steep * (top - rung)), 1)
    return numpy.where(fair, rung / top, chance)

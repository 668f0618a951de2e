"""Would it be agreed: consent by silence, the pivotal member's part, and what a compromise looks like."""

from __future__ import annotations

import numpy

from closedsky.model.numeric import (
    Array,
    log_normal_cdf,
    log_odds,
    logistic,
    normal_cdf,
    normal_quantile,
    promote,
    ratio,
)

LOG_ODDS_LIMIT = 30.0  # source: odds of 1e13; finite, and beyond any probability of objection float32 can hold
NORMAL_RANGE = 12.0  # source: quadrature; the normal density is 2e-32 there
NORMAL_NODES = 481  # source: quadrature; doubling the number changes no probability by 1e-12
ROUNDING = 1e-12  # source: numerics; above float64 rounding of a sum of shares, below any real difference


def objection(risk: Array, low: Array, high: Array) -> Array:
    """Probability that one ally objects, between its values at risk index 0 and 1, straight in log-odds.

    Arguments: ``risk`` (index, 0 to 1), ``low`` and ``high`` (probabilities at 0 and 1). Shape: broadcast.
    Result: probability. Raises nothing; probabilities of 0 and 1 are moved inside by the precision.

    Source: logistic response; the index is declared levers, never the model's own output.

    >>> [round(float(objection(risk, 0.01, 0.5)), 4) for risk in (0, 0.5, 1)]
    [0.01, 0.0913, 0.5]
    """
    _, risk, low, high = promote(risk, low, high)
    below, above = log_odds(low), log_odds(high)
    return logistic(below + risk * (above - below))


def consent_threshold(uniform: Array, factor: Array, members: Array, correlation: Array) -> Array:
    """Largest probability of objection that this luck lets pass, as log-odds.

    ``p* = Phi(sqrt(1 - rho) Phi^-1(1 - U^(1/n)) + sqrt(rho) Z)``

    Consent passes when the log-odds of one ally's objection are not above the result: the same event as
    ``U <= pass_given_factor(n, p, rho, Z)``, but computed once a future instead of once a step.

    Arguments: ``uniform`` U in (0, 1), ``factor`` Z (standard normal, what all allies share), ``members`` n
    (allies, any may object), ``correlation`` rho in [0, 1]. Shape: broadcast. Result: log-odds in [-30, 30].
    Raises nothing.

    Source: one-factor Gaussian copula (Vasicek 1987), solved for p.

    >>> from closedsky.model.numeric import logistic
    >>> p = logistic(consent_threshold(0.4, 0.3, 30, 0.5))
    >>> round(float(pass_given_factor(30, p, 0.5, 0.3)), 6)
    0.4
    """
    xp, uniform, factor, members, correlation = promote(uniform, factor, members, correlation)
    agreed = xp.log(uniform) / members
    # The smaller tail is the one float32 knows to full precision.
    yes, no = xp.exp(agreed), -xp.expm1(agreed)
    tail = normal_quantile(xp.minimum(yes, no))
    own = xp.where(no <= yes, tail, -tail)
    level = xp.sqrt(1 - correlation) * own + xp.sqrt(correlation) * factor
    return xp.clip(log_normal_cdf(level) - log_normal_cdf(-level), -LOG_ODDS_LIMIT, LOG_ODDS_LIMIT)


def participation_threshold(uniform: Array, factor: Array, correlation: Array) -> Array:
    """Largest reluctance at which the pivotal member takes part: :func:`consent_threshold` for one member.

    Arguments and result as there. Shape: broadcast. Raises nothing.

    >>> round(float(participation_threshold(0.4, 0.0, 0.0)), 6) == round(float(numpy.log(0.6 / 0.4)), 6)
    True
    """
    return consent_threshold(uniform, factor, 1, correlation)


def risk_index(
    fight: Array,
    area_share: Array,
    strike: Array,
    weight_fight: Array,
    weight_area: Array,
    weight_strike: Array,
) -> Array:
    """How risky an option looks on paper: the weighted mean of three levers.

    Arguments: ``fight`` (share of intrusions fired upon), ``area_share`` (share of the country), ``strike``
    (1 if batteries are struck), each in [0, 1], and their weights (not negative). Shape: broadcast. Result:
    index in [0, 1]; 0 if all weights are 0. Raises nothing.

    Source: our declared index; its weights are assumptions.

    >>> float(risk_index(1, 0.5, 0, 2, 1, 1))
    0.625
    """
    _, fight, area, strike, w_fight, w_area, w_strike = promote(
        fight, area_share, strike, weight_fight, weight_area, weight_strike
    )
    return ratio(w_fight * fight + w_area * area + w_strike * strike, w_fight + w_area + w_strike)


def pass_given_factor(members: Array, objection: Array, correlation: Array, factor: Array) -> Array:
    """Probability that nobody objects, given the factor that all share.

    ``(1 - Phi((q - sqrt(rho) Z)/sqrt(1 - rho)))^n``

    Arguments: ``members`` n, ``objection`` p (probability that one member objects, ``q = Phi^-1(p)``),
    ``correlation`` rho in [0, 1], ``factor`` Z (standard normal; high is favourable). Shape: broadcast.
    Result: probability. Raises nothing; at rho = 1 all decide as one.

    Source: one-factor Gaussian copula (Vasicek 1987).

    >>> round(float(pass_given_factor(30, 0.05, 0, 0)), 5)
    0.21464
    """
    xp, members, objection, correlation, factor = promote(members, objection, correlation, factor)
    ahead = xp.sqrt(correlation) * factor - normal_quantile(objection)
    alone = correlation < 1
    spread = xp.sqrt(xp.where(alone, 1 - correlation, 1))
    together = xp.where(ahead >= 0, 0, -xp.inf)
    return xp.exp(members * xp.where(alone, log_normal_cdf(ahead / spread), together))


def pass_probability(members: Array, objection: Array, correlation: Array) -> Array:
    """Probability that a proposal passes a silence procedure: nobody of ``members`` objects.

    ``E[(1 - Phi((Phi^-1(p) - sqrt(rho) Z)/sqrt(1 - rho)))^n]``. Above rho = 1/2 the integrand becomes a cliff
    in Z, so there the same probability is integrated over the least willing member's own part, whose
    integrand becomes smooth.

    Arguments: ``members`` n (at least 1), ``objection`` p, ``correlation`` rho in [0, 1]. Shape: broadcast.
    Result: probability, float64 NumPy, to about 1e-10; ``(1 - p)^n`` at rho = 0 and ``1 - p`` at rho = 1.
    Raises nothing.

    Source: one-factor Gaussian copula (Vasicek 1987).

    >>> [round(float(pass_probability(30, 0.05, rho)), 4) for rho in (0, 0.3, 0.6, 0.9, 1)]
    [0.2146, 0.4702, 0.6652, 0.8506, 0.95]
    """
    asked = (numpy.asarray(x, dtype=numpy.float64) for x in (members, objection, correlation))
    n, p, rho = (x[..., None] for x in numpy.broadcast_arrays(*asked))
    nodes, step = numpy.linspace(-NORMAL_RANGE, NORMAL_RANGE, NORMAL_NODES, retstep=True)
    density = numpy.exp(-(nodes**2) / 2) / numpy.sqrt(2 * numpy.pi)
    shared = pass_given_factor(n, p, numpy.minimum(rho, 0.5), nodes) * density
    least = n * density * numpy.exp((n - 1) * log_normal_cdf(-nodes))
    close = numpy.maximum(rho, 0.5)
    level = (normal_quantile(p) - numpy.sqrt(1 - close) * nodes) / numpy.sqrt(close)
    own = least * normal_cdf(-level)
    return numpy.where(rho <= 0.5, shared, own).sum(axis=-1) * step


def winset(status_quo: Array, ideals: Array) -> tuple[Array, Array]:
    """What everyone prefers to the status quo: the interval ``[sq, 2 min x - sq]`` or ``[2 max x - sq, sq]``.

    Arguments: ``status_quo`` (position), ``ideals`` (ideal points, last axis the members). Shape: that of
    ``status_quo`` broadcast with the other axes. Result: low and high end, equal to the status quo where it
    cannot be changed (it lies among the ideal points: the unanimity core). Raises ``ValueError`` without
    members.

    Source: Black (1958); Tsebelis (2002), for loss that grows with distance.

    >>> [float(x) for x in winset(0.0, [0.3, 0.8])], [float(x) for x in winset(0.5, [0.3, 0.8])]
    ([0.0, 0.6], [0.5, 0.5])
    """
    quo = numpy.asarray(status_quo, dtype=numpy.float64)
    points = numpy.asarray(ideals, dtype=numpy.float64)
    return (
        numpy.minimum(quo, 2 * points.max(axis=-1) - quo),
        numpy.maximum(quo, 2 * points.min(axis=-1) - quo),
    )


def compromise(capabilities: Array, salience: Array, positions: Array) -> Array:
    """Outcome of the compromise model: the mean position, weighted by capability times salience.

    Arguments: ``capabilities``, ``salience`` (not negative), ``positions``, all with the actors as last axis.
    Result: position, without that axis. Raises ``ValueError`` if no actor has any weight.

    Source: Van den Bos (1991); Thomson, Stokman, Achen & Koenig (2006).

    >>> float(compromise([1, 1], [1, 3], [0, 10]))
    7.5
    """
    weight, position = _weighed(capabilities, salience, positions)
    return (weight * position).sum(axis=-1) / weight.sum(axis=-1)


def weighted_median(capabilities: Array, salience: Array, positions: Array) -> Array:
    """Position at which half of the weight, capability times salience, is reached.

    Arguments and errors as :func:`compromise`. Result: one of the positions (the lower one if exactly half is
    reached).

    Source: Black (1958).

    >>> float(weighted_median([1, 1, 3], [1, 1, 1], [0, 4, 10]))
    10.0
    """
    weight, position = _weighed(capabilities, salience, positions)
    order = numpy.argsort(position, axis=-1, kind="stable")
    reached = numpy.take_along_axis(weight, order, axis=-1).cumsum(axis=-1)
    # A part in a million million below half, so that sums like .1 + .2 do not skip the median.
    half = reached[..., -1:] / 2 * (1 - ROUNDING)
    middle = numpy.argmax(reached >= half, axis=-1)[..., None]
    return numpy.take_along_axis(numpy.take_along_axis(position, order, axis=-1), middle, axis=-1)[..., 0]


def _weighed(capabilities: Array, salience: Array, positions: Array) -> tuple[Array, Array]:
    """Weight and position of each actor, broadcast together."""
    asked = (numpy.asarray(x, dtype=numpy.float64) for x in (capabilities, salience, positions))
    strength, care, position = numpy.broadcast_arrays(*asked)
    weight = strength * care
    if numpy.any(weight < 0) or numpy.any(weight.sum(axis=-1) <= 0):
        raise ValueError("capability times salience must not be negative and must be positive for some actor")
    return weight, position


def granovetter(thresholds: Array) -> Array:
    """Share of members that end up in a coalition of the willing when each joins once enough others have.

    Argument: ``thresholds`` (share of all members that must have joined before this one does; 0 starts
    alone), last axis the members. Result: share in [0, 1], without that axis. Raises ``ValueError`` without
    members.

    Source: Granovetter (1978): one member's threshold can decide between a bandwagon and nobody.

    >>> float(granovetter([0.0, 0.25, 0.5, 0.75])), float(granovetter([0.0, 0.5, 0.5, 0.75]))
    (1.0, 0.25)
    """
    ordered = numpy.sort(numpy.atleast_1d(numpy.asarray(thresholds, dtype=numpy.float64)), axis=-1)
    members = ordered.shape[-1]
    if not members:
        raise ValueError("thresholds needs at least one member")
    before = numpy.arange(members) / members
    joins = ordered <= before * (1 + ROUNDING)
    return numpy.cumprod(joins, axis=-1).sum(axis=-1) / members

"""How much help arrives: who is the more patient at the table, and how fast deliveries build up."""

from __future__ import annotations

from closedsky.model.numeric import Array, mean_rise, promote, ratio


def rubinstein_share(discount_own: Array, discount_other: Array) -> Array:
    """Share of the proposer in alternating offers: ``(1 - d_other) / (1 - d_own d_other)``.

    Arguments: ``discount_own``, ``discount_other`` (worth of the next round's unit now, in [0, 1]). Shape:
    broadcast. Result: share in [0, 1]; a half where both are endlessly patient (both 1), the limit of equal
    patience. Raises nothing.

    Source: Rubinstein (1982).

    >>> round(float(rubinstein_share(0.9, 0.9)), 6)
    0.526316
    """
    xp, own, other = promote(discount_own, discount_other)
    tied = own * other >= 1
    return xp.where(tied, 0.5, (1 - other) / xp.where(tied, 1, 1 - own * other))


def baron_ferejohn(members: Array, discount: Array) -> Array:
    """Share of the proposer when all of ``members`` must agree and any may propose next: ``1 - d (n - 1)/n``.

    Arguments: ``members`` n (at least 1), ``discount`` d (worth of the next round's unit now, in [0, 1]).
    Shape: broadcast. Result: share; each of the others gets ``d / n``. Raises nothing.

    Source: Baron & Ferejohn (1989) under unanimity with equal recognition (Banks & Duggan 2000).

    >>> round(float(baron_ferejohn(30, 0.95)), 6)
    0.081667
    """
    _, members, discount = promote(members, discount)
    return 1 - discount * (members - 1) / members


def patience_share(impatience: Array) -> Array:
    """The client's bargaining share relative to equal patience: ``2 / (1 + impatience)``.

    Argument: ``impatience`` (the client's discount rate over its allies', not negative). Result: multiple of
    what an equally patient client gets, in [0, 2]. Shape kept. Raises nothing.

    Source: Rubinstein (1982) as the time between offers goes to zero: share ``r_other / (r_own + r_other)``.

    >>> [round(float(patience_share(x)), 4) for x in (0.5, 1, 2)]
    [1.3333, 1.0, 0.6667]
    """
    _, impatience = promote(impatience)
    return 2 / (1 + impatience)


def ramp_mean(start: Array, length: Array, ramp: Array) -> Array:
    """Mean over a step of ``1 - exp(-t / ramp)``, taken as 0 before ``t = 0``.

    Arguments: ``start`` of the step relative to the day deliveries begin (days, may be negative), ``length``
    (days), ``ramp`` (time constant in days; 0 means at once). Shape: broadcast. Result: share of the full
    rate. Raises nothing.

    Source: exponential approach, integrated; written as ``1 - exp(-a) + exp(-a)(1 - mean)`` so that the first
    days keep their digits in float32.

    >>> [round(float(ramp_mean(start, 10, 100)), 5) for start in (-10, -5, 0, 1000)]
    [0.0, 0.01229, 0.04837, 0.99996]
    """
    xp, start, length, ramp = promote(start, length, ramp)
    since = xp.maximum(start, 0)
    # Not (start + length) - start, which loses the digits of a short step late in the war.
    active = xp.clip(start + length, 0, length)
    begun, span = ratio(since, ramp), ratio(active, ramp)
    risen = -xp.expm1(-begun) + xp.exp(-begun) * mean_rise(span)
    return risen * ratio(active, length)

"""The war on the ground: attrition with inflow, a front moved by the ratio of forces, the worth of supply."""

from __future__ import annotations

import numpy

from closedsky.model.numeric import Array, power, promote

SUBSTEPS = 400  # source: numerics; the fourth-order error is then under 1e-8 while a step removes less than all


def lanchester(
    blue: Array,
    red: Array,
    blue_loss: Array,
    red_loss: Array,
    blue_inflow: Array,
    red_inflow: Array,
    p: Array,
    q: Array,
    days: Array,
) -> tuple[Array, Array]:
    """Strengths after ``days`` of Lanchester's equations with inflow.

    ``B' = blue_inflow - blue_loss B^p R^q``, ``R' = red_inflow - red_loss R^p B^q``

    Arguments: ``blue``, ``red`` (strength at the start), ``blue_loss``, ``red_loss`` (own losses per day, per
    unit of own strength^p times opponent's^q), inflows (per day, constant), ``p`` (exponent of own strength),
    ``q`` (of the opponent's): p = 0, q = 1 is the square law, which keeps ``red_loss B^2 - blue_loss R^2``; p
    = q = 1 the linear law, which keeps ``red_loss B - blue_loss R``. Shape: broadcast. Result: strengths,
    never below zero, float64 NumPy. Raises nothing. Who faces nobody loses nobody. Fourth-order Runge-Kutta
    with a fixed number of substeps: call it in pieces where an inflow changes or where days times the loss
    per day goes far beyond 1.

    Source: Lanchester (1916); with inflow, Engel (1954).

    >>> left = lanchester(100, 80, 0.01, 0.01, 0, 0, 0, 1, 120)
    >>> [round(float(x), 3) for x in left]
    [60.0, 0.0]
    """
    asked = (blue, red, blue_loss, red_loss, blue_inflow, red_inflow, p, q, days)
    _, b, r, cost_b, cost_r, inflow_b, inflow_r, p, q, days = promote(*asked)
    step = days / SUBSTEPS

    def pace(b: Array, r: Array) -> tuple[Array, Array]:
        b, r = numpy.maximum(b, 0), numpy.maximum(r, 0)
        return (
            inflow_b - numpy.where(r > 0, cost_b * b**p * r**q, 0),
            inflow_r - numpy.where(b > 0, cost_r * r**p * b**q, 0),
        )

    for _ in range(SUBSTEPS):
        b1, r1 = pace(b, r)
        b2, r2 = pace(b + step / 2 * b1, r + step / 2 * r1)
        b3, r3 = pace(b + step / 2 * b2, r + step / 2 * r2)
        b4, r4 = pace(b + step * b3, r + step * r3)
        b = numpy.maximum(b + step * (b1 + 2 * b2 + 2 * b3 + b4) / (2 * 3), 0)
        r = numpy.maximum(r + step * (r1 + 2 * r2 + 2 * r3 + r4) / (2 * 3), 0)
    return b, r


def loss_rate(strength: Array, opponent: Array, coefficient: Array, exponent: Array) -> Array:
    """Share of the starting strength lost a day: ``coefficient strength^exponent opponent``.

    Arguments: ``strength`` and ``opponent`` (own and the opponent's strength over the start), ``coefficient``
    (share of the own starting strength removed a day at the start), ``exponent`` in [0, 1]: 0 is Lanchester's
    square law, 1 the linear law. Shape: broadcast. Result: per day; 0 for a force that is gone. Raises
    nothing. With both strengths relative to the start the coefficient keeps its unit whatever the exponent.

    Source: Lanchester (1916), generalised exponents.

    >>> [round(float(loss_rate(0.25, 1, 0.002, exponent)), 5) for exponent in (0, 0.5, 1)]
    [0.002, 0.001, 0.0005]
    """
    xp, strength, opponent, coefficient, exponent = promote(strength, opponent, coefficient, exponent)
    return xp.where(strength > 0, coefficient * power(strength, exponent) * opponent, 0)


def front_speed(log_ratio: Array, dead_band: Array, speed: Array) -> Array:
    """How fast ground changes hands: ``sign(log_ratio) speed tanh(max(0, |log_ratio| - dead_band))``.

    Arguments: ``log_ratio`` (logarithm of the force ratio), ``dead_band`` (logarithm of the ratio an attacker
    needs, not negative), ``speed`` (share of the country a day at overwhelming odds). Shape: broadcast.
    Result: share a day, with the sign of ``log_ratio``. Raises nothing.

    Source: our form; no movement below a threshold follows Epstein (1985), saturation keeps the speed
    physical.

    >>> [round(float(front_speed(x, 0.7, 0.004)), 5) for x in (0.5, -0.5, 1.7, -1.7)]
    [0.0, -0.0, 0.00305, -0.00305]
    """
    xp, log_ratio, dead_band, speed = promote(log_ratio, dead_band, speed)
    beyond = xp.maximum(xp.abs(log_ratio) - dead_band, 0)
    return speed * xp.tanh(beyond) * xp.sign(log_ratio)


def supply_effect(cover: Array, dependence: Array) -> Array:
    """What is left of a force's effect when supply covers part of the need: ``1 - dependence (1 - cover)``.

    Arguments: ``cover`` (share of consumption that arrives; above 1 counts as 1, below 0 as 0),
    ``dependence`` (effect lost without any supply). Shape: broadcast. Result: multiple in [0, 1]. Raises
    nothing.

    Source: our linear form.

    >>> [round(float(supply_effect(cover, 0.6)), 2) for cover in (0, 0.5, 2)]
    [0.4, 0.7, 1.0]
    """
    xp, cover, dependence = promote(cover, dependence)
    return 1 - dependence * (1 - xp.clip(cover, 0, 1))

"""The client's own ground-based defence: a stock, hunted and resupplied, that denies without any zone."""

from __future__ import annotations

from closedsky.model.numeric import Array, mean_decay, mean_rise_slope, promote


def stock_after(stock: Array, inflow: Array, hunting: Array, days: Array) -> Array:
    """Stock after ``days`` of ``G' = inflow - hunting G``.

    ``G exp(-x) + inflow days (1 - exp(-x))/x`` with ``x = hunting days``.

    Arguments: ``stock`` G (pre-war defence = 1), ``inflow`` (per day), ``hunting`` (share lost per day),
    ``days``. Shape: broadcast. Result: stock, tending to ``inflow / hunting``. Raises nothing; without
    hunting it is linear.

    Source: linear stock with constant inflow.

    >>> round(float(stock_after(1, 0.01, 0.02, 1e4)), 6)
    0.5
    >>> float(stock_after(1, 0.25, 0, 2))
    1.5
    """
    xp, stock, inflow, hunting, days = promote(stock, inflow, hunting, days)
    gone = hunting * days
    return stock * xp.exp(-gone) + inflow * days * mean_decay(gone)


def stock_mean(stock: Array, inflow: Array, hunting: Array, days: Array) -> Array:
    """Time-mean over the step of the stock that :func:`stock_after` follows.

    Arguments and unit as there. ``G (1 - exp(-x))/x + inflow days (x - 1 + exp(-x))/x^2``, x = hunting days.
    Shape: broadcast. Raises nothing.

    Source: the integral of the closed form.

    >>> float(stock_mean(1, 0.25, 0, 2))
    1.25
    """
    _, stock, inflow, hunting, days = promote(stock, inflow, hunting, days)
    gone = hunting * days
    return stock * mean_decay(gone) + inflow * days * mean_rise_slope(gone)


def loss_probability(hazard: Array, stock: Array) -> Array:
    """Probability that a sortie is lost: ``1 - exp(-hazard stock)``.

    Arguments: ``hazard`` (per sortie at the pre-war defence), ``stock`` (pre-war defence = 1). Shape:
    broadcast. Result: probability. Raises nothing. No batteries, no denial.

    Source: independent exposures to the batteries (Poisson).

    >>> float(loss_probability(0.02, 0))
    0.0
    """
    xp, hazard, stock = promote(hazard, stock)
    return -xp.expm1(-hazard * stock)


def salvo_leak(attackers: Array, intercepts: Array) -> Array:
    """Missiles or drones of one salvo that get through: ``max(0, attackers - intercepts)``.

    Arguments: weapons in the salvo, weapons that the defence can stop before it is over. Shape: broadcast.
    Result: weapons. Raises nothing. Daily means never leak; salvoes do, and only above the threshold.

    Source: the salvo law (Hughes 1995, Naval Research Logistics 42; Armstrong 2005, Operations Research 53).

    >>> [float(salvo_leak(attackers, 30)) for attackers in (20, 30, 50)]
    [0.0, 0.0, 20.0]
    """
    xp, attackers, intercepts = promote(attackers, intercepts)
    return xp.maximum(attackers - intercepts, 0)


def leak_share(capacity_share: Array, stock: Array) -> Array:
    """Share of a salvo that gets through: ``1 - capacity_share stock``, between 0 and 1.

    Arguments: ``capacity_share`` (share of a salvo that the pre-war defence can stop), ``stock`` (pre-war
    defence = 1). Shape: broadcast. Raises nothing. It is :func:`salvo_leak` divided by the size of the salvo.

    Source: the salvo law (Hughes 1995; Armstrong 2005).

    >>> [float(leak_share(0.5, stock)) for stock in (0, 1, 3)]
    [1.0, 0.5, 0.0]
    """
    xp, capacity_share, stock = promote(capacity_share, stock)
    return xp.clip(1 - capacity_share * stock, 0, 1)

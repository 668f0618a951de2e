"""When the two sides first shoot, first kill and first shoot again: four independent clocks, one luck each.

Shots are lethal or not and repeated or not. Four thinned clocks with one threshold each cannot put a death
before the first shot, which three dependent clocks can.
"""

from __future__ import annotations

from functools import reduce

from closedsky.model.numeric import Array, promote, ratio


def class_shares(q_lethal: Array, q_repeat: Array) -> tuple[Array, Array, Array, Array]:
    """Shares of shots: lethal and repeated, lethal and single, nonlethal and repeated, nonlethal and single.

    Arguments: ``q_lethal`` and ``q_repeat`` (probabilities, independent marks). Shape: broadcast. Result:
    four shares that sum to 1. Raises nothing.

    Source: independent marking of a Poisson process (Kingman 1993).

    >>> [round(float(share), 3) for share in class_shares(0.4, 0.1)]
    [0.04, 0.36, 0.06, 0.54]
    """
    _, lethal, repeat = promote(q_lethal, q_repeat)
    return lethal * repeat, lethal * (1 - repeat), (1 - lethal) * repeat, (1 - lethal) * (1 - repeat)


def first_crossings(
    q_lethal: Array, q_repeat: Array, e_lr: Array, e_ls: Array, e_nr: Array, e_ns: Array
) -> tuple[Array, Array, Array]:
    """How many shots must be expected before the first shots, the first death and the first repeated force.

    Arguments: ``q_lethal``, ``q_repeat`` (probabilities), then the unit-exponential luck of the four classes:
    lethal repeated, lethal single, nonlethal repeated, nonlethal single. Shape: broadcast. Result: three
    thresholds on the accumulated expected number of shots, each the earliest of its classes' ``luck /
    share``; a class with share 0 never comes (infinity). First shots never come after a death or after
    repeated force. Raises nothing.

    Source: thinning of a Poisson process and the random time change (Kingman 1993; Ethier & Kurtz 1986).

    >>> [round(float(x), 3) for x in first_crossings(0.5, 0.5, 1, 2, 3, 4)]
    [4.0, 4.0, 4.0]
    >>> [round(float(x), 3) for x in first_crossings(0.5, 0, 1, 2, 3, 1)]
    [2.0, 4.0, inf]
    """
    xp, q_lethal, q_repeat, *luck = promote(q_lethal, q_repeat, e_lr, e_ls, e_nr, e_ns)
    lr, ls, nr, ns = (ratio(e, share) for e, share in zip(luck, class_shares(q_lethal, q_repeat), strict=True))
    return reduce(xp.minimum, (lr, ls, nr, ns)), xp.minimum(lr, ls), xp.minimum(lr, nr)


def no_event_probability(rate: Array, q: Array, days: Array) -> Array:
    """Probability that none of the events is of a kind: ``exp(-rate q days)``.

    Arguments: ``rate`` (events per day), ``q`` (probability that an event is of the kind), ``days``. Shape:
    broadcast. Result: probability. Raises nothing.

    Source: thinning of a Poisson process (Kingman 1993).

    >>> round(float(no_event_probability(0.1, 0.05, 200)), 6)
    0.367879
    """
    xp, rate, q, days = promote(rate, q, days)
    return xp.exp(-rate * q * days)


def crossing_fraction(threshold: Array, before: Array, increment: Array) -> Array:
    """Fraction of a step at which a hazard meets its threshold: ``(threshold - before) / increment``.

    Arguments: ``threshold`` (luck), ``before`` (hazard accumulated up to the step), ``increment`` (hazard of
    the step), all unit-free. Shape: broadcast. Result: 0 if it was met before, infinity if the step adds
    nothing, and above 1 if the event comes later. An event belongs to the step when the fraction is at most
    1. Raises nothing.

    Source: random time change (Ethier & Kurtz 1986); deciding by the fraction, not by comparing stocks, is
    what makes the length of the step immaterial.

    >>> [float(crossing_fraction(1.0, before, 0.5)) for before in (0.25, 0.75, 1.5)]
    [1.5, 0.5, 0.0]
    >>> float(crossing_fraction(1.0, 0.25, 0.0))
    inf
    """
    xp, threshold, before, increment = promote(threshold, before, increment)
    ahead = before < threshold
    left = xp.where(ahead, threshold - xp.where(ahead, before, 0), 0)
    return ratio(left, increment)

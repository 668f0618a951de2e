"""Who still flies when flying kills: willingness, memory, the choice of another means, a finite fleet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from closedsky.model.numeric import Array, log_of, promote, ratio


def willingness(perceived_loss: Array, threshold: Array, steepness: Array = 1.0) -> Array:
    """Share of potential sorties still flown: ``min(1, threshold / perceived_loss) ** steepness``.

    Arguments: ``perceived_loss`` and ``threshold`` (probability of loss per sortie), ``steepness`` (exponent;
    1 is Anthony's). Shape: broadcast. Result: share in [0, 1]. Raises nothing. At steepness 1 losses per
    *potential* sortie saturate at the threshold: more interception does not raise kills.

    Source: Anthony, Crane & Hanson (2000), IDA P-3472: risk is ignored below a threshold, flying collapses
    above it, a residue continues; the hyperbolic form is consistent with those findings, the steepness is a
    structural range.

    >>> [round(float(willingness(p, 0.02)), 6) for p in (0.0, 0.02, 0.04)]
    [1.0, 1.0, 0.5]
    >>> round(float(willingness(0.04, 0.02, 2)), 6)
    0.25
    """
    xp, perceived_loss, threshold, steepness = promote(perceived_loss, threshold, steepness)
    return xp.exp(steepness * xp.minimum(log_of(threshold) - log_of(perceived_loss), 0))


def learn(perceived: Array, met: Array, days: Array, memory_days: Array) -> Array:
    """Perceived loss after meeting ``met`` for ``days``: ``met + (perceived - met) exp(-days/memory)``.

    Arguments: ``perceived`` and ``met`` (probability of loss per sortie), ``days``, ``memory_days`` (time
    constant; 0 means at once). Shape: broadcast. Result: probability. Raises nothing.

    Source: exponential smoothing in continuous time (Brown 1959).

    >>> float(learn(0.0, 0.08, 0, 30)), round(float(learn(0.0, 0.08, 30, 30)), 6)
    (0.0, 0.05057)
    """
    xp, perceived, met, days, memory_days = promote(perceived, met, days, memory_days)
    return perceived - (met - perceived) * xp.expm1(-ratio(days, memory_days))


def choice_shares(values: Array | Sequence[Array], scale: Array = 1.0) -> Array | tuple[Array, ...]:
    """Multinomial logit: share of each means, ``exp(value / scale) / sum``.

    Arguments: ``values``, either an array whose last axis is the alternatives, or a list or tuple of
    broadcasting arrays, one an alternative (no array is built, which a compiled step needs); minus infinity
    closes an alternative. ``scale`` in the unit of the values; 0 is the pure best choice, ties shared.
    Result: shares that sum to 1, in the same form: an array, or a tuple. Raises ``TypeError`` for an empty
    list.

    Source: McFadden (1974).

    >>> [round(float(share), 4) for share in choice_shares((1.0, 0.0, 0.0))]
    [0.5761, 0.2119, 0.2119]
    """
    if isinstance(values, (list, tuple)):
        xp, scale, *each = promote(scale, *values)
        best = reduce(xp.maximum, each)
        weights = [xp.exp(-ratio(best - value, scale)) for value in each]
        total = sum(weights[1:], start=weights[0])
        return tuple(weight / total for weight in weights)
    xp, scale, values = promote(scale, values)
    weights = xp.exp(-ratio(values.max(axis=-1, keepdims=True) - values, scale))
    return weights / weights.sum(axis=-1, keepdims=True)


def replaced_harm(averted: Array, substitutable: Array) -> Array:
    """Harm that other weapons do instead of what was deterred: ``averted * substitutable``.

    Arguments: ``averted`` (harm of the means given up, any unit), ``substitutable`` (share in [0, 1]; values
    outside are moved to the nearest end). Shape: broadcast. Result: unit of ``averted``, never above it, so
    that closing a means cannot avert more than the means carried, and averts all of it only at zero
    substitution. Raises nothing.

    Source: Caulkins, Crawford & Reuter (1993): estimates that forget a backstop overstate interdiction.

    >>> float(replaced_harm(200, 0.25))
    50.0
    """
    xp, averted, substitutable = promote(averted, substitutable)
    return averted * xp.clip(substitutable, 0, 1)


def losses_from(fleet: Array, expected: Array) -> Array:
    """Aircraft lost out of a finite fleet: ``fleet (1 - exp(-expected / fleet))``.

    Arguments: ``fleet`` (aircraft), ``expected`` (aircraft that would be lost if the fleet were endless).
    Shape: broadcast. Result: aircraft, never more than the fleet and close to ``expected`` while that is
    small. Raises nothing; an empty fleet loses nothing.

    Source: hits that fall at random on a finite number, without replacement (Poisson occupancy).

    >>> [round(float(losses_from(fleet, 3)), 3) for fleet in (0, 3, 3000)]
    [0.0, 1.896, 2.999]
    """
    xp, fleet, expected = promote(fleet, expected)
    return -fleet * xp.expm1(-ratio(expected, fleet))

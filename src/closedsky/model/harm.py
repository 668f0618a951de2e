"""Who is killed: many small events of a few kinds, each kind with its own rate and its own size."""

from __future__ import annotations

from closedsky.model.numeric import Array, promote


def compound_moments(rates: Array, means: Array, second_moments: Array) -> tuple[Array, Array]:
    """Mean and variance of the dead from events of several kinds: ``sum r m`` and ``sum r E[X^2]``.

    Arguments: ``rates`` (expected events of each kind over the period), ``means`` (killed per event),
    ``second_moments`` (mean of the square of the killed per event), all with the kinds as last axis. Result:
    mean (killed) and variance (killed squared), without that axis. Raises nothing.

    Source: the compound Poisson distribution (Feller 1968).

    >>> [float(x) for x in compound_moments([2, 1], [3, 10], [9, 150])]
    [16.0, 168.0]
    """
    _, rates, means, second_moments = promote(rates, means, second_moments)
    return (rates * means).sum(axis=-1), (rates * second_moments).sum(axis=-1)


def unconditional_mean(p_any: Array, mean_given_any: Array) -> Array:
    """Killed per strike from killed per *lethal* strike: ``p_any mean_given_any``.

    Arguments: ``p_any`` (probability that a strike kills anyone), ``mean_given_any`` (killed per strike that
    does). Shape: broadcast. Result: killed per strike. Raises nothing. Published means are often per lethal
    event (Hicks et al. 2011, PLoS Medicine: 17 for aerial bombing) and overstate the harm per strike if used
    alone.

    Source: law of total expectation.

    >>> round(float(unconditional_mean(0.1, 17)), 6)
    1.7
    """
    _, p_any, mean_given_any = promote(p_any, mean_given_any)
    return p_any * mean_given_any


def true_count(verified: Array, undercount: Array) -> Array:
    """Deaths that happened from deaths that were verified: ``verified undercount``.

    Arguments: ``verified`` (a floor), ``undercount`` (true over verified, at least 1). Shape: broadcast.
    Result: deaths. Raises nothing. A record of verified deaths says nothing about this ratio.

    Source: definition.

    >>> float(true_count(4000, 2.5))
    10000.0
    """
    _, verified, undercount = promote(verified, undercount)
    return verified * undercount

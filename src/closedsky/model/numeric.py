"""What every relation needs to run unchanged on NumPy (float64) and on JAX (float32, under ``jit``).

A relation never imports JAX: it asks :func:`promote` which array library its arguments belong to. That keeps
a reading or a notebook that needs one formula from paying for a compiler.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy
from scipy import special

Array = Any
"""A Python number, a NumPy array or a JAX array: relations are elementwise and broadcast."""

SERIES_TERMS = 18  # source: Taylor series of exp; below 1 the 18th term is under 1e-16 of the first


def namespace(*arrays: Array) -> Any:
    """Array library of the arguments: ``jax.numpy`` if any is a JAX array or tracer, else ``numpy``.

    Arguments: any arrays or numbers. Result: a module. Raises nothing.

    >>> namespace(1.0, numpy.ones(3)).__name__
    'numpy'
    """
    jax = sys.modules.get("jax")
    if jax is not None and any(isinstance(array, jax.Array) for array in arrays):
        return jax.numpy
    return numpy


def promote(*arrays: Array) -> tuple[Any, ...]:
    """The array library, then the arguments as floating-point arrays of that library.

    NumPy arguments become float64 whatever they were, because the NumPy path is the reference; JAX arguments
    keep their width, so that a float32 campaign stays float32. Raises ``ValueError`` or ``TypeError`` as the
    library does for what is not a number.

    >>> xp, one, half = promote(1, numpy.float32(0.5))
    >>> one.dtype == half.dtype == xp.float64
    True
    """
    xp = namespace(*arrays)
    if xp is numpy:
        return (xp, *(numpy.asarray(array, dtype=numpy.float64) for array in arrays))
    found = (xp.asarray(array) for array in arrays)
    width = xp.result_type(float)
    return (xp, *(a if xp.issubdtype(a.dtype, xp.inexact) else a.astype(width) for a in found))


def ratio(over: Array, under: Array) -> Array:
    """``over / under`` for quantities that are never negative, with ``0 / 0 = 0`` and ``x / 0 = inf``.

    Unit: that of the quotient. Shape: broadcast. Raises nothing. The division is made safe before the branch
    is chosen, since both sides of a ``where`` are computed.

    >>> [float(ratio(over, under)) for over, under in ((1, 2), (1, 0), (0, 0))]
    [0.5, inf, 0.0]
    """
    xp, over, under = promote(over, under)
    some = under > 0
    with numpy.errstate(over="ignore"):  # a quotient beyond the largest number is the infinity that is meant
        quotient = over / xp.where(some, under, 1)
    return xp.where(some, quotient, xp.where(over > 0, xp.inf, 0))


def log_of(x: Array) -> Array:
    """Natural logarithm of a quantity that may be zero: at zero, that of the smallest normal number.

    A finite floor keeps ``0 * log(0)`` at 0 where the next step multiplies by an exponent. Shape of ``x``;
    raises nothing.

    >>> float(log_of(1.0))
    0.0
    >>> bool(numpy.isfinite(log_of(0.0)))
    True
    """
    xp, x = promote(x)
    return xp.log(xp.maximum(x, xp.finfo(x.dtype).tiny))


def power(base: Array, exponent: Array) -> Array:
    """``base ** exponent`` for ``base >= 0`` and ``exponent >= 0``, through logarithms, with ``0 ** 0 = 1``.

    Shape: broadcast. Raises nothing. One logarithm and one exponential instead of a general power.

    >>> [round(float(power(base, exponent)), 6) for base, exponent in ((9, 0.5), (0, 0), (0, 1))]
    [3.0, 1.0, 0.0]
    """
    xp, base, exponent = promote(base, exponent)
    return xp.exp(exponent * log_of(base))


def mean_decay(x: Array) -> Array:
    """Mean of ``exp(-s)`` over ``[0, x]``: ``(1 - exp(-x)) / x``, and 1 at ``x = 0``.

    ``x``: number of time constants, not negative. Result: share in [0, 1]. Raises nothing.

    >>> [round(float(mean_decay(x)), 5) for x in (0, 1, float("inf"))]
    [1.0, 0.63212, 0.0]
    """
    xp, x = promote(x)
    some = x > 0
    safe = xp.where(some, x, 1)
    return xp.where(some, -xp.expm1(-safe) / safe, 1)


def mean_rise(x: Array) -> Array:
    """Mean of ``1 - exp(-s)`` over ``[0, x]``: ``1 - (1 - exp(-x)) / x``, and 0 at ``x = 0``.

    ``x``: number of time constants, not negative. Result: share in [0, 1]. Raises nothing. Below 1 the
    difference would lose most digits of float32, so the series ``x/2 (1 - x/3 (1 - x/4 ...))`` stands in.

    >>> [round(float(mean_rise(x)), 5) for x in (0, 1, float("inf"))]
    [0.0, 0.36788, 1.0]
    """
    xp, x = promote(x)
    return xp.where(x < 1, x * _half_series(xp.minimum(x, 1)), 1 - mean_decay(x))


def mean_rise_slope(x: Array) -> Array:
    """:func:`mean_rise` divided by ``x``: ``(x - 1 + exp(-x)) / x^2``, and 1/2 at ``x = 0``.

    It is what a constant inflow leaves, on average over a step, in a stock that decays. ``x``: number of time
    constants, not negative. Result: share in [0, 1/2]. Raises nothing.

    >>> [round(float(mean_rise_slope(x)), 5) for x in (0, 1, float("inf"))]
    [0.5, 0.36788, 0.0]
    """
    xp, x = promote(x)
    far = xp.maximum(x, 1)
    return xp.where(x < 1, _half_series(xp.minimum(x, 1)), (1 - mean_decay(far)) / far)


def _half_series(x: Array) -> Array:
    """``1/2 - x/6 + x^2/24 - ...`` for ``x`` in [0, 1], by nested multiplication."""
    total = 1 - x * 0
    for order in range(SERIES_TERMS, 2, -1):
        total = 1 - x / order * total
    return total / 2


def normal_cdf(x: Array) -> Array:
    """Standard normal distribution function. ``x``: any real number. Result: probability. Raises nothing.

    >>> float(normal_cdf(0.0))
    0.5
    """
    xp, x = promote(x)
    return _special(xp).ndtr(x)


def log_normal_cdf(x: Array) -> Array:
    """Logarithm of :func:`normal_cdf`, accurate far into the lower tail.

    ``x``: any real number. Result: not positive. Raises nothing.

    >>> round(float(log_normal_cdf(-40.0)), 3)
    -804.608
    """
    xp, x = promote(x)
    special = _special(xp)
    # In float32 the library takes the logarithm of a number close to 1 there, which leaves two digits.
    upper = xp.log1p(-special.ndtr(-xp.maximum(x, 0)))
    return xp.where(x > 0, upper, special.log_ndtr(xp.minimum(x, 0)))


def normal_quantile(p: Array) -> Array:
    """Inverse of :func:`normal_cdf`. ``p``: probability in [0, 1]; 0 and 1 give minus and plus infinity.

    Raises nothing; outside [0, 1] the result is NaN.

    >>> round(float(normal_quantile(0.975)), 6)
    1.959964
    """
    xp, p = promote(p)
    return _special(xp).ndtri(p)


def log_odds(p: Array) -> Array:
    """``log(p / (1 - p))``, finite at 0 and 1. ``p``: probability in [0, 1]. Raises nothing.

    ``p`` is first moved inside [eps, 1 - eps] of its precision, so that interpolating between log-odds stays
    finite.

    >>> round(float(log_odds(0.75)), 6)
    1.098612
    """
    xp, p = promote(p)
    eps = xp.finfo(p.dtype).eps
    p = xp.clip(p, eps, 1 - eps)
    return xp.log(p) - xp.log1p(-p)


def logistic(x: Array) -> Array:
    """``1 / (1 + exp(-x))``: the probability whose log-odds are ``x``. Raises nothing and never overflows.

    >>> round(float(logistic(1.0986123)), 6)
    0.75
    """
    xp, x = promote(x)
    return _special(xp).expit(x)


def _special(xp: Any) -> Any:
    """Special functions of the same library as ``xp``."""
    if xp is numpy:
        return special
    import jax.scipy.special

    return jax.scipy.special

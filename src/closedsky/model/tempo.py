"""How fast the war burns: a level that decays from its opening peak, and a siege pulse on top of it.

A record that rises from February to March and falls fivefold in April cannot come from one half-life; the sum
of the two shapes here can. Both are averaged over a step in closed form, so a weekly step gives what seven
daily ones give.
"""

from __future__ import annotations

import math

from closedsky.model.numeric import Array, mean_decay, mean_rise_slope, promote, ratio


def decay_mean(start: Array, length: Array, peak: Array, half_life: Array) -> Array:
    """Mean over a step of ``1 + (peak - 1) 2^(-t / half_life)``.

    Arguments: ``start`` and ``length`` of the step (days), ``peak`` (multiple of the long-run tempo at day
    0), ``half_life`` (days, positive). Shape: broadcast. Result: multiple of the long-run tempo. Raises
    nothing.

    Source: exponential decay; the mean is ``1 + (peak - 1) 2^(-start/h) (1 - exp(-x)) / x``, ``x = ln 2
    length/h``.

    >>> round(float(decay_mean(0, 10, 5, 10)), 4)
    3.8854
    """
    xp, start, length, peak, half_life = promote(start, length, peak, half_life)
    rate = math.log(2) / half_life
    return 1 + (peak - 1) * xp.exp(-rate * start) * mean_decay(rate * length)


def pulse_mean(start: Array, length: Array, height: Array, peak_day: Array) -> Array:
    """Mean over a step of the siege pulse ``height (t / peak_day) exp(1 - t / peak_day)``.

    Arguments: ``start`` and ``length`` of the step (days), ``height`` (multiple of the long-run tempo at the
    peak), ``peak_day`` (day of the peak, positive). Shape: broadcast. Result: multiple of the long-run tempo.
    Raises nothing.

    Source: gamma-shaped pulse. With ``u = start/peak_day`` and ``d = length/peak_day`` the mean is ``height
    exp(1 - u) (u (1 - exp(-d))/d + (1 - (1 + d) exp(-d))/d)``; the last term is written so that it keeps its
    digits when ``d`` is small.

    >>> round(float(pulse_mean(10, 1e-6, 30, 10)), 4)
    30.0
    >>> round(float(pulse_mean(0, 1e9, 30, 10)) * 1e9 / (30 * 10 * math.e), 6)
    1.0
    """
    xp, start, length, height, peak_day = promote(start, length, height, peak_day)
    begun = ratio(start, peak_day)
    span = ratio(length, peak_day)
    held = mean_decay(span)
    near = xp.minimum(span, 1)
    rising = xp.where(span < 1, near * (mean_decay(near) - mean_rise_slope(near)), held - xp.exp(-span))
    return height * xp.exp(1 - begun) * (begun * held + rising)

"""Within one step: what the campaign needs besides the relations to stay exact over steps of any length."""

from __future__ import annotations

from typing import Any

from closedsky.model import deterrence, suppression
from closedsky.model.lane import NEVER
from closedsky.model.numeric import namespace

Array = Any
TINY = 1.0e-6  # source: keeps a ratio finite in float32; no quantity of this size matters
TINY_RATE = 1.0e-4  # source: below this many events a step a stock is constant to float32's precision


def once(*values: Array) -> Any:
    """Mark values as computed once. XLA otherwise repeats their whole chain in every kernel that reads them."""
    xp = namespace(*values)
    if xp.__name__ == "numpy":
        return values
    import jax

    return jax.lax.optimization_barrier(values)


def under_fire(stock: Array, whole: Array, hit_rate: Array, rebuilt: Array, days: Array) -> tuple[Array, Array, Array]:
    """Batteries left, battery-days lived through and batteries destroyed in a step of S' = -h S + r (whole - S)."""
    xp = namespace(stock, hit_rate)
    left = suppression.batteries_left(stock, whole, 1.0, hit_rate, rebuilt, days)
    total = hit_rate + rebuilt
    some = total * days > TINY_RATE
    lived = xp.where(some, (stock - left + rebuilt * whole * days) / xp.where(some, total, 1.0), stock * days)
    return left, lived, hit_rate * lived


def learn(seen: Array, met: Array, days: Array, memory: Array) -> tuple[Array, Array]:
    """Perceived loss at the end of a step, and its mean over the step."""
    after = deterrence.learn(seen, met, days, memory)
    return after, met + (seen - after) * memory / days


def upto(before: Array, after: Array, share: Array) -> Array:
    """State that has moved only for part of the step."""
    return before + (after - before) * share


def numbered(sequence: Array, index: Array) -> Array:
    """Entry `index` of a short sequence along its first axis, per lane; never past its end."""
    xp = namespace(sequence, index)
    out = 0.0 * sequence[0] + NEVER
    for i in range(sequence.shape[0]):
        out = xp.where(index == i, sequence[i], out)
    return out

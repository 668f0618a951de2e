"""Luck in sealed envelopes: each pivotal draw from nothing but (seed, luck number, channel, ordinal).

A published counter-based generator stands behind it, so that no draw depends on the worker, the row of a
design, the step, another draw or the option: options open the same envelopes, and a future can be run again
alone.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy
from numpy.typing import ArrayLike, NDArray
from scipy import special

Words = Any
"""32-bit words, each held in an unsigned 64-bit number or array."""
Law = Literal["exponential", "normal", "uniform"]


class Channel(NamedTuple):
    """One kind of envelope: its number in the counter, how many a future holds, the law of what is inside."""

    number: int
    ordinals: int
    law: Law


PHILOX_MULTIPLIERS = (
    0xD2511F53,
    0xCD9E8D57,
)  # source: Salmon, Moraes, Dror & Shaw (2011); Random123, Philox4x32
PHILOX_WEYL = (
    0x9E3779B9,
    0xBB67AE85,
)  # source: Salmon et al. (2011): golden ratio and sqrt(3) - 1 in 32 bits
PHILOX_ROUNDS = 10  # source: Salmon et al. (2011): Philox4x32-10
COUNTER_WORDS = 4  # source: definition; Philox4x32 counts in four words
KEY_WORDS = 2  # source: definition; Philox4x32 has a key of two words
WORD_BITS = 32  # source: definition; a word of Philox4x32
DROPPED_BITS = 9  # source: numerics; 23 bits and a half fit float32, so that a uniform is never 0 or 1
SEEDS = 1 << (2 * WORD_BITS)  # source: definition; a 64-bit key and 64-bit luck numbers

# Never renumber: a number in this table is part of the meaning of every stored luck number. Add at the end.
CHANNELS = MappingProxyType(  # source: our own numbering
    {
        "end": Channel(1, 1, "exponential"),
        "shots_lethal_repeated": Channel(2, 1, "exponential"),
        "shots_lethal_single": Channel(3, 1, "exponential"),
        "shots_nonlethal_repeated": Channel(4, 1, "exponential"),
        "shots_nonlethal_single": Channel(5, 1, "exponential"),
        "stake_coalition": Channel(6, 1, "exponential"),
        "stake_adversary": Channel(7, 1, "exponential"),
        "allies_factor": Channel(8, 1, "normal"),
        "consent": Channel(9, 1, "uniform"),
        "pivotal": Channel(10, 1, "uniform"),
        "interruption": Channel(11, 6, "exponential"),
        "bases_struck": Channel(12, 1, "exponential"),
        "ally_joins": Channel(13, 1, "exponential"),
        "alert": Channel(14, 1, "exponential"),
        "bluff_called": Channel(15, 1, "exponential"),
        "withdrawal": Channel(16, 1, "exponential"),
    }
)

ENVELOPES: tuple[str, ...] = tuple(
    f"luck: {name}" if channel.ordinals == 1 else f"luck: {name} {ordinal + 1}"
    for name, channel in CHANNELS.items()
    for ordinal in range(channel.ordinals)
)
"""Every envelope of a future, in the order in which packed arrays carry them."""


def philox4x32(counter: ArrayLike, key: ArrayLike) -> NDArray[numpy.uint32]:
    """Philox4x32-10: 128 bits of counter and 64 bits of key to 128 bits of luck.

    Arguments: ``counter`` (four 32-bit words on the last axis), ``key`` (two), other axes broadcast. Result:
    four 32-bit words on the last axis. Raises ``ValueError`` for another number of words.

    Source: Salmon, Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", and Random123.

    >>> [f"{word:08x}" for word in philox4x32([0, 0, 0, 0], [0, 0])]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    words = numpy.asarray(counter, dtype=numpy.uint32)
    keys = numpy.asarray(key, dtype=numpy.uint32)
    if words.ndim == 0 or keys.ndim == 0 or words.shape[-1] != COUNTER_WORDS or keys.shape[-1] != KEY_WORDS:
        raise ValueError(f"counter needs 4 words and key 2 on the last axis, got {words.shape} and {keys.shape}")
    block = _block(
        *numpy.moveaxis(words.astype(numpy.uint64), -1, 0), *numpy.moveaxis(keys.astype(numpy.uint64), -1, 0)
    )
    return numpy.stack(numpy.broadcast_arrays(*block), axis=-1).astype(numpy.uint32)


def uniform(words: ArrayLike) -> NDArray[numpy.float32]:
    """Uniform numbers from 32-bit words: ``((word >> 9) + 1/2) 2^-23``, never 0 and never 1 in float32.

    Argument: 32-bit words of any shape. Result: float32, same shape. Raises nothing. (24 bits and a half
    round the last value to exactly 1, and the logarithm of what is left of it to infinity.)

    >>> [float(u) for u in uniform([0, 0xFFFFFFFF])]
    [5.960464477539063e-08, 0.9999999403953552]
    """
    kept = numpy.asarray(words, dtype=numpy.uint32) >> numpy.uint32(DROPPED_BITS)
    return ((kept.astype(numpy.float64) + 0.5) * 2.0 ** (DROPPED_BITS - WORD_BITS)).astype(numpy.float32)


def envelopes(seed: int, luck_numbers: ArrayLike) -> dict[str, NDArray[numpy.float32]]:
    """What is inside every envelope of the futures with these luck numbers.

    Arguments: ``seed`` (0 to 2^64 - 1), ``luck_numbers`` (whole numbers of the same range, shape (n,)).
    Result: for each name in ``CHANNELS`` a float32 array of shape (n,), or (ordinals, n) where a future holds
    several; unit exponential, standard normal or uniform in (0, 1), all finite. Raises ``ValueError`` for a
    seed or a luck number outside its range or not whole.

    The key is the seed (low word first), the counter is (luck number low word, high word, channel, ordinal),
    and the first word of each block is used: the result depends on nothing else.

    >>> luck = envelopes(0, [7, 8])
    >>> luck["end"].shape, luck["interruption"].shape
    ((2,), (6, 2))
    >>> bool((envelopes(0, [8])["end"] == luck["end"][1:]).all())
    True
    """
    if not _in_range(seed):
        raise ValueError(f"seed must be a whole number from 0 to 2^64 - 1, got {seed!r}")
    key = _halves(numpy.uint64(seed))
    low, high = _halves(_whole(luck_numbers))
    return {name: _open(channel, low, high, key) for name, channel in CHANNELS.items()}


def _open(channel: Channel, low: Words, high: Words, key: tuple[Words, Words]) -> NDArray[numpy.float32]:
    """The envelopes of one channel, transformed in float64 and rounded once."""
    number = numpy.uint64(channel.number)
    each = [
        uniform(_block(low, high, number, numpy.uint64(ordinal), *key)[0].astype(numpy.uint32))
        for ordinal in range(channel.ordinals)
    ]
    return contents(channel.law, numpy.stack(each) if channel.ordinals > 1 else each[0])


def contents(law: Law, chance: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
    """What an envelope of a law holds, by the uniform number that filled it.

    Arguments: ``law`` (of a channel), ``chance`` (float32 in (0, 1), as :func:`uniform` makes them, any shape).
    Result: float32, same shape: an exponential number is large where the chance is small. Raises nothing.

    >>> [round(float(contents(law, numpy.float32(0.5))), 4) for law in ("exponential", "normal", "uniform")]
    [0.6931, 0.0, 0.5]
    """
    match law:
        case "uniform":
            return chance
        case "exponential":
            return numpy.asarray(-numpy.log(chance.astype(numpy.float64))).astype(numpy.float32)
        case "normal":
            return numpy.asarray(special.ndtri(chance.astype(numpy.float64))).astype(numpy.float32)


def _block(c0: Words, c1: Words, c2: Words, c3: Words, k0: Words, k1: Words) -> tuple[Words, Words, Words, Words]:
    """Ten rounds of Philox4x32 on words held in 64 bits, so that a product of two keeps its upper half."""
    m0, m1 = (numpy.uint64(multiplier) for multiplier in PHILOX_MULTIPLIERS)
    w0, w1 = (numpy.uint64(weyl) for weyl in PHILOX_WEYL)
    for _ in range(PHILOX_ROUNDS):
        (low0, high0), (low1, high1) = _halves(m0 * c0), _halves(m1 * c2)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = _halves(k0 + w0)[0], _halves(k1 + w1)[0]
    return c0, c1, c2, c3


def _halves(word: Words) -> tuple[Words, Words]:
    """Lower and upper 32 bits of 64."""
    bits = numpy.uint64(WORD_BITS)
    return word & ((numpy.uint64(1) << bits) - numpy.uint64(1)), word >> bits


def _whole(luck_numbers: ArrayLike) -> NDArray[numpy.uint64]:
    """Luck numbers as 64-bit words; whatever is not one is refused, since a silent wrap would repeat luck."""
    # NumPy turns a list with a number above 2^63 into floats, so a list keeps its whole numbers as objects.
    found = numpy.asarray(luck_numbers, dtype=None if hasattr(luck_numbers, "dtype") else object)
    if found.dtype.kind == "O":
        inside = all(_in_range(number) for number in found.flat)
    else:
        inside = found.dtype.kind in "iu" and bool((found >= 0).all())
    if not inside and found.size:
        raise ValueError("luck numbers must be whole numbers from 0 to 2^64 - 1")
    return found.astype(numpy.uint64)


def _in_range(number: object) -> bool:
    """Whether this is one whole number that 64 bits hold."""
    if isinstance(number, bool) or not isinstance(number, (int, numpy.integer)):
        return False
    return 0 <= int(number) < SEEDS

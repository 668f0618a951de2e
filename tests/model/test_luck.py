import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from closedsky.model import luck

ALL = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("counter", "key", "block"),
    [  # known answers published with Random123
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((ALL, ALL, ALL, ALL), (ALL, ALL), "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_known_answers(counter, key, block):
    assert " ".join(f"{word:08x}" for word in luck.philox4x32(counter, key)) == block


def test_blocks_broadcast_and_refuse_another_width():
    counters = np.zeros((5, 4), dtype=np.uint32)
    counters[:, 0] = np.arange(5)
    blocks = luck.philox4x32(counters, [3, 4])
    assert blocks.shape == (5, 4)
    assert blocks.dtype == np.uint32
    np.testing.assert_array_equal(blocks[2], luck.philox4x32(counters[2], [3, 4]))
    for counter, key in (([0, 0, 0], [0, 0]), ([0, 0, 0, 0], [0]), (0, [0, 0])):
        with pytest.raises(ValueError, match="4 words"):
            luck.philox4x32(counter, key)


def test_uniforms_are_never_zero_or_one_in_float32():
    ends = luck.uniform(np.array([0, 511, 512, ALL - 511, ALL], dtype=np.uint32))
    assert ends.dtype == np.float32
    assert ends.min() > 0
    assert ends.max() < np.float32(1)
    assert ends[0] == ends[1] < ends[2]
    # Every one of the 2^23 values is exact, so that they are evenly spaced and symmetric.
    np.testing.assert_array_equal(ends[0] + ends[-1], np.float32(1))


def test_envelopes_are_the_first_words_of_their_blocks():
    seed, number = 0x0123456789ABCDEF, 0xFEDCBA9876543210
    found = luck.envelopes(seed, [number])
    for name, channel in luck.CHANNELS.items():
        rows = np.atleast_2d(found[name])
        assert rows.shape == (channel.ordinals, 1)
        for ordinal in range(channel.ordinals):
            counter = (0x76543210, 0xFEDCBA98, channel.number, ordinal)
            u = luck.uniform(luck.philox4x32(counter, (0x89ABCDEF, 0x01234567))[0]).astype(float)
            wanted = {"uniform": u, "exponential": -np.log(u), "normal": stats.norm.ppf(u)}[channel.law]
            assert rows[ordinal, 0] == pytest.approx(float(wanted), rel=1e-6, abs=1e-7)


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=6), st.data())
def test_a_future_alone_has_the_same_luck(seed, numbers, data):
    row = data.draw(st.integers(0, len(numbers) - 1))
    together, alone = luck.envelopes(seed, numbers), luck.envelopes(seed, [numbers[row]])
    for name in luck.CHANNELS:
        np.testing.assert_array_equal(together[name][..., row], alone[name][..., 0])
        assert together[name].dtype == np.float32
        assert np.isfinite(together[name]).all()


def test_envelopes_have_their_laws_and_share_nothing():
    found = luck.envelopes(20220224, np.arange(20_000))
    columns = {}
    for name, channel in luck.CHANNELS.items():
        law = {"uniform": stats.uniform, "exponential": stats.expon, "normal": stats.norm}[channel.law]
        for ordinal, row in enumerate(np.atleast_2d(found[name])):
            assert stats.kstest(row, law.cdf).pvalue > 1e-4, (name, ordinal)
            columns[name, ordinal] = law.cdf(row)
    correlation = np.corrcoef(np.array(list(columns.values())))
    assert np.abs(correlation - np.eye(len(columns))).max() < 5 / np.sqrt(20_000)
    other = luck.envelopes(20220225, np.arange(20_000))
    assert abs(np.corrcoef(found["end"], other["end"])[0, 1]) < 5 / np.sqrt(20_000)


def test_channels_are_numbered_once_and_for_all():
    numbers = [(channel.number, name) for name, channel in luck.CHANNELS.items()]
    assert len(dict(numbers)) == len(numbers)
    assert numbers[:16] == [
        (1, "end"),
        (2, "shots_lethal_repeated"),
        (3, "shots_lethal_single"),
        (4, "shots_nonlethal_repeated"),
        (5, "shots_nonlethal_single"),
        (6, "stake_coalition"),
        (7, "stake_adversary"),
        (8, "allies_factor"),
        (9, "consent"),
        (10, "pivotal"),
        (11, "interruption"),
        (12, "bases_struck"),
        (13, "ally_joins"),
        (14, "alert"),
        (15, "bluff_called"),
        (16, "withdrawal"),
    ]


def test_published_luck_stays_as_it_is():
    # Pinned so that no later version changes what a stored luck number means.
    found = luck.envelopes(0, [0, 1])
    np.testing.assert_allclose(found["end"], [0.66033328, 0.2344961], rtol=1e-6)
    np.testing.assert_allclose(found["interruption"][5], [0.22283468, 0.93371409], rtol=1e-6)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "0", None, True])
def test_a_seed_outside_its_range_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be"):
        luck.envelopes(seed, [0])


def test_every_seed_and_luck_number_of_the_range_is_taken():
    for seed in (0, 2**64 - 1, np.uint64(2**64 - 1), np.int64(5)):
        assert luck.envelopes(seed, [0, 2**64 - 1])["end"].shape == (2,)
    assert luck.envelopes(0, [])["interruption"].shape == (6, 0)


@pytest.mark.parametrize("numbers", [[-1], [2**64], [0.5], ["1"], [True]])
def test_luck_numbers_that_are_none_are_refused(numbers):
    with pytest.raises(ValueError, match="luck numbers must be"):
        luck.envelopes(0, numbers)

import numpy as np
import pytest

from closedsky.reading.risk import ADDS_LITTLE, ADDS_NONE, LOSSES, SAVES_FEW, SAVES_NONE, break_even

N = 1600


def flags(share, seed=0):
    return (np.random.default_rng(seed).random(N) < share).astype(float)


def test_the_break_even_makes_both_sides_equal():
    effect, combat, base = np.random.default_rng(1).normal(-300, 50, N), flags(0.8), flags(0.1, 2)
    for entry in break_even(effect, combat, base, (1e5, 2e6)):
        saved, added = -effect.mean(), (combat - base).mean()
        assert entry.chance.value * entry.loss * added == pytest.approx(saved)
        assert 0 < entry.chance.error < 0.1 * entry.chance.value


def test_the_default_losses_are_stated():
    assert [e.loss for e in break_even(np.full(N, -1.0), np.ones(N), np.zeros(N))] == list(LOSSES)


@pytest.mark.parametrize(
    ("effect", "combat", "reason"),
    [
        (np.full(N, 5.0), np.ones(N), SAVES_NONE),
        (np.zeros(N), np.ones(N), SAVES_NONE),
        (np.full(N, -5.0), np.zeros(N), ADDS_NONE),
        (np.random.default_rng(4).normal(-0.1, 50, N), np.ones(N), SAVES_FEW),
        (np.full(N, -5.0), np.eye(1, N)[0], ADDS_LITTLE),
    ],
)
def test_there_is_none_where_there_is_nothing_to_divide(effect, combat, reason):
    if reason == SAVES_FEW:
        effect = effect - effect.mean() - 0.01
    [entry] = break_even(effect, combat, np.zeros(N), (1e6,))
    assert (entry.chance, entry.reason) == (None, reason)
    assert entry.to_dict() == {"loss": 1e6, "chance": None, "error": None, "reason": reason}


def test_combat_that_some_net_does_not_add_is_too_little():
    combat = (np.arange(N) % 16 > 0) * (np.arange(N) < 160) * 1.0
    [entry] = break_even(np.full(N, -5.0), combat, np.zeros(N), (1e6,))
    assert (entry.chance, entry.reason) == (None, ADDS_LITTLE)


def test_failed_futures_are_left_out():
    effect = np.full(N, -10.0)
    effect[3] = np.nan
    combat = np.ones(N)
    combat[5] = np.nan
    [entry] = break_even(effect, combat, np.zeros(N), (1e3,))
    assert entry.chance.value == pytest.approx(0.01)


@pytest.mark.parametrize("loss", [0.0, -1.0, np.inf, np.nan])
def test_a_loss_is_above_zero(loss):
    with pytest.raises(ValueError, match="above 0"):
        break_even(np.full(N, -1.0), np.ones(N), np.zeros(N), (loss,))

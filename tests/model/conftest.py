"""What every test of a relation needs: draws over its range, the float32 path, the edges of its domain."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest


@pytest.fixture
def draw() -> Callable[..., np.ndarray]:
    """Draws of one argument over its range: uniform, or log-uniform with ``log=True``; repeatable."""
    random = np.random.default_rng(20220224)

    def draws(low: float, high: float, log: bool = False, size: int = 2000) -> np.ndarray:
        share = random.random(size)
        return np.exp(np.log(low) + share * np.log(high / low)) if log else low + share * (high - low)

    return draws


@pytest.fixture
def same_in_float32() -> Callable[..., None]:
    """The relation compiled in float32 agrees with NumPy float64 on the same (rounded) arguments."""

    def check(relation: Callable[..., Any], *arguments: Any, rtol: float = 1e-5, atol: float = 0.0) -> None:
        rounded = [np.asarray(argument, dtype=np.float32) for argument in arguments]
        wanted = jax.tree.leaves(relation(*(a.astype(np.float64) for a in rounded)))
        found = jax.tree.leaves(jax.jit(relation)(*(jnp.asarray(a) for a in rounded)))
        assert len(wanted) == len(found)
        for want, got in zip(wanted, found, strict=True):
            assert want.dtype == np.float64
            assert got.dtype == jnp.float32
            np.testing.assert_allclose(np.asarray(got), want, rtol=rtol, atol=atol)

    return check


@pytest.fixture
def never_nan() -> Callable[..., None]:
    """No combination of edge values gives NaN or a warning, in NumPy or compiled in float32."""

    def check(relation: Callable[..., Any], *edges: tuple[float, ...]) -> None:
        columns = [np.array(column, dtype=np.float64) for column in zip(*itertools.product(*edges), strict=True)]
        with np.errstate(invalid="raise", divide="raise"):
            results = jax.tree.leaves(relation(*columns))
        results += jax.tree.leaves(jax.jit(relation)(*(jnp.asarray(c, dtype=jnp.float32) for c in columns)))
        for result in results:
            bad = np.isnan(np.asarray(result))
            assert not bad.any(), [column[bad] for column in columns]

    return check

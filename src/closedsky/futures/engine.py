"""The compiled campaign: lanes in, outcomes out.

One lane is one option in one future. A call takes a fixed number of lanes, shared out over the host's devices; each
device walks its share in tiles of 512 (`scan` over the grid inside `lax.map` over tiles), so a lane's arithmetic is
the same whatever stands beside it: results are identical to the last bit for any chunk, order, subset and device
count, on one machine and library version. Values, options and counts are inputs, so changing them compiles nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.watching import look
from closedsky.model.luck import CHANNELS
from closedsky.model.names import ASSUMPTIONS, LEVERS, NUMBERS, SWITCHES

TILE = 512
LANES = 8192
"""Lanes in one call, over all devices."""

ROWS = len(ASSUMPTIONS) + len(LEVERS) + sum(channel.ordinals for channel in CHANNELS.values()) + 1
"""Inputs of one lane: assumptions, levers, envelopes, and whether adoption is forced."""

COMPILER_OPTIONS = {"xla_disable_hlo_passes": "cse_barrier_expander"}
"""XLA drops the barriers of `campaign.step` before it fuses operations; told not to, it is twice as fast."""


def start_jax() -> Any:
    """Import JAX with one host device per core and the compilation cache on disk; return the module.

    The device count must be set before JAX starts. Where a notebook has started it already, its devices are used as
    they are: the numbers are the same.
    """
    if "jax" not in sys.modules:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
        count = int(os.environ.get("CLOSEDSKY_DEVICES", _power_of_two(cores)))
        flag = f"--xla_force_host_platform_device_count={count}"
        if "xla_force_host_platform_device_count" not in os.environ.get("XLA_FLAGS", ""):
            os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flag}".strip()
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import jax

    if jax.config.values["jax_compilation_cache_dir"] is None:
        jax.config.update("jax_compilation_cache_dir", str(cache_folder() / "xla"))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return jax


def cache_folder() -> Path:
    """Return the folder for compiled programs: `CLOSEDSKY_CACHE` or the user's cache folder."""
    import platformdirs

    return Path(os.environ.get("CLOSEDSKY_CACHE") or platformdirs.user_cache_dir("closedsky"))


def _power_of_two(cores: int) -> int:
    """Largest power of two up to `cores` that still leaves each device a whole number of tiles."""
    return int(min(LANES // TILE, 2 ** int(np.log2(max(1, cores)))))


@lru_cache(maxsize=8)
def compiled(steps: int, precision: str, devices: int) -> Callable[..., Any]:
    """Return the jitted program for a grid of `steps` steps."""
    jax = start_jax()
    jnp, lax = jax.numpy, jax.lax
    from jax.sharding import Mesh, PartitionSpec

    from closedsky.model import campaign, outcomes
    from closedsky.model.lane import prepare
    from closedsky.model.names import Assumptions, Levers, Numbers, Switches

    cuts = (len(ASSUMPTIONS), len(ASSUMPTIONS) + len(LEVERS))

    def tile(rows: Any, shared: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
        assumptions, levers, luck = jnp.split(rows[:-1], cuts)
        agreed = rows[-1]
        numbers, switches, start, length, decision_day, horizon = shared
        k = prepare(
            Assumptions(*assumptions),
            Levers(*levers),
            Numbers(*numbers),
            Switches(*switches),
            unpack_luck(luck),
            agreed,
            decision_day,
            horizon,
        )
        # What is fixed is computed once: without the barrier XLA works it out again in every kernel of every step.
        k = lax.optimization_barrier(k)
        begin = campaign.begin(k)
        last, reports = lax.scan(
            lambda x, when: campaign.step(x, when[0], when[1], k), begin, (start, length), unroll=1
        )
        return jnp.stack(list(outcomes.finish(last, k).values())), reports

    def share(rows: Any, which: Any, *shared: Any) -> Any:
        tiles = jnp.moveaxis(rows.reshape(rows.shape[0], -1, TILE), 1, 0)
        return lax.map(lambda one: tile(one[0], tuple(each[one[1]] for each in shared)), (tiles, which))

    mesh = Mesh(np.array(jax.devices()[:devices]), ("lane",))
    whole = PartitionSpec()
    body = jax.shard_map(
        share,
        mesh=mesh,
        in_specs=(PartitionSpec(None, "lane"), PartitionSpec("lane"), *[whole] * 6),
        out_specs=PartitionSpec("lane"),
        check_vma=False,
    )
    return jax.jit(body, compiler_options=COMPILER_OPTIONS)  # type: ignore


def unpack_luck(luck: Any) -> dict[str, Any]:
    """Split the packed envelopes, shape (rows, n), into channels; channels of several ordinals keep an axis."""
    out, row = {}, 0
    for name, channel in CHANNELS.items():
        count = channel.ordinals
        out[name] = luck[row] if count == 1 else luck[row : row + count]
        row += count
    return out


def pack_luck(envelopes: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    """Stack envelopes by channel into rows, shape (rows, n)."""
    return np.concatenate([np.atleast_2d(envelopes[name]) for name in CHANNELS])


def option_lanes(
    columns: NDArray[Any], levers: Mapping[str, float], luck: NDArray[Any], lanes: int
) -> NDArray[np.float32]:
    """Inputs of one option, adopted, over some futures, shape (ROWS, lanes); padded by repeats of the last future.

    Args:
        columns: assumptions of the model, shape (assumptions, n).
        levers: by name.
        luck: packed envelopes, shape (envelopes, n).
        lanes: at least n.
    """
    future = np.minimum(np.arange(lanes), luck.shape[1] - 1)
    rows = np.empty((ROWS, lanes), np.float32)
    end = len(ASSUMPTIONS) + len(LEVERS)
    rows[: len(ASSUMPTIONS)] = columns[:, future]
    rows[len(ASSUMPTIONS) : end] = np.array([levers[name] for name in LEVERS])[:, None]
    rows[end:-1] = luck[:, future]
    rows[-1] = 1.0
    return rows


def by_lane(tiles: NDArray[Any]) -> NDArray[Any]:
    """Lay tiles, shape (tiles, rows, TILE), side by side: shape (rows, lanes)."""
    return np.moveaxis(tiles, 1, 0).reshape(tiles.shape[1], -1)


def device_count() -> int:
    """Devices that the program is shared out over: the most that leave each a whole number of tiles."""
    jax = start_jax()
    wanted = int(os.environ.get("CLOSEDSKY_DEVICES", len(jax.devices())))
    return _power_of_two(max(1, min(wanted, len(jax.devices()))))


def step_of_lanes() -> int:
    """Lanes by which a call may grow: one tile on every device."""
    return TILE * device_count()


@dataclass(frozen=True)
class Setting:
    """What all lanes of one case share.

    Attributes:
        start, length: the grid, days, shape (steps,).
        decision_day, horizon: days.
        numbers: planning numbers by name.
        switches: value of each switch by name.
    """

    start: NDArray[np.float64]
    length: NDArray[np.float64]
    decision_day: float
    horizon: float
    numbers: Mapping[str, float]
    switches: Mapping[str, str]


class Engine:
    """Runs lanes of one case, or of several whose grids have the same number of steps.

    Args:
        settings: one for each case.
        precision: `float32` or `float64`.
        notify: called with one line of text when a program has to be compiled.
    """

    def __init__(
        self,
        settings: Sequence[Setting],
        precision: str = "float32",
        notify: Callable[[str], None] | None = None,
    ) -> None:
        if precision not in ("float32", "float64"):
            raise ValueError(f"precision must be 'float32' or 'float64', not {precision!r}")
        self.jax = start_jax()
        self.dtype = np.dtype(precision)
        self._steps = len(settings[0].start)
        if any(len(each.start) != self._steps for each in settings):
            raise ValueError("cases that run together need the same number of steps")
        self._cases = len(settings)
        self._devices = device_count()
        self._notify = notify
        self._shared = tuple(
            np.asarray(value, self.dtype)
            for value in (
                [[each.numbers[name] for name in NUMBERS] for each in settings],
                [[SWITCHES[name][each.switches[name]] for name in SWITCHES] for each in settings],
                [each.start for each in settings],
                [each.length for each in settings],
                [each.decision_day for each in settings],
                [each.horizon for each in settings],
            )
        )

    def call(self, rows: NDArray[Any], which: NDArray[np.int32] | None = None) -> tuple[Any, tuple[Any, ...]]:
        """Run one padded chunk.

        Args:
            rows: inputs of each lane, shape (ROWS, lanes), of the engine's precision. Usually LANES of them; another
                multiple of `step_of_lanes()` is compiled apart.
            which: case of each tile of lanes, shape (lanes / TILE,); all of the first where not given.

        Returns:
            Device arrays: outcomes, shape (tiles, outcomes, TILE), and series, each (tiles, steps, TILE).
        """
        look()
        program = compiled(self._steps, str(self.dtype), self._devices)
        which = np.zeros(rows.shape[1] // TILE, np.int32) if which is None else which
        marker = self._marker(rows.shape[1])
        if self._notify is not None and not marker.exists():
            self._notify("compiling the campaign (some seconds, once on this machine and version)")
        with self.jax.enable_x64(self.dtype == np.float64):
            result = program(rows, which, *self._shared)
        if not marker.exists():
            try:
                marker.parent.mkdir(parents=True, exist_ok=True)
                marker.touch()
            except OSError:
                pass  # a read-only home costs a message each time, nothing else
        return result  # type: ignore[no-any-return]

    def _marker(self, lanes: int) -> Path:
        shape = [self._steps, self._cases, self._devices, len(ASSUMPTIONS), len(LEVERS)]
        shape += [] if lanes == LANES else [lanes]
        key = f"{self.jax.__version__}-{self.dtype}-" + "-".join(map(str, shape))
        return cache_folder() / f"compiled-{key}"

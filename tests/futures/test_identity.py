"""The same lane gives the same bits, whatever stands beside it."""

import os
import subprocess
import sys

import numpy as np
import pytest

import closedsky
from closedsky.futures import engine
from closedsky.futures.run import run
from closedsky.futures.sampling import Design
from closedsky.futures.simulate import Simulator


def equal_blocks(a, b):
    for name, values in a.outcomes.items():
        other = b.outcomes[name]
        assert np.array_equal(
            np.ascontiguousarray(values).view(np.uint32), np.ascontiguousarray(other).view(np.uint32)
        ), name


def pick(block, options=slice(None), futures=slice(None)):
    return type(block)(block.options, {n: v[options][:, futures] for n, v in block.outcomes.items()})


def test_any_cut_into_blocks(case, columns):
    simulator = Simulator(case)
    luck = np.arange(512)
    whole = simulator.block(columns, luck)
    for cut in (1, 7, 100, 333):
        equal_blocks(simulator.block(columns[:, cut:], luck[cut:]), pick(whole, futures=slice(cut, None)))


def test_any_order(case, columns):
    order = np.random.default_rng(3).permutation(512)
    simulator = Simulator(case)
    whole = simulator.block(columns, np.arange(512))
    equal_blocks(simulator.block(columns[:, order], np.arange(512)[order]), pick(whole, futures=order))


def test_any_options_in_any_order(case, columns):
    luck = np.arange(512)
    whole = Simulator(case).block(columns, luck)
    names = list(case.options)
    for chosen in (["full-zone"], ["bluff", "corridors"], ["hands-off", "refuse", "full-zone-strikes"]):
        part = Simulator(case, chosen).block(columns, luck)
        equal_blocks(part, pick(whole, options=[names.index(name) for name in chosen]))


def test_four_picked_futures(case, columns):
    picked = np.array([3, 499, 77, 128])
    whole = Simulator(case).block(columns, np.arange(512))
    equal_blocks(Simulator(case).block(columns[:, picked], picked), pick(whole, futures=picked))


def test_series_do_not_change_outcomes(case, columns):
    simulator = Simulator(case)
    equal_blocks(simulator.block(columns, np.arange(512), series=True), simulator.block(columns, np.arange(512)))


@pytest.mark.parametrize("devices", ["1", "2"])
def test_devices_in_another_process(case, columns, tmp_path, devices):
    np.savez(tmp_path / "in.npz", columns=columns[:, :64])
    program = (
        "import sys, numpy as np, closedsky\n"
        "from closedsky.futures.simulate import Simulator\n"
        "from closedsky.futures import engine\n"
        f"columns = np.load(r'{tmp_path}/in.npz')['columns']\n"
        "block = Simulator(closedsky.load_case('ukraine-2022')).block(columns, np.arange(64))\n"
        f"assert engine.device_count() == {devices}, engine.device_count()\n"
        f"np.savez(r'{tmp_path}/out.npz', **block.outcomes)\n"
    )
    environment = os.environ | {
        "CLOSEDSKY_DEVICES": devices,
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
    }
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=300)
    here = Simulator(case).block(columns[:, :64], np.arange(64)).outcomes
    there = np.load(tmp_path / "out.npz")
    for name, values in here.items():
        assert np.array_equal(values.view(np.uint32), there[name].view(np.uint32)), name


def test_first_futures_of_a_larger_run(case, small):
    part = run(case, 256)
    for name in part.outcomes:
        assert np.array_equal(part.outcomes[name].values, small.outcomes[name].values[:, :256], equal_nan=True), name


def test_seed_zero_is_a_seed(case):
    zero, again, one = (run(case, 64, seed=seed, options=["refuse"]) for seed in (0, 0, 1))
    assert np.array_equal(zero.values("killed", "refuse"), again.values("killed", "refuse"))
    assert not np.array_equal(zero.values("killed", "refuse"), one.values("killed", "refuse"))


def test_luck_does_not_depend_on_the_row(case):
    """One row of assumptions, many luck numbers: equal numbers give equal futures wherever they stand."""
    names = Design(case, 0).names
    row = dict(zip(names, Design(case, 0).rows(5, 6)[0], strict=True))
    block = closedsky.simulate(case, row, [9, 4, 9, 4], ["refuse", "full-zone"])
    killed = block.outcomes["killed"]
    assert np.array_equal(killed[:, 0], killed[:, 2]) and np.array_equal(killed[:, 1], killed[:, 3])
    assert not np.array_equal(killed[:, 0], killed[:, 1])


def test_values_options_and_counts_compile_nothing(case, columns):
    simulator = Simulator(case)
    simulator.block(columns, np.arange(512))
    program = engine.compiled(len(case.start), "float32", engine.device_count())
    before = program._cache_size()
    run(case, 48, seed=3, options=["bluff", "aircraft"], overrides={"tolerance": 0.01, "war_path": "engagement"})
    assert program._cache_size() == before  # searches of the view now have calls of other sizes, each compiled once


def test_compiled_programs_are_kept_on_disk(tmp_path):
    """A second process finds the program that the first one compiled."""
    program = (
        "import closedsky, jax\n"
        "from jax import monitoring\n"
        "hits = []\n"
        "monitoring.register_event_listener(lambda name, **_: name.endswith('cache_hits') and hits.append(name))\n"
        "said = []\n"
        "closedsky.run('ukraine-2022', 16, options=['refuse'], notify=said.append)\n"
        "print(len(hits) > 0, len(said))\n"
    )
    environment = os.environ | {"CLOSEDSKY_CACHE": str(tmp_path)}
    told = [
        subprocess.run(
            [sys.executable, "-c", "from closedsky.futures.engine import start_jax; start_jax()\n" + program],
            check=True,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        ).stdout.split()
        for _ in range(2)
    ]
    assert told[0] == ["False", "1"], "the first process compiles and says so"
    assert told[1] == ["True", "0"], "the second finds it on disk and has nothing to say"

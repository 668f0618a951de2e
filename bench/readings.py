"""Scenario discovery and sensitivity beside the libraries that do the same, in one run: PRIM and Sobol' indices.

    python bench/readings.py [--rows 10000 100000 1000000] [--bases 14 15 16 17] [--inputs 20]

PRIM against EMA Workbench 2.5.3 (the same peels, checked), Sobol' indices with 100 bootstrap resamples against SALib
(the same indices, checked). Prints seconds, ratios and the most memory that ours allocated. Everything is measured in
this one run; figures of different machines do not compare. Needs both libraries (extra `bench`).
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import time
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from closedsky.reading.boxes import Table
from closedsky.reading.prim import Trajectory, prim
from closedsky.reading.sobol import RESAMPLES, sobol

MEGA = 2.0**20


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    """Result of a call and the seconds that it took."""
    began = time.perf_counter()
    found = call()
    return found, time.perf_counter() - began


def memory(call: Callable[[], Any]) -> float:
    """The most that a call allocated beyond what was there, in megabytes; measured in a call of its own."""
    tracemalloc.start()
    call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / MEGA


def cases(rows: int, inputs: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Inputs spread evenly and what is of interest: a corner of two of them, and a tenth of the rest."""
    rng = np.random.default_rng(rows)
    x = rng.random((rows, inputs))
    y = (x[:, 0] > 0.6) & (x[:, 1] < 0.5) | (rng.random(rows) < 0.1)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(inputs)]), y.astype(int)


def bench_prim(rows: int, inputs: int) -> None:
    """Print one line: both searches over the same rows."""
    from ema_workbench.analysis import prim as workbench

    x, y = cases(rows, inputs)

    def ours() -> Trajectory:
        return prim(Table({name: x[name].to_numpy() for name in x}, y))

    found, mine = timed(ours)
    theirs, other = timed(lambda: workbench.Prim(x, y, threshold=0.1).find_box())
    same = [step.rows for step in found.steps] == theirs.peeling_trajectory["n"].tolist()
    print(
        f"| PRIM | {rows:,} x {inputs} | {mine:.2f} | {other:.1f} | {other / mine:.0f} | {memory(ours):.0f} MB | "
        f"{'same boxes' if same else 'OTHER BOXES'} |",
        flush=True,
    )


def bench_sobol(base: int, inputs: int) -> None:
    """Print one line: both analyses of the same runs of the G-function."""
    from SALib.analyze import sobol as salib

    rows = 2**base
    points = np.random.default_rng(base).random((rows, 2 * inputs))
    a, b = points[:, :inputs], points[:, inputs:]

    def run(x: np.ndarray) -> np.ndarray:
        return np.prod((np.abs(4 * x - 2) + np.arange(inputs)) / (1 + np.arange(inputs)), axis=1)

    mixed = np.empty((inputs, rows))
    for i in range(inputs):
        x = a.copy()
        x[:, i] = b[:, i]
        mixed[i] = run(x)
    first, second = run(a), run(b)
    names = [f"x{i}" for i in range(inputs)]
    together = np.column_stack([first, mixed.T, second]).ravel()
    problem = {"num_vars": inputs, "names": names, "bounds": [[0, 1]] * inputs}

    def ours() -> Any:
        return sobol(names, first, second, mixed)

    found, mine = timed(ours)
    theirs, other = timed(
        lambda: salib.analyze(problem, together, calc_second_order=False, num_resamples=RESAMPLES, seed=0)
    )
    off = max(np.abs(found.first - theirs["S1"]).max(), np.abs(found.total - theirs["ST"]).max())
    print(
        f"| Sobol' | {rows:,} x {inputs} | {mine:.2f} | {other:.1f} | {other / mine:.0f} | {memory(ours):.0f} MB | "
        f"within {off:.0e} |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], help="of the inputs of PRIM"
    )
    parser.add_argument("--bases", type=int, nargs="*", default=[14, 15, 16, 17], help="powers of two: rows for Sobol'")
    parser.add_argument("--inputs", type=int, default=20)
    asked = parser.parse_args()
    for name in ("ema_workbench", "SALib"):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed (pip install 'closedsky[bench]'): nothing to compare")
            return
    warnings.simplefilter("ignore")
    from ema_workbench.util import ema_logging

    logging.getLogger(ema_logging.LOGGER_NAME).setLevel(logging.ERROR)
    print("| what | size | ours, s | theirs, s | ratio | ours, most memory | result |")
    print("|---|---|---|---|---|---|---|")
    for rows in asked.rows:
        bench_prim(rows, asked.inputs)
    for base in asked.bases:
        bench_sobol(base, asked.inputs)


if __name__ == "__main__":
    main()

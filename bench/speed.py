"""How fast and how large: option-futures a second, cold and warm start, peak memory.

    python bench/speed.py [--memory 23]

Everything is measured in this one run, in processes of its own; figures of different machines do not compare.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time

CHILD = """
import resource, sys, time
begun = time.perf_counter()
import closedsky
case = closedsky.load_case("ukraine-2022")
futures, options = int(sys.argv[1]), sys.argv[2].split(",") if sys.argv[2] else None
closedsky.run(case, 16, options=["refuse"])
started = time.perf_counter() - begun
begun = time.perf_counter()
if futures:
    closedsky.run(case, futures, options=options)
spent = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(started, spent, peak)
"""


def child(futures: int, options: str = "", **environment: str) -> tuple[float, float, float]:
    """Start-up seconds (imports, case, first result), seconds of the run, peak memory in GiB, in a new process."""
    out = subprocess.run(
        [sys.executable, "-c", CHILD, str(futures), options],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    ).stdout.split()
    return float(out[0]), float(out[1]), float(out[2])


def engine_alone(repeats: int = 12) -> float:
    """Option-futures a second of the compiled program alone, inputs ready, warm: the best of some repeats."""
    import numpy as np

    import closedsky
    from closedsky.futures.engine import LANES, start_jax
    from closedsky.futures.sampling import Design, model_columns
    from closedsky.futures.simulate import Simulator, pack_luck
    from closedsky.model.luck import envelopes

    jax = start_jax()  # before anything else starts it: this sets one device for each core
    case = closedsky.load_case("ukraine-2022")
    design = Design(case, 0)
    simulator = Simulator(case, ["full-zone"])
    rows = np.concatenate(
        [model_columns(case, design.rows(0, LANES)), pack_luck(envelopes(0, np.arange(LANES)))]
    ).astype(np.float32)
    inputs = simulator._inputs(rows, 0, LANES, LANES)
    jax.block_until_ready(simulator.engine.call(inputs))
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        jax.block_until_ready(simulator.engine.call(inputs))
        best = min(best, time.perf_counter() - begun)
    return LANES / best


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", type=int, default=0, help="also the peak memory at 2^N futures of two options")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        cold, _, _ = child(0, CLOSEDSKY_CACHE=cache)
        warm, _, _ = child(0, CLOSEDSKY_CACHE=cache)
    print(f"start to first result: {cold:.1f} s cold (compiles), {warm:.1f} s warm; ratio {cold / warm:.1f}")
    alone = engine_alone()
    print(f"compiled program alone: {alone:,.0f} option-futures a second")
    for m in (14, 17):
        _, spent, peak = child(2**m)
        rate = 2**m * 11 / spent
        print(
            f"2^{m} futures x 11 options: {spent:.1f} s, {rate:,.0f} option-futures a second "
            f"({rate / alone:.2f} of the program alone), peak {peak:.2f} GiB"
        )
    if asked.memory:
        _, spent, peak = child(2**asked.memory, "refuse,full-zone")
        print(f"2^{asked.memory} futures x 2 options: {spent:.0f} s, peak {peak:.2f} GiB (outcomes on disk)")


if __name__ == "__main__":
    main()

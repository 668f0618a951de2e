"""Time of every reading of both sides on one run: 131,072 futures, eleven options, both paths to general war.

Goal: all together under 10 seconds once the futures exist. Ratios are to the run that made the futures.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it

import closedsky as cs
from closedsky.futures.inputs import inputs_of, with_other_luck
from closedsky.futures.run import run_paths
from closedsky.reading.choice import choice
from closedsky.reading.debate import RISK, Played, debate
from closedsky.reading.flips import flips
from closedsky.reading.information import information
from closedsky.reading.worth import Weights

FUTURES = 131_072


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = call()
    return found, time.perf_counter() - began


def main() -> None:
    case = cs.load_case("ukraine-2022")
    run_paths(case, 16_384)  # compiles
    results, made = timed(lambda: run_paths(case, FUTURES))
    inputs = inputs_of(results["contest"])
    # Claims whose courses change a lever need runs of their own; those of plain options are read here.
    plain = {key: e for key, e in case.contested.items() if not (e.of.levers or (e.against and e.against.levers))}
    outcomes = tuple(dict.fromkeys(entry.outcome for entry in plain.values()))
    others = {path: with_other_luck(each, (case.taken, "full-zone"), outcomes) for path, each in results.items()}
    played = {
        "then": {
            path: {
                key: Played(each, each if entry.against else None, each, {} if entry.outcome == RISK else others[path])
                for key, entry in plain.items()
            }
            for path, each in results.items()
        }
    }
    readings = {
        "choice": lambda: choice(results, inputs, [Weights(1000.0)]),
        "debate": lambda: debate(case, played, {"then": inputs}, seed=0),
        "flips": lambda: flips(results, inputs, [Weights(1000.0)]),
        "information": lambda: information(results, inputs, Weights(1000.0)),
    }
    total = 0.0
    for name, call in readings.items():
        _, seconds = timed(call)
        total += seconds
        print(f"{name:12} {seconds:6.2f} s   {seconds / made:.2f} of the run")
    print(f"{'together':12} {total:6.2f} s   {total / made:.2f} of the run ({made:.1f} s); goal 10 s")


if __name__ == "__main__":
    main()

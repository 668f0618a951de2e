"""Beside EMA Workbench: the same experiments as a plain Python model there and as compiled lanes here.

    python bench/against_ema.py [--futures 256]

EMA Workbench (Kwakkel 2017) runs `plain_campaign` for every future and option, sequentially and with two processes;
`closedsky.run` runs as many futures under the same options in one call. An experiment is one option in one future.
Needs `ema_workbench` (2.5.3 was used); says so in one line where it is not installed. Everything is measured in this
one run; figures of different machines do not compare.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys
import time
import warnings
from functools import lru_cache
from typing import Any

import numpy as np

import closedsky
from closedsky.futures.sampling import Design
from plain_campaign import plain_campaign

CASE = "ukraine-2022"
MANY = 16_384
MEASURED = ("killed", "held", "end_day", "war_hazard", "coalition_lost")


@lru_cache(maxsize=1)
def the_case() -> Any:
    """The case, once in each process."""
    return closedsky.load_case(CASE)


def experiment(luck: int = 0, option: str = "refuse", **assumptions: float) -> dict[str, float]:
    """One option in one future, as the workbench calls it."""
    found = plain_campaign(the_case(), assumptions, int(luck), option)
    return {name: found[name] for name in MEASURED}


def workbench(futures: int) -> tuple[Any, list[Any], list[Any]]:
    """The model, the scenarios (futures with their luck) and the policies (options) of the workbench."""
    import ema_workbench as ema

    case = the_case()
    design = Design(case, 0)
    rows = design.rows(0, futures)
    model = ema.Model("closedsky", function=experiment)
    low, high = rows.min(axis=0) - 1e-9, rows.max(axis=0) + 1e-9
    model.uncertainties = [
        *(ema.RealParameter(name, low[i], high[i]) for i, name in enumerate(design.names)),
        ema.IntegerParameter("luck", 0, futures),
    ]
    model.levers = [ema.CategoricalParameter("option", list(case.options))]
    model.outcomes = [ema.ScalarOutcome(name) for name in MEASURED]
    scenarios = [
        ema.Scenario(str(i), luck=i, **dict(zip(design.names, row, strict=True))) for i, row in enumerate(rows.tolist())
    ]
    return model, scenarios, [ema.Policy(name, option=name) for name in case.options]


def main() -> None:
    """Print experiments a second of each, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--futures", type=int, default=256, help="futures; every option is run in each")
    futures = parser.parse_args().futures
    if importlib.util.find_spec("ema_workbench") is None:
        print("EMA Workbench is not installed (pip install ema_workbench==2.5.3): nothing to compare")
        return
    warnings.simplefilter("ignore")
    os.environ.setdefault("TQDM_DISABLE", "1")
    import ema_workbench as ema

    logging.getLogger(ema.util.ema_logging.LOGGER_NAME).setLevel(logging.ERROR)
    model, scenarios, policies = workbench(futures)
    count = len(scenarios) * len(policies)
    rates, seen = {}, {}
    for label, evaluator in (
        ("EMA Workbench, sequential", lambda: ema.SequentialEvaluator(model)),
        ("EMA Workbench, 2 processes", lambda: ema.MultiprocessingEvaluator(model, n_processes=2)),
    ):
        begun = time.perf_counter()
        with evaluator() as pool:
            _, outcomes = pool.perform_experiments(scenarios=scenarios, policies=policies)
        rates[label] = count / (time.perf_counter() - begun)
        seen[label] = np.asarray(outcomes["killed"])

    case = the_case()
    closedsky.run(case, 16)  # compiles
    begun = time.perf_counter()
    results = closedsky.run(case, futures)
    rates[ours := "closedsky.run"] = count / (time.perf_counter() - begun)
    begun = time.perf_counter()
    closedsky.run(case, MANY)  # what a call costs whatever its size no longer counts
    rates[f"closedsky.run, {MANY:,} futures"] = MANY * len(policies) / (time.perf_counter() - begun)
    mean = np.mean([results.mean("killed", option).value for option in results.options])
    for label, killed in seen.items():
        assert killed.size == count
        assert abs(killed.mean() / mean - 1.0) < 1e-4, (label, killed.mean(), mean)  # the same experiments

    print(f"{futures} futures x {len(policies)} options = {count:,} experiments; ema_workbench {ema.__version__}")
    for label, rate in rates.items():
        print(f"{label:32s}{rate:10,.0f} experiments a second")
    for label in seen:
        print(f"closedsky.run over {label}: {rates[ours] / rates[label]:,.0f} x on as many futures, ", end="")
        print(f"{rates[max(rates, key=lambda name: rates[name])] / rates[label]:,.0f} x at its best (warm)")


if __name__ == "__main__":
    sys.exit(main())

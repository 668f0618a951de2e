"""Does the compiled campaign do what docs/model.md says, and does float32 do what float64 does?

    python bench/oracle.py [--futures 200] [--branches 4096]

`plain_campaign.py` states the page a second time in plain Python; the largest difference from the compiled campaign in
float64 is printed for each outcome (relative where the outcome is above 1, else absolute). Then float32 against
float64: how many futures take another branch, and how far each mean moves as a share of its sampling error.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import closedsky
from closedsky.futures.results import ALL_OUTCOMES
from closedsky.futures.sampling import Design
from plain_before import clip
from plain_campaign import course

PATHS = ("contest", "engagement")
BRANCHES = ("ending", "fate", "peak_rung", "adopted")
"""Outcomes that change only where a future takes another branch; and whether `adopted_day` is there at all."""


Lane = tuple[dict[str, float], list[float], list[float]]


def effects(case: Any, assumptions: dict[str, float], own: Lane, reference: Lane) -> dict[str, float]:
    """The difference in deaths from the reference: over the days on which both wars run, and the rest."""
    day = min(own[0]["end_day"], reference[0]["end_day"])

    def until(deaths: list[float]) -> float:
        before = 0.0
        for t, dt, after in zip(case.start.tolist(), case.length.tolist(), deaths, strict=True):
            if day <= t + dt:
                return before + (after - before) * clip((day - t) / dt)
            before = after
        return before

    rate = (until(own[1]) - until(reference[1])) * assumptions["undercount"]
    total = own[0]["killed"] - reference[0]["killed"]
    return {"lives_rate_effect": rate, "lives_length_effect": total - rate}


def feasibility(case: Any, own: Lane, taken: Lane) -> dict[str, float]:
    """Whether and when the alliance agrees, seeing until then the course of the option really taken."""
    limit, first = own[0]["consent_limit"], own[0]["asked_day"]
    for t, dt, reluctance in zip(case.start.tolist(), case.length.tolist(), taken[2], strict=True):
        if t + dt > first and reluctance <= limit and t < taken[0]["end_day"]:
            return {"adopted": 1.0, "days_to_adopt": max(t, first) - case.decision_day}
    over = taken[0]["end_day"] <= case.decision_day
    return {"adopted": np.nan if over else 0.0, "days_to_adopt": np.nan}


def plain_outcomes(
    case: Any, rows: Any, names: Any, seed: int, switches: dict[str, str], agreed: bool
) -> tuple[dict[str, Any], float]:
    """Every outcome of every option from the plain campaign, shape (option, future); seconds for one option-future."""
    spent, found = 0.0, []
    for number, row in enumerate(rows.tolist()):
        drawn = dict(zip(names, row, strict=True))
        begun = time.perf_counter()
        lanes = {o: course(case, drawn, number, o, seed, switches, agreed) for o in case.options}
        spent += time.perf_counter() - begun
        taken = lanes[case.taken]
        found.append([r[0] | effects(case, drawn, r, taken) | feasibility(case, r, taken) for r in lanes.values()])
    values = {name: np.array([[each[name] for each in future] for future in found]).T for name in found[0][0]}
    return values, spent / len(found) / len(case.options)


def difference(a: Any, b: Any) -> Any:
    """Relative difference where b is above 1, else absolute; 0 where both are undefined, infinite where one is."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    gap = np.abs(a - b) / np.maximum(1.0, np.abs(b))
    both = np.isnan(a) & np.isnan(b)
    return np.where(both, 0.0, np.where(np.isnan(gap), np.inf, gap))


def compare(
    case: Any,
    futures: int,
    path: str,
    seed: int = 0,
    view: str = "then",
    length_effect: str = "none",
    adoption: str = "effect",
) -> tuple[dict[str, float], dict[str, Any], float]:
    """Largest difference by outcome, the plain outcomes, and the plain campaign's seconds for one option-future."""
    design = Design(case, seed, view)
    rows = design.rows(0, futures)
    switches = {"war_path": path, "length_effect": length_effect}
    plain, seconds = plain_outcomes(case, rows, design.names, seed, switches, adoption == "effect")
    drawn = {name: rows[:, i] for i, name in enumerate(design.names)}
    block = closedsky.simulate(
        case, drawn, np.arange(futures), seed=seed, overrides=switches, adoption=adoption, precision="float64"
    )
    assert set(plain) == set(block.outcomes) == set(ALL_OUTCOMES)
    return {name: float(difference(plain[name], block.outcomes[name]).max()) for name in plain}, plain, seconds


def branches(case: Any, futures: int, path: str) -> tuple[float, float, dict[tuple[str, str], float]]:
    """Compare float32 with float64.

    Returns:
        Share of option-futures, and share of futures (any option), that take another branch; then by (outcome, option)
        how far the mean moves as a share of its sampling error.
    """
    single, double = (
        closedsky.run(case, futures, overrides={"war_path": path}, precision=p) for p in ("float32", "float64")
    )
    other = np.zeros((len(double.options), futures), bool)
    for i, option in enumerate(double.options):
        for name in BRANCHES:
            other[i] |= difference(single.values(name, option), double.values(name, option)) > 0.0
        other[i] |= np.isnan(single.values("adopted_day", option)) != np.isnan(double.values("adopted_day", option))
    moved = {}
    for option in double.options:
        means = {name: (single.mean(name, option), double.mean(name, option)) for name in ALL_OUTCOMES}
        means["war_risk"] = (single.war_risk(option), double.war_risk(option))
        for name, (a, b) in means.items():
            gap = 0.0 if np.isnan(a.value) and np.isnan(b.value) else abs(a.value - b.value)
            if b.error > 0.0:
                moved[name, option] = gap / b.error
            else:  # the same in every future: only rounding may tell them apart
                moved[name, option] = 0.0 if gap <= 1e-6 * max(1.0, abs(b.value)) else np.inf
    return float(other.mean()), float(other.any(axis=0).mean()), moved


def main() -> None:
    """Print the two comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--futures", type=int, default=200, help="futures of the plain campaign, all options")
    parser.add_argument("--branches", type=int, default=4096, help="futures of float32 against float64")
    asked = parser.parse_args()
    case = closedsky.load_case("ukraine-2022")
    tables = {path: compare(case, asked.futures, path) for path in PATHS}
    print(
        f"plain campaign against compiled float64, {asked.futures} futures x {len(case.options)} options, largest gap"
    )
    print(f"{'outcome':24s}{PATHS[0]:>12s}{PATHS[1]:>12s}")
    for name in tables[PATHS[0]][0]:
        print(f"{name:24s}" + "".join(f"{tables[path][0][name]:12.1e}" for path in PATHS))
    seconds = np.mean([table[2] for table in tables.values()])
    print(f"plain campaign: {1e3 * seconds:.2f} ms for one option-future")
    for path in PATHS:
        lanes, any_option, moved = branches(case, asked.branches, path)
        worst = max(moved, key=lambda key: moved[key])
        print(
            f"float32 against float64, {path}, {asked.branches} futures: {any_option:.5f} of futures take another "
            f"branch under some option ({lanes:.6f} of option-futures); the mean that moves most is {worst[0]} under "
            f"{worst[1]}, by {moved[worst]:.4f} of its sampling error"
        )


if __name__ == "__main__":
    main()

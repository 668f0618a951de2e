"""How long the past campaigns take at given assumptions: simulating them, and holding them against their records.

Prints the median of a number of calls, each at another value, and what running the campaigns one by one would take, in
one run. Run with: python bench/zones.py [FUTURES]
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from closedsky.futures.zones import FUTURES, Strip, campaigns, strip
from closedsky.reading.zones import Campaign, Zones, hold_zones

CALLS = 15


def hold(found: Strip, futures: int) -> Zones:
    """Hold a strip against the record."""
    held = [
        Campaign(case, predicted.values, predicted.on, factors)
        for case, predicted, factors in zip(found.cases, found.predicted, found.factors, strict=True)
    ]
    return hold_zones(held, campaigns(), futures=futures, seed=0, view="then")


def median_ms(work: Callable[[float], object]) -> float:
    """Median milliseconds of a call, each at another value of an assumption, after two that warm up."""
    times = []
    for call in range(CALLS + 2):
        begun = time.perf_counter()
        work(0.2 + 0.01 * call)
        times.append(1000.0 * (time.perf_counter() - begun))
    return statistics.median(times[2:])


def main(futures: int) -> None:
    """Measure and print."""
    cases = campaigns()
    begun = time.perf_counter()
    first = strip({"intercept": 0.15}, futures=futures)
    hold(first, futures)
    print(f"first answer {time.perf_counter() - begun:.2f} s ({len(cases)} campaigns x {futures:,} futures)")
    together = median_ms(lambda value: strip({"intercept": value}, futures=futures))
    alone = median_ms(lambda value: [strip({"intercept": value}, cases=[case], futures=futures) for case in cases])
    scored = median_ms(lambda value: hold(first, futures))
    both = median_ms(lambda value: hold(strip({"intercept": value}, futures=futures), futures))
    print(f"strip {together:.0f} ms; one campaign after another {alone:.0f} ms ({alone / together:.1f} times as long)")
    print(f"holding against the record {scored:.0f} ms; together {both:.0f} ms (goal 300)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FUTURES)

"""Step length does not matter."""

import dataclasses

import numpy as np

from closedsky.futures.run import run


def test_daily_grid_agrees_within_sampling_error(case):
    """The coarse grid against daily steps throughout, same futures: means within one standard error."""
    days = np.arange(float(case.horizon))
    daily = dataclasses.replace(case, start=days, length=np.ones_like(days))
    options = ["refuse", "hands-off", "corridors", "full-zone", "bluff"]
    coarse, fine = (run(c, 1024, options=options) for c in (case, daily))
    for option in options:
        for name in (
            "killed", "lives_rate_effect", "held", "direct_combat", "lethal_engagements", "coalition_lost",
            "war_hazard", "zone_days", "adversary_lost", "end_day", "soldiers_client", "aid",
        ):  # fmt: skip
            a, b = coarse.mean(name, option), fine.mean(name, option)
            slack = 1e-3 * abs(b.value) + 1e-9
            assert abs(a.value - b.value) <= 1.5 * max(a.error, b.error) + slack, (option, name, a, b)


def test_another_grid_of_the_case(case):
    weekly = np.arange(0.0, case.horizon, 7.0)
    length = np.minimum(7.0, case.horizon - weekly)
    other = run(dataclasses.replace(case, start=weekly, length=length), 512, options=["refuse"])
    same = run(case, 512, options=["refuse"])
    a, b = other.mean("killed", "refuse"), same.mean("killed", "refuse")
    assert abs(a.value - b.value) < 3 * b.error

"""What is read off each option of a run: which outcomes, and what their codes mean."""

from __future__ import annotations

from collections.abc import Mapping

from closedsky.futures.results import Results

LIVES = "lives_rate_effect"
LENGTH = "lives_length_effect"

LASTING: tuple[str, ...] = (
    LENGTH, "killed", "killed_fighting", "killed_by_occupation", "war_days", "end_day", "ending",
)  # fmt: skip
"""Outcomes that depend on how long wars last: read from a run to a later horizon, where there is one."""

MEASURES: tuple[str, ...] = (
    LIVES, LENGTH, "killed", "held", "lethal_engagements", "episodes", "aircraft_needed", "sorties_per_day",
    "tankers_needed", "coalition_lost", "adversary_lost", "batteries_left", "cost", "aid", "displaced",
    "belligerents",
)  # fmt: skip
"""Outcomes that every option is described by, each as a spread over futures."""

RUNGS: Mapping[int, str] = {
    1: "incidents",
    2: "shots",
    3: "repeated force",
    4: "strikes on the other's soil",
}
"""Rungs of escalation by the code of the outcome `peak_rung`."""

FATES: Mapping[int, str] = {
    0: "never in force",
    1: "in force to the end",
    2: "adversary keeps out",
    3: "coalition gave way",
    4: "ended by losses",
    5: "bluff called",
}
"""What became of a zone, by the code of the outcome `fate`."""

ENDINGS: Mapping[int, str] = {
    1: "settlement",
    2: "defeat of the client",
    3: "withdrawal of the adversary",
    0: "still on at the horizon",
}
"""How the war ended, by the code of the outcome `ending`, in the order of reading."""

STILL_ON = ENDINGS[0]


def lever(results: Results, option: str, name: str) -> float:
    """Value of one lever of one option as the run had it, changes by the person who asked for it included."""
    changed = results.overrides.get(f"{option}.{name}")
    return float(changed) if changed is not None else results.case.options[option].levers[name]


def has_zone(results: Results, option: str) -> bool:
    """Whether an option declares a zone."""
    return lever(results, option, "zone") > 0


def needs_agreement(results: Results, option: str) -> bool:
    """Whether an ally could refuse an option, or the pivotal member its force."""
    return lever(results, option, "consent") > 0 or lever(results, option, "pivotal") > 0


def label(results: Results, option: str) -> str:
    """What people call an option."""
    return results.case.options[option].label

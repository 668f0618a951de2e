"""The names the campaign reads: what every case must provide, in the order in which arrays carry it.

A case supplies the values; the model knows only these keys. Order matters to nobody but the array packing.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

ASSUMPTIONS: tuple[str, ...] = (
    # patrol
    "reach_km", "patrol_share", "fleet_rate", "intercept", "loss_sortie", "cost_sortie",
    # suppression
    "sam_inside", "sam_home", "sam_kill", "exchange", "ring_km", "reconstitution",
    # air denial
    "loss_deep", "front_risk", "hunt", "gbad_aid", "gbad_delay", "salvo_capacity",
    # deterrence
    "sorties", "deep_share", "tolerance", "steepness", "learn_d", "standoff_share", "substitutable",
    "divert", "declared_threat", "air_tempo",
    # incidents and escalation
    "background_shots", "q_lethal", "q_repeat", "stake_coalition", "stake_adversary", "risk_speed",
    "resolve", "tolerate_loss", "episode_d", "q_episode", "q_soil", "adaptation", "bluff_test",
    # deliberation
    "staff_d", "objection_high", "allies_correlation", "harm_pull", "pivotal_shift",
    "weight_fight", "weight_area", "weight_strike", "assembly",
    # support
    "aid_max", "aid_ramp", "impatience", "interruption", "push_gain", "push_cost", "intel_mult",
    "aid_cover", "runway_d", "dependence",
    # ground war
    "force_ratio", "adversary_inflow", "client_inflow", "client_kills", "adversary_kills", "lanchester",
    "air_mult", "defence", "surprise", "front_v", "collapse", "withdrawal", "flight",
    # harm
    "tempo_start", "tempo_half", "pulse", "pulse_day", "shelling", "harm_deep", "harm_front",
    "harm_missile", "glide_day", "glide_mult", "undercount", "relief", "occupation",
    # ending
    "end_median", "end_shape", "length_size", "concession_effect", "reform_effect",
)  # fmt: skip

NUMBERS: tuple[str, ...] = (
    "members", "speed_kt", "on_station_h", "aircraft_per_station", "inside_reach",
    "presence", "fleet", "fleet_replacement", "adversary_force", "held_at_start", "country_area_km2",
    "tanker_share", "tanker_rate", "airframe_musd", "objection_low", "interruption_d",
    "pivotal_aid_share", "shots_per_target", "launches_per_day", "surprise_half_d", "withdraw_below",
    "a2a", "client_air_share", "client_fleet", "ally_force", "base_loss", "crew_per_loss",
    "killed_share", "harm_window_d", "rung_push", "population",
)  # fmt: skip

LEVERS: tuple[str, ...] = (
    "zone", "consent", "pivotal", "area_km2", "depth_km", "base_km", "bears", "deep_in", "front_in",
    "missile_in", "interceptors", "suppress", "across", "suppressors", "strikers", "overflight", "shoot", "force",
    "build_d", "assemble_d", "threat", "bluff", "corridor", "standoff", "aid", "surge_d", "fighters",
    "intel", "diplomacy", "push", "concessions", "reforms", "grounds", "states",
)  # fmt: skip

SWITCHES: dict[str, dict[str, float]] = {
    "war_path": {"contest": 0.0, "engagement": 1.0},
    "length_effect": {"none": 0.0, "shorter": 1.0, "longer": -1.0},
}
"""Structural alternatives and the number that the campaign reads for each value."""

Assumptions: Any = namedtuple("Assumptions", ASSUMPTIONS)  # type: ignore[misc]
Numbers: Any = namedtuple("Numbers", NUMBERS)  # type: ignore[misc]
Levers: Any = namedtuple("Levers", LEVERS)  # type: ignore[misc]
Switches: Any = namedtuple("Switches", tuple(SWITCHES))  # type: ignore[misc]

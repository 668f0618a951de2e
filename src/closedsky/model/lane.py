"""What stays fixed in one lane: one option in one future, before the first day.

A lane is the unit of computation: the levers of one option, one draw of all assumptions and one set of sealed
envelopes. Everything here is computed once; `campaign.step` then reads it on every step.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from closedsky.model import deliberation, escalation, incidents, patrol, support
from closedsky.model.numeric import log_odds, namespace

NEVER = 1.0e9  # source: a day beyond every horizon; a marker, not a quantity
HOURS_PER_DAY = 24.0  # source: definition
KM_PER_NMI = 1.852  # source: definition of the international nautical mile (1929)
DAYS_PER_YEAR = 365.25  # source: Julian year

Array = Any


class Lane(NamedTuple):
    """Fixed quantities of one lane (scalars or arrays of one shape)."""

    a: Any  # Assumptions
    v: Any  # Levers
    n: Any  # Numbers
    s: Any  # Switches
    decision_day: Array
    horizon: Array
    stations: Array  # patrol stations to cover the area
    need: Array  # aircraft to keep them filled, day and night
    aircraft_rate: Array  # sorties a day of one aircraft in a fleet
    patrol_sorties: Array  # all sorties a day when every station is filled
    ring_share: Array  # share of the zone's depth inside the home batteries' reach
    area_share: Array
    asked_day: Array  # first day on which the alliance could agree
    consent_limit: Array  # highest reluctance (log-odds) at which the alliance and the pivotal member agree
    first_day: Array  # first day on which the option can be adopted in this lane
    reluctance_limit: Array  # the same limit, NEVER where adoption is forced
    assemble: Array  # days from agreement to the first patrol
    shots_at: Array  # accumulated expected shots at which shots, a death and repeated force first occur
    death_at: Array
    repeat_at: Array
    stop_coalition: Array  # risk at which each side gives way
    stop_adversary: Array
    contest_days: Array  # days from repeated force until one side gives way
    length_sign: Array
    settle_rate: Array  # factor on the settlement hazard from diplomacy and concessions
    interruption_rate: Array  # per day
    aid_level: Array  # times the full yearly rate, before ramp and interruption
    gbad_day: Array  # day outside air defence arrives
    end_at: Array  # envelopes, in units of accumulated hazard
    withdraw_at: Array
    bluff_at: Array
    bases_at: Array  # days of a zone that shoots after which each adaptation happens
    ally_at: Array
    alert_day: Array
    interruptions: Array  # (6, ...) accumulated hazard at which each interruption begins


def prepare(
    a: Any,
    v: Any,
    n: Any,
    s: Any,
    luck: dict[str, Array],
    agreed: Array,
    decision_day: Array,
    horizon: Array,
) -> Lane:
    """Derive what one lane needs from assumptions, levers, numbers, switches and envelopes.

    Args: a, v, n, s: named tuples of scalars or arrays of one shape. luck: envelopes by channel name;
    `interruption` has a leading axis of six ordinals. agreed: 1 where adoption is forced on the first
    possible day (the *effect*), 0 where the alliance decides. decision_day: day of the decision, from the
    reference day. horizon: last day.

    Returns:
        The fixed part of the lane.
    """
    xp = namespace(a.reach_km, v.zone, luck["end"])
    base_nmi = v.base_km / KM_PER_NMI
    area_share = xp.minimum(1.0, v.area_km2 / n.country_area_km2)
    stations = xp.where(v.area_km2 > 0, xp.maximum(1.0, patrol.stations(v.area_km2, a.reach_km)), 0.0)
    pairs = stations * n.aircraft_per_station
    per_slot = patrol.aircraft_per_slot(base_nmi, n.speed_kt, n.on_station_h, a.fleet_rate)
    hours = HOURS_PER_DAY / n.on_station_h

    limit, asked = gates(a, v, n, luck)
    forced = (agreed > 0) | ~asked

    shots_at, death_at, repeat_at = incidents.first_crossings(
        a.q_lethal,
        a.q_repeat,
        luck["shots_lethal_repeated"],
        luck["shots_lethal_single"],
        luck["shots_nonlethal_repeated"],
        luck["shots_nonlethal_single"],
    )
    stop_c, stop_a = escalation.stopping_points(
        luck["stake_coalition"], luck["stake_adversary"], a.stake_coalition, a.stake_adversary, a.resolve
    )
    contest = xp.minimum(stop_c, stop_a) / a.risk_speed
    never = 0.0 * contest + NEVER
    return Lane(
        a=a,
        v=v,
        n=n,
        s=s,
        decision_day=decision_day,
        horizon=horizon,
        stations=stations,
        need=pairs * per_slot / a.patrol_share,
        aircraft_rate=a.fleet_rate * patrol.sortie_rate(base_nmi, n.speed_kt, n.on_station_h),
        patrol_sorties=pairs * hours / a.patrol_share,
        ring_share=patrol.exposed_share(a.ring_km, xp.maximum(v.depth_km, 1.0)),
        area_share=area_share,
        asked_day=decision_day + xp.where(asked, a.staff_d, 0.0),
        consent_limit=limit,
        first_day=decision_day + xp.where(forced, 0.0, a.staff_d),
        reluctance_limit=xp.where(forced, NEVER, limit),
        assemble=v.assemble_d * a.assembly,
        shots_at=shots_at,
        death_at=death_at,
        repeat_at=repeat_at,
        stop_coalition=stop_c,
        stop_adversary=stop_a,
        # in the path of engagements nobody contests: the zone ends by losses or with the war
        contest_days=xp.where(s.war_path > 0.5, never, xp.minimum(contest, never)),
        length_sign=s.length_effect * a.length_size,
        settle_rate=v.diplomacy * xp.exp(a.concession_effect * v.concessions),
        interruption_rate=a.interruption / DAYS_PER_YEAR * xp.exp(a.push_cost * v.push),
        aid_level=v.aid * support.patience_share(a.impatience) * (1.0 + a.push_gain * v.push),
        gbad_day=xp.maximum(0.0, a.gbad_delay - v.surge_d),
        end_at=luck["end"],
        withdraw_at=luck["withdrawal"],
        bluff_at=xp.where(v.bluff > 0, luck["bluff_called"], never),
        bases_at=xp.where(v.zone * v.shoot > 0, luck["bases_struck"] / a.adaptation, never),
        ally_at=xp.where(v.zone * v.shoot > 0, luck["ally_joins"] / a.adaptation, never),
        alert_day=decision_day + luck["alert"] / a.adaptation,
        interruptions=xp.cumsum(luck["interruption"], axis=0),
    )


def gates(a: Any, v: Any, n: Any, luck: dict[str, Array]) -> tuple[Array, Array]:
    """Return the highest reluctance at which the alliance and the pivotal member agree, and whether they are asked.

    Args: a, v, n, luck: as for `prepare`.

    Returns:
        Log-odds above the option's own (`NEVER` where nobody need agree), and a flag; of one shape.
    """
    xp = namespace(a.reach_km, v.zone, luck["end"])
    area_share = xp.minimum(1.0, v.area_km2 / n.country_area_km2)
    # Each gate is written as the largest reluctance that still lets the option through.
    risk = deliberation.risk_index(
        0.5 * (v.overflight + v.shoot),
        area_share,
        0.5 * (v.suppress + v.across),
        a.weight_fight,
        a.weight_area,
        a.weight_strike,
    )
    own = log_odds(deliberation.objection(risk, n.objection_low, a.objection_high))
    consent = (
        deliberation.consent_threshold(luck["consent"], luck["allies_factor"], n.members, a.allies_correlation) - own
    )
    pivotal = (
        deliberation.participation_threshold(luck["pivotal"], luck["allies_factor"], a.allies_correlation)
        - own
        - a.pivotal_shift
    )
    asked = xp.maximum(v.consent, v.pivotal) > 0
    limit = xp.minimum(xp.where(v.consent > 0, consent, NEVER), xp.where(v.pivotal > 0, pivotal, NEVER))
    return limit, asked

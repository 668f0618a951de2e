"""What is measured in one lane when it has run: from the last state to the outcomes, in the field's units.

An outcome that is undefined in some futures by design is NaN there, and `OUTCOMES` says when.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from closedsky.model import harm
from closedsky.model.campaign import State
from closedsky.model.lane import DAYS_PER_YEAR, NEVER, Lane
from closedsky.model.numeric import namespace
from closedsky.model.within import TINY

Array = Any
BELLIGERENTS = 2.0  # source: the two states at war before anyone joins
MILLION_PER_BILLION = 1000.0  # source: definition

TENTHS = 10.0  # source: definition (the assumption `flight` counts tenths of the country)


class Outcome(NamedTuple):
    """Name, unit and meaning of one outcome."""

    label: str
    unit: str
    missing: str = "never"


OUTCOMES: dict[str, Outcome] = {
    "killed": Outcome("civilians killed to the horizon, true count", "persons"),
    "killed_fighting": Outcome("civilians killed while the war ran, true count", "persons"),
    "killed_verified": Outcome("civilians killed while the war ran, as a verified count would show them", "persons"),
    "killed_by_air": Outcome("civilians killed by crewed aircraft while the war ran, true count", "persons"),
    "killed_by_missile": Outcome("civilians killed by missiles and drones while the war ran, true count", "persons"),
    "killed_by_shelling": Outcome("civilians killed by shelling while the war ran, true count", "persons"),
    "killed_by_replacement": Outcome(
        "civilians killed by what replaced deterred sorties while the war ran, true count", "persons"
    ),
    "killed_by_occupation": Outcome("civilians killed under occupation after the war, to the horizon", "persons"),
    "war_days": Outcome("days until the war ended", "days", "the war is still on at the horizon"),
    "end_day": Outcome("last day of the war or the horizon", "days"),
    "ending": Outcome("how the war ended: 0 still on, 1 settlement, 2 defeat of the client, 3 withdrawal", "code"),
    "held": Outcome("share of the country held by the adversary at the horizon", "share"),
    "direct_combat": Outcome("a lethal engagement, or a strike on the other's batteries, took place", "flag"),
    "lethal_engagements": Outcome("expected lethal engagements", "engagements"),
    "episodes": Outcome("expected episodes of lethal engagements", "episodes"),
    "peak_rung": Outcome("highest rung: 1 incidents, 2 shots, 3 repeated force, 4 strikes on the other's soil", "rung"),
    "war_hazard": Outcome("accumulated hazard of general war up to the future's stop", "hazard"),
    "fate": Outcome(
        "zone: 0 none, 1 in force, 2 adversary keeps out, 3 coalition gave way, 4 ended by losses, 5 bluff called",
        "code",
    ),
    "zone_days": Outcome("days with a zone in force", "days"),
    "coverage": Outcome("share of the deep sky covered while the zone was in force", "share", "no zone was in force"),
    "stations": Outcome("patrol stations for the area", "stations"),
    "aircraft_needed": Outcome("aircraft to keep every station filled, all roles", "aircraft"),
    "patrols": Outcome("coalition sorties flown, of patrol, suppression, strikes and support", "sorties"),
    "sorties_per_day": Outcome("coalition sorties a day of the zone", "sorties/day", "no zone was in force"),
    "tankers_needed": Outcome("tankers to fly the refuelling share of a fully filled patrol", "aircraft"),
    "batteries_left": Outcome("share of the batteries inside the country left at the end", "share"),
    "coalition_lost": Outcome("coalition aircraft lost", "aircraft"),
    "crew_lost": Outcome("coalition personnel lost with aircraft", "persons"),
    "adversary_lost": Outcome("adversary aircraft lost", "aircraft"),
    "zone_kills": Outcome("adversary aircraft shot down by the zone", "aircraft"),
    "sorties_flown": Outcome("adversary sorties flown", "sorties"),
    "cost": Outcome("cost of the zone: sorties and aircraft lost", "USD billion"),
    "aid": Outcome("military support given", "EUR billion"),
    "soldiers_client": Outcome("client's soldiers killed", "thousand persons"),
    "soldiers_adversary": Outcome("adversary's soldiers killed", "thousand persons"),
    "displaced": Outcome("people displaced by ground newly overrun, at its peak", "million persons"),
    "belligerents": Outcome("states in the fighting", "states"),
    "consent_limit": Outcome("highest reluctance (log-odds) at which the alliance would agree", "log-odds"),
    "adopted_day": Outcome("day on which the option was adopted in this run", "days", "it was not adopted"),
    "asked_day": Outcome("first day on which the alliance could agree", "days"),
}
"""Every outcome of a lane, in the order in which arrays carry it."""


def finish(x: State, k: Lane) -> dict[str, Array]:
    """Return the outcomes of a lane at the horizon.

    Args:
        x: the last state.
        k: what is fixed in the lane.

    Returns:
        One array for each key of `OUTCOMES`.
    """
    a, v, n = k.a, k.v, k.n
    xp = namespace(a.reach_km, k.end_at)
    nan = xp.nan
    end_day = xp.minimum(x.end_day, k.horizon)
    held = xp.where(x.ending == 2, 1.0, xp.where(x.ending == 3, 0.0, x.held))
    after = (k.horizon - end_day) / DAYS_PER_YEAR
    occupation = a.occupation * held * after * xp.where(x.ending > 0, 1.0, 0.0)
    verified = x.by_air + x.by_missile + x.by_shelling + x.by_replacement
    fighting = harm.true_count(verified, a.undercount)

    # General war: the risk run, up to the stop. In a contest that is the risk clock from the first repeated force
    # until a side gives way, the zone is gone or the war is over; otherwise episodes, each with its small chance.
    # Force repeated after a zone has ended concerns no zone, as where there never was one.
    stop = xp.where(x.repeat_day < x.zone_end, xp.minimum(end_day, x.zone_end), end_day)
    days = xp.maximum(stop - x.repeat_day, 0.0)
    contest = xp.minimum(a.risk_speed * days, xp.minimum(k.stop_coalition, k.stop_adversary))
    engagements = -x.episodes * xp.log1p(-a.q_episode) - x.soil_episodes * xp.log1p(-a.q_soil)
    hazard = xp.where(k.s.war_path > 0.5, engagements, contest)

    struck = (xp.maximum(v.suppress, v.across) * v.zone > 0) & (x.zone_days > 0)
    combat = xp.where(struck | (x.shots >= k.death_at) | (x.zone_days >= k.bases_at), 1.0, 0.0)
    patrol_day = x.patrols / xp.maximum(x.zone_days, TINY)
    crewed = v.zone * xp.maximum(v.overflight, v.standoff)  # a declaration alone fills no station
    zoned = x.zone_days > 0
    air_bn = (x.patrols * a.cost_sortie + x.lost * n.airframe_musd) / MILLION_PER_BILLION
    joined = xp.where(x.zone_days >= k.ally_at, 1.0, 0.0)
    return {
        "killed": fighting + occupation,
        "killed_fighting": fighting,
        "killed_verified": verified,
        "killed_by_air": harm.true_count(x.by_air, a.undercount),
        "killed_by_missile": harm.true_count(x.by_missile, a.undercount),
        "killed_by_shelling": harm.true_count(x.by_shelling, a.undercount),
        "killed_by_replacement": harm.true_count(x.by_replacement, a.undercount),
        "killed_by_occupation": occupation,
        "war_days": xp.where(x.ending > 0, x.end_day, nan),
        "end_day": end_day,
        "ending": x.ending,
        "held": held,
        "direct_combat": combat,
        "lethal_engagements": a.q_lethal * x.shots,
        "episodes": x.episodes + x.soil_episodes,
        "peak_rung": x.peak_rung,
        "war_hazard": hazard,
        "fate": x.fate,
        "zone_days": x.zone_days,
        "coverage": xp.where(zoned, x.covered_days / xp.maximum(x.zone_days, TINY), nan),
        "stations": k.stations * crewed,
        "aircraft_needed": k.need * crewed,
        "patrols": x.patrols,
        "sorties_per_day": xp.where(zoned, patrol_day, nan),
        "tankers_needed": k.patrol_sorties * crewed * n.tanker_share / n.tanker_rate,
        "batteries_left": x.inside / xp.maximum(a.sam_inside, 1.0),
        "coalition_lost": x.lost,
        "crew_lost": x.lost * n.crew_per_loss,
        "adversary_lost": x.adversary_lost,
        "zone_kills": x.zone_kills,
        "sorties_flown": x.sorties,
        "cost": air_bn,
        "aid": x.aid_years * a.aid_max,
        "soldiers_client": x.client_casualties * a.force_ratio * n.adversary_force * n.killed_share,
        "soldiers_adversary": x.adversary_casualties * n.adversary_force * n.killed_share,
        "displaced": xp.minimum(a.flight * TENTHS * (x.peak_held - n.held_at_start), n.population),
        "belligerents": BELLIGERENTS + v.states * combat + joined,
        "consent_limit": k.consent_limit,
        "adopted_day": xp.where(x.adopt_day < NEVER, x.adopt_day, nan),
        "asked_day": k.asked_day,
    }

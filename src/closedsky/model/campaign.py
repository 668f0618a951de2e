"""The campaign: the only file that knows all relations.

Reading it top to bottom is reading the article: asked, deliberated, suppressed, patrolled, deterred, clashed,
escalated, aided, fought, harmed, ended. A state is one named tuple; a step returns the next. Many small
things (sorties, casualties, stocks) are carried as expected values; pivotal things are clocks, whose
accumulated hazard crosses a sealed envelope. What an event ends counts only up to the fraction of the step at
which it happens.

General war is never drawn: its hazard is accumulated, and every other quantity is conditional on its not
happening.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from closedsky.model import (
    air_denial,
    deterrence,
    ending,
    escalation,
    ground_war,
    incidents,
    support,
    suppression,
    tempo,
)
from closedsky.model.lane import DAYS_PER_YEAR, NEVER, Lane
from closedsky.model.numeric import namespace
from closedsky.model.within import TINY, learn, numbered, once, under_fire, upto

Array = Any

# Causes, in the order of the codes that the state carries.
ENDINGS = ("on", "settlement", "defeat", "withdrawal")
FATES = ("none", "active", "adversary_kept_out", "coalition_gave_way", "losses", "bluff_called")
LOSSES = 4.0  # source: position in FATES
CALLED = 5.0  # source: position in FATES
SOIL = 4.0  # source: the rung of strikes on the other's soil (the design's ladder)


class State(NamedTuple):
    """Everything that changes in one lane. Units: days, aircraft, batteries, persons, shares."""

    ending: Array  # code of ENDINGS
    end_day: Array
    adopt_day: Array  # NEVER until adopted
    ready_day: Array  # first patrol
    zone_end: Array  # day on which the zone ended, NEVER while it has not
    fate: Array  # code of FATES
    inside: Array  # adversary batteries inside the country
    home: Array  # ... and on its own soil
    lost: Array  # coalition aircraft lost
    interceptors: Array  # coalition missiles left
    denial: Array  # client's ground-based defence, 1 = before the war
    seen_in: Array  # loss per sortie as the adversary sees it: inside the zone, rest of the deep sky, front
    seen_rest: Array
    seen_front: Array
    deep_flown: Array  # deep sorties a day, last step
    fleet: Array
    shots: Array  # accumulated expected shots
    repeat_day: Array
    episodes: Array  # expected episodes of lethal engagements
    soil_episodes: Array
    called: Array  # accumulated hazard of a bluff being called
    rung: Array
    peak_rung: Array
    aid: Array  # aid flow as a share of the full yearly rate, last step
    aid_years: Array  # accumulated aid, in years at the full rate
    cut_hazard: Array  # accumulated hazard of interruption
    cuts: Array  # interruptions begun
    cut_until: Array
    materiel: Array  # client's stock, days of full consumption
    client: Array  # strength relative to its start
    adversary: Array
    held: Array  # share of the country held by the adversary
    peak_held: Array
    client_casualties: Array  # relative to the client's starting strength
    adversary_casualties: Array
    settle_hazard: Array
    withdraw_hazard: Array
    recent_harm: Array  # verified deaths a day, exponential memory
    by_air: Array  # verified-equivalent deaths by weapon
    by_missile: Array
    by_shelling: Array
    by_replacement: Array
    sorties: Array  # adversary sorties flown
    zone_kills: Array
    adversary_lost: Array
    zone_days: Array
    covered_days: Array  # zone days weighted by deep coverage
    patrols: Array  # coalition sorties


SERIES = (
    "killed", "killed_by_air", "held", "flown", "adversary_lost", "on", "patrols", "rung", "reluctance", "aid",
    "inside", "contact", "batteries",
)  # fmt: skip
"""What one step reports: cumulative verified deaths, of which by aircraft, share held, adversary sorties a day,
cumulative adversary aircraft lost, war on at the end of the step, coalition sorties a day, rung, reluctance of the
alliance (log-odds above the option's own), cumulative aid (years at the full rate), adversary sorties a day inside the
zone and at the front under it, share left of the batteries inside the country."""


def begin(k: Lane) -> State:
    """Return the state of a lane on the reference day (day 0)."""
    xp = namespace(k.a.reach_km, k.end_at)
    zero = 0.0 * k.end_at
    one = zero + 1.0
    never = zero + NEVER
    # They flew, so what they expected was at most what they tolerated.
    deep = xp.minimum(air_denial.loss_probability(k.a.loss_deep, one), k.a.tolerance)
    front = xp.minimum(air_denial.loss_probability(k.a.loss_deep * k.a.front_risk, one), k.a.tolerance)
    start = dict.fromkeys(State._fields, zero)
    start |= {
        "end_day": never, "adopt_day": never, "ready_day": never, "zone_end": never, "repeat_day": never,
        "inside": zero + k.a.sam_inside, "home": zero + k.a.sam_home, "interceptors": zero + k.v.interceptors,
        "denial": one, "seen_in": zero + deep, "seen_rest": zero + deep, "seen_front": zero + front,
        "deep_flown": zero + k.a.sorties * k.a.deep_share, "fleet": zero + k.n.fleet,
        "rung": one, "peak_rung": one, "materiel": zero + k.a.runway_d, "client": one, "adversary": one,
        "held": zero + k.n.held_at_start, "peak_held": zero + k.n.held_at_start,
    }  # fmt: skip
    return State(**start)


def step(x: State, t: Array, dt: Array, k: Lane) -> tuple[State, tuple[Array, ...]]:
    """Advance one lane from day t to t + dt.

    Args:
        x: state at day t.
        t: start of the step, days.
        dt: its length, days.
        k: what is fixed in the lane.

    Returns:
        The state at t + dt and the step's report, in the order of `SERIES`.
    """
    a, v, n = k.a, k.v, k.n
    xp = namespace(a.reach_km, k.end_at)
    on = xp.where(x.ending == 0, 1.0, 0.0)

    # --- how fierce the war is -------------------------------------------------------------------------------------
    decay = tempo.decay_mean(t, dt, a.tempo_start, a.tempo_half)
    pulse = tempo.pulse_mean(t, dt, a.pulse, a.pulse_day)
    eagerness = xp.exp(a.air_tempo * xp.log(decay / a.tempo_start))  # potential for sorties and launches, 1 at first
    decay, pulse, eagerness = once(decay, pulse, eagerness)

    # --- asked, deliberated ----------------------------------------------------------------------------------------
    alert = xp.where(t >= k.alert_day, 1.0, 0.0)
    reluctance = n.rung_push * (xp.maximum(x.rung - 1.0, 0.0) + alert)
    reluctance = reluctance - a.harm_pull * xp.log1p(n.harm_window_d * x.recent_harm)
    asked = (t + dt > k.first_day) & (x.adopt_day >= NEVER) & (on > 0)
    agrees = asked & (reluctance <= k.reluctance_limit)
    adopt_day = xp.where(agrees, xp.maximum(t, k.first_day), x.adopt_day)
    ready_day = xp.where(agrees, adopt_day + k.assemble, x.ready_day)
    on, reluctance, agrees, adopt_day, ready_day = once(on, reluctance, agrees, adopt_day, ready_day)

    # --- patrolled -------------------------------------------------------------------------------------------------
    open_share = xp.clip((t + dt - ready_day) / dt, 0.0, 1.0) * xp.where(x.zone_end >= NEVER, 1.0, 0.0)
    active = open_share * v.zone * on
    build = xp.clip((t + 0.5 * dt - ready_day) / xp.maximum(v.build_d, 1.0), 0.0, 1.0)
    bases_struck = xp.where(x.zone_days >= k.bases_at, n.base_loss, 0.0)
    sent = v.force + v.suppressors + v.strikers
    left = xp.maximum(1.0 - x.lost / xp.maximum(sent, 1.0), 0.0)  # losses fall on all alike
    force = v.force * build * (1.0 - bases_struck) * left
    filled = xp.where(v.force > 0, xp.minimum(1.0, force / xp.maximum(k.need, 1.0)), 0.0)
    active, build, left, filled = once(active, build, left, filled)

    # --- suppressed ------------------------------------------------------------------------------------------------
    fighting = active * xp.where(x.fate == 2, 0.0, 1.0)  # once the adversary has given way neither side fires
    suppressors = v.suppressors * build * left * fighting
    hit_rate = a.sam_kill * suppressors
    inside, inside_days, inside_destroyed = under_fire(
        x.inside, a.sam_inside, hit_rate * v.suppress, a.reconstitution, dt
    )
    home, home_days, home_destroyed = under_fire(x.home, a.sam_home, hit_rate * v.across, a.reconstitution, dt)
    inside_left = inside_days / dt / xp.maximum(a.sam_inside, 1.0)
    home_left = home_days / dt / xp.maximum(a.sam_home, 1.0)
    home_reach = k.ring_share * home_left
    exposed_deep = 1.0 - (1.0 - home_reach) * (1.0 - n.inside_reach * v.bears * inside_left)
    exposed_front = 1.0 - (1.0 - home_left) * (1.0 - inside_left)
    met_by = inside_days * v.bears * xp.where(v.suppress > 0, 1.0, n.presence)
    met_by = met_by + home_days * k.ring_share * xp.where(v.across > 0, 1.0, n.presence)
    lost_to_fire = suppression.aircraft_loss_rate(met_by, a.sam_kill, a.exchange)
    lost_to_fire = lost_to_fire * fighting * build * v.overflight * k.area_share
    # Every other gun and missile: a small loss on each sortie, of patrols, suppression and strikes alike.
    attackers = v.strikers + v.suppressors * xp.where(x.fate == 2, 0.0, 1.0)
    flights = k.patrol_sorties * filled + k.aircraft_rate * build * left * attackers
    lost_to_fire = lost_to_fire + a.loss_sortie * flights * dt * fighting * v.overflight
    lost_to_fire = xp.minimum(lost_to_fire, xp.maximum(sent - x.lost, 0.0))
    inside, home, destroyed, flights, lost_to_fire, exposed_deep, exposed_front = once(
        inside, home, inside_destroyed + home_destroyed, flights, lost_to_fire, exposed_deep, exposed_front
    )

    # --- the client's own denial -----------------------------------------------------------------------------------
    intel = xp.where(v.intel > 0, a.intel_mult, 1.0)
    arriving = xp.clip((t + dt - k.gbad_day) / dt, 0.0, 1.0)
    inflow = a.gbad_aid / DAYS_PER_YEAR * x.aid * arriving
    hunting = a.hunt * x.deep_flown
    denial = air_denial.stock_after(x.denial, inflow, hunting, dt)
    defence = air_denial.stock_mean(x.denial, inflow, hunting, dt)
    fighters = n.client_air_share * v.fighters / n.client_fleet * xp.where(t >= ready_day, 1.0, 0.0)
    grounded = n.client_air_share * v.grounds * active
    sky = xp.maximum(defence + fighters - grounded, 0.0)
    p_deep = air_denial.loss_probability(a.loss_deep * intel, sky)
    p_front = air_denial.loss_probability(a.loss_deep * a.front_risk * intel, sky)
    cut_at = numbered(k.interruptions, x.cuts)
    cut_now = k.interruption_rate * dt
    f_cut = incidents.crossing_fraction(cut_at, x.cut_hazard, cut_now)
    cut = f_cut <= 1.0
    cut_day = xp.where(cut, t + f_cut * dt, NEVER)
    cut_days = xp.clip(x.cut_until - t, 0.0, dt)
    cut_days = cut_days + xp.clip(t + dt - xp.maximum(cut_day, x.cut_until), 0.0, n.interruption_d)
    short = n.pivotal_aid_share * cut_days / dt  # share of support missing in this step
    leak = air_denial.leak_share(a.salvo_capacity * (1.0 - short), sky)
    denial, p_deep, p_front, short, leak = once(denial, p_deep, p_front, short, leak)

    # --- deterred --------------------------------------------------------------------------------------------------
    # With the fleet of the start, and with the fleet that is left.
    could = a.sorties * eagerness
    could_deep = could * a.deep_share
    could_front = could - could_deep
    potential = could * x.fleet / n.fleet
    deep = potential * a.deep_share
    front = potential - deep
    launches = n.launches_per_day * eagerness
    # Finite interceptors: shots wanted by missiles in reach and, if the zone is held from outside, by intruders.
    wanted = n.shots_per_target * (
        launches * v.missile_in + v.standoff * x.deep_flown * v.deep_in
    ) * active * dt  # fmt: skip
    stocked = xp.minimum(1.0, x.interceptors / xp.maximum(wanted, 1.0))
    cover = xp.where(v.standoff > 0, stocked, filled * (1.0 - exposed_deep)) * active
    cover_front = filled * (1.0 - exposed_front) * v.front_in * fighting
    p_zone = a.intercept * v.shoot * cover
    p_zone_front = a.intercept * v.shoot * cover_front
    p_in = 1.0 - (1.0 - p_deep) * (1.0 - p_zone)
    p_contact = 1.0 - (1.0 - p_front) * (1.0 - p_zone_front)
    p_zone, p_zone_front, p_in, p_contact, cover = once(p_zone, p_zone_front, p_in, p_contact, cover)
    declared = xp.where(agrees, v.threat * a.declared_threat, 0.0)
    seen_in, mean_in = learn(xp.maximum(x.seen_in, declared), p_in, dt, a.learn_d)
    seen_rest, mean_rest = learn(x.seen_rest, p_deep, dt, a.learn_d)
    seen_front, mean_front = learn(x.seen_front, p_contact, dt, a.learn_d)
    kept_out = xp.where(x.fate == 2, active, 0.0)
    flown_in = deep * v.deep_in * deterrence.willingness(mean_in, a.tolerance, a.steepness) * (1.0 - kept_out)
    avoided = deep * v.deep_in - flown_in
    rest = deep * (1.0 - v.deep_in) + a.divert * (1.0 - v.deep_in) * avoided
    flown_rest = rest * deterrence.willingness(mean_rest, a.tolerance, a.steepness)
    moved = a.standoff_share * (deep - flown_in - flown_rest)
    flown_front = (front + moved) * deterrence.willingness(mean_front, a.tolerance, a.steepness)
    flown_front = flown_front * (1.0 - kept_out * v.front_in)
    deep, front, flown_in, flown_rest, flown_front, wanted, stocked = once(
        deep, front, flown_in, flown_rest, flown_front, wanted, stocked
    )
    shot_by_zone = flown_in * p_zone + flown_front * p_zone_front  # the zone engages first
    hit = flown_in * p_in + flown_rest * p_deep + flown_front * p_contact
    lost_fleet = deterrence.losses_from(x.fleet, hit * dt)
    kills = shot_by_zone * lost_fleet / xp.maximum(hit, TINY)
    lost_fleet, kills = once(lost_fleet, kills)

    # --- clashed, escalated ----------------------------------------------------------------------------------------
    lost_now = lost_to_fire + n.a2a * v.overflight * kills  # batteries abroad are not shot at in the air
    zone_shots = kills + lost_to_fire + destroyed
    shots_now = a.background_shots / DAYS_PER_YEAR * dt + zone_shots
    f_repeat = incidents.crossing_fraction(k.repeat_at, x.shots, shots_now)
    repeats = (x.repeat_day >= NEVER) & (f_repeat <= 1.0) & (on > 0)
    repeat_day = xp.where(repeats, t + f_repeat * dt, x.repeat_day)
    contest_end = repeat_day + k.contest_days
    decided = (active > 0) & (x.fate < 2) & (contest_end < t + dt) & (contest_end >= ready_day)
    f_contest = xp.where(decided, xp.clip((contest_end - t) / dt, 0.0, 1.0), NEVER)
    yields = k.stop_coalition < k.stop_adversary
    f_yield = xp.where(yields, f_contest, NEVER)
    f_losses = xp.where(active > 0, incidents.crossing_fraction(a.tolerate_loss, x.lost, lost_now), NEVER)
    called_now = a.bluff_test * flown_in * v.bluff * active * dt
    f_called = xp.where(active > 0, incidents.crossing_fraction(k.bluff_at, x.called, called_now), NEVER)
    f_zone = xp.minimum(xp.minimum(f_yield, f_losses), f_called)
    lethal_rate = a.q_lethal * shots_now / dt
    episodes_now = escalation.episode_rate(lethal_rate, a.episode_d) * dt
    striking = v.across * fighting
    soil_now = escalation.episode_rate(striking, a.episode_d) * dt
    shots_now, lost_now, called_now, episodes_now, repeat_day, f_zone, f_yield, f_contest = once(
        shots_now, lost_now, called_now, episodes_now, repeat_day, f_zone, f_yield, f_contest
    )

    # --- aided -----------------------------------------------------------------------------------------------------
    worth = xp.exp(a.reform_effect * v.reforms)
    aid = k.aid_level * support.ramp_mean(t, dt, a.aid_ramp) * (1.0 - short)
    supplied = a.aid_cover * aid * worth
    served = xp.minimum(1.0, supplied + x.materiel / dt)
    aid, supplied, served = once(aid, supplied, served)

    # --- fought ----------------------------------------------------------------------------------------------------
    effect = ground_war.supply_effect(served, a.dependence)
    air_help = 1.0 + (a.air_mult - 1.0) * flown_front / xp.maximum(a.sorties * (1.0 - a.deep_share), 1.0)
    client_loss = ground_war.loss_rate(x.client, x.adversary, a.adversary_kills * air_help, a.lanchester)
    adversary_loss = ground_war.loss_rate(x.adversary, x.client, a.client_kills * effect * intel, a.lanchester)
    client_inflow = a.client_inflow / a.force_ratio / DAYS_PER_YEAR  # its unit is the adversary's start
    adversary_inflow = a.adversary_inflow / DAYS_PER_YEAR
    client_loss = xp.minimum(client_loss, x.client / dt + client_inflow)  # no one falls who is not there
    adversary_loss = xp.minimum(adversary_loss, x.adversary / dt + adversary_inflow)
    client_gain = (client_inflow - client_loss) * dt
    adversary_gain = (adversary_inflow - adversary_loss) * dt
    ratio = xp.log(x.adversary / (x.client * effect * a.force_ratio))
    shock = a.surprise * xp.exp2(-(t + 0.5 * dt) / n.surprise_half_d)
    held_now = ground_war.front_speed(ratio + shock, xp.log(a.defence), a.front_v) * dt
    held_now = xp.clip(held_now, -x.held, 1.0 - x.held)
    client_loss, adversary_loss, held_now, ratio = once(client_loss, adversary_loss, held_now, ratio)

    # --- harmed ----------------------------------------------------------------------------------------------------
    glide = 1.0 + (a.glide_mult - 1.0) * xp.clip((t + dt - a.glide_day) / dt, 0.0, 1.0)
    front_harm = a.harm_front * glide
    met = v.missile_in * xp.minimum(1.0, a.intercept) * stocked * active
    air_day = a.harm_deep * (flown_in + flown_rest) + front_harm * flown_front
    missile_day = a.harm_missile * eagerness * leak * (1.0 - met)
    shelling_day = a.shelling * (decay + pulse * (1.0 - a.relief * v.corridor * active)) * x.adversary
    # Reckoned from the fleet of the start: from the fleet that is left, an adversary that keeps out of a zone, and so
    # keeps its aircraft, would have more to replace than one that flew and lost them.
    averted_day = a.harm_deep * could_deep + front_harm * could_front - air_day
    replaced_day = deterrence.replaced_harm(xp.maximum(averted_day, 0.0), a.substitutable)
    harm_day = air_day + missile_day + shelling_day + replaced_day
    air_day, missile_day, shelling_day, replaced_day, harm_day = once(
        air_day, missile_day, shelling_day, replaced_day, harm_day
    )

    # --- ended -----------------------------------------------------------------------------------------------------
    length = xp.exp(k.length_sign * (active + aid))
    settle_now = ending.weibull_increment(t, dt, a.end_median, a.end_shape) * k.settle_rate * length
    can_leave = (x.held < n.withdraw_below) & (ratio < -xp.log(a.defence))
    withdraw_now = xp.where(can_leave, a.withdrawal / DAYS_PER_YEAR * dt, 0.0)
    f_settle = incidents.crossing_fraction(k.end_at, x.settle_hazard, settle_now)
    f_defeat = incidents.crossing_fraction(a.collapse, x.held, held_now)
    f_leave = incidents.crossing_fraction(k.withdraw_at, x.withdraw_hazard, withdraw_now)
    f_end = xp.minimum(xp.minimum(f_settle, f_defeat), f_leave)
    ends = (f_end <= 1.0) & (on > 0)
    cause = xp.where(f_defeat <= f_end, 2.0, xp.where(f_settle <= f_end, 1.0, 3.0))
    ending_code = xp.where(ends, cause, x.ending)
    end_day = xp.where(ends, t + f_end * dt, x.end_day)

    # --- accounts: g is the part of the step fought, z the part of it with the zone --------------------------------
    g = on * xp.minimum(1.0, f_end)
    z = xp.minimum(g, f_zone)
    repeat_day = xp.where(repeats & (f_repeat > z), NEVER, repeat_day)  # no shots after what ends them
    g, z, f_end, settle_now, withdraw_now, ending_code, end_day = once(
        g, z, f_end, settle_now, withdraw_now, ending_code, end_day
    )
    zone_ends = (f_zone <= xp.minimum(1.0, f_end)) & (active > 0)
    zone_end = xp.where(zone_ends, t + f_zone * dt, x.zone_end)
    kept = decided & ~yields & (f_contest <= xp.minimum(f_zone, f_end))
    why = xp.where(f_yield <= f_zone, 3.0, xp.where(f_losses <= f_zone, LOSSES, CALLED))
    fate = xp.where(active > 0, xp.maximum(x.fate, 1.0), x.fate)
    fate = xp.where(kept, 2.0, fate)
    fate = xp.where(zone_ends, why, fate)
    shots = x.shots + shots_now * z + (g - z) * a.background_shots / DAYS_PER_YEAR * dt
    over = (fate > 2) | ((fate == 2) & (active > 0)) | (ending_code > 0)
    rung = 1.0 + xp.where(shots >= k.shots_at, 1.0, 0.0) + xp.where(repeat_day < NEVER, 1.0, 0.0)
    rung = xp.where((striking > 0) | (bases_struck > 0), SOIL, rung)
    peak_rung = xp.where(on > 0, xp.maximum(x.peak_rung, rung), x.peak_rung)
    rung = xp.where(over, 1.0, rung)
    remember = xp.exp(-dt / n.harm_window_d)
    zone_now = active * dt * z
    joined = xp.where((x.zone_days < k.ally_at) & (x.zone_days + zone_now >= k.ally_at), 1.0, 0.0)
    nxt = State(
        ending=ending_code, end_day=end_day, adopt_day=adopt_day, ready_day=ready_day, zone_end=zone_end, fate=fate,
        inside=upto(x.inside, inside, z), home=upto(x.home, home, z), lost=x.lost + lost_now * z,
        interceptors=x.interceptors - wanted * stocked * z, denial=upto(x.denial, denial, g),
        seen_in=upto(x.seen_in, seen_in, g), seen_rest=upto(x.seen_rest, seen_rest, g),
        seen_front=upto(x.seen_front, seen_front, g),
        deep_flown=flown_in + flown_rest,
        fleet=xp.minimum(n.fleet, x.fleet + g * (n.fleet_replacement / DAYS_PER_YEAR * dt - lost_fleet)),
        shots=shots, repeat_day=repeat_day, episodes=x.episodes + episodes_now * z,
        soil_episodes=x.soil_episodes + soil_now * z, called=x.called + called_now * z,
        rung=rung, peak_rung=peak_rung, aid=aid, aid_years=x.aid_years + aid * dt / DAYS_PER_YEAR * g,
        cut_hazard=x.cut_hazard + cut_now, cuts=x.cuts + xp.where(cut, 1.0, 0.0),
        cut_until=xp.where(cut, cut_day + n.interruption_d, x.cut_until),
        materiel=x.materiel + (supplied - served) * dt * g,
        client=xp.maximum(x.client + client_gain * g, TINY),
        adversary=xp.maximum(x.adversary + adversary_gain * g + joined * n.ally_force / n.adversary_force, TINY),
        held=x.held + held_now * g, peak_held=xp.maximum(x.peak_held, x.held + held_now * g),
        client_casualties=x.client_casualties + client_loss * dt * g,
        adversary_casualties=x.adversary_casualties + adversary_loss * dt * g,
        settle_hazard=x.settle_hazard + settle_now, withdraw_hazard=x.withdraw_hazard + withdraw_now,
        recent_harm=harm_day * on + (x.recent_harm - harm_day * on) * remember,
        by_air=x.by_air + air_day * dt * g, by_missile=x.by_missile + missile_day * dt * g,
        by_shelling=x.by_shelling + shelling_day * dt * g, by_replacement=x.by_replacement + replaced_day * dt * g,
        sorties=x.sorties + (flown_in + flown_rest + flown_front) * dt * g, zone_kills=x.zone_kills + kills * z,
        adversary_lost=x.adversary_lost + lost_fleet * g, zone_days=x.zone_days + zone_now,
        covered_days=x.covered_days + dt * z * cover, patrols=x.patrols + flights * zone_now,
    )  # fmt: skip
    killed = nxt.by_air + nxt.by_missile + nxt.by_shelling + nxt.by_replacement
    report = (
        killed, nxt.by_air, nxt.held, (flown_in + flown_rest + flown_front) * g, nxt.adversary_lost,
        xp.where(nxt.ending == 0, 1.0, 0.0), flights * active * z, rung, reluctance, nxt.aid_years,
        flown_in * active * z, flown_front * v.front_in * active * z, nxt.inside / xp.maximum(a.sam_inside, TINY),
    )  # fmt: skip
    return nxt, report

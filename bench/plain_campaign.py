"""The whole campaign for one future and one option in plain float64 Python: docs/model.md stated a second time.

Nothing here comes from closedsky.model; a loaded case is read for its data only. Headings are those of the page.
What is fixed before day 0 (luck, closed forms, thresholds) is in `plain_before.py`.
"""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

from plain_before import (
    NEVER,
    YEAR,
    before_day_0,
    clip,
    fraction,
    mean_pulse,
    mean_ramp,
    mean_tempo,
    open_envelopes,
    share_after,
    stock,
)

TINY = 1e-6


def plain_campaign(
    case: Any,
    assumptions: dict[str, float],
    luck_number: int,
    option: str,
    seed: int = 0,
    switches: dict[str, str] | None = None,
    agreed: bool = True,
) -> dict[str, float]:
    """Outcomes of one option in one future, by name.

    Args:
        case: a loaded case, for data only.
        assumptions: by name.
        luck_number: which envelopes are opened.
        option: id of the option.
        seed: fills the envelopes.
        switches: `war_path`, `length_effect`; the case's defaults where not named.
        agreed: adopted on the decision day (the effect); else the alliance decides.
    """
    return course(case, assumptions, luck_number, option, seed, switches, agreed)[0]


def day_0(a: Any, v: Any, n: Any) -> Any:
    """State at the start. What is not named here starts at 0."""
    zero = (
        "ending", "fate", "lost", "shots", "episodes", "soil", "called", "aid", "aid_years", "cut_hazard", "cuts",
        "cut_until", "client_killed", "adversary_killed", "settle_hazard", "leave_hazard", "harm", "by_air",
        "by_missile", "by_shelling", "by_replacement", "sorties", "zone_kills", "adversary_lost", "zone_days",
        "covered_days", "patrols",
    )  # fmt: skip
    x = SimpleNamespace(**dict.fromkeys(zero, 0.0))
    x.end_day = x.adopt_day = x.ready_day = x.zone_end = x.repeat_day = NEVER
    x.inside, x.home, x.interceptors, x.denial = a.sam_inside, a.sam_home, v.interceptors, 1.0
    x.seen_in = x.seen_rest = min(-math.expm1(-a.loss_deep), a.tolerance)
    x.seen_front = min(-math.expm1(-a.loss_deep * a.front_risk), a.tolerance)
    x.deep_flown, x.fleet, x.materiel = a.sorties * a.deep_share, n.fleet, a.runway_d
    x.rung = x.peak_rung = x.client = x.adversary = 1.0
    x.held = x.peak_held = n.held_at_start
    return x


def course(
    case: Any,
    assumptions: dict[str, float],
    luck_number: int,
    option: str,
    seed: int = 0,
    switches: dict[str, str] | None = None,
    agreed: bool = True,
) -> tuple[dict[str, float], list[float], list[float]]:
    """Outcomes of a lane, then for each step verified deaths so far and the reluctance of the alliance."""
    a = SimpleNamespace(**assumptions)
    v = SimpleNamespace(**case.options[option].levers)
    n = SimpleNamespace(**{key: number.value for key, number in case.numbers.items()})
    luck = SimpleNamespace(**open_envelopes(seed, luck_number))
    chosen = {key: switch.default for key, switch in case.switches.items()} | (switches or {})
    k = before_day_0(a, v, n, luck, case, chosen, agreed)
    x = day_0(a, v, n)
    deaths: list[float] = []
    reluctances: list[float] = []

    for t, dt in zip(case.start.tolist(), case.length.tolist(), strict=True):
        on = x.ending == 0

        # 1 tempo
        tempo = mean_tempo(a.tempo_start, a.tempo_half, t, dt)
        pulse = mean_pulse(a.pulse, a.pulse_day, t, dt)
        eagerness = (tempo / a.tempo_start) ** a.air_tempo

        # 2 deliberation
        reluctance = n.rung_push * (max(x.rung - 1.0, 0.0) + (t >= k.alert_day))
        reluctance -= a.harm_pull * math.log1p(n.harm_window_d * x.harm)
        agrees = on and x.adopt_day >= NEVER and t + dt > k.first_day and reluctance <= k.agrees_up_to
        if agrees:
            x.adopt_day = max(t, k.first_day)
            x.ready_day = x.adopt_day + k.assemble

        # 3 patrol
        active = share_after(x.ready_day, t, dt) if v.zone and on and x.zone_end >= NEVER else 0.0
        build = clip((t + dt / 2.0 - x.ready_day) / max(v.build_d, 1.0))
        struck = x.zone_days >= k.bases_at
        sent = v.force + v.suppressors + v.strikers
        left = max(0.0, 1.0 - x.lost / max(sent, 1.0))
        force = v.force * build * (1.0 - n.base_loss * struck) * left
        filled = min(1.0, force / max(k.need, 1.0)) if v.force > 0.0 else 0.0

        # 4 suppression
        fighting = 0.0 if x.fate == 2 else active  # once the adversary has given way neither side fires
        hit = a.sam_kill * v.suppressors * build * left * fighting
        inside, inside_mean = batteries(x.inside, a.sam_inside, hit * v.suppress, a.reconstitution, dt)
        home, home_mean = batteries(x.home, a.sam_home, hit * v.across, a.reconstitution, dt)
        destroyed = hit * (v.suppress * inside_mean + v.across * home_mean) * dt
        left_inside, left_home = inside_mean / max(a.sam_inside, 1.0), home_mean / max(a.sam_home, 1.0)
        exposed_deep = 1.0 - (1.0 - k.ring * left_home) * (1.0 - n.inside_reach * v.bears * left_inside)
        exposed_front = 1.0 - (1.0 - left_home) * (1.0 - left_inside)
        met = inside_mean * v.bears * (1.0 if v.suppress else n.presence)
        met += home_mean * k.ring * (1.0 if v.across else n.presence)
        fire = 50.0 * a.sam_kill * a.exchange * met * fighting * build * v.overflight * k.area_share * dt
        flights = k.full_sorties * filled
        flights += k.aircraft_rate * build * left * (v.strikers + v.suppressors * (x.fate != 2))
        fire += a.loss_sortie * flights * fighting * v.overflight * dt
        fire = min(fire, max(sent - x.lost, 0.0))

        # 5 air denial
        inflow = a.gbad_aid / YEAR * x.aid * share_after(k.gbad_day, t, dt)
        denial, denial_mean = stock(x.denial, inflow, a.hunt * x.deep_flown, dt)
        fighters = v.fighters / n.client_fleet if t >= x.ready_day else 0.0
        sky = max(0.0, denial_mean + n.client_air_share * (fighters - v.grounds * active))
        p_deep = -math.expm1(-a.loss_deep * k.intel * sky)
        p_front = -math.expm1(-a.loss_deep * a.front_risk * k.intel * sky)
        f_cut = fraction(k.cuts_at[int(x.cuts)], x.cut_hazard, k.cut_rate * dt)
        cut_days = clip(x.cut_until - t, 0.0, dt)
        if f_cut <= 1.0:
            cut_days += clip(t + dt - max(t + f_cut * dt, x.cut_until), 0.0, n.interruption_d)
        missing = n.pivotal_aid_share * cut_days / dt
        leak = clip(1.0 - a.salvo_capacity * (1.0 - missing) * sky)

        # 6 deterrence
        could = a.sorties * eagerness
        potential = could * x.fleet / n.fleet
        deep = potential * a.deep_share
        front = potential - deep
        in_reach = n.launches_per_day * eagerness * v.missile_in + v.standoff * x.deep_flown * v.deep_in
        wanted = n.shots_per_target * in_reach * active * dt
        stocked = min(1.0, x.interceptors / max(wanted, 1.0))
        cover = (stocked if v.standoff else filled * (1.0 - exposed_deep)) * active
        z_deep = a.intercept * v.shoot * cover
        z_front = a.intercept * v.shoot * filled * (1.0 - exposed_front) * v.front_in * fighting
        p_in = 1.0 - (1.0 - p_deep) * (1.0 - z_deep)
        p_contact = 1.0 - (1.0 - p_front) * (1.0 - z_front)
        seen_in = max(x.seen_in, v.threat * a.declared_threat) if agrees else x.seen_in
        seen_in, mean_in = stock(seen_in, p_in / a.learn_d, 1.0 / a.learn_d, dt)
        seen_rest, mean_rest = stock(x.seen_rest, p_deep / a.learn_d, 1.0 / a.learn_d, dt)
        seen_front, mean_front = stock(x.seen_front, p_contact / a.learn_d, 1.0 / a.learn_d, dt)
        will_in, will_rest, will_front = (
            min(1.0, a.tolerance / seen) ** a.steepness if seen > 0.0 else 1.0
            for seen in (mean_in, mean_rest, mean_front)
        )
        kept_out = active if x.fate == 2 else 0.0
        flown_in = deep * v.deep_in * will_in * (1.0 - kept_out)
        avoided = deep * v.deep_in - flown_in
        flown_rest = (deep + a.divert * avoided) * (1.0 - v.deep_in) * will_rest
        flown_front = (front + a.standoff_share * (deep - flown_in - flown_rest)) * will_front
        flown_front *= 1.0 - kept_out * v.front_in
        flown_deep = flown_in + flown_rest
        hits = flown_in * p_in + flown_rest * p_deep + flown_front * p_contact
        lost_fleet = x.fleet * -math.expm1(-hits * dt / x.fleet) if x.fleet > 0.0 else 0.0
        kills = (flown_in * z_deep + flown_front * z_front) * lost_fleet / max(hits, TINY)

        # 7 incidents and escalation
        lost_now = fire + n.a2a * v.overflight * kills
        background = a.background_shots / YEAR * dt
        shots_now = background + kills + fire + destroyed
        f_repeat = fraction(k.repeat_at, x.shots, shots_now)
        repeats = on and x.repeat_day >= NEVER and f_repeat <= 1.0
        if repeats:
            x.repeat_day = t + f_repeat * dt
        contest_end = x.repeat_day + k.contest_days
        f_yield = f_losses = f_called = f_decided = math.inf
        called_now = a.bluff_test * flown_in * v.bluff * active * dt
        if active > 0.0:
            if x.fate < 2 and x.ready_day <= contest_end < t + dt:
                f_decided = clip((contest_end - t) / dt)
            if k.stop_c < k.stop_a:
                f_yield = f_decided
            f_losses = fraction(a.tolerate_loss, x.lost, lost_now)
            f_called = fraction(k.bluff_at, x.called, called_now)
        f_zone = min(f_yield, f_losses, f_called)
        lethal = a.q_lethal * shots_now / dt
        episodes_now = lethal / (1.0 + lethal * a.episode_d) * dt
        striking = v.across * fighting
        soil_now = striking / (1.0 + striking * a.episode_d) * dt

        # 8 support
        aid = k.aid_level * mean_ramp(a.aid_ramp, t, dt) * (1.0 - missing)
        supplied = a.aid_cover * aid * math.exp(a.reform_effect * v.reforms)
        served = min(1.0, supplied + x.materiel / dt)

        # 9 ground war
        effect = 1.0 - a.dependence * (1.0 - clip(served))
        air = 1.0 + (a.air_mult - 1.0) * flown_front / max(a.sorties * (1.0 - a.deep_share), 1.0)
        client_loss = a.adversary_kills * air * x.client**a.lanchester * x.adversary
        adversary_loss = a.client_kills * k.intel * effect * x.adversary**a.lanchester * x.client
        client_inflow, adversary_inflow = a.client_inflow / a.force_ratio / YEAR, a.adversary_inflow / YEAR
        client_loss = min(client_loss, x.client / dt + client_inflow)
        adversary_loss = min(adversary_loss, x.adversary / dt + adversary_inflow)
        odds = math.log(x.adversary / (x.client * effect * a.force_ratio))
        push = odds + a.surprise * 2.0 ** (-(t + dt / 2.0) / n.surprise_half_d)
        moved = a.front_v * math.tanh(max(abs(push) - math.log(a.defence), 0.0)) * math.copysign(dt, push)
        moved = clip(moved, -x.held, 1.0 - x.held)

        # 10 harm, verified-equivalent, a day
        front_harm = a.harm_front * (1.0 + (a.glide_mult - 1.0) * share_after(a.glide_day, t, dt))
        met_missiles = v.missile_in * min(1.0, a.intercept) * stocked * active
        by_air = a.harm_deep * flown_deep + front_harm * flown_front
        by_missile = a.harm_missile * eagerness * leak * (1.0 - met_missiles)
        by_shelling = a.shelling * (tempo + pulse * (1.0 - a.relief * v.corridor * active)) * x.adversary
        by_replacement = a.substitutable * max(
            0.0, could * (a.harm_deep * a.deep_share + front_harm * (1.0 - a.deep_share)) - by_air
        )

        # 11 ending
        risen = math.log(2.0) * (((t + dt) / a.end_median) ** a.end_shape - (t / a.end_median) ** a.end_shape)
        settle_now = risen * k.settle * math.exp(k.length * (active + aid))
        leaves = x.held < n.withdraw_below and odds < -math.log(a.defence)
        leave_now = a.withdrawal / YEAR * dt if leaves else 0.0
        f_settle = fraction(luck.end, x.settle_hazard, settle_now)
        f_defeat = fraction(a.collapse, x.held, moved)
        f_leave = fraction(luck.withdrawal, x.leave_hazard, leave_now)
        f_end, how = min((f_defeat, 2), (f_settle, 1), (f_leave, 3), key=lambda cause: cause[0])
        if on and f_end <= 1.0:
            x.ending, x.end_day = how, t + f_end * dt

        # 12 accounts
        g = min(1.0, f_end) if on else 0.0
        z = min(g, f_zone)
        zone_now = active * dt * z
        if repeats and f_repeat > z:
            x.repeat_day = NEVER
        if active > 0.0:
            x.fate = max(x.fate, 1.0)
            if k.stop_c >= k.stop_a and f_decided <= min(f_zone, f_end, 1.0):
                x.fate = 2.0
            if f_zone <= min(1.0, f_end):
                x.zone_end = t + f_zone * dt
                x.fate = 3.0 if f_yield <= f_zone else 4.0 if f_losses <= f_zone else 5.0
        x.shots += shots_now * z + background * (g - z)
        rung = 1.0 + (x.shots >= k.shots_at) + (x.repeat_day < NEVER)
        if striking > 0.0 or struck:
            rung = 4.0
        if on:
            x.peak_rung = max(x.peak_rung, rung)
        over = x.fate > 2 or (x.fate == 2 and active > 0.0) or x.ending > 0
        x.rung = 1.0 if over else rung

        x.inside += (inside - x.inside) * z
        x.home += (home - x.home) * z
        x.lost += lost_now * z
        x.interceptors -= wanted * stocked * z
        x.episodes += episodes_now * z
        x.soil += soil_now * z
        x.called += called_now * z
        x.zone_kills += kills * z
        was_joined = x.zone_days >= k.ally_at
        x.zone_days += zone_now
        joins = not was_joined and x.zone_days >= k.ally_at
        x.covered_days += dt * z * cover
        x.patrols += flights * zone_now

        x.denial += (denial - x.denial) * g
        x.seen_in += (seen_in - x.seen_in) * g
        x.seen_rest += (seen_rest - x.seen_rest) * g
        x.seen_front += (seen_front - x.seen_front) * g
        x.deep_flown = flown_deep
        x.fleet = min(n.fleet, x.fleet + (n.fleet_replacement / YEAR * dt - lost_fleet) * g)
        x.adversary_lost += lost_fleet * g
        x.sorties += (flown_deep + flown_front) * dt * g
        x.aid = aid
        x.aid_years += aid * dt / YEAR * g
        x.cut_hazard += k.cut_rate * dt
        if f_cut <= 1.0:
            x.cuts, x.cut_until = x.cuts + 1, t + f_cut * dt + n.interruption_d
        x.materiel += (supplied - served) * dt * g
        x.client_killed += client_loss * dt * g
        x.adversary_killed += adversary_loss * dt * g
        x.client = max(TINY, x.client + (client_inflow - client_loss) * dt * g)
        x.adversary = max(
            TINY,
            x.adversary + (adversary_inflow - adversary_loss) * dt * g + joins * n.ally_force / n.adversary_force,
        )
        x.held += moved * g
        x.peak_held = max(x.peak_held, x.held)
        x.settle_hazard += settle_now
        x.leave_hazard += leave_now
        harm_day = by_air + by_missile + by_shelling + by_replacement if on else 0.0
        x.harm = harm_day + (x.harm - harm_day) * math.exp(-dt / n.harm_window_d)
        x.by_air += by_air * dt * g
        x.by_missile += by_missile * dt * g
        x.by_shelling += by_shelling * dt * g
        x.by_replacement += by_replacement * dt * g
        deaths.append(x.by_air + x.by_missile + x.by_shelling + x.by_replacement)
        reluctances.append(reluctance)

    return outcomes(x, k, a, v, n, case.horizon), deaths, reluctances


def batteries(before: float, whole: float, hit: float, rebuilt: float, dt: float) -> tuple[float, float]:
    """Batteries at the end of a step, and their mean over it."""
    after, mean = stock(before, rebuilt * whole, hit + rebuilt, dt)
    return after, mean if (hit + rebuilt) * dt > 1e-4 else before


def outcomes(x: Any, k: Any, a: Any, v: Any, n: Any, horizon: float) -> dict[str, float]:
    """What is measured when the lane has run."""
    end_day = min(x.end_day, horizon)
    held = {0: x.held, 1: x.held, 2: 1.0, 3: 0.0}[x.ending]
    occupied = a.occupation * held * (horizon - end_day) / YEAR if x.ending else 0.0
    verified = x.by_air + x.by_missile + x.by_shelling + x.by_replacement
    attacked = v.zone * max(v.suppress, v.across) * x.zone_days > 0.0
    combat = float(attacked or x.shots >= k.death_at or x.zone_days >= k.bases_at)
    if k.contest:
        stop = min(end_day, x.zone_end) if x.repeat_day < x.zone_end else end_day
        hazard = min(a.risk_speed * max(stop - x.repeat_day, 0.0), k.stop_c, k.stop_a)
    else:
        hazard = -x.episodes * math.log1p(-a.q_episode) - x.soil * math.log1p(-a.q_soil)
    crewed = v.zone * max(v.overflight, v.standoff)
    zoned = x.zone_days > 0.0
    return {
        "killed": verified * a.undercount + occupied,
        "killed_fighting": verified * a.undercount,
        "killed_verified": verified,
        "killed_by_air": x.by_air * a.undercount,
        "killed_by_missile": x.by_missile * a.undercount,
        "killed_by_shelling": x.by_shelling * a.undercount,
        "killed_by_replacement": x.by_replacement * a.undercount,
        "killed_by_occupation": occupied,
        "war_days": x.end_day if x.ending else math.nan,
        "end_day": end_day,
        "ending": x.ending,
        "held": held,
        "direct_combat": combat,
        "lethal_engagements": a.q_lethal * x.shots,
        "episodes": x.episodes + x.soil,
        "peak_rung": x.peak_rung,
        "war_hazard": hazard,
        "fate": x.fate,
        "zone_days": x.zone_days,
        "coverage": x.covered_days / max(x.zone_days, TINY) if zoned else math.nan,
        "stations": k.stations * crewed,
        "aircraft_needed": k.need * crewed,
        "patrols": x.patrols,
        "sorties_per_day": x.patrols / max(x.zone_days, TINY) if zoned else math.nan,
        "tankers_needed": k.full_sorties * crewed * n.tanker_share / n.tanker_rate,
        "batteries_left": x.inside / max(a.sam_inside, 1.0),
        "coalition_lost": x.lost,
        "crew_lost": x.lost * n.crew_per_loss,
        "adversary_lost": x.adversary_lost,
        "zone_kills": x.zone_kills,
        "sorties_flown": x.sorties,
        "cost": (x.patrols * a.cost_sortie + x.lost * n.airframe_musd) / 1000.0,
        "aid": x.aid_years * a.aid_max,
        "soldiers_client": x.client_killed * a.force_ratio * n.adversary_force * n.killed_share,
        "soldiers_adversary": x.adversary_killed * n.adversary_force * n.killed_share,
        "displaced": min(a.flight * 10.0 * (x.peak_held - n.held_at_start), n.population),
        "belligerents": 2.0 + v.states * combat + (x.zone_days >= k.ally_at),
        "consent_limit": k.limit,
        "adopted_day": x.adopt_day if x.adopt_day < NEVER else math.nan,
        "asked_day": k.asked_day,
    }

"""What `plain_campaign` needs before day 0: luck, closed forms, and what stays fixed in one lane.

Standard library only; nothing shared with closedsky.model.
"""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

YEAR = 365.25
NEVER = 1e9
KM_PER_NMI = 1.852

CHANNELS = {
    "end": (1, "exponential"),
    "shots_lethal_repeated": (2, "exponential"),
    "shots_lethal_single": (3, "exponential"),
    "shots_nonlethal_repeated": (4, "exponential"),
    "shots_nonlethal_single": (5, "exponential"),
    "stake_coalition": (6, "exponential"),
    "stake_adversary": (7, "exponential"),
    "allies_factor": (8, "normal"),
    "consent": (9, "uniform"),
    "pivotal": (10, "uniform"),
    "interruption": (11, "exponential"),
    "bases_struck": (12, "exponential"),
    "ally_joins": (13, "exponential"),
    "alert": (14, "exponential"),
    "bluff_called": (15, "exponential"),
    "withdrawal": (16, "exponential"),
}
INTERRUPTIONS = 6

WORD = 0xFFFFFFFF


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10: ten rounds on four words of 32 bits."""
    x0, x1, x2, x3 = counter
    k0, k1 = key
    for _ in range(10):
        low, high = 0xD2511F53 * x0, 0xCD9E8D57 * x2
        x0, x1, x2, x3 = (high >> 32) ^ x1 ^ k0, high & WORD, (low >> 32) ^ x3 ^ k1, low & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return x0, x1, x2, x3


def single(x: float) -> float:
    """Round to the nearest float32."""
    return float(struct.unpack("f", struct.pack("f", x))[0])


@lru_cache(maxsize=64)
def open_envelopes(seed: int, luck_number: int) -> dict[str, float | list[float]]:
    """Everything that is sealed in one future, by name; `interruption` is a list."""

    def one(channel: int, law: str, ordinal: int) -> float:
        counter = (luck_number & WORD, luck_number >> 32, channel, ordinal)
        word = philox(counter, (seed & WORD, seed >> 32))[0]
        u = ((word >> 9) + 0.5) * 2.0**-23
        if law == "exponential":
            u = -math.log(u)
        elif law == "normal":
            u = normal_quantile(u)
        return single(u)

    found: dict[str, float | list[float]] = {k: one(c, law, 0) for k, (c, law) in CHANNELS.items()}
    found["interruption"] = [one(11, "exponential", i) for i in range(INTERRUPTIONS)]
    return found


def log_normal_cdf(x: float) -> float:
    """Logarithm of Phi(x), also far in the lower tail."""
    if x > -30.0:
        return math.log(0.5 * math.erfc(-x / math.sqrt(2.0)))
    series = 1.0 - 1.0 / x**2 + 3.0 / x**4 - 15.0 / x**6 + 105.0 / x**8 - 945.0 / x**10
    return -0.5 * x * x - math.log(-x) - 0.5 * math.log(2.0 * math.pi) + math.log(series)


def normal_quantile(p: float) -> float:
    """Phi^-1(p), by Newton's method on ln Phi in the lower half; the upper half by symmetry."""
    if p > 0.5:
        return -normal_quantile(1.0 - p)
    x, target = 0.0, math.log(p)
    for _ in range(60):
        ahead = log_normal_cdf(x)
        density = math.exp(-0.5 * x * x - ahead) / math.sqrt(2.0 * math.pi)
        step = (ahead - target) / density
        x -= step
        if abs(step) < 1e-15 * (1.0 + abs(x)):
            break
    return x


def log_odds(p: float) -> float:
    """ln(p / (1 - p))."""
    return math.log(p) - math.log1p(-p)


def log_odds_of_normal(x: float) -> float:
    """Log-odds of Phi(x)."""
    return log_normal_cdf(x) - log_normal_cdf(-x)


def clip(x: float, low: float = 0.0, high: float = 1.0) -> float:
    """The number nearest to x between low and high."""
    return low if x < low else high if x > high else x


def fraction(threshold: float, before: float, increment: float) -> float:
    """Where in a step a clock that stands at `before` and gains `increment` reaches its threshold; above 1: not yet."""
    if before >= threshold:
        return 0.0
    return (threshold - before) / increment if increment > 0.0 else math.inf


def share_after(day: float, t: float, dt: float) -> float:
    """Share of the step [t, t + dt] that lies after a day."""
    return clip((t + dt - day) / dt)


def stock(before: float, inflow: float, rate: float, dt: float) -> tuple[float, float]:
    """S' = inflow - rate S over dt, in closed form: the value at the end and the mean."""
    x, fed = rate * dt, inflow * dt
    if x < 1e-5:  # the closed form divides by x
        return (
            before * (1.0 - x + x * x / 2.0) + fed * (1.0 - x / 2.0 + x * x / 6.0),
            before * (1.0 - x / 2.0 + x * x / 6.0) + fed * (0.5 - x / 6.0 + x * x / 24.0),
        )
    rest, fallen = inflow / rate, -math.expm1(-x)
    return before + (rest - before) * fallen, rest + (before - rest) * fallen / x


def mean_tempo(start: float, half: float, t: float, dt: float) -> float:
    """Mean over the step of 1 + (start - 1) 2^(-t/half)."""
    rate = math.log(2.0) / half
    return 1.0 + (start - 1.0) * math.exp(-rate * t) * -math.expm1(-rate * dt) / (rate * dt)


def mean_pulse(height: float, peak: float, t: float, dt: float) -> float:
    """Mean over the step of height (t/peak) exp(1 - t/peak)."""
    end = t + dt
    area = (t + peak) * math.exp(1.0 - t / peak) - (end + peak) * math.exp(1.0 - end / peak)
    return height * area / dt


def mean_ramp(ramp: float, t: float, dt: float) -> float:
    """Mean over the step of 1 - exp(-t/ramp)."""
    return 1.0 - math.exp(-t / ramp) * -math.expm1(-dt / ramp) * ramp / dt


def before_day_0(a: Any, v: Any, n: Any, luck: Any, case: Any, chosen: dict[str, str], agreed: bool) -> Any:
    """What stays fixed in one lane."""
    k = SimpleNamespace()
    # patrol
    k.stations = max(1.0, v.area_km2 / (1.5 * math.sqrt(3.0) * a.reach_km**2)) if v.area_km2 > 0.0 else 0.0
    flight = 2.0 * v.base_km / KM_PER_NMI / n.speed_kt + n.on_station_h
    cycle = flight + 3.0 + 3.4 + 0.68 * flight
    k.need = k.stations * n.aircraft_per_station * cycle / (n.on_station_h * a.fleet_rate) / a.patrol_share
    k.aircraft_rate = a.fleet_rate * 24.0 / cycle
    k.full_sorties = k.stations * n.aircraft_per_station * 24.0 / n.on_station_h / a.patrol_share
    k.area_share = min(1.0, v.area_km2 / n.country_area_km2)
    k.ring = min(1.0, a.ring_km / max(v.depth_km, 1.0))

    # two gates
    fight, strike = (v.overflight + v.shoot) / 2.0, (v.suppress + v.across) / 2.0
    weights = a.weight_fight + a.weight_area + a.weight_strike
    risk = (a.weight_fight * fight + a.weight_area * k.area_share + a.weight_strike * strike) / weights
    objection = log_odds(n.objection_low) + risk * (log_odds(a.objection_high) - log_odds(n.objection_low))
    rho = a.allies_correlation

    def gate(uniform: float, members: float) -> float:
        own = normal_quantile(1.0 - uniform ** (1.0 / members))
        level: float = log_odds_of_normal(math.sqrt(1.0 - rho) * own + math.sqrt(rho) * luck.allies_factor)
        return float(clip(level, -30.0, 30.0) - objection)

    k.limit = NEVER
    if v.consent:
        k.limit = gate(luck.consent, n.members)
    if v.pivotal:
        k.limit = min(k.limit, gate(luck.pivotal, 1.0) - a.pivotal_shift)
    gated = v.consent or v.pivotal
    k.asked_day = case.decision_day + (a.staff_d if gated else 0.0)
    forced = agreed or not gated
    k.first_day = case.decision_day if forced else k.asked_day
    k.agrees_up_to = NEVER if forced else k.limit
    k.assemble = v.assemble_d * a.assembly

    # accumulated shots at which things happen
    q, r = a.q_lethal, a.q_repeat
    lethal_repeated = luck.shots_lethal_repeated / (q * r)
    lethal_single = luck.shots_lethal_single / (q * (1.0 - r))
    nonlethal_repeated = luck.shots_nonlethal_repeated / ((1.0 - q) * r)
    nonlethal_single = luck.shots_nonlethal_single / ((1.0 - q) * (1.0 - r))
    k.death_at = min(lethal_repeated, lethal_single)
    k.repeat_at = min(lethal_repeated, nonlethal_repeated)
    k.shots_at = min(k.death_at, k.repeat_at, nonlethal_single)

    # contest, in logarithms because powers overflow
    kappa = a.stake_adversary / a.stake_coalition
    ln_s = math.log(1.0 / a.stake_coalition + 1.0 / a.stake_adversary)
    ln_c = math.log(a.resolve) + (1.0 + kappa) * math.log(luck.stake_coalition) - ln_s
    ln_a = -math.log(a.resolve) / kappa + (1.0 + 1.0 / kappa) * math.log(luck.stake_adversary) - ln_s
    k.stop_c, k.stop_a = math.exp(clip(ln_c, -80.0, 80.0)), math.exp(clip(ln_a, -80.0, 80.0))
    k.contest = chosen["war_path"] == "contest"
    k.contest_days = min(NEVER, min(k.stop_c, k.stop_a) / a.risk_speed) if k.contest else NEVER

    # support, ending, adaptations
    k.aid_level = v.aid * 2.0 / (1.0 + a.impatience) * (1.0 + a.push_gain * v.push)
    k.cut_rate = a.interruption / YEAR * math.exp(a.push_cost * v.push)
    k.cuts_at = [sum(luck.interruption[: i + 1]) for i in range(len(luck.interruption))] + [NEVER]
    k.gbad_day = max(0.0, a.gbad_delay - v.surge_d)
    k.settle = v.diplomacy * math.exp(a.concession_effect * v.concessions)
    k.length = {"none": 0.0, "shorter": 1.0, "longer": -1.0}[chosen["length_effect"]] * a.length_size
    k.bases_at = luck.bases_struck / a.adaptation if v.zone and v.shoot else NEVER
    k.ally_at = luck.ally_joins / a.adaptation if v.zone and v.shoot else NEVER
    k.alert_day = case.decision_day + luck.alert / a.adaptation
    k.bluff_at = luck.bluff_called if v.bluff else NEVER
    k.intel = a.intel_mult if v.intel else 1.0
    return k

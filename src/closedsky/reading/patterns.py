"""What everybody says of no-fly zones, counted in the record of past campaigns and looked for in their futures.

Each pattern is counted twice in the same way: in what the campaigns' records say, and in what their futures do. Which
campaign is which is told from its levers and from the quantities on its record, never from its name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import special

from closedsky.cases.recorded import Recorded
from closedsky.cases.schema import Case
from closedsky.reading.backtest import ITSELF
from closedsky.reading.factors import own_record
from closedsky.reading.held import Campaign
from closedsky.reading.naive import stated, window
from closedsky.reading.record import MOST, Values
from closedsky.reading.statistics import TAIL, plain
from closedsky.reading.words import figure, listed, per_thousand

Verdict = Literal["agrees", "differs", "cannot say"]

HALF = 0.5
"""What happens in more futures than this is what most of them say."""

SUPPORT = 0.5
"""Share of sorties that patrol below which support dominates."""

FULL_RATE = 0.7
"""Share of one aircraft's most sorties that a whole fleet would have to fly to come near it."""


@dataclass(frozen=True)
class Pattern:
    """One check.

    Attributes:
        name: what is said of no-fly zones.
        record: what the campaigns' records say, in words.
        futures: what their futures say, in words.
        verdict: whether the futures say the same as the record.
        numbers: what the words rest on, by name; NaN for what is not defined.
        about: whether it tests the model's relations, only how well records foretell each other, or nothing, because
            the model cannot say otherwise.
    """

    name: str
    record: str
    futures: str
    verdict: Verdict
    numbers: Mapping[str, float]
    about: Literal["relations", "records", "construction"] = "relations"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        numbers = {name: plain(value) for name, value in self.numbers.items()}
        return {
            "name": self.name,
            "record": self.record,
            "futures": self.futures,
            "verdict": self.verdict,
            "numbers": numbers,
            "about": self.about,
        }


@dataclass(frozen=True)
class Known:
    """Everything that a pattern is counted in: campaigns on record, and those of them that were run."""

    cases: tuple[Case, ...]
    campaigns: tuple[Campaign, ...]

    def entries(self, quantity: str) -> dict[str, tuple[str, Recorded]]:
        """Of each case, by id, the key and entry that name a quantity; the longest where several do."""
        found = {}
        for case in self.cases:
            given = [(key, entry) for key, entry in case.recorded.items() if entry.quantity == quantity]
            if given:
                found[case.id] = max(given, key=lambda pair: window(case, pair[1]))
        return found

    def values(self, quantity: str) -> dict[str, Values]:
        """Of each campaign that was run, by id, what its futures say of a quantity on its record, where defined.

        Those in which the zone is kept, as it really was, but for the question whether it is.
        """
        entries, found = self.entries(quantity), {}
        for each in self.campaigns:
            key = entries.get(each.case.id, ("",))[0]
            if key in each.values:
                kept = True if quantity in ITSELF else each.on[key]
                finite = each.values[key][np.isfinite(each.values[key]) & kept]
                if len(finite):
                    found[each.case.id] = finite
        return found

    def means(self, quantity: str) -> dict[str, float]:
        """Of each campaign that was run, the mean over its futures: for a flag the share in which it happens."""
        return {case: float(values.mean()) for case, values in self.values(quantity).items()}

    def answers(self, quantity: str) -> dict[str, bool]:
        """Of each case, by id, a yes or no on record."""
        return {case: bool(entry.value) for case, (_, entry) in self.entries(quantity).items() if entry.yes_or_no}

    def title(self, case: str) -> str:
        """The title of a campaign."""
        return next(each.title for each in self.cases if each.id == case)


def find_patterns(campaigns: Sequence[Campaign], cases: Sequence[Case]) -> tuple[Pattern, ...]:
    """Look for every pattern in the record and in the futures.

    Args:
        campaigns: those that were run.
        cases: all whose record is counted, those that were run among them.

    Returns:
        In the order in which they are listed here.
    """
    known = Known(tuple(cases), tuple(campaigns))
    return tuple(pattern(known) for pattern in PATTERNS)


def fixed_wing(known: Known) -> Pattern:
    """Fixed-wing flying stops everywhere within days."""
    return _same_answer(known, "Fixed wing stopped within days everywhere", "fixed_wing_stopped", "stopped")


def helicopters(known: Known) -> Pattern:
    """Helicopters are stopped less than fixed wing, in campaigns with both on record."""
    name = "Helicopters not: less often stopped than fixed wing"
    planes, rotors = known.answers("fixed_wing_stopped"), known.answers("helicopters_stopped")
    both = [case for case in planes if case in rotors]
    planes_in, rotors_in = known.means("fixed_wing_stopped"), known.means("helicopters_stopped")
    run = [case for case in both if case in planes_in and case in rotors_in]
    recorded = (sum(planes[case] for case in both), sum(rotors[case] for case in both))
    seen_in = tuple(_mean([means[case] for case in run]) for means in (planes_in, rotors_in))
    record = f"helicopters stopped in {recorded[1]} of {len(both)} campaigns, fixed wing in {recorded[0]} of the same"
    futures = (
        f"helicopters stopped in {per_thousand(seen_in[1])} of 1,000 futures, fixed wing in "
        f"{per_thousand(seen_in[0])}, on average over {_campaigns(len(run))}"
    )
    differ = bool(run) and recorded[0] != recorded[1]
    verdict = _verdict((recorded[1] < recorded[0]) == (seen_in[1] < seen_in[0]) if differ else None)
    numbers = {"campaigns": len(both), "record_helicopters": recorded[1], "record_fixed_wing": recorded[0]}
    return Pattern(
        name, record if both else NONE_ON_RECORD, futures if run else NONE_RUN, verdict,
        numbers | {"futures_helicopters": seen_in[1], "futures_fixed_wing": seen_in[0]},
    )  # fmt: skip


def ground(known: Known) -> Pattern:
    """Killing moves to the ground, where it goes on."""
    found = _same_answer(known, "Killing goes on on the ground", "ground_killing", "goes on")
    return replace(found, about="construction", futures=f"{found.futures}, by construction: no zone touches shelling")


def losses(known: Known) -> Pattern:
    """Patrols lose next to nothing, a campaign against air defence about ten times as much for a sortie."""
    name = "Patrol losses tiny, contested ten times worse"
    lost, flown = known.entries("coalition_lost"), known.entries("coalition_sorties")
    lost_in, flown_in = known.means("coalition_lost"), known.means("coalition_sorties")
    record: list[tuple[float, float]] = []
    futures: list[tuple[float, float]] = []
    for contested in (False, True):
        group = [case.id for case in known.cases if _contested(case) == contested and case.id in lost]
        group = [case for case in group if case in flown]
        run = [case for case in group if case in lost_in and case in flown_in]
        record.append((sum(stated(lost[c][1]) for c in group), sum(stated(flown[c][1]) for c in group)))
        futures.append((sum(lost_in[c] for c in run), sum(flown_in[c] for c in run)))
    (quiet, quiet_of), (hot, hot_of) = record
    if not quiet_of or not hot_of:
        return Pattern(name, NONE_ON_RECORD, NONE_RUN, "cannot say", {})
    ratio, low, high = rate_ratio(hot, hot_of, quiet, quiet_of)
    predicted = [_over(*each) for each in futures]
    factor = _over(predicted[1], predicted[0])
    least, most = exact_rate(quiet, quiet_of)
    known_ratio = math.isfinite(factor) and hot + quiet > 0
    same = least <= predicted[0] <= most and low <= factor <= high if known_ratio else None
    said = (
        f"{_thousandth(quiet, quiet_of)} on patrol; {_thousandth(hot, hot_of)} against air defences: "
        f"{_times(ratio)} ({_times(low, False)} to {_times(high, False)}) as much"
    )
    in_futures = f"{figure(1e3 * predicted[0])} lost per 1,000 sorties on patrol, {figure(1e3 * predicted[1])} against "
    in_futures += f"air defences: {_times(factor)} as much"
    if same is False:
        in_futures += "; outside the 95 % interval of the record"
    numbers = {"record_patrol": _over(quiet, quiet_of), "record_contested": _over(hot, hot_of), "record_ratio": ratio}
    numbers |= {"record_ratio_low": low, "record_ratio_high": high}
    numbers |= {"futures_patrol": predicted[0], "futures_contested": predicted[1], "futures_ratio": factor}
    return Pattern(name, said, in_futures if same is not None else NONE_RUN, _verdict(same), numbers)


def suppression(known: Known) -> Pattern:
    """Batteries are suppressed within days where they stand fixed, and never where they hide."""
    name = "Suppression quick against fixed defences, never complete against disciplined mobile ones"
    days = {case: stated(entry) for case, (_, entry) in known.entries("suppressed_d").items()}
    never = [case for case, answer in known.answers("suppressed").items() if not answer]
    in_days, in_never = known.values("suppressed_d"), known.means("suppressed")
    quick = [case for case in days if case in in_days]
    hard = [case for case in never if case in in_never]
    said = f"below a tenth of the batteries within {figure(max(days.values()))} days" if days else "nowhere suppressed"
    record = f"{said} in {_campaigns(len(days))}; never in {_campaigns(len(never))}"
    if not quick or not hard:
        return Pattern(name, record, NONE_RUN, "cannot say", {"suppressed": len(days), "never": len(never)})
    horizon = {case.id: float(case.horizon) for case in known.cases}
    shares = [float(np.mean(in_days[case] < horizon[case])) for case in quick]
    ends = [np.quantile(in_days[case], [MOST[0], HALF, MOST[1]]).tolist() for case in quick]
    inside = [end[0] <= days[case] <= end[2] for case, end in zip(quick, ends, strict=True)]
    still = [in_never[case] for case in hard]
    band = " and ".join(_range(end[0], end[2]) for end in ends)
    futures = (
        f"where it was quick, {per_thousand(_mean(shares))} of 1,000 futures suppress, 9 in 10 of all after {band} "
        f"days (at most those of the campaign); where it never was, {per_thousand(_mean(still))} of 1,000 do"
    )
    numbers = {"suppressed": len(days), "never": len(never), "record_days": max(days.values())}
    numbers |= {"futures_suppressed": _mean(shares), "futures_where_never": _mean(still)}
    return Pattern(name, record, futures, _verdict(all(inside) and min(shares) > HALF > max(still)), numbers)


def support(known: Known) -> Pattern:
    """Most sorties are support, not patrol."""
    words = "share of patrol and support sorties that patrol"
    return replace(_below(known, "Support dominates sorties", "patrol_share", SUPPORT, words), about="records")


def fleet(known: Known) -> Pattern:
    """A fleet flies far less than its aircraft one by one could."""
    words = "sorties of the fleet over the most that one aircraft could fly"
    found = _below(known, "Fleet rates far below the one-aircraft maximum", "fleet_rate", FULL_RATE, words)
    return replace(found, about="records")


def kept(known: Known) -> Pattern:
    """Zones are given up neither under threat nor under losses."""
    return _same_answer(known, "Zones are kept up to their end", "held_to_the_end", "kept")


PATTERNS: tuple[Callable[[Known], Pattern], ...] = (
    fixed_wing, helicopters, ground, losses, suppression, support, fleet, kept,
)  # fmt: skip
"""Every pattern, in the order in which they are shown."""

NONE_ON_RECORD = "no campaign has it on record"

NONE_RUN = "no campaign that was run can show it"


def rate_ratio(events: float, exposure: float, than: float, than_exposure: float) -> tuple[float, float, float]:
    """Return the ratio of two rates of events and its exact 95 % interval.

    Args:
        events: counted, of the rate above the line.
        exposure: for which they were counted, above 0.
        than: events of the rate below the line.
        than_exposure: its exposure, above 0.

    Returns:
        Ratio, low, high; infinite where nothing was counted below the line, NaN where nothing was counted at all.

    Source: given their sum, the first of two Poisson counts is binomial (Przyborowski & Wilenski 1940, Biometrika 31);
    interval of its share as in Clopper & Pearson (1934).

    >>> [round(each, 2) for each in rate_ratio(10, 100.0, 10, 100.0)]
    [1.0, 0.37, 2.68]
    """
    total = events + than
    if not total:
        return math.nan, 0.0, math.inf
    low = float(special.betaincinv(events, than + 1, TAIL)) if events else 0.0
    high = float(special.betaincinv(events + 1, than, 1.0 - TAIL)) if than else 1.0
    scale = than_exposure / exposure
    odds = [share / (1.0 - share) * scale if share < 1.0 else math.inf for share in (events / total, low, high)]
    return odds[0], odds[1], odds[2]


def exact_rate(events: float, exposure: float) -> tuple[float, float]:
    """Return the exact 95 % interval of a rate of events (Garwood 1936, Biometrika 28).

    >>> [round(each, 3) for each in exact_rate(2, 1.0)], exact_rate(0, 1.0)[0]
    ([0.242, 7.225], 0.0)
    """
    low = float(special.gammaincinv(events, TAIL)) if events else 0.0
    return low / exposure, float(special.gammaincinv(events + 1, 1.0 - TAIL)) / exposure


def _same_answer(known: Known, name: str, quantity: str, words: str) -> Pattern:
    """Whether most futures of each campaign give the answer on its record."""
    answers, means = known.answers(quantity), known.means(quantity)
    run = [case for case in answers if case in means]
    right = [case for case in run if (means[case] > HALF) == answers[case]]
    yes = sum(answers.values())
    record = f"{words} in {yes} of {_campaigns(len(answers))}"
    low, high = (min(means[c] for c in run), max(means[c] for c in run)) if run else (math.nan, math.nan)
    futures = f"{words} in most futures of {sum(means[c] > HALF for c in run)} of {_campaigns(len(run))} "
    futures += f"({per_thousand(low)} to {per_thousand(high)} of 1,000)"
    futures += _unlike(known, run, right)
    numbers = {"campaigns": len(answers), "record_yes": yes, "run": len(run), "futures_as_recorded": len(right)}
    return Pattern(
        name, record if answers else NONE_ON_RECORD, futures if run else NONE_RUN,
        _verdict(len(right) == len(run) if run else None), numbers | {"futures_low": low, "futures_high": high},
    )  # fmt: skip


def _below(known: Known, name: str, factor: str, limit: float, words: str) -> Pattern:
    """Whether a shared factor lies on the same side of a limit as it is on record, and as the others foretell it."""
    own = {case.id: found.value for case in known.cases if (found := own_record(case, factor)) is not None}
    draws = {each.case.id: each.factors[factor] for each in known.campaigns if factor in each.factors}
    run = [case for case in own if case in draws]
    shares = {case: float(np.nanmean(draws[case] < limit)) for case in run}
    right = [case for case in run if (shares[case] > HALF) == (own[case] < limit)]
    under = sum(value < limit for value in own.values())
    record, futures = NONE_ON_RECORD, NONE_RUN
    if own:
        record = f"{words} below {limit:g} in {under} of {_campaigns(len(own))} "
        record += f"({_range(min(own.values()), max(own.values()))})"
    if run:
        middle = [float(np.nanmedian(draws[case])) for case in run]
        futures = f"as the others foretell it below {limit:g} in {per_thousand(_mean(list(shares.values())))} of 1,000 "
        futures += f"draws (medians {_range(min(middle), max(middle))})"
        futures += _unlike(known, run, right)
    numbers = {"campaigns": len(own), "record_below": under, "run": len(run), "limit": limit}
    numbers |= {"futures_below": _mean(list(shares.values())), "futures_as_recorded": len(right)}
    return Pattern(name, record, futures, _verdict(len(right) == len(run) if run else None), numbers)


def _unlike(known: Known, run: Sequence[str], right: Sequence[str]) -> str:
    """Where most futures say something else than the record."""
    wrong = [known.title(case) for case in run if case not in right]
    if not wrong:
        return ""
    return f", unlike the record of {listed(wrong) if right else 'any'}"


def _contested(case: Case) -> bool:
    """Whether the option really taken attacks batteries."""
    return case.options[case.taken].levers.get("suppress", 0.0) > 0


def _verdict(same: bool | None) -> Verdict:
    return "cannot say" if same is None else "agrees" if same else "differs"


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else math.nan


def _over(upper: float, lower: float) -> float:
    return upper / lower if lower > 0 else math.nan


def _campaigns(count: int) -> str:
    return "1 campaign" if count == 1 else f"{count} campaigns"


def _range(low: float, high: float) -> str:
    """Two numbers, or one where they read the same."""
    ends = figure(low), figure(high)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _times(value: float, word: bool = True) -> str:
    if math.isinf(value):
        return "without end"
    return f"{figure(value)} times" if word else figure(value)


def _thousandth(events: float, exposure: float) -> str:
    low, high = (figure(1e3 * each) for each in exact_rate(events, exposure))
    return f"{events:g} lost in {exposure:,.0f} sorties ({low} to {high} per 1,000)"

"""A forecaster that knows only what was recorded of other campaigns, and how long this one lasted.

It is the bar that the model has to clear: whoever cannot foresee a campaign better than the bare history of the others
has learned nothing from its relations. Nothing is drawn at random: every prediction is laid out as even quantiles,
which are held against the record like futures.

- *Numbers that grow with time, and rates*: the logarithms of what the others had a day are normal, with a mean and a
  spread of which nothing else is known. Then the next one follows Student's t with one degree of freedom fewer than
  there are others (Gelman, Carlin, Stern, Dunson, Vehtari & Rubin, Bayesian Data Analysis, ch. 3), times the days.
- *Aircraft, counted one by one to the end*: Poisson numbers with one rate a day for all campaigns. With the prior of
  Jeffreys (1946), 1 / root of the rate, the next count is negative binomial.
- *Days until something happened*: as numbers, without scaling.
- *Yes or no*: (k + 1/2) / (n + 1) if it was so in k of n others (the same prior).

A record that is a range counts with its value, or else its geometric middle; a bound counts with the bound.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from closedsky.cases.recorded import QUANTITIES, Recorded, days_of
from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate
from closedsky.reading.record import Chance, Number, Reading, hold
from closedsky.reading.scores import HALF_OF_ONE, crps, nearest
from closedsky.reading.statistics import flag, share

Values = NDArray[np.float64]

QUANTILES = 1024
"""Even quantiles of a prediction."""

EVEN: Values = (np.arange(QUANTILES) + 0.5) / QUANTILES

DAILY: Mapping[str, tuple[str, float]] = MappingProxyType(
    {"coalition_sorties_a_day": ("coalition_sorties", 1.0), "cost_a_week": ("cost", 1.0 / 7.0)}
)
"""Rates that say the same as a number that grows with time: which, and the factor that makes them a day's worth."""

FLOOR = 1e-3
"""Share of the naive median below which a number scores like that share, so that a zero has a logarithm."""

STEEPEST = 300.0
"""Logarithm beyond which a quantile is not followed: with two others the tails of Student's t have no end."""


@dataclass(frozen=True)
class Foreseen:
    """What the naive forecaster says of one thing on record.

    Attributes:
        law: how it foresees such a thing, in words; why it cannot, where there is no reading.
        others: ids of the campaigns whose records it rests on, sorted.
        values: even quantiles of the prediction, shape (1024,), in the item's unit; None for yes or no.
        chance: the probability of yes, for yes or no.
        reading: the record held against the prediction; None where it cannot foresee.
        floor: numbers are scored by their logarithms, those below the floor like it; None where they are scored as they
            are.
        score: CRPS, of logarithms where there is a floor, or log score; NaN without a reading.
    """

    law: str
    others: tuple[str, ...] = ()
    values: Values | None = None
    chance: float | None = None
    reading: Reading | None = None
    floor: float | None = None
    score: float = math.nan

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "law": self.law,
            "others": list(self.others),
            "reading": self.reading.to_dict() if self.reading else None,
            "scored_as": None if self.reading is None else "as it is" if self.floor is None else "logarithm",
            "score": self.score if math.isfinite(self.score) else None,
        }


def foresee(case: Case, pool: Sequence[Case]) -> Mapping[str, Foreseen]:
    """Foresee everything on a campaign's record from the records of other campaigns.

    Args:
        case: the campaign. Of its record is used which quantities over which days; what it says, for the score only.
        pool: campaigns that may be known. The one to be foreseen is left out by its id; the order does not matter.

    Returns:
        By recorded item that is compared with a quantity. Kept for the same case and pool.

    Raises:
        ValueError: two campaigns of one id in the pool.
    """
    others = _others(case, pool)
    for one, two in itertools.pairwise(others):
        if one.id == two.id:
            raise ValueError(f"two campaigns are called {one.id}; the naive forecaster needs each of them once")
    return _foresee(case, others)


def foresee_told(case: Case, pool: Sequence[Case]) -> Mapping[str, Foreseen]:
    """Foresee the coalition's sorties by what the others flew for each aircraft, told how many this campaign had.

    The model is told them too, as levers of the option: only what it foresees better than this is its relations' doing.

    Args:
        case: the campaign.
        pool: as of `foresee`.

    Returns:
        By recorded item about sorties, each with the law of `foresee` for an aircraft and day. Kept for the same case
        and pool.
    """
    return _foresee_told(case, _others(case, pool))


@lru_cache(maxsize=256)
def _foresee_told(case: Case, others: tuple[Case, ...]) -> Mapping[str, Foreseen]:
    found = {}
    for key, entry in case.recorded.items():
        if entry.quantity is None or _fact(entry.quantity) != "coalition_sorties":
            continue
        history = _history(others, entry.quantity)
        rates = [_daily(each, theirs) / aircraft(each) for each, theirs in history]
        times = aircraft(case) * (1.0 if QUANTITIES[entry.quantity].nature == "rate" else window(case, entry))
        found[key] = _student(entry, rates, times, history, "an aircraft and day")
    return MappingProxyType(found)


def _others(case: Case, pool: Sequence[Case]) -> tuple[Case, ...]:
    """What may be known, sorted: neither the campaign itself nor one that it overlaps."""
    known = (each for each in pool if each.id not in (case.id, *case.without))
    return tuple(sorted(known, key=lambda each: each.id))


def aircraft(case: Case) -> float:
    """Aircraft of every kind that the option really taken has; 1 at least, so that a rate for each is defined."""
    levers = case.options[case.taken].levers
    return max(levers["force"] + levers["suppressors"] + levers["strikers"], 1.0)


@lru_cache(maxsize=256)
def _foresee(case: Case, others: tuple[Case, ...]) -> Mapping[str, Foreseen]:
    found = {key: _of(case, entry, others) for key, entry in case.recorded.items() if entry.quantity is not None}
    return MappingProxyType(found)


def score(found: Foreseen, reading: Reading, matrix: Values) -> float:
    """Score another forecaster as the naive one was scored.

    Args:
        found: the naive forecast of the item.
        reading: the other forecaster's reading of the same item.
        matrix: what would be on record in its futures (`closedsky.reading.record.seen`), NaN where there is nothing.

    Returns:
        CRPS, of logarithms where the naive forecaster has a floor, or log score; of a range on record the least.
    """
    if isinstance(reading, Chance):
        return reading.log_score
    if found.floor is None:
        return reading.crps[0]
    return log_crps(matrix[np.isfinite(matrix)], reading.record, found.floor)


def log_crps(values: Values, record: tuple[float, float], floor: float) -> float:
    """CRPS of natural logarithms: a relative error, of a range on record the least.

    A forecast with the tails of Student's t on the logarithm has no mean: scored as they are, its numbers could be made
    as bad as one likes, and anything would beat it.

    Args:
        values: predictions, shape (future,), all finite and at least one.
        record: the recorded range, low and high.
        floor: above 0; what is below counts as the floor.

    Source: Bosse et al. (2023), Scoring epidemiological forecasts on transformed scales, PLOS Computational Biology 19.

    >>> round(log_crps(np.array([1.0, 100.0]), (10.0, 10.0), 0.001) / math.log(10.0), 4)
    0.5
    """
    logs = np.log(np.maximum(values, floor))
    low, high = (math.log(max(end, floor)) for end in record)
    middle = float(np.median(logs))
    return min(crps(logs, end) for end in {low, high, nearest((low, high), (middle, middle))})


def student(logs: Values) -> Values:
    """Even quantiles of the next number, when the logarithms of earlier ones are normal.

    Args:
        logs: logarithms of earlier numbers, shape (n,), n at least 2.

    Returns:
        Shape (1024,), in the unit of the numbers: exp of mean + spread root(1 + 1/n) t, with n - 1 degrees of freedom.

    Source: Gelman et al., Bayesian Data Analysis, ch. 3 (normal data with a noninformative prior distribution).

    >>> student(np.log([1.0, 2.0, 4.0]))[[511, 512]].round(2).tolist()
    [2.0, 2.0]
    """
    n = len(logs)
    scale = float(np.std(logs, ddof=1)) * math.sqrt(1.0 + 1.0 / n)
    steep = np.mean(logs) + scale * special.stdtrit(n - 1, EVEN)
    return np.asarray(np.exp(np.clip(steep, -STEEPEST, STEEPEST)))


def negative_binomial(events: float, days: float, ahead: float) -> Values:
    """Even quantiles of a count over days ahead, after so many events in so many days.

    Args:
        events: counted before, in all campaigns together.
        days: over which they were counted, above 0.
        ahead: days of the campaign to be foreseen, above 0.

    Returns:
        Shape (1024,): smallest counts that are reached with each probability.

    Source: with the prior of Jeffreys (1946) the rate is Gamma(events + 1/2, days); a Poisson count with such a rate is
    negative binomial.

    >>> negative_binomial(2, 1000, 1000)[[51, 512, 972]].tolist()
    [0.0, 2.0, 7.0]
    """
    size, chance = events + HALF_OF_ONE, days / (days + ahead)

    def reached(count: Values) -> Values:
        return np.asarray(special.betainc(size, count + 1.0, chance))

    top = 1.0
    while reached(np.float64(top)) < EVEN[-1]:  # type: ignore[arg-type]
        top *= 2.0
    low, high = np.full(QUANTILES, -1.0), np.full(QUANTILES, top)
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = reached(middle) >= EVEN
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def stated(entry: Recorded) -> float:
    """The one number that stands for a record: its value, else the middle of its range, else its bound.

    >>> at = {"label": "x", "unit": "sorties", "quantity": "violations", "basis": "measured", "evidence": ["x"]}
    >>> stated(Recorded.model_validate(at | {"kind": "between", "low": 2.0, "high": 8.0}))
    4.0
    """
    low, value, high = entry.low, entry.value, entry.high
    if value is not None:
        return value
    if low is not None and high is not None:
        return math.sqrt(low * high) if low > 0 else (low + high) / 2.0
    return next(each for each in (low, high) if each is not None)


def window(case: Case, entry: Recorded) -> float:
    """Days that an entry is about: those of a count up to a day begin with the campaign."""
    first, last = days_of(entry, case.reference_day, case.horizon)
    return last if entry.statistic == "at" else last - first


def _of(case: Case, entry: Recorded, others: tuple[Case, ...]) -> Foreseen:
    quantity = entry.quantity or ""
    about = QUANTITIES[quantity]
    if entry.yes_or_no:
        return _yes_or_no(entry, _history(others, quantity))
    if about.nature == "outcome":
        return (_counted if about.whole else _unscaled)(case, entry, _history(others, quantity))
    if about.nature in ("count", "rate"):
        return _scaled(case, entry, _history(others, quantity))
    return Foreseen(f"foresees no {'ratio' if about.nature == 'ratio' else 'share'}")


def _history(others: Sequence[Case], quantity: str) -> list[tuple[Case, Recorded]]:
    """Of each other campaign that has it on record: what is closest to the quantity and covers most days."""
    fact = _fact(quantity)
    found = []
    for each in others:
        entries = [entry for entry in each.recorded.values() if entry.quantity and _fact(entry.quantity) == fact]
        if entries:
            found.append((each, max(entries, key=lambda entry: (entry.quantity == quantity, window(each, entry)))))
    return found


def _fact(quantity: str) -> str:
    return DAILY.get(quantity, (quantity, 1.0))[0]


def _ids(history: Sequence[tuple[Case, Recorded]]) -> tuple[str, ...]:
    return tuple(each.id for each, _ in history)


def _daily(case: Case, entry: Recorded) -> float:
    """What a day of a number that grows with time, or of a rate, comes to."""
    quantity = entry.quantity or ""
    if QUANTITIES[quantity].nature == "rate":
        return stated(entry) * DAILY.get(quantity, (quantity, 1.0))[1]
    return stated(entry) / window(case, entry)


def _scaled(case: Case, entry: Recorded, history: list[tuple[Case, Recorded]]) -> Foreseen:
    quantity = entry.quantity or ""
    rate = QUANTITIES[quantity].nature == "rate"
    times = 1.0 / DAILY.get(quantity, (quantity, 1.0))[1] if rate else window(case, entry)
    return _student(entry, [_daily(each, theirs) for each, theirs in history], times, history, "a day")


def _unscaled(case: Case, entry: Recorded, history: list[tuple[Case, Recorded]]) -> Foreseen:
    return _student(entry, [stated(theirs) for _, theirs in history], 1.0, history, "")


def _student(
    entry: Recorded, numbers: list[float], times: float, history: list[tuple[Case, Recorded]], what: str
) -> Foreseen:
    others, what = _ids(history), f"number {what}".strip()
    if len(numbers) < 2:
        return Foreseen(f"needs two other campaigns with such a record, and there is {len(numbers) or 'none'}", others)
    if min(numbers) <= 0:
        return Foreseen("one of the others recorded none, which has no logarithm", others)
    values = student(np.log(numbers)) * times
    law = f"Student's t of the logarithm of the {what} in {len(numbers)} others"
    return _number(entry, values, law, others, FLOOR * float(np.median(values)))


def _counted(case: Case, entry: Recorded, history: list[tuple[Case, Recorded]]) -> Foreseen:
    others = _ids(history)
    if not history:
        return Foreseen("needs another campaign with such a record, and there is none")
    events, days = (sum(each) for each in zip(*((stated(e), window(c, e)) for c, e in history), strict=True))
    values = negative_binomial(events, days, window(case, entry))
    return _number(entry, values, f"negative binomial after {events:g} in {days:,.0f} days", others, None)


def _number(entry: Recorded, values: Values, law: str, others: tuple[str, ...], floor: float | None) -> Foreseen:
    reading = hold(entry, values[:, None])
    if isinstance(reading, Number):  # nothing was drawn, so that nothing has a sampling error
        reading = replace(reading, median=Estimate(reading.median.value, math.nan), error=math.nan)
    found = Foreseen(law, others, values, None, reading, floor)
    return replace(found, score=score(found, reading, values)) if reading is not None else found


def _yes_or_no(entry: Recorded, history: list[tuple[Case, Recorded]]) -> Foreseen:
    if not history:
        return Foreseen("needs another campaign with such a record, and there is none")
    answers = np.array([theirs.value or 0.0 for _, theirs in history])
    n, yes = len(answers), float(answers.sum())
    chance = (yes + HALF_OF_ONE) / (n + 2.0 * HALF_OF_ONE)
    same = flag(answers, answers == entry.value)
    of_record = chance if entry.value else 1.0 - chance
    reading = Chance(replace(share(same), value=Estimate(of_record, math.nan)), -math.log(of_record))
    law = f"yes in {yes:g} of {n} others, so ({yes:g} + 1/2) / ({n} + 1)"
    return Foreseen(law, _ids(history), None, chance, reading, None, reading.log_score)

"""What the view *now* accepts: how far a future may miss an entry of the record and still pass for what happened.

A future is accepted with the probability that the truth, which the model misses by its discrepancy, was recorded as it
was (Wilkinson 2013, Statistical Applications in Genetics and Molecular Biology 12: 129-141). That asks for a width and
for the reason why it is that wide, and both are data. Entries without them are kept aside and check what was accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from closedsky.cases import schema as form
from closedsky.cases.problems import Where, quote

if TYPE_CHECKING:
    from closedsky.cases.recorded import Comparable, Recorded
    from closedsky.cases.yaml_file import Source

MOST_ACCEPTED = 10
"""Numbers: each more makes futures that agree with all of them rarer, and what accepts cannot check. A yes or no costs
a factor and no dimension, and is not counted."""

MOST_DISCREPANCY = 2.0
"""Standard deviation of a logarithm: a model that misses by seven times or more accepts nearly anything."""

MOST_DOUBT = 0.5
"""A yes or no that is recorded wrongly half of the time says nothing."""

FEW = 10.0
"""Recorded counts below this scatter as whole numbers do, which no logarithm describes."""


class Acceptance(form.Strict):
    """How widely an entry of the record accepts futures in the view *now*.

    Attributes:
        discrepancy: of a number, standard deviation of the logarithm by which the model would still miss the truth if
            every assumption were right; of a yes or no, probability that the record says otherwise although the
            future is right in everything else (0: never).
        error: standard deviation of the logarithm of the observation, for an estimate; the other kinds carry their
            own: `between` in its ends, `floor` in its reporting share, a count of a few in being counted.
        reason: why this wide.
        after_look: the entry was chosen after a look at what earlier choices kept aside, which then check less.

    Example:
        >>> Acceptance(discrepancy=0.25, reason="One pulse stands for several sieges.").discrepancy
        0.25
    """

    discrepancy: float
    error: float | None = None
    reason: form.Text
    after_look: bool = False


def is_few(entry: Recorded, compared: Comparable) -> bool:
    """Whether an entry is a count so small that it is accepted as whole numbers scatter, 0 among them.

    Args:
        entry: the entry, with the numbers that its kind needs.
        compared: what it is compared with.

    Example:
        >>> from closedsky.cases.recorded import QUANTITIES, Recorded
        >>> lost = Recorded.model_validate({
        ...     "label": "x", "unit": "aircraft", "quantity": "coalition_lost", "statistic": "at", "value": 0.0,
        ...     "basis": "measured", "evidence": ["x"]})
        >>> is_few(lost, QUANTITIES["coalition_lost"])
        True
    """
    number = _number(entry, upper=True)
    if entry.kind == "floor" and entry.reporting is not None and number is not None and entry.reporting.low > 0:
        number /= entry.reporting.low
    return compared.whole and number is not None and number < FEW


def is_narrowed(assumption: form.Assumption) -> bool:
    """Whether a range of the view now leaves out part of that of then: the record has been used on it."""
    (low, high), (before, after) = assumption.now, assumption.then
    return assumption.distribution != "beta" and (low > before or high < after)


def acceptance_holds(
    recorded: Mapping[str, Recorded],
    assumptions: Mapping[str, form.Assumption],
    quantities: Mapping[str, Comparable],
    source: Source,
) -> None:
    """Report every entry that accepts what it cannot, without a width, or twice.

    Args:
        recorded: the entries of a case.
        assumptions: its assumptions.
        quantities: what can be predicted (`closedsky.cases.recorded.QUANTITIES`).
        source: the case file.
    """
    accepted = {key: (entry, entry.accept) for key, entry in recorded.items() if entry.accept is not None}
    for key, (entry, accept) in accepted.items():
        where: Where = ("recorded", key, "accept")
        compared = quantities.get(entry.quantity) if entry.quantity is not None else None
        if entry.quantity is None or compared is not None:  # a quantity that nobody knows is reported already
            _can_accept(source, where, entry, accept, compared)
    _counted_once(recorded, list(accepted), source)
    _narrowed_once({key: entry for key, (entry, _) in accepted.items()}, assumptions, source)
    numbers = sum(not entry.yes_or_no for entry, _ in accepted.values())
    if numbers > MOST_ACCEPTED:
        why = "each more leaves fewer futures, and what accepts cannot check"
        source.report(("recorded",), f"accepts {numbers} numbers", f"at most {MOST_ACCEPTED}: {why}")


def _can_accept(source: Source, where: Where, entry: Recorded, accept: Acceptance, compared: Comparable | None) -> None:
    """Report what is wrong with the acceptance of one entry."""
    place = (*where, "discrepancy")
    if compared is None:
        source.report(where, "stands beside quantity null, which no future predicts", "no accept")
    elif compared.nature == "ratio":
        source.report(where, "stands beside a ratio, made of other entries", "accept on the entries of which it is")
    elif compared.constructed:
        source.report(where, f"stands beside {entry.quantity}, which holds by construction", "no accept")
    elif entry.yes_or_no:
        if not 0 <= accept.discrepancy < MOST_DOUBT:
            source.report(place, quote(accept.discrepancy), f"from 0 to below {MOST_DOUBT:g}, for a flag")
        if accept.error is not None:
            source.report((*where, "error"), "stands beside a flag", "only an estimate of a number has one")
    else:
        if not 0 < accept.discrepancy <= MOST_DISCREPANCY:
            source.report(place, quote(accept.discrepancy), f"above 0 and up to {MOST_DISCREPANCY:g}, for a number")
        few = is_few(entry, compared)
        _error_fits(source, (*where, "error"), entry, accept.error, few)
        least = _number(entry, upper=False)
        if least is not None and least <= 0 and (entry.kind == "floor" or not few):
            source.report(where, f"stands beside {quote(least)}, which has no logarithm", "a number above 0")


def _error_fits(source: Source, where: Where, entry: Recorded, error: float | None, few: bool) -> None:
    if few:
        if error is not None:
            source.report(where, f"stands beside a count below {FEW:g}", "no error: such counts scatter by themselves")
    elif entry.kind != "estimate":
        if error is not None:
            source.report(where, f"stands beside kind {entry.kind}", "only an estimate of a number has one")
    elif error is None:
        source.report(where, "is missing, for an estimate", "the standard deviation of its logarithm")
    elif error <= 0:
        source.report(where, quote(error), "above 0")


def _counted_once(recorded: Mapping[str, Recorded], accepted: list[str], source: Source) -> None:
    """One fact in two units is one fact: accepted twice, it would count twice."""
    by_fact: dict[str, str] = {}
    for key in sorted(accepted, key=lambda key: recorded[key].restates is not None):
        fact = _fact(recorded, key)
        if fact in by_fact:
            found = f"accepts what {by_fact[fact]} accepts in another unit"
            source.report(("recorded", key, "accept"), found, "accept on one of the two")
        by_fact.setdefault(fact, key)


def _narrowed_once(
    accepted: Mapping[str, Recorded], assumptions: Mapping[str, form.Assumption], source: Source
) -> None:
    """What accepts futures may not have narrowed the range that they are drawn from: it would count twice."""
    accepts = {name: key for key, entry in accepted.items() for name in entry.evidence}
    for key, assumption in assumptions.items():
        (low, high), (before, after) = assumption.now, assumption.then
        by = [name for name in assumption.evidence.now if name in accepts]
        if by and is_narrowed(assumption):
            found = (
                f"{quote(list(assumption.now))} is narrower than then by {quote(by[0])}, by which futures are accepted"
            )
            allowed = f"at least {min(low, before):g} to {max(high, after):g}"
            source.report(("assumptions", key, "now"), f"{found} ({accepts[by[0]]})", allowed)


def _fact(recorded: Mapping[str, Recorded], key: str) -> str:
    """The entry that says the same thing and restates no other; in a ring, the first name of it."""
    passed = [key]
    while (entry := recorded.get(passed[-1])) is not None and entry.restates is not None:
        if entry.restates in passed:
            return min(passed)
        passed.append(entry.restates)
    return passed[-1]


def _number(entry: Recorded, upper: bool) -> float | None:
    """The upper or the lower of the numbers that the kind of an entry uses."""
    match entry.kind:
        case "floor":
            return entry.value if entry.value is not None else entry.low
        case "ceiling":
            return entry.value if entry.value is not None else entry.high
        case "between":
            return entry.high if upper else entry.low
        case "estimate":
            return entry.value

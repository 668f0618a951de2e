"""What `closedsky backtest` prints of past air campaigns: the record beside the futures and a naive forecaster."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence

from closedsky.cases.recorded import Recorded
from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.reading.factors import HeldFactor
from closedsky.reading.held import Held, HeldCampaign
from closedsky.reading.record import RARE, Chance, Number
from closedsky.reading.statistics import FEW
from closedsky.reading.words import figure, per_thousand
from closedsky.reading.zones import LEAVE_ONE_OUT, Zones, share_within
from closedsky.showing.numbers import NOTHING, few_or_share, range_of, unit
from closedsky.showing.record_words import band_of, recorded, shown, with_range
from closedsky.showing.terminal import Screen, how_errors
from closedsky.showing.zones_words import ABOUT, FATES, NAIVE, NAIVE_HEADS, NAIVE_SAYS

TOGETHER = 10
"""Columns of a range that stays on one line."""


WORST = -99.0
"""Skill below this is shown as below it: the naive forecaster was all but certain, and right."""

PLAIN = 9.95
"""Size of a skill from which it is shown without decimals."""


def show_zones(
    screen: Screen,
    found: Zones,
    cases: Sequence[Case],
    command: str,
    paths: Mapping[str, Zones] | None = None,
    names: Mapping[str, str] | None = None,
) -> None:
    """Print past air campaigns against their records; of one alone, its tables only.

    Args:
        screen: where.
        found: what.
        cases: their labels, in any order.
        command: line that gives the same numbers again.
        paths: the same campaigns under each path to general war, by the path's name; the first is what is found.
        names: by case id, how the person named the case, where it was not by its id.
    """
    by_id = {case.id: case for case in cases}
    _opening(screen, found, by_id, names or {})
    _how_to_read(screen)
    for campaign in found.campaigns:
        _campaign(screen, campaign, by_id[campaign.backtest.case], found.futures)
    _fates(screen, paths or {})
    _factors(screen, found)
    if len(found.campaigns) > 1:
        _patterns(screen, found)
        _coverage(screen, found)
        _misses(screen, found)
    _unpredicted(screen, found)
    _naive(screen, found)
    _sources(screen, found)
    screen.heading("Notes")
    for note in found.notes:
        screen.say(note)
    screen.say(how_errors(found.futures))
    screen.heading("The same numbers again")
    screen.command(command)


def _opening(screen: Screen, found: Zones, by_id: dict[str, Case], names: Mapping[str, str]) -> None:
    screen.say(NOT_A_FORECAST, "bold")
    screen.say(LEAVE_ONE_OUT)
    screen.say(
        "Each assumption is a range with a reason; none that a campaign is predicted from cites what is on record of "
        "it. To see them:"
    )
    for campaign in found.campaigns:
        case_id = campaign.backtest.case
        screen.command(shlex.join(["closedsky", "cases", names.get(case_id, case_id)]))
    one = by_id[found.campaigns[0].backtest.case]
    if len(found.campaigns) == 1:
        screen.heading(one.title, one.question)
    else:
        screen.heading("Past air campaigns against their records")
    screen.print()
    screen.facts(
        [
            ("View", f"{found.view}: what was known before each campaign, and what the others' records say"),
            ("Option", "the one really taken"),
            ("Futures", f"{found.futures:,} of each campaign, seed {found.seed}"),
        ]
    )
    screen.print()
    screen.say(found.summary(), "bold")
    screen.say(found.caution)


def _how_to_read(screen: Screen) -> None:
    screen.heading(
        "How to read the tables",
        "Everything but whether a zone is kept up to its end is read over the futures in which it is, as it really "
        "was. Half and 9 in 10: bands that hold so many of the futures. The record lies in the middle half, inside "
        "the band of 9 in 10, above it or below it; an estimate is held against them by its value, and the range "
        "stated with it stands in brackets; of a range on record the value nearest the middle counts. Skill: 1 less "
        "the ratio of the score to that of the naive forecaster (below): 1 is perfect, 0 no better, and below 0 "
        "worse. The score is the CRPS, of logarithms where the naive forecaster speaks of logarithms, and for yes or "
        "no minus the logarithm of the chance given to what happened. Width of ours: that of our band of 9 in 10 over "
        "its. The same fact: said again in another unit, and not counted.",
    )


def _campaign(screen: Screen, campaign: HeldCampaign, case: Case, futures: int) -> None:
    days = f"{case.reference_day.day} {case.reference_day:%B %Y}, {case.horizon:,} days"
    kept = campaign.kept
    over = f" Kept in {per_thousand(kept.value.value)} of 1,000 futures, over which all else is read." if kept else ""
    screen.heading(f"{case.title}: against the record", f"From {days}. {campaign.backtest.label}.{over}")
    futures = kept.count if kept and kept.count else futures
    numbers = [each for each in campaign.held if isinstance(each.reading, Number)]
    if numbers:
        heads = ["Quantity", "On record", "Median", "Half", "9 in 10", "Record\nlies", "Skill"]
        screen.rows(heads, [_number_row(each, futures) for each in numbers])
        screen.rows(["Quantity", *NAIVE_HEADS], [[each.item.entry.label, *_naive_cells(each)] for each in numbers])
    chances = [each for each in campaign.held if isinstance(each.reading, Chance)]
    if chances:
        heads = ["Yes or no, or a bound", "On record", "So in, of\n1,000", "Record", "Skill"]
        screen.rows(heads, [_chance_row(each) for each in chances])
        screen.rows(["Yes or no, or a bound", *NAIVE_SAYS], [_naive_row(each) for each in chances])


def _number_row(held: Held, futures: int) -> list[str]:
    item, found = held.item, held.reading
    assert isinstance(found, Number)
    entry = item.entry
    label = [entry.label, f"({'percent' if entry.unit == 'share' else unit(entry.unit)}{_basis(entry)})"]
    label += _aside(held)
    if found.futures < futures:
        label.append(f"in {per_thousand(found.futures / futures)} of 1,000 futures")
    return [
        "\n".join(label),
        "\n".join(_broken(line) for line in with_range(entry).split("\n")),
        shown(item, found.median.value),
        _broken(band_of(item, found.middle)),
        _broken(band_of(item, found.most)),
        found.verdict,
        _skill(held.skill),
    ]


def _naive_cells(held: Held) -> list[str]:
    """What the naive forecaster says of a number, both scores, and how much narrower the futures are."""
    naive = held.naive
    if not isinstance(naive, Number) or held.foreseen is None or held.score is None:
        return [NOTHING] * len(NAIVE_HEADS)
    item = held.item
    return [
        shown(item, naive.median.value),
        _broken(band_of(item, naive.middle)),
        _broken(band_of(item, naive.most)),
        figure(held.score),
        figure(held.foreseen.score),
        NOTHING if held.sharpness is None else figure(held.sharpness),
    ]


def _chance_row(held: Held) -> list[str]:
    found = held.reading
    assert isinstance(found, Chance)
    entry = held.item.entry
    return [
        "\n".join([entry.label, *_aside(held)]),
        recorded(entry) + _basis(entry),
        few_or_share(found.share) if found.share.count < FEW else per_thousand(found.share.value.value),
        "missed" if found.missed else "happens",
        _skill(held.skill),
    ]


def _naive_row(held: Held) -> list[str]:
    """What the naive forecaster says of a yes or no, and both scores."""
    found, naive = held.reading, held.naive
    assert isinstance(found, Chance)
    says = [NOTHING] * 2
    if isinstance(naive, Chance):
        says = [per_thousand(naive.share.value.value), figure(naive.log_score)]
    return [held.item.entry.label, says[0], figure(found.log_score), says[1]]


def _factors(screen: Screen, found: Zones) -> None:
    """Each factor with the campaigns that have it on record."""
    factors: dict[str, list[tuple[str, HeldFactor]]] = {}
    for campaign in found.campaigns:
        for each in campaign.factors:
            factors.setdefault(each.name, []).append((campaign.backtest.title, each))
    if all(each.own is None for pairs in factors.values() for _, each in pairs):
        return  # none of them is among the past campaigns behind the factors
    screen.heading(
        "Shared factors, predicted from the others and recorded here",
        "What a campaign shares with the others is drawn from their records alone; its own was left out. In brackets "
        "the range on record, or after a count the band that holds the rate 9 in 10 times. Inside: the ranges meet.",
    )
    silent = []
    for pairs in factors.values():
        about = pairs[0][1]
        name = f"{about.label} ({about.unit})"
        known = [(title, each) for title, each in pairs if each.own is not None]
        if not known:
            silent.append(name)
            continue
        screen.space()
        screen.say(name)
        heads = ["Campaign", "Median from\nthe others", "9 in 10", "Recorded here", "Lies"]
        screen.rows(heads, [_factor_row(title, each) for title, each in known])
    if silent:
        screen.space()
        screen.say(f"Not on record here: {'; '.join(silent)}.")


def _factor_row(title: str, factor: HeldFactor) -> list[str]:
    own = factor.own
    assert own is not None
    value = figure(own.value) if own.events is None else f"{own.events:,g} of {own.exposure:,g}"
    if own.low < own.high:
        value += f"\n({range_of(figure(own.low), figure(own.high))})"
    band = range_of(*(figure(end) for end in factor.most))
    return [title, figure(factor.median), band, value, factor.verdict]


def _aside(held: Held) -> list[str]:
    """Why an item is shown and not counted."""
    return ["the same fact"] * held.again + ["by construction"] * held.constructed


def _fates(screen: Screen, paths: Mapping[str, Zones]) -> None:
    """What becomes of the zones under each path to general war: all that is read over kept zones hangs on it."""
    if not any(each.fates for found in paths.values() for each in found.campaigns):
        return
    screen.heading(
        "What becomes of the zones, of 1,000 futures",
        "Kept means still contested to the end, or that the adversary keeps out, after which nobody fires.",
    )
    rows = []
    for path, found in paths.items():
        for each in found.campaigns:
            cells = [per_thousand(each.fates.get(fate, 0.0)) for fate in FATES]
            rows.append([f"{each.backtest.title}, {path} path", *cells])
    screen.rows(["Campaign", *FATES.values()], rows)
    for path, found in list(paths.items())[1:]:
        screen.space()
        screen.say(f"Under the {path} path: {found.summary()}")


def _patterns(screen: Screen, found: Zones) -> None:
    tested = [each for each in found.patterns if each.about == "relations"]
    counts = [sum(each.verdict == verdict for each in tested) for verdict in ("agrees", "differs")]
    screen.heading(
        "Patterns",
        f"What is said of no-fly zones, counted in the record and in the futures: of {len(tested)} that test the "
        f"relations of the model {counts[0]} agree and {counts[1]} differ.",
    )
    for each in found.patterns:
        screen.space()
        screen.say(f"{each.name}: {each.verdict}{ABOUT[each.about]}.", "bold")
        screen.say(f"On record: {each.record}.")
        screen.say(f"Futures: {each.futures}.")


def _coverage(screen: Screen, found: Zones) -> None:
    screen.heading(
        "How many recorded numbers lie inside, by campaign",
        "Each campaign counts once, however many numbers it has; ± is the standard error over campaigns.",
    )
    rows = []
    for each in found.campaigns:
        counts = [each.coverage, each.coverage_all]
        cells = [f"{n} of {count.of}" for count in counts for n in (count.middle, count.most)]
        rows.append([each.backtest.title, *cells])
    total = [found.coverage, found.coverage_all]
    if total[0].campaigns:
        means = [share_within(share) for each in total for share in (each.middle, each.most)]
        rows.append([f"Mean of {total[0].campaigns}", *means])
    screen.rows(["Campaign", "Kept:\nhalf", "Kept:\n9 in 10", "All:\nhalf", "All:\n9 in 10"], rows)
    screen.print()
    screen.say(found.caution)


def _misses(screen: Screen, found: Zones) -> None:
    misses = found.worst(len(found.misses))
    at_once = found.kept[2] if found.kept is not None else 1.0
    if not misses and at_once >= RARE:
        return
    screen.heading(
        "Misses, worst first",
        "How far: for numbers the distance of the record from the band of 9 in 10, over half the width of the band (of "
        "logarithms where all is above 0); for yes or no, and bounds, the log score.",
    )
    if at_once < RARE:
        screen.say(
            f"Together: every zone is kept, as all were, in {figure(1000.0 * at_once)} of 1,000 futures, were they "
            "independent."
        )
    for place, (case, each) in enumerate(misses, 1):
        screen.say(f"{place}. {each.item.entry.label} ({found.campaign(case).backtest.title}): {_missed(each)}")


def _missed(held: Held) -> str:
    entry, found = held.item.entry, held.reading
    if isinstance(found, Chance):
        share = few_or_share(found.share)  # a miss is rare, so few are counted or none
        return f"{recorded(entry)} on record, so in {share} of 1,000 futures. How far: {figure(held.excess)}."
    assert isinstance(found, Number)
    far = figure(held.excess) if math.isfinite(held.excess) else "the band is one number"
    return (
        f"{recorded(entry)} on record, {found.verdict} {band_of(held.item, found.most)} ({entry.unit}). How far: {far}."
    )


def _unpredicted(screen: Screen, found: Zones) -> None:
    silent = [
        (campaign.backtest.title, [each.item.entry for each in campaign.held if each.reading is None])
        for campaign in found.campaigns
    ]
    if not any(entries for _, entries in silent):
        return
    screen.heading("On record, and not predicted")
    for title, entries in silent:
        if entries:
            screen.say(f"{title}:")
        for each in entries:
            screen.say(f"- {each.label}: {recorded(each)} {unit(each.unit)}. {each.reason}".rstrip())


def _naive(screen: Screen, found: Zones) -> None:
    screen.heading("The naive forecaster", NAIVE)
    told = found.told
    if math.isfinite(told.value):
        error = f" ± {told.error:.2f}" if math.isfinite(told.error) else ""
        screen.say(
            "Most of the skill on sorties is knowledge of how many aircraft there were. A forecaster told that, who "
            f"knows what the others flew for each, leaves the model a mean skill of {told.value:+.2f}{error}."
        )
    why: dict[str, list[str]] = {}
    for campaign in found.campaigns:
        for each in campaign.held:
            if each.reading is not None and each.foreseen is not None and each.naive is None:
                why.setdefault(each.foreseen.law, []).append(f"{each.item.entry.label} ({campaign.backtest.title})")
    for reason, items in why.items():
        screen.say(f"It {reason}: {'; '.join(items)}.")


def _sources(screen: Screen, found: Zones) -> None:
    screen.heading("Where the record is from", "Links, and the evidence behind each number, are in --json.")
    for campaign in found.campaigns:
        titles = dict.fromkeys(each.title for held in campaign.held for each in held.item.sources.values())
        if titles:
            screen.say(f"{campaign.backtest.title}: {'; '.join(titles)}.")


def _basis(entry: Recorded) -> str:
    """What a record rests on where it was not measured."""
    return "" if entry.basis == "measured" else f", {entry.basis}"


def _broken(text: str) -> str:
    """A range on two lines where it is too wide for its column."""
    return text.replace(" to ", "\nto ") if len(text) > TOGETHER else text


def _skill(value: float | None) -> str:
    if value is None:
        return NOTHING
    if value < WORST:
        return f"<{WORST:.0f}"
    size = abs(value)
    return f"{value:+.2f}" if size < 1.0 else f"{value:+.1f}" if size < PLAIN else f"{value:+.0f}"

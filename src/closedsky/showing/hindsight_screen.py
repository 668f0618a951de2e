"""What `closedsky condition` prints: the view now, beginning with what the record did not move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from closedsky.cases.schema import Case
from closedsky.futures.results import Estimate
from closedsky.reading.backtest import CAUTION, Item
from closedsky.reading.coordinate_words import LUCK
from closedsky.reading.hindsight import Hindsight
from closedsky.reading.kept_aside import Check
from closedsky.reading.moved import Band, Move, Relation
from closedsky.reading.record import Chance, Number, Reading
from closedsky.reading.searched import one_in
from closedsky.reading.words import figure, listed, per_thousand, signed
from closedsky.showing.both_views_screen import show_views
from closedsky.showing.numbers import NOTHING, few_or_share, range_of, within
from closedsky.showing.record_words import band_of, recorded, shown
from closedsky.showing.terminal import (
    Screen,
    changed_facts,
    how_errors,
    opening,
    path_facts,
    switch_facts,
    view_words,
)

MOST = 20
"""How many of the assumptions and envelopes that moved are shown; --json has all."""

THOUSAND = 1000.0
PERCENT = 100.0

LATER = ("end", "shots_", "interruption", "bases_struck", "ally_joins", "alert", "bluff_called", "withdrawal")
"""Envelopes of clocks: the more is in them, the later it happens."""


def show_hindsight(screen: Screen, found: Hindsight, case: Case, command: str, name: str) -> None:
    """Print the view now.

    Args:
        screen: where.
        found: what.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    opening(screen, case, name)
    screen.print()
    search = found.search
    on_path = [("Accepted on", f"the {found.path} path, which the zone really declared can feel")] if found.path else []
    screen.facts(
        [
            ("View", view_words(case, "now")),
            ("Option", f"{found.label}: the one really taken"),
            (
                "Accepted",
                f"{search.accepted:,} futures in which it goes as the record says, as far as the declared "
                f"discrepancies allow, seed {found.seed}",
            ),
            ("Before", f"{search.before:,} futures from the ranges of the view now, before the record is looked at"),
            *on_path,
            *(path_facts(case, found.views.paths if found.views else (found.path,) if found.path else ())),
            *switch_facts(case, found.switches),
            *changed_facts(case, found.changed),
        ]
    )
    screen.print()
    screen.say(found.summary(), "bold")
    _not_moved(screen, found)
    _search(screen, found)
    _acceptance(screen, found)
    _piled_up(screen, found)
    _checks(screen, found)
    _moved(screen, found.moved)
    if found.views:
        show_views(screen, found.views, found.one_sided)
    screen.heading("Notes")
    screen.say(how_errors(search.accepted, "now"))
    if found.views:
        count = found.views.futures["then"] // search.islands
        screen.say(f"Under then it is the spread between {search.islands} scrambled nets of {count:,} futures each.")
    screen.say("[n] stands before the 95 % interval, in 1,000, where only n futures were counted, or all but a few.")
    screen.heading("The same numbers again")
    screen.command(command)


def _not_moved(screen: Screen, found: Hindsight) -> None:
    screen.heading(
        "1. What the record did not move",
        "Assumptions by what they are about, those first of which the record moved fewest. The entries that accept say "
        "nothing of one on which none of them depends, even where one kept aside does. Moved: the mean by more than a "
        "tenth of the standard deviation beforehand (and three standard errors), or the middle 90 % narrower by more "
        "than a tenth.",
    )
    rows = [
        [_capital(of.words), str(of.of), *(str(len(part)) for part in (of.silent, of.aside, of.still, of.moved))]
        for of in found.relations
    ]
    heads = ["Assumptions", "They say\nnothing of", "Of these,\nonly kept\naside", "Hardly\nmoved", "Moved"]
    screen.rows(["About", *heads], rows)
    for aside, heading in (
        (False, "The entries that accept say nothing of these, and no other entry depends on them"),
        (True, "Only entries kept aside depend on these, which accept nothing"),
    ):
        if silent := _silent(found, aside):
            screen.heading(heading)
            screen.facts(silent)
    for each in found.tied:
        screen.print()
        causes = listed([f"{cause[:1].lower()}{cause[1:]}" for cause in each.causes]) if each.causes else "dependence"
        screen.say(
            f'No entry that accepts depends on "{each.label}" either; it moved by {_shift(each.shift)} standard '
            f"deviations because the case ties it to others that the record does bear on (common cause: {causes})."
        )
    if still := _by_relation(found.relations, lambda each: each.still):
        screen.heading("Entries that accept depend on these, and hardly moved them")
        screen.facts(still)


def _silent(found: Hindsight, aside: bool) -> list[tuple[str, str]]:
    """Whatever entries that accept say nothing of: that on which only entries kept aside depend, or the rest."""
    rows = _by_relation(found.relations, lambda each: each.aside if aside else each.untouched)
    for kind, words in (("cause", "Common causes"), ("envelope", "Luck")):
        own = [each for each in found.moves if each.kind == kind and each.silent and each.aside == aside]
        rows += [(words, "; ".join(each.label.removeprefix("luck of ") for each in own))] if own else []
    return rows


def _by_relation(relations: Sequence[Relation], part: Callable[[Relation], Sequence[Move]]) -> list[tuple[str, str]]:
    return [(_capital(each.words), "; ".join(entry.label for entry in part(each))) for each in relations if part(each)]


def _search(screen: Screen, found: Hindsight) -> None:
    of = found.search
    low, high = (one_in(each) for each in reversed(of.share_ends))
    screen.heading("2. How far the search can be relied on")
    screen.facts(
        [
            (
                "Effective number",
                f"{figure(of.effective)} of {of.accepted:,} for the quantity with the least ({of.fewest}), "
                f"{figure(of.effective_middle)} for the middle one: how many independent futures they are worth",
            ),
            (
                "R-hat",
                f"{of.rhat:.2f} at most ({of.apart}): agreement of {of.islands} searches that never exchanged futures, "
                "but shared the way there; 1 is best",
            ),
            (
                "Distinct",
                f"{of.distinct:,} sets of those sealed envelopes that the record bears on, descended from "
                f"{of.ancestors:,} first draws",
            ),
            (
                "Way there",
                f"{len(of.levels)} levels from the ranges to the record; {of.sweeps[0]:,} steps proposed to each "
                f"future, {of.sweeps[1]:,} of them at the last level",
            ),
            (
                "How rare",
                f"about one in {one_in(of.share)} plain draws would have been accepted (one in {range_of(low, high)} "
                "by single searches)",
            ),
        ]
    )


def _acceptance(screen: Screen, found: Hindsight) -> None:
    screen.heading(
        "3. Acceptance and conflicts by item",
        "Of 1,000 futures, how many one item of the record alone would accept: of plain draws, and of futures that all "
        f"other items accept ({NOTHING}: too few accepted futures bear on it to say). Beside it how well accepted "
        "futures meet the item; 1,000 is as well as can be.",
    )
    rows = [
        [each.label, *(_of_1000(value) for value in (each.alone, each.others, each.accepted))]
        for each in found.agreements
    ]
    screen.rows(["Item", "Plain\ndraws", "Given all\nothers", "Accepted\nfutures"], rows)
    of = found.conflicts
    screen.heading(
        "Items that conflict",
        f"Expected number of {found.search.before:,} plain draws that both items accept, and the same if the two had "
        "nothing to do with each other; below four fifths of it they conflict.",
    )
    pairs = [
        [
            " / ".join(each.labels),
            figure(each.together),
            figure(each.unrelated),
            within(each.lift),
            figure(each.effective),
        ]
        for each in of.pairs
    ]
    if pairs:
        screen.rows(["Two items", "Both", "If\nunrelated", "Ratio", "Effective\ndraws"], pairs)
    else:
        screen.say("None that plain draws show.")
    if of.unknown:
        screen.say(f"Left out, because too few plain draws speak of both items: {of.unknown} of the {of.of} pairs.")


def _piled_up(screen: Screen, found: Hindsight) -> None:
    items = {each.item.id: each.item for each in found.checks}
    screen.heading(
        "4. Where accepted futures pile up",
        "Of 1,000 accepted futures, how many lie below, inside and above the window that the record leaves for the "
        "truth (a floor divided by the share reported; shares of the country and of the killed in percent), and how "
        "many of those inside in its lowest and highest fifth.",
    )
    rows = [
        [
            each.label,
            _window(items[each.id], each.ends),
            # A count on a line of its own, so that the table is not cut in two.
            *(
                few_or_share(of).replace("] ", "]\n")
                for of in (each.below, each.lower, each.inside, each.upper, each.above)
            ),
        ]
        for each in found.windows
        if each.id in items
    ]
    if rows:
        screen.rows(["Item", "Window", "Below", "Lowest\nfifth", "Inside", "Highest\nfifth", "Above"], rows)
        piled = [f"{each.label} ({each.piled} end)" for each in found.windows if each.piled]
        screen.say(
            "More than two thirds lie on one side, that end of the window included, for: "
            f"{'; '.join(piled) if piled else 'none'}."
        )
    else:
        screen.say("No accepting item bounds the truth on both sides.")
    screen.heading(
        "Ranges that may stop too early",
        "Assumptions of which more than a third of the accepted futures lie in the lowest or the highest tenth of the "
        "range of the view now.",
    )
    crowded = [
        [_with_unit(each), f"{each.crowded} tenth", per_thousand(max(each.ends)), _band(each.before), _band(each.after)]
        for each in found.crowded
    ]
    if crowded:
        screen.rows(["Assumption", "Where", "Of 1,000", "Before", "Now"], crowded)
    else:
        screen.say("None.")


def _window(item: Item, ends: tuple[float, float]) -> str:
    """Ends of a window with a digit more than what is modelled: they are on record, and some are narrow."""
    scale = PERCENT if item.entry.unit == "share" else 1.0
    return range_of(*(figure(scale * end, 3) for end in ends))


def _checks(screen: Screen, found: Hindsight) -> None:
    aside, used = found.count(accepts=False), found.count(accepts=True)
    weaker = f" {found.after_look}." if found.after_look else ""
    screen.heading(
        "5. The record against what was kept aside",
        f"Of {aside.of} recorded numbers by which nothing was accepted {aside.after} lie in the band of 9 in 10 "
        f"accepted futures (before: {aside.before}){found.missed_ratios}.{weaker} {CAUTION} A wide band is easily hit: "
        "look at both. Futures whose war is still on by then, as the real one was; median, and the band of 9 in 10. "
        "Shares in percent. Reporting and counting are in the bands, the declared discrepancy of the model is not.",
    )
    if found.inputs:
        labels = "; ".join(each.item.entry.label for each in found.inputs)
        screen.say(f"Not counted, because they narrowed a range of the view now: {labels}.")
    kept = [each for each in found.checks if not each.accepts]
    _numbers(screen, [each for each in kept if not each.made_of_others])
    outside = [
        f"{each.item.entry.label} ({each.after.verdict} the band)"
        for each in kept
        if isinstance(each.after, Number) and each.after.missed and not each.made_of_others
    ]
    if outside:
        screen.say(f"Outside now: {'; '.join(outside)}.")
    if others := [each for each in kept if each.made_of_others]:
        screen.heading(
            "Made of other numbers of the record",
            "Ratios of them, and the same in another unit; not counted among the numbers above.",
        )
        _numbers(screen, others)
    _events(screen, "Events and bounds kept aside", kept)
    screen.heading(
        "In-sample: the items by which futures were accepted",
        f"{used.after} of {used.of} numbers lie in the band of 9 in 10 (before: {used.before}). They were made to, so "
        "this is no test.",
    )
    in_sample = [each for each in found.checks if each.accepts]
    _numbers(screen, in_sample)
    _events(screen, "Events accepted", in_sample)


def _numbers(screen: Screen, found: Sequence[Check]) -> None:
    rows = [
        [
            each.item.entry.label,
            recorded(each.item.entry),
            *_cells(each.item, each.before),
            *_cells(each.item, each.after),
        ]
        for each in found
        if isinstance(each.after, Number)
    ]
    heads = ["Item", "On record", "Before", "Record\nlies", "Now", "Record\nlies"]
    if rows:
        screen.rows(heads, rows)


def _cells(item: Item, found: Reading | None) -> list[str]:
    if not isinstance(found, Number):
        return [NOTHING, NOTHING]
    return [f"{shown(item, found.median.value)}\n{band_of(item, found.most)}", found.verdict]


def _events(screen: Screen, heading: str, found: Sequence[Check]) -> None:
    rows = [
        [
            each.item.entry.label,
            recorded(each.item.entry),
            *(few_or_share(of.share) if isinstance(of, Chance) else NOTHING for of in (each.before, each.after)),
        ]
        for each in found
        if isinstance(each.after, Chance)
    ]
    if rows:
        screen.heading(heading, "How many of 1,000 futures have what is on record, of wars still on by then.")
        screen.rows(["Event", "On record", "Before", "Now"], rows)


def _moved(screen: Screen, found: Sequence[Move]) -> None:
    shown = found[:MOST]
    more = f" The {MOST} that moved most of {len(found)}; --json has all." if len(found) > MOST else ""
    screen.heading(
        "6. What the record moved",
        "Median and the band of 9 in 10, before and now; shift of the mean in standard deviations beforehand, and "
        "width of the middle 90 % in percent of what it was, both by rank, so that no unit matters. Farthest first, by "
        f"both together.{more}",
    )
    if not found:
        screen.say("Nothing.")
        return
    changes: Mapping[str, list[Move]] = {
        kind: [each for each in shown if each.kind == kind] for kind in ("assumption", "cause", "envelope")
    }
    rows = [[_with_unit(each), _band(each.before), _band(each.after), *_change(each)] for each in changes["assumption"]]
    if rows:
        screen.rows(["Assumption (unit)", "Before", "Now", "Shift", "Width,\n%"], rows)
    others = [[_capital(each.label), _direction(each), *_change(each)] for each in changes["envelope"]]
    others += [
        [f"{each.label} (common cause)", "more" if each.shift.value > 0 else "less", *_change(each)]
        for each in changes["cause"]
    ]
    if others:
        screen.rows(["Luck and common causes", "Moved to", "Shift", "Width,\n%"], others)


def _change(of: Move) -> list[str]:
    return [_shift(of.shift), figure(PERCENT * of.width.value)]


def _direction(of: Move) -> str:
    """Where an envelope moved, in a word."""
    later = of.id.removeprefix(LUCK).startswith(LATER)
    more, fewer = ("later", "sooner") if later else ("higher", "lower")
    return more if of.shift.value > 0 else fewer


def _shift(of: Estimate) -> str:
    return signed(of.value) + within(Estimate(0.0, of.error)).removeprefix("0")


def _of_1000(of: Estimate | None) -> str:
    return NOTHING if of is None else within(Estimate(THOUSAND * of.value, THOUSAND * of.error))


def _band(of: Band) -> str:
    return f"{figure(of.median)}\n{range_of(figure(of.low), figure(of.high))}"


def _with_unit(of: Move) -> str:
    return f"{of.label} ({of.unit})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""What `closedsky backtest` prints: the record beside the futures of the option really taken, misses first."""

from __future__ import annotations

from collections.abc import Sequence

from closedsky.cases.recorded import QUANTITIES
from closedsky.cases.schema import Case
from closedsky.futures.results import NOT_A_FORECAST
from closedsky.reading.backtest import ALL, CAUTION, RATIO, WAR_ON, Backtest, Item
from closedsky.reading.record import Chance, Number, Reading
from closedsky.reading.words import figure, per_thousand
from closedsky.showing.numbers import NOTHING, few_or_share, range_of
from closedsky.showing.record_words import band_of, recorded, shown, when
from closedsky.showing.terminal import Screen, futures_words, how_errors, switch_facts, view_words

MANY = 0.9
"""Share of wars still on below which all futures are shown as well."""


IN_SAMPLE = (
    "these futures were accepted by the entries marked *, so that their agreement with those is no test of anything; "
    "what is kept aside checks them, and is of the same war, but for entries marked (input), which made a range of the "
    "view now narrower than that of then"
)
"""What a backtest under the view now is worth."""


def show_backtest(screen: Screen, found: Backtest, case: Case, command: str, name: str) -> None:
    """Print a backtest.

    Args:
        screen: where.
        found: what.
        case: its labels.
        command: line that gives the same numbers again.
        name: how the person named the case.
    """
    _opening(screen, case, name, found)
    screen.print()
    screen.facts(
        [
            ("View", view_words(case, found.view)),
            *([("In-sample", IN_SAMPLE)] if found.in_sample else []),
            ("Option", f"{found.label}: the one really taken"),
            ("Futures", futures_words(found.futures, found.seed, found.effective)),
            *switch_facts(case, {key: each.default for key, each in case.switches.items() if key != "war_path"}),
        ]
    )
    screen.print()
    screen.say(found.summary(), "bold")
    screen.say(CAUTION)
    _how_to_read(screen)
    for quantity in found.quantities:
        items = [item for item in found.compared if item.entry.quantity == quantity]
        _numbers(screen, quantity, items, found.in_sample)
    _events(screen, [item for item in found.compared if isinstance(item.over_all, Chance)], found.in_sample)
    _coverage(screen, found)
    _unpredicted(screen, [item for item in found.items if item.over_all is None])
    _sources(screen, found)
    screen.heading("Notes")
    for note in found.notes:
        screen.say(note)
    screen.say(how_errors(found.futures, found.view))
    errors = [item.reading.error for item in found.compared if isinstance(item.reading, Number)]
    finite = [error for error in errors if error == error]
    if finite:
        screen.say(
            f"What lies below a record, of 1,000, has a standard error of at most {figure(1000 * max(finite), 1)}."
        )
    screen.heading("The same numbers again")
    screen.command(command)


def _opening(screen: Screen, case: Case, name: str, found: Backtest) -> None:
    screen.say(NOT_A_FORECAST, "bold")
    cites = "" if found.in_sample else "; none of them cites what is compared here"
    screen.say(f"Each of its {len(case.assumptions)} assumptions is a range with a reason{cites}. To see them:")
    screen.command(f"closedsky cases {name}")
    screen.heading(case.title, case.question)


def _how_to_read(screen: Screen) -> None:
    screen.heading(
        "How to read the tables",
        "First line: futures whose war is still on at the end of the days named, as the real one was, and how many of "
        "1,000 they are. Second line: all futures, in which a war that has ended kills nobody; shown where fewer than "
        "9 in 10 are on, or where the record lies elsewhere. Below: futures under the record, of 1,000. The record "
        "lies in the middle half, inside the band of 9 in 10, above it or below it; of a range on record the value "
        "nearest the middle counts. CRPS: how far the futures are from the record, less half their distance from each "
        "other, on average and in the same unit; 0 is perfect; of a range the least.",
    )


def _mark(item: Item, in_sample: bool) -> str:
    if not in_sample:
        return ""
    return " *" if item.accepts else " (input)" if item.is_input else ""


def _numbers(screen: Screen, quantity: str, items: Sequence[Item], in_sample: bool) -> None:
    compared = QUANTITIES[quantity]
    unit = "percent" if compared.unit == "share" else compared.unit
    screen.heading(f"{compared.label[:1].upper()}{compared.label[1:]} ({unit})", _kinds(items))
    rows = []
    for item in items:
        name = item.entry.label if item.entry.of else when(item.entry)
        still_on = per_thousand(item.still_on.value.value) if item.still_on else NOTHING
        name += _mark(item, in_sample)
        rows.append([name, recorded(item.entry), still_on, *_cells(item, item.war_on)])
        if isinstance(item.over_all, Number):
            fewer = item.still_on is not None and item.still_on.value.value < MANY
            if fewer or item.war_on is None or item.war_on.verdict != item.over_all.verdict:
                rows.append(["  all futures", "", "", *_cells(item, item.over_all)])
    first = "Ratio" if quantity == RATIO else "Days"
    heads = [first, "On record", "On, of\n1,000", "Median", "Half", "9 in 10", "Below", "Record\nlies", "CRPS"]
    screen.rows(heads, rows)


def _kinds(items: Sequence[Item]) -> str:
    """How the record bounds the truth, and what is done about it."""
    words = []
    reported = [item.entry.reporting for item in items if item.entry.reporting]
    if reported:
        low, high = min(each.low for each in reported), max(each.high for each in reported)
        words.append(
            f"Floors: what is predicted is multiplied by the share that the office is judged to have counted by now, "
            f"{low:g} to {high:g}, scatters as counts do, and is compared with the last revision."
        )
    if any(item.entry.kind == "between" for item in items):
        words.append("Ranges: between a floor and a ceiling, or counts that disagree; every value of one is as good.")
    return " ".join(words)


def _cells(item: Item, found: Reading | None) -> list[str]:
    if not isinstance(found, Number):
        return [NOTHING] * 6
    return [
        shown(item, found.median.value),
        band_of(item, found.middle),
        band_of(item, found.most),
        range_of(*(per_thousand(each) for each in found.place)),
        found.verdict,
        shown(item, found.crps[0]),
    ]


def _events(screen: Screen, items: Sequence[Item], in_sample: bool) -> None:
    if not items:
        return
    screen.heading(
        "Events and bounds",
        "How many of 1,000 futures have what is on record, or reach a bound that is on one side only: of wars still on "
        "by then, and of all. Log score: minus the logarithm of that share; 0 is perfect, 0.69 a coin.",
    )
    rows = []
    for item in items:
        lines = [
            (label, each) for label, each in (("on", item.war_on), ("all", item.over_all)) if isinstance(each, Chance)
        ]
        rows.append(
            [
                item.entry.label + _mark(item, in_sample),
                recorded(item.entry),
                "\n".join(label for label, _ in lines),
                "\n".join(few_or_share(each.share) for _, each in lines),
                "\n".join("missed" if each.missed else "" for _, each in lines),
                "\n".join(figure(each.log_score) for _, each in lines),
            ]
        )
    screen.rows(["Event", "On record", "Wars", "So in,\nof 1,000", "", "Log\nscore"], rows)


def _coverage(screen: Screen, found: Backtest) -> None:
    screen.heading("How many recorded numbers lie inside", "Items of one quantity hang together most of all.")
    rows = []
    counted: list[tuple[str, str | None, bool | None]] = [
        (QUANTITIES[each].label, each, None) for each in found.quantities
    ]
    if found.in_sample:
        counted += [("together: kept aside", None, False), ("together: accepted by *", None, True)]
    else:
        counted.append(("together", None, None))
    for name, quantity, accepts in counted:
        on, every = found.coverage(WAR_ON, quantity, accepts), found.coverage(ALL, quantity, accepts)
        cells = [f"{on.middle} of {on.of}", f"{on.most} of {on.of}", f"{every.middle} of {every.of}"]
        rows.append([name, *cells, f"{every.most} of {every.of}"])
    screen.rows(["Quantity", "War on:\nhalf", "War on:\n9 in 10", "All:\nhalf", "All:\n9 in 10"], rows)


def _unpredicted(screen: Screen, items: Sequence[Item]) -> None:
    if not items:
        return
    screen.heading("On record, and not predicted")
    screen.facts(
        [(item.entry.label, f"{recorded(item.entry)} {item.entry.unit}. {item.entry.reason}") for item in items]
    )


def _sources(screen: Screen, found: Backtest) -> None:
    screen.heading("Where the record is from", "Links, and the evidence behind each number, are in --json.")
    titles: dict[str, list[str]] = {}
    for item in found.items:
        quantity = item.entry.quantity
        if quantity == RATIO:
            continue  # made of entries that are named already
        number = quantity is not None and isinstance(item.over_all, Number)
        label = QUANTITIES[quantity].label if number and quantity else item.entry.label
        titles.setdefault(label, []).extend(each.title for each in item.sources.values())
    for label, names in titles.items():
        screen.say(f"{label[:1].upper()}{label[1:]}: {'; '.join(dict.fromkeys(names))}.")

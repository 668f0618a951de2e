"""The backtest strip: what is on record beside what the futures, and a naive forecaster, say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.cases.recorded import QUANTITIES
from closedsky.reading.backtest import CAUTION, Backtest, Item
from closedsky.reading.record import Chance, Number
from closedsky.reading.words import listed, per_thousand
from closedsky.reading.zones import LEAVE_ONE_OUT, Zones, share_within
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale, cut
from closedsky.showing.charts.strip_rows import COLUMNS, Compared, cells_of, counted_whole, ends_of, limits_of, row_of
from closedsky.showing.record_words import when

KIND = "backtest-strip"

MARKS: Mapping[str, str] = {
    "record": "on record",
    "most": "9 in 10 futures",
    "middle": "half of the futures",
    "median": "median future",
    "naive": "naive forecaster, 9 in 10",
    "naive_median": "its median",
    "share": "Of 1,000 futures, so many agree with the record",
    "naive_share": "naive forecaster",
}
"""What the marks are called, where they stand first."""

IN_SAMPLE = "now: in-sample, the futures were accepted by part of this record"
"""What a strip under the view now is worth."""

LEFT_OUT = "then: what was known before each campaign, and what the other campaigns' records say, later ones too"
"""The view of past campaigns, whose shared factors are those of the others."""

MANY_MISSES = 6
"""Misses beyond which they are counted and no more named."""

NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def backtest_strip(found: Backtest | Zones) -> dict[str, Any]:
    """Lay a backtest out as a chart: one panel for each campaign, or for each quantity of a single case.

    What restates another entry is in the numbers table and not drawn.

    Args:
        found: a case, or several campaigns, held against the record.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes` (sentences that belong under it),
        `futures`, `marks` (what the marks are called) and `panels`. A panel has `id`, `title`, `subtitle`, `unit` and
        `scale` (of the axis that its rows share, or empty and None) and `rows`
        (`closedsky.showing.charts.strip_rows.row_of`), each with its own `scale` where they share none, and with `rows`
        of the numbers table.
    """
    if isinstance(found, Backtest):
        made, whose, what, lasting = _of_quantities(found), found.title, "quantity", ""
        count = ", of which those count whose war is still on by then" if any(map(_ended, found.items)) else ""
        about = f'Blue: {found.futures:,} futures of the option really taken, "{found.label}"{count}.'
        notes, than_naive = [CAUTION], ""
    else:
        made, what, lasting = _of_campaigns(found), "campaign", ""
        many, (closer, of) = len(found.campaigns), found.better(Number)
        whose = f"{_words(many).capitalize()} air campaigns" if many > 1 else found.campaigns[0].backtest.title
        kept = any(map(_ended, (one.item for each in found.campaigns for one in each.held)))
        count = ", of which those count in which the zone is kept up, as it was" if kept else ""
        if kept and found.kept is not None:
            ends = " to ".join(dict.fromkeys(per_thousand(end) for end in found.kept[:2]))
            lasting = f": {'zones are ' if many > 1 else ''}kept in {ends} of 1,000 futures"
        about = f"Blue: {found.futures:,} futures{' of each campaign' if many > 1 else ''}{count}."
        notes, than_naive = [LEAVE_ONE_OUT, _by_campaign(found), found.caution], ""
        if of:
            than_naive = f", and {closer} of {of} are foreseen better than by a naive forecaster"
    panels: list[dict[str, Any]] = []
    table: list[list[Any]] = []
    for panel, cells in made:
        rows = [row | {"rows": [len(table) + each for each in row["rows"]]} for row in panel["rows"]]
        panels.append(panel | {"rows": rows})
        table += cells
    drawn = [row for panel in panels for row in panel["rows"]]
    counted = [row for row in drawn if row["form"] == "number" and not row["derived"]]
    inside = sum(row["miss"] is None for row in counted)
    futures = "of these" if lasting else "futures"
    score = f"{inside} of {len(counted)} recorded numbers fall where 9 in 10 {futures} do{than_naive}"
    caption = [
        about,
        _naive(drawn),
        "Pins and brackets: what is on record.",
        _missed(panels, where=not isinstance(found, Backtest) and len(panels) > 1),
    ]
    alternative = [f"Range bars of the futures with the record marked, in {_panels(len(panels), what)}."]
    chart = frame(
        KIND,
        title=f"{whose}{f'{lasting};' if lasting else ':'} {score}"
        if counted
        else f"{whose}: what is on record, and in how many futures it happens",
        caption=" ".join(filter(None, caption)),
        alternative=" ".join(alternative + [f"{panel['title']}: {panel['subtitle']}" for panel in panels]),
        view=found.view,
        view_words=LEFT_OUT if isinstance(found, Zones) else IN_SAMPLE if found.in_sample else "",
        columns=COLUMNS,
        rows=table,
    )
    notes = [note for note in (_cut(panels), _left_out(found, len(table), len(drawn)), *notes) if note]
    return chart | {"notes": notes, "futures": found.futures, "marks": dict(MARKS), "panels": panels}


Made = tuple[dict[str, Any], list[list[Any]]]
"""A panel and its lines of the numbers table, among which its rows are counted."""


def _of_campaigns(found: Zones) -> list[Made]:
    made = []
    for each in found.campaigns:
        lines = [
            Compared(one.item, one.reading, one.again, one.naive, one.skill)
            for one in each.held
            if one.reading is not None
        ]
        made.append(_panel(each.backtest.case, each.backtest.title, lines))
    return made


def _of_quantities(found: Backtest) -> list[Made]:
    """One panel for each quantity, on one axis, and one for what happened or did not."""
    made = []
    compared = [Compared(item, item.reading, found.again(item)) for item in found.compared if item.reading is not None]
    numbers = [one for one in compared if isinstance(one.found, Number)]
    for quantity in dict.fromkeys(one.item.entry.quantity for one in numbers if one.item.entry.quantity):
        lines = [one for one in numbers if one.item.entry.quantity == quantity]
        names = {one.item.id: when(one.item.entry) for one in lines if not one.item.entry.of}
        names = names if len(set(names.values())) == len(names) else {}
        made.append(_panel(quantity, _capital(QUANTITIES[quantity].label), lines, names, shared=True))
    others = [one for one in compared if isinstance(one.found, Chance)]
    return [*made, _panel("events", "Events and bounds", others)] if others else made


def _panel(
    name: str, title: str, compared: Sequence[Compared], names: Mapping[str, str] | None = None, shared: bool = False
) -> Made:
    """Lay out one panel; rows of numbers come before rows of shares, and what says the same again is left out."""
    given = {one.item.id: f"{one.item.entry.label} (by construction)" for one in compared if _constructed(one)}
    given |= names or {}
    pairs = [
        (row_of(one, given.get(one.item.id)) | {"rows": [i]}, one) for i, one in enumerate(compared) if not one.again
    ]
    numbers = [(row, one) for row, one in pairs if row["form"] == "number"]
    shares = [row for row, _ in pairs if row["form"] == "share"]
    scale, unit = None, ""
    if shared and numbers:
        unit, first = numbers[0][0]["unit"], numbers[0][1].item
        for row, _ in numbers:
            row["unit"] = ""
        ends = [ends_of(row) for row, _ in numbers]
        needed, wanted = ([value for end in side for value in end] for side in zip(*ends, strict=True))
        scale = choose_scale(needed, wanted, limits_of(first), counted_whole(first))
    else:
        for row, one in numbers:
            row["scale"] = choose_scale(*ends_of(row), limits_of(one.item), counted_whole(one.item))
    words = []
    if numbers:
        words.append(f"{sum(row['miss'] is None for row, _ in numbers)} of {len(numbers)} numbers inside")
        skills = [one.skill for _, one in numbers if one.skill is not None]
        if skills:
            words.append(f"{sum(skill > 0 for skill in skills)} of {len(skills)} better than naive")
    if shares:
        open_ = [row for row, one in pairs if row["form"] == "share" and not _constructed(one)]
        words.append(f"{sum(row['miss'] is None for row in open_)} of {len(open_)} events and bounds not rare")
    subtitle = "; ".join(filter(None, [*words, "" if shared else _kept(compared)]))
    panel = {
        "id": name,
        "title": title,
        "subtitle": f"{subtitle}." if subtitle else "Nothing to compare.",
        "unit": unit,
        "scale": scale,
        "rows": [row for row, _ in numbers] + shares,
    }
    return panel, [cells_of(title, one) for one in compared]


def _constructed(one: Compared) -> bool:
    """Whether the model cannot answer otherwise, so that it is drawn and not counted."""
    quantity = one.item.entry.quantity
    return quantity is not None and QUANTITIES[quantity].constructed


def _ended(item: Item) -> bool:
    """Whether some futures do not count for an item, because what it is about has ended in them."""
    return item.war_on is not None and item.still_on is not None and item.still_on.count < item.still_on.of


def _kept(compared: Sequence[Compared]) -> str:
    """Say how many futures count, where the same ones count for every item of which that is asked."""
    asked = [one.item.still_on for one in compared if one.item.war_on is not None and one.item.still_on is not None]
    if not asked or len({(each.count, each.of) for each in asked}) > 1 or asked[0].count == asked[0].of:
        return ""
    return f"{asked[0].count:,} of {asked[0].of:,} futures count"


def _naive(drawn: Sequence[Mapping[str, Any]]) -> str:
    if not any(row["naive"] for row in drawn):
        return ""
    return "Grey: a naive forecaster, who knows only what the other campaigns came to and how long this one lasted."


def _missed(panels: Sequence[Mapping[str, Any]], where: bool) -> str:
    """Name every miss with how, and `where`, it is missed; where they are many, count them."""
    missed = [
        f"{row['name']} ({panel['title']}: {row['miss']})" if where else f"{row['name']} ({row['miss']})"
        for panel in panels
        for row in panel["rows"]
        if row["miss"]
    ]
    if len(missed) > MANY_MISSES:
        return f"{_capital(_words(len(missed)))} are missed; each says how where it stands."
    return f"Missed: {listed(missed)}." if missed else "Nothing is missed."


def _by_campaign(found: Zones) -> str:
    """Say how much lies inside when each campaign counts once, and how events compare with the naive forecaster's."""
    share, (closer, of) = found.coverage, found.better(Chance)
    words = []
    if share.campaigns > 1:
        words.append(
            f"Counting each campaign once, {share_within(share.most)} of its recorded numbers lie in the band of 9 in "
            f"10 futures and {share_within(share.middle)} in that of half of them (± is one standard error over "
            f"{_words(share.campaigns)})."
        )
    if of:
        words.append(f"Of {of} events and bounds {closer} are foreseen better than by the naive forecaster.")
    return " ".join(words)


def _left_out(found: Backtest | Zones, compared: int, drawn: int) -> str:
    """Say how many things on record are not drawn, and why."""
    tests = [found] if isinstance(found, Backtest) else [each.backtest for each in found.campaigns]
    never = sum(len(test.items) for test in tests) - compared
    words = []
    if compared > drawn:
        words.append(f"{compared - drawn} that say the same as a row drawn here")
    if never:
        words.append(f"{never} that the model does not predict")
    return f"On record and not drawn: {' and '.join(words)}." if words else ""


def _cut(panels: Sequence[Mapping[str, Any]]) -> str:
    """Explain the arrow heads, if there are any."""
    ends = [
        (panel["scale"] or row["scale"], end)
        for panel in panels
        for row in panel["rows"]
        if row["form"] == "number"
        for end in (*row["predicted"]["band_90"], *(row["naive"] or {"band_90": []})["band_90"])
    ]
    if not any(end is None or cut(scale, end) for scale, end in ends):
        return ""
    return "A bar that ends in an arrow head goes on beyond the axis; where it ends is in the table."


def _words(count: int) -> str:
    """A small number as a word."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else f"{count:,}"


def _panels(count: int, what: str) -> str:
    return "one panel" if count == 1 else f"{_words(count)} panels by {what}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

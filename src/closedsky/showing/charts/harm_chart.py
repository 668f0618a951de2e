"""Who was killed, when and by what: verified counts beside the record, and the whole toll of each option by weapon."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from closedsky.cases.recorded import QUANTITIES
from closedsky.futures.results import Estimate, Results, estimate
from closedsky.reading.backtest import CAUTION, Backtest, Item
from closedsky.reading.measures import label
from closedsky.reading.record import Number
from closedsky.reading.statistics import joint, plain, spread
from closedsky.reading.words import change, figure
from closedsky.showing.charts.backtest_strip import IN_SAMPLE, MARKS
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale
from closedsky.showing.charts.strip_rows import Compared, counted_whole, ends_of, limits_of, row_of
from closedsky.showing.numbers import band
from closedsky.showing.record_words import when

KIND = "harm-by-weapon"

RECORDED = ("killed", "killed_by_air")
"""Quantities on record that are drawn: how many, and what share of them by aircraft."""

TOLL = "killed_fighting"
"""What the weapons add up to: the true count while the war runs."""

WEAPONS: Mapping[str, tuple[str, str]] = {
    "killed_by_air": ("aircraft", "futures"),
    "killed_by_missile": ("missiles and drones", "missile"),
    "killed_by_shelling": ("shelling", "shelling"),
    "killed_by_replacement": ("what replaces deterred sorties", "replaced"),
}
"""Parts of the toll by outcome: the name of the weapon, and its colour."""

SKEWED = 2.0
"""A mean above this many medians is said to be carried by few futures."""

WITHIN = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"

COLUMNS = (
    ("panel", "Panel", ""),
    ("item", "Days, or option", ""),
    ("path", "Path", ""),
    ("part", "Weapon", ""),
    ("unit", "Unit", ""),
    ("record", "Record, low", "the row's"),
    ("record_high", "Record, high", "the row's"),
    ("futures", "Futures", "futures"),
    ("mean", "Mean", "the row's"),
    ("error", "Its standard error", "the row's"),
    ("median", "Median future", "the row's"),
    ("band_50_low", "Half of the futures, from", "the row's"),
    ("band_50_high", "Half of the futures, to", "the row's"),
    ("band_90_low", "9 in 10 futures, from", "the row's"),
    ("band_90_high", "9 in 10 futures, to", "the row's"),
)
"""Columns of the numbers table: name, label, unit."""


def harm_chart(
    paths: Mapping[str, Results], found: Backtest | None = None, options: Sequence[str] = ()
) -> dict[str, Any]:
    """Lay civilian deaths out: recorded periods beside the futures, then the toll of each option by weapon.

    Args:
        paths: what each path to general war gave over the same futures (`closedsky.futures.run.run_paths`).
        found: the record against the futures of the option really taken; None where there is none.
        options: ids of options whose toll is drawn below that of the one really taken.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, `marks` (what the marks of the
        record and of the futures are called), `panels` and `toll`. A panel has `title`, `unit`, `scale` and `rows`
        (`closedsky.showing.charts.strip_rows.row_of`, each with `rows` of the numbers table). `toll` has `title`,
        `most` (the longest bar, people) and `bars`: `label`, `path` (or None where both give the same), `sentence`,
        `change` (against the option really taken; empty for itself), `rows` (of the whole toll) and `parts` (`name`,
        `kind`, `mean`, `words`, `rows`).

    Raises:
        KeyError: an option was not run.
        ValueError: no option to draw, or a record of another case or view.
    """
    first = next(iter(paths.values()))
    if found and (found.case, found.view) != (first.case.id, first.view):
        raise ValueError(f"a record of {found.case} ({found.view}) beside a run of {first.case.id} ({first.view})")
    taken = [first.case.taken] if first.case.taken in first.options else []
    shown = list(dict.fromkeys([*taken, *options]))
    if not shown:
        raise ValueError("no option to draw")
    for name in shown:
        if name not in first.options:
            raise KeyError(name)
    table: list[list[Any]] = []
    panels = [panel for name in RECORDED if found and (panel := _panel(found, name, table))]
    bars = [bar for name in shown for bar in _bars(paths, name, taken[0] if taken else None, table)]
    toll = {
        "title": f"Civilians killed while the war runs, true count: mean of {first.futures:,} futures, by weapon",
        "most": max(sum(part["mean"] for part in bar["parts"]) for bar in bars),
        "bars": bars,
    }
    title = [_counted(panels), _largest(paths, shown[0])]
    caption = []
    if panels and found:
        ended = any(item.war_on and item.still_on and item.still_on.count < item.still_on.of for item in found.items)
        caption.append(
            f"Blue bands: {found.futures:,} futures of the option really taken, “{found.label}”"
            f"{', of which those count whose war is still on by then' if ended else ''}. Pins and brackets: on record."
        )
    few = any(_skewed(results, name) for results in paths.values() for name in shown)
    caption.append(
        "Bars: all that the model expects to be killed, verified or not, on average"
        f"{'; few futures with very many killed carry the mean' if few else ''}."
    )
    said = [f"{panel['title']}: {panel['said']}" for panel in panels]
    said += [
        f"{_name(bar)}: {bar['sentence']} By weapon: {', '.join(part['words'] for part in bar['parts'])}."
        for bar in bars
    ]
    chart = frame(
        KIND,
        title="; ".join(filter(None, title)),
        caption=" ".join(caption),
        alternative=f"Range bars with the record marked, and stacked bars by weapon. {' '.join(said)}",
        view=first.view,
        view_words=IN_SAMPLE if found and found.in_sample else "",
        columns=COLUMNS,
        rows=table,
    )
    parted = bool(taken) and len({results.values(TOLL, taken[0]).tobytes() for results in paths.values()}) > 1
    notes = _notes(found if panels else None, shown, parted, first.effective_number)
    return chart | {"notes": notes, "marks": dict(MARKS), "panels": panels, "toll": toll}


def _panel(found: Backtest, quantity: str, table: list[list[Any]]) -> dict[str, Any] | None:
    """What is on record of one quantity, period by period, on one axis; None where nothing is."""
    items: list[tuple[Item, Number]] = [
        (item, item.reading)
        for item in found.compared
        if item.entry.quantity == quantity and isinstance(item.reading, Number) and not found.again(item)
    ]
    if not items:
        return None
    title = QUANTITIES[quantity].label
    title = title[:1].upper() + title[1:]
    rows = []
    for item, reading in items:
        row = row_of(Compared(item, reading, again=False), when(item.entry))
        bands, record, unit = row["predicted"], row["record"], row["unit"]
        ends = [record["low"], record["high"], reading.futures, None, None, bands["median"]]
        table.append([title, row["label"], "", "", unit, *ends, *bands["band_50"], *bands["band_90"]])
        rows.append(row | {"unit": "", "rows": [len(table) - 1]})
    needed = [value for row in rows for value in ends_of(row)[0]]
    inside = sum(row["miss"] is None for row in rows)
    return {
        "title": title,
        "unit": "percent" if QUANTITIES[quantity].unit == "share" else "people",
        "quantity": quantity,
        "said": f"{inside} of {len(rows)} recorded numbers inside the band of 9 in 10 futures.",
        "inside": inside,
        "middle": sum(reading.in_middle for _, reading in items),
        "scale": choose_scale(needed, (), limits_of(items[0][0]), counted_whole(items[0][0])),
        "rows": rows,
    }


def _bars(
    paths: Mapping[str, Results], option: str, against: str | None, table: list[list[Any]]
) -> list[dict[str, Any]]:
    """The toll of an option by weapon: one bar, or one for each path where a person would read that they differ."""
    made: list[dict[str, Any]] = []
    for path, results in paths.items():
        parts: list[dict[str, Any]] = []
        for name, (words, kind) in WEAPONS.items():
            mean = results.mean(name, option)
            said = f"{words} {_within(mean)}"
            rows = [len(table) + len(parts)]
            parts.append({"name": words, "kind": kind, "mean": plain(mean.value) or 0.0, "words": said, "rows": rows})
        of = spread(results.values(TOLL, option))
        sentence = f"{_within(of.mean)} killed on average; 9 in 10 futures {band(of)}."
        less = ""
        if against is not None and option != against:
            of_both = results.values(TOLL, option) - results.values(TOLL, against)
            less = f"{_change(estimate(of_both, np.nanmean))} than under “{label(results, against)}”."
        bar = {"path": path, "label": label(results, option), "sentence": sentence, "change": less, "parts": parts}
        made.append(bar | {"rows": [len(table) + len(parts)]})
        cells = [(part["name"], results.mean(name, option)) for name, part in zip(WEAPONS, parts, strict=True)]
        for weapon, mean in [*cells, ("together", of.mean)]:
            ends = (of.median, None, None, of.low, of.high) if weapon == "together" else (math.nan,) * 5
            numbers = [None if each is None else plain(each) for each in (mean.value, mean.error, *ends)]
            futures = int(np.isfinite(results.values(TOLL, option)).sum())
            table.append(
                ["Toll by weapon", label(results, option), path, weapon, "people", None, None, futures, *numbers]
            )
    if len({(bar["sentence"], bar["change"], *(part["words"] for part in bar["parts"])) for bar in made}) == 1:
        lines = len(WEAPONS) + 1
        del table[len(table) - (len(made) - 1) * lines :]
        for row in table[-lines:]:
            row[2] = "both" if len(made) > 1 else row[2]
        return [made[0] | {"path": None}]
    return made


def _within(mean: Estimate) -> str:
    if not math.isfinite(mean.value):
        return "not defined"
    return figure(mean.value) + (f"{WITHIN}{figure(mean.error, 1)}" if mean.error > 0.0 else "")


def _change(mean: Estimate) -> str:
    if mean.value == 0.0 or not math.isfinite(mean.value):
        return "No more or fewer"
    number, word = change(mean.value).rsplit(" ", 1)
    return f"{number}{WITHIN}{figure(mean.error, 1)} {word}" if mean.error > 0.0 else f"{number} {word}"


def _skewed(results: Results, option: str) -> bool:
    """Whether the mean toll is far above that of most futures."""
    of = spread(results.values(TOLL, option))
    return of.mean.value > SKEWED * of.median


def _counted(panels: Sequence[Mapping[str, Any]]) -> str:
    for panel in panels:
        if panel["quantity"] == RECORDED[0]:
            return (
                f"{panel['inside']} of {len(panel['rows'])} verified counts of civilians killed lie in the band of 9 "
                f"in 10 futures, {panel['middle']} in that of half of them"
            )
    return ""


def _largest(paths: Mapping[str, Results], option: str) -> str:
    """Which weapon kills most under an option, and what share of the mean toll that is."""
    said: dict[str, None] = {}
    for results in paths.values():
        toll = results.values(TOLL, option)
        if not np.isfinite(toll).any():
            return f"the toll under “{label(results, option)}” is not defined"
        if not np.nansum(toll) > 0.0:
            return f"nobody is killed under “{label(results, option)}”"
        name = max(WEAPONS, key=lambda each: results.mean(each, option).value)
        share = joint(
            lambda part, whole: float(np.nanmean(part) / np.nanmean(whole)), results.values(name, option), toll
        )
        within = f"{WITHIN}{figure(100.0 * share.error, 1)}" if share.error > 0.0 else ""
        said[f"{WEAPONS[name][0]} kills {figure(100.0 * share.value)}{within} % of the mean toll"] = None
    return f"under “{label(results, option)}” {' or '.join(said)}"


def _name(bar: Mapping[str, Any]) -> str:
    return f"{bar['label']} ({bar['path']} path)" if bar["path"] else str(bar["label"])


def _notes(found: Backtest | None, shown: Sequence[str], parted: bool, effective: float | None) -> list[str]:
    notes = [
        "Above the bars: what a verified count would show. Bars: the true count, which no record holds. Deaths under "
        "occupation after the war are in neither. All numbers are conditional on no general war.",
        "What replaces deterred sorties: where aircraft are kept from flying, other weapons take part of their task.",
    ]
    if not found:
        notes[0] = notes[0].replace("Above the bars: what a verified count would show. Bars: the", "Bars: the")
    if len(shown) > 1:
        notes.append("The toll includes what an option does to the length of the war.")
    if found:
        if parted:
            notes.append("Beside the record stands the path to general war that the case has by default.")
        notes.append(CAUTION)
        named = {item.id for item in found.compared if item.entry.quantity in RECORDED}
        if not any(found.item(name).entry.quantity == RECORDED[1] for name in named):
            notes.append("The record does not say which weapon killed.")
    if effective is not None:
        notes.append(
            "The futures agree with the record as far as the declared discrepancies allow; they are worth about "
            f"{figure(effective)} independent ones."
        )
    return notes

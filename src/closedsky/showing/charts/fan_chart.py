"""Fans: how bands of the futures widen over the days, one small chart for each option and quantity."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.cases.schema import Case
from closedsky.futures.results import Results
from closedsky.reading.measures import label
from closedsky.reading.words import figure, percent
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale
from closedsky.showing.numbers import range_of

KIND = "fan"

MOST = 3
"""Options beside each other at most."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""What a fan is drawn from: 9 in 10 futures, half of them, and the median."""

KINDS = ("futures", "engagement")
"""Colours of the two paths, the first also that of both where they are the same."""

MARKS = {"most": "9 in 10 futures", "middle": "half of the futures", "median": "median"}
"""What the parts of a fan are called."""

DRAWN: Mapping[str, tuple[str, str, float]] = {
    "killed": ("Civilians killed so far, as a verified count would show them", "people", 1.0),
    "held": ("Share of the country held by the adversary", "percent", 100.0),
}
"""Series that are drawn: heading, unit, and what its values are multiplied by."""

TICKS = 5
"""Dates on an axis at most, before those are left out that have no room."""

MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240)
DAYS = (1, 2, 5, 7, 14)
"""Steps from date to date."""

SPACE = 20
"""Days for each month of a step that the second date stands from the first at least."""

WHOLE_MONTHS = 100
"""Days from which dates are the first of a month."""

MOST_STEPS = 44
"""Steps that are drawn: an eye sees no more corners."""

LEAST = 1.0
"""Expected people below this are drawn as one, where the axis is logarithmic."""

COLUMNS = (
    ("option", "Option", ""),
    ("quantity", "Quantity", ""),
    ("unit", "Unit", ""),
    ("path", "Path", ""),
    ("day", "Day", "days"),
    ("date", "End of", ""),
    ("q05", "9 in 10 futures, from", "the row's"),
    ("q25", "Half of the futures, from", "the row's"),
    ("q50", "Median", "the row's"),
    ("q75", "Half of the futures, to", "the row's"),
    ("q95", "9 in 10 futures, to", "the row's"),
)
"""Columns of the numbers table: name, label, unit."""

Values = NDArray[np.float64]


def fan_chart(paths: Mapping[str, Results], options: Sequence[str] = ()) -> dict[str, Any]:
    """Lay series out as fans, those of the option really taken first.

    Args:
        paths: what each path to general war gave over the same futures (`closedsky.futures.run.run_paths`).
        options: ids of options to show beside the one really taken, three with it at most.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, `marks` (what the parts of a fan
        are called), `days` (ends of the steps), `axis` (of the days, with dates as ticks) and `panels`, one for each
        quantity. A panel has `id`, `title`, `unit`, `scale` and `fans`, one for each option: `title`, `sentence`, and
        `bands`, one where both paths give the same: `path` (or None), `kind` (its colour), `quantiles` (five lists,
        lowest first, one number for each day) and `rows` (of the numbers table, one for each day).

    Raises:
        KeyError: an option was not run.
        ValueError: too many options, or none.
    """
    first = next(iter(paths.values()))
    taken = [first.case.taken] if first.case.taken in first.options else []
    shown = list(dict.fromkeys([*taken, *options]))
    if not 1 <= len(shown) <= MOST:
        raise ValueError(f"a fan chart shows 1 to {MOST} options, not {len(shown)}")
    for name in shown:
        if name not in first.options:
            raise KeyError(name)
    kept = steps_of(len(first.series["day"]))
    days = [float(day) for day in first.series["day"].values[kept]]
    table: list[list[Any]] = []
    panels = [_panel(paths, shown, name, days, table) for name in DRAWN]
    end = _date(first.case, days[-1])
    fans = [fan for panel in panels for fan in panel["fans"]]
    told = any(len(fan["bands"]) > 1 for fan in fans)
    caption = (
        f"Bands over {first.series.attrs['futures']:,} futures, pointwise: each holds its share of them on every "
        f"day to {end}, and no single future need stay inside."
    )
    if told:
        filled, lined, *_ = paths
        caption += f" Filled: {filled} path to general war; lines: {lined} path, where it differs."
    chart = frame(
        KIND,
        title=_title(panels[0], end, len(shown)),
        caption=caption,
        alternative="Fan charts. " + " ".join(f"{panel['title']}: {_words(panel)}" for panel in panels),
        view=first.view,
        columns=COLUMNS,
        rows=table,
    )
    return chart | {
        "notes": _notes(first, panels[0]),
        "marks": dict(MARKS),
        "days": days,
        "axis": _axis(first.case, days[-1]),
        "panels": panels,
    }


def _words(panel: Mapping[str, Any]) -> str:
    """What stands above each fan, as one text."""
    return (
        "; ".join(
            f"{fan['title']}, {'; '.join(words for words, _ in fan['sentence']).replace(':; ', ': ')}"
            for fan in panel["fans"]
        )
        + "."
    )


def steps_of(many: int) -> NDArray[np.intp]:
    """Steps that are drawn, spread over all, the first and the last among them.

    >>> len(steps_of(129)), steps_of(129)[[0, -1]].tolist(), steps_of(3).tolist()
    (44, [0, 128], [0, 1, 2])
    """
    return np.unique(np.linspace(0, many - 1, min(many, MOST_STEPS)).round().astype(np.intp))


def _panel(
    paths: Mapping[str, Results], options: Sequence[str], name: str, days: Sequence[float], table: list[list[Any]]
) -> dict[str, Any]:
    first = next(iter(paths.values()))
    kept = steps_of(len(first.series["day"]))
    title, unit, factor = DRAWN[name]
    end = _date(first.case, days[-1])
    fans: list[dict[str, Any]] = []
    for option in options:
        found = {path: factor * _quantiles(each, name, option)[:, kept] for path, each in paths.items()}
        (main, one), *_ = found.items()
        told = any(not np.array_equal(one, other) for other in found.values())
        drawn = found if told else {main: one}
        bands: list[dict[str, Any]] = [
            {
                "path": path if told else None,
                "kind": kind,
                "quantiles": [[_plain(value) for value in row] for row in values],
            }
            for (path, values), kind in zip(drawn.items(), KINDS, strict=False)
        ]
        for (path, values), band in zip(drawn.items(), bands, strict=True):
            named = path if told or len(found) == 1 else "both"
            band["rows"] = [*range(len(table), len(table) + len(days))]
            table += [
                [label(first, option), title, unit, named, day, _date(first.case, day), *map(_plain, values[:, i])]
                for i, day in enumerate(days)
            ]
        fans.append({"title": label(first, option), "sentence": _sentence(bands, unit, end), "bands": bands})
    every = [value for fan in fans for band in fan["bands"] for row in band["quantiles"] for value in row]
    if name == "held":
        scale = choose_scale([0.0, 100.0], limits=(0.0, 100.0))
    else:  # the first days of few deaths would take most of a logarithmic axis
        scale = choose_scale([max(value, LEAST) for value in every] if max(every) > LEAST else [0.0, LEAST])
    return {"id": name, "title": title, "unit": unit, "scale": scale, "fans": fans}


def _quantiles(results: Results, name: str, option: str) -> Values:
    """Quantiles of a series, lowest first, shape (quantile, step)."""
    series = results.series[name].sel(option=option)
    return np.stack([np.asarray(series.sel(quantile=q, method="nearest").values, np.float64) for q in QUANTILES])


def _sentence(bands: Sequence[Mapping[str, Any]], unit: str, end: str) -> list[list[str]]:
    """Pieces of text, each with its colour: one for each path where a person would read that they differ."""
    said = []
    for band in bands:
        low, _, median, _, high = (row[-1] for row in band["quantiles"])
        said.append(f"median {_said(median, unit)}, 9 in 10 futures {_range(low, high, unit)}")
    if len(set(said)) == 1:
        return [[f"{end}: {said[0]}", "quiet"]]
    pieces: list[list[str]] = [[f"{end}:", "quiet"]]
    for how, band, words in zip(("Filled", "Lines"), bands, said, strict=False):
        pieces.append([f"{how}, {band['path']} path: {words}", band["kind"]])
    return pieces


def _title(panel: Mapping[str, Any], end: str, options: int) -> str:
    """The range of the medians over options and paths beside the widest band: what is chosen beside what is open."""
    last = [[row[-1] for row in band["quantiles"]] for fan in panel["fans"] for band in fan["bands"]]
    medians = [each[2] for each in last]
    middle = _range(min(medians), max(medians), panel["unit"])
    most = _range(min(each[0] for each in last), max(each[-1] for each in last), panel["unit"])
    across = " across these options" if options > 1 and min(medians) != max(medians) else ""
    what = f"Civilians killed by {end}, as a verified count would show them"
    return f"{what}: median {middle}{across}, 9 in 10 futures {most}"


def _range(low: float, high: float, unit: str) -> str:
    if unit == "percent":
        return range_of(figure(low), percent(high / 100.0)) if low != high else percent(high / 100.0)
    return range_of(figure(low), figure(high))


def _said(value: float, unit: str) -> str:
    return percent(value / 100.0) if unit == "percent" else figure(value)


def _notes(results: Results, panel: Mapping[str, Any]) -> list[str]:
    notes = [
        "A war that has ended kills no one more and stays where its front stood. Quantiles are "
        "read off bins 1.6 % wide, so that options less apart than that are not told apart.",
        "A verified count is a floor: more people die than it shows. All numbers are conditional on no general war.",
    ]
    if panel["scale"]["form"] == "log":
        notes.insert(1, "The axis of people is logarithmic: from one power of ten to the next is always as far.")
    if results.effective_number is not None:
        notes.append(
            "The futures agree with the record as far as the declared discrepancies allow; they are worth about "
            f"{figure(results.effective_number)} independent ones."
        )
    return notes


def _axis(case: Case, last: float) -> dict[str, Any]:
    ticks = [{"value": float(day), "text": text} for day, text in _dates(case, last)]
    return {"form": "linear", "domain": [0.0, last], "zero": False, "zero_at": 0.0, "log_from": 0.0, "ticks": ticks}


def _dates(case: Case, last: float) -> Iterator[tuple[int, str]]:
    """Days on which a date stands, and the date."""
    begin = case.reference_day
    if last < WHOLE_MONTHS:
        step = next((step for step in DAYS if last / step < TICKS), DAYS[-1])
        for day in range(0, math.floor(last), step):
            date = begin + dt.timedelta(days=day)
            yield day, f"{date.day} {date:%b} {date.year}"
        return
    end = begin + dt.timedelta(days=math.floor(last))
    count = 12 * (end.year - begin.year) + end.month - begin.month
    step = next((step for step in MONTHS if count / step < TICKS), MONTHS[-1])
    yield 0, f"{begin:%b} {begin.year}"
    for month in range(step * (12 * begin.year // step), 12 * end.year + 12, step):
        date = dt.date(month // 12, month % 12 + 1, 1)
        if (date - begin).days > SPACE * step and date <= end:
            yield (date - begin).days, f"{date:%b} {date.year}"


def _date(case: Case, day: float) -> str:
    """The date of the day that ends at this moment."""
    date = case.reference_day + dt.timedelta(days=max(math.ceil(day) - 1, 0))
    return f"{date.day} {date:%b} {date.year}"


def _plain(value: float) -> float:
    return float(f"{value:.4g}") if math.isfinite(value) else 0.0

"""Every option of a run at a glance: lives, direct combat, territory, cost and agreement side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from closedsky.futures.results import Estimate
from closedsky.reading.measures import LIVES
from closedsky.reading.option_summary import OptionSummary, PathSummary
from closedsky.reading.statistics import Share, Spread, plain
from closedsky.reading.summary import RunSummary
from closedsky.reading.words import listed, per_thousand, percent
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale, cut
from closedsky.showing.numbers import change_within, percent_band, range_of, share_within, signed_band, with_band

KIND = "options-at-a-glance"

PERCENT, THOUSAND = 100.0, 1000.0

NO_ZONE, NOBODY, REFERENCE = "no zone", "nobody need agree", "the others are measured against it"
"""What stands where an option has no number."""

COLUMNS = (
    ("option", "Option", ""),
    ("path", "Path", ""),
    ("killed_mean", "Civilians killed more or fewer, mean", "people"),
    ("killed_error", "Its standard error", "people"),
    ("killed_low", "Killed, 9 in 10 futures from", "people"),
    ("killed_median", "Killed, median", "people"),
    ("killed_high", "Killed, 9 in 10 futures to", "people"),
    ("combat", "Direct combat", "of 1,000 futures"),
    ("combat_error", "Its standard error", "of 1,000 futures"),
    ("combat_count", "Futures with direct combat", "futures"),
    ("combat_low", "Direct combat, 95 % interval from", "of 1,000 futures"),
    ("combat_high", "Direct combat, 95 % interval to", "of 1,000 futures"),
    ("held_low", "Adversary holds, 9 in 10 futures from", "percent"),
    ("held_median", "Adversary holds, median", "percent"),
    ("held_high", "Adversary holds, 9 in 10 futures to", "percent"),
    ("cost_low", "Cost of the zone, 9 in 10 futures from", "USD billion"),
    ("cost_median", "Cost of the zone, median", "USD billion"),
    ("cost_high", "Cost of the zone, 9 in 10 futures to", "USD billion"),
    ("agree", "Alliance would agree", "of 1,000 futures"),
    ("agree_error", "Its standard error", "of 1,000 futures"),
    ("agree_count", "Futures in which it would", "futures"),
    ("agree_low", "Would agree, 95 % interval from", "of 1,000 futures"),
    ("agree_high", "Would agree, 95 % interval to", "of 1,000 futures"),
)
"""Columns of the numbers table: name, label, unit."""

Lane = dict[str, Any]


def options_chart(run: RunSummary, view_words: str = "") -> dict[str, Any]:
    """Lay a run out as a chart: one row for each option, in the order of the case, and five columns on shared axes.

    Args:
        run: the reading.
        view_words: what the view means, where it means more than usual.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, `measures` and `options`. A
        measure has `id`, `title`, `unit`, `form` ("effect", "share" or "band") and `scale` (None where no option has
        the number). An option has `id`, `label`, `rows` (of the numbers table) and `cells`: by measure `lanes`, one for
        each path or a single one without a `path` where both read the same, and `words` where there is no lane. A lane
        has `path`, `words`, `mean` and `error` or `share`, `low`, `median` and `high`, None for what is not there, and
        `rows`.
    """
    options, many = [], 0
    for entry in run.options:
        rows = {path: many + i for i, path in enumerate(entry.paths)}
        cells = _cells(entry, entry.id == run.reference, rows)
        options.append({"id": entry.id, "label": entry.label, "rows": [*rows.values()], "cells": cells})
        many += len(rows)
    measures = _measures(options)
    when = "on the first possible day" if run.adoption == "effect" else "only where and when the alliance agrees"
    caption = [
        f"Each option as if adopted {when}." if run.adoption == "effect" else f"Each option adopted {when}.",
        "Thin bars hold 9 in 10 futures, with a tick at the median; the dot is the mean with one standard error. "
        "Thick bars are shares of futures.",
        _two(run, options),
        _territory(run),
    ]
    chart = frame(
        KIND,
        title=_title(run),
        caption=" ".join(filter(None, caption)),
        alternative=f"Rows of marks, one for each of {len(options)} options. {' '.join(map(_said, options))}",
        view=run.view,
        view_words=view_words,
        columns=COLUMNS,
        rows=[_row(entry, path, of) for entry in run.options for path, of in entry.paths.items()],
    )
    notes = [
        _beyond(run, measures[0], options),
        "Killed while both wars run, more or fewer than under the reference with the same luck; true counts, not "
        "verified ones. A mean far from its median is carried by few futures with very many killed.",
        "All numbers are conditional on no general war, which is not counted. Of the country: at the horizon. Whether "
        "the alliance would agree is counted apart from what the option does.",
        "[n] stands before the 95 % interval where only n futures were counted, or all but a few."
        if any(lane["words"].startswith("[") for lane in _lanes(options))
        else "",
    ]
    return chart | {"notes": list(filter(None, notes)), "measures": measures, "options": options}


def _cells(entry: OptionSummary, reference: bool, rows: Mapping[str, int]) -> dict[str, Any]:
    """What stands in each column of an option's row; `rows` are its rows of the numbers table by path."""

    def lives(of: PathSummary) -> Lane:
        each = of.spreads[LIVES]
        lane = _band(each, 1.0, change_within(each.mean))
        return lane | {"mean": plain(each.mean.value), "error": plain(each.mean.error)}

    def held(of: PathSummary) -> Lane:
        each = of.spreads["held"]
        middle, ends = percent(each.median), percent_band(each)
        return _band(each, PERCENT, middle if middle == ends else f"{middle} ({ends})")

    def cost(of: PathSummary) -> Lane:
        middle, *ends = with_band(of.spreads["cost"]).split("\n")
        return _band(of.spreads["cost"], 1.0, f"{middle} ({ends[0]})" if ends else middle)

    agree = entry.feasibility
    return {
        "lives": _cell({}, lives, rows, REFERENCE) if reference else _cell(entry.paths, lives, rows),
        "combat": _cell(entry.paths, lambda of: _share(of.direct_combat), rows),
        "held": _cell(entry.paths, held, rows),
        "cost": _cell(entry.paths, cost, rows) if entry.zone else _cell({}, cost, rows, NO_ZONE),
        "agree": {"words": "", "lanes": [_share(agree.agree) | {"path": None, "rows": [*rows.values()]}]}
        if agree and agree.agree.of
        else {"words": "not known" if agree else NOBODY, "lanes": []},
    }


def _cell(paths: Any, lane: Callable[[PathSummary], Lane], rows: Mapping[str, int], words: str = "") -> dict[str, Any]:
    """One lane for each path, or a single one where both read the same; words where nothing is defined."""
    made = [lane(of) | {"path": path, "rows": [rows[path]]} for path, of in paths.items()]
    made = [each for each in made if each["median"] is not None or each["share"] is not None]
    if len(made) > 1 and len({each["words"] + each["ends"] for each in made}) == 1:
        made = [made[0] | {"path": None, "rows": [row for each in made for row in each["rows"]]}]
    return {"words": words or ("" if made else "not defined"), "lanes": made}


def _band(of: Spread, factor: float, words: str) -> Lane:
    low, median, high = (plain(factor * value) for value in (of.low, of.median, of.high))
    # What the words leave out still tells two paths apart.
    ends = f"{signed_band(of)} {signed_band(Spread(of.mean, of.median, of.median, of.median))}" if factor == 1.0 else ""
    return {"words": words, "ends": ends, "mean": None, "error": None, "share": None} | {
        "low": low,
        "median": median,
        "high": high,
    }


def _share(of: Share) -> Lane:
    ends = [plain(THOUSAND * end) if of.few else None for end in (of.low, of.high)]
    value, error = plain(THOUSAND * of.value.value), plain(THOUSAND * of.value.error)
    lane = {"words": share_within(of), "ends": "", "mean": None, "error": error, "share": value}
    return lane | {"low": ends[0], "median": None, "high": ends[1]}


def _measures(options: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns with their axes: that of lives is made for means and medians, and longer bands are cut at its ends."""

    def of(name: str, *keys: str) -> list[float]:
        return [lane[key] for lane in _lanes(options, name) for key in keys if lane[key] is not None]

    means = [
        lane["mean"] + side * (lane["error"] or 0.0)
        for lane in _lanes(options, "lives")
        if lane["mean"] is not None
        for side in (-1, 1)
    ]
    killed = choose_scale([0.0, *means, *of("lives", "median")], of("lives", "low", "high"), (-math.inf, math.inf))
    share, whole = (choose_scale([0.0, most], (), (0.0, most)) for most in (THOUSAND, PERCENT))
    high = max(of("cost", "high"), default=0.0)
    dear = choose_scale([0.0, high]) if high > 0.0 else choose_scale([0.0, 1.0])
    made = (
        ("lives", "Civilians killed", "fewer or more, mean", "effect", killed),
        ("combat", "Direct combat", "of 1,000 futures", "share", share),
        ("held", "Adversary holds", "percent of the country", "band", whole),
        ("cost", "Cost of the zone", "USD billion", "band", dear),
        ("agree", "Alliance would agree", "of 1,000 futures", "share", share),
    )
    return [
        dict(zip(("id", "title", "unit", "form", "scale"), each, strict=True))
        | ({} if any(True for _ in _lanes(options, each[0])) else {"scale": None})
        for each in made
    ]


def _lanes(options: Sequence[dict[str, Any]], name: str = "") -> Iterable[Lane]:
    for option in options:
        for measure, cell in option["cells"].items():
            if name in ("", measure):
                yield from cell["lanes"]


def _title(run: RunSummary) -> str:
    """Both ends of what the options change, whichever they are."""
    others = [entry for entry in run.options if entry.id != run.reference]
    combat = [of.direct_combat.value.value for entry in run.options for of in entry.paths.values()]
    combat = sorted(each for each in combat if math.isfinite(each))
    fought = "no future gave numbers"
    if combat:
        fought = f"direct combat in {range_of(per_thousand(combat[0]), per_thousand(combat[-1]))} of 1,000 futures"
    known = [entry.label for entry in run.options if entry.id == run.reference]
    means = [of.spreads[LIVES].mean for entry in others for of in entry.paths.values()]
    means = sorted((each for each in means if math.isfinite(each.value)), key=lambda each: each.value)
    if not known or not means:
        return f"{run.options[0].label if len(run.options) == 1 else f'{len(run.options)} options'}: {fought}"
    first, last = (_civilians(each) for each in (means[0], means[-1]))
    killed = f"{first[0]} {first[1]} civilians killed"
    if first != last:
        killed = f"from {killed} to {last[0]} {last[1] if last[1] != first[1] else ''}".strip()
    return f"Against {known[0]}: {killed} on average; {fought}"


def _civilians(mean: Estimate) -> tuple[str, str]:
    """A change in people killed with its error, and which way: `3,200 ± 100`, `fewer`."""
    number, *error = change_within(mean).split(" ± ")
    count, way = number.split(" ")
    return f"{count} ± {error[0]}" if error else count, "change in" if way == "change" else way


def _two(run: RunSummary, options: Sequence[dict[str, Any]]) -> str:
    if len(run.paths) < 2:
        return f"Only the {run.paths[0]} path was run."
    if not any(lane["path"] for lane in _lanes(options)):
        return f"The {listed(run.paths)} paths to general war give the same numbers."
    return f"Two bars: the {run.paths[0]} path above the {run.paths[1]} path; one bar: both read the same."


def _territory(run: RunSummary) -> str:
    held = [of.spreads["held"].median for entry in run.options for of in entry.paths.values()]
    held = [each for each in held if math.isfinite(each)]
    if not held:
        return ""
    low, high = percent(min(held)), percent(max(held))
    if low == high:
        return f"The adversary holds a median {low} of the country, whichever the option."
    return f"The adversary holds a median {low.removesuffix(' %')} to {high} of the country, by option."


def _beyond(run: RunSummary, measure: dict[str, Any], options: Sequence[dict[str, Any]]) -> str:
    """Say how far the bands reach that are cut."""
    lanes = list(_lanes(options, measure["id"]))
    ends = [lane[key] for lane in lanes for key in ("low", "high") if lane[key] is not None]
    if measure["scale"] is None or not any(cut(measure["scale"], end) for end in ends):
        return ""
    reach = signed_band(Spread(Estimate(0.0, 0.0), min(ends), 0.0, max(ends)))
    return f"Arrow heads: the band goes on beyond the axis. All bands of civilians killed lie within {reach}."


def _said(option: dict[str, Any]) -> str:
    """An option's row in words."""
    cells = option["cells"]

    def each(name: str) -> str:
        lanes = [f"{lane['words']}{_on(lane['path'])}" for lane in cells[name]["lanes"]]
        return ", ".join(lanes) or str(cells[name]["words"])

    return (
        f"{option['label']}: civilians killed: {each('lives')}; direct combat in {each('combat')} of 1,000 futures; "
        f"adversary holds {each('held')}; cost in USD billion: {each('cost')}; alliance would agree: {each('agree')}"
        f"{' of 1,000' if cells['agree']['lanes'] else ''}."
    )


def _on(path: str | None) -> str:
    return f" on the {path} path" if path else ""


def _row(entry: OptionSummary, path: str, of: PathSummary) -> list[Any]:
    lives, held, cost = of.spreads[LIVES], of.spreads["held"], of.spreads["cost"]
    ends = [lives.mean.value, lives.mean.error, lives.low, lives.median, lives.high]
    numbers = [*map(plain, ends), *_share_row(of.direct_combat)]
    numbers += [plain(PERCENT * value) for value in (held.low, held.median, held.high)]
    numbers += [plain(value) if entry.zone else None for value in (cost.low, cost.median, cost.high)]
    return [entry.label, path, *numbers, *(_share_row(entry.feasibility.agree) if entry.feasibility else [None] * 5)]


def _share_row(of: Share) -> list[Any]:
    ends = [plain(THOUSAND * value) for value in (of.value.value, of.value.error, of.low, of.high)]
    return [*ends[:2], of.count, *ends[2:]]

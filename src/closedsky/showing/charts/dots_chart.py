"""Quantile dots: fifty futures that stand for all, one plot for each outcome of an option.

Sources: Kay et al. (2016) and Fernandes et al. (2018), who found that people decide near-optimally from 20 to 50 dots.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import ALL_OUTCOMES, Estimate, Results
from closedsky.reading.measures import LENGTH, LIVES, label
from closedsky.reading.statistics import Spread, plain, spread
from closedsky.reading.words import UNDEFINED, change, figure, per_thousand, percent
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.scale import choose_scale
from closedsky.showing.charts.signed_scale import signed_scale
from closedsky.showing.charts.strip_rows import unit_words
from closedsky.showing.numbers import LEAST, PERSON, percent_band, range_of

KIND = "quantile-dots"

DOTS = 50
"""Dots of a plot."""

USUAL = (LIVES, "end_day", "held")
"""Outcomes that are drawn where none is asked for."""

NEVER = ("hazard", "flag", "code", "rung")
"""Units that are no quantities, or, as the hazard of general war, are never shown."""

EFFECTS: Mapping[str, str] = {LIVES: "while both wars run", LENGTH: "through the length of the war"}
"""Outcomes that are changes against the reference, and when these people are killed."""

PEOPLE = "persons"
EACH = f"each dot is 1 in {DOTS} futures"
WITHIN = "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}"
KINDS = ("futures", "engagement")
"""Colours of the two paths, the first also that of both where they are the same."""

COLUMNS = (
    ("outcome", "Outcome", ""),
    ("unit", "Unit", ""),
    ("path", "Path", ""),
    ("futures", "Futures in which it is defined", "futures"),
    ("statistic", "Statistic", ""),
    ("quantile", "Quantile", "share"),
    ("value", "Value", "the row's"),
    ("error", "Its standard error", "the row's"),
)
"""Columns of the numbers table: name, label, unit."""

Values = NDArray[np.float64]


def dots_chart(paths: Mapping[str, Results], option: str, outcomes: Sequence[str] = USUAL) -> dict[str, Any]:
    """Lay outcomes of one option out as quantile dots.

    Args:
        paths: what each path to general war gave over the same futures (`closedsky.futures.run.run_paths`).
        option: whose outcomes.
        outcomes: names of `closedsky.futures.results.ALL_OUTCOMES` that are quantities.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes` and `panels`. A panel has
        `outcome`, `title`, `unit`, `each` (what a dot is), `scale` (linear in the places of the dots), `ends` (what
        lies left and right, or None) and `plots`, one where both paths give the same; a plot has `path` (or None),
        `kind` (its colour), `sentence`, `dots` (values in the unit, rising; none where it is never defined), `places`
        (where they stand on the scale) and `rows` (of the numbers table, those of the dots last).

    Raises:
        ValueError: no outcome, or one that is no quantity.
        KeyError: no such outcome or option.
    """
    if not outcomes:
        raise ValueError("no outcome to draw")
    for name in outcomes:
        if ALL_OUTCOMES[name].unit in NEVER:
            raise ValueError(f"{name} is no quantity that dots can show")
    first = next(iter(paths.values()))
    table: list[list[Any]] = []
    panels = [_panel(paths, option, name, table) for name in outcomes]
    what = first.case.options[option].label
    about = " ".join(f"{panel['title']}: {' '.join(plot['sentence'] for plot in panel['plots'])}" for panel in panels)
    chart = frame(
        KIND,
        title=f"{what}: {_headline(paths, option, outcomes[0])}",
        caption=f"{EACH.capitalize()}: {DOTS} quantiles of {first.futures:,} futures, stacked where they are alike."
        f"{_both(panels)}",
        alternative=f"Quantile dot plots, {EACH}. {about}",
        view=first.view,
        columns=COLUMNS,
        rows=table,
    )
    return chart | {"notes": _notes(first, panels), "panels": panels}


def _both(panels: Sequence[Mapping[str, Any]]) -> str:
    names = next(([plot["path"] for plot in panel["plots"]] for panel in panels if len(panel["plots"]) > 1), None)
    return f" Above an axis: {names[0]} path to general war; below it: {names[1]} path." if names else ""


def _panel(paths: Mapping[str, Results], option: str, name: str, table: list[list[Any]]) -> dict[str, Any]:
    first = next(iter(paths.values()))
    entry = ALL_OUTCOMES[name]
    factor = 100.0 if entry.unit == "share" else 1.0
    found = {path: each.values(name, option) for path, each in paths.items()}
    told = len(found) > 1 and not _same(list(found.values()))
    drawn = found if told else dict(list(found.items())[:1])
    unit = unit_words(entry.unit)
    title = entry.label[:1].upper() + entry.label[1:]
    if name in EFFECTS:
        title = f"Civilians killed, against “{label(first, first.reference)}”, {EFFECTS[name]}"
    quantiles = (np.arange(DOTS) + 0.5) / DOTS
    plots: list[dict[str, Any]] = []
    for (path, values), kind in zip(drawn.items(), KINDS, strict=False):
        of = spread(values)
        defined = np.isfinite(values)
        dots = [float(f"{factor * x:.6g}") for x in np.quantile(values[defined], quantiles)] if defined.any() else []
        sentence = _sentence(first, name, of, int(defined.sum()), len(values))
        plots.append(
            {
                "path": path if told else None,
                "kind": kind,
                "sentence": f"{path.capitalize()} path: {sentence}"
                if told
                else f"{sentence[:1].upper()}{sentence[1:]}",
                "dots": dots,
            }
        )
        start = len(table)
        head = [title, unit, path if told else "both" if len(found) > 1 else path, int(defined.sum())]
        table.append([*head, "mean", None, _scaled(of.mean.value, factor), _scaled(of.mean.error, factor)])
        ends = zip((0.05, 0.5, 0.95), (of.low, of.median, of.high), strict=True)
        table += [[*head, "quantile", q, _scaled(value, factor), None] for q, value in ends]
        table += [[*head, "dot", float(f"{q:.2f}"), value, None] for q, value in zip(quantiles, dots, strict=False)]
        plots[-1]["rows"] = [*range(start, len(table))]
    every = [value for plot in plots for value in plot["dots"]] or [0.0]
    scale, place = _scale(entry.unit, every)
    for plot in plots:
        plot["places"] = [float(f"{place(value):.6g}") for value in plot["dots"]]
    some = any(not np.isfinite(values).all() for values in drawn.values())
    each = f"each dot is 1 in {DOTS} of the other futures" if some else EACH
    if name in EFFECTS:
        each += "; where it stands is how many more or fewer people die"
    elif entry.unit == PEOPLE:
        each += "; where it stands is how many people die"
    return {
        "outcome": name,
        "title": title,
        "unit": unit,
        "each": each,
        "scale": scale,
        "ends": ["fewer killed", "more killed"] if name in EFFECTS else None,
        "plots": plots,
    }


def _scale(unit: str, values: Sequence[float]) -> Any:
    """An axis for the values, and where each stands on it: days and shares are never bent."""
    low, high = min(values), max(values)
    if unit not in ("days", "share"):
        bent = signed_scale(values)
        if bent is not None:
            return bent
    limits = (0.0, 100.0) if unit == "share" else (-math.inf, math.inf)
    needed = [0.0, high] if 0.0 <= low < high else [low, high]
    return choose_scale(needed, limits=limits), lambda value: value


def _same(found: Sequence[Values]) -> bool:
    """Whether a person would read the same of every path."""
    return all(np.array_equal(found[0], other, equal_nan=True) for other in found[1:])


def _headline(paths: Mapping[str, Results], option: str, name: str) -> str:
    """What the first outcome says: of a change its mean, which no coupling of luck touches; of others the band."""
    first = next(iter(paths.values()))
    if name in EFFECTS:
        if option == first.reference:
            return "what the other options are measured against"
        means = list(dict.fromkeys(_mean(each.mean(name, option)) for each in paths.values()))
        words = {mean.rsplit(" ", 1)[-1] for mean in means}
        if len(words) == 1:  # the word once
            means = [*(mean.rsplit(" ", 1)[0] for mean in means[:-1]), means[-1]]
        other = label(first, first.reference)
        return f"on average {' or '.join(means)} civilians killed {EFFECTS[name]}, against “{other}”"
    spreads = [spread(each.values(name, option)) for each in paths.values()]
    bands = dict.fromkeys(_band(first, name, of) for of in spreads)
    what = ALL_OUTCOMES[name].label
    if not math.isfinite(spreads[0].median):
        return f"{what} is never defined"
    return f"{what}, in 9 of 10 futures {' or '.join(bands)}"


def _sentence(results: Results, name: str, of: Spread, defined: int, futures: int) -> str:
    if not defined:
        return f"never defined: {ALL_OUTCOMES[name].missing}."
    parts = [f"median {_said(results, name, of.median)}", f"9 in 10 futures {_band(results, name, of)}"]
    if name in EFFECTS:
        parts.insert(0, f"mean {_mean(of.mean)}")
    text = "; ".join(parts)
    if defined < futures:
        left = f"{per_thousand(1.0 - defined / futures)} of 1,000 futures have no dot: {ALL_OUTCOMES[name].missing}"
        text += f"; {left}"
    return f"{text}."


def _mean(of: Estimate) -> str:
    """A change of the mean with its standard error."""
    if not math.isfinite(of.value):
        return UNDEFINED
    text = change(of.value) if abs(of.value) >= PERSON else "no more or fewer"
    if abs(of.value) < PERSON or not of.error > 0.0:
        return text
    number, word = text.rsplit(" ", 1)
    return f"{number}{WITHIN}{figure(of.error, 1)} {word}"


def _band(results: Results, name: str, of: Spread) -> str:
    if ALL_OUTCOMES[name].unit == "share":
        return percent_band(of)
    low, high = (_said(results, name, end) for end in (of.low, of.high))
    unit = f" {unit_words(ALL_OUTCOMES[name].unit)}"
    return range_of(low.removesuffix(unit) if low != high and high.endswith(unit) else low, high)


def _said(results: Results, name: str, value: float) -> str:
    """A modelled number with two significant digits and its unit; the horizon by its name, for it was not modelled."""
    unit = ALL_OUTCOMES[name].unit
    if name in EFFECTS:
        return change(value) if abs(value) >= PERSON else "none"
    if unit == "share":
        return percent(value)
    if unit == "days" and value >= results.case.horizon:
        return f"the horizon (day {results.case.horizon:,})"
    text = f"<{LEAST:g}" if 0.0 < value < LEAST else figure(value)
    return f"{text} {unit_words(unit)}"


def _notes(results: Results, panels: Sequence[Mapping[str, Any]]) -> list[str]:
    notes = []
    if any(panel["outcome"] in EFFECTS for panel in panels):
        notes.append(
            "Changes are those of two options that share luck in every future. With luck of its own for each the dots "
            "would lie elsewhere, and only the mean would stay."
        )
    if any(panel["scale"].get("even_below") for panel in panels):
        notes.append(
            "The axis of people is symmetric-logarithmic: even around 0, and further out each step is ten times the "
            "last, so that few futures with very many killed are seen beside the others."
        )
    if any(ALL_OUTCOMES[panel["outcome"]].unit == PEOPLE for panel in panels):
        notes.append("Numbers of people killed are conditional on no general war.")
    if results.effective_number is not None:
        notes.append(
            "The futures agree with the record as far as the declared discrepancies allow; they are worth about "
            f"{figure(results.effective_number)} independent ones."
        )
    return notes


def _scaled(value: float, factor: float) -> float | None:
    return plain(float(f"{factor * value:.6g}"))

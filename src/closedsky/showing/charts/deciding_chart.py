"""What decides as a chart: inputs by how much turns on each, what each rests on, and what no study could remove."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.cases.schema import Case
from closedsky.futures.results import ALL_OUTCOMES
from closedsky.reading.argument import OVER_HALF
from closedsky.reading.comparison import EFFECTS
from closedsky.reading.conditions import inside
from closedsky.reading.exploration import (
    GROUP,
    LUCK,
    TOLD,
    WHY_NO_SOBOL,
    Exploration,
    input_words,
    luck_words,
    of_rows,
    over,
)
from closedsky.reading.risk import TOLD_APART
from closedsky.reading.shapley import Effects
from closedsky.reading.sobol import Indices
from closedsky.reading.words import listed
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.deciding_words import (
    about_words,
    basis_of,
    by_basis,
    ends_of,
    share_words,
    shares_words,
)
from closedsky.showing.numbers import unit

KIND = "deciding"

MOST = 10
"""Assumptions that are drawn at most."""

NAMED = 2
"""Leaders that are named; more than these decide about as much as each other."""

LONG = 90
"""Characters of two labels beyond which a title names one only."""

WHETHER, SIZE = "whether", "size"

COLUMNS = (
    ("path", "Path", ""),
    ("input", "Input", ""),
    ("label", "Label", ""),
    ("basis", "Basis", ""),
    ("low", "Range, low", "unit of the row"),
    ("high", "Range, high", "unit of the row"),
    ("unit", "Unit", ""),
    ("alone", "Share of the variance, alone", "share"),
    ("alone_error", "Its standard error", "share"),
    ("total", "Share of the variance, alone or with others", "share"),
    ("error", "Its standard error", "share"),
    ("told", "Told from nothing", ""),
)
"""Columns of the numbers table: name, label, unit."""

Row = dict[str, Any]


def deciding_chart(found: Exploration, about: str = WHETHER) -> dict[str, Any]:
    """Lay out what decides: one row for each assumption, or relation where inputs depend on each other, and for luck.

    Args:
        found: the reading.
        about: `whether` it happens, or `size` for how large the outcome is.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, `paths` (each `path` and `title`;
        one for both where all numbers are the same), `most` (the largest share that is drawn) and `rows_drawn`. Such a
        row has `name`, `about` (basis and range in words), `luck`, `bars`, one for each path: None where it is not told
        from nothing, else `first` (or None), `total`, `error` and `words`, and `rows`: for each bar those of the
        numbers table.

    Raises:
        ValueError: `about` is neither.
    """
    if about not in (WHETHER, SIZE):
        raise ValueError(f"about is {WHETHER} or {SIZE}, not {about!r}")
    of = {path: each.whether if about == WHETHER else each.size for path, each in found.paths.items()}
    by_path = {path: _rows(each) for path, each in of.items()}
    same = len(by_path) > 1 and all(rows == next(iter(by_path.values())) for rows in by_path.values())
    shown = dict(list(by_path.items())[:1]) if same else by_path
    names = _names(shown)
    keys = [(path, name) for path, rows in by_path.items() for name in rows]
    drawn, met = [], set()
    for name in names[: MOST + (LUCK in names)]:
        basis = basis_of(found.case, name) if name in found.case.assumptions else ""
        rows_of = [
            [i for i, (other, each) in enumerate(keys) if each == name and (same or other == path)] for path in shown
        ]
        drawn.append(_drawn(found, shown, name, meaning=basis not in met) | {"rows": rows_of})
        met.add(basis)
    paths = [
        {"path": path, "title": "Both paths" if same else f"{path.capitalize()} path" if path else ""} for path in shown
    ]
    ends = [bar["total"] + bar["error"] for row in drawn for bar in row["bars"] if bar]
    what = "whether it happens" if about == WHETHER else "how much"
    chart = frame(
        KIND,
        title=_title(found.case, shown, what, any(each is not None for each in of.values())),
        caption=" ".join(filter(None, [_asked(found, about, same), _marks(of, drawn), _rests(found, shown)])),
        alternative=_alternative(drawn, paths),
        view=found.view,
        columns=COLUMNS,
        rows=[_cells(found, path, row) for path, rows in by_path.items() for row in rows.values()],
    )
    notes = _notes(found, of, shown, len(names) - len(drawn))
    return chart | {"notes": notes, "paths": paths, "most": max(ends, default=1.0), "rows_drawn": drawn}


def _rows(of: Indices | Effects | None) -> dict[str, Row]:
    """What each input explains, by name, in the same form for either analysis, and luck; groups only where alone."""
    rows = {}
    for row in of_rows(of):
        name, alone = row["input"], "first" in row
        if alone and name.startswith(GROUP):
            continue
        total, error = (row["total"], row["total_error"]) if alone else (row["share"], row["share_error"])
        rows[name] = _row(name, row.get("first"), row.get("first_error"), total, error)
    if isinstance(of, Indices) and of.luck is not None:
        rows[LUCK] = _row(LUCK, None, None, *of.luck)
    return rows


def _row(name: str, first: float | None, first_error: float | None, total: float, error: float) -> Row:
    told = math.isfinite(total) and total > (TOLD * error if math.isfinite(error) else 0.0)
    return {
        "input": name,
        "first": first,
        "first_error": first_error,
        "total": total,
        "error": error if math.isfinite(error) else 0.0,
        "told": told,
    }


def _names(shown: Mapping[str, Mapping[str, Row]]) -> list[str]:
    """Inputs that are told from nothing on some path: luck, then by how much turns on them at most."""
    most: dict[str, float] = {}
    for rows in shown.values():
        for name, row in rows.items():
            if row["told"]:
                most[name] = max(row["total"], most.get(name, 0.0))
    return sorted(most, key=lambda name: (name != LUCK, -most[name]))


def _alone(row: Row) -> bool:
    """Whether what an input explains alone is told from nothing."""
    error = row["first_error"] or 0.0
    return bool(row["first"] > (TOLD * error if math.isfinite(error) else 0.0))


def _drawn(
    found: Exploration, shown: Mapping[str, Mapping[str, Row]], name: str, meaning: bool = True
) -> dict[str, Any]:
    bars: list[Row | None] = []
    for rows in shown.values():
        row = rows.get(name)
        if row is None or not row["told"]:
            bars.append(None)
            continue
        first = None if row["first"] is None else min(row["first"], row["total"]) if _alone(row) else 0.0
        words = share_words(row["total"], row["error"])
        bars.append({"first": first, "total": row["total"], "error": row["error"], "words": words})
    luck = name == LUCK
    return {
        "name": "Luck" if luck else input_words(found.case, name),
        "about": "no study could remove it" if luck else about_words(found.case, name, found.view, meaning),
        "luck": luck,
        "bars": bars,
    }


def _title(case: Case, shown: Mapping[str, Mapping[str, Row]], what: str, asked: bool) -> str:
    """Say what decides most, as far as that is told apart, and how much is luck."""
    if not asked:
        return "What decides was not asked, or nothing varies"
    luck = [rows[LUCK] for rows in shown.values() if LUCK in rows and rows[LUCK]["told"]]
    top = [max((row["total"] for row in _told(rows)), default=0.0) for rows in shown.values()]
    shares = shares_words([(row["total"], row["error"]) for row in luck]) if luck else ""
    if len(luck) == len(top) and all(row["total"] >= most for row, most in zip(luck, top, strict=True)):
        rest = _by_path({path: _leaders(case, rows, "") for path, rows in shown.items()})
        return f"{shares} of {what} is luck, which no study could remove; of the rest, {rest}"
    first = _by_path({path: _leaders(case, rows, f" {what}") for path, rows in shown.items()})
    first = f"{first[:1].upper()}{first[1:]}"
    return f"{first}; {shares} is luck, which no study could remove" if luck else first


def _by_path(said: Mapping[str, str]) -> str:
    """What holds on each path; said once where it is the same on both."""
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"on the {path} path {words}" for path, words in said.items())


def _told(rows: Mapping[str, Row]) -> list[Row]:
    """Inputs that are told from nothing, most first, luck aside."""
    return sorted((row for row in rows.values() if row["told"] and row["input"] != LUCK), key=lambda row: -row["total"])


def _leaders(case: Case, rows: Mapping[str, Row], what: str) -> str:
    told = _told(rows)
    if not told:
        return "no single input is told from nothing"
    top = told[0]
    near = [
        row for row in told[1:] if top["total"] - row["total"] <= TOLD_APART * math.hypot(top["error"], row["error"])
    ]
    if len(near) >= NAMED:
        return f"no one input decides{what}: {len(near) + 1} are not told apart"
    labels = sorted(_inside(case, row["input"]) for row in [top, *near])
    if near and sum(map(len, labels)) > LONG:
        return f"{_inside(case, top['input'])} decides most{what}, but is not told apart from the next"
    return f"{listed(labels)} decide{'s' * (not near)} most{what}"


def _inside(case: Case, name: str) -> str:
    return inside(input_words(case, name))


def _asked(found: Exploration, about: str, same: bool) -> str:
    """Say what is asked, and how often it happens where that does not hang on how luck carries over."""
    label = found.case.options[found.option].label
    if about == SIZE:
        outcome = ALL_OUTCOMES.get(found.outcome or "")
        return f"How much: {outcome.label if outcome else 'the outcome'}, under {label}."
    words = f"Asked: under {label}, {found.asked}"
    two = "[" in found.where or any(effect in found.where for effect in EFFECTS)
    if two and not all(each.found.apart for each in found.paths.values()):
        return f"{words}."
    often = {path: over(each.found.happens) for path, each in found.paths.items()}
    if len(set(often.values())) == 1:
        return f"{words}; in {next(iter(often.values()))} of 1,000 futures{' on both paths' * (len(often) > 1)}."
    return f"{words}; in {listed([f'{counted} ({path} path)' for path, counted in often.items()])} of 1,000 futures."


def _marks(of: Mapping[str, Indices | Effects | None], drawn: Sequence[Mapping[str, Any]]) -> str:
    if not drawn:
        return ""
    words = "Bars: share of the variance, with one standard error."
    if not any(isinstance(each, Indices) for each in of.values()):
        return words
    if any(bar and bar["first"] for row in drawn for bar in row["bars"]):
        return f"{words} Solid: what an input explains alone, if that is told from nothing; pale: only with others."
    return f"{words} Pale: together with others; what an input explains alone is told from nothing for none."


def _rests(found: Exploration, shown: Mapping[str, Mapping[str, Row]]) -> str:
    """Say how much of what is told apart rests on which basis, over the paths."""
    if any(name.startswith(GROUP) and name != LUCK for rows in shown.values() for name in rows):
        return "Inputs depend on each other here, so that only relations are told apart, not what each basis carries."
    shares: dict[str, list[tuple[float, float]]] = {}
    for rows in shown.values():
        for basis, pair in by_basis(found.case, rows.values()).items():
            shares.setdefault(basis, []).append(pair)
    if not shares:
        return ""
    said = []
    for basis, pairs in sorted(shares.items(), key=lambda each: -max(value for value, _ in each[1])):
        said.append(f"{shares_words(pairs)} is {basis}")
    return f"Of what is told apart, luck aside, {listed(said)}."


def _alternative(drawn: Sequence[Mapping[str, Any]], paths: Sequence[Mapping[str, Any]]) -> str:
    said = ["Bars of what decides, luck first, then by size."]
    for row in drawn:
        bars = [
            f"{bar['words'] if bar else 'not told'}{' (' + path['title'].lower() + ')' if len(paths) > 1 else ''}"
            for bar, path in zip(row["bars"], paths, strict=True)
        ]
        said.append(f"{row['name']}: {listed(bars)}{'; ' + row['about'] if row['about'] else ''}.")
    return " ".join(said)


def _notes(
    found: Exploration, of: Mapping[str, Indices | Effects | None], shown: Mapping[str, Mapping[str, Row]], left: int
) -> list[str]:
    kinds = [each for each in of.values() if each is not None]
    notes = []
    for path, rows in shown.items():
        for row in rows.values():
            if row["first"] is not None and row["first"] > OVER_HALF and row["input"] in found.case.assumptions:
                share = share_words(row["first"], row["first_error"] or 0.0)
                where = f" on the {path} path" if len(shown) > 1 else ""
                basis = basis_of(found.case, row["input"])
                label = _inside(found.case, row["input"])
                notes.append(f"This answer is one assumption{where}: {label} ({basis}) explains {share} of it alone.")
    if left:
        notes.append(f"{left} more input{'s are' if left > 1 else ' is'} smaller; the table has all.")
    told = {name for rows in shown.values() for name, row in rows.items() if row["told"]}
    unsaid = {name for rows in shown.values() for name in rows} - told
    if unsaid:
        many = f"{len(unsaid)} input{'s are' if len(unsaid) > 1 else ' is'}"
        notes.append(f"{many} not told from nothing by {TOLD:g} errors and not drawn.")
    if LUCK in unsaid:
        notes += dict.fromkeys(filter(None, map(luck_words, kinds)))
    if any(isinstance(each, Indices) for each in kinds):
        notes.append(
            "Sobol' indices, first order and total. Totals add up to more than 100 %: what several decide together "
            "counts for each."
        )
    if any(isinstance(each, Effects) for each in kinds):
        why = f": {WHY_NO_SOBOL}" if found.view == "now" else ""
        notes.append(f"Shapley effects of relations, which add up to 100 %{why}.")
    if any(each.found.apart for each in found.paths.values()):
        notes.append("Shares of the variance are told with luck that all options share.")
    return notes


def _cells(found: Exploration, path: str, row: Row) -> list[Any]:
    name, case = row["input"], found.case
    numbers = [row[key] for key in ("first", "first_error", "total", "error")]
    plain = [None if each is None or not math.isfinite(each) else float(each) for each in numbers]
    label = "Luck" if name == LUCK else input_words(case, name)
    start: list[Any] = [path, name, label, "", None, None, ""]
    if name in case.assumptions:
        ends = ends_of(case, name, found.view) or (None, None)
        start = [path, name, label, basis_of(case, name), *ends, unit(case.assumptions[name].unit)]
    return [*start, *plain, "yes" if row["told"] else "no"]

"""What is contested as a chart: each claim and its opposite in two mirrored columns, counted alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from closedsky.cases.schema import Case
from closedsky.reading.argument import OVER_HALF, Argument, Counted
from closedsky.reading.conditions import amount
from closedsky.reading.debate import KILLED, Claim, Debate
from closedsky.reading.statistics import Share
from closedsky.reading.words import figure, listed, per_thousand, signed
from closedsky.showing.charts.chart import VIEWS, frame
from closedsky.showing.debate_screen import SCALES, UNITS
from closedsky.showing.numbers import change_within, range_of, unit, within

KIND = "debate"

MARKS: Mapping[str, str] = {
    "not found": "Not found in any other source",
    "contradicted": "Contradicted by other sources",
}
"""What a quotation carries wherever it is shown."""

FEW = "*"
"""Behind a number that comes of few futures."""

SHORT: Mapping[str, str] = {"share": "points", "flag": "of 1,000"}
"""Units of means as they stand between the two sides."""

TOO_FEW = "lives saved or risk added are too few to weigh one against the other"

_SIDE = (
    ("low", "over luck, low", "share"),
    ("high", "over luck, high", "share"),
    ("bound_low", "bound, low", "share"),
    ("bound_high", "bound, high", "share"),
    ("count", "counted with shared luck", "futures"),
    ("count_low", "of these, 95 % low", "share"),
    ("count_high", "of these, 95 % high", "share"),
    ("apart", "counted with independent luck", "futures"),
    ("apart_low", "of these, 95 % low", "share"),
    ("apart_high", "of these, 95 % high", "share"),
)

COLUMNS = (
    ("claim", "Claim", ""),
    ("ledger", "In the ledger", ""),
    ("asked", "View", ""),
    ("path", "Path", ""),
    ("if", "If", ""),
    ("futures", "Futures", "futures"),
    *((f"{side}_{name}", f"{words} {label}", of)
      for side, words in (("holds", "Holds:"), ("opposite", "Opposite holds:")) for name, label, of in _SIDE),
    ("mean", "Mean difference, or mean", "unit of the row"),
    ("mean_error", "Its standard error", "unit of the row"),
    ("unit", "Unit", ""),
    ("break_even", "A general war would have to cost fewer than", "lives"),
    ("break_even_error", "Its standard error", "lives"),
)  # fmt: skip
"""Columns of the numbers table: name, label, unit."""

Cells = Mapping[str, Mapping[str, Argument]]
Places = Mapping[tuple[str, str, str], int]
"""Rows of the numbers table that belong to a claim, by the words of a switch, the view and the path."""


def debate_chart(found: Debate, case: Case) -> dict[str, Any]:
    """Lay a debate out as a chart: a claim on the left, its opposite on the right, and what is between them.

    Args:
        found: the reading.
        case: its labels.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes` and `claims`. A claim has `id`,
        `ledger`, `quote`, `speaker` and `mark` (of a quotation, or empty), `says`, `denies`, `compared`, `unit`
        (of the means), `rows`, `even` (sentences) and `even_rows` (of each), `remarks` (sentences) and `note`. A row
        has `label`, `if` (words of a switch, or empty), `path` (or empty for both), `holds` and `opposite` (each `low`
        and `high` as shares of futures, `bounds` or None, `words`), `mean` (in words, or empty where nothing is to be
        added to the counts) and `rows` (of the numbers table, as `even_rows`). Of a risk of general war there are no
        rows, only `even`.
    """
    claims: list[dict[str, Any]] = []
    table: list[list[Any]] = []
    for one in found.claims:
        lines = _table(found, one)
        claims.append(_claim(found, one, case, {key: len(table) + i for i, key in enumerate(lines)}))
        table += lines.values()
    counted = [each for each in claims if each["rows"]]
    said = [
        f"{each['ledger']}, {_where(row)}: the claim in {row['holds']['words']}, its opposite in "
        f"{row['opposite']['words']} of 1,000 futures."
        for each in counted
        for row in each["rows"]
    ]
    evens = [f"{each['ledger']}: {words}" for each in claims for words in each["even"]]
    several = len(found.views) > 1
    chart = frame(
        KIND,
        title=_title(found),
        caption=_caption(found, claims),
        alternative=" ".join(["Mirrored bars, a claim on the left and its opposite on the right.", *said, *evens]),
        view=" and ".join(found.views),
        view_words="; ".join(VIEWS[view] for view in found.views) if several else "",
        columns=COLUMNS,
        rows=table,
    )
    return chart | {"notes": _notes(found, claims, case), "claims": claims}


def _title(found: Debate) -> str:
    sides = {"for": 0, "against": 0, "open": 0}
    for claim in found.claims:
        pairs = [(each.holds, each.reverse) for _, _, each in _cells(claim.views) if each.holds and each.reverse]
        if pairs:
            says = all(holds.range[0] > OVER_HALF for holds, _ in pairs)
            denies = all(reverse.range[0] > OVER_HALF for _, reverse in pairs)
            sides["for" if says else "against" if denies else "open"] += 1
    many = sum(sides.values())
    if not many:
        return "A risk of general war is not counted; what one would have to cost stands beside the claim"
    holds, opposite = sides["for"], sides["against"]
    whatever = f"whatever the luck{',' if len(found.views) > 1 else ' and'} the path"
    whatever += " and the view" if len(found.views) > 1 else ""
    return (
        f"Of {many} contested claim{'s' * (many > 1)}, {holds} hold{'s' * (holds == 1)} in most futures {whatever}, "
        f"the opposite{'s' * (opposite != 1)} of {opposite} do{'es' * (opposite == 1)}, and of {sides['open']} "
        "neither does"
    )


def _caption(found: Debate, claims: Sequence[Mapping[str, Any]]) -> str:
    sides = [
        (side["high"] - side["low"], each["ledger"], side["words"])
        for each in claims
        for row in each["rows"]
        for side in (row["holds"], row["opposite"])
    ]
    if not sides:
        return "Nothing here is counted."
    words = ["In how many of 1,000 futures a claim holds (left) and its opposite (right), each beyond the margin."]
    widest, ledger, counted = max(sides, key=lambda each: each[0])
    if widest > 0.0:
        words.append(
            f"The count hangs on how luck carries over from one course to the other, most of all for {ledger} "
            f"({counted}): solid up to the smaller of shared and independent luck, pale up to the larger."
        )
    if any(row["holds"]["bounds"] for each in claims for row in each["rows"]):
        words.append("Bracket below: what the two distributions allow at all.")
    words.append("Between them: the mean difference ± one standard error, which does not.")
    return " ".join(words)


def _notes(found: Debate, claims: Sequence[Mapping[str, Any]], case: Case) -> list[str]:
    notes = [f"Futures: {listed([f'{count:,} ({view})' for view, count in found.futures.items()])}, seed {found.seed}."]
    if found.effective is not None:
        notes[0] += f" Those of the view now are worth at least {figure(found.effective)}."
    counted = [each for each in claims if each["rows"]]
    same = [each for each in counted if not any(row["path"] for row in each["rows"])]
    if counted and any(len(of) > 1 for claim in found.claims for of in claim.views.values()):
        notes.append(f"The two paths to general war give the same numbers for {len(same)} of {len(counted)} claims.")
    switch = case.switches.get("war_path")
    for path in dict.fromkeys(path for claim in found.claims for _, path, _ in _cells(claim.views)):
        if switch and path in switch.values:
            notes.append(f"{path.capitalize()} path: {switch.values[path]}")
    ends = [row[side]["words"] for each in counted for row in each["rows"] for side in ("holds", "opposite")]
    if any(FEW in words for words in ends):
        notes.append(
            f"{FEW} Few futures are counted, or all but a few; the table has the count with its 95 % interval."
        )
    risks = [each["ledger"] for each in claims if each["even"]]
    if counted and risks:
        notes.append(f"No count of general war is made: of {listed(risks)} only what one would have to cost is said.")
    return [*notes, "If adopted on the first possible day; conditional on no general war.", *found.notes]


def _claim(found: Debate, claim: Claim, case: Case, places: Places) -> dict[str, Any]:
    entry = claim.entry
    cells = _cells(claim.views)
    risk = any(each.holds is None or each.reverse is None for _, _, each in cells)
    named = len(found.views) > 1
    rows = []
    if not risk:
        for text, given in (("", claim.views), *((text, {"then": of}) for text, of in claim.switched.items())):
            rows += _rows(claim, text, given, named, places)
    remarks = _once(claim, named, ((view, path, claim.answer_is(case, view, path)) for view, path, _ in cells))
    even = _even(claim, named) if risk else {}
    switch = claim.turns_with_switch()
    lives = any(_by_lives(claim, each) for _, _, each in cells)
    return {
        "id": claim.id,
        "ledger": entry.claim,
        "quote": claim.quote,
        "speaker": claim.speaker,
        "mark": MARKS.get(claim.corroboration, ""),
        "says": entry.says,
        "denies": entry.denies,
        "compared": _compared(claim, risk, lives),
        "unit": SHORT.get(claim.unit, unit(claim.unit)),
        "rows": rows,
        "even": [*even],
        "even_rows": [[places["", *key] for key in keys] for keys in even.values()],
        "remarks": [*remarks, switch] if switch else [*remarks],
        "note": entry.note,
    }


def _compared(claim: Claim, risk: bool, lives: bool) -> str:
    if risk:
        against = f" and under {claim.against}" if claim.against else ""
        return f"Compared: civilians killed and the risk of general war, under {claim.of}{against}."
    words = f"Compared: {claim.label}, under {claim.of}"
    words += f" less that under {claim.against}" if claim.against else ""
    if claim.entry.margin and claim.unit != "flag":
        words += f"; margin {amount(claim.entry.margin, unit(claim.unit))}"
    return f"{words}. Mean difference while both wars run." if lives else f"{words}."


def _cells(cells: Cells) -> list[tuple[str, str, Argument]]:
    return [(view, path, each) for view, of in cells.items() for path, each in of.items()]


def _rows(claim: Claim, text: str, cells: Cells, named: bool, places: Places) -> list[dict[str, Any]]:
    """One row for each view and path; one for both paths where every number reads the same."""
    rows: list[dict[str, Any]] = []
    for view, of in cells.items():
        made = [(path, _row(claim, text, each)) for path, each in of.items() if each.holds and each.reverse]
        same = len(made) > 1 and all(_reads(row) == _reads(made[0][1]) for _, row in made)
        for path, row in made[:1] if same else made:
            where = "both paths" if same else path if named else f"{path} path"
            row |= {"label": f"{view}, {where}" if named else where, "path": "" if same else path}
            of_both = [places[text, view, other] for other, _ in made if same or other == path]
            rows.append(row | {"rows": of_both})
    return rows


def _row(claim: Claim, text: str, each: Argument) -> dict[str, Any]:
    assert each.holds is not None and each.reverse is not None
    return {"if": text, "holds": _side(each.holds), "opposite": _side(each.reverse), "mean": _mean(claim, each)}


def _reads(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a row says, to the digits that are shown."""
    sides = (row["holds"], row["opposite"])
    bounds = [per_thousand(end) for side in sides for end in side["bounds"] or ()]
    return (*(side["words"] for side in sides), *bounds, row["mean"])


def _side(found: Counted) -> dict[str, Any]:
    shares = sorted(
        [found.shared, *([found.independent] if found.independent else [])], key=lambda one: one.value.value
    )
    low, high = found.range
    ends = [per_thousand(one.value.value) + FEW * _few(one) for one in shares]
    words = range_of(ends[0], ends[-1])
    error = 1000.0 * max(one.value.error for one in shares)
    if len(set(ends)) == 1 and FEW not in words and math.isfinite(error) and error > 0.0:
        words = f"{words} ± {figure(error, 1)}"
    bounds = [found.bounds.low, found.bounds.high] if found.bounds else None
    return {"low": low, "high": high, "bounds": bounds, "words": words}


def _few(one: Share) -> bool:
    return one.few or one.count in (0, one.of)


def _by_lives(claim: Claim, each: Argument) -> bool:
    return each.lives is not None and claim.entry.outcome == KILLED


def _mean_of(claim: Claim, each: Argument) -> tuple[float, float]:
    """The mean that is shown, in the unit that is shown, with its error."""
    found = each.lives if each.lives is not None and _by_lives(claim, each) else each.mean
    scale = SCALES.get(claim.unit, 1.0)
    return found.value * scale, found.error * scale


def _mean(claim: Claim, each: Argument) -> str:
    if not claim.against and claim.unit == "flag":
        return ""  # the count again
    value, error = _mean_of(claim, each)
    words = signed(value) if claim.against else figure(value)
    return f"{words} ± {figure(error, 1)}" if math.isfinite(error) and error > 0.0 else words


def _even(claim: Claim, named: bool) -> dict[str, list[tuple[str, str]]]:
    """Say what a general war would have to cost, once where the paths agree."""
    said = []
    for view, path, each in _cells(claim.views):
        words = TOO_FEW
        if each.even is not None:
            lives = f" ({change_within(each.lives)} civilians killed)" if each.lives is not None else ""
            words = (
                f"on lives alone {claim.of} is worth it{lives} if a general war cost fewer than {within(each.even)} "
                "lives, if this path held"
            )
        elif each.lives is not None:
            words += f" ({change_within(each.lives)} civilians killed)"
        said.append((view, path, f"{words}."))
    return _once(claim, named, said)


def _once(claim: Claim, named: bool, said: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Put view and path before sentences; sentences that are the same on both paths are said once.

    Returns:
        The views and paths of each sentence.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for view, path, words in said:
        if words:
            found.setdefault((view, words), []).append(path)
    made = {}
    for (view, words), paths in found.items():
        where = "both paths" if 1 < len(paths) == len(claim.views[view]) else f"{paths[0]} path"
        where = f"{view}, {where}" if named else where
        made[f"{where[:1].upper()}{where[1:]}: {words}"] = [(view, path) for path in paths]
    return made


def _table(found: Debate, claim: Claim) -> dict[tuple[str, str, str], list[Any]]:
    """Rows of the numbers table by the words of a switch, view and path."""
    rows = {}
    for text, cells in (("", claim.views), *((text, {"then": of}) for text, of in claim.switched.items())):
        for view, path, each in _cells(cells):
            start = [claim.id, claim.entry.claim, view, path, text, found.futures[view]]
            mean: list[Any] = [None, None, None]
            if each.holds is not None:
                mean = [*map(_plain, _mean_of(claim, each)), UNITS.get(claim.unit, unit(claim.unit))]
            even = [None, None] if each.even is None else [_plain(each.even.value), _plain(each.even.error)]
            rows[text, view, path] = [*start, *_numbers(each.holds), *_numbers(each.reverse), *mean, *even]
    return rows


def _numbers(side: Counted | None) -> list[Any]:
    if side is None:
        return [None] * len(_SIDE)
    bounds = [side.bounds.low, side.bounds.high] if side.bounds else [None, None]
    shared = [side.shared.count, _plain(side.shared.low), _plain(side.shared.high)]
    other = side.independent
    apart = [other.count, _plain(other.low), _plain(other.high)] if other else [None] * 3
    return [*map(_plain, side.range), *bounds, *shared, *apart]


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _where(row: Mapping[str, Any]) -> str:
    text = row["if"]
    return f"{row['label']}, if {text[:1].lower()}{text[1:]}" if text else str(row["label"])

"""The ladder of escalation as a flow: the highest rung reached, what became of the zone, who is back at the end."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from closedsky.futures.results import Results
from closedsky.reading.measures import FATES, RUNGS, has_zone, label
from closedsky.reading.statistics import Share, flag, share
from closedsky.reading.words import figure, listed, per_thousand
from closedsky.showing.charts.chart import frame
from closedsky.showing.numbers import range_of, share_within
from closedsky.showing.svg import FIRM

KIND = "ladder"

LOWEST = 1
"""Rung on which every future begins, and to which it returns."""

IN_FORCE = 1
"""Highest code of a fate under which force may still be used: after any other neither side fires over the zone."""

WAR: Mapping[int, str] = {0: "war still on", 1: "war over"}
"""Where a future without a zone ends, by whether its war has."""

COLUMNS = (
    ("path", "Path", ""),
    ("rung", "Highest rung", ""),
    ("fate", "What became of the zone, or of the war where there is none", ""),
    ("end", "At the end", ""),
    ("share", "Share of futures", "share"),
    ("error", "Its standard error", "share"),
    ("low", "95 % interval from", "share"),
    ("high", "95 % interval to", "share"),
    ("count", "Futures counted", "futures"),
    ("of", "Of futures", "futures"),
)
"""Columns of the numbers table: name, label, unit."""

BACK, UP, NEVER = "back at the lowest rung", "still above it", "never above it"
"""Where a future is at the end, seen from the lowest rung."""

Flags = NDArray[np.bool_]
Key = tuple[int | None, int | None, str | None]
"""Rung, fate and end that a row of the numbers table is about; None for all of them."""


def ladder_chart(results: Mapping[str, Results], option: str) -> dict[str, Any]:
    """Lay the ladder of one option out as a chart: one panel for each path, or one where all counts are the same.

    A future is back at the lowest rung where the zone is over, the adversary keeps out of it, or the war is over: no
    force is used from then on. Otherwise it stays on the highest rung it reached.

    Args:
        results: by path to general war, the same run (`closedsky.futures.run.run_paths`).
        option: id of an option of that run.

    Returns:
        The entries of every chart (`closedsky.showing.charts.chart.frame`), `notes`, `option`, `day` and `panels`. A
        panel has `path`, `title`, `subtitle`, `colour`, `heads` (over the rungs and over the fates), `rungs` (`code`,
        `name`, `share`, `words`, `back`, `rows`) and `fates` (the same without `back`; for an option without a zone
        whether the war is over), both in the order in which they are drawn, and `flows` (`rung`, `fate`, `share`, `up`:
        whether the futures are still above the lowest rung at the end, `rows`). `rows` are those of the numbers table.

    Raises:
        KeyError: no such option.
    """
    first = next(iter(results.values()))
    name, day = label(first, option), first.case.horizon
    counted = {path: _Counted(each, option) for path, each in results.items()}
    order = _order(list(counted.values()))
    all_same = len({each.key for each in counted.values()}) == 1 and len(counted) > 1
    shown = dict(itertools.islice(counted.items(), 1 if all_same else None))
    panels: list[dict[str, Any]] = []
    table: list[Sequence[Any]] = []
    for path, each in shown.items():
        rows = each.table("both paths" if all_same else path)
        places = {key: len(table) + i for i, key in enumerate(rows)}
        panels.append(_panel(first, path, each, order, all_same, places))
        table += rows.values()
    zone = has_zone(first, option)
    ends = "what became of the zone" if zone else "whether the war is over"
    over = "the zone is over, the adversary keeps out of it or the war has ended" if zone else "the war has ended"
    chart = frame(
        KIND,
        title=_title(name, day, list(counted.values())),
        caption=f"Left: the highest rung a future ever reached; right: {ends} by day {day:,}. Back: at the lowest rung "
        f"again by then, as {over}. Dark bands: still above the lowest rung; grey: never above it.",
        alternative=" ".join(
            [f"Bands from the highest rung reached to {ends}.", *(_said(each, ends) for each in panels)]
        ),
        view=first.view,
        columns=COLUMNS,
        rows=table,
    )
    notes = [
        "General war is neither a rung nor an end here: every number is conditional on its not happening, and no "
        "count of it is made.",
        "± is one standard error. Where fewer than 20 futures are counted, their number stands behind the 95 % "
        "interval.",
    ]
    return chart | {"notes": notes, "option": name, "day": day, "panels": panels}


class _Counted:
    """One option on one path: which futures reached which rung, what became of the zone, who is still up."""

    def __init__(self, results: Results, option: str) -> None:
        self.zone = has_zone(results, option)
        self.peak, fate, ending = (results.values(each, option) for each in ("peak_rung", "fate", "ending"))
        self.risen: Flags = self.peak > LOWEST
        self.up: Flags = self.risen & (fate <= IN_FORCE) & (ending == 0)
        self.names = FATES if self.zone else WAR
        self.fate = fate if self.zone else flag(ending, ending > 0)

    def share(self, holds: Flags) -> Share:
        """Of the futures that gave numbers."""
        return share(flag(self.peak, holds))

    @property
    def key(self) -> tuple[int, ...]:
        """All counts, by which two paths are told apart."""
        return tuple(
            int(np.count_nonzero((self.peak == rung) & (self.fate == fate) & (self.up == up)))
            for rung in RUNGS
            for fate in self.names
            for up in (False, True)
        )

    def flows(self) -> list[tuple[int, int, bool, Share]]:
        """Rung, fate, whether still up, and how many; none that nobody takes."""
        found = []
        for rung, fate, up in itertools.product(RUNGS, self.names, (True, False)):
            each = self.share((self.peak == rung) & (self.fate == fate) & (self.up == up))
            if each.count:
                found.append((rung, fate, up, each))
        return found

    def table(self, path: str) -> dict[Key, Sequence[Any]]:
        """Every drawn number, by rung, fate and end."""
        rows: dict[Key, Share] = {}
        rungs = {code: self.peak == code for code in RUNGS}
        for code, holds in rungs.items():
            rows[code, None, None] = self.share(holds)
            if code != LOWEST:
                rows[code, None, BACK] = self.share(holds & ~self.up)
        for code in self.names:
            each = self.share(self.fate == code)
            if each.count:
                rows[None, code, None] = each
        for rung, fate, up, each in self.flows():
            rows[rung, fate, _end(rung, up)] = each
        made: dict[Key, Sequence[Any]] = {}
        for key, each in rows.items():
            names = None if key[0] is None else RUNGS[key[0]], None if key[1] is None else self.names[key[1]]
            made[key] = [path, *names, key[2], *_numbers(each)]
        return made


def _end(rung: int, up: bool) -> str:
    """Where futures are at the end that reached a rung."""
    return UP if up else BACK if rung != LOWEST else NEVER


def _numbers(of: Share) -> list[float | int | None]:
    plain = of.to_dict()
    return [plain[key] for key in ("value", "error", "low", "high", "count", "of")]


def often(of: Share) -> str:
    """Say a share of 1,000 futures with its error, or its interval and count where few are counted.

    >>> often(share(np.repeat([1.0, 0.0], [5, 1019]))), often(share(np.zeros(1024)))
    ('1.6 to 11 (5 counted)', '0')
    """
    if of.of and of.few:
        return f"{range_of(figure(1000.0 * of.low), per_thousand(of.high))} ({of.count:,} counted)"
    return share_within(of)


def _back(of: Share, reached: Share) -> str:
    return "all" if of.count == reached.count else often(of)


def _order(counted: Sequence[_Counted]) -> list[int]:
    """Fates from the highest rung down, so that bands cross as little as they can; the same on every path."""
    mean = {}
    for code in counted[0].names:
        peaks = np.concatenate([each.peak[each.fate == code] for each in counted])
        if len(peaks):
            mean[code] = float(peaks.mean())
    return sorted(mean, key=lambda code: (-mean[code], code))


def _panel(
    first: Results, path: str, each: _Counted, order: Sequence[int], all_same: bool, places: Mapping[Key, int]
) -> dict[str, Any]:
    switch = first.case.switches.get("war_path")
    supposes = switch.values.get(path, "") if switch else ""
    fates = [(code, each.share(each.fate == code)) for code in order]
    return {
        "path": path,
        "title": "Both paths" if all_same else f"{path.capitalize()} path",
        "subtitle": "All counts are the same on both paths to general war." if all_same else supposes,
        "colour": "engagement" if path == "engagement" and not all_same else "futures",
        "heads": [
            "1,000 futures by the highest rung reached",
            "What became of the zone" if each.zone else "At the end",
        ],
        "rungs": [
            {
                "code": code,
                "name": text,
                "share": (of := each.share(each.peak == code)).count / max(of.of, 1),
                "words": often(of),
                "back": _back(each.share((each.peak == code) & ~each.up), of) if code != LOWEST and of.count else None,
                "rows": [places[key] for key in ((code, None, None), (code, None, BACK)) if key in places],
            }
            for code, text in sorted(RUNGS.items(), reverse=True)
        ],
        "fates": [
            {
                "code": code,
                "name": each.names[code],
                "share": of.count / of.of,
                "words": often(of),
                "rows": [places[None, code, None]],
            }
            for code, of in fates
            if of.count
        ],
        "flows": [
            {
                "rung": rung,
                "fate": fate,
                "share": of.count / of.of,
                "up": up,
                "rows": [places[rung, fate, _end(rung, up)]],
            }
            for rung, fate, up, of in each.flows()
        ],
    }


def _title(name: str, day: int, counted: Sequence[_Counted]) -> str:
    risen = [each.share(each.risen) for each in counted]
    if not all(each.of for each in risen):
        return f"{name}: no future gave numbers"
    if not any(each.count for each in risen):
        return f"{name}: in none of {risen[0].of:,} futures do the two sides rise above incidents"
    back = [each.share(each.risen & ~each.up) for each in counted]
    said = f"above incidents in {_over(risen)} of 1,000 futures, and back down by day {day:,} in {_over(back)}"
    return f"{name}: {said.replace(' ± ', f'{FIRM}±{FIRM}')}"


def _over(shares: Sequence[Share]) -> str:
    """A range over paths, or one number with its error where they read the same."""
    ends = sorted(shares, key=lambda each: each.value.value)
    words = per_thousand(ends[0].value.value), per_thousand(ends[-1].value.value)
    return often(ends[0]) if words[0] == words[1] else range_of(*words)


def _said(panel: Mapping[str, Any], ends: str) -> str:
    rungs = [f"{each['name']} {each['words']}" for each in reversed(panel["rungs"])]
    fates = [f"{each['name']} {each['words']}" for each in panel["fates"]]
    said = f"{panel['title']}, of 1,000 futures: highest rung {listed(rungs)}"
    return f"{said}; {ends}: {listed(fates)}." if fates else f"{said}."

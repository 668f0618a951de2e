"""The map of a theatre: borders, how far batteries reach in across them, and in words how much each zone covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from closedsky.cases.schema import Assumption, Case, Option
from closedsky.cases.theatre import Theatre, read_theatre
from closedsky.reading.words import figure, listed, percent
from closedsky.showing.charts.chart import frame
from closedsky.showing.charts.theatre_geometry import Points, clip, conic, distance, grid, name_place
from closedsky.showing.numbers import range_of
from closedsky.showing.svg import FIRM

KIND = "theatre"

REACH = "ring_km"
"""Assumption that says how far batteries reach in from outside."""

SET = "set by you"
"""What a number rests on that a person set."""

MARGIN = 0.08
"""Of the country's size, left around it."""

STEP, COARSE = 10.0, 20.0
"""Kilometres between the points on which areas are counted, and among which places for names are sought."""

COLUMNS = (
    ("what", "What", ""),
    ("share", "Share of the country", "share"),
    ("km2", "Area", "km2"),
    ("deep", "Deep sorties flown inside", "share"),
    ("reach_low", "Of it in reach from outside, least", "share"),
    ("reach_high", "Of it in reach from outside, most", "share"),
    ("basis", "Basis of the area", ""),
)
"""Columns of the numbers table: name, label, unit."""


Ranges = Mapping[str, tuple[float, float]]
Levers = Mapping[tuple[str, str], float]
Range = tuple[Assumption, float, float, str]
"""The reach as an assumption, its ends, and what they rest on."""


def map_chart(
    case: Case, view: str = "then", ranges: Ranges | None = None, levers: Levers | None = None
) -> dict[str, Any] | None:
    """Lay out the theatre of a case.

    Args:
        case: a case that was read from a file.
        view: whose range of the reach is shown.
        ranges: of assumptions that a person set, by name, in place of the case's.
        levers: of options that a person set, by option and name.

    Returns:
        None where no borders lie beside the case. Else the entries of every chart
        (`closedsky.showing.charts.chart.frame`), `notes`, `size` (of the map, in km), `countries` (`name`, `role`,
        `rings` and `place` of the name, in km east and south of the upper left corner), `reach` (None, or `from`, the
        names of the countries, and `bands`, widest first, a single one where it is fixed: `km`, `share`, `words`,
        `rows`) and `zones` (`labels` of options that cover the same, `share`, `words`, `rows`). `rows` are those of the
        numbers table.

    Raises:
        ValueError: the file of borders is none.
    """
    theatre = read_theatre(case)
    if theatre is None:
        return None
    size, countries = _countries(theatre)
    found = _range(case, view, ranges or {})
    reach = _reach(theatre, found, countries)
    zones = {name: {**each.levers, **_of(levers or {}, name)} for name, each in case.options.items()}
    every = [
        _zone(case, case.options[name], each, _of(levers or {}, name), found)
        for name, each in zones.items()
        if each.get("zone", 0.0) > 0.0
    ]
    alike: dict[str, dict[str, Any]] = {}
    for i, each in enumerate(every, len(reach["bands"]) if reach else 0):
        start = {"labels": [], "share": each["share"], "words": each["words"], "rows": []}
        group = alike.setdefault(each["words"], start)
        group["labels"].append(each["label"])
        group["rows"].append(i)
    groups = list(alike.values())
    placed = [each for each in groups if each["share"] is not None]
    said = [f"{'; '.join(each['labels'])}: {each['words']}" for each in groups]
    chart = frame(
        KIND,
        title=_title(theatre, reach, placed),
        caption=_caption(theatre, reach, found),
        alternative=" ".join([f"A map of {theatre.country} and its neighbours.", *(f"{each}." for each in said)]),
        view=view,
        columns=COLUMNS,
        rows=_rows(reach, every),
    )
    source = theatre.provenance
    notes = [
        "Areas only: no position of any unit is known to the model, and none is drawn. Where a zone would lie is not "
        "in the case either; the bars say how much of the country each covers.",
        "The model does not read this map: it takes the share of a zone that is in reach, before any battery is "
        "struck, to be the reach over the zone's mean distance from the border. Batteries on occupied ground are not "
        "in it."
        if reach
        else "",
        f"{source.borders} Source: {source.package}; {source.origin}. Licence: {source.licence}.",
    ]
    return chart | {
        "notes": [each for each in notes if each],
        "size": size,
        "countries": [
            {**each, "rings": [_plain(ring) for ring in each["rings"]], "place": each["place"] and [*each["place"]]}
            for each in countries
        ],
        "reach": reach,
        "zones": groups,
    }


def _countries(theatre: Theatre) -> tuple[list[float], list[dict[str, Any]]]:
    """The size of the map, and every country as far as it lies on it; the one it is about comes last, so on top."""
    rings = {each.name: [np.array(ring, float) for ring in each.rings] for each in theatre.countries}
    project = conic(np.concatenate(rings[theatre.country]))
    own = np.concatenate([project(ring) for ring in rings[theatre.country]])
    room = MARGIN * float(np.ptp(own, axis=0).max())
    (left, top), (right, bottom) = own.min(axis=0) - room, own.max(axis=0) + room
    found = []
    for name, each in rings.items():
        cut = [clip(project(ring) - (left, top), (0.0, 0.0, right - left, bottom - top)) for ring in each]
        kept = [ring for ring in cut if len(ring) > 2]
        if kept:
            role = "country" if name == theatre.country else "across" if name in theatre.across else "other"
            found.append({"name": name, "role": role, "rings": kept, "place": name_place(kept, COARSE)})
    found.sort(key=lambda each: each["role"] == "country")
    return [float(right - left), float(bottom - top)], found


def _of(levers: Levers, option: str) -> dict[str, float]:
    """What a person set of an option."""
    return {name: value for (of, name), value in levers.items() if of == option}


def _range(case: Case, view: str, ranges: Ranges) -> Range | None:
    """The reach of batteries outside, and what it rests on; None where the case has no range of it."""
    entry = case.assumptions.get(REACH)
    if entry is None:
        return None
    if REACH in ranges:
        return entry, *ranges[REACH], SET
    if entry.distribution == "beta":
        return None
    low, high = entry.now if view == "now" else entry.then
    return entry, low, high, entry.basis


def _reach(theatre: Theatre, ends: Range | None, countries: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The part of the country that lies within the least and the greatest reach of soil outside it."""
    outside = [ring for each in countries if each["role"] == "across" for ring in each["rings"]]
    if ends is None or not outside:
        return None
    points = grid(next(each["rings"] for each in countries if each["role"] == "country"), STEP)
    away = distance(points, outside)
    bands: list[dict[str, Any]] = []
    found = dict.fromkeys((ends[2], ends[1]), "some futures") | {ends[1]: "every future"}  # one where it is fixed
    for km, often in found.items():
        share = float((away <= km).mean())
        words = f"within {figure(km)} km, in reach in {often}: {percent(share)} of {theatre.country}"
        bands.append({"km": km, "share": share, "words": words, "rows": [len(bands)]})
    return {"from": list(theatre.across), "bands": bands}


def _zone(
    case: Case,
    option: Option,
    levers: Mapping[str, float],
    changed: Mapping[str, float],
    ends: Range | None,
) -> dict[str, Any]:
    country = case.numbers.get("country_area_km2")
    km2 = levers.get("area_km2", 0.0)
    share = min(km2 / country.value, 1.0) if country is not None and country.value > 0.0 and km2 > 0.0 else None
    depth = max(levers.get("depth_km", 0.0), 1.0)
    reached = [min(each / depth, 1.0) for each in ends[1:3]] if ends else None
    setting = option.settings.get("area_km2")
    deep = levers.get("deep_in", 0.0)
    words = [f"{percent(share)} of the country"] if share is not None else []
    words.append(f"{percent(deep)} of deep sorties inside")
    if reached:
        most = range_of(*(figure(100.0 * each) for each in reached))
        words.append(f"{most} % of it in reach from outside")
    return {
        "label": option.label,
        "share": share,
        "words": ", ".join(words),
        "km2": km2 or None,
        "deep": deep,
        "reached": reached,
        "basis": SET if "area_km2" in changed else setting.basis if setting else None,
    }


def _title(theatre: Theatre, reach: dict[str, Any] | None, zones: Sequence[dict[str, Any]]) -> str:
    said = []
    if reach:
        most, least = (reach["bands"][at]["share"] for at in (0, -1))
        over = range_of(figure(100.0 * least), figure(100.0 * most))
        said.append(f"Batteries in {listed(theatre.across)} reach over {over} % of {theatre.country}")
    if zones:
        ends = [figure(100.0 * find(each["share"] for each in zones)) for find in (min, max)]
        whose = "it" if reach else theatre.country
        said.append(f"{'the zones' if reach else 'The zones'} cover {range_of(*ends)} % of {whose}")
    return "; ".join(said).replace(" %", f"{FIRM}%") or f"{theatre.country} and its neighbours"


def _caption(theatre: Theatre, reach: dict[str, Any] | None, ends: Range | None) -> str:
    said = []
    if reach and ends:
        entry, low, high, basis = ends
        said.append(
            f"Blue: {entry.label[:1].lower()}{entry.label[1:]}, from the soil of {listed(theatre.across)}, "
            f"{range_of(figure(low), figure(high))} {entry.unit} ({basis})."
        )
    return " ".join([*said, "The borders are those of today."])


def _rows(reach: dict[str, Any] | None, zones: Sequence[dict[str, Any]]) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = []
    for band in reach["bands"] if reach else []:
        rows.append([f"Within {figure(band['km'])} km of soil outside", band["share"], *[None] * 4, "derived"])
    for each in zones:
        rows.append(
            [each["label"], each["share"], each["km2"], each["deep"], *(each["reached"] or [None, None]), each["basis"]]
        )
    return rows


def _plain(ring: Points) -> list[list[float]]:
    return [[round(float(value), 1) for value in point] for point in ring]

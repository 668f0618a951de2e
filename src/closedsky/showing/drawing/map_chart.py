"""The drawing of a theatre: borders, the reach from outside as areas, and a bar for what each zone covers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from closedsky.showing.drawing.panels import Drawn
from closedsky.showing.svg import LEADING, SIZES, element, lines, marked, number, rect, text, text_width, wrap

BESIDE_FROM = 840.0
"""Room from which the zones stand beside the map."""

SHARE = 0.62
"""Share of the room that the map takes then."""

GUTTER = 40.0
"""Between map and zones."""

SHADES = (0.3, 0.5)
"""Opacity of the reach, the widest first; they lie over each other."""

SWATCH = 12.0
"""Of the key."""

BAR = 6.0
"""Height of a bar."""

CLEAR = 4.0
"""Least room around a name."""

OFF = 0.75
"""Share of half its width by which a name may be moved in from the edge: further off it names something else."""

SCALE_KM = 200.0
"""Length of the scale bar."""


def draw_map_chart(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    """Draw the map and the zones.

    Args:
        chart: the chart's JSON.
        left: of the room, in pixels.
        top: of the room, in pixels.
        width: of the room, in pixels.

    Returns:
        Elements, and the bottom of the lowest.
    """
    beside = width >= BESIDE_FROM and bool(chart["zones"])
    room = width * SHARE if beside else min(width, BESIDE_FROM)
    parts, bottom = _map(chart, left, top, room)
    more, bottom = _key(chart["reach"], left, bottom + 8.0, room)
    parts += more
    if not chart["zones"]:
        return parts, bottom
    if beside:
        more, end = _zones(chart["zones"], left + room + GUTTER, top, width - room - GUTTER)
    else:
        more, end = _zones(chart["zones"], left, bottom + 16.0, room)
    return parts + more, max(bottom, end)


def _map(chart: Mapping[str, Any], left: float, top: float, width: float) -> Drawn:
    scale = width / chart["size"][0]
    tall = chart["size"][1] * scale

    def at(point: Sequence[float]) -> tuple[float, float]:
        return left + min(max(point[0] * scale, 0.0), width), top + min(max(point[1] * scale, 0.0), tall)

    def outline(country: Mapping[str, Any]) -> str:
        """Points to a tenth of a pixel, without those that fall on the one before."""
        made = ""
        for ring in country["rings"]:
            points = (f"{number(round(x, 1))} {number(round(y, 1))}" for x, y in map(at, ring))
            made += f"M{'L'.join(dict.fromkeys(points))}Z"
        return made

    parts = []
    for each in chart["countries"]:
        kind = "hair" if each["role"] == "country" else "land"
        parts.append(element("path", {"class": kind, "d": outline(each)}))
    own = [outline(each) for each in chart["countries"] if each["role"] == "country"]
    if chart["reach"] and own:
        # A line as wide as twice the reach, along the border of all soil outside, cut to the country: the area that
        # lies within the reach.
        soil = "".join(outline(each) for each in chart["countries"] if each["role"] == "across")
        name = f"theatre-{hashlib.sha256(json.dumps([own, soil]).encode()).hexdigest()[:8]}"
        parts.append(element("clipPath", {"id": name}, element("path", {"d": "".join(own)})))
        for band, shade in zip(chart["reach"]["bands"], SHADES, strict=False):
            wide: dict[str, str | float] = {
                "class": "line futures",
                "d": soil,
                "stroke-width": 2.0 * band["km"] * scale,
            }
            area = element("path", wide | {"stroke-opacity": shade, "clip-path": f"url(#{name})"})
            parts += marked([area], band.get("rows", ()))
    everything = "".join(map(outline, chart["countries"]))  # over the reach, which is cut along the same lines
    parts.append(element("path", {"class": "line paper", "d": everything, "stroke-width": 1.0}))
    parts += _names(chart["countries"], at, (left, top, left + width, top + tall))
    return parts + _scale_bar(left, top + tall, width, scale), top + tall + LEADING["small"]


def _names(countries: Sequence[Mapping[str, Any]], at: Any, box: tuple[float, float, float, float]) -> list[str]:
    """Names where they have room: those the case is about first; none touches another or the edge."""
    order = {"country": 0, "across": 1, "other": 2}
    taken: list[tuple[float, float, float, float]] = []
    parts = []
    for each in sorted(countries, key=lambda each: order[each["role"]]):
        if each["place"] is None:
            continue
        own = each["role"] == "country"
        size, kind = ("body", "ink strong") if own else ("small", "quiet")
        (x, y), half = at(each["place"]), text_width(each["name"], SIZES[size], own) / 2.0
        place_x, x = x, min(max(x, box[0] + half + CLEAR), box[2] - half - CLEAR)
        if abs(x - place_x) > OFF * half:
            continue
        tall = SIZES[size] / 2.0
        place = (x - half - CLEAR, y - tall - CLEAR / 2.0, x + half + CLEAR, y + tall + CLEAR / 2.0)
        clear = all(place[2] <= a[0] or a[2] <= place[0] or place[3] <= a[1] or a[3] <= place[1] for a in taken)
        if clear and box[1] <= place[1] and place[3] <= box[3]:
            taken.append(place)
            parts.append(text(x, y + 0.35 * SIZES[size], [(each["name"], kind)], size, "middle"))
    return parts


def _scale_bar(left: float, top: float, width: float, scale: float) -> list[str]:
    """A length at the lower right, below the map."""
    long, words = SCALE_KM * scale, f"{SCALE_KM:.0f} km"
    right, base = left + width, top + (LEADING["small"] + 0.7 * SIZES["small"]) / 2.0
    return [
        rect("quiet", right - long, top + LEADING["small"] / 2.0 - 0.5, long, 1.0),
        text(right - long - 6.0, base, [(words, "quiet")], "small", "end"),
    ]


def _key(reach: Mapping[str, Any] | None, left: float, top: float, width: float) -> Drawn:
    """What the shades are: the words do not fit into the areas."""
    parts: list[str] = []
    for i, band in enumerate(reach["bands"] if reach else []):
        own = [rect("hair", left, top + 3.0, SWATCH, SWATCH)]
        for shade in SHADES[: i + 1]:
            swatch: dict[str, str | float] = {
                "class": "futures",
                "x": left,
                "y": top + 3.0,
                "width": SWATCH,
                "height": SWATCH,
            }
            own.append(element("rect", swatch | {"fill-opacity": shade}))
        room = width - SWATCH - 8.0
        more, top = lines(left + SWATCH + 8.0, top, wrap([(band["words"], "ink")], "body", room), "body")
        parts += marked(own + more, band.get("rows", ()))
        top += 2.0
    return parts, top


def _zones(zones: Sequence[Mapping[str, Any]], left: float, top: float, width: float) -> Drawn:
    parts = [rect("ink", left, top, width, 1.0)]
    more, top = lines(left, top + 6.0, wrap([("What each zone covers", "ink strong")], "head", width), "head")
    parts += more
    for each in zones:
        top += 6.0
        own: list[str] = []
        for label in each["labels"]:
            more, top = lines(left, top, wrap([(label, "ink strong")], "body", width), "body")
            own += more
        if each["share"] is not None:
            own.append(rect("hair", left, top + BAR / 2.0 + 1.5, width, 1.0))
            own.append(rect("quiet", left, top + 2.0, each["share"] * width, BAR))
            top += BAR + 4.0
        more, top = lines(left, top, wrap([(each["words"], "quiet")], "small", width), "small")
        parts += marked(own + more, each.get("rows", ()))
    return parts, top

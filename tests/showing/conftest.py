import io
import re
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import pytest

import closedsky
from closedsky.futures.results import Inputs
from closedsky.futures.run import run_paths
from closedsky.reading import compare, summarise
from closedsky.reading.discovery import discover
from closedsky.reading.exploration import Exploration, PathExploration
from closedsky.reading.sobol import Indices
from closedsky.showing.compare_screen import show_comparison
from closedsky.showing.run_screen import show_run
from closedsky.showing.svg import spans_width
from closedsky.showing.terminal import Screen

from .marking import make_charts

FUTURES = 1024
NAMES = ("substitutable", "tolerance", "loss_deep", "harm_deep", "q_repeat", "intercept")
SLACK = 0.01
SVG = "{http://www.w3.org/2000/svg}"


@lru_cache
def _case():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def _summary():
    return summarise(run_paths(_case(), FUTURES))


@lru_cache
def _comparison(a, b):
    return compare(run_paths(_case(), FUTURES, options=(a, b), reference=b), a, b)


def _indices(case, luck=0.4):
    names = (*NAMES, "adversary_resolve", "all of deterrence", "all of harm")
    total = np.array([0.5, 0.3, 0.2, 0.1, 0.02, 0.0, 0.15, 0.8, 0.2])
    error = np.full(9, 0.02)
    return Indices(names, total / 2, total, error, error, 0.5, 0.25, (luck, 0.03), 1024, 0)


@lru_cache
def _explored():
    """Something that happens in a corner of two assumptions on one path, and anywhere on the other."""
    case = _case()
    rng = np.random.default_rng(0)
    given = Inputs(NAMES, rng.random((4096, len(NAMES))), (), np.empty((4096, 0)))
    inside = (given.column("substitutable") < 0.5) & (given.column("loss_deep") > 0.3)
    corner = (rng.random(4096) < np.where(inside, 0.9, 0.2)).astype(float)
    noise = (rng.random(4096) < 0.3).astype(float)
    again = (rng.random((512, 8)) < np.where(inside[:512], 0.9, 0.2)[:, None]).astype(float)
    paths = {
        "contest": PathExploration(discover(given, corner, again), None, _indices(case), _indices(case, 0.1)),
        "engagement": PathExploration(discover(given, noise, permuted=3, resampled=2), None, _indices(case)),
    }
    return Exploration(case, "then", 4096, 0, "full-zone", "cost", "cost > 3", paths)


@pytest.fixture(scope="session")
def case():
    return _case()


@pytest.fixture(scope="session")
def explored():
    """Something that happens in a corner of two assumptions on one path, and anywhere on the other."""
    return _explored()


@pytest.fixture(scope="session")
def summary():
    return _summary()


@pytest.fixture(scope="session")
def printed():
    """What `run` prints at a width, on a terminal or not."""

    def show(width=100, terminal=False):
        file = io.StringIO()
        show_run(Screen(file, width, terminal), _summary(), _case(), "closedsky run ukraine-2022", "ukraine-2022")
        return file.getvalue()

    return show


@pytest.fixture(scope="session")
def compared():
    """What `compare` prints."""

    def show(a, b, width=100):
        file = io.StringIO()
        show_comparison(Screen(file, width, False), _comparison(a, b), _case(), "closedsky compare", "ukraine-2022")
        return file.getvalue()

    return show


@pytest.fixture(scope="session")
def charts(summary, explored):
    """Charts of every kind, each also as it is where both paths to general war give the same."""
    return make_charts(summary, explored)


def _inside(text, width):
    """Parse a drawing, of which every mark and every word lies inside, and which runs and fetches nothing."""
    root = ElementTree.fromstring(text)
    high = float(root.get("height"))
    for each in root.iter():
        said = ElementTree.tostring(each)
        for name, long, most in (("x", "width", width), ("y", "height", high), ("cx", "r", width), ("cy", "r", high)):
            if each.get(name) is None:
                continue
            low, size = float(each.get(name)), float(each.get(long) or 0.0)
            assert low - (size if long == "r" else 0.0) >= -SLACK and low + size <= most + SLACK, said
            assert size >= 0.0, said
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", each.get("d") or ""):
            assert -SLACK <= float(x) <= width + SLACK and -SLACK <= float(y) <= high + SLACK, said
    for each in root.iter(f"{SVG}text"):
        size, *_ = each.get("class").split()
        spans = [(each.text or "", each.get("class")), *((one.text or "", one.get("class")) for one in each)]
        long, x = spans_width(spans, size), float(each.get("x"))
        start = x - long * {"end": 1.0, "middle": 0.5}.get(each.get("text-anchor"), 0.0)
        assert start >= -SLACK and start + long <= width + SLACK, "".join(each.itertext())
    assert not re.search(r"<script|href|\bon\w+=|NaN", text)
    return root


@pytest.fixture(scope="session")
def inside():
    """Parses a drawing of a width and holds everything in it against its edges."""
    return _inside

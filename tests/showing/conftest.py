import io
from functools import lru_cache

import pytest

import closedsky
from closedsky.futures.run import run_paths
from closedsky.reading import compare, summarise
from closedsky.showing.compare_screen import show_comparison
from closedsky.showing.run_screen import show_run
from closedsky.showing.terminal import Screen

FUTURES = 1024


@lru_cache
def _case():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def _summary():
    return summarise(run_paths(_case(), FUTURES))


@lru_cache
def _comparison(a, b):
    return compare(run_paths(_case(), FUTURES, options=(a, b), reference=b), a, b)


@pytest.fixture(scope="session")
def case():
    return _case()


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

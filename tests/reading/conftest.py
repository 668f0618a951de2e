from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.futures.results import ALL_OUTCOMES, Results, label
from closedsky.futures.run import run_paths


@lru_cache
def _case():
    return closedsky.load_case("ukraine-2022")


@lru_cache
def _run(reference, options):
    return run_paths(_case(), 512, options=options, reference=reference)


@pytest.fixture(scope="session")
def case():
    return _case()


@pytest.fixture(scope="session")
def results():
    """Every option of the shipped case, both paths."""
    return _run(None, None)


@pytest.fixture(scope="session")
def pair():
    """Two options of the shipped case, with either as the reference."""
    return lambda a, b: _run(b, (a, b))


@pytest.fixture
def invented(case):
    """Results of invented outcomes: by option, by outcome, an array; all else is zero."""

    def build(given, reference="refuse", overrides=None, path="contest"):
        size = len(next(iter(next(iter(given.values())).values())))
        options = tuple(given)
        data = {
            name: np.stack([np.asarray(given[o].get(name, np.zeros(size)), float) for o in options])
            for name in ALL_OUTCOMES
        }
        outcomes = label(data, options, np.arange(size))
        return Results(
            case=case,
            outcomes=outcomes,
            series=outcomes[[]],
            futures=size,
            seed=0,
            view="then",
            reference=reference,
            adoption="effect",
            precision="float64",
            switches={"war_path": path, "length_effect": "none"},
            overrides=overrides or {},
        )

    return build

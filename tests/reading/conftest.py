import dataclasses
import datetime as dt
from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.cases.recorded import QUANTITIES, Recorded
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


@pytest.fixture(scope="session")
def recorded():
    """One thing on record, of which only what matters to a test need be said."""

    def build(quantity, value=None, statistic="at", **more):
        about = {"label": f"The {quantity}", "unit": QUANTITIES[quantity].unit, "quantity": quantity}
        about |= {"statistic": statistic, "value": value, "basis": "measured", "evidence": ["x"]}
        return Recorded.model_validate(about | more)

    return build


@pytest.fixture(scope="session")
def past(case):
    """An invented campaign: a case with this record, so many days long from the first of January 2001."""

    def build(name, record, days=100, suppress=0.0, **more):
        taken = case.options[case.taken]
        option = dataclasses.replace(taken, levers={**taken.levers, "suppress": suppress})
        return dataclasses.replace(
            case,
            id=name,
            title=f"Campaign {name}",
            reference_day=dt.date(2001, 1, 1),
            decision_day=0,
            horizon=days,
            options={case.taken: option},
            evidence=None,
            recorded=record,
            **more,
        )

    return build

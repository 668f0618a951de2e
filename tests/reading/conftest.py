import dataclasses
import datetime as dt
from functools import lru_cache

import numpy as np
import pytest

import closedsky
from closedsky.cases.acceptance import Acceptance
from closedsky.cases.recorded import QUANTITIES, Recorded
from closedsky.futures.conditioned import Conditioned, Drawn
from closedsky.futures.results import ALL_OUTCOMES, Results, label
from closedsky.futures.run import run_paths
from closedsky.model.luck import ENVELOPES


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


FUTURES, BEFORE = 512, 1024
FLAG = "on_day_1000"
ACCEPTING = ("killed_2024", "sorties_dec_2022", "lost_dec_2022", "held_28_mar_2022", FLAG)
WIDE = Acceptance(discrepancy=0.2, reason="A test.")


def _middle(entry):
    return float(np.mean([each for each in (entry.low, entry.value, entry.high) if each is not None]))


@pytest.fixture(scope="session")
def accepting_case():
    """The shipped case, accepting what these tests say and nothing else."""
    case = _case()
    accept = {key: WIDE if key in ACCEPTING else None for key in case.recorded}
    recorded = {key: entry.model_copy(update={"accept": accept[key]}) for key, entry in case.recorded.items()}
    return dataclasses.replace(case, recorded=recorded)


@pytest.fixture(scope="session")
def invent(accepting_case):
    """Futures before and after a record was looked at, of which only what matters to a test need be said.

    `moved` maps coordinates to (shift, width); `scores` and `values` map items to arrays, or to pairs of arrays for
    before and after.
    """
    case = accepting_case
    names = (*case.assumptions, *case.latents, *ENVELOPES)
    items = {key: entry for key, entry in case.recorded.items() if entry.quantity is not None}
    accepting = tuple(key for key, entry in items.items() if entry.accept is not None)
    first, second = len(case.assumptions), len(case.assumptions) + len(case.latents)

    def drawn(luck, count, moved, scores, values):
        z = luck.standard_normal((count, len(names)))
        at = z.copy()
        for name, (shift, width) in moved.items():
            at[:, names.index(name)] = shift + width * z[:, names.index(name)]
        said = {}
        for key, entry in items.items():
            said[key] = np.full(count, entry.value) if entry.yes_or_no else _middle(entry) * np.exp(0.2 * z[:, 0])
        found = np.stack([scores.get(key, np.zeros(count)) for key in accepting], axis=1)
        on = {key: np.ones(count, bool) for key in items}
        return Drawn(at[:, :first], at[:, second:].T.astype(np.float32), at, said | values, on, found)

    def build(moved=None, idle=(), scores=None, values=None, **more):
        luck = np.random.default_rng(7)
        pairs = [
            {key: each[i] for key, each in (given or {}).items() if each[i] is not None}
            for given in (scores, values)
            for i in range(2)
        ]
        before = drawn(luck, BEFORE, {}, pairs[0], pairs[2])
        accepted = drawn(luck, FUTURES, moved or {}, pairs[1], pairs[3])
        about = {
            "case": case, "seed": 3, "overrides": {}, "switches": {"war_path": "contest", "length_effect": "none"},
            "names": names, "items": items, "accepting": accepting, "accepted": accepted,
            "other_envelopes": accepted.envelopes, "before": before,
            "idle": tuple(idle), "aside": (), "evidence": np.full(16, np.log(1e-6)), "ancestors": 200,
            "levels": (0.25, 1.0), "sweeps": (504, 480),
        }  # fmt: skip
        return Conditioned(**(about | more))

    return build

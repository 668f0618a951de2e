"""What the futures say of the record: sums against a daily grid, and what ends a war."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.cases.grid import build_grid
from closedsky.cases.recorded import QUANTITIES, STATISTICS, Recorded, days_of
from closedsky.futures import recorded
from closedsky.futures.recorded import predict, reduce
from closedsky.futures.sampling import Design, model_columns
from closedsky.futures.simulate import BLOCK, Simulator
from closedsky.futures.windows import at_day, mean_rate

GRIDS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 12)), min_size=1, max_size=4)


def lay_out(spans):
    ends = np.cumsum([days for days, _ in spans])
    return build_grid([(int(end), step) for end, (_, step) in zip(ends, spans, strict=True)])


def by_day(rate, start, length):
    """The same rates on a daily grid, shape (days, future)."""
    return np.repeat(rate, length.astype(int), axis=0)


@given(GRIDS, st.integers(0, 10_000), st.data())
def test_window_sums_and_means_are_those_of_a_daily_grid(spans, seed, data):
    start, length = lay_out(spans)
    rate = np.random.default_rng(seed).gamma(0.7, 5.0, (len(start), 3))
    total = np.cumsum(rate * length[:, None], axis=0)
    horizon = int(start[-1] + length[-1])
    first = data.draw(st.integers(0, horizon - 1))
    last = data.draw(st.integers(first + 1, horizon))
    daily = by_day(rate, start, length)
    window = at_day(total, start, length, last) - at_day(total, start, length, first)
    assert window == pytest.approx(daily[first:last].sum(axis=0), abs=1e-9 * total[-1].max())
    assert mean_rate(rate, start, length, first, last) == pytest.approx(daily[first:last].mean(axis=0))


@given(GRIDS, st.integers(0, 10_000), st.data())
def test_windows_add_up_and_never_take_from_a_count(spans, seed, data):
    start, length = lay_out(spans)
    total = np.cumsum(np.random.default_rng(seed).gamma(0.5, 5.0, (len(start), 2)), axis=0)
    horizon = float(start[-1] + length[-1])
    cuts = sorted(data.draw(st.lists(st.floats(0, horizon), min_size=3, max_size=3)))
    a, b, c = (at_day(total, start, length, cut) for cut in cuts)
    assert (b - a >= -1e-9).all() and (c - b >= -1e-9).all()
    assert (b - a) + (c - b) == pytest.approx(c - a)
    assert at_day(total, start, length, horizon) == pytest.approx(total[-1])
    assert at_day(total, start, length, horizon + 5) == pytest.approx(total[-1])
    assert at_day(total, start, length, 0.0, 7.0) == pytest.approx([7.0, 7.0])


def test_a_level_moves_from_where_it_began():
    start, length = build_grid([(4, 2)])
    held = np.array([[0.3], [0.5]])
    assert [float(at_day(held, start, length, day, 0.1)[0]) for day in (0, 1, 2, 3, 4)] == pytest.approx(
        [0.1, 0.2, 0.3, 0.4, 0.5]
    )


def test_a_window_outside_the_campaign_has_no_mean():
    start, length = build_grid([(4, 2)])
    with pytest.raises(ValueError, match="not in the campaign"):
        mean_rate(np.ones((2, 1)), start, length, 9.0, 12.0)


@pytest.fixture(scope="module")
def block(case):
    design = Design(case, 3)
    rows = design.rows(0, 512)
    simulator = Simulator(case, (case.taken,), None, 3)
    columns = model_columns(case, rows)
    made = simulator.block(columns, np.arange(512), series=True)
    return made, {name: rows[:, i] for i, name in enumerate(design.names)}


def item(quantity, statistic, **more):
    entry = {"label": "x", "unit": QUANTITIES[quantity].unit, "quantity": quantity, "statistic": statistic}
    return Recorded.model_validate(entry | {"value": 1.0, "basis": "measured", "evidence": ["x"]} | more)


def one(case, block, entry):
    values, on = reduce(case, {"x": entry}, *block)
    return values["x"], on["x"]


def test_counts_to_the_horizon_are_the_outcomes(case, block):
    to_the_end = {"from": case.reference_day.isoformat(), "to": "2025-02-23"}
    outcomes = {name: values[0].astype(float) for name, values in block[0].outcomes.items()}
    pairs = [
        (item("killed", "sum", **to_the_end), outcomes["killed_verified"]),
        (item("adversary_lost", "at", day="2025-02-23"), outcomes["adversary_lost"]),
        (item("aid", "at", day="2025-02-23"), outcomes["aid"]),
        (item("held", "at", day="2025-02-23"), outcomes["held"]),
        (item("direct_combat", "flag"), outcomes["direct_combat"]),
        (item("displaced", "at"), outcomes["displaced"]),
    ]
    for entry, wanted in pairs:
        first, last = days_of(entry, case.reference_day, case.horizon)
        assert (first, last) in ((0.0, case.horizon), (case.horizon - 1.0, case.horizon))
        assert one(case, block, entry)[0] == pytest.approx(wanted, rel=1e-5, abs=1e-6), entry.quantity
    undercount = block[1]["undercount"]
    share = one(case, block, item("killed_by_air", "share", **to_the_end))[0]
    assert share * outcomes["killed_verified"] * undercount == pytest.approx(
        outcomes["killed_by_air"], rel=1e-4, abs=1e-4
    )
    flown = one(case, block, item("flown", "mean", **to_the_end))[0]
    assert flown * case.horizon == pytest.approx(outcomes["sorties_flown"], rel=1e-4)


def test_a_war_is_on_until_it_ends(case, block):
    outcomes = block[0].outcomes
    entry = item("on", "flag", day="2022-06-30")
    values, on = one(case, block, entry)
    over = (outcomes["ending"][0] > 0) & (outcomes["end_day"][0] < 127)
    assert np.array_equal(values == 0, over) and np.array_equal(on, ~over)
    assert 0 < over.mean() < 1
    killed = one(case, block, item("killed", "sum", **{"from": "2022-08-01", "to": "2022-08-31"}))[0]
    assert (killed[over] == 0).all(), "an ended war kills nobody"


def test_an_ending_says_who_holds_the_country(case, block):
    ending, end = block[0].outcomes["ending"][0], block[0].outcomes["end_day"][0]
    values = one(case, block, item("held", "at", day="2024-06-30"))[0]
    day = days_of(item("held", "at", day="2024-06-30"), case.reference_day, case.horizon)[1]
    for code, share in ((2, 1.0), (3, 0.0)):
        ended = (ending == code) & (end < day)
        assert ended.any() and (values[ended] == share).all()


def test_agreement_counts_any_of_the_options_named(case):
    futures = 512
    predicted = predict(case, futures, seed=1)
    design = Design(case, 1)
    entry = case.recorded["no_zone_in_2022"]
    simulator = Simulator(case, entry.options, None, 1)
    made = simulator.block(model_columns(case, design.rows(0, futures)), np.arange(futures))
    day = days_of(entry, case.reference_day, case.horizon)[1]
    with np.errstate(invalid="ignore"):
        each = made.outcomes["days_to_adopt"] + case.decision_day <= day
    over = made.outcomes["end_day"][0] <= case.decision_day  # of the option in force from the decision on, so later
    values, early = predicted.values["no_zone_in_2022"], predicted.values["no_zone_by_4_mar_2022"]
    asked = np.isfinite(values)
    assert np.array_equal(values[asked], each.any(axis=0)[asked].astype(float)) and 0.9 < asked.mean() < 1
    assert not (asked & over).any() and np.array_equal(asked, np.isfinite(early))
    assert np.nanmean(early) < np.nanmean(values)


def test_blocks_change_nothing_and_none_is_kept(case, monkeypatch):
    whole = predict(case, 300)
    monkeypatch.setattr(recorded, "blocks_of", lambda n: ((i, min(i + 64, n)) for i in range(0, n, 64)))
    held = []
    monkeypatch.setattr(
        recorded, "reduce", lambda *given: held.append(given[2].series["killed"].shape) or reduce(*given)
    )
    cut = predict(case, 300)
    assert {shape[2] for shape in held} == {64, 300 % 64} and max(shape[2] for shape in held) < BLOCK
    for key, values in whole.values.items():
        assert np.array_equal(values, cut.values[key], equal_nan=True), key
        assert np.array_equal(whole.on[key], cut.on[key])
        assert values.shape == (300,)


def test_a_ratio_is_one_item_over_another(case):
    predicted = predict(case, 256)
    values, on = predicted.values, predicted.on
    upper, lower = values["killed_apr_2022"], values["killed_mar_2022"]
    ratio = values["shape_apr_mar"]
    assert np.isnan(ratio[lower == 0]).all() and (lower == 0).any()
    assert ratio[lower > 0] == pytest.approx(upper[lower > 0] / lower[lower > 0])
    assert np.array_equal(on["shape_apr_mar"], on["killed_apr_2022"] & on["killed_mar_2022"])


def test_what_is_not_predicted_has_no_values(case):
    predicted = predict(case, 64)
    assert set(predicted.values) == {key for key, entry in case.recorded.items() if entry.quantity}
    assert "missiles_2023" not in predicted.values
    assert (predicted.option, predicted.view, predicted.futures) == ("refuse", "then", 64)


def test_a_future_that_failed_is_left_out(case, monkeypatch):
    class Failing(Simulator):
        def block(self, *given, **named):
            made = super().block(*given, **named)
            return dataclasses.replace(made, failures=[(0, 5, "invented")])

    monkeypatch.setattr(recorded, "Simulator", Failing)
    predicted = predict(case, 64)
    assert predicted.failures == 1 and "1 of 64 futures failed" in predicted.notes[-1]
    for key, values in predicted.values.items():
        assert np.isnan(values[5]), key


def test_nothing_on_record_is_an_error(case):
    with pytest.raises(ValueError, match="nothing on record"):
        predict(dataclasses.replace(case, recorded={}), 64)
    with pytest.raises(ValueError, match="at least 1"):
        predict(case, 0)


def test_every_quantity_that_a_case_may_name_is_predicted(case, block):
    days = {"count": {"day": "2022-06-30"}, "rate": {"day": "2022-06-30"}, "level": {"day": "2022-06-30"}}
    days |= {"state": {"day": "2022-06-30"}, "part": {"from": "2022-03-01", "to": "2022-03-31"}}
    for name, compared in QUANTITIES.items():
        if name in ("agreed", "ratio"):
            continue
        entry = item(name, STATISTICS[compared.nature][-1], **days.get(compared.nature, {}))
        values = one(case, block, entry)[0]
        assert values.shape == (512,) and np.isfinite(values).mean() > 0.9, name
        if compared.unit in ("share", "flag"):
            assert np.nanmin(values) >= 0 and np.nanmax(values) <= 1

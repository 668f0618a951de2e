import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from closedsky.model import air_denial

stock = st.floats(0, 10)
rate = st.floats(0, 1)
days = st.floats(0.01, 400)


@given(stock, rate, rate, days, days)
def test_stock_is_a_flow_and_its_mean_an_average(held, inflow, hunting, first, then):
    middle = air_denial.stock_after(held, inflow, hunting, first)
    end = air_denial.stock_after(middle, inflow, hunting, then)
    assert end == pytest.approx(float(air_denial.stock_after(held, inflow, hunting, first + then)), rel=1e-9)
    parts = first * air_denial.stock_mean(held, inflow, hunting, first)
    parts += then * air_denial.stock_mean(middle, inflow, hunting, then)
    whole = (first + then) * air_denial.stock_mean(held, inflow, hunting, first + then)
    assert parts == pytest.approx(float(whole), rel=1e-9)


def test_mean_is_the_integral():
    total, _ = integrate.quad(lambda t: air_denial.stock_after(2, 0.03, 0.05, t), 0, 50)
    assert air_denial.stock_mean(2, 0.03, 0.05, 50) * 50 == pytest.approx(total)


@given(rate, st.floats(0.01, 1), stock)
def test_stock_tends_to_inflow_over_hunting(inflow, hunting, held):
    assert air_denial.stock_after(held, inflow, hunting, 1e5) == pytest.approx(inflow / hunting)


def test_without_hunting_the_stock_is_linear():
    assert air_denial.stock_after(1, 0.1, 0, 30) == pytest.approx(4)
    assert air_denial.stock_mean(1, 0.1, 0, 30) == pytest.approx(2.5)
    assert air_denial.stock_after(1, 0.1, 1e-12, 30) == pytest.approx(4)


@given(st.floats(0, 1), stock, st.floats(0, 1))
def test_no_batteries_no_denial_and_more_deny_more(hazard, held, more):
    assert air_denial.loss_probability(hazard, 0) == 0
    assert 0 <= air_denial.loss_probability(hazard, held) <= air_denial.loss_probability(hazard, held + more) < 1


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0, 100))
def test_a_salvo_leaks_only_what_exceeds_the_intercepts(attackers, intercepts, more):
    leak = air_denial.salvo_leak(attackers, intercepts)
    if attackers <= intercepts:
        assert leak == 0
    else:
        assert air_denial.salvo_leak(attackers + more, intercepts) - leak == pytest.approx(more, abs=1e-9)
    assert leak <= attackers


@given(st.floats(0, 1), stock, st.floats(1, 500))
def test_leak_share_is_the_salvo_law(capacity, held, salvo):
    leak = air_denial.salvo_leak(salvo, salvo * capacity * held)
    assert salvo * air_denial.leak_share(capacity, held) == pytest.approx(float(leak), abs=1e-9)


def test_float32(draw, same_in_float32):
    held, inflow, length = draw(0, 3), draw(0, 1), draw(0.01, 30, log=True)
    hunting = draw(1e-7, 1, log=True)
    same_in_float32(air_denial.stock_after, held, inflow, hunting, length)
    same_in_float32(air_denial.stock_mean, held, inflow, hunting, length)
    same_in_float32(air_denial.loss_probability, draw(1e-5, 0.1, log=True), held)
    same_in_float32(air_denial.salvo_leak, draw(0, 90), draw(0, 90))
    same_in_float32(air_denial.leak_share, draw(0, 1), held, atol=1e-6)


def test_edges(never_nan):
    edge = (0.0, 1e-9, 1.0, 1e6)
    for relation in (air_denial.stock_after, air_denial.stock_mean):
        never_nan(relation, edge, edge, edge, edge)
    never_nan(air_denial.loss_probability, edge, edge)
    never_nan(air_denial.salvo_leak, edge, edge)
    never_nan(air_denial.leak_share, edge, edge)

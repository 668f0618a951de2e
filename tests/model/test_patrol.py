import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from closedsky.model import patrol

radius = st.floats(0, 2000)
speed = st.floats(200, 1000)
hours = st.floats(0.1, 20)


def test_the_worked_sortie_cycle():
    assert patrol.cycle_hours(500, 500, 0) == pytest.approx(9.76, abs=1e-9)
    assert round(float(patrol.sortie_rate(500, 500, 0)), 3) == 2.459
    assert patrol.cycle_hours(1000, 500, 0) == pytest.approx(13.12, abs=1e-9)
    assert round(float(patrol.sortie_rate(1000, 500, 0)), 3) == 1.829


def test_aircraft_for_a_slot():
    assert round(float(patrol.cycle_hours(400, 450, 4)), 3) == 16.107
    assert round(float(patrol.aircraft_per_slot(400, 450, 4)), 2) == 4.03
    assert patrol.aircraft_per_slot(400, 450, 1e9) == pytest.approx(1.68)
    assert patrol.aircraft_per_slot(400, 450, 4, 0.5) == 2 * patrol.aircraft_per_slot(400, 450, 4)


@given(radius, st.floats(1, 500), speed, hours)
def test_farther_is_slower(near, more, knots, stay):
    assert patrol.sortie_rate(near + more, knots, stay) < patrol.sortie_rate(near, knots, stay)


@given(radius, speed, hours)
def test_the_aircraft_of_a_slot_keep_it_filled(far, knots, stay):
    a_day = patrol.aircraft_per_slot(far, knots, stay) * patrol.sortie_rate(far, knots, stay)
    assert a_day * stay == pytest.approx(24)
    airborne = patrol.little_airborne(a_day, patrol.flight_hours(far, knots, stay))
    assert airborne == pytest.approx(1 + 2 * far / knots / stay)


def test_stations_for_an_area():
    assert round(float(patrol.stations(603_550, 150)), 2) == 10.32
    hexagon = 3 * math.sqrt(3) / 2 * 150**2
    assert patrol.stations(hexagon, 150) == pytest.approx(1)
    assert math.pi * 150**2 / hexagon == pytest.approx(2 * math.pi / math.sqrt(27))


@given(st.floats(1e3, 1e6), st.floats(20, 400))
def test_random_stations_cover_less_than_a_lattice(area, reach):
    lattice = patrol.stations(area, reach)
    assert patrol.random_cover(area, reach, lattice) == pytest.approx(1 - math.exp(-2 * math.pi / math.sqrt(27)))
    assert patrol.random_cover(area, reach, 2 * lattice) < 1


@pytest.mark.parametrize(
    ("servers", "offered", "blocked"),
    [(10, 5, 0.0183846), (5, 5, 0.2848678), (2, 1, 0.2), (10, 10, 0.2145823)],
)
def test_erlang(servers, offered, blocked):
    assert round(float(patrol.erlang_loss(servers, offered)), 7) == blocked


def test_erlang_limits():
    assert patrol.erlang_loss(0, 3) == 1
    assert patrol.erlang_loss(3, 0) == 0
    assert patrol.erlang_loss(3, math.inf) == 1
    assert patrol.erlang_loss(4, 1e-3) == pytest.approx(1e-12 / math.factorial(4), rel=2e-3)
    assert patrol.erlang_loss(2.5, 1) == pytest.approx((0.2 + 0.0625) / 2)
    many = patrol.erlang_loss(np.array([[0.0], [2.0], [7.5]]), np.array([0.0, 1.0, 50.0]))
    assert many.shape == (3, 3)
    assert many[1, 1] == pytest.approx(0.2)


@given(st.floats(0, 30), st.floats(0.01, 5), st.floats(0, 100), st.floats(0.01, 10))
def test_erlang_falls_with_servers_and_rises_with_load(servers, more, offered, extra):
    blocked = patrol.erlang_loss(servers, offered)
    assert 0 <= patrol.erlang_loss(servers + more, offered) <= blocked <= 1
    assert patrol.erlang_loss(servers, offered + extra) >= blocked
    # Calls carried never exceed the servers.
    assert offered * (1 - patrol.erlang_loss(math.floor(servers), offered)) <= math.floor(servers) + 1e-9


@pytest.mark.parametrize(("servers", "offered"), [(-1, 1), (1, -1), (math.inf, 1), (math.nan, 1)])
def test_erlang_refuses(servers, offered):
    with pytest.raises(ValueError, match="servers must be"):
        patrol.erlang_loss(servers, offered)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(1, 1e6))
def test_search(width, pace, time, area):
    random = patrol.random_search(width, pace, time, area)
    assert random <= patrol.exhaustive_search(width, pace, time, area) + 1e-15
    both = patrol.random_search(2 * width, pace, time, area)
    assert 1 - both == pytest.approx((1 - random) ** 2, abs=1e-12)


def test_a_coverage_factor_of_one():
    assert round(float(patrol.random_search(1, 1, 1, 1)), 5) == 0.63212
    assert patrol.exhaustive_search(1, 1, 1, 1) == 1


def test_exposed_share():
    assert patrol.exposed_share(0, 0) == 0
    assert patrol.exposed_share(0, 100) == 0
    assert patrol.exposed_share(100, 400) == 0.25
    assert patrol.exposed_share(400, 400) == 1
    assert patrol.exposed_share(10, 0) == 1


def test_float32(draw, same_in_float32):
    far, knots, stay, fit = draw(0, 1500), draw(300, 600), draw(0.5, 8), draw(0.3, 1)
    same_in_float32(patrol.sortie_rate, far, knots, stay)
    same_in_float32(patrol.aircraft_per_slot, far, knots, stay, fit)
    same_in_float32(patrol.stations, draw(1e3, 1e6, log=True), draw(50, 300))
    same_in_float32(patrol.random_cover, draw(1e3, 1e6, log=True), draw(50, 300), draw(0, 30))
    same_in_float32(patrol.random_search, draw(0, 10), draw(0, 500), draw(0, 9), draw(1e3, 1e6, log=True))
    same_in_float32(patrol.exposed_share, draw(0, 400), draw(0, 400))
    same_in_float32(patrol.little_airborne, draw(0, 400), draw(0, 9))


def test_edges(never_nan):
    edge = (0.0, 1.0, 1e6)
    never_nan(patrol.cycle_hours, edge, (1.0, 1e3), edge)
    never_nan(patrol.exposed_share, edge, edge)
    never_nan(patrol.random_search, edge, edge, edge, edge)
    never_nan(patrol.exhaustive_search, edge, edge, edge, edge)
    never_nan(patrol.random_cover, edge, edge, edge)

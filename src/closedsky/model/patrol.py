"""What it takes to keep a sky watched: sorties, aircraft per slot, stations per area, and leaks."""

from __future__ import annotations

import math

import numpy

from closedsky.model.numeric import Array, promote, ratio

TURNAROUND_H = 3.0  # source: Stillion & Orletsky (1999), RAND MR-1028, appendix B: 180 minutes of tasks between flights
MAINTENANCE_H = 3.4  # source: Stillion & Orletsky (1999), appendix B; with the next it gives the worked 9.76 h exactly
MAINTENANCE_PER_FLIGHT_H = 0.68  # source: Stillion & Orletsky (1999), appendix B; as above
HOURS_PER_DAY = 24  # source: definition


def flight_hours(radius_nmi: Array, speed_kt: Array, on_station_h: Array) -> Array:
    """Length of one flight: ``2 radius / speed + on_station``.

    Arguments: ``radius_nmi`` (nautical miles from base), ``speed_kt`` (knots, positive), ``on_station_h``
    (hours). Shape: broadcast. Result: hours. Raises nothing.

    Source: Stillion & Orletsky (1999), RAND MR-1028, appendix B; the time on station is our addition.

    >>> float(flight_hours(500, 500, 4))
    6.0
    """
    _, radius_nmi, speed_kt, on_station_h = promote(radius_nmi, speed_kt, on_station_h)
    return 2 * radius_nmi / speed_kt + on_station_h


def cycle_hours(radius_nmi: Array, speed_kt: Array, on_station_h: Array) -> Array:
    """From one take-off of an aircraft to its next: flight, turnaround, maintenance.

    ``flight + 3.0 + (3.4 + 0.68 flight)`` hours.

    Arguments as :func:`flight_hours`. Shape: broadcast. Result: hours, a minimum for one aircraft: whole
    fleets fly 0.3 to 1.0 times a day. Raises nothing.

    Source: Stillion & Orletsky (1999), RAND MR-1028, appendix B.

    >>> round(float(cycle_hours(500, 500, 0)), 2)
    9.76
    """
    flight = flight_hours(radius_nmi, speed_kt, on_station_h)
    return flight + TURNAROUND_H + MAINTENANCE_H + MAINTENANCE_PER_FLIGHT_H * flight


def sortie_rate(radius_nmi: Array, speed_kt: Array, on_station_h: Array) -> Array:
    """Sorties a day of one aircraft at most: ``24 / cycle``.

    Arguments as :func:`flight_hours`. Shape: broadcast. Result: per day. Raises nothing.

    Source: Stillion & Orletsky (1999), RAND MR-1028, appendix B.

    >>> [round(float(sortie_rate(radius, 500, 0)), 3) for radius in (500, 1000)]
    [2.459, 1.829]
    """
    return HOURS_PER_DAY / cycle_hours(radius_nmi, speed_kt, on_station_h)


def aircraft_per_slot(radius_nmi: Array, speed_kt: Array, on_station_h: Array, availability: Array = 1.0) -> Array:
    """Aircraft needed to keep one on station all day: ``cycle / (on_station availability)``.

    Arguments as :func:`flight_hours`, and ``availability`` (share of the fleet fit to fly, positive). Shape:
    broadcast. Result: aircraft, tending to 1.68 over availability for a very long stay. Raises nothing.

    Source: Stillion & Orletsky (1999), RAND MR-1028, appendix B; the slot is our addition.

    >>> round(float(aircraft_per_slot(400, 450, 4)), 2)
    4.03
    """
    _, on_station, available = promote(on_station_h, availability)
    return cycle_hours(radius_nmi, speed_kt, on_station_h) / (on_station * available)


def little_airborne(sorties_per_day: Array, flight_hours: Array) -> Array:
    """Aircraft in the air on average: ``sorties_per_day flight_hours / 24``.

    Arguments: sorties per day, hours per flight. Shape: broadcast. Result: aircraft. Raises nothing.

    Source: Little's law (Little 1961).

    >>> float(little_airborne(102, 4))
    17.0
    """
    _, sorties_per_day, flight_hours = promote(sorties_per_day, flight_hours)
    return sorties_per_day * flight_hours / HOURS_PER_DAY


def stations(area_km2: Array, reach_km: Array) -> Array:
    """Stations that cover an area by a hexagonal lattice: ``area / ((3 sqrt 3 / 2) reach^2)``.

    Arguments: ``area_km2``, ``reach_km`` (radius that one station covers, positive). Shape: broadcast.
    Result: stations, not rounded, the edge ignored. Raises nothing.

    Source: Kershner (1939).

    >>> round(float(stations(603550, 150)), 2)
    10.32
    """
    _, area_km2, reach_km = promote(area_km2, reach_km)
    return area_km2 / (3 * math.sqrt(3) / 2 * reach_km**2)


def random_cover(area_km2: Array, reach_km: Array, stations: Array) -> Array:
    """Share of an area covered by stations placed at random: ``1 - exp(-stations pi reach^2 / area)``.

    Arguments: ``area_km2`` (positive), ``reach_km``, ``stations``. Shape: broadcast. Result: share; for the
    same share it takes more stations than :func:`stations`. Raises nothing.

    Source: the Boolean model of random discs (Stoyan, Kendall & Mecke 1987).

    >>> round(float(random_cover(603550, 150, 11)), 3)
    0.724
    """
    xp, area_km2, reach_km, stations = promote(area_km2, reach_km, stations)
    return -xp.expm1(-ratio(stations * math.pi * reach_km**2, area_km2))


def erlang_loss(servers: Array, offered: Array) -> Array:
    """Share of intruders that find every pair busy: Erlang's loss formula.

    ``B(0) = 1``, ``B(k) = A B(k-1) / (k + A B(k-1))``; between whole numbers of servers, linear.

    Arguments: ``servers`` (pairs able to engage at once, not negative), ``offered`` A (arrival rate times
    engagement time, not negative). Shape: broadcast. Result: probability, float64 NumPy; it depends on the
    engagement time through its mean only. Raises ``ValueError`` for a negative or infinite number of servers
    or a negative load.

    Source: Erlang (1917).

    >>> [round(float(erlang_loss(c, a)), 7) for c, a in ((10, 5), (5, 5), (2, 1), (2.5, 1))]
    [0.0183846, 0.2848678, 0.2, 0.13125]
    """
    asked = (numpy.asarray(x, dtype=numpy.float64) for x in (servers, offered))
    count, load = numpy.broadcast_arrays(*asked)
    if not numpy.all(numpy.isfinite(count) & (count >= 0) & (load >= 0)):
        raise ValueError("servers must be finite and not negative, offered must not be negative")
    below = numpy.floor(count)
    above = numpy.ceil(count)
    blocked = numpy.ones_like(load)
    at_below, at_above = blocked, blocked
    for k in range(1, int(above.max(initial=0)) + 1):
        # 1 / (1 + k / (A B)) instead of A B / (k + A B): it holds at A = 0 and at A = infinity.
        blocked = 1 / (1 + ratio(k, load * blocked))
        at_below = numpy.where(below == k, blocked, at_below)
        at_above = numpy.where(above == k, blocked, at_above)
    return at_below + (at_above - at_below) * (count - below)


def random_search(sweep_width: Array, speed: Array, time: Array, area: Array) -> Array:
    """Probability of having found a target by random search: ``1 - exp(-sweep_width speed time / area)``.

    Arguments: ``sweep_width`` (km), ``speed`` (km/h), ``time`` (h), ``area`` (km2), or any consistent units.
    Shape: broadcast. Result: probability. Raises nothing.

    Source: Koopman (1946).

    >>> round(float(random_search(10, 100, 1, 1000)), 5)
    0.63212
    """
    xp, sweep_width, speed, time, area = promote(sweep_width, speed, time, area)
    return -xp.expm1(-ratio(sweep_width * speed * time, area))


def exhaustive_search(sweep_width: Array, speed: Array, time: Array, area: Array) -> Array:
    """Probability of a find by a search without overlap: ``min(1, sweep_width speed time / area)``.

    Arguments as :func:`random_search`, which it never falls below. Result: probability. Raises nothing.

    Source: Koopman (1946).

    >>> float(exhaustive_search(10, 100, 0.5, 1000))
    0.5
    """
    xp, sweep_width, speed, time, area = promote(sweep_width, speed, time, area)
    return xp.minimum(ratio(sweep_width * speed * time, area), 1)


def exposed_share(reach: Array, depth: Array) -> Array:
    """Share of a zone that batteries behind a straight border can reach: ``min(1, reach / depth)``.

    Arguments: ``reach`` and ``depth`` (km). Shape: broadcast. Result: share; 0 without reach, even over no
    depth. Raises nothing.

    Source: geometry.

    >>> [float(exposed_share(reach, 400)) for reach in (0, 100, 500)]
    [0.0, 0.25, 1.0]
    """
    xp, reach, depth = promote(reach, depth)
    return xp.minimum(ratio(reach, depth), 1)

"""Hunting the adversary's air-defence batteries: an ambush, an exchange, and a stock that may be rebuilt.

Deitchman (1962) wrote the law for guerrillas: the hidden side is hit in proportion to how much of it shows
itself and to who is looking, the exposed side in proportion to who shows himself. Silence then stretches a
campaign and changes neither side's losses per battery: defences that keep quiet survive, and so do the
aircraft above them.
"""

from __future__ import annotations

from closedsky.model.numeric import Array, mean_decay, promote, ratio

REFERENCE_SUPPRESSORS = 50  # source: definition; `exchange` is aircraft lost per battery destroyed by 50 suppressors


def batteries_left(
    batteries: Array, whole: Array, suppressors: Array, kill_rate: Array, reconstitution: Array, days: Array
) -> Array:
    """Batteries left after ``days`` of ``S' = -kill_rate W S + reconstitution (whole - S)``, in closed form.

    Arguments: ``batteries`` now, ``whole`` (batteries when none was lost), ``suppressors`` W (aircraft, held
    constant), ``kill_rate`` (per suppressor aircraft-day), ``reconstitution`` (share of the missing replaced
    a day), ``days``. Shape: broadcast. Result: batteries. Raises nothing; zero rates are exact.

    Source: Deitchman (1962) with replaced suppressors, hence exponential; linear reconstitution is our
    addition.

    >>> round(float(batteries_left(40, 40, 50, 1e-3, 0, 20)), 4)
    14.7152
    >>> float(batteries_left(40, 40, 0, 1e-3, 0.01, 20))
    40.0
    """
    xp, batteries, whole, suppressors, kill_rate, reconstitution, days = promote(
        batteries, whole, suppressors, kill_rate, reconstitution, days
    )
    gone = (kill_rate * suppressors + reconstitution) * days
    return batteries * xp.exp(-gone) + reconstitution * whole * days * mean_decay(gone)


def aircraft_loss_rate(batteries: Array, kill_rate: Array, exchange: Array) -> Array:
    """Coalition aircraft lost a day to ``batteries``: ``50 kill_rate exchange batteries``.

    Arguments: ``batteries``, ``kill_rate`` (batteries killed per battery and suppressor aircraft-day),
    ``exchange`` (aircraft lost per battery destroyed by 50 suppressors). Shape: broadcast. Result: aircraft
    per day. Raises nothing.

    Source: Deitchman (1962): ``dW/dt = -l e S`` does not depend on W, and ``l e = 50 kill_rate exchange`` by
    the definition of ``exchange``.

    >>> round(float(aircraft_loss_rate(40, 1e-3, 0.5)), 6)
    1.0
    """
    _, batteries, kill_rate, exchange = promote(batteries, kill_rate, exchange)
    return REFERENCE_SUPPRESSORS * kill_rate * exchange * batteries


def invariant(batteries: Array, aircraft: Array, kill: Array, loss: Array) -> Array:
    """Deitchman's invariant ``S - (kill / 2 loss) W^2``, free of how often batteries emit.

    Arguments: ``batteries`` S, ``aircraft`` W, ``kill`` (batteries killed per emitting battery and
    aircraft-day), ``loss`` (aircraft lost per emitting battery-day). Shape: broadcast. Result: batteries.
    Raises nothing; without losses the result is minus infinity, unless there are no aircraft.

    Positive: the batteries outlast the aircraft and so many are left. Negative: the aircraft win.
    Source: Deitchman (1962).

    >>> round(float(invariant(40, 100, 0.002, 0.05)), 6)
    -160.0
    """
    _, batteries, aircraft, kill, loss = promote(batteries, aircraft, kill, loss)
    return batteries - ratio(kill * aircraft**2, 2 * loss)


def ambush(
    batteries: Array,
    aircraft: Array,
    kill_per_emitting_battery: Array,
    loss_per_emitting_battery: Array,
    emission: Array,
    days: Array,
) -> tuple[Array, Array]:
    """State after ``days`` of Deitchman's law ``dS/dt = -k e S W``, ``dW/dt = -l e S``.

    Arguments: ``batteries`` S and ``aircraft`` W at the start, ``kill_per_emitting_battery`` k (per
    aircraft-day), ``loss_per_emitting_battery`` l (aircraft per battery-day), ``emission`` e (share of the
    time a battery emits), ``days`` (may be infinite). Shape: broadcast. Result: batteries and aircraft left.
    Raises nothing.

    With ``a = k e``, ``b = l e`` the substitution ``W = (2/a) u'/u`` makes it linear: ``u'' = D u`` with ``D
    = a/2 (a W^2/2 - b S)``, ``u(0) = 1``, ``u'(0) = a W/2``; then ``S(t) = S/u^2``. One formula serves every
    sign of the invariant and k = 0 or l = 0, where the usual three cases divide by zero. Where the batteries
    win, the fight ends when the last aircraft is lost and the batteries then left are the invariant.

    Source: Deitchman (1962), Operations Research 10(6); the closed form is derived here.

    >>> left = ambush(40, 100, 0.002, 0.05, 0.2, float("inf"))
    >>> [round(float(x), 4) for x in left]
    [0.0, 89.4427]
    """
    xp, sam, air, kill, loss, emission, days = promote(
        batteries, aircraft, kill_per_emitting_battery, loss_per_emitting_battery, emission, days
    )
    sight, cost = kill * emission, loss * emission
    # An infinite wait is a very long one: inf * 0 would spoil the cases that never move.
    days = xp.minimum(days, xp.sqrt(xp.finfo(days.dtype).max))
    pull = sight * air / 2
    push = sight * air**2 / 2 - cost * sam
    square = sight / 2 * push
    speed = xp.sqrt(xp.abs(square))
    won = square >= 0
    until = _exhaustion(air, push, speed)
    time = xp.minimum(days, until)
    angle = speed * time
    slow = angle < xp.sqrt(xp.finfo(days.dtype).eps)
    safe_speed = xp.where(slow, 1, speed)
    bent = xp.where(slow, 0, angle)
    folded = xp.where(won, xp.tanh(bent), xp.tan(bent)) / safe_speed
    turned = xp.where(slow, time, folded)
    # 1 / cosh through its logarithm: cosh itself would overflow in the far future.
    log_cosh = bent + xp.log1p(xp.exp(-2 * bent)) - xp.log(xp.full_like(bent, 2))
    shrink = xp.where(won, xp.exp(-log_cosh), 1 / xp.cos(bent))
    grown = 1 + pull * turned
    sam_left = sam * (shrink / grown) ** 2
    air_left = xp.clip((air + push * turned) / grown, 0, air)
    over = days >= until
    rest = xp.clip(sam - ratio(sight * air**2, 2 * cost), 0, sam)
    return xp.where(over & (air > 0), rest, xp.clip(sam_left, 0, sam)), xp.where(over, 0, air_left)


def _exhaustion(air: Array, push: Array, speed: Array) -> Array:
    """Day of the last aircraft's loss, ``atan(speed T)/speed`` with ``T = air / -push``; infinite if never."""
    xp, air, push, speed = promote(air, push, speed)
    losing = push < 0
    straight = ratio(air, xp.where(losing, -push, 0))
    angle = xp.where(losing, speed * xp.where(losing, straight, 0), 0)
    slow = angle < xp.sqrt(xp.finfo(angle.dtype).eps)
    bent = xp.arctan(angle) / xp.where(slow, 1, speed)
    return xp.where(losing, xp.where(slow, straight, bent), xp.inf)


def emission_game(exposed_loss: Array, uncovered_gain: Array, silent_gain: Array) -> tuple[Array, Array, Array]:
    """Emit or stay silent, cover or not: the mixed equilibrium of the two-by-two zero-sum game.

    Payoff to the batteries: emitting under cover ``-exposed_loss``, emitting uncovered ``+uncovered_gain``,
    silent under cover ``+silent_gain`` (sorties tied down), silent uncovered 0. Arguments share one unit of
    value, none negative. Shape: broadcast. Result: probability of emitting, probability of covering, value to
    the batteries. Raises nothing; with all payoffs zero, zeros.

    Source: the textbook solution of a two-by-two zero-sum game (von Neumann & Morgenstern 1944).

    >>> [round(float(x), 4) for x in emission_game(3, 2, 1)]
    [0.1667, 0.3333, 0.3333]
    """
    _, loss, gain, silent = promote(exposed_loss, uncovered_gain, silent_gain)
    total = loss + gain + silent
    cover = ratio(gain, total)
    return ratio(silent, total), cover, cover * silent

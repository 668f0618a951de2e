"""What a person changes for one run: assumptions, levers of an option, switches.

`substitutable=0.5` fixes an assumption, `substitutable=0.2..0.8` gives it another range, `refuse.push=1` moves a lever
of one option, `war_path=engagement` sets a switch. Anything else is refused with the nearest right name.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from closedsky.cases.schema import Case
from closedsky.cases.units import allowed_values
from closedsky.model.names import SWITCHES

Value = float | int | str | tuple[float, float]


class OverrideError(ValueError):
    """An override that the case does not allow; its message is one line that a person can act on."""


@dataclass(frozen=True)
class Overrides:
    """Parsed overrides of one run.

    Attributes:
        ranges: by assumption, (low, high); equal where it is fixed.
        levers: by (option, lever), the value.
        switches: by switch, the chosen value's name; complete.
    """

    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    levers: Mapping[tuple[str, str], float] = field(default_factory=dict)
    switches: Mapping[str, str] = field(default_factory=dict)


def parse_overrides(case: Case, overrides: Mapping[str, Value] | None) -> Overrides:
    """Check overrides against a case.

    Args:
        case: the case they are for.
        overrides: by assumption, `option.lever` or switch; values are numbers, (low, high) pairs, `"low..high"`
            or the name of a switch's value.

    Returns:
        The parsed overrides, with every switch of the model filled in.

    Raises:
        OverrideError: a name that the case does not have, or a value that it does not allow.
    """
    ranges: dict[str, tuple[float, float]] = {}
    levers: dict[tuple[str, str], float] = {}
    switches = {
        name: (case.switches[name].default if name in case.switches else next(iter(SWITCHES[name])))
        for name in SWITCHES
    }
    for key, value in (overrides or {}).items():
        if key in SWITCHES:
            if value not in SWITCHES[key]:
                raise OverrideError(f"{key}: {value!r} is not one of {', '.join(SWITCHES[key])}")
            switches[key] = str(value)
        elif "." in key:
            option, lever = key.split(".", 1)
            if option not in case.options:
                raise OverrideError(f"{key}: no option {option!r}{_nearest(option, case.options)}")
            if lever not in case.levers:
                raise OverrideError(f"{key}: no lever {lever!r}{_nearest(lever, case.levers)}")
            low, high = _range(key, value)
            if low != high:
                raise OverrideError(f"{key}: a lever takes one number, not a range")
            _allowed(key, case.levers[lever].unit, low, high)
            if case.levers[lever].kind == "flag" and low not in (0, 1):
                raise OverrideError(f"{key}: {low:g} is not 0 or 1")
            levers[option, lever] = low
        elif key in case.assumptions:
            low, high = _range(key, value)
            if case.assumptions[key].distribution == "log-uniform" and low <= 0:
                raise OverrideError(f"{key}: must be above 0 ({case.assumptions[key].unit})")
            _allowed(key, case.assumptions[key].unit, low, high)
            ranges[key] = (low, high)
        elif key in case.fixed:
            raise OverrideError(f"{key}: {case.id} does not ask about it ({case.fixed[key].reason})")
        else:
            names = [*case.assumptions, *SWITCHES, *(f"{case.taken}.{lever}" for lever in case.levers)]
            raise OverrideError(f"{key}: no such assumption, switch or option.lever{_nearest(key, names)}")
    return Overrides(ranges, levers, switches)


def written(overrides: Mapping[str, Value]) -> list[str]:
    """Overrides as a command takes them, each `NAME=VALUE`, so that reading them again gives the same numbers.

    Args:
        overrides: as `parse_overrides` takes them; ranges may be lists, as JSON has them.

    >>> written({"substitutable": (0.1, 1 / 3), "war_path": "contest", "refuse.push": 1})
    ['substitutable=0.1..0.3333333333333333', 'war_path=contest', 'refuse.push=1']
    """
    return [f"{name}={_written(value)}" for name, value in overrides.items()]


def _written(value: Value) -> str:
    if isinstance(value, tuple | list):
        return "..".join(map(_written, value))
    return repr(float(value)) if isinstance(value, float) else str(value)


def _allowed(key: str, unit: str, low: float, high: float) -> None:
    lowest, highest = allowed_values(unit)
    if low < lowest or high > highest:
        wanted = f"from {lowest:g} to {highest:g}" if math.isfinite(highest) else f"not below {lowest:g}"
        raise OverrideError(f"{key}: must be {wanted} ({unit})")


def _nearest(name: str, names: Mapping[str, object] | list[str]) -> str:
    found = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {found[0]!r}?" if found else ""


def _range(key: str, value: Value) -> tuple[float, float]:
    try:
        if isinstance(value, str):
            parts = value.split("..")
            low, high = float(parts[0]), float(parts[-1])
            if len(parts) > 2:
                raise ValueError
        elif isinstance(value, tuple | list):
            low, high = (float(part) for part in value)
        else:
            low = high = float(value)
    except (TypeError, ValueError):
        raise OverrideError(f"{key}: {value!r} is neither a number nor low..high") from None
    if not (math.isfinite(low) and math.isfinite(high)):
        raise OverrideError(f"{key}: {value!r} is not finite")
    if low > high:
        raise OverrideError(f"{key}: {low:g}..{high:g} is empty; low must not be above high")
    return low, high

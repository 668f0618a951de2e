"""`closedsky doctor`: does it work here, and where does it keep things."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from closedsky import __version__
from closedsky.commands.common import INTERNAL, Fault, say, write_json

LIBRARIES = ("jax", "jaxlib", "numpy", "scipy", "pandas", "xarray", "pyarrow", "h5netcdf", "pydantic", "rich", "typer")
FUTURES = 16
SAME_BITS = (
    "one machine and library version give the same numbers to the last bit; another may differ in the last digits"
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its name, what was found, and whether it is as it should be."""

    name: str
    found: str
    fine: bool = True


def doctor_command(as_json: bool) -> None:
    """Look at versions, devices, the cache and a tiny run."""
    findings = [
        Finding("closedsky", __version__),
        Finding("Python", platform.python_version()),
        Finding("Platform", f"{platform.platform()}: {_platform_note()}"),
        *[Finding(name, *_version(name)) for name in LIBRARIES],
        _devices(),
        _cache(),
        _tiny_run(),
    ]
    ill = [each for each in findings if not each.fine]
    if as_json:
        rows = [{"name": each.name, "found": each.found, "fine": each.fine} for each in findings]
        write_json({"schema": "closedsky-doctor/1", "version": __version__, "fine": not ill, "findings": rows})
    else:
        from closedsky.showing.terminal import Screen

        screen = Screen()
        screen.facts(
            [(each.name, each.found if each.fine else f"NOT AS IT SHOULD BE: {each.found}") for each in findings]
        )
    if ill:
        raise Fault(f"{', '.join(each.name for each in ill)}: not as it should be; see what was found", INTERNAL)


def _version(name: str) -> tuple[str, bool]:
    try:
        return version(name), True
    except PackageNotFoundError:
        return f"missing; python -m pip install {name}", False


def _platform_note() -> str:
    known = {"Linux", "Darwin", "Windows"}
    tested = "supported" if platform.system() in known else "not tested; Linux, macOS and Windows are supported"
    return f"{tested}; {SAME_BITS}"


def _devices() -> Finding:
    from closedsky.futures.engine import device_count, start_jax

    jax = start_jax()
    devices = jax.devices()
    kinds = ", ".join(sorted({str(each.device_kind) for each in devices}))
    return Finding("Devices", f"{device_count()} used of {len(devices)} ({jax.default_backend()}: {kinds})")


def _cache() -> Finding:
    from closedsky.futures.engine import cache_folder

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = error.strerror or str(error)
        return Finding("Compiled programs", f"{folder}: cannot be written ({why}); set CLOSEDSKY_CACHE", False)
    return Finding("Compiled programs", f"{folder}, can be written")


def _tiny_run() -> Finding:
    from closedsky.cases import list_cases, load_case
    from closedsky.cases.asked import can_be_run
    from closedsky.futures.run import run

    case = next((each for each in map(load_case, list_cases()) if can_be_run(each)), None)
    if case is None:
        return Finding("Tiny run", "no case that can be run is shipped", False)
    results = run(case, FUTURES, options=(case.taken,), notify=say)
    finite = bool(np.isfinite(results.values("killed", case.taken)).all()) and not results.failures
    found = "every number finite" if finite else "some numbers are not finite"
    return Finding("Tiny run", f"{FUTURES} futures of {case.id}, one option: {found}", finite)

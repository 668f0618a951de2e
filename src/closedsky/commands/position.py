"""`closedsky position`: begin, check and seal a position of your own."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Sequence
from pathlib import Path

from closedsky.commands.common import BAD_DATA, NOT_WRITTEN, Fault, say, write_json


def new_command(file: Path, case_name: str, owner: str, view: str, as_json: bool) -> None:
    """Write a position to begin from."""
    from closedsky.cases import load_case
    from closedsky.cases.position import write_new

    if not owner.strip() or not owner.isprintable():
        raise Fault("--owner is empty or not a name; a position is signed by its owner")
    case = load_case(case_name)
    try:
        write_new(file, case, case_name, owner.strip(), dt.date.today(), view)
    except FileExistsError:
        raise Fault(f"{file} is there already; name another file", NOT_WRITTEN) from None
    except OSError as error:
        raise Fault(f"{file}: {error.strerror or error}; name a file that can be written", NOT_WRITTEN) from error
    if as_json:
        write_json({"schema": "closedsky-position-new/1", "file": str(file), "case": case.id, "view": view})
        return
    print(f"wrote {file}")
    print(f"Next: edit it, then: {shlex.join(['closedsky', 'position', 'check', str(file)])}")


def check_command(files: Sequence[Path], as_json: bool) -> None:
    """Say what is wrong with positions, one line each."""
    from closedsky.cases.position import read_position
    from closedsky.cases.problems import CaseError

    found: list[dict[str, object]] = []
    lines: list[str] = []
    for file in files:
        try:
            position, _ = read_position(file)
        except CaseError as error:
            problems = [str(problem) for problem in error.problems]
            lines += problems
            found.append({"file": str(file), "sound": False, "problems": problems})
            continue
        sealed = position.sealed.date.isoformat() if position.sealed else None
        found.append(
            {
                "file": str(file), "sound": True, "problems": [], "case": position.case, "owner": position.owner,
                "invented": position.invented, "digest": position.digest, "sealed": sealed,
            }
        )  # fmt: skip
        if not as_json:
            by = f"{position.owner} (invented)" if position.invented else position.owner
            print(f"{file}: sound; {by} on {position.case}; {f'sealed on {sealed}' if sealed else 'not sealed'}")
    if as_json:
        write_json({"schema": "closedsky-position-check/1", "positions": found})
    for line in [] if as_json else lines:
        say(line)
    if lines:
        raise Fault(f"{len(lines)} {'thing is' if len(lines) == 1 else 'things are'} wrong", BAD_DATA)


def seal_command(file: Path, as_json: bool) -> None:
    """Write the digest and the day of a position into its file."""
    from closedsky.cases.position import seal

    after, before = seal(file, dt.date.today())
    changed = before is not None and before.digest != after.digest
    if as_json:
        seal_now = after.sealed
        write_json(
            {
                "schema": "closedsky-position-seal/1", "file": str(file), "digest": after.digest,
                "date": seal_now.date.isoformat() if seal_now else None,
                "before": before.digest if before else None,
            }
        )  # fmt: skip
        return
    if changed and before is not None:
        print(f"It was sealed on {before.date.isoformat()} with another content; that seal is replaced.")
    print(f"sealed {file}")
    print(f"digest {after.digest}")

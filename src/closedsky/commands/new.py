"""`closedsky new`: a case to begin from."""

from __future__ import annotations

import re
from pathlib import Path

from closedsky.commands.common import NOT_WRITTEN, Fault, write_json

ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def new_command(case_id: str, source: str, out: Path | None, as_json: bool) -> None:
    """Write a starter and say what to do with it."""
    from closedsky.cases import list_cases
    from closedsky.cases.starter import write_starter

    if not ID.fullmatch(case_id):
        raise Fault(f"{case_id!r} is not a name for a case; use small letters, digits and -")
    if case_id in list_cases():
        raise Fault(f"{case_id} is a shipped case; give yours another name")
    folder = out or Path(case_id)
    if folder.exists():
        raise Fault(f"{folder} is there already; name another folder with --out", NOT_WRITTEN)
    try:
        files = write_starter(case_id, source, folder)
    except OSError as error:  # its own text names a file that the person never asked for
        why = error.strerror or str(error)
        raise Fault(f"{folder}: {why}; name a folder that can be written with --out", NOT_WRITTEN) from error
    if as_json:
        write_json({"schema": "closedsky-new/1", "case": case_id, "from": source, "files": [str(f) for f in files]})
        return
    for file in files:
        print(f"wrote {file}")
    print(f"Next: edit {files[0]}, then: closedsky check {folder}")

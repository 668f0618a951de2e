"""Everything that is wrong with a case, for `closedsky check FILE`."""

from __future__ import annotations

from pathlib import Path

from closedsky.cases.library import examine, locate
from closedsky.cases.problems import CaseError, Problem


def check(path_or_name: str | Path, complete: bool = True) -> list[Problem]:
    """List every fault of a case and of its evidence; an empty list means that it can be run.

    Args:
        path_or_name: the id of a shipped case, a case file, or a folder that holds `case.yaml`.
        complete: also ask for every name that the model reads, and for no other.

    Example:
        >>> for problem in check("no-such-case"):
        ...     print(str(problem).split(";")[0])
        no-such-case: no such case
    """
    try:
        return examine(locate(path_or_name), complete)[1]
    except CaseError as error:
        return list(error.problems)

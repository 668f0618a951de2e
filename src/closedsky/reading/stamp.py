"""What every copy of a reading carries, whatever it says: its schema, the version, the caution and its sentence."""

from __future__ import annotations

from closedsky.futures.results import NOT_A_FORECAST
from closedsky.version import __version__


def stamp(schema: str, summary: str) -> dict[str, str]:
    """Return the entries with which every reading's JSON begins.

    >>> sorted(stamp("closedsky-run/1", "A sentence."))
    ['caution', 'schema', 'summary', 'version']
    """
    return {"schema": schema, "version": __version__, "caution": NOT_A_FORECAST, "summary": summary}

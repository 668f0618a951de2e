"""Borders of a case's theatre: a file of coordinates beside the case, cut once out of public data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationError

from closedsky.cases.schema import Case, Strict, Text

THEATRE_FILE = "theatre.json"

MOST_BYTES = 200_000
"""A longer file is no crop."""

Degrees = tuple[Annotated[float, Field(ge=-180.0, le=180.0)], Annotated[float, Field(gt=-90.0, lt=90.0)]]
Ring = Annotated[tuple[Degrees, ...], Field(min_length=3)]


class Country(Strict):
    """A country, or as much of it as the window shows: outer rings of longitude and latitude."""

    name: Text
    rings: Annotated[tuple[Ring, ...], Field(min_length=1)]


class Provenance(Strict):
    """Where borders come from, under which licence, what was done to them, and as of when they are."""

    package: Text
    page: Text
    origin: Text
    licence: Text
    changes: Text
    borders: Text
    sha256: Text


class Theatre(Strict):
    """The theatre of a case.

    Attributes:
        country: the one the case is about, by name.
        across: those on whose soil batteries stand that reach in from outside; may be empty.
        window: west, south, east and north end, in degrees.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, populate_by_name=True)

    form: Literal["closedsky-theatre/1"] = Field(alias="schema")
    country: Text
    across: tuple[Text, ...] = ()
    across_reason: Text | None = None
    window: tuple[float, float, float, float]
    provenance: Provenance
    countries: tuple[Country, ...]


def read_theatre(case: Case) -> Theatre | None:
    """Read the borders beside a case.

    Args:
        case: a case that was read from a file.

    Returns:
        Its theatre; None where no such file lies beside it.

    Raises:
        ValueError: the file is there and is no theatre, or does not hold the countries it names.
    """
    file = case.path.parent / THEATRE_FILE if case.path else None
    if file is None or not file.is_file():
        return None
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise ValueError(f"{THEATRE_FILE} of {case.id} is longer than {MOST_BYTES:,} bytes")
    try:
        made = Theatre.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ValueError(f"{THEATRE_FILE} of {case.id}: {where}: {first['msg']}") from None
    missing = {made.country, *made.across} - {each.name for each in made.countries}
    if missing:
        raise ValueError(f"{THEATRE_FILE} of {case.id} has no borders of {', '.join(sorted(missing))}")
    return made

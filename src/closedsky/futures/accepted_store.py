"""Accepted futures on disk: what a search leaves, and how an interrupted one goes on.

A folder holds `manifest.json` (what was asked), `accepted.parquet` (assumptions, envelopes and coordinates of each
accepted future, with what it says of the record), `before.parquet` (the same of futures drawn before the record was
looked at) and `search.json`. It gets its name when all is there.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from closedsky.cases.schema import Case
from closedsky.futures.conditioned import Conditioned, Drawn
from closedsky.futures.overrides import Overrides
from closedsky.futures.store import MANIFEST, StoreError, canonical, write_atomically
from closedsky.futures.tempering import Population
from closedsky.model.luck import ENVELOPES

POPULATION = "population.npz"
ARRAYS = ("z", "scores", "ancestors", "evidence", "middles", "axes", "widths")
VALUE, ON, SCORE, COORDINATE, OTHER = "recorded: ", "as it was: ", "acceptance: ", "normal: ", "other "


class Shelf:
    """Where the accepted futures of one search stand.

    Args:
        path: the folder, which need not exist.
        manifest: what was asked; an unfinished search for something else is not continued.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self._manifest = canonical(manifest)

    def load(self, case: Case, parsed: Overrides) -> Conditioned | None:
        """Return what an earlier search found, or None where there was none.

        Raises:
            StoreError: the folder is there and can't be read.
        """
        if not self.path.exists():
            return None
        try:
            about = json.loads((self.path / "search.json").read_text("utf-8"))
            accepted, before = (self._read(case, about, name) for name in ("accepted", "before"))
            other = np.stack([self._table("accepted").column(OTHER + name).to_numpy() for name in ENVELOPES])
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise StoreError(f"{self.path}: can't be read ({error}); remove it and it is made again") from error
        items = {key: entry for key, entry in case.recorded.items() if entry.quantity is not None}
        return Conditioned(
            case=case,
            seed=int(about["seed"]),
            overrides=about["overrides"],
            switches=parsed.switches,
            names=tuple(about["names"]),
            items=items,
            accepting=tuple(about["accepting"]),
            accepted=accepted,
            other_envelopes=other,
            before=before,
            idle=tuple(about["idle"]),
            aside=tuple(about["aside"]),
            evidence=np.asarray(about["evidence"]),
            ancestors=int(about["ancestors"]),
            levels=tuple(about["levels"]),
            sweeps=(int(about["sweeps"][0]), int(about["sweeps"][1])),
            taken=about["taken"],
        )

    def save(self, found: Conditioned) -> None:
        """Write everything and give the folder its name.

        Raises:
            StoreError: it can't be written.
        """
        about = {
            "seed": found.seed,
            "overrides": dict(found.overrides),
            "names": list(found.names),
            "accepting": list(found.accepting),
            "idle": list(found.idle),
            "aside": list(found.aside),
            "evidence": found.evidence.tolist(),
            "ancestors": found.ancestors,
            "levels": list(found.levels),
            "sweeps": list(found.sweeps),
            "taken": dict(found.taken),
        }
        try:
            self._open()
            other = {OTHER + name: found.other_envelopes[i] for i, name in enumerate(ENVELOPES)}
            for name, drawn, more in (("accepted", found.accepted, other), ("before", found.before, {})):
                buffer = io.BytesIO()
                pq.write_table(pa.table(_columns(found, drawn) | more), buffer, compression="zstd", compression_level=1)
                write_atomically(self.partial / f"{name}.parquet", buffer.getvalue())
            write_atomically(self.partial / "search.json", canonical(about).encode())
            (self.partial / POPULATION).unlink(missing_ok=True)
            os.replace(self.partial, self.path)
        except OSError as error:
            if not self.path.exists():  # another search for the same may have been faster, and found the same
                raise StoreError(f"{self.partial}: can't be written ({error.strerror})") from error

    def keep(self, population: Population) -> None:
        """Write what an interrupted search goes on from."""
        arrays = {name: getattr(population, name) for name in ARRAYS}
        rest = {name: getattr(population, name) for name in ("power", "sweep", "left", "lengths", "history")}
        buffer = io.BytesIO()
        np.savez(buffer, **arrays, rest=np.frombuffer(json.dumps(rest).encode(), np.uint8))
        try:
            self._open()
            write_atomically(self.partial / POPULATION, buffer.getvalue())
        except OSError as error:
            raise StoreError(f"{self.partial}: can't be written ({error.strerror})") from error

    def resume(self) -> Population | None:
        """Return where an interrupted search stood, or None; what can't be read is begun again."""
        file = self.partial / POPULATION
        try:
            if (self.partial / MANIFEST).read_text("utf-8") != self._manifest:
                return None
            with np.load(file) as held:
                rest = json.loads(bytes(held["rest"]))
                return Population(**{name: held[name] for name in held.files if name != "rest"}, **rest)
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
            return None

    def _open(self) -> None:
        self.partial.mkdir(parents=True, exist_ok=True)
        file = self.partial / MANIFEST
        if not file.exists() or file.read_bytes() != self._manifest.encode():
            write_atomically(file, self._manifest.encode())

    def _table(self, name: str) -> pa.Table:
        return pq.read_table(self.path / f"{name}.parquet")

    def _read(self, case: Case, about: Mapping[str, Any], name: str) -> Drawn:
        table = self._table(name)

        def columns(prefix: str, keys: Any) -> dict[str, Any]:
            return {key: table.column(prefix + key).to_numpy() for key in keys}

        items = [key for key, entry in case.recorded.items() if entry.quantity is not None]
        return Drawn(
            assumptions=np.stack(list(columns("", case.assumptions).values()), axis=1),
            envelopes=np.stack(list(columns("", ENVELOPES).values())),
            coordinates=np.stack(list(columns(COORDINATE, about["names"]).values()), axis=1),
            values=columns(VALUE, items),
            on=columns(ON, items),
            scores=np.stack(list(columns(SCORE, about["accepting"]).values()), axis=1),
        )


def _columns(found: Conditioned, drawn: Drawn) -> dict[str, Any]:
    columns: dict[str, Any] = {"future": np.arange(len(drawn.assumptions))}
    columns |= {name: drawn.assumptions[:, i] for i, name in enumerate(found.case.assumptions)}
    columns |= {name: drawn.envelopes[i] for i, name in enumerate(ENVELOPES)}
    columns |= {COORDINATE + name: drawn.coordinates[:, i] for i, name in enumerate(found.names)}
    columns |= {VALUE + key: values for key, values in drawn.values.items()}
    columns |= {ON + key: values for key, values in drawn.on.items()}
    return columns | {SCORE + key: drawn.scores[:, i] for i, key in enumerate(found.accepting)}

"""Run folders: what a run leaves on disk, and how an interrupted one goes on.

A run is written into `NAME.partial`, block by block, each file first under another name and then renamed; the folder
itself is renamed when all is there. A run that goes on after a kill finds whole blocks only, and ends with the same
files to the last byte. Nothing in a run folder depends on the clock but `timing.json`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from numpy.typing import NDArray
from xarray.backends import BackendArray
from xarray.core import indexing

from closedsky.futures.results import ALL_OUTCOMES

MANIFEST = "manifest.json"


class StoreError(Exception):
    """A run folder that cannot be written or continued; its message is one line that a person can act on."""


class RunFolder:
    """A run folder being written.

    Args:
        path: where the finished folder will stand.
        manifest: what the run is; a partial run with another manifest is not continued.
        resume: go on with a partial run if there is one.

    Raises:
        StoreError: the folder exists already, a partial run stands in the way, or it belongs to another run.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any], resume: bool = False) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        text = canonical(manifest)
        if path.exists():
            raise StoreError(f"{path}: exists already; choose another --out")
        if self.partial.exists():
            held = self.partial / MANIFEST
            if not resume:
                raise StoreError(f"{self.partial}: an interrupted run; go on with --resume or remove it")
            if held.exists() and held.read_text() != text:
                raise StoreError(f"{self.partial}: {_difference(held.read_text(), text)}; it cannot be resumed")
        try:
            (self.partial / "futures").mkdir(parents=True, exist_ok=True)
            write_atomically(self.partial / MANIFEST, text.encode())
        except OSError as error:
            raise StoreError(f"{self.partial}: cannot be written ({error.strerror})") from error

    def block_path(self, kind: str, number: int) -> Path:
        """Return the file of one block; `kind` is a war path or `assumptions`."""
        return self.partial / "futures" / f"{kind}-{number:05d}.parquet"

    def finish(self) -> None:
        """Give the folder its name."""
        for stray in self.partial.rglob("*.tmp"):
            stray.unlink()
        os.replace(self.partial, self.path)


def canonical(value: Any) -> str:
    """Return JSON with sorted keys and no room for taste."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def write_block(path: Path, columns: Mapping[str, Any]) -> None:
    """Write equal-length columns as one Parquet file, atomically."""
    temporary = path.with_name(path.name + ".tmp")
    pq.write_table(pa.table(dict(columns)), temporary, compression="zstd", compression_level=1)
    os.replace(temporary, path)


def outcome_columns(options: tuple[str, ...], outcomes: Mapping[str, NDArray[Any]], first: int) -> dict[str, Any]:
    """Return outcomes, each (option, future), as flat columns, option by option."""
    count = next(iter(outcomes.values())).shape[1]
    names = pa.DictionaryArray.from_arrays(
        np.repeat(np.arange(len(options), dtype=np.int16), count), pa.array(list(options))
    )
    future = np.tile(np.arange(first, first + count), len(options))
    return {"option": names, "future": future} | {name: outcomes[name].reshape(-1) for name in ALL_OUTCOMES}


class _Column(BackendArray):
    """One outcome over (option, future), read from Parquet when asked for."""

    def __init__(self, name: str, files: list[Path], options: int, sizes: list[int]) -> None:
        self.name, self.files, self.sizes = name, files, sizes
        self.shape = (options, int(sum(sizes)))
        self.dtype = np.dtype(pq.read_schema(files[0]).field(name).type.to_pandas_dtype())

    def __getitem__(self, key: Any) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.BASIC, self._read)

    def _read(self, key: tuple[Any, ...]) -> NDArray[Any]:
        which, future = key
        picked = np.atleast_1d(np.arange(self.shape[0])[which])
        parts = []
        for file, size in zip(self.files, self.sizes, strict=True):
            table = pq.read_table(file, columns=[self.name], memory_map=True)
            column = table.column(0)
            parts.append(np.stack([column.slice(int(o) * size, size).to_numpy() for o in picked]))
        values = np.concatenate(parts, axis=1)[:, future]
        return values[0] if isinstance(which, int | np.integer) else values


def rows_of(file: Path, options: int) -> int:
    """Return how many futures a file of outcomes holds."""
    return int(pq.read_metadata(file).num_rows) // options


def open_outcomes(files: list[Path], options: tuple[str, ...]) -> xr.Dataset:
    """Return a lazy dataset over (option, future) from outcome files in order."""
    sizes = [rows_of(file, len(options)) for file in files]
    variables = {
        name: xr.Variable(
            ("option", "future"),
            indexing.LazilyIndexedArray(_Column(name, files, len(options), sizes)),
            {"units": entry.unit, "long_name": entry.label, "missing": entry.missing},
        )
        for name, entry in ALL_OUTCOMES.items()
    }
    return xr.Dataset(variables, coords={"option": list(options), "future": np.arange(sum(sizes))})


def _difference(held: str, wanted: str) -> str:
    """Say in which entry two manifests differ."""
    try:
        before, after = json.loads(held), json.loads(wanted)
    except ValueError:
        return "its manifest cannot be read"
    for key in sorted(set(before) | set(after)):
        if before.get(key) != after.get(key):
            if key == "case_digest":
                return "the case has changed since it began"
            return f"it was begun with {key} {before.get(key)!r}, not {after.get(key)!r}"
    return "its manifest differs"

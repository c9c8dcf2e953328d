"""A folder of numbers: chunks ``numbers-00000.npy`` of uint64 in the order of the codes, and ``manifest.json``.

Each file is written beside its name, made durable and renamed, and the manifest names a chunk only after that: whenever
a run is killed, what the manifest says is on disk is on disk. Only the owner may read the folder.
"""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.ff1_tables import Numbers
from mizuhiki.numbering.errors import OutputBusy, OutputCorrupt, OutputMissing, OutputTaken
from mizuhiki.vocabulary.typed_values import read_json

FORMAT = "mizuhiki-bulk-numbers/1"
CHUNK_ROWS = 1 << 22
"""Rows of one chunk: 32 MiB of numbers, so that little is lost when a run is killed."""
_MANIFEST = "manifest.json"
_LOCK = ".lock"


class Chunk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One finished chunk; digests are SHA-256, of the file and of the codes its numbers were made from."""

    file: str
    first_row: int
    rows: int
    sha256: str
    codes_sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a folder holds. `key_check` differs for another key; `complete` is set when every chunk is there."""

    format: str
    count: int
    generation: int
    chunk_rows: int
    key_check: str
    chunks: list[Chunk]
    complete: bool

    @property
    def chunk_count(self) -> int:
        """How many chunks the whole output has."""
        return -(-self.count // self.chunk_rows)

    def same_run(self, other: Manifest) -> bool:
        """Whether both describe the same numbers, whatever is finished."""
        return (self.format, self.count, self.generation, self.chunk_rows, self.key_check) == (
            other.format,
            other.count,
            other.generation,
            other.chunk_rows,
            other.key_check,
        )


class OutputFolder:
    """One folder, written by one process at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder and keep other runs out; the lock ends with the process, also when it is killed.

        Raises:
            OutputTaken: the folder holds something that is no bulk output.
            OutputBusy: another run writes there.
        """
        made = not self.path.exists()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not made and not (self.path / _LOCK).exists() and any(self.path.iterdir()):
            raise OutputTaken("the output folder holds other files")
        handle = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            os.close(handle)
            raise OutputBusy from cause
        try:
            yield
        finally:
            os.close(handle)

    def manifest(self) -> Manifest | None:
        """Return the manifest, None when there is none.

        Raises:
            OutputCorrupt: it cannot be read.
        """
        try:
            content = (self.path / _MANIFEST).read_bytes()
        except FileNotFoundError:
            return None
        try:
            return read_json(content, Manifest)
        except msgspec.DecodeError as cause:
            raise OutputCorrupt(file=_MANIFEST) from cause

    def finished(self) -> Manifest:
        """Return the manifest of a finished run.

        Raises:
            OutputMissing: there is none, or the run is not finished.
        """
        manifest = self.manifest()
        if manifest is None or not manifest.complete:
            raise OutputMissing
        return manifest

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest durably."""
        self._write(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))

    def write_chunk(self, number: int, first_row: int, codes: Numbers, numbers: Numbers) -> Chunk:
        """Write one chunk durably and describe it."""
        stream = io.BytesIO()
        np.save(stream, numbers.astype("<u8", copy=False))
        content = stream.getvalue()
        name = f"numbers-{number:05d}.npy"
        self._write(name, content)
        return Chunk(
            file=name,
            first_row=first_row,
            rows=len(numbers),
            sha256=sha256(content).hex(),
            codes_sha256=digest_of_codes(codes),
        )

    def read_chunk(self, chunk: Chunk) -> Numbers:
        """Return a chunk's numbers after comparing the file with its digest.

        Raises:
            OutputCorrupt: the file is missing or is not the one that was written.
        """
        try:
            content = (self.path / chunk.file).read_bytes()
        except FileNotFoundError as cause:
            raise OutputCorrupt(file=chunk.file) from cause
        if sha256(content).hex() != chunk.sha256:
            raise OutputCorrupt(file=chunk.file)
        numbers: Numbers = np.load(io.BytesIO(content), allow_pickle=False)
        if numbers.dtype != np.dtype("<u8") or numbers.shape != (chunk.rows,):
            raise OutputCorrupt(file=chunk.file)
        return numbers

    def _write(self, name: str, content: bytes) -> None:
        beside = self.path / f"{name}.new"
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(self.path / name)
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def digest_of_codes(codes: Numbers) -> str:
    """Return SHA-256 of codes as little-endian 64-bit integers, in hex."""
    return sha256(codes.astype("<u8", copy=False).tobytes()).hex()

"""Where a chip keeps its state between sessions: always encrypted bytes, always replaced as a whole.

A chip decides nothing before its store has taken the new state, so `save` must be durable when it returns. Putting back
an older copy of a card file restores its PIN counters; real chips prevent this by their hardware, a file cannot.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol


class CardStore(Protocol):
    """Durable place of one card's sealed state."""

    def load(self) -> bytes | None:
        """Return the last saved state, or None for a store that has none."""
        ...

    def save(self, sealed: bytes) -> None:
        """Replace the state: after an error or a loss of power `load` returns the old or the new one, never a mix."""
        ...


class MemoryCardStore:
    """Keeps the sealed state as long as the process lives."""

    __slots__ = ("_sealed",)

    def __init__(self) -> None:
        self._sealed: bytes | None = None

    def load(self) -> bytes | None:
        """Return the last saved state."""
        return self._sealed

    def save(self, sealed: bytes) -> None:
        """Replace the state."""
        self._sealed = sealed


class FileCardStore:
    """One file for one card, readable by its owner only; written beside and moved into place."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes | None:
        """Return the content of the file, or None when there is no file."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def save(self, sealed: bytes) -> None:
        """Write, flush to the device and move into place."""
        beside = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

"""The pages of a database file, held in memory by the system (decision 0096).

A look-up in a file of a million records reads pages that nobody touched lately, and the system may have given their
memory to others. Whoever has memory for the whole file can have them kept: `mlock(2)` over a shared read-only mapping
locks the very pages that SQLite's reads are served from. Nothing is copied, and several processes that hold one file
hold the same pages.

A process that closes any descriptor of a file loses all locks it has on that file (POSIX), those of SQLite's
connections too, and another process would take the file's log for one that nobody uses and remove it. So the descriptor
stays open, and is closed after the connections.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from mizuhiki.runtime.institution import App, Job
from mizuhiki.vocabulary.errors import Malformed, Unavailable

EVERY = timedelta(minutes=1)
"""How often a growing file is looked at."""
_FAILED = ctypes.c_void_p(-1).value


class PagesNotHeld(Unavailable):
    """The system does not lock so much memory for this process."""

    code = "pages-not-held"
    title = "The database file cannot be held in memory"


class NoFileToHold(Malformed):
    """`hold_pages` was asked for a database that is no file of this machine."""

    code = "no-file-to-hold"
    title = "Only an SQLite file can be held in memory"


def file_of(database_url: str) -> Path:
    """Return the file of a database.

    Raises:
        NoFileToHold: it is PostgreSQL, whose server holds pages by its own settings.
    """
    url = sa.make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NoFileToHold(backend=url.get_backend_name())
    return Path(url.database)


class HeldPages:
    """Holds a file until `release`; what it grows by is held by the next `extend`.

    `release` only once this process has no connection to the file any more; see the module.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._system = ctypes.CDLL(None, use_errno=True)
        self._system.mmap.restype = ctypes.c_void_p
        self._system.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_longlong]
        self._system.mlock.argtypes = self._system.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
        self._descriptor: int | None = None
        self._parts: list[tuple[int, int]] = []
        self._held = 0

    @property
    def held(self) -> int:
        """Bytes of the file that are held."""
        return self._held

    def release(self) -> None:
        """Let go of all pages and close the file."""
        while self._parts:
            self._system.munmap(*self._parts.pop())
        self._held = 0
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def extend(self) -> None:
        """Hold what the file has that is not held yet, in whole pages.

        Raises:
            PagesNotHeld: there is no such file, or the system locks no more memory.
        """
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._file, os.O_RDONLY)
            except OSError as cause:
                raise PagesNotHeld(f"{self._file} cannot be opened: {cause.strerror}", file=str(self._file)) from cause
        size = os.fstat(self._descriptor).st_size // mmap.PAGESIZE * mmap.PAGESIZE
        if size > self._held:
            self._hold(self._descriptor, self._held, size - self._held)

    def _hold(self, descriptor: int, start: int, length: int) -> None:
        address = self._system.mmap(None, length, mmap.PROT_READ, mmap.MAP_SHARED, descriptor, start)
        if address in (None, _FAILED):
            raise self._refused(length)
        if self._system.mlock(address, length):
            refused = self._refused(length)
            self._system.munmap(address, length)
            raise refused
        self._parts.append((address, length))
        self._held = start + length

    def _refused(self, length: int) -> PagesNotHeld:
        reason = os.strerror(ctypes.get_errno())
        return PagesNotHeld(
            f"{length:,} bytes of {self._file} cannot be locked in memory ({reason}): raise the limit of locked memory "
            "(LimitMEMLOCK=infinity of a service), or do without holding pages",
            file=str(self._file),
        )


def holding(app: App, database_url: str) -> App:
    """Return an institution whose database file is held in memory while it lives.

    Raises:
        NoFileToHold: its database is no file.
        PagesNotHeld: the system locks no more memory for this process.
    """
    pages = HeldPages(file_of(database_url))
    pages.extend()

    def close() -> None:
        app.close()
        pages.release()

    return replace(app, jobs=[*app.jobs, Job("hold-pages", EVERY, pages.extend)], close=close)

"""Keeps two programs from using one card file at once: each would forget the tries the other counted."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mizuhiki.card.transport_errors import ReaderBusy


@contextmanager
def hold_card_file(path: Path) -> Iterator[None]:
    """Hold a card file for this program; the lock is a file beside it, which stays.

    Raises:
        ReaderBusy: another program holds it.
    """
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReaderBusy("Another program uses this card file", file=path.name) from error
        yield
    finally:
        os.close(descriptor)

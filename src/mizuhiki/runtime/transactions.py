"""How many transactions this thread has open, over all databases of the process.

SQLite locks at once when a transaction, also one that only reads, stays open across a peer call that comes back;
so no peer call is made while the count is not zero.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from mizuhiki.runtime.faults import NestedTransaction, PeerCallInsideTransaction


class _Open(threading.local):
    count: int = 0


_open = _Open()


def in_transaction() -> bool:
    """Tell whether this thread has a transaction open."""
    return _open.count > 0


@contextmanager
def counted_transaction() -> Iterator[None]:
    """Count one transaction of this thread while the block runs.

    Raises:
        NestedTransaction: this thread has one open already.
    """
    if _open.count:
        message = "this thread has a transaction open already; pass its connection on instead of opening another"
        raise NestedTransaction(message)
    _open.count += 1
    try:
        yield
    finally:
        _open.count -= 1


def refuse_open_transaction() -> None:
    """Return when this thread has no transaction open.

    Raises:
        PeerCallInsideTransaction: it has.
    """
    if _open.count:
        message = "a peer may not be called while a transaction is open; use the outbox or end the transaction first"
        raise PeerCallInsideTransaction(message)

"""`mizuhiki` as it is, except that worker processes of a replay say on standard error when an instant has come.

    python replay_instants.py EVENT exchange replay ...

An event is a statement or a commit at any institution's database, after the clock of the replay started. A worker says
`INSTANT` when it did so many; it goes on, so whoever kills it does so a moment later, wherever it is by then.
Worker processes import this file too, as every program that starts processes is imported by them.
"""

from __future__ import annotations

import os
import sys

from sqlalchemy import event
from sqlalchemy.engine import Engine

from mizuhiki.world.replay import workers

INSTANT = b"the instant has come\n"
_settle = workers.settle
_left = int(sys.argv[1])
_counting = False


def _count(*_what: object, **_more: object) -> None:
    global _left  # noqa: PLW0603 - one count a process
    if not _counting:
        return
    _left -= 1
    if _left == 0:
        os.write(2, INSTANT)


def _start() -> None:
    """Stand in for the last step before a worker is ready."""
    global _counting  # noqa: PLW0603 - one count a process
    _settle()
    _counting = True


event.listen(Engine, "after_cursor_execute", _count)
event.listen(Engine, "commit", _count)
workers.settle = _start

if __name__ == "__main__":
    from mizuhiki.cli import main

    sys.argv[1:] = sys.argv[2:]
    main()

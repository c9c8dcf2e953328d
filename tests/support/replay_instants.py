"""`mizuhiki` as it is, except that a worker process of a replay says on standard error when an instant has come.

    REPLAY_INSTANT=250 python replay_instants.py exchange replay ...

An event is a statement or a commit at any institution's database after the clock of the replay started. A worker says
`INSTANT` when it did so many and goes on, so whoever kills it does so a moment later, wherever all workers are by then.
Worker processes import this file too, as those of every program do that starts some.

What group operations alone reach is not measured: nobody wants to know it of a replay that is killed.
"""

from __future__ import annotations

import os

from sqlalchemy import event
from sqlalchemy.engine import Engine

from mizuhiki.runtime.collector import settle
from mizuhiki.world.replay import measure, workers
from mizuhiki.world.replay.floor import Floor

INSTANT = b"the instant has come\n"


class Events:
    """Counts those of one process from the moment it is ready."""

    def __init__(self, instant: int) -> None:
        self._left, self._counting = instant, False

    def begin(self) -> None:
        """Stand in for the last thing that a worker does before it is ready."""
        settle()
        self._counting = True

    def note(self, *_what: object) -> None:
        self._left -= self._counting
        if self._counting and self._left == 0:
            os.write(2, INSTANT)


if "REPLAY_INSTANT" in os.environ:
    events = Events(int(os.environ["REPLAY_INSTANT"]))
    event.listen(Engine, "after_cursor_execute", events.note)
    event.listen(Engine, "commit", events.note)
    vars(workers).update(settle=events.begin)
    vars(measure).update(measure_floor=lambda *_: (Floor(1.0, 1.0), Floor(1.0, 1.0)))

if __name__ == "__main__":
    from mizuhiki.cli import main

    main()

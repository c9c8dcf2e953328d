"""Python's cyclic collector in a process that serves.

A section of a bulk file holds some ten thousand small objects at once, none of them in a cycle; with the default
thresholds the collector walks them, and everything a process loaded at start, many times for nothing.
"""

from __future__ import annotations

import gc

_NEW_OBJECTS = 100_000
_YOUNG_ROUNDS = 20
_MIDDLE_ROUNDS = 20


def settle() -> None:
    """Take what is loaded now out of the collector's sight and let it look after new objects seldom.

    Call it once, when a process has loaded what it needs. Cycles are still collected, so memory stays flat.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _MIDDLE_ROUNDS)

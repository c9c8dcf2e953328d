"""Whose processor time it was: institutions of one process call each other on one stack, so calls are told apart."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable

from mizuhiki.runtime.directory import DirectoryEntry
from mizuhiki.runtime.transport import InProcessTransport, PeerAnswer, PeerRequest
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of

ASKING = "asking server"
_CALLED = {
    InstitutionKind.LINKAGE_CORE: "core",
    InstitutionKind.COMMISSION: "commission",
    InstitutionKind.INTERMEDIATE_SERVER: "answering server",
}


Used = dict[str, float]
"""Seconds of processor time by place."""


def summed(parts: Iterable[Used]) -> Used:
    """Return the sums by place."""
    total: Used = defaultdict(float)
    for part in parts:
        for place, seconds in part.items():
            total[place] += seconds
    return dict(total)


class MeteredTransport(InProcessTransport):
    """Counts the seconds of processor time each called institution used itself, without those it called in turn.

    For one thread, as a worker of the replay is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.used: Used = defaultdict(float)
        self._called: list[float] = [0.0]

    def send(self, sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        """Carry a request and note whose time it took."""
        started = time.thread_time()
        self._called.append(0.0)
        try:
            return super().send(sender, recipient, request)
        finally:
            taken = time.thread_time() - started
            place = _CALLED.get(kind_of(recipient.institution), str(recipient.institution))
            self.used[place] += taken - self._called.pop()
            self._called[-1] += taken

    def take(self, whole: float) -> Used:
        """Return what was used since the last time; of `whole` seconds the asker used what it called nobody in."""
        taken, self.used = dict(self.used), defaultdict(float)
        taken[ASKING] = whole - self._called[0]
        self._called = [0.0]
        return taken

"""What travels between institutions in one process, for tests that look at it or change it on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from mizuhiki.runtime.directory import DirectoryEntry
from mizuhiki.runtime.transport import InProcessTransport, PeerAnswer, PeerRequest
from mizuhiki.vocabulary.ids import InstitutionId


@dataclass(frozen=True)
class Overheard:
    """One request with its answer, as whoever operates the network sees them where nothing encrypts the line."""

    sender: InstitutionId
    recipient: InstitutionId
    path: str
    request: bytes
    answer: bytes
    status: int = 200


Change = Callable[[Overheard], bytes]
"""What the recipient's answer becomes before the sender gets it."""


@contextmanager
def overheard(transport: InProcessTransport, change: Change = lambda one: one.answer) -> Iterator[list[Overheard]]:
    """Everything sent on a transport during the block, each request when its answer came."""
    found: list[Overheard] = []
    send = transport.send

    def listening(sender: InstitutionId, recipient: DirectoryEntry, request: PeerRequest) -> PeerAnswer:
        answer = send(sender, recipient, request)
        one = Overheard(sender, recipient.institution, request.path, request.body, answer.body, answer.status)
        found.append(one)
        return PeerAnswer(answer.status, answer.content_type, change(one))

    with mock.patch.object(transport, "send", listening):
        yield found

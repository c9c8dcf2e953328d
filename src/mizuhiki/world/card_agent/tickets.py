"""Requests that pages handed over: one ticket for the page to ask how it goes, one opening for the person's window."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.card.agent_protocol import SigningRequest
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.world.card_agent.errors import NoSuchTicket, RequestBrought

_MOST = 64
_TOKEN_BYTES = 24


@dataclass(slots=True)
class Ticket:
    """A request that was handed over; `opening` is empty once the person's window used it."""

    ticket: str
    opening: str
    request: SigningRequest


class Tickets:
    """The tickets of one run of the agent; safe between threads. The oldest goes when there are too many."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._lock = threading.Lock()
        self._kept: dict[str, Ticket] = {}

    def issue(self, request: SigningRequest, now: datetime) -> Ticket:
        """Return a new ticket for a checked request.

        Raises:
            RequestBrought: this request has a ticket already.
        """
        with self._lock:
            self._forget(now)
            asked = (request.requester, request.request_id)
            if any((one.request.requester, one.request.request_id) == asked for one in self._kept.values()):
                raise RequestBrought
            while len(self._kept) >= _MOST:
                del self._kept[next(iter(self._kept))]
            made = Ticket(self._randomness.token(_TOKEN_BYTES), self._randomness.token(_TOKEN_BYTES), request)
            self._kept[made.ticket] = made
            return made

    def open(self, opening: str, now: datetime) -> SigningRequest:
        """Return the request behind an opening, once.

        Raises:
            NoSuchTicket: none, used already, or over.
        """
        with self._lock:
            self._forget(now)
            for ticket in self._kept.values():
                if opening and ticket.opening == opening:
                    ticket.opening = ""
                    return ticket.request
        raise NoSuchTicket

    def find(self, ticket: str, origin: str, now: datetime) -> Ticket:
        """Return a ticket to the website that got it.

        Raises:
            NoSuchTicket: none, over, or another website's.
        """
        with self._lock:
            self._forget(now)
            found = self._kept.get(ticket)
        if found is None or found.request.origin != origin:
            raise NoSuchTicket
        return found

    def _forget(self, now: datetime) -> None:
        self._kept = {key: one for key, one in self._kept.items() if one.request.expires_at > now}

"""What the reader does behind its pages: checks requests, puts cards on the reader, lets them sign once."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from mizuhiki.card.agent import answer_request
from mizuhiki.card.agent_protocol import (
    REQUEST_TYPE,
    SigningKind,
    SigningRequest,
    SigningRequestExpired,
    SigningResponse,
    check_request,
    origin_of,
    read_signing_request,
)
from mizuhiki.card.generation import PinRole
from mizuhiki.crypto.signed_objects import verify_object
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.sensitive import Sensitive
from mizuhiki.world.web.reader.answered import AnsweredRequests
from mizuhiki.world.web.reader.errors import NoSuchCard
from mizuhiki.world.web.view import OfferedCard, OfferedCards

ROLES = {
    SigningKind.USER_IDENTIFICATION: PinRole.USER_IDENTIFICATION,
    SigningKind.SIGNATURE: PinRole.SIGNATURE,
}


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A request whose sender and addresses are true; `expired` when it is too late or too early to answer it."""

    request: SigningRequest
    expired: bool


class ReaderAgent:
    """The reader with its drawer of cards. One card is in it at a time, whoever asks."""

    def __init__(self, drawer: OfferedCards, directory: Directory, answered: AnsweredRequests) -> None:
        self._drawer = drawer
        self._directory = directory
        self._answered = answered
        self._reader = threading.Lock()

    def read(self, signed_request: str, now: datetime) -> ReadRequest:
        """Check a request that a browser brought.

        Raises:
            MizuhikiError: nothing in the request can be believed, not even where to return to; see
                `card.agent_protocol.read_signing_request` for each reason but the time.
        """
        try:
            request = read_signing_request(
                signed_request, key_of=self._directory.object_key, origin_of_institution=self._address, now=now
            )
        except SigningRequestExpired:
            verified = verify_object(
                signed_request, SigningRequest, object_type=REQUEST_TYPE, key_of=self._directory.object_key
            )
            origin = origin_of(self._address(verified.signer))
            return ReadRequest(check_request(verified.payload, requester=verified.signer, origin=origin), expired=True)
        return ReadRequest(request, expired=False)

    def require_unanswered(self, request: SigningRequest) -> None:
        """Go on when no card signed for the request.

        Raises:
            RequestAnswered: one did.
        """
        self._answered.require_unanswered(request)

    def holder(self, key: str) -> OfferedCard:
        """Return whose card has a key.

        Raises:
            NoSuchCard: nobody's.
        """
        for person in self._drawer.holders():
            if person.key == key:
                return person
        raise NoSuchCard

    def tries_left(self, key: str, kind: SigningKind) -> int:
        """Put a card on the reader and return how many tries its PIN has left, spending none.

        Raises:
            MizuhikiError: the card cannot be opened or issued, or has no such PIN.
        """
        with self._reader, closing(self._drawer.open(key)) as client:
            return client.pin_tries_left(ROLES[kind])

    def sign(
        self, request: SigningRequest, key: str, pin: Sensitive[str], *, confirm_last_try: bool, now: datetime
    ) -> SigningResponse:
        """Let a card sign for a request, once.

        Raises:
            RequestAnswered: a card signed for it before.
            MizuhikiError: PIN and card errors as in `card.client.CardClient`.
        """
        self.require_unanswered(request)
        with self._reader, closing(self._drawer.open(key)) as client:
            response = answer_request(request, client, pin, confirm_last_try=confirm_last_try)
        self._answered.mark(request, now)
        return response

    def _address(self, institution: InstitutionId) -> str:
        return self._directory.entry(institution).base_url

"""The port to the issuer of all cards; implemented by `peers.card_issuer`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mizuhiki.institutions.municipality.domain.cards import CardChange, CardContents, CardSession, OwnApplication
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord


class CardIssuer(Protocol):
    """The national register as the issuer of all cards: keys of chips, signatures over items and faces."""

    def make(
        self, record: ResidentRecord, card_serial: str, card_number: str, pictures: Mapping[str, bytes]
    ) -> CardContents:
        """Bind a chip to a card of here and get what it is to hold; `pictures` named as in `FaceImages`."""

    def open_session(  # noqa: PLR0917 - the two challenges and the answer belong together
        self,
        record: ResidentRecord,
        card_serial: str,
        change: CardChange,
        card_number: str,
        challenges: tuple[bytes, bytes],
        card_cryptogram: bytes,
        wanted: OwnApplication | None = None,
    ) -> CardSession:
        """Get the keys of one session with a card that answered both challenges (host's, card's).

        To install an application, `wanted` names it; the answer then has its permit.
        """

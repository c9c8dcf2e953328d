"""The national register as the issuer of cards, as a port."""

from __future__ import annotations

from collections.abc import Mapping

from mizuhiki.institutions.municipality.domain.cards import CardChange, CardContents, CardSession, OwnApplication
from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.institutions.municipality.peers.register_messages import write_four_items
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.wire import national_register as wire

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)


class RegisterCardIssuer:
    """Implements `operations.card_issuer.CardIssuer`."""

    def __init__(self, peers: Peers, municipality_code: str) -> None:
        self._peers = peers
        self._code = municipality_code

    def make(
        self, record: ResidentRecord, card_serial: str, card_number: str, pictures: Mapping[str, bytes]
    ) -> CardContents:
        """Bind a chip to a card and get its contents."""
        answer = self._peers.call_sealed(
            REGISTER,
            wire.MAKE_CARD,
            wire.CardMaking(
                municipality_code=self._code,
                resident_record_code=record.code.reveal(),
                card_serial=card_serial,
                card_number=card_number,
                four_items=write_four_items(record.four_items),
                pictures=wire.CardPictures(**pictures),
            ),
            wire.CardMade,
        )
        return CardContents(
            issuer_keys=answer.issuer_keys,
            items_signature=answer.items_signature,
            face_birth=answer.face_birth,
            face=answer.face,
            number_image=answer.number_image,
            issuer_certificate=answer.issuer_certificate,
            permit_authority=answer.permit_authority,
        )

    def open_session(  # noqa: PLR0917 - see the port
        self,
        record: ResidentRecord,
        card_serial: str,
        change: CardChange,
        card_number: str,
        challenges: tuple[bytes, bytes],
        card_cryptogram: bytes,
        wanted: OwnApplication | None = None,
    ) -> CardSession:
        """Get the keys of one session."""
        host, card = challenges
        answer = self._peers.call_sealed(
            REGISTER,
            wire.OPEN_CARD_SESSION,
            wire.CardSessionOpening(
                municipality_code=self._code,
                resident_record_code=record.code.reveal(),
                card_serial=card_serial,
                card_number=card_number,
                operation=change.value,
                host_challenge=host,
                card_challenge=card,
                card_cryptogram=card_cryptogram,
                four_items=write_four_items(record.four_items),
                application=wanted.application if wanted else "",
                ordinance=wanted.ordinance if wanted else "",
            ),
            wire.CardSessionOpened,
        )
        return CardSession(
            session_keys=answer.session_keys,
            issued_on=answer.issued_on,
            expires_on=answer.expires_on,
            items_signature=answer.items_signature,
            issuer_certificate=answer.issuer_certificate,
            permit=answer.permit,
        )

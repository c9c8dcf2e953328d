"""The national register, asked whose card it is, and to start the issue of the portal's pseudonym."""

from __future__ import annotations

from typing import Literal

from mizuhiki.institutions.jpki.domain.certificates import Application
from mizuhiki.institutions.jpki.domain.errors import AcquisitionNotPortals, CardHolderNotConfirmed
from mizuhiki.institutions.jpki.domain.practice import LetterAddress
from mizuhiki.institutions.jpki.ports import PseudonymsStarted
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import national_register as wire
from mizuhiki.wire import register_network as network

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
PORTAL_SERVER = intermediate_server_of(institution_id(InstitutionKind.PORTAL))


class RegisterCardHolders:
    """Implements `ports.CardHolders`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def require(self, application: Application) -> None:
        """Return when the register confirms card, holder, municipality and four items of an application."""
        items = application.four_items
        claim = wire.CardHolderClaim(
            resident_record_code=str(application.code.reveal()),
            card_serial=application.card_serial,
            card_expires_on=application.card_expires_on,
            municipality_code=application.municipality_code,
            four_items=wire.FourItemsMessage(
                name=items.name,
                name_kana=items.name_kana,
                birth_date=items.birth_date,
                sex=int(items.sex),
                address=items.address,
            ),
        )
        answer = self._peers.call_sealed(REGISTER, wire.CONFIRM_CARD_HOLDER, claim, wire.CardHolderConfirmed)
        if not answer.confirmed:
            raise CardHolderNotConfirmed


class RegisterCurrentIdentification:
    """Implements `ports.CurrentIdentification`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def may_be_linked(self, code: ResidentRecordCode, verifier: str) -> bool:
        """Say whether a verifier may learn that two certificates are this person's."""
        return self._ask(code, "serial-linking", verifier).found

    def current_items(self, code: ResidentRecordCode, verifier: str) -> FourItems | None:
        """Return a person's current four items."""
        return _items(self._ask(code, "current-items", verifier))

    def letter_address(self, code: ResidentRecordCode, asker: str) -> LetterAddress | None:
        """Return to whom and where a letter to the person goes, and the municipality of residence."""
        answer = self._ask(code, "renewal-letter", asker)
        items = _items(answer)
        return None if items is None else LetterAddress(items, answer.municipality_code)

    def _ask(
        self,
        code: ResidentRecordCode,
        service: Literal["serial-linking", "current-items", "renewal-letter"],
        verifier: str,
    ) -> wire.FoundIdentification:
        question = wire.CurrentIdentification(
            resident_record_code=str(code.reveal()), service=service, verifier=verifier
        )
        return self._peers.call_sealed(REGISTER, wire.CURRENT_IDENTIFICATION, question, wire.FoundIdentification)


def _items(answer: wire.FoundIdentification) -> FourItems | None:
    items = answer.four_items
    if items is None:
        return None
    return FourItems(
        name=items.name,
        name_kana=items.name_kana,
        birth_date=items.birth_date,
        sex=Sex(items.sex),
        address=items.address,
    )


class RegisterLookUps:
    """Asks the register for a person's look-ups, which come sealed to the portal."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def __call__(self, request_id: str, code: ResidentRecordCode) -> network.OpenedLookUps:
        """Return what every tier sealed."""
        question = network.LookUpsQuestion(request_id=request_id, resident_record_codes=[str(code.reveal())])
        return self._peers.call_sealed(REGISTER, wire.OPEN_LOOK_UPS, question, network.OpenedLookUps)


class RegisterPseudonymStart:
    """Implements `ports.PseudonymStart`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def check(self, acquisition: str) -> str:
        """Return the one acquisition number of the portal's own signed request."""
        verified = self._peers.verify(acquisition, wire.PseudonymAcquisition, wire.PSEUDONYM_ACQUISITION_TYPE)
        numbers = verified.payload.acquisition_numbers
        if verified.signer != PORTAL_SERVER or verified.payload.holder != PORTAL_SERVER or len(numbers) != 1:
            raise AcquisitionNotPortals
        return numbers[0]

    def request(self, acquisition: str, acquisition_number: str, code: ResidentRecordCode) -> PseudonymsStarted:
        """Hand the request on with the holder's resident record code."""
        subject = wire.PseudonymSubject(acquisition_number=acquisition_number, resident_record_code=str(code.reveal()))
        envelope = self._peers.seal(
            REGISTER,
            wire.PseudonymSubjects(subjects=[subject]),
            f"{wire.REQUEST_PSEUDONYMS.name}/request".encode(),
        )
        result = self._peers.call(
            REGISTER, wire.REQUEST_PSEUDONYMS, wire.RequestedPseudonyms(acquisition=acquisition, envelope=envelope)
        )
        return PseudonymsStarted(
            result.accepted, tuple((line.acquisition_number, line.refusal) for line in result.refused)
        )

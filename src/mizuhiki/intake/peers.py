"""Calls of a body that takes people in: the register, its own intermediate server, the commission."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mizuhiki.intake.persons import AssessmentReceipt, Copy, KeptPerson, Registered
from mizuhiki.runtime.peers import Peers, request_context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id, intermediate_server_of
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex
from mizuhiki.wire import commission, intermediate_server, national_register, prefecture
from mizuhiki.wire.endpoint import Acknowledgement

REGISTER = institution_id(InstitutionKind.NATIONAL_REGISTER)
COMMISSION = institution_id(InstitutionKind.COMMISSION)


class NationalSearch:
    """Implements `ports.Register` by the national register (住基法30条の9)."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number, or nothing."""
        return _registered(
            self._peers.call_sealed(
                REGISTER,
                national_register.SEARCH_IDENTIFICATION,
                national_register.IdentificationSearch(affair=affair, individual_number=str(number.reveal())),
                national_register.FoundIdentification,
            )
        )


class PrefecturalSearch:
    """Implements `ports.Register` for a prefecture: its own server first, the national one for people from elsewhere.

    (住基法30条の15, 30条の10; R-050.)
    """

    def __init__(self, peers: Peers, prefecture_code: str) -> None:
        self._peers = peers
        self._own = institution_id(InstitutionKind.PREFECTURE, prefecture_code)
        self._national = NationalSearch(peers)

    def search(self, affair: str, number: IndividualNumber) -> Registered | None:
        """Return the holder of a number, or nothing."""
        found = _registered(
            self._peers.call_sealed(
                self._own,
                prefecture.SEARCH_IDENTIFICATION,
                national_register.IdentificationSearch(affair=affair, individual_number=str(number.reveal())),
                national_register.FoundIdentification,
            )
        )
        return found or self._national.search(affair, number)


def _registered(found: national_register.FoundIdentification) -> Registered | None:
    if not found.found or found.four_items is None:
        return None
    items = found.four_items
    written = FourItems(items.name, items.name_kana, items.birth_date, Sex(items.sex), items.address)
    return Registered(written, found.municipality_code)


class OwnServer:
    """Implements `ports.LinkageServer`."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._server = intermediate_server_of(institution)

    def acquire(self, affair: str, persons: Sequence[KeptPerson]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; numbers go to the register only, never to the intermediate server."""
        prepared = self._peers.call_sealed(
            self._server,
            intermediate_server.PREPARE_ACQUISITION,
            intermediate_server.AcquisitionRequest(affair=affair, addressees=[_addressee(one) for one in persons]),
            intermediate_server.PreparedAcquisition,
        )
        if not prepared.acquisition:
            return [], []
        numbers = {one.addressee_number: one.number for one in persons}
        subjects = national_register.PseudonymSubjects(
            subjects=[
                national_register.PseudonymSubject(
                    acquisition_number=line.acquisition_number,
                    individual_number=str(numbers[line.addressee_number].reveal()),
                )
                for line in prepared.lines
            ]
        )
        endpoint = national_register.REQUEST_PSEUDONYMS
        result = self._peers.call(
            REGISTER,
            endpoint,
            national_register.RequestedPseudonyms(
                acquisition=prepared.acquisition,
                envelope=self._peers.seal(REGISTER, subjects, request_context(endpoint.name)),
            ),
        )
        refused = {line.acquisition_number for line in result.refused}
        return (
            [line.addressee_number for line in prepared.lines if line.acquisition_number not in refused],
            [line.addressee_number for line in prepared.lines if line.acquisition_number in refused],
        )

    def held(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees that are ready for linkage."""
        answer = self._peers.call(
            self._server,
            intermediate_server.HELD_PSEUDONYMS,
            intermediate_server.HeldPseudonymsRequest(addressee_numbers=list(addressee_numbers)),
        )
        return set(answer.held) - set(answer.mismatched)

    def register_copies(self, copies: Sequence[Copy], as_of: datetime) -> None:
        """Register or replace local copies."""
        self._peers.call_sealed(
            self._server,
            intermediate_server.REGISTER_LOCAL_COPIES,
            intermediate_server.LocalCopies(
                copies=[
                    intermediate_server.LocalCopy(
                        addressee_number=copy.addressee_number,
                        kind=copy.told.kind,
                        layout_version=copy.layout_version,
                        fiscal_year=copy.told.fiscal_year,
                        valid_from=copy.told.valid_from,
                        valid_until=copy.told.valid_until,
                        items=copy.told.items,
                        not_disclosed=copy.not_disclosed,
                        source_version=copy.source_version,
                        as_of=as_of,
                    )
                    for copy in copies
                ]
            ),
            Acknowledgement,
        )

    def mark(self, addressee_number: str, *, protected: bool) -> None:
        """Put a support measure on an addressee or lift it."""
        self._peers.call_sealed(
            self._server,
            intermediate_server.MARK_ADDRESSEE,
            intermediate_server.AddresseeMark(addressee_number=addressee_number, protected=protected),
            Acknowledgement,
        )


def _addressee(person: KeptPerson) -> intermediate_server.Addressee:
    items: FourItems = person.four_items
    return intermediate_server.Addressee(
        addressee_number=person.addressee_number,
        four_items=national_register.FourItemsMessage(
            name=items.name,
            name_kana=items.name_kana,
            birth_date=items.birth_date,
            sex=int(items.sex),
            address=items.address,
        ),
        protected=person.protected,
    )


class CommissionDesk:
    """Implements `ports.AssessmentDesk`."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def submit(
        self,
        submission_id: str,
        *,
        affair: str,
        title: str,
        persons: int,
        handlers: int,
        serious_accident: bool,
        document_digest: bytes,
    ) -> AssessmentReceipt:
        """Hand an assessment in."""
        receipt = self._peers.call(
            COMMISSION,
            commission.SUBMIT_ASSESSMENT,
            commission.AssessmentSubmission(
                submission_id=submission_id,
                affair=affair,
                title=title,
                persons=persons,
                handlers=handlers,
                serious_accident=serious_accident,
                document_digest=document_digest,
            ),
        )
        return AssessmentReceipt(receipt.assessment_id, receipt.level, receipt.state)

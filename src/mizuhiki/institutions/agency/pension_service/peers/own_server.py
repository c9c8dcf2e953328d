"""The own intermediate server, and the register for the pseudonyms it holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mizuhiki.institutions.agency.pension_service.domain.enrolments import KIND, Copy, Insured
from mizuhiki.institutions.agency.pension_service.peers.registers import REGISTER
from mizuhiki.runtime.peers import Peers, request_context
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.vocabulary.persons import FourItems
from mizuhiki.wire import intermediate_server, national_register
from mizuhiki.wire.endpoint import Acknowledgement

EVERY_YEAR = 0
"""An enrolment speaks of no fiscal year; the copy answers for each."""


class OwnServer:
    """Implements `ports.LinkageServer`."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._server = intermediate_server_of(institution)

    def acquire(self, affair: str, insured: Sequence[Insured]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; numbers go to the register only, never to the intermediate server."""
        prepared = self._peers.call_sealed(
            self._server,
            intermediate_server.PREPARE_ACQUISITION,
            intermediate_server.AcquisitionRequest(affair=affair, addressees=[_addressee(one) for one in insured]),
            intermediate_server.PreparedAcquisition,
        )
        if not prepared.acquisition:
            return [], []
        numbers = {one.addressee_number: one.number for one in insured}
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
                        kind=KIND,
                        layout_version=copy.layout_version,
                        fiscal_year=EVERY_YEAR,
                        valid_from=copy.valid_from,
                        valid_until=None,
                        items=copy.items,
                        not_disclosed=copy.not_disclosed,
                        source_version=copy.source_version,
                        as_of=as_of,
                    )
                    for copy in copies
                ]
            ),
            Acknowledgement,
        )


def _addressee(insured: Insured) -> intermediate_server.Addressee:
    items: FourItems = insured.four_items
    return intermediate_server.Addressee(
        addressee_number=insured.addressee_number,
        four_items=national_register.FourItemsMessage(
            name=items.name,
            name_kana=items.name_kana,
            birth_date=items.birth_date,
            sex=int(items.sex),
            address=items.address,
        ),
        protected=insured.protected,
    )

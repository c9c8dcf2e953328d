"""The own intermediate server, and the register for the pseudonyms it holds, as a port."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.casework.domain.cases import PROVIDED
from mizuhiki.casework.domain.persons import Addressee
from mizuhiki.casework.domain.questions import Asked, Question
from mizuhiki.casework.peers.registers import REGISTER
from mizuhiki.casework.ports import Answer, Copy, PushNotice
from mizuhiki.runtime.peers import Peers, request_context
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server, national_register
from mizuhiki.wire.endpoint import Acknowledgement

UNAVAILABLE = "unavailable"


class OwnServer:
    """Implements `ports.LinkageServer`."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._server = intermediate_server_of(institution)

    def acquire(self, affair: str, people: Sequence[Addressee]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; numbers go to the register only, never to the intermediate server."""
        prepared = self._peers.call_sealed(
            self._server,
            intermediate_server.PREPARE_ACQUISITION,
            intermediate_server.AcquisitionRequest(affair=affair, addressees=[_addressee(one) for one in people]),
            intermediate_server.PreparedAcquisition,
        )
        if not prepared.acquisition:
            return [], []
        numbers = {one.addressee_number: one.number for one in people}
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
        answer = self._states(addressee_numbers)
        return set(answer.held) - set(answer.mismatched)

    def mismatched(self, addressee_numbers: Sequence[str]) -> set[str]:
        """Return the addressees whose items differ from the register's; nothing about them is exchanged."""
        return set(self._states(addressee_numbers).mismatched)

    def _states(self, addressee_numbers: Sequence[str]) -> intermediate_server.HeldPseudonyms:
        return self._peers.call(
            self._server,
            intermediate_server.HELD_PSEUDONYMS,
            intermediate_server.HeldPseudonymsRequest(addressee_numbers=list(addressee_numbers)),
        )

    def mark(self, addressee_number: str, *, protected: bool) -> None:
        """Tell whether a support measure stands on an addressee."""
        self._peers.call_sealed(
            self._server,
            intermediate_server.MARK_ADDRESSEE,
            intermediate_server.AddresseeMark(addressee_number=addressee_number, protected=protected),
            Acknowledgement,
        )

    def register_copies(self, copies: Sequence[Copy]) -> None:
        """Register or replace local copies."""
        self._peers.call_sealed(
            self._server,
            intermediate_server.REGISTER_LOCAL_COPIES,
            intermediate_server.LocalCopies(
                copies=[
                    intermediate_server.LocalCopy(
                        addressee_number=copy.addressee_number,
                        kind=copy.kind,
                        layout_version=copy.layout_version,
                        fiscal_year=copy.fiscal_year,
                        valid_from=copy.valid_from,
                        valid_until=copy.valid_until,
                        items=dict(copy.items),
                        not_disclosed=copy.not_disclosed,
                        source_version=copy.source_version,
                        as_of=copy.as_of,
                    )
                    for copy in copies
                ]
            ),
            Acknowledgement,
        )

    def inquire(self, question: Question) -> Answer:
        """Ask; a refusal and an outage are answers."""
        try:
            answer = self._peers.call_sealed(
                self._server,
                intermediate_server.INQUIRE,
                write_inquiry(question, question.request_id),
                intermediate_server.BusinessAnswer,
            )
        except PeerProblem as problem:
            outcome = UNAVAILABLE if isinstance(problem, Unavailable) else problem.peer_code or problem.code
            return Answer("", outcome, refused_by=problem.refused_by or problem.peer, detail=problem.detail)
        provided = [found for found in answer.information if found.kind == question.kind]
        given = provided[0] if answer.outcome == PROVIDED and provided else None
        return Answer(
            exchange_number=answer.exchange_number,
            outcome=answer.outcome,
            layout_version="" if given is None else given.layout_version,
            items={} if given is None else dict(given.items),
            receipt=answer.receipt,
            refused_by=answer.refused_by,
            detail=answer.refusal_detail,
        )

    def send_notice(self, notice: PushNotice) -> None:
        """Send a push notice."""
        self._peers.call_sealed(
            self._server,
            intermediate_server.SEND_NOTICE,
            intermediate_server.BusinessNotice(
                request_id=notice.request_id,
                addressee_number=notice.addressee_number,
                affair=notice.affair,
                procedure=notice.procedure,
                subject=notice.subject,
                body=notice.body,
                respond_by=None,
            ),
            Acknowledgement,
        )


def write_inquiry(asked: Asked, request_id: str) -> intermediate_server.BusinessInquiry:
    """Return a question as the intermediate server takes it."""
    return intermediate_server.BusinessInquiry(
        request_id=request_id,
        addressee_number=asked.addressee_number,
        provider=asked.provider,
        affair=asked.affair,
        procedure=asked.procedure,
        kinds=[asked.kind],
        fiscal_year=asked.fiscal_year,
        period_from=asked.period_from,
        period_until=asked.period_until,
        case_reference=asked.case_reference,
        not_disclosed=asked.not_disclosed,
    )


def _addressee(person: Addressee) -> intermediate_server.Addressee:
    items = person.four_items
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

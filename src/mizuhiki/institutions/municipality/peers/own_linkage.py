"""The own intermediate server, and the register for the pseudonyms it holds, as a port."""

from __future__ import annotations

from collections.abc import Sequence

from mizuhiki.institutions.municipality.domain.addressees import Addressee
from mizuhiki.institutions.municipality.domain.linkage import PROVIDED, Copy, LinkedAnswer, PushNotice, Question
from mizuhiki.institutions.municipality.peers.register_messages import write_four_items
from mizuhiki.institutions.municipality.peers.registers import REGISTER
from mizuhiki.runtime.peers import Peers, request_context
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import intermediate_server, national_register
from mizuhiki.wire.endpoint import Acknowledgement

UNAVAILABLE = "unavailable"


class OwnLinkage:
    """Implements `ports.LinkageServer`."""

    def __init__(self, peers: Peers, institution: InstitutionId) -> None:
        self._peers = peers
        self._server = intermediate_server_of(institution)

    def acquire(self, affair: str, addressees: Sequence[Addressee]) -> tuple[list[str], list[str]]:
        """Start the issue of pseudonyms; the numbers go to the register only, never to the intermediate server."""
        prepared = self._peers.call_sealed(
            self._server,
            intermediate_server.PREPARE_ACQUISITION,
            intermediate_server.AcquisitionRequest(
                affair=affair,
                addressees=[
                    intermediate_server.Addressee(
                        addressee_number=addressee.addressee_number,
                        four_items=write_four_items(addressee.four_items),
                        protected=addressee.protected,
                    )
                    for addressee in addressees
                ],
            ),
            intermediate_server.PreparedAcquisition,
        )
        if not prepared.acquisition:
            return [], []
        by_addressee = {addressee.addressee_number: addressee for addressee in addressees}
        subjects = national_register.PseudonymSubjects(
            subjects=[
                national_register.PseudonymSubject(
                    acquisition_number=line.acquisition_number,
                    individual_number=by_addressee[line.addressee_number].number.reveal(),
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
        """Return the addressees whose items differ from the register's."""
        return set(self._states(addressee_numbers).mismatched)

    def _states(self, addressee_numbers: Sequence[str]) -> intermediate_server.HeldPseudonyms:
        return self._peers.call(
            self._server,
            intermediate_server.HELD_PSEUDONYMS,
            intermediate_server.HeldPseudonymsRequest(addressee_numbers=list(addressee_numbers)),
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
                        valid_until=None,
                        items=copy.items,
                        not_disclosed=copy.not_disclosed,
                        source_version=copy.source_version,
                        as_of=copy.as_of,
                    )
                    for copy in copies
                ]
            ),
            Acknowledgement,
        )

    def inquire(self, question: Question) -> LinkedAnswer:
        """Ask; a refusal and an outage are answers."""
        try:
            answer = self._peers.call_sealed(
                self._server,
                intermediate_server.INQUIRE,
                intermediate_server.BusinessInquiry(
                    request_id=question.request_id,
                    addressee_number=question.addressee_number,
                    provider=question.provider,
                    affair=question.affair,
                    procedure=question.procedure,
                    kinds=[question.kind],
                    fiscal_year=question.fiscal_year,
                    period_from=question.period_from,
                    period_until=question.period_until,
                    case_reference=question.case,
                ),
                intermediate_server.BusinessAnswer,
            )
        except PeerProblem as problem:
            outcome = UNAVAILABLE if isinstance(problem, Unavailable) else problem.peer_code or problem.code
            return LinkedAnswer(
                "", outcome, refused_by=problem.refused_by or problem.peer, refusal_detail=problem.detail
            )
        provided = [found for found in answer.information if found.kind == question.kind]
        return LinkedAnswer(
            exchange_number=answer.exchange_number,
            outcome=answer.outcome,
            items=dict(provided[0].items) if answer.outcome == PROVIDED and provided else {},
            receipt=answer.receipt,
            refused_by=answer.refused_by,
            refusal_detail=answer.refusal_detail,
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
                respond_by=notice.respond_by,
            ),
            Acknowledgement,
        )

"""The portal's own intermediate server: acquisition, notices, the record of exchanges."""

from __future__ import annotations

from mizuhiki.institutions.portal.domain.accounts import Holding, PreparedOpening
from mizuhiki.institutions.portal.domain.history import BroughtRecord, CodeChange
from mizuhiki.institutions.portal.domain.notices import Notice
from mizuhiki.institutions.portal.ports import CardSignature
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire import commission, intermediate_server

AFFAIR = "portal-account"


class PortalServer:
    """Implements `ports.OwnServer`."""

    def __init__(self, peers: Peers, portal: InstitutionId) -> None:
        self._peers = peers
        self._server = intermediate_server_of(portal)

    def prepare_opening(self, number: str) -> PreparedOpening:
        """Register the account as an addressee without four items, which the portal does not know."""
        addressee = intermediate_server.Addressee(addressee_number=number, four_items=None)
        answer = self._peers.call_sealed(
            self._server,
            intermediate_server.PREPARE_ACQUISITION,
            intermediate_server.AcquisitionRequest(affair=AFFAIR, addressees=[addressee]),
            intermediate_server.PreparedAcquisition,
        )
        return PreparedOpening(answer.acquisition)

    def holding(self, number: str) -> Holding:
        """Say whether the account's pseudonym has come."""
        answer = self._peers.call(
            self._server,
            intermediate_server.HELD_PSEUDONYMS,
            intermediate_server.HeldPseudonymsRequest(addressee_numbers=[number]),
        )
        if number in answer.held:
            return Holding.HELD
        return Holding.MISMATCHED if number in answer.mismatched else Holding.AWAITED

    def notices(self, number: str) -> list[Notice]:
        """Return the account's notices, newest first."""
        answer = self._peers.call_sealed(
            self._server,
            intermediate_server.COLLECT_NOTICES,
            intermediate_server.NoticesRequest(addressee_number=number),
            intermediate_server.Notices,
        )
        return [
            Notice(
                notice_id=content.notice_id,
                sender=content.sender,
                subject=content.subject,
                body=content.body,
                sent_at=content.sent_at,
                respond_by=content.respond_by,
            )
            for content in answer.notices
        ]

    def open_history(self, request_id: str, number: str, card: CardSignature) -> BroughtRecord:
        """Return the person's record of exchanges as a ledger bundle in JSON, with what became of their codes."""
        answer = self._peers.call_sealed(
            self._server,
            intermediate_server.OPEN_HISTORY,
            intermediate_server.HistoryOpening(
                request_id=request_id,
                addressee_number=number,
                card_proof=commission.CardProof(
                    certificate=card.certificate, challenge=card.challenge, signature=card.signature
                ),
            ),
            intermediate_server.OpenedHistory,
        )
        changes = tuple(CodeChange(one.earlier, one.later) for one in answer.changes)
        return BroughtRecord(answer.bundle, answer.generation, changes)

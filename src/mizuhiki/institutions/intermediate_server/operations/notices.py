"""Push notices: sent for the owner's business systems, taken and collected at the portal's server (R-256, R-276)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.intermediate_server.domain.errors import (
    NotAPortal,
    PseudonymNotAcquired,
    UnknownAddressee,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import Notice
from mizuhiki.institutions.intermediate_server.ports import Exchange, PersonKey, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate
from mizuhiki.vocabulary.affairs import require_affair
from mizuhiki.vocabulary.ids import InstitutionId

SEND = "send-notice"
TAKE = "take-notice"
COLLECT = "collect-notices"


@dataclass(frozen=True, slots=True)
class NoticeRequest:
    """A notice of a business system to one addressee; `request_id` becomes the notice's id."""

    request_id: str
    addressee_number: str
    affair: str
    procedure: str
    subject: str
    body: str
    respond_by: date | None


@dataclass(frozen=True, slots=True)
class Notices:
    """Sends, takes and collects notices."""

    store: Store
    authority: Authority
    exchange: Exchange
    gate: ProtectionGate
    owner: InstitutionId
    is_portal: bool

    def send(self, context: Context, *, request: NoticeRequest) -> str:
        """Send a notice through the core; return its id. The same request id is one notice.

        Raises:
            UnknownAddressee, PseudonymNotAcquired: the addressee cannot be reached this way.
            Withheld: a support measure blocks notices to this person.
            AffairNotLawful: the affair may not use numbers on this day.
        """
        self.authority.require(context, SEND)
        require_affair(request.affair, context.today())
        pseudonym = self._pseudonym(request.addressee_number)
        self.gate.check(context, Disclosure(request.addressee_number, "notice", "portal", request.procedure))
        notice = Notice(
            request.request_id, self.owner, request.subject, request.body, context.now(), request.respond_by
        )
        self.exchange.notify(notice, request.affair, request.procedure, pseudonym)
        return notice.notice_id

    def take(self, context: Context, *, notice: Notice, pseudonym: PersonKey) -> bool:
        """Store a delivered notice; false when it was stored before.

        Raises:
            NotAPortal: this is not the portal's server.
        """
        self.authority.require(context, TAKE)
        if not self.is_portal:
            raise NotAPortal
        with self.store.transaction() as records:
            return records.put_notice(pseudonym, notice)

    def collect(self, context: Context, *, addressee_number: str) -> list[Notice]:
        """Return the notices of a portal account, newest first; none before its pseudonym came."""
        self.authority.require(context, COLLECT)
        if not self.is_portal:
            raise NotAPortal
        with self.store.transaction() as records:
            if records.addressee(addressee_number) is None:
                raise UnknownAddressee
            pseudonym = records.pseudonym_of(addressee_number)
        return [] if pseudonym is None else self.store.notices(pseudonym)

    def open_history(self, context: Context, *, request_id: str, addressee_number: str, card_proof: object) -> str:
        """Return the core's records about the holder of a portal account, as a ledger bundle in JSON.

        Raises:
            NotAPortal, PseudonymNotAcquired: nothing can be opened here.
        """
        self.authority.require(context, COLLECT)
        if not self.is_portal:
            raise NotAPortal
        return self.exchange.open_history(request_id, self._pseudonym(addressee_number), card_proof)

    def _pseudonym(self, addressee_number: str) -> PersonKey:
        with self.store.transaction() as records:
            if records.addressee(addressee_number) is None:
                raise UnknownAddressee
            pseudonym = records.pseudonym_of(addressee_number)
        if pseudonym is None:
            raise PseudonymNotAcquired
        return pseudonym

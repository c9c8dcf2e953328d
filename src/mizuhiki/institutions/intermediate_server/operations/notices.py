"""Push notices: sent for the owner's business systems, taken and collected at the portal's server (R-256, R-276)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.intermediate_server.domain.errors import (
    AddresseeMismatch,
    NotAPortal,
    NoticeChanged,
    NoticeRefused,
    PseudonymNotAcquired,
    UnknownAddressee,
)
from mizuhiki.institutions.intermediate_server.domain.exchanges import Notice, OpenedRecord, SentNotice
from mizuhiki.institutions.intermediate_server.operations.newest_generation import newest_in_use
from mizuhiki.institutions.intermediate_server.ports import Exchange, PersonKey, Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.gate import Disclosure, ProtectionGate, Withheld
from mizuhiki.vocabulary.errors import Unavailable
from mizuhiki.vocabulary.generations import CurrentGenerations
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.statute import CurrentStatute, lawful_affair

SEND = "send-notice"
TAKE = "take-notice"
COLLECT = "collect-notices"
TAKEN = "taken"
"""Outcome of a notice that the core took; it delivers it from then on."""


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
    generations: CurrentGenerations
    statute: CurrentStatute

    def send(self, context: Context, *, request: NoticeRequest) -> str:
        """Take a notice durably and hand it to the core; return its id. The same request id is one notice.

        While the core cannot be reached the notice waits here and the retry job sends it.

        Raises:
            UnknownAddressee, PseudonymNotAcquired, AddresseeMismatch: the addressee cannot be reached this way.
            Withheld: a support measure blocks notices to this person.
            AffairNotLawful: the affair may not use numbers on this day.
            NoticeChanged: the request id was used for another notice.
            NoticeRefused: the core or the commission refused it.
        """
        self.authority.require(context, SEND)
        lawful_affair(self.statute, self.owner, request.affair, context.today())
        with self.store.transaction() as records:
            known = records.sent_notice(request.request_id)
        if known is not None and _request_of(known) != request:
            raise NoticeChanged
        if known is None:
            self._reachable(context, request.addressee_number)
            self._ask_gate(context, request.addressee_number, request.procedure)
            with self.store.transaction() as records:
                if records.sent_notice(request.request_id) is None:
                    records.put_sent_notice(self._new(context, request))
        with contextlib.suppress(Unavailable):
            self._deliver(context, request.request_id)
        return request.request_id

    def retry(self, context: Context, *, request_id: str) -> None:
        """Send a waiting notice again.

        Raises:
            NoticeRefused: it is refused for good, or a support measure was put on the person while it waited.
            Unavailable: it waits on.
        """
        self.authority.require(context, SEND)
        self._deliver(context, request_id)

    def give_up(self, context: Context, *, request_id: str, reason: str) -> None:
        """End a waiting notice that can never be sent; `reason` is the code of the error."""
        self.authority.require(context, SEND)
        self._finish(request_id, reason)

    def _ask_gate(self, context: Context, addressee_number: str, procedure: str) -> None:
        self.gate.check(context, Disclosure(addressee_number, "notice", "portal", procedure))

    def _new(self, context: Context, request: NoticeRequest) -> SentNotice:
        notice = Notice(
            request.request_id, self.owner, request.subject, request.body, context.now(), request.respond_by
        )
        return SentNotice(notice, request.addressee_number, request.affair, request.procedure)

    def _deliver(self, context: Context, request_id: str) -> None:
        with self.store.transaction() as records:
            sent = records.sent_notice(request_id)
        if sent is None or sent.outcome == TAKEN:
            return
        if sent.outcome:
            raise NoticeRefused(peer_code=sent.outcome)
        try:
            self._ask_gate(context, sent.addressee_number, sent.procedure)
        except Withheld as withheld:
            self._finish(request_id, withheld.code)
            raise NoticeRefused(peer_code=withheld.code, refused_by=self.owner) from withheld
        submission = sent.submission
        if not submission:
            drafted = self.exchange.prepare_notice(sent, *self._pseudonym(context, sent.addressee_number))
            with self.store.transaction() as records:
                submission = records.keep_notice_submission(request_id, drafted)
        try:
            self.exchange.notify(submission)
        except NoticeRefused as refusal:
            self._finish(request_id, str(refusal.fields.get("peer_code") or refusal.code))
            raise
        self._finish(request_id, TAKEN)

    def _finish(self, request_id: str, outcome: str) -> None:
        with self.store.transaction() as records:
            records.finish_notice(request_id, outcome)

    def _reachable(self, context: Context, addressee_number: str) -> None:
        with self.store.transaction() as records:
            if records.is_mismatched(addressee_number):
                raise AddresseeMismatch
        self._pseudonym(context, addressee_number)

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
        return self.store.notices(addressee_number)

    def open_history(
        self, context: Context, *, request_id: str, addressee_number: str, card_proof: object
    ) -> OpenedRecord:
        """Return the core's records about the holder of a portal account, and what became of the account's codes.

        Raises:
            NotAPortal, PseudonymNotAcquired: nothing can be opened here.
        """
        self.authority.require(context, COLLECT)
        if not self.is_portal:
            raise NotAPortal
        pseudonym, generation = self._pseudonym(context, addressee_number)
        with self.store.snapshot() as records:
            changes = tuple(records.code_changes(addressee_number))
        bundle = self.exchange.open_history(request_id, pseudonym, generation, card_proof)
        return OpenedRecord(bundle, generation, changes)

    def _pseudonym(self, context: Context, addressee_number: str) -> tuple[PersonKey, int]:
        """Return the addressee's pseudonym to be used now, and its generation."""
        newest = newest_in_use(self.generations, context)
        with self.store.transaction() as records:
            found = records.subjects([addressee_number], newest)
        if addressee_number not in found:
            raise UnknownAddressee
        subject = found[addressee_number]
        if subject.pseudonym is None:
            raise PseudonymNotAcquired
        return subject.pseudonym, subject.generation


def _request_of(sent: SentNotice) -> NoticeRequest:
    notice = sent.notice
    return NoticeRequest(
        request_id=notice.notice_id,
        addressee_number=sent.addressee_number,
        affair=sent.affair,
        procedure=sent.procedure,
        subject=notice.subject,
        body=notice.body,
        respond_by=notice.respond_by,
    )

"""Answer whether a certificate holds, by OCSP, for recognised verifiers (RFC 6960, RFC 9919, RFC 9654; R-203, R-204).

A question without a nonce gets the answer that was signed ahead; one with a nonce, or about a certificate without such
an answer, is signed when it comes, which every verifier may have a limited number of times a second. What is kept about
a question is that the verifier asked one on that day; which certificate it was about is written nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from mizuhiki.crypto.x509 import (
    OcspFault,
    OcspQuestion,
    OcspRequestMalformed,
    build_ocsp_error,
    issuer_hashes,
    plain_request_heads,
    plain_serial,
    read_ocsp_request,
    sign_ocsp_response,
)
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import StatusNotReady
from mizuhiki.institutions.jpki.domain.flow_limits import FlowLimit
from mizuhiki.institutions.jpki.domain.status import StatusTimes
from mizuhiki.institutions.jpki.domain.verifier_registry import Service
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.prepare_status import ocsp_state
from mizuhiki.institutions.jpki.operations.prepared_answers import PreparedAnswers, StatusReply
from mizuhiki.institutions.jpki.operations.status_signers import StatusSigners
from mizuhiki.institutions.jpki.operations.usage_meter import UsageMeter
from mizuhiki.institutions.jpki.operations.verifier_access import VerifierAccess
from mizuhiki.institutions.jpki.ports import StatusStore
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.dates import JST

ANSWER = "answer-status"
SIGNED_PER_SECOND = 500
"""Answers a verifier may have signed on demand: each costs a third of a millisecond, or more in a device."""

UNAUTHORISED = StatusReply(build_ocsp_error(OcspFault.UNAUTHORIZED))
MALFORMED = StatusReply(build_ocsp_error(OcspFault.MALFORMED_REQUEST))
TRY_LATER = StatusReply(build_ocsp_error(OcspFault.TRY_LATER))
INTERNAL = StatusReply(build_ocsp_error(OcspFault.INTERNAL_ERROR))


@dataclass(slots=True)
class AnswerStatus:
    """Status by question."""

    status: StatusStore
    authority: Authority
    authorities: Authorities
    signers: StatusSigners
    prepared: PreparedAnswers
    access: VerifierAccess
    meter: UsageMeter
    times: StatusTimes
    _asked: FlowLimit = field(default_factory=FlowLimit)
    _signed: FlowLimit = field(default_factory=FlowLimit)
    _issuers: dict[tuple[str, bytes, bytes], tuple[Kind, str]] = field(default_factory=dict)
    _plain: dict[bytes, tuple[tuple[Kind, str], str]] = field(default_factory=dict)
    _head_lengths: tuple[int, ...] = ()
    _day: tuple[datetime, datetime, date] | None = None

    def __post_init__(self) -> None:
        """Know every generation of both authorities by the hashes that questions carry."""
        for root in self.authorities.every_root():
            issuer = (root.kind, root.generation)
            for name, hashes in issuer_hashes(root.certificate).items():
                self._issuers[name, *hashes] = issuer
            for head, name in plain_request_heads(root.certificate).items():
                self._plain[head] = (issuer, name)
        self._head_lengths = tuple(sorted({len(head) for head in self._plain}, reverse=True))

    def ask(self, context: Context, *, verifier: str, request: bytes) -> StatusReply:
        """Return the OCSP response to a request (DER) of a verifier, and count it.

        A request that cannot be read, about a certificate of another authority, or beyond what the verifier may ask
        in a second, gets an OCSP error, as RFC 6960 §2.3 wants, and is not charged.

        Raises:
            VerifierNotRecognised: the asker may not ask on this day.
        """
        self.authority.require(context, ANSWER)
        now = context.now()
        day = self._day_of(now)
        rate = self.access.require(verifier, Service.STATUS, day, now)
        if not self._asked.take(verifier, rate, now):
            return TRY_LATER
        try:
            prepared = self._find_plain(request, now)
        except StatusNotReady:
            return TRY_LATER
        if prepared is not None:
            kind, reply = prepared
            self.meter.count(verifier, kind, day)
            return reply
        return self._ask_at_length(context, verifier, request, (now, day))

    def _find_plain(self, request: bytes, now: datetime) -> tuple[Kind, StatusReply] | None:
        """Return the answer signed ahead to a request of the shortest form, recognised without reading it as a whole.

        It is what nearly every client sends; anything else, and whatever has no such answer, is read properly.
        """
        for length in self._head_lengths:
            found = self._plain.get(request[:length])
            if found is None:
                continue
            serial = plain_serial(request, length)
            if serial is None:
                return None
            issuer, hash_name = found
            reply = self.prepared.find(issuer, serial, hash_name, now)
            return None if reply is None else (issuer[0], reply)
        return None

    def _day_of(self, now: datetime) -> date:
        """Return the day in Japan, worked out once a day."""
        known = self._day
        if known is None or not known[0] <= now < known[1]:
            day = now.astimezone(JST).date()
            start = datetime.combine(day, time(), JST)
            known = self._day = (start, start + timedelta(days=1), day)
        return known[2]

    def _ask_at_length(
        self, context: Context, verifier: str, request: bytes, moment: tuple[datetime, date]
    ) -> StatusReply:
        now, day = moment
        try:
            question = read_ocsp_request(request)
        except OcspRequestMalformed:
            return MALFORMED
        issuer = self._issuers.get((question.hash_name, question.issuer_name_hash, question.issuer_key_hash))
        if issuer is None:
            return UNAUTHORISED
        try:
            reply = None if question.nonce else self.prepared.find(issuer, question.serial, question.hash_name, now)
        except StatusNotReady:
            return TRY_LATER
        if reply is None:
            if not self._signed.take(verifier, SIGNED_PER_SECOND, now):
                return TRY_LATER
            reply = self._sign(context, issuer, question)
        self.meter.count(verifier, issuer[0], day)
        return reply

    def _sign(self, context: Context, issuer: tuple[Kind, str], question: OcspQuestion) -> StatusReply:
        now = context.now().replace(microsecond=0)
        der = sign_ocsp_response(
            question,
            ocsp_state(self.status.status_of(*issuer, question.serial)),
            signer=self.signers.signer(*issuer, now),
            this_update=now,
            next_update=now + self.times.on_demand_holds,
        )
        return StatusReply(der)

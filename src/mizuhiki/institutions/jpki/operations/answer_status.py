"""Answer whether a certificate holds, by OCSP, for recognised verifiers (RFC 6960, RFC 9919, RFC 9654; R-203, R-204).

A question without a nonce gets the answer that was signed ahead; one with a nonce, or about a certificate without such
an answer, is signed when it comes, which every verifier may have a limited number of times a second. What is kept about
a question is that the verifier asked one on that day; which certificate it was about is written nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mizuhiki.crypto.x509 import (
    OcspFault,
    OcspQuestion,
    OcspRequestMalformed,
    build_ocsp_error,
    issuer_hashes,
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

    def __post_init__(self) -> None:
        """Know every generation of both authorities by the hashes that questions carry."""
        for root in self.authorities.every_root():
            for name, hashes in issuer_hashes(root.certificate).items():
                self._issuers[name, *hashes] = (root.kind, root.generation)

    def ask(self, context: Context, *, verifier: str, request: bytes) -> StatusReply:
        """Return the OCSP response to a request (DER) of a verifier, and count it.

        A request that cannot be read, about a certificate of another authority, or beyond what the verifier may ask
        in a second, gets an OCSP error, as RFC 6960 §2.3 wants, and is not charged.

        Raises:
            VerifierNotRecognised: the asker may not ask on this day.
        """
        self.authority.require(context, ANSWER)
        now, day = context.now(), context.today()
        rate = self.access.require(verifier, Service.STATUS, day, now)
        if not self._asked.take(verifier, rate, now):
            return TRY_LATER
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

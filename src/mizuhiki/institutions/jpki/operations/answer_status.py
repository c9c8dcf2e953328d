"""Answer whether a certificate holds: OCSP for recognised verifiers, and lists (RFC 6960, RFC 5280 §5; R-203)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mizuhiki.crypto.x509 import (
    CrlEntry,
    OcspFault,
    OcspQuestion,
    OcspRequestMalformed,
    OcspState,
    RevocationReason,
    build_ocsp_error,
    question_concerns,
    read_ocsp_request,
)
from mizuhiki.institutions.jpki.domain.certificates import Cause, Certificate, Kind, State
from mizuhiki.institutions.jpki.domain.verifiers import fee_on, require_verifier
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.grounds import grounds_of
from mizuhiki.institutions.jpki.ports import Store
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

ANSWER = "answer-status"
PUBLISH = "publish-revocation-list"
ANSWER_HOLDS_FOR = timedelta(minutes=10)
LIST_HOLDS_FOR = timedelta(days=1)

_REASONS = {
    Cause.ITEMS_CHANGED: RevocationReason.AFFILIATION_CHANGED,
    Cause.LEFT_REGISTER: RevocationReason.CESSATION_OF_OPERATION,
    Cause.SUPERSEDED: RevocationReason.SUPERSEDED,
    Cause.CARD_LOST: RevocationReason.KEY_COMPROMISE,
    Cause.HOLDER_ASKED: RevocationReason.CESSATION_OF_OPERATION,
    Cause.MOVED_ABROAD: RevocationReason.CESSATION_OF_OPERATION,
    Cause.NUMBER_CHANGED: RevocationReason.SUPERSEDED,
    Cause.NOT_WANTED: RevocationReason.CESSATION_OF_OPERATION,
    Cause.CARD_ENDED: RevocationReason.CESSATION_OF_OPERATION,
    Cause.KEY_INCIDENT: RevocationReason.KEY_COMPROMISE,
}


def reason_of(state: State, cause: Cause) -> RevocationReason:
    """Return the reason of RFC 5280 for a state; a suspension is a hold whatever caused it."""
    if state is State.SUSPENDED:
        return RevocationReason.CERTIFICATE_HOLD
    return _REASONS.get(cause, RevocationReason.UNSPECIFIED)


def ocsp_state(certificate: Certificate | None) -> OcspState:
    """Return what is said about a certificate; nothing but "unknown" about one that was never issued."""
    if certificate is None:
        return OcspState(known=False)
    if certificate.state is State.GOOD:
        return OcspState()
    return OcspState(
        revoked_at=certificate.changed_at.replace(microsecond=0), reason=reason_of(certificate.state, certificate.cause)
    )


@dataclass(frozen=True, slots=True)
class AnswerStatus:
    """Status by question and by list."""

    store: Store
    authority: Authority
    authorities: Authorities

    def ask(self, context: Context, *, request: bytes) -> bytes:
        """Return the OCSP response (DER) to a request (DER) of the acting verifier, and count it.

        A request that cannot be read, or about a certificate of another authority, gets an OCSP error, as RFC 6960
        wants, and is not charged.

        Raises:
            VerifierNotRecognised: the asker is on no list on this day.
        """
        self.authority.require(context, ANSWER)
        verifier = context.actor.institution
        require_verifier(verifier, context.today())
        try:
            question = read_ocsp_request(request)
        except OcspRequestMalformed:
            return build_ocsp_error(OcspFault.MALFORMED_REQUEST)
        kind = self._concerned(question)
        if kind is None:
            return build_ocsp_error(OcspFault.UNAUTHORIZED)
        with self.store.transaction() as records:
            certificate = records.certificate(kind, question.serial)
            records.count_status(verifier, kind, question.serial, fee_on(context.today()), context.now())
            known = "unknown" if certificate is None else certificate.state.value
            records.audit(grounds_of(context), "status-answered", known, count=1)
        now = context.now().replace(microsecond=0)
        return self.authorities.answer(kind, question, ocsp_state(certificate), now, now + ANSWER_HOLDS_FOR)

    def _concerned(self, question: OcspQuestion) -> Kind | None:
        return next((kind for kind in Kind if question_concerns(question, self.authorities.root(kind))), None)

    def revocation_list(self, context: Context, *, kind: Kind, municipality_code: str = "") -> bytes:
        """Return a new signed list (DER) of one municipality's certificates, or of all.

        Raises:
            MalformedMunicipalityCode, NoSuchPlace: there is no such municipality.
        """
        self.authority.require(context, PUBLISH)
        now = context.now().replace(microsecond=0)
        with self.store.transaction() as records:
            lines = records.revoked(kind, municipality_code, now)
            number = records.next_list_number(kind, now)
            records.audit(grounds_of(context), "revocation-list-published", "done", count=len(lines))
        entries = [
            CrlEntry(line.serial, line.changed_at.replace(microsecond=0), reason_of(line.state, line.cause))
            for line in lines
        ]
        return self.authorities.revocation_list(
            kind,
            entries,
            municipality_code=municipality_code,
            number=number,
            this_update=now,
            next_update=now + LIST_HOLDS_FOR,
        )

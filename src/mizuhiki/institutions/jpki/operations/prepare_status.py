"""Sign status answers ahead, in batches before they go stale and at once for a changed status (RFC 9919 §2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from mizuhiki.crypto.x509 import OcspQuestion, OcspState, RevocationReason, issuer_hashes, sign_ocsp_response
from mizuhiki.institutions.jpki.domain.certificates import Cause, State
from mizuhiki.institutions.jpki.domain.status import CertificateStatus, PreparedStatus, StatusTimes
from mizuhiki.institutions.jpki.operations.authorities import Authorities
from mizuhiki.institutions.jpki.operations.status_signers import StatusSigners
from mizuhiki.institutions.jpki.ports import StatusStore
from mizuhiki.runtime.authority import Authority
from mizuhiki.runtime.context import Context

PREPARE = "prepare-status-answers"
BATCH = 500
"""Answers of one transaction; about a third of a second of signing for both hashes."""
BATCHES = 20
"""Batches of one turn of the job; what is left is the next turn's, and a changed status comes first in each."""
HASHES = ("sha1", "sha256")

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


def ocsp_state(status: CertificateStatus | None) -> OcspState:
    """Return what is said about a certificate; nothing but "unknown" about one that was never issued."""
    if status is None:
        return OcspState(known=False)
    if status.state is State.GOOD:
        return OcspState()
    return OcspState(revoked_at=status.changed_at.replace(microsecond=0), reason=reason_of(status.state, status.cause))


@dataclass(frozen=True, slots=True)
class PrepareStatus:
    """The signing of answers to questions nobody has asked yet."""

    status: StatusStore
    authority: Authority
    authorities: Authorities
    signers: StatusSigners
    times: StatusTimes

    def __call__(self, context: Context) -> int:
        """Prepare what is due; return for how many certificates."""
        self.authority.require(context, PREPARE)
        prepared = 0
        roots = self.authorities.every_root()
        hashes = {(root.kind, root.generation): issuer_hashes(root.certificate) for root in roots}
        for _ in range(BATCHES):
            now = context.now()
            due = self.status.due(now, now + self.times.refresh_before, BATCH)
            if not due:
                break
            prepared += self.status.keep_prepared(
                [self._sign(context, one, hashes[one.kind, one.generation]) for one in due]
            )
        return prepared

    def _sign(self, context: Context, one: CertificateStatus, hashes: dict[str, tuple[bytes, bytes]]) -> PreparedStatus:
        now = context.now().replace(microsecond=0)
        until = now + self.times.prepared_holds
        signed = {
            name: sign_ocsp_response(
                OcspQuestion(one.serial, *hashes[name], name, None),
                ocsp_state(one),
                signer=self.signers.signer(one.kind, one.generation, now),
                this_update=now,
                next_update=until,
            )
            for name in HASHES
        }
        return PreparedStatus(
            one.kind,
            one.generation,
            one.serial,
            one.state,
            one.changed_at,
            now,
            until,
            signed["sha1"],
            signed["sha256"],
        )

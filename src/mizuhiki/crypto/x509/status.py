"""Whether a certificate still holds: reasons, and errors that say why not, one class for each state in law."""

from __future__ import annotations

import enum

from cryptography import x509

from mizuhiki.vocabulary.errors import Refused, Unavailable


class RevocationReason(enum.StrEnum):
    """Reasons of RFC 5280 §5.3.1 that the card's authorities use."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key-compromise"
    AFFILIATION_CHANGED = "affiliation-changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation-of-operation"
    CERTIFICATE_HOLD = "certificate-hold"
    REMOVE_FROM_CRL = "remove-from-crl"
    """Only in delta lists: the full list named the certificate and it is good again."""

    @property
    def flag(self) -> x509.ReasonFlags:
        """The reason as `cryptography` names it."""
        return _FLAGS[self]

    @classmethod
    def of(cls, flag: x509.ReasonFlags | None) -> RevocationReason:
        """Return the reason a flag stands for; one we do not use, or none, is unspecified."""
        return next((reason for reason, known in _FLAGS.items() if known is flag), cls.UNSPECIFIED)


_FLAGS = {
    RevocationReason.UNSPECIFIED: x509.ReasonFlags.unspecified,
    RevocationReason.KEY_COMPROMISE: x509.ReasonFlags.key_compromise,
    RevocationReason.AFFILIATION_CHANGED: x509.ReasonFlags.affiliation_changed,
    RevocationReason.SUPERSEDED: x509.ReasonFlags.superseded,
    RevocationReason.CESSATION_OF_OPERATION: x509.ReasonFlags.cessation_of_operation,
    RevocationReason.CERTIFICATE_HOLD: x509.ReasonFlags.certificate_hold,
    RevocationReason.REMOVE_FROM_CRL: x509.ReasonFlags.remove_from_crl,
}


class CertificateRevoked(Refused):
    """Revoked for good; field `reason` says why, `since` when."""

    code = "certificate-revoked"
    title = "The certificate is revoked"


class CertificateSuspended(Refused):
    """On hold, for instance after the card was reported lost; it may come back."""

    code = "certificate-suspended"
    title = "The certificate is suspended"


class StatusUnknown(Refused):
    """The authority does not know the certificate."""

    code = "certificate-status-unknown"
    title = "The authority does not know this certificate"


class StatusStale(Unavailable):
    """The answer is from the future or too old to rely on."""

    code = "certificate-status-stale"
    title = "The status answer is not current"


class StatusAnswerInvalid(Refused):
    """Not an answer to this question by this authority; field `part` says what does not fit."""

    code = "certificate-status-answer-invalid"
    title = "The status answer does not check"


def refuse_revoked(reason: x509.ReasonFlags | None, since: str) -> None:
    """Raise for a certificate that is on the list.

    Raises:
        CertificateSuspended: on hold.
        CertificateRevoked: for any other reason.
    """
    known = RevocationReason.of(reason)
    if known is RevocationReason.CERTIFICATE_HOLD:
        raise CertificateSuspended(since=since)
    raise CertificateRevoked(reason=known.value, since=since)

"""Why a certificate, a chain or a signature is not believed: one class for each reason, codes that stay."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Refused, Unavailable


class UnknownIssuer(Refused):
    """The certificate was not issued by the given authority, or no chain leads to a trusted one."""

    code = "certificate-unknown-issuer"
    title = "The certificate is not from a trusted authority"


class CertificateExpired(Refused):
    """Its time is over; field `until` says since when."""

    code = "certificate-expired"
    title = "The certificate has expired"


class CertificateNotYetValid(Refused):
    """Its time has not begun."""

    code = "certificate-not-yet-valid"
    title = "The certificate is not valid yet"


class CertificateUsageRefused(Refused):
    """It is an authority's, lacks the digital signature usage, or has a critical extension that is not understood."""

    code = "certificate-usage-refused"
    title = "The certificate may not be used for this"


class CardSignatureInvalid(Refused):
    """The card's signature does not verify over the challenge."""

    code = "card-signature-invalid"
    title = "The card's signature does not verify"


class CertificateSignatureInvalid(Refused):
    """The issuer's key did not make the signature on the certificate, or its two algorithm fields differ."""

    code = "certificate-signature-invalid"
    title = "The signature on the certificate does not verify"


class IssuerNotAuthority(Refused):
    """A certificate in the chain issued another without being an authority's (RFC 5280 §6.1.4 (k), (n))."""

    code = "certificate-issuer-not-authority"
    title = "A certificate in the chain may not issue certificates"


class ChainTooLong(Refused):
    """More authorities follow than a path length constraint or the verifier allows (RFC 5280 §6.1.4 (l), (m))."""

    code = "certificate-chain-too-long"
    title = "The chain of certificates is too long"


class NameNotPermitted(Refused):
    """A name lies outside what an authority above it may certify (RFC 5280 §4.2.1.10); field `kind` names its form."""

    code = "certificate-name-not-permitted"
    title = "A name in the certificate is outside its authority's limits"


class CertificatePolicyRefused(Refused):
    """No certificate policy that the verifier accepts holds along the whole chain (RFC 5280 §6.1.5 (g))."""

    code = "certificate-policy-refused"
    title = "The certificate was not issued under an accepted policy"


class CriticalExtensionUnknown(Refused):
    """A critical extension that this verifier does not evaluate; field `extension` is its identifier."""

    code = "certificate-critical-extension-unknown"
    title = "The certificate has a condition that is not understood"


class AlgorithmRefused(Refused):
    """Signed with an algorithm the verifier does not accept; field `algorithm` names it."""

    code = "signature-algorithm-refused"
    title = "The signature algorithm is not accepted"


class WeakKey(Refused):
    """A key shorter than the verifier accepts; field `bits` is its length."""

    code = "certificate-weak-key"
    title = "The key is too weak"


class StatusMissing(Unavailable):
    """Nothing at hand says whether the certificate is revoked, so it is not believed."""

    code = "certificate-status-missing"
    title = "It is not known whether the certificate is revoked"


class ResponderNotAuthorised(Refused):
    """The signer of a status answer is neither the issuer nor delegated by it (RFC 6960 §4.2.2.2)."""

    code = "certificate-status-responder-refused"
    title = "The status answer is not from an authorised responder"


class StatusFromTheFuture(Refused):
    """The status was stated later than now, beyond the clock difference allowed: one of the two clocks is wrong."""

    code = "certificate-status-from-the-future"
    title = "The status answer is dated in the future"


class SignatureMalformed(Refused):
    """Not a signature of the form expected, or one whose parts contradict each other; field `part` says where."""

    code = "signature-malformed"
    title = "The signature cannot be read"


class SignatureInvalid(Refused):
    """The signature does not verify over the content; field `part` says which check failed."""

    code = "signature-invalid"
    title = "The signature does not verify"


class BareDigestRefused(CardSignatureInvalid):
    """The signature is over a digest without the identifier of its algorithm, which the verifier does not accept."""

    code = "signature-bare-digest-refused"
    title = "A signature over a bare digest is not accepted"


class TimestampInvalid(Refused):
    """A time-stamp is not over this signature or not by a trusted authority; field `part` says which check failed."""

    code = "timestamp-invalid"
    title = "The time-stamp does not verify"


class DocumentChanged(Refused):
    """The document was changed after it was signed, or the signature does not cover it."""

    code = "document-changed-after-signature"
    title = "The document was changed after it was signed"

"""What the certification authorities refuse, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused


class ApplicantOfOtherMunicipality(Refused):
    """A municipality handed in an application under another one's code."""

    code = "applicant-of-other-municipality"
    title = "A municipality may apply only for its own residents"


class CardHolderNotConfirmed(Refused):
    """The national register does not know this card as registered by this municipality for this person."""

    code = "card-holder-not-confirmed"
    title = "The national register does not confirm card and holder"


class SignatureCertificateUnderAge(Refused):
    """Persons under 15 get no signature certificate (公的個人認証法3条; R-200)."""

    code = "signature-certificate-under-age"
    title = "Persons under 15 get no signature certificate"


class CardPastItsTime(Refused):
    """The card has expired, so nothing may be issued for it."""

    code = "card-past-its-time"
    title = "The card has expired"


class PublicKeyUsedBefore(Conflict):
    """A certificate exists for this public key; a key pair belongs to one chip and one certificate."""

    code = "public-key-used-before"
    title = "A certificate was issued for this public key before"


class CertificateRequestChanged(Conflict):
    """The request id came again with other content."""

    code = "certificate-request-changed"
    title = "This application was made before with other values; use a new request id"


class ProfileBroken(Corrupt):
    """A certificate about to be signed breaks its profile; field `rule` names the rule. Nothing is signed."""

    code = "certificate-profile-broken"
    title = "The certificate about to be signed breaks its profile"


class SerialsExhausted(Corrupt):
    """No unused serial number was found in many tries."""

    code = "certificate-serials-exhausted"
    title = "No unused serial number was found"


class NoSuchCertificate(NotFound):
    """No certificate of that kind and serial was issued here."""

    code = "no-such-certificate"
    title = "There is no such certificate"


class NoSuchCard(NotFound):
    """No certificate was issued for a card of that serial."""

    code = "no-certificate-on-card"
    title = "No certificate was issued for this card"


class StateChangeNotAllowed(Conflict):
    """The certificate's state does not allow the change; field `state` names it."""

    code = "certificate-state-change-not-allowed"
    title = "The certificate's state does not allow this"


class VerifierNotRecognised(Refused):
    """The asker is on no list of verifiers on this day (公的個人認証法17条, 36条; R-204)."""

    code = "verifier-not-recognised"
    title = "This institution is not a recognised verifier"


class ChallengeForOtherAcquisition(Refused):
    """The card signed for something else than the pseudonym request that is shown with the signature."""

    code = "challenge-for-other-acquisition"
    title = "The card's signature was made for something else"


class AcquisitionNotPortals(Refused):
    """The pseudonym request is not the portal's own request for one person."""

    code = "acquisition-not-portals"
    title = "The pseudonym request is not the portal's own, for one person"


class UnknownCertificateKind(Malformed):
    """There are two kinds: `signature` and `user-identification`."""

    code = "unknown-certificate-kind"
    title = "There is no certificate of that kind"

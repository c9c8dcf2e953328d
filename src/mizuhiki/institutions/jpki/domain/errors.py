"""What the certification authorities refuse, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, NotFound, Refused, Unavailable


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


class CarrierNotYetLawful(Refused):
    """No rule of that day lets certificates live there; field `carrier` (R-211)."""

    code = "certificate-carrier-not-yet-lawful"
    title = "Certificates on this carrier are not yet provided for"


class HolderAbroadNotYetLawful(Refused):
    """Before the change of the law nobody living abroad has certificates (R-210); field `since`."""

    code = "holder-abroad-not-yet-lawful"
    title = "People living abroad may not yet have certificates"


class PublicKeyOfAuthority(Refused):
    """The public key is that of a certification authority."""

    code = "public-key-of-authority"
    title = "This public key is an authority's own"


class CertificateRequestVoid(Conflict):
    """The application was given up before anything was signed; a new one needs a new request id."""

    code = "certificate-request-void"
    title = "This application was given up; apply again"


class NoCertificateWanted(Malformed):
    """An application names no public key at all, or a phone's names only one."""

    code = "certificate-application-empty"
    title = "The application asks for no certificate"


class CardCertificatesMissing(Refused):
    """A phone's certificates stand on good ones on the holder's card."""

    code = "card-certificates-missing"
    title = "There are no good certificates on the holder's card"


class ApplicationSignedForOther(Refused):
    """The card signed for other phone keys, or for another application, than those shown."""

    code = "phone-application-signed-for-other"
    title = "The card's signature was made for another application"


class TerminalNotApproved(Refused):
    """The terminal is on no list of those approved for use without a PIN (公的個人認証法38条の4; R-209)."""

    code = "terminal-not-approved"
    title = "This terminal is not approved for use without a PIN"


class PinlessUseNotYetLawful(Refused):
    """Use of the user identification certificate without a PIN is provided for from a later day; field `since`."""

    code = "pinless-use-not-yet-lawful"
    title = "Use without a PIN is not yet provided for"


class TerminalSignatureInvalid(Refused):
    """The terminal's signature does not fit what it says about the use, or was seen before."""

    code = "terminal-signature-invalid"
    title = "The terminal's signature does not fit"


class TerminalKnown(Conflict):
    """A terminal of that name, or with that key, was approved before."""

    code = "terminal-known"
    title = "This terminal was approved before"


class SecondPersonNeeded(Refused):
    """Whoever opened a case may not close or approve it."""

    code = "jpki-second-person-needed"
    title = "Another person must do this step"


class NoSuchIncident(NotFound):
    """There is no incident of that number, or it is closed."""

    code = "no-such-incident"
    title = "There is no such open incident"


class RootKnownWithOtherContent(Conflict):
    """A ceremony of that kind and generation was held with another script or key."""

    code = "ceremony-held-with-other-content"
    title = "This generation was established with other content"


class CeremonyScriptRefused(Malformed):
    """The script of a key ceremony breaks a rule; fields `rule` and `where` name it and its place.

    No key was touched.
    """

    code = "ceremony-script-refused"
    title = "The script of the ceremony cannot be held"


class VerifierApplicationIncomplete(Malformed):
    """An application or recognition lacks something; field `missing` names it."""

    code = "verifier-application-incomplete"
    title = "The verifier's application is incomplete"


class VerifierWithoutAgreement(Refused):
    """A recognised verifier gets a credential after it concluded an agreement with the authority (36条2項)."""

    code = "verifier-without-agreement"
    title = "The agreement with this verifier is not concluded yet"


class VerifierDecidedByApplicant(Refused):
    """Whoever entered an application does not decide it."""

    code = "verifier-decided-by-applicant"
    title = "Another person than the one who entered the application decides"


class VerifierStateChangeNotAllowed(Conflict):
    """The verifier's state does not allow the change; field `state` names it."""

    code = "verifier-state-change-not-allowed"
    title = "The verifier's state does not allow this"


class NoSuchVerifier(NotFound):
    """No verifier of that name applied."""

    code = "no-such-verifier"
    title = "There is no such verifier"


class ServiceNotYetLawful(Refused):
    """The law does not know this service yet; field `since` says from when."""

    code = "verifier-service-not-yet-lawful"
    title = "This service is not lawful yet"


class NoRenewalLetters(NotFound):
    """Nobody waits for a letter, or none was written on that day."""

    code = "no-renewal-letters"
    title = "There are no letters to write"


class HandleUnknown(NotFound):
    """The handle is not one of the asking verifier's for this holder."""

    code = "certificate-handle-unknown"
    title = "The handle belongs to no certificate of this holder"


class ConsentForOtherUse(Refused):
    """The card signed for something else than this request of this verifier."""

    code = "consent-for-other-use"
    title = "The holder's consent was given for something else"


class StatusNotReady(Unavailable):
    """Changes could not be read for too long, or this asker asks faster than it may."""

    code = "certificate-status-not-ready"
    title = "No status can be told at this moment"


class NoSuchGeneration(NotFound):
    """No ceremony established that generation of an authority; field `kind`."""

    code = "no-such-authority-generation"
    title = "There is no such generation of the authority"


class NoSuchList(NotFound):
    """No revocation list of that name is published."""

    code = "no-such-revocation-list"
    title = "There is no such revocation list"


class IssueInterrupted(Unavailable):
    """The common write ended for a reason outside this application; what was recorded is taken up again."""

    code = "certificate-issue-interrupted"
    title = "The issue was interrupted; send the application again"


class IssuedByGovernor(Refused):
    """On that day the governor of the prefecture issued certificates, not this institution; field `since` (R-199)."""

    code = "jpki-issued-by-governor"
    title = "On that day certificates were not issued by this institution"

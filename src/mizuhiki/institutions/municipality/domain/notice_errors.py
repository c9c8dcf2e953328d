"""Errors about notification cards, notices, actual residences and returned mail.

Refused   CardAloneProvesNothing, NoticeIsNoProof, NoticeNotUsable, ItemsDifferFromRegister, ResidenceOutOfPeriod,
          AttachmentMissing, CaseConditionMissing, SourceNotAllowed, HallNotAllowed, ResidenceNotFresh,
          ConsentMisplaced, BranchNotAllowed, KeepingPeriodRunning, DeliveryOptionOff, NotificationCardAbolished
NotFound  UnknownNotice, UnknownResidence, UnknownMailing
Conflict  NoticeNotInState, NoticeStillLive, EndorsementsFull, NoticesNotYetSent, ResidenceApprovedAlready
Malformed MalformedNoticeNumber, EndorsementEmpty
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class CardAloneProvesNothing(Refused):
    """A notification card proves a number; who holds it is proved by another document (番号法16条; R-101)."""

    code = "notification-card-alone"
    title = "A notification card alone does not prove identity; ask for identity documents as well"


class NoticeIsNoProof(Refused):
    """An Individual Number notice, in use since 2020-05-25, informs only (R-103)."""

    code = "number-notice-no-proof"
    title = "An Individual Number notice does not prove a number; ask for a card or a copy of the record"


class NoticeNotUsable(Refused):
    """The card was collected, lost, returned or replaced; field `state` (R-102)."""

    code = "notification-card-not-usable"
    title = "This notification card is not in use any more"


class ItemsDifferFromRegister(Refused):
    """After the abolition a card counts only while its items equal the register's; field `items` (R-103)."""

    code = "notification-card-items-differ"
    title = "The items on the card differ from the register, so it no longer proves the number"


class ResidenceOutOfPeriod(Refused):
    """Actual residences for the initial sending were taken from 2015-09-01 to 2015-09-30 (R-111)."""

    code = "residence-out-of-period"
    title = "The application lies outside the registration period"


class AttachmentMissing(Refused):
    """A paper the case needs is not there; field `item` (R-112, R-113, R-118)."""

    code = "residence-attachment-missing"
    title = "A paper that this application needs is missing"


class CaseConditionMissing(Refused):
    """A condition of the case does not hold; field `item` (R-107 to R-110)."""

    code = "residence-case-condition-missing"
    title = "A condition of this case is not met"


class SourceNotAllowed(Refused):
    """This case has no such exception to the application by the person (R-115, R-117)."""

    code = "residence-source-not-allowed"
    title = "In this case the address must come from an application"


class HallNotAllowed(Refused):
    """Keeping at the town hall exists for victims of violence and long stays only (R-116)."""

    code = "residence-hall-not-allowed"
    title = "In this case the card cannot be kept at the town hall"


class ResidenceNotFresh(Refused):
    """An address the municipality held already was not confirmed as still right (R-115, R-117)."""

    code = "residence-not-fresh"
    title = "The address held already must be confirmed first, by contact in the registration period"


class ConsentMisplaced(Refused):
    """Consent to share the address belongs to evacuees only (R-113)."""

    code = "residence-consent-misplaced"
    title = "Only an evacuee's application has a consent to share the address"


class BranchNotAllowed(Refused):
    """What the register says does not allow this treatment; fields `finding` and `step` (R-121 to R-124)."""

    code = "returned-notice-branch-not-allowed"
    title = "The register does not allow this for the returned card"


class KeepingPeriodRunning(Refused):
    """The card is kept for three months before its return is registered; field `until` (R-124)."""

    code = "returned-notice-period-running"
    title = "The keeping period of the returned card has not ended"


class DeliveryOptionOff(Refused):
    """This municipality does not use application at the counter (申請時来庁方式; R-126)."""

    code = "counter-application-option-off"
    title = "This municipality does not take card applications at the counter"


class NotificationCardAbolished(Refused):
    """Since 2020-05-25 no notification card is issued, re-issued or endorsed (R-103)."""

    code = "notification-card-abolished"
    title = "Notification cards were abolished on 25 May 2020; this cannot be done any more"


class UnknownNotice(NotFound):
    """No card or notice of this municipality fits."""

    code = "unknown-notice"
    title = "No notification card or notice fits; check the card id or the four items"


class UnknownResidence(NotFound):
    """There is no such registration of an actual residence."""

    code = "unknown-actual-residence"
    title = "There is no such registration of an actual residence"


class UnknownMailing(NotFound):
    """There is no such mailing."""

    code = "unknown-mailing"
    title = "There is no such mailing"


class NoticeNotInState(Conflict):
    """The step does not follow from where the card stands; fields `state` and `step`."""

    code = "notice-not-in-state"
    title = "The card stands at another step"


class NoticeStillLive(Conflict):
    """The person has a card or notice that is under way or in use."""

    code = "notice-still-live"
    title = "The person still has a card or notice; report it lost or surrendered first"


class EndorsementsFull(Conflict):
    """The additional entry column has no line left (R-104, R-188)."""

    code = "endorsement-column-full"
    title = "The column for later entries is full; issue the card again"


class NoticesNotYetSent(Conflict):
    """Nothing is sent before the Act took effect (R-105)."""

    code = "notices-before-start"
    title = "Cards are sent from 5 October 2015"


class ResidenceApprovedAlready(Conflict):
    """Sending to the actual residence was approved before, or needs no approval."""

    code = "residence-approved-already"
    title = "Sending to this residence needs no approval any more"


class MalformedNoticeNumber(Malformed):
    """Not 16 digits, or a wrong check digit; the value is not repeated."""

    code = "malformed-notice-number"
    title = "A card id has 16 digits; check them"


class EndorsementEmpty(Malformed):
    """An endorsement names at least one changed item, with its new content."""

    code = "endorsement-empty"
    title = "Say which item changed and what it is now"

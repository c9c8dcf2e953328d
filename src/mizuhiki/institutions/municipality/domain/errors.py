"""Errors of the municipality. Each message says what to do next; none carries personal data.

Refused   ActorOfOtherInstitution, IdentityNotVerified, NumberDoesNotMatch, NumberNotHere, SamePersonMayNotApprove,
          SignatureCertificateTooYoung, MoveNotForCode, SpecialRequestMissing, ParentNotInHousehold,
          SameOfficerMayNotLift, CardHolderNotVerified, CardLapsed, SubstitutesNotConfirmed
NotFound  UnknownResident, UnknownHousehold, UnknownMove, UnknownCase, UnknownCard, UnknownMeasure, UnknownLift
Conflict  NumberingOutOfOrder, ChangeRequestTaken, CodeStockEmpty, NumberRefused, RecordNotCurrent, AlreadyMoving,
          MoveCompleted, AlreadyResident, CaseNotInState, InformationMissing, NothingPayable, LawNotCoded,
          LinkageNotReady, PreviousMunicipalityUnknown, NothingToEndorse, MeasureExists, MeasureEnded,
          LiftNotWaiting
Malformed DateImpossible, EmptySearch, EmptyForm, TaxRecordImplausible
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class ActorOfOtherInstitution(Refused):
    """Only staff and machinery of this municipality act here (R-014)."""

    code = "actor-of-other-institution"
    title = "Only staff of this municipality may do this"


class IdentityNotVerified(Refused):
    """A step of the identity check is missing; field `step` (番号法16条; R-021, R-051)."""

    code = "identity-not-verified"
    title = "The identity check is not complete"


class NumberDoesNotMatch(Refused):
    """The holder of the number is written differently; field `items` names what differs."""

    code = "number-does-not-match"
    title = "Number and written items do not belong together; ask for the card again"


class NumberNotHere(Refused):
    """Nobody in this register holds the number."""

    code = "number-not-here"
    title = "No resident of this municipality holds this number; check the digits on the card"


class SamePersonMayNotApprove(Refused):
    """A decision is approved by somebody else than who proposed it."""

    code = "same-person-may-not-approve"
    title = "The decision must be approved by another person than the one who proposed it"


class SignatureCertificateTooYoung(Refused):
    """Persons under 15 get no signature certificate (公的個人認証法3条; R-201)."""

    code = "signature-certificate-too-young"
    title = "Persons under 15 get no signature certificate; leave the signature PIN out"


class MoveNotForCode(Refused):
    """The move reference and the resident record code do not belong together."""

    code = "move-not-for-code"
    title = "Reference and resident record code do not belong together; check both on the paper"


class SpecialRequestMissing(Refused):
    """Code and number are printed only on the person's special request (住基法12条5項; R-040)."""

    code = "special-request-missing"
    title = "Code and number are printed only on a special request; record its reason"


class UnknownResident(NotFound):
    """No record of that name."""

    code = "unknown-resident"
    title = "There is no such resident record"


class UnknownHousehold(NotFound):
    """No household of that name."""

    code = "unknown-household"
    title = "There is no such household"


class UnknownMove(NotFound):
    """No move has this reference."""

    code = "unknown-move"
    title = "There is no such move; check the reference with the other municipality"


class UnknownCase(NotFound):
    """No case of that name."""

    code = "unknown-case"
    title = "There is no such case"


class UnknownCard(NotFound):
    """The desk issued no card to this resident."""

    code = "unknown-card"
    title = "This municipality issued no card to the resident"


class NumberingOutOfOrder(Conflict):
    """A numbering step came before the one it needs, or a second time."""

    code = "numbering-out-of-order"
    title = "This numbering step cannot be taken now"


class CodeStockEmpty(Conflict):
    """No resident record code is left in the stock."""

    code = "code-stock-empty"
    title = "No resident record code is in stock; run the replenishment and try again"


class NumberRefused(Conflict):
    """The register generated no number; field `refusal` has its reason."""

    code = "number-refused"
    title = "The national register refused to generate a number"


class RecordNotCurrent(Conflict):
    """The record was removed, so nothing can be done on it."""

    code = "record-not-current"
    title = "The record is removed"


class AlreadyMoving(Conflict):
    """A move of this person is announced already."""

    code = "already-moving"
    title = "A move of this resident is announced already"


class MoveCompleted(Conflict):
    """The move was completed; its certificate is no longer given."""

    code = "move-completed"
    title = "The move was completed already"


class StaysInMunicipality(Refused):
    """A move out names an address of this municipality: that is a move within (住基法23条, 24条)."""

    code = "stays-in-municipality"
    title = "The new address lies in this municipality; enter a move within"


class AddressElsewhere(Refused):
    """An address of another municipality: a register holds who lives in its own area (住基法5条, 8条)."""

    code = "address-elsewhere"
    title = "The address lies in another municipality; only its register enters who lives there"


class AlreadyResident(Conflict):
    """The person is in this register."""

    code = "already-resident"
    title = "The person is registered here already"


class CaseNotInState(Conflict):
    """The case does not stand where this step needs it."""

    code = "case-not-in-state"
    title = "The case is not ready for this step"


class InformationMissing(Conflict):
    """Neither linkage nor paper gave what the decision needs; field `kind`."""

    code = "information-missing"
    title = "Information is missing; request it again or record a paper document"


class NothingPayable(Conflict):
    """No month is payable."""

    code = "nothing-payable"
    title = "There is nothing to pay"


class LawNotCoded(Conflict):
    """The amounts in force in that month are not in this system; field `month`."""

    code = "allowance-law-not-coded"
    title = "The amounts in force in that month are not recorded in this system"


class LinkageNotReady(Conflict):
    """The person has no addressee number because no number is designated yet."""

    code = "linkage-not-ready"
    title = "The resident has no designated number yet"


class PreviousMunicipalityUnknown(Conflict):
    """The record does not say where the person lived on the day that counts."""

    code = "previous-municipality-unknown"
    title = "The record does not say where the person lived on that day; record a paper document"


class CardHolderNotVerified(Refused):
    """The card was not compared with the person, and too few other documents were shown (R-182)."""

    code = "card-holder-not-verified"
    title = "Compare the face with the card, or ask for one document with photograph or two without"


class CardLapsed(Refused):
    """The card ended by law (番号法17条6項, 施行令14条; R-154); field `cause`."""

    code = "card-lapsed"
    title = "The card lapsed; take it back and take an application for a new one"


class SubstitutesNotConfirmed(Refused):
    """The certificate writes name or address with substitute characters that the person has not seen (R-173)."""

    code = "substitutes-not-confirmed"
    title = "Show the person the substitute characters of the certificate and let them confirm"


class NothingToEndorse(Conflict):
    """Items in the chip and in the register are the same."""

    code = "nothing-to-endorse"
    title = "The card has the items of the register already"


class DateImpossible(Malformed):
    """A date lies in the future or before what it follows; field `item`."""

    code = "date-impossible"
    title = "This date is not possible"


class EmptySearch(Malformed):
    """A search without any part."""

    code = "empty-search"
    title = "Enter at least one part to search by"


class EmptyForm(Malformed):
    """A form names nobody; field `item`."""

    code = "empty-form"
    title = "Nobody is named in the form"


class TaxRecordImplausible(Malformed):
    """A figure of a tax record cannot be; field `item`."""

    code = "tax-record-implausible"
    title = "A figure of the tax record cannot be right"


class ParentNotInHousehold(Refused):
    """Neither parent is a member of the household the child is entered in."""

    code = "parent-not-in-household"
    title = "Neither parent is a member of that household; choose the parents' household"


class SameOfficerMayNotLift(Refused):
    """Who asked for a lift may not grant it (複層的チェック; R-078)."""

    code = "same-officer-may-not-lift"
    title = "A support measure is lifted by another person than the one who asked for it"


class UnknownMeasure(NotFound):
    """No support measure has this reference."""

    code = "unknown-support-measure"
    title = "There is no such support measure"


class UnknownLift(NotFound):
    """Nobody asked for such a lift."""

    code = "unknown-lift"
    title = "There is no such request to lift a support measure"


class MeasureExists(Conflict):
    """A support measure stands on the record."""

    code = "support-measure-exists"
    title = "A support measure stands on this record already"


class MeasureEnded(Conflict):
    """The support measure was ended."""

    code = "support-measure-ended"
    title = "This support measure was ended"


class LiftNotWaiting(Conflict):
    """The request was decided, its time is over, or it was used."""

    code = "lift-not-waiting"
    title = "This request was decided already, or its time is over"


class CircumstancesMissing(Malformed):
    """A change of number needs the circumstances that make misuse likely (番号法7条2項; 施行令3条)."""

    code = "circumstances-missing"
    title = "State how the number leaked and how it may be misused"


class ChangeRequestTaken(Conflict):
    """The request id belongs to a change of another person."""

    code = "change-request-taken"
    title = "This request id was used for another person"


class NothingToTransfer(Conflict):
    """Nobody who moves is under a support measure, or the transfer was approved already."""

    code = "no-measure-to-transfer"
    title = "No support measure of this move waits to be transferred"

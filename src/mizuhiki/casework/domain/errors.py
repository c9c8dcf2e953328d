"""What is refused on the way from claim to decision, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class ActorNotOfThisOffice(Refused):
    """Only the office's own people act on its cases."""

    code = "actor-not-of-this-office"
    title = "Only staff of this office may do this"


class AffairOfAnotherProcedure(Refused):
    """The context states another affair than the procedure's; an affair is no formality (番号法9条)."""

    code = "affair-of-another-procedure"
    title = "The affair stated is not that of this procedure"


class ProcedureNotDoneHere(NotFound):
    """The office does not carry this procedure out."""

    code = "procedure-not-done-here"
    title = "This office does not carry out that procedure"


class ClaimIncomplete(Malformed):
    """A claim lacks something; field `item` names it."""

    code = "claim-incomplete"
    title = "The claim is not complete"


class IdentityNotProved(Refused):
    """Number or person was not proved as article 16 demands; field `missing` names what."""

    code = "identity-not-proved"
    title = "The identity check is not complete"


class ClaimantNotInRegister(NotFound):
    """Nobody in the register holds the number."""

    code = "claimant-not-in-register"
    title = "Nobody in the register holds this number"


class ClaimantDoesNotAgree(Refused):
    """What was written differs from the register; fields `role` and `items` name what, never a value (法16条)."""

    code = "claimant-does-not-agree"
    title = "Name, birth date, sex or address do not agree with the register"


class ClaimRequestChanged(Conflict):
    """The request id came again with other content."""

    code = "claim-request-changed"
    title = "This claim was handed in before with other values; use a new request id"


class UnknownClaim(NotFound):
    """There is no case under that name."""

    code = "unknown-claim"
    title = "There is no such case"


class UnknownPerson(NotFound):
    """There is no person under that name."""

    code = "unknown-case-person"
    title = "There is no such person in the cases"


class ClaimNotInState(Conflict):
    """The case stands elsewhere; fields `state` and `wanted`."""

    code = "claim-not-in-state"
    title = "The case does not stand where this step begins"


class PseudonymAwaited(Conflict):
    """The agency pseudonym of somebody in the case has not arrived or is blocked by a mismatch; ask again later."""

    code = "pseudonym-awaited"
    title = "The pseudonym needed for asking has not arrived yet"


class HolderUnknown(NotFound):
    """Nothing says which office holds the information; field `kind`."""

    code = "holder-unknown"
    title = "It is not known which office holds this information"


class EvidenceMissing(Conflict):
    """A kind was neither provided nor replaced by a paper; fields `kind` and `role`."""

    code = "case-evidence-missing"
    title = "Information is missing that the decision needs"


class PaperNotWanted(Refused):
    """No paper is taken for what was provided, was never asked, or is not wanted (R-217); field `reason` says which."""

    code = "paper-not-wanted"
    title = "No paper is taken for this"


class ProposerMayNotDecide(Refused):
    """Whoever proposed a decision does not approve it."""

    code = "proposer-may-not-decide"
    title = "Another person must approve"


class NothingToPay(Conflict):
    """The decision orders no payment, or everything due was ordered."""

    code = "nothing-to-pay"
    title = "Nothing is payable"


class InquiryFileNotHeld(NotFound):
    """No file of this affair has this name: it was never given in, was discarded, or its time is over."""

    code = "inquiry-file-not-held"
    title = "This file is not held here any more; give it in again"


class InquiryFileOfAnotherAffair(Refused):
    """A section asks for its own affair only (番号法9条1項); field `line`, counted from 1."""

    code = "inquiry-file-of-another-affair"
    title = "A line asks for the affair of another section"


class InquiryAboutUndecided(Refused):
    """Staff has to say first whether records of this addressee are one person's; field `line` (R-255)."""

    code = "inquiry-about-undecided"
    title = "A line is about somebody whose records staff has not yet told apart"


class InquiryAboutStranger(Refused):
    """A section asks about people it has a record of, so that the protection gate can be asked; field `line`."""

    code = "inquiry-about-stranger"
    title = "A line is about somebody of whom there is no record here"


class OrdinanceOfAnotherBody(Refused):
    """A body lodges affairs of its own ordinances only (番号法9条2項)."""

    code = "ordinance-of-another-body"
    title = "This ordinance is another body's"

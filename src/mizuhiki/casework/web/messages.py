"""Words of states, steps, roles and outcomes of a case, and titles of its errors; listed for translation."""

from __future__ import annotations

from mizuhiki.casework.domain import errors


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


STATES = {
    "received": N_("Newly received"),
    "examined": N_("Examined"),
    "proposed": N_("Proposed"),
    "decided": N_("Decided"),
    "withdrawn": N_("Taken back"),
}
STANDINGS = {
    "not-asked": N_("Not asked yet"),
    "provided": N_("Provided"),
    "paper": N_("Paper taken"),
    "no-data-suffices": N_("Nothing held"),
    "waiting": N_("No answer yet"),
    "paper-needed": N_("Paper needed"),
}
ROLES = {
    "applicant": N_("Applicant"),
    "spouse": N_("Spouse"),
    "parent": N_("Parent or supporter"),
    "child": N_("Child"),
    "household": N_("Member of the household"),
}
OUTCOMES = {
    "provided": N_("Provided"),
    "no-data": N_("The holder has no record"),
    "unavailable": N_("The holder does not answer; ask again later"),
    "pending": N_("An officer of the holder must approve; ask again later"),
    "holder-unknown": N_("It is not known which office holds this information"),
}
STEPS = {
    "received": N_("Claim received"),
    "proposed": N_("Decision proposed"),
    "sent-back": N_("Sent back"),
    "approved": N_("Decision approved"),
    "withdrawn": N_("Claim withdrawn"),
    "payment-ordered": N_("Payment ordered"),
    "notice-sent": N_("Notice sent"),
    "assistance-change-proposed": N_("Change of assistance proposed"),
    "assistance-change-approved": N_("Change of assistance approved"),
    "investigated": N_("Visit to the household recorded"),
}
ASKED, PAPER = N_("Asked: %(kind)s"), N_("Paper taken: %(kind)s")
NUMBER_PROOFS = {
    "card": N_("Individual Number Card"),
    "notification-card": N_("Notification card"),
    "resident-record-copy": N_("Copy of the resident record with the number"),
}
PERSON_PROOFS = {
    "card": N_("Individual Number Card"),
    "photo-document": N_("Document with a photograph"),
    "two-documents": N_("Two documents without a photograph"),
}
ORDINANCES = N_("Affairs under ordinances")
FILING_STATES = {
    "lodged": N_("Waits for the commission"),
    "published": N_("Published"),
    "returned": N_("Returned by the commission"),
    "withdrawn": N_("No longer linked"),
}
FILING_REASONS = {"ended by the local body": N_("This body ended it")}
"""Reasons that the commission's program writes."""
REPLACED = ("a newer filing takes its place: ", N_("A newer filing takes its place"))
"""How its reason of a replaced filing begins, and the words that are shown for it."""
SILENT = N_("Another institution does not answer now. Nothing was lost; try again in a few minutes.")
RULES_THERE = {
    "ordinance-affair-beyond-item": N_("The item of table 2 does not name this provider and kind"),
    "ordinance-affair-malformed": N_("The affair under an ordinance is not described completely"),
    "ordinance-affair-not-allowed": N_("An ordinance cannot add this affair"),
    "ordinance-filing-changed": N_("This form was lodged before with other content; open the page again"),
    "ordinance-filing-unknown": N_("The commission has no such filing"),
    "ordinance-step-impossible": N_("The affair does not stand any more"),
}
"""Rules of other institutions, by the code with which they refuse."""
ERRORS = (
    N_("Only staff of this office may do this"),
    N_("The affair stated is not that of this procedure"),
    N_("This office does not carry out that procedure"),
    N_("The claim is not complete"),
    N_("The identity check is not complete"),
    N_("Nobody in the register holds this number"),
    N_("Name, birth date, sex or address do not agree with the register"),
    N_("This claim was handed in before with other values; use a new request id"),
    N_("There is no such case"),
    N_("There is no such person in the cases"),
    N_("The case does not stand where this step begins"),
    N_("The pseudonym needed for asking has not arrived yet"),
    N_("It is not known which office holds this information"),
    N_("Information is missing that the decision needs"),
    N_("No paper is taken for this"),
    N_("Another person must approve"),
    N_("Nothing is payable"),
    N_("This page has no such step; open it again"),
    N_("This cannot be disclosed"),
    N_("This role may not do this"),
    N_("This ordinance is another body's"),
    N_("The affair under an ordinance is not described completely"),
    N_("An ordinance cannot add this affair"),
    N_("This body lodged no such affair"),
    N_("Another institution could not read the request"),
    N_("Another institution refused"),
    N_("Another institution found nothing"),
    N_("Not possible in the present state of another institution"),
)
CLASSES = (
    errors.ActorNotOfThisOffice,
    errors.AffairOfAnotherProcedure,
    errors.ProcedureNotDoneHere,
    errors.ClaimIncomplete,
    errors.IdentityNotProved,
    errors.ClaimantNotInRegister,
    errors.ClaimantDoesNotAgree,
    errors.ClaimRequestChanged,
    errors.UnknownClaim,
    errors.UnknownPerson,
    errors.ClaimNotInState,
    errors.PseudonymAwaited,
    errors.HolderUnknown,
    errors.EvidenceMissing,
    errors.PaperNotWanted,
    errors.ProposerMayNotDecide,
    errors.NothingToPay,
    errors.OrdinanceOfAnotherBody,
)
"""Errors of cases; `ERRORS` lists their titles, and those of other errors that the pages show."""

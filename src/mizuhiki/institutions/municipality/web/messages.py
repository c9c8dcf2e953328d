"""Messages that are used by their English text: navigation, roles, codes, sentences of the domain, error titles."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


ROLE_NAMES = {
    "registrar": N_("Registrar"),
    "counter-clerk": N_("Counter clerk"),
    "mayor": N_("Mayor's office"),
    "linkage-officer": N_("Linkage officer"),
    "tax-officer": N_("Tax officer"),
    "approver": N_("Approver"),
    "support-officer": N_("Officer responsible for support measures"),
    "child-section-clerk": N_("Clerk of the child section"),
    "child-section-approver": N_("Approving officer of the child section"),
    "care-section-clerk": N_("Clerk of the care section"),
    "care-section-approver": N_("Approving officer of the care section"),
    "housing-section-clerk": N_("Clerk of the housing section"),
    "housing-section-approver": N_("Approving officer of the housing section"),
    "welfare-office-clerk": N_("Clerk of the welfare office"),
    "welfare-office-approver": N_("Approving officer of the welfare office"),
}
WITHHELD = N_("Record under a support measure")
WORKS = {
    "household": N_("Look at the household, once"),
    "certificate": N_("Give one certificate"),
    "tax": N_("Look at the tax records, once"),
    "numbering": N_("Number the resident"),
    "card": N_("Issue a card"),
    "birth": N_("Register a birth"),
    "move-out": N_("Register a move out"),
    "claim": N_("Take a claim for child allowance"),
    "case": N_("Work on a claim for child allowance"),
    "event": N_("Enter a life event"),
    "history": N_("Look at the history of a record, once"),
    "copy": N_("Give a copy"),
    "notice": N_("Work on a card that was sent by post"),
}
LIFT_STATES = {
    "asked": N_("Waits for the officer"),
    "open": N_("Lifted"),
    "declined": N_("Declined"),
    "locked": N_("Locked again"),
}
CHANGE_CAUSES = {
    "request": N_("The person, in writing"),
    "ex-officio": N_("The mayor, of its own motion"),
}
NAVIGATION = (
    N_("Start"),
    N_("Search residents"),
    N_("Move in"),
    N_("Entries"),
    N_("Tasks"),
    N_("Child allowance cases"),
    N_("Cards by post"),
    N_("Journal"),
    N_("Support measures"),
)
RELATIONSHIPS = {
    "02": N_("Head of the household"),
    "11": N_("Husband"),
    "12": N_("Wife"),
    "13": N_("Husband (not registered)"),
    "14": N_("Wife (not registered)"),
    "20": N_("Child"),
    "51": N_("Father"),
    "52": N_("Mother"),
    "96": N_("Relative"),
    "99": N_("Cohabitant"),
}
SEXES = {1: N_("Male"), 2: N_("Female"), 9: N_("Not stated")}
REASONS = {
    "move-in": N_("Moved in"),
    "birth": N_("Born"),
    "ex-officio-entry": N_("Entered ex officio"),
    "move-out": N_("Moved out"),
    "death": N_("Died"),
    "ex-officio-removal": N_("Removed ex officio"),
    "move-within": N_("Moved within the municipality"),
    "ex-officio-correction": N_("Corrected ex officio"),
    "minor-correction": N_("Minor correction"),
    "code-change": N_("Resident record code changed"),
    "number-change": N_("Individual Number changed"),
    "initial": N_("Taken over from the former register"),
}
RECORD_STATES = {"current": N_("Current"), "moving": N_("Move announced"), "removed": N_("Removed")}
STAGES = {
    "code-written": N_("Code written"),
    "number-requested": N_("Number requested"),
    "number-generated": N_("Number generated"),
    "designated": N_("Number designated"),
    "notified": N_("Notified"),
    "kept": N_("Number kept from before"),
}
LINKAGES = {"none": N_("Not requested"), "requested": N_("Requested"), "refused": N_("Refused")}
CASE_STATES = {
    "applied": N_("Applied"),
    "examined": N_("Examined"),
    "proposed": N_("Proposed"),
    "approved": N_("Approved"),
    "paying": N_("In payment"),
}
CASE_STEPS = {
    "applied": N_("Claim received"),
    "linked-local-tax": N_("Local tax information requested"),
    "linked-pension-enrolment": N_("Pension enrolment requested"),
    "paper-local-tax": N_("Paper on local tax recorded"),
    "paper-pension-enrolment": N_("Paper on pension enrolment recorded"),
    "proposed": N_("Decision proposed"),
    "approved": N_("Decision approved"),
    "payment-ordered": N_("Payment ordered"),
    "notice-sent": N_("Notice of the decision sent"),
}
OUTCOMES = {
    "provided": N_("Provided"),
    "no-data": N_("No information held"),
    "pending": N_("No answer yet"),
    "unavailable": N_("Not available now"),
}
KINDS = {"local-tax": N_("Local tax information"), "pension-enrolment": N_("Pension enrolment")}
NOTES = {"notified-late": N_("Notified late")}
DOCUMENTS = {
    "birth-notification": N_("Notification of birth with the birth certificate (戸籍法49条)"),
    "mother-child-handbook": N_("Mother and child handbook"),
    "notifier-identity": N_("Identity document of the notifier"),
    "moving-out certificate over the network": N_("Moving-out certificate over the network"),
    "move-in notice": N_("Move-in notice"),
}
FIELDS = {
    "rule": N_("Provision"),
    "item": N_("Item"),
    "items": N_("Items that differ"),
    "kind": N_("Information"),
    "step": N_("Missing step"),
    "state": N_("Present state"),
    "wanted": N_("State needed"),
    "month": N_("Month"),
    "pin": N_("PIN"),
    "reason": N_("Reason"),
    "stage": N_("Present stage"),
    "refusal": N_("Reason of refusal"),
    "peer": N_("Institution"),
    "peer_code": N_("Rule there"),
    "refused_by": N_("Refused by"),
    "role": N_("Role"),
    "action": N_("Action"),
    "day": N_("Day"),
}
REFUSED_ITEMS = {
    "identity-documents": N_("Identity documents"),
    "identity-copy": N_("Copy of an identity document"),
    "place-proof": N_("Proof of the place"),
    "victim-proof": N_("Proof of being a disaster victim"),
    "power-of-attorney": N_("Power of attorney"),
    "agent-identity-copy": N_("Copy of the agent's identity document"),
    "expected-for-long": N_("The stay is expected to be long"),
    "nobody-at-address": N_("Nobody lives at the address meanwhile"),
    "collects-after-leaving": N_("The person collects the card after leaving"),
    "held-by-municipality": N_("Held by the municipality already"),
    "contact-by-municipality": N_("The municipality asked the person"),
    "received_on": N_("date of receipt"),
    "birth_date": N_("date of birth"),
    "moved_in_on": N_("day of the move"),
    "issued_on": N_("day of issue"),
    "name": N_("name"),
    "birth-date": N_("date of birth"),
    "address": N_("address"),
    "claimant": N_("the number is of another resident than the claimant"),
    "application": N_("application received"),
    "card-shown": N_("card shown"),
    "face-checked": N_("face checked"),
    "chip-equals-face": N_("chip equals the printed face"),
    "number-and-items-compared": N_("number and items compared"),
}
PIN_NAMES = {
    "user-identification": N_("User identification PIN"),
    "items": N_("Card-face items PIN"),
    "resident-register": N_("Resident register PIN"),
    "signature": N_("Signature password"),
}
PIN_REASONS = {
    "length": N_("It has the wrong length."),
    "characters": N_("It has a character that is not allowed."),
    "letter-and-digit": N_("It needs at least one letter and one digit."),
    "birth-date-or-security-code": N_("It is the birth date or the security code of the card. Choose other digits."),
    "card": N_("The card refused it."),
}
AMOUNT_RULES = (
    N_("not of the age the allowance is paid for (法3条, 4条)"),
    N_("income at or over the limit: special benefit (法附則2条)"),
    N_("under three years (法6条1項)"),
    N_("third or later child, to the end of elementary school (法6条1項)"),
    N_("first or second child, to the end of elementary school (法6条1項)"),
    N_("junior high school (法6条1項)"),
    N_("income at or over the upper limit: nothing is paid (法附則2条)"),
)
# Sentences of the domain with their values; the groups of a pattern fill the names of the message in order.
REASON_PATTERNS = (
    (r"law in force: (.+)", ("law",), N_("Law in force: %(law)s")),
    (
        r"payable from ([0-9-]+): .*",
        ("month",),
        N_("Payable from %(month)s, the month after the claim counts as made (法8条2項, 3項)"),
    ),
    (
        r"income ([\d,]+) yen is below the limit of ([\d,]+) yen for (\d+) dependents.*",
        ("income", "limit", "count"),
        N_("Income of %(income)s yen is below the limit of %(limit)s yen (dependents: %(count)s; 法5条)"),
    ),
    (
        r"income ([\d,]+) yen is at or over the limit of ([\d,]+) yen for (\d+) dependents.*",
        ("income", "limit", "count"),
        N_("Income of %(income)s yen is at or over the limit of %(limit)s yen (dependents: %(count)s; 法5条)"),
    ),
    (r"income and dependents: paper, (.+)", ("source",), N_("Income and dependents from a paper: %(source)s")),
    (r"income and dependents: (.+)", ("source",), N_("Income and dependents from linkage: %(source)s")),
    (r"pension enrolment: paper, (.+)", ("source",), N_("Pension enrolment from a paper: %(source)s")),
    (r"pension enrolment: (.+)", ("source",), N_("Pension enrolment from linkage: %(source)s")),
)  # fmt: skip
ERROR_TITLES = (
    N_("The card lapsed; take it back and take an application for a new one"),
    N_("Compare the face with the card, or ask for one document with photograph or two without"),
    N_("The card has the items of the register already"),
    N_("State how the number leaked and how it may be misused"),
    N_("This request id was used for another person"),
    N_("A support measure protects this record; only the responsible officer can lift it for one request"),
    N_("A support measure is lifted by another person than the one who asked for it"),
    N_("There is no such support measure"),
    N_("There is no such request to lift a support measure"),
    N_("A support measure stands on this record already"),
    N_("This support measure was ended"),
    N_("This request was decided already, or its time is over"),
    N_("This page has no such step; open it again"),
    N_("Only staff of this municipality may do this"),
    N_("The identity check is not complete"),
    N_("Number and written items do not belong together; ask for the card again"),
    N_("No resident of this municipality holds this number; check the digits on the card"),
    N_("The decision must be approved by another person than the one who proposed it"),
    N_("Persons under 15 get no signature certificate; leave the signature PIN out"),
    N_("Reference and resident record code do not belong together; check both on the paper"),
    N_("Code and number are printed only on a special request; record its reason"),
    N_("There is no such resident record"),
    N_("There is no such household"),
    N_("There is no such move; check the reference with the other municipality"),
    N_("There is no such case"),
    N_("This municipality issued no card to the resident"),
    N_("This numbering step cannot be taken now"),
    N_("No resident record code is in stock; run the replenishment and try again"),
    N_("The national register refused to generate a number"),
    N_("The record is removed"),
    N_("A move of this resident is announced already"),
    N_("The move was completed already"),
    N_("The person is registered here already"),
    N_("The case is not ready for this step"),
    N_("Information is missing; request it again or record a paper document"),
    N_("There is nothing to pay"),
    N_("The amounts in force in that month are not recorded in this system"),
    N_("The resident has no designated number yet"),
    N_("The record does not say where the person lived on that day; record a paper document"),
    N_("The card is personalised already"),
    N_("The card is not ready for this step"),
    N_("The certificate belongs to another key"),
    N_("This generation of chip takes no new signature certificate; issue a new card"),
    N_("This date is not possible"),
    N_("Enter at least one part to search by"),
    N_("Nobody is named in the form"),
    N_("A figure of the tax record cannot be right"),
    N_("Neither parent is a member of that household; choose the parents' household"),
    N_("This role may not do this"),
    N_("The number may not be used for this affair"),
    N_("This affair belongs to another kind of body"),
    N_("No row of the Act's table allows this body to search identification information for this affair"),
    N_("The row that allows this search is not in force on this day"),
    N_("This is not an Individual Number"),
    N_("This is not a Resident Record Code"),
    N_("This is not a person's name"),
    N_("This is not a date"),
    N_("This PIN is not allowed"),
    N_("This cannot be disclosed"),
    N_("No statute row allows this inquiry"),
    N_("The statute row is not in force on this day"),
    N_("Another institution refused"),
    N_("Another institution found nothing"),
    N_("Another institution could not read the request"),
    N_("Another institution does not answer"),
    N_("Another institution failed"),
    N_("Not possible in the present state of another institution"),
)

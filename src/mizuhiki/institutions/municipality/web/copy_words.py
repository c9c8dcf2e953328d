"""Words for the codes of copies, inspections and derived lists, and the titles of their refusals."""

from __future__ import annotations

from mizuhiki.institutions.municipality.web.messages import N_

KINDS = {
    "resident-copy": N_("Copy of the resident record"),
    "statement": N_("Certificate of items in the resident record"),
    "removed-copy": N_("Copy of a removed record"),
    "supplement-copy": N_("Copy of the supplement to the family register"),
}
SCOPES = {"person": N_("This person only"), "household": N_("The whole household")}
REQUESTERS = {
    "self": N_("The person"),
    "same-household": N_("Member of the same household"),
    "messenger": N_("Messenger of the person"),
    "legal-representative": N_("Legal representative"),
    "representative-messenger": N_("Messenger of the legal representative"),
    "voluntary-agent": N_("Voluntary agent"),
    "third-party": N_("Third party with a legitimate reason"),
    "lawyer": N_("Lawyer or other professional for a client"),
    "public-body": N_("Organ of the State or a local public body"),
}
WAYS = {"counter": N_("At the counter"), "post": N_("By post")}
DELIVERIES = {
    "direct": N_("Hand over here"),
    "principal-address": N_("Send to the person's registered address"),
    "elsewhere": N_("Send to another place"),
}
PLACES = {
    "none": N_("Not sent to another place"),
    "representative-home": N_("Home of the legal representative"),
    "representative-workplace": N_("Workplace of the legal representative"),
    "requester-office": N_("Home or office of who asks in their own name"),
    "other": N_("Another place"),
}
ITEMS = {
    "household": N_("Head of the household and relationship"),
    "domicile": N_("Registered domicile and head of the family register"),
    "foreign": N_("Nationality and residence items of foreign residents"),
    "code": N_("Resident Record Code"),
    "number": N_("Individual Number"),
}
INTERESTS = {
    "none": N_("Not a third party"),
    "own-rights": N_("Exercise own rights or do own duties"),
    "submission": N_("Submit it to a public body"),
    "other-just": N_("Another legitimate reason"),
}
PROFESSIONS = {
    "none": N_("Not a professional"),
    "attorney": N_("Attorney"),
    "judicial-scrivener": N_("Judicial scrivener"),
    "land-surveyor": N_("Land and house surveyor"),
    "tax-accountant": N_("Tax accountant"),
    "social-insurance-consultant": N_("Social insurance consultant"),
    "patent-attorney": N_("Patent attorney"),
    "maritime-agent": N_("Maritime agent"),
    "administrative-scrivener": N_("Administrative scrivener"),
}
SHOWN = {
    "individual-number-card": N_("Individual Number Card (photograph)"),
    "resident-register-card": N_("Basic Resident Register Card (photograph)"),
    "driving-licence": N_("Driving licence (photograph)"),
    "passport": N_("Passport (photograph)"),
    "residence-card": N_("Residence card (photograph)"),
    "disability-certificate": N_("Disability certificate (photograph)"),
    "professional-card": N_("Card of a professional association (photograph)"),
    "official-card": N_("Card of a public official (photograph)"),
    "health-insurance-card": N_("Health insurance card (two are needed)"),
    "pension-book": N_("Pension book (two are needed)"),
    "student-card": N_("Student card (two are needed)"),
    "bank-card": N_("Bank card (two are needed)"),
}
LEVELS = {
    "photo": N_("One public document with a photograph"),
    "two-documents": N_("Two documents without a photograph"),
    "questioned": N_("One document and questions answered"),
    "none": N_("Not identified"),
}
PAPERS = {
    "proof-of-representation": N_("Proof of legal representation"),
    "power-of-attorney": N_("Written mandate"),
    "proof-of-interest": N_("Proof of the legitimate reason"),
    "official-letter": N_("Official letter"),
    "unified-form": N_("Professional's request form with seal"),
    "proof-of-place": N_("Proof of the representative's home or workplace"),
}
REFUSALS = {
    "not-handed-so-not-sent": N_(
        "the counter does not hand it to the agent but sends it to the person's own address, so reason and place of "
        "sending elsewhere are not found justified"
    ),
    "not-handed-to-this-agent": N_("it is not handed to this agent but sent to the person's own address"),
    "not-handed-before-2018-11-27": N_(
        "before 27 November 2018 it was handed to no representative but sent to the person's own address"
    ),
    "offenders-agent-is-the-offender": N_(
        "an offender's agent or lawyer counts as the offender; what a court needs goes to the court on its own request"
    ),
}
STEPS = {"issued": N_("Issued"), "printed": N_("Page made"), "cancelled": N_("Cancelled")}
INSPECTION_KINDS = {
    "public-body": N_("Public body, for a task of law"),
    "research": N_("Research of public interest"),
    "welfare": N_("Welfare work of a public association"),
    "lawsuit": N_("Proof of residence for a lawsuit"),
    "commerce": N_("Commerce and anything else"),
}
INSPECTION_STATES = {
    "asked": N_("Waits for the mayor"),
    "permitted": N_("Permitted"),
    "refused": N_("Refused"),
    "done": N_("Inspected"),
}
PURPOSES = {
    "office": N_("The office whose law says so"),
    "inspection": N_("Inspection of an extract"),
}
RECEIVERS = {
    "election-commission": N_("Election Administration Commission"),
    "inspectors": N_("People who inspect the extract"),
    "board-of-education": N_("Board of education"),
    "health-insurance": N_("Insurance section"),
    "care-insurance": N_("Long-term care section"),
    "pension-desk": N_("Pension desk"),
    "child-allowance": N_("Child allowance section"),
    "public-health": N_("Public health section"),
}
LISTS = {
    "electoral-roll": N_("Electoral roll"),
    "school-register": N_("School register"),
    "health-insurance": N_("National health insurance, candidates"),
    "elderly-medical": N_("Medical care of the elderly aged 75 and over"),
    "care-insurance": N_("Long-term care insurance"),
    "national-pension": N_("National pension, candidates"),
    "child-allowance": N_("Child allowance, children"),
    "vaccination": N_("Vaccination"),
}
REASONS = {
    "roll-resident": N_("Voting age, three months in the register"),
    "roll-former-residence": N_("Moved out less than four months ago"),
    "school-elementary": N_("Elementary school"),
    "school-lower-secondary": N_("Lower secondary school"),
    "school-next-year": N_("Enters school next April"),
    "school-invited": N_("Foreign child, to be invited"),
    "insurance-under-75": N_("Resident under 75, unless insured elsewhere"),
    "elderly-from-75": N_("Aged 75 or over"),
    "care-first-insured": N_("First insured, from 65"),
    "care-second-insured": N_("Second insured, 40 to 64 with medical insurance"),
    "pension-20-to-59": N_("Aged 20 to 59, unless insured by employment"),
    "allowance-child": N_("Child of the ages of the Act"),
    "vaccination-bcg": N_("BCG"),
    "vaccination-mr-first": N_("Measles and rubella, first"),
    "vaccination-mr-second": N_("Measles and rubella, second"),
    "vaccination-influenza-65": N_("Influenza, from 65"),
}
STATED = {
    "purpose": N_("Purpose"),
    "interest": N_("Legitimate reason"),
    "profession": N_("Profession"),
    "body": N_("Office, firm or client"),
    "name": N_("Name of who asks"),
    "address": N_("Address of the other place"),
    "copies": N_("Number of copies"),
    "responsible": N_("Responsible"),
    "area": N_("Area"),
    "inspectors": N_("Inspectors"),
    "basis": N_("Basis in law"),
    "handling": N_("Keeping and destroying"),
    "publication": N_("How results are published"),
    "reason": N_("Reason"),
}
"""What a requester has to state."""
ERROR_TITLES = (
    N_("The copy is not given"),
    N_("This person may not ask for this copy"),
    N_("Ask for one public document with a photograph or two others"),
    N_("A paper is missing"),
    N_("The requester must state more"),
    N_("This item is not given to this requester"),
    N_("The copy would hold more people than may be asked for"),
    N_("There were no copies with the number on that day"),
    N_("A copy with the number is not given to this person in this way"),
    N_("What is asked at the counter is handed over there; what is asked by post is sent"),
    N_("Reason and place of sending to another address are not shown to be justified"),
    N_("It is sent elsewhere only to the legal representative's home or workplace, which must be proved"),
    N_("Nothing is given to the person named in a support measure or to anybody acting for them"),
    N_("The removed record is not kept any more"),
    N_("This record stands otherwise; choose the other kind of copy"),
    N_("Code and network do not cover foreign residents yet"),
    N_("The municipality of residence gives no copy through another counter; ask there"),
    N_("No number stands on this record yet"),
    N_("There is no such copy"),
    N_("The copy was cancelled or its day is over; issue another"),
    N_("The record changed since; cancel this copy and issue another"),
    N_("The register is not shown for this request"),
    N_("There is no such request for inspection"),
    N_("This step does not fit where the request stands"),
)
NAVIGATION = (N_("Copies"), N_("Derived lists"), N_("Inspection"))

"""Messages that are used by their English text: navigation, titles of errors, results, and official titles.

Official titles of affairs, procedures and information come from the vocabulary; those that people meet often are listed
here so that they are translated (see `wording.Wording.title`).
"""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


ENTRY_TITLES = {
    "exchange": N_("Information was asked for"),
    "notice": N_("A notice was sent to you"),
    "pseudonym-issue": N_("A linkage code was made for an office"),
    "history-opening": N_("You opened this history"),
    "generation-link": N_("Your record goes on under a new code"),
}
OUTCOMES = {
    "provided": N_("Provided"),
    "no-data": N_("Nothing was provided"),
    "mislink-suspected": N_("Stopped: it might be about another person"),
    "done": N_("Done"),
    "refused": N_("Refused"),
}
LOOK_UP_KINDS = {
    "identification-search": N_("Looked up by number"),
    "card-holder-confirmation": N_("Card holder confirmed"),
    "number-verification": N_("Number checked at a counter"),
    "card-session": N_("Your card was worked on at a counter"),
    "card-lapsed": N_("Your card ended by law"),
    "outside-search": N_("Searched in your municipality's register"),
    "outside-subscription": N_("A body began to follow changes of your record"),
    "outside-notice": N_("A change of your record was told to a body that follows it"),
}
LOOK_UP_OUTCOMES = {
    "disclosed": N_("Shown"),
    "withheld": N_("Nothing shown"),
    "not-registered": N_("Nothing shown"),
    "confirmed": N_("Agrees"),
    "not-confirmed": N_("Does not agree"),
    "expired": N_("Its last day is over"),
    "moved-abroad": N_("You moved out of the country"),
    "no-notice-30-days-after-planned-day": N_("No move in was notified within 30 days after the planned day"),
    "no-notice-14-days-after-move": N_("The move in was not notified within 14 days"),
    "not-shown-within-90-days": N_("The card was not shown within 90 days after the move in was notified"),
    "moved-on-without-showing": N_("You moved on without showing the card"),
}
FAILED_CHECKS = {
    "NoAnswer": N_("This register did not answer"),
    "MalformedBundle": N_("The file has another form than it must have."),
    "EntryUnreadable": N_("The file has another form than it must have."),
    "UnknownKey": N_("A key in the file is not the published one."),
    "CheckpointSignatureInvalid": N_("The core system did not sign this state of the record."),
    "CosignatureMissing": N_("The commission did not confirm this state of the record."),
    "ForkOrWrongRoot": N_("The parts of the file do not belong together."),
    "AnotherLog": N_("The file is about another record."),
    "YearMissing": N_("The file does not reach to this year."),
    "WrongCount": N_("The number of entries is not the recorded one."),
    "EntryMissing": N_("A recorded entry is missing in the file."),
    "EntryChanged": N_("An entry is not the one that was recorded."),
    "LinkMissing": N_("Your code was renewed, and the record does not go on from the earlier code."),
    "LinkContradicted": N_("The parts under your codes do not follow each other."),
    "OwnEntryMissing": N_("What this site did for you is missing. The record may be another person's."),
}
NAVIGATION = (
    N_("Home"),
    N_("Notices"),
    N_("History of exchanges"),
    N_("Who looked me up"),
    N_("What this site is"),
    N_("Card holder"),
)
ERROR_TITLES = (
    N_("This browser is not waiting for a card signature"),
    N_("No new answer from the card has arrived"),
    N_("There is no such account"),
    N_("Your account is not open yet"),
    N_("There is no such notice"),
    N_("Your history is not open"),
    N_("There is no such entry in your history"),
    N_("Another institution refused"),
    N_("Another institution found nothing"),
    N_("Another institution could not read the request"),
    N_("Another institution does not answer"),
    N_("Another institution failed"),
    N_("Not possible in the present state of another institution"),
)
OFFICIAL_TITLES = (
    N_("Child allowance"),
    N_("Basic resident register"),
    N_("Designation and notification of Individual Numbers"),
    N_("Assessment and collection of local taxes"),
    N_("National pension"),
    N_("Account of the portal that shows exchange records"),
    N_("Issue of Individual Number Cards"),
    N_("Claim for child allowance"),
    N_("Local tax information"),
    N_("Fiscal year of taxation"),
    N_("Income was declared"),
    N_("Taxed"),
    N_("Total income"),
    N_("Salary received"),
    N_("Public pension received"),
    N_("Taxable income"),
    N_("Deduction for casualty losses"),
    N_("Deduction for medical expenses"),
    N_("Deduction for small enterprise mutual aid"),
    N_("Number of dependents"),
    N_("Number of elderly dependents"),
    N_("Persons with a disability deduction"),
    N_("Widow or widower deduction"),
    N_("Working student deduction"),
    N_("Special deduction for spouses"),
    N_("Income levy"),
    N_("Per capita levy"),
    N_("Pension enrolment"),
    N_("Enrolled"),
    N_("Category of insured person"),
    N_("Scheme"),
    N_("Insured from"),
    N_("Insured until"),
    N_("Workplace"),
    N_("Resident record information"),
    N_("Is a resident"),
    N_("Is head of the household"),
    N_("Relationship code"),
    N_("Resident since"),
    N_("Removed from the register on"),
    N_("Reason of removal"),
    N_("Members of the household"),
)

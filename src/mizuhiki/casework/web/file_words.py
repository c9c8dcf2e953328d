"""What files of inquiries need in words: columns, what is wrong with one, how its lines ended."""

from __future__ import annotations

from mizuhiki.ui.components import Tone


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a message for translation without translating it."""
    return message


OUTCOMES = {
    "provided": (N_("Provided"), Tone.DONE),
    "no-data": (N_("No data"), Tone.NEUTRAL),
    "pending": (N_("Waiting"), Tone.PROGRESS),
    "mislink-suspected": (N_("Perhaps another person"), Tone.PROBLEM),
    "answer-rejected": (N_("Answer did not verify"), Tone.PROBLEM),
    "provision-refused-by-officer": (N_("Refused by the holder's staff"), Tone.ATTENTION),
    "provider-unavailable": (N_("Provider did not answer"), Tone.ATTENTION),
}
REFUSED = N_("Refused")

COLUMNS = {
    "number_system": N_("Number system"),
    "local_number": N_("Local addressee number"),
    "addressee_number": N_("Integrated addressee number"),
    "requested_at": N_("Date and time of the request"),
    "department": N_("Department"),
    "user": N_("User"),
    "inquirer": N_("Asking institution"),
    "hidden_here": N_("Not to be disclosed here"),
    "affair": N_("Affair"),
    "procedure": N_("Procedure"),
    "inquirer_principal": N_("Principal of the asker"),
    "provider_principal": N_("Principal of the provider"),
    "provider": N_("Provider"),
    "kind": N_("Kind of information"),
    "condition": N_("Asked for a period"),
    "year_kind": N_("Asked for a fiscal year"),
    "start": N_("First day"),
    "end": N_("Last day"),
}
FAULTS = {
    "encoding": N_("The file is not UTF-8 from this line on"),
    "quoting": N_("A quotation mark is not closed, so the columns cannot be told apart"),
    "records": N_("A file has at least one line and at most 10,000"),
    "columns": N_("A line has 18 columns"),
    "digits": N_("Write digits only, filled up with zeros to the width of the column"),
    "instant": N_("Write day and time as seventeen digits, such as 20190401093000000"),
    "too-long": N_("Write at most 20 characters"),
    "code": N_("Write 0 or 1"),
    "missing": N_("Write a name of at most 96 characters"),
    "unexpected": N_("This is empty unless a period or a fiscal year is asked for, and only one of them is"),
    "date": N_("Write a day as eight digits, such as 20190401"),
    "no-period": N_("A period needs a first or a last day"),
    "reversed": N_("The last day is before the first"),
    "entrusted": N_("Leave this empty: the principal of entrusted work asks through its own server"),
    "another": N_("The line asks in the name of another institution"),
    "unknown-provider": N_("No institution has this name"),
    "another-affair": N_("The line asks for the affair of another section"),
    "stranger": N_("There is no record here of the person the line asks about"),
    "undecided": N_("Staff has to decide first whether records of this addressee are one person's"),
}
REFUSALS = {
    "unknown-addressee": N_("This addressee is not registered here"),
    "pseudonym-not-acquired": N_("This addressee has no pseudonym yet"),
    "addressee-mismatch": N_("The four items of this addressee differ from the register"),
    "own-institution-asked": N_("One's own institution is not asked through the network"),
    "no-statute-row": N_("No row of the statute table allows this"),
    "statute-row-not-in-force": N_("The row of the statute table is not in force today"),
    "affair-not-lawful": N_("The affair is not lawful today"),
    "affair-of-others": N_("The affair belongs to another kind of body"),
    "bulk-line-malformed": N_(
        "The line asks for no kind of information, for one twice, or for a period that ends before it begins"
    ),
    "assessment-not-published": N_("The protection assessment of this affair is not published"),
    "case-expired": N_("It was not answered in time"),
}

"""What the student services organization refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class AidNotCoded(Refused):
    """No rule of ours says what this aid was on that day; field `aid`."""

    code = "student-aid-not-coded"
    title = "The rule for this aid on this day is not coded here"


class AidFormImplausible(Malformed):
    """The application for aid breaks a rule on its own; field `item` names it."""

    code = "student-aid-form-implausible"
    title = "The application for student aid is not possible like this"


class UnknownScholar(NotFound):
    """There is no scholar under that number."""

    code = "unknown-scholar"
    title = "There is no scholar under that number"


class AidEnded(Conflict):
    """The aid has ended already, or cannot end on that day; field `item`."""

    code = "student-aid-ended"
    title = "The aid cannot end like this"

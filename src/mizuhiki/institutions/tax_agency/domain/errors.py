"""What the tax agency refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class NoSuchCorporation(NotFound):
    """No corporation is published under the number; an unpublished one is not told apart from none (番号法39条4項)."""

    code = "no-such-corporation"
    title = "No corporation is published under this number"


class NoSuchApplication(NotFound):
    """No application of that number was taken."""

    code = "no-such-corporate-application"
    title = "There is no such application"


class NoSuchPublicFile(NotFound):
    """No file of that name is published."""

    code = "no-such-public-file"
    title = "This file is not published"


class ApplicationDecided(Conflict):
    """The application was decided before."""

    code = "corporate-application-decided"
    title = "This application was decided before"


class CorporationNumberedBefore(Conflict):
    """The registration number or body code has a Corporate Number; one corporation has one (番号法39条1項)."""

    code = "corporation-numbered-before"
    title = "This corporation has a Corporate Number already"


class BaseNumbersExhausted(Conflict):
    """The series from which base numbers of this kind are assigned is used up."""

    code = "base-numbers-exhausted"
    title = "No base number of this kind is left"


class ChangeWithoutDifference(Conflict):
    """What was entered as a change is what stands already."""

    code = "corporation-change-without-difference"
    title = "Nothing differs from what is recorded"


class CorporationClosed(Conflict):
    """The record is closed; only reinstatement or correction is possible."""

    code = "corporation-record-closed"
    title = "The record of this corporation is closed"


class CorporationNotClosed(Conflict):
    """The record is open, so it cannot be reinstated."""

    code = "corporation-record-not-closed"
    title = "The record of this corporation is not closed"


class MergerIntoItself(Conflict):
    """A corporation cannot be merged into itself, nor into one that has ended."""

    code = "merger-into-itself"
    title = "The successor must be another, existing corporation"


class ConsentNotNeeded(Conflict):
    """Only associations without legal personality are published by consent (番号法39条4項 ただし書)."""

    code = "publication-consent-not-needed"
    title = "This corporation is published by law, without consent"


class ConsentUnchanged(Conflict):
    """Consent was given or withdrawn before."""

    code = "publication-consent-unchanged"
    title = "Consent stands like this already"


class DayOutOfOrder(Conflict):
    """A change would take effect in the future or before the designation or the change before it."""

    code = "corporation-change-day-out-of-order"
    title = "The day lies in the future or before what is recorded"


class NoticeSentBefore(Conflict):
    """There is no unsent notice of designation for the corporation."""

    code = "designation-notice-not-waiting"
    title = "No notice waits to be sent to this corporation"


class MalformedCorporation(Malformed):
    """An item of a corporation cannot be; `field` names it, `reason` says why in a word."""

    code = "malformed-corporation"
    title = "An item of the corporation is not right"


class MalformedRegistrationNumber(Malformed):
    """Not the 12 digits of a company registration number (会社法人等番号)."""

    code = "malformed-registration-number"
    title = "This is not a company registration number of 12 digits"


class ImportRefused(Malformed):
    """One row of a file is wrong, so nothing of it was taken; `row` counts from 1, `field` names the column."""

    code = "corporation-import-refused"
    title = "The file was not taken: one row is wrong"


class DesignationNotYet(Refused):
    """Corporate Numbers are designated from 2015-10-05 (番号法附則1条, 平成27年政令171号)."""

    code = "corporate-designation-not-yet"
    title = "Corporate Numbers are designated from 5 October 2015"


class QuestionRefused(Malformed):
    """A request to the Web-API is wrong; `number` is its published-style code, `parameter` the one at fault."""

    code = "web-api-question-refused"
    title = "The request to the Web-API is wrong"

    def __init__(self, number: str, parameter: str, words: str) -> None:
        super().__init__(words, number=number, parameter=parameter)
        self.number, self.parameter, self.words = number, parameter, words

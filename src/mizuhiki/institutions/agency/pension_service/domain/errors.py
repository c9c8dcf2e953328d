"""What the pension service refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class ActorOfAnotherBody(Refused):
    """Only the pension service's own people act here."""

    code = "actor-of-another-body"
    title = "Only staff of the pension service may do this"


class NumberUseNotYet(Refused):
    """The pension service may not use numbers before its own date (番号法附則3条の2; R-036)."""

    code = "pension-number-use-not-yet"
    title = "The pension service may not use Individual Numbers yet"


class LinkageNotYet(Refused):
    """The pension service may not take part in linkage before its own date (番号法附則3条の2; R-036)."""

    code = "pension-linkage-not-yet"
    title = "The pension service does not take part in information linkage yet"


class PersonNotInRegister(NotFound):
    """Nobody in the register holds the number."""

    code = "insured-not-in-register"
    title = "Nobody in the register holds this number"


class ItemsDoNotAgree(Refused):
    """What was written differs from the register; field `items` names what, never a value (法16条)."""

    code = "insured-items-do-not-agree"
    title = "Name, birth date, sex or address do not agree with the register"


class AlreadyEnrolled(Conflict):
    """The holder of the number has an enrolment record; change that one."""

    code = "already-enrolled"
    title = "This person has an enrolment record already"


class EnrolmentRequestChanged(Conflict):
    """The request id came again with other content."""

    code = "enrolment-request-changed"
    title = "This request was made before with other values; use a new request id"


class UnknownEnrolment(NotFound):
    """There is no enrolment record under that reference."""

    code = "unknown-enrolment"
    title = "There is no enrolment record under that reference"


class PeriodImplausible(Malformed):
    """A period breaks a rule; field `rule` names it."""

    code = "insured-period-implausible"
    title = "The insured period is not possible"


class PeriodsOverlap(Conflict):
    """A person is insured in one category at a time."""

    code = "insured-periods-overlap"
    title = "The period overlaps another one of the same person"


class NotInsuredNow(Conflict):
    """There is no open period to end or to change."""

    code = "not-insured-now"
    title = "There is no open insured period"


class AmountNotCoded(Refused):
    """No amount is coded for that fiscal year; field `year`."""

    code = "pension-amount-not-coded"
    title = "The amount of that year is not coded here"


class RuleNotCoded(Refused):
    """No rule of ours holds on that day; field `rule`."""

    code = "pension-rule-not-coded"
    title = "The rule for that day is not coded here"


class PensionClaimImplausible(Malformed):
    """A claim is not possible on its own; field `item` names what."""

    code = "pension-claim-implausible"
    title = "The claim is not possible like this"


class HeadNotNamed(Conflict):
    """The applicant is not head of the household and the claim names nobody who is (国民年金法90条1項)."""

    code = "head-of-household-not-named"
    title = "The claim does not name the head of the household, whose income counts too"


class UnknownPension(NotFound):
    """There is no pension under that number."""

    code = "unknown-pension"
    title = "There is no pension under that number"


class NoPensionDue(Conflict):
    """Nothing is payable on the next day of payment; field `pay_on`."""

    code = "no-pension-due"
    title = "Nothing is payable on the next day of payment"


class MonthsNotInsured(Conflict):
    """Not every month of the span lies in category 1; field `month` names the first that does not."""

    code = "months-not-of-category-1"
    title = "Premiums are paid for months of category 1 only"


class PensionHeldAlready(Conflict):
    """Another case awarded the same pension meanwhile; this one is to be sent back."""

    code = "pension-held-already"
    title = "This pension was awarded in another case meanwhile; send this one back"

"""What a board of education refuses, and why."""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Conflict, Malformed, NotFound, Refused


class SupportNotCoded(Refused):
    """No standard of need of ours holds in that fiscal year; field `year`."""

    code = "school-support-not-coded"
    title = "The standard of need of this fiscal year is not coded here"


class SupportFormImplausible(Malformed):
    """The application breaks a rule on its own; field `item` names it."""

    code = "school-support-form-implausible"
    title = "The application for support is not possible like this"


class HouseholdNotWhole(Refused):
    """Fewer people are named than live in the household; without all of them its need cannot be measured."""

    code = "school-support-household-not-whole"
    title = "More people live in the household than the application names; take one that names all of them"


class UnknownPupil(NotFound):
    """There is no supported pupil under that number."""

    code = "unknown-supported-pupil"
    title = "There is no supported pupil under that number"


class SupportEnded(Conflict):
    """The support has ended already, or cannot end on that day; field `item`."""

    code = "school-support-ended"
    title = "The support cannot end like this"


class AccountImplausible(Malformed):
    """An account of expenses breaks a rule; field `item` names it."""

    code = "school-account-implausible"
    title = "The account of expenses is not possible like this"


class AccountKnown(Conflict):
    """The account of that term was entered before, or was approved already."""

    code = "school-account-known"
    title = "The account of this term was entered or approved before"


class UnknownAccount(NotFound):
    """There is no account of that name."""

    code = "unknown-school-account"
    title = "There is no such account of expenses"


class EntererMayNotApprove(Refused):
    """Whoever entered an account may not approve it."""

    code = "school-account-enterer-may-not-approve"
    title = "Somebody else than who entered the account approves it"

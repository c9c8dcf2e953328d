"""Supported pupils, and the accounts of their expenses that the school hands in each term (就学奨励法3条, 5条)."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.casework.domain import Case, Role
from mizuhiki.institutions.agency.board_of_education.domain.errors import (
    AccountImplausible,
    AccountKnown,
    EntererMayNotApprove,
    SupportEnded,
)
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Category, Item, Stage, borne, borne_yen
from mizuhiki.institutions.agency.board_of_education.domain.support import form_of
from mizuhiki.vocabulary.dates import fiscal_year

NUMBER_DIGITS = 8
PAY_AFTER = timedelta(days=14)
"""The board's own term: the money goes to the principal, who gives it to the guardian (3条)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportedPupil:
    """One pupil in one fiscal year under our own number; `until` is the last day, `ended_for` why it ended early."""

    number: str
    person: str
    guardian: str
    case: str
    school_name: str
    stage: Stage
    category: Category
    dormitory: bool
    year: int
    since: date
    until: date
    ended_for: str = ""

    @property
    def borne(self) -> tuple[Item, ...]:
        """The expenses of which a part is borne."""
        return borne(self.stage, self.category, dormitory=self.dormitory)

    def end(self, day: date, reason: str) -> SupportedPupil:
        """Return the pupil with support that ends on `day`.

        Raises:
            SupportEnded: ended already, no reason, or a day outside the support.
        """
        if self.ended_for:
            raise SupportEnded(item="ended")
        if not reason.strip():
            raise SupportEnded(item="reason")
        if not self.since <= day < self.until:
            raise SupportEnded(item="day")
        return dataclasses.replace(self, until=day, ended_for=reason.strip())


class Term(enum.StrEnum):
    """Terms of a school year."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One expense: what the school recognised within the ministry's ceiling, and what of it is borne."""

    item: Item
    recognised_yen: int
    borne_yen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The expenses of one pupil in one term; paid once it is approved by another person than who entered it."""

    account: str
    pupil: str
    term: Term
    lines: tuple[AccountLine, ...]
    entered_by: str
    entered_on: date
    approved_by: str = ""
    pay_on: date | None = None

    @property
    def borne_yen(self) -> int:
        """What is paid."""
        return sum(line.borne_yen for line in self.lines)

    def approve(self, by: str, day: date) -> Account:
        """Return the account as approved, with the day of payment.

        Raises:
            AccountKnown: approved before.
            EntererMayNotApprove: by whoever entered it, or by nobody.
        """
        if self.approved_by:
            raise AccountKnown
        if not by or by == self.entered_by:
            raise EntererMayNotApprove
        return dataclasses.replace(self, approved_by=by, pay_on=day + PAY_AFTER)


def pupil_of(case: Case, number: str) -> SupportedPupil | None:
    """Return the supported pupil a decided case makes; nothing where it was refused."""
    proposal, form = case.proposal, form_of(case.stated)
    if proposal is None or not proposal.granted:
        return None
    return SupportedPupil(
        number=number,
        person=pupil_in(case),
        guardian=case.applicant.person,
        case=case.case,
        school_name=form.school_name,
        stage=form.stage,
        category=Category(str(proposal.terms["category"])),
        dormitory=form.dormitory,
        year=fiscal_year(case.received_on),
        since=date.fromisoformat(str(proposal.terms["from"])),
        until=date.fromisoformat(str(proposal.terms["until"])),
    )


def pupil_in(case: Case) -> str:
    """Return the person the support is for: the first child of the application, or nobody."""
    return next((one.person for one in case.subjects if one.role is Role.CHILD), "")


def account_of(
    pupil: SupportedPupil, account: str, term: Term, recognised: Mapping[Item, int], *, by: str, day: date
) -> Account:
    """Return a term's account with what is borne of each expense.

    Raises:
        AccountImplausible: ``by``: nobody answers for it; ``empty``: no amount at all; ``day``: before the support
            begins; else the expense that is not borne for this pupil or is under zero.
    """
    if not by:
        raise AccountImplausible(item="by")
    if day < pupil.since:
        raise AccountImplausible(item="day")
    named = {item: amount for item, amount in recognised.items() if amount}
    if not named:
        raise AccountImplausible(item="empty")
    for item, amount in named.items():
        if item not in pupil.borne or amount < 0:
            raise AccountImplausible(item=item.value)
    return Account(
        account=account,
        pupil=pupil.number,
        term=term,
        lines=tuple(
            AccountLine(item, named[item], borne_yen(item, pupil.category, named[item]))
            for item in Item
            if item in named
        ),
        entered_by=by,
        entered_on=day,
    )


def new_pupil_number(below: Callable[[int], int]) -> str:
    """Return a number of eight random digits as ``1234-5678``; it tells neither person nor order."""
    digits = f"{below(10**NUMBER_DIGITS):0{NUMBER_DIGITS}d}"
    return f"{digits[:4]}-{digits[4:]}"

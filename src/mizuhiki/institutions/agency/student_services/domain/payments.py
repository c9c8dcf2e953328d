"""When aid is paid: month by month on the eleventh, from the first month to the month of leaving school."""

from __future__ import annotations

from datetime import date

from mizuhiki.casework.domain import Case, Payment

PAY_DAY = 11
DECEMBER = 12


def next_payment(case: Case, day: date) -> Payment | None:
    """Return the earliest month that is not paid; months whose day has passed are paid on the next pay day.

    None where no month is left.
    """
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return None
    first = date.fromisoformat(str(proposal.terms["from"]))
    last = date.fromisoformat(str(proposal.terms["until"]))
    month = _plus_months(first, len(case.payments))
    if month > last:
        return None
    pay_on = max(month.replace(day=PAY_DAY), next_pay_day(day))
    amount = int(proposal.terms["monthly_yen"] or 0)
    return Payment(f"{case.case}-{month:%Y-%m}", amount, pay_on, f"{month:%Y-%m}")


def next_pay_day(day: date) -> date:
    """Return the first eleventh that is not before `day`."""
    if day.day <= PAY_DAY:
        return day.replace(day=PAY_DAY)
    return _plus_months(day.replace(day=1), 1).replace(day=PAY_DAY)


def _plus_months(first: date, months: int) -> date:
    number = first.year * DECEMBER + first.month - 1 + months
    return date(number // DECEMBER, number % DECEMBER + 1, 1)

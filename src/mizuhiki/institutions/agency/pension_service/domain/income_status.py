"""The yearly look at the income of those with a disability pension from before 20 (国民年金法36条の3; R-250).

Until 2019 they handed in a report of income (所得状況届) each July; now the municipality is asked.
"""

from __future__ import annotations

from datetime import date

from mizuhiki.casework.domain import Case, Findings, Proposal, Reason, Role
from mizuhiki.institutions.agency.pension_service.domain.incomes import income_of, limits_before_twenty
from mizuhiki.institutions.agency.pension_service.domain.months import month_of, plus_months
from mizuhiki.institutions.agency.pension_service.domain.pensions import Stop
from mizuhiki.institutions.agency.pension_service.domain.proposals import granted, refused
from mizuhiki.vocabulary.layouts import Scalar

ACT = "国民年金法36条の3"
MONTHS = 12
LONG_TERM = (date(2020, 8, 1), date(2021, 9, 1))


def term_of(day: date) -> tuple[date, date]:
    """Return first and last month of the term that newest incomes decide about.

    Before the reform it ran from August to July, since from October to September; the term that began in August 2020
    ran on until September 2021.

    Raises:
        RuleNotCoded: none is coded.
    """
    month = month_of(day)
    first = limits_before_twenty(month).first_month
    begin = date(month.year if month.month >= first else month.year - 1, first, 1)
    last = plus_months(begin, MONTHS - 1)
    if LONG_TERM[0] <= month <= LONG_TERM[1]:
        return LONG_TERM
    return begin, last


def tax_year_of(day: date) -> int:
    """Return the year whose municipal tax tells the income that decides about the term of a day."""
    return term_of(day)[0].year


def stop_of(findings: Findings, day: date) -> tuple[Stop | None, int]:
    """Return how much of the pension is stopped, and the income; None where the income was not declared."""
    income = income_of(findings.one(Role.APPLICANT, "local-tax").items)
    if income is None:
        return None, 0
    return limits_before_twenty(month_of(day)).stop(income), income.yen


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what is paid in the term; without a declared income payment is held back (73条).

    Raises:
        RuleNotCoded: no rule of ours holds on the day.
    """
    if not case.stated.get("income_limited_pension"):
        return refused("no-pension-from-before-20", ACT)
    first, last = term_of(case.received_on)
    stop, income = stop_of(findings, case.received_on)
    terms: dict[str, Scalar] = {
        "pension": str(case.stated["income_limited_pension"]),
        "stopped_from": first.isoformat(),
        "stopped_until": last.isoformat(),
    }
    if stop is None:
        reason = Reason("income-not-declared", "国民年金法73条", {"persons": 1})
        return granted("withheld", {**terms, "stopped": Stop.WITHHELD.value}, (reason,))
    rule = {Stop.NONE: "income-within-limit-before-20"}.get(stop, "income-stops")
    values: dict[str, Scalar] = {"stop": stop.value, "income_yen": income}
    outcome = {Stop.NONE: "paid", Stop.HALF: "half-stopped"}.get(stop, "stopped")
    return granted(outcome, {**terms, "stopped": stop.value}, (Reason(rule, ACT, values),))

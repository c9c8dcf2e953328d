"""Childbirth lump sum (出産育児一時金, 家族出産育児一時金): the rule on claim, own records and resident record (R-245).

Sources: 健康保険法101条, 106条, 114条, 193条 (two years), 施行令36条; births from the 85th day of pregnancy on count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mizuhiki.casework.domain import Case, Finding, Findings, Payment, Proposal, Reason, Role
from mizuhiki.institutions.agency.health_insurer.domain.errors import ChildbirthImplausible
from mizuhiki.institutions.agency.health_insurer.domain.members import Paid, Qualification
from mizuhiki.institutions.agency.health_insurer.domain.rules import LEAST_PREGNANCY_DAYS, childbirth_sum
from mizuhiki.vocabulary.dates import birthday_in, months_after
from mizuhiki.vocabulary.layouts import Scalar

ACT, AFTER_LOSS, LIMITATION = "健康保険法101条, 114条", "健康保険法106条", "健康保険法193条"
BENEFIT = "childbirth"
CLAIM_YEARS = 2
MONTHS_AFTER_LOSS, YEAR_BEFORE_LOSS = 6, 1
PAY_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildbirthForm:
    """What a claim says. `paid_directly_yen` is what the hospital got under direct payment (直接支払制度)."""

    born_on: date
    children: int
    pregnancy_days: int
    under_scheme: bool
    born_alive: bool = True
    paid_directly_yen: int = 0

    def require_plausible(self, received_on: date) -> None:
        """Check the claim on its own.

        Raises:
            ChildbirthImplausible: naming ``born_on``, ``children``, ``pregnancy_days`` or ``paid_directly_yen``.
        """
        conditions = (
            ("born_on", self.born_on <= received_on),
            ("children", self.children >= 1),
            ("pregnancy_days", self.pregnancy_days > 0),
            ("paid_directly_yen", self.paid_directly_yen >= 0),
        )
        for item, kept in conditions:
            if not kept:
                raise ChildbirthImplausible(item=item)

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of a claim."""
        return {
            "born_on": self.born_on.isoformat(),
            "children": self.children,
            "pregnancy_days": self.pregnancy_days,
            "under_scheme": self.under_scheme,
            "born_alive": self.born_alive,
            "paid_directly_yen": self.paid_directly_yen,
        }


def form_of(stated: Mapping[str, Scalar]) -> ChildbirthForm:
    """Return the form that a claim states."""
    return ChildbirthForm(
        born_on=date.fromisoformat(str(stated["born_on"])),
        children=int(stated["children"] or 0),
        pregnancy_days=int(stated["pregnancy_days"] or 0),
        under_scheme=bool(stated["under_scheme"]),
        born_alive=bool(stated["born_alive"]),
        paid_directly_yen=int(stated["paid_directly_yen"] or 0),
    )


def covered(periods: list[Qualification], born_on: date) -> bool:
    """Say whether insurance covers a birth: on the day, or within six months of losing it after a year (106条)."""
    if any(one.covers(born_on) for one in periods):
        return True
    return any(
        one.lost_on is not None
        and one.lost_on <= born_on < months_after(one.lost_on, MONTHS_AFTER_LOSS)
        and birthday_in(one.insured_from, one.insured_from.year + YEAR_BEFORE_LOSS) <= one.lost_on
        for one in periods
    )


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say; the statements carry what our own records know (see `operations.settle`).

    Raises:
        RuleNotInForce: the birth lies before the table of sums.
    """
    form = form_of(case.stated)
    obstacle = _obstacle(form, case, findings)
    if obstacle is not None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,))
    whole = childbirth_sum(form.born_on, form.children, under_scheme=form.under_scheme)
    rest = max(whole - form.paid_directly_yen, 0)
    terms: dict[str, Scalar] = {"sum_yen": whole, "amount_yen": rest, "children": form.children}
    return Proposal(
        granted=True,
        outcome="childbirth",
        terms=terms,
        reasons=(Reason("childbirth-paid", ACT, {"children": form.children}),),
    )


def _obstacle(form: ChildbirthForm, case: Case, findings: Findings) -> Reason | None:
    records = findings.of(Role.CHILD, "resident-record")
    resident = sum(_entered(one) for one in records)
    late = case.received_on > birthday_in(form.born_on, form.born_on.year + CLAIM_YEARS)
    conditions: tuple[tuple[str, str, bool, dict[str, Scalar]], ...] = (
        ("claimed-too-late", LIMITATION, late, {"born_on": form.born_on.isoformat()}),
        ("pregnancy-too-short", ACT, form.pregnancy_days < LEAST_PREGNANCY_DAYS, {"days": form.pregnancy_days}),
        ("mother-not-insured", AFTER_LOSS, not case.stated["mother_covered"], {"born_on": form.born_on.isoformat()}),
        ("paid-already", ACT, bool(case.stated["paid_already"]), {}),
        ("children-not-registered", ACT, form.born_alive and resident < form.children, {"registered": resident}),
        ("birth-date-differs", ACT, form.born_alive and not case.stated["children_born_then"], {}),
    )
    return next((Reason(rule, citation, values) for rule, citation, met, values in conditions if met), None)


def _entered(finding: Finding) -> bool:
    return finding.items.get("resident") is True or isinstance(finding.items.get("resident_until"), str)


def paid_of(case: Case, day: date) -> Paid | None:
    """Return the benefit that a decided case pays; nothing for a refusal."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return None
    return Paid(
        reference=case.applicant.person,
        benefit=f"{BENEFIT}-{form_of(case.stated).born_on.isoformat()}",
        paid_on=day,
        amount_yen=int(proposal.terms["sum_yen"] or 0),
        children=int(proposal.terms["children"] or 0),
    )


def next_payment(case: Case, day: date) -> Payment | None:
    """Return what is left beside direct payment, once; None when nothing is left or it was ordered."""
    if case.payments or case.proposal is None:
        return None
    return Payment(f"{case.case}-childbirth", int(case.proposal.terms["amount_yen"] or 0), day + PAY_AFTER, BENEFIT)

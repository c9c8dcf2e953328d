"""Which category of support a pupil's household gets: from what the holders said, never from papers (R-237)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.casework.domain import Case, Finding, Findings, Proposal, Reason, Role, Source
from mizuhiki.institutions.agency.board_of_education.domain.errors import HouseholdNotWhole, SupportFormImplausible
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Category, Stage
from mizuhiki.institutions.agency.board_of_education.domain.need import DECREE, category_of, yearly_need_yen
from mizuhiki.vocabulary.dates import fiscal_year
from mizuhiki.vocabulary.layouts import Scalar

ACT = "特別支援学校への就学奨励に関する法律2条1項"
SUBMISSION = "特別支援学校への就学奨励に関する法律5条"
ADULTS = (Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD)
APRIL, MARCH, LAST_OF_MARCH = 4, 3, 31
OUTCOMES = {
    Category.FIRST: "category-first",
    Category.SECOND: "category-second",
    Category.THIRD: "category-third",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportForm:
    """What an application says beyond the people; the first child it names is the pupil.

    `premiums_yen` are the social, life and earthquake insurance premiums that the household deducted from its income.
    """

    school_name: str
    stage: Stage
    enrolled_on: date
    dormitory: bool = False
    on_public_assistance: bool = False
    premiums_yen: int = 0

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            SupportFormImplausible: no school, enrolled after the day of receipt, or premiums under zero.
        """
        conditions = (
            ("school_name", bool(self.school_name.strip())),
            ("enrolled_on", self.enrolled_on <= received_on),
            ("premiums_yen", self.premiums_yen >= 0),
        )
        for item, kept in conditions:
            if not kept:
                raise SupportFormImplausible(item=item)

    def stated(self) -> dict[str, Scalar]:
        """Return the statements of an application."""
        return {
            "school_name": self.school_name.strip(),
            "stage": self.stage.value,
            "enrolled_on": self.enrolled_on.isoformat(),
            "dormitory": self.dormitory,
            "on_public_assistance": self.on_public_assistance,
            "premiums_yen": self.premiums_yen,
        }


def form_of(stated: Mapping[str, Scalar]) -> SupportForm:
    """Return the application that a claim states."""
    return SupportForm(
        school_name=str(stated["school_name"]),
        stage=Stage(str(stated["stage"])),
        enrolled_on=date.fromisoformat(str(stated["enrolled_on"])),
        dormitory=bool(stated["dormitory"]),
        on_public_assistance=bool(stated["on_public_assistance"]),
        premiums_yen=int(stated["premiums_yen"] or 0),
    )


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say; the statements carry what our own records know (see `operations.pupils.facts`).

    Raises:
        SupportNotCoded: no standard of need of ours holds in the fiscal year.
        HouseholdNotWhole: more people live in the household than are named.
    """
    form, year = form_of(case.stated), fiscal_year(case.received_on)
    need = yearly_need_yen(_births(case), year)
    income = income_yen(findings, form.premiums_yen)
    _require_whole(case, findings)
    obstacle = _obstacle(case, findings)
    if obstacle is not None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,))
    category, reason = _category(case, findings, income, need)
    terms: dict[str, Scalar] = {
        "category": category.value,
        "income_yen": income,
        "need_yen": need,
        "from": max(date(year, APRIL, 1), form.enrolled_on).isoformat(),
        "until": date(year + 1, MARCH, LAST_OF_MARCH).isoformat(),
    }
    return Proposal(granted=True, outcome=OUTCOMES[category], terms=terms, reasons=(reason,))


def _births(case: Case) -> list[date]:
    """Return the births of everybody in the case, which the statements carry from our file."""
    return [date.fromisoformat(text) for text in str(case.stated.get("births") or "").split(",") if text]


def income_yen(findings: Findings, premiums_yen: int) -> int:
    """Return the household's income of the year before, less premiums.

    Premiums are stated, since no layout tells them; they count only as far as the tax record shows deductions at all.
    """
    taxes = [one for role in ADULTS for one in findings.of(role, "local-tax")]
    total = sum(_yen(one, "total_income_yen") for one in taxes)
    deducted = sum(
        max(_yen(one, "total_income_yen") - _yen(one, "taxable_income_yen"), 0)
        for one in taxes
        if isinstance(one.items.get("taxable_income_yen"), int)
    )
    return max(total - min(premiums_yen, deducted), 0)


def _yen(finding: Finding, name: str) -> int:
    value = finding.items.get(name)
    return value if isinstance(value, int) else 0


def _require_whole(case: Case, findings: Findings) -> None:
    told = findings.one(Role.APPLICANT, "resident-record").items.get("household_size")
    if isinstance(told, int) and told > len(case.subjects):
        raise HouseholdNotWhole(named=len(case.subjects), told=told)


def _obstacle(case: Case, findings: Findings) -> Reason | None:
    absent = [one for one in findings.found if one.kind == "resident-record" and one.items.get("resident") is not True]
    conditions: tuple[tuple[str, bool, dict[str, Scalar]], ...] = (
        ("no-pupil", all(one.role is not Role.CHILD for one in case.subjects), {}),
        ("supported-already", bool(case.stated.get("supported_already")), {}),
        ("not-resident", bool(absent), {"persons": len(absent)}),
    )
    return next((Reason(rule, ACT, values) for rule, met, values in conditions if met), None)


def _category(case: Case, findings: Findings, income: int, need: int) -> tuple[Category, Reason]:
    """Return the category with its reason.

    Whoever lives on public assistance needs no measure; whose income nobody knows gets what everybody gets, since what
    must be handed in for the measure (5条) was not.
    """
    if any(_receives_assistance(one, case.received_on) for one in findings.of(Role.APPLICANT, "public-assistance")):
        return Category.FIRST, Reason("on-public-assistance", DECREE)
    undeclared = [
        one for role in ADULTS for one in findings.of(role, "local-tax") if one.items.get("declared") is not True
    ]
    if undeclared:
        return Category.THIRD, Reason("income-not-declared", SUBMISSION, {"persons": len(undeclared)})
    category = category_of(income, need)
    return category, Reason(OUTCOMES[category], DECREE, {"income_yen": income, "need_yen": need})


def _receives_assistance(finding: Finding, day: date) -> bool:
    if finding.source is Source.NO_DATA or finding.items.get("receiving") is not True:
        return False
    ended = finding.items.get("ended_on")
    return not isinstance(ended, str) or date.fromisoformat(ended) >= day

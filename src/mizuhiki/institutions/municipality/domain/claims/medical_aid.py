"""Medical aid for persons with disabilities: who, how much they pay at most, how long (自立支援医療; R-242).

The statute table carries this procedure under 別表第二の108の項, the affairs of 障害者総合支援法; it is no affair of an
ordinance (decision 0079). Sources: 法52条–58条, 施行令1条の2 (kinds), 29条 (household's levy below 235,000 yen),
35条 with 附則 (highest monthly share), 法55条 with 施行規則43条 (at most a year). Bands and amounts agree with those
that cities publish (釧路町 2015, 光市 2020). Coded from 2013-04-01 to 2024-03-31. Psychiatric outpatients are the
prefecture's.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from mizuhiki.casework.domain import Case, Findings, Notice, Procedure, Proposal, Reason, Role
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.domain.claims.reading import income_yen, levy_yen, lives_here, runs, taxed
from mizuhiki.vocabulary.dates import legal_age_on
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

CODE = "disability-services.medical-aid"
ACT, ORDER = "障害者総合支援法", "障害者総合支援法施行令"
CODED_FROM, CODED_UNTIL = date(2013, 4, 1), date(2024, 3, 31)
ADULT, JULY, MONTHS = 18, 7, 12
LOW_INCOME_YEN = 800_000
MIDDLE_FROM_YEN, HIGH_FROM_YEN = 33_000, 235_000
LOW_CAP_YEN, UPPER_LOW_CAP_YEN, MIDDLE_CAP_YEN, UPPER_MIDDLE_CAP_YEN, HIGH_CAP_YEN = 2_500, 5_000, 5_000, 10_000, 20_000


class Treatment(enum.StrEnum):
    """Which aid: for a child's body (育成医療) or for an adult with the certificate (更生医療)."""

    CHILD = "child"
    REHABILITATION = "rehabilitation"


class MedicalAidForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people.

    `treatment_until` and `lasting` (重度かつ継続) stand in the opinion of the designated hospital's doctor.
    """

    treatment: Treatment
    treatment_until: date
    lasting: bool = False
    holds_certificate: bool = False
    on_public_assistance: bool = False
    on_pension: bool = False
    on_special_allowance: bool = False

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: the treatment has ended.
        """
        if self.treatment_until < received_on:
            raise ClaimFormImplausible(item="treatment_until")


@dataclass(frozen=True, slots=True)
class Household:
    """Those insured together (施行令29条): levies in sum, and the income of the patient, or of a child's guardian."""

    levy_yen: int
    untaxed: bool
    assisted: bool
    income_yen: int


def share(household: Household, treatment: Treatment, *, lasting: bool) -> tuple[str, int | None] | None:
    """Return band and highest share a month (施行令35条).

    The share is None where only the health insurance's limit holds; the whole answer is None where no aid is granted.
    """
    if household.assisted:
        return "assistance", 0
    if household.untaxed:
        low = household.income_yen <= LOW_INCOME_YEN
        return ("low-1", LOW_CAP_YEN) if low else ("low-2", UPPER_LOW_CAP_YEN)
    capped = lasting or treatment is Treatment.CHILD
    if household.levy_yen < MIDDLE_FROM_YEN:
        return "middle-1", MIDDLE_CAP_YEN if capped else None
    if household.levy_yen < HIGH_FROM_YEN:
        return "middle-2", UPPER_MIDDLE_CAP_YEN if capped else None
    return ("high", HIGH_CAP_YEN) if lasting else None


def tax_year(day: date) -> int:
    """Return the fiscal year of the tax that counts: until June last year's (施行令29条)."""
    return day.year if day.month >= JULY else day.year - 1


def last_day(begins: date, treatment_until: date) -> date:
    """Return the last day: of the treatment, and within a year (法55条)."""
    leap = (begins.month, begins.day) == (2, 29)
    anniversary = date(begins.year + 1, 3, 1) if leap else begins.replace(year=begins.year + 1)
    return min(treatment_until, anniversary - timedelta(days=1))


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
    """
    day = case.received_on
    if not CODED_FROM <= day <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=CODE)
    form = converted(dict(case.stated), MedicalAidForm, strict=False)
    obstacle = _obstacle(case, form, findings)
    household = None if obstacle else _household(findings, day)
    if obstacle is None and household is None:
        obstacle = Reason("income-not-declared", f"{ORDER}29条")
    if household is None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,) if obstacle else ())
    granted = share(household, form.treatment, lasting=form.lasting)
    seen: dict[str, Scalar] = {"levy_yen": household.levy_yen, "income_yen": household.income_yen}
    if granted is None:
        reason = Reason("levy-above-limit", f"{ORDER}29条", seen)
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(reason,))
    band, cap = granted
    terms: dict[str, Scalar] = {
        "treatment": form.treatment.value,
        "band": band,
        **({} if cap is None else {"cap_yen": cap}),
        "from": day.isoformat(),
        "until": last_day(day, form.treatment_until).isoformat(),
    }
    reasons = (
        Reason(f"treatment-{form.treatment.value}", f"{ACT}5条24項, 54条; {ORDER}1条の2"),
        Reason(f"band-{band}", f"{ORDER}35条", seen),
        Reason("insurance-limit" if cap is None else "share-limit", f"{ACT}58条3項; {ORDER}35条", {"cap_yen": cap}),
    )
    return Proposal(granted=True, outcome="granted", terms=terms, reasons=reasons)


def _patient(case: Case, form: MedicalAidForm) -> str | None:
    role = Role.CHILD if form.treatment is Treatment.CHILD else Role.APPLICANT
    return next((one.person for one in case.subjects if one.role is role), None)


def _obstacle(case: Case, form: MedicalAidForm, findings: Findings) -> Reason | None:
    """Return what rules the aid out whatever the income."""
    if not lives_here(findings.one(Role.APPLICANT, "resident-record")):
        return Reason("not-resident", f"{ACT}52条2項")
    patient = _patient(case, form)
    if patient is None:
        return Reason("no-child-named", f"{ORDER}1条の2第1号")
    grown = legal_age_on(births(case)[patient], case.received_on) >= ADULT
    if form.treatment is Treatment.CHILD:
        return Reason("child-grown-up", f"{ORDER}1条の2第1号") if grown else None
    if not grown:
        return Reason("adult-aid-for-child", f"{ORDER}1条の2第2号")
    physical = any(
        one.items.get("certificate") is True and one.items.get("kind_of_certificate") == "physical"
        for one in findings.of(Role.APPLICANT, "disability")
    )
    return None if physical else Reason("no-physical-certificate", f"{ORDER}1条の2第2号; 身体障害者福祉法4条")


def _household(findings: Findings, day: date) -> Household | None:
    """Return the household's means; None where somebody's income is not declared."""
    taxes = [one for role in (Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD) for one in findings.of(role, "local-tax")]
    levies = [levy_yen(one) if one.items.get("declared") is True else None for one in taxes]
    if None in levies:
        return None
    pensions = sum(
        int(one.items.get("annual_yen") or 0)
        for one in findings.of(Role.APPLICANT, "pension-benefit")
        if runs(one, day, "entitled_until") and one.items.get("suspended") is not True
    )
    allowances = sum(
        MONTHS * int(one.items.get("monthly_yen") or 0)
        for one in findings.of(Role.APPLICANT, "special-child-rearing-allowance")
        if runs(one, day, "entitled_until") and one.items.get("suspended") is not True
    )
    return Household(
        levy_yen=sum(one or 0 for one in levies),
        untaxed=not any(taxed(one) for one in taxes),
        assisted=any(runs(one, day, "ended_on") for one in findings.of(Role.APPLICANT, "public-assistance")),
        income_yen=(income_yen(findings.one(Role.APPLICANT, "local-tax")) or 0) + pensions + allowances,
    )


def notice(case: Case) -> Notice:
    """Return the decision in words (自立支援医療費支給認定通知書, 不認定通知書)."""
    proposal = case.proposal
    subject = "自立支援医療の支給認定について / Your application for medical aid"
    if proposal is None or not proposal.granted:
        return Notice(
            subject,
            "支給認定は認められませんでした。理由と審査請求については窓口でお尋ねください。\n"
            "Your application was refused. Ask the welfare office for the reason and how to have it reviewed.",
        )
    terms = proposal.terms
    cap = terms.get("cap_yen")
    limit_ja = "医療保険の自己負担限度額まで" if cap is None else f"月額{int(cap):,}円まで"
    limit_en = "the limit of your health insurance" if cap is None else f"{int(cap):,} yen a month"
    return Notice(
        subject,
        f"{terms['from']}から{terms['until']}まで、自己負担は医療費の1割、{limit_ja}です。\n"
        f"From {terms['from']} to {terms['until']} you pay a tenth of the cost, at most {limit_en}.",
    )


def awards(_case: Case) -> tuple[Award, ...]:
    """Return nothing: the layout of this kind is not published and none is invented for it here."""
    return ()


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.resident_record(Role.APPLICANT, Role.CHILD),
        wants.local_tax(
            Role.APPLICANT,
            Role.SPOUSE,
            Role.HOUSEHOLD,
            items=("taxable", "total_income_yen", "taxable_income_yen"),
            year=tax_year,
        ),
        wants.disability(Role.APPLICANT, when_stated="holds_certificate", more_items=("kind_of_certificate",)),
        wants.public_assistance(Role.APPLICANT),
        wants.pension(Role.APPLICANT),
        wants.special_allowance(Role.APPLICANT, more_items=("monthly_yen",)),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
)

"""What the welfare section wants to know, and from whom (番号法別表第二の25の項, 66の項; R-240, R-251)."""

from __future__ import annotations

from mizuhiki.casework.domain import (
    Case,
    Notice,
    Procedure,
    Role,
    Wanted,
    municipality_of_1_january,
    municipality_of_residence,
    newest_tax_year,
    the_one,
)
from mizuhiki.institutions.agency.prefecture_welfare.domain.claims import (
    decide_allowance,
    decide_certificate,
    next_payment,
)

ALLOWANCE_CODE = "special-child-rearing-allowance.claim"
CERTIFICATE_CODE = "mental-health.disability-certificate"
RETENTION_YEARS = 5


def allowance_notice(case: Case) -> Notice:
    """Return the decision about the allowance in words."""
    proposal = case.proposal
    subject = "特別児童扶養手当の認定結果のお知らせ / Decision on the special child rearing allowance"
    if proposal is None or not proposal.granted:
        return Notice(subject, "認定されませんでした。理由は窓口でお尋ねください。\nNot granted. Ask for the reason.")
    begins = str(proposal.terms["from"])[:7]
    if proposal.terms["suspended"]:
        return Notice(subject, "認定されましたが、所得により支給停止です。\nGranted, but suspended for income.")
    monthly = int(proposal.terms["monthly_yen"] or 0)
    return Notice(subject, f"{begins}分から月額{monthly:,}円です。\nYou receive {monthly:,} yen a month from {begins}.")


def certificate_notice(case: Case) -> Notice:
    """Return the decision about the certificate in words."""
    proposal = case.proposal
    subject = "精神障害者保健福祉手帳の判定結果のお知らせ / Decision on your mental disability certificate"
    if proposal is None or not proposal.granted:
        return Notice(subject, "交付されません。理由は窓口でお尋ねください。\nNot issued. Ask for the reason.")
    grade = proposal.terms["grade"]
    return Notice(subject, f"{grade}級の手帳を交付します。\nA certificate of grade {grade} is issued.")


ALLOWANCE = Procedure(
    code=ALLOWANCE_CODE,
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT, Role.CHILD),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
        Wanted(
            kind="local-tax",
            of=(Role.APPLICANT, Role.SPOUSE, Role.HOUSEHOLD),
            holder=municipality_of_1_january,
            year=newest_tax_year,
            paper_items=("declared", "total_income_yen", "dependents_count"),
        ),
    ),
    decide=decide_allowance,
    notice=allowance_notice,
    retention_years=RETENTION_YEARS,
    pay=next_payment,
)
CERTIFICATE = Procedure(
    code=CERTIFICATE_CODE,
    wanted=(
        Wanted(
            kind="pension-benefit",
            of=(Role.APPLICANT,),
            holder=the_one("pension-service"),
            paper_items=("receiving", "pension_type", "disability_grade"),
        ),
    ),
    decide=decide_certificate,
    notice=certificate_notice,
    retention_years=RETENTION_YEARS,
)
PROCEDURES = (CERTIFICATE, ALLOWANCE)

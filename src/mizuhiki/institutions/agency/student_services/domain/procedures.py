"""What the organization wants to know for student aid, and from whom (番号法別表第二の106の項; R-236)."""

from __future__ import annotations

from mizuhiki.casework.domain import (
    Case,
    Notice,
    Procedure,
    Role,
    Wanted,
    in_prefecture_of_residence,
    municipality_of_1_january,
    municipality_of_residence,
    newest_tax_year,
    the_one,
)
from mizuhiki.institutions.agency.student_services.domain.aid import decide
from mizuhiki.institutions.agency.student_services.domain.payments import next_payment

AFFAIR = "student-aid"
APPLICATION = "student-aid.application"
RETENTION_YEARS = 5
WELFARE_SECTION = "prefecture-welfare"


def notice(case: Case) -> Notice:
    """Return the decision in words."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "奨学金の審査結果のお知らせ / Decision on your student aid",
            "今回は採用になりませんでした。理由は窓口でお尋ねください。\n"
            "Your application was not accepted. Ask the organization for the reason.",
        )
    monthly = int(proposal.terms["monthly_yen"] or 0)
    begins = str(proposal.terms["from"])[:7]
    return Notice(
        "奨学金の採用のお知らせ / Decision on your student aid",
        f"月額 {monthly:,}円を{begins[:4]}年{int(begins[5:])}月分から支給します。\n"
        f"You receive {monthly:,} yen a month from {begins}.",
    )


STUDENT_AID = Procedure(
    code=APPLICATION,
    wanted=(
        Wanted(
            kind="local-tax",
            of=(Role.PARENT,),
            holder=municipality_of_1_january,
            year=newest_tax_year,
            paper_items=("declared", "taxable"),
        ),
        Wanted(
            kind="public-assistance",
            of=(Role.PARENT,),
            holder=municipality_of_residence,
            when_stated="on_public_assistance",
            paper_items=("receiving",),
        ),
        Wanted(
            kind="unemployment-benefit",
            of=(Role.PARENT,),
            holder=the_one("public-employment-office"),
            when_stated="parent_lost_work",
            paper_items=("separation_date",),
            no_data_suffices=True,
        ),
        Wanted(
            kind="pension-benefit",
            of=(Role.PARENT,),
            holder=the_one("pension-service"),
            when_stated="parent_on_pension",
            paper_items=("receiving", "annual_yen"),
            no_data_suffices=True,
        ),
        Wanted(
            kind="disability",
            of=(Role.APPLICANT, Role.PARENT),
            holder=in_prefecture_of_residence(WELFARE_SECTION),
            when_stated="member_disabled",
            paper_items=("certificate",),
            no_data_suffices=True,
        ),
    ),
    decide=decide,
    notice=notice,
    retention_years=RETENTION_YEARS,
    pay=next_payment,
)
PROCEDURES = (STUDENT_AID,)

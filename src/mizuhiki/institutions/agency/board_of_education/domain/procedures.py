"""What a board wants to know for support of a pupil, and from whom (番号法別表第二の37の項; R-237)."""

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
)
from mizuhiki.institutions.agency.board_of_education.domain.support import ADULTS, decide

AFFAIR = "special-needs-education-support"
APPLICATION = "special-needs-education-support.application"
RETENTION_YEARS = 5
_NUMERALS = {"1": "I", "2": "II", "3": "III"}


def notice(case: Case) -> Notice:
    """Return the decision in words."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "就学奨励費の審査結果のお知らせ / Decision on school support",
            "就学奨励費は支給されません。理由は教育委員会にお尋ねください。\n"
            "No support is paid. Ask the board of education for the reason.",
        )
    category = _NUMERALS[str(proposal.terms["category"])]
    return Notice(
        "就学奨励費の支弁区分の決定のお知らせ / Decision on school support",
        f"支弁区分は第{category}区分です。対象となる経費は学期ごとに学校を通じて支給します。\n"
        f"Your category of support is {category}. Expenses are paid each term through the school.",
    )


SUPPORT = Procedure(
    code=APPLICATION,
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT, Role.CHILD),
            holder=municipality_of_residence,
            paper_items=("resident", "household_size"),
        ),
        Wanted(
            kind="local-tax",
            of=ADULTS,
            holder=municipality_of_1_january,
            year=newest_tax_year,
            paper_items=("declared", "total_income_yen", "taxable_income_yen"),
        ),
        Wanted(
            kind="public-assistance",
            of=(Role.APPLICANT,),
            holder=municipality_of_residence,
            when_stated="on_public_assistance",
            paper_items=("receiving",),
        ),
    ),
    decide=decide,
    notice=notice,
    retention_years=RETENTION_YEARS,
)
PROCEDURES = (SUPPORT,)

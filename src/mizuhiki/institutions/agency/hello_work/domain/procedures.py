"""What Hello Work wants to know for care leave benefit, and from whom (番号法別表第二の77の項; R-243)."""

from __future__ import annotations

from mizuhiki.casework.domain import Case, Notice, Procedure, Role, Wanted, municipality_of_residence
from mizuhiki.institutions.agency.hello_work.domain.care_leave import decide, next_payment

CARE_LEAVE_CODE = "employment-insurance.care-leave-benefit"
RETENTION_YEARS = 4
"""雇用保険法施行規則143条: four years for the file of the insured."""


def notice(case: Case) -> Notice:
    """Return the decision in words."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "介護休業給付金の不支給決定のお知らせ / Decision on care leave benefit",
            "介護休業給付金は支給されません。理由は窓口でお尋ねください。\n"
            "No care leave benefit is paid. Ask the office for the reason.",
        )
    days, amount = int(proposal.terms["days"] or 0), int(proposal.terms["amount_yen"] or 0)
    return Notice(
        "介護休業給付金の支給決定のお知らせ / Decision on care leave benefit",
        f"{days}日分として{amount:,}円を支給します。\nYou receive {amount:,} yen for {days} days.",
    )


CARE_LEAVE = Procedure(
    code=CARE_LEAVE_CODE,
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.APPLICANT, Role.HOUSEHOLD),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
    ),
    decide=decide,
    notice=notice,
    retention_years=RETENTION_YEARS,
    pay=next_payment,
)
PROCEDURES = (CARE_LEAVE,)

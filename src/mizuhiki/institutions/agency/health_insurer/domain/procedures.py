"""What the society wants to know for the childbirth lump sum, and from whom (番号法別表第二の3の項; R-245)."""

from __future__ import annotations

from mizuhiki.casework.domain import Case, Notice, Procedure, Role, Wanted, municipality_of_residence
from mizuhiki.institutions.agency.health_insurer.domain.childbirth import decide, next_payment

CHILDBIRTH_CODE = "health-insurance.childbirth-lump-sum"
RETENTION_YEARS = 5


def notice(case: Case) -> Notice:
    """Return the decision in words."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "出産育児一時金の不支給決定のお知らせ / Decision on the childbirth lump sum",
            "出産育児一時金は支給されません。理由は健康保険組合にお尋ねください。\n"
            "No childbirth lump sum is paid. Ask the society for the reason.",
        )
    whole, rest = int(proposal.terms["sum_yen"] or 0), int(proposal.terms["amount_yen"] or 0)
    return Notice(
        "出産育児一時金の支給決定のお知らせ / Decision on the childbirth lump sum",
        f"{whole:,}円のうち、病院への直接支払分を除く{rest:,}円を支給します。\n"
        f"Of {whole:,} yen you receive {rest:,} yen; the rest was paid to the hospital.",
    )


CHILDBIRTH = Procedure(
    code=CHILDBIRTH_CODE,
    wanted=(
        Wanted(
            kind="resident-record",
            of=(Role.CHILD,),
            holder=municipality_of_residence,
            paper_items=("resident",),
        ),
    ),
    decide=decide,
    notice=notice,
    retention_years=RETENTION_YEARS,
    pay=next_payment,
)
PROCEDURES = (CHILDBIRTH,)

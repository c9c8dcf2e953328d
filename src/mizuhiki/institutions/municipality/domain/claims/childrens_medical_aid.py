"""Medical aid for children under the city's own ordinance (子ども医療費助成; 番号法9条2項, 19条9号).

Cities help with what a child's doctor costs, each by an ordinance of its own; no Act says how. This one is our invented
city's, after what cities publish: from the month of the application to the 31 March after the 15th birthday, free
where no guardian is taxed, else at most 500 yen a month for each hospital, nothing beside public assistance, which pays
for doctors itself. It is like the governor's aid for children with lasting illness (table 2, item 9; 児童福祉法19条の2)
and asks what that item names.
"""

from __future__ import annotations

import functools
from datetime import date

import msgspec

from mizuhiki.casework.domain import Case, Findings, Notice, Procedure, Proposal, Reason, Role
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.domain.claims.reading import march_after, runs, taxed
from mizuhiki.vocabulary.affairs import AffairField, ordinance_affair_code
from mizuhiki.vocabulary.ids import InstitutionId, key_of
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.places import municipality
from mizuhiki.vocabulary.statute import AskedOfItem, OrdinanceAffair, OrdinanceProcedure
from mizuhiki.vocabulary.typed_values import converted

SLUG, APPLICATION = "childrens-medical-aid", "application"
ITEM = "2-9"
ORDINANCE = "市子ども医療費の助成に関する条例"
CODED_FROM, CODED_UNTIL = date(2018, 4, 1), date(2024, 3, 31)
LAST_BIRTHDAY = 15
SHARE_YEN = 500
JULY, LAST_OF_JULY = 7, 31


class ChildrensAidForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people; `insured_on` is the first day on the child's insurance card."""

    insured_on: date
    on_public_assistance: bool = False

    def require_plausible(self, received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: the insurance begins after the application.
        """
        if self.insured_on > received_on:
            raise ClaimFormImplausible(item="insured_on")


def code_of(institution: InstitutionId) -> str:
    """Return the procedure's code in one city."""
    return f"{ordinance_affair_code(institution, SLUG)}.{APPLICATION}"


def affair_of(institution: InstitutionId) -> OrdinanceAffair:
    """Return the affair as the city lodges it with the commission."""
    name = municipality(key_of(institution)).name
    return OrdinanceAffair(
        institution=institution,
        slug=SLUG,
        title_ja=f"{name}子ども医療費の助成に関する事務",
        title_en="Medical aid for children",
        field=AffairField.WELFARE_MEDICAL,
        ordinance=f"{name}個人番号の利用に関する条例4条; {name}子ども医療費の助成に関する条例",
        item=ITEM,
        asked=(
            AskedOfItem("municipality", "local-tax"),
            AskedOfItem("municipality", "public-assistance"),
            AskedOfItem("prefecture", "public-assistance"),
            AskedOfItem("municipality", "resident-record"),
        ),
        procedures=(
            OrdinanceProcedure(APPLICATION, "子ども医療費の助成の申請", "Application for medical aid for children"),
        ),
        valid_from=CODED_FROM,
        valid_until=None,
    )


def last_day(born: date, begins: date) -> date:
    """Return the last day of a certificate: when the next year's tax is known, and never beyond the age."""
    july = date(begins.year, JULY, LAST_OF_JULY)
    renewed = july if begins <= july else july.replace(year=begins.year + 1)
    return min(renewed, march_after(born, LAST_BIRTHDAY))


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the ordinance says of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
    """
    day = case.received_on
    if not CODED_FROM <= day <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=case.procedure)
    form = converted(dict(case.stated), ChildrensAidForm, strict=False)
    child = next((one.person for one in case.subjects if one.role is Role.CHILD), None)
    obstacle = _obstacle(case, child, findings)
    if obstacle is not None or child is None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,) if obstacle else ())
    begins = max(day.replace(day=1), form.insured_on, births(case)[child])
    share, reason = _share(findings)
    terms: dict[str, Scalar] = {
        "share_yen": share,
        "from": begins.isoformat(),
        "until": last_day(births(case)[child], day).isoformat(),
    }
    return Proposal(
        granted=True, outcome="granted", terms=terms, reasons=(Reason("child-of-age", f"{ORDINANCE}2条"), reason)
    )


def _obstacle(case: Case, child: str | None, findings: Findings) -> Reason | None:
    """Return what rules the aid out."""
    if case.stated.get("resident_here") is not True:
        return Reason("not-resident", f"{ORDINANCE}3条")
    if child is None:
        return Reason("no-child-named", f"{ORDINANCE}3条")
    if case.received_on > march_after(births(case)[child], LAST_BIRTHDAY):
        return Reason("child-too-old", f"{ORDINANCE}2条")
    if any(runs(one, case.received_on, "ended_on") for one in findings.of(Role.APPLICANT, "public-assistance")):
        return Reason("on-public-assistance", f"{ORDINANCE}3条ただし書; 生活保護法15条")
    return None


def _share(findings: Findings) -> tuple[int, Reason]:
    """Return the highest share a month for each hospital, and why."""
    taxes = [one for role in (Role.APPLICANT, Role.SPOUSE) for one in findings.of(role, "local-tax")]
    if all(one.items.get("declared") is True and not taxed(one) for one in taxes):
        return 0, Reason("share-untaxed", f"{ORDINANCE}4条ただし書")
    return SHARE_YEN, Reason("share-taxed", f"{ORDINANCE}4条", {"share_yen": SHARE_YEN})


def notice(case: Case) -> Notice:
    """Return the decision in words (子ども医療費受給資格証交付通知書, 却下通知書)."""
    proposal = case.proposal
    subject = "子ども医療費の助成について / Medical aid for your child"
    if proposal is None or not proposal.granted:
        return Notice(
            subject,
            "助成は認められませんでした。理由と審査請求については窓口でお尋ねください。\n"
            "The aid was refused. Ask the child section for the reason and how to have it reviewed.",
        )
    terms = proposal.terms
    share = int(terms["share_yen"] or 0)
    words_ja = f"自己負担は医療機関ごとに月額{share:,}円までです" if share else "自己負担はありません"
    words_en = f"you pay at most {share:,} yen a month at each hospital" if share else "you pay nothing"
    return Notice(
        subject,
        f"{terms['from']}から{terms['until']}まで、{words_ja}。\nFrom {terms['from']} to {terms['until']} {words_en}.",
    )


def awards(_case: Case) -> tuple[Award, ...]:
    """Return nothing: no row lets anybody ask for this aid."""
    return ()


@functools.cache
def procedure_of(institution: InstitutionId) -> Procedure:
    """Return the procedure as one city carries it out."""
    affair = affair_of(institution)
    [own] = affair.own_procedures()
    return Procedure(
        code=own.code,
        wanted=(
            wants.local_tax(Role.APPLICANT, Role.SPOUSE, items=("taxable",)),
            wants.public_assistance(Role.APPLICANT),
        ),
        decide=decide,
        notice=notice,
        retention_years=5,
        own=own,
    )

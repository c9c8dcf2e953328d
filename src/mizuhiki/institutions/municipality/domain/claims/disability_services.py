"""Disability services: who is granted which, and the highest share of the cost a month (障害者総合支援法; R-241).

Sources: 障害者の日常生活及び社会生活を総合的に支援するための法律 19条–22条 (decision), 29条3項 with 施行令17条 (highest
monthly share, coded from 2013-04-01 to 2024-03-31), 厚生労働省告示523号 (levels of support that services ask for).
Services of children follow 児童福祉法 and are another procedure. Figures and their sources: docs/figures.md.
"""

from __future__ import annotations

import enum
from datetime import date

import msgspec

from mizuhiki.casework.domain import (
    Case,
    Findings,
    Notice,
    Procedure,
    Proposal,
    Reason,
    Role,
)
from mizuhiki.institutions.municipality.domain.claims import wants
from mizuhiki.institutions.municipality.domain.claims.awards import Award
from mizuhiki.institutions.municipality.domain.claims.errors import ClaimFormImplausible, ClaimRuleNotCoded
from mizuhiki.institutions.municipality.domain.claims.people import births
from mizuhiki.institutions.municipality.domain.claims.reading import levy_yen, lives_here, runs, taxed
from mizuhiki.vocabulary.dates import legal_age_on, month_after
from mizuhiki.vocabulary.layouts import Scalar
from mizuhiki.vocabulary.typed_values import converted

CODE = "disability-services.application"
ACT, ORDER = "障害者総合支援法", "障害者総合支援法施行令17条"
LEVELS = "厚生労働省告示523号"
CODED_FROM, CODED_UNTIL = date(2013, 4, 1), date(2024, 3, 31)
ADULT, FIFTY = 18, 50
HIGHEST_LEVEL = 6
GENERAL_CAP_YEN, SMALL_CAP_YEN = 37_200, 9_300
SMALL_LEVY_YEN = 160_000
"""Below this income levy of the applicant and the spouse, the smaller share holds outside homes (施行令17条2号)."""


class Service(enum.StrEnum):
    """Services that are asked for (法5条)."""

    HOME_HELP = "home-help"
    DAY_CARE = "day-care"
    WORK_TRAINING = "work-training"
    GROUP_HOME = "group-home"
    RESIDENTIAL = "residential"


LEAST_LEVEL = {
    Service.HOME_HELP: (1, 1),
    Service.DAY_CARE: (3, 2),
    Service.WORK_TRAINING: (0, 0),
    Service.GROUP_HOME: (0, 0),
    Service.RESIDENTIAL: (4, 3),
}
"""Least level of support below fifty and from fifty on."""
IN_HOMES = frozenset({Service.GROUP_HOME, Service.RESIDENTIAL})


class ServicesForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an application says beyond the people.

    `support_level` is the level of support that the city's review board certified (障害支援区分, 法21条), 0 for none.
    """

    service: Service
    support_level: int
    on_public_assistance: bool = False

    def require_plausible(self, _received_on: date) -> None:
        """Check the application on its own.

        Raises:
            ClaimFormImplausible: a level outside 0 to 6.
        """
        if not 0 <= self.support_level <= HIGHEST_LEVEL:
            raise ClaimFormImplausible(item="support_level")


def cap_yen(service: Service, levies: list[int], *, assisted: bool, untaxed: bool) -> tuple[int, str]:
    """Return the highest share a month and the name of its class (施行令17条)."""
    if assisted:
        return 0, "assistance"
    if untaxed:
        return 0, "low-income"
    if sum(levies) < SMALL_LEVY_YEN and service not in IN_HOMES:
        return SMALL_CAP_YEN, "general-1"
    return GENERAL_CAP_YEN, "general-2"


def decide(case: Case, findings: Findings) -> Proposal:
    """Return what the rules say of an application.

    Raises:
        ClaimRuleNotCoded: no rule of ours holds on the day of receipt.
    """
    day = case.received_on
    if not CODED_FROM <= day <= CODED_UNTIL:
        raise ClaimRuleNotCoded(procedure=CODE)
    form = converted(dict(case.stated), ServicesForm, strict=False)
    age = legal_age_on(births(case)[case.applicant.person], day)
    taxes = [one for role in (Role.APPLICANT, Role.SPOUSE) for one in findings.of(role, "local-tax")]
    levies = [levy_yen(one) for one in taxes]
    obstacle = _obstacle(form, age, findings)
    if obstacle is None and (None in levies or any(one.items.get("declared") is not True for one in taxes)):
        obstacle = Reason("income-not-declared", ORDER)
    if obstacle is not None:
        return Proposal(granted=False, outcome="refused", terms={}, reasons=(obstacle,))
    assisted = any(runs(one, day, "ended_on") for one in findings.of(Role.APPLICANT, "public-assistance"))
    cap, band = cap_yen(
        form.service,
        [one or 0 for one in levies],
        assisted=assisted,
        untaxed=not any(taxed(one) for one in taxes),
    )
    begins = month_after(day)
    terms: dict[str, Scalar] = {
        "service": form.service.value,
        "support_level": form.support_level,
        "cap_yen": cap,
        "band": band,
        "from": begins.isoformat(),
    }
    reasons = (
        Reason("disability-certified", f"{ACT}4条, 22条"),
        Reason("level-suffices", LEVELS, {"support_level": form.support_level}),
        Reason(f"cap-{band}", ORDER, {"cap_yen": cap}),
    )
    return Proposal(granted=True, outcome="granted", terms=terms, reasons=reasons)


def _obstacle(form: ServicesForm, age: int, findings: Findings) -> Reason | None:
    """Return what rules the service out."""
    if not lives_here(findings.one(Role.APPLICANT, "resident-record")):
        return Reason("not-resident", f"{ACT}19条2項")
    if age < ADULT:
        return Reason("child-follows-another-act", f"{ACT}4条1項; 児童福祉法21条の5の5")
    if findings.one(Role.APPLICANT, "disability").items.get("certificate") is not True:
        return Reason("no-certificate", f"{ACT}4条1項")
    least = LEAST_LEVEL[form.service][age >= FIFTY]
    if form.support_level < least:
        return Reason("level-too-low", LEVELS, {"support_level": form.support_level, "least": least})
    return None


def notice(case: Case) -> Notice:
    """Return the decision in words (支給決定通知書)."""
    proposal = case.proposal
    if proposal is None or not proposal.granted:
        return Notice(
            "障害福祉サービスの支給申請について / Your application for disability services",
            "支給は認められませんでした。理由と審査請求については窓口でお尋ねください。\n"
            "Your application was refused. Ask the welfare office for the reason and how to have it reviewed.",
        )
    cap, begins = int(proposal.terms["cap_yen"] or 0), str(proposal.terms["from"])
    return Notice(
        "障害福祉サービスの支給決定について / Your application for disability services",
        f"{begins[:4]}年{int(begins[5:7])}月から支給します。利用者負担の上限は月額{cap:,}円です。\n"
        f"The service is granted from {begins[:7]}. You pay at most {cap:,} yen a month.",
    )


def awards(_case: Case) -> tuple[Award, ...]:
    """Return nothing: the layout of this kind is not published and none is invented for it here."""
    return ()


PROCEDURE = Procedure(
    code=CODE,
    wanted=(
        wants.resident_record(Role.APPLICANT, Role.SPOUSE),
        wants.local_tax(Role.APPLICANT, Role.SPOUSE, items=("taxable", "taxable_income_yen")),
        wants.disability(Role.APPLICANT),
        wants.public_assistance(Role.APPLICANT),
    ),
    decide=decide,
    notice=notice,
    retention_years=5,
)

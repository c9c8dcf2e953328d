"""The published examples, row by row: which papers an application leaves out, and that the office asks instead.

Source: 「マイナンバー制度の情報連携に伴い省略可能な主な書類の例」(2018-10-09) with the papers it adds once pensions are linked.
"""

from __future__ import annotations

import pytest

from mizuhiki.casework.domain import Procedure
from mizuhiki.institutions.agency.board_of_education.domain import procedures as board_of_education
from mizuhiki.institutions.agency.health_insurer.domain import procedures as health_insurer
from mizuhiki.institutions.agency.hello_work.domain import procedures as hello_work
from mizuhiki.institutions.agency.pension_service.domain import procedures as pension_service
from mizuhiki.institutions.agency.prefecture_welfare.domain import procedures as prefecture_welfare
from mizuhiki.institutions.agency.student_services.domain import procedures as student_services
from mizuhiki.institutions.municipality.domain.claims import procedures as municipality
from mizuhiki.vocabulary.statute import papers_before

PROCEDURES: dict[str, Procedure] = {
    known.code: known
    for body in (
        board_of_education,
        health_insurer,
        hello_work,
        municipality,
        pension_service,
        prefecture_welfare,
        student_services,
    )
    for known in body.PROCEDURES
}
# Procedures of a row, its papers, and the kinds of information that its bodies ask for instead.
PUBLISHED = {
    "R-234": (
        "childcare-support.certification",
        "生活保護受給証明書 児童扶養手当証書 特別児童扶養手当証書 課税証明書 障害者手帳",
        "public-assistance child-rearing-allowance special-child-rearing-allowance local-tax disability",
    ),
    "R-236": (
        "student-aid.application",
        "生活保護受給証明書 雇用保険受給資格者証 障害者手帳 課税証明書 年金額改定通知書 年金振込通知書",
        "public-assistance unemployment-benefit disability local-tax pension-benefit",
    ),
    "R-237": (
        "special-needs-education-support.application",
        "住民票の写し 課税証明書 生活保護受給証明書",
        "resident-record local-tax public-assistance",
    ),
    "R-238": (
        "child-rearing-allowance.claim",
        "住民票の写し 課税証明書 特別児童扶養手当証書 障害者手帳 年金額改定通知書 年金証書",
        "resident-record local-tax special-child-rearing-allowance disability pension-benefit",
    ),
    "R-239": (
        "public-assistance.application",
        "課税証明書 雇用保険受給資格者証 児童扶養手当証書 特別児童扶養手当証書 年金額改定通知書 年金振込通知書",
        "local-tax unemployment-benefit child-rearing-allowance special-child-rearing-allowance pension-benefit",
    ),
    "R-240": (
        "special-child-rearing-allowance.claim",
        "住民票の写し 課税証明書",
        "resident-record local-tax",
    ),
    "R-241": (
        "disability-services.application",
        "住民票の写し 課税証明書 生活保護受給証明書 障害者手帳",
        "resident-record local-tax public-assistance disability",
    ),
    "R-242": (
        "disability-services.medical-aid",
        "住民票の写し 課税証明書 生活保護受給証明書 特別児童扶養手当証書 障害者手帳 年金額改定通知書 年金振込通知書",
        "resident-record local-tax public-assistance special-child-rearing-allowance disability pension-benefit",
    ),
    "R-243": ("employment-insurance.care-leave-benefit", "住民票の写し", "resident-record"),
    "R-244": (
        "long-term-care-insurance.premium-reduction",
        "住民票の写し 課税証明書 生活保護受給証明書",
        "resident-record local-tax public-assistance",
    ),
    "R-245": ("health-insurance.childbirth-lump-sum", "住民票の写し", "resident-record"),
    "R-246": (
        "public-housing.application",
        "住民票の写し 課税証明書 生活保護受給証明書 障害者手帳",
        "resident-record local-tax public-assistance disability",
    ),
    "R-247": (
        "national-pension.premium-exemption",
        "住民票の写し 課税証明書 雇用保険被保険者離職票",
        "resident-record local-tax unemployment-benefit",
    ),
    "R-248": (
        "national-pension.student-special-payment",
        "課税証明書 雇用保険被保険者離職票",
        "local-tax unemployment-benefit",
    ),
    "R-249": (
        "national-pension.benefit-claim employees-pension.benefit-claim",
        "住民票の写し 課税証明書 雇用保険被保険者証",
        "resident-record local-tax unemployment-benefit",
    ),
    "R-250": (
        (
            "national-pension.beneficiary-notification employees-pension.beneficiary-notification "
            "national-pension.income-status"
        ),
        "住民票の写し 課税証明書 所得状況届",
        "resident-record local-tax",
    ),
    "R-251": ("mental-health.disability-certificate", "年金証書 年金振込通知書", "pension-benefit"),
}


@pytest.mark.parametrize(
    "requirement", [pytest.param(known, marks=pytest.mark.requirement(known)) for known in PUBLISHED]
)
def test_an_application_leaves_out_the_published_papers_and_the_office_asks_instead(requirement: str) -> None:
    codes, papers, kinds = PUBLISHED[requirement]
    left_out = {paper.title_ja: paper for code in codes.split() for paper in papers_before(code)}
    assert left_out.keys() == set(papers.split())
    asked = {wanted.kind for code in codes.split() for wanted in PROCEDURES[code].wanted}
    assert asked == set(kinds.split())
    assert {paper.kind for paper in left_out.values()} == asked, "each paper is replaced by what is asked, nothing else"

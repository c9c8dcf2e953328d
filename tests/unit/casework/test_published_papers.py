"""The published examples, row by row: which papers an application leaves out, and who is asked about whom instead.

Source: 「マイナンバー制度の情報連携に伴い省略可能な主な書類の例」(2018-10-09), with its second part on pensions.
"""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from mizuhiki.casework.domain import Case, Person, Procedure, Role, Subject
from mizuhiki.institutions.agency.board_of_education.domain import procedures as board_of_education
from mizuhiki.institutions.agency.health_insurer.domain import procedures as health_insurer
from mizuhiki.institutions.agency.hello_work.domain import procedures as hello_work
from mizuhiki.institutions.agency.pension_service.domain import procedures as pension_service
from mizuhiki.institutions.agency.prefecture_welfare.domain import procedures as prefecture_welfare
from mizuhiki.institutions.agency.student_services.domain import procedures as student_services
from mizuhiki.institutions.municipality.domain.claims import procedures as municipality
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.persons import FourItems, Sex
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


CITY, CITY_OF_1_JANUARY = "municipality-131032", "municipality-452025"
HOLDERS = {
    "resident-record": CITY,
    "local-tax": CITY_OF_1_JANUARY,
    "public-assistance": CITY,
    "child-rearing-allowance": CITY,
    "special-child-rearing-allowance": "prefecture-welfare-13",
    "disability": "prefecture-welfare-13",
    "unemployment-benefit": "public-employment-office",
    "pension-benefit": "pension-service",
}
PERSON = Person(
    person="somebody",
    addressee_number="000000000000001",
    number=IndividualNumber.parse("123456789018"),
    four_items=FourItems("試験 花子", "シケン ハナコ", date(1980, 1, 2), Sex.FEMALE, "東京都港区芝一丁目1番1号"),
    municipality_code="131032",
)
# Whose information each row wants, where the claim states every circumstance.
ASKED_ABOUT = {
    "R-234": {
        "local-tax": "applicant spouse",
        "public-assistance": "applicant",
        "child-rearing-allowance": "applicant",
        "special-child-rearing-allowance": "applicant",
        "disability": "applicant child household spouse",
    },
    "R-236": {
        "local-tax": "parent",
        "public-assistance": "parent",
        "unemployment-benefit": "parent",
        "pension-benefit": "parent",
        "disability": "applicant parent",
    },
    "R-237": {
        "resident-record": "applicant child",
        "local-tax": "applicant household spouse",
        "public-assistance": "applicant",
    },
    "R-238": {
        "resident-record": "applicant child",
        "local-tax": "applicant household",
        "special-child-rearing-allowance": "applicant",
        "disability": "child",
        "pension-benefit": "applicant",
    },
    "R-239": {
        "local-tax": "applicant household spouse",
        "unemployment-benefit": "applicant household spouse",
        "child-rearing-allowance": "applicant",
        "special-child-rearing-allowance": "applicant",
        "pension-benefit": "applicant household spouse",
    },
    "R-240": {"resident-record": "applicant child", "local-tax": "applicant household spouse"},
    "R-241": {
        "resident-record": "applicant spouse",
        "local-tax": "applicant spouse",
        "public-assistance": "applicant",
        "disability": "applicant",
    },
    "R-242": {
        "resident-record": "applicant child",
        "local-tax": "applicant household spouse",
        "public-assistance": "applicant",
        "special-child-rearing-allowance": "applicant",
        "disability": "applicant",
        "pension-benefit": "applicant",
    },
    "R-243": {"resident-record": "applicant household"},
    "R-244": {
        "resident-record": "applicant household",
        "local-tax": "applicant household",
        "public-assistance": "applicant",
    },
    "R-245": {"resident-record": "child"},
    "R-246": {
        "resident-record": "applicant household",
        "local-tax": "applicant household",
        "public-assistance": "applicant",
        "disability": "applicant household",
    },
    "R-247": {
        "resident-record": "applicant",
        "local-tax": "applicant household spouse",
        "unemployment-benefit": "applicant household spouse",
    },
    "R-248": {"local-tax": "applicant", "unemployment-benefit": "applicant"},
    "R-249": {
        "resident-record": "applicant child spouse",
        "local-tax": "applicant spouse",
        "unemployment-benefit": "applicant",
    },
    "R-250": {"resident-record": "applicant child spouse", "local-tax": "applicant child spouse"},
    "R-251": {"pension-benefit": "applicant"},
}


def whole_case(procedure: Procedure) -> Case:
    """A claim that names somebody in every role and states everything that can be asked about."""
    return Case(
        case="case",
        procedure=procedure.code,
        received_on=date(2019, 12, 2),
        subjects=tuple(Subject(role, role.value, "452025") for role in Role),
        stated={**{wanted.when_stated: True for wanted in procedure.wanted if wanted.when_stated}, "year": 2019},
    )


@pytest.mark.parametrize(
    "requirement", [pytest.param(known, marks=pytest.mark.requirement(known)) for known in ASKED_ABOUT]
)
def test_each_holder_is_asked_about_the_people_whose_paper_it_would_give_out(requirement: str) -> None:
    asked: dict[str, set[str]] = {}
    for code in PUBLISHED[requirement][0].split():
        case = whole_case(PROCEDURES[code])
        for one in PROCEDURES[code].required(case):
            assert one.wanted.holder(PERSON, one.subject, case.stated) == HOLDERS[one.kind]
            asked.setdefault(one.kind, set()).add(one.subject.role.value)
    assert asked == {kind: set(roles.split()) for kind, roles in ASKED_ABOUT[requirement].items()}


# Kinds that are asked for where the claim states no circumstance; asking for more would be more than is needed.
ASKED_ALWAYS = {
    "R-234": "local-tax",
    "R-236": "local-tax",
    "R-237": "resident-record local-tax",
    "R-238": "resident-record local-tax",
    "R-239": "local-tax",
    "R-240": "resident-record local-tax",
    "R-241": "resident-record local-tax disability",
    "R-242": "resident-record local-tax",
    "R-243": "resident-record",
    "R-244": "resident-record local-tax",
    "R-245": "resident-record",
    "R-246": "resident-record local-tax",
    "R-247": "resident-record local-tax",
    "R-248": "local-tax",
    "R-249": "resident-record",
    "R-250": "resident-record local-tax",
    "R-251": "pension-benefit",
}


@pytest.mark.parametrize(
    "requirement", [pytest.param(known, marks=pytest.mark.requirement(known)) for known in ASKED_ALWAYS]
)
def test_what_a_claim_does_not_state_is_not_asked(requirement: str) -> None:
    asked = {
        one.kind
        for code in PUBLISHED[requirement][0].split()
        for one in PROCEDURES[code].required(dataclasses.replace(whole_case(PROCEDURES[code]), stated={"year": 2019}))
    }
    assert asked == set(ASKED_ALWAYS[requirement].split())

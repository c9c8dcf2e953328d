"""Which names of the law a body runs under, and what the statute table lets it ask and answer."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.vocabulary.affairs import affair, require_user
from mizuhiki.vocabulary.ids import (
    InstitutionId,
    InstitutionKind,
    body_in_law,
    institution_id,
    key_of,
    kind_of,
    parse_institution_id,
    provider_names_in_law,
)
from mizuhiki.vocabulary.register_access import permit_search
from mizuhiki.vocabulary.statute import NoStatuteRow, StatuteRowNotInForce, StatuteTable, Verdict

TABLE = StatuteTable.load()
CITY = InstitutionId("municipality-452025")
HELLO_WORK, INSURER = InstitutionId("public-employment-office"), InstitutionId("health-insurance-society")
WELFARE, PENSION = InstitutionId("prefecture-welfare-45"), InstitutionId("pension-service")
BOARD = InstitutionId("prefectural-board-of-education-45")
DAY = date(2019, 12, 2)
BODY_OF = {kind_of(one): one for one in (HELLO_WORK, INSURER, WELFARE, BOARD)}


def test_a_welfare_section_is_told_from_its_prefectures_register() -> None:
    section = parse_institution_id("prefecture-welfare-45")
    assert (kind_of(section), key_of(section)) == (InstitutionKind.PREFECTURE_WELFARE, "45")
    assert kind_of(InstitutionId("prefecture-45")) is InstitutionKind.PREFECTURE
    assert institution_id(InstitutionKind.PREFECTURE_WELFARE, "13") == "prefecture-welfare-13"


def test_a_section_has_the_name_of_its_body_and_insurers_their_collective_name() -> None:
    assert body_in_law(InstitutionKind.PREFECTURE_WELFARE) == "prefecture"
    assert provider_names_in_law(InstitutionKind.HEALTH_INSURANCE_SOCIETY) == (
        "health-insurance-society",
        "medical-insurers",
    )
    others = set(InstitutionKind) - {InstitutionKind.PREFECTURE_WELFARE}
    assert all(body_in_law(kind) == kind.value for kind in others)


@pytest.mark.parametrize(
    ("inquirer", "procedure", "provider", "kind", "row"),
    [
        pytest.param(
            HELLO_WORK, "employment-insurance.care-leave-benefit", CITY, "resident-record", "2-77", id="R-243"
        ),
        pytest.param(INSURER, "health-insurance.childbirth-lump-sum", CITY, "resident-record", "2-3", id="R-245"),
        pytest.param(BOARD, "special-needs-education-support.application", CITY, "resident-record", "2-37", id="R-237"),
        pytest.param(BOARD, "special-needs-education-support.application", CITY, "local-tax", "2-37", id="R-237 tax"),
        pytest.param(WELFARE, "mental-health.disability-certificate", PENSION, "pension-benefit", "2-25", id="R-251"),
        pytest.param(WELFARE, "special-child-rearing-allowance.claim", CITY, "local-tax", "2-66", id="R-240 tax"),
        pytest.param(WELFARE, "special-child-rearing-allowance.claim", CITY, "resident-record", "2-66", id="R-240"),
        pytest.param(
            CITY, "child-rearing-allowance.claim", WELFARE, "special-child-rearing-allowance", "2-57", id="R-238"
        ),
        pytest.param(CITY, "public-assistance.application", HELLO_WORK, "unemployment-benefit", "2-26", id="R-239"),
    ],
)
def test_the_statute_table_lets_these_bodies_ask_and_answer(
    inquirer: InstitutionId, procedure: str, provider: InstitutionId, kind: str, row: str
) -> None:
    asked = procedure.partition(".")[0]
    found = TABLE.permit(inquirer, asked, procedure, provider, kind, DAY)
    assert found.number == row
    with pytest.raises((NoStatuteRow, StatuteRowNotInForce)):
        TABLE.permit(inquirer, asked, procedure, provider, kind, date(2017, 11, 12))


@pytest.mark.requirement("R-247", "R-249", "R-250", "R-251")
@pytest.mark.parametrize(
    ("inquirer", "procedure", "provider", "kind"),
    [
        (PENSION, "national-pension.premium-exemption", CITY, "local-tax"),
        (PENSION, "employees-pension.benefit-claim", CITY, "resident-record"),
        (PENSION, "national-pension.beneficiary-notification", CITY, "resident-record"),
        (WELFARE, "mental-health.disability-certificate", PENSION, "pension-benefit"),
    ],
)
def test_pensions_are_linked_two_years_after_the_others(
    inquirer: InstitutionId, procedure: str, provider: InstitutionId, kind: str
) -> None:
    question = (inquirer, procedure.partition(".")[0], procedure, provider, kind)
    with pytest.raises(StatuteRowNotInForce):
        TABLE.permit(*question, date(2019, 11, 12))
    assert TABLE.permit(*question, date(2019, 11, 13)).kind == kind


def test_rows_about_medical_insurers_speak_of_the_society_and_permit_nothing_unlisted() -> None:
    considered = TABLE.explain(
        CITY, "public-assistance", "public-assistance.application", INSURER, "medical-insurance", DAY
    )
    speaking = [one for one in considered if one.verdict is Verdict.PROCEDURE_NOT_LISTED]
    assert [one.row.provider_class for one in speaking] == ["medical-insurers"]
    assert not [one for one in considered if one.verdict is Verdict.PERMITS]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (InstitutionKind.PUBLIC_EMPLOYMENT_OFFICE, "employment-insurance"),
        (InstitutionKind.HEALTH_INSURANCE_SOCIETY, "health-insurance"),
        (InstitutionKind.PREFECTURE_WELFARE, "mental-health"),
        (InstitutionKind.BOARD_OF_EDUCATION, "special-needs-education-support"),
        (InstitutionKind.PREFECTURE_WELFARE, "special-child-rearing-allowance"),
        (InstitutionKind.PREFECTURE_WELFARE, "physical-disability-certificate"),
    ],
)
def test_each_body_may_search_the_register_for_its_own_affairs(kind: InstitutionKind, code: str) -> None:
    require_user(affair(code), BODY_OF[kind])
    assert code in permit_search(kind, code, DAY).affairs

"""The statute table: denied by default, dated, explained."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.affairs import affair
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind
from mizuhiki.vocabulary.layouts import kinds
from mizuhiki.vocabulary.statute import (
    NoStatuteRow,
    NoSuchProcedure,
    StatuteRowNotInForce,
    StatuteTable,
    Verdict,
    procedure,
    procedures,
)

TABLE = StatuteTable.load()
TODAY = date(2019, 12, 2)
MIYAKONOJO = InstitutionId("municipality-452025")
MINATO = InstitutionId("municipality-131032")
MIYAZAKI = InstitutionId("prefecture-45")
PENSION = InstitutionId("pension-service")
CLAIM = "child-allowance.claim"
INSTITUTIONS = (MIYAKONOJO, MINATO, MIYAZAKI, PENSION, InstitutionId("portal"), InstitutionId("commission"),
                InstitutionId("linkage-core"), InstitutionId("intermediate-pension-service"))  # fmt: skip


@pytest.mark.requirement("R-235")
@pytest.mark.parametrize(
    ("provider", "kind", "number"),
    [
        (MINATO, "local-tax", "2-74"),
        (PENSION, "pension-enrolment", "2-75"),
        (MINATO, "resident-record", "practice-235"),
    ],
)
def test_child_allowance_may_ask_what_the_papers_said(provider: InstitutionId, kind: str, number: str) -> None:
    row = TABLE.permit(MIYAKONOJO, "child-allowance", CLAIM, provider, kind, TODAY)
    assert row.number == number
    assert row.citation


@pytest.mark.requirement("R-226")
@pytest.mark.parametrize(
    ("provider", "kind", "first"),
    [(MINATO, "local-tax", date(2017, 11, 13)), (PENSION, "pension-enrolment", date(2019, 11, 13))],
)
def test_a_row_is_not_in_force_before_its_day(provider: InstitutionId, kind: str, first: date) -> None:
    TABLE.permit(MIYAKONOJO, "child-allowance", CLAIM, provider, kind, first)
    with pytest.raises(StatuteRowNotInForce) as refused:
        TABLE.permit(MIYAKONOJO, "child-allowance", CLAIM, provider, kind, first - timedelta(days=1))
    assert refused.value.fields["since"] == first.isoformat()


def test_table_two_ended_with_the_amendment_of_2024() -> None:
    TABLE.permit(MIYAKONOJO, "child-allowance", CLAIM, MINATO, "local-tax", date(2024, 5, 26))
    with pytest.raises(StatuteRowNotInForce) as refused:
        TABLE.permit(MIYAKONOJO, "child-allowance", CLAIM, MINATO, "local-tax", date(2024, 5, 27))
    assert refused.value.fields["until"] == "2024-05-26"


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ((MIYAKONOJO, "child-allowance", CLAIM, MINATO, "disability"), "combination"),
        ((MIYAKONOJO, "child-allowance", CLAIM, MIYAZAKI, "local-tax"), "combination"),
        ((PENSION, "child-allowance", CLAIM, MINATO, "local-tax"), "combination"),
        ((MIYAKONOJO, "resident-register", CLAIM, MINATO, "local-tax"), "combination"),
        ((MIYAKONOJO, "child-allowance", "child-allowance.other", MINATO, "local-tax"), "procedure"),
        ((MIYAKONOJO, "child-allowance", "", MINATO, "local-tax"), "procedure"),
        ((MIYAKONOJO, "child-allowance", CLAIM, MIYAKONOJO, "local-tax"), "same-institution"),
    ],
)
def test_everything_else_is_denied_with_the_reason(
    question: tuple[InstitutionId, str, str, InstitutionId, str], reason: str
) -> None:
    with pytest.raises(NoStatuteRow) as refused:
        TABLE.permit(*question, TODAY)
    assert refused.value.fields["reason"] == reason


def test_a_row_without_procedures_is_shown_and_permits_nothing() -> None:
    silent = next(
        row for row in TABLE.rows if not row.procedures and row.inquirer_class == "municipality"
        and row.provider_class == "municipality"
    )  # fmt: skip
    assert silent.reason
    with pytest.raises(NoStatuteRow):
        TABLE.permit(MIYAKONOJO, silent.affair, "", MINATO, silent.kind, TODAY)
    considered = TABLE.explain(MIYAKONOJO, silent.affair, "", MINATO, silent.kind, TODAY)
    assert Verdict.PROCEDURE_NOT_LISTED in {entry.verdict for entry in considered if entry.row is silent}


def test_explaining_names_every_row_of_the_affair() -> None:
    considered = TABLE.explain(MIYAKONOJO, "child-allowance", CLAIM, MINATO, "local-tax", TODAY)
    assert {(entry.row.number, entry.verdict) for entry in considered} == {
        ("2-74", Verdict.PERMITS),
        ("2-75", Verdict.ANOTHER_KIND),
        ("practice-235", Verdict.ANOTHER_KIND),
    }
    assert TABLE.explain(InstitutionId("portal"), "child-allowance", CLAIM, MINATO, "local-tax", TODAY) == []


def test_an_empty_table_denies_everything() -> None:
    with pytest.raises(NoStatuteRow):
        StatuteTable(()).permit(MIYAKONOJO, "child-allowance", CLAIM, MINATO, "local-tax", TODAY)


@given(
    st.sampled_from(INSTITUTIONS),
    st.sampled_from([known.code for known in procedures()]),
    st.sampled_from(INSTITUTIONS),
    st.sampled_from(sorted({row.kind for row in TABLE.rows})),
    st.dates(date(2015, 1, 1), date(2026, 12, 31)),
)
def test_permission_and_explanation_never_disagree(
    inquirer: InstitutionId, asked: str, provider: InstitutionId, kind: str, day: date
) -> None:
    question = (inquirer, asked.partition(".")[0], asked, provider, kind, day)
    explained = inquirer != provider and Verdict.PERMITS in {entry.verdict for entry in TABLE.explain(*question)}
    try:
        row = TABLE.permit(*question)
    except (NoStatuteRow, StatuteRowNotInForce):
        assert not explained
    else:
        assert explained
        assert (row.kind, row.affair) == (kind, question[1])
        assert asked in row.procedures


def test_rows_are_unique_cited_and_about_known_affairs_and_procedures() -> None:
    keys = [(row.number, row.inquirer_class, row.affair, row.provider_class, row.kind) for row in TABLE.rows]
    assert len(keys) == len(set(keys))
    for row in TABLE.rows:
        assert affair(row.affair).code == row.affair
        assert row.citation
        assert row.items or row.reason
        assert all(procedure(code).affair == row.affair for code in row.procedures)


def test_all_items_of_table_two_are_there() -> None:
    numbers = {row.number for row in TABLE.rows if row.number.startswith("2-")}
    assert numbers == {f"2-{item}" for item in (*range(1, 121), "56-2")} - {"2-36"}


# Papers no longer needed, by the published examples: procedure, inquirer class, (provider class, kind) at least.
_SEED_ROWS = {
    "R-234": ("childcare-support.certification", "municipality", ("public-assistance child-rearing-allowance "
              "special-child-rearing-allowance local-tax disability")),
    "R-236": ("student-aid.application", "student-services-organization",
              "public-assistance unemployment-benefit disability local-tax pension-benefit"),
    "R-237": ("special-needs-education-support.application", "prefectural-board-of-education",
              "resident-record local-tax public-assistance"),
    "R-238": ("child-rearing-allowance.claim", "municipality",
              "resident-record local-tax special-child-rearing-allowance disability pension-benefit"),
    "R-239": ("public-assistance.application", "prefecture", ("local-tax unemployment-benefit "
              "child-rearing-allowance special-child-rearing-allowance pension-benefit")),
    "R-240": ("special-child-rearing-allowance.claim", "prefecture", "resident-record local-tax"),
    "R-241": ("disability-services.application", "municipality",
              "resident-record local-tax public-assistance disability"),
    "R-242": ("disability-services.medical-aid", "municipality", ("resident-record local-tax public-assistance "
              "special-child-rearing-allowance disability pension-benefit")),
    "R-243": ("employment-insurance.care-leave-benefit", "public-employment-office", "resident-record"),
    "R-244": ("long-term-care-insurance.premium-reduction", "municipality",
              "resident-record local-tax public-assistance"),
    "R-245": ("health-insurance.childbirth-lump-sum", "health-insurance-society", "resident-record"),
    "R-246": ("public-housing.application", "prefecture",
              "resident-record local-tax public-assistance disability"),
    "R-247": ("national-pension.premium-exemption", "pension-service",
              "resident-record local-tax unemployment-benefit"),
    "R-248": ("national-pension.student-special-payment", "pension-service", "local-tax unemployment-benefit"),
    "R-249": ("employees-pension.benefit-claim", "pension-service",
              "resident-record local-tax unemployment-benefit"),
    "R-250": ("national-pension.beneficiary-notification", "pension-service", "resident-record local-tax"),
    "R-251": ("mental-health.disability-certificate", "prefecture", "pension-benefit"),
}  # fmt: skip


@pytest.mark.parametrize(
    "requirement", [pytest.param(known, marks=pytest.mark.requirement(known)) for known in _SEED_ROWS]
)
def test_each_published_example_is_in_the_table(requirement: str) -> None:
    code, inquirer_class, expected = _SEED_ROWS[requirement]
    found = {row.kind for row in TABLE.rows if code in row.procedures and row.inquirer_class == inquirer_class}
    assert found == set(expected.split())


@pytest.mark.requirement("R-258")
def test_nobody_private_is_in_the_table() -> None:
    classes = {name for row in TABLE.rows for name in (row.inquirer_class, row.provider_class)}
    assert not classes & {"employer", "verifier", "medical-institution", "financial-institution"}


def test_classes_of_institutions_that_run_here_are_their_kinds() -> None:
    running = {kind.value for kind in InstitutionKind}
    classes = {name for row in TABLE.rows for name in (row.inquirer_class, row.provider_class)}
    assert {"municipality", "prefecture", "pension-service"} <= classes & running
    assert not classes & {"portal", "commission", "linkage-core", "national-register", "jpki", "intermediate"}


def test_every_kind_with_a_layout_is_asked_for_by_some_row() -> None:
    assert set(kinds()) <= {row.kind for row in TABLE.rows}


def test_procedures_have_titles_and_unknown_ones_are_refused() -> None:
    assert procedure(CLAIM).title_en == "Claim for child allowance"
    assert all(known.title_ja and known.source for known in procedures())
    used = set(itertools.chain.from_iterable(row.procedures for row in TABLE.rows))
    assert used == {known.code for known in procedures()}
    with pytest.raises(NoSuchProcedure):
        procedure("child-allowance.none")

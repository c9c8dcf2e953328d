"""School support with nothing attached, asked of the real municipalities of the demo nation (R-217, R-237)."""

from __future__ import annotations

from datetime import date

import pytest

from mizuhiki.casework.domain import PROVIDED, CaseState, Role
from mizuhiki.institutions.agency.board_of_education.domain.expenses import Item, Stage
from mizuhiki.institutions.agency.board_of_education.domain.pupils import Term
from mizuhiki.institutions.agency.board_of_education.domain.support import SupportForm
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, institution_id
from mizuhiki.vocabulary.persons import Relationship
from mizuhiki.world.local import LocalStage
from support.claims import city_of, person_on_claim, relatives, resident_on_claim, tax_of

GUARDIAN, SPOUSE = "parent", "mother"
DAY = date(2019, 12, 2)


def context(stage: LocalStage, board: InstitutionId, role: str) -> Context:
    affair, basis = "special-needs-education-support", "特別支援学校への就学奨励に関する法律2条"
    return stage.context(board, role, affair, basis, "school support", person=role)


@pytest.mark.requirement("R-217", "R-218", "R-237")
def test_a_family_is_supported_without_one_paper_and_its_expenses_are_paid(stage: LocalStage) -> None:
    city = city_of(stage, GUARDIAN)
    board = institution_id(InstitutionKind.BOARD_OF_EDUCATION, stage.roster.person(GUARDIAN).municipality[:2])
    service, clerk, approver = (
        stage.operations(board),
        context(stage, board, "case-clerk"),
        context(stage, board, "approver"),
    )
    tax_of(stage, GUARDIAN, income_yen=3_000_000)
    tax_of(stage, SPOUSE, income_yen=1_000_000)
    (child,) = relatives(stage, GUARDIAN, Relationship.CHILD)
    people = (
        person_on_claim(stage, GUARDIAN, Role.APPLICANT),
        resident_on_claim(stage, city, child, Role.CHILD),
        person_on_claim(stage, SPOUSE, Role.SPOUSE),
    )
    form = SupportForm(school_name="みずひき特別支援学校（架空）", stage=Stage.ELEMENTARY, enrolled_on=date(2019, 4, 1))
    case = service.apply_for_support(clerk, "application-1", DAY, people, form)
    stage.pump()
    asked = service.gather(clerk, case)
    assert sorted((one.kind, one.outcome) for one in asked) == [
        *[("local-tax", PROVIDED)] * 2,
        *[("resident-record", PROVIDED)] * 2,
    ]
    assert all(one.statute.startswith("2-37 ") and one.receipt and one.exchange_number for one in asked)
    assert {one.items["household_size"] for one in asked if one.kind == "resident-record"} == {3}
    proposal = service.propose(clerk, case)
    # The child is 1, so that no lessons are in the need: 12 * (2 * 40,270 + 20,900 + 53,290) = 1,856,760.
    assert (proposal.terms["income_yen"], proposal.terms["need_yen"]) == (4_000_000, 1_856_760)
    assert proposal.terms["category"] == "2"
    service.approve(approver, case)
    service.notify(clerk, case)
    found = service.case_file(clerk, case).case
    assert (found.state, found.papers) == (CaseState.DECIDED, ())
    (saved,) = service.savings(clerk)
    assert (saved.saving.papers_before, saved.saving.papers_after, saved.saving.visits_after) == (4, 0, 1)
    (listed,) = service.pupils(clerk)
    account = service.enter_account(
        clerk, listed.entry.number, Term.SECOND, {Item.MEALS: 24_001, Item.COMMUTING: 9_000}
    )
    assert service.approve_account(approver, listed.entry.number, account.account).borne_yen == 12_000 + 9_000

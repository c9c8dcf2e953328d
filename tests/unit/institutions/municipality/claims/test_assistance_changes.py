"""Public assistance that is stopped, resumed, changed and ended: days, grounds, payment, notice, what others hear."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.casework.domain import Role
from mizuhiki.casework.domain.cases import Payment
from mizuhiki.casework.domain.errors import NothingToPay, ProposerMayNotDecide
from mizuhiki.institutions.municipality.domain.claims import public_assistance
from mizuhiki.institutions.municipality.domain.claims.assistance_changes import (
    CITATIONS,
    GROUNDS,
    AssistanceChange,
    Ground,
    Turn,
    amount_on,
    facts_of,
    notice,
    share_of,
)
from mizuhiki.institutions.municipality.domain.claims.errors import (
    AssistanceChangeImplausible,
    AssistanceNotRunning,
    NoChangeProposed,
)
from mizuhiki.institutions.municipality.domain.claims.public_assistance import AssistanceForm, Cause
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.gate import Withheld
from support.section_office import CHILD, DAY, MOTHER, SectionOffice
from unit.institutions.municipality.claims.test_claims_without_papers import ASSISTANCE, VISIT, decided

BEGINS = date(2019, 12, 2)
MONTHLY = 140_000
ONE = timedelta(days=1)


def change(turn: Turn = Turn.ENDED, since: date = date(2020, 1, 10), **values: Any) -> AssistanceChange:
    ground = {Turn.RESUMED: Ground.NEEDED_AGAIN, Turn.CHANGED: Ground.NEED_CHANGED}.get(turn, Ground.NO_LONGER_NEEDED)
    given: dict[str, Any] = {
        "turn": turn,
        "ground": ground,
        "from_day": since,
        "reason": "就労により収入が基準を超えた",
    }
    return AssistanceChange(**{**given, **values})


STOP, RESUME = change(Turn.SUSPENDED, date(2020, 1, 10)), change(Turn.RESUMED, date(2020, 2, 20))
LESS = change(Turn.CHANGED, date(2020, 1, 16), monthly_yen=62_000)


# The rules


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize(
    ("changes", "day", "amount"),
    [
        ([], BEGINS, MONTHLY),
        ([STOP], date(2020, 1, 9), MONTHLY),
        ([STOP], date(2020, 1, 10), 0),
        ([STOP, RESUME], date(2020, 2, 19), 0),
        ([STOP, RESUME], date(2020, 2, 20), MONTHLY),
        ([LESS], date(2020, 1, 15), MONTHLY),
        ([LESS], date(2020, 1, 16), 62_000),
        ([change()], date(2020, 1, 9), MONTHLY),
        ([change()], date(2020, 1, 10), 0),
        ([LESS, STOP, RESUME], date(2020, 3, 1), 62_000),
    ],
)
def test_a_change_holds_from_its_first_day_on(changes: list[AssistanceChange], day: date, amount: int) -> None:
    ordered = sorted(changes, key=lambda one: one.from_day)
    assert amount_on(facts_of(ordered), MONTHLY, day) == amount


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize(
    ("changes", "first", "share"),
    [
        ([], date(2020, 1, 1), 140_000),
        ([STOP], date(2020, 1, 1), 140_000 * 9 // 31),
        ([STOP], date(2020, 2, 1), 0),
        ([STOP, RESUME], date(2020, 2, 1), 140_000 * 10 // 29),
        ([LESS], date(2020, 1, 1), 140_000 * 15 // 31 + 62_000 * 16 // 31),
        ([change(since=date(2020, 2, 1))], date(2020, 1, 1), 140_000),
        ([change(since=date(2020, 1, 31))], date(2020, 1, 1), 140_000 * 30 // 31),
    ],
)
def test_a_month_in_which_it_changes_counts_by_days(changes: list[AssistanceChange], first: date, share: int) -> None:
    assert share_of(facts_of(changes), MONTHLY, first) == share


def test_more_than_ten_changes_keep_their_order() -> None:
    changes = [change(Turn.CHANGED, BEGINS + place * ONE, monthly_yen=place) for place in range(1, 13)]
    assert amount_on(facts_of(changes), MONTHLY, date(2020, 3, 1)) == 12


TODAY = date(2020, 1, 10)


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize(
    ("wrong", "earlier", "item"),
    [
        (change(since=BEGINS), [], "from_day"),
        (change(since=date(2020, 3, 1)), [], "from_day"),
        (change(Turn.RESUMED), [], "turn"),
        (change(Turn.SUSPENDED, date(2020, 1, 20)), [STOP], "turn"),
        (change(Turn.CHANGED, date(2020, 1, 20), monthly_yen=1), [STOP], "turn"),
        (change(Turn.SUSPENDED, date(2020, 1, 20)), [change()], "turn"),
        (change(since=STOP.from_day), [STOP], "from_day"),
        (change(Turn.SUSPENDED, ground=Ground.OWN_WISH), [], "ground"),
        (change(Turn.CHANGED), [], "monthly_yen"),
        (change(Turn.CHANGED, monthly_yen=-1), [], "monthly_yen"),
        (change(monthly_yen=1), [], "monthly_yen"),
        (change(ground=Ground.INSTRUCTION_NOT_FOLLOWED), [], "heard_on"),
        (change(ground=Ground.INSTRUCTION_NOT_FOLLOWED, heard_on=TODAY + ONE), [], "heard_on"),
        (change(reason="  "), [], "reason"),
    ],
)
def test_what_the_act_does_not_allow_is_refused(
    wrong: AssistanceChange, earlier: list[AssistanceChange], item: str
) -> None:
    with pytest.raises(AssistanceChangeImplausible) as refusal:
        wrong.require_possible(BEGINS, earlier, TODAY)
    assert refusal.value.fields["item"] == item


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize(
    ("right", "earlier"),
    [
        (change(since=BEGINS + ONE), []),
        (change(since=date(2020, 2, 29)), []),
        (change(ground=Ground.INSTRUCTION_NOT_FOLLOWED, heard_on=TODAY), []),
        (change(since=STOP.from_day + ONE), [STOP]),
        (RESUME, [STOP]),
        (change(Turn.CHANGED, monthly_yen=0), []),
    ],
)
def test_the_days_at_the_edges_are_allowed(right: AssistanceChange, earlier: list[AssistanceChange]) -> None:
    right.require_possible(BEGINS, earlier, TODAY)


def test_every_ground_is_one_of_some_decision_and_has_its_article() -> None:
    assert {ground for grounds in GROUNDS.values() for ground in grounds} == set(Ground) == set(CITATIONS)
    assert all("生活保護法" in citation for citation in CITATIONS.values())


@pytest.mark.requirement("R-239")
@pytest.mark.parametrize("one", [STOP, RESUME, LESS, change()])
def test_the_notice_tells_the_day_the_reason_and_the_article(one: AssistanceChange) -> None:
    body = notice(one).body
    for language in body.split("\n"):
        assert one.from_day.isoformat() in language
        assert one.reason in language
        assert CITATIONS[one.ground] in language
    assert ("62,000" in body) is (one is LESS)


# The office


@pytest.fixture
def case(office: SectionOffice) -> str:
    """Assistance of 140,000 yen a month for mother and child since 2019-12-02."""
    office.tax(MOTHER, 2_330_000)
    people = (office.person(MOTHER, Role.APPLICANT), office.person(CHILD, Role.CHILD))
    form = AssistanceForm(cause=Cause.ILLNESS)
    return decided(office, ASSISTANCE, public_assistance.CODE, people, form, visited=VISIT)


def publish(office: SectionOffice) -> list[Mapping[str, Any]]:
    """What the timed work tells the own server now."""
    before = len(office.copies)
    office.claims.publish_awards(office.country.context("machinery", "child-rearing-allowance"))
    return [one.items for one in office.copies[before:]]


def at(office: SectionOffice, day: date) -> None:
    office.country.clock.advance(timedelta(days=(day - office.country.clock.today()).days))


def approved(office: SectionOffice, case: str, one: AssistanceChange) -> None:
    office.claims.propose_assistance_change(office.clerk(*ASSISTANCE), case, one)
    office.claims.approve_assistance_change(office.approver(*ASSISTANCE), case)


def paid(office: SectionOffice, case: str) -> Payment:
    return office.claims.order_payment(office.approver(*ASSISTANCE), case)


@pytest.mark.requirement("R-239")
def test_assistance_ends_by_two_people_in_writing_and_others_hear_it_on_its_day(
    office: SectionOffice, case: str
) -> None:
    assert [one["receiving"] for one in publish(office)] == [True, True]
    assert [paid(office, case).amount_yen for _month in range(2)] == [140_000 * 30 // 31, 140_000]
    at(office, date(2019, 12, 20))
    ending = change(since=date(2020, 1, 10))
    office.claims.propose_assistance_change(office.clerk(*ASSISTANCE), case, ending)
    with pytest.raises(NoChangeProposed):
        office.claims.notify_assistance_change(office.clerk(*ASSISTANCE), case)
    with pytest.raises(ProposerMayNotDecide):
        office.claims.approve_assistance_change(office.approver(*ASSISTANCE, "clerk"), case)
    office.claims.approve_assistance_change(office.approver(*ASSISTANCE), case)
    with pytest.raises(NoChangeProposed):
        office.claims.approve_assistance_change(office.approver(*ASSISTANCE), case)
    sent = len(office.notices)
    for _again in range(2):
        office.claims.notify_assistance_change(office.clerk(*ASSISTANCE), case)
    (told,) = office.notices[sent:]
    assert "2020-01-10" in told.body
    assert ending.reason in told.body
    at(office, date(2020, 1, 9))
    assert publish(office) == [], "the day before it still runs"
    at(office, date(2020, 1, 10))
    items = publish(office)
    assert [(one["receiving"], one["ended_on"], one["started_on"]) for one in items] == [
        (False, "2020-01-10", "2019-12-02")
    ] * 2
    assert publish(office) == []
    with pytest.raises(NothingToPay):
        paid(office, case)
    (held,) = office.claims.assistance_changes(office.clerk(*ASSISTANCE), case)
    assert (held.approved_on, bool(held.notice_id)) == (date(2019, 12, 20), True)
    with pytest.raises(AssistanceChangeImplausible):
        office.claims.propose_assistance_change(
            office.clerk(*ASSISTANCE), case, change(Turn.SUSPENDED, date(2020, 1, 20))
        )


@pytest.mark.requirement("R-239")
def test_a_stop_skips_months_and_resuming_pays_by_days(office: SectionOffice, case: str) -> None:
    paid(office, case)
    at(office, date(2020, 1, 4))
    approved(office, case, change(Turn.SUSPENDED, date(2020, 1, 5)))
    assert (
        paid(office, case).label,
        office.claims.assistance_changes(office.clerk(*ASSISTANCE), case)[0].notice_id,
    ) == (
        "2020-01",
        "",
    )
    with pytest.raises(NothingToPay):
        paid(office, case)
    at(office, date(2020, 3, 2))
    assert [(one["receiving"], one["suspended_on"]) for one in publish(office)] == [(False, "2020-01-05")] * 2
    approved(office, case, change(Turn.RESUMED, date(2020, 3, 11)))
    payment = paid(office, case)
    assert (payment.label, payment.amount_yen) == ("2020-03", 140_000 * 21 // 31)
    at(office, date(2020, 3, 11))
    assert [(one["receiving"], one["resumed_on"]) for one in publish(office)] == [(True, "2020-03-11")] * 2
    assert (paid(office, case).label, paid_amounts(office, case)) == ("2020-04", [135_483, 18_064, 94_838, 140_000])


def paid_amounts(office: SectionOffice, case: str) -> list[int]:
    return [one.amount_yen for one in office.claims.case_file(office.clerk(*ASSISTANCE), case).case.payments]


def test_a_second_proposal_replaces_one_that_was_not_approved(office: SectionOffice, case: str) -> None:
    at(office, date(2020, 1, 6))
    clerk = office.clerk(*ASSISTANCE)
    for since in (date(2020, 1, 10), date(2020, 1, 12)):
        office.claims.propose_assistance_change(clerk, case, change(since=since))
    (held,) = office.claims.assistance_changes(clerk, case)
    assert (held.change.from_day, held.approved_by) == (date(2020, 1, 12), "")


def test_only_granted_assistance_is_changed_and_only_by_whom_the_policy_names(office: SectionOffice, case: str) -> None:
    clerk = office.clerk(*ASSISTANCE)
    with pytest.raises(ActionNotPermitted):
        office.claims.propose_assistance_change(office.approver(*ASSISTANCE), case, change())
    with pytest.raises(ActionNotPermitted):
        office.claims.approve_assistance_change(clerk, case)
    people = (office.person(MOTHER, Role.APPLICANT),)
    form = AssistanceForm(cause=Cause.OTHER)
    waiting = office.claims.claim(clerk, public_assistance.CODE, "another", DAY, people, form)
    with pytest.raises(AssistanceNotRunning):
        office.claims.propose_assistance_change(clerk, waiting, change())


@pytest.mark.requirement("R-076")
def test_of_a_protected_household_neither_changes_are_shown_nor_notices_sent(office: SectionOffice, case: str) -> None:
    at(office, date(2020, 1, 6))
    approved(office, case, change())
    clerk = office.clerk(*ASSISTANCE)
    child = office.claims.case_file(clerk, case).case.subjects[1].person
    office.claims.protect(clerk, child, protected=True)
    sent = len(office.notices)
    with pytest.raises(Withheld):
        office.claims.assistance_changes(clerk, case)
    with pytest.raises(Withheld):
        office.claims.notify_assistance_change(clerk, case)
    assert len(office.notices) == sent

"""Notices of the Minister of Justice from the Immigration Services Agency's door to the record (R-041, R-043)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.outside_parties.domain.decisions import DecisionIncomplete, ResidenceDecision
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.persons import ChangeReason, Sex
from support.events import (
    CARD,
    NORTH,
    OUTSIDE,
    TODAY,
    clerk,
    events,
    foreigner,
    mayor,
    note,
    number,
    office,
    residence,
)
from support.municipality import Country

NEW_CARD = "EF87654321GH"
RENEWED = residence(date(2025, 12, 1), NEW_CARD, period="五年")


def settled(country: Country) -> str:
    entered = events(country).enter_from_abroad(
        clerk(country), note(K.MOVE_IN_FROM_ABROAD, date(2019, 11, 25)), [foreigner()], Place(NORTH)
    )
    number(country, entered.residents[0])
    country.pump()
    return entered.residents[0]


def decision(**changes: object) -> ResidenceDecision:
    values: dict[str, object] = {
        "decision_id": "decision-1",
        "municipality_code": "452025",
        "family": "SILVA",
        "given": "MARIA",
        "birth_date": date(1990, 4, 5),
        "sex": Sex.FEMALE,
        "known_card_number": CARD,
        "decided_on": TODAY,
        "residence": RENEWED,
    }
    return ResidenceDecision(**(values | changes))  # type: ignore[arg-type]  # test values


def send(country: Country, **changes: object) -> None:
    officer = country.context("immigration-officer", institution=OUTSIDE)
    country.apps[OUTSIDE].operations.notify_residence(officer, decision(**changes))
    country.pump()


@pytest.mark.requirement("R-043")
def test_a_renewal_updates_record_and_history_and_the_earlier_status_stays_readable(country: Country) -> None:
    resident = settled(country)
    send(country)
    send(country)
    held = office(country).resident(clerk(country), resident)
    assert held.details.residence == RENEWED
    lines = events(country).record_history(clerk(country), resident)
    assert [line.fact.kind for line in lines] == ["residence-notice", "move-in-from-abroad"]
    assert lines[0].event.reason is ChangeReason.EX_OFFICIO_CORRECTION
    assert lines[0].event.entered_by == "peer"
    before = events(country).record_as_of(clerk(country), resident, TODAY - timedelta(days=1))
    assert before is not None
    assert before.record.details.residence == residence()


@pytest.mark.requirement("R-043")
def test_a_changed_name_goes_up_the_network(country: Country) -> None:
    resident = settled(country)
    send(country, new_family="SOUZA", new_given="MARIA")
    assert office(country).resident(clerk(country), resident).name.full == "SOUZA　MARIA"
    assert country.apps["national-register"].operations.counts()["in_register"] == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"given": "ANA"}, "residence-notice-unmatched"),
        ({"known_card_number": "ZZ00000000ZZ"}, "residence-notice-unmatched"),
        ({"birth_date": date(1990, 4, 6)}, "residence-notice-unmatched"),
        ({"ended": True}, "stay-ended"),
    ],
)
def test_a_notice_that_needs_a_person_opens_a_task_and_changes_nothing(
    country: Country, changes: dict[str, object], kind: str
) -> None:
    resident = settled(country)
    send(country, **changes)
    send(country, **changes)
    assert office(country).resident(clerk(country), resident).details.residence == residence()
    assert [task.kind for task in events(country).open_tasks(clerk(country))] == [kind]


def test_a_false_notice_is_undone_by_a_cancellation(light: Country) -> None:
    resident = settled(light)
    send(light)
    line = events(light).record_history(clerk(light), resident)[0]
    events(light).cancel_event(mayor(light), note(K.CANCELLATION), line.fact.event)
    assert office(light).resident(clerk(light), resident).details.residence == residence()


def test_only_an_immigration_officer_sends_complete_decisions(light: Country) -> None:
    operations = light.apps[OUTSIDE].operations
    with pytest.raises(ActionNotPermitted):
        operations.notify_residence(light.context("counter-clerk", institution=OUTSIDE), decision())
    officer = light.context("immigration-officer", institution=OUTSIDE)
    with pytest.raises(DecisionIncomplete):
        operations.notify_residence(officer, decision(decided_on=TODAY + timedelta(days=1)))
    with pytest.raises(DecisionIncomplete):
        operations.notify_residence(officer, decision(family="", given=" "))

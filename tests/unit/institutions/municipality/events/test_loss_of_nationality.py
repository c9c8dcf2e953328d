"""Loss of nationality told whenever: period from when it was learned of, supplement closed, a task (戸籍法103条)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.errors import DateImpossible
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import LateReasonMissing, NotRegistrable
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import ResidenceCategory
from support.events import TODAY, clerk, events, mayor, note, record, settle
from support.municipality import Country
from support.pages import PASSPHRASE, Browser

NAME = PersonName("YAMADA", "HANAKO")


def lose(country: Country, resident: str, lost_on: date, **changes: Any) -> tuple[str, ...]:
    late = {"late_reason": changes.pop("late_reason")} if "late_reason" in changes else {}
    told = note(K.LOSS_OF_NATIONALITY, lost_on, **late)
    return (
        events(country)
        .enter_loss_of_nationality(clerk(country), told, resident, nationality="CA", name=NAME, **changes)
        .tasks
    )


@pytest.mark.requirement("R-041", "R-058")
@pytest.mark.parametrize(("days", "tasks"), [(60, 0), (61, 1), (400, 1)])
def test_told_after_sixty_days_the_supplement_is_closed_and_the_mayor_asked(
    country: Country, days: int, tasks: int
) -> None:
    _husband, wife, _child = settle(country)
    lost_on = TODAY - timedelta(days=days)
    made = lose(country, wife, lost_on, known_on=TODAY)
    assert len(made) == tasks
    held = record(country, wife)
    assert (held.nationality, held.registered_domicile, held.state) == ("CA", "", RecordState.CURRENT)
    assert held.details.residence is not None
    assert held.details.residence.category is ResidenceCategory.NATIONALITY_LOSS_TRANSITIONAL
    assert held.details.residence.stay_until == lost_on + timedelta(days=60)
    assert events(country).supplement_of(clerk(country), wife).closed_on == lost_on
    found = [task for task in events(country).open_tasks(clerk(country)) if task.kind == "stay-ended"]
    assert [task.resident for task in found] == [wife] * tasks
    if tasks:
        events(country).remove_ex_officio(mayor(country), note(K.EX_OFFICIO_REMOVAL), [wife])
        assert record(country, wife).state is RecordState.REMOVED
        assert events(country).supplement_of(clerk(country), wife).closed_on == lost_on


@pytest.mark.parametrize(
    ("known_on", "abroad", "late"),
    [
        # A month from 31 October ends on Saturday 30 November, so on Monday; from the 30th on Friday the 29th.
        (date(2019, 11, 3), False, False),
        (date(2019, 10, 31), False, False),
        (date(2019, 10, 30), False, True),
        # Three months that began on 3 September end on 2 December.
        (date(2019, 9, 3), True, False),
        (date(2019, 8, 30), True, True),
        (date(2019, 9, 3), False, True),
    ],
)
def test_the_period_begins_when_it_was_learned_of(light: Country, known_on: date, *, abroad: bool, late: bool) -> None:
    _husband, wife, _child = settle(light)
    lost_on = date(2019, 1, 10)
    if late:
        with pytest.raises(LateReasonMissing):
            lose(light, wife, lost_on, known_on=known_on, abroad=abroad)
        lose(light, wife, lost_on, known_on=known_on, abroad=abroad, late_reason="手続を知らなかった")
    else:
        lose(light, wife, lost_on, known_on=known_on, abroad=abroad)
    assert record(light, wife).nationality == "CA"


def test_nobody_learns_of_it_before_it_happened_or_after_telling_it(light: Country) -> None:
    _husband, wife, _child = settle(light)
    for known_on in (TODAY - timedelta(days=11), TODAY + timedelta(days=1)):
        with pytest.raises(DateImpossible):
            lose(light, wife, TODAY - timedelta(days=10), known_on=known_on)


def test_what_ended_before_foreign_residents_were_registered_is_no_entry(light: Country) -> None:
    _husband, wife, _child = settle(light)
    with pytest.raises(NotRegistrable):
        lose(light, wife, date(2012, 5, 9), known_on=TODAY)
    lose(light, wife, date(2012, 5, 10), known_on=TODAY)


def test_the_page_asks_when_it_was_learned_of_and_enters_it(light: Country) -> None:
    _husband, wife, _child = settle(light)
    app = light.apps["municipality-452025"]
    app.operations.add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
    browser = Browser(app, "hanako")
    path = f"/households/{record(light, wife).household}/events/loss-of-nationality"
    fields = {
        "request_id": "loss-request-1", "resident": wife, "nationality": "CA", "family": "YAMADA", "given": "HANAKO",
        "happened_on": "2019-01-10", "known_on": "2019-10-30", "received_on": "2019-12-02", "notifier": "山田 太郎",
        "documents": "proof-of-loss", "step": "enter",
    }  # fmt: skip
    assert "The notification is late" not in browser.post(path, {**fields, "abroad": "yes", "step": "check"}).text
    refused = browser.post(path, fields)
    assert "enter the reason given in writing" in refused.text
    entered = browser.post(path, {**fields, "late_reason": "手続を知らなかった"})
    assert entered.status_code == 303
    assert record(light, wife).nationality == "CA"

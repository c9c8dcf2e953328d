"""A clerk sees that a resident's card ended and why, and prints the letter that tells the holder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.card_lapses import LapsedCard
from mizuhiki.institutions.municipality.domain.events.requests import Task
from mizuhiki.vocabulary.card_lapse import LapseCause
from unit.institutions.municipality.web.kit import CODE, NUMBER, CounterPlace

LAPSE = LapsedCard("mother", "AB12345", date(2019, 11, 20), LapseCause.NOT_SHOWN)
WHY = "it was not shown within 90 days after the move in was notified"


@pytest.fixture
def counter() -> Iterator[CounterPlace]:
    place = CounterPlace()
    yield place
    place.close()


@pytest.mark.requirement("R-154")
def test_the_household_says_that_the_card_ended_when_and_why(counter: CounterPlace) -> None:
    assert WHY not in counter.client().get("/households/house-1").text
    counter.operations.events.lapses.append(LAPSE)
    page = counter.client().get("/households/house-1").text
    assert WHY in page
    assert "/residents/mother/card-lapse" in page


@pytest.mark.requirement("R-154")
def test_the_letter_names_card_day_and_rule_and_no_number(counter: CounterPlace) -> None:
    counter.operations.events.lapses.append(LAPSE)
    page = counter.client().get("/residents/mother/card-lapse").text
    for stated in (WHY, "AB12345", "2019", "番号法施行令14条"):
        assert stated in page
    assert NUMBER not in page
    assert CODE not in page


def test_a_person_whose_cards_all_stand_gets_no_letter(counter: CounterPlace) -> None:
    assert "No card of this person ended" in counter.client().get("/residents/mother/card-lapse").text


def test_the_task_leads_to_the_letter(counter: CounterPlace) -> None:
    counter.operations.events.tasks.append(Task("t", "card-lapsed", "mother", date(2019, 12, 1), "AB12345"))
    page = counter.client().get("/tasks").text
    assert "Tell the holder that the card ended" in page
    assert "/residents/mother/card-lapse" in page

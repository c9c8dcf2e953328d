"""Nothing an event says about a protected person is read, printed, listed or sent without a lift (R-076)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.operations.events.tell_supplement import PROTECTED
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import NORTH, TODAY, clerk, events, events_country, mayor, note, office
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, Country


@pytest.fixture
def country() -> Iterator[Country]:
    made = events_country()
    yield made
    made.close()


def settle(country: Country, domicile: str = "宮崎県都城市姫城町6") -> list[str]:
    """A couple; the domicile says where their family register is."""
    couple = (
        MemberEntry(PersonName("山田", "太郎"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD),
        MemberEntry(PersonName("山田", "花子"), date(1986, 7, 8), Sex.FEMALE, Relationship.WIFE),
    )
    entry = HouseholdEntry("h1", ADDRESS, date(2010, 4, 1), domicile, couple)
    return office(country).import_existing_residents(country.context("registrar"), [entry])


def officer(country: Country) -> Context:
    return country.context("support-officer", person="officer-1")


def protect(country: Country, resident: str) -> str:
    return office(country).start_measure(officer(country), resident, "applied for, confirmed by the police")


def request_of(country: Country, trace: str) -> Context:
    actor = Actor(InstitutionId(MIYAKONOJO), "counter-clerk", "clerk-1")
    return Context(actor, "resident-register", "the Act", "a test", country.clock, trace)


@pytest.mark.requirement("R-076")
def test_history_day_event_and_supplement_of_a_protected_person_are_refused(country: Country) -> None:
    husband, wife = settle(country)
    entered = events(country).move_within(clerk(country), note(K.MOVE_WITHIN), [husband, wife], Place(NORTH))
    household = office(country).household_of(clerk(country), wife)
    by, read = clerk(country), events(country)
    reads: list[Callable[[], object]] = [
        lambda: read.event_view(by, entered.event),
        lambda: read.household_file(by, household),
    ]
    for who in (husband, wife):
        reads += [
            functools.partial(read.record_history, by, who),
            functools.partial(read.record_as_of, by, who, TODAY),
            functools.partial(read.supplement_of, by, who),
        ]
    assert all(one() for one in reads)
    protect(country, wife)
    for one in [*reads, lambda: read.removed_record(by, husband)]:
        with pytest.raises(UnderSupportMeasure):
            one()


@pytest.mark.requirement("R-078")
def test_a_lift_for_the_history_opens_it_for_one_request_and_no_other_work(country: Country) -> None:
    husband, _wife = settle(country)
    measure = protect(country, husband)
    asked = office(country).ask_for_lift(request_of(country, "r-0"), measure, Work.HISTORY, "the person stands here")
    office(country).decide_lift(officer(country), asked, grant=True)
    first = request_of(country, "r-1")
    assert events(country).record_history(first, husband)
    assert events(country).record_as_of(first, husband, TODAY) is not None
    with pytest.raises(UnderSupportMeasure):
        events(country).record_history(request_of(country, "r-2"), husband)
    with pytest.raises(UnderSupportMeasure):
        office(country).resident(first, husband)


@pytest.mark.requirement("R-076")
def test_of_a_protected_person_who_left_a_household_only_the_count_is_told(country: Country) -> None:
    husband, wife = settle(country)
    household = office(country).household_of(clerk(country), wife)
    events(country).enter_death(clerk(country), note(K.DEATH), husband)
    assert [one.resident for one in events(country).household_file(clerk(country), household).former] == [husband]
    protect(country, husband)
    found = events(country).household_file(clerk(country), household)
    assert (found.former, found.former_withheld) == ((), 1)


@pytest.mark.requirement("R-076")
def test_no_notice_for_the_supplement_of_a_protected_person_goes_out_by_itself(country: Country) -> None:
    couple = settle(country, domicile="東京都渋谷区宇田川町1")
    protect(country, couple[1])
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), couple, Place(NORTH))
    country.pump()
    tasks = events(country).open_tasks(mayor(country))
    assert [(one.kind, one.resident, one.text, one.withheld) for one in tasks] == [(PROTECTED, "", "", True)] * 2
    adapters = country.apps[SHIBUYA].operations.adapters
    with adapters.store.transaction() as records:
        assert records.supplement.persons_named(PersonName("山田", "花子").full, date(1986, 7, 8)) == []

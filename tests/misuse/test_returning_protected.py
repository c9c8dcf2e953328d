"""A protected person who comes back from abroad: marked from the first moment, told by no channel (R-076)."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from mizuhiki.institutions.municipality.domain.errors import NothingToTransfer
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import NewPerson, Place
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementQuestion
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry, ResidentQuery
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.problems import PeerNotFound, PeerRefused
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import TODAY, clerk, events, events_country, foreigner, note, number, office
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, Country
from support.resident_export import export

HERE, THERE = "452025", "131130"
AT_HOME, ELSEWHERE = "宮崎県都城市姫城町6", "東京都渋谷区宇田川町1"
NEW_ADDRESS = "宮崎県都城市妻ケ丘町44-4"
NAME, BORN = PersonName("山田", "花子", "ヤマダ", "ハナコ"), date(1986, 7, 8)
REASON = "applied for, confirmed by the police"


@pytest.fixture
def country() -> Iterator[Country]:
    made = events_country()
    yield made
    made.close()


def officer(country: Country, name: str = MIYAKONOJO) -> Context:
    return country.context("support-officer", person="officer-1", institution=name)


def abroad_under_a_measure(country: Country, domicile: str) -> str:
    """Let a protected woman of Miyakonojo move to Canada; return the record she left."""
    entry = HouseholdEntry(
        "h1", ADDRESS, date(2010, 4, 1), domicile, (MemberEntry(NAME, BORN, Sex.FEMALE, Relationship.HEAD),)
    )
    [resident] = office(country).import_existing_residents(country.context("registrar"), [entry])
    country.pump()
    office(country).start_measure(officer(country), resident, REASON)
    events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [resident], "カナダ")
    country.pump()
    return resident


def back(domicile: str) -> NewPerson:
    return NewPerson(
        key="hanako",
        name=NAME,
        birth_date=BORN,
        sex=Sex.FEMALE,
        registered_domicile=domicile,
        head_of_family_register="山田　源",
        previous_address="カナダ",
    )


def enter(country: Country, domicile: str) -> str:
    place = Place(NEW_ADDRESS)
    entered = events(country).enter_returning(clerk(country), note(K.RETURN_FROM_ABROAD), [back(domicile)], place)
    return entered.residents[0]


def told_by(country: Country, resident: str) -> list[str]:
    """Return what every way of reading of the entering municipality tells a clerk, refusals left out."""
    by, ours, read = clerk(country), office(country), events(country)
    household = ours.household_of(by, resident)
    ways: list[Callable[[], object]] = [
        functools.partial(ours.resident, by, resident),
        functools.partial(ours.household_view, by, household),
        functools.partial(ours.search_residents, by, ResidentQuery(name="山田")),
        functools.partial(ours.search_residents, by, ResidentQuery(address=NEW_ADDRESS)),
        functools.partial(ours.journal, by, TODAY),
        functools.partial(read.household_file, by, household),
        functools.partial(read.record_history, by, resident),
        functools.partial(read.record_as_of, by, resident, TODAY),
        functools.partial(read.supplement_of, by, resident),
        functools.partial(read.open_tasks, by),
        functools.partial(export, ours.files, country.context("registrar")),
    ]
    found = []
    for way in ways:
        try:
            found.append(repr(way()))
        except UnderSupportMeasure as error:
            found.append(repr(error))
    return found


def nobody_is_told(country: Country, resident: str) -> None:
    for told in told_by(country, resident):
        assert NEW_ADDRESS not in told
        assert "妻ケ丘" not in told
    with office(country).adapters.store.transaction() as records:
        her_number = records.register.resident(resident).number
    assert her_number is not None
    for name in (MIYAKONOJO, SHIBUYA):
        assert office(country, name).adapters.network.search("local-tax", her_number) is None


@pytest.mark.requirement("R-058", "R-076")
@pytest.mark.parametrize("domicile", [AT_HOME, ""])
def test_she_is_protected_where_she_left_from_and_no_channel_tells_the_new_address(
    country: Country, domicile: str
) -> None:
    abroad_under_a_measure(country, domicile)
    resident = enter(country, domicile)
    with pytest.raises(UnderSupportMeasure):
        office(country).resident(clerk(country), resident)
    nobody_is_told(country, resident)
    country.pump()
    nobody_is_told(country, resident)
    standing = {one.measure.resident: one.measure for one in office(country).measures(officer(country))}
    assert (standing[resident].reason, standing[resident].started_on) == (REASON, TODAY)
    with country.apps["national-register"].operations.store.transaction() as records:
        assert [one.protected for one in records.held(HERE)] == [True]


@pytest.mark.requirement("R-058", "R-076")
def test_the_home_registry_elsewhere_answers_only_whom_its_officer_named_and_the_measure_goes_along(
    country: Country,
) -> None:
    abroad_under_a_measure(country, ELSEWHERE)
    there = office(country, SHIBUYA)
    forget_here(country)
    with pytest.raises(PeerRefused) as refused:
        enter(country, ELSEWHERE)
    assert refused.value.peer_code == "withheld"
    [waiting] = there.waiting_returns(officer(country, SHIBUYA))
    assert (waiting.name, waiting.to_municipality) == (NAME.full, "")
    there.approve_return(officer(country, SHIBUYA), waiting.person, "011002")
    with pytest.raises(PeerRefused):
        enter(country, ELSEWHERE)
    there.approve_return(officer(country, SHIBUYA), waiting.person, HERE)
    resident = enter(country, ELSEWHERE)
    nobody_is_told(country, resident)
    country.pump()
    nobody_is_told(country, resident)
    with there.adapters.store.transaction() as records:
        view = records.supplement.view(waiting.person)
    assert view is not None
    assert (view.protected, view.addresses[-1].address) == (True, NEW_ADDRESS)
    assert there.waiting_returns(officer(country, SHIBUYA)) == []
    with pytest.raises(PeerNotFound):
        office(country).adapters.others.supplement_entry(THERE, SupplementQuestion(NAME.full, BORN, ELSEWHERE))


@pytest.mark.requirement("R-058", "R-076")
def test_a_decision_about_one_stay_abroad_does_not_answer_for_the_next(country: Country) -> None:
    abroad_under_a_measure(country, ELSEWHERE)
    there = office(country, SHIBUYA)
    forget_here(country)
    [waiting] = there.waiting_returns(officer(country, SHIBUYA))
    there.approve_return(officer(country, SHIBUYA), waiting.person, HERE)
    resident = enter(country, ELSEWHERE)
    country.pump()
    country.clock.advance(timedelta(days=1))
    again = TODAY + timedelta(days=1)
    events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD, again, again), [resident], "フランス")
    country.pump()
    [waiting] = there.waiting_returns(officer(country, SHIBUYA))
    assert (waiting.since, waiting.to_municipality) == (again, "")
    question = SupplementQuestion(NAME.full, BORN, ELSEWHERE)
    with pytest.raises(PeerRefused) as refused:
        office(country).adapters.others.supplement_entry(THERE, question)
    assert refused.value.peer_code == "withheld"
    there.approve_return(officer(country, SHIBUYA), waiting.person, HERE)
    answer = office(country).adapters.others.supplement_entry(THERE, question)
    assert answer.measure is not None


def forget_here(country: Country) -> None:
    """End the measure in this municipality's own store alone, so that only the home registry knows of one."""
    ours = office(country)
    [view] = ours.measures(officer(country))
    ended = dataclasses.replace(view.measure, ended_on=TODAY, ended_by="test")
    with ours.adapters.store.transaction() as records:
        records.support.put_measure(ended)


@pytest.mark.requirement("R-058", "R-076")
def test_the_decision_is_the_officers_and_for_people_who_are_protected_and_abroad(country: Country) -> None:
    abroad_under_a_measure(country, ELSEWHERE)
    there = office(country, SHIBUYA)
    [waiting] = there.waiting_returns(officer(country, SHIBUYA))
    with pytest.raises(ActionNotPermitted):
        there.approve_return(clerk(country, SHIBUYA), waiting.person, HERE)
    with pytest.raises(ActionNotPermitted):
        there.waiting_returns(clerk(country, SHIBUYA))
    with pytest.raises(NothingToTransfer):
        there.approve_return(officer(country, SHIBUYA), "somebody", HERE)
    there.approve_return(officer(country, SHIBUYA), waiting.person, HERE)
    with pytest.raises(NothingToTransfer):
        there.approve_return(officer(country, SHIBUYA), waiting.person, HERE)


@pytest.mark.requirement("R-076")
def test_a_foreign_national_without_any_supplement_is_protected_by_the_record_that_was_left(country: Country) -> None:
    maria = foreigner()
    [left] = (
        events(country)
        .enter_from_abroad(clerk(country), note(K.MOVE_IN_FROM_ABROAD), [maria], Place(ADDRESS))
        .residents
    )
    number(country, left)
    country.pump()
    office(country).start_measure(officer(country), left, REASON)
    events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [left], "ブラジル")
    country.pump()
    [resident] = (
        events(country)
        .enter_returning(clerk(country), note(K.RETURN_FROM_ABROAD), [maria], Place(NEW_ADDRESS))
        .residents
    )
    assert resident != left
    nobody_is_told(country, resident)
    country.pump()
    nobody_is_told(country, resident)


@pytest.mark.requirement("R-076")
def test_when_the_measure_ended_abroad_nobody_is_hidden_any_more(country: Country) -> None:
    abroad_under_a_measure(country, AT_HOME)
    [standing] = office(country).measures(officer(country))
    office(country).end_measure(officer(country), standing.measure.measure)
    country.pump()
    resident = enter(country, AT_HOME)
    assert office(country).resident(clerk(country), resident).address == NEW_ADDRESS

"""Nothing an event says about a protected person is read, printed, listed or sent without a lift (R-076)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.domain.events.supplement import SupplementQuestion, SupplementView
from mizuhiki.institutions.municipality.domain.moves import MoveInForm, MoveOutForm
from mizuhiki.institutions.municipality.domain.residents import HouseholdEntry, MemberEntry
from mizuhiki.institutions.municipality.domain.support_measures import Work
from mizuhiki.institutions.municipality.operations.disclose import UnderSupportMeasure
from mizuhiki.institutions.municipality.operations.events.tell_supplement import PROTECTED
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.problems import PeerRefused
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Relationship, Sex
from support.events import NORTH, TODAY, clerk, events, events_country, mayor, note, office
from support.municipality import ADDRESS, MIYAKONOJO, SHIBUYA, SHIBUYA_ADDRESS, Country


@pytest.fixture
def country() -> Iterator[Country]:
    made = events_country()
    yield made
    made.close()


def settle(country: Country, domicile: str = "宮崎県都城市姫城町6") -> list[str]:
    """A couple; the domicile says where their family register is."""
    return office(country).import_existing_residents(country.context("registrar"), [couple_of(domicile, ADDRESS)])


def couple_of(domicile: str, address: str) -> HouseholdEntry:
    couple = (
        MemberEntry(PersonName("山田", "太郎"), date(1985, 2, 3), Sex.MALE, Relationship.HEAD),
        MemberEntry(PersonName("山田", "花子"), date(1986, 7, 8), Sex.FEMALE, Relationship.WIFE),
    )
    return HouseholdEntry("h1", address, date(2010, 4, 1), domicile, couple)


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
def test_without_a_line_to_the_home_registry_the_officer_sends_the_notice_with_the_measure(country: Country) -> None:
    couple = settle(country, domicile="東京都新宿区歌舞伎町1")
    protect(country, couple[1])
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), couple, Place(NORTH))
    country.pump()
    found = [task for task in events(country).open_tasks(mayor(country)) if task.kind == PROTECTED]
    assert found
    assert {(one.resident, one.text, one.withheld) for one in found} == {("", "", True)}


def kept_at_home(country: Country) -> SupplementView | None:
    """What the home registry, Shibuya, keeps of the wife."""
    with country.apps[SHIBUYA].operations.adapters.store.transaction() as records:
        people = records.supplement.persons_named(PersonName("山田", "花子").full, date(1986, 7, 8))
        return records.supplement.view(people[0]) if people else None


HOME, SHIBUYA_CODE = "東京都渋谷区宇田川町1", "131130"


@pytest.mark.requirement("R-058", "R-076")
def test_the_home_registry_protects_the_new_address_from_the_first_moment(country: Country) -> None:
    couple = settle(country, domicile=HOME)
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), couple, Place(NORTH))
    country.pump()
    open_before = kept_at_home(country)
    assert open_before is not None
    assert not open_before.protected
    protect(country, couple[1])
    country.pump()
    marked = kept_at_home(country)
    assert marked is not None
    assert marked.protected, "the address known before is protected as soon as the measure starts"
    assert marked.addresses == open_before.addresses
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN), couple, Place(ADDRESS))
    country.pump()
    moved = kept_at_home(country)
    assert moved is not None
    assert (moved.protected, moved.addresses[-1].address) == (True, ADDRESS)
    assert events(country).open_tasks(mayor(country)) == []


@pytest.mark.requirement("R-058", "R-076")
def test_a_protected_person_abroad_is_told_to_no_other_municipality_until_the_measure_ends(country: Country) -> None:
    couple = settle(country, domicile=HOME)
    protect(country, couple[1])
    events(country).move_abroad(clerk(country), note(K.MOVE_OUT_ABROAD), [couple[1]], "カナダ")
    country.pump()
    question = SupplementQuestion(PersonName("山田", "花子").full, date(1986, 7, 8), HOME)
    others = country.apps[MIYAKONOJO].operations.adapters.others
    with pytest.raises(PeerRefused) as refused:
        others.supplement_entry(SHIBUYA_CODE, question)
    assert refused.value.peer_code == "withheld"
    assert "花子" not in str(refused.value)


@pytest.mark.requirement("R-058", "R-076")
def test_records_that_somebody_left_at_the_home_registry_are_withheld_with_the_supplement(country: Country) -> None:
    there = country.apps[SHIBUYA].operations
    registrar = country.context("registrar", institution=SHIBUYA)
    people = there.import_existing_residents(registrar, [couple_of(HOME, SHIBUYA_ADDRESS)])
    country.pump()
    reference = there.register_move_out(
        clerk(country, SHIBUYA), MoveOutForm("out", tuple(people), TODAY, ADDRESS, TODAY, "self")
    )
    with there.adapters.store.transaction() as records:
        codes = [one.code.reveal() for one in records.register.residents(people)]
    moved = office(country).register_move_in(
        clerk(country), MoveInForm("in", SHIBUYA_CODE, reference, codes[0], ADDRESS, TODAY, TODAY, None, "self")
    )
    country.pump()
    for left in people:
        assert events(country, SHIBUYA).supplement_of(clerk(country, SHIBUYA), left).addresses[-1].address == ADDRESS
    measure = protect(country, moved[1])
    country.pump()
    for left in people:
        for read in (events(country, SHIBUYA).supplement_of, events(country, SHIBUYA).removed_record):
            with pytest.raises(UnderSupportMeasure):
                read(clerk(country, SHIBUYA), left)
    there_officer = country.context("support-officer", person="officer-2", institution=SHIBUYA)
    assert {one.measure.marked_by for one in there.measures(there_officer)} == {MIYAKONOJO}
    office(country).end_measure(officer(country), measure)
    country.pump()
    for left in people:
        assert events(country, SHIBUYA).supplement_of(clerk(country, SHIBUYA), left).addresses[-1].address == ADDRESS

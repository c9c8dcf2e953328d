"""Events in odd orders and items that cannot be: what was overtaken, what is put right in the past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.institutions.municipality.domain.errors import DateImpossible, EmptyForm, ParentNotInHousehold
from mizuhiki.institutions.municipality.domain.events.catalogue import EventKind as K
from mizuhiki.institutions.municipality.domain.events.errors import (
    FormerNameNotPossible,
    ItemImpossible,
    NamesakeUnclear,
    NothingChanges,
    NotRegistrable,
    ResidentStillHere,
)
from mizuhiki.institutions.municipality.domain.events.former_names import BorneName
from mizuhiki.institutions.municipality.domain.events.relations import child_of
from mizuhiki.institutions.municipality.domain.events.requests import Place
from mizuhiki.institutions.municipality.operations.events.change_persons import FamilyRegisterEntry
from mizuhiki.institutions.municipality.operations.events.take_residence_notice import APPLIED, ResidenceNotice
from mizuhiki.vocabulary.names import PersonName
from mizuhiki.vocabulary.persons import Position, Relationship, RelationshipChain, Sex
from support.events import (
    CARD,
    NORTH,
    TODAY,
    birth,
    clerk,
    events,
    foreigner,
    japanese,
    mayor,
    note,
    number,
    office,
    positions,
    record,
    residence,
    settle,
)
from support.municipality import Country

R = Relationship
MIDDLE = "宮崎県都城市中町17-2"


def address_on(country: Country, resident: str, day: date) -> str:
    found = events(country).record_as_of(clerk(country), resident, day)
    assert found is not None
    return found.record.address


def foreign_household(country: Country, *others: Any, since: date = date(2019, 11, 25)) -> list[str]:
    told = note(K.MOVE_IN_FROM_ABROAD, since, late_reason="was ill")
    return list(events(country).enter_from_abroad(clerk(country), told, [foreigner(), *others], Place(NORTH)).residents)


# --- namesakes --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-012")
@pytest.mark.parametrize(
    ("card", "stated", "kept"),
    [
        (CARD, None, True),
        ("EF87654321GH", None, None),
        ("EF87654321GH", True, True),
        ("EF87654321GH", False, False),
    ],
)
def test_a_foreign_namesake_of_somebody_who_left_gets_their_number_only_where_it_is_the_same_person(
    light: Country, card: str, *, stated: bool | None, kept: bool | None
) -> None:
    (resident,) = foreign_household(light)
    number(light, resident)
    left = note(K.MOVE_OUT_ABROAD, date(2019, 11, 30))
    events(light).move_abroad(clerk(light), left, [resident], "ブラジル")
    back = foreigner(residence=residence(card=card), same_as_known=stated)
    told = note(K.MOVE_IN_FROM_ABROAD)
    if kept is None:
        with pytest.raises(NamesakeUnclear):
            events(light).enter_from_abroad(clerk(light), told, [back], Place(NORTH))
        return
    (again,) = events(light).enter_from_abroad(clerk(light), told, [back], Place(NORTH)).residents
    assert (record(light, again).code == record(light, resident).code) is kept
    assert (record(light, again).number == record(light, resident).number) is kept


def test_two_foreign_namesakes_may_live_here_and_two_records_of_one_person_may_not(light: Country) -> None:
    foreign_household(light)
    told = note(K.MOVE_IN_FROM_ABROAD)
    for stated in (None, True):
        with pytest.raises(ResidentStillHere):
            events(light).enter_from_abroad(clerk(light), told, [foreigner(same_as_known=stated)], Place(NORTH))
    other = foreigner(same_as_known=False, residence=residence(card="EF87654321GH"))
    assert events(light).enter_from_abroad(clerk(light), told, [other], Place(NORTH)).residents
    settle(light)
    assert events(light).enter_ex_officio(mayor(light), note(K.EX_OFFICIO_ENTRY), [japanese()], Place(NORTH)).residents
    with pytest.raises(ResidentStillHere):
        events(light).enter_ex_officio(
            mayor(light), note(K.EX_OFFICIO_ENTRY), [japanese(same_as_known=False)], Place(NORTH)
        )


# --- the past ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R-043")
def test_a_notice_that_a_later_one_overtook_stands_in_the_history_of_its_days(country: Country) -> None:
    (resident,) = foreign_household(country)

    def take(notice: str, day: date, **status: Any) -> str:
        told = ResidenceNotice(
            notice, PersonName("SILVA", "MARIA"), date(1990, 4, 5), Sex.FEMALE, "", day, residence(**status)
        )
        return events(country).take_residence_notice(country.context("peer"), told)

    assert take("n2", date(2019, 12, 1), status="永住者", period="", until=None) == APPLIED
    assert take("n1", date(2019, 11, 28), period="五年", until=date(2024, 11, 28)) == APPLIED
    lines = len(events(country).record_history(clerk(country), resident))
    # Said once more under another name it tells nothing new.
    assert take("n3", date(2019, 11, 29), period="五年", until=date(2024, 11, 28)) == APPLIED
    assert len(events(country).record_history(clerk(country), resident)) == lines
    statuses = []
    for day in (27, 28, 30, 31):
        found = events(country).record_as_of(clerk(country), resident, date(2019, 11, 1) + timedelta(days=day - 1))
        assert found is not None
        assert found.record.details.residence is not None
        statuses.append((found.record.details.residence.status, found.record.details.residence.period))
    assert statuses == [("定住者", "三年"), ("定住者", "五年"), ("定住者", "五年"), ("永住者", "")]


def test_what_was_true_in_between_is_cancelled_or_corrected_though_today_stays_the_same(country: Country) -> None:
    people = settle(country)
    first = events(country).move_within(clerk(country), note(K.MOVE_WITHIN, date(2019, 11, 20)), people, Place(NORTH))
    events(country).move_within(clerk(country), note(K.MOVE_WITHIN, date(2019, 11, 28)), people, Place(MIDDLE))
    between, right = date(2019, 11, 24), {one: {"address": NORTH + "の2"} for one in people}
    events(country).correct(mayor(country), note(K.CORRECTION, date(2019, 11, 22)), right)
    assert [address_on(country, people[0], between - timedelta(days=n)) for n in (0, 2, 3)] == [
        NORTH + "の2",
        NORTH + "の2",
        NORTH,
    ]
    with pytest.raises(NothingChanges):
        events(country).correct(mayor(country), note(K.CORRECTION, date(2019, 11, 23)), right)
    before = address_on(country, people[0], date(2019, 11, 19))
    events(country).cancel_event(mayor(country), note(K.CANCELLATION), first.event)
    assert address_on(country, people[0], date(2019, 11, 21)) == before
    assert {record(country, one).address for one in people} == {MIDDLE}


# --- items that cannot be ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "blamed"),
    [
        ({"birth_date": "2030-01-01"}, "birth_date"),
        ({"birth_date": "2010-04-02"}, "birth_date"),
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"resident_since": "1985-02-02"}, "resident_since"),
        ({"address_since": "2010-03-31"}, "address_since"),
        ({"address_since": "2019-12-03"}, "address_since"),
        ({"reported_on": "2019-12-03"}, "reported_on"),
        ({"sex": 7}, "sex"),
        ({"relationship": "zz"}, "relationship"),
        ({"address": " "}, "address"),
        ({"nationality": "BR"}, "nationality"),
        ({"residence": {"nationality": "BR"}}, "residence"),
    ],
)
def test_a_correction_makes_no_record_that_cannot_be(light: Country, items: dict[str, Any], blamed: str) -> None:
    husband, *_ = settle(light)
    before = record(light, husband)
    with pytest.raises(ItemImpossible) as caught:
        events(light).correct(mayor(light), note(K.CORRECTION), {husband: items})
    assert caught.value.fields["item"] == blamed
    assert record(light, husband) == before


@pytest.mark.parametrize(
    "items",
    [
        {"birth_date": "2010-04-01"},
        {"address_since": "2019-12-02"},
        {"resident_since": "1985-02-03"},
        {"registered_domicile": ""},
    ],
)
def test_a_correction_may_say_what_lies_on_the_border(light: Country, items: dict[str, Any]) -> None:
    husband, *_ = settle(light)
    events(light).correct(mayor(light), note(K.CORRECTION), {husband: items})
    held = record(light, husband)
    assert (held.registered_domicile if "registered_domicile" in items else getattr(held, next(iter(items)))) == (
        "" if "registered_domicile" in items else date.fromisoformat(next(iter(items.values())))
    )


@pytest.mark.parametrize(("born_on", "entered"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_nobody_is_entered_before_they_were_born(light: Country, born_on: date, *, entered: bool) -> None:
    person, told = japanese(birth_date=born_on), note(K.EX_OFFICIO_ENTRY)
    if entered:
        assert events(light).enter_ex_officio(mayor(light), told, [person], Place(NORTH)).residents
        return
    with pytest.raises(DateImpossible):
        events(light).enter_ex_officio(mayor(light), told, [person], Place(NORTH))


def test_who_lives_at_the_address_already_keeps_the_day_since_when(light: Country) -> None:
    husband, wife, child = settle(light)
    events(light).move_within(clerk(light), note(K.MOVE_WITHIN, date(2019, 11, 20)), [wife], Place(NORTH))
    together = Place(NORTH, positions={wife: R.WIFE, child: R.CHILD})
    told = note(K.MOVE_WITHIN, date(2019, 11, 25))
    events(light).move_within(clerk(light), told, [husband, wife, child], together, new_head=husband)
    since = [record(light, one).address_since.day for one in (husband, wife, child)]
    assert (since, positions(light, husband, wife, child)) == ([25, 20, 25], ["02", "12", "20"])


def test_a_naturalised_person_stands_in_a_family_register_and_a_foreign_one_has_no_reading(light: Country) -> None:
    (resident,) = foreign_household(light)
    name = PersonName("山田", "マリア")
    with pytest.raises(EmptyForm):
        events(light).enter_naturalisation(
            clerk(light), note(K.NATURALISATION), resident, name=name, family_register=FamilyRegisterEntry(" ", "")
        )
    later = TODAY.replace(year=2025)
    light.clock.set(light.clock.now().replace(year=2025))
    with pytest.raises(NotRegistrable):
        events(light).enter_reading(
            clerk(light), note(K.READING, later, later), resident, family_kana="シルバ", given_kana="マリア"
        )


@pytest.mark.requirement("R-056")
def test_a_name_the_record_gave_up_is_the_last_one_borne_though_no_register_shown_names_it(
    light: Country,
) -> None:
    husband, *_ = settle(light)

    def renamed(family: str, day: date) -> None:
        told = note(K.NAME_CHANGE, day)
        events(light).change_name(clerk(light), told, husband, PersonName(family, "太郎", "", ""))

    def enter(name: str, until: date) -> str:
        events(light).enter_former_name(
            clerk(light),
            note(K.FORMER_NAME_ENTRY),
            husband,
            former_name=name,
            former_name_kana="",
            borne=[BorneName(name, until)],
        )
        return record(light, husband).details.former_name

    renamed("佐藤", date(2019, 11, 10))
    assert enter("山田", date(2019, 11, 10)) == "山田"
    renamed("鈴木", date(2019, 11, 20))
    with pytest.raises(FormerNameNotPossible) as caught:
        enter("川上", date(2005, 3, 1))
    assert caught.value.fields["rule"] == "only-the-last-one"
    # The family register may date the change a day before it was entered here.
    assert enter("佐藤", date(2019, 11, 19)) == "佐藤"


# --- births -----------------------------------------------------------------------------------------------------------


def test_a_child_is_entered_once_whoever_notifies_it(country: Country) -> None:
    husband, wife, _ = settle(country)
    office(country).register_birth(clerk(country), birth(country, wife))
    again = birth(country, wife, request_id="b2", mother=None, father=husband, notifier="grandmother")
    with pytest.raises(ResidentStillHere):
        office(country).register_birth(clerk(country), again)
    twin = birth(country, wife, request_id="b3", name=PersonName("山田", "三郎"))
    assert office(country).register_birth(clerk(country), twin).resident


def test_a_child_is_born_where_the_parent_lived_that_day(light: Country) -> None:
    people = events(light).enter_from_abroad(
        clerk(light), note(K.MOVE_IN_FROM_ABROAD, date(2019, 11, 25)), [japanese()], Place(NORTH)
    )
    (father,) = people.residents
    for day in (24, 25):
        form = birth(light, father, birth_date=date(2019, 11, day), mother=None, father=father)
        if day == 25:
            assert office(light).register_birth(clerk(light), form).resident
            continue
        with pytest.raises(DateImpossible):
            office(light).register_birth(clerk(light), form)


@pytest.mark.requirement("R-044")
def test_the_child_of_a_mixed_couple_takes_the_family_register_of_the_japanese_parent(light: Country) -> None:
    husband, *_ = settle(light)
    home = record(light, husband).household
    joins = Place(household=home, positions={"maria": R.COHABITANT})
    told = note(K.MOVE_IN_FROM_ABROAD, date(2019, 11, 25))
    (mother,) = events(light).enter_from_abroad(clerk(light), told, [foreigner(position=R.COHABITANT)], joins).residents
    form = birth(light, husband, mother=mother, father=husband)
    child = record(light, office(light).register_birth(clerk(light), form).resident)
    assert child.head_of_family_register == record(light, husband).head_of_family_register != ""
    assert child.relationship is R.CHILD


def test_the_child_of_two_foreign_parents_is_no_japanese(light: Country) -> None:
    mother, father = foreign_household(light, foreigner("jose", R.HUSBAND, sex=Sex.MALE))
    with pytest.raises(NotRegistrable):
        office(light).register_birth(clerk(light), birth(light, mother, father=father))
    # Where one alone is named the other may be Japanese.
    assert office(light).register_birth(clerk(light), birth(light, mother)).resident
    with pytest.raises(ParentNotInHousehold):
        office(light).register_birth(clerk(light), birth(light, mother, request_id="b2", mother=None))


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ([R.HEAD], R.CHILD),
        ([R.WIFE], R.CHILD),
        ([R.CHILD], RelationshipChain((R.CHILD, R.CHILD))),
        ([RelationshipChain((R.CHILD, R.WIFE)), R.CHILD], RelationshipChain((R.CHILD, R.CHILD))),
        ([R.UNREGISTERED_WIFE, R.HEAD], R.CHILD),
        ([R.UNREGISTERED_WIFE], RelationshipChain((R.UNREGISTERED_WIFE, R.CHILD))),
        ([R.COHABITANT, R.HEAD], R.CHILD),
        ([R.COHABITANT], R.COHABITANT),
        ([R.RELATIVE], R.RELATIVE),
    ],
)
def test_a_newborn_child_stands_by_its_nearest_parent(parents: list[Position], expected: Position) -> None:
    assert child_of(parents) == expected


@pytest.mark.requirement("R-041")
@pytest.mark.parametrize(("received", "entered"), [(date(2019, 11, 29), True), (date(2019, 11, 30), False)])
def test_a_foreign_child_without_a_status_is_entered_within_60_days_of_the_birth(
    light: Country, received: date, *, entered: bool
) -> None:
    mother, *_ = foreign_household(light, since=date(2019, 9, 1))
    home = record(light, mother).household
    told = note(K.BIRTH_OF_FOREIGN_CHILD, date(2019, 9, 30), received, late_reason="was ill")
    child = foreigner("ana", R.CHILD, residence=None)
    if entered:
        (resident,) = events(light).enter_foreign_birth(clerk(light), told, child, home).residents
        held = record(light, resident).details.residence
        assert held is not None
        assert held.stay_until == date(2019, 11, 29)
        return
    with pytest.raises(NotRegistrable):
        events(light).enter_foreign_birth(clerk(light), told, child, home)
    # With the status it was granted meanwhile the child is entered.
    (resident,) = (
        events(light)
        .enter_foreign_birth(clerk(light), told, foreigner("ana", R.CHILD, residence=residence()), home)
        .residents
    )
    assert record(light, resident).resident_since == date(2019, 9, 30)

"""Derived lists on their boundary days, by the counted days of the statutes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.institutions.municipality.domain.derived_lists import (
    Handling,
    ListKind,
    ListNotForPurpose,
    Purpose,
    Reason,
    Resident,
    line_for,
    reaches,
    receipt_of,
)
from mizuhiki.institutions.municipality.domain.residents import RecordState
from mizuhiki.vocabulary.dates import legal_age_on, months_after
from mizuhiki.vocabulary.persons import ChangeReason
from support.copies import resident
from support.municipality import ADDRESS, MIYAKONOJO, family, make_country

pytestmark = pytest.mark.requirement("R-039")


def somebody(birth: date, *, notified: date = date(2000, 1, 1), left: date | None = None, **changes: Any) -> Resident:
    if left is not None:
        changes = {"removal_reason": ChangeReason.MOVE_OUT} | changes
        changes |= {"state": RecordState.REMOVED, "removed_on": left}
    record = resident("one", birth_date=birth, resident_since=max(notified, birth), **changes)
    return Resident(record, notified, left)


def reason(kind: ListKind, one: Resident, day: date) -> Reason | None:
    line = line_for(kind, one, day)
    return None if line is None else line.reason


ROLL = ListKind.ELECTORAL_ROLL


@pytest.mark.parametrize(
    ("birth", "day", "listed"),
    [
        # The day before the law of 18: twenty on the eve of the birthday.
        (date(1996, 6, 19), date(2016, 6, 18), True),
        (date(1996, 6, 20), date(2016, 6, 18), False),
        # From 2016-06-19: eighteen.
        (date(1998, 6, 20), date(2016, 6, 19), True),
        (date(1998, 6, 21), date(2016, 6, 19), False),
        (date(2001, 12, 3), date(2019, 12, 2), True),
        (date(2001, 12, 4), date(2019, 12, 2), False),
    ],
)
def test_the_roll_has_everybody_of_voting_age(birth: date, day: date, *, listed: bool) -> None:
    assert (reason(ROLL, somebody(birth), day) is Reason.ROLL_RESIDENT) is listed


def test_the_roll_needs_three_months_from_the_notification() -> None:
    for notified, first in (
        (date(2019, 9, 1), date(2019, 12, 1)),
        (date(2019, 9, 2), date(2019, 12, 2)),
        (date(2019, 11, 30), date(2020, 2, 29)),
    ):
        one = somebody(date(1980, 1, 1), notified=notified)
        assert reason(ROLL, one, first - timedelta(days=1)) is None
        assert reason(ROLL, one, first) is Reason.ROLL_RESIDENT


def test_the_roll_has_no_foreign_residents() -> None:
    assert reason(ROLL, somebody(date(1980, 1, 1), nationality="BR"), date(2019, 12, 2)) is None


def test_who_moved_away_stays_on_the_roll_for_four_months_since_2016() -> None:
    one = somebody(date(1980, 1, 1), left=date(2019, 8, 2))
    assert reason(ROLL, one, date(2019, 12, 1)) is Reason.ROLL_FORMER
    assert reason(ROLL, one, date(2019, 12, 2)) is None
    assert reason(ROLL, somebody(date(1980, 1, 1), left=date(2016, 6, 1)), date(2016, 6, 18)) is None
    dead = somebody(date(1980, 1, 1), left=date(2019, 11, 1), removal_reason=ChangeReason.DEATH)
    assert reason(ROLL, dead, date(2019, 12, 1)) is None
    short = somebody(date(1980, 1, 1), notified=date(2019, 6, 1), left=date(2019, 8, 31))
    assert reason(ROLL, short, date(2019, 12, 1)) is None


@pytest.mark.parametrize(
    ("birth", "day", "expected", "grade"),
    [
        (date(2013, 4, 1), date(2019, 4, 1), Reason.SCHOOL_ELEMENTARY, 1),
        (date(2013, 4, 2), date(2019, 4, 1), None, 0),
        (date(2013, 4, 2), date(2019, 9, 30), None, 0),
        (date(2013, 4, 2), date(2019, 10, 1), Reason.SCHOOL_NEXT_YEAR, 0),
        (date(2007, 4, 2), date(2019, 12, 2), Reason.SCHOOL_ELEMENTARY, 6),
        (date(2007, 4, 1), date(2019, 12, 2), Reason.SCHOOL_LOWER_SECONDARY, 1),
        (date(2004, 4, 2), date(2020, 3, 31), Reason.SCHOOL_LOWER_SECONDARY, 9 - 6 + 6 - 6),
        (date(2004, 4, 2), date(2020, 4, 1), None, 0),
    ],
)
def test_the_school_register_counts_a_child_of_1_april_with_those_of_march(
    birth: date, day: date, expected: Reason | None, grade: int
) -> None:
    line = line_for(ListKind.SCHOOL_REGISTER, somebody(birth), day)
    assert (None if line is None else line.reason) is expected
    if line is not None and line.grade:
        assert (line.grade - 1) % 6 + 1 == grade


def test_foreign_children_are_invited_to_school() -> None:
    assert reason(ListKind.SCHOOL_REGISTER, somebody(date(2010, 5, 5), nationality="BR"), date(2019, 12, 2)) is (
        Reason.SCHOOL_INVITED
    )


@pytest.mark.parametrize(
    ("kind", "age", "before", "after", "on_birthday"),
    [
        (ListKind.ELDERLY_MEDICAL, 75, None, Reason.ELDERLY_FROM_75, True),
        (ListKind.HEALTH_INSURANCE, 75, Reason.INSURANCE_UNDER_75, None, True),
        (ListKind.CARE_INSURANCE, 65, Reason.CARE_SECOND, Reason.CARE_FIRST, False),
        (ListKind.CARE_INSURANCE, 40, None, Reason.CARE_SECOND, False),
        (ListKind.PENSION, 20, None, Reason.PENSION_20_TO_59, False),
        (ListKind.PENSION, 60, Reason.PENSION_20_TO_59, None, False),
        (ListKind.VACCINATION, 65, None, Reason.INFLUENZA_65, True),
    ],
)
def test_insurance_changes_on_the_birthday_or_its_eve(
    kind: ListKind, age: int, before: Reason | None, after: Reason | None, *, on_birthday: bool
) -> None:
    turn = date(2019, 12, 2)
    birthday = turn if on_birthday else turn + timedelta(days=1)
    one = somebody(birthday.replace(year=birthday.year - age))
    assert reason(kind, one, turn - timedelta(days=1)) is before
    assert reason(kind, one, turn) is after


def test_child_allowance_ends_with_the_school_year_and_later_from_2024_10_on() -> None:
    kind = ListKind.CHILD_ALLOWANCE
    for birth, last in ((date(2005, 4, 1), date(2020, 3, 31)), (date(2005, 4, 2), date(2021, 3, 31))):
        assert reason(kind, somebody(birth), last) is Reason.ALLOWANCE_CHILD
        assert reason(kind, somebody(birth), last + timedelta(days=1)) is None
    older = somebody(date(2008, 4, 2))
    assert reason(kind, older, date(2024, 9, 30)) is None
    assert reason(kind, older, date(2024, 10, 1)) is Reason.ALLOWANCE_CHILD


@pytest.mark.parametrize(
    ("birth", "day", "expected"),
    [
        (date(2018, 12, 3), date(2019, 12, 2), Reason.BCG),
        (date(2018, 12, 2), date(2019, 12, 2), Reason.MR_FIRST),
        (date(2017, 12, 3), date(2019, 12, 2), Reason.MR_FIRST),
        (date(2017, 12, 2), date(2019, 12, 2), None),
        (date(2013, 4, 2), date(2019, 4, 1), Reason.MR_SECOND),
        (date(2013, 4, 1), date(2019, 4, 1), None),
        (date(2012, 9, 1), date(2013, 3, 31), None),
        (date(2012, 9, 1), date(2013, 4, 1), Reason.BCG),
    ],
)
def test_vaccination_by_age_and_school_year(birth: date, day: date, expected: Reason | None) -> None:
    assert reason(ListKind.VACCINATION, somebody(birth), day) is expected


def test_who_left_is_on_no_list_but_the_roll() -> None:
    for kind in set(ListKind) - {ROLL}:
        for birth in (date(2012, 5, 5), date(1980, 1, 1), date(1940, 1, 1), date(2019, 1, 1)):
            assert line_for(kind, somebody(birth, left=date(2019, 11, 1)), date(2019, 12, 2)) is None


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(1, 90))
def test_an_age_is_reached_on_the_first_day_of_that_legal_age(birth: date, age: int) -> None:
    day = reaches(birth, age)
    assert legal_age_on(birth, day) == age
    assert legal_age_on(birth, day - timedelta(days=1)) == age - 1


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(0, 24))
def test_months_are_counted_to_the_same_day_or_the_months_end(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(
    st.sampled_from(list(ListKind)),
    st.dates(date(1920, 1, 1), date(2019, 12, 2)),
    st.dates(date(2015, 1, 1), date(2026, 1, 1)),
)
def test_a_line_holds_on_the_day_it_is_made_for(kind: ListKind, birth: date, day: date) -> None:
    line = line_for(kind, somebody(birth, notified=max(birth, date(2000, 1, 1))), day)
    if line is not None and line.reason is not Reason.SCHOOL_NEXT_YEAR:
        assert line.since <= day
        assert line.until is None or day <= line.until


@pytest.mark.parametrize("kind", list(ListKind))
@pytest.mark.requirement("R-039")
def test_every_list_has_an_office_and_only_the_electoral_roll_an_inspection(kind: ListKind) -> None:
    assert receipt_of(kind, Purpose.OFFICE).handling is Handling.ADDRESS_WITHHELD
    if kind is ListKind.ELECTORAL_ROLL:
        assert receipt_of(kind, Purpose.INSPECTION).handling is Handling.LEFT_OUT
        return
    with pytest.raises(ListNotForPurpose):
        receipt_of(kind, Purpose.INSPECTION)


@pytest.mark.requirement("R-039", "R-076")
def test_protected_people_stay_on_the_offices_list_without_address_and_out_of_the_inspection() -> None:
    country = make_country()
    try:
        operations = country.apps[MIYAKONOJO].operations
        father, mother, child = operations.import_existing_residents(country.context("registrar"), [family()])
        country.pump()
        officer = country.context("support-officer", person="officer-1")
        operations.start_measure(officer, mother, "decided")
        day, clerk = country.clock.today(), country.context("counter-clerk")
        derive = operations.copies.derive_list
        roll = derive(clerk, ListKind.ELECTORAL_ROLL, day)
        assert {one.record.resident for one in roll.lines} == {father, mother}
        assert all(one.withheld for one in roll.lines)
        assert ADDRESS not in repr(roll)
        inspected = derive(clerk, ListKind.ELECTORAL_ROLL, day, Purpose.INSPECTION)
        assert (inspected.lines, inspected.withheld) == ((), 2)
        allowance = derive(clerk, ListKind.CHILD_ALLOWANCE, day)
        assert [(one.record.resident, one.record.address) for one in allowance.lines] == [(child, "")]
    finally:
        country.close()

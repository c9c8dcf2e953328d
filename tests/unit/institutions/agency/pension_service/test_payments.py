"""Payments of pensions, stops, ends, and what is told of them (R-249, R-250)."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from mizuhiki.institutions.agency.pension_service.domain.errors import NoPensionDue
from mizuhiki.institutions.agency.pension_service.domain.pensions import (
    Pension,
    PensionKind,
    PensionPayment,
    PensionStop,
    Stop,
    due_day,
    first_payable,
    next_pay_day,
    next_payment,
    told_pensions,
)
from mizuhiki.vocabulary.layouts import layout

DAY = date(2019, 12, 2)


def pension(**changes: Any) -> Pension:
    values: dict[str, Any] = {
        "pension": "1234-5678",
        "reference": "1234-567890",
        "kind": PensionKind.OLD_AGE_BASIC,
        "case_token": "c",
        "grade": "",
        "entitled_on": date(2019, 11, 30),
        "annual_yen": 780_100,
        "addition_yen": 0,
        "revised_on": DAY,
        **changes,
    }
    values.setdefault("first_month", first_payable(values["entitled_on"], DAY))
    return Pension(**values)


@pytest.mark.requirement("R-249")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 12, 2), date(2019, 12, 13)),
        (date(2019, 12, 13), date(2019, 12, 13)),
        (date(2019, 12, 14), date(2020, 2, 14)),
        (date(2020, 3, 31), date(2020, 4, 15)),
        (date(2020, 8, 1), date(2020, 8, 14)),
    ],
)
def test_pensions_are_paid_on_the_fifteenth_of_even_months_before_weekends(day: date, expected: date) -> None:
    """15 December 2019 is a Sunday, 15 February and 15 August 2020 are Saturdays."""
    assert next_pay_day(day) == expected


@pytest.mark.requirement("R-249")
def test_months_lapse_five_years_after_they_were_due() -> None:
    """December 2014 and January 2015 were due on 13 February 2015, since the fifteenth was a Sunday."""
    assert due_day(date(2014, 12, 1)) == due_day(date(2015, 1, 1)) == date(2015, 2, 13)
    long_ago = date(2010, 1, 1)
    assert first_payable(long_ago, date(2020, 2, 13)) == date(2014, 12, 1)
    assert first_payable(long_ago, date(2020, 2, 14)) == date(2015, 2, 1)
    assert first_payable(date(2019, 11, 30), DAY) == date(2019, 12, 1)
    assert first_payable(DAY, DAY) == date(2020, 1, 1)


def test_a_payment_is_for_every_month_not_paid_before_the_month_of_payment() -> None:
    first = next_payment(pension(entitled_on=date(2019, 7, 31)), [], DAY)
    assert (first.first_month, first.last_month) == (date(2019, 8, 1), date(2019, 11, 1))
    assert first.amount_yen == 260_033
    second = next_payment(pension(entitled_on=date(2019, 7, 31)), [first], date(2019, 12, 16))
    assert (second.first_month, second.last_month, second.amount_yen) == (
        date(2019, 12, 1),
        date(2020, 1, 1),
        130_016,
    )
    with pytest.raises(NoPensionDue):
        next_payment(pension(entitled_on=date(2019, 7, 31)), [first], DAY)


def test_stops_hold_in_their_months_only() -> None:
    half = pension(
        entitled_on=date(2019, 7, 31),
        stops=(PensionStop(Stop.HALF, date(2019, 10, 1), date(2019, 10, 1)),),
    )
    # Three whole months and half of one: 195,025 + 32,504.
    assert next_payment(half, [], DAY).amount_yen == 227_529
    for stop in (Stop.WHOLE, Stop.WITHHELD):
        with pytest.raises(NoPensionDue):
            next_payment(dataclasses.replace(half, stops=(PensionStop(stop, date(2019, 8, 1)),)), [], DAY)


SINCE = date(2022, 7, 31)


@pytest.mark.requirement("R-250")
def test_a_new_terms_decision_leaves_the_stop_of_the_term_before() -> None:
    """Wholly stopped until September 2023; nothing is due on 13 October, and October and November in December."""
    stopped = pension(entitled_on=SINCE, first_month=date(2022, 8, 1), annual_yen=780_120)
    paid = PensionPayment(stopped.pension, date(2022, 8, 1), date(2023, 7, 1), 1, date(2023, 8, 15))
    stopped = stopped.stopped(Stop.WHOLE, date(2022, 10, 1), date(2023, 9, 1))
    decided = stopped.stopped(Stop.NONE, date(2023, 10, 1), date(2024, 9, 1))
    with pytest.raises(NoPensionDue):
        next_payment(decided, [paid], date(2023, 10, 5))
    assert decided.stop_in(date(2023, 9, 1)) is Stop.WHOLE
    assert decided.stop_in(date(2023, 10, 1)) is Stop.NONE
    later = next_payment(decided, [paid], date(2023, 12, 1))
    assert (later.last_month, later.amount_yen, later.pay_on) == (date(2023, 11, 1), 2 * 65_010, date(2023, 12, 15))


@pytest.mark.requirement("R-250")
def test_half_a_stop_outlives_what_was_held_back_until_the_person_answered() -> None:
    half = pension(entitled_on=SINCE, first_month=date(2023, 2, 1), annual_yen=780_120)
    half = half.stopped(Stop.HALF, date(2022, 10, 1), date(2023, 9, 1))
    held = half.stopped(Stop.WITHHELD, date(2023, 2, 6), None)
    with pytest.raises(NoPensionDue):
        next_payment(held, [], date(2023, 4, 3))
    answered = held.confirmed(date(2023, 4, 10))
    assert (answered.confirmed_on, answered.stop_in(date(2023, 3, 1))) == (date(2023, 4, 10), Stop.HALF)
    # February and March at half of 65,010.
    assert next_payment(answered, [], date(2023, 4, 10)).amount_yen == 65_010
    assert [one.lifted_on for one in answered.stops] == [None, date(2023, 4, 10)]
    again = answered.stopped(Stop.WITHHELD, date(2023, 6, 1), None)
    assert [again.stop_in(date(2023, month, 1)) for month in (5, 6)] == [Stop.HALF, Stop.WITHHELD]
    twice = again.confirmed(date(2023, 8, 1))
    assert [one.lifted_on for one in twice.stops] == [None, date(2023, 4, 10), date(2023, 8, 1)]


@pytest.mark.requirement("R-250")
def test_months_held_back_are_not_recorded_as_paid_and_are_paid_after_the_answer() -> None:
    held = pension(entitled_on=SINCE, first_month=date(2023, 2, 1), annual_yen=780_120)
    held = held.stopped(Stop.WITHHELD, date(2023, 3, 9), None)
    april = next_payment(held, [], date(2023, 4, 3))
    assert (april.first_month, april.last_month, april.amount_yen) == (date(2023, 2, 1), date(2023, 2, 1), 65_010)
    with pytest.raises(NoPensionDue):
        next_payment(held, [april], date(2023, 6, 1))
    june = next_payment(held.confirmed(date(2023, 5, 8)), [april], date(2023, 6, 1))
    assert (june.first_month, june.last_month, june.amount_yen) == (date(2023, 3, 1), date(2023, 5, 1), 3 * 65_010)


@pytest.mark.requirement("R-250")
def test_a_term_held_back_for_an_income_waits_for_the_income_and_not_for_a_sign_of_life() -> None:
    term = (date(2022, 10, 1), date(2023, 9, 1))
    held = pension(entitled_on=SINCE, first_month=date(2023, 2, 1), annual_yen=780_120)
    held = held.stopped(Stop.WITHHELD, *term).confirmed(date(2023, 4, 3))
    with pytest.raises(NoPensionDue):
        next_payment(held, [], date(2023, 4, 3))
    assert next_payment(held.stopped(Stop.HALF, *term), [], date(2023, 4, 3)).amount_yen == 65_010
    with pytest.raises(NoPensionDue):
        next_payment(held.stopped(Stop.WHOLE, *term), [], date(2023, 4, 3))


def test_a_record_turns_on_the_day_after_its_end_and_with_the_months_of_a_stop() -> None:
    stopped = pension().stopped(Stop.HALF, date(2019, 8, 20), date(2020, 7, 1))
    assert stopped.turns() == {date(2019, 8, 1), date(2020, 8, 1)}
    later = stopped.stopped(Stop.WHOLE, date(2020, 8, 1), date(2021, 9, 1))
    assert later.turns() == {date(2019, 8, 1), date(2020, 8, 1), date(2021, 10, 1)}
    assert pension(ended_on=date(2019, 11, 30)).turns() == {date(2019, 12, 1)}
    assert pension().turns() == frozenset()


def test_the_month_of_death_is_the_last_that_is_paid() -> None:
    ended = pension(entitled_on=date(2019, 7, 31), ended_on=date(2019, 9, 3))
    assert next_payment(ended, [], DAY).last_month == date(2019, 9, 1)
    assert ended.stands(date(2019, 9, 3))
    assert not ended.stands(date(2019, 9, 4))
    assert not ended.stands(date(2019, 7, 30))


def test_pensions_are_told_together_and_no_pension_is_told_as_such() -> None:
    form = layout("pension-benefit", DAY)
    none = told_pensions([], [], DAY)
    form.validate(none.items)
    assert none.items["receiving"] is False
    both = [
        pension(annual_yen=400_000),
        pension(pension="9", kind=PensionKind.OLD_AGE_EMPLOYEES, annual_yen=900_000, addition_yen=390_100),
    ]
    paid = [PensionPayment(one.pension, DAY, DAY, 1_000, date(2019, 12, 13)) for one in both]
    told = told_pensions(both, [*paid, PensionPayment("9", DAY, DAY, 7, date(2019, 10, 15))], DAY).items
    form.validate(told)
    assert (told["annual_yen"], told["pension_type"], told["last_paid_yen"]) == (1_690_100, "old-age-employees", 2_000)
    stopped = [one.stopped(Stop.WHOLE, date(2019, 12, 1), None) for one in both]
    assert told_pensions(stopped, [], DAY).items["suspended"] is True
    assert told_pensions([stopped[0], both[1]], [], DAY).items["suspended"] is False
    past = [pension(ended_on=date(2019, 12, 1))]
    ended = told_pensions(past, [], DAY).items
    form.validate(ended)
    assert (ended["receiving"], ended["annual_yen"], ended["entitled_until"]) == (False, 0, "2019-12-01")
    grade = told_pensions([pension(kind=PensionKind.DISABILITY_BASIC, grade="1")], [], DAY).items
    assert grade["disability_grade"] == "1"

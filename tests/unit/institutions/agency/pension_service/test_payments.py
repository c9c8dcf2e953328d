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
        stopped=Stop.HALF,
        stopped_from=date(2019, 10, 1),
        stopped_until=date(2019, 10, 1),
    )
    # Three whole months and half of one: 195,025 + 32,504.
    assert next_payment(half, [], DAY).amount_yen == 227_529
    for stop in (Stop.WHOLE, Stop.WITHHELD):
        with pytest.raises(NoPensionDue):
            next_payment(
                dataclasses.replace(half, stopped=stop, stopped_from=date(2019, 8, 1), stopped_until=None), [], DAY
            )


def test_a_record_turns_on_the_day_after_its_end_and_with_the_months_of_a_stop() -> None:
    stopped = pension(stopped=Stop.HALF, stopped_from=date(2019, 8, 20), stopped_until=date(2020, 7, 1))
    assert stopped.turns() == {date(2019, 8, 1), date(2020, 8, 1)}
    assert pension(ended_on=date(2019, 11, 30)).turns() == {date(2019, 12, 1)}
    assert pension(stopped_from=date(2019, 8, 1)).turns() == frozenset()


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
    stopped = [dataclasses.replace(one, stopped=Stop.WHOLE, stopped_from=date(2019, 12, 1)) for one in both]
    assert told_pensions(stopped, [], DAY).items["suspended"] is True
    assert told_pensions([stopped[0], both[1]], [], DAY).items["suspended"] is False
    past = [pension(ended_on=date(2019, 12, 1))]
    ended = told_pensions(past, [], DAY).items
    form.validate(ended)
    assert (ended["receiving"], ended["annual_yen"], ended["entitled_until"]) == (False, 0, "2019-12-01")
    grade = told_pensions([pension(kind=PensionKind.DISABILITY_BASIC, grade="1")], [], DAY).items
    assert grade["disability_grade"] == "1"

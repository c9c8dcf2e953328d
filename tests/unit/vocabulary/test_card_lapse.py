"""When a card ends by law: every cause on the last day before and the first day after (番号法17条6項; 施行令14条)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mizuhiki.vocabulary.card_lapse import CardLife, LapseCause, lapse_of, resident_card_ends

EXPIRES = date(2029, 2, 3)


def life(**happened: Any) -> CardLife:
    return CardLife(expires_on=EXPIRES, **happened)


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize(
    ("happened", "last_valid", "cause"),
    [
        ({}, EXPIRES, LapseCause.EXPIRED),
        ({"died_on": date(2020, 5, 2)}, date(2020, 5, 1), LapseCause.DEATH),
        ({"left_country_on": date(2020, 5, 2)}, date(2020, 5, 1), LapseCause.MOVED_ABROAD),
        ({"left_country_on": date(2024, 5, 26)}, date(2024, 5, 25), LapseCause.MOVED_ABROAD),
        ({"left_country_on": date(2024, 5, 27)}, EXPIRES, LapseCause.EXPIRED),
        ({"planned_on": date(2020, 4, 1)}, date(2020, 5, 1), LapseCause.NO_NOTICE_AFTER_PLANNED_DAY),
        (
            {"planned_on": date(2020, 4, 1), "moved_on": date(2020, 4, 1)},
            date(2020, 4, 15),
            LapseCause.NO_NOTICE_AFTER_MOVE,
        ),
        (
            {"moved_on": date(2020, 4, 1), "notified_on": date(2020, 4, 16)},
            date(2020, 4, 15),
            LapseCause.NO_NOTICE_AFTER_MOVE,
        ),
        (
            {"planned_on": date(2020, 4, 1), "moved_on": date(2020, 4, 28), "notified_on": date(2020, 5, 2)},
            date(2020, 5, 1),
            LapseCause.NO_NOTICE_AFTER_PLANNED_DAY,
        ),
        (
            {"moved_on": date(2020, 4, 1), "notified_on": date(2020, 4, 15)},
            date(2020, 7, 14),
            LapseCause.NOT_SHOWN,
        ),
        (
            {"moved_on": date(2020, 4, 1), "notified_on": date(2020, 4, 1), "shown_on": date(2020, 7, 1)},
            date(2020, 6, 30),
            LapseCause.NOT_SHOWN,
        ),
        (
            {
                "moved_on": date(2020, 4, 1),
                "notified_on": date(2020, 4, 1),
                "moved_out_again_on": date(2020, 5, 1),
            },
            date(2020, 4, 30),
            LapseCause.MOVED_ON_WITHOUT_SHOWING,
        ),
    ],
)
def test_a_card_ends_on_the_day_after_its_last(happened: dict[str, date], last_valid: date, cause: LapseCause) -> None:
    assert lapse_of(life(**happened), last_valid) is None
    first = last_valid + timedelta(days=1)
    assert lapse_of(life(**happened), first) == (first, cause)
    assert lapse_of(life(**happened), first + timedelta(days=9000)) == (first, cause)


@pytest.mark.requirement("R-154")
@pytest.mark.parametrize(
    "happened",
    [
        {"planned_on": date(2020, 4, 1), "moved_on": date(2020, 4, 17), "notified_on": date(2020, 5, 1)},
        {"moved_on": date(2020, 4, 1), "notified_on": date(2020, 4, 15)},
        {
            "moved_on": date(2020, 4, 1),
            "notified_on": date(2020, 4, 1),
            "moved_out_again_on": date(2021, 5, 1),
        },
        {
            "moved_on": date(2020, 4, 1),
            "notified_on": date(2020, 4, 1),
            "moved_out_again_on": date(2020, 6, 30),
        },
    ],
)
def test_a_card_that_is_shown_on_the_last_day_goes_on_to_its_expiry(happened: dict[str, date]) -> None:
    shown = happened["notified_on"] + timedelta(days=90)
    assert lapse_of(life(**happened, shown_on=shown), EXPIRES) is None


@pytest.mark.requirement("R-151")
def test_a_resident_register_card_goes_on_until_its_expiry_or_the_new_card() -> None:
    assert resident_card_ends(date(2015, 12, 31)) == date(2025, 12, 30)
    assert resident_card_ends(date(2012, 2, 29)) == date(2022, 2, 28)
    assert resident_card_ends(date(2015, 12, 28), card_obtained_on=date(2016, 1, 20)) == date(2016, 1, 20)
    assert resident_card_ends(date(2005, 5, 1), card_obtained_on=date(2016, 1, 20)) == date(2015, 4, 30)


@pytest.mark.requirement("R-151")
@pytest.mark.parametrize("day", [date(2016, 1, 1), date(2016, 1, 4), date(2020, 1, 1)])
def test_no_resident_register_card_is_issued_from_january_2016(day: date) -> None:
    assert resident_card_ends(day) is None

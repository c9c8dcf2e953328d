"""Eras, ages and validity periods."""

from datetime import date, timedelta

import pytest
from babel.dates import format_date as babel_format
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.vocabulary.dates import (
    DateBeforeEras,
    DateStyle,
    MalformedDate,
    Period,
    age_on,
    birthday_in,
    card_expiry,
    certificate_expiry,
    fiscal_year,
    format_date,
    legal_age_on,
    parse_date,
    parse_period,
    resident_card_signature_certificate_expiry,
    to_wareki,
)

days = st.dates(date(1873, 1, 1), date(2100, 12, 31))
births = st.dates(date(1900, 1, 1), date(2019, 12, 31))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
    ],
)
def test_eras_change_on_their_days(day: date, text: str) -> None:
    assert to_wareki(day) == text
    assert parse_date(text) == day


@given(days, st.sampled_from(DateStyle))
def test_every_written_date_is_read_back_unless_it_is_english(day: date, style: DateStyle) -> None:
    if style is not DateStyle.ENGLISH:
        assert parse_date(format_date(day, style)) == day


@given(st.dates(date(1927, 1, 1), date(2100, 12, 31)))
def test_english_dates_are_those_of_cldr(day: date) -> None:
    assert format_date(day, DateStyle.ENGLISH) == babel_format(day, "d MMMM y", locale="en")


def test_a_paper_made_before_an_era_was_known_carries_the_old_one() -> None:
    assert to_wareki(date(2021, 4, 1), seen_on=date(2018, 1, 1)) == "平成33年4月1日"
    assert to_wareki(date(2021, 4, 1), seen_on=date(2019, 4, 1)) == "令和3年4月1日"
    assert parse_date("平成33年4月1日") == date(2021, 4, 1)
    assert parse_period("平成31年6月") == Period(date(2019, 6, 1), date(2019, 6, 30))
    assert parse_period("H33年") == Period(date(2021, 1, 1), date(2021, 12, 31))
    assert parse_period("令和元年度") == Period(date(2019, 4, 1), date(2020, 3, 31))


@pytest.mark.parametrize(
    "text", ["2019-12-02", "２０１９年１２月２日", "令和元年12月2日", "R1.12.2", "r1/12/2", "平成31年12月2日"]
)
def test_one_day_is_read_from_many_forms(text: str) -> None:
    assert parse_date(text) == date(2019, 12, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019-02-29",
        "令和0年1月1日",
        "平成元年1月1日",
        "令和元年4月30日",
        "2019-12.02",
        "20191202",
        "昭和",
        "2019年13月1日",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(MalformedDate):
        parse_date(text)


@pytest.mark.parametrize("text", ["", "令和", "平成元年13月", "1999年度末", "昭和元年11月"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(MalformedDate):
        parse_period(text)


def test_a_day_before_meiji_has_no_era() -> None:
    with pytest.raises(DateBeforeEras):
        to_wareki(date(1867, 12, 31))


def test_a_birthday_on_29_february_falls_on_the_last_day_of_february() -> None:
    assert birthday_in(date(2000, 2, 29), 2001) == date(2001, 2, 28)
    assert birthday_in(date(2000, 2, 29), 2004) == date(2004, 2, 29)


def test_a_child_born_on_1_april_is_six_on_31_march_in_law() -> None:
    assert age_on(date(2013, 4, 1), date(2019, 3, 31)) == 5
    assert legal_age_on(date(2013, 4, 1), date(2019, 3, 31)) == 6
    assert legal_age_on(date(2013, 4, 2), date(2019, 3, 31)) == 5


def test_those_born_on_29_february_are_older_at_the_end_of_28_february() -> None:
    assert legal_age_on(date(2000, 2, 29), date(2018, 2, 28)) == 18
    assert legal_age_on(date(2000, 2, 29), date(2018, 2, 27)) == 17
    assert legal_age_on(date(2000, 2, 29), date(2020, 2, 28)) == 20


@given(births, st.integers(0, 40_000))
def test_the_legal_age_leads_by_one_day(birth: date, lived: int) -> None:
    day = birth + timedelta(days=lived)
    assert legal_age_on(birth, day) == age_on(birth, day + timedelta(days=1))
    assert 0 <= legal_age_on(birth, day) - age_on(birth, day) <= 1


def test_the_fiscal_year_begins_in_april() -> None:
    assert fiscal_year(date(2019, 3, 31)) == 2018
    assert fiscal_year(date(2019, 4, 1)) == 2019


@pytest.mark.requirement("R-152")
@pytest.mark.parametrize(
    ("birth", "issue", "expiry"),
    [
        (date(1980, 6, 15), date(2019, 6, 14), date(2028, 6, 15)),
        (date(1980, 6, 15), date(2019, 6, 15), date(2029, 6, 15)),
        (date(1980, 6, 15), date(2019, 6, 16), date(2029, 6, 15)),
        (date(1999, 12, 3), date(2019, 12, 2), date(2023, 12, 3)),
        (date(1999, 12, 2), date(2019, 12, 2), date(2029, 12, 2)),
        (date(2003, 5, 1), date(2022, 3, 31), date(2026, 5, 1)),
        (date(2003, 5, 1), date(2022, 4, 1), date(2031, 5, 1)),
        (date(2004, 4, 2), date(2022, 4, 1), date(2026, 4, 2)),
        (date(1980, 2, 29), date(2019, 12, 2), date(2029, 2, 28)),
        (date(1980, 2, 29), date(2018, 3, 1), date(2028, 2, 29)),
        (date(1980, 2, 29), date(2019, 2, 28), date(2029, 2, 28)),
    ],
)
def test_a_card_is_valid_to_the_tenth_or_fifth_birthday(birth: date, issue: date, expiry: date) -> None:
    assert card_expiry(birth, issue) == expiry


@pytest.mark.requirement("R-152")
@given(births, st.integers(0, 36_000))
def test_a_card_never_lives_longer_than_its_birthdays(birth: date, lived: int) -> None:
    issue = birth + timedelta(days=lived)
    expiry = card_expiry(birth, issue)
    years = 10 if age_on(birth, issue) >= (18 if issue >= date(2022, 4, 1) else 20) else 5
    birthdays = [birthday_in(birth, year) for year in range(issue.year, expiry.year + 1)]
    assert expiry in birthdays
    assert sum(issue < birthday <= expiry for birthday in birthdays) == years


def test_a_card_ends_with_the_period_of_stay() -> None:
    assert card_expiry(date(1980, 6, 15), date(2019, 12, 2), stay_until=date(2021, 3, 1)) == date(2021, 3, 1)


@pytest.mark.requirement("R-153")
def test_a_certificate_ends_on_the_fifth_birthday_but_not_after_the_card() -> None:
    assert certificate_expiry(date(1980, 6, 15), date(2019, 12, 2), date(2029, 6, 15)) == date(2024, 6, 15)
    assert certificate_expiry(date(1980, 6, 15), date(2027, 12, 2), date(2029, 6, 15)) == date(2029, 6, 15)


@pytest.mark.requirement("R-153")
def test_an_old_signature_certificate_lasted_three_years() -> None:
    assert resident_card_signature_certificate_expiry(date(2012, 2, 29)) == date(2015, 2, 28)

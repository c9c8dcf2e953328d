"""Japanese eras (元号法; era ordinances), reading and writing dates.

Dates are Gregorian. Japan kept a lunisolar calendar until the end of 明治5年; this module names years before 1873 by
era but does not convert days of the old calendar. Papers made before an era was known carry dates of the old era
beyond its end (平成33年): they are read, and can be written by saying when the paper is made.
"""

from __future__ import annotations

import calendar
import enum
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta, timezone

from mizuhiki.vocabulary.errors import Malformed

JST = timezone(timedelta(hours=9), "JST")
"""Japan Standard Time; no summer time since 1952."""


@dataclass(frozen=True, slots=True)
class Era:
    """One era: `start` is its first day, `announced` the day its name was made public."""

    name: str
    english: str
    letter: str
    start: date
    announced: date


ERAS: tuple[Era, ...] = (
    Era("明治", "Meiji", "M", date(1868, 1, 25), date(1868, 10, 23)),
    Era("大正", "Taisho", "T", date(1912, 7, 30), date(1912, 7, 30)),
    Era("昭和", "Showa", "S", date(1926, 12, 25), date(1926, 12, 25)),
    Era("平成", "Heisei", "H", date(1989, 1, 8), date(1989, 1, 7)),
    Era("令和", "Reiwa", "R", date(2019, 5, 1), date(2019, 4, 1)),
)
"""Oldest first. 明治 was proclaimed on 1868-10-23 and counted from the first day of that lunisolar year."""


class DateStyle(enum.StrEnum):
    """How a date is written."""

    ISO = "iso"
    WAREKI = "wareki"
    WAREKI_SHORT = "wareki-short"
    WESTERN_JAPANESE = "western-japanese"
    ENGLISH = "english"


class MalformedDate(Malformed):
    """Not a date of the calendar in a form that is understood."""

    code = "malformed-date"
    title = "This is not a date"


class DateBeforeEras(Malformed):
    """A day before 明治, for which no era of this table exists."""

    code = "date-before-eras"
    title = "This date is before the first known era"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included."""

    first: date
    last: date


def era_of(day: date, *, seen_on: date | None = None) -> Era:
    """Return the era of `day`; with `seen_on`, the one a paper made on that day would use.

    Raises:
        DateBeforeEras: the day is before 明治.
    """
    for era in reversed(ERAS):
        if era.start <= day and (seen_on is None or era.announced <= seen_on):
            return era
    raise DateBeforeEras(field="date")


def _year_in(era: Era, day: date) -> int:
    return day.year - era.start.year + 1


def to_wareki(day: date, *, seen_on: date | None = None) -> str:
    """Write ``令和元年12月2日``; with `seen_on`, as a paper made on that day would (平成33年…).

    Raises:
        DateBeforeEras: the day is before 明治.
    """
    era = era_of(day, seen_on=seen_on)
    year = _year_in(era, day)
    return f"{era.name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def format_date(day: date, style: DateStyle = DateStyle.ISO) -> str:
    """Write a date in one of the styles.

    Raises:
        DateBeforeEras: an era style and a day before 明治.
    """
    match style:
        case DateStyle.ISO:
            return day.isoformat()
        case DateStyle.WAREKI:
            return to_wareki(day)
        case DateStyle.WAREKI_SHORT:
            era = era_of(day)
            return f"{era.letter}{_year_in(era, day)}.{day.month}.{day.day}"
        case DateStyle.WESTERN_JAPANESE:
            return f"{day.year}年{day.month}月{day.day}日"
        case DateStyle.ENGLISH:
            return f"{day.day} {calendar.month_name[day.month]} {day.year}"


_BY_NAME = {name: era for era in ERAS for name in (era.name, era.letter)}
_ERA_YEAR = r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR])(?P<year>元|[0-9]{1,3})"
_WESTERN_YEAR = r"(?P<western>[0-9]{4})"
_SIGN = r"[./-]"
_DAY = re.compile(
    rf"(?:{_ERA_YEAR}|{_WESTERN_YEAR})(?:年(?P<m1>[0-9]{{1,2}})月(?P<d1>[0-9]{{1,2}})日"
    rf"|(?P<sign>{_SIGN})(?P<m2>[0-9]{{1,2}})(?P=sign)(?P<d2>[0-9]{{1,2}}))\Z"
)
_MONTH_OR_YEAR = re.compile(
    rf"(?:{_ERA_YEAR}|{_WESTERN_YEAR})(?:年(?:(?P<m1>[0-9]{{1,2}})月|(?P<fiscal>度))?|{_SIGN}(?P<m2>[0-9]{{1,2}}))\Z"
)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise MalformedDate(field="date") from error


def _era_and_year(found: re.Match[str]) -> tuple[Era | None, int]:
    if found["western"] is not None:
        return None, int(found["western"])
    era = _BY_NAME[found["era"]]
    year = 1 if found["year"] == "元" else int(found["year"])
    if year == 0:
        raise MalformedDate(field="date")
    return era, era.start.year + year - 1


def parse_date(text: str) -> date:
    """Read ``2019-12-02``, ``2019年12月2日``, ``令和元年12月2日``, ``R1.12.2``, ``H33/4/1``; full width too.

    Raises:
        MalformedDate: another form, a day the calendar lacks, or a day before its era began. A day after its era
            ended is read: papers made earlier carry such dates.
    """
    found = _DAY.match(_plain(text))
    if found is None:
        raise MalformedDate(field="date")
    era, year = _era_and_year(found)
    day = _day(year, int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"]))
    if era is not None and day < era.start:
        raise MalformedDate(field="date")
    return day


def parse_period(text: str) -> Period:
    """Read a day, a month (``平成31年6月``), a year (``平成33年``) or a fiscal year (``令和2年度``) as a span.

    Raises:
        MalformedDate: another form, or a span that ended before its era began.
    """
    plain = _plain(text)
    if _DAY.match(plain):
        day = parse_date(plain)
        return Period(day, day)
    found = _MONTH_OR_YEAR.match(plain)
    if found is None:
        raise MalformedDate(field="date")
    era, year = _era_and_year(found)
    month = found["m1"] or found["m2"]
    if month is not None:
        first = _day(year, int(month), 1)
        period = Period(first, first.replace(day=calendar.monthrange(year, first.month)[1]))
    elif found["fiscal"]:
        period = Period(_day(year, 4, 1), _day(year + 1, 3, 31))
    else:
        period = Period(_day(year, 1, 1), _day(year, 12, 31))
    if era is not None and period.last < era.start:
        raise MalformedDate(field="date")
    return period

"""Lists that are derived from the register as of a day, with a reason for every line (R-039; 住基法7条9号-11号の2).

A line is a candidate by what the register knows. What it does not know (insurance through an employer, disqualification
from voting) is left to the office that uses the list. Ages: where a law says that somebody "reaches"
an age, that is on the eve of the birthday (年齢計算ニ関スル法律).
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from mizuhiki.institutions.municipality.domain.residents import ResidentRecord
from mizuhiki.vocabulary.dates import age_on, birthday_in, fiscal_year, legal_age_on, months_after
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.persons import ChangeReason

VOTING_AT_18_FROM = date(2016, 6, 19)
"""公職選挙法 as amended in 2015: 18 instead of 20; and the roll of the former residence (21条2項)."""
CHILD_ALLOWANCE_TO_18_FROM = date(2024, 10, 1)
BCG_TO_ONE_YEAR_FROM = date(2013, 4, 1)
ROLL_MONTHS = 3
FORMER_ROLL_MONTHS = 4
_SCHOOL_AGE, _SCHOOL_YEARS, _ELEMENTARY_YEARS = 6, 9, 6
_REGISTER_MADE = (10, 1)
"""The register of next year's entrants is made as of 1 October (学校教育法施行令2条, 施行規則31条)."""


class ListKind(enum.StrEnum):
    """Which list."""

    ELECTORAL_ROLL = "electoral-roll"
    SCHOOL_REGISTER = "school-register"
    HEALTH_INSURANCE = "health-insurance"
    ELDERLY_MEDICAL = "elderly-medical"
    CARE_INSURANCE = "care-insurance"
    PENSION = "national-pension"
    CHILD_ALLOWANCE = "child-allowance"
    VACCINATION = "vaccination"


class Reason(enum.StrEnum):
    """Why somebody stands on a list, or not though close to it."""

    ROLL_RESIDENT = "roll-resident"
    ROLL_FORMER = "roll-former-residence"
    SCHOOL_ELEMENTARY = "school-elementary"
    SCHOOL_LOWER_SECONDARY = "school-lower-secondary"
    SCHOOL_NEXT_YEAR = "school-next-year"
    SCHOOL_INVITED = "school-invited"
    INSURANCE_UNDER_75 = "insurance-under-75"
    ELDERLY_FROM_75 = "elderly-from-75"
    CARE_FIRST = "care-first-insured"
    CARE_SECOND = "care-second-insured"
    PENSION_20_TO_59 = "pension-20-to-59"
    ALLOWANCE_CHILD = "allowance-child"
    BCG = "vaccination-bcg"
    MR_FIRST = "vaccination-mr-first"
    MR_SECOND = "vaccination-mr-second"
    INFLUENZA_65 = "vaccination-influenza-65"


class Purpose(enum.StrEnum):
    """For whom a list is made: the office whose law says so, or people who inspect an extract (閲覧)."""

    OFFICE = "office"
    INSPECTION = "inspection"


class Handling(enum.StrEnum):
    """What becomes of a line about somebody under a support measure."""

    LEFT_OUT = "left-out"
    ADDRESS_WITHHELD = "address-withheld"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who may get a list for a purpose, and what becomes of protected people on it."""

    office: str
    handling: Handling
    basis: str


_INSPECTION_RULE = "公職選挙法28条の2, 28条の3; 住民基本台帳事務処理要領第5-10"
_OFFICE_RULE = "住民基本台帳法36条; 住民基本台帳事務処理要領第5-10"
RECEIPTS: Mapping[tuple[ListKind, Purpose], Receipt] = {
    (ListKind.ELECTORAL_ROLL, Purpose.OFFICE): Receipt(
        "election-commission", Handling.ADDRESS_WITHHELD, "公職選挙法29条; " + _OFFICE_RULE
    ),
    (ListKind.ELECTORAL_ROLL, Purpose.INSPECTION): Receipt("inspectors", Handling.LEFT_OUT, _INSPECTION_RULE),
    (ListKind.SCHOOL_REGISTER, Purpose.OFFICE): Receipt(
        "board-of-education", Handling.ADDRESS_WITHHELD, "学校教育法施行令1条; " + _OFFICE_RULE
    ),
    (ListKind.HEALTH_INSURANCE, Purpose.OFFICE): Receipt("health-insurance", Handling.ADDRESS_WITHHELD, _OFFICE_RULE),
    (ListKind.ELDERLY_MEDICAL, Purpose.OFFICE): Receipt("health-insurance", Handling.ADDRESS_WITHHELD, _OFFICE_RULE),
    (ListKind.CARE_INSURANCE, Purpose.OFFICE): Receipt("care-insurance", Handling.ADDRESS_WITHHELD, _OFFICE_RULE),
    (ListKind.PENSION, Purpose.OFFICE): Receipt("pension-desk", Handling.ADDRESS_WITHHELD, _OFFICE_RULE),
    (ListKind.CHILD_ALLOWANCE, Purpose.OFFICE): Receipt("child-allowance", Handling.ADDRESS_WITHHELD, _OFFICE_RULE),
    (ListKind.VACCINATION, Purpose.OFFICE): Receipt("public-health", Handling.ADDRESS_WITHHELD, _OFFICE_RULE),
}
"""Denied by default: only the electoral roll has an inspection. An office learns that somebody belongs on its list and
never where they live; it asks the officer for support measures, who alone says it."""


class ListNotForPurpose(Refused):
    """Nobody may get this list for this purpose. Fields: `list`, `purpose`."""

    code = "list-not-for-purpose"
    title = "No law lets this list be given for this purpose"


def receipt_of(kind: ListKind, purpose: Purpose) -> Receipt:
    """Return who may get a list.

    Raises:
        ListNotForPurpose: nobody may.
    """
    found = RECEIPTS.get((kind, purpose))
    if found is None:
        raise ListNotForPurpose(list=kind.value, purpose=purpose.value)
    return found


BASES: Mapping[ListKind, str] = {
    ListKind.ELECTORAL_ROLL: "公職選挙法9条, 21条, 22条",
    ListKind.SCHOOL_REGISTER: "学校教育法17条; 学校教育法施行令1条, 2条",
    ListKind.HEALTH_INSURANCE: "国民健康保険法5条, 6条",
    ListKind.ELDERLY_MEDICAL: "高齢者の医療の確保に関する法律50条",
    ListKind.CARE_INSURANCE: "介護保険法9条, 10条",
    ListKind.PENSION: "国民年金法7条-9条",
    ListKind.CHILD_ALLOWANCE: "児童手当法3条, 4条",
    ListKind.VACCINATION: "予防接種法施行令1条の3",
}


@dataclass(frozen=True, slots=True)
class Resident:
    """A record as of the day. `notified_on` is the day it was made here (move-in notification, birth).

    `left_on` is the day of a move out, when the record is removed on the day of the list.
    """

    record: ResidentRecord
    notified_on: date
    left_on: date | None = None

    @property
    def here(self) -> bool:
        """Whether the person is a resident on the day."""
        return self.left_on is None

    @property
    def japanese(self) -> bool:
        """Whether the person is a Japanese national."""
        return self.record.kind == "japanese"


@dataclass(frozen=True, slots=True)
class Line:
    """One reason for one person; `since` is the day from which it holds, `grade` the school year 1 to 9, else 0."""

    resident: str
    reason: Reason
    since: date
    until: date | None = None
    grade: int = 0


def reaches(birth: date, age: int) -> date:
    """Return the day on which somebody reaches an age: the eve of the birthday."""
    # From 29 February on, the age is full at the end of 28 February in any year.
    if (birth.month, birth.day) == (2, 29):
        return date(birth.year + age, 2, 28)
    birthday = birthday_in(birth, birth.year + age)
    return date.fromordinal(birthday.toordinal() - 1)


def voting_age(day: date) -> int:
    """Return the voting age on a day."""
    return 18 if day >= VOTING_AT_18_FROM else 20


def _electoral_roll(one: Resident, day: date) -> Line | None:
    birth = one.record.birth_date
    if not one.japanese or legal_age_on(birth, day) < voting_age(day):
        return None
    entitled = months_after(one.notified_on, ROLL_MONTHS)
    if one.here:
        since = max(entitled, reaches(birth, voting_age(day)))
        return Line(one.record.resident, Reason.ROLL_RESIDENT, since) if entitled <= day else None
    left = one.left_on
    if left is None or day < VOTING_AT_18_FROM or one.record.removal_reason is not ChangeReason.MOVE_OUT:
        return None
    until = months_after(left, FORMER_ROLL_MONTHS)
    if entitled <= left and day < until:
        return Line(one.record.resident, Reason.ROLL_FORMER, left, until)
    return None


def school_entry_year(birth: date) -> int:
    """Return the year in whose April a child enters school: the first after the day on which six is reached."""
    reached = reaches(birth, _SCHOOL_AGE)
    return reached.year if (reached.month, reached.day) <= (3, 31) else reached.year + 1


def _school_register(one: Resident, day: date) -> Line | None:
    if not one.here:
        return None
    entry = school_entry_year(one.record.birth_date)
    grade = fiscal_year(day) - entry + 1
    since, until = date(entry, 4, 1), date(entry + _SCHOOL_YEARS, 3, 31)
    if grade == 0 and day >= date(entry - 1, *_REGISTER_MADE):
        reason = Reason.SCHOOL_NEXT_YEAR
    elif 1 <= grade <= _SCHOOL_YEARS:
        reason = Reason.SCHOOL_ELEMENTARY if grade <= _ELEMENTARY_YEARS else Reason.SCHOOL_LOWER_SECONDARY
    else:
        return None
    if not one.japanese:
        reason = Reason.SCHOOL_INVITED
    return Line(one.record.resident, reason, since, until, max(grade, 0))


def _health_insurance(one: Resident, day: date) -> Line | None:
    birth = one.record.birth_date
    if not one.here or age_on(birth, day) >= 75:  # noqa: PLR2004 - an age of the law
        return None
    return Line(one.record.resident, Reason.INSURANCE_UNDER_75, max(one.record.resident_since, birth))


def _elderly_medical(one: Resident, day: date) -> Line | None:
    # Begins on the 75th birthday itself, unlike the ages that are reached on the eve.
    birthday = birthday_in(one.record.birth_date, one.record.birth_date.year + 75)
    if not one.here or day < birthday:
        return None
    return Line(one.record.resident, Reason.ELDERLY_FROM_75, max(birthday, one.record.resident_since))


def _care_insurance(one: Resident, day: date) -> Line | None:
    first, second = reaches(one.record.birth_date, 65), reaches(one.record.birth_date, 40)
    if not one.here or day < second:
        return None
    if day >= first:
        return Line(one.record.resident, Reason.CARE_FIRST, max(first, one.record.resident_since))
    return Line(one.record.resident, Reason.CARE_SECOND, max(second, one.record.resident_since), first)


def _pension(one: Resident, day: date) -> Line | None:
    begins, ends = reaches(one.record.birth_date, 20), reaches(one.record.birth_date, 60)
    if not one.here or not begins <= day < ends:
        return None
    return Line(one.record.resident, Reason.PENSION_20_TO_59, max(begins, one.record.resident_since), ends)


def allowance_until(birth: date, day: date) -> date:
    """Return the last day of a child's allowance: the first 31 March from when the age of 15 (18 later) is reached."""
    reached = reaches(birth, 18 if day >= CHILD_ALLOWANCE_TO_18_FROM else 15)
    year = reached.year if (reached.month, reached.day) <= (3, 31) else reached.year + 1
    return date(year, 3, 31)


def _child_allowance(one: Resident, day: date) -> Line | None:
    birth = one.record.birth_date
    until = allowance_until(birth, day)
    if not one.here or not birth <= day <= until:
        return None
    return Line(one.record.resident, Reason.ALLOWANCE_CHILD, max(birth, one.record.resident_since), until)


def _vaccination(one: Resident, day: date) -> Line | None:
    birth = one.record.birth_date
    if not one.here or day < birth:
        return None
    resident, age = one.record.resident, age_on(birth, day)
    if age < 1:
        months = 12 if day >= BCG_TO_ONE_YEAR_FROM else 6
        until = months_after(birth, months)
        return Line(resident, Reason.BCG, birth, until) if day < until else None
    if age == 1:
        return Line(resident, Reason.MR_FIRST, birthday_in(birth, birth.year + 1), birthday_in(birth, birth.year + 2))
    entry = school_entry_year(birth)
    if date(entry - 1, 4, 1) <= day < date(entry, 4, 1):
        return Line(resident, Reason.MR_SECOND, date(entry - 1, 4, 1), date(entry, 4, 1))
    if age >= 65:  # noqa: PLR2004 - an age of the decree
        return Line(resident, Reason.INFLUENZA_65, birthday_in(birth, birth.year + 65))
    return None


RULES: Mapping[ListKind, Callable[[Resident, date], Line | None]] = {
    ListKind.ELECTORAL_ROLL: _electoral_roll,
    ListKind.SCHOOL_REGISTER: _school_register,
    ListKind.HEALTH_INSURANCE: _health_insurance,
    ListKind.ELDERLY_MEDICAL: _elderly_medical,
    ListKind.CARE_INSURANCE: _care_insurance,
    ListKind.PENSION: _pension,
    ListKind.CHILD_ALLOWANCE: _child_allowance,
    ListKind.VACCINATION: _vaccination,
}


def line_for(kind: ListKind, one: Resident, day: date) -> Line | None:
    """Return the line of a person on a list as of a day; None when there is none."""
    return RULES[kind](one, day)

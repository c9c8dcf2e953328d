"""A file of residents: comma-separated values in UTF-8, one row per person, read wholly or not at all.

Every fault is told with the row (the header is row 1), the column and a word for the reason, never with the value: a
report may be printed. Neither number nor code has a column: they are not moved by file (番号法19条).
"""

from __future__ import annotations

import csv
import enum
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from mizuhiki.institutions.municipality.domain.events.errors import NotRegistrable, ResidenceItemsIncomplete
from mizuhiki.institutions.municipality.domain.events.items import LONGEST_TEXT, READINGS
from mizuhiki.institutions.municipality.domain.events.residence import REGISTERED_FROM, require_registrable
from mizuhiki.institutions.municipality.domain.residents import JAPANESE, HouseholdEntry, MemberEntry, ResidentRecord
from mizuhiki.vocabulary.dates import parse_date
from mizuhiki.vocabulary.errors import Malformed
from mizuhiki.vocabulary.names import PersonName, normalise_for_comparison
from mizuhiki.vocabulary.names.person_name import is_one_line, is_reading
from mizuhiki.vocabulary.persons import (
    Position,
    Relationship,
    ResidenceCardNumber,
    ResidenceCategory,
    ResidenceStatus,
    Sex,
    is_nationality,
    parse_position,
)
from mizuhiki.vocabulary.places import normalise_address

Parsed = TypeVar("Parsed")
COLUMNS = (
    "household",
    "relationship",
    "family",
    "given",
    "family_kana",
    "given_kana",
    "birth_date",
    "sex",
    "address",
    "registered_domicile",
    "head_of_family_register",
    "resident_since",
    "previous_address",
    "nationality",
    "residence_category",
    "residence_status",
    "stay_until",
    "residence_card_number",
    "stay_period",
    "alias",
    "alias_kana",
    "former_name",
    "former_name_kana",
)
"""The header, in this order. A household's rows follow one another, its head first."""
TEXT_COLUMNS = (
    "family",
    "given",
    "family_kana",
    "given_kana",
    "address",
    "registered_domicile",
    "head_of_family_register",
    "previous_address",
    "residence_status",
    "stay_period",
    "alias",
    "alias_kana",
    "former_name",
    "former_name_kana",
)
"""Columns in which any character can stand; in the others stand codes, days and numbers of documents."""
MARKS = tuple(f"{column}_marks" for column in TEXT_COLUMNS)
"""Columns behind the others in a file for a system that lacks characters: one digit a character, 1 for a substitute."""
LONGEST_HOUSEHOLD = 64
_COUNTRY_LETTERS = 2
_FIRST_ROW = 2
_PACKAGE = b"PK\x03\x04"
_WIDE = str.maketrans("~\\", "～＼")
_NARROW = str.maketrans("～＼", "~\\")
"""Python gives the two-byte tilde and backslash of Shift_JIS-2004 the code points of ASCII."""
_SEXES = {str(int(one)): one for one in Sex}
_RESIDENCE = ("residence_category", "residence_status", "stay_until", "residence_card_number", "stay_period")
_RESIDENCE_COLUMNS = {
    "nationality": "nationality",
    "status": "residence_status",
    "card_number": "residence_card_number",
    "stay_until": "stay_until",
    "period": "stay_period",
}
"""By the item that `ResidenceItemsIncomplete` names."""
_FAMILY_REGISTER = ("registered_domicile", "head_of_family_register")


class FileEncoding(enum.StrEnum):
    """How a file of residents is encoded."""

    UTF_8 = "utf-8"
    SHIFT_JIS = "shift_jis"
    SHIFT_JIS_2004 = "shift_jis_2004"

    def encode_text(self, text: str) -> bytes:
        r"""Return a text in this encoding.

        Raises:
            UnicodeEncodeError: it holds a character that cannot be written, as ~ and \ in Shift_JIS-2004, where the
                octets of ASCII mean ‾ and ¥.
        """
        if self is not FileEncoding.SHIFT_JIS_2004:
            return text.encode(self.value)
        for sign in "~\\":
            if sign in text:
                raise UnicodeEncodeError(self.value, text, text.index(sign), text.index(sign) + 1, "not in JIS X 0201")
        return text.translate(_NARROW).encode(self.value)

    def decode_text(self, content: bytes) -> str:
        """Return what is written in this encoding.

        Raises:
            UnicodeDecodeError: the octets are none of it.
        """
        if self is FileEncoding.UTF_8:
            return content.decode("utf-8-sig")
        text = content.decode(self.value)
        return text.translate(_WIDE) if self is FileEncoding.SHIFT_JIS_2004 else text


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is refused: `row` counts from 1, `column` is empty for the row or file as a whole."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileHousehold:
    """A household of a file and the row of its head."""

    entry: HouseholdEntry
    row: int


@dataclass(frozen=True, slots=True)
class ResidentFile:
    """What a file says; with any fault nothing of it may be stored."""

    households: tuple[FileHousehold, ...]
    faults: tuple[Fault, ...]
    rows: int


class _Row:
    """One row, collecting its faults."""

    def __init__(self, row: int, cells: Sequence[str], faults: list[Fault]) -> None:
        self.row = row
        self.cells = dict(zip(COLUMNS, cells, strict=True))
        self._faults = faults

    def text(self, column: str, *, longest: int = LONGEST_TEXT, needed: bool = False) -> str:
        text = self.cells[column]
        if needed and not text.strip():
            self.fault(column, "missing")
        elif len(text) > longest:
            self.fault(column, "too-long")
        elif not (text.isascii() and text.isprintable()) and not is_one_line(text):
            self.fault(column, "control-character")
        elif column in READINGS and not is_reading(text):
            self.fault(column, "malformed-person-name")
        elif text != text.strip():
            self.fault(column, "surrounding-space")
        return text

    def parsed(self, column: str, read: Callable[[str], Parsed]) -> Parsed | None:
        text = self.text(column, needed=True)
        if not text.strip():
            return None
        try:
            return read(text)
        except Malformed as error:
            self.fault(column, error.code)
        except (ValueError, KeyError):
            self.fault(column, "unknown-value")
        return None

    def fault(self, column: str, reason: str) -> None:
        self._faults.append(Fault(self.row, column, reason))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_date(text)


def _sex(text: str) -> Sex:
    return _SEXES[text]


def _name(row: _Row) -> PersonName | None:
    parts = {column: row.text(column) for column in ("family", "given", "family_kana", "given_kana")}
    try:
        return PersonName(**parts)
    except Malformed as error:
        row.fault(str(error.fields.get("part", "family")), error.code)
    return None


def _residence(row: _Row, nationality: str, since: date | None, today: date) -> ResidenceStatus | None:
    """Read the items of a foreign resident (住基法30条の45); a Japanese has none of them."""
    if nationality == JAPANESE:
        for column in _RESIDENCE:
            if row.cells[column]:
                row.fault(column, "not-for-a-japanese")
        return None
    category = row.parsed("residence_category", ResidenceCategory)
    status = row.text("residence_status")
    until = row.parsed("stay_until", _day) if row.cells["stay_until"] else None
    card = (
        row.parsed("residence_card_number", ResidenceCardNumber.parse) if row.cells["residence_card_number"] else None
    )
    if category is None or since is None:
        return None
    found = ResidenceStatus(nationality, category, status, since, until, card, row.text("stay_period"))
    _check_residence(row, found, today)
    return found


def _check_residence(row: _Row, found: ResidenceStatus, today: date) -> None:
    """Refuse what no record can state; a stay that ended is no fault, since the record stays until it is removed."""
    if not is_nationality(found.nationality):
        return  # which is a fault of that column already
    if found.resident_since < REGISTERED_FROM:
        row.fault("resident_since", "before-2012-07-09")
    try:
        require_registrable(found, min(today, found.stay_until or today))
    except ResidenceItemsIncomplete as error:
        column = _RESIDENCE_COLUMNS[str(error.fields["item"])]
        if not row.cells[column]:  # what cannot be read has its fault already
            row.fault(column, "missing")
    except NotRegistrable as error:
        row.fault("residence_status", str(error.fields["rule"]))


@dataclass(frozen=True, slots=True)
class _Line:
    """One row as read: what belongs to the household, and the member when the row is sound."""

    row: int
    household: str
    address: str
    since: date | None
    relationship: Position | None
    member: MemberEntry | None


def _line(row: _Row, today: date) -> _Line:
    household = row.text("household", longest=LONGEST_HOUSEHOLD, needed=True)
    relationship = row.parsed("relationship", parse_position)
    name, born = _name(row), row.parsed("birth_date", _day)
    sex, since = row.parsed("sex", _sex), row.parsed("resident_since", _day)
    address, previous = row.text("address", needed=True), row.text("previous_address")
    nationality = row.text("nationality") or JAPANESE
    if len(nationality) != _COUNTRY_LETTERS or not (nationality.isascii() and nationality.isupper()):
        row.fault("nationality", "not-two-capital-letters")
    elif not is_nationality(nationality):
        row.fault("nationality", "unknown-value")
    domicile, family_head = _family_register(row, japanese=nationality == JAPANESE)
    _check_other_names(row, japanese=nationality == JAPANESE)
    for column, day in (("birth_date", born), ("resident_since", since)):
        if day is not None and day > today:
            row.fault(column, "in-the-future")
    if born is not None and since is not None and since < born:
        row.fault("resident_since", "before-birth")
    residence = _residence(row, nationality, since, today)
    member = None
    if name is not None and born is not None and sex is not None and relationship is not None:
        member = MemberEntry(
            name,
            born,
            sex,
            relationship,
            previous,
            since,
            nationality,
            residence,
            domicile,
            family_head,
            row.text("alias"),
            row.text("alias_kana"),
            row.text("former_name"),
            row.text("former_name_kana"),
        )
    return _Line(row.row, household, address, since, relationship, member)


def _family_register(row: _Row, *, japanese: bool) -> tuple[str, str]:
    """Read 本籍 and 筆頭者: both, or neither for somebody without a family register; none of a foreign resident."""
    texts = {column: row.text(column) for column in _FAMILY_REGISTER}
    for column, text in texts.items():
        if text and not japanese:
            row.fault(column, "not-for-a-foreign-resident")
        elif not text and any(texts.values()) and japanese:
            row.fault(column, "missing")
    return texts["registered_domicile"], texts["head_of_family_register"]


def _check_other_names(row: _Row, *, japanese: bool) -> None:
    """A foreign resident may have an alias, a Japanese a former family name (施行令30条の13, 30条の16)."""
    for name, reason in (("alias", "not-for-a-japanese"), ("former_name", "not-for-a-foreign-resident")):
        allowed = japanese is (name == "former_name")
        if not allowed and (row.cells[name] or row.cells[f"{name}_kana"]):
            row.fault(name, reason)
        elif row.cells[f"{name}_kana"] and not row.cells[name]:
            row.fault(name, "missing")


def _lines(text: str, today: date, faults: list[Fault]) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    header: tuple[str, ...] = COLUMNS
    try:
        for row, cells in enumerate(reader, start=1):
            if row == 1:
                header = tuple(cells)
                if header not in {COLUMNS, (*COLUMNS, *MARKS)}:
                    faults.append(Fault(1, "", "not-the-header"))
                    return
            elif len(cells) != len(header):
                faults.append(Fault(row, "", "not-the-number-of-columns"))
            else:
                line = _Row(row, cells[: len(COLUMNS)], faults)
                _check_marks(line, cells[len(COLUMNS) :])
                yield _line(line, today)
    except csv.Error:
        faults.append(Fault(row + 1, "", "not-comma-separated"))
        return
    if row < _FIRST_ROW:
        faults.append(Fault(row + 1, "", "no-residents"))


def _check_marks(row: _Row, marks: Sequence[str]) -> None:
    """Refuse every text with a substitute character: it is not what a register says, and never silently changed."""
    for column, digits in zip(TEXT_COLUMNS, marks, strict=bool(marks)):
        if len(digits) != len(row.cells[column]) or digits.strip("01"):
            row.fault(column, "marks-do-not-fit")
        elif "1" in digits:
            row.fault(column, "substitute-character")


def _household(lines: Sequence[_Line], faults: list[Fault]) -> FileHousehold | None:
    """Join the rows of one household; a fault of the household stands at the row that breaks it."""
    first = lines[0]
    if first.relationship not in {None, Relationship.HEAD}:
        faults.append(Fault(first.row, "relationship", "first-is-not-the-head"))
    for place, line in enumerate(lines):
        if place and line.relationship is Relationship.HEAD:
            faults.append(Fault(line.row, "relationship", "second-head"))
        if line.address != first.address:
            faults.append(Fault(line.row, "address", "not-the-address-of-the-household"))
    members = tuple(line.member for line in lines if line.member is not None)
    if len(members) < len(lines) or first.since is None:
        return None
    entry = HouseholdEntry(first.household, first.address, first.since, "", members)
    return FileHousehold(entry, first.row)


def _stands_twice(line: _Line, seen: dict[tuple[str, date], list[str]]) -> bool:
    """Whether a sound row is about somebody who stood at this address before, however name and address are typed."""
    if line.member is None:
        return False
    person = (normalise_for_comparison(line.member.name.full), line.member.birth_date)
    elsewhere = seen.setdefault(person, [])
    elsewhere.append(line.address)
    return len(elsewhere) > 1 and normalise_address(line.address) in map(normalise_address, elsewhere[:-1])


def read_resident_file(content: bytes, today: date, encoding: FileEncoding = FileEncoding.UTF_8) -> ResidentFile:
    """Read a file and find every fault of it; `today` bounds the dates."""
    faults: list[Fault] = []
    if content.startswith(_PACKAGE):
        return ResidentFile((), (Fault(1, "", "is-a-package"),), 0)
    try:
        text = encoding.decode_text(content)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return ResidentFile(
            (), (Fault(row, "", "not-utf-8" if encoding is FileEncoding.UTF_8 else "not-this-encoding"),), 0
        )
    grouped: dict[str, list[_Line]] = {}
    seen: dict[tuple[str, date], list[str]] = {}
    last, rows = "", 0
    for line in _lines(text, today, faults):
        rows += 1
        if _stands_twice(line, seen):
            faults.append(Fault(line.row, "", "same-person-twice"))
        if line.household in grouped and line.household != last:
            faults.append(Fault(line.row, "household", "household-not-together"))
        grouped.setdefault(line.household, []).append(line)
        last = line.household
    found = [_household(lines, faults) for lines in grouped.values()]
    ordered = tuple(sorted(faults, key=lambda one: (one.row, COLUMNS.index(one.column) if one.column else -1)))
    return ResidentFile(tuple(one for one in found if one is not None), ordered, rows)


def row_of(record: ResidentRecord) -> tuple[str, ...]:
    """Return a record in the columns that `read_resident_file` reads."""
    stay = record.details.residence
    return (
        record.household,
        record.relationship.value,
        record.name.family,
        record.name.given,
        record.name.family_kana,
        record.name.given_kana,
        record.birth_date.isoformat(),
        str(int(record.sex)),
        record.address,
        record.registered_domicile,
        record.head_of_family_register,
        record.resident_since.isoformat(),
        record.previous_address,
        record.nationality,
        stay.category.value if stay else "",
        stay.status if stay else "",
        stay.stay_until.isoformat() if stay and stay.stay_until else "",
        stay.card_number.value if stay and stay.card_number else "",
        stay.period if stay else "",
        record.details.alias,
        record.details.alias_kana,
        record.details.former_name,
        record.details.former_name_kana,
    )


def rows_as_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as comma-separated values."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()

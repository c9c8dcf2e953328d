"""Codec of inquiry and outcome files in the record shape that municipal systems exchange; import it, it needs nothing.

    records = read_inquiries(octets)            # 18 columns, CRLF, at most 10,000 records
    octets = write_inquiries(records)
    octets = write_outcomes(outcomes)           # 8 columns
    outcomes = read_outcomes(octets)
    records, faults = examine_inquiries(octets) # all faults instead of the first

The columns of an inquiry and their widths are those of a file that a city published in 2024. Institutions, affairs,
procedures and kinds are named by this system's own names, because the official code tables are not public; a system
with official codes translates them first. Outcome columns are this system's own. Errors name line and column, never a
value, since a value may be about a person.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from mizuhiki.crypto.digests import sha256
from mizuhiki.vocabulary.errors import Malformed

MOST_RECORDS = 10_000
ENCODING = "utf-8"
_NAME = "P640R110_{:%Y%m%d%H%M%S}_0001.DAT"
_ADDRESSEE_DIGITS = 15
_DAY_FORM = "%Y%m%d"
_DAY_DIGITS = 8
_TIME_DIGITS = 17
_LONGEST = 96
_WIDEST_OWN = 20
_ID_BYTES = 16


class ExchangeFileMalformed(Malformed):
    """A file that does not have the record shape. Fields `line` (from 1), `column`, `reason`."""

    code = "exchange-file-malformed"
    title = "The file does not have the record shape"


class StreamHasOtherLines(ExchangeFileMalformed):
    """A file that does not begin with the lines that its stream has; nothing of it is handed in or told."""

    code = "stream-has-other-lines"
    title = "The file does not begin with the lines that the stream has: change none of them, add new ones at the end"


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryRecord:
    """One line of an inquiry file, columns in the order of the file.

    `condition` is 0 without a period, 1 with one; `year_kind` 1 means that `start` holds the fiscal year.
    The principals stay empty: entrusted work is asked by the principal's own server, nobody asks in another's name.
    """

    number_system: str = "01"
    """番号体系"""
    local_number: str
    """宛名番号, 15 digits"""
    addressee_number: str
    """統合宛名番号, 15 digits"""
    requested_at: str
    """照会依頼日時, YYYYMMDDhhmmss and milliseconds"""
    department: str
    """情報照会者部署コード"""
    user: str
    """情報照会者ユーザーID"""
    inquirer: str
    """情報照会者機関コード"""
    hidden_here: str = "0"
    """照会側不開示コード: 1 marks the asking body's own record as not to be disclosed"""
    affair: str
    """事務コード"""
    procedure: str
    """事務手続コード"""
    inquirer_principal: str = ""
    """委任元 照会者機関コード"""
    provider_principal: str = ""
    """委任元 提供者機関コード"""
    provider: str
    """情報提供者機関コード"""
    kind: str
    """特定個人情報名コード"""
    condition: str = "0"
    """照会条件区分"""
    year_kind: str = "0"
    """照会年度区分"""
    start: str = ""
    """照会開始日付, YYYYMMDD; the fiscal year where `year_kind` is 1"""
    end: str = ""
    """照会終了日付, YYYYMMDD"""

    @property
    def case_reference(self) -> str:
        """Which case of the asking body this is about; only its hash leaves that body."""
        return f"{self.department}/{self.user}/{self.local_number}"

    @property
    def not_disclosed(self) -> bool:
        """Whether the asking body's own record of it is not to be disclosed (番号法23条2項)."""
        return self.hidden_here == "1"

    @property
    def fiscal_year(self) -> int:
        """The fiscal year asked for; 0 for none."""
        return int(self.start[:4]) if self.year_kind == "1" else 0

    @property
    def period(self) -> tuple[date | None, date | None]:
        """First and last day asked for."""
        if self.condition != "1":
            return None, None
        return _day(self.start), _day(self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRecord:
    """One line of an outcome file: the line of the inquiry file it answers, and what became of it."""

    line: str
    addressee_number: str
    exchange_number: str
    outcome: str
    statute: str
    refused_by: str
    receipt: str
    information: str
    """Kinds with layouts and items as JSON; empty unless provided."""


def file_name(at: datetime) -> str:
    """Return the name of a file handed in at this time; no person is in it."""
    return _NAME.format(at)


def write_inquiries(records: Iterable[InquiryRecord]) -> bytes:
    """Return a file.

    Raises:
        ExchangeFileMalformed: too many records, or one that `read_inquiries` would refuse.
    """
    rows = list(records)
    _require_count(len(rows))
    for line, record in enumerate(rows, start=1):
        _check(line, record)
    return _write(_cells(record) for record in rows)


def read_inquiries(content: bytes, inquirer: str = "") -> list[InquiryRecord]:
    """Return the records of a file in its order; where `inquirer` is given, every record has to be of that body.

    Raises:
        ExchangeFileMalformed: not UTF-8, no or too many records, a wrong number of columns, a column of wrong form, or
            another body's record.
    """
    found, faults = examine_inquiries(content, inquirer)
    if faults:
        raise faults[0]
    return found


def examine_inquiries(content: bytes, inquirer: str = "") -> tuple[list[InquiryRecord], list[ExchangeFileMalformed]]:
    """Return the records that have the shape, and all that is wrong with the others, in the order of the lines."""
    names = [field.name for field in fields(InquiryRecord)]
    found: list[InquiryRecord] = []
    faults: list[ExchangeFileMalformed] = []
    try:
        rows = _table(content)
    except ExchangeFileMalformed as error:
        return [], [error]
    for line, row in enumerate(rows, start=1):
        if len(row) != len(names):
            faults.append(ExchangeFileMalformed(line=line, reason="columns"))
            continue
        record = InquiryRecord(**dict(zip(names, row, strict=True)))
        wrong = list(_faults(line, record))
        if inquirer and record.inquirer != inquirer:
            wrong.append(ExchangeFileMalformed(line=line, column="inquirer", reason="another"))
        faults += wrong
        found += [] if wrong else [record]
    return found, faults


def file_id_of(content: bytes) -> str:
    """Return the identifier of a file: the same content is the same file, however often it is handed in."""
    return sha256(content)[:_ID_BYTES].hex()


def write_outcomes(records: Iterable[OutcomeRecord]) -> bytes:
    """Return an outcome file."""
    return _write(_cells(record) for record in records)


def read_outcomes(content: bytes) -> list[OutcomeRecord]:
    """Return the records of an outcome file; errors as in `read_inquiries`."""
    names = [field.name for field in fields(OutcomeRecord)]
    return [OutcomeRecord(**dict(zip(names, row, strict=True))) for row in _rows(content, len(names))]


def _cells(record: InquiryRecord | OutcomeRecord) -> list[str]:
    return [getattr(record, field.name) for field in fields(record)]


def _write(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode(ENCODING)


def _rows(content: bytes, columns: int) -> list[list[str]]:
    rows = _table(content)
    for line, row in enumerate(rows, start=1):
        if len(row) != columns:
            raise ExchangeFileMalformed(line=line, reason="columns")
    return rows


def _table(content: bytes) -> list[list[str]]:
    try:
        text = content.decode(ENCODING)
    except UnicodeDecodeError as error:
        raise ExchangeFileMalformed(line=content[: error.start].count(b"\n") + 1, reason="encoding") from error
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ExchangeFileMalformed(line=0, reason="quoting") from error
    _require_count(len(rows))
    return rows


def _require_count(count: int) -> None:
    if not 0 < count <= MOST_RECORDS:
        raise ExchangeFileMalformed(line=count, reason="records")


def _check(line: int, record: InquiryRecord) -> None:
    for fault in _faults(line, record):
        raise fault


def _faults(line: int, record: InquiryRecord) -> Iterator[ExchangeFileMalformed]:
    """Yield what is wrong with a record, column by column; never a value."""
    yield from _own_faults(line, record)
    for column in ("hidden_here", "condition", "year_kind"):
        if getattr(record, column) not in {"0", "1"}:
            yield ExchangeFileMalformed(line=line, column=column, reason="code")
    for column in ("inquirer", "affair", "procedure", "provider", "kind"):
        if not 0 < len(getattr(record, column)) <= _LONGEST:
            yield ExchangeFileMalformed(line=line, column=column, reason="missing")
    for column in ("inquirer_principal", "provider_principal"):
        if getattr(record, column):
            yield ExchangeFileMalformed(line=line, column=column, reason="entrusted")
    yield from _period_faults(line, record)


def _own_faults(line: int, record: InquiryRecord) -> Iterator[ExchangeFileMalformed]:
    """Yield what is wrong with the columns that the asking body fills for itself."""
    for column, length in (
        ("number_system", 2),
        ("local_number", _ADDRESSEE_DIGITS),
        ("addressee_number", _ADDRESSEE_DIGITS),
    ):
        if not _is_digits(getattr(record, column), length):
            yield ExchangeFileMalformed(line=line, column=column, reason="digits")
    if not _is_instant(record.requested_at):
        yield ExchangeFileMalformed(line=line, column="requested_at", reason="instant")
    for column in ("department", "user"):
        if len(getattr(record, column)) > _WIDEST_OWN:
            yield ExchangeFileMalformed(line=line, column=column, reason="too-long")


def _period_faults(line: int, record: InquiryRecord) -> Iterator[ExchangeFileMalformed]:
    if record.year_kind == "1":
        if record.condition == "1":
            yield ExchangeFileMalformed(line=line, column="year_kind", reason="unexpected")
        if not record.start or not _is_day(record.start):
            yield ExchangeFileMalformed(line=line, column="start", reason="date")
        if record.end and not _is_day(record.end):
            yield ExchangeFileMalformed(line=line, column="end", reason="date")
    elif record.condition == "1":
        wrong = [column for column in ("start", "end") if not _is_day(getattr(record, column))]
        for column in wrong:
            yield ExchangeFileMalformed(line=line, column=column, reason="date")
        if not wrong and not (record.start or record.end):
            yield ExchangeFileMalformed(line=line, column="start", reason="no-period")
        if not wrong and record.start and record.end and record.start > record.end:
            yield ExchangeFileMalformed(line=line, column="end", reason="reversed")
    elif record.start or record.end:
        yield ExchangeFileMalformed(line=line, column="start", reason="unexpected")


def _is_digits(value: str, length: int) -> bool:
    return len(value) == length and value.isascii() and value.isdigit()


def _is_instant(text: str) -> bool:
    if not _is_digits(text, _TIME_DIGITS):
        return False
    hour, minute, second = int(text[8:10]), int(text[10:12]), int(text[12:14])
    return _is_day(text[:_DAY_DIGITS]) and hour < 24 and minute < 60 and second < 60  # noqa: PLR2004 - of a clock


def _is_day(text: str) -> bool:
    try:
        _day(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> date | None:
    """Return a day, None for an open end."""
    if not text:
        return None
    if len(text) != _DAY_DIGITS or not (text.isascii() and text.isdigit()):
        raise ValueError(_DAY_FORM)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))

"""The published forms: 30 columns as CSV or XML (法人番号公表サイト リソース定義書 第4版).

CSV lines end with CR LF. Shift_JIS here is cp932, as the published files use; a character it lacks becomes ？, and the
Unicode form keeps it.
"""

from __future__ import annotations

import csv
import enum
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from mizuhiki.institutions.tax_agency.domain.codes import Process
from mizuhiki.institutions.tax_agency.domain.corporations import PublishedLine

COLUMNS = (
    "sequenceNumber", "corporateNumber", "process", "correct", "updateDate", "changeDate", "name", "nameImageId",
    "kind", "prefectureName", "cityName", "streetNumber", "addressImageId", "prefectureCode", "cityCode", "postCode",
    "addressOutside", "addressOutsideImageId", "closeDate", "closeCause", "successorCorporateNumber", "changeCause",
    "assignmentDate", "latest", "enName", "enPrefectureName", "enCityName", "enAddressOutside", "furigana", "hihyoji",
)  # fmt: skip


class Form(enum.StrEnum):
    """The forms of an answer or file; the codes are those of the Web-API's `type`."""

    CSV_SHIFT_JIS = "01"
    CSV_UNICODE = "02"
    XML_UNICODE = "12"

    @property
    def extension(self) -> str:
        """Ending of the name of a file in this form."""
        return "xml" if self is Form.XML_UNICODE else "csv"

    @property
    def content_type(self) -> str:
        """Media type with its character set."""
        if self is Form.XML_UNICODE:
            return "application/xml; charset=UTF-8"
        return f"text/csv; charset={'Shift_JIS' if self is Form.CSV_SHIFT_JIS else 'UTF-8'}"


_SHIFT_JIS = "cp932"
_REPLACEMENT = "？"
_WAVE = str.maketrans({"\u301c": "\uff5e", "\u2212": "\uff0d", "\u2016": "\u2225", "\u2014": "\u2015"})
"""Characters that JIS tables and cp932 name by different code points; cp932 has the right-hand ones."""


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def columns_of(line: PublishedLine, sequence: int) -> tuple[str, ...]:
    """Return the 30 values of a line; `sequence` counts within the answer or file."""
    entry, profile = line.entry, line.entry.profile
    if entry.process is Process.DELETED:
        # A deleted record is named by its number and nothing else.
        days = (_day(entry.update_date), _day(entry.change_date))
        blank = ("",) * (len(COLUMNS) - 6)
        return (str(sequence), entry.number, entry.process.value, "1" if entry.correct else "0", *days, *blank)
    code = profile.municipality_code
    return (
        str(sequence),
        entry.number,
        entry.process.value,
        "1" if entry.correct else "0",
        _day(entry.update_date),
        _day(entry.change_date),
        profile.name,
        "",
        profile.kind,
        profile.prefecture_name,
        profile.city_name,
        profile.street,
        "",
        code[:2],
        code[2:5],
        profile.post_code,
        profile.address_outside,
        "",
        _day(entry.close_date),
        "" if entry.close_cause is None else entry.close_cause.value,
        entry.successor,
        entry.change_cause,
        _day(entry.assignment_date),
        "1" if line.latest else "0",
        profile.en_name,
        profile.en_prefecture_name,
        profile.en_city_name,
        profile.en_address_outside,
        profile.furigana,
        "0" if profile.searchable else "1",
    )


def csv_text(lines: Iterable[Sequence[str]]) -> str:
    """Return CSV (RFC 4180); a value is quoted where it must be."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow(line)
    return out.getvalue()


def encode_shift_jis(text: str) -> bytes:
    """Return text in cp932; a character it lacks becomes a full-width question mark."""
    plain = text.translate(_WAVE)
    try:
        return plain.encode(_SHIFT_JIS)
    except UnicodeEncodeError:
        return "".join(one if _has(one) else _REPLACEMENT for one in plain).encode(_SHIFT_JIS)


def _has(character: str) -> bool:
    try:
        character.encode(_SHIFT_JIS)
    except UnicodeEncodeError:
        return False
    return True


def xml_document(header: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> bytes:
    """Return the XML of an answer or file: header elements, then one `corporation` a row."""
    root = Element("corporations")
    for name, value in header:
        SubElement(root, name).text = value
    for row in rows:
        one = SubElement(root, "corporation")
        for name, value in zip(COLUMNS, row, strict=True):
            SubElement(one, name).text = value
    document: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return document


def file_content(form: Form, lines: Iterable[PublishedLine]) -> tuple[bytes, int]:
    """Return a file for download, without the header of an answer, and how many lines it has."""
    rows = [columns_of(line, sequence) for sequence, line in enumerate(lines, start=1)]
    if form is Form.XML_UNICODE:
        return xml_document((), rows), len(rows)
    text = csv_text(rows)
    return (encode_shift_jis(text) if form is Form.CSV_SHIFT_JIS else text.encode()), len(rows)


def pack(name: str, content: bytes, day: date) -> bytes:
    """Return a ZIP archive with one file in it; the same content gives the same octets."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, content)
    return out.getvalue()

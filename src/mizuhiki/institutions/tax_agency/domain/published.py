"""The published forms: 30 columns as CSV or XML (法人番号公表サイト リソース定義書 第4版).

CSV lines end with CR LF. Shift_JIS here is cp932, as the published files use; a character it lacks becomes ？, and the
Unicode form keeps it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from mizuhiki.institutions.tax_agency.domain.corporations import PublishedLine

COLUMNS = (
    "sequenceNumber", "corporateNumber", "process", "correct", "updateDate", "changeDate", "name", "nameImageId",
    "kind", "prefectureName", "cityName", "streetNumber", "addressImageId", "prefectureCode", "cityCode", "postCode",
    "addressOutside", "addressOutsideImageId", "closeDate", "closeCause", "successorCorporateNumber", "changeCause",
    "assignmentDate", "latest", "enName", "enPrefectureName", "enCityName", "enAddressOutside", "furigana", "hihyoji",
)  # fmt: skip
_SHIFT_JIS = "cp932"
_REPLACEMENT = "？"
_WAVE = str.maketrans({"\u301c": "\uff5e", "\u2212": "\uff0d", "\u2016": "\u2225", "\u2014": "\u2015"})
"""Characters that JIS tables and cp932 name by different code points; cp932 has the right-hand ones."""


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def columns_of(line: PublishedLine, sequence: int) -> tuple[str, ...]:
    """Return the 30 values of a line; `sequence` counts within the answer or file."""
    entry, profile = line.entry, line.entry.profile
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
    return tostring(root, encoding="UTF-8", xml_declaration=True, short_empty_elements=True)

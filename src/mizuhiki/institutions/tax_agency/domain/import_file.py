"""The file staff takes corporations from: CSV in UTF-8 with a header row; one wrong row refuses it all."""

from __future__ import annotations

import csv
import io
from datetime import date

from mizuhiki.institutions.tax_agency.domain.base_numbers import parse_registration_number
from mizuhiki.institutions.tax_agency.domain.corporations import NewCorporation, Profile, require_new
from mizuhiki.institutions.tax_agency.domain.errors import ImportRefused
from mizuhiki.vocabulary.errors import MizuhikiError

COLUMNS = (
    "registrationNumber", "kind", "name", "furigana", "municipalityCode", "streetNumber", "postCode", "addressOutside",
    "enName", "enStreet", "enAddressOutside", "since", "association", "consent",
)  # fmt: skip
MOST_ROWS = 10_000
_FIELDS = {
    "registration_number": "registrationNumber", "municipality_code": "municipalityCode", "street": "streetNumber",
    "post_code": "postCode", "address_outside": "addressOutside", "en_name": "enName", "en_street": "enStreet",
    "en_address_outside": "enAddressOutside",
}  # fmt: skip


def read_import(content: bytes, today: date) -> list[NewCorporation]:
    """Return every corporation of the file.

    Raises:
        ImportRefused: with `row` (1 is the first row below the header, 0 the header or file) and `field`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(0, "file", "not-utf-8") from error
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _refusal(0, "file", "not-csv") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise _refusal(0, "header", "columns-differ")
    if len(rows) == 1:
        raise _refusal(0, "file", "no-rows")
    if len(rows) - 1 > MOST_ROWS:
        raise _refusal(0, "file", "too-many-rows")
    taken: list[NewCorporation] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], start=1):
        new = _read_row(row, number, today)
        key = new.registration_number
        if key and key in seen:
            raise _refusal(number, "registrationNumber", "twice-in-file")
        seen[key] = number
        taken.append(new)
    return taken


def _refusal(row: int, field: str, reason: str) -> ImportRefused:
    return ImportRefused(f"row {row}, {field}: {reason}", row=row, field=field, reason=reason)


def _read_row(row: list[str], number: int, today: date) -> NewCorporation:
    if len(row) != len(COLUMNS):
        raise _refusal(number, "row", "columns-differ")
    values = {name: value.strip() for name, value in zip(COLUMNS, row, strict=True)}
    for flag in ("association", "consent"):
        if values[flag] not in {"0", "1"}:
            raise _refusal(number, flag, "zero-or-one")
    try:
        since = date.fromisoformat(values["since"])
    except ValueError as error:
        raise _refusal(number, "since", "not-a-day") from error
    try:
        registration = values["registrationNumber"]
        new = NewCorporation(
            profile=Profile(
                name=values["name"],
                kind=values["kind"],
                municipality_code=values["municipalityCode"],
                street=values["streetNumber"],
                post_code=values["postCode"],
                address_outside=values["addressOutside"],
                furigana=values["furigana"],
                en_name=values["enName"],
                en_street=values["enStreet"],
                en_address_outside=values["enAddressOutside"],
            ),
            since=since,
            registration_number=parse_registration_number(registration) if registration else "",
            association=values["association"] == "1",
            consent=values["consent"] == "1",
        )
        return require_new(new, today)
    except MizuhikiError as error:
        field = str(error.fields.get("field", "row"))
        raise _refusal(number, _FIELDS.get(field, field), str(error.fields.get("reason", error.code))) from error

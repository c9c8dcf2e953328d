"""Resident records as rows and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Row

from mizuhiki.institutions.municipality.domain.events.items import details_items, details_of
from mizuhiki.institutions.municipality.domain.moves import Move
from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, TEXT_COLUMNS, row_of
from mizuhiki.institutions.municipality.domain.residents import (
    JournalLine,
    NumberingStage,
    RecordEvent,
    RecordState,
    ResidentRecord,
    ResidentSummary,
)
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.tables import RESIDENTS
from mizuhiki.vocabulary.names import PersonName, joined, normalise_for_comparison
from mizuhiki.vocabulary.names.repertoires import rare_characters
from mizuhiki.vocabulary.persons import ChangeReason, Sex, parse_position


def resident_row(record: ResidentRecord, cipher: Cipher, address_key: str) -> dict[str, Any]:
    """Return the columns of a record; `address_key` is its normalised address, the same for a household."""
    name, code_index = record.name, cipher.code_index(record.code)
    number_index = None if record.number is None else cipher.number_index(record.number)
    return {
        "resident": record.resident,
        "household": record.household,
        "family": name.family,
        "given": name.given,
        "family_kana": name.family_kana,
        "given_kana": name.given_kana,
        "name_key": normalise_for_comparison(name.full),
        "kana_key": normalise_for_comparison(name.full_kana),
        "birth_date": record.birth_date,
        "sex": int(record.sex),
        "address": record.address,
        "address_key": address_key,
        "relationship": record.relationship.value,
        "registered_domicile": record.registered_domicile,
        "head_of_family_register": record.head_of_family_register,
        "resident_since": record.resident_since,
        "address_since": record.address_since,
        "previous_address": record.previous_address,
        "reported_on": record.reported_on,
        "nationality": record.nationality,
        "code_index": code_index,
        "live_code_index": code_index,
        "code_encrypted": cipher.encrypt_code(record.code, RESIDENTS.name, record.resident),
        "number_index": number_index,
        "live_number_index": number_index,
        "number_encrypted": None
        if record.number is None
        else cipher.encrypt_number(record.number, RESIDENTS.name, record.resident),
        "generated_encrypted": None,
        "stage": record.stage.value,
        "state": record.state.value,
        "removed_on": record.removed_on,
        "removal_reason": None if record.removal_reason is None else record.removal_reason.value,
        "protected": record.protected,
        "alias_key": normalise_for_comparison(record.details.alias),
        "details": details_items(record.details),
        "rare": rare_of(record),
    }


def written_texts(record: ResidentRecord) -> dict[str, str]:
    """Return the written items of a record by column of the file of residents."""
    return dict(pair for pair in zip(COLUMNS, row_of(record), strict=True) if pair[0] in TEXT_COLUMNS)


def rare_of(record: ResidentRecord) -> str:
    """Return the characters that some receiving system lacks, in order, with a space between them."""
    texts = written_texts(record).values()
    if not rare_characters("".join(texts)):
        return ""
    return " ".join(sorted(frozenset[str]().union(*map(rare_characters, texts))))


def resident_of(row: Row[Any], cipher: Cipher) -> ResidentRecord:
    """Return the record of a row."""
    number = row.number_encrypted
    return ResidentRecord(
        resident=row.resident,
        household=row.household,
        name=PersonName(row.family, row.given, row.family_kana, row.given_kana),
        birth_date=row.birth_date,
        sex=Sex(row.sex),
        address=row.address,
        relationship=parse_position(row.relationship),
        registered_domicile=row.registered_domicile,
        head_of_family_register=row.head_of_family_register,
        resident_since=row.resident_since,
        address_since=row.address_since,
        previous_address=row.previous_address,
        reported_on=row.reported_on,
        nationality=row.nationality,
        code=cipher.decrypt_code(row.code_encrypted, RESIDENTS.name, row.resident),
        number=None if number is None else cipher.decrypt_number(number, RESIDENTS.name, row.resident),
        stage=NumberingStage(row.stage),
        state=RecordState(row.state),
        removed_on=row.removed_on,
        removal_reason=None if row.removal_reason is None else ChangeReason(row.removal_reason),
        protected=row.protected,
        details=details_of(row.details),
    )


RESIDENT_COLUMNS = tuple(RESIDENTS.c.keys())
"""What `resident_of` reads."""
_R = RESIDENTS.c
SUMMARY_COLUMNS: tuple[Column[Any], ...] = (
    _R.resident,
    _R.household,
    _R.family,
    _R.given,
    _R.family_kana,
    _R.given_kana,
    _R.birth_date,
    _R.sex,
    _R.address,
    _R.relationship,
    _R.state,
    _R.stage,
)
"""What `summary_of_row` reads."""


def summary_of_row(row: Row[Any]) -> ResidentSummary:
    """Return the line for lists of a row of `SUMMARY_COLUMNS`."""
    return ResidentSummary(
        resident=row.resident,
        household=row.household,
        name=joined(row.family, row.given),
        name_kana=joined(row.family_kana, row.given_kana),
        birth_date=row.birth_date,
        sex=Sex(row.sex),
        address=row.address,
        relationship=parse_position(row.relationship),
        state=RecordState(row.state),
        stage=NumberingStage(row.stage),
    )


def event_of(row: Row[Any]) -> RecordEvent:
    """Return the event of a row."""
    return RecordEvent(
        event_id=row.event_id,
        resident=row.resident,
        reason=ChangeReason(row.reason),
        effective_on=row.effective_on,
        reported_on=row.reported_on,
        entered_at=row.entered_at,
        entered_by=row.entered_by,
        documents=tuple(row.documents),
        note=row.note,
    )


def event_line(row: Row[Any]) -> JournalLine:
    """Return an event as a line of the journal."""
    what = ChangeReason(row.reason).title_ja
    return JournalLine(row.entered_at, what, row.resident, row.entered_by, row.note, row.resident)


def move_of(row: Row[Any]) -> Move:
    """Return the move out of a row."""
    return Move(
        row.reference,
        tuple(row.residents),
        row.planned_on,
        row.planned_address,
        row.received_on,
        row.notifier,
        row.to_municipality,
        row.completed_on,
        row.cancelled_on,
        row.special,
    )

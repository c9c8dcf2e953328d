"""Orders for cards and notices in the open transaction; recipients and destinations stand encrypted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    PrimaryKeyConstraint,
    Row,
    Table,
    func,
    select,
    true,
)

from mizuhiki.institutions.national_register.domain.notices import (
    NoticeOrder,
    PostAddress,
    Sheet,
    SheetState,
    WaitingEnvelope,
)
from mizuhiki.institutions.national_register.domain.records import NumberedPerson
from mizuhiki.institutions.national_register.store.person_cipher import PersonCipher
from mizuhiki.institutions.national_register.store.tables import METADATA
from mizuhiki.runtime.database import Blob, Day, Flag, Text, UtcTime

ENVELOPES = Table(
    "notice_envelopes",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("mailing", Text, nullable=False),
    Column("recipient_encrypted", Blob, nullable=False),
    Column("destination_encrypted", Blob, nullable=False),
    PrimaryKeyConstraint("municipality_code", "mailing"),
)
SHEETS = Table(
    "notice_sheets",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("municipality_code", Text, nullable=False),
    Column("mailing", Text, nullable=False, index=True),
    Column("person", Text, ForeignKey("persons.person"), nullable=False, index=True),
    Column("form", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("under_measure", Flag, nullable=False),
    Column("application_id", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False, index=True),
    Column("ordered_at", UtcTime, nullable=False),
    Column("run", Text, nullable=False, index=True),
    Column("printed_on", Day),
    Column("return_reason", Text, nullable=False),
    Column("return_registered_on", Day),
)
CHUNK = 500


class SqlNotices:
    """Implements `ports.NoticeRecords`."""

    def __init__(
        self, connection: Connection, cipher: PersonCipher, persons: Callable[[Sequence[str]], list[NumberedPerson]]
    ) -> None:
        self._connection = connection
        self._cipher = cipher
        self._persons = persons

    def sheets_of_mailing(self, municipality_code: str, mailing: str) -> list[Sheet]:
        """Return the sheets of an earlier order, none when it is new."""
        query = select(SHEETS).where(SHEETS.c.municipality_code == municipality_code, SHEETS.c.mailing == mailing)
        return [_sheet(row) for row in self._connection.execute(query.order_by(SHEETS.c.number))]

    def sheet(self, number: str) -> Sheet | None:
        """Return the sheet with a card id."""
        row = self._connection.execute(select(SHEETS).where(SHEETS.c.number == number)).one_or_none()
        return None if row is None else _sheet(row)

    def insert_order(self, order: NoticeOrder, sheets: Sequence[Sheet]) -> None:
        """Store an envelope with its sheets."""
        row = f"{order.municipality_code}/{order.mailing}"
        self._connection.execute(
            ENVELOPES.insert().values(
                municipality_code=order.municipality_code,
                mailing=order.mailing,
                recipient_encrypted=self._cipher.encrypt_text(
                    order.recipient.reveal(), ENVELOPES.name, "recipient_encrypted", row
                ),
                destination_encrypted=self._cipher.encrypt_text(
                    order.destination.reveal(), ENVELOPES.name, "destination_encrypted", row
                ),
            )
        )
        self._connection.execute(
            SHEETS.insert(),
            [
                {
                    "number": sheet.number,
                    "municipality_code": sheet.municipality_code,
                    "mailing": sheet.mailing,
                    "person": sheet.person,
                    "form": sheet.form,
                    "cause": sheet.cause,
                    "responsible": sheet.responsible,
                    "under_measure": sheet.under_measure,
                    "application_id": sheet.application_id,
                    "state": sheet.state.value,
                    "ordered_at": sheet.ordered_at,
                    "run": sheet.run,
                    "return_reason": "",
                }
                for sheet in sheets
            ],
        )

    def waiting(self, limit: int) -> list[WaitingEnvelope]:
        """Return envelopes whose sheets all wait to be printed, oldest first."""
        query = select(SHEETS).where(SHEETS.c.state == SheetState.ORDERED.value)
        rows = self._connection.execute(query.order_by(SHEETS.c.ordered_at, SHEETS.c.number))
        grouped: dict[tuple[str, str], list[Sheet]] = {}
        for row in rows:
            key = (row.municipality_code, row.mailing)
            if key not in grouped and len(grouped) == limit:
                continue
            grouped.setdefault(key, []).append(_sheet(row))
        return self._envelopes(grouped)

    def _envelopes(self, grouped: dict[tuple[str, str], list[Sheet]]) -> list[WaitingEnvelope]:
        people = {
            person.person: person
            for person in self._persons([sheet.person for sheets in grouped.values() for sheet in sheets])
        }
        found: list[WaitingEnvelope] = []
        for (code, mailing), sheets in grouped.items():
            row = self._connection.execute(
                select(ENVELOPES).where(ENVELOPES.c.municipality_code == code, ENVELOPES.c.mailing == mailing)
            ).one()
            name = f"{code}/{mailing}"
            found.append(
                WaitingEnvelope(
                    mailing=mailing,
                    municipality_code=code,
                    recipient=PostAddress(
                        self._cipher.decrypt_text(row.recipient_encrypted, ENVELOPES.name, "recipient_encrypted", name)
                    ),
                    destination=PostAddress(
                        self._cipher.decrypt_text(
                            row.destination_encrypted, ENVELOPES.name, "destination_encrypted", name
                        )
                    ),
                    sheets=tuple((sheet, people[sheet.person]) for sheet in sheets),
                )
            )
        return found

    def mark_printed(self, numbers: Sequence[str], run: str, on: date) -> bool:
        """Put sheets into a run; false, with nothing changed, when one of them is not waiting any more."""
        query = select(func.count()).select_from(SHEETS).where(SHEETS.c.state == SheetState.ORDERED.value)
        waiting = sum(
            int(self._connection.execute(query.where(SHEETS.c.number.in_(chunk))).scalar_one())
            for chunk in _chunks(numbers)
        )
        if not numbers or waiting != len(numbers):
            return False
        for chunk in _chunks(numbers):
            self._connection.execute(
                SHEETS.update()
                .where(SHEETS.c.number.in_(chunk))
                .values(state=SheetState.PRINTED.value, run=run, printed_on=on)
            )
        return True

    def run_stands(self, run: str) -> bool:
        """Say whether sheets were put into a run."""
        return self._connection.execute(select(SHEETS.c.number).where(SHEETS.c.run == run).limit(1)).first() is not None

    def mark_returned(self, number: str, reason: str, on: date) -> None:
        """Note a returned registration."""
        self._connection.execute(
            SHEETS.update()
            .where(SHEETS.c.number == number)
            .values(state=SheetState.RETURNED.value, return_reason=reason, return_registered_on=on)
        )

    def returned_before(self, person: str, municipality_code: str) -> bool:
        """Whether a municipality registered the return of a card of this person."""
        query = (
            select(func.count())
            .select_from(SHEETS)
            .where(
                SHEETS.c.person == person,
                SHEETS.c.municipality_code == municipality_code,
                SHEETS.c.state == SheetState.RETURNED.value,
            )
        )
        return bool(self._connection.execute(query).scalar_one())


def ordered_under_measure(connection: Connection, person: str) -> bool:
    """Whether every waiting sheet of a person was ordered knowing the support measure on them."""
    query = select(SHEETS.c.under_measure).where(SHEETS.c.person == person, SHEETS.c.state == SheetState.ORDERED.value)
    flags = list(connection.execute(query).scalars())
    return bool(flags) and all(flags)


def notice_counts(connection: Connection) -> dict[str, int]:
    """Return figures for the operator page."""
    query = select(SHEETS.c.state, func.count()).group_by(SHEETS.c.state)
    counts = {f"notices_{state}": int(count) for state, count in connection.execute(query)}
    measured = select(func.count()).select_from(SHEETS).where(SHEETS.c.under_measure == true())
    return {**counts, "notices_under_measure": int(connection.execute(measured).scalar_one())}


def _chunks(values: Sequence[str]) -> Iterable[list[str]]:
    for start in range(0, len(values), CHUNK):
        yield list(values[start : start + CHUNK])


def _sheet(row: Row[Any]) -> Sheet:
    return Sheet(
        number=row.number,
        mailing=row.mailing,
        municipality_code=row.municipality_code,
        person=row.person,
        form=row.form,
        cause=row.cause,
        responsible=row.responsible,
        under_measure=bool(row.under_measure),
        application_id=row.application_id,
        state=SheetState(row.state),
        ordered_at=row.ordered_at,
        run=row.run,
    )

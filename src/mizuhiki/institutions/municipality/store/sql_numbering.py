"""Numbering and the stock of codes on one open connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from mizuhiki.institutions.municipality.domain.errors import CodeStockEmpty
from mizuhiki.institutions.municipality.domain.residents import (
    NumberingStage,
    NumberingStep,
    RecordState,
    ResidentRecord,
)
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.resident_rows import resident_of
from mizuhiki.institutions.municipality.store.tables import CODE_ORDERS, CODE_STOCK, NOTIFICATIONS, RESIDENTS, STEPS
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.vocabulary.numbers import IndividualNumber, ResidentRecordCode

_OPEN = False
"""Named, since `is_(False)` has no meaning for a flag on PostgreSQL."""


class SqlNumbering:
    """The part of `ports.RegisterRecords` that is about numbering, its notifications and the stock of codes."""

    def __init__(self, connection: Connection, cipher: Cipher) -> None:
        self._connection = connection
        self._cipher = cipher

    def _several(self, query: Any) -> list[ResidentRecord]:  # noqa: ANN401 - a select over the table's columns
        return [resident_of(row, self._cipher) for row in self._connection.execute(query)]

    def set_stage(self, residents: Sequence[str], stage: NumberingStage, at: datetime, actor: str) -> None:
        """Set the stage of records and log the step for each."""
        for chunk in chunks(residents):
            self._connection.execute(
                RESIDENTS.update().where(RESIDENTS.c.resident.in_(chunk)).values(stage=stage.value)
            )
        self.log_stage(residents, stage, at, actor)

    def log_stage(self, residents: Sequence[str], stage: NumberingStage, at: datetime, actor: str) -> None:
        """Log the step for each of records that stand at that stage."""
        steps = [(resident, stage.value, at, actor) for resident in residents]
        insert_rows(self._connection, STEPS, ("resident", "step", "at", "actor"), steps)

    def keep_generated(self, numbers: Mapping[str, IndividualNumber]) -> None:
        """Keep numbers to be designated beside their records."""
        if numbers:
            self._connection.execute(
                RESIDENTS.update()
                .where(RESIDENTS.c.resident == bindparam("token"))
                .values(generated_encrypted=bindparam("stored")),
                [
                    {
                        "token": resident,
                        "stored": self._cipher.encrypt_number(number, RESIDENTS.name, resident, "generated_encrypted"),
                    }
                    for resident, number in numbers.items()
                ],
            )

    def designate(self, residents: Sequence[str]) -> None:
        """Write the kept numbers onto the records."""
        values = []
        for chunk in chunks(residents):
            rows = self._connection.execute(
                select(RESIDENTS.c.resident, RESIDENTS.c.generated_encrypted).where(RESIDENTS.c.resident.in_(chunk))
            )
            for row in rows:
                number = self._cipher.decrypt_number(
                    row.generated_encrypted, RESIDENTS.name, row.resident, "generated_encrypted"
                )
                values.append(
                    {
                        "token": row.resident,
                        "found": self._cipher.number_index(number),
                        "stored": self._cipher.encrypt_number(number, RESIDENTS.name, row.resident),
                    }
                )
        if values:
            self._connection.execute(
                RESIDENTS.update()
                .where(RESIDENTS.c.resident == bindparam("token"))
                .values(
                    number_index=bindparam("found"),
                    live_number_index=bindparam("found"),
                    number_encrypted=bindparam("stored"),
                    generated_encrypted=None,
                ),
                values,
            )

    def steps(self, resident: str) -> list[NumberingStep]:
        """Return the logged steps in order."""
        rows = self._connection.execute(select(STEPS).where(STEPS.c.resident == resident).order_by(STEPS.c.id))
        return [NumberingStep(NumberingStage(row.step), row.at, row.actor) for row in rows]

    def at_stage(self, stages: Sequence[NumberingStage], limit: int) -> list[ResidentRecord]:
        """Return current records at one of the stages."""
        return self._several(
            select(RESIDENTS)
            .where(
                RESIDENTS.c.stage.in_([stage.value for stage in stages]),
                RESIDENTS.c.state != RecordState.REMOVED.value,
            )
            .order_by(RESIDENTS.c.resident)
            .limit(limit)
        )

    def insert_notifications(self, records: Sequence[ResidentRecord], on: date, at: datetime) -> None:
        """Store one notification per record, holding code and number together."""
        self._connection.execute(
            NOTIFICATIONS.insert(),
            [
                {
                    "resident": record.resident,
                    "notified_on": on,
                    "notified_at": at,
                    "code_encrypted": self._cipher.encrypt_code(record.code, NOTIFICATIONS.name, record.resident),
                    "number_encrypted": self._cipher.encrypt_number(record.number, NOTIFICATIONS.name, record.resident),
                }
                for record in records
                if record.number is not None
            ],
        )

    def notified_on(self, resident: str) -> date | None:
        """Return the day of the last notification."""
        query = select(NOTIFICATIONS.c.notified_on).where(NOTIFICATIONS.c.resident == resident)
        return self._connection.execute(query.order_by(NOTIFICATIONS.c.id.desc()).limit(1)).scalar_one_or_none()

    def stocked_codes(self) -> int:
        """Return how many codes are unused."""
        return int(self._connection.execute(select(func.count()).select_from(CODE_STOCK)).scalar_one())

    def stock_codes(self, order_id: str, codes: Sequence[ResidentRecordCode]) -> None:
        """Put an order's codes into the stock and close the order; a closed order adds nothing."""
        closed = self._connection.execute(
            CODE_ORDERS.update()
            .where(CODE_ORDERS.c.order_id == order_id, CODE_ORDERS.c.closed == _OPEN)
            .values(closed=True)
        )
        if not closed.rowcount or not codes:
            return
        indexes = [(self._cipher.code_index(code), code) for code in codes]
        self._connection.execute(
            CODE_STOCK.insert(),
            [
                {
                    "code_index": index,
                    "code_encrypted": self._cipher.encrypt_code(code, CODE_STOCK.name, index.hex()),
                }
                for index, code in indexes
            ],
        )

    def open_order(self) -> tuple[str, int] | None:
        """Return the order of codes that was not answered yet."""
        row = self._connection.execute(select(CODE_ORDERS).where(CODE_ORDERS.c.closed == _OPEN).limit(1)).first()
        return None if row is None else (row.order_id, row.quantity)

    def insert_order(self, order_id: str, count: int) -> None:
        """Remember an order before it is sent."""
        self._connection.execute(CODE_ORDERS.insert().values(order_id=order_id, quantity=count, closed=False))

    def take_codes(self, count: int) -> list[ResidentRecordCode]:
        """Take codes out of the stock, in the order of their keyed index, which says nothing."""
        query = select(CODE_STOCK).order_by(CODE_STOCK.c.code_index).limit(count)
        rows = self._connection.execute(query).all()
        if len(rows) < count:
            raise CodeStockEmpty
        if rows:
            # They are the first of their order, and no other transaction writes: no code lies among them.
            self._connection.execute(CODE_STOCK.delete().where(CODE_STOCK.c.code_index <= rows[-1].code_index))
        return [self._cipher.decrypt_code(row.code_encrypted, CODE_STOCK.name, row.code_index.hex()) for row in rows]

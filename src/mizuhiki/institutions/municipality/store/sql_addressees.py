"""Matching in one body on one open connection."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from mizuhiki.institutions.municipality.domain.addressee_records import (
    AddresseeCase,
    AddresseeChange,
    CaseKind,
    ChangeKind,
    Decision,
    Department,
    DepartmentRecord,
    NonResident,
    RecordKey,
    RecordState,
)
from mizuhiki.institutions.municipality.store.addressee_tables import (
    ADDRESSEE_CASES,
    ADDRESSEE_CHANGES,
    DEPARTMENT_RECORDS,
    NON_RESIDENTS,
)
from mizuhiki.institutions.municipality.store.tables import ADDRESSEES
from mizuhiki.vocabulary.persons import FourItems, Sex


class SqlAddressees:
    """Implements `ports.AddresseeRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def non_resident(self, addressee_number: str) -> NonResident | None:
        """Return a person without a number."""
        query = select(NON_RESIDENTS).where(NON_RESIDENTS.c.addressee_number == addressee_number)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else NonResident(row.addressee_number, _read_items(row), row.merged_into)

    def put_non_resident(self, person: NonResident) -> None:
        """Store a person without a number."""
        values = {"addressee_number": person.addressee_number, "merged_into": person.merged_into}
        self._connection.execute(NON_RESIDENTS.insert().values(**values, **_write_items(person.items)))

    def mark_merged(self, addressee_number: str, into: str) -> None:
        """Note into whom a person without a number was merged; empty takes it back."""
        mine = NON_RESIDENTS.c.addressee_number == addressee_number
        self._connection.execute(NON_RESIDENTS.update().where(mine).values(merged_into=into))

    def born(self, day: date, sex: Sex) -> list[tuple[str, FourItems]]:
        """Return addressees of a date of birth and sex that were not merged, with and without number."""
        found: list[tuple[str, FourItems]] = []
        for table in (ADDRESSEES, NON_RESIDENTS):
            query = select(table).where(table.c.birth_date == day, table.c.sex == int(sex))
            if table is NON_RESIDENTS:
                query = query.where(NON_RESIDENTS.c.merged_into == "")
            rows = self._connection.execute(query.order_by(table.c.addressee_number))
            found += [(row.addressee_number, _read_items(row)) for row in rows]
        return found

    def record(self, key: RecordKey) -> DepartmentRecord | None:
        """Return a department's record."""
        row = self._connection.execute(select(DEPARTMENT_RECORDS).where(_at(key))).one_or_none()
        return None if row is None else _record(row)

    def records_of(self, addressee_number: str) -> list[DepartmentRecord]:
        """Return the departments' records of an addressee, those in a case too."""
        query = select(DEPARTMENT_RECORDS).where(DEPARTMENT_RECORDS.c.addressee_number == addressee_number)
        ordered = query.order_by(DEPARTMENT_RECORDS.c.department, DEPARTMENT_RECORDS.c.local_number)
        return [_record(row) for row in self._connection.execute(ordered)]

    def put_record(self, record: DepartmentRecord) -> None:
        """Store a department's record."""
        self._connection.execute(
            DEPARTMENT_RECORDS.insert().values(
                department=record.key.department.value,
                local_number=record.key.local_number,
                addressee_number=record.addressee_number,
                state=record.state.value,
                **_write_items(record.items),
            )
        )

    def move_records(self, keys: Sequence[RecordKey], addressee_number: str) -> None:
        """Put records under an addressee, as matched."""
        for key in keys:
            self._connection.execute(
                DEPARTMENT_RECORDS.update()
                .where(_at(key))
                .values(addressee_number=addressee_number, state=RecordState.MATCHED.value)
            )

    def open_case(self, case: AddresseeCase) -> None:
        """Store a case."""
        self._connection.execute(
            ADDRESSEE_CASES.insert().values(
                case_id=case.case_id,
                kind=case.kind.value,
                department=case.key.department.value if case.key else "",
                local_number=case.key.local_number if case.key else "",
                candidate=case.candidate,
                report=case.report,
                opened_at=case.opened_at,
                decision="",
                decided_by="",
                reason="",
            )
        )

    def case(self, case_id: str) -> AddresseeCase | None:
        """Return a case."""
        row = self._connection.execute(
            select(ADDRESSEE_CASES).where(ADDRESSEE_CASES.c.case_id == case_id)
        ).one_or_none()
        return None if row is None else _case(row)

    def open_cases(self, candidate: str = "") -> list[AddresseeCase]:
        """Return open cases, oldest first; those about one addressee when it is given."""
        query = select(ADDRESSEE_CASES).where(ADDRESSEE_CASES.c.decision == "")
        if candidate:
            query = query.where(ADDRESSEE_CASES.c.candidate == candidate)
        ordered = query.order_by(ADDRESSEE_CASES.c.opened_at, ADDRESSEE_CASES.c.case_id)
        return [_case(row) for row in self._connection.execute(ordered)]

    def decide(self, case_id: str, decision: Decision, by: str, reason: str, at: datetime) -> bool:
        """Close a case; false when it is not open."""
        mine = (ADDRESSEE_CASES.c.case_id == case_id) & (ADDRESSEE_CASES.c.decision == "")
        values = {"decision": decision.value, "decided_by": by, "reason": reason, "decided_at": at}
        return self._connection.execute(ADDRESSEE_CASES.update().where(mine).values(values)).rowcount == 1

    def note_change(self, change: AddresseeChange) -> None:
        """Append to the history."""
        self._connection.execute(
            ADDRESSEE_CHANGES.insert().values(
                change_id=change.change_id,
                kind=change.kind.value,
                kept=change.kept,
                other=change.other,
                moved=[[key.department.value, key.local_number] for key in change.moved],
                by=change.by,
                reason=change.reason,
                at=change.at,
                undoes=change.undoes,
            )
        )

    def change(self, change_id: str) -> AddresseeChange | None:
        """Return a line of the history."""
        query = select(ADDRESSEE_CHANGES).where(ADDRESSEE_CHANGES.c.change_id == change_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _change(row)

    def undone(self, change_id: str) -> bool:
        """Say whether a change was undone."""
        query = select(ADDRESSEE_CHANGES.c.change_id).where(ADDRESSEE_CHANGES.c.undoes == change_id)
        return self._connection.execute(query).first() is not None

    def history(self, addressee_number: str) -> list[AddresseeChange]:
        """Return the history of an addressee, newest first."""
        mine = or_(ADDRESSEE_CHANGES.c.kept == addressee_number, ADDRESSEE_CHANGES.c.other == addressee_number)
        query = select(ADDRESSEE_CHANGES).where(mine)
        ordered = query.order_by(ADDRESSEE_CHANGES.c.at.desc(), ADDRESSEE_CHANGES.c.change_id)
        return [_change(row) for row in self._connection.execute(ordered)]


def _at(key: RecordKey) -> Any:  # noqa: ANN401 - a condition on two columns
    return and_(
        DEPARTMENT_RECORDS.c.department == key.department.value,
        DEPARTMENT_RECORDS.c.local_number == key.local_number,
    )


def _read_items(row: Row[Any]) -> FourItems:
    return FourItems(row.name, row.name_kana, row.birth_date, Sex(row.sex), row.address)


def _write_items(items: FourItems) -> dict[str, Any]:
    return {
        "name": items.name,
        "name_kana": items.name_kana,
        "birth_date": items.birth_date,
        "sex": int(items.sex),
        "address": items.address,
    }


def _record(row: Row[Any]) -> DepartmentRecord:
    key = RecordKey(Department(row.department), row.local_number)
    return DepartmentRecord(key, _read_items(row), row.addressee_number, RecordState(row.state))


def _case(row: Row[Any]) -> AddresseeCase:
    return AddresseeCase(
        case_id=row.case_id,
        kind=CaseKind(row.kind),
        key=RecordKey(Department(row.department), row.local_number) if row.department else None,
        candidate=row.candidate,
        report=dict(row.report),
        opened_at=row.opened_at,
        decision=Decision(row.decision) if row.decision else None,
    )


def _change(row: Row[Any]) -> AddresseeChange:
    return AddresseeChange(
        change_id=row.change_id,
        kind=ChangeKind(row.kind),
        kept=row.kept,
        other=row.other,
        moved=tuple(RecordKey(Department(department), number) for department, number in row.moved),
        by=row.by,
        reason=row.reason,
        at=row.at,
        undoes=row.undoes,
    )

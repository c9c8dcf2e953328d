"""Tables of matching in one body (名寄せ): departments' records, persons outside the register, cases, history."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Day, Integer, Json, Text, UtcTime, append_only


def _items() -> list[Column[object]]:
    return [
        Column("name", Text, nullable=False),
        Column("name_kana", Text, nullable=False),
        Column("birth_date", Day, nullable=False),
        Column("sex", Integer, nullable=False),
        Column("address", Text, nullable=False),
    ]


NON_RESIDENTS = Table(
    "non_residents",
    METADATA,
    Column("addressee_number", Text, primary_key=True),
    *_items(),
    Column("merged_into", Text, nullable=False),
    Index("non_residents_born", "birth_date", "sex"),
)
DEPARTMENT_RECORDS = Table(
    "department_records",
    METADATA,
    Column("department", Text, nullable=False),
    Column("local_number", Text, nullable=False),
    *_items(),
    Column("addressee_number", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    PrimaryKeyConstraint("department", "local_number"),
)
ADDRESSEE_CASES = Table(
    "addressee_cases",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("local_number", Text, nullable=False),
    Column("candidate", Text, nullable=False, index=True),
    Column("report", Json, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("decision", Text, nullable=False, index=True),
    Column("decided_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_at", UtcTime),
)
ADDRESSEE_CHANGES = append_only(
    Table(
        "addressee_changes",
        METADATA,
        Column("change_id", Text, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("kept", Text, nullable=False, index=True),
        Column("other", Text, nullable=False, index=True),
        Column("moved", Json, nullable=False),
        Column("by", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", UtcTime, nullable=False),
        Column("undoes", Text, nullable=False, index=True),
    )
)

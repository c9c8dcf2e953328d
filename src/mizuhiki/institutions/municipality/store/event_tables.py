"""Tables of life events: facts, tasks, and the supplement to the family register.

A fact's items hold neither code nor number. The supplement holds both encrypted, found by keyed index.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Json, Text, UtcTime, append_only

FACTS = Table(
    "record_facts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event_id", Text, ForeignKey("record_events.event_id"), nullable=False, unique=True),
    Column("event", Text, nullable=False, index=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("entered_at", UtcTime, nullable=False),
    Column("items", Json, nullable=False),
    Column("cancels", Text, nullable=False),
    Column("entry", Flag, nullable=False),
)
TASKS = Table(
    "event_tasks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("task", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("resident", Text, nullable=False),
    Column("opened_on", Day, nullable=False),
    Column("text", Text, nullable=False),
    Column("done_on", Day),
    Column("outcome", Text, nullable=False),
)
SUPPLEMENT_PERSONS = Table(
    "supplement_persons",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("code_index", Blob, nullable=False, unique=True),
    Column("code_encrypted", Blob, nullable=False),
    Column("number_encrypted", Blob),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, index=True),
    Column("name_kana", Text, nullable=False),
    Column("birth_date", Day, nullable=False),
    Column("sex", Integer, nullable=False),
    Column("registered_domicile", Text, nullable=False),
    Column("head_of_family_register", Text, nullable=False),
    Column("closed_on", Day),
    Column("marked_by", Text),
    Column("measure_started_on", Day),
    Column("measure_until", Day),
    Column("measure_reason", Text),
)
SUPPLEMENT_RETURNS = Table(
    "supplement_returns",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", Text, ForeignKey("supplement_persons.person"), nullable=False, index=True),
    Column("to_municipality", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", UtcTime, nullable=False),
)
"""To which municipality a protected person abroad comes back, as the responsible officer decided; the last counts."""
append_only(SUPPLEMENT_RETURNS)
SUPPLEMENT_ADDRESSES = Table(
    "supplement_addresses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice_id", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey("supplement_persons.person"), nullable=False, index=True),
    Column("municipality", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("since", Day, nullable=False),
    Column("overseas", Flag, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
)
for _table in (FACTS, SUPPLEMENT_ADDRESSES):
    append_only(_table)

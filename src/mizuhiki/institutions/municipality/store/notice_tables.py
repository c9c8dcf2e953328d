"""Tables of notification cards, their mailings and endorsements, and registered actual residences.

An actual residence stands encrypted under its own key and row; nothing else here tells where somebody really stays.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Json, Text, UtcTime, append_only

RESIDENCES = Table(
    "actual_residences",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("residence", Text, nullable=False, unique=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("residence_case", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("content_encrypted", Blob, nullable=False),
    Column("received_on", Day, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("confirmed_on", Day),
    Column("consent_to_share", Flag, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("superseded_on", Day),
)
MAILINGS = Table(
    "notice_mailings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mailing", Text, nullable=False, unique=True),
    Column("household", Text, nullable=False, index=True),
    Column("destination", Text, nullable=False),
    Column("residence", Text, nullable=False),
    Column("prepared_on", Day, nullable=False),
    Column("sent_on", Day, index=True),
)
NOTICES = Table(
    "notices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice", Text, nullable=False, unique=True),
    Column("number", Text, nullable=False, unique=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("household", Text, nullable=False, index=True),
    Column("mailing", Text, ForeignKey("notice_mailings.mailing"), nullable=False, index=True),
    Column("form", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("printed_name", Text, nullable=False),
    Column("printed_address", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("prepared_on", Day, nullable=False),
    Column("sent_on", Day),
    Column("returned_on", Day),
    Column("return_reason", Text),
    Column("kept_until", Day, index=True),
    Column("expired", Flag, nullable=False),
)
NOTICE_EVENTS = Table(
    "notice_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice", Text, ForeignKey("notices.notice"), nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
)
ENDORSEMENTS = Table(
    "notice_endorsements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("notice", Text, ForeignKey("notices.notice"), nullable=False, index=True),
    Column("item", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("changed_on", Day, nullable=False),
    Column("endorsed_on", Day, nullable=False),
    Column("endorsed_by", Text, nullable=False),
)
for _table in (NOTICE_EVENTS, ENDORSEMENTS):
    append_only(_table)

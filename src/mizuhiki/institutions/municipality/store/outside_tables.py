"""Tables of transactions and subscriptions of outside systems; they name persons by the record's random token only."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Day, Integer, Json, Text, UtcTime

TRANSACTIONS = Table(
    "outside_transactions",
    METADATA,
    Column("sender", Text, primary_key=True),
    Column("transaction_id", Text, primary_key=True),
    Column("message", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("correlation", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
)
SUBSCRIPTIONS = Table(
    "outside_subscriptions",
    METADATA,
    Column("code", Text, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("row_number", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False),
    Column("events", Json, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("expires_on", Day, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("ended_on", Day),
    Index("outside_subscription_resident", "resident"),
)

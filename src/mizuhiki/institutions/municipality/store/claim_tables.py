"""Tables of the sections' claims: cases as in casework on the municipality's own addressees, and what was granted."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from mizuhiki.casework.store import EVENTS as CASE_EVENTS
from mizuhiki.casework.store import case_tables
from mizuhiki.institutions.municipality.store.tables import ADDRESSEES, METADATA
from mizuhiki.runtime.audit import AuditEvent
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Text

CLAIM_PEOPLE = Table(
    "claim_people",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("addressee_number", Text, ForeignKey(ADDRESSEES.c.addressee_number), nullable=False, unique=True),
    Column("municipality_code", Text, nullable=False),
)
CLAIMS = case_tables(METADATA, CLAIM_PEOPLE.c.person)
AWARDS = Table(
    "claim_awards",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("award", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey(CLAIM_PEOPLE.c.person), nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", Day, nullable=False),
    Column("content_encrypted", Blob, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Index("claim_awards_by_person", "person", "kind"),
    Index("claim_awards_to_publish", "published", "version"),
)
INVESTIGATIONS = Table(
    "claim_investigations",
    METADATA,
    Column("case_token", Text, ForeignKey(CLAIMS.cases.c.case_token), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("content_encrypted", Blob, nullable=False),
)
ASSISTANCE_CHANGES = Table(
    "claim_assistance_changes",
    METADATA,
    Column("case_token", Text, ForeignKey(CLAIMS.cases.c.case_token), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("from_day", Day, nullable=False),
    Column("approved", Flag, nullable=False),
    Column("applied", Flag, nullable=False),
    Column("content_encrypted", Blob, nullable=False),
    Index("claim_assistance_changes_due", "applied", "approved", "from_day"),
)
CLAIM_EVENTS = (
    *CASE_EVENTS,
    AuditEvent("household-investigated", "A visit to a household was recorded.", CASE_EVENTS[0].fields),
    AuditEvent("assistance-change-proposed", "A change of assistance was proposed.", CASE_EVENTS[0].fields),
    AuditEvent("assistance-change-approved", "A change of assistance was approved.", CASE_EVENTS[0].fields),
    AuditEvent("award-copies-registered", "Copies of what was granted were registered.", CASE_EVENTS[0].fields),
)

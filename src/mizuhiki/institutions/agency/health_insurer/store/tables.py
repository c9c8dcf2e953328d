"""Tables of a health insurance society: qualifications, certificates of the ceiling, payments."""

from __future__ import annotations

from sqlalchemy import Column, Table, UniqueConstraint

from mizuhiki.intake.tables import body_tables
from mizuhiki.runtime.database import Day, Integer, Text, append_only

_BODY = body_tables(
    "health_insurer",
    ("qualification-acquired", "People were insured."),
    ("dependant-recognised", "A dependant was recognised."),
    ("qualification-lost", "Insurance ended, with that of dependants."),
    ("ceiling-certificate-issued", "A certificate of the ceiling on payments was issued."),
)
METADATA, AUDIT, PEOPLE, EVENTS = _BODY.metadata, _BODY.audit, _BODY.people, _BODY.events


QUALIFICATIONS = Table(
    "health_qualifications",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("role", Text, nullable=False),
    _BODY.person("insured"),
    Column("symbol", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("branch", Text, nullable=False),
    Column("employer", Text, nullable=False),
    Column("standard_yen", Integer, nullable=False),
    Column("insured_from", Day, nullable=False),
    Column("lost_on", Day),
    Column("relationship", Text, nullable=False),
    UniqueConstraint("reference", "insured_from"),
    UniqueConstraint("symbol", "number", "branch"),
)
CERTIFICATES = Table(
    "ceiling_certificates",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("category", Text, nullable=False),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("issued_by", Text, nullable=False),
    UniqueConstraint("reference", "first_day"),
)
append_only(CERTIFICATES)
PAID = Table(
    "benefits_paid",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("benefit", Text, nullable=False),
    Column("paid_on", Day, nullable=False),
    Column("amount_yen", Integer, nullable=False),
    Column("children", Integer, nullable=False),
)
append_only(PAID)

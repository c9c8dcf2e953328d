"""Tables of a health insurance society: qualifications, certificates of the ceiling, payments."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, Table, UniqueConstraint

from mizuhiki.intake.tables import events, person_tables
from mizuhiki.runtime.audit import audit_tables
from mizuhiki.runtime.database import Day, Integer, Text, append_only
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
session_table(METADATA)
staff_table(METADATA)
PEOPLE = person_tables(METADATA, "health_insurer")
EVENTS = events(
    ("qualification-acquired", "People were insured."),
    ("dependant-recognised", "A dependant was recognised."),
    ("qualification-lost", "Insurance ended, with that of dependants."),
    ("ceiling-certificate-issued", "A certificate of the ceiling on payments was issued."),
)


def _person(name: str = "reference") -> Column[str]:
    return Column(name, Text, ForeignKey(PEOPLE.persons.c.reference), nullable=False)


QUALIFICATIONS = Table(
    "health_qualifications",
    METADATA,
    Column("id", Integer, primary_key=True),
    _person(),
    Column("role", Text, nullable=False),
    _person("insured"),
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
    _person(),
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
    _person(),
    Column("benefit", Text, nullable=False),
    Column("paid_on", Day, nullable=False),
    Column("amount_yen", Integer, nullable=False),
    Column("children", Integer, nullable=False),
)
append_only(PAID)

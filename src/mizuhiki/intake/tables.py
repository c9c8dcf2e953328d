"""Tables of the people a body keeps, declared in the body's own metadata under the body's own name.

Numbers and the four items stand encrypted; a number is found by a UNIQUE keyed index. References and addressee numbers
are random, so no table tells an order of birth or of intake.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, MetaData, Table

from mizuhiki.casework.store import EVENTS as CASE_EVENTS
from mizuhiki.casework.store import CaseTables, case_tables, staff_tables
from mizuhiki.runtime.audit import AuditEvent, AuditTables
from mizuhiki.runtime.database import Blob, Flag, Integer, Text, UtcTime, append_only

_FIELDS = frozenset({"subject", "count"})


def events(*own: tuple[str, str]) -> tuple[AuditEvent, ...]:
    """Return the audit events of a body: those of cases and intake, and its own as (name, description)."""
    common = (
        ("person-taken-in", "People were taken in."),
        ("intake-refused", "Forms of a batch were refused."),
        ("person-viewed", "A record was shown."),
        ("person-protected", "A support measure was put on a record."),
        ("protection-ended", "A support measure was taken off a record."),
        ("protection-lifted-once", "The responsible officer consented to one look of one clerk."),
        ("pseudonyms-requested", "Pseudonyms were asked for."),
        ("local-copies-registered", "Local copies were registered, or the code says why not."),
    )
    made = (AuditEvent(name, description, _FIELDS) for name, description in (*common, *own))
    return (*CASE_EVENTS, *made)


@dataclass(frozen=True, slots=True)
class PersonTables:
    """The tables of one body's people and of the cases about them."""

    persons: Table
    requests: Table
    lifts: Table
    cases: CaseTables


def file_of_people(metadata: MetaData, name: str) -> Table:
    """Declare a body's file of people."""
    return Table(
        name,
        metadata,
        Column("reference", Text, primary_key=True),
        Column("addressee_number", Text, nullable=False, unique=True),
        Column("number_index", Blob, nullable=False, unique=True),
        Column("number_encrypted", Blob, nullable=False),
        Column("items_encrypted", Blob, nullable=False),
        Column("municipality_code", Text, nullable=False),
        Column("shown", Text, nullable=False),
        Column("linkage", Text, nullable=False),
        Column("protected", Flag, nullable=False),
        Column("version", Integer, nullable=False),
        Column("published_version", Integer, nullable=False),
    )


def requests_of(metadata: MetaData, name: str, persons: Table) -> Table:
    """Declare the requests by which people came into a file."""
    return append_only(
        Table(
            name,
            metadata,
            Column("request_id", Text, primary_key=True),
            Column("digest", Blob, nullable=False),
            Column("reference", Text, ForeignKey(persons.c.reference), nullable=False),
            Column("taken_at", UtcTime, nullable=False),
        )
    )


def person_tables(metadata: MetaData, body: str) -> PersonTables:
    """Declare the tables of a body's people; `body` begins their names, so that no two bodies have one in common."""
    persons = file_of_people(metadata, f"{body}_persons")
    requests = requests_of(metadata, f"{body}_intake_requests", persons)
    lifts = Table(
        f"{body}_protection_lifts",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("reference", Text, ForeignKey(persons.c.reference), nullable=False),
        Column("clerk", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("lifted_by", Text, nullable=False),
        Column("lifted_at", UtcTime, nullable=False),
        Column("used_at", UtcTime),
    )
    return PersonTables(persons, requests, lifts, case_tables(metadata, persons.c.reference))


@dataclass(frozen=True, slots=True)
class BodyTables:
    """The tables that every body with a file of people has; it declares its own in the same metadata."""

    metadata: MetaData
    audit: AuditTables
    people: PersonTables
    events: tuple[AuditEvent, ...]

    def person(self, name: str = "reference") -> Column[str]:
        """Return a column that names a person of the file."""
        return Column(name, Text, ForeignKey(self.people.persons.c.reference), nullable=False)


def body_tables(body: str, *own: tuple[str, str]) -> BodyTables:
    """Declare the tables of a body; `own` are its audit events as (name, description)."""
    staff = staff_tables()
    return BodyTables(staff.metadata, staff.audit, person_tables(staff.metadata, body), events(*own))

"""Tables of the pension service.

Numbers and the four items stand encrypted; a number is found by a UNIQUE keyed index. References and addressee numbers
are random, so no table tells an order of birth or of enrolment.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, Table, UniqueConstraint

from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Text, UtcTime, append_only
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
session_table(METADATA)
staff_table(METADATA)

_FIELDS = frozenset({"subject", "count"})
EVENTS = tuple(
    AuditEvent(name, description, _FIELDS)
    for name, description in (
        ("insured-enrolled", "Enrolment records were opened."),
        ("enrolment-refused", "Forms of a batch were refused."),
        ("enrolment-viewed", "A record was shown."),
        ("enrolment-changed", "A new insured period began."),
        ("enrolment-ended", "An insured period was ended."),
        ("insured-protected", "A support measure was put on a record."),
        ("protection-lifted", "A support measure was lifted."),
        ("pseudonyms-requested", "Pseudonyms were asked for."),
        ("register-news-taken", "A municipality's register told something; the outcome is the kind of message."),
        ("register-news-read", "What registers told was looked at."),
        ("local-copies-registered", "Local copies were registered, or the code says why not."),
    )
)

INSURED = Table(
    "insured",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("addressee_number", Text, nullable=False, unique=True),
    Column("number_index", Blob, nullable=False, unique=True),
    Column("number_encrypted", Blob, nullable=False),
    Column("items_encrypted", Blob, nullable=False),
    Column("linkage", Text, nullable=False),
    Column("protected", Flag, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published_version", Integer, nullable=False),
)
PERIODS = Table(
    "insured_periods",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("reference", Text, ForeignKey("insured.reference"), nullable=False),
    Column("category", Integer, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("employer", Text, nullable=False),
    Column("insured_from", Day, nullable=False),
    Column("insured_until", Day),
    UniqueConstraint("reference", "insured_from"),
)
REQUESTS = Table(
    "enrolment_requests",
    METADATA,
    Column("request_id", Text, primary_key=True),
    Column("digest", Blob, nullable=False),
    Column("reference", Text, ForeignKey("insured.reference"), nullable=False),
    Column("taken_at", UtcTime, nullable=False),
)
REGISTER_NEWS = Table(
    "register_news",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sender", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
    Column("signed_encrypted", Blob, nullable=False),
    UniqueConstraint("sender", "message"),
)
append_only(REQUESTS)
append_only(REGISTER_NEWS)

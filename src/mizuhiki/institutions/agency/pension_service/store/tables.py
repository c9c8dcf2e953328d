"""Tables of the pension service.

Numbers and the four items stand encrypted; a number is found by a UNIQUE keyed index. References and addressee numbers
are random, so no table tells an order of birth or of enrolment.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, MetaData, Table, UniqueConstraint

from mizuhiki.casework.store import EVENTS as CASE_EVENTS
from mizuhiki.casework.store import case_tables
from mizuhiki.intake.tables import file_of_people, requests_of
from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Text, UtcTime, append_only
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
session_table(METADATA)
staff_table(METADATA)

_FIELDS = frozenset({"subject", "count"})
_OWN = tuple(
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
        ("premiums-recorded", "Premiums paid, or a standard monthly remuneration, were entered."),
        ("premium-record-viewed", "A record of premiums was shown."),
        ("pensions-viewed", "Pensions of a person were shown."),
        ("pension-paid", "A payment of a pension was ordered."),
        ("pensions-turned", "Pensions that ended or turned by the calendar were noted, to be told anew."),
    )
)
EVENTS = (*CASE_EVENTS, *_OWN)

INSURED = file_of_people(METADATA, "insured")
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
CASES = case_tables(METADATA, INSURED.c.reference)
PREMIUM_MONTHS = Table(
    "premium_months",
    METADATA,
    Column("reference", Text, ForeignKey("insured.reference"), primary_key=True),
    Column("month", Day, primary_key=True),
    Column("relief", Text, nullable=False),
    Column("paid_on", Day),
)
STANDARD_REMUNERATION = Table(
    "standard_remuneration",
    METADATA,
    Column("reference", Text, ForeignKey("insured.reference"), primary_key=True),
    Column("since", Day, primary_key=True),
    Column("monthly_yen", Integer, nullable=False),
)
PENSIONS = Table(
    "pensions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("pension", Text, nullable=False, unique=True),
    Column("reference", Text, ForeignKey("insured.reference"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("case_token", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("entitled_on", Day, nullable=False),
    Column("first_month", Day, nullable=False),
    Column("annual_yen", Integer, nullable=False),
    Column("addition_yen", Integer, nullable=False),
    Column("revised_on", Day, nullable=False),
    Column("income_limited", Flag, nullable=False),
    Column("confirmed_on", Day),
    Column("ended_on", Day),
)
PENSION_STOPS = Table(
    "pension_stops",
    METADATA,
    Column("pension", Text, ForeignKey("pensions.pension"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("stop", Text, nullable=False),
    Column("since", Day, nullable=False),
    Column("until", Day),
    Column("lifted_on", Day),
)
PENSION_PAYMENTS = Table(
    "pension_payments",
    METADATA,
    Column("pension", Text, ForeignKey("pensions.pension"), primary_key=True),
    Column("first_month", Day, primary_key=True),
    Column("last_month", Day, nullable=False),
    Column("amount_yen", Integer, nullable=False),
    Column("pay_on", Day, nullable=False),
)
REQUESTS = requests_of(METADATA, "enrolment_requests", INSURED)
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
append_only(PENSION_PAYMENTS)
append_only(REGISTER_NEWS)

"""Tables of Hello Work: employments, separation slips with their months, qualifications, certifications."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint

from mizuhiki.intake.tables import body_tables
from mizuhiki.runtime.database import Day, Flag, Integer, Text, append_only

_BODY = body_tables(
    "hello_work",
    ("employment-recorded", "Insured employments were recorded."),
    ("separation-recorded", "Loss of insurance was recorded and a separation slip issued."),
    ("qualification-proposed", "A qualification was put before the approver."),
    ("qualification-approved", "A qualification was approved."),
    ("unemployment-certified", "Four weeks of unemployment were certified, or not."),
)
METADATA, AUDIT, PEOPLE, EVENTS = _BODY.metadata, _BODY.audit, _BODY.people, _BODY.events


EMPLOYMENTS = Table(
    "insured_employments",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("office_number", Text, nullable=False),
    Column("employer", Text, nullable=False),
    Column("hours_a_week", Integer, nullable=False),
    Column("insured_from", Day, nullable=False),
    Column("lost_on", Day),
    UniqueConstraint("reference", "insured_from"),
)
SEPARATIONS = Table(
    "separation_slips",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("separated_on", Day, nullable=False),
    Column("reason", Text, nullable=False),
    Column("employer", Text, nullable=False),
    Column("issued_on", Day, nullable=False),
    UniqueConstraint("reference", "separated_on"),
)
append_only(SEPARATIONS)
WAGE_MONTHS = Table(
    "separation_wage_months",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("separated_on", Day, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("whole", Flag, nullable=False),
    Column("basis_days", Integer, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("wage_yen", Integer, nullable=False),
    UniqueConstraint("reference", "separated_on", "ordinal"),
)
append_only(WAGE_MONTHS)
QUALIFICATIONS = Table(
    "benefit_qualifications",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("separated_on", Day, nullable=False),
    Column("reason", Text, nullable=False),
    Column("applied_on", Day, nullable=False),
    Column("age", Integer, nullable=False),
    Column("years", Integer, nullable=False),
    Column("half_months", Integer, nullable=False),
    Column("hard_to_employ", Flag, nullable=False),
    Column("prescribed_days", Integer, nullable=False),
    Column("daily_wage_yen", Integer, nullable=False),
    Column("daily_yen", Integer, nullable=False),
    Column("benefit_until", Day, nullable=False),
    Column("waiting_until", Day, nullable=False),
    Column("restricted_until", Day),
    Column("next_certification", Day, nullable=False),
    Column("paid_days", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    UniqueConstraint("reference", "separated_on"),
)
CERTIFICATIONS = Table(
    "unemployment_certifications",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("separated_on", Day, nullable=False),
    Column("certified_on", Day, nullable=False),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("days_worked", Integer, nullable=False),
    Column("activities", Integer, nullable=False),
    Column("paid_days", Integer, nullable=False),
    Column("paid_yen", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    UniqueConstraint("reference", "certified_on"),
)
append_only(CERTIFICATIONS)

CARE_LEAVES = Table(
    "care_leaves",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("family_member", Text, ForeignKey(PEOPLE.persons.c.reference), nullable=False),
    Column("case_token", Text, nullable=False, unique=True),
    Column("leave_from", Day, nullable=False),
    Column("leave_until", Day, nullable=False),
    Column("days", Integer, nullable=False),
    Column("paid_yen", Integer, nullable=False),
)
append_only(CARE_LEAVES)

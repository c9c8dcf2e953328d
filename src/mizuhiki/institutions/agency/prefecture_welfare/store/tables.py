"""Tables of a welfare section: certificates from their application on, allowances with their children."""

from __future__ import annotations

from sqlalchemy import Column, Table, UniqueConstraint

from mizuhiki.intake.tables import body_tables
from mizuhiki.runtime.database import Day, Flag, Integer, Text

_BODY = body_tables(
    "prefecture_welfare",
    ("certificate-applied", "An application for a certificate was taken."),
    ("certificate-decided", "A certificate was issued or refused."),
    ("certificate-renewed", "A certificate was renewed."),
    ("certificate-returned", "A certificate was taken back."),
    ("allowance-claimed", "A claim for the allowance was taken."),
    ("allowance-decided", "An allowance was granted or refused."),
    ("allowance-ended", "An allowance was ended."),
)
METADATA, AUDIT, PEOPLE, EVENTS = _BODY.metadata, _BODY.audit, _BODY.people, _BODY.events


CERTIFICATES = Table(
    "disability_certificates",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("kind", Text, nullable=False),
    Column("applied_on", Day, nullable=False),
    Column("grade", Text, nullable=False),
    Column("impairment", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("issued_on", Day),
    Column("valid_until", Day),
    Column("reassessment_on", Day),
    Column("returned_on", Day),
    Column("taken_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    UniqueConstraint("reference", "kind", "applied_on"),
)
ALLOWANCES = Table(
    "special_allowances",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("claimed_on", Day, nullable=False),
    Column("income_yen", Integer, nullable=False),
    Column("dependants", Integer, nullable=False),
    Column("others_income_yen", Integer, nullable=False),
    Column("others_dependants", Integer, nullable=False),
    Column("entitled_from", Day, nullable=False),
    Column("ended_on", Day),
    Column("suspended", Flag, nullable=False),
    Column("certificate_number", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    UniqueConstraint("reference", "claimed_on"),
)
CHILDREN = Table(
    "special_allowance_children",
    METADATA,
    Column("id", Integer, primary_key=True),
    _BODY.person(),
    Column("ordinal", Integer, nullable=False),
    Column("birth_date", Day, nullable=False),
    Column("grade", Integer, nullable=False),
    UniqueConstraint("reference", "ordinal"),
)

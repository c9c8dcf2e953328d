"""Tables of resident records as other institutions are told of them: marks of change, versions that were given."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from mizuhiki.institutions.municipality.store.tables import ADDRESSEES, METADATA, RESIDENTS
from mizuhiki.runtime.database import Flag, Integer, Text

RESIDENT_COPY_MARKS = Table(
    "resident_copy_marks",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("resident", Text, ForeignKey(RESIDENTS.c.resident), nullable=False, index=True),
)
RESIDENT_COPIES = Table(
    "resident_copies",
    METADATA,
    Column("addressee_number", Text, ForeignKey(ADDRESSEES.c.addressee_number), primary_key=True),
    Column("version", Integer, nullable=False),
    # Whether the own intermediate server was told to withhold everything about the person with this copy.
    Column("hidden", Flag, nullable=False),
)

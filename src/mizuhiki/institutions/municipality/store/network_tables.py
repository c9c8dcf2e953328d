"""Tables of number checks and of comparisons of the tiers; no number, code or item of a person stands in them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Integer, Json, Text, UtcTime, append_only

NUMBER_CHECKS = Table(
    "number_checks",
    METADATA,
    Column("check_token", Text, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("clerk", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("resident", Text, nullable=False),
    Column("steps", Json, nullable=False),
)
COMPARISONS = Table(
    "tier_comparisons",
    METADATA,
    Column("run", Text, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("persons", Integer, nullable=False),
    Column("pages_differing", Json, nullable=False),
    Column("silent", Json, nullable=False),
)
DIFFERENCES = Table(
    "tier_differences",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("run", Text, ForeignKey("tier_comparisons.run"), nullable=False, index=True),
    Column("tier", Text, nullable=False),
    Column("resident", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("items", Json, nullable=False),
    Column("repair", Text, nullable=False),
)
for _table in (NUMBER_CHECKS, COMPARISONS, DIFFERENCES):
    append_only(_table)

"""The table of substitute characters that people chose."""

from __future__ import annotations

from sqlalchemy import Column, Table

from mizuhiki.institutions.municipality.store.tables import METADATA
from mizuhiki.runtime.database import Day, Integer, Text, UtcTime, append_only

SUBSTITUTE_CHOICES = Table(
    "substitute_choices",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("repertoire", Text, nullable=False),
    Column("original", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Day, nullable=False),
    Column("chosen_by", Text, nullable=False),
    Column("chosen_at", UtcTime, nullable=False),
)
"""`written` is empty where a choice is withdrawn."""
append_only(SUBSTITUTE_CHOICES)

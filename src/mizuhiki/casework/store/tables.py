"""Tables of people and cases, declared in a body's own metadata; what tells about a person stands encrypted.

Rows can be deleted, since nothing may be kept longer than needed (番号法20条); the audit trail stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, Index, MetaData, Table

from mizuhiki.runtime.audit import AuditEvent, AuditTables, audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Text, UtcTime
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

_FIELDS = frozenset({"subject", "count"})
EVENTS = tuple(
    AuditEvent(name, description, _FIELDS)
    for name, description in (
        ("claim-received", "A claim was taken after number and person were proved."),
        ("case-pseudonyms-requested", "Pseudonyms of people in cases were asked for."),
        ("evidence-asked", "A holder was asked; the outcome is that of the answer."),
        ("paper-substituted", "A paper was taken where linkage gave nothing."),
        ("case-proposed", "A decision was proposed."),
        ("case-sent-back", "A proposal was sent back."),
        ("case-approved", "A decision was approved."),
        ("claim-withdrawn", "A claim was taken back."),
        ("case-payment-ordered", "A payment was ordered."),
        ("case-notice-sent", "A notice of a decision was sent."),
        ("case-file-viewed", "A case was shown."),
        ("worklist-viewed", "A list of cases was shown."),
        ("case-person-protected", "A support measure was put on a person."),
        ("case-protection-lifted", "A support measure was lifted."),
        ("cases-destroyed", "Cases whose retention ended were destroyed."),
        ("inquiry-file-handled", "A file of inquiries was given in, sent, discarded or fetched, as the outcome says."),
        ("ordinance-affair-lodged", "An affair under the body's own ordinance was lodged with the commission."),
        ("ordinance-affair-ended", "Linkage for an affair under the body's own ordinance was ended."),
        ("inquiry-files-forgotten", "Files of inquiries whose time was over were forgotten."),
    )
)
"""Audit events of casework; a body adds them to its own."""


@dataclass(frozen=True, slots=True)
class CaseTables:
    """The tables of one body."""

    people: Table
    cases: Table
    subjects: Table
    evidence: Table
    papers: Table
    payments: Table
    steps: Table
    files: Table


def case_tables(metadata: MetaData, person: Column[str] | None = None) -> CaseTables:
    """Declare the tables in `metadata`; `person` is the key of a body's own file of people, where it has one."""
    named = _people(metadata).c.person if person is None else person
    cases = Table(
        "cases",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("case_token", Text, nullable=False, unique=True),
        Column("request_id", Text, nullable=False, unique=True),
        Column("request_digest", Blob, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("received_on", Day, nullable=False),
        Column("received_at", UtcTime, nullable=False),
        Column("stated_encrypted", Blob, nullable=False),
        Column("state", Text, nullable=False),
        Column("proposal_encrypted", Blob),
        Column("proposed_by", Text, nullable=False),
        Column("approved_by", Text, nullable=False),
        Column("decided_on", Day),
        Column("notice_id", Text, nullable=False),
        Index("cases_by_state", "state", "id"),
        Index("cases_by_end", "procedure", "decided_on"),
    )
    subjects = Table(
        "case_subjects",
        metadata,
        Column("case_token", Text, ForeignKey("cases.case_token"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("person", Text, ForeignKey(named), nullable=False, index=True),
        Column("role", Text, nullable=False),
        Column("lived_on_1_january", Text, nullable=False),
    )
    return CaseTables(
        people=named.table,
        cases=cases,
        subjects=subjects,
        evidence=_lines(metadata, "case_evidence", Column("content_encrypted", Blob, nullable=False)),
        papers=_lines(metadata, "case_papers", Column("content_encrypted", Blob, nullable=False)),
        payments=_lines(
            metadata,
            "case_payments",
            Column("payment_id", Text, nullable=False, unique=True),
            Column("amount_yen", Integer, nullable=False),
            Column("pay_on", Day, nullable=False),
            Column("label", Text, nullable=False),
        ),
        steps=_lines(
            metadata,
            "case_steps",
            Column("at", UtcTime, nullable=False),
            Column("step", Text, nullable=False),
            Column("actor", Text, nullable=False),
            Column("note", Text, nullable=False),
        ),
        files=_files(metadata),
    )


def _people(metadata: MetaData) -> Table:
    return Table(
        "case_people",
        metadata,
        Column("person", Text, primary_key=True),
        Column("addressee_number", Text, nullable=False, unique=True),
        Column("number_index", Blob, nullable=False, unique=True),
        Column("number_encrypted", Blob, nullable=False),
        Column("items_encrypted", Blob, nullable=False),
        Column("municipality_code", Text, nullable=False),
        Column("protected", Flag, nullable=False),
        Column("linkage", Text, nullable=False),
    )


def _files(metadata: MetaData) -> Table:
    return Table(
        "inquiry_files",
        metadata,
        Column("file_id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("affair", Text, nullable=False),
        Column("lines", Integer, nullable=False),
        Column("held_by", Text, nullable=False),
        Column("held_at", UtcTime, nullable=False),
        Column("sent_at", UtcTime),
        Column("content_encrypted", Blob, nullable=False),
        Index("inquiry_files_by_affair", "affair", "held_at"),
    )


def _lines(metadata: MetaData, name: str, *columns: Column[object]) -> Table:
    """Declare a table whose rows hang on a case in order."""
    return Table(
        name,
        metadata,
        Column("case_token", Text, ForeignKey("cases.case_token"), primary_key=True),
        Column("position", Integer, primary_key=True),
        *columns,
    )


@dataclass(frozen=True, slots=True)
class StaffTables:
    """What every body with staff declares first: its metadata, audit trail, sessions and accounts."""

    metadata: MetaData
    audit: AuditTables


def staff_tables() -> StaffTables:
    """Declare the tables of a body with staff in metadata of its own."""
    metadata = MetaData()
    audit = audit_tables(metadata)
    session_table(metadata)
    staff_table(metadata)
    return StaffTables(metadata, audit)

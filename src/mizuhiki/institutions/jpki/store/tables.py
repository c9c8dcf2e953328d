"""Tables of the certification authorities.

Resident record codes and certificates stand encrypted, because a signature certificate states the four items. Holders
are named by a keyed index of their code. Serial numbers stand readable: they are what verifiers ask by.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from mizuhiki.institutions.jpki.store.practice_tables import practice_tables
from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Integer, Text, UtcTime, append_only
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
session_table(METADATA)
staff_table(METADATA)

_COUNTED = frozenset({"count", "cause"})
EVENTS = (
    AuditEvent("certificates-issued", "Certificates of one card were issued.", _COUNTED),
    AuditEvent("certificates-revoked", "Certificates were ended for good.", _COUNTED),
    AuditEvent("certificates-suspended", "Certificates of one card were put on hold.", _COUNTED),
    AuditEvent("certificates-resumed", "The hold on a card's certificates was lifted.", _COUNTED),
    AuditEvent("register-events-taken", "Changes in the register were taken.", _COUNTED),
    AuditEvent("revocation-list-published", "A revocation list was signed.", _COUNTED),
    AuditEvent("status-signer-rotated", "A new delegated signer of status answers was certified.", _COUNTED),
    AuditEvent("verifier-applied", "A verifier's application was entered.", _COUNTED),
    AuditEvent(
        "verifier-changed", "A verifier was recognised, refused, bound, suspended, resumed, audited or ended.", _COUNTED
    ),
    AuditEvent("verifier-credential-made", "A verifier got a new credential.", _COUNTED),
    AuditEvent("certificate-handle-given", "A verifier was told its handle of a certificate.", _COUNTED),
    AuditEvent("serials-linked", "A verifier was told that two certificates are one holder's.", _COUNTED),
    AuditEvent("current-items-provided", "A verifier was told a holder's four items by consent.", _COUNTED),
    AuditEvent("matching-attempted", "A verifier showed another verifier's handle, which is forbidden.", _COUNTED),
    AuditEvent("look-ups-opened", "A card's holder was named to the register to see who looked them up.", _COUNTED),
    AuditEvent("portal-pseudonym-requested", "A card's holder was named to the register.", _COUNTED),
    AuditEvent("applications-given-up", "Applications nobody took up again were made void.", _COUNTED),
    AuditEvent("renewal-notified", "Letters about ending certificates were written, or left to the counter.", _COUNTED),
    AuditEvent("terminal-proposed", "A terminal was proposed for use without a PIN.", _COUNTED),
    AuditEvent("terminal-approved", "A terminal was approved for use without a PIN.", _COUNTED),
    AuditEvent("terminal-certified", "An approved terminal got a certificate for chips.", _COUNTED),
    AuditEvent("terminal-suspended", "The approval of a terminal was suspended.", _COUNTED),
    AuditEvent("terminal-resumed", "A suspended terminal was approved again.", _COUNTED),
    AuditEvent("terminal-withdrawn", "The approval of a terminal was withdrawn.", _COUNTED),
    AuditEvent("pinless-use", "An approved terminal used a certificate without its PIN.", _COUNTED),
    AuditEvent("incident-opened", "An incident was opened.", _COUNTED),
    AuditEvent("incident-closed", "An incident was closed by another person.", _COUNTED),
    AuditEvent("reissue-drilled", "The re-issue of every certificate was planned and rehearsed.", _COUNTED),
)

ROOTS = Table(
    "authority_roots",
    METADATA,
    Column("kind", Text, nullable=False),
    Column("generation", Text, nullable=False),
    Column("certificate", Blob, nullable=False),
    Column("transcript", Text, nullable=False),
    Column("established_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("kind", "generation"),
)
APPLICATIONS = Table(
    "certificate_applications",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("digest", Blob, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("municipality_code", "request_id"),
)
HOLDERS = Table(
    "holders",
    METADATA,
    Column("person", Blob, primary_key=True),
    Column("code_encrypted", Blob, nullable=False),
)
CERTIFICATES = Table(
    "certificates",
    METADATA,
    Column("kind", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("person", Blob, ForeignKey("holders.person"), nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("card_serial", Text, nullable=False, index=True),
    Column("public_key_index", Blob, nullable=False, unique=True),
    Column("der_encrypted", Blob, nullable=False),
    Column("items_digest", Blob, nullable=False),
    Column("starts", UtcTime, nullable=False),
    Column("ends", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("generation", Text, nullable=False),
    PrimaryKeyConstraint("kind", "serial"),
    CheckConstraint("state IN ('good', 'suspended', 'revoked')", name="known_state"),
    Index("certificates_request", "municipality_code", "request_id"),
)
CHANGES = Table(
    "certificate_changes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)
REGISTER_EVENTS = Table(
    "register_events",
    METADATA,
    Column("event_id", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("taken_at", UtcTime, nullable=False),
)
PRACTICE = practice_tables(METADATA)
for _table in (ROOTS, APPLICATIONS, HOLDERS, CHANGES, REGISTER_EVENTS):
    append_only(_table)

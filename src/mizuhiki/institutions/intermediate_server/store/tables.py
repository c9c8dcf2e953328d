"""Tables of an intermediate server.

It holds pseudonyms beside addressee numbers, never an Individual Number (R-221). Rows of pseudonyms and addressees lie
in the order of addressee numbers, which are random and each body's own, and have no time: neither the order of rows nor
a join by time links two institutions' tables (pseudonyms design).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, MetaData, PrimaryKeyConstraint, Table

from mizuhiki.institutions.intermediate_server.domain.addressees import ADDRESSEE_DIGITS
from mizuhiki.institutions.intermediate_server.store.places import PLACES_OF_A_GENERATION
from mizuhiki.runtime.audit import audit_tables
from mizuhiki.runtime.database import Blob, Day, Digits, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.page_sessions import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()
AUDIT = audit_tables(METADATA)
LEDGER = ledger_tables(METADATA, "ledger")
SESSIONS = session_table(METADATA)
STAFF = staff_table(METADATA)


def waiting_columns() -> list[Column[Any]]:
    """Return the columns that say what something unsent waits for; all empty before the first failure."""
    return [
        Column("waiting_for", Text),
        Column("waiting_code", Text),
        Column("waiting_since", UtcTime),
        Column("attempts", Integer),
        Column("next_attempt_at", UtcTime),
    ]


ADDRESSEE = Digits(ADDRESSEE_DIGITS)
# The keys of the two tables are whole numbers, so SQLite numbers no rows in the order in which they came: a row's place
# is its key, and a look-up goes down one tree of narrow pages (decision 0107).
ADDRESSEES = Table(
    "addressees",
    METADATA,
    Column("addressee_number", ADDRESSEE, primary_key=True, autoincrement=False),
    Column("four_items", Blob),
    Column("protected", Flag, nullable=False),
    Column("mismatched", Flag, nullable=False),
)
PSEUDONYMS = Table(
    "pseudonyms",
    METADATA,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), nullable=False, index=True),
    Column("generation", Integer, nullable=False, index=True),
    Column("pseudonym_index", Blob, nullable=False, unique=True),
    Column("pseudonym_encrypted", Blob, nullable=False),
    CheckConstraint(f"place = generation * {PLACES_OF_A_GENERATION} + addressee_number"),
    CheckConstraint(f"addressee_number >= 0 AND addressee_number < {PLACES_OF_A_GENERATION}"),
)
# Notices stand for good under the index of the pseudonym they came with; this keeps it when the pseudonym is erased.
FORMER_INDEXES = append_only(
    Table(
        "former_pseudonym_indexes",
        METADATA,
        Column("pseudonym_index", Blob, primary_key=True),
        Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), nullable=False, index=True),
    )
)
# At the portal's server: what became of an account's codes, `later` is 0 for one that ended without a successor. It
# outlives the codes, so that an account's record is demanded under all of them.
CODE_CHANGES = append_only(
    Table(
        "code_changes",
        METADATA,
        Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), nullable=False),
        Column("earlier", Integer, nullable=False),
        Column("later", Integer, nullable=False),
        PrimaryKeyConstraint("addressee_number", "earlier", "later"),
    )
)
ACQUISITIONS = Table(
    "open_acquisitions",
    METADATA,
    Column("acquisition_number", Text, primary_key=True),
    Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), nullable=False),
    Column("acquisition_hash", Blob, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)
# A delivery is remembered by the hash of its case alone: nothing here leads to an acquisition number or a pseudonym.
TAKEN_BATCHES = Table(
    "taken_batches",
    METADATA,
    Column("case_hash", Blob, primary_key=True),
    Column("ready", Integer, nullable=False),
    Column("forget_at", UtcTime, nullable=False, index=True),
)
COPIES = Table(
    "local_copies",
    METADATA,
    Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("layout_version", Text, nullable=False),
    Column("valid_from", Day, nullable=False),
    Column("valid_until", Day),
    Column("items", Blob, nullable=False),
    Column("not_disclosed", Flag, nullable=False),
    Column("source_version", Integer, nullable=False),
    Column("as_of", UtcTime, nullable=False),
    PrimaryKeyConstraint("addressee_number", "kind", "fiscal_year"),
)
INQUIRIES = Table(
    "inquiries",
    METADATA,
    Column("request_id", Text, primary_key=True),
    Column("exchange_number", Text, nullable=False, unique=True),
    Column("section_id", Text, nullable=False),
    Column("request", Blob, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("outcome", Text),
    Column("result", Blob),
    Column("finished_at", UtcTime),
    *waiting_columns(),
    Index("inquiries_of", "section_id"),
    Index("inquiries_pending", "outcome", "requested_at"),
    Index("inquiries_waiting", "waiting_for"),
)
# The signed case of one inquiry or of several that left together, as it is sent each time.
INQUIRY_CASES = append_only(
    Table(
        "inquiry_cases",
        METADATA,
        Column("section_id", Text, primary_key=True),
        Column("submission", Blob, nullable=False),
    )
)
SECTIONS = append_only(
    Table(
        "answered_sections",
        METADATA,
        Column("inquirer", Text, nullable=False),
        Column("section_id", Text, nullable=False),
        Column("case_hash", Blob, nullable=False),
        Column("answer", Blob, nullable=False),
        Column("answered_at", UtcTime, nullable=False),
        PrimaryKeyConstraint("inquirer", "section_id"),
    )
)
CASES = Table(
    "operator_cases",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
)
APPROVALS = Table(
    "approvals",
    METADATA,
    Column("approval_id", Text, primary_key=True),
    Column("exchange_number", Text, nullable=False),
    Column("inquirer", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), nullable=False),
    Column("content", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text),
    Column("decided_by", Text),
    Column("decided_at", UtcTime),
    Column("reason", Text),
    Column("note", Text),
    Column("reminded_at", UtcTime),
    Index("approvals_of", "addressee_number", "state"),
)
NOTICES = append_only(
    Table(
        "notices",
        METADATA,
        Column("notice_id", Text, nullable=False),
        Column("sender", Text, nullable=False),
        Column("pseudonym_index", Blob, nullable=False, index=True),
        Column("content", Blob, nullable=False),
        Column("sent_at", UtcTime, nullable=False),
        PrimaryKeyConstraint("sender", "notice_id"),
    )
)
# What the record of exchanges says without the person; the person's record itself stands in the ledger.
RECORDED = Table(
    "recorded_exchanges",
    METADATA,
    Column("inquirer", Text, nullable=False),
    Column("exchange_number", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("digest", Blob, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("reconciled", Flag, nullable=False),
    PrimaryKeyConstraint("inquirer", "exchange_number"),
    Index("recorded_exchanges_open", "reconciled", "recorded_at"),
)
SENT_NOTICES = Table(
    "sent_notices",
    METADATA,
    Column("request_id", Text, primary_key=True),
    Column("content", Blob, nullable=False),
    Column("submission", Blob, nullable=False),
    Column("sent_at", UtcTime, nullable=False),
    Column("outcome", Text, nullable=False, index=True),
)
# A file is a stream of one piece; `endings` counts the pages of outcomes there are, `ended` their lines. `digest` is
# that of all lines handed in, and empty for a file, which never changes and has its own.
BULK_STREAMS = Table(
    "bulk_streams",
    METADATA,
    Column("stream_id", Text, primary_key=True),
    Column("whole_file", Flag, nullable=False),
    Column("handed_in", Integer, nullable=False),
    Column("digest", Blob, nullable=False),
    Column("ended", Integer, nullable=False),
    Column("endings", Integer, nullable=False),
)
BULK_FILES = append_only(
    Table(
        "bulk_files",
        METADATA,
        Column("file_id", Text, primary_key=True),
        Column("name", Text, nullable=False),
        Column("digest", Blob, nullable=False),
        Column("stream_id", Text, ForeignKey("bulk_streams.stream_id"), nullable=False),
        Column("first_line", Integer, nullable=False),
        Column("line_count", Integer, nullable=False),
        Column("refused", Blob, nullable=False),
        Column("refused_outcomes", Json, nullable=False),
        Column("submitted_at", UtcTime, nullable=False, index=True),
    )
)
KEPT_FILES = Table(
    "kept_files",
    METADATA,
    Column("file_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("line_count", Integer, nullable=False),
    Column("content", Blob, nullable=False),
    Column("kept_by", Text, nullable=False),
    Column("kept_at", UtcTime, nullable=False, index=True),
)
BULK_SECTIONS = Table(
    "bulk_sections",
    METADATA,
    Column("section_id", Text, primary_key=True),
    Column("file_id", Text, ForeignKey("bulk_files.file_id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("content", Blob, nullable=False),
    Column("submission", Blob, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("results", Blob),
    Column("outcomes", Json),
    Column("finished_at", UtcTime),
    *waiting_columns(),
    Index("bulk_sections_of", "file_id", "ordinal", unique=True),
    Index("bulk_sections_pending", "finished_at", "requested_at"),
)
# Pages of outcomes in the order in which they came to be: what a cursor counts.
BULK_ENDINGS = append_only(
    Table(
        "bulk_endings",
        METADATA,
        Column("stream_id", Text, ForeignKey("bulk_streams.stream_id"), primary_key=True),
        Column("place", Integer, primary_key=True, autoincrement=False),
        Column("file_id", Text, ForeignKey("bulk_files.file_id"), nullable=False),
        Column("page", Integer, nullable=False),
    )
)
# Two ways of writing one name, as a hash: whether a person decided that they are one.
NAME_VARIANTS = Table(
    "name_variants",
    METADATA,
    Column("addressee_number", ADDRESSEE, ForeignKey("addressees.addressee_number"), primary_key=True),
    Column("names", Blob, nullable=False),
    Column("accepted", Flag, nullable=False),
)
PROVISION_RULES = append_only(
    Table(
        "provision_rules",
        METADATA,
        Column("rule_id", Text, primary_key=True),
        Column("scope", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("mode", Text, nullable=False),
        Column("four_eyes", Flag, nullable=False),
        Column("valid_from", Day, nullable=False),
        Column("valid_until", Day),
        Column("set_by", Text, nullable=False),
        Column("set_at", UtcTime, nullable=False),
    )
)
HELD_PROVISIONS = Table(
    "held_provisions",
    METADATA,
    Column("hold_id", Text, primary_key=True),
    Column("content_hash", Blob, nullable=False),
    Column("inquirer", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("kinds", Json, nullable=False),
    Column("addressees", Json, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("proposed_by", Text),
    Column("decided_by", Text),
    Column("decided_at", UtcTime),
    Column("reason", Text),
    Column("note", Text),
    Column("reminded_at", UtcTime),
    Index("held_provisions_of", "content_hash", "asked_at"),
    Index("held_provisions_state", "state", "asked_at"),
)
OUTAGES = Table(
    "outages",
    METADATA,
    Column("target", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("code", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    PrimaryKeyConstraint("target", "since"),
    Index("outages_open", "ended_at"),
)

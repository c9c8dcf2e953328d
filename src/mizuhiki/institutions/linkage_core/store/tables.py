"""Tables of the core.

No table but the ledger's, the links between generations and the traps has a column for a person, and each has a keyed
index. The pseudonyms of an unfinished case stand encrypted in its package and go with it; those of a link stand
encrypted beside the proof that they are one person's.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, MetaData, Table, UniqueConstraint

from mizuhiki.runtime.audit import audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.generation_book import generation_tables
from mizuhiki.runtime.leases import lease_tables
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.pages import session_table
from mizuhiki.runtime.staff_sign_in import staff_table

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
GENERATIONS = generation_tables(METADATA)
LEASES = lease_tables(METADATA)
LEDGER = ledger_tables(METADATA)
SESSIONS = session_table(METADATA)
STAFF = staff_table(METADATA)

CASES = Table(
    "cases",
    METADATA,
    Column("signer", Text, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("case_hash", Blob, nullable=False),
    Column("state", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("decided_at", UtcTime),
    Column("submitted_encrypted", Blob),
    Column("package_encrypted", Blob),
    Column("answer_encrypted", Blob),
    Column("refusal_rule", Text, nullable=False),
    Column("refused_by", Text, nullable=False),
    Column("refusal_detail", Text, nullable=False),
    Column("attempts", Integer),
    Column("next_attempt_at", UtcTime),
    Index("cases_state", "state", "received_at"),
    Index("cases_expiry", "expires_at"),
)
EXCHANGE_NUMBERS = append_only(
    Table(
        "exchange_numbers",
        METADATA,
        Column("inquirer", Text, primary_key=True),
        Column("exchange_number", Text, primary_key=True),
        sqlite_with_rowid=False,
    )
)
NONCES = Table(
    "spent_nonces",
    METADATA,
    Column("signer", Text, primary_key=True),
    Column("nonce", Text, primary_key=True),
    Column("case_hash", Blob, nullable=False),
    Column("until", UtcTime, nullable=False, index=True),
)
EXCHANGES = append_only(
    Table(
        "exchanges",
        METADATA,
        Column("inquirer", Text, primary_key=True),
        Column("kind", Text, primary_key=True),
        Column("exchange_number", Text, primary_key=True),
        Column("provider", Text, nullable=False),
        Column("affair", Text, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("information_kinds", Json, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("completed_on", Day, nullable=False),
        Column("digest", Blob, nullable=False),
        Index("exchanges_day", "completed_on", "outcome"),
    )
)
REFUSALS = append_only(
    Table(
        "refusals",
        METADATA,
        Column("id", Integer, primary_key=True),
        Column("at", UtcTime, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("asker", Text, nullable=False),
        Column("other", Text, nullable=False),
        Column("affair", Text, nullable=False),
        Column("procedure", Text, nullable=False),
        Column("kinds", Json, nullable=False),
        Column("rule", Text, nullable=False),
        Column("refused_by", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("case_hash", Blob, nullable=False),
        Index("refusals_rule", "rule"),
    )
)
# A link joins the core's own pseudonyms of one person in two generations, found by keyed indexes; the proofs of its
# batch stand once, under their hash. Nothing here leads to a pseudonym of the institution whose renewal brought it.
RENEWALS = append_only(
    Table(
        "pseudonym_renewals",
        METADATA,
        Column("evidence", Blob, primary_key=True),
        Column("renewal_encrypted", Blob, nullable=False),
    )
)
LINKS = append_only(
    Table(
        "pseudonym_links",
        METADATA,
        Column("later_index", Blob, primary_key=True),
        Column("earlier_index", Blob, nullable=False, unique=True),
        Column("later_encrypted", Blob, nullable=False),
        Column("earlier_encrypted", Blob, nullable=False),
        Column("evidence", Blob, nullable=False),
    )
)
# A trap stands under the keyed index of each of this core's pseudonyms of it, as links do. Its token is never here.
TRAPS = Table(
    "traps",
    METADATA,
    Column("trap_id", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token_hash", Blob, nullable=False),
    Column("had_records", Flag, nullable=False),
    Column("planted_at", UtcTime, nullable=False),
    UniqueConstraint("holder", "token_hash"),
)
TRAP_INDEXES = Table(
    "trap_indexes",
    METADATA,
    Column("person_index", Blob, primary_key=True),
    Column("trap_id", Text, ForeignKey("traps.trap_id"), primary_key=True, index=True),
)
ALARMS = Table(
    "trap_alarms",
    METADATA,
    Column("alarm_id", Text, primary_key=True),
    Column("case_hash", Blob, nullable=False, unique=True),
    Column("purpose", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("affair", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("traps", Json, nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    Column("told_at", UtcTime),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcTime, nullable=False),
    Index("trap_alarms_untold", "told_at", "next_attempt_at"),
)
JOINT_KEY = append_only(
    Table(
        "joint_key",
        METADATA,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("commission_statement", Text, nullable=False),
        Column("at", UtcTime, nullable=False),
    )
)

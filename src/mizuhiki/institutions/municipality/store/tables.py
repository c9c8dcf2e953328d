"""Tables of a municipality.

Numbers and codes stand encrypted and are found by keyed indexes. `live_code_index` and `live_number_index` are UNIQUE
and emptied when a record is removed: one code and one number stand on one living record, while somebody who comes back
gets a new record with the number they always had.
"""

from __future__ import annotations

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, MetaData, PrimaryKeyConstraint, Table, literal_column

from mizuhiki.runtime.audit import audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Json, Text, UtcTime, append_only
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.outbox import outbox_tables
from mizuhiki.runtime.page_sessions import session_table
from mizuhiki.runtime.staff_sign_in import staff_table
from mizuhiki.runtime.text_index import TextIndex

METADATA = MetaData()
AUDIT = audit_tables(METADATA)
OUTBOX = outbox_tables(METADATA)
LEDGER = ledger_tables(METADATA)
STAFF = staff_table(METADATA)
SESSIONS = session_table(METADATA)

HOUSEHOLDS = Table(
    "households",
    METADATA,
    Column("household", Text, primary_key=True),
    Column("address", Text, nullable=False),
)
HAS_RARE: ColumnElement[bool] = literal_column("rare <> ''")
HAS_ALIAS: ColumnElement[bool] = literal_column("alias_key <> ''")
RESIDENTS = Table(
    "residents",
    METADATA,
    Column("resident", Text, primary_key=True),
    Column("household", Text, ForeignKey("households.household"), nullable=False, index=True),
    Column("family", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("family_kana", Text, nullable=False),
    Column("given_kana", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("kana_key", Text, nullable=False),
    Column("birth_date", Day, nullable=False, index=True),
    Column("sex", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Column("address_key", Text, nullable=False, index=True),
    Column("relationship", Text, nullable=False),
    Column("registered_domicile", Text, nullable=False),
    Column("head_of_family_register", Text, nullable=False),
    Column("resident_since", Day, nullable=False),
    Column("address_since", Day, nullable=False),
    Column("previous_address", Text, nullable=False),
    Column("reported_on", Day, nullable=False),
    Column("nationality", Text, nullable=False),
    Column("code_index", Blob, nullable=False, index=True),
    Column("live_code_index", Blob, unique=True),
    Column("code_encrypted", Blob, nullable=False),
    Column("number_index", Blob, index=True),
    Column("live_number_index", Blob, unique=True),
    Column("number_encrypted", Blob),
    Column("generated_encrypted", Blob),
    Column("stage", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("removed_on", Day),
    Column("removal_reason", Text),
    Column("protected", Flag, nullable=False),
    Column("alias_key", Text, nullable=False),
    Column("details", Json, nullable=False),
    # Characters of its texts beyond JIS X 0208, as `resident_rows.rare_of` writes them; empty on nearly every record.
    Column("rare", Text, nullable=False),
    # A search by beginning orders what it finds; with what it orders and filters by beside the key, no record is read
    # that is not shown.
    Index("residents_by_name", "name_key", "state", "kana_key", "resident", "birth_date", "sex", "address_key"),
    # Few have an alias (通称); the index holds them alone, and its query says so in the same words.
    Index(
        "residents_by_alias",
        "alias_key",
        "state",
        "kana_key",
        "resident",
        "birth_date",
        "sex",
        "address_key",
        sqlite_where=HAS_ALIAS,
        postgresql_where=HAS_ALIAS,
    ),
    Index("residents_by_rare", "rare", "state", sqlite_where=HAS_RARE, postgresql_where=HAS_RARE),
    Index("residents_by_kana", "kana_key", "state", "resident", "birth_date", "sex", "address_key"),
)
ADDRESSES = Table(
    "addresses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("address_key", Text, nullable=False, unique=True),
)
"""Addresses that stand on some record, so that the words of each are indexed once for all who live there."""
ADDRESS_WORDS = TextIndex(METADATA, "address_words")
EVENTS = Table(
    "record_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("reported_on", Day, nullable=False),
    Column("entered_at", UtcTime, nullable=False, index=True),
    Column("entered_by", Text, nullable=False),
    Column("documents", Json, nullable=False),
    Column("note", Text, nullable=False),
)
STEPS = Table(
    "numbering_steps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("actor", Text, nullable=False),
)
NOTIFICATIONS = Table(
    "number_notifications",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("notified_on", Day, nullable=False),
    Column("notified_at", UtcTime, nullable=False),
    Column("code_encrypted", Blob, nullable=False),
    Column("number_encrypted", Blob, nullable=False),
)
SEQUENCES = Table(
    "identification_sequences",
    METADATA,
    Column("code_index", Blob, primary_key=True),
    Column("sequence", Integer, nullable=False),
)
CODE_CHANGES = Table(
    "code_changes",
    METADATA,
    Column("request_id", Text, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("old_encrypted", Blob, nullable=False),
    Column("new_encrypted", Blob, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
)
CODE_STOCK = Table(
    "code_stock",
    METADATA,
    Column("code_index", Blob, primary_key=True),
    Column("code_encrypted", Blob, nullable=False),
)
CODE_ORDERS = Table(
    "code_orders",
    METADATA,
    Column("order_id", Text, primary_key=True),
    Column("quantity", Integer, nullable=False),
    Column("closed", Flag, nullable=False),
)
MOVES = Table(
    "moves_out",
    METADATA,
    Column("reference", Text, primary_key=True),
    Column("residents", Json, nullable=False),
    Column("planned_on", Day, nullable=False),
    Column("planned_address", Text, nullable=False),
    Column("received_on", Day, nullable=False),
    Column("notifier", Text, nullable=False),
    Column("to_municipality", Text, nullable=False),
    Column("completed_on", Day),
    Column("cancelled_on", Day),
    Column("special", Flag, nullable=False),
)
ADDRESSEES = Table(
    "addressees",
    METADATA,
    Column("addressee_number", Text, primary_key=True),
    Column("number_index", Blob, nullable=False, unique=True),
    Column("number_encrypted", Blob, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_kana", Text, nullable=False),
    Column("birth_date", Day, nullable=False),
    Column("sex", Integer, nullable=False),
    Column("address", Text, nullable=False),
    Column("linkage", Text, nullable=False),
    Column("protected", Flag, nullable=False),
)
TAX_RECORDS = Table(
    "tax_records",
    METADATA,
    Column("addressee_number", Text, ForeignKey("addressees.addressee_number"), nullable=False),
    Column("fiscal_year", Integer, nullable=False),
    Column("resident", Text, nullable=False),
    Column("total_income_yen", Integer, nullable=False),
    Column("deductions_yen", Integer, nullable=False),
    Column("dependents", Integer, nullable=False),
    Column("taxed_as_of", Day, nullable=False),
    Column("version", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    PrimaryKeyConstraint("addressee_number", "fiscal_year"),
)
CASES = Table(
    "allowance_cases",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_token", Text, nullable=False, unique=True),
    Column("claimant", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("claimant_name", Text, nullable=False),
    Column("children", Json, nullable=False),
    Column("received_on", Day, nullable=False),
    Column("bank_account_label", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("assessment", Json),
    Column("proposed_by", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("notice_id", Text, nullable=False),
)
CASE_STEPS = Table(
    "allowance_steps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_token", Text, ForeignKey("allowance_cases.case_token"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("step", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("note", Text, nullable=False),
)
LINKED = Table(
    "linked_information",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_token", Text, ForeignKey("allowance_cases.case_token"), nullable=False, index=True),
    Column("content", Json, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)
PAPERS = Table(
    "paper_documents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case_token", Text, ForeignKey("allowance_cases.case_token"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("recorded_at", UtcTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("total_income_yen", Integer),
    Column("dependents", Integer),
)
PAYMENTS = Table(
    "payments",
    METADATA,
    Column("payment_id", Text, primary_key=True),
    Column("case_token", Text, ForeignKey("allowance_cases.case_token"), nullable=False, index=True),
    Column("amount_yen", Integer, nullable=False),
    Column("months", Json, nullable=False),
    Column("pay_on", Day, nullable=False),
)
CARDS = Table(
    "cards",
    METADATA,
    Column("request_id", Text, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("card_serial", Text, nullable=False, unique=True),
    Column("issued_on", Day, nullable=False),
    Column("expires_on", Day, nullable=False),
    Column("state", Text, nullable=False),
    Column("user_identification", Blob),
    Column("user_identification_ca", Blob),
    Column("signature", Blob),
    Column("signature_ca", Blob),
)
CARD_LAPSES = Table(
    "card_lapses",
    METADATA,
    Column("card_serial", Text, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("lapsed_on", Day, nullable=False),
    Column("cause", Text, nullable=False),
    Column("told_at", UtcTime, nullable=False),
)
"""Cards that ended by law, as the register told; also ones that were never shown here."""
append_only(CARD_LAPSES)
SUBSTITUTIONS = Table(
    "written_otherwise",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("target", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("written", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("receiver", Text, nullable=False),
)
append_only(SUBSTITUTIONS)
MEASURES = Table(
    "support_measures",
    METADATA,
    Column("measure", Text, primary_key=True),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("started_on", Day, nullable=False),
    Column("until", Day, nullable=False),
    Column("marked_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_on", Day),
    Column("ended_by", Text, nullable=False),
)
LIFTS = Table(
    "support_lifts",
    METADATA,
    Column("lift", Text, primary_key=True),
    Column("measure", Text, ForeignKey("support_measures.measure"), nullable=False, index=True),
    Column("clerk", Text, nullable=False),
    Column("work", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", UtcTime),
    Column("expires_at", UtcTime),
    Column("closed_at", UtcTime),
)
LIFT_USES = Table(
    "support_lift_uses",
    METADATA,
    Column("lift", Text, ForeignKey("support_lifts.lift"), nullable=False),
    Column("trace", Text, nullable=False),
    Column("used_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("lift", "trace"),
)
TRANSFERS = Table(
    "measure_transfers",
    METADATA,
    Column("move", Text, ForeignKey("moves_out.reference"), nullable=False),
    Column("resident", Text, ForeignKey("residents.resident"), nullable=False, index=True),
    Column("to_municipality", Text, nullable=False),
    Column("approved_by", Text, nullable=False),
    Column("approved_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("move", "resident"),
)
append_only(TRANSFERS)
REQUESTS = Table(
    "requests",
    METADATA,
    Column("request_id", Text, primary_key=True),
    Column("answer", Json, nullable=False),
    Column("answered_at", UtcTime, nullable=False),
)
for _table in (EVENTS, STEPS, NOTIFICATIONS, CODE_CHANGES, CASE_STEPS, LINKED, PAPERS, PAYMENTS, LIFT_USES, REQUESTS):
    append_only(_table)

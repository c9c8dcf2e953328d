"""Tables of the national register.

Numbers and codes stand encrypted (randomised AEAD bound to institution, table, column and row) and are found by keyed
indexes; both indexes are UNIQUE, which guards against a second number independently of how numbers are made. A code's
position in its bundle is not stored, and persons have random row names, so no table tells an order of birth.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint

from mizuhiki.runtime.audit import AuditEvent, audit_tables
from mizuhiki.runtime.database import Blob, Day, Flag, Integer, Text, UtcTime, append_only
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.outbox import outbox_tables

METADATA = MetaData()

AUDIT = audit_tables(METADATA)
OUTBOX = outbox_tables(METADATA)
LEDGER = ledger_tables(METADATA)

_COUNTED = frozenset({"count"})
EVENTS = (
    AuditEvent("codes-allocated", "A bundle of resident record codes was assigned.", _COUNTED),
    AuditEvent("numbers-generated", "Numbers to be designated were given to a municipality.", _COUNTED),
    AuditEvent("number-changed", "Another number was generated after a leak.", _COUNTED),
    AuditEvent("code-changed", "A resident record code was changed on request.", _COUNTED),
    AuditEvent("identification-taken", "Identification information was taken from a prefecture.", _COUNTED),
    AuditEvent("identification-searched", "Somebody was looked up by number.", _COUNTED),
    AuditEvent("pseudonyms-requested", "The issue of pseudonyms was started.", _COUNTED),
    AuditEvent("numbers-loaded", "Numbers made in bulk were taken in.", _COUNTED),
    AuditEvent("notices-ordered", "Cards or notices of an envelope were ordered.", _COUNTED),
    AuditEvent("notices-printed", "A run was put on the printing contractor's medium.", _COUNTED),
    AuditEvent("notice-returned", "A returned card or notice was registered.", _COUNTED),
    AuditEvent("card-registered", "A card was registered for a person.", _COUNTED),
    AuditEvent("card-made", "A card got its issuer keys and signed contents.", _COUNTED),
    AuditEvent("application-permitted", "An application for the free area was permitted.", _COUNTED),
    AuditEvent("card-session-opened", "A desk asked for a session with a card.", _COUNTED),
    AuditEvent("tiers-compared", "A municipality compared its register with what is held here.", _COUNTED),
    AuditEvent("look-ups-opened", "A person's look-ups were given to that person.", _COUNTED),
    AuditEvent("card-holder-confirmed", "A claim whose card it is was answered.", _COUNTED),
    AuditEvent("card-moves-taken", "A municipality told of moves that bear on cards.", _COUNTED),
    AuditEvent("cards-lapsed", "Cards ended by law without a decision.", _COUNTED),
)

BUNDLES = Table(
    "code_bundles",
    METADATA,
    Column("bundle_id", Text, primary_key=True),
    Column("municipality_code", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    UniqueConstraint("municipality_code", "request_id"),
)
CODES = Table(
    "resident_record_codes",
    METADATA,
    Column("code_index", Blob, primary_key=True),
    Column("bundle_id", Text, ForeignKey("code_bundles.bundle_id"), nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("code_encrypted", Blob, nullable=False),
)
PERSONS = Table(
    "persons",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("code_index", Blob, ForeignKey("resident_record_codes.code_index"), nullable=False, unique=True),
    Column("code_encrypted", Blob, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("number_index", Blob, nullable=False, unique=True),
    Column("number_encrypted", Blob, nullable=False),
    Column("seed_encrypted", Blob, nullable=False),
    Column("municipality_code", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("in_register", Flag, nullable=False),
    Column("protected", Flag, nullable=False),
    Column("name", Text),
    Column("name_kana", Text),
    Column("birth_date", Day),
    Column("sex", Integer),
    Column("address", Text),
    UniqueConstraint("code_index", "generation"),
    CheckConstraint("sequence >= 0", name="sequence_not_negative"),
)
NUMBER_LINES = Table(
    "number_lines",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("line_id", Text, nullable=False),
    Column("person", Text, ForeignKey("persons.person"), nullable=False),
    Column("generated_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("municipality_code", "line_id"),
)
CHANGES = Table(
    "identification_changes",
    METADATA,
    Column("change_id", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.person"), nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("effective_on", Day, nullable=False),
    Column("in_register", Flag, nullable=False),
    Column("taken_at", UtcTime, nullable=False, index=True),
)
ACQUISITIONS = Table(
    "spent_acquisitions",
    METADATA,
    Column("acquisition_hash", Blob, primary_key=True),
    Column("spent_at", UtcTime, nullable=False),
)
CARDS = Table(
    "cards",
    METADATA,
    Column("card_serial", Text, primary_key=True),
    Column("person", Text, ForeignKey("persons.person"), nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("security_code", Text, nullable=False),
    Column("issued_on", Day, nullable=False),
    Column("expires_on", Day, nullable=False, index=True),
    UniqueConstraint("municipality_code", "request_id"),
)
PERSON_CODES = Table(
    "person_codes",
    METADATA,
    Column("code_index", Blob, ForeignKey("resident_record_codes.code_index"), primary_key=True),
    Column("person", Text, ForeignKey("persons.person"), nullable=False, index=True),
    Column("code_encrypted", Blob, nullable=False),
    Column("since", UtcTime, nullable=False),
)
"""Every code a person has had; the present one is on the person's row as well."""
GIVEN_NUMBERS = Table(
    "given_numbers",
    METADATA,
    Column("number_index", Blob, primary_key=True),
    Column("person", Text, ForeignKey("persons.person"), nullable=False, index=True),
    Column("code_index", Blob, ForeignKey("resident_record_codes.code_index"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("number_encrypted", Blob, nullable=False),
    Column("given_at", UtcTime, nullable=False),
    UniqueConstraint("code_index", "generation"),
)
"""Every number ever given (番号法8条2項1号): none comes twice, none is ever taken out."""
CHANGE_REQUESTS = Table(
    "change_requests",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("person", Text, ForeignKey("persons.person"), nullable=False),
    Column("number_encrypted", Blob),
    Column("code_encrypted", Blob),
    Column("taken_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("municipality_code", "request_id"),
)
"""Changes of number and code by request; one of the two columns holds what the request led to."""
LAPSED_CARDS = Table(
    "lapsed_cards",
    METADATA,
    Column("card_serial", Text, ForeignKey("cards.card_serial"), primary_key=True),
    Column("lapsed_on", Day, nullable=False),
    Column("cause", Text, nullable=False),
)
"""Cards that ended by law: the first day on which each was not valid any more, and why (番号法17条6項; R-154)."""
CARD_MOVES = Table(
    "card_moves",
    METADATA,
    Column("place", Integer, primary_key=True),
    Column("notice_id", Text, nullable=False, unique=True),
    Column("person", Text, ForeignKey("persons.person"), nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("happened_on", Day, nullable=False),
    Column("reported_on", Day, nullable=False),
    Column("abroad_allowed", Flag, nullable=False),
    Column("due_on", Day, nullable=False, index=True),
    Column("taken_on", Day, nullable=False, index=True),
)
"""What municipalities told of moves; with `due_on`, the first day on which a notice alone can end a card."""
CARD_WATCHES = Table(
    "card_watches",
    METADATA,
    Column("day", Day, primary_key=True),
    Column("finished_at", UtcTime, nullable=False),
)
"""Days on which all cards were judged; what fell due since the last is judged next."""
CARD_CHIPS = Table(
    "card_chips",
    METADATA,
    Column("card_serial", Text, ForeignKey("cards.card_serial"), primary_key=True),
    Column("card_number", Text, nullable=False, unique=True),
)
"""Which chip a card was made with; the chip's issuer keys are derived from its number."""
CARD_PLACES = Table(
    "card_places",
    METADATA,
    Column("place", Integer, primary_key=True),
    Column("card_serial", Text, ForeignKey("cards.card_serial"), nullable=False, index=True),
    Column("municipality_code", Text, nullable=False),
    Column("since", Day, nullable=False),
)
"""Where cards went on being used after moves (番号法17条2項, 3項); the last counts."""
for _table in (
    CODES,
    NUMBER_LINES,
    CHANGES,
    ACQUISITIONS,
    PERSON_CODES,
    GIVEN_NUMBERS,
    CHANGE_REQUESTS,
    LAPSED_CARDS,
    CARD_MOVES,
    CARD_WATCHES,
    CARD_CHIPS,
    CARD_PLACES,
):
    append_only(_table)

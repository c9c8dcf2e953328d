"""Which values two institutions may both hold, and why; any other could join their records of a person."""

from __future__ import annotations

import re
from typing import Any

from mizuhiki.vocabulary.ids import InstitutionKind

Places = frozenset[tuple[str, str]]


def _at(kind: InstitutionKind, *columns: str) -> Places:
    return frozenset((kind.value, column) for column in columns)


K = InstitutionKind
MAY_BE_SHARED: dict[str, Places] = {
    # One case or exchange, never a person: a fresh number, or the hash of what the asker signed (番号法23条).
    "the hash of one signed case": (
        _at(
            K.COMMISSION,
            "conversion_answers.case_hash",
            "decisions.case_hash",
            "spent_marks.case_hash",
        )
        | _at(K.LINKAGE_CORE, "cases.case_hash", "refusals.case_hash", "spent_nonces.case_hash")
        | _at(K.INTERMEDIATE_SERVER, "taken_batches.case_hash", "answered_sections.case_hash")
    ),
    "the number of one exchange": (
        _at(K.LINKAGE_CORE, "cases.number", "exchanges.exchange_number", "exchange_numbers.exchange_number")
        | _at(
            K.INTERMEDIATE_SERVER,
            "inquiries.exchange_number",
            "inquiries.section_id",
            "inquiry_cases.section_id",
            "answered_sections.section_id",
            "recorded_exchanges.exchange_number",
            "operator_cases.reference",
            "notices.notice_id",
            "sent_notices.request_id",
        )
        | _at(K.MUNICIPALITY, "allowance_cases.notice_id", "cases.notice_id")
        | _at(K.PORTAL, "read_notices.notice_id")
    ),
    "the digest of one answer": (
        _at(K.LINKAGE_CORE, "exchanges.digest") | _at(K.INTERMEDIATE_SERVER, "recorded_exchanges.digest")
    ),
    # What the witness must see of each log; a person stands in it under a key of that log alone.
    "what the commission witnesses of a log": (
        _at(
            K.COMMISSION,
            "witnessed_logs.frontier",
            "witnessed_logs.root",
            "witnessed_logs.map_root",
            "witnessed_logs.checkpoint",
            "witnessed_heads.index_key",
            "witnessed_heads.head",
        )
        | frozenset(
            (kind.value, column)
            for kind in (K.INTERMEDIATE_SERVER, K.LINKAGE_CORE, K.NATIONAL_REGISTER, K.PREFECTURE, K.MUNICIPALITY)
            for column in (
                "ledger_logs.frontier",
                "ledger_nodes.hash",
                "ledger_checkpoints.map_root",
                "ledger_checkpoints.text",
                "ledger_heads.index_key",
                "ledger_heads.head",
                "ledger_leaves.index_key",
                "ledger_leaves.head",
                "ledger_leaves.leaf",
                "ledger_leaves.previous_head",
            )
        )
    ),
    # The resident register network: bodies that all hold the number itself (住基法30条の6, 30条の7).
    "one change of identification information": (
        _at(K.PREFECTURE, "identification_changes.change_id")
        | _at(K.NATIONAL_REGISTER, "identification_changes.change_id")
        | _at(K.JPKI, "register_events.event_id", "certificate_changes.event_id")
    ),
    "an order of codes or a line of a request for numbers": (
        _at(K.MUNICIPALITY, "code_orders.order_id", "cards.resident", "number_notifications.resident")
        | _at(K.MUNICIPALITY, "numbering_steps.resident", "record_events.resident", "residents.resident")
        | _at(K.MUNICIPALITY, "tax_records.resident", "notices.resident", "record_facts.resident")
        | _at(K.MUNICIPALITY, "resident_copy_marks.resident")
        | _at(K.NATIONAL_REGISTER, "code_bundles.request_id", "number_lines.line_id")
    ),
    "the serial number of a card": (
        _at(K.MUNICIPALITY, "cards.card_serial")
        | _at(K.NATIONAL_REGISTER, "cards.card_serial", "card_chips.card_serial")
        | _at(K.JPKI, "certificates.card_serial")
    ),
    "the name of an employer, who is no natural person; each body keeps it by its own law": (
        _at(K.PENSION_SERVICE, "insured_periods.employer")
        | _at(K.PUBLIC_EMPLOYMENT_OFFICE, "insured_employments.employer", "separation_slips.employer")
        | _at(K.HEALTH_INSURANCE_SOCIETY, "health_qualifications.employer")
    ),
    "the name of an impairment, of a list": _at(K.PREFECTURE_WELFARE, "disability_certificates.impairment"),
    "a certificate of an authority, which is public": (
        _at(K.JPKI, "authority_roots.certificate")
        | _at(K.MUNICIPALITY, "cards.user_identification_ca", "cards.signature_ca")
    ),
}
"""Why a value may stand at two institutions, and where; anything shared beside these would link their records."""
REGISTERS = frozenset({K.MUNICIPALITY.value, K.PREFECTURE.value, K.NATIONAL_REGISTER.value, K.PENSION_SERVICE.value})
FOUR_ITEMS = re.compile(
    r"\w+\.(?:name|printed_name|family|given|\w*kana|\w*address|(?:name|kana|address)_key|registered_domicile|head_of_\w+)\Z"
)
"""Columns with a name or an address; they may be equal wherever the law has a body keep them, never at linkage."""
PERSONS_AT_LINKAGE = frozenset(
    {
        "addressees.addressee_number",
        "local_copies.addressee_number",
        "pseudonyms.addressee_number",
        "pseudonyms.pseudonym_index",
        "pseudonyms.pseudonym_encrypted",
        "pseudonyms.place",
        "notices.pseudonym_index",
    }
)
"""Columns of an intermediate server that stand for a person."""
WORDS = re.compile(
    r"(?:[a-z_]+(?:[-._][a-z]+)*(?:-[0-9]{2,6})?"  # names of institutions, affairs, codes and events
    r"|ordinance-[0-9]{2,6}-[a-z]+(?:[-.][a-z]+)*"  # affairs under ordinances and their procedures
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"  # instants
    r"|mizuhiki/[a-z-]+|[A-Za-z]+(?: [A-Za-z]+)+"  # names of logs; sentences
    r"|[\[{][a-z0-9\":,{}\[\]. -]*[\]}])\Z"  # lists of kinds, fields of audit events
)
"""Values of the program rather than of anybody."""
GROUNDS = frozenset({"audit_event.legal_basis", "audit_event.purpose"})
"""Texts of the law and of the program."""


def may_be_shared(places: set[tuple[str, str]]) -> bool:
    """Whether one of the reasons covers all places (kind, table and column) of one value."""
    if {column for _, column in places} <= GROUNDS:
        return True
    if all(kind in REGISTERS and FOUR_ITEMS.match(column) for kind, column in places):
        return True
    return any(places <= allowed for allowed in MAY_BE_SHARED.values())


def tells_something(value: Any) -> bool:
    """Whether a stored value could name somebody: long enough, and neither a word nor an instant."""
    if isinstance(value, int):
        return value >= 10**15
    if isinstance(value, bytes):
        return len(value) >= 16 and any(value)
    return isinstance(value, str) and len(value.encode()) >= 16 and not WORDS.match(value)

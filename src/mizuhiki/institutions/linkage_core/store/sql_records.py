"""One write transaction on the core's tables and its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mizuhiki.institutions.linkage_core.domain.cases import (
    Case,
    CaseAnswer,
    ExchangeRecord,
    InquiryCase,
    Package,
    PersonKey,
    Refusal,
    RefusalLine,
    Renewal,
    State,
    StoredCase,
    Submitted,
)
from mizuhiki.institutions.linkage_core.domain.errors import ExchangeNumberTaken
from mizuhiki.institutions.linkage_core.store.case_cipher import CaseKey
from mizuhiki.institutions.linkage_core.store.sql_links import SqlLinks
from mizuhiki.institutions.linkage_core.store.sql_traps import SqlTraps
from mizuhiki.institutions.linkage_core.store.tables import CASES, EXCHANGE_NUMBERS, EXCHANGES, NONCES, REFUSALS
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.keyed_rows import change_rows, find_among, find_row, insert_row
from mizuhiki.runtime.ledger_store import LedgerRecord
from mizuhiki.vocabulary.dates import JST
from mizuhiki.vocabulary.ids import InstitutionId, parse_institution_id
from mizuhiki.wire.linkage_core import ExchangeEntry, exchange_digest

_STORED_COLUMNS = ("case_hash", "state", "answer_encrypted", "refusal_rule", "refused_by", "refusal_detail")
_EXCHANGE_COLUMNS = (
    "inquirer",
    "kind",
    "exchange_number",
    "provider",
    "affair",
    "procedure",
    "information_kinds",
    "outcome",
    "completed_on",
    "digest",
)


def key_of_case(case: Case) -> CaseKey:
    """Return the primary key under which a case stands."""
    return CaseKey(case.signer, case.purpose.value, case.number)


def _place(key: CaseKey) -> dict[str, str]:
    return {"signer": key.signer, "purpose": key.purpose, "number": key.number}


def entry_of(record: ExchangeRecord) -> ExchangeEntry:
    """Return the ledger entry of a record. The core cannot know which items a sealed answer holds."""
    return ExchangeEntry(
        kind=record.kind,
        exchange_number=record.exchange_number,
        inquirer=record.inquirer,
        provider=record.provider,
        affair=record.affair,
        procedure=record.procedure,
        information_kinds=list(record.kinds),
        items=[],
        statute=record.statute,
        requested_at=record.requested_at,
        completed_at=record.completed_at,
        outcome=record.outcome,
    )


class SqlRecords(SqlTraps):
    """Implements `ports.Records`."""

    def stored(self, case: Case) -> StoredCase | None:
        """Return what stands under the case's signer, purpose and number."""
        key = key_of_case(case)
        row = find_row(self._connection, CASES, _STORED_COLUMNS, _place(key))
        if row is None:
            return None
        answer = None
        if row.answer_encrypted is not None:
            answer = self._cipher.decrypt(key, "answer_encrypted", row.answer_encrypted, CaseAnswer)
        refusal = None
        if row.refusal_rule:
            refusal = Refusal(row.refusal_rule, parse_institution_id(row.refused_by), row.refusal_detail)
        return StoredCase(row.case_hash, State(row.state), answer, refusal)

    def receive(self, case: Case, submitted: Submitted, now: datetime) -> None:
        """Store a new case as received and reserve its exchange numbers."""
        if isinstance(case.detail, InquiryCase):
            self._reserve(case.detail.inquirer, list(case.detail.exchange_numbers))
        key = key_of_case(case)
        values = {
            **_place(key),
            "case_hash": case.hash,
            "state": State.RECEIVED.value,
            "received_at": now,
            "expires_at": case.expires_at,
            "submitted_encrypted": self._cipher.encrypt(key, "submitted_encrypted", submitted),
            "refusal_rule": "",
            "refused_by": "",
            "refusal_detail": "",
        }
        insert_row(self._connection, CASES, values)

    def _reserve(self, inquirer: InstitutionId, numbers: list[str]) -> None:
        asked = {"inquirer": inquirer}
        if find_among(self._connection, EXCHANGE_NUMBERS, ("exchange_number",), ("exchange_number", numbers), asked):
            raise ExchangeNumberTaken(inquirer=inquirer)
        rows = [(inquirer, number) for number in numbers]
        insert_rows(self._connection, EXCHANGE_NUMBERS, ("inquirer", "exchange_number"), rows)

    def spend(self, signer: InstitutionId, nonce: str, case_hash: bytes, until: datetime) -> bool:
        """Remember a nonce; false when another case of the signer spent it."""
        place = {"signer": signer, "nonce": nonce}
        known = find_row(self._connection, NONCES, ("case_hash",), place)
        if known is not None:
            return bool(known.case_hash == case_hash)
        insert_row(self._connection, NONCES, {**place, "case_hash": case_hash, "until": until})
        return True

    def package(self, case: Case) -> Package | None:
        """Return the converted case that is ready to be sent."""
        key = key_of_case(case)
        row = find_row(self._connection, CASES, ("package_encrypted",), _place(key))
        if row is None or row.package_encrypted is None:
            return None
        return self._cipher.decrypt_package(key, row.package_encrypted)

    def keep_package(self, case: Case, package: Package) -> Package:
        """Store the converted case; return the one that stands when another worker was first."""
        key = key_of_case(case)
        changes = {"state": State.CONVERTED.value, "package_encrypted": self._cipher.encrypt_package(key, package)}
        undecided = {**_place(key), "state": State.RECEIVED.value}
        changed = change_rows(self._connection, CASES, changes, undecided)
        return package if changed else self.package(case) or package

    def finish(self, case: Case, answer: CaseAnswer, now: datetime) -> bool:
        """Store the answer and drop what the case needed to go on."""
        key = key_of_case(case)
        encrypted = self._cipher.encrypt(key, "answer_encrypted", answer)
        return self._decide(key, {"state": State.DONE.value, "decided_at": now, "answer_encrypted": encrypted})

    def refuse(self, case: Case, refusal: Refusal, now: datetime) -> bool:
        """Store the refusal and drop what the case needed to go on."""
        values = {
            "state": State.REFUSED.value,
            "decided_at": now,
            "refusal_rule": refusal.rule,
            "refused_by": refusal.refused_by,
            "refusal_detail": refusal.detail,
        }
        return self._decide(key_of_case(case), values)

    def _decide(self, key: CaseKey, values: dict[str, Any]) -> bool:
        changes = {**values, "submitted_encrypted": None, "package_encrypted": None}
        # A case in its usual state is found by the first statement.
        states = (State.CONVERTED.value, State.RECEIVED.value)
        return any(change_rows(self._connection, CASES, changes, {**_place(key), "state": one}) for one in states)

    def postpone(self, case: Case, attempts: int, until: datetime) -> None:
        """Note a failed attempt and when the next one is due."""
        changes = {"attempts": attempts, "next_attempt_at": until}
        change_rows(self._connection, CASES, changes, _place(key_of_case(case)))

    def note_refusal(self, line: RefusalLine) -> None:
        """Append to the record of refusals."""
        self._connection.execute(
            REFUSALS.insert().values(
                at=line.at,
                purpose=line.purpose,
                asker=line.asker,
                other=line.other,
                affair=line.affair,
                procedure=line.procedure,
                kinds=list(line.kinds),
                rule=line.rule,
                refused_by=line.refused_by,
                detail=line.detail,
                case_hash=line.case_hash,
            )
        )

    def link(self, case: Case, renewal: Renewal, rule: str, now: datetime) -> int:
        """Link the core's pseudonyms of two generations, with the proofs; return how many were not linked before."""
        return SqlLinks(self._connection, self._cipher, self._ledger).put(case, renewal, rule, now)

    def append(self, records: Sequence[tuple[PersonKey, ExchangeRecord]]) -> None:
        """Append records to the ledger under their persons, and their shared fields to the table for reconciling."""
        if not records:
            return
        entries = [entry_of(record) for _, record in records]
        self._ledger.append_many(
            self._connection,
            [
                LedgerRecord(person.reveal(), entry, record.completed_at)
                for (person, record), entry in zip(records, entries, strict=True)
            ],
        )
        rows = [
            (
                record.inquirer,
                record.kind,
                record.exchange_number,
                record.provider,
                record.affair,
                record.procedure,
                record.kinds,
                record.outcome,
                record.completed_at.astimezone(JST).date(),
                exchange_digest(entry),
            )
            for (_, record), entry in zip(records, entries, strict=True)
        ]
        insert_rows(self._connection, EXCHANGES, _EXCHANGE_COLUMNS, rows)

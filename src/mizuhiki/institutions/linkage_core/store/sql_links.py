"""Links between the core's own pseudonyms of two generations, in the tables and in both chains of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, select

from mizuhiki.institutions.linkage_core.domain.cases import CORE, Branch, Case, PersonKey, Renewal
from mizuhiki.institutions.linkage_core.store.case_cipher import CaseCipher
from mizuhiki.institutions.linkage_core.store.tables import LINKS, RENEWALS
from mizuhiki.institutions.linkage_core.store.trap_indexes import spread_traps
from mizuhiki.runtime.keyed_rows import find_row, insert_row
from mizuhiki.runtime.ledger_store import Ledger, LedgerRecord
from mizuhiki.vocabulary.ids import owner_of
from mizuhiki.wire.linkage_core import GENERATION_LINK, GenerationLinkEntry

LINKED = "linked"
"""Outcome of the entry that tells of a link."""
_COLUMNS = ("later_index", "earlier_index", "later_encrypted", "earlier_encrypted")


class SqlLinks:
    """Writes and follows links on one open connection."""

    def __init__(self, connection: Connection, cipher: CaseCipher, ledger: Ledger) -> None:
        self._connection = connection
        self._cipher = cipher
        self._ledger = ledger

    def put(self, case: Case, renewal: Renewal, rule: str, now: datetime) -> int:
        """Store the links that are new, their proofs, and an entry in either chain; return how many were new."""
        evidence, encrypted = self._cipher.evidence_of(renewal)
        records: list[LedgerRecord] = []
        linked: list[tuple[bytes, bytes]] = []
        for earlier, later in zip(renewal.earlier.persons, renewal.later.persons, strict=True):
            place = {"later_index": self._cipher.person_index(later)}
            if find_row(self._connection, LINKS, ("later_index",), place) is not None:
                continue
            row = self._row(earlier, later, evidence)
            insert_row(self._connection, LINKS, row)
            linked.append((row["earlier_index"], row["later_index"]))
            sides = ((renewal.earlier, earlier), (renewal.later, later))
            for own, other in (sides, sides[::-1]):
                records.append(
                    LedgerRecord(own[1].reveal(), self._entry(case, own[0], other, evidence, rule, now), now)
                )
        if not records:
            return 0
        insert_row(self._connection, RENEWALS, {"evidence": evidence, "renewal_encrypted": encrypted})
        self._ledger.append_many(self._connection, records)
        spread_traps(self._connection, linked)
        return len(records) // 2

    def _row(self, earlier: PersonKey, later: PersonKey, evidence: bytes) -> dict[str, bytes]:
        row = self._cipher.person_index(later)
        return {
            "later_index": row,
            "earlier_index": self._cipher.person_index(earlier),
            "later_encrypted": self._cipher.encrypt_person(later, "later_encrypted", row),
            "earlier_encrypted": self._cipher.encrypt_person(earlier, "earlier_encrypted", row),
            "evidence": evidence,
        }

    def _entry(  # noqa: PLR0917 - the parts of one entry
        self, case: Case, own: Branch, other: tuple[Branch, PersonKey], evidence: bytes, rule: str, now: datetime
    ) -> GenerationLinkEntry:
        return GenerationLinkEntry(
            kind=GENERATION_LINK,
            exchange_number=case.number,
            inquirer=owner_of(case.signer),
            provider=CORE,
            affair=case.affair,
            procedure="",
            information_kinds=[],
            items=[],
            statute=rule,
            requested_at=case.issued_at,
            completed_at=now,
            outcome=LINKED,
            generation=own.generation,
            linked_generation=other[0].generation,
            linked_index=self._ledger.index_at(now, other[1].reveal()),
            evidence=evidence,
        )

    def chain_of(self, person: PersonKey) -> list[PersonKey]:
        """Return the person's pseudonyms of all linked generations, `person` first, then older ones, then newer."""
        return [person, *self._follow(person, "later", "earlier"), *self._follow(person, "earlier", "later")]

    def _follow(self, person: PersonKey, near: str, far: str) -> Iterator[PersonKey]:
        while True:
            place = {f"{near}_index": self._cipher.person_index(person)}
            row = find_row(self._connection, LINKS, _COLUMNS, place)
            if row is None:
                return
            person = self._cipher.decrypt_person(getattr(row, f"{far}_encrypted"), f"{far}_encrypted", row.later_index)
            yield person

    def evidence(self) -> list[bytes]:
        """Return the hashes of the proofs of all kept renewals."""
        return [bytes(name) for name in self._connection.execute(select(RENEWALS.c.evidence)).scalars()]

    def renewal(self, evidence: bytes) -> Renewal:
        """Return one kept renewal."""
        query = select(RENEWALS.c.renewal_encrypted).where(RENEWALS.c.evidence == evidence)
        return self._cipher.read_evidence(evidence, self._connection.execute(query).scalar_one())

    def all(self) -> list[tuple[PersonKey, PersonKey]]:
        """Return every link: the earlier pseudonym and the later one."""
        return [
            (
                self._cipher.decrypt_person(row.earlier_encrypted, "earlier_encrypted", row.later_index),
                self._cipher.decrypt_person(row.later_encrypted, "later_encrypted", row.later_index),
            )
            for row in self._connection.execute(select(LINKS))
        ]

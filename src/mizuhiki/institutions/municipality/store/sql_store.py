"""The store port over SQLAlchemy Core: one write transaction for all areas of the municipality."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.institutions.municipality.ports import Records
from mizuhiki.institutions.municipality.store.chunks import chunks
from mizuhiki.institutions.municipality.store.cipher import Cipher
from mizuhiki.institutions.municipality.store.sql_addressees import SqlAddressees
from mizuhiki.institutions.municipality.store.sql_allowances import SqlAllowances, SqlDesk
from mizuhiki.institutions.municipality.store.sql_changes import SqlChanges
from mizuhiki.institutions.municipality.store.sql_copies import SqlCopies
from mizuhiki.institutions.municipality.store.sql_events import SqlEvents
from mizuhiki.institutions.municipality.store.sql_linkage import SqlLinkage, TellServer
from mizuhiki.institutions.municipality.store.sql_network import SqlNetwork
from mizuhiki.institutions.municipality.store.sql_notices import SqlNotices, TellCardMaker, release_approved
from mizuhiki.institutions.municipality.store.sql_outside import SqlOutside, TellOutside
from mizuhiki.institutions.municipality.store.sql_register import (
    SqlRegister,
    TellCardIssuer,
    TellMunicipality,
    TellPrefecture,
)
from mizuhiki.institutions.municipality.store.sql_resident_copies import SqlResidentCopies
from mizuhiki.institutions.municipality.store.sql_substitutes import SqlSubstitutes
from mizuhiki.institutions.municipality.store.sql_supplement import SqlSupplement, TellHomeRegistry
from mizuhiki.institutions.municipality.store.sql_support import SqlSupport, marked_among, transfer_approved
from mizuhiki.institutions.municipality.store.tables import REQUESTS
from mizuhiki.runtime.audit import Audit
from mizuhiki.runtime.bulk_rows import insert_rows
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.grounds import context_of
from mizuhiki.runtime.keyed_rows import find_among
from mizuhiki.runtime.ledger_store import Ledger, Submit
from mizuhiki.vocabulary.grounds import Grounds
from mizuhiki.vocabulary.ids import InstitutionId

_Tells = tuple[
    TellPrefecture, TellMunicipality, TellServer, TellHomeRegistry, TellCardMaker, TellOutside, TellCardIssuer
]


class SqlRecords:
    """Implements `ports.Records` on one open connection."""

    def __init__(
        self,
        connection: Connection,
        cipher: Cipher,
        audit: Audit,
        ledger: Ledger,
        tells: _Tells,
    ) -> None:
        tell_prefecture, tell_municipality, tell_server, tell_home, tell_card_maker, tell_outside, tell_issuer = tells
        self._connection = connection
        self._audit = audit
        self.register = SqlRegister(connection, cipher, tell_prefecture, tell_municipality, tell_issuer)
        self.changes = SqlChanges(connection, cipher)
        self.linkage = SqlLinkage(connection, cipher, tell_server)
        self.addressees = SqlAddressees(connection)
        self.allowances = SqlAllowances(connection)
        self.desk = SqlDesk(connection)
        self.support = SqlSupport(connection)
        self.events = SqlEvents(connection, cipher)
        self.supplement = SqlSupplement(connection, cipher, tell_home)
        self.network = SqlNetwork(connection, cipher, ledger)
        self.notices = SqlNotices(connection, cipher, tell_card_maker)
        self.copies = SqlCopies(connection, cipher)
        self.outside = SqlOutside(connection, cipher, tell_outside)
        self.resident_copies = SqlResidentCopies(connection)
        self.substitutes = SqlSubstitutes(connection)

    def answer_of_request(self, request_id: str) -> list[str] | None:
        """Return what an earlier request of that id produced."""
        return self.answers_of_requests([request_id]).get(request_id)

    def answers_of_requests(self, request_ids: Sequence[str]) -> dict[str, list[str]]:
        """Return what earlier requests produced, by id."""
        found: dict[str, list[str]] = {}
        for chunk in chunks(request_ids):
            rows = find_among(self._connection, REQUESTS, ["request_id", "answer"], ("request_id", chunk))
            found |= {row.request_id: list(row.answer) for row in rows}
        return found

    def keep_answers(self, answers: Mapping[str, list[str]], at: datetime) -> None:
        """Remember what requests produced."""
        if answers:
            rows = [(request, answer, at) for request, answer in answers.items()]
            insert_rows(self._connection, REQUESTS, ("request_id", "answer", "answered_at"), rows)

    def audit(self, grounds: Grounds, event: str, outcome: str, *, subject: str = "", count: int = 0) -> None:
        """Write an audit line."""
        self._audit.record(self._connection, context_of(grounds), event, outcome, subject=subject, count=count)


class SqlStore:
    """Tables of one municipality."""

    def __init__(
        self,
        database: Database,
        institution: InstitutionId,
        keystore: Keystore,
        audit: Audit,
        *,
        ledger: Ledger,
        submit: Submit,
        tell_prefecture: TellPrefecture,
        tell_municipality: TellMunicipality,
        tell_server: TellServer,
        tell_home: TellHomeRegistry,
        tell_card_maker: TellCardMaker,
        tell_outside: TellOutside,
        tell_card_issuer: TellCardIssuer,
    ) -> None:
        self._database = database
        self._cipher = Cipher(institution, keystore)
        self._audit = audit
        self._ledger = ledger
        self._submit = submit
        self._tells = (
            tell_prefecture,
            tell_municipality,
            tell_server,
            tell_home,
            tell_card_maker,
            tell_outside,
            tell_card_issuer,
        )

    @contextmanager
    def transaction(self) -> Iterator[Records]:
        """Open one write transaction."""
        with self._database.write() as connection:
            yield SqlRecords(connection, self._cipher, self._audit, self._ledger, self._tells)

    @contextmanager
    def snapshot(self) -> Iterator[Records]:
        """Open a transaction that sees one snapshot and cannot write; it waits for no writer."""
        with self._database.read() as connection:
            yield SqlRecords(connection, self._cipher, self._audit, self._ledger, self._tells)

    def is_protected(self, resident: str) -> bool:
        """Say whether a support measure stands on a record or its household; the gate asks before every disclosure."""
        with self._database.read() as connection:
            return resident in marked_among(connection, [resident])

    def protected_among(self, residents: Collection[str]) -> frozenset[str]:
        """Return those of the records that `is_protected` holds for."""
        with self._database.read() as connection:
            return marked_among(connection, residents)

    def checkpoint(self) -> int:
        """Sign what the ledger of look-ups grew by and have it co-signed; return the number of co-signatures."""
        return self._ledger.checkpoint(self._submit)

    def bundle(self, resident: str) -> str:
        """Return the look-ups about a record with every proof, as JSON."""
        return self._ledger.bundle(resident.encode()).to_json()

    def use_lift(self, grounds: Grounds, resident: str, work: str) -> bool:
        """Say whether the officer lifted the measure for this request, and count and audit the request's use of it."""
        with self.transaction() as records:
            lifted, first = records.support.use_lift(grounds, resident, work)
            if first:
                records.audit(grounds, "lift-used", work, subject=resident)
        return lifted

    def transfer_approved(self, resident: str, asker: str) -> bool:
        """Say whether an officer let a person's moving-out certificate go to the municipality that asks."""
        with self._database.read() as connection:
            return transfer_approved(connection, resident, asker)

    def residence_released(self, resident: str) -> bool:
        """Say whether an officer decided that the card maker may learn where a person stays (R-108)."""
        with self._database.read() as connection:
            return release_approved(connection, resident)

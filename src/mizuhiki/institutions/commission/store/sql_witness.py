"""The witness over the commission's tables: one write transaction per submission (ledger design)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from mizuhiki.crypto.keystore import Keystore, SigningPurpose
from mizuhiki.institutions.commission.store.tables import WITNESSED_HEADS, WITNESSED_LOGS
from mizuhiki.ledger.checkpoint import key_name
from mizuhiki.ledger.leaf import PersonHead
from mizuhiki.ledger.witness import Submission, Witness, WitnessedLog
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.vocabulary.ids import InstitutionId


class SqlLogWitness:
    """Implements `ports.LogWitness`."""

    def __init__(
        self, database: Database, institution: InstitutionId, keystore: Keystore, directory: Directory
    ) -> None:
        self._database = database
        self._directory = directory
        self._witness = Witness(key_name(institution), keystore.signer(SigningPurpose.CHECKPOINT))

    def cosign(self, submission: Submission, *, institution: InstitutionId, now: datetime) -> str:
        """Check, store and co-sign; the line leaves after the new state is committed.

        Raises:
            NotInDirectory: the institution has no pinned key.
            MizuhikiError: see `ledger.witness`.
        """
        log_key = self._directory.entry(institution).checkpoint_key
        with self._database.write() as connection:
            state = _SqlWitnessState(connection, submission.checkpoint, now)
            return self._witness.cosign(submission, state, log_key=log_key, now=now)


class _SqlWitnessState:
    """Implements `ledger.witness.WitnessState` inside one write transaction, which is serial."""

    def __init__(self, connection: Connection, checkpoint: str, now: datetime) -> None:
        self._connection = connection
        self._checkpoint = checkpoint
        self._now = now

    def log(self, origin: str) -> WitnessedLog | None:
        row = self._connection.execute(select(WITNESSED_LOGS).where(WITNESSED_LOGS.c.origin == origin)).one_or_none()
        if row is None:
            return None
        return WitnessedLog(origin, row.previous_size, row.size, row.frontier, row.root, row.map_root)

    def heads(self, origin: str) -> Iterator[tuple[bytes, PersonHead]]:
        for row in self._connection.execute(select(WITNESSED_HEADS).where(WITNESSED_HEADS.c.origin == origin)):
            yield row.index_key, PersonHead(row.entry_count, row.head)

    def save(self, log: WitnessedLog, changed: Mapping[bytes, PersonHead]) -> None:
        values = {
            "previous_size": log.previous_size,
            "size": log.size,
            "frontier": log.frontier,
            "root": log.root,
            "map_root": log.map_root,
            "checkpoint": self._checkpoint,
            "cosigned_at": self._now,
        }
        same_log = WITNESSED_LOGS.c.origin == log.origin
        if self._connection.execute(WITNESSED_LOGS.update().where(same_log).values(values)).rowcount == 0:
            self._connection.execute(WITNESSED_LOGS.insert().values(origin=log.origin, **values))
        for index_key, head in changed.items():
            place = (WITNESSED_HEADS.c.origin == log.origin) & (WITNESSED_HEADS.c.index_key == index_key)
            new = {"entry_count": head.count, "head": head.head}
            if self._connection.execute(WITNESSED_HEADS.update().where(place).values(new)).rowcount == 0:
                self._connection.execute(WITNESSED_HEADS.insert().values(origin=log.origin, index_key=index_key, **new))

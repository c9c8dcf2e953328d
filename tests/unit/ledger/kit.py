"""What the ledger tests share: signers of the outside library, a witness's memory, and a ledger over a real file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mizuhiki.crypto.keystore import SecretKey
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.ledger.bundle import NamedKey
from mizuhiki.ledger.leaf import PersonHead
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.ledger.witness import Witness, WitnessedLog
from mizuhiki.runtime.clock import FixedClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.ledger_store import Ledger
from mizuhiki.runtime.ledger_tables import ledger_tables
from mizuhiki.runtime.recent_heads import RECENT_LEAVES
from mizuhiki.wire.commission.v1 import CheckpointSubmission

ORIGIN = "mizuhiki/linkage-core"
AT = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
ALICE, BOB, CAROL = b"alice", b"bob", b"carol"


class Record(msgspec.Struct, frozen=True):
    """A small entry; ledgers take any struct."""

    kind: str
    number: int
    note: str = "児童手当"


class KeySigner:
    """An Ed25519 key of pyca/cryptography, which is not what our verifier uses."""

    def __init__(self, seed: int) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


@dataclass
class MemoryState:
    """A witness's memory that can be copied to play a crash."""

    logs: dict[str, WitnessedLog] = field(default_factory=dict)
    kept: dict[str, dict[bytes, PersonHead]] = field(default_factory=dict)

    def log(self, origin: str) -> WitnessedLog | None:
        return self.logs.get(origin)

    def heads(self, origin: str) -> list[tuple[bytes, PersonHead]]:
        return list(self.kept.get(origin, {}).items())

    def save(self, log: WitnessedLog, changed: Mapping[bytes, PersonHead]) -> None:
        self.logs[log.origin] = log
        self.kept.setdefault(log.origin, {}).update(changed)


class World:
    """One log with its witness, in a file or at a database URL; `submit` is what goes over the wire."""

    def __init__(self, path: Path | str, *, seed: bytes = b"ledger", recent_leaves: int = RECENT_LEAVES) -> None:
        self.recent_leaves = recent_leaves
        self.clock = FixedClock(AT)
        self.log_signer = KeySigner(1)
        self.witness_signer = KeySigner(2)
        self.state = MemoryState()
        self.witness = Witness(COMMISSION, self.witness_signer)
        self.database = Database(path if isinstance(path, str) else f"sqlite:///{path}")
        self.metadata = sa.MetaData()
        self.tables = ledger_tables(self.metadata, "record")
        self.database.create(self.metadata)
        self.submissions: list[CheckpointSubmission] = []
        self.randomness = SeededRandomness(seed)
        self.ledger = self.reopened()

    def reopened(self) -> Ledger:
        """The ledger as a new process sees it."""
        return Ledger(
            self.database,
            origin=ORIGIN,
            signer=self.log_signer,
            index_key=SecretKey(b"i" * 32),
            randomness=self.randomness,
            clock=self.clock,
            tables=self.tables,
            witness_keys=lambda: [NamedKey(name=COMMISSION, public_key=self.witness_signer.public_key)],
            recent_leaves=self.recent_leaves,
        )

    def submit(self, submission: CheckpointSubmission) -> str:
        self.submissions.append(submission)
        return self.witness.cosign(submission, self.state, log_key=self.log_signer.public_key, now=self.clock.now())

    def append(
        self, person: bytes | None, *numbers: int, at: datetime | None = None, sealed_until: date | None = None
    ) -> list[int]:
        with self.database.write() as connection:
            return [
                self.ledger.append(
                    connection,
                    person=person,
                    entry=Record("exchange", number),
                    at=at or self.clock.now(),
                    sealed_until=sealed_until,
                )
                for number in numbers
            ]

    def close(self) -> None:
        self.database.dispose()

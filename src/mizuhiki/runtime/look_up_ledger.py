"""A register's ledger of look-ups, alike at every tier: own origin and key, witnessed by the commission (R-026)."""

from __future__ import annotations

import sqlalchemy as sa

from mizuhiki.crypto.keystore import SecretPurpose, SigningPurpose
from mizuhiki.ledger.bundle import NamedKey
from mizuhiki.ledger.checkpoint import key_name
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.ledger_store import Ledger, Submit
from mizuhiki.runtime.ledger_tables import LedgerTables
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.register_access.look_ups import LookUp
from mizuhiki.wire import commission
from mizuhiki.wire.register_network import LookUpEntry

COMMISSION = institution_id(InstitutionKind.COMMISSION)


def look_up_ledger(environment: Environment, database: Database, tables: LedgerTables) -> Ledger:
    """Return the institution's ledger, whose chains are keyed by the institution's own name of each person."""
    return Ledger(
        database,
        origin=key_name(environment.institution),
        signer=environment.keystore.signer(SigningPurpose.CHECKPOINT),
        index_key=environment.keystore.secret(SecretPurpose.LEDGER_INDEX),
        randomness=environment.randomness,
        clock=environment.clock,
        tables=tables,
        witness_keys=lambda: [
            NamedKey(name=key_name(COMMISSION), public_key=environment.directory.entry(COMMISSION).checkpoint_key)
        ],
    )


def witness_of(peers: Peers) -> Submit:
    """Return the way by which checkpoints reach the commission."""

    def witness(submission: commission.CheckpointSubmission) -> str:
        return peers.call(COMMISSION, commission.WITNESS_CHECKPOINT, submission).line

    return witness


def append_look_up(ledger: Ledger, connection: sa.Connection, look_up: LookUp) -> None:
    """Append a look-up to its person's chain in the caller's transaction; one about nobody has no chain."""
    if look_up.person is None:
        return
    entry = LookUpEntry(
        kind=look_up.kind,
        asker=look_up.asker,
        affair=look_up.affair,
        legal_basis=look_up.legal_basis,
        items=list(look_up.items),
        outcome=look_up.outcome,
        looked_up_at=look_up.at,
    )
    ledger.append(connection, person=look_up.person.encode(), entry=entry, at=look_up.at)

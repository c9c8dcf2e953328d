"""The tables of one ledger. Leaves, tree nodes, checkpoints and co-signatures are append-only in the database itself.

An entry and its key may later be set to NULL (erasure after the legal period, 番号法施行令29条); its leaf stays, so the
tree, all checkpoints and every bundle exported before stay verifiable.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from mizuhiki.runtime.database import Blob, Day, Integer, Text, UtcTime, append_only

LOWEST_STORED = 4
"""The lowest level of the tree whose hashes are stored. What is below is hashed from at most 15 leaves when it is read:
for one leaf 1/8 of a row is written instead of two."""


@dataclass(frozen=True, slots=True)
class LedgerTables:
    """The tables of one ledger; all have the shard (the year) first in their key.

    - `logs`: size and frontier of each yearly tree (the one row that changes with every append), and up to which leaf
      `heads` tells;
    - `leaves`: one row per leaf, which names the leaf before it in its chain; a map-root leaf has no index key;
    - `nodes`: hashes of complete subtrees from `LOWEST_STORED` upwards;
    - `heads`: count and head of each chain at its newest leaf before ``heads_written``, and where that is;
    - `sealed`: for sealed entries about a person, that person's index and the day on which they are due;
    - `openings`: which sealed entries were opened, and as which leaf;
    - `checkpoints`, `cosignatures`: what was signed, and by which witness;
    - `erasures`: shards whose entries were erased.
    """

    logs: sa.Table
    leaves: sa.Table
    nodes: sa.Table
    heads: sa.Table
    sealed: sa.Table
    openings: sa.Table
    checkpoints: sa.Table
    cosignatures: sa.Table
    erasures: sa.Table


def ledger_tables(metadata: sa.MetaData, prefix: str = "ledger") -> LedgerTables:
    """Declare the tables of one ledger in `metadata`, named ``<prefix>_…``."""
    return LedgerTables(
        logs=sa.Table(
            f"{prefix}_logs",
            metadata,
            _key("shard"),
            sa.Column("size", Integer, nullable=False),
            sa.Column("frontier", Blob, nullable=False),
            sa.Column("heads_written", Integer, nullable=False),
        ),
        leaves=_leaves(metadata, prefix),
        nodes=append_only(
            sa.Table(
                f"{prefix}_nodes",
                metadata,
                _key("shard"),
                _key("level"),
                _key("number"),
                sa.Column("hash", Blob, nullable=False),
                sqlite_with_rowid=False,
            )
        ),
        heads=sa.Table(
            f"{prefix}_heads",
            metadata,
            _key("shard"),
            sa.Column("index_key", Blob, primary_key=True),
            sa.Column("entry_count", Integer, nullable=False),
            sa.Column("head", Blob, nullable=False),
            sa.Column("last_position", Integer, nullable=False),
            sqlite_with_rowid=False,
        ),
        sealed=append_only(
            sa.Table(
                f"{prefix}_sealed",
                metadata,
                _key("shard"),
                _key("position"),
                sa.Column("person_index", Blob, nullable=False),
                sa.Column("due", Day, nullable=False),
                sa.Index(f"{prefix}_sealed_due", "due"),
            )
        ),
        openings=append_only(
            sa.Table(
                f"{prefix}_openings",
                metadata,
                _key("shard"),
                _key("position"),
                sa.Column("opened_as", Integer, nullable=False),
            )
        ),
        checkpoints=_checkpoints(metadata, prefix),
        cosignatures=append_only(
            sa.Table(
                f"{prefix}_cosignatures",
                metadata,
                _key("shard"),
                _key("size"),
                sa.Column("witness", Text, primary_key=True),
                sa.Column("line", Text, nullable=False),
            )
        ),
        erasures=append_only(
            sa.Table(
                f"{prefix}_erasures",
                metadata,
                _key("shard"),
                sa.Column("at", UtcTime, nullable=False),
            )
        ),
    )


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, Integer, primary_key=True, autoincrement=False)


def _leaves(metadata: sa.MetaData, prefix: str) -> sa.Table:
    table = sa.Table(
        f"{prefix}_leaves",
        metadata,
        _key("shard"),
        _key("position"),
        sa.Column("leaf", Blob, nullable=False),
        sa.Column("index_key", Blob),
        sa.Column("sequence", Integer),
        sa.Column("previous_position", Integer),
        sa.Column("previous_head", Blob),
        sa.Column("head", Blob),
        sa.Column("index_nonce", Blob),
        sa.Column("entry_commitment", Blob),
        sa.Column("entry_key", Blob),
        sa.Column("entry", Text),
        sa.Column("at", UtcTime, nullable=False),
    )
    return append_only(table, erasable_columns=("entry_key", "entry"))


def _checkpoints(metadata: sa.MetaData, prefix: str) -> sa.Table:
    return append_only(
        sa.Table(
            f"{prefix}_checkpoints",
            metadata,
            _key("shard"),
            _key("size"),
            sa.Column("old_size", Integer, nullable=False),
            sa.Column("map_root", Blob, nullable=False),
            sa.Column("text", Text, nullable=False),
            sa.Column("at", UtcTime, nullable=False),
        )
    )

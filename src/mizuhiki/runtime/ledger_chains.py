"""The chain of one person in a ledger: each leaf names the leaf before it, and the head names the newest.

An index of leaves by person would have one entry a leaf at a random place: a page written twice, at the asker, the core
and the provider, for every exchange. The chain begins at its newest leaf, which is among the few whose heads are not
written to their table yet (`runtime.recent_heads`), or is named by the head's row.
"""

from __future__ import annotations

import sqlalchemy as sa

from mizuhiki.runtime.ledger_tables import LedgerTables


def newest_of(tables: LedgerTables, shard: int, index_key: bytes) -> sa.ColumnElement[int | None]:
    """Return the position of a chain's newest leaf in one year; null without one."""
    logs, heads, leaves = tables.logs, tables.heads, tables.leaves
    written = sa.select(logs.c.heads_written).where(logs.c.shard == shard).scalar_subquery()
    recent = sa.select(sa.func.max(leaves.c.position)).where(
        leaves.c.shard == shard, leaves.c.position >= written, leaves.c.index_key == index_key
    )
    earlier = sa.select(heads.c.last_position).where(heads.c.shard == shard, heads.c.index_key == index_key)
    return sa.func.coalesce(recent.scalar_subquery(), earlier.scalar_subquery())


def positions_of(tables: LedgerTables, shard: int, index_key: bytes) -> sa.CTE:
    """Return the positions of a chain's leaves in one year, the newest first, as rows of ``position``."""
    leaves = tables.leaves
    newest = sa.select(newest_of(tables, shard, index_key).label("position"))
    chain = newest.cte("chain", recursive=True)
    earlier = (
        sa.select(leaves.c.previous_position)
        .join(chain, leaves.c.position == chain.c.position)
        .where(leaves.c.shard == shard, leaves.c.previous_position.is_not(None))
    )
    return chain.union(earlier)  # of distinct positions: it ends even where a damaged chain leads back into itself


def chain_of(tables: LedgerTables, shard: int, index_key: bytes) -> sa.Select[tuple[object, ...]]:
    """Return the query for a chain's leaves in one year, in no order."""
    chain, leaves = positions_of(tables, shard, index_key), tables.leaves
    # Nobody sees another person's leaf, not even where a damaged chain leads to it.
    own = (leaves.c.shard == shard) & (leaves.c.index_key == index_key)
    return sa.select(leaves).join(chain, leaves.c.position == chain.c.position).where(own)

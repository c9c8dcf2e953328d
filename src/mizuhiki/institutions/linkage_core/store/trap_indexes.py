"""Under which of this core's pseudonyms a trap stands; a link between two of them carries it over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from mizuhiki.institutions.linkage_core.store.tables import TRAP_INDEXES
from mizuhiki.runtime.keyed_rows import find_among, insert_row


def spread_traps(connection: Connection, pairs: Sequence[tuple[bytes, bytes]]) -> None:
    """Have each trap under one of two indexes of one person stand under the other as well."""
    indexes = [index for pair in pairs for index in pair]
    columns = ("person_index", "trap_id")
    found = find_among(connection, TRAP_INDEXES, columns, ("person_index", indexes))
    standing = {(bytes(row.person_index), row.trap_id) for row in found}
    other = {near: far for one, two in pairs for near, far in ((one, two), (two, one))}
    for index, trap_id in sorted(standing):
        if (other[index], trap_id) not in standing:
            insert_row(connection, TRAP_INDEXES, {"person_index": other[index], "trap_id": trap_id})

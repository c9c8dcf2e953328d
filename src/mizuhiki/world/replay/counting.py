"""What a replay left behind, counted from the ledgers of all places and not from what the programs remember."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from mizuhiki.runtime.database import Database
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.vocabulary.typed_values import known
from mizuhiki.world.nation.nation import Nation
from mizuhiki.world.replay.memory import largest_memory_mb

_RECORDS_OF_ONE = 3
"""Every exchange is recorded by the asker, the core and the provider (番号法23条)."""


class _Entry(msgspec.Struct):
    """The part of a ledger entry that is counted."""

    kind: str
    inquirer: str
    exchange_number: str


@dataclass(frozen=True, slots=True)
class Count:
    """`lost`: exchanges recorded somewhere and not at all three places; `doubled`: recorded twice at one place."""

    lost: int
    doubled: int
    unreconciled: int
    peak_memory_mb: int


def count(nation: Nation, places: Sequence[InstitutionId], unreconciled: int) -> Count:
    """Read every ledger entry of the places."""
    records: Counter[tuple[str, str]] = Counter()
    doubled = 0
    decoder = msgspec.json.Decoder(known(_Entry))
    for place in places:
        own: Counter[tuple[str, str]] = Counter()
        database = Database(nation.environment(place).settings.database_url)
        try:
            with database.read() as connection:
                for (text,) in connection.execute(sa.text("SELECT entry FROM ledger_leaves WHERE entry IS NOT NULL")):
                    entry = decoder.decode(text)
                    own[entry.inquirer, entry.exchange_number] += 1
        finally:
            database.dispose()
        doubled += sum(number - 1 for number in own.values())
        records.update(set(own))
    lost = sum(number != _RECORDS_OF_ONE for number in records.values())
    return Count(lost, doubled, unreconciled, largest_memory_mb())

"""The file a person takes home: their entries, and the proof that these are all of them (spec/ledger.md §8).

The structs are written as JSON with bytes in base64; `ledger.verify` reads that JSON and shares no code with them.
"""

from __future__ import annotations

import msgspec

from mizuhiki.ledger.leaf import PersonHead
from mizuhiki.ledger.person_map import MapProof
from mizuhiki.vocabulary.typed_values import read_json

FORMAT = "mizuhiki/ledger-bundle/v1"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts of a bundle: immutable and closed."""


class NamedKey(_Part, frozen=True):
    """The raw Ed25519 public key of a log or a witness and its name in signature lines."""

    name: str
    public_key: bytes


class EntryOpening(_Part, frozen=True):
    """One entry with what opens its leaf, and the path from that leaf to the root, nearest sibling first.

    `sequence` counts from 1 in the person's chain of this shard; `entry` is the exact JSON text that was committed to.
    """

    sequence: int
    leaf_index: int
    entry: str
    entry_key: bytes
    index_nonce: bytes
    previous_head: bytes
    inclusion: list[bytes]


class MapNeighbour(_Part, frozen=True):
    """The leaf of another key, met where the key of an absence proof would stand."""

    key: bytes
    count: int
    head: bytes


class MapOpening(_Part, frozen=True):
    """What the map holds for one key, siblings from the root downwards; a count of 0 is an absence proof."""

    count: int
    head: bytes
    siblings: list[bytes]
    neighbour: MapNeighbour | None = None


class ShardBundle(_Part, frozen=True):
    """One yearly log: all the person's entries in it up to its checkpoint.

    `person` opens the map at `index_key`, `sealed` at the public index of the sealed chain, so `sealed.count` is the
    proved upper bound of what may still be hidden. `checkpoint` carries the lines of the log and of the witnesses.
    """

    origin: str
    shard: int
    index_key: bytes
    entries: list[EntryOpening]
    person: MapOpening
    sealed: MapOpening
    map_root: bytes
    map_root_index: int
    map_root_inclusion: list[bytes]
    checkpoint: str
    log: NamedKey
    witnesses: list[NamedKey]


class Bundle(_Part, frozen=True):
    """All shards of one log that still hold entries; without entries each shard proves their absence."""

    format: str
    shards: list[ShardBundle]

    def to_json(self) -> str:
        """Return the file's text."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1).decode()

    @staticmethod
    def from_json(text: str) -> Bundle:
        """Read a file's text without checking any proof.

        Raises:
            msgspec.ValidationError: it has another form.
        """
        return read_json(text, Bundle)


def map_opening(head: PersonHead, proof: MapProof) -> MapOpening:
    """Write what the map holds and its proof in the form of the file."""
    neighbour = None
    if proof.neighbour is not None:
        key, other = proof.neighbour
        neighbour = MapNeighbour(key=key, count=other.count, head=other.head)
    return MapOpening(count=head.count, head=head.head, siblings=list(proof.siblings), neighbour=neighbour)

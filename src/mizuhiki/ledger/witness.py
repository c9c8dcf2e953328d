"""The witness: checks from outside that a log only grows and that its map explains every entry, then co-signs.

It sees commitments and keyed indexes, never an entry or a person. For every submission it does, in this order:

1. the checkpoint is the named log's and signed by it;
2. the submission continues exactly what the witness last co-signed (an identical repetition is co-signed again);
3. each new leaf names the right place and head of its chain in the witness's own map;
4. the map after those leaves, and nothing else, has the submitted root;
5. the tree after those leaves and the map-root leaf has the size and root of the checkpoint.

Only then is the new state stored and the checkpoint co-signed. The caller runs `cosign` in one write transaction and
gives the line away only after that was committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mizuhiki.crypto.digests import equal
from mizuhiki.ledger.checkpoint import Checkpoint, CheckpointSigner, cosign, verify_checkpoint
from mizuhiki.ledger.leaf import PersonHead, index_commitment, leaf_of, map_root_leaf, next_head
from mizuhiki.ledger.person_map import EMPTY_ROOT, PersonMap
from mizuhiki.ledger.tree import Frontier
from mizuhiki.vocabulary.errors import Conflict, Corrupt, Malformed, Refused

_HASH_SIZE = 32


class SubmissionMalformed(Malformed):
    """A field of the submission has an impossible value."""

    code = "ledger-submission-malformed"
    title = "The submission to the witness cannot be read"


class LeavesMissing(Conflict):
    """The submission starts after what the witness knows; send the checkpoints in between first."""

    code = "ledger-leaves-missing"
    title = "The witness has not seen the log up to there"


class LogRolledBack(Refused):
    """The log goes back behind what the witness co-signed: leaves were removed or a database was restored."""

    code = "ledger-rolled-back"
    title = "The log was rolled back"


class LogForked(Refused):
    """The log shows another history than the one the witness co-signed, or its root does not follow from its leaves."""

    code = "ledger-forked"
    title = "The log was forked"


class WrongChainHead(Refused):
    """A leaf claims a place or a head in a chain that the chain does not have."""

    code = "ledger-wrong-chain-head"
    title = "An entry does not continue its chain"


class MapChangeUnexplained(Refused):
    """The map changed in a way that the new leaves do not explain."""

    code = "ledger-map-change-unexplained"
    title = "The map does not follow from the entries"


class WitnessStateDamaged(Corrupt):
    """The witness's own stored heads do not give the map root it stored."""

    code = "ledger-witness-state-damaged"
    title = "The stored state of the witness does not check"


class SubmittedLeaf(Protocol):
    """The shape of one leaf on the wire."""

    @property
    def entry_commitment(self) -> bytes:
        """Hides the entry."""

    @property
    def index_nonce(self) -> bytes:
        """Opens the index commitment."""

    @property
    def index_key(self) -> bytes:
        """The keyed index of a person in this log, or the sealed chain."""

    @property
    def person_sequence(self) -> int:
        """The place in that chain, from 1."""

    @property
    def previous_head(self) -> bytes:
        """The head of that chain before this leaf."""


class Submission(Protocol):
    """The shape of a submission on the wire: the leaves of one checkpoint, without its map-root leaf."""

    @property
    def origin(self) -> str:
        """The log, with its year."""

    @property
    def shard(self) -> int:
        """The year."""

    @property
    def old_size(self) -> int:
        """The size of the checkpoint before."""

    @property
    def leaves(self) -> Sequence[SubmittedLeaf]:
        """The new leaves in order."""

    @property
    def map_root(self) -> bytes:
        """The root of the map after them."""

    @property
    def checkpoint(self) -> str:
        """The signed checkpoint."""


@dataclass(frozen=True, slots=True)
class WitnessedLog:
    """What a witness remembers of one log. `frontier` is `tree.Frontier.to_bytes`."""

    origin: str
    previous_size: int
    size: int
    frontier: bytes
    root: bytes
    map_root: bytes


class WitnessState(Protocol):
    """Where a witness keeps its memory, one transaction per submission."""

    def log(self, origin: str) -> WitnessedLog | None:
        """Return what was last co-signed of the log, locked against a second submission of the same log."""

    def heads(self, origin: str) -> Iterable[tuple[bytes, PersonHead]]:
        """Return all heads of the log's map."""

    def save(self, log: WitnessedLog, changed: Mapping[bytes, PersonHead]) -> None:
        """Store the new state of the log and the heads that changed, together."""


class Witness:
    """A witness under one name and key. It keeps the maps it knows in memory and rebuilds them from its state."""

    def __init__(self, name: str, signer: CheckpointSigner) -> None:
        self.name = name
        self._signer = signer
        self._maps: dict[str, PersonMap] = {}

    def cosign(self, submission: Submission, state: WitnessState, *, log_key: bytes, now: datetime) -> str:
        """Check a submission against `state`, store what follows from it and return the co-signature line.

        `log_key` is the public key of the log known from the directory, never from the submission. The caller has
        checked that the submitting institution owns the origin.

        Raises:
            CheckpointMalformed, CheckpointNotSigned: the checkpoint is not the log's.
            SubmissionMalformed, LeavesMissing, LogRolledBack, LogForked, WrongChainHead, MapChangeUnexplained: each
                as its class says; nothing is stored.
            WitnessStateDamaged: the witness's own storage fails.
        """
        if not submission.origin.endswith(f"/{submission.shard}"):
            raise SubmissionMalformed(field="shard")
        checkpoint = verify_checkpoint(submission.checkpoint, origin=submission.origin, public_key=log_key)
        known = state.log(submission.origin) or WitnessedLog(submission.origin, 0, 0, b"", b"", EMPTY_ROOT)
        if not self._is_repetition(submission, checkpoint, known):
            self._advance(submission, checkpoint, known, state)
        return cosign(checkpoint, name=self.name, signer=self._signer, at=now)

    @staticmethod
    def _is_repetition(submission: Submission, checkpoint: Checkpoint, known: WitnessedLog) -> bool:
        if submission.old_size == known.size:
            return False
        if submission.old_size > known.size:
            raise LeavesMissing(known_size=known.size)
        if (submission.old_size, checkpoint.size) == (known.previous_size, known.size):
            if equal(checkpoint.root, known.root) and equal(submission.map_root, known.map_root):
                return True
            raise LogForked(known_size=known.size)
        raise LogRolledBack(known_size=known.size)

    def _advance(
        self, submission: Submission, checkpoint: Checkpoint, known: WitnessedLog, state: WitnessState
    ) -> None:
        before = self._map_of(known, state)
        leaves, changed = _follow(submission.leaves, before)
        after = before.updated(changed)
        if not equal(after.root, submission.map_root):
            raise MapChangeUnexplained(known_size=known.size)
        frontier = Frontier(known.size, known.frontier)
        for leaf in (*leaves, map_root_leaf(after.root)):
            frontier.append(leaf)
        if frontier.size != checkpoint.size or not equal(frontier.root, checkpoint.root):
            raise LogForked(known_size=known.size)
        state.save(
            WitnessedLog(known.origin, known.size, frontier.size, frontier.to_bytes(), checkpoint.root, after.root),
            changed,
        )
        self._maps[known.origin] = after

    def _map_of(self, known: WitnessedLog, state: WitnessState) -> PersonMap:
        """Return the map at the known state; the one in memory may belong to a transaction that was undone."""
        cached = self._maps.get(known.origin)
        if cached is not None and equal(cached.root, known.map_root):
            return cached
        rebuilt = PersonMap(dict(state.heads(known.origin)))
        if not equal(rebuilt.root, known.map_root):
            raise WitnessStateDamaged(size=known.size)
        return rebuilt


def _follow(leaves: Sequence[SubmittedLeaf], before: PersonMap) -> tuple[list[bytes], dict[bytes, PersonHead]]:
    """Recompute the leaves in order and the heads they change."""
    computed: list[bytes] = []
    changed: dict[bytes, PersonHead] = {}
    for leaf in leaves:
        sizes = {len(leaf.entry_commitment), len(leaf.index_nonce), len(leaf.index_key), len(leaf.previous_head)}
        if sizes != {_HASH_SIZE}:
            raise SubmissionMalformed(field="leaves")
        head = changed.get(leaf.index_key) or before.get(leaf.index_key)
        if leaf.person_sequence != head.count + 1 or not equal(leaf.previous_head, head.head):
            raise WrongChainHead(place=len(computed))
        index = index_commitment(leaf.index_nonce, leaf.index_key, leaf.person_sequence, leaf.previous_head)
        computed.append(leaf_of(leaf.entry_commitment, index))
        changed[leaf.index_key] = next_head(head, computed[-1])
    return computed, changed

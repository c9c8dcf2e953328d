"""The witness accepts honest growth and names every kind of dishonest growth."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mizuhiki.ledger.checkpoint import (
    Checkpoint,
    CheckpointNotSigned,
    parse_checkpoint,
    sign_checkpoint,
    verify_cosignature,
)
from mizuhiki.ledger.verify import COMMISSION
from mizuhiki.ledger.witness import (
    LeavesMissing,
    LogForked,
    LogRolledBack,
    MapChangeUnexplained,
    SubmissionMalformed,
    Witness,
    WitnessStateDamaged,
    WrongChainHead,
)
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.wire.commission.v1 import CheckpointSubmission
from unit.ledger.kit import ALICE, AT, BOB, ORIGIN, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "log.db")
    world.append(ALICE, 1, 2)
    world.append(BOB, 3)
    world.ledger.checkpoint(world.submit)
    world.append(ALICE, 4)
    world.ledger.checkpoint()
    yield world
    world.close()


@pytest.fixture
def second(world: World) -> CheckpointSubmission:
    """The next submission, not yet given to the witness."""
    return world.ledger._next_submission(COMMISSION)


def resigned(world: World, submission: CheckpointSubmission, **changes: int | bytes) -> CheckpointSubmission:
    """The submission with a checkpoint that the log itself signs over other values."""
    honest, _ = parse_checkpoint(submission.checkpoint)
    text = sign_checkpoint(
        Checkpoint(honest.origin, changes.get("size", honest.size), changes.get("root", honest.root)), world.log_signer
    )
    return msgspec.structs.replace(submission, checkpoint=text)


def refused(world: World, submission: CheckpointSubmission, error: type[MizuhikiError]) -> None:
    before = copy.deepcopy(world.state)
    with pytest.raises(error):
        world.submit(submission)
    assert world.state == before


@pytest.mark.requirement("R-026")
def test_honest_growth_is_cosigned_and_remembered(world: World, second: CheckpointSubmission) -> None:
    line = world.submit(second)
    checkpoint, _ = parse_checkpoint(second.checkpoint)
    key = world.witness_signer.public_key
    assert verify_cosignature(checkpoint, line, name=COMMISSION, public_key=key) == AT
    known = world.state.log(f"{ORIGIN}/2019")
    assert (known.previous_size, known.size, known.root) == (4, 6, checkpoint.root)
    assert len(world.state.heads(f"{ORIGIN}/2019")) == 2


def test_an_identical_repetition_is_cosigned_again_without_change(world: World, second: CheckpointSubmission) -> None:
    first = world.submit(second)
    before = copy.deepcopy(world.state)
    assert world.submit(second) == first
    assert world.state == before


def test_a_restarted_witness_goes_on_from_its_state(world: World, second: CheckpointSubmission) -> None:
    world.witness = Witness(COMMISSION, world.witness_signer)
    world.submit(second)


def test_a_witness_whose_transaction_was_undone_goes_on(world: World, second: CheckpointSubmission) -> None:
    undone = copy.deepcopy(world.state)
    world.submit(second)
    world.state = undone
    world.submit(second)


def test_a_rolled_back_log_is_refused(world: World, second: CheckpointSubmission) -> None:
    world.submit(second)
    refused(world, world.submissions[0], LogRolledBack)


def test_another_history_at_the_same_size_is_a_fork(world: World, tmp_path: Path, second: CheckpointSubmission) -> None:
    world.submit(second)
    fork = World(tmp_path / "fork.db", seed=b"other")
    fork.append(ALICE, 1, 2)
    fork.append(BOB, 3)
    fork.ledger.checkpoint(fork.submit)
    fork.append(ALICE, 4)
    fork.ledger.checkpoint()
    refused(world, fork.ledger._next_submission(COMMISSION), LogForked)
    fork.close()


def test_a_gap_is_told_with_what_the_witness_knows(world: World, second: CheckpointSubmission) -> None:
    world.submit(second)
    world.append(BOB, 5)
    world.ledger.checkpoint()
    third = msgspec.structs.replace(second, old_size=8)
    with pytest.raises(LeavesMissing) as caught:
        world.submit(third)
    assert caught.value.fields == {"known_size": 6}


def test_a_root_that_does_not_follow_from_the_leaves_is_a_fork(world: World, second: CheckpointSubmission) -> None:
    refused(world, resigned(world, second, root=bytes(32)), LogForked)


def test_a_size_that_does_not_follow_from_the_leaves_is_a_fork(world: World, second: CheckpointSubmission) -> None:
    refused(world, resigned(world, second, size=7), LogForked)


@pytest.mark.requirement("R-026")
def test_an_unexplained_map_change_is_refused(world: World, second: CheckpointSubmission) -> None:
    refused(world, msgspec.structs.replace(second, map_root=b"m" * 32), MapChangeUnexplained)


def test_a_removed_leaf_leaves_the_map_unexplained(world: World, second: CheckpointSubmission) -> None:
    refused(world, msgspec.structs.replace(second, leaves=[]), MapChangeUnexplained)


@pytest.mark.parametrize("field", ["person_sequence", "previous_head"])
def test_a_leaf_that_does_not_continue_its_chain_is_refused(
    world: World, second: CheckpointSubmission, field: str
) -> None:
    leaf = msgspec.structs.replace(second.leaves[0], **{field: 1 if field == "person_sequence" else bytes(32)})
    refused(world, msgspec.structs.replace(second, leaves=[leaf]), WrongChainHead)


def test_a_leaf_put_into_another_chain_is_refused(world: World, second: CheckpointSubmission) -> None:
    leaf = msgspec.structs.replace(second.leaves[0], index_key=b"x" * 32)
    refused(world, msgspec.structs.replace(second, leaves=[leaf]), WrongChainHead)


def test_a_changed_entry_commitment_changes_the_map(world: World, second: CheckpointSubmission) -> None:
    leaf = msgspec.structs.replace(second.leaves[0], entry_commitment=b"e" * 32)
    refused(world, msgspec.structs.replace(second, leaves=[leaf]), MapChangeUnexplained)


def test_a_field_of_the_wrong_length_is_malformed(world: World, second: CheckpointSubmission) -> None:
    leaf = msgspec.structs.replace(second.leaves[0], index_nonce=b"short")
    refused(world, msgspec.structs.replace(second, leaves=[leaf]), SubmissionMalformed)
    refused(world, msgspec.structs.replace(second, shard=2018), SubmissionMalformed)


def test_a_checkpoint_of_another_key_or_origin_is_refused(world: World, second: CheckpointSubmission) -> None:
    with pytest.raises(CheckpointNotSigned):
        world.witness.cosign(second, world.state, log_key=world.witness_signer.public_key, now=AT)
    refused(world, msgspec.structs.replace(second, origin="mizuhiki/jpki/2019"), CheckpointNotSigned)


def test_a_witness_with_damaged_heads_stops(world: World, second: CheckpointSubmission) -> None:
    world.state.kept[f"{ORIGIN}/2019"].popitem()
    world.witness = Witness(COMMISSION, world.witness_signer)
    refused(world, second, WitnessStateDamaged)

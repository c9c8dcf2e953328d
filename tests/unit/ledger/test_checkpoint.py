"""Checkpoints in the C2SP text forms, against the published example and an outside Ed25519."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.ledger.checkpoint import (
    Checkpoint,
    CheckpointMalformed,
    CheckpointNotSigned,
    CosignatureNotValid,
    cosign,
    key_name,
    origin_of,
    parse_checkpoint,
    parse_line,
    sign_checkpoint,
    verify_checkpoint,
    verify_cosignature,
)
from mizuhiki.vocabulary.ids import InstitutionId
from unit.ledger.kit import KeySigner

LOG, WITNESS = KeySigner(7), KeySigner(8)
ORIGIN = "mizuhiki/linkage-core/2019"
CHECKPOINT = Checkpoint(ORIGIN, 42, bytes(range(32)))
AT = datetime(2019, 12, 2, 3, 4, 5, 678, tzinfo=UTC)

# The example of c2sp.org/tlog-cosignature.
PUBLISHED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhc"
    "yv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX"
    "3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def test_the_published_example_is_read_and_written_alike() -> None:
    checkpoint, lines = parse_checkpoint(PUBLISHED)
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [line.name for line in lines] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(lines[1].signature[:8], "big") == 1679315147
    assert f"{checkpoint.body}\n" + "".join(f"{line}\n" for line in lines) == PUBLISHED


def test_a_signed_checkpoint_verifies_and_its_signature_covers_the_body() -> None:
    text = sign_checkpoint(CHECKPOINT, LOG)
    assert verify_checkpoint(text, origin=ORIGIN, public_key=LOG.public_key) == CHECKPOINT
    raw = base64.b64decode(text.splitlines()[-1].split(" ")[2])
    body = f"{ORIGIN}\n42\n{base64.b64encode(bytes(range(32))).decode()}\n".encode()
    Ed25519PublicKey.from_public_bytes(LOG.public_key).verify(raw[4:], body)


def test_a_cosignature_states_its_time_and_covers_the_body() -> None:
    line = cosign(CHECKPOINT, name="w", signer=WITNESS, at=AT)
    assert verify_cosignature(CHECKPOINT, line, name="w", public_key=WITNESS.public_key) == AT.replace(microsecond=0)
    raw = base64.b64decode(line.split(" ")[2])
    message = f"cosignature/v1\ntime {int(AT.timestamp())}\n{CHECKPOINT.body}".encode()
    Ed25519PublicKey.from_public_bytes(WITNESS.public_key).verify(raw[12:], message)


def test_a_cosignature_of_another_state_name_or_key_is_refused() -> None:
    line = cosign(CHECKPOINT, name="w", signer=WITNESS, at=AT)
    other = Checkpoint(ORIGIN, 43, CHECKPOINT.root)
    for checkpoint, name, key in (
        (other, "w", WITNESS.public_key),
        (CHECKPOINT, "v", WITNESS.public_key),
        (CHECKPOINT, "w", LOG.public_key),
    ):
        with pytest.raises(CosignatureNotValid):
            verify_cosignature(checkpoint, line, name=name, public_key=key)


def test_a_cosignature_cut_short_is_refused() -> None:
    line = parse_line(cosign(CHECKPOINT, name="w", signer=WITNESS, at=AT))
    short = type(line)(line.name, line.key_id, line.signature[:-1])
    with pytest.raises(CosignatureNotValid):
        verify_cosignature(CHECKPOINT, str(short), name="w", public_key=WITNESS.public_key)


def test_a_log_signature_cannot_stand_for_a_cosignature() -> None:
    text = sign_checkpoint(CHECKPOINT, LOG)
    with pytest.raises(CosignatureNotValid):
        verify_cosignature(CHECKPOINT, text.splitlines()[-1], name=ORIGIN, public_key=LOG.public_key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        PUBLISHED.rstrip("\n"),
        PUBLISHED.replace("20852163", "020852163"),
        PUBLISHED.replace("20852163", "-1"),
        PUBLISHED.replace("CsUY", "Cs Y"),
        PUBLISHED.replace("q2I=\n", "q2I=\nextension\n"),
        PUBLISHED.replace("q2I=", "q2J="),
        PUBLISHED.replace("— witness", "- witness"),
        PUBLISHED.replace("— witness.example.com/w1 ", "— a+b "),
        PUBLISHED.replace("qnA==", "qnA="),
        PUBLISHED.replace("example.com/behind-the-sofa\n", "\n", 1),
    ],
)
def test_texts_of_another_form_are_malformed(text: str) -> None:
    with pytest.raises(CheckpointMalformed):
        parse_checkpoint(text)


def test_a_line_without_signature_is_malformed() -> None:
    for line in ("— name AAAA", "— name AAA", "— name"):
        with pytest.raises(CheckpointMalformed):
            parse_line(line)


def test_another_log_another_key_or_a_changed_body_is_not_signed() -> None:
    text = sign_checkpoint(CHECKPOINT, LOG)
    for changed, origin, key in (
        (text, "mizuhiki/linkage-core/2020", LOG.public_key),
        (text, ORIGIN, WITNESS.public_key),
        (text.replace("\n42\n", "\n43\n"), ORIGIN, LOG.public_key),
    ):
        with pytest.raises(CheckpointNotSigned):
            verify_checkpoint(changed, origin=origin, public_key=key)


@given(st.integers(0, 10**17), st.binary(min_size=32, max_size=32))
def test_every_body_is_read_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert parse_checkpoint(f"{checkpoint.body}\n— x AAAAAAAA\n")[0] == checkpoint


def test_names_follow_the_institution_and_the_year() -> None:
    core = InstitutionId("linkage-core")
    assert key_name(core) == "mizuhiki/linkage-core"
    assert origin_of(core, 2019) == ORIGIN

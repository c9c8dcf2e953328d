"""Keys by purpose, daily sealing keys, and the encrypted file."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from mizuhiki.crypto.keystore import (
    FileKeystore,
    KdfCost,
    Keystore,
    KeystoreExists,
    KeystoreMissing,
    KeystoreOfAnotherVersion,
    KeystorePassphraseWrong,
    MemoryKeystore,
    SealingKeyUnknown,
    SecretPurpose,
    ShareTaken,
    ShareUnknown,
    SigningPurpose,
    WrongPurpose,
)
from mizuhiki.crypto.keystore.state import sealing_private_keys
from mizuhiki.crypto.randomness import SeededRandomness

MORNING = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)  # 09:00 in Japan
EVENING = datetime(2019, 12, 2, 9, 0, tzinfo=UTC)  # 18:00 in Japan
CHEAP = KdfCost(n=2**10)


@pytest.fixture(params=["memory", "file"])
def keystore(request: pytest.FixtureRequest, tmp_path: Path) -> Keystore:
    if request.param == "memory":
        return MemoryKeystore(SeededRandomness(b"k"))
    return FileKeystore.create(tmp_path / "keys", "correct horse", SeededRandomness(b"k"), CHEAP)


def test_every_purpose_has_a_key_of_its_own_that_stays(keystore: Keystore) -> None:
    secrets = {keystore.secret(purpose).reveal() for purpose in SecretPurpose}
    public = {keystore.signer(purpose).public_key for purpose in SigningPurpose}
    assert len(secrets) == len(SecretPurpose)
    assert len(public) == len(SigningPurpose)
    assert all(len(secret) == 32 for secret in secrets)
    assert secrets == {keystore.secret(purpose).reveal() for purpose in SecretPurpose}


def test_a_key_cannot_be_fetched_under_another_kind_of_purpose(keystore: Keystore) -> None:
    with pytest.raises(WrongPurpose):
        keystore.secret(SigningPurpose.OBJECT)  # type: ignore[arg-type] # the mistake under test
    with pytest.raises(WrongPurpose):
        keystore.secret("number-at-rest")  # type: ignore[arg-type] # the mistake under test
    with pytest.raises(WrongPurpose):
        keystore.signer(SecretPurpose.SESSION)  # type: ignore[arg-type] # the mistake under test


def test_a_signer_signs_ed25519(keystore: Keystore) -> None:
    signer = keystore.signer(SigningPurpose.OBJECT)
    Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signer.sign(b"m"), b"m")


def test_keys_of_a_memory_keystore_do_not_depend_on_the_order_of_use() -> None:
    one, two = (MemoryKeystore(SeededRandomness(b"same")) for _ in range(2))
    two.sealing_keys(MORNING)
    hop = two.signer(SigningPurpose.HOP).public_key
    assert one.signer(SigningPurpose.OBJECT).public_key == two.signer(SigningPurpose.OBJECT).public_key
    assert one.signer(SigningPurpose.HOP).public_key == hop
    assert one.sealing_keys(MORNING) == two.sealing_keys(MORNING)


def test_sealing_keys_change_at_midnight_in_japan_and_the_next_is_published_in_the_evening(keystore: Keystore) -> None:
    (today,) = keystore.sealing_keys(MORNING)
    assert today.valid_from == datetime(2019, 12, 1, 15, 0, tzinfo=UTC)
    assert today.valid_until == datetime(2019, 12, 2, 15, 0, tzinfo=UTC)
    assert len(today.public_key) == 1184 + 32
    still, tomorrow = keystore.sealing_keys(EVENING)
    assert still == today
    assert tomorrow.valid_from == today.valid_until
    assert keystore.sealing_keys(EVENING + timedelta(hours=7)) == [tomorrow]
    assert len({today.key_id, tomorrow.key_id}) == 2


def test_sealing_keys_open_late_messages_for_eight_days_and_are_then_destroyed(keystore: Keystore) -> None:
    (first,) = keystore.sealing_keys(MORNING)
    for day in range(1, 9):
        keystore.sealing_keys(MORNING + timedelta(days=day))
        assert len(keystore.sealing_private(first.key_id).reveal()) == 96
    keystore.sealing_keys(MORNING + timedelta(days=9))
    with pytest.raises(SealingKeyUnknown):
        keystore.sealing_private(first.key_id)


def holders(opener: MLKEM768X25519PrivateKey) -> int:
    """How many hold a key, beside this function and whoever calls it."""
    return sys.getrefcount(opener) - 3


def test_an_opener_is_of_its_seed_and_goes_with_it(keystore: Keystore) -> None:
    (first,) = keystore.sealing_keys(MORNING)
    opener = keystore.sealing_opener(first.key_id)
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    kem, curve = sealing_private_keys(keystore.sealing_private(first.key_id).reveal())
    assert kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw() == first.public_key
    sealed = suite.encrypt(b"m", MLKEM768X25519PublicKey(kem.public_key(), curve.public_key()), b"i")
    assert suite.decrypt(sealed, opener, b"i") == b"m"
    assert keystore.sealing_opener(first.key_id) is opener
    for day in range(1, 9):
        keystore.sealing_keys(MORNING + timedelta(days=day))
        assert holders(opener) == 1
    keystore.sealing_keys(MORNING + timedelta(days=9))
    assert holders(opener) == 0
    with pytest.raises(SealingKeyUnknown):
        keystore.sealing_opener(first.key_id)


def test_an_opener_goes_when_another_process_destroyed_its_seed(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    one = FileKeystore.create(path, "p", SeededRandomness(b"1"), CHEAP)
    two = FileKeystore.open(path, "p", SeededRandomness(b"2"))
    (first,) = one.sealing_keys(MORNING)
    opener = one.sealing_opener(first.key_id)
    (later,) = two.sealing_keys(MORNING + timedelta(days=9))
    assert holders(opener) == 1
    one.sealing_opener(later.key_id)  # which makes it look into the file
    assert holders(opener) == 0


def test_shares_are_kept_and_never_overwritten(keystore: Keystore) -> None:
    with pytest.raises(ShareUnknown):
        keystore.share("pseudonym/1")
    keystore.store_share("pseudonym/1", b"s" * 32)
    keystore.store_share("pseudonym/1", b"s" * 32)
    assert keystore.share("pseudonym/1").reveal() == b"s" * 32
    with pytest.raises(ShareTaken):
        keystore.store_share("pseudonym/1", b"t" * 32)


def test_certification_keys_are_rsa_2048_by_name(keystore: Keystore) -> None:
    key = keystore.certification_key("signature-ca")
    assert key.key_size == 2048
    assert keystore.certification_key("signature-ca").public_key() == key.public_key()
    assert keystore.certification_key("other").public_key() != key.public_key()


def test_a_file_keystore_opens_with_all_its_keys_again(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = FileKeystore.create(path, "correct horse", SeededRandomness(b"f"), CHEAP)
    (sealing,) = made.sealing_keys(MORNING)
    made.store_share("y", b"y" * 32)
    found = FileKeystore.open(path, "correct horse")
    assert found.secret(SecretPurpose.NUMBER_INDEX) == made.secret(SecretPurpose.NUMBER_INDEX)
    assert made.signer(SigningPurpose.HOP).public_key == found.signer(SigningPurpose.HOP).public_key
    assert found.sealing_keys(MORNING) == [sealing]
    assert found.sealing_private(sealing.key_id) == made.sealing_private(sealing.key_id)
    assert found.share("y") == made.share("y")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_processes_on_one_file_agree_on_keys_made_by_either(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    one = FileKeystore.create(path, "p", SeededRandomness(b"1"), CHEAP)
    two = FileKeystore.open(path, "p", SeededRandomness(b"2"))
    first = one.secret(SecretPurpose.SESSION)
    assert two.secret(SecretPurpose.SESSION) == first
    (sealing,) = two.sealing_keys(MORNING)
    assert one.sealing_keys(MORNING) == [sealing]
    (later,) = two.sealing_keys(MORNING + timedelta(days=1))
    assert one.sealing_private(later.key_id) == two.sealing_private(later.key_id)
    two.store_share("y", b"y" * 32)
    assert one.share("y").reveal() == b"y" * 32


def test_nothing_of_a_key_stands_readable_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    made = FileKeystore.create(path, "p", SeededRandomness(b"f"), CHEAP)
    secret = made.secret(SecretPurpose.SESSION).reveal()
    content = path.read_bytes()
    assert secret not in content
    assert b"session" not in content
    assert "p" not in repr(made).replace("FileKeystore", "")
    assert [entry.name for entry in tmp_path.iterdir() if entry.suffix == ".new"] == []


def test_a_wrong_passphrase_and_an_altered_file_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    FileKeystore.create(path, "right", SeededRandomness(b"f"), CHEAP).secret(SecretPurpose.SESSION)
    with pytest.raises(KeystorePassphraseWrong):
        FileKeystore.open(path, "wrong")
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(KeystorePassphraseWrong):
        FileKeystore.open(path, "right")
    path.write_bytes(content[:-40])
    with pytest.raises(KeystorePassphraseWrong):
        FileKeystore.open(path, "right")


def test_another_version_and_foreign_files_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    FileKeystore.create(path, "p", SeededRandomness(b"f"), CHEAP)
    content = path.read_bytes()
    for other in (
        content.replace(b"MIZUHIKI-KEYS\x00\x01", b"MIZUHIKI-KEYS\x00\x02", 1),
        b"something else",
        b"",
        content.replace(b'"n":1024', b'"n":1023', 1),
        content.replace(b'"n":1024', b'"n":9999999999', 1),
        content[:20],
    ):
        path.write_bytes(other)
        with pytest.raises(KeystoreOfAnotherVersion):
            FileKeystore.open(path, "p")


def test_creating_over_a_keystore_and_opening_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    FileKeystore.create(path, "p", SeededRandomness(b"f"), CHEAP)
    with pytest.raises(KeystoreExists):
        FileKeystore.create(path, "p", SeededRandomness(b"f"), CHEAP)
    with pytest.raises(KeystoreMissing):
        FileKeystore.open(tmp_path / "none", "p")

"""The device keystore against SoftHSM2: keys stay inside, bulk secrets come back, other tools see the same token."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mizuhiki.crypto.envelopes import open_envelope, seal
from mizuhiki.crypto.keystore import (
    KeystoreDeviceUnavailable,
    Pkcs11Keystore,
    SealingKeyUnknown,
    SecretPurpose,
    ShareTaken,
    SigningPurpose,
)
from mizuhiki.crypto.signatures import verify_ed25519
from mizuhiki.crypto.x509 import CertificateKind, Validity, make_jpki_root
from mizuhiki.vocabulary.ids import InstitutionId
from support.card_authority import AT

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"
MORNING = datetime(2019, 12, 2, 0, 0, tzinfo=UTC)
pytestmark = [pytest.mark.outside("softhsm2-util", MODULE)]


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token of its own in a fresh folder; the library reads its settings once per process."""
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(
        f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n", encoding="utf-8"
    )
    patch = pytest.MonkeyPatch()
    patch.setenv("SOFTHSM2_CONF", str(settings))
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "jpki", "--so-pin", "12345678", "--pin", PIN],
        check=True,
        capture_output=True,
        timeout=60,
    )
    yield "jpki"
    patch.undo()


@pytest.fixture
def keystore(token: str) -> Iterator[Pkcs11Keystore]:
    store = Pkcs11Keystore(MODULE, token, PIN)
    yield store
    store.close()


def _objects(keystore: Pkcs11Keystore, wanted: pkcs11.ObjectClass) -> list[Any]:
    with keystore._device.calls() as session:
        return list(session.get_objects({pkcs11.Attribute.CLASS: wanted}))


@pytest.mark.requirement("R-146")
def test_signing_keys_are_made_in_the_device_and_cannot_be_read_from_it(keystore: Pkcs11Keystore) -> None:
    signer = keystore.signer(SigningPurpose.OBJECT)
    verify_ed25519(signer.public_key, b"m", signer.sign(b"m"))
    keys = {entry[pkcs11.Attribute.LABEL]: entry for entry in _objects(keystore, pkcs11.ObjectClass.PRIVATE_KEY)}
    private = keys["signing/object"]
    assert private[pkcs11.Attribute.SENSITIVE]
    assert not private[pkcs11.Attribute.EXTRACTABLE]
    assert private[pkcs11.Attribute.NEVER_EXTRACTABLE]
    with pytest.raises(pkcs11.exceptions.AttributeSensitive):
        _ = private[pkcs11.Attribute.VALUE]


def test_openssl_verifies_a_signature_made_in_the_device(keystore: Pkcs11Keystore, tmp_path: Path) -> None:
    signer = keystore.signer(SigningPurpose.CHECKPOINT)
    public = bytes.fromhex("302a300506032b6570032100") + signer.public_key
    for name, content in (("key.der", public), ("message", b"m"), ("signature", signer.sign(b"m"))):
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin"]
    done = subprocess.run(
        [*command, "-in", "message", "-sigfile", "signature"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"Successfully" in done.stdout, done.stderr


def test_all_keys_are_found_again_by_the_next_session(token: str) -> None:
    one = Pkcs11Keystore(MODULE, token, PIN)
    hop = one.signer(SigningPurpose.HOP).public_key
    secrets = [one.secret(purpose) for purpose in (SecretPurpose.NUMBER_INDEX, SecretPurpose.SESSION)]
    one.store_share("pseudonym/1", b"y" * 32)
    sealing = one.sealing_keys(MORNING)
    ca = one.certification_key("ca").public_key()
    one.close()
    two = Pkcs11Keystore(MODULE, token, PIN)
    assert two.signer(SigningPurpose.HOP).public_key == hop
    assert [two.secret(purpose) for purpose in (SecretPurpose.NUMBER_INDEX, SecretPurpose.SESSION)] == secrets
    assert two.share("pseudonym/1").reveal() == b"y" * 32
    with pytest.raises(ShareTaken):
        two.store_share("pseudonym/1", b"z" * 32)
    assert two.sealing_keys(MORNING) == sealing
    assert two.certification_key("ca").public_key() == ca
    two.close()


def test_two_processes_share_one_token(token: str, keystore: Pkcs11Keystore) -> None:
    program = (
        "from mizuhiki.crypto.keystore import *\n"
        f"store = Pkcs11Keystore({MODULE!r}, {token!r}, {PIN!r})\n"
        "store.store_share('from-child', b'c' * 32)\n"
        "print(store.secret(SecretPurpose.CODE_INDEX).reveal().hex())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, timeout=60, text=True)
    assert keystore.secret(SecretPurpose.CODE_INDEX).reveal().hex() == done.stdout.strip()
    assert keystore.share("from-child").reveal() == b"c" * 32


def test_bulk_secrets_stand_in_the_token_wrapped_only(keystore: Pkcs11Keystore) -> None:
    secret = keystore.secret(SecretPurpose.PERSON_SEED).reveal()
    contents = [bytes(entry[pkcs11.Attribute.VALUE]) for entry in _objects(keystore, pkcs11.ObjectClass.DATA)]
    assert contents
    assert not any(secret in content for content in contents)
    (wrapping,) = _objects(keystore, pkcs11.ObjectClass.SECRET_KEY)
    assert not wrapping[pkcs11.Attribute.EXTRACTABLE]


def test_a_wrapped_secret_moved_to_another_label_stops_the_keystore(keystore: Pkcs11Keystore) -> None:
    keystore.secret(SecretPurpose.PERSON_SEED)
    source = next(
        entry
        for entry in _objects(keystore, pkcs11.ObjectClass.DATA)
        if entry[pkcs11.Attribute.LABEL] == "secret/person-seed"
    )
    with keystore._device.calls() as session:
        planted = session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.DATA,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: True,
                pkcs11.Attribute.LABEL: "secret/ledger-index",
                pkcs11.Attribute.VALUE: bytes(source[pkcs11.Attribute.VALUE]),
            }
        )
    with pytest.raises(KeystoreDeviceUnavailable):
        keystore._refresh()
    with keystore._device.calls():
        planted.destroy()
    keystore._refresh()


def test_sealing_keys_rotate_and_are_destroyed_in_the_device(keystore: Pkcs11Keystore) -> None:
    start = MORNING + timedelta(days=100)
    (first,) = keystore.sealing_keys(start)
    signer = keystore.signer(SigningPurpose.OBJECT)
    sender, us = InstitutionId("portal"), InstitutionId("jpki")
    envelope = seal(b"x", sender=sender, signer=signer, recipient=us, recipient_key=first, context=b"c")
    keystore.sealing_keys(start + timedelta(days=3))
    opened = open_envelope(
        envelope,
        keystore=keystore,
        recipient=us,
        sender_key=signer.public_key,
        expected_sender=sender,
        context=b"c",
    )
    assert opened == b"x"
    keystore.sealing_keys(start + timedelta(days=9))
    with pytest.raises(SealingKeyUnknown):
        keystore.sealing_private(first.key_id)
    labels = [entry[pkcs11.Attribute.LABEL] for entry in _objects(keystore, pkcs11.ObjectClass.DATA)]
    assert f"sealing/{first.key_id}" not in labels


def test_a_certification_key_signs_certificates_in_the_device_and_does_nothing_else(keystore: Pkcs11Keystore) -> None:
    key = keystore.certification_key("signature-ca")
    der = make_jpki_root(
        CertificateKind.SIGNATURE, key, validity=Validity.until_day(AT, AT.date() + timedelta(days=3650)), serial=1
    )
    assert der
    signature = key.sign(b"m", padding.PKCS1v15(), SHA256())
    key.public_key().verify(signature, b"m", padding.PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, b"n", padding.PKCS1v15(), SHA256())
    for use in (
        lambda: key.sign(b"m", padding.PKCS1v15(), SHA512()),
        lambda: key.sign(b"m", padding.PSS(padding.MGF1(SHA256()), 32), SHA256()),
        lambda: key.decrypt(bytes(256), padding.PKCS1v15()),
        key.private_numbers,
        lambda: key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    ):
        with pytest.raises(TypeError):
            use()


def test_threads_share_one_device_without_errors(keystore: Pkcs11Keystore) -> None:
    signer = keystore.signer(SigningPurpose.OBJECT)
    public = Ed25519PublicKey.from_public_bytes(signer.public_key)
    failures: list[BaseException] = []

    def sign() -> None:
        try:
            for number in range(20):
                public.verify(signer.sign(bytes([number])), bytes([number]))
        except (InvalidSignature, KeystoreDeviceUnavailable) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=sign) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_wrong_pin_token_or_module_is_refused_by_name(token: str) -> None:
    with pytest.raises(KeystoreDeviceUnavailable):
        Pkcs11Keystore(MODULE, token, "9999")
    with pytest.raises(KeystoreDeviceUnavailable):
        Pkcs11Keystore(MODULE, "no such token", PIN)

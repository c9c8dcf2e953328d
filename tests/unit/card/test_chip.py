from __future__ import annotations

import copy
import gc
import json
import pickle
import stat
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from mizuhiki.card.chip import CardCertificates, Chip
from mizuhiki.card.errors import (
    CertificateForAnotherKey,
    ItemNotRecordable,
    PersonalisationClosed,
    PersonalisationIncomplete,
    PersonalisationOutOfOrder,
    PinNotAllowed,
)
from mizuhiki.card.generation import FileRole, UnknownGeneration, card_generation, parse_generation
from mizuhiki.card.store import FileCardStore, MemoryCardStore
from mizuhiki.crypto.card_keys import (
    CardImageUnreadable,
    CardKey,
    CardKeyAlgorithm,
    CardKeyInputRefused,
    CardSecret,
    CardVault,
)
from mizuhiki.crypto.randomness import SeededRandomness

RANDOMNESS = SeededRandomness(b"test")
SECRET = CardSecret.from_key(b"s" * 32)


def certificates(facts: SimpleNamespace, keys: object, issuer_key: RSAPrivateKey) -> CardCertificates:
    user, sign = keys.user_identification, keys.signature
    return CardCertificates(
        user_identification=facts.certificate_for(user, "auth", issuer_key),
        user_identification_ca=facts.certificate_for(user, "ca", issuer_key),
        signature=facts.certificate_for(sign, "sign", issuer_key) if sign else b"",
        signature_ca=facts.certificate_for(sign, "ca", issuer_key) if sign else b"",
    )


def reachable(root: object) -> list[object]:
    """Everything that attributes, slots, mappings and sequences lead to from `root`."""
    seen: dict[int, object] = {}
    todo = [root]
    while todo:
        item = todo.pop()
        if id(item) in seen or isinstance(item, type) or callable(item):
            continue
        seen[id(item)] = item
        names = set(getattr(item, "__dict__", ())) | {
            name for kind in type(item).__mro__ for name in getattr(kind, "__slots__", ())
        }
        names |= set(getattr(item, "__struct_fields__", ()))
        todo += [getattr(item, name) for name in names if name != "__weakref__" and hasattr(item, name)]
        if isinstance(item, dict):
            todo += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple | set | frozenset):
            todo += list(item)
    return list(seen.values())


@pytest.mark.requirement("R-146", "R-197")
def test_no_private_key_is_reachable_from_a_chip(chip: Chip, store: MemoryCardStore) -> None:
    found = reachable(chip)
    assert any(isinstance(item, CardKey) for item in found)
    assert not any(isinstance(item, RSAPrivateKey) for item in found)
    secrets = [key.private_numbers() for key in gc.get_objects() if isinstance(key, RSAPrivateKey)]
    registry = __import__("mizuhiki.crypto.card_keys", fromlist=["_KEYS"])._KEYS
    secrets += [key.private_numbers() for key in registry.values()]
    assert secrets
    texts = [bytes(item) for item in found if isinstance(item, bytes | bytearray)]
    for numbers in secrets:
        for secret in (numbers.p, numbers.q, numbers.d):
            raw = secret.to_bytes((secret.bit_length() + 7) // 8, "big")
            assert not any(raw in text for text in texts)
            assert raw not in (store.load() or b"")
        assert not any(item in (numbers.p, numbers.q, numbers.d) for item in found if isinstance(item, int))


@pytest.mark.requirement("R-146", "R-197")
def test_chips_keys_and_vaults_refuse_to_be_serialised(chip: Chip) -> None:
    key = CardKey.generate(CardKeyAlgorithm.RSA_2048)
    vault = CardVault.create(SECRET, RANDOMNESS)
    for item in (chip, chip._core.memory, key, vault, SECRET):
        with pytest.raises(TypeError):
            pickle.dumps(item)
        with pytest.raises(TypeError):
            json.dumps(item)
        with pytest.raises(TypeError):
            msgspec.msgpack.encode(item)
    for item in (chip, chip._core.memory, vault, SECRET):
        with pytest.raises(TypeError):
            copy.deepcopy(item)
        with pytest.raises(TypeError):
            copy.copy(item)
    assert copy.deepcopy(key) is key
    assert copy.copy(key) is key
    assert not [name for name in dir(key) if "private" in name.lower() or "export" in name.lower()]


@pytest.mark.requirement("R-146")
def test_no_command_answers_with_private_key_material(chip: Chip) -> None:
    registry = __import__("mizuhiki.crypto.card_keys", fromlist=["_KEYS"])._KEYS
    primes = [
        prime.to_bytes(128, "big")
        for key in registry.values()
        for prime in (key.private_numbers().p, key.private_numbers().q)
    ]
    for application in ("D392F000260100000001", "D3921000310001010408", "D3921000310001010401"):
        chip.transmit(bytes.fromhex("00A4040C0A" + application))
        for pin in (b"\x182468", b"\x1bABC123", b"\x111357", b"\x1c9753"):
            chip.transmit(bytes((0x00, 0x20, 0x00, 0x80 | pin[0], len(pin) - 1)) + pin[1:])
        for short in range(1, 31):
            answer = chip.transmit(bytes((0x00, 0xB0, 0x80 | short, 0, 0, 0, 0)))
            assert not any(prime in answer for prime in primes)


def test_the_stored_image_shows_no_personal_text(store: MemoryCardStore, facts: SimpleNamespace) -> None:
    sealed = store.load() or b""
    for text in (facts.number, facts.items.name, facts.code, "2468", "ABC123"):
        assert text.encode("utf-8") not in sealed


def test_pins_are_not_kept_in_clear(chip: Chip) -> None:
    texts = [item for item in reachable(chip) if isinstance(item, bytes | str)]
    for pin in ("2468", "ABC123", "9753"):
        assert not any(pin in (text if isinstance(text, str) else text.decode("latin-1")) for text in texts)


@pytest.mark.requirement("R-197")
def test_the_desk_gets_public_keys_only(blank: Chip) -> None:
    keys = blank.generate_keys()
    assert keys.__struct_fields__ == ("user_identification", "signature", "card_authentication")
    for raw in (keys.user_identification, keys.signature):
        key = load_der_public_key(raw)
        assert isinstance(key, rsa.RSAPublicKey)
        assert key.key_size == 2048
        assert key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == raw


@pytest.mark.requirement("R-197")
def test_keys_are_made_once(blank: Chip) -> None:
    blank.generate_keys()
    with pytest.raises(PersonalisationOutOfOrder):
        blank.generate_keys()


def test_certificates_must_carry_the_keys_of_this_chip(
    blank: Chip, facts: SimpleNamespace, issuer_key: RSAPrivateKey, template: SimpleNamespace
) -> None:
    with pytest.raises(PersonalisationOutOfOrder):
        blank.install_certificates(template.certificates)
    blank.generate_keys()
    with pytest.raises(CertificateForAnotherKey):
        blank.install_certificates(template.certificates)


def test_a_card_without_signature_key_takes_no_signature_certificate(
    blank: Chip, facts: SimpleNamespace, issuer_key: RSAPrivateKey
) -> None:
    keys = blank.generate_keys(signature=False)
    assert keys.signature == b""
    good = certificates(facts, keys, issuer_key)
    with pytest.raises(CertificateForAnotherKey):
        blank.install_certificates(msgspec.structs.replace(good, signature=good.user_identification))
    blank.install_certificates(good)
    blank.write_items(**facts.items_arguments())
    pins = {name: pin for name, pin in facts.pins.items() if name != "signature"}
    with pytest.raises(PersonalisationOutOfOrder):
        blank.set_pins(**facts.pins)
    blank.set_pins(**pins)
    blank.close_personalisation()
    assert blank.personalised
    assert blank.transmit(bytes.fromhex("00A4040C0AD392F000260100000001")).hex() == "9000"
    for fid in ("0001", "0002", "001A", "001B"):
        assert blank.transmit(bytes.fromhex(f"00A4020C02{fid}")).hex() == "6a82"
    assert blank.transmit(bytes.fromhex("00B0880000")).hex() == "008f009000"


def test_an_incomplete_card_is_not_handed_over(blank: Chip, facts: SimpleNamespace, issuer_key: RSAPrivateKey) -> None:
    with pytest.raises(PersonalisationIncomplete):
        blank.close_personalisation()
    blank.install_certificates(certificates(facts, blank.generate_keys(), issuer_key))
    blank.write_items(**facts.items_arguments())
    with pytest.raises(PersonalisationIncomplete) as caught:
        blank.close_personalisation()
    assert caught.value.fields["missing"] == "user-identification, signature, items, resident-register"


def test_pins_wait_for_the_items_and_are_forgotten_when_those_are_written_again(
    blank: Chip, facts: SimpleNamespace, issuer_key: RSAPrivateKey
) -> None:
    blank.install_certificates(certificates(facts, blank.generate_keys(), issuer_key))
    with pytest.raises(PersonalisationOutOfOrder):
        blank.set_pins(**facts.pins)
    blank.write_items(**facts.items_arguments())
    blank.set_pins(**facts.pins)
    blank.write_items(**facts.items_arguments())
    with pytest.raises(PersonalisationIncomplete):
        blank.close_personalisation()


@pytest.mark.requirement("R-141", "R-143")
@pytest.mark.parametrize(
    ("which", "pin", "reason"),
    [
        ("user_identification", "123", "length"),
        ("user_identification", "12345", "length"),
        ("user_identification", "12A4", "characters"),
        ("user_identification", "１２３４", "characters"),
        ("user_identification", "0517", "birth-date-or-security-code"),
        ("items", "1988", "birth-date-or-security-code"),
        ("items", "4821", "birth-date-or-security-code"),
        ("resident_register", "6305", "birth-date-or-security-code"),
        ("signature", "ABC12", "length"),
        ("signature", "ABCDEFGH123456789", "length"),
        ("signature", "abc123", "characters"),
        ("signature", "ABCDEF", "letter-and-digit"),
        ("signature", "123456", "letter-and-digit"),
    ],
)
def test_the_desk_cannot_set_a_pin_that_breaks_the_rules(
    blank: Chip, facts: SimpleNamespace, which: str, pin: str, reason: str
) -> None:
    blank.generate_keys()
    blank.write_items(**facts.items_arguments())
    with pytest.raises(PinNotAllowed) as caught:
        blank.set_pins(**{**facts.pins, which: pin})
    assert caught.value.fields["reason"] == reason
    assert pin not in str(caught.value)


@pytest.mark.requirement("R-143")
def test_the_four_digit_pins_may_be_equal(blank: Chip, facts: SimpleNamespace) -> None:
    blank.generate_keys()
    blank.write_items(**facts.items_arguments())
    blank.set_pins(user_identification="2468", items="2468", resident_register="2468", signature="ABC123")


def test_the_desk_can_write_nothing_after_the_card_was_handed_over(
    chip: Chip, facts: SimpleNamespace, template: SimpleNamespace
) -> None:
    steps: list[Callable[[], object]] = [
        chip.generate_keys,
        lambda: chip.install_certificates(template.certificates),
        lambda: chip.write_items(**facts.items_arguments()),
        lambda: chip.set_pins(**facts.pins),
        chip.close_personalisation,
    ]
    for step in steps:
        with pytest.raises(PersonalisationClosed) as caught:
            step()
        assert caught.value.status_word == 0x6985


@pytest.mark.requirement("R-133", "R-134")
def test_the_chip_has_a_place_for_nothing_but_the_items_the_law_names(blank: Chip, facts: SimpleNamespace) -> None:
    assert {role.value for role in FileRole} == {
        "user-identification-certificate",
        "user-identification-ca",
        "signature-certificate",
        "signature-ca",
        "certificate-presence",
        "token",
        "individual-number",
        "four-items",
        "resident-record-code",
        "terminal-ca",
        "permit-authority",
        "items-signature",
        "items-issuer-certificate",
        "items-info",
        "face-birth",
        "face",
        "face-info",
        "face-issuer-certificate",
        "number-image",
        "endorsements",
        "card-record",
        "free-area",
    }
    text = '[[application]]\nname = "x"\naid = "D392"\nfile = [{ fid = "0001", role = "local-tax" }]\n'
    with pytest.raises(msgspec.ValidationError):
        parse_generation('name = "x"\nalgorithm = "rsa-2048"\natr = "3B"\nformat = {}\n' + text)
    with pytest.raises(TypeError):
        blank.write_items(**facts.items_arguments(), local_tax="120000")
    for ins, word in (("D6", "6982"), ("D0", "6d00"), ("DA", "6d00"), ("DB", "6d00"), ("E0", "6d00"), ("E2", "6d00")):
        blank.transmit(bytes.fromhex("00A4040C0AD3921000310001010408"))
        assert blank.transmit(bytes.fromhex(f"00{ins}000001AA")).hex() == word


def test_a_generation_without_a_place_for_an_item_refuses_it(facts: SimpleNamespace) -> None:
    full = card_generation("2016")
    without = msgspec.structs.replace(
        full,
        application=tuple(
            msgspec.structs.replace(app, file=()) if app.name == "resident-register" else app
            for app in full.application
        ),
    )
    chip = Chip.blank(without, RANDOMNESS)
    with pytest.raises(ItemNotRecordable):
        chip.write_items(**facts.items_arguments())


@pytest.mark.parametrize("code", ["482", "48211", "48a1", "４８２１"])
def test_a_security_code_has_four_digits(blank: Chip, facts: SimpleNamespace, code: str) -> None:
    with pytest.raises(ItemNotRecordable):
        blank.write_items(**{**facts.items_arguments(), "security_code": code})


def test_unknown_generations_are_named_as_such() -> None:
    for name in ("1999", "../2016", ""):
        with pytest.raises(UnknownGeneration):
            card_generation(name)


def test_a_card_file_survives_the_process_and_its_owner_alone_reads_it(
    tmp_path: Path, template: SimpleNamespace
) -> None:
    path = tmp_path / "card.bin"
    store = FileCardStore(path)
    assert store.load() is None
    store.save(template.sealed)
    chip = Chip.open(store, SECRET, RANDOMNESS)
    chip.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    chip.transmit(bytes.fromhex("00A4020C020018"))
    chip.transmit(bytes.fromhex("0020008004") + b"0000")
    again = Chip.open(FileCardStore(path), SECRET, RANDOMNESS)
    again.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    again.transmit(bytes.fromhex("00A4020C020018"))
    assert again.transmit(bytes.fromhex("00200080")).hex() == "63c2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["card.bin"]


def test_a_card_opens_with_its_own_secret_only(template: SimpleNamespace, store: MemoryCardStore) -> None:
    with pytest.raises(CardImageUnreadable):
        Chip.open(store, CardSecret.from_key(b"x" * 32), RANDOMNESS)
    with pytest.raises(CardImageUnreadable):
        Chip.open(MemoryCardStore(), SECRET, RANDOMNESS)


def test_every_changed_byte_of_a_card_file_is_noticed(template: SimpleNamespace) -> None:
    sealed = template.sealed
    for position in (0, 9, 30, 40, len(sealed) // 2, len(sealed) - 1):
        store = MemoryCardStore()
        store.save(sealed[:position] + bytes((sealed[position] ^ 1,)) + sealed[position + 1 :])
        with pytest.raises(CardImageUnreadable):
            Chip.open(store, SECRET, RANDOMNESS)


def test_a_passphrase_opens_a_card_too() -> None:
    store = MemoryCardStore()
    Chip.blank(card_generation("2016"), RANDOMNESS, store=store, secret=CardSecret.from_passphrase("a passphrase"))
    assert not Chip.open(store, CardSecret.from_passphrase("a passphrase"), RANDOMNESS).personalised
    with pytest.raises(CardImageUnreadable):
        Chip.open(store, CardSecret.from_passphrase("another"), RANDOMNESS)
    for make in (lambda: CardSecret.from_passphrase(""), lambda: CardSecret.from_key(b"short")):
        with pytest.raises(ValueError, match=r"passphrase|32 bytes"):
            make()


def test_a_wrapped_key_opens_in_its_own_vault_and_place_only() -> None:
    key = CardKey.generate(CardKeyAlgorithm.RSA_2048)
    vault = CardVault.create(SECRET, RANDOMNESS)
    wrapped = vault.wrap_key(key, name="jpki/0017", randomness=RANDOMNESS)
    assert vault.unwrap_key(wrapped, name="jpki/0017").sign_raw(b"same") == key.sign_raw(b"same")
    with pytest.raises(CardImageUnreadable):
        vault.unwrap_key(wrapped, name="jpki/001A")
    with pytest.raises(CardImageUnreadable):
        CardVault.create(SECRET, RANDOMNESS).unwrap_key(wrapped, name="jpki/0017")
    with pytest.raises(CardImageUnreadable):
        vault.open_image(wrapped)


@pytest.mark.parametrize("message", [b"", b"x" * 246])
def test_messages_of_other_lengths_are_not_signed(message: bytes) -> None:
    with pytest.raises(CardKeyInputRefused):
        CardKey.generate(CardKeyAlgorithm.RSA_2048).sign_raw(message)

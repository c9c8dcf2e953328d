"""What only the issuer's secure session may do to a card that was handed over, and what it may not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mizuhiki.card.apdu import Command
from mizuhiki.card.certificates import (
    InstallPermit,
    issue_install_permit,
    issue_issuer_certificate,
    issue_terminal_certificate,
)
from mizuhiki.card.chip import CardCertificates, CardTrust, Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.commands.terminal import USE_WITHOUT_PIN, terminal_message
from mizuhiki.card.errors import CardNotOfThisIssuer, CardRefused, ItemNotRecordable
from mizuhiki.card.faces import (
    Endorsement,
    FaceImages,
    ItemsIssuer,
    endorsements_file,
    read_endorsements,
    read_face,
    read_number_image,
    sign_items,
)
from mizuhiki.card.free_area import Ground, ProviderKind, catalogue_entry, free_area_catalogue, lawful_ground
from mizuhiki.card.generation import FileRole, KeyRole, PinRole, card_generation, card_generation_on
from mizuhiki.card.issuer import IssuerMaster, IssuerSession
from mizuhiki.card.items import encode_four_items, encode_individual_number
from mizuhiki.card.memory import LifeState
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.card.trace import Exchange, TracingReader
from mizuhiki.crypto.card_keys import CardKey, CardKeyAlgorithm, CardSecret, CardSignatureInvalid, verify_card_signature
from mizuhiki.crypto.card_session import IssuerKeys
from mizuhiki.crypto.digests import sha384
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.vocabulary.numbers import IndividualNumber

MASTER = IssuerMaster(b"m" * 32)
PNG = b"\x89PNG\r\n\x1a\n"
IMAGES = FaceImages(
    name=PNG + b"name", address=PNG + b"address", photo=b"\x00\x00\x00\x0cjP  p", security_code=PNG, number=PNG + b"no"
)
SECRET = CardSecret.from_key(b"s" * 32)
GENERATION = card_generation("2016")


@pytest.fixture(scope="module")
def keys() -> SimpleNamespace:
    """Keys of issuer, terminal authority and permit authority; P-384 because it is quick to make."""
    made = {name: CardKey.generate(CardKeyAlgorithm.P384) for name in ("root", "items", "terminal_ca", "permits")}
    root_id, issuer_id = b"6000020".ljust(16, b"\0"), b"items".ljust(16, b"\0")
    certificate = issue_issuer_certificate(
        made["root"], root_id=root_id, issuer_id=issuer_id, public_key=made["items"].public_key
    )
    return SimpleNamespace(**made, issuer=ItemsIssuer(made["items"], certificate))


def personalise(
    facts: SimpleNamespace, keys: SimpleNamespace, issuer_key: rsa.RSAPrivateKey, name: str
) -> SimpleNamespace:
    store = MemoryCardStore()
    chip = Chip.blank(card_generation(name), SeededRandomness(name.encode()), store=store, secret=SECRET)
    public = chip.generate_keys()
    make = facts.certificate_for
    chip.install_certificates(
        CardCertificates(
            user_identification=make(public.user_identification, "auth", issuer_key),
            user_identification_ca=make(public.user_identification, "ca", issuer_key),
            signature=make(public.signature, "sign", issuer_key),
            signature_ca=make(public.signature, "ca", issuer_key),
        )
    )
    arguments = {**facts.items_arguments(), "issuer": keys.issuer, "municipality_code": "452025"}
    chip.write_items(**arguments)
    chip.write_face(four_items=facts.items, expires_on=arguments["expires_on"], images=IMAGES, issuer=keys.issuer)
    chip.set_pins(**facts.pins)
    chip.set_issuer_keys(MASTER.keys_of(chip.card_number))
    chip.install_trust(CardTrust(terminal_ca=keys.terminal_ca.public_key, permit_authority=keys.permits.public_key))
    chip.close_personalisation()
    return SimpleNamespace(sealed=store.load(), public=public)


@pytest.fixture(scope="module")
def whole(module_facts: SimpleNamespace, keys: SimpleNamespace, issuer_key: rsa.RSAPrivateKey) -> SimpleNamespace:
    return personalise(module_facts, keys, issuer_key, "2016")


class CountingStore(MemoryCardStore):
    """Counts writes and can refuse one, before or after it has taken it."""

    __slots__ = ("after", "cut_at", "writes")

    def __init__(self, sealed: bytes) -> None:
        super().__init__()
        super().save(sealed)
        self.writes, self.cut_at, self.after = 0, -1, False

    def save(self, sealed: bytes) -> None:
        self.writes += 1
        if self.writes == self.cut_at:
            if self.after:
                super().save(sealed)
            raise ConnectionError("power")
        super().save(sealed)


@pytest.fixture
def card(whole: SimpleNamespace) -> SimpleNamespace:
    store = CountingStore(whole.sealed)
    chip = Chip.open(store, SECRET, SeededRandomness(b"open"))
    reader = InProcessReader(chip)
    return SimpleNamespace(store=store, chip=chip, reader=reader, client=CardClient(reader), public=whole.public)


def session(card: SimpleNamespace, name: str, *, master: IssuerMaster = MASTER, level: int = 0x33) -> IssuerSession:
    opened = IssuerSession(card.reader, master, SeededRandomness(b"desk"), GENERATION, level=level)
    opened.open_by_name(name)
    return opened


def send(card: SimpleNamespace, text: str) -> str:
    return card.chip.transmit(bytes.fromhex(text)).hex().upper()


@pytest.mark.parametrize("level", [0x01, 0x03, 0x11, 0x13, 0x33])
def test_a_session_of_every_level_works_and_an_unsecured_command_ends_it(card: SimpleNamespace, level: int) -> None:
    desk = session(card, "jpki", level=level)
    desk.unblock(PinRole.USER_IDENTIFICATION)
    desk.unblock(PinRole.SIGNATURE)
    send(card, "0084000008")
    assert desk.send(Command(0x00, 0x2C, 0x03, 0x98)).word == 0x6882


def test_another_issuers_master_opens_nothing(card: SimpleNamespace) -> None:
    with pytest.raises(CardNotOfThisIssuer):
        session(card, "jpki", master=IssuerMaster(b"x" * 32))
    host, selected = "00" * 8, "00A4040C0AD392F000260100000001"
    send(card, selected)
    send(card, f"8050300008{host}00")
    assert send(card, "8482330010" + "00" * 16) == "6300"
    assert send(card, "8482330010" + "00" * 16) == "6985"


def test_a_repeated_or_altered_command_ends_the_session(card: SimpleNamespace) -> None:
    sent: list[bytes] = []

    class Listening:
        def transmit(self, apdu: bytes) -> bytes:
            sent.append(apdu)
            return card.chip.transmit(apdu)

    desk = IssuerSession(Listening(), MASTER, SeededRandomness(b"desk"), GENERATION)
    desk.open_by_name("jpki")
    desk.unblock(PinRole.SIGNATURE)
    assert card.chip.transmit(sent[-1]).hex() == "6982"
    assert desk.send(Command(0x00, 0x2C, 0x03, 0x98)).word == 0x6882


@pytest.mark.parametrize("raw", ["002C0398", "00D6000001AA", "0046009A000000", "00440000", "80F0807F", "80E4000001AA"])
def test_without_a_session_no_issuer_command_is_obeyed(card: SimpleNamespace, raw: str) -> None:
    send(card, "00A4040C0AD392F000260100000001")
    assert send(card, raw) == "6982"
    assert card.chip.state is LifeState.PERSONALISED


@pytest.mark.requirement("R-145")
def test_a_blocked_pin_is_reset_by_the_municipality_alone(card: SimpleNamespace) -> None:
    send(card, "00A4040C0AD392F000260100000001")
    for _ in range(3):
        send(card, "002000980430303030")
    assert card.client.pin_tries_left(PinRole.USER_IDENTIFICATION) == 0
    desk = session(card, "jpki")
    desk.set_pin(PinRole.USER_IDENTIFICATION, "7531")
    card.client.verify(PinRole.USER_IDENTIFICATION, "7531")
    for pin, word in (("0517", "6A80"), ("753", "6A80")):
        with pytest.raises(CardRefused) as caught:
            session(card, "jpki").set_pin(PinRole.USER_IDENTIFICATION, pin)
        assert caught.value.fields["word"] == word
    with pytest.raises(CardRefused) as caught:
        session(card, "jpki", level=0x11).set_pin(PinRole.USER_IDENTIFICATION, "7531")
    assert caught.value.fields["word"] == "6985"


def renew(card: SimpleNamespace, facts: SimpleNamespace, issuer_key: rsa.RSAPrivateKey) -> bytes:
    desk = session(card, "jpki")
    public = desk.generate_key(KeyRole.SIGNATURE)
    desk.write(FileRole.SIGNATURE_CERTIFICATE, facts.certificate_for(public, "moved", issuer_key))
    desk.activate()
    return public


def signs_with(card: SimpleNamespace, public: bytes) -> bool:
    key = load_der_public_key(public)
    assert isinstance(key, rsa.RSAPublicKey)
    try:
        key.verify(
            CardClient(InProcessReader(card.chip)).sign("ABC123", b"text"), b"text", padding.PKCS1v15(), SHA256()
        )
    except InvalidSignature:
        return False
    return True


def test_the_signature_certificate_is_renewed_with_a_new_key(
    card: SimpleNamespace, facts: SimpleNamespace, issuer_key: rsa.RSAPrivateKey
) -> None:
    public = renew(card, facts, issuer_key)
    assert public != card.public.signature
    assert signs_with(card, public)
    assert public in card.client.signature_certificate("ABC123")


def test_a_certificate_of_another_key_is_not_taken_and_the_old_one_stays(
    card: SimpleNamespace, facts: SimpleNamespace, issuer_key: rsa.RSAPrivateKey
) -> None:
    desk = session(card, "jpki")
    desk.generate_key(KeyRole.SIGNATURE)
    desk.write(FileRole.SIGNATURE_CERTIFICATE, facts.certificate_for(card.public.user_identification, "x", issuer_key))
    with pytest.raises(CardRefused):
        desk.activate()
    assert signs_with(card, card.public.signature)


@pytest.mark.parametrize("after", [False, True])
def test_power_cut_at_any_write_of_a_renewal_leaves_the_old_or_the_new_card(
    card: SimpleNamespace, facts: SimpleNamespace, issuer_key: rsa.RSAPrivateKey, *, after: bool
) -> None:
    card.store.cut_at, card.store.after = 1, after
    with pytest.raises(ConnectionError):
        renew(card, facts, issuer_key)
    assert card.store.writes == 1, "a renewal is one write"
    card.chip.reset()
    assert signs_with(card, card.public.signature) is not after


@pytest.mark.requirement("R-155")
def test_a_move_changes_items_and_endorsements_in_the_chip(
    card: SimpleNamespace, facts: SimpleNamespace, keys: SimpleNamespace
) -> None:
    moved = replace(facts.items, address="東京都千代田区一番町一番地")
    file = encode_four_items(moved)
    desk = session(card, "items")
    desk.write(FileRole.FOUR_ITEMS, file)
    with pytest.raises(CardRefused):
        desk.activate()  # the signature is still over the old address
    number = encode_individual_number(IndividualNumber.parse(facts.number))
    desk.write(FileRole.FOUR_ITEMS, file)
    desk.write(FileRole.ITEMS_SIGNATURE, sign_items(number, file, keys.items))
    desk.activate()
    assert card.client.read_four_items_by_check_number(facts.check_b).address == moved.address
    lines = (Endorsement(date(2020, 4, 1), moved.address),)
    desk = session(card, "face")
    desk.write(FileRole.ENDORSEMENTS, endorsements_file(lines))
    desk.activate()
    send(card, "00A4040C0AD3921000310001010402")
    send(card, "00200092" + "0E" + facts.check_b.encode().hex())
    assert read_endorsements(bytes.fromhex(send(card, "00B0870000"))[:-2]) == lines


def write_and_activate(desk: IssuerSession, fid: str, content: bytes) -> None:
    desk.write_file(fid, content)
    desk.activate()


@pytest.mark.requirement("R-133", "R-134")
@pytest.mark.parametrize("application", ["jpki", "items", "resident-register", "face", "card-manager", "common"])
def test_no_issuer_can_record_anything_but_what_the_law_names(card: SimpleNamespace, application: str) -> None:
    layout = next(one for one in GENERATION.application if one.name == application)
    before = dict(card.chip._core.memory.image.files)
    for entry in layout.file:
        for content in ("住民税 120000円".encode(), b"\xff\x50\x06120000", b"0" * 300):
            with pytest.raises(CardRefused):
                write_and_activate(session(card, application), entry.fid, content)
    assert card.chip._core.memory.image.files == before


@pytest.mark.requirement("R-136", "R-137")
def test_both_sides_with_check_number_a_and_the_front_alone_with_b(
    card: SimpleNamespace, facts: SimpleNamespace, keys: SimpleNamespace
) -> None:
    def read(pin: str, value: str) -> tuple[str, str, str]:
        send(card, "00A4040C0AD3921000310001010402")
        if pin:
            assert send(card, f"002000{pin}{len(value):02X}{value.encode().hex()}") == "9000"
        return tuple(send(card, f"00B08{place}0000 0000".replace(" ", ""))[-4:] for place in (1, 2, 5))

    assert read("", "") == ("6982", "6982", "6982")
    assert read("93", facts.number) == ("6982", "9000", "9000")
    assert read("92", facts.check_b) == ("6982", "9000", "6982")
    assert read("91", "630517") == ("9000", "6982", "6982")
    send(card, "00A4040C0AD3921000310001010402")
    send(card, f"002000930C{facts.number.encode().hex()}")
    front, back = (bytes.fromhex(send(card, f"00B08{place}00000000"))[:-2] for place in (2, 5))
    face = read_face(front, keys.items.public_key)
    assert (face.photo, face.name_image) == (IMAGES.photo, IMAGES.name)
    assert read_number_image(back, keys.items.public_key) == IMAGES.number
    with pytest.raises(CardSignatureInvalid):
        read_face(front.replace(b"jP  p", b"jP  q"), keys.items.public_key)


@pytest.mark.requirement("R-167")
def test_the_signature_key_is_destroyed_with_its_certificate_and_pin_and_no_other_key_is(card: SimpleNamespace) -> None:
    before = card.chip._core.memory.image
    open_session = session(card, "jpki")
    for role in (KeyRole.USER_IDENTIFICATION, KeyRole.CARD_AUTHENTICATION):
        with pytest.raises((CardRefused, StopIteration, KeyError)):
            open_session.destroy_key(role)
    assert card.chip._core.memory.image == before
    open_session.destroy_key(KeyRole.SIGNATURE)
    after = card.chip._core.memory.image
    gone = {place for place in before.keys if place not in after.keys}
    assert gone == {GENERATION.key_place(KeyRole.SIGNATURE)[0].place(GENERATION.key_place(KeyRole.SIGNATURE)[1].fid)}
    assert len(before.files) - len(after.files) == 2
    assert len(before.pins) - len(after.pins) == 1
    with pytest.raises(CardRefused) as caught:
        open_session.destroy_key(KeyRole.SIGNATURE)
    assert caught.value.fields == {"word": "6A88"}
    send(card, "00A4040C0AD392F000260100000001")
    assert send(card, "00E8009A") == "6982", "only inside the issuer's session"


@pytest.mark.requirement("R-209")
def test_an_approved_terminal_uses_the_key_without_pin_on_a_card_in_that_mode_only(
    card: SimpleNamespace, keys: SimpleNamespace
) -> None:
    terminal = CardKey.generate(CardKeyAlgorithm.P384)

    def tap(role: int = USE_WITHOUT_PIN, signer: CardKey = terminal, until: int = 2030) -> tuple[str, str]:
        certificate = issue_terminal_certificate(
            keys.terminal_ca,
            holder="hospital-7",
            public_key=terminal.public_key,
            role=role,
            effective_on=date(2025, 1, 1),
            expires_on=date(until, 1, 1),
        )
        send(card, "00A4040C0AD392F000260100000001")
        if card.chip.transmit(Command(0x80, 0xA2, 0, 0, certificate).encode()).hex() != "9000":
            return "refused", send(card, "802A03970568656C6C6F00")[-4:]
        challenge = bytes.fromhex(send(card, "0084000008"))[:-2]
        proof = signer.sign_message(terminal_message(challenge, card.chip.card_number))
        word = card.chip.transmit(Command(0x00, 0x82, 0, 0, proof).encode()).hex()
        return word, send(card, "802A03970568656C6C6F00")[-4:]

    assert tap() == ("9000", "6982")
    session(card, "jpki").allow_use_without_pin(allowed=True)
    assert tap() == ("9000", "9000")
    assert send(card, "802A039A0568656C6C6F00")[-4:] == "6982", "never the signature key"
    assert tap(role=0x02) == ("9000", "6982")
    assert tap(signer=keys.items) == ("6300", "6982")
    assert tap(until=2024) == ("refused", "6982")
    send(card, "00A4040C0AD392F000260100000001")
    assert send(card, "0082000001AA") == "6985"


def test_a_suspended_card_opens_nothing_until_it_is_resumed_and_an_abolished_one_never_again(
    card: SimpleNamespace, facts: SimpleNamespace
) -> None:
    session(card, "jpki").set_state(LifeState.SUSPENDED)
    assert send(card, "00A4040C0AD392F000260100000001") == "6283"
    assert send(card, "002000980432343638") == "6985"
    assert send(card, "00200098") == "63C3"
    assert send(card, "802A03970568656C6C6F00") == "6985"
    session(card, "jpki").set_state(LifeState.PERSONALISED)
    assert card.client.read_individual_number("1357").reveal() == facts.number
    session(card, "jpki").set_state(LifeState.ABOLISHED)
    assert send(card, "00A4040C0AD392F000260100000001") == "6285"
    assert send(card, "00B08A0000") == "6A82"
    with pytest.raises(CardRefused):
        session(card, "jpki")
    assert card.chip.reset()
    assert card.chip.state is LifeState.ABOLISHED
    assert not card.chip._core.memory.image.keys


@pytest.mark.requirement("R-147", "R-158")
@pytest.mark.parametrize("name", sorted(free_area_catalogue()))
def test_an_application_is_installed_by_permit_with_its_own_pin_and_files(
    card: SimpleNamespace, keys: SimpleNamespace, name: str
) -> None:
    entry = catalogue_entry(name)
    actor = ProviderKind[entry.provider.upper().replace("-", "_")]
    ground = Ground[entry.ground.upper().replace("-", "_")]
    permit = InstallPermit(provider="p", actor=actor, ground=ground, ground_text="no. 1", layout=entry.layout)
    provider = IssuerKeys.of_bytes(b"p" * 64)
    session(card, "card-manager").install(issue_install_permit(keys.permits, permit), provider, "4444")
    desk = IssuerSession(card.reader, provider, SeededRandomness(b"p"), GENERATION, version=0x41)
    desk.open(entry.layout.aid_bytes)
    desk.write_file("0001", b"own content")
    desk.activate()
    guarded = bool(entry.layout.file[0].read)
    aid = entry.layout.aid
    assert send(card, f"00A4040C{len(aid) // 2:02X}{aid}") == "9000"
    assert send(card, "00B0810000")[-4:] == ("6982" if guarded else "9000")
    assert send(card, "002000910434343434") == "9000"
    assert bytes.fromhex(send(card, "00B0810000"))[:-2] == b"own content"
    with pytest.raises(CardRefused):
        session(card, "card-manager").install(issue_install_permit(keys.permits, permit), provider, "4444")
    session(card, "card-manager").delete(permit)
    assert send(card, f"00A4040C{len(aid) // 2:02X}{aid}") == "6A82"
    with pytest.raises(CardRefused):
        desk.open_by_name("jpki")  # a provider's keys open nothing of the card itself


@pytest.mark.requirement("R-147")
def test_nobody_installs_without_the_decision_his_kind_needs(card: SimpleNamespace, keys: SimpleNamespace) -> None:
    entry = catalogue_entry("library")
    lawful = {(kind, ground) for kind in ProviderKind for ground in Ground if lawful_ground(kind, ground)}
    assert lawful == {(1, 1), (2, 1), (3, 2), (4, 2)}
    private = InstallPermit(provider="p", actor=4, ground=1, ground_text="no. 1", layout=entry.layout)
    shadow = msgspec.structs.replace(entry.layout, aid="D392F00026", name="free-D392F00026")
    over = InstallPermit(provider="p", actor=1, ground=1, ground_text="no. 1", layout=shadow)
    good = InstallPermit(provider="p", actor=1, ground=1, ground_text="no. 1", layout=entry.layout)
    for permit, signer, word in (
        (private, keys.permits, "6985"),
        (over, keys.permits, "6A80"),
        (good, keys.root, "6A80"),
    ):
        with pytest.raises(CardRefused) as caught:
            session(card, "card-manager").install(
                issue_install_permit(signer, permit), IssuerKeys.of_bytes(b"p" * 64), "4444"
            )
        assert caught.value.fields["word"] == word


def test_the_chip_proves_itself_and_tells_its_number(card: SimpleNamespace) -> None:
    send(card, "00A4040C0AD3921000310001010100")
    signature = bytes.fromhex(send(card, "0088009908010203040506070800"))
    assert signature[-2:] == b"\x90\x00"
    key = load_der_public_key(card.public.card_authentication)
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(signature[:-2], bytes.fromhex("0102030405060708"), padding.PKCS1v15(), SHA256())
    record = bytes.fromhex(send(card, "00B2010C00"))[:-2]
    assert record == b"\x01\x1c" + f"{card.chip.card_number}4520220290517".encode()
    assert send(card, "00B2020C00") == "6A83"
    send(card, "00A4040C07A0000001510000")
    assert bytes.fromhex(send(card, "00CA004500"))[:-2].decode() == card.chip.card_number
    assert send(card, "00CA9F7000") == "0F9000"
    assert send(card, "00CA5F5100") == "E000FF8131FE45149000"


def test_long_data_comes_in_a_chain_and_a_broken_chain_is_named(card: SimpleNamespace) -> None:
    send(card, "00A4040C0AD392F000260100000001")
    send(card, "002000980432343638")
    half = "61" * 100
    assert send(card, f"902A039764{half}") == "9000"
    chained = send(card, f"802A039764{half}00")
    assert chained == send(card, "802A0397 C8".replace(" ", "") + half * 2 + "00")
    assert send(card, f"902A039764{half}") == "9000"
    assert send(card, "0084000008") == "6883"
    assert send(card, "0084000008")[-4:] == "9000"


def test_the_next_generation_signs_with_p384_from_key_to_client(
    facts: SimpleNamespace, keys: SimpleNamespace, issuer_key: rsa.RSAPrivateKey
) -> None:
    made = personalise(facts, keys, issuer_key, "next")
    store = MemoryCardStore()
    store.save(made.sealed)
    chip = Chip.open(store, SECRET, SeededRandomness(b"open"))
    client = CardClient(InProcessReader(chip), card_generation("next"))
    for signature, public in (
        (client.sign("ABC123", b"text"), made.public.signature),
        (client.sign_for_user_identification("2468", b"text"), made.public.user_identification),
    ):
        key = load_der_public_key(public)
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, b"text", ec.ECDSA(SHA384()))
    assert chip.transmit(bytes.fromhex("802A0080") + b"\x30" + sha384(b"x") + b"\x00")[-2:].hex() == "9000"
    assert chip.transmit(bytes.fromhex("802A008001AA00")).hex() == "6700"


def test_generations_follow_the_day_of_issue_and_a_former_surname_needs_the_one_of_2019(
    facts: SimpleNamespace,
) -> None:
    assert card_generation_on(date(2019, 11, 4)).name == "2016"
    assert card_generation_on(date(2019, 11, 5)).name == "2019"
    chip = Chip.blank(card_generation("2016"), SeededRandomness(b"old"))
    with pytest.raises(ItemNotRecordable):
        chip.write_items(**facts.items_arguments(), former_surname="旧水")
    newer = Chip.blank(card_generation("2019"), SeededRandomness(b"new"))
    newer.write_items(**facts.items_arguments(), former_surname="旧水")
    assert CardClient(InProcessReader(newer)).read_four_items_by_check_number(facts.check_b).name == "水引［旧水］　結"


SPEC = (Path(__file__).parents[3] / "spec" / "card.md").read_text(encoding="utf-8")
TRACES = re.findall(r"```apdu\n(.*?)```", SPEC, re.DOTALL)


def test_the_specification_has_a_trace_of_each_use() -> None:
    assert len(TRACES) == 7


@pytest.mark.parametrize("trace", TRACES, ids=[f"trace {place + 1}" for place in range(len(TRACES))])
def test_the_traces_of_the_specification_are_what_the_chip_says(card: SimpleNamespace, trace: str) -> None:
    lines = trace.strip().splitlines()
    assert len(lines) % 2 == 0
    for asked, answered in zip(lines[::2], lines[1::2], strict=True):
        assert (asked[:2], answered[:2]) == ("> ", "< ")
        pattern = re.escape(answered[2:]).replace("…", "[0-9A-F]+")
        assert re.fullmatch(pattern, send(card, asked[2:])), asked


WITHOUT_PIN = "".join(re.findall(r"^```apdu-terminal\n(.*?)^```$", SPEC, re.MULTILINE | re.DOTALL))


@pytest.mark.requirement("R-209")
def test_the_specification_shows_what_a_terminal_sends_without_pin(
    card: SimpleNamespace, keys: SimpleNamespace
) -> None:
    session(card, "jpki").allow_use_without_pin(allowed=True)
    terminal = CardKey.generate(CardKeyAlgorithm.P384)
    certificate = issue_terminal_certificate(
        keys.terminal_ca,
        holder="reader-1",
        public_key=terminal.public_key,
        role=USE_WITHOUT_PIN,
        effective_on=date(2025, 1, 1),
        expires_on=date(2025, 1, 7),
    )
    seen: list[Exchange] = []
    client = CardClient(TracingReader(card.reader, seen.append))
    signature = client.sign_without_pin(certificate, terminal, b"x")
    verify_card_signature(card.public.user_identification, b"x", signature)
    shown = "".join(f"> {one.command}\n< {one.word}\n" for one in seen)
    shown = re.sub(r"(80 A2 00 00) [0-9A-F ]+", r"\1 Lc <certificate>", shown)
    shown = re.sub(r"(00 82 00 00) [0-9A-F ]+", r"\1 Lc <signature>", shown)
    shown = re.sub(r"(80 2A 00 80 33) [0-9A-F ]+ 00", r"\1 <DigestInfo> 00", shown)
    assert shown == WITHOUT_PIN


def test_every_field_of_a_session_can_be_made_by_a_second_implementation(card: SimpleNamespace) -> None:
    """Static keys by the formula of section 7, written out with nothing but AES-CMAC."""
    label, context = b"mizuhiki/v1/card-issuer-keys", card.chip.card_number.encode()
    derived = b""
    for counter in range(1, 5):
        mac = CMAC(AES(b"m" * 32))
        mac.update(counter.to_bytes(4, "big") + label + b"\x00" + context + (512).to_bytes(4, "big"))
        derived += mac.finalize()
    assert derived == MASTER.keys_of(card.chip.card_number).to_bytes()

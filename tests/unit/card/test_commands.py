"""Bytes in, bytes out, against the tables of spec/card.md."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.card.chip import Chip
from mizuhiki.card.generation import card_generation
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.randomness import SeededRandomness

Send = Callable[[str], str]
JPKI = "00A4040C0A D392F000260100000001"
ITEMS_APPLICATION = "00A4040C0A D3921000310001010408"
REGISTER_APPLICATION = "00A4040C0A D3921000310001010401"
OTHERS = ("00A4040C0A D3921000310001010402", "00A4040C0A D3921000310001010100", "00A4040C07 A0000001510000")
"""The face, the common application, and the card manager that installs into the free area."""
AUTH_PIN = "00A4020C020018"
SIGN_PIN = "00A4020C02001B"
AUTH_KEY = "00A4020C020017"
TRIES = "00200080"
DIGEST_INFO = "3031300D060960864801650304020105000420" + sha256(b"hello").hex()


def verify(pin: str) -> str:
    return f"00200080{len(pin):02X}{pin.encode().hex()}"


@pytest.mark.requirement("R-135")
@pytest.mark.parametrize("select", [JPKI, ITEMS_APPLICATION, REGISTER_APPLICATION, *OTHERS])
def test_each_application_is_selected_by_its_identifier(send: Send, select: str) -> None:
    assert send(select) == "9000"


@pytest.mark.parametrize("aid", ["A00000000101", "D27600012401", "A000000308000010 00", "D392F000260100000002"])
def test_unknown_applications_are_not_found(send: Send, aid: str) -> None:
    raw = bytes.fromhex(aid)
    assert send(f"00A4040C{len(raw):02X}{raw.hex()}") == "6A82"
    assert send("00A40400") == "6A82"


def test_selection_by_the_beginning_of_an_identifier_and_the_next_one(send: Send) -> None:
    assert send("00A4040008 D392100031000101 00") == "6F0C840AD39210003100010104089000"
    assert send("00A4040208 D392100031000101 00") == "6F0C840AD39210003100010104019000"
    assert send("00A4040208 D392100031000101 00") == "6F0C840AD39210003100010104029000"
    assert send("00A4040208 D392100031000101 00") == "6F0C840AD39210003100010101009000"
    assert send("00A4040208 D392100031000101 00") == "6A82"


def test_there_is_no_master_file_and_other_ways_of_selecting_are_refused(send: Send) -> None:
    assert send("00A40000") == "6A86"
    assert send("00A40000023F00") == "6A82"
    assert send("00A4080C023F00") == "6A86"
    assert send("00A404010A D392F000260100000001") == "6A86"


def test_files_are_found_only_inside_an_application_that_has_them(send: Send) -> None:
    assert send(AUTH_PIN) == "6A82"
    send(JPKI)
    assert send(AUTH_PIN) == "9000"
    assert send("00A4020C02 0099") == "6A82"
    assert send("00A4020C01 00") == "6700"
    assert send("00A40202020018") == "6A86"


@pytest.mark.parametrize("raw", ["00CADF3005", "00CB3FFF035C017E08", "0040000000", "80540080"])
def test_unknown_instructions_answer_6d00(send: Send, raw: str) -> None:
    assert send(raw) == "6D00"


@pytest.mark.parametrize(
    ("raw", "word"),
    [("FF20 0080", "6E00"), ("8020 0080", "6E00"), ("0120 0080", "6881"), ("0420 0080", "6882"), ("1020 0080", "6884")],
)
def test_other_classes_are_refused_by_what_they_ask_for(send: Send, raw: str, word: str) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send(raw) == word


def test_the_certificate_is_read_in_pieces_and_by_short_identifier(send: Send, template: SimpleNamespace) -> None:
    certificate = template.certificates.user_identification
    send(JPKI)
    assert send("00B0000004") == "6986"
    assert send("00A4020C02000A") == "9000"
    assert send("00B0000004") == certificate[:4].hex().upper() + "9000"
    assert send("00B0010010") == certificate[256:272].hex().upper() + "9000"
    assert send("00B08A0504") == certificate[5:9].hex().upper() + "9000"
    assert send("00B00000 000000") == certificate.hex().upper() + "9000"


def test_reading_stops_at_the_end_with_6b00(send: Send, template: SimpleNamespace) -> None:
    length = len(template.certificates.user_identification)
    send(JPKI)
    send("00A4020C02000A")
    assert len(send(f"00B0{length - 1:04X}FF")) == 2 + 4
    assert send(f"00B0{length:04X}FF") == "6B00"


@pytest.mark.parametrize(
    ("raw", "word"), [("00B00000", "6700"), ("00B0C00004", "6A86"), ("00B0800004", "6A86"), ("00B0990004", "6A82")]
)
def test_reading_in_other_forms_is_refused(send: Send, raw: str, word: str) -> None:
    send(JPKI)
    send("00A4020C02000A")
    assert send(raw) == word


def test_keys_and_pins_are_no_files_to_be_read(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    for fid in ("0017", "0018", "001A", "001B"):
        assert send(f"00A4020C02{fid}") == "9000"
        assert send("00B0000000") == "6981"


def test_the_signature_certificate_needs_the_signature_pin(send: Send, template: SimpleNamespace) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send(verify("2468")) == "9000"
    assert send("00B0810004") == "6982"
    send(SIGN_PIN)
    assert send(verify("ABC123")) == "9000"
    assert send("00B0810004") == template.certificates.signature[:4].hex().upper() + "9000"


@pytest.mark.requirement("R-144")
@pytest.mark.parametrize(
    ("select", "pin_file", "limit", "wrong", "right"),
    [
        (JPKI, "0018", 3, "0000", "2468"),
        (JPKI, "001B", 5, "XYZ999", "ABC123"),
        (ITEMS_APPLICATION, "0011", 3, "0000", "1357"),
        (ITEMS_APPLICATION, "0014", 10, "000000000000", "621498320257"),
        (REGISTER_APPLICATION, "001C", 3, "0000", "9753"),
    ],
)
def test_each_pin_counts_down_to_its_own_block(
    send: Send, *, select: str, pin_file: str, limit: int, wrong: str, right: str
) -> None:
    send(select)
    send(f"00A4020C02{pin_file}")
    for left in range(limit - 1, -1, -1):
        assert send(verify(wrong)) == f"63C{left:X}"
    assert send(verify(right)) == "6984"
    assert send(TRIES) == "63C0"


@pytest.mark.requirement("R-145")
def test_three_wrong_user_identification_pins_block_and_five_wrong_signature_pins(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert [send(verify("0000")) for _ in range(4)] == ["63C2", "63C1", "63C0", "6984"]
    send(SIGN_PIN)
    assert [send(verify("XXX000")) for _ in range(6)] == ["63C4", "63C3", "63C2", "63C1", "63C0", "6984"]


def test_a_right_pin_restores_the_tries_and_asking_spends_none(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send(verify("0000")) == "63C2"
    assert send(verify("2468")) == "9000"
    assert [send(TRIES) for _ in range(5)] == ["63C3"] * 5
    assert send("0020008000") == "63C3"


def test_a_pin_of_the_wrong_length_is_a_wrong_pin(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send(verify("246")) == "63C2"
    assert send(verify("2468" * 20)) == "63C1"


def test_a_wrong_pin_takes_back_what_the_right_one_opened(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    send(verify("0000"))
    send(AUTH_KEY)
    assert send(f"802A008033{DIGEST_INFO}00") == "6982"


@pytest.mark.parametrize(
    ("raw", "word"), [("00200180", "6A86"), ("00200000", "6A86"), ("002000C0", "6A86"), ("00200099", "6A88")]
)
def test_verify_in_other_forms_is_refused(send: Send, raw: str, word: str) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send(raw) == word


def test_verify_needs_a_current_pin_file(send: Send) -> None:
    assert send(TRIES) == "6986"
    send(JPKI)
    assert send(TRIES) == "6986"
    send(AUTH_KEY)
    assert send(TRIES) == "6981"


def test_verify_and_sign_take_short_identifiers(send: Send) -> None:
    send(JPKI)
    assert send("0020009804" + b"2468".hex()) == "9000"
    assert send(f"802A009733{DIGEST_INFO}00").endswith("9000")


def test_signatures_verify_with_the_public_key_of_the_desk(send: Send, template: SimpleNamespace) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    send(AUTH_KEY)
    answer = bytes.fromhex(send(f"802A008033{DIGEST_INFO}00"))
    key = load_der_public_key(template.keys.user_identification)
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(answer[:-2], b"hello", padding.PKCS1v15(), SHA256())


def test_bytes_are_signed_as_sent(send: Send, template: SimpleNamespace) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    send(AUTH_KEY)
    signature = bytes.fromhex(send("802A008006AABBCCDDEEFF00"))[:-2]
    key = load_der_public_key(template.keys.user_identification)
    assert isinstance(key, rsa.RSAPublicKey)
    numbers = key.public_numbers()
    padded = pow(int.from_bytes(signature, "big"), numbers.e, numbers.n).to_bytes(256, "big")
    assert padded == b"\x00\x01" + b"\xff" * 247 + b"\x00" + bytes.fromhex("AABBCCDDEEFF")


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (f"802A028033{DIGEST_INFO}00", "6700"),
        (f"802A048033{DIGEST_INFO}00", "6700"),
        (f"802A068033{DIGEST_INFO}00", "6A86"),
        (f"802A008033{DIGEST_INFO}", "6700"),
        (f"802A008033{DIGEST_INFO}10", "6C00"),
        ("802A008000", "6700"),
        ("802A0080F6" + "00" * 246 + "00", "6700"),
        (f"002A008033{DIGEST_INFO}00", "6E00"),
        (f"802A008A33{DIGEST_INFO}00", "6981"),
        (f"802A008133{DIGEST_INFO}00", "6981"),
    ],
)
def test_signing_in_other_forms_is_refused(send: Send, raw: str, word: str) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    send(AUTH_KEY)
    assert send(raw) == word


def test_the_longest_message_is_245_bytes(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    send(AUTH_KEY)
    assert send("802A0080F5" + "11" * 245 + "00").endswith("9000")


def test_each_key_needs_its_own_pin(send: Send) -> None:
    send(JPKI)
    send(SIGN_PIN)
    send(verify("ABC123"))
    assert send(f"802A009733{DIGEST_INFO}00") == "6982"
    assert send(f"802A009A33{DIGEST_INFO}00").endswith("9000")


@pytest.mark.parametrize("select", [JPKI, ITEMS_APPLICATION])
def test_selecting_an_application_clears_the_security_status(send: Send, select: str) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send(verify("2468")) == "9000"
    send(select)
    send(JPKI)
    assert send(f"802A009733{DIGEST_INFO}00") == "6982"


def test_a_reset_clears_the_session(chip: Chip, send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    send(verify("2468"))
    assert chip.reset().hex().upper() == "3BE000FF8131FE4514"
    assert send(AUTH_PIN) == "6A82"
    send(JPKI)
    assert send(f"802A009733{DIGEST_INFO}00") == "6982"


def test_challenges_have_the_length_asked_for_and_differ(send: Send) -> None:
    assert len(send("008400000A")) == 20 + 4
    assert len(send("0084000000")) == 512 + 4
    assert send("0084000040") != send("0084000040")
    assert send("00840000") == "6700"
    assert send("0084010008") == "6A86"
    assert send("00840000 000101") == "6700"


@pytest.mark.requirement("R-139")
@pytest.mark.parametrize(
    ("fid", "pin", "number", "four_items"),
    [
        ("0011", "1357", "9000", "9000"),
        ("0014", "621498320257", "9000", "6982"),
        ("0015", "63051720294821", "6982", "9000"),
        (None, "", "6982", "6982"),
    ],
)
def test_who_reads_the_number_and_the_four_items(
    send: Send, fid: str | None, pin: str, number: str, four_items: str
) -> None:
    send(ITEMS_APPLICATION)
    if fid:
        send(f"00A4020C02{fid}")
        assert send(verify(pin)) == "9000"
    assert send("00B0810000")[-4:] == number
    assert send("00B0820000")[-4:] == four_items


def test_the_text_files_hold_the_bytes_of_the_reference(send: Send) -> None:
    send(ITEMS_APPLICATION)
    send("00A4020C020011")
    send(verify("1357"))
    assert send("00B0810000") == "FF100C" + b"621498320257".hex().upper() + "FFFF" + "9000"
    content = bytes.fromhex(send("00B0820000"))[:-2]
    assert content[:2] == b"\xff\x20"
    table = content.index(bytes.fromhex("DF2108")) + 3
    offsets = [int.from_bytes(content[table + 2 * i : table + 2 * i + 2], "big") for i in range(4)]
    assert [content[o : o + 2].hex().upper() for o in offsets] == ["DF22", "DF23", "DF24", "DF25"]
    assert content.endswith(bytes.fromhex("DF2408") + b"19880517" + bytes.fromhex("DF2501") + b"2")


def test_the_token_file_tells_the_kind_of_card(send: Send) -> None:
    send(JPKI)
    content = bytes.fromhex(send("00B0860000"))[:-2]
    assert len(content) == 160
    assert content[:32].rstrip() == b"JPKIAPICCTOKEN2"
    assert content[-16:] == b"9" * 16
    assert send("00B0880000") == "8F8F009000"


@pytest.mark.requirement("R-142")
def test_the_resident_record_code_needs_the_pin_of_the_register(send: Send, facts: SimpleNamespace) -> None:
    send(REGISTER_APPLICATION)
    assert send("00B0810000") == "6982"
    send("00A4020C02001C")
    assert send(verify("9753")) == "9000"
    assert facts.code.encode().hex().upper() in send("00B0810000")


@pytest.mark.requirement("R-141", "R-143")
@pytest.mark.parametrize(
    ("pin_file", "old", "new", "word"),
    [
        ("0018", "2468", "8642", "9000"),
        ("0018", "2468", "1357", "9000"),  # equal to another four-digit PIN
        ("0018", "2468", "864", "6A80"),
        ("0018", "2468", "86420", "6A80"),
        ("0018", "2468", "86A2", "6A80"),
        ("0018", "2468", "0517", "6A80"),  # month and day of birth
        ("0018", "2468", "1988", "6A80"),  # year of birth
        ("0018", "2468", "8805", "6A80"),
        ("0018", "2468", "6305", "6A80"),  # 昭和63年5月
        ("0018", "2468", "4821", "6A80"),  # security code
        ("001B", "ABC123", "A1B2C3", "9000"),
        ("001B", "ABC123", "ABCDEFGHIJKLMN12", "9000"),
        ("001B", "ABC123", "ABCDEFGHIJKLMN123", "6A80"),
        ("001B", "ABC123", "AB123", "6A80"),
        ("001B", "ABC123", "ABCDEF", "6A80"),
        ("001B", "ABC123", "123456", "6A80"),
        ("001B", "ABC123", "abc123", "6A80"),
    ],
)
def test_new_pins_follow_the_rules(send: Send, pin_file: str, old: str, new: str, word: str) -> None:
    send(JPKI)
    send(f"00A4020C02{pin_file}")
    assert send(verify(old)) == "9000"
    assert send(f"00240180{len(new):02X}{new.encode().hex()}") == word
    send(JPKI)
    send(f"00A4020C02{pin_file}")
    assert send(verify(new if word == "9000" else old)) == "9000"


def test_a_pin_is_changed_only_after_the_old_one(send: Send) -> None:
    send(JPKI)
    send(AUTH_PIN)
    assert send("002401800438363432") == "6982"
    send(verify("2468"))
    assert send("002400800438363432") == "6A86"
    assert send("00240180") == "6700"
    send(ITEMS_APPLICATION)
    send("00A4020C020014")
    assert send(verify("621498320257")) == "9000"
    assert send("002401800C" + b"621498320257".hex()) == "6985"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_bytes_make_the_chip_fail(template: SimpleNamespace, commands: list[bytes]) -> None:
    store = MemoryCardStore()
    store.save(template.sealed)
    chip = Chip.open(store, CardSecret.from_key(b"s" * 32), SeededRandomness(b"fuzz"))
    for raw in commands:
        assert len(chip.transmit(raw)) >= 2


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([0x00, 0x80, 0x01, 0x0C, 0xFF]),
            st.sampled_from([0x20, 0x24, 0x2A, 0x84, 0xA4, 0xB0, 0xB2, 0x88]),
            st.sampled_from([0, 1, 2, 4, 0x7F, 0x80, 0x81, 0x8A, 0x98, 0xFF]),
            st.sampled_from([0, 2, 0x0C, 0x80, 0x81, 0x97, 0x98, 0x9A, 0x9B, 0xFF]),
            st.sampled_from(
                [b"", b"\x00", b"\x00\x00\x00", b"\x02\x00\x18", b"\x02\x00\x17", b"\x042468"]
                + [bytes([len(a)]) + a for a in (bytes.fromhex("D392F000260100000001"), b"\x00\x0a", b"ABC123")]
            ),
        ),
        max_size=12,
    )
)
def test_likely_commands_in_any_order_always_get_a_status_word(
    template: SimpleNamespace, commands: list[tuple[int, int, int, int, bytes]]
) -> None:
    store = MemoryCardStore()
    store.save(template.sealed)
    chip = Chip.open(store, CardSecret.from_key(b"s" * 32), SeededRandomness(b"fuzz"))
    for cla, ins, p1, p2, body in commands:
        answer = chip.transmit(bytes((cla, ins, p1, p2)) + body)
        assert len(answer) >= 2
        assert answer[-2] in {0x63, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x90}
        if answer[-2:] != b"\x90\x00":
            assert len(answer) == 2


def test_a_blank_card_answers_too() -> None:
    chip = Chip.blank(card_generation("2016"), SeededRandomness(b"blank"))
    assert chip.transmit(bytes.fromhex(JPKI)).hex() == "9000"
    assert chip.transmit(bytes.fromhex(AUTH_PIN)).hex() == "6a82"

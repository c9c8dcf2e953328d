from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mizuhiki.card.apdu import Answer, Command, MalformedAnswer, MalformedApdu, parse_command

BYTE = st.integers(0, 255)


@pytest.mark.parametrize(
    ("raw", "data", "expected"),
    [
        ("00200080", "", 0),
        ("00B0000004", "", 4),
        ("00B0000000", "", 256),
        ("0020008004 31323334", "31323334", 0),
        ("802A008002 AABB 00", "AABB", 256),
        ("00B00000 000000", "", 65536),
        ("00B00000 00061F", "", 0x061F),
        ("00200080 000002 AABB", "AABB", 0),
        ("802A0080 000002 AABB 0000", "AABB", 65536),
        ("802A0080 000002 AABB 0102", "AABB", 0x0102),
    ],
)
def test_each_case_of_short_and_extended_length_is_read(raw: str, data: str, expected: int) -> None:
    command = parse_command(bytes.fromhex(raw))
    assert (command.data.hex().upper(), command.expected) == (data, expected)


@pytest.mark.parametrize(
    "raw",
    ["", "00", "00A404", "00A4040002AA", "00A4040001AABBCC", "00A404000000", "00A40400000000AA", "00A4040000000201"],
)
def test_lengths_that_do_not_agree_are_refused(raw: str) -> None:
    with pytest.raises(MalformedApdu):
        parse_command(bytes.fromhex(raw))


@given(st.builds(Command, BYTE, BYTE, BYTE, BYTE, st.binary(max_size=600), st.integers(0, 65536)))
def test_what_is_encoded_reads_back_the_same(command: Command) -> None:
    assert parse_command(command.encode()) == command


@given(st.binary(max_size=300))
def test_any_bytes_are_a_command_or_a_named_error(raw: bytes) -> None:
    try:
        command = parse_command(raw)
    except MalformedApdu:
        return
    assert parse_command(command.encode()) == command


def test_an_answer_without_a_status_word_is_refused() -> None:
    with pytest.raises(MalformedAnswer):
        Answer.decode(b"\x90")


def test_commands_and_answers_do_not_show_their_data() -> None:
    assert "1234" not in repr(Command(0, 0x20, 0, 0x80, b"1234"))
    assert "31323334" not in repr(Command(0, 0x20, 0, 0x80, b"1234"))
    assert "secret" not in repr(Answer(0x9000, b"secret"))

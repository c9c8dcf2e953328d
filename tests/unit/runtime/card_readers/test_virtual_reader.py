"""The vpcd protocol from both sides: framing, controls, a card that is plugged in, taken out and put back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import CardMute
from mizuhiki.card.generation import PinRole
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.store import MemoryCardStore
from mizuhiki.card.transport_errors import (
    CardRemoved,
    MalformedFrame,
    NoCardInReader,
    VirtualReaderUnreachable,
)
from mizuhiki.crypto.card_keys import CardSecret
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.runtime.card_readers.frames import MOST_FRAME, Control, receive_frame, send_frame
from mizuhiki.runtime.card_readers.virtual_card import Moment, VirtualCard, serve
from mizuhiki.runtime.card_readers.virtual_reader import LOOPBACK, VirtualReader

ATR = bytes.fromhex("3BE000FF8131FE4514")
SELECT_JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")


class RecordingCard:
    """Answers every command with itself and 9000; remembers what happened to it."""

    atr = ATR

    def __init__(self, answer: bytes | None = None) -> None:
        self.answer = answer
        self.commands: list[bytes] = []
        self.resets = 0

    def reset(self) -> bytes:
        self.resets += 1
        return self.atr

    def transmit(self, apdu: bytes) -> bytes:
        self.commands.append(apdu)
        return apdu + b"\x90\x00" if self.answer is None else self.answer

    def close(self) -> None:
        raise AssertionError("the card is not the reader's to close")


def _connected() -> tuple[socket.socket, socket.socket]:
    """Both ends of a TCP connection."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        here = socket.create_connection(listener.getsockname())
        there, _address = listener.accept()
    return here, there


@contextmanager
def served(card: object) -> Iterator[socket.socket]:
    """Our end of a connection whose other end is served by `card`."""
    here, there = _connected()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            serve(card, there)  # type: ignore[arg-type]
        except CardRemoved:
            pass
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)
        finally:
            there.close()

    thread = threading.Thread(target=run)
    thread.start()
    here.settimeout(10)
    try:
        yield here
    finally:
        here.close()
        thread.join(10)
        assert not thread.is_alive()
        if failures:
            raise failures[0]


def test_only_the_request_for_the_answer_to_reset_is_answered_of_all_controls() -> None:
    card = RecordingCard()
    with served(card) as reader:
        for control in (Control.ON, Control.RESET, Control.OFF, Control.ON):
            send_frame(reader, bytes((control,)))
        send_frame(reader, bytes((Control.ANSWER_TO_RESET,)))
        assert receive_frame(reader) == ATR
    assert card.resets == 5  # at plugging in, and at each of the four
    assert card.commands == []


def test_commands_are_answered_in_order_and_odd_messages_are_passed_over() -> None:
    card = RecordingCard()
    with served(card) as reader:
        for message in (b"", b"\x07", b"\xff"):
            send_frame(reader, message)
        send_frame(reader, b"\x00\xa4\x04\x0c")
        send_frame(reader, b"\x01\x02")
        assert receive_frame(reader) == b"\x00\xa4\x04\x0c\x90\x00"
        assert receive_frame(reader) == b"\x01\x02\x90\x00"


def test_an_answer_too_long_for_a_frame_becomes_a_status_word() -> None:
    with served(RecordingCard(answer=bytes(MOST_FRAME + 1))) as reader:
        send_frame(reader, b"\x00\xb0\x00\x00")
        assert receive_frame(reader) == b"\x67\x00"


@pytest.mark.parametrize("broken", [b"\x00", b"\x00\x05abc", b"\xff\xff"])
def test_a_connection_that_breaks_in_a_message_ends_the_card_and_nothing_else(broken: bytes) -> None:
    card = RecordingCard()
    with served(card) as reader:
        reader.sendall(broken)
    assert card.commands == []


def test_a_message_longer_than_two_bytes_can_say_is_refused() -> None:
    here, there = _connected()
    with here, there, pytest.raises(MalformedFrame):
        send_frame(here, bytes(MOST_FRAME + 1))


@settings(max_examples=200, deadline=None)
@given(stream=st.binary(max_size=400), cut=st.integers(1, 7))
def test_any_bytes_in_any_pieces_end_cleanly_and_every_whole_command_is_answered_once(stream: bytes, cut: int) -> None:
    expected: list[bytes] = []
    rest, answers = stream, 0
    while len(rest) >= 2 and len(rest) >= 2 + (length := int.from_bytes(rest[:2], "big")):
        message, rest = rest[2 : 2 + length], rest[2 + length :]
        if len(message) > 1:
            expected.append(message)
        answers += len(message) > 1 or message == b"\x04"
    card = RecordingCard()
    with served(card) as reader:
        for start in range(0, len(stream), cut):
            reader.sendall(stream[start : start + cut])
        reader.shutdown(socket.SHUT_WR)
        got = 0
        while receive_frame(reader) is not None:
            got += 1
    assert card.commands == expected
    assert got == answers


@settings(max_examples=100, deadline=None)
@given(messages=st.lists(st.binary(min_size=2, max_size=300), max_size=8))
def test_a_real_chip_behind_the_protocol_answers_whatever_it_is_sent(messages: list[bytes]) -> None:
    with served(InProcessReader(_CHIP[0])) as reader:
        for message in messages:
            send_frame(reader, message)
            answer = receive_frame(reader)
            assert answer is not None
            assert len(answer) >= 2


_CHIP: list[Chip] = []


@pytest.fixture(autouse=True, scope="module")
def _one_chip(template: SimpleNamespace) -> None:
    store = MemoryCardStore()
    store.save(template.sealed)
    _CHIP.append(Chip.open(store, CardSecret.from_key(b"s" * 32), SeededRandomness(b"frames")))


@contextmanager
def plugged_in(card: VirtualCard) -> Iterator[None]:
    thread = threading.Thread(target=card.run)
    thread.start()
    try:
        yield
    finally:
        card.stop()
        thread.join(10)
        assert not thread.is_alive()


def test_the_client_works_across_a_virtual_reader_as_in_this_process(chip: Chip, facts: SimpleNamespace) -> None:
    with VirtualReader(port=0) as reader, plugged_in(VirtualCard(InProcessReader(chip), LOOPBACK, reader.port)):
        reader.wait_for_card(10)
        assert reader.atr == ATR
        client = CardClient(reader)
        assert client.describe() == CardClient(InProcessReader(chip)).describe()
        assert client.read_four_items(facts.pins["items"]).name == facts.items.name
        assert len(client.sign(facts.pins["signature"], b"challenge")) == 256


def test_a_reset_forgets_the_pin(chip: Chip, facts: SimpleNamespace) -> None:
    with VirtualReader(port=0) as reader, plugged_in(VirtualCard(InProcessReader(chip), LOOPBACK, reader.port)):
        reader.wait_for_card(10)
        CardClient(reader).verify(PinRole.SIGNATURE, facts.pins["signature"])
        read_certificate = bytes.fromhex("00B0810004")
        assert reader.transmit(read_certificate).endswith(b"\x90\x00")
        assert reader.reset() == ATR
        reader.transmit(SELECT_JPKI)
        assert reader.transmit(read_certificate) == b"\x69\x82"


def test_a_card_waits_for_its_reader_and_comes_back_after_the_reader_restarted(chip: Chip) -> None:
    with VirtualReader(port=0) as first:
        port = first.port
    moments: list[Moment] = []
    waited, unplugged = threading.Event(), threading.Event()

    def report(moment: Moment) -> None:
        moments.append(moment)
        {Moment.WAITING: waited, Moment.UNPLUGGED: unplugged}.get(moment, threading.Event()).set()

    with plugged_in(VirtualCard(InProcessReader(chip), LOOPBACK, port, report=report)):
        assert waited.wait(10)
        for _ in range(2):
            with VirtualReader(port=port) as reader:
                reader.wait_for_card(20)
                assert reader.transmit(SELECT_JPKI) == b"\x90\x00"
            assert unplugged.wait(10)
            unplugged.clear()
    assert [moment for moment in moments if moment is not Moment.WAITING] == [
        Moment.PLUGGED_IN,
        Moment.UNPLUGGED,
        Moment.PLUGGED_IN,
        Moment.UNPLUGGED,
    ]


def test_a_card_whose_store_fails_is_reported_and_not_answered_for() -> None:
    class Mute(RecordingCard):
        def transmit(self, apdu: bytes) -> bytes:
            raise CardMute

    moments: list[Moment] = []
    lost = threading.Event()

    def report(moment: Moment) -> None:
        moments.append(moment)
        if moment is Moment.POWER_LOST:
            lost.set()

    with VirtualReader(port=0) as reader, plugged_in(VirtualCard(Mute(), LOOPBACK, reader.port, report=report)):
        reader.wait_for_card(10)
        with pytest.raises(CardRemoved):
            reader.transmit(SELECT_JPKI)
        assert lost.wait(10)


def test_an_empty_reader_an_ejected_card_and_no_listener_are_told_apart(chip: Chip) -> None:
    with VirtualReader(port=0) as reader:
        port = reader.port
        with pytest.raises(NoCardInReader):
            reader.transmit(SELECT_JPKI)
        with pytest.raises(NoCardInReader):
            reader.wait_for_card(0.01)
        with plugged_in(VirtualCard(InProcessReader(chip), LOOPBACK, port)):
            reader.wait_for_card(10)
            for apdu in (b"", b"\x04", bytes(MOST_FRAME + 1)):
                with pytest.raises(MalformedFrame):
                    reader.transmit(apdu)
            reader.eject()
            assert reader.atr == b""
            with pytest.raises(NoCardInReader):
                reader.reset()
    with pytest.raises(VirtualReaderUnreachable):
        VirtualCard(InProcessReader(chip), LOOPBACK, port).run_once()


def test_stopping_before_the_start_ends_at_once(chip: Chip) -> None:
    card = VirtualCard(InProcessReader(chip), LOOPBACK, 1)
    card.stop()
    card.run()


def test_the_listener_is_on_loopback() -> None:
    with VirtualReader(port=0) as reader:
        assert reader._listener.getsockname()[0] == "127.0.0.1"

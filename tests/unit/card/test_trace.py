"""The trace of commands: it says what happened and never what the PIN was."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from architecture.source_tree import ROOT
from mizuhiki.card.chip import Chip
from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import WrongPin
from mizuhiki.card.generation import PinRole
from mizuhiki.card.meanings import meaning_of
from mizuhiki.card.reader import InProcessReader
from mizuhiki.card.status import StatusWord
from mizuhiki.card.trace import Exchange, TracingReader, shown_command


def test_a_use_is_shown_with_names_and_meanings_and_without_the_pin(chip: Chip, facts: SimpleNamespace) -> None:
    seen: list[Exchange] = []
    pin = facts.pins["signature"]
    CardClient(TracingReader(InProcessReader(chip), seen.append)).sign(pin, b"challenge")
    assert [one.name for one in seen] == [
        "SELECT", "SELECT", "VERIFY", "VERIFY", "SELECT", "COMPUTE DIGITAL SIGNATURE"
    ]  # fmt: skip
    assert seen[2].meaning == "tries left: 5"
    assert seen[3].command == "00 20 00 80 06 <6 secret bytes>"
    assert pin.encode().hex(" ").upper() not in " ".join(one.command for one in seen)
    assert seen[5].answer_length == 256
    assert seen[5].answer == ""


def test_answers_are_shown_only_on_request(chip: Chip, facts: SimpleNamespace) -> None:
    seen: list[Exchange] = []
    CardClient(TracingReader(InProcessReader(chip), seen.append, show_data=True)).read_four_items(facts.pins["items"])
    assert facts.items.name.encode().hex().upper() in "".join(one.answer for one in seen)


@given(body=st.binary(max_size=40), ins=st.sampled_from([0x20, 0x24, 0x2C]))
def test_what_may_be_a_pin_is_never_shown_however_the_command_is_broken(body: bytes, ins: int) -> None:
    shown = shown_command(bytes((0, ins, 0, 0x80)) + body)
    hexadecimal = shown.split("<")[0].replace(" ", "")
    assert len(bytes.fromhex(hexadecimal)) <= 5 or len(body) <= 3


@pytest.mark.parametrize("word", [*StatusWord, 0x6983, 0x6300, 0x6581, 0x6A81, 0x6A83, 0x6F00])
def test_every_status_word_of_the_card_has_a_meaning(word: int) -> None:
    assert meaning_of(word) != meaning_of(0x1234)


def test_the_meaning_tells_tries_and_lengths() -> None:
    assert meaning_of(0x63C2) == "tries left: 2"
    assert "blocked" in meaning_of(0x63C0)
    assert "256 bytes" in meaning_of(0x6C00)
    assert "16 bytes" in meaning_of(0x6C10)


USES: dict[str, Callable[[CardClient, SimpleNamespace], object]] = {
    "auth": lambda client, facts: client.sign_for_user_identification(facts.pins["user_identification"], b"x"),
    "sign": lambda client, facts: client.sign(facts.pins["signature"], b"x"),
    "four-items": lambda client, facts: client.read_four_items(facts.pins["items"]),
    "wrong-pin": lambda client, facts: client.verify(PinRole.USER_IDENTIFICATION, "0000"),
    "change-pin": lambda client, facts: client.change_pin(
        PinRole.USER_IDENTIFICATION, facts.pins["user_identification"], "8642"
    ),
}
SPECIFIED = dict(
    re.findall(
        r"^```apdu (\S+)\n(.*?)^```$", (ROOT / "spec" / "card.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
)


def test_every_use_has_its_trace_in_the_specification() -> None:
    assert SPECIFIED.keys() == USES.keys()


@pytest.mark.parametrize("use", USES)
def test_the_specification_shows_what_the_client_sends(use: str, chip: Chip, facts: SimpleNamespace) -> None:
    seen: list[Exchange] = []
    with contextlib.suppress(WrongPin):
        USES[use](CardClient(TracingReader(InProcessReader(chip), seen.append)), facts)
    lines = [f"> {_without_digest(one.command)}\n< {one.word}\n" for one in seen]
    assert "".join(lines) == SPECIFIED[use]


def _without_digest(command: str) -> str:
    return re.sub(r"^(80 2A 00 80 33) 30 31( [0-9A-F]{2}){49} 00$", r"\1 <DigestInfo> 00", command)

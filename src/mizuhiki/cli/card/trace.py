"""``mizuhiki card apdu-trace``: the commands a use of the card is made of, or commands of one's own."""

from __future__ import annotations

import enum
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from mizuhiki.card.apdu import MalformedApdu
from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import PinRole
from mizuhiki.card.recognise import recognise_generation
from mizuhiki.card.trace import Exchange, TracingReader
from mizuhiki.cli.card.options import (
    AsJson,
    CardFile,
    LastTry,
    PassphraseFile,
    PinFile,
    ReaderName,
    TestPin,
    ask_pin,
    opened_card,
    telling,
    with_last_try,
)
from mizuhiki.cli.output import answer
from mizuhiki.vocabulary.sensitive import Sensitive

_SAMPLE = b"mizuhiki apdu-trace"


class Use(enum.StrEnum):
    """Uses of the card that can be traced."""

    INFO = "info"
    CERTS = "certs"
    FOUR_ITEMS = "four-items"
    VERIFY_PIN = "verify-pin"
    AUTH = "auth"
    SIGN = "sign"


_PINS = {
    Use.FOUR_ITEMS: PinRole.ITEMS,
    Use.VERIFY_PIN: PinRole.USER_IDENTIFICATION,
    Use.AUTH: PinRole.USER_IDENTIFICATION,
    Use.SIGN: PinRole.SIGNATURE,
}


def apdu_trace(
    use: Annotated[Use | None, typer.Argument(help="What to do and show; or give --apdu.", show_default=False)] = None,
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    apdu: Annotated[
        list[str] | None, typer.Option("--apdu", metavar="HEX", help="A command of your own; repeatable, in order.")
    ] = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    show_data: Annotated[bool, typer.Option("--show-data", help="Also show what the card answers, in hex.")] = False,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Show each command with the card's answer. PINs are never shown; a wrong command of your own may cost a try."""
    if (use is None) is (not apdu):
        raise typer.BadParameter("name a use, or give commands with --apdu")
    exchanges: list[Exchange] = []
    with telling(as_json=as_json):
        commands = [_bytes(text) for text in apdu or ()]
        with opened_card(reader, card, passphrase_file) as opened:
            traced = TracingReader(opened, exchanges.append, show_data=show_data)
            if use is None:
                for command in commands:
                    traced.transmit(command)
            else:
                pin = ask_pin(_PINS[use].value, pin_file, test_pin) if use in _PINS else Sensitive("")
                client = CardClient(traced, recognise_generation(opened).generation)
                with_last_try(lambda sure: _do(use, client, pin, confirm_last_try=sure), confirmed=last_try)
    lines = [
        f"> {one.command}{f'   {one.name}' if one.name else ''}\n"
        f"< {one.answer + ' ' if one.answer else f'<{one.answer_length} bytes> ' if one.answer_length else ''}"
        f"{one.word}   {one.meaning}"
        for one in exchanges
    ]
    answer({"exchanges": msgspec.to_builtins(exchanges)}, escape("\n".join(lines)), as_json=as_json)


def _do(use: Use, client: CardClient, pin: Sensitive[str], *, confirm_last_try: bool) -> None:
    if use is Use.INFO:
        client.describe()
    elif use is Use.CERTS:
        client.user_identification_certificate()
    elif use is Use.FOUR_ITEMS:
        client.read_four_items(pin, confirm_last_try=confirm_last_try)
    elif use is Use.VERIFY_PIN:
        client.verify(PinRole.USER_IDENTIFICATION, pin, confirm_last_try=confirm_last_try)
    elif use is Use.AUTH:
        client.sign_for_user_identification(pin, _SAMPLE, confirm_last_try=confirm_last_try)
    else:
        client.sign(pin, _SAMPLE, confirm_last_try=confirm_last_try)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise MalformedApdu("A command is given in hexadecimal digits") from error

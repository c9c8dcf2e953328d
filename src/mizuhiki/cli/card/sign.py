"""``mizuhiki card verify-pin, change-pin, sign, auth``: what needs the holder's PIN."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mizuhiki.card.client import CardClient
from mizuhiki.card.generation import KeyRole, PinRole
from mizuhiki.cli.card.options import (
    AsJson,
    CardFile,
    LastTry,
    PassphraseFile,
    PinFile,
    ReaderName,
    TestPin,
    ask_pin,
    first_line,
    opened_card,
    telling,
    with_last_try,
    write_private,
)
from mizuhiki.cli.output import answer
from mizuhiki.crypto.card_keys import CardKeyAlgorithm
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.sensitive import Sensitive


class ChosenPin(enum.StrEnum):
    """The PINs a person knows."""

    USER_IDENTIFICATION = "user-identification"
    SIGNATURE = "signature"
    ITEMS = "items"
    RESIDENT_REGISTER = "resident-register"


class NewPinsDiffer(Refused):
    """The new PIN was typed differently the second time; nothing was sent."""

    code = "new-pins-differ"
    title = "The two new PINs are not the same"


_ALGORITHMS = {
    CardKeyAlgorithm.RSA_2048: "RSASSA-PKCS1-v1_5 with SHA-256",
    CardKeyAlgorithm.P384: "ECDSA P-384 with SHA-384",
}
Which = Annotated[ChosenPin, typer.Option("--pin", help="Which PIN.")]
Signed = Annotated[Path, typer.Argument(help="File to sign.", exists=True, dir_okay=False)]
Out = Annotated[Path, typer.Option("--out", help="Where to write the signature.", dir_okay=False)]


def verify_pin(
    which: Which = ChosenPin.USER_IDENTIFICATION,
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Say whether a PIN is right. A wrong one costs a try; the last try is used only after a question."""
    role = PinRole(which.value)
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        client = CardClient.of_card(opened)
        pin = ask_pin(which.value, pin_file, test_pin)
        with_last_try(lambda sure: client.verify(role, pin, confirm_last_try=sure), confirmed=last_try)
        left = client.pin_tries_left(role)
    document = {"pin": which.value, "verified": True, "tries_left": left}
    answer(document, f"[green]The PIN is right[/green]; tries left {left}", as_json=as_json)


def change_pin(
    which: Which = ChosenPin.USER_IDENTIFICATION,
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    pin_file: PinFile = None,
    new_pin_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the new PIN.", dir_okay=False)
    ] = None,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Replace a PIN whose present value is known. A blocked one can be reset by the municipality only."""
    role = PinRole(which.value)
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        current = ask_pin(f"present {which.value}", pin_file, None)
        new = _new_pin(which.value, new_pin_file)
        client = CardClient.of_card(opened)
        with_last_try(lambda sure: client.change_pin(role, current, new, confirm_last_try=sure), confirmed=last_try)
    answer({"pin": which.value, "changed": True}, "[green]The PIN is changed[/green]", as_json=as_json)


def sign(
    file: Signed,
    out: Out,
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Sign a file with the signature key (署名用), as a bare signature.

    RSA PKCS#1 v1.5 with SHA-256; on the next generation of the card ECDSA P-384 with SHA-384.
    """
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        pin = ask_pin("signature, 6 to 16 letters and digits", pin_file, test_pin)
        client, content = CardClient.of_card(opened), file.read_bytes()
        made = with_last_try(lambda sure: client.sign(pin, content, confirm_last_try=sure), confirmed=last_try)
        write_private(out, made)
    _signed(KeyRole.SIGNATURE, file, out, made, client.generation.algorithm, as_json=as_json)


def auth(
    file: Signed,
    out: Out,
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Sign a challenge with the user-identification key (利用者証明用), as `sign` does with the signature key."""
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        pin = ask_pin("user identification, four digits", pin_file, test_pin)
        client, content = CardClient.of_card(opened), file.read_bytes()
        made = with_last_try(
            lambda sure: client.sign_for_user_identification(pin, content, confirm_last_try=sure), confirmed=last_try
        )
        write_private(out, made)
    _signed(KeyRole.USER_IDENTIFICATION, file, out, made, client.generation.algorithm, as_json=as_json)


def _signed(role: KeyRole, file: Path, out: Path, made: bytes, algorithm: CardKeyAlgorithm, *, as_json: bool) -> None:
    document = {
        "key": role.value,
        "file": str(file),
        "signature": str(out),
        "algorithm": _ALGORITHMS[algorithm],
        "bytes": len(made),
    }
    answer(document, f"[green]signed[/green]: {escape(str(out))} ({len(made)} bytes)", as_json=as_json)


def _new_pin(name: str, file: Path | None) -> Sensitive[str]:
    if file is not None:
        return Sensitive(first_line(file))
    first, second = (ask_pin(text, None, None) for text in (f"new {name}", f"new {name} again"))
    if first != second:
        raise NewPinsDiffer(pin=name)
    return first

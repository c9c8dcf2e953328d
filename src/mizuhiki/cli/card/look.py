"""``mizuhiki card list, info, read, photo, certs``: what is in the readers and on a card."""

from __future__ import annotations

import enum
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mizuhiki.card.client import CardClient
from mizuhiki.card.errors import NoCertificateOnCard, NotAnIndividualNumberCard
from mizuhiki.card.face import read_face
from mizuhiki.card.generation import KeyRole
from mizuhiki.card.recognise import RecognisedGeneration, recognise_generation
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
    write_private,
)
from mizuhiki.cli.output import answer
from mizuhiki.crypto.x509 import certificate_pem, load_certificate
from mizuhiki.runtime.card_readers.pcsc import connected_readers
from mizuhiki.vocabulary.errors import Refused
from mizuhiki.vocabulary.numbers import IndividualNumber
from mizuhiki.vocabulary.sensitive import Sensitive


class Item(enum.StrEnum):
    """What `read` reads."""

    FOUR_ITEMS = "four-items"
    INDIVIDUAL_NUMBER = "individual-number"
    RESIDENT_RECORD_CODE = "resident-record-code"


class NoPhotographOnCard(Refused):
    """The card was issued without a photograph (children under one year; by date)."""

    code = "card-without-photograph"
    title = "This card has no photograph"


def list_readers(*, as_json: AsJson = False) -> None:
    """List the PC/SC readers and the cards in them; no card is touched."""
    with telling(as_json=as_json):
        readers = connected_readers()
    document = {"readers": [{"name": one.name, "card": bool(one.atr), "atr": one.atr.hex().upper()} for one in readers]}
    lines = [f"{escape(one.name)}: {one.atr.hex(' ').upper() if one.atr else 'no card'}" for one in readers]
    answer(document, "\n".join(lines) or "There is no card reader.", as_json=as_json)


def info(
    *, reader: ReaderName = "", card: CardFile = None, passphrase_file: PassphraseFile = None, as_json: AsJson = False
) -> None:
    """Show a card's kind, generation, applications and the tries each PIN has left. Needs no PIN, spends no try."""
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        recognised = recognise_generation(opened)
        described = CardClient(opened, recognised.generation).describe()
    document = {
        "atr": described.atr.hex().upper(),
        "kind": described.kind,
        "generation": described.generation,
        "possible_generations": list(recognised.possible),
        "key_algorithm": recognised.algorithm.value if recognised.algorithm else None,
        "applications": list(described.applications),
        "tries_left": {role.value: left for role, left in described.tries_left.items()},
    }
    lines = [
        f"answer to reset: {described.atr.hex(' ').upper()}",
        f"kind: {escape(described.kind) or 'unknown'}",
        f"generation: {_generation_line(recognised)}",
        f"applications: {', '.join(described.applications)}",
        *(
            f"PIN {role.value}: " + (f"tries left {left}" if left else "[red]blocked[/red]")
            for role, left in described.tries_left.items()
        ),
    ]
    answer(document, "\n".join(lines), as_json=as_json)


def _generation_line(recognised: RecognisedGeneration) -> str:
    keys = f"keys {recognised.algorithm.value}" if recognised.algorithm else "no certificate that tells its keys"
    others = [name for name in recognised.possible if name != recognised.generation.name]
    alike = f"; it cannot be told from {', '.join(others)} without PIN" if others else ""
    return f"{recognised.generation.name}, {keys}{alike}"


def read(
    item: Annotated[Item, typer.Argument(help="What to read.")] = Item.FOUR_ITEMS,
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    check_number: Annotated[
        bool,
        typer.Option(
            "--check-number", help="What is asked for is 照合番号: B (14 digits) for the items, A for the number."
        ),
    ] = False,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Read the four items, the Individual Number or the resident record code from the card.

    The Individual Number may be read for affairs of the Number Act only (番号法19条, 20条).
    """
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        pin = ask_pin("check number" if check_number else _PIN_OF[item], pin_file, test_pin)
        client = CardClient.of_card(opened)
        document = with_last_try(
            lambda sure: _read_item(client, item, pin, check_number=check_number, confirm_last_try=sure),
            confirmed=last_try,
        )
    answer(document, "\n".join(f"{name}: {escape(str(value))}" for name, value in document.items()), as_json=as_json)


def _read_item(
    client: CardClient, item: Item, pin: Sensitive[str], *, check_number: bool, confirm_last_try: bool
) -> dict[str, str | int]:
    """Return the item in words and digits: this command was called to show it."""
    if item is Item.FOUR_ITEMS:
        by = client.read_four_items_by_check_number if check_number else client.read_four_items
        found = by(pin, confirm_last_try=confirm_last_try)
        birth = found.birth_date.isoformat()
        return {"name": found.name, "birth_date": birth, "sex": int(found.sex), "address": found.address}
    if item is Item.RESIDENT_RECORD_CODE:
        code = client.read_resident_record_code(pin, confirm_last_try=confirm_last_try)
        return {"resident_record_code": code.reveal()}
    if check_number:
        typed = IndividualNumber.parse(pin.reveal())
        number = client.confirm_individual_number(typed, confirm_last_try=confirm_last_try)
    else:
        number = client.read_individual_number(pin, confirm_last_try=confirm_last_try)
    return {"individual_number": number.reveal()}


_PIN_OF = {
    Item.FOUR_ITEMS: "items, four digits",
    Item.INDIVIDUAL_NUMBER: "items, four digits",
    Item.RESIDENT_RECORD_CODE: "resident register, four digits",
}


def photo(
    out: Annotated[Path, typer.Option("--out", help="Where to write the photograph (JPEG 2000).", dir_okay=False)],
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Write the card's photograph to a file; what is asked for is 照合番号 A (12 digits) or B (14 digits)."""
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        number = ask_pin("check number A or B", pin_file, test_pin)
        face = with_last_try(lambda sure: read_face(opened, number, confirm_last_try=sure), confirmed=last_try)
        if not face.photo:
            raise NoPhotographOnCard
        write_private(out, face.photo)
    document = {"file": str(out), "bytes": len(face.photo), "card_expires_on": face.expires_on.isoformat()}
    answer(document, f"{escape(str(out))}: {len(face.photo)} bytes", as_json=as_json)


def certs(
    *,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write PEM files to.", file_okay=False)] = None,
    pin_file: PinFile = None,
    test_pin: TestPin = None,
    signature: Annotated[
        bool, typer.Option("--signature", help="Also the signature certificate, which names the holder; asks its PIN.")
    ] = False,
    last_try: LastTry = False,
    as_json: AsJson = False,
) -> None:
    """Show the card's certificates, and write them as PEM files with --out."""
    with telling(as_json=as_json), opened_card(reader, card, passphrase_file) as opened:
        client = CardClient.of_card(opened)
        found = _free_certificates(client)
        if signature:
            pin = ask_pin("signature, 6 to 16 letters and digits", pin_file, test_pin)
            found["signature"] = with_last_try(
                lambda sure: client.signature_certificate(pin, confirm_last_try=sure), confirmed=last_try
            )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, der in found.items():
            write_private(out / f"{name}.pem", certificate_pem(der))
    document = {name: _described(der) for name, der in found.items()}
    lines = [
        f"{name}: {escape(one['subject'])}\n  issued by {escape(one['issuer'])}\n"
        f"  serial {one['serial']}, valid {one['not_before']} to {one['not_after']}"
        for name, one in document.items()
    ]
    answer({"certificates": document, "written_to": str(out) if out else None}, "\n".join(lines), as_json=as_json)


def _described(der: bytes) -> dict[str, str]:
    certificate = load_certificate(der)
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "serial": f"{certificate.serial_number:X}",
        "not_before": certificate.not_valid_before_utc.isoformat(),
        "not_after": certificate.not_valid_after_utc.isoformat(),
    }


def _free_certificates(client: CardClient) -> dict[str, bytes]:
    """Return the certificates anybody may read; a card without signature key has no signature authority's either."""
    readers: dict[str, Callable[[], bytes]] = {
        "user-identification": client.user_identification_certificate,
        "user-identification-ca": lambda: client.authority_certificate(KeyRole.USER_IDENTIFICATION),
        "signature-ca": lambda: client.authority_certificate(KeyRole.SIGNATURE),
    }
    found = {}
    for name, read_one in readers.items():
        try:
            found[name] = read_one()
        except NoCertificateOnCard:
            continue
    if not found:
        raise NotAnIndividualNumberCard
    return found

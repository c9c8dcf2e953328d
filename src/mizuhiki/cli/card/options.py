"""What the card commands have in common: which card, where a PIN comes from, how a refusal is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from mizuhiki.card.chip import Chip
from mizuhiki.card.errors import LastTryNeedsConfirmation
from mizuhiki.card.reader import InProcessReader, Reader
from mizuhiki.card.store import FileCardStore
from mizuhiki.cli.output import REFUSED
from mizuhiki.crypto.card_keys import CardImageUnreadable, CardSecret
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.card_readers.file_lock import hold_card_file
from mizuhiki.runtime.card_readers.pcsc import PcscReader, find_reader
from mizuhiki.vocabulary.errors import MizuhikiError, Refused
from mizuhiki.vocabulary.sensitive import Sensitive

PASSPHRASE_VARIABLE = "MIZUHIKI_CARD_PASSPHRASE"  # noqa: S105 - the name of a variable
TEST_PASSPHRASE = "invented cards only"  # noqa: S105 - printed on purpose: it guards nothing
STANDARD_INPUT = Path("-")
Result = TypeVar("Result")

ReaderName = Annotated[
    str, typer.Option("--reader", metavar="NAME", help="PC/SC reader; part of its name is enough.", show_default=False)
]
CardFile = Annotated[
    Path | None, typer.Option("--card", help="A card file, used in this process.", exists=True, dir_okay=False)
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        help=f"File with the card file's passphrase; else {PASSPHRASE_VARIABLE}, else the test default.",
        dir_okay=False,
    ),
]
PinFile = Annotated[
    Path | None,
    typer.Option(help="File whose first line is the PIN; - reads standard input.", dir_okay=False),
]
TestPin = Annotated[
    str | None,
    typer.Option(help="The PIN itself. For test cards only: process lists and shell history show it.", metavar="PIN"),
]
LastTry = Annotated[bool, typer.Option("--last-try", help="Use the last try although a wrong PIN blocks the card.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class PinNotGiven(Refused):
    """No terminal to ask at, and no file to read from."""

    code = "pin-not-given"
    title = "No PIN was given: use --pin-file, or a terminal"


class SecretFileUnreadable(Refused):
    """The file that should hold a PIN or passphrase cannot be read."""

    code = "secret-file-unreadable"
    title = "The file with the PIN or passphrase cannot be read"


class TwoCardsNamed(Refused):
    """``--reader`` and ``--card`` exclude each other."""

    code = "two-cards-named"
    title = "Name a reader or a card file, not both"


def first_line(path: Path) -> str:
    """Return the first line of a file, or of standard input for ``-``.

    Raises:
        SecretFileUnreadable: it is not there, may not be read, or is no text.
    """
    try:
        text = sys.stdin.readline() if path == STANDARD_INPUT else path.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise SecretFileUnreadable(file=path.name) from error
    return text.rstrip("\r\n")


def card_passphrase(file: Path | None) -> tuple[str, bool]:
    """Return a card file's passphrase, and whether it is the test default everybody knows."""
    given = first_line(file) if file else os.environ.get(PASSPHRASE_VARIABLE, "")
    return (given, False) if given else (TEST_PASSPHRASE, True)


def open_chip(path: Path, passphrase_file: Path | None) -> Chip:
    """Open the chip of a card file.

    Raises:
        CardImageUnreadable: it is no card file, or the passphrase is another.
    """
    passphrase, default = card_passphrase(passphrase_file)
    try:
        return Chip.open(FileCardStore(path), CardSecret.from_passphrase(passphrase), SystemRandomness())
    except CardImageUnreadable as error:
        hint = f"; its own passphrase goes into {PASSPHRASE_VARIABLE} or --passphrase-file" if default else ""
        raise CardImageUnreadable(f"This is no card file, or its passphrase is another{hint}") from error


@contextmanager
def opened_card(reader: str, card: Path | None, passphrase_file: Path | None) -> Iterator[Reader]:
    """Give the card that the options name, for one command; nobody else can use it meanwhile.

    Raises:
        TwoCardsNamed: both options were given.
        Unavailable, NotFound, CardImageUnreadable: there is no such card.
    """
    if card is not None:
        if reader:
            raise TwoCardsNamed
        with hold_card_file(card):
            yield InProcessReader(open_chip(card, passphrase_file))
        return
    with PcscReader(find_reader(reader)) as connected:
        yield connected


def ask_pin(name: str, file: Path | None, test_pin: str | None) -> Sensitive[str]:
    """Return a PIN from where the options say, else asked for at the terminal without showing it.

    Raises:
        PinNotGiven: there is no terminal.
    """
    if test_pin is not None:
        return Sensitive(test_pin)
    if file is not None:
        return Sensitive(first_line(file))
    if not sys.stdin.isatty():
        raise PinNotGiven(pin=name)
    return Sensitive(typer.prompt(f"PIN ({name})", hide_input=True, err=True))


def with_last_try(use: Callable[[bool], Result], *, confirmed: bool) -> Result:
    """Run `use` with whether the last try may be spent; at a terminal the person is asked when it comes to that.

    Raises:
        LastTryNeedsConfirmation: one try is left and nobody said that it may be used.
    """
    try:
        return use(confirmed)
    except LastTryNeedsConfirmation as error:
        question = "One try is left. If this PIN is wrong, only the municipality can reset it. Use it?"
        if sys.stdin.isatty() and typer.confirm(question, default=False, err=True):
            return use(True)  # noqa: FBT003 - the one argument of this callable
        message = "One try is left and was not used; --last-try uses it, and a wrong PIN then blocks the card"
        raise LastTryNeedsConfirmation(message, **error.fields) from error


@contextmanager
def telling(*, as_json: bool) -> Iterator[None]:
    """Print a refusal with its fields, such as the tries left, and end the command with 1."""
    try:
        yield
    except MizuhikiError as error:
        if as_json:
            fields = {name: value for name, value in error.fields.items() if name not in {"error", "message"}}
            typer.echo(msgspec.json.encode({"error": error.code, "message": error.message, **fields}).decode())
        else:
            known = error.fields.get("known")
            more = f"; there are: {known}" if known else ""
            console = Console(stderr=True, highlight=False, soft_wrap=True)
            console.print(f"[red]{escape(error.message + more)}[/red] ({escape(error.code)})")
        raise typer.Exit(REFUSED) from error


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)

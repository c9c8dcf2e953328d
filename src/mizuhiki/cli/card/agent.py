"""``mizuhiki card agent``: let websites ask the card on this computer for signatures."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from mizuhiki.cli.card.options import (
    CardFile,
    PassphraseFile,
    ReaderName,
    TwoCardsNamed,
    open_chip,
    telling,
)
from mizuhiki.runtime.card_readers.file_lock import hold_card_file
from mizuhiki.runtime.card_readers.pcsc import connected_readers
from mizuhiki.runtime.clock import Clock, SystemClock
from mizuhiki.runtime.directory import Directory

if TYPE_CHECKING:
    from mizuhiki.world.web.view import OfferedCards


def agent(
    *,
    directory: Annotated[
        Path | None,
        typer.Option(help="Directory file: who may ask, their keys and addresses.", exists=True, dir_okay=False),
    ] = None,
    world: Annotated[
        Path | None, typer.Option(help="Data folder of a demo world on this computer, instead.", file_okay=False)
    ] = None,
    allow: Annotated[
        list[str] | None, typer.Option(metavar="ORIGIN", help="Only this website of the directory; repeatable.")
    ] = None,
    reader: ReaderName = "",
    card: CardFile = None,
    passphrase_file: PassphraseFile = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8421,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document a line.")] = False,
) -> None:
    """Serve the reader agent's pages on this computer until interrupted.

    A website sends the browser here with a signed request. The page shows who asks and for what, takes the PIN, lets
    the card sign, and sends the answer back to the website; the PIN never leaves this computer. Only websites of the
    directory may ask, and the agent listens on 127.0.0.1 alone.
    """
    from mizuhiki.world.card_agent.serve import serve_agent, world_of  # noqa: PLC0415 - loads pages only for this command
    from mizuhiki.world.card_agent.site import narrowed  # noqa: PLC0415 - likewise

    if (directory is None) is (world is None):
        raise typer.BadParameter("give --directory FILE or --world FOLDER")

    def told(address: str) -> None:
        typer.echo(msgspec.json.encode({"url": address}).decode() if as_json else f"{address}  (Ctrl-C ends it)")

    with telling(as_json=as_json), ExitStack() as held:
        known: tuple[Directory, Clock]
        if world is not None:
            known = world_of(world)
        elif directory is not None:
            known = Directory.from_json(directory.read_bytes()), SystemClock()
        cards = _cards(reader, card, passphrase_file, held)
        serve_agent(
            cards,
            narrowed(known[0], allow or ()),
            port=port,
            clock=known[1],
            told=told,
            wait=_wait_for_signals,
        )


def _wait_for_signals() -> None:
    """Wait for an event that never comes: signals end the command."""
    threading.Event().wait()


def _cards(reader: str, card: Path | None, passphrase_file: Path | None, held: ExitStack) -> OfferedCards:
    from mizuhiki.world.card_agent.offered import ConnectedCards, OneCard  # noqa: PLC0415 - as above

    if card is None:
        connected_readers()  # says at once when there is no PC/SC service to work with
        return ConnectedCards(reader)
    if reader:
        raise TwoCardsNamed
    held.enter_context(hold_card_file(card))
    return OneCard(card.name, open_chip(card, passphrase_file))

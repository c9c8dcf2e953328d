"""Readers of the system's PC/SC service through `pyscard`, which is an optional dependency (``mizuhiki[pcsc]``).

A card is held from opening to closing, so no other program can use a PIN that was verified here; when it is given back
it is reset, so nobody finds it verified.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Self

from mizuhiki.card.transport_errors import (
    CardRemoved,
    NoCardInReader,
    NoReader,
    NoSuchReader,
    PcscNotInstalled,
    PcscNotRunning,
    ReaderBusy,
)
from mizuhiki.vocabulary.errors import MizuhikiError


@dataclass(frozen=True, slots=True)
class ConnectedReader:
    """A reader as the system names it, and the answer to reset of the card in it (empty: no card)."""

    name: str
    atr: bytes


def connected_readers() -> list[ConnectedReader]:
    """Return the readers that are connected now, in the system's order; no card is disturbed.

    Raises:
        PcscNotInstalled: `pyscard` is missing.
        PcscNotRunning: the PC/SC service does not answer.
    """
    with _context() as (scard, context):
        names = _reader_names(scard, context)
        if not names:
            return []
        asked = [(name, scard.SCARD_STATE_UNAWARE) for name in names]
        result, states = scard.SCardGetStatusChange(context, 0, asked)
        if result not in {scard.SCARD_S_SUCCESS, scard.SCARD_E_TIMEOUT}:
            raise PcscNotRunning(reason=_reason(scard, result))
        return [
            ConnectedReader(name, bytes(atr) if state & scard.SCARD_STATE_PRESENT else b"")
            for name, state, atr in states
        ]


def find_reader(wanted: str = "") -> str:
    """Return the system's name of a reader: the one named, else the only one whose name contains `wanted`.

    Without `wanted` it is the only reader with a card in it, or the only reader at all.

    Raises:
        NoReader: none is connected.
        NoSuchReader: none or several match.
        PcscNotInstalled, PcscNotRunning: as in `connected_readers`.
    """
    readers = connected_readers()
    if not readers:
        raise NoReader
    if any(reader.name == wanted for reader in readers):
        return wanted
    matching = [reader for reader in readers if wanted.casefold() in reader.name.casefold()]
    with_card = [reader for reader in matching if reader.atr]
    candidates = with_card or matching
    if len(candidates) != 1:
        raise NoSuchReader(reader=wanted, known=", ".join(reader.name for reader in readers))
    return candidates[0].name


class PcscReader:
    """One reader of the system with the card in it, held by this program until `close`."""

    def __init__(self, name: str) -> None:
        """Connect to the card in the reader and keep other programs from it.

        Raises:
            NoSuchReader, NoCardInReader, ReaderBusy: it cannot be had.
            PcscNotInstalled, PcscNotRunning: as in `connected_readers`.
        """
        self.name = name
        self._scard = scard = _scard()
        self._context = _established(scard)
        self._card: Any = None
        try:
            result, card, self._protocol = scard.SCardConnect(
                self._context, name, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            )
            self._require(result)
            self._card = card
            self._require(scard.SCardBeginTransaction(self._card))
            self._atr = self._status()
        except MizuhikiError:
            if self._card is None:
                scard.SCardReleaseContext(self._context)
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        return self._atr

    def reset(self) -> bytes:
        """Power the card off and on; return its answer to reset.

        Raises:
            CardRemoved: it is gone.
        """
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, self._protocol = scard.SCardReconnect(
            self._card, scard.SCARD_SHARE_SHARED, protocols, scard.SCARD_UNPOWER_CARD
        )
        self._require(result)
        self._atr = self._status()
        return self._atr

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command APDU and return the whole answer.

        Raises:
            CardRemoved: the card is gone or was reset by somebody else.
        """
        header = self._scard.SCARD_PCI_T0 if self._protocol == self._scard.SCARD_PROTOCOL_T0 else None
        header = self._scard.SCARD_PCI_T1 if header is None else header
        result, answer = self._scard.SCardTransmit(self._card, header, list(apdu))
        self._require(result)
        return bytes(byte & 0xFF for byte in answer)

    def close(self) -> None:
        """Give the card back, reset; safe to call twice and with the card gone."""
        if self._card is None:
            return
        scard, card, self._card = self._scard, self._card, None
        # Whatever these three answer, the card is ours no more: a card that was taken out forgot its state by itself.
        scard.SCardEndTransaction(card, scard.SCARD_RESET_CARD)
        scard.SCardDisconnect(card, scard.SCARD_RESET_CARD)
        scard.SCardReleaseContext(self._context)

    def _status(self) -> bytes:
        result, _name, _state, _protocol, atr = self._scard.SCardStatus(self._card)
        self._require(result)
        return bytes(atr)

    def _require(self, result: int) -> None:
        scard = self._scard
        if result == scard.SCARD_S_SUCCESS:
            return
        reason = _reason(scard, result)
        if result in {scard.SCARD_E_UNKNOWN_READER, scard.SCARD_E_READER_UNAVAILABLE}:
            raise NoSuchReader(reader=self.name)
        if result in {scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_UNPOWERED_CARD, scard.SCARD_W_UNRESPONSIVE_CARD}:
            raise NoCardInReader(reader=self.name, reason=reason)
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise ReaderBusy(reader=self.name)
        if result in {scard.SCARD_E_NO_SERVICE, scard.SCARD_E_SERVICE_STOPPED}:
            raise PcscNotRunning(reason=reason)
        raise CardRemoved(reader=self.name, reason=reason)


def _scard() -> ModuleType:
    """Load the binding to the system's library."""
    try:
        return importlib.import_module("smartcard.scard")
    except ImportError as error:
        raise PcscNotInstalled from error


def _established(scard: ModuleType) -> Any:  # noqa: ANN401 - an opaque handle of the library
    result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    if result != scard.SCARD_S_SUCCESS:
        raise PcscNotRunning(reason=_reason(scard, result))
    return context


@contextmanager
def _context() -> Iterator[tuple[ModuleType, Any]]:
    scard = _scard()
    context = _established(scard)
    try:
        yield scard, context
    finally:
        scard.SCardReleaseContext(context)


def _reader_names(scard: ModuleType, context: Any) -> list[str]:  # noqa: ANN401 - an opaque handle of the library
    result, names = scard.SCardListReaders(context, [])
    if result == scard.SCARD_E_NO_READERS_AVAILABLE:
        return []
    if result != scard.SCARD_S_SUCCESS:
        raise PcscNotRunning(reason=_reason(scard, result))
    return list(names)


def _reason(scard: ModuleType, result: int) -> str:
    return str(scard.SCardGetErrorMessage(result))

"""The reader's side of the vpcd protocol: drives a virtual card that connects here, without any PC/SC service."""

from __future__ import annotations

import socket
from typing import Self

from mizuhiki.card.transport_errors import CardRemoved, MalformedFrame, NoCardInReader
from mizuhiki.runtime.card_readers.frames import DEFAULT_PORT, MOST_FRAME, Control, receive_frame, send_frame

LOOPBACK = "127.0.0.1"
_ANSWER_SECONDS = 30.0


class VirtualReader:
    """Waits for one card, on loopback unless told otherwise; the port 0 takes a free one, which `port` tells."""

    def __init__(self, host: str = LOOPBACK, port: int = DEFAULT_PORT) -> None:
        self._listener = socket.create_server((host, port))
        self.port: int = self._listener.getsockname()[1]
        self._card: socket.socket | None = None
        self._atr = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait_for_card(self, seconds: float | None = None) -> None:
        """Take the card that connects next and power it on.

        Raises:
            NoCardInReader: none came in time.
        """
        self._listener.settimeout(seconds)
        try:
            card, _address = self._listener.accept()
        except TimeoutError as error:
            raise NoCardInReader from error
        card.settimeout(_ANSWER_SECONDS)
        card.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._card = card
        self._control(Control.ON)
        self._atr = self._ask(bytes((Control.ANSWER_TO_RESET,)))

    @property
    def atr(self) -> bytes:
        """The card's answer to reset, empty without a card."""
        return self._atr

    def reset(self) -> bytes:
        """Reset the card; return its answer to reset.

        Raises:
            NoCardInReader, CardRemoved: there is none, or none any more.
        """
        self._control(Control.RESET)
        self._atr = self._ask(bytes((Control.ANSWER_TO_RESET,)))
        return self._atr

    def transmit(self, apdu: bytes) -> bytes:
        """Send one command APDU.

        Raises:
            MalformedFrame: an APDU of one byte would be read as a control, an empty or longer one cannot be sent.
            NoCardInReader, CardRemoved: there is none, or none any more.
        """
        if not 1 < len(apdu) <= MOST_FRAME:
            raise MalformedFrame(length=len(apdu))
        return self._ask(apdu)

    def eject(self) -> None:
        """Power the card off and close its connection."""
        card, self._card, self._atr = self._card, None, b""
        if card is not None:
            card.close()

    def close(self) -> None:
        """Eject the card and stop listening."""
        self.eject()
        self._listener.close()

    def _control(self, control: Control) -> None:
        send_frame(self._present(), bytes((control,)))

    def _ask(self, message: bytes) -> bytes:
        card = self._present()
        try:
            send_frame(card, message)
            answer = receive_frame(card)
        except CardRemoved:
            self.eject()
            raise
        if answer is None:
            self.eject()
            raise CardRemoved
        return answer

    def _present(self) -> socket.socket:
        if self._card is None:
            raise NoCardInReader
        return self._card

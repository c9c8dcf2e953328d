"""Plugs a card into a virtual reader (vpcd, or our own `virtual_reader`), as if it were put on a reader of plastic."""

from __future__ import annotations

import enum
import socket
import threading
from collections.abc import Callable

from mizuhiki.card.apdu import Answer
from mizuhiki.card.errors import CardMute
from mizuhiki.card.reader import Reader
from mizuhiki.card.status import StatusWord
from mizuhiki.card.transport_errors import CardRemoved, VirtualReaderUnreachable
from mizuhiki.runtime.card_readers.frames import MOST_FRAME, Control, receive_frame, send_frame

_CONNECT_SECONDS = 5.0
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.25, 4.0


class Moment(enum.StrEnum):
    """What `VirtualCard.run` reports."""

    PLUGGED_IN = "plugged-in"
    UNPLUGGED = "unplugged"
    WAITING = "waiting"
    CUT_OFF = "cut-off"
    POWER_LOST = "power-lost"


class VirtualCard:
    """One card that stays plugged into one virtual reader until it is stopped; connects again after a restart."""

    def __init__(self, card: Reader, host: str, port: int, *, report: Callable[[Moment], None] | None = None) -> None:
        self._card = card
        self._address = (host, port)
        self._report = report or (lambda _moment: None)
        self._stopped = threading.Event()
        self._connection: socket.socket | None = None
        self._lock = threading.Lock()

    def run(self) -> None:
        """Serve until `stop`; waits for a reader that is not there yet, ever longer, up to four seconds between tries.

        Raises:
            OSError: the card's own store failed; it is unplugged before.
        """
        wait = _FIRST_WAIT_SECONDS
        while not self._stopped.is_set():
            try:
                connection = self._connect()
            except VirtualReaderUnreachable:
                if wait == _FIRST_WAIT_SECONDS:
                    self._report(Moment.WAITING)
                self._stopped.wait(wait)
                wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
                continue
            wait = _FIRST_WAIT_SECONDS
            self._report(Moment.PLUGGED_IN)
            try:
                serve(self._card, connection)
            except CardRemoved:
                self._report(Moment.CUT_OFF)
            except CardMute:
                self._report(Moment.POWER_LOST)
            finally:
                self._close()
                self._report(Moment.UNPLUGGED)
            self._stopped.wait(_FIRST_WAIT_SECONDS)

    def run_once(self) -> None:
        """Connect and serve until the reader closes the connection.

        Raises:
            VirtualReaderUnreachable: nothing listens there.
            CardRemoved: the connection broke in the middle of a message.
        """
        connection = self._connect()
        try:
            serve(self._card, connection)
        finally:
            self._close()

    def stop(self) -> None:
        """Take the card out and end `run`; may be called from another thread or a signal handler."""
        self._stopped.set()
        connection = self._connection
        if connection is not None:
            _shut(connection)

    def _connect(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, timeout=_CONNECT_SECONDS)
        except OSError as error:
            raise VirtualReaderUnreachable(host=self._address[0], port=self._address[1]) from error
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._connection = connection
        if self._stopped.is_set():
            _shut(connection)
        return connection

    def _close(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def serve(card: Reader, connection: socket.socket) -> None:
    """Answer one virtual reader until it closes the connection.

    Messages that are neither controls nor commands (empty ones, unknown controls) are passed over, as other virtual
    cards do: answering them would put question and answer out of step.

    Raises:
        CardRemoved: the connection broke in the middle of a message.
        CardMute: the card lost power in the middle of a write.
    """
    card.reset()
    while (message := receive_frame(connection)) is not None:
        if len(message) == 1:
            if message[0] in {Control.OFF, Control.ON, Control.RESET}:
                card.reset()
            elif message[0] == Control.ANSWER_TO_RESET:
                send_frame(connection, card.atr)
        elif message:
            answer = card.transmit(message)
            # One answer byte too many for a frame: the reader asked for more than it can take.
            too_long = len(answer) > MOST_FRAME
            send_frame(connection, Answer(StatusWord.WRONG_LENGTH).encode() if too_long else answer)


def _shut(connection: socket.socket) -> None:
    """Wake whoever reads from the connection."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the reader closed it first: that is what was wanted

"""The protocol between vpcd and a virtual card: every message is its length in two bytes and so many bytes.

A message of one byte from the reader is a control: 0 power off, 1 power on, 2 reset, 4 send the answer to reset. Only
the last is answered. Every other message is a command APDU and is answered with data and status word. The card
connects to the reader by TCP; closing the connection is taking the card out. Facts: ``spec/card.md`` §8.
"""

from __future__ import annotations

import enum
import socket

from mizuhiki.card.transport_errors import CardRemoved, MalformedFrame

DEFAULT_PORT = 35963
"""Where vpcd waits for the card of its first slot (0x8C7B); the second slot is the next port."""
MOST_FRAME = 0xFFFF
_LENGTH_BYTES = 2
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Control(enum.IntEnum):
    """Messages of one byte from the reader."""

    OFF = 0
    ON = 1
    RESET = 2
    ANSWER_TO_RESET = 4


def send_frame(connection: socket.socket, content: bytes) -> None:
    """Send one message.

    Raises:
        MalformedFrame: more than 65,535 bytes cannot be sent.
        CardRemoved: the connection is closed.
    """
    if len(content) > MOST_FRAME:
        raise MalformedFrame(length=len(content))
    try:
        connection.sendall(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    except OSError as error:
        raise CardRemoved from error


def receive_frame(connection: socket.socket) -> bytes | None:
    """Return the next message, or None when the other side closed the connection between two messages.

    Raises:
        CardRemoved: the connection broke, also in the middle of a message.
    """
    header = _receive(connection, _LENGTH_BYTES)
    if header is None:
        return None
    length = int.from_bytes(header, "big")
    content = _receive(connection, length) if length else b""
    if content is None:
        raise CardRemoved
    return content


def _receive(connection: socket.socket, length: int) -> bytes | None:
    """Return exactly `length` bytes, or None when the connection was closed before the first of them."""
    content = b""
    while len(content) < length:
        try:
            if _QUICKACK is not None:
                # vpcd writes length and content separately: without this each waits 40 ms for a delayed
                # acknowledgement, and the kernel drops the setting after every exchange.
                connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
            chunk = connection.recv(length - len(content))
        except OSError as error:
            raise CardRemoved from error
        if not chunk:
            if content:
                raise CardRemoved
            return None
        content += chunk
    return content

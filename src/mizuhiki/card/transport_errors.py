"""What can be wrong between a program and a card, before any command is answered.

NotFound     NoSuchReader, NoReader
Unavailable  PcscNotInstalled, PcscNotRunning, NoCardInReader, CardRemoved, ReaderBusy, VirtualReaderUnreachable
Malformed    MalformedFrame
"""

from __future__ import annotations

from mizuhiki.vocabulary.errors import Malformed, NotFound, Unavailable


class PcscNotInstalled(Unavailable):
    """The Python package that speaks to PC/SC is not installed."""

    code = "pcsc-not-installed"
    title = "Card readers need the package pyscard: install mizuhiki[pcsc] (Debian: first swig and libpcsclite-dev)"


class PcscNotRunning(Unavailable):
    """The system's PC/SC service does not answer."""

    code = "pcsc-not-running"
    title = "The PC/SC service does not run (on Linux: the program pcscd)"


class NoReader(NotFound):
    """No card reader is connected."""

    code = "no-card-reader"
    title = "There is no card reader"


class NoSuchReader(NotFound):
    """No reader of that name is connected, or several match it; the field `reader` is what was asked for."""

    code = "no-such-card-reader"
    title = "There is no such card reader, or its name is not clear"


class NoCardInReader(Unavailable):
    """The reader is empty, or the card in it does not answer to power."""

    code = "no-card-in-reader"
    title = "There is no card in the reader"


class CardRemoved(Unavailable):
    """The card was taken out, or reset by another program, while it was used."""

    code = "card-removed"
    title = "The card was taken out of the reader"


class ReaderBusy(Unavailable):
    """Another program keeps the card to itself."""

    code = "card-reader-busy"
    title = "Another program uses the card"


class VirtualReaderUnreachable(Unavailable):
    """Nothing listens where the virtual reader should be."""

    code = "virtual-reader-unreachable"
    title = "The virtual reader cannot be reached"


class MalformedFrame(Malformed):
    """The other side of a virtual reader's connection sent something its protocol does not have."""

    code = "malformed-virtual-reader-frame"
    title = "The virtual reader's protocol was not kept"

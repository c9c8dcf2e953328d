"""What the commands work on: memory, generation and the security status of the session."""

from __future__ import annotations

from mizuhiki.card.generation import ApplicationLayout, CardGeneration, Layout, PinLayout
from mizuhiki.card.memory import ChipMemory
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.randomness import Randomness

CURRENT_FILE = 0x80
"""P2 of commands on a PIN or key: 80 is the current file, 80 + short identifier another one."""


class AnsweredWith(Exception):
    """Ends a command with a status word; caught by the processor and by nobody else."""

    def __init__(self, word: int) -> None:
        super().__init__(f"{word:04X}")
        self.word = word


class Session:
    """What a chip forgets at power-off: current application, current file, which PINs were verified."""

    __slots__ = ("application", "fid", "verified")

    def __init__(self) -> None:
        self.application: ApplicationLayout | None = None
        self.fid: str | None = None
        self.verified: set[str] = set()

    def select(self, application: ApplicationLayout) -> None:
        """Enter an application; the security status and the current file are gone."""
        self.application = application
        self.fid = None
        self.verified = set()


class ChipCore:
    """Memory, generation, randomness and session of one powered chip."""

    __slots__ = ("generation", "memory", "randomness", "session")

    def __init__(self, generation: CardGeneration, memory: ChipMemory, randomness: Randomness) -> None:
        self.generation = generation
        self.memory = memory
        self.randomness = randomness
        self.session = Session()

    def application(self) -> ApplicationLayout:
        """Return the current application, or answer 6986."""
        if self.session.application is None:
            raise AnsweredWith(StatusWord.NO_CURRENT_FILE)
        return self.session.application

    def exists(self, application: ApplicationLayout, entry: Layout) -> bool:
        """Whether the file has been written; a file of the map without content is not there for a reader."""
        image, place = self.memory.image, application.place(entry.fid)
        return place in image.files or place in image.pins or place in image.keys

    def entry(self, fid: str | None) -> Layout | None:
        """Return what stands at `fid` of the current application, if it has been written."""
        application = self.application()
        found = application.layout(fid) if fid else None
        return found if found and self.exists(application, found) else None

    def referenced(self, p2: int) -> Layout:
        """Return what P2 of a PIN or key command names; 6A86, 6986 or 6A88 where it names nothing."""
        if not p2 & CURRENT_FILE or p2 & 0x60:
            raise AnsweredWith(StatusWord.WRONG_P1_P2)
        if p2 == CURRENT_FILE:
            entry = self.entry(self.session.fid)
            if entry is None:
                raise AnsweredWith(StatusWord.NO_CURRENT_FILE)
            return entry
        entry = self.entry(self.application().fid_of_short(p2 & 0x1F))
        if entry is None:
            raise AnsweredWith(StatusWord.REFERENCE_NOT_FOUND)
        self.session.fid = entry.fid
        return entry

    def referenced_pin(self, p2: int) -> PinLayout:
        """Return the PIN that P2 names; 6981 when it names something else."""
        entry = self.referenced(p2)
        if not isinstance(entry, PinLayout):
            raise AnsweredWith(StatusWord.WRONG_FILE_TYPE)
        return entry

    def require_any(self, pins: tuple[str, ...]) -> None:
        """Answer 6982 unless one of the PIN files was verified in this session; no PIN files means free."""
        if pins and not self.session.verified.intersection(pins):
            raise AnsweredWith(StatusWord.NOT_AUTHORISED)

"""What the commands work on: memory, generation and the security status of the session."""

from __future__ import annotations

import enum

import msgspec

from mizuhiki.card.apdu import Command
from mizuhiki.card.generation import ApplicationLayout, CardGeneration, Layout, PinLayout
from mizuhiki.card.memory import ChipMemory, LifeState
from mizuhiki.card.status import StatusWord
from mizuhiki.crypto.card_keys import CardKey
from mizuhiki.crypto.card_session import SecureSession
from mizuhiki.crypto.randomness import Randomness

CURRENT_FILE = 0x80
"""P2 of commands on a PIN or key: 80 is the current file, 80 + short identifier another one."""


class AnsweredWith(Exception):
    """Ends a command with a status word; caught by the processor and by nobody else."""

    def __init__(self, word: int) -> None:
        super().__init__(f"{word:04X}")
        self.word = word


class Authority(enum.Enum):
    """Whose secure session is open."""

    ISSUER = "issuer"
    PROVIDER = "provider"


class Terminal(msgspec.Struct, frozen=True):
    """What a terminal's verified certificate says; it counts only once the terminal proved that it holds the key."""

    public_key: bytes
    role: int
    effective_on: int


class Session:
    """What a chip forgets at power-off: current application and file, verified PINs, sessions, unfinished changes."""

    __slots__ = (
        "application",
        "authority",
        "chain",
        "challenge",
        "fid",
        "opening",
        "secure",
        "staged_files",
        "staged_keys",
        "terminal",
        "terminal_role",
        "verified",
    )

    def __init__(self) -> None:
        self.application: ApplicationLayout | None = None
        self.chain: Command | None = None
        self.forget()

    def forget(self) -> None:
        """Drop the security status, the current file and whatever was not put into effect."""
        self.fid: str | None = None
        self.verified: set[str] = set()
        self.challenge = b""
        self.terminal: Terminal | None = None
        self.terminal_role: int | None = None
        self.end_secure()

    def end_secure(self) -> None:
        """End the secure session; what it had not put into effect is lost."""
        self.opening: tuple[SecureSession, Authority] | None = None
        self.secure: SecureSession | None = None
        self.authority: Authority | None = None
        self.staged_files: dict[str, bytes] = {}
        self.staged_keys: dict[str, CardKey] = {}

    def interrupt(self) -> None:
        """End what a command that is none breaks off: the secure session and a chain."""
        self.end_secure()
        self.chain = None

    def select(self, application: ApplicationLayout) -> None:
        """Enter an application; the security status and the current file are gone."""
        self.application = application
        self.forget()


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

    @property
    def applications(self) -> tuple[ApplicationLayout, ...]:
        """The applications of the generation, then those installed in the free area."""
        return (*self.generation.application, *(one.layout for one in self.memory.image.installed))

    def require_active(self) -> None:
        """Answer 6985 on a suspended or abolished card, whose keys, PINs and guarded files are out of use."""
        if self.memory.image.state is not LifeState.PERSONALISED:
            raise AnsweredWith(StatusWord.CONDITIONS_NOT_MET)

    def require_authority(self, *allowed: Authority) -> None:
        """Answer 6982 unless a secure session of one of these is open."""
        if self.session.authority not in allowed:
            raise AnsweredWith(StatusWord.NOT_AUTHORISED)

    def exists(self, application: ApplicationLayout, entry: Layout) -> bool:
        """Whether the file has been written; a file of the map without content is not there for a reader."""
        image, place = self.memory.image, application.place(entry.fid)
        return place in image.files or place in image.pins or place in image.keys

    def entry(self, fid: str | None) -> Layout | None:
        """Return what stands at `fid` of the current application, if it has been written."""
        application = self.application()
        found = application.layout(fid) if fid else None
        return found if found and self.exists(application, found) else None

    def addressed(self, p2: int) -> Layout:
        """Return the place P2 names, written or not; for those who may write it first."""
        if not p2 & CURRENT_FILE or p2 & 0x60:
            raise AnsweredWith(StatusWord.WRONG_P1_P2)
        application = self.application()
        fid = self.session.fid if p2 == CURRENT_FILE else application.fid_of_short(p2 & 0x1F)
        entry = application.layout(fid) if fid else None
        if entry is None:
            raise AnsweredWith(StatusWord.NO_CURRENT_FILE if p2 == CURRENT_FILE else StatusWord.REFERENCE_NOT_FOUND)
        self.session.fid = entry.fid
        return entry

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
        if not pins:
            return
        self.require_active()
        if not self.session.verified.intersection(pins):
            raise AnsweredWith(StatusWord.NOT_AUTHORISED)

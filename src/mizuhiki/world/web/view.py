"""What the world's own pages show, and what they ask of the world that shows it.

Texts that describe the demo country come in Japanese and in English. PINs and passphrases are shown openly: everybody
in the demo country is invented.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from mizuhiki.card.client import CardClient
from mizuhiki.documents.card.form import Side
from mizuhiki.vocabulary.ids import InstitutionId


class StepState(enum.StrEnum):
    """How far a step of the story is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionView:
    """An institution with its address and one sentence on what it does; without `url` it has no pages for people."""

    institution: InstitutionId
    name_ja: str
    name_en: str
    url: str
    what_ja: str
    what_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingPerson:
    """An invented person one can act as.

    `key` names the card in the drawer; `has_card` is false while the card is still to be issued, on first use.
    `signature_pin` is empty for people who may have no signature certificate.
    """

    key: str
    name: str
    name_kana: str
    birth_date: date
    municipality_ja: str
    municipality_en: str
    who_ja: str
    who_en: str
    has_card: bool
    user_pin: str
    signature_pin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """An account at a counter; `url` is the page where it signs in."""

    institution: InstitutionId
    url: str
    account: str
    passphrase: str
    role_ja: str
    role_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step of the story; `seconds` is how long it took, 0 until it ended."""

    number: int
    title_ja: str
    title_en: str
    state: StepState
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """A phase of the founding of the world and how long it took."""

    title_ja: str
    title_en: str
    seconds: float


class WorldView(Protocol):
    """The world as its landing page sees it; asked anew for every page."""

    @property
    def world_date(self) -> date:
        """Today in the world."""
        ...

    @property
    def population(self) -> int:
        """How many people live there."""
        ...

    def institutions(self) -> Sequence[InstitutionView]:
        """Return the institutions in the order to show them."""
        ...

    def people(self) -> Sequence[ActingPerson]:
        """Return the people one can act as."""
        ...

    def staff(self) -> Sequence[StaffView]:
        """Return the accounts at the counters."""
        ...

    def story_steps(self) -> Sequence[StepView]:
        """Return the steps of the story, none when no story is told."""
        ...

    def phases(self) -> Sequence[PhaseView]:
        """Return the phases of the founding."""
        ...


class OfferedCard(Protocol):
    """A card a signature may be made with; `key` names it. PINs are empty where nobody knows them."""

    @property
    def key(self) -> str:
        """What the pages call it."""
        ...

    @property
    def name(self) -> str:
        """Whose it is, or which reader it is in."""
        ...

    @property
    def name_kana(self) -> str:
        """How the name is read; may be empty."""
        ...

    @property
    def municipality_ja(self) -> str:
        """Where the holder lives, in Japanese; may be empty."""
        ...

    @property
    def municipality_en(self) -> str:
        """The same in English."""
        ...

    @property
    def user_pin(self) -> str:
        """The PIN of an invented person."""
        ...

    @property
    def signature_pin(self) -> str:
        """The password for signatures of an invented person."""
        ...


class OfferedCards(Protocol):
    """The cards a person may choose from when a website asks for a signature."""

    def holders(self) -> Sequence[OfferedCard]:
        """Return the cards that can be chosen now."""
        ...

    def open(self, key: str) -> CardClient:
        """Return a client on a card; whoever opened it closes it.

        Raises:
            MizuhikiError: there is no such card, or it cannot be used.
        """
        ...


class CardDrawer(Protocol):
    """The cards of the people one can act as."""

    def holders(self) -> Sequence[ActingPerson]:
        """Return everybody whose card can be put on the reader."""
        ...

    def open(self, key: str) -> CardClient:
        """Return a client on a person's card; issues the card on first use, which takes a moment.

        Raises:
            MizuhikiError: there is no such card, or it could not be issued.
        """
        ...

    def has_faces(self, key: str) -> bool:
        """Say whether it is known what is printed on a person's card."""
        ...

    def face(self, key: str, side: Side, *, in_sleeve: bool) -> bytes:
        """Return a side of a person's card as SVG, in the sleeve it was handed out with or without it.

        Raises:
            MizuhikiError: there is no such card, or this machine cannot print it.
        """
        ...

    def sheet(self, key: str) -> bytes:
        """Return both sides in their true size on a sheet of paper, as PDF.

        Raises:
            MizuhikiError: as `face`.
        """
        ...

"""Where a story plays: the same acts whether the institutions live in this process or in processes of their own."""

from __future__ import annotations

from typing import Any, Protocol

import httpx

from mizuhiki.card.client import CardClient
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.peers import Peers
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.roster import Roster


class Stage(Protocol):
    """What a story needs of a world."""

    @property
    def clock(self) -> Clock:
        """The world's time."""

    @property
    def randomness(self) -> Randomness:
        """The world's chance."""

    @property
    def directory(self) -> Directory:
        """The published directory."""

    @property
    def roster(self) -> Roster:
        """Who lives here and whom one can act as."""

    def operations(self, institution: InstitutionId) -> Any:  # noqa: ANN401 - each institution has its own namespace
        """Return an institution's operations."""

    def context(
        self, institution: InstitutionId, role: str, affair: str, basis: str, purpose: str, *, person: str = "world"
    ) -> Context:
        """Return the context in which an invented official acts."""

    def pump(self) -> int:
        """Deliver everything that waits anywhere, until all is quiet."""

    def card(self, key: str) -> CardClient:
        """Return a client on a person's card."""

    def visitor(self) -> httpx.Client:
        """Return a browser-like client that reaches every page of the world, with its own cookies."""

    def page_address(self, host: str) -> str:
        """Return the address of a host's pages."""

    def impostor(self, institution: InstitutionId) -> Peers:
        """Return the peer side of somebody who claims to be an institution but has other keys."""

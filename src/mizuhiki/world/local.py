"""The whole nation in this process: how a world is opened, and the stage a story plays on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx

from mizuhiki.card.client import CardClient
from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.clock import WorldClock
from mizuhiki.runtime.context import Context
from mizuhiki.runtime.dispatch import HostDispatcher
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.wsgi import WSGIApplication
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.cards import CardDrawer
from mizuhiki.world.nation.nation import Nation, WorldSettings
from mizuhiki.world.roster import Roster


def open_nation(data: Path, day: date, *, port: int, randomness: Randomness, started_at: datetime) -> Nation:
    """Open the nation whose data lie in `data`; `started_at` is the real instant of its 09:00 of `day`."""
    data.mkdir(parents=True, exist_ok=True)
    clock = WorldClock(day, started_at=started_at)
    return Nation(WorldSettings(data=data, clock=clock, randomness=randomness, port=port))


class LocalStage:
    """A stage within this process."""

    def __init__(self, nation: Nation, roster: Roster) -> None:
        self.nation = nation
        self.clock = nation.settings.clock
        self.randomness = nation.settings.randomness
        self.directory = nation.directory
        self.roster = roster
        self.drawer = CardDrawer(nation, roster)
        self._visitors: list[httpx.Client] = []

    def operations(self, institution: InstitutionId) -> Any:  # noqa: ANN401 - each institution has its own namespace
        """Return an institution's operations."""
        return self.nation.operations(institution)

    def context(
        self, institution: InstitutionId, role: str, affair: str, basis: str, purpose: str, *, person: str = "world"
    ) -> Context:
        """Return the context in which an invented official acts."""
        return self.nation.context(institution, role, affair, basis, purpose, person=person)

    def pump(self) -> int:
        """Deliver everything that waits anywhere, until all is quiet."""
        return self.nation.pump()

    def card(self, key: str) -> CardClient:
        """Return a client on a person's card."""
        return self.drawer.open(key)

    def page_address(self, host: str) -> str:
        """Return the address of a host's pages."""
        return self.nation.settings.page_address(host)

    def dispatcher(self) -> HostDispatcher:
        """Return one WSGI application for the pages of all institutions."""
        return HostDispatcher({}, self._application)

    def _application(self, host: str) -> WSGIApplication:
        return self.nation.app(self.directory.by_host(host).institution).wsgi

    def visitor(self) -> httpx.Client:
        """Return a client that reaches every page without a socket."""
        client = httpx.Client(transport=httpx.WSGITransport(app=self.dispatcher()), follow_redirects=False)
        self._visitors.append(client)
        return client

    def impostor(self, institution: InstitutionId) -> Peers:
        """Return the peer side of somebody who claims to be an institution but has other keys."""
        environment = replace(
            self.nation.environment(institution), keystore=MemoryKeystore(self.nation.settings.randomness)
        )
        return Peers(environment)

    def close(self) -> None:
        """Release everything."""
        for client in self._visitors:
            client.close()
        self.nation.close()

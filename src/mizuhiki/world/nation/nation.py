"""All institutions of the demo country in one process, each with its own database, keys and application."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from mizuhiki.crypto.keystore import Keystore
from mizuhiki.crypto.passphrases import OF_PRINTED
from mizuhiki.crypto.randomness import Randomness
from mizuhiki.runtime.clock import Clock
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.tenancy import Tenants
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.runtime.wsgi import WSGIApplication
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.builders import build_institution
from mizuhiki.world.nation.keys import institution_folder, make_directory, open_keystores
from mizuhiki.world.nation.plan import DOMAIN, PlannedInstitution, is_on_platform, plan_nation

MOST_PUMPS = 50
"""A message may cause a message, a few deep; a world that is still not quiet after this many rounds is broken."""


def world_parameters(port: int, host: str) -> dict[str, str]:
    """Return the named values every institution of the demo gets: where people's browsers find things."""
    return {
        "reader_url": f"http://reader.{DOMAIN}:{port}",
        "world_url": f"http://{DOMAIN}:{port}",
        "page_url": f"http://{host}:{port}",
    }


class WorldNotQuiet(RuntimeError):
    """Messages go round without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSettings:
    """What a world is made with. `port` is where people reach the pages.

    `parameters` are further named values for every institution.
    """

    data: Path
    clock: Clock
    randomness: Randomness
    port: int
    planned: Sequence[PlannedInstitution] = field(default_factory=plan_nation)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def page_address(self, host: str) -> str:
        """Return the address of a host's pages."""
        return f"http://{host}:{self.port}"


class Nation:
    """Builds institutions when they are first called and lets the world act in them."""

    def __init__(self, settings: WorldSettings, transport: InProcessTransport | None = None) -> None:
        self.settings = settings
        self.transport = transport or InProcessTransport()
        self.keystores: dict[InstitutionId, Keystore] = open_keystores(
            settings.data, settings.planned, settings.randomness
        )
        addresses = {one.institution: settings.page_address(one.host) for one in settings.planned}
        self.directory: Directory = make_directory(settings.planned, self.keystores, addresses)
        self._apps: dict[InstitutionId, App] = {}
        self._lock = threading.RLock()
        self.platform = Tenants(
            (self.environment(one.institution) for one in settings.planned if is_on_platform(one.institution)),
            lambda environment: build_institution(environment, settings.data),
        )
        for one in settings.planned:
            self.transport.register(one.institution, partial(self._wsgi, one.institution))

    def _wsgi(self, institution: InstitutionId) -> WSGIApplication:
        if institution in self.platform.institutions:
            self.app(institution)
            return self.platform.within_process
        return self.app(institution).wsgi

    def environment(self, institution: InstitutionId) -> Environment:
        """Return what an institution is built with."""
        folder = institution_folder(self.settings.data, institution)
        return Environment(
            institution=institution,
            settings=Settings(
                database_url=f"sqlite:///{folder / 'institution.sqlite'}",
                host=self.directory.entry(institution).host,
                secure_cookies=False,
                secrets_dir=folder,
                parameters={
                    **world_parameters(self.settings.port, self.directory.entry(institution).host),
                    **self.settings.parameters,
                },
                passphrase_cost=OF_PRINTED,
            ),
            clock=self.settings.clock,
            randomness=self.settings.randomness,
            keystore=self.keystores[institution],
            transport=self.transport,
            directory=self.directory,
        )

    def app(self, institution: InstitutionId) -> App:
        """Return an institution, building it on the first call."""
        with self._lock:
            if institution not in self._apps:
                hosted = institution in self.platform.institutions
                self._apps[institution] = (
                    self.platform.app(institution)
                    if hosted
                    else build_institution(self.environment(institution), self.settings.data)
                )
            return self._apps[institution]

    def operations(self, institution: InstitutionId) -> Any:  # noqa: ANN401 - each institution has its own namespace
        """Return an institution's operations."""
        return self.app(institution).operations

    def context(
        self, institution: InstitutionId, role: str, affair: str, basis: str, purpose: str, *, person: str = "world"
    ) -> Context:
        """Return the context in which an invented official acts."""
        return Context(
            Actor(institution, role, person),
            affair,
            basis,
            purpose,
            self.settings.clock,
            self.settings.randomness.token(),
        )

    def apps(self) -> list[App]:
        """Return every institution, building those that were not called yet."""
        return [self.app(one.institution) for one in self.settings.planned]

    def pump(self) -> int:
        """Deliver everything that waits anywhere, until all is quiet; return how many messages moved.

        Raises:
            WorldNotQuiet: messages go round without end.
        """
        moved = 0
        for _ in range(MOST_PUMPS):
            round_moved = sum(app.pump() for app in list(self._apps.values()))
            if not round_moved:
                return moved
            moved += round_moved
        raise WorldNotQuiet

    def close(self) -> None:
        """Release files and connections of all institutions."""
        with self._lock:
            self.platform.close()
            for institution, app in self._apps.items():
                if institution not in self.platform.institutions:
                    app.close()
            self._apps.clear()

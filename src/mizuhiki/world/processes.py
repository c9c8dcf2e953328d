"""The same world as one process per institution on loopback: TLS, signed requests, nothing shared but the network.

The bodies of the shared platform (集約ASP) share one process and one port, and nothing else.

Each child builds one institution from its own configuration file and data folder. The parent holds a pipe to each, over
which the world acts as that institution's officials; institutions themselves talk over sockets only.
"""

from __future__ import annotations

import multiprocessing
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from mizuhiki.card.client import CardClient
from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.clock import WorldClock
from mizuhiki.runtime.config import load
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.runtime.dispatch import HostDispatcher
from mizuhiki.runtime.peers import Peers
from mizuhiki.runtime.wsgi import WSGIApplication
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.child import PLATFORM_CONFIG, WORLD_CONFIG, run_child, run_platform
from mizuhiki.world.errors import ChildFailed
from mizuhiki.world.gateway import Gateway
from mizuhiki.world.nation.builders import module_of
from mizuhiki.world.nation.keys import institution_folder, make_directory, open_keystores
from mizuhiki.world.nation.nation import MOST_PUMPS, WorldNotQuiet
from mizuhiki.world.nation.plan import PLATFORM, PlannedInstitution, is_on_platform, plan_nation
from mizuhiki.world.pipes import RemoteOperations, call
from mizuhiki.world.process_files import AUTHORITY_FILE, write_configurations
from mizuhiki.world.roster import Roster
from mizuhiki.world.stored_cards import StoredCards

START_SECONDS = 600
"""Some forty interpreters start at once, on two cores that may be busy; one that ends is told at once anyway."""
END_SECONDS = 10


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _imported_once(planned: Sequence[PlannedInstitution]) -> list[str]:
    """Return the modules that the children find imported: what this process has of the program, and their own."""
    own = {name for name in sys.modules if name.partition(".")[0] == "mizuhiki"}
    return sorted(own | {module_of(one.institution) for one in planned})


class ProcessStage:
    """A stage whose institutions are processes; a context manager, since it owns them.

    `planned` are the institutions, all of the demo country where none are given.
    """

    def __init__(
        self, data: Path, roster: Roster, *, port: int = 0, planned: Sequence[PlannedInstitution] = ()
    ) -> None:
        self.roster = roster
        self.randomness = SystemRandomness()
        self._data = data
        self.clock = WorldClock(roster.world_date, started_at=roster.started_at)
        self._planned: Sequence[PlannedInstitution] = planned or plan_nation()
        self._port = port or free_ports(1)[0]
        self._children: dict[InstitutionId, ForkServerProcess] = {}
        self._pipes: dict[InstitutionId, Connection] = {}
        self._visitors: list[httpx.Client] = []
        self._impostors = ExitStack()
        self._cards = StoredCards(data)

    def __enter__(self) -> Self:
        ports = self._ports()
        keystores = open_keystores(self._data, self._planned, self.randomness)
        addresses = {one.institution: f"https://{one.host}:{ports[one.institution]}" for one in self._planned}
        self.directory = make_directory(self._planned, keystores, addresses)
        write_configurations(
            self._data,
            self._planned,
            self.directory,
            ports=ports,
            world_date=self.roster.world_date,
            started_at=self.roster.started_at,
            page_port=self._port,
        )
        with ExitStack() as cleanup:
            cleanup.callback(self._end)
            self._start()
            self.gateway = Gateway(self.directory, self._data / AUTHORITY_FILE)
            cleanup.pop_all()
        return self

    def _ports(self) -> dict[InstitutionId, int]:
        """Return a port for each process; all bodies of the shared platform are behind one."""
        *own, shared = free_ports(len(self._planned) + 1)
        return {
            one.institution: shared if is_on_platform(one.institution) else port
            for one, port in zip(self._planned, own, strict=True)
        }

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._visitors:
            client.close()
        self._impostors.close()
        self.gateway.close()
        self._end()

    def _end(self) -> None:
        """Tell every process to end, wait, and kill what does not."""
        for pipe in self._pipes.values():
            with suppress(OSError):  # a process that ended by itself hears nothing
                pipe.send_bytes(b"")
        for child in self._children.values():
            child.join(END_SECONDS)
            if child.is_alive():
                child.kill()
                child.join()
        for pipe in self._pipes.values():
            pipe.close()

    def _start(self) -> None:
        server = multiprocessing.get_context("forkserver")
        server.set_forkserver_preload(_imported_once(self._planned))
        hosted: dict[InstitutionId, Connection] = {}
        for one in self._planned:
            ours, theirs = server.Pipe()
            self._pipes[one.institution] = ours
            if is_on_platform(one.institution):
                hosted[one.institution] = theirs
                continue
            config = institution_folder(self._data, one.institution) / WORLD_CONFIG
            child = server.Process(target=run_child, args=(config, theirs), name=one.institution, daemon=True)
            child.start()
            theirs.close()
            self._children[one.institution] = child
        if hosted:
            config = self._data / PLATFORM / PLATFORM_CONFIG
            child = server.Process(target=run_platform, args=(config, hosted), name=PLATFORM, daemon=True)
            child.start()
            for theirs in hosted.values():
                theirs.close()
            self._children[InstitutionId(PLATFORM)] = child
        for name, pipe in self._pipes.items():
            if not pipe.poll(START_SECONDS):
                raise ChildFailed(f"the process of {name} did not start within {START_SECONDS} s")
            try:
                pipe.recv_bytes()  # the one word a process says by itself: it is ready
            except (EOFError, ConnectionError) as error:
                raise ChildFailed(f"the process of {name} ended while it started") from error

    def operations(self, institution: InstitutionId) -> Any:  # noqa: ANN401 - each institution has its own namespace
        """Return a stand-in for an institution's operations; every call goes over its pipe."""
        return RemoteOperations(self._pipes[institution])

    def context(
        self, institution: InstitutionId, role: str, affair: str, basis: str, purpose: str, *, person: str = "world"
    ) -> Context:
        """Return the context in which an invented official acts."""
        actor = Actor(institution, role, person)
        return Context(actor, affair, basis, purpose, self.clock, self.randomness.token())

    def pump(self) -> int:
        """Deliver everything that waits anywhere, until all is quiet.

        Raises:
            WorldNotQuiet: messages go round without end.
        """
        moved = 0
        for _ in range(MOST_PUMPS):
            round_moved = sum(int(call(pipe, "pump", (), {})) for pipe in self._pipes.values())
            if not round_moved:
                return moved
            moved += round_moved
        raise WorldNotQuiet

    def card(self, key: str) -> CardClient:
        """Return a client on a person's card, which was issued when the world was founded."""
        return self._cards.open(key)

    def page_address(self, host: str) -> str:
        """Return the address of a host's pages, as the gateway serves them."""
        return f"http://{host}:{self._port}"

    def dispatcher(self) -> HostDispatcher:
        """Return one WSGI application that passes pages on to the processes."""
        return HostDispatcher({}, self._application)

    def _application(self, host: str) -> WSGIApplication:
        return self.gateway.application(self.directory.by_host(host))

    def visitor(self) -> httpx.Client:
        """Return a client that reaches every page through the gateway."""
        client = httpx.Client(transport=httpx.WSGITransport(app=self.dispatcher()), follow_redirects=False)
        self._visitors.append(client)
        return client

    def impostor(self, institution: InstitutionId) -> Peers:
        """Return the peer side of somebody with an institution's address and transport but another object key."""
        loaded = load(institution_folder(self._data, institution) / WORLD_CONFIG)
        environment = self._impostors.enter_context(loaded.connected())
        return Peers(replace(environment, keystore=MemoryKeystore(self.randomness)))

"""Runs the agent: builds its site in a folder that is thrown away and serves it on loopback until told to stop."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.runtime.clock import Clock, SystemClock, WorldClock
from mizuhiki.runtime.database import Database
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.environment import Environment, Settings
from mizuhiki.runtime.logging import configure
from mizuhiki.runtime.server import LocalServer
from mizuhiki.runtime.transport import InProcessTransport
from mizuhiki.vocabulary.errors import NotFound
from mizuhiki.world.card_agent.site import agent_site
from mizuhiki.world.errors import PortInUse
from mizuhiki.world.pages import PAGE_DIRECTORY_FILE
from mizuhiki.world.roster import read_roster
from mizuhiki.world.up import ending_on_signals
from mizuhiki.world.web.owners import READER
from mizuhiki.world.web.tables import web_tables
from mizuhiki.world.web.view import OfferedCards

HOST = "127.0.0.1"
DEFAULT_PORT = 8421


class NoSuchWorld(NotFound):
    """The folder holds no world, or one that was never opened by this version."""

    code = "no-such-world"
    title = "There is no world in this folder"


@contextmanager
def agent_environment(clock: Clock, directory: Directory) -> Iterator[tuple[Environment, Database]]:
    """Give what the agent's site is built from; keys and sessions end with the block."""
    with tempfile.TemporaryDirectory(prefix="mizuhiki-card-agent-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'agent.sqlite'}")
        database.create(web_tables())
        randomness = SystemRandomness()
        environment = Environment(
            institution=READER,
            settings=Settings(database_url="", host=HOST, secure_cookies=False, secrets_dir=Path(folder)),
            clock=clock,
            randomness=randomness,
            keystore=MemoryKeystore(randomness),
            transport=InProcessTransport(),
            directory=directory,
        )
        try:
            yield environment, database
        finally:
            database.dispose()


def world_of(data: Path) -> tuple[Directory, Clock]:
    """Return the directory for browsers and the clock of a demo world that runs on this computer.

    Raises:
        NoSuchWorld: there is none, or it was not opened yet.
    """
    roster, file = read_roster(data), data / PAGE_DIRECTORY_FILE
    if roster is None or not file.exists():
        raise NoSuchWorld
    return Directory.from_json(file.read_bytes()), WorldClock(roster.world_date, started_at=roster.started_at)


def serve_agent(
    cards: OfferedCards,
    directory: Directory,
    *,
    port: int = DEFAULT_PORT,
    clock: Clock | None = None,
    told: Callable[[str], None],
    wait: Callable[[], None],
) -> None:
    """Serve until `wait` returns or the process is told to stop; `told` hears the address. The port 0 takes a free one.

    Raises:
        PortInUse: somebody listens there already.
    """
    configure(strict=False)
    with ending_on_signals(), agent_environment(clock or SystemClock(), directory) as (environment, database):
        site = agent_site(environment, database, cards, directory)
        try:
            server = LocalServer(site.wsgi, HOST, port)
        except (OSError, SystemExit) as error:
            raise PortInUse(f"port {port} is in use; choose another with --port", port=port) from error
        server.start()
        try:
            told(f"http://{HOST}:{server.port}/")
            wait()
        finally:
            server.stop()

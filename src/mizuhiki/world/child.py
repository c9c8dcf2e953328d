"""One institution, or the shared platform with its tenants, as a child process of a demo world."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from mizuhiki.runtime.config import load
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.logging import configure
from mizuhiki.runtime.platform_config import load_platform
from mizuhiki.runtime.scheduler import Scheduler
from mizuhiki.runtime.server import LocalServer, settle_memory
from mizuhiki.runtime.tenancy import Tenants
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.builders import build_institution, builder_of
from mizuhiki.world.pipes import answer

WORLD_CONFIG = "institution.toml"
PLATFORM_CONFIG = "platform.toml"


def run_child(config: Path, pipe: Connection) -> None:
    """Build and serve the institution of a configuration; act on what comes over the pipe until it is told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent ends this one in order
    configure(strict=False)
    loaded = load(config)
    with loaded.connected() as environment:
        app = loaded.served(build_institution(environment, config.parent.parent))
        listen = loaded.configuration.listen
        server = LocalServer(app.wsgi, listen.address, listen.port, tls=loaded.tls_files())
        server.start()
        scheduler = Scheduler([app])
        scheduler.start()
        settle_memory()
        try:
            _act(app, pipe)
        finally:
            scheduler.stop()
            server.stop()
            app.close()


def run_platform(config: Path, pipes: Mapping[InstitutionId, Connection]) -> None:
    """Serve all bodies of the shared platform in one process; each tenant acts on its own pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure(strict=False)
    loaded = load_platform(config)
    tenants = Tenants(
        (tenant.environment() for tenant in loaded.tenants),
        lambda environment: builder_of(environment.institution)(environment),
    )
    listen = loaded.configuration.listen
    server = LocalServer(tenants, listen.address, listen.port, tls=loaded.tls_files())
    server.start()
    scheduler = Scheduler(tenants.apps())
    scheduler.start()
    settle_memory()
    acting = [threading.Thread(target=_act, args=(tenants.app(name), pipe)) for name, pipe in pipes.items()]
    try:
        for one in acting:
            one.start()
        for one in acting:
            one.join()
    finally:
        scheduler.stop()
        server.stop()
        tenants.close()


def _act(app: App, pipe: Connection) -> None:
    """Say that the institution is ready, and act on what comes over the pipe until told to stop."""
    try:
        pipe.send_bytes(b"ready")
        while True:
            request = pipe.recv_bytes()
            if not request:
                break
            pipe.send_bytes(answer(app, request))
    except (EOFError, ConnectionError):
        pass  # the parent is gone: stop like one that was told to

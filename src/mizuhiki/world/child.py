"""One institution as a child process of a demo world."""

from __future__ import annotations

import signal
from multiprocessing.connection import Connection
from pathlib import Path

from mizuhiki.runtime.config import load
from mizuhiki.runtime.logging import configure
from mizuhiki.runtime.scheduler import Scheduler
from mizuhiki.runtime.server import LocalServer
from mizuhiki.world.nation.builders import build_institution
from mizuhiki.world.pipes import answer

WORLD_CONFIG = "institution.toml"


def run_child(config: Path, pipe: Connection) -> None:
    """Build and serve the institution of a configuration; act on what comes over the pipe until it is told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the parent ends this one in order
    configure(strict=False)
    loaded = load(config)
    environment = loaded.environment()
    app = build_institution(environment, config.parent.parent)
    listen = loaded.configuration.listen
    server = LocalServer(app.wsgi, listen.address, listen.port, tls=loaded.tls_files())
    server.start()
    scheduler = Scheduler([app])
    scheduler.start()
    pipe.send_bytes(b"ready")
    try:
        while True:
            request = pipe.recv_bytes()
            if not request:
                break
            pipe.send_bytes(answer(app, request))
    except (EOFError, ConnectionError):
        pass  # the parent is gone: stop like one that was told to
    finally:
        scheduler.stop()
        server.stop()
        app.close()

"""Serving WSGI applications on a socket (decision 0020).

- `serve` runs granian with worker processes: what `mizuhiki run` uses in production. The loader is called in each
  worker, so it must be importable (a module-level function or a `functools.partial` of one).
- `LocalServer` runs an application that lives in this process, on threads: the one-process world and browser tests.

Both speak TLS when given certificate files, and nothing behind them trusts forwarding headers.
"""

from __future__ import annotations

import gc
import ssl
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces, SSLProtocols

from mizuhiki.runtime.dispatch import FromSocket
from mizuhiki.runtime.keep_alive import KeepAliveServer
from mizuhiki.runtime.wsgi import WSGIApplication

THREADS = 16
"""Requests a worker process works on at once; more wait in its queue."""
TURN_SECONDS = 0.0005
"""How long a thread keeps the interpreter while others want it. A request runs a hundred statements, each of which
gives the interpreter up and has to get it back; at the usual 5 ms a turn that alone is half a second under load."""

NEW_OBJECTS = 20_000
"""How many more objects may be made than dropped before the collector looks at the young ones."""


def take_short_turns() -> None:
    """Let this process's threads hand the interpreter over often."""
    sys.setswitchinterval(TURN_SECONDS)


def settle_memory() -> None:
    """Take what a built institution keeps for good out of the collector's sight, and let it look rarely after that.

    A batch that makes many records otherwise pays an eighth of its time for looking again at what never changes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 20, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """PEM files: our certificate chain and key, and the authority that clients' certificates must come from.

    With `client_authority` set, a client without such a certificate is refused during the handshake (mutual TLS).
    """

    certificate: Path
    key: Path
    client_authority: Path | None = None


def serve(
    load: Callable[[], WSGIApplication],
    host: str,
    port: int,
    *,
    tls: TlsFiles | None = None,
    workers: int = 1,
    threads: int = THREADS,
) -> None:
    """Serve until the process is told to stop (SIGTERM, SIGINT)."""
    options: dict[str, Any] = {}
    if tls is not None:
        options = {
            "ssl_cert": tls.certificate,
            "ssl_key": tls.key,
            "ssl_protocol_min": SSLProtocols.tls13,
            "ssl_ca": tls.client_authority,
            "ssl_client_verify": tls.client_authority is not None,
        }
    server = Granian(
        "mizuhiki.runtime.server:serve",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_access=False,
        **options,
    )
    server.serve(target_loader=partial(_load_for_worker, load), wrap_loader=False)


def _load_for_worker(load: Callable[[], WSGIApplication]) -> WSGIApplication:
    take_short_turns()
    application = FromSocket(load())
    settle_memory()
    return application


class LocalServer:
    """A threaded server in this process; `port` 0 takes a free one, and the attribute tells which."""

    def __init__(self, application: WSGIApplication, host: str, port: int, *, tls: TlsFiles | None = None) -> None:
        context: ssl.SSLContext | None = None
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            context.load_cert_chain(tls.certificate, tls.key)
            if tls.client_authority is not None:
                context.load_verify_locations(tls.client_authority)
                context.verify_mode = ssl.CERT_REQUIRED
        self._server = KeepAliveServer(FromSocket(application), host, port, context)
        self.port = self._server.server_port
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Serve in a background thread."""
        take_short_turns()
        self._thread = threading.Thread(target=self._server.serve_forever, name="local-server", daemon=True)
        self._thread.start()

    def serve_forever(self) -> None:
        """Serve in this thread until `stop` is called from another or the process is interrupted."""
        take_short_turns()
        self._server.serve_forever()

    def stop(self) -> None:
        """Stop serving, close the socket and end what is connected."""
        self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()
        if self._thread is not None:
            self._thread.join()

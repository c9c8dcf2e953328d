"""Many institutions behind one socket: the Host header picks the application.

A host that is not known is answered with a problem document. Forwarding headers are ignored, and keys that only this
process may set are stripped here, because this is the first thing a request from a socket meets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mizuhiki.runtime.problems import problem_for
from mizuhiki.runtime.serving import UnknownHost, send_problem
from mizuhiki.runtime.wsgi import StartResponse, WSGIApplication, WSGIEnvironment, host_of, strip_private_keys
from mizuhiki.vocabulary.errors import MizuhikiError


class HostDispatcher:
    """A WSGI application that passes each request to the application of its host.

    `applications` maps host names without port to an application; `build` (host to application, raising `NotFound`
    for unknown ones) may be given instead of a mapping entry, so that institutions are built when first called.
    """

    def __init__(
        self,
        applications: Mapping[str, WSGIApplication],
        build: Callable[[str], WSGIApplication] | None = None,
    ) -> None:
        self._applications = {host.lower(): application for host, application in applications.items()}
        self._build = build

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        strip_private_keys(environ)
        try:
            application = self.application(host_of(environ))
        except MizuhikiError as error:
            return send_problem(start_response, problem_for(error, ""))
        return application(environ, start_response)

    def application(self, host: str) -> WSGIApplication:
        """Return the application of a host, building it when first called."""
        found = self._applications.get(host)
        if found is not None:
            return found
        if self._build is None:
            raise UnknownHost
        return self._build(host)


class FromSocket:
    """Wraps one institution's application for a socket server: strips keys that only this process may set."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        strip_private_keys(environ)
        return self._application(environ, start_response)

"""Many small bodies on one platform (集約ASP): one process, and nothing shared but the program and the socket (R-219).

A tenant is an institution with everything of its own: host, database, keys, staff, audit trail, jobs. The platform adds
no way in. It picks the one application that serves a request's host and hands the request on; the tenant then
authenticates and authorises as if it stood alone. Before anything is built, `Tenants` refuses bodies that would share a
database, a key or a host, since a mistake in a file of configuration must not join two registers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from mizuhiki.crypto.keystore import SigningPurpose
from mizuhiki.runtime.dispatch import HostDispatcher
from mizuhiki.runtime.environment import Environment
from mizuhiki.runtime.institution import App
from mizuhiki.runtime.problems import problem_for
from mizuhiki.runtime.serving import UnknownHost, send_problem
from mizuhiki.runtime.wsgi import StartResponse, WSGIApplication, WSGIEnvironment, host_of
from mizuhiki.vocabulary.errors import Conflict, Refused
from mizuhiki.vocabulary.ids import InstitutionId, InstitutionKind, kind_of


class TenantsShare(Conflict):
    """Two tenants would share what each must have alone. Field `part` is host, database, keys, secrets or name."""

    code = "tenants-share"
    title = "Two bodies of the platform would share something"


class NotHosted(Refused):
    """The platform hosts intermediate servers, and only those it was set up with."""

    code = "not-hosted-here"
    title = "This institution is not hosted on the platform"


def _belongings(environment: Environment) -> Iterator[tuple[str, str]]:
    settings = environment.settings
    yield "name", environment.institution
    yield "host", settings.host.lower()
    yield "database", settings.database_url
    if settings.secrets_dir is not None:
        yield "secrets", str(settings.secrets_dir.resolve())
    for purpose in SigningPurpose:
        yield "keys", environment.keystore.signer(purpose).public_key.hex()


def require_separate(environments: Sequence[Environment]) -> None:
    """Check that every tenant has its own name, host, database, keys and folder of secrets.

    Raises:
        NotHosted: one is no intermediate server.
        TenantsShare: two share a part.
    """
    owners: dict[tuple[str, str], InstitutionId] = {}
    for environment in environments:
        institution = environment.institution
        if kind_of(institution) is not InstitutionKind.INTERMEDIATE_SERVER:
            raise NotHosted(institution=institution)
        mine = set(_belongings(environment))
        for part in mine & owners.keys():
            raise TenantsShare(part=part[0], first=owners[part], second=institution)
        owners |= dict.fromkeys(mine, institution)


class Tenants:
    """The bodies of one platform; each is built when it is first called.

    Raises:
        NotHosted, TenantsShare: as in `require_separate`.
    """

    def __init__(self, environments: Iterable[Environment], build: Callable[[Environment], App]) -> None:
        found = list(environments)
        require_separate(found)
        self._environments = {one.institution: one for one in found}
        self._hosts = {one.settings.host.lower(): one.institution for one in found}
        self._build = build
        self._apps: dict[InstitutionId, App] = {}
        self._lock = threading.RLock()
        self._dispatch = HostDispatcher({}, self._application)

    @property
    def institutions(self) -> list[InstitutionId]:
        """The hosted bodies, ordered."""
        return sorted(self._environments)

    def app(self, institution: InstitutionId) -> App:
        """Return a tenant, building it on the first call.

        Raises:
            NotHosted: it is not a tenant of this platform.
        """
        with self._lock:
            if institution not in self._environments:
                raise NotHosted(institution=institution)
            if institution not in self._apps:
                self._apps[institution] = self._build(self._environments[institution])
            return self._apps[institution]

    def apps(self) -> list[App]:
        """Return every tenant, for the one scheduler of the process."""
        return [self.app(institution) for institution in self.institutions]

    def _application(self, host: str) -> WSGIApplication:
        institution = self._hosts.get(host.lower())
        if institution is None:
            raise UnknownHost
        return self.app(institution).wsgi

    def within_process(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request of the in-process transport, which says itself who calls (PEP 3333)."""
        try:
            application = self._application(host_of(environ))
        except UnknownHost as error:
            return send_problem(start_response, problem_for(error, ""))
        return application(environ, start_response)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request from a socket (PEP 3333)."""
        return self._dispatch(environ, start_response)

    def close(self) -> None:
        """Release files and connections of all tenants."""
        with self._lock:
            for app in self._apps.values():
                app.close()
            self._apps.clear()

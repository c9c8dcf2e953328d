"""What `app.build(environment)` returns, and how pages and endpoints become one WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mizuhiki.runtime.public_answers import PublicAnswers
from mizuhiki.runtime.serving import Api
from mizuhiki.runtime.status_room import StatusRoom
from mizuhiki.runtime.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
from mizuhiki.vocabulary.ids import InstitutionId


def _nothing_to_pump() -> int:
    return 0


def _nothing_to_close() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Job:
    """Timed work: run every `every`, never twice at once; `name` is unique in its institution."""

    name: str
    every: timedelta
    run: Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One built institution.

    `pump` delivers what the outbox holds and returns how many messages it moved, so that a world or a test can drain
    everything deterministically. `operations` is a namespace of operations bound to their adapters. `close` releases
    files and connections.
    """

    institution: InstitutionId
    wsgi: WSGIApplication
    jobs: Sequence[Job] = ()
    pump: Callable[[], int] = _nothing_to_pump
    close: Callable[[], None] = _nothing_to_close
    operations: Any = None


def combine(
    api: Api,
    site: WSGIApplication | None = None,
    public: PublicAnswers | None = None,
    status: StatusRoom | None = None,
) -> WSGIApplication:
    """Return one application: endpoints go to `api`, public paths to `public`, status to `status`, the rest to pages.

    An institution without pages answers the rest from `api`, which refuses unknown paths as a problem document.
    """
    if site is None and public is None and status is None:
        return api
    rest: WSGIApplication = site or api

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if status is not None and status.serves(path):
            return status(environ, start_response)
        if public is not None and public.serves(path):
            return public(environ, start_response)
        chosen = api if api.serves(path) else rest
        return chosen(environ, start_response)

    return application

"""What pages of allowed websites may ask the agent with `fetch`: whether it is there, and to take a request.

Every answer is for the one origin that asked, and only when the directory has it. A signature never travels this way:
it goes back by the form of the agent's own page, to the address the request names (``spec/card.md`` §6).

    GET  /v1/agent       -> 200 {"agent": "mizuhiki", "version": 1}
    POST /v1/requests    {"request": "<signed request>"} -> 201 {"ticket", "page", "expires_at"}
    GET  /v1/requests    Authorization: Bearer <ticket> -> 200 {"state": "waiting" | "opened" | "answered"}
    GET  /open/<opening>  the person's window, once
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from flask import Response

from mizuhiki.card.agent_protocol import VERSION, SigningRequestExpired
from mizuhiki.runtime.pages import Reply, Site, request
from mizuhiki.vocabulary.errors import MizuhikiError
from mizuhiki.vocabulary.typed_values import read_json
from mizuhiki.world.card_agent.errors import ForeignOrigin, MalformedHandOver, NoSuchTicket, RequestOfAnotherOrigin
from mizuhiki.world.card_agent.tickets import Tickets
from mizuhiki.world.web.reader.agent import ReaderAgent
from mizuhiki.world.web.reader.errors import RequestAnswered
from mizuhiki.world.web.reader.waiting import WaitingRequests

_POSTS = "60 per minute"
_MOST_BODY = 32 * 1024
_METHODS = "GET, POST, OPTIONS"


class HandOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of the hand-over."""

    request: str


class PageApi:
    """The calls of pages. `origins` are the websites that may call."""

    def __init__(
        self, site: Site, agent: ReaderAgent, waiting: WaitingRequests, tickets: Tickets, *, origins: frozenset[str]
    ) -> None:
        self._site = site
        self._agent = agent
        self._waiting = waiting
        self._tickets = tickets
        self._origins = origins
        self._serve("/v1/agent", "here", {"GET": self._here})
        self._serve("/v1/requests", "requests", {"POST": self._take, "GET": self._state})
        site.route("/open/<opening>", public=True)(self.open)

    def open(self, opening: str) -> Reply:
        """Bring a request into the browser whose window opens here, once."""
        asked = self._tickets.open(opening, self._now())
        self._agent.require_unanswered(asked)
        waiting = self._waiting.again(asked) or self._waiting.bring(asked, "")
        return self._site.redirect(f"/ask/{waiting.handle}")

    def _serve(self, path: str, endpoint: str, views: Mapping[str, Callable[[str], Response]]) -> None:
        """Serve a path to pages of allowed origins; the preflight of browsers is answered here."""

        def view() -> Response:
            origin = request.headers.get("Origin", "")
            try:
                # An answer without the header is one no page can read; programs that are no browser find out nothing.
                if origin not in self._origins:
                    raise ForeignOrigin
                if request.method == "OPTIONS":
                    return _allow(Response(status=204), origin)
                return _allow(views["GET" if request.method == "HEAD" else request.method](origin), origin)
            except MizuhikiError as error:
                answer = _json({"error": error.code, "title": error.title}, status=error.status)
                return _allow(answer, origin) if origin in self._origins else answer

        methods = (*views, "OPTIONS")
        self._site.route(path, methods, endpoint=endpoint, public=True, cross_origin=True, throttle=_POSTS)(view)

    def _here(self, _origin: str) -> Response:
        return _json({"agent": "mizuhiki", "version": VERSION})

    def _take(self, origin: str) -> Response:
        # Only application/json: a form of another page can send the other types without asking first.
        if request.mimetype != "application/json" or (request.content_length or 0) > _MOST_BODY:
            raise MalformedHandOver
        try:
            brought = read_json(request.get_data(cache=False), HandOver)
        except msgspec.DecodeError as error:
            raise MalformedHandOver from error
        read = self._agent.read(brought.request, self._now())
        if read.request.origin != origin:
            raise RequestOfAnotherOrigin
        if read.expired:
            raise SigningRequestExpired
        self._agent.require_unanswered(read.request)
        ticket = self._tickets.issue(read.request, self._now())
        document = {
            "ticket": ticket.ticket,
            "page": f"{request.host_url}open/{ticket.opening}",
            "expires_at": ticket.request.expires_at.isoformat(),
        }
        return _json(document, status=201)

    def _state(self, origin: str) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            raise NoSuchTicket
        ticket = self._tickets.find(token, origin, self._now())
        try:
            self._agent.require_unanswered(ticket.request)
        except RequestAnswered:
            return _json({"state": "answered"})
        return _json({"state": "waiting" if ticket.opening else "opened"})

    def _now(self) -> datetime:
        return self._site.environment.clock.now()


def _json(document: Mapping[str, object], *, status: int = 200) -> Response:
    return Response(msgspec.json.encode(document), status=status, mimetype="application/json")


def _allow(answer: Response, origin: str) -> Response:
    """Let the page of `origin` read the answer, also where its browser asks about private networks."""
    headers = answer.headers
    headers["Access-Control-Allow-Origin"] = origin
    headers["Access-Control-Max-Age"] = "0"
    headers.add("Vary", "Origin")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = _METHODS
        headers["Access-Control-Allow-Headers"] = "Content-Type, Authorization"
        if request.headers.get("Access-Control-Request-Private-Network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
    return answer

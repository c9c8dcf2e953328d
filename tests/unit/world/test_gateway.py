"""The gateway in front of a real process behind mutual TLS: what passes, what stays, and what a dead process gives."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from mizuhiki.runtime.config import load
from mizuhiki.runtime.server import LocalServer
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.gateway import Gateway
from mizuhiki.world.process_files import AUTHORITY_FILE
from mizuhiki.world.processes import free_ports
from unit.world.kit import write_files

JPKI = InstitutionId("jpki")
Answer = Callable[[Request], Response]


@dataclass
class Process:
    """What the process behind the gateway was asked, and what it answers."""

    asked: list[Request] = field(default_factory=list)
    answer: Answer = field(default=lambda _request: Response("hello"))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        request.get_data()
        self.asked.append(request)
        return self.answer(request)(environ, start_response)


@dataclass(frozen=True)
class Place:
    process: Process
    browser: Client
    server: LocalServer


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (port,) = free_ports(1)
    files = write_files(tmp_path, ports={JPKI: port})
    loaded = load(tmp_path / JPKI / WORLD_CONFIG)
    process = Process()
    server = LocalServer(process, "127.0.0.1", port, tls=loaded.tls_files())
    server.start()
    gateway = Gateway(files.directory, tmp_path / AUTHORITY_FILE)
    yield Place(process, Client(gateway.application(files.directory.entry(JPKI)), use_cookies=False), server)
    gateway.close()
    server.stop()


def test_a_request_reaches_the_process_as_the_browser_meant_it(place: Place) -> None:
    place.browser.post(
        "/届出/a b%3F?q=%E6%B8%AF&q=2",
        base_url="http://jpki.mizuhiki.localhost:8080",
        data={"name": "黒木"},
        headers={"Cookie": "session=1", "Accept-Language": "ja"},
    )
    (asked,) = place.process.asked
    assert asked.method == "POST"
    assert asked.path == "/届出/a b?"
    assert asked.args.getlist("q") == ["港", "2"]
    assert asked.form["name"] == "黒木"
    assert asked.host == "jpki.mizuhiki.localhost:8080"
    assert asked.cookies.to_dict() == {"session": "1"}
    assert asked.headers["Accept-Language"] == "ja"


def test_headers_between_neighbours_stay_with_the_neighbour(place: Place) -> None:
    headers = {
        "Connection": "keep-alive, X-Only-Here",
        "X-Only-Here": "1",
        "Keep-Alive": "timeout=5",
        "TE": "trailers",
        "Upgrade": "h2c",
        "Proxy-Authorization": "Basic eA==",
        "X-For-Them": "2",
    }
    place.browser.get("/", headers=headers)
    (asked,) = place.process.asked
    assert asked.headers["X-For-Them"] == "2"
    left = {"X-Only-Here", "Keep-Alive", "TE", "Upgrade", "Proxy-Authorization"} & set(asked.headers.keys())
    assert left == set()


def test_answers_come_back_with_status_and_body_and_without_hop_by_hop_headers(place: Place) -> None:
    def answer(_request: Request) -> Response:
        return Response("見えません", 404, headers={"X-Theirs": "1", "Keep-Alive": "timeout=9"})

    place.process.answer = answer
    answered = place.browser.get("/")
    assert answered.status_code == 404
    assert answered.get_data(as_text=True) == "見えません"
    assert answered.headers["X-Theirs"] == "1"
    assert int(answered.headers["Content-Length"]) == len("見えません".encode())
    assert "Keep-Alive" not in answered.headers


def test_cookies_that_are_set_twice_come_back_twice(place: Place) -> None:
    def answer(_request: Request) -> Response:
        response = Response("ok")
        response.set_cookie("session", "1")
        response.set_cookie("language", "ja")
        return response

    place.process.answer = answer
    assert len(place.browser.get("/").headers.getlist("Set-Cookie")) == 2


def test_one_visitors_cookies_are_never_sent_for_the_next(place: Place) -> None:
    def answer(_request: Request) -> Response:
        response = Response("signed in")
        response.set_cookie("session", "of the first visitor")
        return response

    place.process.answer = answer
    place.browser.get("/")
    place.browser.get("/")
    assert [asked.cookies.to_dict() for asked in place.process.asked] == [{}, {}]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_redirects_are_the_browsers_to_follow(place: Place, status: int) -> None:
    place.process.answer = lambda _request: Response("", status, headers={"Location": "/elsewhere"})
    answered = place.browser.get("/")
    assert answered.status_code == status
    assert answered.headers["Location"].endswith("/elsewhere")
    assert len(place.process.asked) == 1


def test_a_compressed_answer_arrives_readable(place: Place) -> None:
    import gzip  # noqa: PLC0415 - needed here alone

    packed = gzip.compress(b"long")
    place.process.answer = lambda _request: Response(packed, headers={"Content-Encoding": "gzip"})
    answered = place.browser.get("/", headers={"Accept-Encoding": "br"})
    assert answered.get_data() == b"long"
    assert "Content-Encoding" not in answered.headers
    assert "br" not in place.process.asked[0].headers.get("Accept-Encoding", "").replace(" ", "").split(",")


def test_a_process_that_is_gone_gives_a_problem_page_and_no_fault(place: Place) -> None:
    place.server.stop()
    answered = place.browser.get("/")
    assert answered.status_code == 503
    assert answered.headers["Content-Type"].startswith("application/problem+json")
    assert json.loads(answered.get_data())["code"] == "world-process-unreachable"
    place.server.stop = lambda: None  # type: ignore[method-assign]  # stopped already


def test_the_process_refuses_whoever_is_not_the_gateway(place: Place) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"https://127.0.0.1:{place.server.port}/", verify=False, trust_env=False)  # noqa: S501 - a stranger
    assert place.process.asked == []


def test_the_gateway_refuses_a_process_with_another_institutions_certificate(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    core = InstitutionId("linkage-core")
    files = write_files(tmp_path, ports={JPKI: port, core: port})
    server = LocalServer(Process(), "127.0.0.1", port, tls=load(tmp_path / core / WORLD_CONFIG).tls_files())
    server.start()
    gateway = Gateway(files.directory, tmp_path / AUTHORITY_FILE)
    answered = Client(gateway.application(files.directory.entry(JPKI))).get("/", input_stream=io.BytesIO())
    assert answered.status_code == 503
    gateway.close()
    server.stop()

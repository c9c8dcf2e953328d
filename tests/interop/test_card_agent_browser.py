"""The reader agent in a real browser: a website's script finds it, hands over a request, and the person signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from playwright.sync_api import Browser, sync_playwright

from mizuhiki.card.agent_protocol import SigningResponse
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.directory import Directory
from mizuhiki.runtime.server import LocalServer
from mizuhiki.world.card_agent.offered import OneCard
from mizuhiki.world.card_agent.serve import HOST, agent_environment
from mizuhiki.world.card_agent.site import agent_site
from support.card_agent import CARD
from support.environment import make_directory
from support.world_web import USER_PIN, make_chip, request_of, signed

CHROMIUM = "/usr/bin/chromium"
pytestmark = [
    pytest.mark.outside("chromium"),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Debian's chromium"),
    pytest.mark.enable_socket,
]
CALL = """async ([agent, text]) => {
  try {
    const here = await fetch(agent + "v1/agent");
    const handed = await fetch(agent + "v1/requests", {
      method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({request: text}),
    });
    return {status: here.status, found: await here.json(), handed: await handed.json()};
  } catch (error) {
    return {blocked: error.name};
  }
}"""


class Website:
    """A website of one page, which also keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[dict[str, str]] = []
        self._server = LocalServer(self._answer, HOST, 0)
        self.port = self._server.port
        self._server.start()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
            fields = parse_qs(body, keep_blank_values=True)
            self.posted.append({name: values[0] for name, values in fields.items()})
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<!doctype html><title>website</title><p>ready"]

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture(scope="module")
def website() -> Iterator[Website]:
    made = Website()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def agent(website: Website) -> Iterator[str]:
    """An agent that works for the website under the host name portal.localhost."""
    entries = [entry for entry in make_directory() if entry.institution == "portal"]
    directory = Directory(
        msgspec.structs.replace(entry, base_url=f"http://portal.localhost:{website.port}") for entry in entries
    )
    with agent_environment(SystemClock(), directory) as (environment, database):
        site = agent_site(environment, database, OneCard(CARD, make_chip()), directory)
        server = LocalServer(site.wsgi, HOST, 0)
        server.start()
        yield f"http://{HOST}:{server.port}/"
        server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_a_website_of_the_directory_gets_its_signature_and_never_the_pin(
    browser: Browser, website: Website, agent: str
) -> None:
    origin = f"http://portal.localhost:{website.port}"
    now = SystemClock().now()
    asked = request_of(
        origin=origin,
        return_url=f"{origin}/card-response",
        issued_at=now - timedelta(seconds=5),
        expires_at=now + timedelta(minutes=5),
    )
    page = browser.new_page(locale="en")
    page.goto(origin)
    told = page.evaluate(CALL, [agent, signed(asked)])
    assert told["found"] == {"agent": "mizuhiki", "version": 1}
    window = browser.new_page(locale="en")
    window.goto(told["handed"]["page"])
    assert origin in window.inner_text("main")
    window.get_by_label(CARD).check()
    window.get_by_role("button", name="Agree").click()
    window.get_by_label("PIN").fill(USER_PIN)
    window.get_by_role("button", name="Sign with the card").click()
    window.get_by_role("button", name="Return to").click()
    window.get_by_text("ready").wait_for()
    (posted,) = website.posted
    assert set(posted) == {"request_id", "certificate", "signature", "refusal"}
    answer = SigningResponse.from_form_fields(posted)
    key = x509.load_der_x509_certificate(answer.certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(answer.signature, asked.challenge, padding.PKCS1v15(), SHA256())
    window.close()
    page.close()


def test_the_script_of_any_other_website_is_kept_from_the_agent_by_the_browser(
    browser: Browser, website: Website, agent: str
) -> None:
    page = browser.new_page(locale="en")
    page.goto(f"http://evil.localhost:{website.port}")
    assert page.evaluate(CALL, [agent, "anything"]) == {"blocked": "TypeError"}
    page.close()


def test_another_website_cannot_show_the_agents_window_in_a_frame(
    browser: Browser, website: Website, agent: str
) -> None:
    page = browser.new_page(locale="en")
    page.goto(f"http://evil.localhost:{website.port}")
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.evaluate(
        """address => new Promise(done => {
          const frame = document.createElement("iframe");
          frame.onload = done; frame.src = address; document.body.append(frame);
        })""",
        f"{agent}cards",
    )
    assert any("frame" in text.lower() for text in refused)
    assert CARD not in page.frames[-1].content()
    page.close()

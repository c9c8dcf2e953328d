from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.intermediate_server import web
from mizuhiki.ui.languages import untranslated
from support.pages import csrf_token
from unit.institutions.intermediate_server.kit import ASKER, HERS, HOLDER, PORTAL, THEIRS, Network, inquiry_of, linked

PASSPHRASE = "a long enough passphrase"
BASE = "http://intermediate-municipality-452025.localhost"
WEB = Path(web.__file__).parent


class Browser:
    """A member of the holder's staff at the pages of its server."""

    def __init__(self, network: Network, account: str) -> None:
        self._client = Client(network.apps[HOLDER].wsgi)
        page = self.get("/sign-in")
        fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": csrf_token(page)}
        assert self.send("/sign-in", **fields).status_code == 303

    def get(self, path: str, language: str = "en", status: int = 200) -> str:
        answer = self._client.get(path, base_url=BASE, headers={"Accept-Language": language})
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    def send(self, path: str, **fields: str) -> TestResponse:
        return self._client.post(path, base_url=BASE, data=fields)

    def press(self, path: str) -> TestResponse:
        """Send the form of a page, which has nothing but its button."""
        return self.send(path, csrf_token=csrf_token(self.get(path)))


@pytest.fixture
def place() -> Iterator[Network]:
    network = linked(protected=True)
    for account, role in (("linkage", "linkage-officer"), ("protection", "protection-officer")):
        network.server(HOLDER).add_staff(account, f"担当 {account}", role, PASSPHRASE)
    network.inquire(inquiry_of(HERS))
    yield network
    network.close()


def test_staff_see_exchanges_by_outcome_and_no_person(place: Network) -> None:
    page = Browser(place, "linkage").get("/")
    assert "No data" in page
    assert "Claim for child allowance: Local tax" in page
    narrowed = Browser(place, "linkage").get("/?outcome=provided")
    assert "Show all outcomes" not in narrowed
    for secret in ("花子", THEIRS, HERS):
        assert secret not in page


def test_nobody_sees_a_page_without_signing_in(place: Network) -> None:
    client = Client(place.apps[HOLDER].wsgi)
    for path in ("/", "/cases", "/approvals", "/reconciliation"):
        answer = client.get(path, base_url=BASE)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_the_comparison_tells_its_result_and_opens_a_case_that_an_officer_closes(place: Network) -> None:
    browser = Browser(place, "linkage")
    assert browser.press("/reconciliation").status_code == 303
    assert "Every record agrees" in browser.get("/reconciliation")
    place.inquire(inquiry_of(HERS, "request-2"))
    place.core.recorded.clear()
    browser.press("/reconciliation")
    page = browser.get("/reconciliation")
    assert "Some records differ" in page
    [path] = re.findall(r'href="(/cases/[^"]+)"', browser.get("/cases"))
    assert "the core holds no record" in browser.get(path)
    assert browser.press(path).headers["Location"] == "/cases"
    assert "Nothing needs an officer now." in browser.get("/cases")
    assert "Close the case" not in browser.get(path)


def test_while_the_core_is_away_the_page_says_so(place: Network) -> None:
    place.core.away = True
    browser = Browser(place, "linkage")
    browser.press("/reconciliation")
    assert "The core does not answer" in browser.get("/reconciliation")


def test_the_responsible_officer_lifts_a_measure_for_one_inquiry(place: Network) -> None:
    browser = Browser(place, "protection")
    [path] = re.findall(r'href="(/approvals/[^"]+)"', browser.get("/approvals"))
    assert THEIRS in browser.get(path)
    assert browser.press(path).headers["Location"] == "/approvals"
    assert "Nothing waits." in browser.get("/approvals")
    assert place.inquire(inquiry_of(HERS, "request-2")).outcome == "provided"
    browser.get(path, status=409)


def test_each_officer_has_only_their_own_work(place: Network) -> None:
    Browser(place, "linkage").get("/approvals", status=403)
    Browser(place, "protection").get("/cases", status=403)


def test_the_portals_server_has_no_pages(place: Network) -> None:
    answer = Client(place.apps[PORTAL].wsgi).get("/", base_url="http://intermediate-portal.localhost")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert place.apps[ASKER].jobs[-1].name == "forget-sessions"


def test_every_message_is_in_japanese(place: Network) -> None:
    assert "ja" not in untranslated(WEB, WEB / "translations", "intermediate_server")
    page = Browser(place, "linkage").get("/?lang=ja", "ja")
    assert "該当なし" in page
    assert "処理通番" in page

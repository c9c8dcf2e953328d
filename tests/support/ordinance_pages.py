"""Local bodies with a real commission, and what whoever heads a body types about an affair under its ordinance."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.agency.board_of_education.app import build as build_board
from mizuhiki.institutions.agency.prefecture_welfare.app import build as build_welfare
from mizuhiki.institutions.commission.domain.ordinances import Filing
from mizuhiki.institutions.commission.operations.keep_ordinance_affairs import KeepOrdinanceAffairs
from mizuhiki.vocabulary.statute import OrdinanceAffair
from support.municipality import MIYAKONOJO, Country, make_country

COMMISSION = "commission"
WELFARE = "prefecture-welfare-45"
BOARD = "prefectural-board-of-education-45"
BODIES = (MIYAKONOJO, WELFARE, BOARD)
PASSPHRASE = "a long enough passphrase"
NEW, LIST = "/ordinance-affairs/new", "/ordinance-affairs"
TYPED: dict[str, Any] = {
    "asked": ["municipality/local-tax", "municipality/resident-record"],
    "slug": "aid-for-single-parents",
    "title_ja": "ひとり親家庭等医療費の助成に関する事務",
    "title_en": "Medical aid for single parents",
    "field": "welfare-medical",
    "ordinance": "個人番号の利用に関する条例4条（架空）",
    "procedure_1_slug": "application",
    "procedure_1_title_ja": "助成の申請",
    "procedure_1_title_en": "Application for the aid",
    "procedure_3_slug": "renewal",
    "procedure_3_title_ja": "受給者証の更新",
    "procedure_3_title_en": "Renewal of the certificate",
    "valid_from": "2019-12-10",
    "valid_until": "",
}
ITEM = "2-9"


def local_bodies() -> Country:
    """A city, a welfare section and a board of education, each with somebody who heads it."""
    country = make_country()
    country.found(WELFARE, build_welfare)
    country.found(BOARD, build_board)
    for name in BODIES:
        country.apps[name].operations.add_staff("mayor", "首長 代理", "mayor", PASSPHRASE)
    for account, role in (("officer", "assessment-officer"), ("inspector", "inspector")):
        country.apps[COMMISSION].operations.add_staff(account, "監督 四郎", role, PASSPHRASE)
    return country


class Window:
    """Somebody signed in at one institution; a form is sent with what its page holds."""

    def __init__(self, country: Country, institution: str, account: str, language: str = "en") -> None:
        self._client = Client(country.apps[institution].wsgi)
        self._base = f"http://{institution}.localhost"
        self._language = {"Accept-Language": language, "Sec-Fetch-Site": "same-origin"}
        signed_in = self.post("/sign-in", account=account, passphrase=PASSPHRASE)
        assert signed_in.status_code == 303, signed_in.text

    def open(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base, headers=self._language)

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Open a page and send its form."""
        return self.send(path, self.open(path).text, **fields)

    def send(self, path: str, page: str, **fields: Any) -> TestResponse:
        """Send the form of a page that is open, with its hidden fields."""
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
        return self._client.post(path, base_url=self._base, headers=self._language, data={**hidden, **fields})


def described(window: Window, item: str = ITEM) -> str:
    """Choose the item and return the page of the second step."""
    answer = window.post(NEW, item=item, step="choose")
    assert answer.status_code == 200, answer.text
    return answer.text


def lodged(window: Window, **changes: Any) -> TestResponse:
    """Lodge an affair in both steps, and return the answer to the second."""
    return window.send(NEW, described(window), **{**TYPED, **changes}, step="lodge")


def commissions(country: Country) -> KeepOrdinanceAffairs:
    found: KeepOrdinanceAffairs = country.apps[COMMISSION].operations.ordinances
    return found


def filings(country: Country) -> list[Filing]:
    """What the commission holds, newest first."""
    context = country.context("inspector", "linkage-oversight", "inspector", COMMISSION)
    return commissions(country).listed(context)


def publish(country: Country, affair: OrdinanceAffair, filing_id: str) -> None:
    """Lodge an affair and publish it, without pages."""
    peer = country.context("peer", "linkage-oversight", affair.institution, affair.institution)
    filing = commissions(country).lodge(peer, filing_id=filing_id, affair=affair)
    officer = country.context("assessment-officer", "linkage-oversight", "officer", COMMISSION)
    commissions(country).publish(officer, filing.key)

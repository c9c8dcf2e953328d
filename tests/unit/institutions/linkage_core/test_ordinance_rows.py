"""Rows of ordinances on the core's pages and interface, and the Act's rows while the commission is silent."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from mizuhiki.wire.commission import ordinances as wire
from support.ordinances import CODE, PROCEDURE, ordinance
from unit.institutions.linkage_core.kit import COMMISSION, Browser, Linkage
from unit.institutions.linkage_core.test_pages import operator

HOST = "linkage-core.localhost"
ASKED = {
    "inquirer": "municipality-452025",
    "affair": CODE,
    "procedure": PROCEDURE,
    "provider": "municipality-131130",
    "kind": "local-tax",
    "day": "2019-12-02",
}


def publish(place: Linkage) -> None:
    filing = wire.OrdinanceFiling(filing_id="f-1", affair=wire.filed(ordinance()))
    place.municipality.call(COMMISSION, wire.LODGE_ORDINANCE_AFFAIR, filing)
    officer, kept = place.staff(COMMISSION, "assessment-officer"), place.commission.operations.ordinances
    kept.publish(officer, kept.listed(officer)[0].key)


@pytest.mark.requirement("R-031", "R-252")
def test_page_and_program_read_the_rows_of_an_ordinance(place: Linkage) -> None:
    publish(place)
    browser = Browser(place.core.wsgi, HOST)
    page = browser.get(f"/statute/{CODE}").text
    assert "都城市個人番号の利用に関する条例4条" in page
    assert "Medical aid for children" in page
    assert "stand in the ministerial order" in page
    item = browser.get(f"/statute-api/1/item?number={CODE}")
    assert item.status_code == 200
    assert {row["kind"] for row in item.json["rows"]} == {"local-tax", "public-assistance"}
    permission = browser.get(f"/statute-api/1/permission?{urlencode(ASKED)}")
    assert permission.json["permitted"] is True
    assert CODE in permission.json["rule"]
    assert "Permitted" in browser.get(f"/permissions?{urlencode(ASKED)}").text
    names = browser.get("/statute-api/1/names").json
    assert CODE in {one["code"] for one in names["affairs"]}


@pytest.mark.requirement("R-031", "R-252")
def test_without_the_commission_the_acts_rows_are_shown_and_what_is_missing_is_said(place: Linkage) -> None:
    publish(place)
    place.transport.unregister(COMMISSION)
    browser = operator(place)
    for path in ("/statute", "/statute/comparison?earlier=2019-11-12&later=2019-12-02", "/unused-rows"):
        answer = browser.get(path)
        assert (answer.status_code, "Without ordinances" in answer.text) == (200, True), path
    for path in ("/statute/2-74", "/papers", "/permissions", "/statute-api/1/rows", "/statute-api/1/names"):
        assert browser.get(path).status_code == 200, path
    asked = browser.get(f"/permissions?{urlencode(ASKED)}").text
    assert "Cannot be told now" in asked
    assert "Not permitted" not in asked
    assert browser.get(f"/statute-api/1/permission?{urlencode(ASKED)}").status_code == 503
    act = {**ASKED, "affair": "child-allowance", "procedure": "child-allowance.claim"}
    assert browser.get(f"/statute-api/1/permission?{urlencode(act)}").json["permitted"] is True

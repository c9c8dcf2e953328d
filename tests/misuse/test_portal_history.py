"""Records that do not prove what they claim are never called verified, and show no entry."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from unit.institutions.portal.kit import Card, CoreLog, PortalPlace, exchange

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def place() -> Iterator[PortalPlace]:
    place = PortalPlace()
    yield place
    place.close()


def page_of(place: PortalPlace, bundle: str) -> str:
    place.outside.bundle = bundle
    card = Card()
    browser = place.browser().with_account(card)
    assert browser.sign("/history", card).location == "/history"
    return browser.get("/history").text


def swap_entry(shard: dict[str, Any]) -> None:
    shard["entries"][0]["entry"] = shard["entries"][0]["entry"].replace("452025", "131130")


def own_key(shard: dict[str, Any]) -> None:
    shard["log"]["public_key"] = shard["witnesses"][0]["public_key"]


FORGERIES: dict[str, tuple[Change, str]] = {
    "an entry is left out": (lambda shard: shard["entries"].pop(), "EntryMissing"),
    "an entry is changed": (swap_entry, "EntryChanged"),
    "another key is put in": (own_key, "UnknownKey"),
    "the commission is left out": (lambda shard: shard["witnesses"].clear(), "CosignatureMissing"),
    "the count is lowered": (lambda shard: shard["person"].update(count=1), "WrongCount"),
}


@pytest.mark.requirement("R-026")
@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_record_is_not_verified(name: str, place: PortalPlace, tmp_path: Path) -> None:
    change, failed = FORGERIES[name]
    log = CoreLog(tmp_path, place.clock)
    log.record(exchange("x1"), exchange("x2"))
    bundle = json.loads(log.bundle())
    log.close()
    change(bundle["shards"][0])
    page = page_of(place, json.dumps(bundle))
    assert "This record is NOT verified" in page
    assert "This record is verified" not in page
    assert failed in page
    assert "/history/entries/" not in page
    assert "Report it" in page


def test_a_log_of_another_institution_is_not_the_record_of_exchanges(place: PortalPlace, tmp_path: Path) -> None:
    log = CoreLog(tmp_path, place.clock, origin="mizuhiki/commission")
    log.record(exchange())
    page = page_of(place, log.bundle())
    log.close()
    assert "This record is NOT verified" in page


def test_something_else_than_a_bundle_is_not_verified(place: PortalPlace) -> None:
    assert "MalformedBundle" in page_of(place, "{}")

"""The portal demands the links between the generations of an account's code: missing, false, or to another's record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from mizuhiki.wire.intermediate_server import CodeChange, NoticeContent
from mizuhiki.wire.linkage_core import ExchangeEntry
from support.environment import TEST_INSTANT
from unit.institutions.portal.kit import Browser, Card, CoreLog, PortalPlace, exchange, link_entry

OLD, NEW, OTHER = b"her code of generation 1", b"her code of generation 2", b"his code of generation 1"
RENEWED = [CodeChange(1, 2)]


@pytest.fixture(name="place")
def _place() -> Iterator[PortalPlace]:
    place = PortalPlace()
    yield place
    place.close()


@pytest.fixture(name="log")
def _log(tmp_path: Path, place: PortalPlace) -> Iterator[CoreLog]:
    log = CoreLog(tmp_path, place.clock)
    yield log
    log.close()


@pytest.fixture(name="her")
def _her(place: PortalPlace) -> tuple[Browser, Card]:
    card = Card()
    return place.browser().with_account(card), card


def opened(her: tuple[Browser, Card], path: str = "/history") -> str:
    browser, card = her
    if "close" in browser.get("/history").text:
        browser.post("/history/close", shown_on="/history")
    assert browser.sign("/history", card).location == "/history"
    return browser.get(path).text


def opening_of(request_id: str) -> ExchangeEntry:
    return exchange(request_id, kind="history-opening", inquirer="portal", provider="linkage-core", procedure="")


def refused(page: str, code: str) -> bool:
    shown = "Information was asked for" in page or "/history/entries/" in page or "is verified" in page
    return "This record is NOT verified" in page and code in page and not shown


@pytest.mark.requirement("R-026", "R-027", "R-220")
def test_a_record_that_does_not_go_on_from_the_renewed_code_is_refused(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card]
) -> None:
    """The core linked nothing: under the new code there is a whole, witnessed record of nothing."""
    log.record(exchange("x1"), person=OLD)
    log.record(exchange("x2"), person=NEW)
    place.outside.generation, place.outside.bundle = 2, log.bundle(NEW)
    assert "1 entry is recorded about you" in opened(her)  # nobody could tell without the server's own knowledge
    place.outside.changes = RENEWED
    assert refused(opened(her), "LinkMissing")


@pytest.mark.requirement("R-026", "R-220")
def test_two_codes_side_by_side_without_a_link_are_refused_even_if_nothing_was_renewed(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card]
) -> None:
    log.record(exchange("x1"), person=OLD)
    log.record(exchange("x2"), person=NEW)
    place.outside.bundle = log.bundle(NEW, OLD)
    assert refused(opened(her), "LinkMissing")


@pytest.mark.requirement("R-026")
def test_a_link_between_other_generations_is_not_the_one_that_is_demanded(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card]
) -> None:
    log.join(OLD, NEW, (2, 3))
    place.outside.bundle, place.outside.changes = log.bundle(NEW, OLD), RENEWED
    assert refused(opened(her), "LinkMissing")


def one_sided(log: CoreLog) -> None:
    log.record(link_entry(2, 1, log.index(OLD)), person=NEW)
    log.record(exchange("x1"), person=OLD)


def other_evidence(log: CoreLog) -> None:
    log.record(link_entry(2, 1, log.index(OLD), b"a" * 32), person=NEW)
    log.record(link_entry(1, 2, log.index(NEW), b"b" * 32), person=OLD)


def other_generation(log: CoreLog) -> None:
    log.record(link_entry(2, 1, log.index(OLD)), person=NEW)
    log.record(link_entry(3, 2, log.index(NEW)), person=OLD)


def to_itself(log: CoreLog) -> None:
    log.record(link_entry(1, 1, log.index(OLD)), person=NEW)
    log.record(link_entry(1, 1, log.index(NEW)), person=OLD)


def of_two_generations(log: CoreLog) -> None:
    log.join(OLD, NEW)
    log.join(OLD, NEW, (3, 4), b"f" * 32)


def twice(log: CoreLog) -> None:
    log.join(OLD, NEW)
    log.join(OLD, NEW, evidence=b"f" * 32)


@pytest.mark.requirement("R-026", "R-220")
@pytest.mark.parametrize(
    ("plant", "code"),
    [
        (one_sided, "EntryMissing"),
        (other_evidence, "EntryMissing"),
        (other_generation, "LinkContradicted"),
        (to_itself, "LinkContradicted"),
        (of_two_generations, "LinkContradicted"),
        (twice, "LinkContradicted"),
    ],
)
def test_a_false_link_is_refused(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card], plant: Callable[[CoreLog], None], code: str
) -> None:
    plant(log)
    place.outside.bundle, place.outside.changes = log.bundle(NEW, OLD), RENEWED
    assert refused(opened(her), code)


@pytest.mark.requirement("R-026", "R-220")
def test_one_code_that_goes_on_from_two_peoples_codes_is_refused(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card]
) -> None:
    log.join(OLD, NEW)
    log.join(OTHER, NEW, evidence=b"f" * 32)
    place.outside.bundle, place.outside.changes = log.bundle(NEW, OLD, OTHER), RENEWED
    assert refused(opened(her), "LinkContradicted")


@pytest.mark.requirement("R-026", "R-027", "R-220")
@pytest.mark.parametrize("known", ["opening", "notice"])
@pytest.mark.parametrize("whose", [OLD, OTHER])
def test_a_record_joined_with_somebody_elses_lacks_what_the_portal_knows_itself(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card], known: str, whose: bytes
) -> None:
    """Everything is signed, witnessed and whole; only that it is hers is not true where `whose` is another's."""
    if known == "opening":
        place.outside.bundle = log.bundle(OLD)
        opened(her)
        log.record(opening_of(place.outside.openings[-1].request_id), person=OLD)
    else:
        sent = TEST_INSTANT.astimezone(UTC) - timedelta(days=2)
        place.outside.notices = [NoticeContent("n1", "municipality-452025", "結果", "決定", sent, None)]
        log.record(exchange("n1", kind="notice", provider="portal", outcome="delivered"), person=OLD)
    log.record(exchange("x1"), person=OTHER)
    log.join(whose, NEW)
    place.outside.generation, place.outside.changes = 2, RENEWED
    place.outside.bundle = log.bundle(NEW, whose)
    page = opened(her)
    assert refused(page, "OwnEntryMissing") == (whose == OTHER)
    if whose == OLD:
        assert "1 thing that this site knows of itself" in her[0].get("/history/codes").text


@pytest.mark.requirement("R-220")
@pytest.mark.parametrize(("age", "proved"), [(timedelta(days=1, seconds=-1), True), (timedelta(days=1), False)])
def test_a_notice_of_the_last_day_may_not_be_recorded_yet(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card], age: timedelta, *, proved: bool
) -> None:
    log.join(OLD, NEW)
    place.outside.bundle, place.outside.changes = log.bundle(NEW, OLD), RENEWED
    sent = TEST_INSTANT.astimezone(UTC) - age
    place.outside.notices = [NoticeContent("n1", "municipality-452025", "結果", "決定", sent, None)]
    assert ("This record is verified" in opened(her)) == proved


@pytest.mark.requirement("R-026", "R-033")
def test_the_page_of_codes_tells_what_is_joined_since_when_and_how_to_check_it(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card]
) -> None:
    log.record(exchange("x1"), person=OLD)
    log.join(OLD, NEW)
    place.outside.bundle, place.outside.changes = log.bundle(NEW, OLD), RENEWED
    page = opened(her, "/history/codes")
    for shown in ("Generation 1", "Generation 2", b"e".hex() * 8, "--joined 1:2", "proved by the core system alone"):
        assert shown in page
    assert "/history/codes" in her[0].get("/history").text
    link = her[0].get("/history/entries/1").text
    assert "Codes are changed for everybody" in link
    assert "No rule that we know" not in link


def test_a_code_that_ended_before_it_was_renewed_is_told_and_demands_nothing(
    place: PortalPlace, log: CoreLog, her: tuple[Browser, Card]
) -> None:
    place.outside.bundle = log.bundle(OLD)
    opened(her)
    place.outside.generation, place.outside.changes = 2, [CodeChange(1, 0)]
    log.record(exchange("x2"), person=NEW)
    place.outside.bundle = log.bundle(NEW)
    page = opened(her)
    assert "This record is verified" in page
    assert "Entries under an earlier code are not in this record" in page
    codes = her[0].get("/history/codes").text
    assert "the whole record stands under one code" in codes
    assert "ended before it could be renewed" in codes


@pytest.mark.parametrize("path", ["/history/codes"])
def test_the_page_of_codes_needs_an_opened_record(her: tuple[Browser, Card], path: str) -> None:
    assert her[0].get(path).location == "/history"

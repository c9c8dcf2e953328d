"""The commission's staff read what local bodies lodged, publish it, return it with a reason, and withdraw it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mizuhiki.institutions.commission.domain.ordinances import LONGEST_REASON, FilingState, FilingStep
from mizuhiki.institutions.municipality.domain.claims import childrens_medical_aid
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.statute import AskedOfItem, OrdinanceAffair, StatuteTable
from support.municipality import MIYAKONOJO, SHIBUYA, Country
from support.ordinance_pages import COMMISSION, LIST, WELFARE, Window, commissions, filings, local_bodies

CITY, OTHER_CITY = parse_institution_id(MIYAKONOJO), parse_institution_id(SHIBUYA)


@pytest.fixture(name="country")
def _country() -> Iterator[Country]:
    country = local_bodies()
    yield country
    country.close()


@pytest.fixture(name="officer")
def _officer(country: Country) -> Window:
    return Window(country, COMMISSION, "officer")


def lodge(country: Country, affair: OrdinanceAffair, filing_id: str = "filing-1") -> str:
    """Lodge an affair as its body, and return the address of its page."""
    peer = country.context("peer", "linkage-oversight", affair.institution, affair.institution)
    return f"{LIST}/{commissions(country).lodge(peer, filing_id=filing_id, affair=affair).key}"


def aid(institution: str = CITY) -> OrdinanceAffair:
    return childrens_medical_aid.affair_of(parse_institution_id(institution))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.requirement("R-252")
def test_an_officer_finds_a_waiting_filing_reads_all_of_it_and_publishes_it(country: Country, officer: Window) -> None:
    assert "No affair under an ordinance waits." in officer.open("/").text
    assert "No filing is in this state." in officer.open(LIST).text
    address = lodge(country, aid())
    for page in (officer.open("/").text, officer.open(LIST).text):
        assert f'href="{address}"' in page
        assert "Waiting for a decision" in page
    shown = words(officer.open(address).text)
    table = StatuteTable.load()
    [row] = {row for row in table.rows if row.number == aid().item and row.kind == "local-tax"}
    for said in (
        MIYAKONOJO,
        aid().code,
        aid().title_ja,
        aid().title_en,
        aid().ordinance,
        "Welfare and health",
        table.affair(row.affair).title_en,
        row.citation,
        "子ども医療費の助成の申請",
        aid().valid_from.isoformat(),
    ):
        assert said in shown, said
    assert shown.count("Named by the item") == len(aid().asked)
    answer = officer.post(address, step="publish")
    assert (answer.status_code, answer.headers["Location"]) == (303, address)
    shown = words(officer.open(address).text)
    assert "Published on" in shown
    assert "officer" in shown
    assert [one.state for one in filings(country)] == [FilingState.PUBLISHED]
    assert "No affair under an ordinance waits." in officer.open("/").text


@pytest.mark.parametrize(("step", "publish_first"), [("return", False), ("withdraw", True)])
def test_returning_and_withdrawing_need_a_reason_and_keep_what_was_written(
    country: Country, officer: Window, step: str, *, publish_first: bool
) -> None:
    address = lodge(country, aid())
    if publish_first:
        officer.post(address, step="publish")
    before = filings(country)
    assert "Write why; the local body reads it" in officer.post(address, step=step, reason="  ").text
    long = officer.post(address, step=step, reason="あ" * (LONGEST_REASON + 1))
    assert long.status_code == 422
    assert "At most 2,000 characters" in long.text
    assert "あ" * (LONGEST_REASON + 1) in long.text
    assert filings(country) == before
    assert officer.post(address, step=step, reason="条例の条を <明記> してください。").status_code == 303
    page = officer.open(address).text
    assert "条例の条を &lt;明記&gt; してください。" in page
    assert "Nothing can be done with this filing any more" in page
    [one] = filings(country)
    assert one.state is (FilingState.WITHDRAWN if publish_first else FilingState.RETURNED)


def test_a_step_that_is_not_possible_any_more_is_told_and_the_written_reason_stays(
    country: Country, officer: Window
) -> None:
    address = lodge(country, aid())
    colleague = officer.open(address).text
    officer.post(address, step="return", reason="a first reason")
    late = officer.send(address, colleague, step="return", reason="a second reason")
    assert late.status_code == 422
    assert "This step is not possible in the filing&#39;s present state" in late.text
    assert "a second reason" in late.text
    assert "a first reason" in late.text
    assert officer.send(address, colleague, step="publish").status_code == 422
    assert officer.send(address, colleague, step="dance").status_code == 422
    assert [one.state for one in filings(country)] == [FilingState.RETURNED]


def test_a_code_that_another_organ_of_the_body_uses_is_told(country: Country, officer: Window) -> None:
    governor = parse_institution_id("prefecture-45")
    officer.post(lodge(country, replace(aid(), institution=governor, slug="aid")), step="publish")
    second = lodge(country, replace(aid(), institution=parse_institution_id(WELFARE), slug="aid"), "filing-2")
    answer = officer.post(second, step="publish")
    assert answer.status_code == 422
    assert "Another organ of this local body uses this code" in answer.text


def test_a_newer_filing_ends_the_older_one_in_words_of_both_languages(country: Country, officer: Window) -> None:
    first = lodge(country, aid())
    officer.post(first, step="publish")
    newer = replace(aid(), valid_from=country.clock.today() + timedelta(days=9))
    officer.post(lodge(country, newer, "filing-2"), step="publish")
    shown = words(officer.open(first).text)
    assert "A newer filing takes its place: filing-2" in shown
    assert f"Asked for until {(newer.valid_from - timedelta(days=1)).isoformat()}" in shown
    # It still stands until then, so that it can be withdrawn at once.
    assert 'value="withdraw"' in officer.open(first).text
    assert "後の届出に置き換えられた: filing-2" in Window(country, COMMISSION, "officer", "ja").open(first).text


def test_those_that_wait_stand_first_and_each_state_can_be_shown_alone(country: Country, officer: Window) -> None:
    waiting = lodge(country, aid(OTHER_CITY))
    country.clock.advance(timedelta(minutes=1))
    published = lodge(country, aid())
    officer.post(published, step="publish")
    shown = re.findall(rf'href="({LIST}/[^"]+)"', officer.open(LIST).text)
    assert shown == [waiting, published]
    assert re.findall(rf'href="({LIST}/[^"]+)"', officer.open(f"{LIST}?state=published").text) == [published]
    assert re.findall(rf'href="({LIST}/[^"]+)"', officer.open(f"{LIST}?state=returned").text) == []
    for odd in ("?state=x", "?page=99", "?page=-1", "?page=1e9"):
        assert officer.open(f"{LIST}{odd}").status_code == 200


def test_a_long_list_has_pages(country: Country, officer: Window) -> None:
    for place in range(101):
        lodge(country, replace(aid(), slug=f"aid-{place}"), f"filing-{place}")
    first, second = officer.open(LIST).text, officer.open(f"{LIST}?page=2").text
    assert len(set(re.findall(rf'href="({LIST}/[^"]+)"', first))) == 100
    assert len(set(re.findall(rf'href="({LIST}/[^"]+)"', second))) == 1
    assert f'href="{LIST}?page=2"' in first


def test_what_the_item_no_longer_names_is_marked(country: Country, officer: Window) -> None:
    address = lodge(country, aid())
    country.clock.advance(timedelta(days=5 * 366))
    again = Window(country, COMMISSION, "officer")
    shown = words(again.open(address).text)
    assert shown.count("Named, but not in force today") == len(aid().asked)


def test_what_the_item_does_not_name_is_marked(country: Country, officer: Window) -> None:
    address = lodge(country, aid())
    [one] = filings(country)
    beyond = replace(
        one, affair=replace(aid(), asked=(*aid().asked, AskedOfItem("pension-service", "pension-benefit")))
    )
    step = FilingStep(one.state, "", one.lodged_at, one.institution, "peer")
    with commissions(country).store.transaction() as records:
        records.put_filing(beyond, step)
    assert words(officer.open(address).text).count("Not named by the item") == 1
    answer = officer.post(address, step="publish")
    assert answer.status_code == 422
    assert "The item of table 2 does not name this provider and kind" in answer.text


@pytest.mark.requirement("R-029")
def test_an_inspector_reads_and_decides_nothing(country: Country, officer: Window) -> None:
    address = lodge(country, aid())
    inspector = Window(country, COMMISSION, "inspector")
    page = inspector.open(address).text
    assert aid().ordinance in page
    assert "An assessment officer decides." in page
    assert 'name="step"' not in page
    for step in ("publish", "return", "withdraw"):
        assert inspector.send(address, page, step=step, reason="because").status_code == 403
    assert [one.state for one in filings(country)] == [FilingState.LODGED]
    assert officer.open(f"{LIST}/nothing").status_code == 404


def test_the_pages_speak_japanese(country: Country) -> None:
    address = lodge(country, aid())
    officer = Window(country, COMMISSION, "officer", "ja")
    for path in ("/", LIST, address):
        page = officer.open(path).text
        assert '<html lang="ja">' in page
        assert "条例事務" in page
    assert "地方税関係情報" in page
    assert "項にあり" in page

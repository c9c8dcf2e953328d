"""Letters to holders whose certificates end: to whom, when, once, with which address, and what is kept of them."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from mizuhiki.institutions.jpki.domain.errors import NoRenewalLetters
from mizuhiki.institutions.jpki.domain.practice import NoticeChannel
from mizuhiki.institutions.jpki.operations import renewal_letters
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.vocabulary.dates import JST
from mizuhiki.wire import national_register
from support.pages import csrf_token
from unit.institutions.jpki.kit import ITEMS, Desk, resident_code
from unit.institutions.jpki.test_carriers import PHONES, apply, phone
from unit.institutions.jpki.test_pages import signed_in

NEW_ADDRESS = "宮崎県都城市上町一番地"
OPENS = datetime(2024, 1, 1, 0, 0, tzinfo=JST)


def found(**changes: Any) -> national_register.FoundIdentification:
    items = msgspec.structs.replace(ITEMS, **{"address": NEW_ADDRESS, **changes})
    return national_register.FoundIdentification(found=True, municipality_code="452025", four_items=items)


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


@pytest.fixture
def due(desk: Desk) -> Desk:
    """A desk at the first instant at which the certificates of one holder may be renewed."""
    desk.issue()
    desk.current = found()
    desk.clock.set(OPENS)
    return desk


def test_letters_wait_from_three_months_before_the_last_day_and_each_holder_gets_one(due: Desk) -> None:
    letters, operator = due.app.operations.letters, due.operator()
    due.clock.set(OPENS - timedelta(seconds=1))
    assert letters.waiting(operator) == {}
    with pytest.raises(NoRenewalLetters):
        letters.write(operator)
    due.clock.set(OPENS)
    assert letters.waiting(operator) == {"452025": 2}
    batch = letters.write(operator)
    assert (batch.letters, batch.at_counter) == (1, {})
    assert letters.waiting(operator) == {}
    with pytest.raises(NoRenewalLetters):
        letters.write(operator)
    assert [one.channel for one in due.app.operations.expiry.ending(operator)] == [NoticeChannel.LETTER] * 2


@pytest.mark.outside("pdftotext")
def test_a_letter_goes_to_the_present_address_and_says_what_ends_when_and_where_it_is_renewed(due: Desk) -> None:
    text = text_of(due.app.operations.letters.write(due.operator()).pdf)
    for said in (
        "水引　結子　様",
        NEW_ADDRESS,
        "署名用電子証明書",
        "利用者証明用電子証明書",
        "マイナンバーカード",
        "令和6年4月1日",
        "令和6年1月1日",
        "都城市",
    ):
        assert "".join(said.split()) in "".join(text.split())
    assert ITEMS.address not in text
    assert [(one.service, one.verifier) for one in due.told] == [("renewal-letter", "jpki")]


@pytest.mark.outside("pdftotext")
def test_who_moved_after_the_issue_renews_at_the_municipality_of_residence(due: Desk) -> None:
    moved = found(address="北海道札幌市北一条西二丁目")
    due.current = msgspec.structs.replace(moved, municipality_code="011002")
    text = "".join(text_of(due.app.operations.letters.write(due.operator()).pdf).split())
    assert "札幌市" in text.replace("北海道札幌市", "")
    assert "都城市" not in text


def test_who_is_protected_or_gone_gets_no_letter_and_is_told_at_the_counter(due: Desk) -> None:
    due.current = national_register.FoundIdentification(found=False)
    batch = due.app.operations.letters.write(due.operator())
    assert (batch.pdf, batch.letters, batch.at_counter) == (b"", 0, {"452025": 1})
    endings = due.app.operations.expiry.ending(due.operator())
    assert [one.channel for one in endings] == [NoticeChannel.COUNTER] * 2
    with pytest.raises(NoRenewalLetters):
        due.app.operations.letters.write_again(due.operator(), day=date(2024, 1, 1))


def test_a_name_that_no_font_prints_does_not_hold_up_the_others(due: Desk) -> None:
    due.current = msgspec.structs.replace(found(name="\U000f0001"), municipality_code="011002")
    assert due.app.operations.letters.write(due.operator()).at_counter == {"011002": 1}


def test_a_batch_has_its_greatest_size_the_rest_waits_and_every_batch_of_a_day_is_written_again(
    due: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal_letters, "MOST", 1)
    due.clock.set(datetime(2019, 12, 2, 9, 0, tzinfo=JST))
    due.issue(due.application("second", resident_record_code=resident_code("5555555555")))
    due.clock.set(OPENS)
    letters = due.app.operations.letters
    assert [letters.write(due.operator()).letters for _ in range(2)] == [1, 1]
    with pytest.raises(NoRenewalLetters):
        letters.write(due.operator())
    assert letters.write_again(due.operator(), day=date(2024, 1, 1)).letters == 2


def test_letters_of_a_day_are_written_again_and_nothing_of_them_is_kept(due: Desk) -> None:
    letters = due.app.operations.letters
    first = letters.write(due.operator())
    due.clock.advance(timedelta(days=3))
    assert letters.write_again(due.operator(), day=date(2024, 1, 1)).pdf == first.pdf
    with pytest.raises(NoRenewalLetters):
        letters.write_again(due.operator(), day=date(2024, 1, 2))
    for secret in (NEW_ADDRESS, ITEMS.name):
        assert secret not in due.dump()


def test_a_phones_certificates_stand_on_the_same_letter(desk: Desk) -> None:
    card = desk.issue(desk.application(card_expires_on=date(2029, 4, 1)))
    desk.clock.set(PHONES)
    apply(desk, phone(card))
    desk.clock.set(OPENS)
    desk.current = found()
    assert desk.app.operations.letters.waiting(desk.operator()) == {"452025": 4}
    assert desk.app.operations.letters.write(desk.operator()).letters == 1


def test_only_operators_write_letters(due: Desk) -> None:
    for role in ("registrar", "calendar", "timed-work"):
        context = replace(due.operator(), actor=replace(due.operator().actor, role=role))
        for step in (due.app.operations.letters.write, due.app.operations.letters.waiting):
            with pytest.raises(ActionNotPermitted):
                step(context)


def test_the_page_gives_the_batch_as_a_file_and_says_when_there_is_none(due: Desk) -> None:
    client, host = signed_in(due)
    page = client.get("/letters?lang=en", base_url=host).get_data(as_text=True)
    assert "452025" in page

    def send(**fields: str) -> Any:
        token = csrf_token(client.get("/letters", base_url=host).get_data(as_text=True))
        return client.post("/letters", data={**fields, "csrf_token": token}, base_url=host)

    assert send(step="again", day="yesterday").status_code == 422
    assert send(step="burn").status_code == 422
    answer = send(step="write")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF-")
    assert send(step="again", day="2024-01-01").data == answer.data
    refused = send(step="write")
    assert refused.status_code == 422
    assert "There are no letters to write" in refused.get_data(as_text=True)

"""The pages of cards, returned mail and actual residences over the real operations, in both languages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mizuhiki.institutions.municipality.domain.actual_residences import DeliveryPath, ResidenceCase
from mizuhiki.institutions.municipality.domain.notices import NoticeState, Treatment
from support.municipality import MIYAKONOJO
from support.notices import SECRET, NoticePlace, make_place
from support.pages import csrf_token

PASSPHRASE = "a long enough passphrase"


class Staff:
    """A signed-in member of staff."""

    def __init__(self, place: NoticePlace, role: str, account: str = "", language: str = "en") -> None:
        account = account or role
        place.country.apps[MIYAKONOJO].operations.add_staff(account, account, role, PASSPHRASE)
        self._client = Client(place.country.apps[MIYAKONOJO].wsgi)
        self._base = f"http://{MIYAKONOJO}.localhost"
        token = csrf_token(self.get(f"/sign-in?lang={language}").text)
        fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": token}
        assert self._client.post("/sign-in", base_url=self._base, data=fields).status_code == 303

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, base_url=self._base)

    def post(self, path: str, fields: dict[str, Any] | None = None, *, shown: str = "") -> TestResponse:
        page = self.get(shown or path).text
        hidden = dict(re.findall(r'type="hidden" name="(request_id)" value="([^"]*)"', page))
        data = {**hidden, **(fields or {}), "csrf_token": csrf_token(page)}
        return self._client.post(path, base_url=self._base, data=data)


@pytest.fixture
def place() -> Iterator[NoticePlace]:
    place = make_place()
    yield place
    place.country.close()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_page_opens_and_says_nothing_of_the_number(place: NoticePlace, language: str) -> None:
    father, mother, child = place.number()
    place.residence(mother, ResidenceCase.VIOLENCE, path=DeliveryPath.TOWN_HALL)
    place.send()
    place.returned(father)
    place.treat(place.returned(child), Treatment.ASK_TO_VISIT)
    hall = place.notice(mother).notice
    place.desk.take_in_at_hall(place.context(), hall)
    clerk, officer = Staff(place, "counter-clerk", language=language), Staff(place, "support-officer")
    number = place.country.apps[MIYAKONOJO].operations.resident(place.context(), father).number.reveal()
    cards = [f"/notices/card/{place.notice(one).notice}" for one in (father, mother, child)]
    paths = [
        "/notices",
        "/notices?state=returned",
        "/notices?state=nonsense&due=1",
        "/notices/export",
        "/notices/mailings",
        "/notices/returned",
        "/notices/check",
        *cards,
        f"{cards[0]}/letter",
        f"/residents/{father}/notices",
        f"/residents/{father}/residence",
    ]
    for path in paths:
        answer = clerk.get(path)
        assert answer.status_code == 200, path
        assert number not in answer.text
        assert SECRET not in answer.text
    for path in (f"{cards[1]}/label", f"/residents/{mother}/residences"):
        assert clerk.get(path).status_code == 403
        assert SECRET in officer.get(path).text
    assert officer.get("/residences").status_code == 200


@pytest.mark.requirement("R-120")
def test_returned_mail_is_entered_by_card_id_and_the_form_is_ready_for_the_next(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    number = place.notice(father).number
    clerk = Staff(place, "counter-clerk")
    fields = {"reason": "no-such-addressee", "returned_on": "2015-10-05", "whole": "yes"}
    wrong = clerk.post("/notices/returned", {**fields, "number": "1234 5678 9012 3456"})
    assert "A card id has 16 digits; check them" in wrong.text
    assert "Enter a card id" not in wrong.text
    answer = clerk.post("/notices/returned", {**fields, "number": f"{number[:8]} {number[8:]}"})
    assert answer.status_code == 200
    assert 'role="status"' in answer.text
    assert place.notice(father).state is NoticeState.RETURNED
    assert re.search(r'value="no-such-addressee"[^>]*checked', answer.text)


def test_returned_mail_is_entered_by_items_and_several_hits_are_offered(place: NoticePlace) -> None:
    residents = place.number()
    place.send()
    clerk = Staff(place, "counter-clerk")
    fields = {"reason": "refused-by-addressee", "returned_on": "2015-10-05", "name": "山田"}
    several = clerk.post("/notices/returned", fields)
    assert several.text.count('name="notice"') == 3
    chosen = place.notice(residents[1]).notice
    clerk.post("/notices/returned", {**fields, "notice": chosen})
    assert [place.notice(one).state.value for one in residents] == ["sent", "returned", "sent"]


def test_a_treatment_refused_by_the_register_says_so_and_changes_nothing(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    card = place.returned(father)
    clerk = Staff(place, "counter-clerk")
    path = f"/notices/card/{card.notice}"
    refused = clerk.post(path, {"do": "treat", "treatment": "hand-over"})
    assert (refused.status_code, "identity-not-verified" in refused.text) == (403, True)
    assert clerk.post(path, {"do": "treat", "treatment": "dispose"}).status_code == 403
    assert place.notice(father).state is NoticeState.RETURNED
    done = clerk.post(path, {"do": "treat", "treatment": "hand-over", "documents": "passport"})
    assert done.status_code == 303
    assert place.notice(father).state is NoticeState.HANDED_OVER


def test_the_export_holds_no_address_and_no_formula(place: NoticePlace) -> None:
    father, mother, _child = place.number()
    place.send()
    place.returned(father)
    place.returned(mother)
    place.protect(mother)
    text = Staff(place, "counter-clerk").get("/notices/export").text
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["name"] for row in rows] == ["", ""]
    assert "都城市" not in text


@pytest.mark.requirement("R-112")
def test_an_actual_residence_is_registered_with_its_checklist(place: NoticePlace) -> None:
    father = place.number()[0]
    clerk = Staff(place, "counter-clerk")
    path = f"/residents/{father}/residence"
    fields: dict[str, Any] = {
        "case": "unavoidable",
        "source": "application",
        "path": "card-maker",
        "address": SECRET,
        "reason": "遠方で介護中",
        "received_on": "2015-09-15",
        "papers": ["identity-copy"],
    }
    check = clerk.post(path, {**fields, "step": "check"})
    assert SECRET not in check.text
    shown = dict(re.findall(r'type="hidden" name="(request_id)" value="([^"]*)"', check.text))
    refused = clerk.post(path, {**fields, **shown, "step": "enter"})
    assert "A paper that this application needs is missing" in refused.text
    papers = {"papers": ["identity-copy", "place-proof"]}
    clerk.post(path, {**fields, **papers, **shown, "step": "check"})
    assert clerk.post(path, {**fields, **papers, **shown, "step": "enter"}).status_code == 303
    [held] = place.desk.residences(place.context("support-officer"), father)
    assert held.address.reveal() == SECRET


def test_a_re_issue_shows_its_fee_once(place: NoticePlace) -> None:
    father = place.number()[0]
    place.send()
    clerk = Staff(place, "counter-clerk")
    path = f"/notices/card/{place.notice(father).notice}"
    clerk.post(path, {"do": "report-lost"})
    assert clerk.post(path, {"do": "reissue", "reason": "lost-or-damaged"}).status_code == 303
    assert "Collect the fee: 500 yen." in clerk.get(path).text
    assert "Collect the fee" not in clerk.get(path).text


@pytest.mark.requirement("R-106")
def test_the_counter_is_told_to_advise_moving_the_record_first(place: NoticePlace) -> None:
    father = place.number()[0]
    clerk = Staff(place, "counter-clerk")
    guidance = "First advise the person to move the record to where they live."
    assert guidance in clerk.get(f"/residents/{father}/residence").text
    assert "People who live elsewhere should move their record" in clerk.get("/notices").text

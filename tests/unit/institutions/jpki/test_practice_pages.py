"""Pages of the operators' practice: queue, calendar, terminals, incidents, and the drill."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

import pytest
from werkzeug.test import Client

from mizuhiki.crypto.x509.jpki_profile import TEST_PROFILE, CertificateKind
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.practice import Drill
from mizuhiki.institutions.jpki.domain.profiles import PROFILES
from mizuhiki.vocabulary.dates import JST
from support.card_authority import rsa_key, spki
from support.pages import csrf_token
from unit.institutions.jpki.kit import Desk
from unit.institutions.jpki.test_carriers import as_person
from unit.institutions.jpki.test_pages import signed_in
from unit.institutions.jpki.test_renewal_letters import found

PAGES = ("/work", "/letters", "/calendar", "/terminals", "/incidents", "/drill")


def send(client: Client, host: str, path: str, **fields: str) -> int:
    token = csrf_token(client.get(path, base_url=host).get_data(as_text=True))
    return client.post(path, data={**fields, "csrf_token": token}, base_url=host).status_code


def test_the_profiles_as_data_are_those_that_are_encoded() -> None:
    for kind, profile in PROFILES.items():
        assert profile.policy == TEST_PROFILE.kinds[CertificateKind(kind.value)].policy.dotted_string


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_in_both_languages_when_nothing_happened(desk: Desk, path: str) -> None:
    client, host = signed_in(desk)
    japanese = client.get(f"{path}?lang=ja", base_url=host)
    english = client.get(f"{path}?lang=en", base_url=host)
    assert (japanese.status_code, english.status_code) == (200, 200)
    assert japanese.get_data(as_text=True) != english.get_data(as_text=True)


def test_the_calendar_says_when_the_next_generation_is_due(desk: Desk) -> None:
    client, host = signed_in(desk)
    page = client.get("/calendar?lang=en", base_url=host).get_data(as_text=True)
    assert "2029-12-02" in page
    assert "2024-12-02" in page
    assert "No revocation list is in force." in page
    assert "No signer was certified yet." in page
    desk.app.operations.signers.rotate(desk.operator("timed-work"))
    page = client.get("/calendar?lang=en", base_url=host).get_data(as_text=True)
    starts = desk.clock.now() - timedelta(minutes=5)
    for day in (starts + timedelta(days=30), starts + timedelta(days=20)):
        assert page.count(f"{day.astimezone(JST):%Y-%m-%d %H:%M}") == 2
    desk.issue()
    desk.app.operations.lists.publish_due(desk.operator("timed-work"))
    listed = min(one.next_update for one in desk.app.operations.lists.calendar(desk.operator()))
    page = client.get("/calendar?lang=en", base_url=host).get_data(as_text=True)
    assert f"ends {listed.astimezone(JST):%Y-%m-%d %H:%M};" in page


def test_expiries_are_counted_by_place_and_name_nobody(desk: Desk) -> None:
    desk.issue()
    desk.clock.set(datetime(2024, 1, 2, 9, 0, tzinfo=JST))
    desk.current = found()
    desk.app.operations.letters.write(desk.operator())
    client, host = signed_in(desk)
    page = client.get("/work?lang=en", base_url=host).get_data(as_text=True)
    assert "2024-04-01" in page
    assert "452025" in page
    assert "SERIALcard-1" not in page


def test_a_terminal_is_proposed_at_the_page_and_not_approved_by_the_same_person(desk: Desk) -> None:
    desk.clock.set(datetime(2021, 3, 4, 9, 0, tzinfo=JST))
    client, host = signed_in(desk)
    fields = {
        "step": "propose",
        "terminal": "reader-9",
        "operator": "都城病院",
        "purpose": "資格確認",
        "until": "2026-03-31",
        "key": base64.b64encode(spki(rsa_key("page terminal"))).decode(),
    }
    assert send(client, host, "/terminals", **{**fields, "until": "tomorrow"}) == 422
    assert send(client, host, "/terminals", **{**fields, "key": "%%"}) == 422
    assert send(client, host, "/terminals", **fields) == 303
    assert "reader-9" in client.get("/terminals?lang=en", base_url=host).get_data(as_text=True)
    assert send(client, host, "/terminals", step="approve", terminal="reader-9") == 403
    assert send(client, host, "/terminals", step="withdraw", terminal="reader-9") == 303


def test_an_incident_is_closed_by_another_person_than_opened_it(desk: Desk) -> None:
    client, host = signed_in(desk)
    assert send(client, host, "/incidents", step="open", kind="outage", text="") == 422
    assert send(client, host, "/incidents", step="open", kind="outage", text="答えが遅れた") == 303
    practice = desk.app.operations.practice
    [incident] = practice.incidents(desk.operator())
    assert send(client, host, "/incidents", step="close", incident=incident.incident, text="直った") == 403
    practice.close_incident(as_person(desk, "second"), incident=incident.incident, outcome="直った")
    [closed] = practice.incidents(desk.operator())
    assert (closed.closed_by, closed.outcome) == ("second", "直った")
    assert send(client, host, "/incidents", step="close", incident=incident.incident, text="again") == 404


def test_the_drill_samples_what_lives_and_plans_for_all_of_it(desk: Desk) -> None:
    desk.issue()
    client, host = signed_in(desk)
    assert send(client, host, "/drill", kind="signature", workers="0") == 422
    assert send(client, host, "/drill", kind="signature", workers="2") == 303
    [drill] = desk.app.operations.practice.drills(desk.operator())
    assert (drill.kind, drill.certificates, drill.sampled, drill.workers) == (Kind.SIGNATURE, 1, 1, 2)


def test_the_plan_of_the_drill_is_arithmetic() -> None:
    # 100 certificates in half a second: 5 ms each. 70 million take 350,000 s alone, 43,750 s with eight.
    drill = Drill(
        kind=Kind.SIGNATURE,
        certificates=70_000_000,
        sampled=100,
        sample_microseconds=500_000,
        workers=8,
        held_by="x",
        held_at=datetime(2024, 1, 1, tzinfo=JST),
    )
    assert (drill.planned_seconds, drill.feasible, drill.workers_needed) == (43_750, True, 5)

"""Verifiers: application, recognition by another person, credential, audit, suspension; and what a stranger gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.x509 import ocsp
from werkzeug.test import Client

from mizuhiki.crypto.x509 import build_ocsp_request, read_ocsp_status
from mizuhiki.institutions.jpki.domain.errors import (
    NoSuchVerifier,
    ServiceNotYetLawful,
    VerifierApplicationIncomplete,
    VerifierDecidedByApplicant,
    VerifierNotRecognised,
    VerifierStateChangeNotAllowed,
    VerifierWithoutAgreement,
)
from mizuhiki.institutions.jpki.domain.verifier_registry import Service, VerifierApplication, VerifierState
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.context import Actor, Context
from support.pages import csrf_token
from unit.institutions.jpki.kit import JPKI, START, Desk
from unit.institutions.jpki.test_pages import PASSPHRASE
from unit.institutions.jpki.test_status_room import Asker, work

BANK = VerifierApplication(
    name_ja="水引銀行株式会社",
    name_en="Mizuhiki Bank",
    responsible="検証 花子",
    purpose="口座開設の本人確認",
    services=frozenset({Service.STATUS}),
    per_second=5,
)
UNTIL = date(2022, 12, 1)


def registrar(desk: Desk, person: str = "first") -> Context:
    return Context(Actor(JPKI, "registrar", person), "card-issue", "公的個人認証法36条", "test", desk.clock, "trace")


def recognised(desk: Desk, application: VerifierApplication = BANK) -> str:
    registry = desk.app.operations.verifiers
    name: str = registry.apply(registrar(desk), application=application).verifier
    registry.recognise(registrar(desk, "second"), verifier=name, recognition="総務省告示（架空）第1号", until=UNTIL)
    registry.agree(registrar(desk), verifier=name, agreement="協定書（架空）第1号")
    return name


def status_of_answer(answer: bytes) -> ocsp.OCSPResponseStatus:
    return ocsp.load_der_ocsp_response(answer).response_status


@pytest.mark.requirement("R-204")
def test_a_recognised_private_verifier_is_answered_by_its_credential_until_it_is_suspended(desk: Desk) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    registry, stranger = desk.app.operations.verifiers, Asker(desk, None)
    name = recognised(desk)
    credential = registry.make_credential(registrar(desk), verifier=name)

    def ask(shown: str = credential) -> bytes:
        return stranger.post(request, headers={"Authorization": f"Bearer {shown}"}).data

    read_ocsp_status(ask(), request, issued.signature_ca, desk.clock.now())
    assert desk.app.operations.status_answers(desk.operator()) == {name: (1, 20)}
    registry.suspend(registrar(desk), verifier=name, reason="漏えいの疑い")
    assert status_of_answer(ask()) is ocsp.OCSPResponseStatus.UNAUTHORIZED
    registry.resume(registrar(desk), verifier=name, reason="調査終了")
    assert status_of_answer(ask()) is ocsp.OCSPResponseStatus.SUCCESSFUL
    second = registry.make_credential(registrar(desk), verifier=name)
    assert status_of_answer(ask()) is ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert status_of_answer(ask(second)) is ocsp.OCSPResponseStatus.SUCCESSFUL
    assert second not in desk.dump()
    registry.end(registrar(desk), verifier=name, reason="廃業")
    assert status_of_answer(ask(second)) is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.requirement("R-207")
def test_a_private_verifier_owes_for_each_answer_of_a_month_by_kind(desk: Desk) -> None:
    issued = desk.issue()
    name, registry = recognised(desk), desk.app.operations.verifiers
    shown = {"Authorization": f"Bearer {registry.make_credential(registrar(desk), verifier=name)}"}
    pairs = (
        (issued.signature_certificate, issued.signature_ca),
        (issued.user_identification_certificate, issued.user_identification_ca),
    )
    stranger = Asker(desk, None)
    for days in (0, 31):
        desk.clock.advance(timedelta(days=days))
        for certificate, ca in pairs:
            request = build_ocsp_request(certificate, ca, None)
            assert status_of_answer(stranger.post(request, headers=shown).data) is ocsp.OCSPResponseStatus.SUCCESSFUL
        stranger.post(b"nonsense", headers=shown)
    asked = desk.app.operations.meter.statement(registrar(desk), verifier=name)
    assert [(one.month, one.kind.value, one.answers, one.fee_yen) for one in asked] == [
        ("2020-01", "user-identification", 1, 2),
        ("2020-01", "signature", 1, 20),
        ("2019-12", "user-identification", 1, 2),
        ("2019-12", "signature", 1, 20),
    ]
    assert desk.app.operations.status_answers(desk.operator()) == {name: (4, 44)}
    with pytest.raises(ActionNotPermitted):
        desk.app.operations.meter.statement(desk.operator("timed-work"), verifier=name)


@pytest.mark.requirement("R-204")
def test_recognition_needs_another_person_a_document_and_an_end(desk: Desk) -> None:
    registry = desk.app.operations.verifiers
    name = registry.apply(registrar(desk), application=BANK).verifier
    with pytest.raises(VerifierDecidedByApplicant):
        registry.recognise(registrar(desk), verifier=name, recognition="第1号", until=UNTIL)
    with pytest.raises(VerifierDecidedByApplicant):
        registry.refuse(registrar(desk), verifier=name, reason="不備")
    for recognition, until in (("", UNTIL), ("第1号", date(2019, 12, 1)), ("第1号", date(2025, 1, 1))):
        with pytest.raises(VerifierApplicationIncomplete):
            registry.recognise(registrar(desk, "second"), verifier=name, recognition=recognition, until=until)
    with pytest.raises(VerifierStateChangeNotAllowed):
        registry.resume(registrar(desk, "second"), verifier=name, reason="recognition by the back door")
    with pytest.raises(VerifierNotRecognised):
        registry.make_credential(registrar(desk), verifier=name)
    assert registry.refuse(registrar(desk, "second"), verifier=name, reason="不備").state is VerifierState.REFUSED
    with pytest.raises(VerifierStateChangeNotAllowed):
        registry.recognise(registrar(desk, "second"), verifier=name, recognition="第1号", until=UNTIL)


@pytest.mark.requirement("R-204")
def test_a_recognised_verifier_asks_nothing_before_its_agreement_is_concluded(desk: Desk) -> None:
    registry, access = desk.app.operations.verifiers, desk.app.operations.status.access
    name = registry.apply(registrar(desk), application=BANK).verifier
    with pytest.raises(VerifierNotRecognised):
        registry.agree(registrar(desk), verifier=name, agreement="協定書")
    registry.recognise(registrar(desk, "second"), verifier=name, recognition="第1号", until=UNTIL)
    with pytest.raises(VerifierWithoutAgreement):
        registry.make_credential(registrar(desk), verifier=name)
    with pytest.raises(VerifierNotRecognised):
        access.require(name, Service.STATUS, START.date(), START)
    with pytest.raises(VerifierApplicationIncomplete):
        registry.agree(registrar(desk), verifier=name, agreement=" ")
    with pytest.raises(ActionNotPermitted):
        registry.agree(desk.operator(), verifier=name, agreement="協定書")
    agreed = registry.agree(registrar(desk), verifier=name, agreement="協定書第3号")
    assert (agreed.agreement, agreed.agreed_on) == ("協定書第3号", START.date())
    assert access.require(name, Service.STATUS, START.date(), START) == 5
    assert registry.make_credential(registrar(desk), verifier=name)


def test_an_application_lacks_nothing_and_only_registrars_keep_the_registry(desk: Desk) -> None:
    registry = desk.app.operations.verifiers
    for changes in ({"name_ja": " "}, {"purpose": ""}, {"services": frozenset()}, {"per_second": 0}):
        with pytest.raises(VerifierApplicationIncomplete):
            registry.apply(registrar(desk), application=replace(BANK, **changes))
    with pytest.raises(ActionNotPermitted):
        registry.apply(desk.operator(), application=BANK)
    with pytest.raises(NoSuchVerifier):
        registry.one(registrar(desk), verifier="verifier-9999")
    assert registry.all(desk.operator()) == []


@pytest.mark.requirement("R-204")
def test_recognition_ends_with_its_last_day_and_audits_fall_due_after_a_year(desk: Desk) -> None:
    name, access = recognised(desk), desk.app.operations.status.access
    day_after = UNTIL + timedelta(days=1)
    assert access.require(name, Service.STATUS, UNTIL, START) == 5
    with pytest.raises(VerifierNotRecognised):
        access.require(name, Service.STATUS, day_after, START)
    found, history = desk.app.operations.verifiers.one(registrar(desk), verifier=name)
    assert [line.event for line in history] == ["agreed", "recognised", "applied"]
    assert [line.officer for line in history] == ["first", "second", "first"]
    assert (found.audit_due(date(2020, 12, 1)), found.audit_due(date(2020, 12, 2))) == (False, True)
    desk.clock.advance(timedelta(days=366))
    audited = desk.app.operations.verifiers.audited(registrar(desk), verifier=name, finding="適正")
    assert not audited.audit_due(desk.clock.today())


def test_each_service_is_authorised_by_itself_and_from_its_first_lawful_day(desk: Desk) -> None:
    name, access = recognised(desk), desk.app.operations.status.access
    with pytest.raises(VerifierNotRecognised):
        access.require(name, Service.SERIAL_LINKING, START.date(), START)
    with pytest.raises(VerifierNotRecognised):
        access.require("portal", Service.SERIAL_LINKING, START.date(), START)
    with pytest.raises(ServiceNotYetLawful):
        access.require(name, Service.CURRENT_ITEMS, date(2023, 5, 15), START)


def test_a_verifier_asks_no_faster_than_it_may(desk: Desk) -> None:
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    name = recognised(desk)
    credential = desk.app.operations.verifiers.make_credential(registrar(desk), verifier=name)
    headers = {"Authorization": f"Bearer {credential}"}
    answers = [status_of_answer(Asker(desk, None).post(request, headers=headers).data) for _ in range(6)]
    assert answers.count(ocsp.OCSPResponseStatus.TRY_LATER) == 1


def test_two_registrars_lead_an_applicant_to_its_credential_at_the_pages(desk: Desk) -> None:
    host = f"http://{desk.environment.settings.host}"

    def signed_in(account: str) -> Client:
        desk.app.operations.add_staff(account, account, "registrar", PASSPHRASE)
        client = Client(desk.app.wsgi)
        token = csrf_token(client.get("/sign-in", base_url=host).text)
        fields = {"account": account, "passphrase": PASSPHRASE, "csrf_token": token}
        assert client.post("/sign-in", data=fields, base_url=host).status_code == 303
        return client

    def send(client: Client, path: str, **fields: str) -> tuple[int, str]:
        token = csrf_token(client.get(f"{path}?lang=en", base_url=host).text)
        answer = client.post(path, data={**fields, "csrf_token": token}, base_url=host)
        return answer.status_code, answer.text

    first, second = signed_in("first"), signed_in("second")
    assert "まだ申請はありません" in first.get("/verifiers?lang=ja", base_url=host).text
    stated = {"name_ja": "水引銀行", "name_en": "Bank", "responsible": "検証", "purpose": "口座", "per_second": "10"}
    assert send(first, "/verifiers/apply", **{**stated, "per_second": "0"})[0] == 422
    assert send(first, "/verifiers/apply", **stated, services="status")[0] == 303
    path = "/verifiers/verifier-0001"
    step = {"step": "recognise", "note": "第1号", "until": "2022-12-01"}
    status, text = send(first, path, **step)
    assert (status, "Another person than the one" in text) == (422, True)
    assert send(second, path, **{**step, "until": "tomorrow"})[0] == 422
    assert send(second, path, **step)[0] == 303
    status, text = send(second, path, step="credential")
    assert (status, "The agreement with this verifier is not concluded yet" in text) == (422, True)
    assert send(first, path, step="agree", note="協定書第7号")[0] == 303
    page = first.get(f"{path}?lang=en", base_url=host).text
    assert ("協定書第7号" in page, "No status was asked." in page) == (True, True)
    status, text = send(second, path, step="credential")
    assert (status, "Shown this once" in text) == (200, True)
    shown = text.partition("hand it over safely: ")[2].partition("<")[0].strip()
    assert desk.app.operations.status.access.by_credential(shown, desk.clock.now()) == "verifier-0001"
    assert "Recognised by the Minister" in second.get(f"{path}?lang=en", base_url=host).text
    work(desk, "publish-lists")
    assert "All municipalities" in first.get("/lists?lang=en", base_url=host).text

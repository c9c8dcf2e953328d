"""Many applications written together: each keeps its own fate, and each is recorded before it is signed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mizuhiki.institutions.jpki.api.endpoints import read_application
from mizuhiki.institutions.jpki.domain.certificates import Application, CertificateSet
from mizuhiki.institutions.jpki.domain.errors import (
    CertificateRequestChanged,
    PublicKeyUsedBefore,
    SignatureCertificateUnderAge,
)
from mizuhiki.institutions.jpki.operations.authorities import Authorities, Planned
from mizuhiki.institutions.jpki.operations.issue_batch import IssueBatch
from mizuhiki.institutions.jpki.store import SqlStore
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import parse_institution_id
from mizuhiki.vocabulary.numbers import ResidentRecordCode
from mizuhiki.vocabulary.persons import FourItems, Sex
from unit.institutions.jpki.kit import Desk, resident_code
from unit.institutions.jpki.test_crash_points import Killed, rows

ITEMS = FourItems("水引　結子", "ミズヒキ　ユイコ", date(1990, 4, 1), Sex.FEMALE, "宮崎県都城市姫城町六番")


def key(number: int) -> bytes:
    """Return a public key of the card's next generation; quicker to make than RSA."""
    public = ec.derive_private_key(number + 2, ec.SECP384R1()).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def application(number: int, *, holder: int | None = None, **changes: Any) -> Application:
    values: dict[str, Any] = {
        "request_id": f"card-{number}",
        "municipality_code": "452025",
        "code": ResidentRecordCode.parse(resident_code(f"{number if holder is None else holder:010d}")),
        "four_items": ITEMS,
        "name_substituted": "0" * len(ITEMS.name),
        "address_substituted": "0" * len(ITEMS.address),
        "card_serial": f"SERIAL{number}",
        "card_expires_on": date(2029, 4, 1),
        "user_identification_key": key(2 * number),
        "signature_key": key(2 * number + 1),
    }
    return Application(**{**values, **changes})


def office(desk: Desk) -> Context:
    actor = Actor(parse_institution_id("municipality-452025"), "peer")
    return Context(actor, "card-issue", "公的個人認証法3条, 22条", "test", desk.clock, "trace")


def issued(desk: Desk, *applications: Application) -> list[Any]:
    return desk.app.operations.issue.many(office(desk), applications=applications)


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count write transactions of the store."""
    opened: list[int] = []
    real = SqlStore.transaction

    def transaction(self: SqlStore) -> Any:
        opened.append(1)
        return real(self)

    monkeypatch.setattr(SqlStore, "transaction", transaction)
    return opened


@pytest.mark.requirement("R-201")
def test_many_applications_take_two_writes_and_each_gets_its_own_certificates(desk: Desk, writes: list[int]) -> None:
    outcomes = issued(desk, *(application(number) for number in range(20)))
    assert len(writes) == 2
    for number, one in enumerate(outcomes):
        for der, expected in ((one.user_identification, key(2 * number)), (one.signature, key(2 * number + 1))):
            public = x509.load_der_x509_certificate(der).public_key()
            assert public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) == expected
        card = x509.load_der_x509_certificate(one.signature)
        card.verify_directly_issued_by(x509.load_der_x509_certificate(one.signature_ca))
    assert rows(desk, "SELECT count(*) FROM certificates") == [(40,)]
    assert rows(desk, "SELECT count(*) FROM audit_event WHERE event = 'certificates-issued'") == [(20,)]
    assert issued(desk, *(application(number) for number in range(20))) == outcomes
    assert rows(desk, "SELECT count(*) FROM certificates") == [(40,)]


def test_a_refused_application_changes_nothing_for_the_others(desk: Desk) -> None:
    child = FourItems("水引　葉", "", date(2010, 4, 1), Sex.FEMALE, "宮崎県都城市姫城町六番")
    young = application(1, four_items=child, name_substituted="0000")
    thief = application(2, signature_key=key(1))
    assert isinstance(issued(desk, application(7))[0], CertificateSet)
    reused = application(7, card_serial="OTHER")
    outcomes = issued(desk, application(0), young, thief, reused, application(3))
    refusals = [SignatureCertificateUnderAge, PublicKeyUsedBefore, CertificateRequestChanged]
    assert [type(one) for one in outcomes] == [CertificateSet, *refusals, CertificateSet]
    found = rows(desk, "SELECT DISTINCT request_id FROM certificates ORDER BY request_id")
    assert found == [("card-0",), ("card-3",), ("card-7",)]
    recorded = rows(desk, "SELECT request_id FROM certificate_applications ORDER BY request_id")
    assert recorded == found


def test_two_cards_of_one_holder_in_one_batch_leave_the_later_one_good(desk: Desk) -> None:
    outcomes = issued(desk, application(0, holder=9), application(1, holder=9))
    assert all(isinstance(one, CertificateSet) for one in outcomes)
    states = rows(desk, "SELECT request_id, state, cause FROM certificates ORDER BY request_id, kind")
    assert states == [("card-0", "revoked", "superseded")] * 2 + [("card-1", "good", "issued")] * 2


def test_one_application_sent_twice_in_one_batch_is_issued_once(desk: Desk) -> None:
    first, again = issued(desk, application(0), application(0))
    assert first == again
    assert rows(desk, "SELECT count(*) FROM certificates") == [(2,)]


@pytest.mark.requirement("R-201")
def test_an_application_that_two_processes_take_up_at_once_gives_each_certificate_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = Authorities.sign, read_application(desk.application())
    others: list[Any] = []

    def sign(self: Authorities, planned: Planned) -> bytes:
        if not others:
            others.append("on its way")
            others[:] = desk.app.operations.issue.many(office(desk), applications=[asked])
        return real(self, planned)

    with monkeypatch.context() as patch:
        patch.setattr(Authorities, "sign", sign)
        issued = desk.issue()
    [other] = others
    assert other.signature == issued.signature_certificate
    assert other.user_identification == issued.user_identification_certificate
    assert rows(desk, "SELECT count(*) FROM certificates") == [(2,)]
    assert rows(desk, "SELECT count(*) FROM audit_event WHERE event = 'certificates-issued'") == [(1,)]
    desk.confirm(issued.signature_certificate, issued.signature_ca)


def test_an_unconfirmed_holder_is_refused_in_place(desk: Desk) -> None:
    desk.confirms = False
    assert {one.code for one in issued(desk, application(0), application(1))} == {"card-holder-not-confirmed"}
    assert rows(desk, "SELECT count(*) FROM certificate_applications") == [(0,)]


@pytest.mark.requirement("R-201")
def test_a_batch_that_stopped_after_it_was_recorded_is_taken_up_with_the_same_serials(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, signed = Authorities.sign, []

    def sign(self: Authorities, planned: Planned) -> bytes:
        if len(signed) == 3:
            raise Killed
        signed.append(real(self, planned))
        return signed[-1]

    batch = [application(number) for number in range(5)]
    with monkeypatch.context() as patch:
        patch.setattr(Authorities, "sign", sign)
        with pytest.raises(Killed):
            issued(desk, *batch)
    plans = rows(desk, "SELECT serial FROM planned_certificates WHERE state = 'planned' ORDER BY serial")
    assert (len(plans), rows(desk, "SELECT count(*) FROM certificates")) == (10, [(0,)])
    outcomes = issued(desk, *batch)
    ders = {der for one in outcomes for der in (one.user_identification, one.signature)}
    assert set(signed) <= ders
    assert rows(desk, "SELECT serial FROM certificates ORDER BY serial") == plans


def test_callers_that_wait_together_are_written_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, writes: list[int]
) -> None:
    """The first caller's batch is held until all others wait."""
    callers, sizes, held = 12, [], threading.Event()
    real = IssueBatch.__call__

    def batch(self: IssueBatch, requests: Any) -> Any:
        sizes.append(len(requests))
        if len(sizes) == 1:
            assert held.wait(30)
        return real(self, requests)

    monkeypatch.setattr(IssueBatch, "__call__", batch)
    issue = desk.app.operations.issue
    writes_of_all = issue._writes
    with ThreadPoolExecutor(callers) as pool:
        answers = [pool.submit(issue.issue_confirmed, office(desk), application(number)) for number in range(callers)]
        while len(writes_of_all._waiting) < callers - 1:
            threading.Event().wait(0.001)
        held.set()
        ders = {answer.result().signature for answer in answers}
    assert (len(ders), sizes, len(writes)) == (callers, [1, callers - 1], 4)
    assert rows(desk, "SELECT count(*) FROM certificates WHERE state = 'good'") == [(2 * callers,)]


def test_callers_learn_when_the_common_write_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: SqlStore) -> Any:
        raise OSError("the disk is gone")

    monkeypatch.setattr(SqlStore, "transaction", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        desk.app.operations.issue.issue_confirmed(office(desk), application(0))
    monkeypatch.undo()
    assert desk.app.operations.issue.issue_confirmed(office(desk), application(0)).signature


def test_serials_of_a_batch_tell_nothing_about_its_order(desk: Desk) -> None:
    outcomes = issued(desk, *(application(number) for number in range(30)))
    serials = [x509.load_der_x509_certificate(one.signature).serial_number for one in outcomes]
    assert len(set(serials)) == 30
    assert serials not in (sorted(serials), sorted(serials, reverse=True))
    assert rows(desk, "SELECT count(*) FROM certificates WHERE kind = 'signature'") == [(30,)]

"""Lists by calendar, full and delta, of everybody and of one municipality, and who may fetch them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from mizuhiki.crypto.x509 import CrlEntry, CrlUnreadable, ListPlan, RevocationReason, build_crl, read_crl_status
from mizuhiki.crypto.x509.jpki_profile import CertificateKind
from mizuhiki.institutions.jpki.domain.certificates import Kind
from support.card_authority import AT, CardAuthority
from unit.institutions.jpki.kit import Desk
from unit.institutions.jpki.test_status_room import Asker, work

CLOCK = "timed-work"


def reasons(der: bytes) -> dict[int, x509.ReasonFlags]:
    return {
        one.serial_number: one.extensions.get_extension_for_class(x509.CRLReason).value.reason
        for one in x509.load_der_x509_crl(der)
    }


def serial(der: bytes) -> int:
    return x509.load_der_x509_certificate(der).serial_number


@pytest.mark.requirement("R-203")
def test_a_delta_list_tells_what_changed_since_the_full_list_and_what_is_good_again(desk: Desk) -> None:
    first, second = desk.issue(), desk.issue(desk.application("card-2", resident_record_code="00000000019"[:11]))
    lists, cards = desk.app.operations.lists, desk.app.operations.cards
    cards.suspend(desk.operator(), card_serial="SERIALcard-1")
    full = lists.full(desk.operator(), kind=Kind.SIGNATURE, municipality_code="452025")
    assert reasons(full.der) == {serial(first.signature_certificate): x509.ReasonFlags.certificate_hold}
    desk.clock.advance(timedelta(hours=1))
    cards.resume(desk.operator(), card_serial="SERIALcard-1")
    cards.revoke(desk.operator(), card_serial="SERIALcard-2")
    delta = lists.delta(desk.operator(), kind=Kind.SIGNATURE, municipality_code="452025")
    assert delta is not None
    assert reasons(delta.der) == {
        serial(first.signature_certificate): x509.ReasonFlags.remove_from_crl,
        serial(second.signature_certificate): x509.ReasonFlags.cessation_of_operation,
    }
    crl = x509.load_der_x509_crl(delta.der)
    indicator = crl.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert (indicator.critical, indicator.value.crl_number, point.critical) == (True, full.number, True)
    assert delta.number > full.number
    with pytest.raises(CrlUnreadable):
        read_crl_status(delta.der, second.signature_certificate, second.signature_ca, desk.clock.now())
    again = lists.full(desk.operator(), kind=Kind.SIGNATURE, municipality_code="452025")
    assert set(reasons(again.der)) == {serial(second.signature_certificate)}


def test_a_certificate_put_on_hold_and_freed_between_two_full_lists_is_in_no_delta_list(desk: Desk) -> None:
    desk.issue()
    lists, cards = desk.app.operations.lists, desk.app.operations.cards
    assert lists.delta(desk.operator(), kind=Kind.SIGNATURE) is None
    lists.full(desk.operator(), kind=Kind.SIGNATURE)
    desk.clock.advance(timedelta(minutes=10))
    cards.suspend(desk.operator(), card_serial="SERIALcard-1")
    cards.resume(desk.operator(), card_serial="SERIALcard-1")
    delta = lists.delta(desk.operator(), kind=Kind.SIGNATURE)
    assert delta is not None
    assert reasons(delta.der) == {}


def test_the_calendar_keeps_every_scope_in_force_and_publishes_nothing_twice(desk: Desk) -> None:
    desk.issue()
    lists = desk.app.operations.lists
    assert [lists.publish_due(desk.operator(CLOCK)) for _ in range(2)] == [4, 0]  # two kinds, all and one place
    for _ in range(40):
        desk.clock.advance(timedelta(minutes=30))
        lists.publish_due(desk.operator(CLOCK))
        scopes = {(one.kind, one.scope) for one in lists.calendar(desk.operator()) if one.base_number is None}
        assert scopes == {(kind, scope) for kind in Kind for scope in ("", "452025")}
    numbers = [one.number for one in lists.calendar(desk.operator())]
    assert len(numbers) == 8
    newest = lists.published(kind=Kind.SIGNATURE)
    assert newest.this_update == desk.clock.now() - timedelta(hours=2)


def test_an_ended_certificate_stays_on_one_more_list(desk: Desk) -> None:
    issued = desk.issue()
    desk.app.operations.cards.revoke(desk.operator(), card_serial="SERIALcard-1")
    ends = x509.load_der_x509_certificate(issued.signature_certificate).not_valid_after_utc
    lists = desk.app.operations.lists
    for later, listed in ((timedelta(days=1), 1), (timedelta(days=3), 0)):
        desk.clock.set(ends + later)
        assert lists.full(desk.operator(), kind=Kind.SIGNATURE).lines == listed


@pytest.mark.requirement("R-204")
def test_verifiers_fetch_lists_and_others_do_not(desk: Desk) -> None:
    desk.issue()
    work(desk, "publish-lists")
    portal = Asker(desk)
    for name in ("all", "452025"):
        answer = portal.get(f"/crl/signature/{name}.crl")
        assert (answer.status_code, answer.mimetype) == (200, "application/pkix-crl")
        assert len(x509.load_der_x509_crl(answer.data)) == 0
    tag = answer.headers["ETag"]
    assert portal.get("/crl/signature/452025.crl", headers={"If-None-Match": tag}).status_code == 304
    assert portal.get("/crl/signature/011002.crl").status_code == 404
    assert portal.get("/crl/signature/../all.crl").status_code == 404
    assert portal.get("/crl/signature/all-delta.crl").status_code == 404
    assert Asker(desk, None).get("/crl/signature/all.crl").status_code == 401
    assert Asker(desk, "national-register").get("/crl/signature/all.crl").status_code == 403


@pytest.mark.parametrize("year", [2049, 2050])
def test_times_change_their_form_in_2050_and_serials_keep_their_sign(year: int) -> None:
    authority = CardAuthority(CertificateKind.SIGNATURE)
    at = datetime(year, 1, 1, tzinfo=UTC)
    serials = [1, 0x7F, 0x80, 0xFF, 0x7FFFFFFF, 0x80000000]
    der = build_crl(
        [CrlEntry(one, AT, RevocationReason.UNSPECIFIED) for one in serials],
        ca_certificate=authority.certificate,
        ca_key=authority.key,
        plan=ListPlan(number=1, this_update=AT, next_update=at),
    )
    crl = x509.load_der_x509_crl(der)
    assert [one.serial_number for one in crl] == serials
    assert (crl.last_update_utc, crl.next_update_utc) == (AT, at)
    assert crl.is_signature_valid(authority.key.public_key())
    again = x509.CertificateRevocationListBuilder().issuer_name(crl.issuer).last_update(AT).next_update(at)
    for extension in crl.extensions:
        again = again.add_extension(extension.value, critical=extension.critical)
    for one in crl:
        again = again.add_revoked_certificate(one)
    built = again.sign(authority.key, crl.signature_hash_algorithm)  # type: ignore[arg-type]  # SHA-256 here
    assert built.tbs_certlist_bytes == crl.tbs_certlist_bytes

"""Two generations of an authority side by side: each certificate's status comes from its own (R-196)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Never

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from mizuhiki.crypto.x509 import (
    CertificateRevoked,
    StatusAnswerInvalid,
    StatusUnknown,
    build_ocsp_request,
    read_ocsp_status,
)
from mizuhiki.institutions.jpki.app import build
from mizuhiki.institutions.jpki.domain.ceremony import CeremonyScript, Officer, PlannedRoot
from mizuhiki.institutions.jpki.domain.certificates import AuthorityRoot, Kind
from mizuhiki.institutions.jpki.domain.errors import CeremonyScriptRefused
from mizuhiki.institutions.jpki.operations import issue_batch
from mizuhiki.institutions.jpki.operations.hold_key_ceremony import hold_scripted_ceremony
from mizuhiki.wire import jpki as wire
from unit.institutions.jpki.kit import Desk
from unit.institutions.jpki.test_status_room import Asker, work

SECOND = "02"


def planned(kind: Kind, serial: str, generation: str = SECOND) -> PlannedRoot:
    return PlannedRoot(kind, serial, date(2019, 12, 2), generation=generation)


def hold(desk: Desk, *roots: PlannedRoot) -> list[AuthorityRoot]:
    script = CeremonyScript(
        held_at=desk.clock.now(),
        place="Room 3 (invented)",
        basis="公的個人認証法39条",
        officers=(Officer("鍵守 一郎", "holds the PIN"), Officer("立会 二子", "witness")),
        roots=roots,
    )
    operations = desk.app.operations
    return hold_scripted_ceremony(
        desk.operator("ceremony"),
        script=script,
        store=operations.store,
        authority=operations.authority,
        keystore=desk.environment.keystore,
    )


def serial_in(der: bytes) -> int:
    return x509.load_der_x509_certificate(der).serial_number


@pytest.fixture
def before(desk: Desk) -> wire.IssuedCertificates:
    """A card of the first generation; the desk goes on with the second."""
    issued = desk.issue()
    work(desk, "prepare-status-answers")
    hold(desk, *(planned(kind, f"5D7C1A0{n}") for n, kind in enumerate(Kind)))
    desk.app = build(desk.environment)
    return issued


def signer_of(answer: bytes) -> x509.Certificate:
    return ocsp.load_der_ocsp_response(answer).certificates[0]


@pytest.mark.requirement("R-196")
@pytest.mark.requirement("R-203")
@pytest.mark.parametrize("nonce", [None, b"n" * 32])
def test_each_generation_answers_for_its_own_certificates_only(
    desk: Desk, before: wire.IssuedCertificates, nonce: bytes | None
) -> None:
    new = desk.issue(desk.application("card-2", signature_public_key=b""))
    work(desk, "prepare-status-answers")
    asker, now = Asker(desk), desk.clock.now()
    roots = {}
    for der, ca in (
        (before.signature_certificate, before.signature_ca),
        (new.user_identification_certificate, new.user_identification_ca),
    ):
        request = build_ocsp_request(der, ca, nonce)
        answer = asker.post(request).data
        roots[ca] = x509.load_der_x509_certificate(ca)
        signer_of(answer).verify_directly_issued_by(roots[ca])
        if der == before.signature_certificate:
            with pytest.raises(CertificateRevoked):
                read_ocsp_status(answer, request, ca, now)
        else:
            read_ocsp_status(answer, request, ca, now)
    assert before.user_identification_ca != new.user_identification_ca
    crossed = build_ocsp_request(new.user_identification_certificate, before.user_identification_ca, nonce)
    with pytest.raises(StatusUnknown):
        read_ocsp_status(asker.post(crossed).data, crossed, before.user_identification_ca, now)
    with pytest.raises(StatusAnswerInvalid):
        read_ocsp_status(asker.post(crossed).data, crossed, new.user_identification_ca, now)


def test_signers_of_both_generations_are_rotated(desk: Desk, before: wire.IssuedCertificates) -> None:
    rotate = desk.app.operations.signers.rotate
    assert rotate(desk.operator("timed-work")) == 2
    desk.clock.advance(timedelta(days=25))
    assert rotate(desk.operator("timed-work")) == 4
    work(desk, "prepare-status-answers")
    request = build_ocsp_request(before.signature_certificate, before.signature_ca, None)
    read_ocsp_status(Asker(desk).post(request).data, request, before.signature_ca, desk.clock.now())


@pytest.mark.requirement("R-203")
def test_every_generation_publishes_its_own_lists(desk: Desk, before: wire.IssuedCertificates) -> None:
    serial = x509.load_der_x509_certificate(before.signature_certificate).serial_number
    desk.event("event-1", "death", in_register=False)
    work(desk, "publish-lists")
    asker = Asker(desk)
    first, second = (
        x509.load_der_x509_crl(asker.get(f"/crl/signature{name}/all.crl").data) for name in ("-01", f"-{SECOND}")
    )
    old_root = x509.load_der_x509_certificate(before.signature_ca)
    new_root = x509.load_der_x509_certificate(desk.app.operations.ca_certificate(Kind.SIGNATURE))
    assert first.is_signature_valid(old_root.public_key())
    assert second.is_signature_valid(new_root.public_key())
    assert first.get_revoked_certificate_by_serial_number(serial) is not None
    assert second.get_revoked_certificate_by_serial_number(serial) is None
    numbers = {one.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for one in (first, second)}
    assert len(numbers) == 2
    assert asker.get("/crl/signature/all.crl").data == asker.get(f"/crl/signature-{SECOND}/all.crl").data
    assert asker.get("/crl/signature/452025.crl").status_code == 404
    assert asker.get("/crl/signature-01/452025.crl").status_code == 200
    assert asker.get("/crl/signature-09/all.crl").status_code == 404


@pytest.mark.requirement("R-196")
@pytest.mark.parametrize("serials", [("5D7C1A00", "5D7C1A00"), ("5D7C1A00", "005D7C1A00")])
def test_one_script_gives_no_two_roots_of_an_authority_one_serial(desk: Desk, serials: tuple[str, str]) -> None:
    with pytest.raises(CeremonyScriptRefused) as refused:
        hold(desk, planned(Kind.SIGNATURE, serials[0]), planned(Kind.SIGNATURE, serials[1], "03"))
    assert refused.value.fields["rule"] == "one-root-a-serial"
    # The two authorities have two names, so their serials do not meet.
    assert len(hold(desk, *(planned(kind, "5D7C1A00") for kind in Kind))) == 2


@pytest.mark.requirement("R-196")
def test_no_root_gets_the_serial_of_an_earlier_root_or_of_a_holders_certificate(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = desk.issue()
    first = hold(desk, planned(Kind.SIGNATURE, "F" * 32))
    assert hold(desk, planned(Kind.SIGNATURE, "F" * 32)) == first
    monkeypatch.setattr(type(desk.environment.keystore), "certification_key", untouched)
    for used in (issued.signature_ca, issued.signature_certificate, first[0].certificate):
        with pytest.raises(CeremonyScriptRefused) as refused:
            hold(desk, planned(Kind.SIGNATURE, f"{serial_in(used):08X}", "09"))
        assert refused.value.fields["rule"] == "serial-not-used-before"
    assert len(desk.app.operations.store.roots()) == 3


def untouched(_keystore: object, name: str) -> Never:
    pytest.fail(f"the key {name} was touched")


@pytest.mark.requirement("R-196")
def test_no_holder_gets_the_serial_of_a_root(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    used = serial_in(desk.app.operations.ca_certificate(Kind.SIGNATURE))
    drawn = iter([used, used, 0x5D7C1A55])
    monkeypatch.setattr(issue_batch, "new_certificate_serial", lambda _randomness: next(drawn))
    issued = desk.issue(desk.application(user_identification_public_key=b""))
    assert serial_in(issued.signature_certificate) == 0x5D7C1A55

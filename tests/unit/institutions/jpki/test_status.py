"""Status: register events, holds, OCSP and lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from mizuhiki.crypto.x509 import (
    CertificateRevoked,
    CertificateSuspended,
    build_ocsp_request,
    read_crl_status,
    serial_of,
)
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.institutions.jpki.domain.errors import NoSuchCard, StateChangeNotAllowed
from mizuhiki.runtime.authority import ActionNotPermitted
from mizuhiki.runtime.problems import PeerProblem
from mizuhiki.wire import jpki as wire
from support.card_authority import CardAuthority, CertificateKind
from unit.institutions.jpki.kit import ITEMS, JPKI, Desk, resident_code


def states(desk: Desk, issued: wire.IssuedCertificates) -> tuple[str, str]:
    """Status of the user identification and the signature certificate, as a verifier learns it."""
    pairs = (
        (issued.user_identification_certificate, issued.user_identification_ca),
        (issued.signature_certificate, issued.signature_ca),
    )
    return tuple(_state(desk, der, ca) for der, ca in pairs)  # type: ignore[return-value]  # two of them


def _state(desk: Desk, der: bytes, ca: bytes) -> str:
    try:
        desk.confirm(der, ca)
    except CertificateRevoked:
        return "revoked"
    except CertificateSuspended:
        return "suspended"
    return "good"


@pytest.mark.requirement("R-202")
@pytest.mark.parametrize(
    ("reason", "in_register", "items", "expected"),
    [
        ("move-in", True, {"address": "東京都渋谷区神南一丁目"}, ("good", "revoked")),
        ("move-within", True, {"address": "宮崎県都城市上町一番地"}, ("good", "revoked")),
        ("ex-officio-correction", True, {"name": "水引　結"}, ("good", "revoked")),
        ("minor-correction", True, {"name": "水引　結"}, ("good", "good")),
        ("move-out", False, {}, ("good", "good")),
        ("move-out", False, {"address": "アメリカ合衆国ハワイ州"}, ("revoked", "revoked")),
        ("move-abroad", False, {}, ("revoked", "revoked")),
        ("death", False, {}, ("revoked", "revoked")),
        ("ex-officio-removal", False, {}, ("revoked", "revoked")),
        ("initial", True, {}, ("good", "good")),
        ("number-change", True, {}, ("revoked", "revoked")),
    ],
)
def test_a_register_event_ends_what_the_law_says(
    desk: Desk,
    reason: str,
    in_register: bool,  # noqa: FBT001 - a table
    items: dict[str, str],
    expected: tuple[str, str],
) -> None:
    issued = desk.issue()
    desk.event("event-1", reason, in_register=in_register, **items)
    assert states(desk, issued) == expected


@pytest.mark.requirement("R-202")
def test_after_a_corrected_typing_fault_the_corrected_text_is_what_later_events_are_compared_with(desk: Desk) -> None:
    issued = desk.issue()
    desk.event("event-1", "minor-correction", name="水引　結")
    desk.event("event-2", "ex-officio-correction", name="水引　結")
    assert states(desk, issued) == ("good", "good")
    desk.event("event-3", "ex-officio-correction", name=ITEMS.name)
    assert states(desk, issued) == ("good", "revoked")


def test_an_event_delivered_twice_counts_once(desk: Desk) -> None:
    desk.issue()
    assert desk.event("event-1", "death", in_register=False) == 2
    assert desk.event("event-1", "death", in_register=False) == 0


def test_an_event_about_somebody_else_changes_nothing(desk: Desk) -> None:
    issued = desk.issue()
    desk.event("event-1", "death", in_register=False, code=resident_code("0987654321"))
    assert states(desk, issued) == ("good", "good")


def test_events_of_one_message_are_applied_in_order(desk: Desk) -> None:
    issued = desk.issue()
    common = {"resident_record_code": desk.application().resident_record_code, "effective_on": desk.clock.today()}
    moved = wire.RegisterEvent(
        event_id="b",
        reason="move-within",
        four_items=type(ITEMS)(**{**_fields(), "address": "宮崎県都城市上町一番地"}),
        in_register=True,
        **common,
    )
    died = wire.RegisterEvent(event_id="c", reason="death", four_items=moved.four_items, in_register=False, **common)
    assert desk.events([moved, died]) == 2
    assert states(desk, issued) == ("revoked", "revoked")


def _fields() -> dict[str, object]:
    return {name: getattr(ITEMS, name) for name in type(ITEMS).__struct_fields__}


def test_a_new_card_supersedes_the_certificates_of_the_old_one(desk: Desk) -> None:
    old = desk.issue()
    new = desk.issue(desk.application("card-2"))
    assert states(desk, old) == ("revoked", "revoked")
    assert states(desk, new) == ("good", "good")


def test_a_lost_card_is_put_on_hold_and_comes_back(desk: Desk) -> None:
    issued, cards = desk.issue(), desk.app.operations.cards
    assert cards.suspend(desk.operator(), card_serial="SERIALcard-1") == 2
    assert states(desk, issued) == ("suspended", "suspended")
    assert cards.resume(desk.operator(), card_serial="SERIALcard-1") == 2
    assert states(desk, issued) == ("good", "good")


def test_what_is_revoked_never_comes_back(desk: Desk) -> None:
    issued, cards = desk.issue(), desk.app.operations.cards
    cards.revoke(desk.operator(), card_serial="SERIALcard-1")
    for step in (cards.resume, cards.suspend, cards.revoke):
        with pytest.raises(StateChangeNotAllowed):
            step(desk.operator(), card_serial="SERIALcard-1")
    assert states(desk, issued) == ("revoked", "revoked")


def test_only_operators_change_states_and_only_of_cards_that_exist(desk: Desk) -> None:
    with pytest.raises(ActionNotPermitted):
        desk.app.operations.cards.suspend(desk.operator("peer"), card_serial="SERIALcard-1")
    with pytest.raises(NoSuchCard):
        desk.app.operations.cards.suspend(desk.operator(), card_serial="NONE")


@pytest.mark.requirement("R-203")
def test_a_serial_that_was_never_issued_is_unknown(desk: Desk) -> None:
    issued = desk.issue()
    ca = x509.load_der_x509_certificate(issued.signature_ca)
    forged = next(serial for serial in range(2**24, 2**24 + 10) if serial != serial_of(issued.signature_certificate))
    ours = ocsp.OCSPRequestBuilder().add_certificate(ca, ca, SHA256()).build()
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate_by_hash(ours.issuer_name_hash, ours.issuer_key_hash, forged, SHA256())
        .build()
    )
    answer = _ask(desk, request.public_bytes(Encoding.DER))
    assert ocsp.load_der_ocsp_response(answer).certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def _ask(desk: Desk, request: bytes, by: str = "portal") -> bytes:
    return desk.peers[by].call(JPKI, wire.CERTIFICATE_STATUS, wire.StatusRequest(ocsp_request=request)).ocsp_response


@pytest.mark.requirement("R-203")
def test_the_answer_says_when_it_was_made_and_until_when_it_holds(desk: Desk) -> None:
    issued = desk.issue()
    request = build_ocsp_request(issued.signature_certificate, issued.signature_ca, None)
    answer = ocsp.load_der_ocsp_response(_ask(desk, request))
    assert answer.this_update_utc == desk.clock.now()
    assert answer.next_update_utc == desk.clock.now() + timedelta(minutes=10)


def test_a_request_about_another_authority_or_none_at_all_gets_an_error_without_status(desk: Desk) -> None:
    foreign = CardAuthority(CertificateKind.SIGNATURE, "other")
    request = build_ocsp_request(foreign.issue(), foreign.certificate, None)
    unauthorised = ocsp.load_der_ocsp_response(_ask(desk, request))
    assert unauthorised.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    malformed = ocsp.load_der_ocsp_response(_ask(desk, b"nonsense"))
    assert malformed.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    assert desk.app.operations.status_answers(desk.operator()) == {}


@pytest.mark.requirement("R-204")
def test_only_verifiers_are_answered(desk: Desk) -> None:
    issued = desk.issue()
    with pytest.raises(PeerProblem) as caught:
        desk.confirm(issued.signature_certificate, issued.signature_ca, by="national-register")
    assert caught.value.peer_code == "caller-not-listed"


@pytest.mark.requirement("R-205")
@pytest.mark.requirement("R-207")
def test_every_answer_counts_for_the_fee_and_what_was_asked_about_is_written_nowhere(desk: Desk) -> None:
    issued = desk.issue()
    for verifier in ("portal", "portal", "commission"):
        desk.confirm(issued.signature_certificate, issued.signature_ca, by=verifier)
    assert desk.app.operations.status_answers(desk.operator()) == {"commission": (1, 0), "portal": (2, 0)}
    lines = [line for line in desk.dump().splitlines() if line.startswith('INSERT INTO "status_usage"')]
    assert sorted(lines) == [
        """INSERT INTO "status_usage" VALUES('commission','signature','2019-12-02',1,0);""",
        """INSERT INTO "status_usage" VALUES('portal','signature','2019-12-02',2,0);""",
    ]


@pytest.mark.requirement("R-203")
def test_the_list_of_a_municipality_names_its_revoked_certificates_only(desk: Desk) -> None:
    issued = desk.issue()
    before = desk.app.operations.lists.full(desk.operator(), kind=Kind.SIGNATURE, municipality_code="452025").der
    read_crl_status(before, issued.signature_certificate, issued.signature_ca, desk.clock.now())
    desk.event("event-1", "move-within", address="宮崎県都城市上町一番地")
    after = desk.app.operations.lists.full(desk.operator(), kind=Kind.SIGNATURE, municipality_code="452025").der
    with pytest.raises(CertificateRevoked):
        read_crl_status(after, issued.signature_certificate, issued.signature_ca, desk.clock.now())
    elsewhere = desk.app.operations.lists.full(desk.operator(), kind=Kind.SIGNATURE, municipality_code="011002").der
    assert len(x509.load_der_x509_crl(elsewhere)) == 0
    numbers = [
        x509.load_der_x509_crl(crl).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        for crl in (before, after, elsewhere)
    ]
    assert numbers == [1, 2, 3]


def test_thousands_of_events_of_a_first_import_are_taken_at_once(desk: Desk) -> None:
    issued = desk.issue()
    events = [
        wire.RegisterEvent(
            event_id=f"import-{number}",
            resident_record_code=resident_code(f"{number:010d}"),
            reason="initial",
            effective_on=desk.clock.today(),
            four_items=ITEMS,
            in_register=True,
        )
        for number in range(5_000)
    ]
    assert desk.events(events) == 0
    assert states(desk, issued) == ("good", "good")

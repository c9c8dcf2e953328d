"""OCSP and revocation lists: a status is believed only after every check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mizuhiki.crypto.x509 import (
    TEST_PROFILE,
    CertificateKind,
    CertificateRevoked,
    CertificateSuspended,
    CrlEntry,
    CrlUnreadable,
    ListPlan,
    OcspFault,
    OcspRequestMalformed,
    OcspState,
    RevocationReason,
    StatusAnswerInvalid,
    StatusStale,
    StatusUnknown,
    build_crl,
    build_ocsp_error,
    build_ocsp_request,
    build_ocsp_response,
    question_concerns,
    read_crl_status,
    read_ocsp_request,
    read_ocsp_status,
)
from support.card_authority import AT, CardAuthority

CA = CardAuthority(CertificateKind.USER_IDENTIFICATION)
OTHER = CardAuthority(CertificateKind.SIGNATURE)
CARD = CA.issue()
NONCE = bytes(range(16))
REQUEST = build_ocsp_request(CARD, CA.certificate, NONCE)
SINCE = datetime(2019, 12, 1, tzinfo=UTC)


def _answer(state: OcspState, request: bytes = REQUEST, signer: CardAuthority = CA, at: datetime = AT) -> bytes:
    return build_ocsp_response(
        read_ocsp_request(request),
        state,
        ca_certificate=signer.certificate,
        ca_key=signer.key,
        this_update=at,
        next_update=at + timedelta(minutes=15),
    )


def test_a_good_certificate_is_confirmed() -> None:
    confirmed = read_ocsp_status(_answer(OcspState()), REQUEST, CA.certificate, AT)
    assert (confirmed.serial, confirmed.this_update) == (0x12345678, AT)


@pytest.mark.parametrize("reason", [r for r in RevocationReason if r is not RevocationReason.CERTIFICATE_HOLD])
def test_a_revoked_certificate_is_refused_with_its_reason(reason: RevocationReason) -> None:
    answer = _answer(OcspState(revoked_at=SINCE, reason=reason))
    with pytest.raises(CertificateRevoked) as refused:
        read_ocsp_status(answer, REQUEST, CA.certificate, AT)
    assert refused.value.fields == {"reason": reason.value, "since": SINCE.isoformat()}


def test_suspended_and_unknown_certificates_are_refused_by_their_own_names() -> None:
    hold = OcspState(revoked_at=SINCE, reason=RevocationReason.CERTIFICATE_HOLD)
    with pytest.raises(CertificateSuspended):
        read_ocsp_status(_answer(hold), REQUEST, CA.certificate, AT)
    with pytest.raises(StatusUnknown):
        read_ocsp_status(_answer(OcspState(known=False)), REQUEST, CA.certificate, AT)


@pytest.mark.parametrize("minutes", [-6, 21, 2000])
def test_an_answer_from_the_future_or_past_is_stale(minutes: int) -> None:
    with pytest.raises(StatusStale):
        read_ocsp_status(_answer(OcspState()), REQUEST, CA.certificate, AT + timedelta(minutes=minutes))


def test_an_answer_by_another_authority_or_altered_is_refused() -> None:
    with pytest.raises(StatusAnswerInvalid):
        read_ocsp_status(_answer(OcspState(), signer=OTHER), REQUEST, CA.certificate, AT)
    answer = _answer(OcspState())
    for altered in (answer[:-1] + bytes([answer[-1] ^ 1]), answer[:-1], b"", b"\x30\x03\x0a\x01\x00"):
        with pytest.raises(StatusAnswerInvalid):
            read_ocsp_status(altered, REQUEST, CA.certificate, AT)


def test_an_answer_to_another_question_is_refused() -> None:
    neighbour = build_ocsp_request(CA.issue(serial=0x22222222), CA.certificate, NONCE)
    with pytest.raises(StatusAnswerInvalid):
        read_ocsp_status(_answer(OcspState(), neighbour), REQUEST, CA.certificate, AT)
    replayed = build_ocsp_request(CARD, CA.certificate, bytes(16))
    with pytest.raises(StatusAnswerInvalid):
        read_ocsp_status(_answer(OcspState(), replayed), REQUEST, CA.certificate, AT)
    without = build_ocsp_request(CARD, CA.certificate, None)
    with pytest.raises(StatusAnswerInvalid):
        read_ocsp_status(_answer(OcspState(), without), REQUEST, CA.certificate, AT)
    assert read_ocsp_status(_answer(OcspState(), without), without, CA.certificate, AT)


@pytest.mark.parametrize("fault", list(OcspFault))
def test_an_answer_without_a_status_is_no_status(fault: OcspFault) -> None:
    with pytest.raises(StatusAnswerInvalid):
        read_ocsp_status(build_ocsp_error(fault), REQUEST, CA.certificate, AT)


def test_questions_name_their_certificate_and_authority() -> None:
    question = read_ocsp_request(REQUEST)
    assert (question.serial, question.nonce, question.hash_name) == (0x12345678, NONCE, "sha256")
    assert question_concerns(question, CA.certificate)
    assert not question_concerns(question, OTHER.certificate)


def test_unreadable_questions_are_refused() -> None:
    long_nonce = build_ocsp_request(CARD, CA.certificate, bytes(129))
    for der in (b"", REQUEST[:-1], b"\x30\x00", long_nonce):
        with pytest.raises(OcspRequestMalformed):
            read_ocsp_request(der)


def _crl(*entries: CrlEntry, signer: CardAuthority = CA, city: str = "Kobayashi-shi") -> bytes:
    return build_crl(
        entries,
        ca_certificate=signer.certificate,
        ca_key=signer.key,
        plan=ListPlan(
            number=7,
            this_update=AT,
            next_update=AT + timedelta(days=1),
            distribution_point=TEST_PROFILE.distribution_point(signer.kind, "Miyazaki-ken", city),
        ),
    )


def test_a_list_without_the_certificate_passes_and_one_with_it_refuses() -> None:
    other = CrlEntry(5, SINCE, RevocationReason.SUPERSEDED)
    read_crl_status(_crl(other), CARD, CA.certificate, AT)
    with pytest.raises(CertificateRevoked) as refused:
        read_crl_status(
            _crl(other, CrlEntry(0x12345678, SINCE, RevocationReason.AFFILIATION_CHANGED)), CARD, CA.certificate, AT
        )
    assert refused.value.fields["reason"] == "affiliation-changed"
    with pytest.raises(CertificateSuspended):
        read_crl_status(_crl(CrlEntry(0x12345678, SINCE, RevocationReason.CERTIFICATE_HOLD)), CARD, CA.certificate, AT)


def test_lists_of_others_for_elsewhere_or_of_another_day_are_refused() -> None:
    for crl in (_crl(signer=OTHER), _crl(city="Miyazaki-shi"), b"", _crl()[:-1]):
        with pytest.raises(CrlUnreadable):
            read_crl_status(crl, CARD, CA.certificate, AT)
    for at in (AT - timedelta(seconds=1), AT + timedelta(days=1, seconds=1)):
        with pytest.raises(StatusStale):
            read_crl_status(_crl(), CARD, CA.certificate, at)

"""The verifier that asks for itself: what it asks, when it does not ask, and whom it believes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mizuhiki.crypto.x509 import (
    TEST_PROFILE,
    CertificateKind,
    CrlEntry,
    ListPlan,
    OcspState,
    RevocationReason,
    build_crl,
    build_ocsp_response,
    read_ocsp_request,
)
from mizuhiki.jpki_verify import (
    CardSignatureShown,
    Moment,
    OnlineVerifier,
    Purpose,
    StatusMaterial,
    Verifier,
    card_policy,
)
from mizuhiki.vocabulary.errors import MizuhikiError
from support.card_authority import AT, card_sign
from support.relying_party import HOUR, authority, certificate_of

LOGIN, SIGN = CertificateKind.USER_IDENTIFICATION, CertificateKind.SIGNATURE
CONTENT = b"what the card was shown"
NONCE = b"n" * 32


def roots(kind: CertificateKind, *generations: str) -> tuple[bytes, ...]:
    return tuple(authority(kind, generation).certificate for generation in generations)


class Responder:
    """Answers as one generation of an authority and remembers the questions."""

    def __init__(self, kind: CertificateKind, generation: str = "01", state: OcspState | None = None) -> None:
        self.ca, self.state, self.asked = authority(kind, generation), state or OcspState(), list[bytes]()

    def __call__(self, request: bytes) -> bytes:
        self.asked.append(request)
        return build_ocsp_response(
            read_ocsp_request(request),
            self.state,
            ca_certificate=self.ca.certificate,
            ca_key=self.ca.key,
            this_update=AT,
            next_update=AT + HOUR,
        )


def online(responder: Responder) -> OnlineVerifier:
    policy = card_policy(user_identification=roots(LOGIN, "02", "01"), signature=roots(SIGN, "02", "01"))
    return OnlineVerifier(Verifier(policy), responder, lambda: NONCE)


def shown(kind: CertificateKind, generation: str = "01", *, signature: bytes | None = None) -> CardSignatureShown:
    return CardSignatureShown(certificate_of(kind, generation), CONTENT, signature or card_sign(CONTENT))


@pytest.mark.requirement("R-195")
@pytest.mark.requirement("R-203")
@pytest.mark.parametrize("generation", ["01", "02"])
def test_every_generation_is_believed_by_its_own_responder_and_one_question(generation: str) -> None:
    responder = Responder(LOGIN, generation)
    login = online(responder).log_in(shown(LOGIN, generation), AT)
    assert login.holder.chain == roots(LOGIN, generation)
    assert [read_ocsp_request(request).nonce for request in responder.asked] == [NONCE]


@pytest.mark.requirement("R-194")
def test_a_signature_names_the_policy_it_was_made_under() -> None:
    signed = online(Responder(SIGN)).signature(shown(SIGN), AT)
    assert signed.holder.policies == {TEST_PROFILE.kinds[SIGN].policy.dotted_string}


@pytest.mark.requirement("R-205")
def test_nobody_is_asked_about_a_certificate_whose_key_did_not_sign() -> None:
    responder = Responder(LOGIN)
    with pytest.raises(MizuhikiError) as refusal:
        online(responder).log_in(shown(LOGIN, signature=card_sign(b"something else")), AT)
    assert (refusal.value.code, responder.asked) == ("card-signature-invalid", [])


@pytest.mark.requirement("R-195")
@pytest.mark.parametrize(("kind", "signs"), [(SIGN, False), (LOGIN, True)])
def test_a_certificate_for_the_other_purpose_is_refused_unasked(kind: CertificateKind, *, signs: bool) -> None:
    responder = Responder(kind)
    verifier = online(responder)
    with pytest.raises(MizuhikiError) as refusal:
        (verifier.signature if signs else verifier.log_in)(shown(kind), AT)
    assert (refusal.value.code, responder.asked) == ("certificate-unknown-issuer", [])


@pytest.mark.requirement("R-202")
def test_suspended_and_revoked_are_told_apart() -> None:
    for reason, code in (
        (RevocationReason.CERTIFICATE_HOLD, "certificate-suspended"),
        (RevocationReason.SUPERSEDED, "certificate-revoked"),
    ):
        responder = Responder(LOGIN, state=OcspState(revoked_at=AT - HOUR, reason=reason))
        with pytest.raises(MizuhikiError) as refusal:
            online(responder).log_in(shown(LOGIN), AT)
        assert refusal.value.code == code


def test_a_list_of_the_wrong_generation_says_nothing_about_a_certificate() -> None:
    verifier = Verifier(card_policy(user_identification=roots(LOGIN, "01", "02")))
    point = TEST_PROFILE.distribution_point(LOGIN, "Miyazaki-ken", "Kobayashi-shi")
    plan = ListPlan(number=1, this_update=AT, next_update=AT + HOUR, distribution_point=point)
    lists = {
        generation: build_crl(
            [CrlEntry(0x99, AT - timedelta(days=1), RevocationReason.SUPERSEDED)],
            ca_certificate=authority(LOGIN, generation).certificate,
            ca_key=authority(LOGIN, generation).key,
            plan=plan,
        )
        for generation in ("01", "02")
    }

    def judge(generation: str) -> str:
        certificate, material = certificate_of(LOGIN, "01"), StatusMaterial(lists=(lists[generation],))
        moment = Moment.now(AT)
        found = verifier.validate(certificate, Purpose.USER_IDENTIFICATION, moment=moment, material=material)
        return found.status[0].source

    assert judge("01") == "crl"
    with pytest.raises(MizuhikiError) as refusal:
        judge("02")
    assert refusal.value.code == "crl-unreadable"


@pytest.mark.requirement("R-194")
def test_a_signature_under_a_policy_that_is_not_the_signature_certificates_is_refused() -> None:
    swapped = {SIGN: TEST_PROFILE.kinds[LOGIN], LOGIN: TEST_PROFILE.kinds[SIGN]}
    policy = card_policy(signature=roots(SIGN, "01"), profile=replace(TEST_PROFILE, kinds=swapped))
    responder = Responder(SIGN)
    verifier = OnlineVerifier(Verifier(policy), responder, lambda: NONCE)
    with pytest.raises(MizuhikiError) as refusal:
        verifier.signature(shown(SIGN), AT)
    assert (refusal.value.code, responder.asked) == ("certificate-policy-refused", [])

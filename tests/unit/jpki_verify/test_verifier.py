"""Log-ins and signatures as the card makes them: accepted with every check passed, refused with its own reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, SHA512

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.x509 import (
    TEST_PROFILE,
    CertificateKind,
    CrlEntry,
    ListPlan,
    OcspState,
    RevocationReason,
    build_crl,
    certificate_pem,
)
from mizuhiki.crypto.x509.path import StatusTime
from mizuhiki.jpki_verify import (
    Moment,
    Purpose,
    StatusMaterial,
    StatusRules,
    TimeBasis,
    VerifiedLogin,
    Verifier,
    VerifierPolicy,
    VerifierPolicyMalformed,
    load_policy,
)
from mizuhiki.vocabulary.errors import MizuhikiError
from support.card_authority import AT, card_sign, rsa_key
from support.relying_party import (
    HOUR,
    MADE_UP,
    YEAR,
    answer,
    authority,
    certificate_of,
    delegated_answer,
    rules,
    verifier,
)

LOGIN = CertificateKind.USER_IDENTIFICATION
SIGN = CertificateKind.SIGNATURE
CHALLENGE = b"a challenge made for one log-in"


def log_in(
    by: Verifier | None = None,
    *,
    certificate: bytes | None = None,
    signature: bytes | None = None,
    material: StatusMaterial | None = None,
    at: timedelta = timedelta(0),
) -> VerifiedLogin:
    return (by or verifier()).verify_login(
        certificate=certificate or certificate_of(LOGIN),
        challenge=CHALLENGE,
        signature=signature or card_sign(CHALLENGE),
        at=AT + at,
        material=StatusMaterial(answers=(answer(LOGIN),)) if material is None else material,
    )


def code_of(refusal: pytest.ExceptionInfo[MizuhikiError]) -> str:
    return refusal.value.code


def test_a_log_in_by_a_good_card_says_who_and_what_was_checked() -> None:
    login = log_in()
    assert login.holder.certificate == certificate_of(LOGIN)
    assert login.holder.chain == (authority(LOGIN).certificate,)
    assert login.holder.policies == {TEST_PROFILE.kinds[LOGIN].policy.dotted_string}
    assert [statement.source for statement in login.holder.status] == ["ocsp"]
    assert login.holder.status[0].this_update == AT


def test_only_the_verifier_makes_results() -> None:
    holder = log_in().holder
    with pytest.raises(TypeError, match="only the verifier"):
        VerifiedLogin(holder=holder, at=AT, seal=object())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="seal"):
        VerifiedLogin(holder=holder, at=AT)  # type: ignore[call-arg]


def test_a_signature_over_another_challenge_is_refused() -> None:
    with pytest.raises(MizuhikiError) as refusal:
        log_in(signature=card_sign(b"another challenge"))
    assert code_of(refusal) == "card-signature-invalid"


def test_a_bare_digest_is_refused_unless_the_policy_takes_it() -> None:
    # RSASSA-PKCS1-v1_5 padding around the 32 bytes alone: made by hand, no library offers it
    key = rsa_key("card")
    numbers = key.private_numbers()
    size = key.key_size // 8
    padded = b"\x00\x01" + b"\xff" * (size - 32 - 3) + b"\x00" + sha256(CHALLENGE)
    bare = pow(int.from_bytes(padded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(size, "big")
    with pytest.raises(MizuhikiError) as refusal:
        log_in(signature=bare)
    assert code_of(refusal) == "signature-bare-digest-refused"
    assert log_in(verifier(bare_digest=True), signature=bare).at == AT
    with pytest.raises(MizuhikiError) as refusal:
        log_in(verifier(bare_digest=True), signature=bare[:-1] + bytes([bare[-1] ^ 1]))
    assert code_of(refusal) == "card-signature-invalid"


def test_the_other_certificate_of_the_card_does_not_log_in() -> None:
    with pytest.raises(MizuhikiError) as refusal:
        log_in(certificate=certificate_of(SIGN))
    assert code_of(refusal) == "certificate-unknown-issuer"


def test_a_signature_certificate_trusted_by_mistake_still_does_not_log_in() -> None:
    policy = VerifierPolicy(purposes={Purpose.USER_IDENTIFICATION: rules(SIGN)}, status=StatusRules(demanded=False))
    with pytest.raises(MizuhikiError) as refusal:
        log_in(Verifier(policy), certificate=certificate_of(SIGN))
    assert code_of(refusal) == "certificate-usage-refused"


def test_a_certificate_under_another_policy_is_refused() -> None:
    other = VerifierPolicy(
        purposes={Purpose.USER_IDENTIFICATION: rules(LOGIN).__class__(
            anchors=rules(LOGIN).anchors, policies=frozenset({"2.999.1"}))},
    )  # fmt: skip
    with pytest.raises(MizuhikiError) as refusal:
        log_in(Verifier(other))
    assert code_of(refusal) == "certificate-policy-refused"


def test_an_anchor_of_the_same_name_in_another_generation_is_told_apart() -> None:
    both = VerifierPolicy(purposes={Purpose.USER_IDENTIFICATION: rules(LOGIN, "02", "01")}, status=MADE_UP)
    assert log_in(Verifier(both)).holder.chain == (authority(LOGIN).certificate,)
    later = VerifierPolicy(purposes={Purpose.USER_IDENTIFICATION: rules(LOGIN, "02")})
    with pytest.raises(MizuhikiError) as refusal:
        log_in(Verifier(later))
    assert code_of(refusal) == "certificate-unknown-issuer"


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (b"", "certificate-malformed"),
        (b"\x30\x03\x02\x01\x01", "certificate-malformed"),
        (certificate_of(LOGIN)[:-1], "certificate-malformed"),
        (certificate_of(LOGIN) + b"\x00", "certificate-malformed"),
        (certificate_of(LOGIN)[:-1] + bytes([certificate_of(LOGIN)[-1] ^ 1]), "certificate-signature-invalid"),
    ],
    ids=["empty", "another-object", "cut", "longer", "changed"],
)
def test_what_is_no_certificate_of_the_authority_is_refused(certificate: bytes, code: str) -> None:
    with pytest.raises(MizuhikiError) as refusal:
        log_in(certificate=certificate or b"\x00")
    assert code_of(refusal) == code


def test_the_last_second_of_a_certificate_counts_and_the_next_does_not() -> None:
    last = x509.load_der_x509_certificate(certificate_of(LOGIN)).not_valid_after_utc
    loose = verifier(status=StatusRules(demanded=False))
    assert log_in(loose, at=last - AT).at == last
    with pytest.raises(MizuhikiError) as refusal:
        log_in(loose, at=last - AT + timedelta(seconds=1))
    assert code_of(refusal) == "certificate-expired"
    with pytest.raises(MizuhikiError) as refusal:
        log_in(loose, at=-timedelta(seconds=1))
    assert code_of(refusal) == "certificate-not-yet-valid"


@pytest.mark.parametrize(
    ("material", "at", "code"),
    [
        (StatusMaterial(), timedelta(0), "certificate-status-missing"),
        (StatusMaterial(answers=(b"no answer",)), timedelta(0), "certificate-status-answer-invalid"),
        (StatusMaterial(answers=(answer(LOGIN),)), HOUR + timedelta(minutes=6), "certificate-status-stale"),
        (StatusMaterial(answers=(answer(LOGIN, at=AT + HOUR),)), timedelta(0), "certificate-status-from-the-future"),
        (StatusMaterial(answers=(answer(SIGN),)), timedelta(0), "certificate-status-missing"),
        (
            StatusMaterial(answers=(answer(LOGIN, state=OcspState(known=False)),)),
            timedelta(0),
            "certificate-status-unknown",
        ),
        (
            StatusMaterial(
                answers=(answer(LOGIN, state=OcspState(known=True, revoked_at=AT, reason=RevocationReason.SUPERSEDED)),)
            ),
            timedelta(0),
            "certificate-revoked",
        ),
        (
            StatusMaterial(
                answers=(
                    answer(LOGIN, state=OcspState(known=True, revoked_at=AT, reason=RevocationReason.CERTIFICATE_HOLD)),
                )
            ),
            timedelta(0),
            "certificate-suspended",
        ),
        (
            StatusMaterial(answers=(answer(LOGIN, nonce=b"1" * 16),), nonce=b"2" * 16),
            timedelta(0),
            "certificate-status-answer-invalid",
        ),
        (StatusMaterial(answers=(answer(LOGIN),), nonce=b"2" * 16), timedelta(0), "certificate-status-answer-invalid"),
        (
            StatusMaterial(answers=(delegated_answer(LOGIN, usage=False),)),
            timedelta(0),
            "certificate-status-responder-refused",
        ),
        (
            StatusMaterial(answers=(delegated_answer(LOGIN, foreign=True),)),
            timedelta(0),
            "certificate-status-responder-refused",
        ),
        (
            StatusMaterial(answers=(delegated_answer(LOGIN, no_check=False),)),
            timedelta(0),
            "certificate-status-missing",
        ),
    ],
)
def test_a_status_that_cannot_be_relied_on_is_refused_for_its_own_reason(
    material: StatusMaterial, at: timedelta, code: str
) -> None:
    with pytest.raises(MizuhikiError) as refusal:
        log_in(material=material, at=at)
    assert code_of(refusal) == code


def test_a_delegated_responder_and_a_repeated_nonce_are_believed() -> None:
    assert log_in(material=StatusMaterial(answers=(delegated_answer(LOGIN),))).at == AT
    asked = StatusMaterial(answers=(answer(LOGIN, nonce=b"1" * 16),), nonce=b"1" * 16)
    assert log_in(material=asked).at == AT


def test_an_answer_signed_at_an_impossible_time_is_refused() -> None:
    # the builder signs by the machine's clock, years after the log-in of 2019
    with pytest.raises(MizuhikiError) as refusal:
        log_in(verifier(status=StatusRules()))
    assert code_of(refusal) == "certificate-status-from-the-future"
    later = StatusRules(skew_seconds=60)
    time = StatusTime.now(AT, later.freshness)
    with pytest.raises(MizuhikiError) as refusal:
        time.check_produced(AT - timedelta(seconds=61), AT)
    assert code_of(refusal) == "certificate-status-answer-invalid"
    time.check_produced(AT - timedelta(seconds=60), AT)


def test_the_greatest_age_of_the_policy_counts_before_the_authoritys_next_update() -> None:
    strict = verifier(status=StatusRules(produced_at=False, skew_seconds=0, oldest_seconds=600))
    assert log_in(strict, at=timedelta(minutes=10)).at == AT + timedelta(minutes=10)
    with pytest.raises(MizuhikiError) as refusal:
        log_in(strict, at=timedelta(minutes=10, seconds=1))
    assert code_of(refusal) == "certificate-status-stale"


def _list(entries: list[CrlEntry], *, city: str = "Kobayashi-shi") -> bytes:
    ca = authority(LOGIN)
    return build_crl(
        entries,
        ca_certificate=ca.certificate,
        ca_key=ca.key,
        plan=ListPlan(
            number=1,
            this_update=AT,
            next_update=AT + HOUR,
            distribution_point=TEST_PROFILE.distribution_point(LOGIN, "Miyazaki-ken", city),
        ),
    )


@pytest.mark.requirement("R-203")
def test_the_list_of_the_certificates_own_municipality_counts_and_no_other() -> None:
    assert log_in(material=StatusMaterial(lists=(_list([]),))).holder.status[0].source == "crl"
    with pytest.raises(MizuhikiError) as refusal:
        log_in(material=StatusMaterial(lists=(_list([], city="Miyakonojo-shi"),)))
    assert code_of(refusal) == "certificate-status-missing"
    entry = CrlEntry(0x12345678, AT - HOUR, RevocationReason.CESSATION_OF_OPERATION)
    with pytest.raises(MizuhikiError) as refusal:
        log_in(material=StatusMaterial(lists=(_list([entry]),)))
    assert code_of(refusal) == "certificate-revoked"


def test_a_good_answer_does_not_outweigh_a_revoking_one() -> None:
    revoked = answer(LOGIN, state=OcspState(known=True, revoked_at=AT, reason=RevocationReason.SUPERSEDED))
    with pytest.raises(MizuhikiError) as refusal:
        log_in(material=StatusMaterial(answers=(revoked, answer(LOGIN))))
    assert code_of(refusal) == "certificate-revoked"


def test_a_signature_over_content_kept_apart_verifies_with_the_digest_stated() -> None:
    content = "申請書".encode()
    signature = rsa_key("card").sign(content, padding.PKCS1v15(), SHA512())
    given = {
        "certificate": certificate_of(SIGN),
        "content": content,
        "signature": signature,
        "moment": Moment.now(AT),
        "material": StatusMaterial(answers=(answer(SIGN),)),
    }
    verified = verifier().verify_signature(**given, digest="sha512")  # type: ignore[arg-type]
    assert verified.content_digest == sha256(content)
    assert verified.basis is TimeBasis.NOW
    for digest, code in ((None, "card-signature-invalid"), ("sha1", "signature-algorithm-refused")):
        with pytest.raises(MizuhikiError) as refusal:
            verifier().verify_signature(**given, digest=digest)  # type: ignore[arg-type]
        assert code_of(refusal) == code


def test_a_card_that_signs_a_prehashed_digest_with_its_identifier_is_accepted() -> None:
    signature = rsa_key("card").sign(sha256(CHALLENGE), padding.PKCS1v15(), Prehashed(SHA256()))
    assert log_in(signature=signature).at == AT


def test_the_policy_is_read_from_a_file_with_certificates_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_bytes(
        certificate_pem(authority(LOGIN, "02").certificate) + certificate_pem(authority(LOGIN).certificate)
    )
    (tmp_path / "verifier.toml").write_text(
        "[purposes.user-identification]\n"
        'anchors = ["ca.pem"]\n'
        f'policies = ["{TEST_PROFILE.kinds[LOGIN].policy.dotted_string}"]\n'
        "[status]\nskew-seconds = 60\nproduced-at = false\n"
    )
    policy = load_policy(tmp_path / "verifier.toml")
    assert policy.status.freshness.skew == timedelta(minutes=1)
    assert log_in(Verifier(policy)).at == AT
    with pytest.raises(MizuhikiError) as refusal:
        Verifier(policy).validate(certificate_of(SIGN), Purpose.SIGNATURE, moment=Moment.now(AT))
    assert code_of(refusal) == "certificate-unknown-issuer"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[purposes.user-identification]\nanchors = []\n",
        '[purposes.user-identification]\nanchors = ["absent.pem"]\n',
        '[purposes.somebody]\nanchors = ["ca.pem"]\n',
        '[purposes.signature]\nanchors = ["ca.pem"]\npolicies = ["any"]\n',
        '[purposes.signature]\nanchors = ["ca.pem"]\n[status]\ndemand = true\n',
        '[purposes.signature]\nanchors = ["ca.pem"]\n[formats]\nleast-rsa-bits = 1024\n',
    ],
)
def test_a_policy_with_a_mistake_is_refused_whole(tmp_path: Path, text: str) -> None:
    (tmp_path / "ca.pem").write_bytes(certificate_pem(authority(LOGIN).certificate))
    (tmp_path / "verifier.toml").write_text(text)
    with pytest.raises(VerifierPolicyMalformed):
        load_policy(tmp_path / "verifier.toml")


def test_the_question_for_the_responder_is_about_the_certificate() -> None:
    question = verifier().status_question(certificate_of(LOGIN), Purpose.USER_IDENTIFICATION, at=AT, nonce=b"1" * 16)
    assert b"1" * 16 in question
    with pytest.raises(MizuhikiError) as refusal:
        verifier().status_question(certificate_of(LOGIN), Purpose.USER_IDENTIFICATION, at=AT + 10 * YEAR, nonce=None)
    assert code_of(refusal) == "certificate-expired"

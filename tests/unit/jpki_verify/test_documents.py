"""CMS and PDF signatures made by pyHanko, time-stamps, and verifying again after the certificates are over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import cms as asn1_cms
from cryptography.x509.oid import ExtendedKeyUsageOID

from mizuhiki.crypto.digests import sha256
from mizuhiki.crypto.x509 import CertificateKind, OcspState, RevocationReason
from mizuhiki.jpki_verify import (
    Moment,
    PurposeRules,
    SignatureForm,
    StatusMaterial,
    TimeBasis,
    VerifiedSignature,
    Verifier,
    archive_signature,
    read_archive,
    verify_archived,
    write_archive,
)
from mizuhiki.jpki_verify.pdf import verify_pdf
from mizuhiki.vocabulary.errors import MizuhikiError
from support.card_authority import AT, card_sign
from support.relying_party import (
    HOUR,
    YEAR,
    answer,
    certificate_of,
    cms_signature,
    edited_pdf,
    signed_pdf,
    timestamp_authority,
    timestamp_certificate,
    timestamp_list,
    timestamper,
    verifier,
)

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SIGN = CertificateKind.SIGNATURE
CONTENT = "転入届の写し".encode()
STAMPS = PurposeRules(anchors=(timestamp_authority(),))


def material(*, state: OcspState | None = None) -> StatusMaterial:
    return StatusMaterial(answers=(answer(SIGN, state=state),), lists=(timestamp_list(),))


def verify(cms: bytes, content: bytes | None = CONTENT, by: Verifier | None = None) -> VerifiedSignature:
    return (by or verifier()).verify_cms(cms, moment=Moment.now(AT), content=content, material=material())


def code(cms: bytes, content: bytes | None = CONTENT, by: Verifier | None = None) -> str:
    with pytest.raises(MizuhikiError) as refusal:
        verify(cms, content, by)
    return refusal.value.code


def test_a_detached_cades_signature_verifies_and_says_what_its_signer_claims() -> None:
    verified = verify(cms_signature(CONTENT))
    assert verified.holder.certificate == certificate_of(SIGN)
    assert verified.content_digest == sha256(CONTENT)
    assert verified.basis is TimeBasis.NOW
    assert verified.claimed_at == AT


def test_content_inside_is_verified_and_another_content_beside_it_is_refused() -> None:
    inside = cms_signature(CONTENT, detached=False)
    assert verify(inside, None).content_digest == sha256(CONTENT)
    assert code(inside, b"another") == "signature-invalid"


def test_a_signature_over_other_content_or_without_any_is_refused() -> None:
    detached = cms_signature(CONTENT)
    assert code(detached, CONTENT + b"!") == "signature-invalid"
    assert code(detached, None) == "signature-malformed"


def test_a_signature_that_does_not_name_its_certificate_is_refused() -> None:
    parsed = asn1_cms.ContentInfo.load(cms_signature(CONTENT))
    info = parsed["content"]["signer_infos"][0]
    info["signed_attrs"] = asn1_cms.CMSAttributes(
        [a for a in info["signed_attrs"] if a["type"].native != "signing_certificate_v2"]
    )
    assert code(parsed.dump(force=True)) == "signature-malformed"


def test_changed_signed_attributes_are_refused() -> None:
    parsed = asn1_cms.ContentInfo.load(cms_signature(CONTENT))
    info = parsed["content"]["signer_infos"][0]
    info["signed_attrs"] = asn1_cms.CMSAttributes(
        [a for a in info["signed_attrs"] if a["type"].native != "signing_time"]
    )
    assert code(parsed.dump(force=True)) == "signature-invalid"


@pytest.mark.parametrize("size", [0, 1, 20, 200, 900])
def test_a_cut_signature_is_refused_as_malformed(size: int) -> None:
    assert code(cms_signature(CONTENT)[:size]) == "signature-malformed"


def test_two_signers_are_refused() -> None:
    parsed = asn1_cms.ContentInfo.load(cms_signature(CONTENT))
    infos = parsed["content"]["signer_infos"]
    infos.append(infos[0])
    assert code(parsed.dump(force=True)) == "signature-malformed"


def test_every_changed_byte_of_a_signature_is_refused() -> None:
    whole = cms_signature(CONTENT)
    for place in range(0, len(whole), 37):
        changed = whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :]
        if asn1_cms.ContentInfo.load(whole)["content"]["signer_infos"].dump() in changed:
            continue  # what lies outside the signer's part: another certificate or list beside it
        with pytest.raises(MizuhikiError):
            verify(changed)


def test_a_timestamp_says_when_the_signature_existed() -> None:
    stamped_at = AT + 3 * HOUR / 6
    cms = cms_signature(CONTENT, stamper=timestamper(stamped_at))
    by = verifier(timestamps=STAMPS)
    verified = by.verify_cms(cms, moment=Moment(AT + HOUR, AT + HOUR), content=CONTENT, material=material())
    assert verified.at == stamped_at
    assert verified.basis is TimeBasis.TIMESTAMP
    assert [authority.certificate for authority in verified.timestamps] == [timestamp_certificate()]


def test_without_a_trusted_timestamp_authority_a_timestamp_proves_nothing() -> None:
    assert verify(cms_signature(CONTENT, stamper=timestamper(AT - HOUR))).basis is TimeBasis.NOW


def test_a_timestamp_that_cannot_be_trusted_is_refused() -> None:
    by = verifier(timestamps=STAMPS)
    client = timestamp_certificate(ExtendedKeyUsageOID.CLIENT_AUTH)
    assert code(cms_signature(CONTENT, stamper=timestamper(AT, client)), by=by) == "timestamp-invalid"
    assert code(cms_signature(CONTENT, stamper=timestamper(AT + YEAR)), by=by) == "timestamp-invalid"
    other = asn1_cms.ContentInfo.load(cms_signature(b"other", stamper=timestamper(AT)))
    moved = asn1_cms.ContentInfo.load(cms_signature(CONTENT))
    moved["content"]["signer_infos"][0]["unsigned_attrs"] = other["content"]["signer_infos"][0]["unsigned_attrs"]
    assert code(moved.dump(force=True), by=by) == "timestamp-invalid"


def test_a_signed_document_verifies_and_a_changed_one_does_not() -> None:
    document = signed_pdf()
    (verified,) = verify_pdf(verifier(), document, moment=Moment.now(AT), material=material())
    assert verified.holder.certificate == certificate_of(SIGN)
    page = document.index(b"q Q")
    for changed, expected in (
        (document[:page] + b"Q q" + document[page + 3 :], "signature-invalid"),
        (edited_pdf(document), "document-changed-after-signature"),
        (document + b"\n% appended", "document-changed-after-signature"),
        (b"no document", "signature-malformed"),
    ):
        with pytest.raises(MizuhikiError) as refusal:
            verify_pdf(verifier(), changed, moment=Moment.now(AT), material=material())
        assert refusal.value.code == expected


def test_a_kept_signature_verifies_after_its_certificate_is_over_and_revoked() -> None:
    by = verifier()
    signature = card_sign(CONTENT)
    verified = by.verify_signature(
        certificate=certificate_of(SIGN), content=CONTENT, signature=signature, moment=Moment.now(AT),
        material=material(),
    )  # fmt: skip
    record = write_archive(
        archive_signature(verified, form=SignatureForm.RAW, signature=signature, gathered_at=AT + HOUR / 2)
    )
    again = verify_archived(by, read_archive(record), CONTENT, now=AT + 15 * YEAR)
    assert again.at == AT
    assert again.basis is TimeBasis.RECORD
    with pytest.raises(MizuhikiError) as refusal:
        verify_archived(by, read_archive(record), CONTENT + b"!", now=AT + 15 * YEAR)
    assert refusal.value.code == "card-signature-invalid"
    with pytest.raises(MizuhikiError) as refusal:
        verify_archived(by, read_archive(record), CONTENT, now=AT - HOUR)
    assert refusal.value.code == "signature-archive-time-impossible"
    bare = read_archive(record).__class__(
        form=SignatureForm.RAW, signature=signature, verified_at=AT, gathered_at=AT, certificate=certificate_of(SIGN)
    )
    with pytest.raises(MizuhikiError) as refusal:
        verify_archived(by, bare, CONTENT, now=AT + YEAR)
    assert refusal.value.code == "certificate-status-missing"


def test_a_kept_cades_signature_with_timestamp_needs_no_trust_in_the_keepers_record() -> None:
    by = verifier(timestamps=STAMPS)
    cms = cms_signature(CONTENT, stamper=timestamper(AT))
    verified = by.verify_cms(cms, moment=Moment.now(AT), content=CONTENT, material=material())
    archived = archive_signature(verified, form=SignatureForm.CMS, signature=cms, gathered_at=AT)
    assert archived.answers
    assert archived.lists
    again = verify_archived(by, read_archive(write_archive(archived)), CONTENT, now=AT + 15 * YEAR)
    assert again.basis is TimeBasis.TIMESTAMP
    assert again.at == AT


def test_a_revocation_after_the_signature_does_not_undo_it_and_one_before_does() -> None:
    by = verifier()
    given = {"certificate": certificate_of(SIGN), "content": CONTENT, "signature": card_sign(CONTENT)}
    gathered = AT + HOUR / 2
    after = OcspState(known=True, revoked_at=AT + HOUR / 4, reason=RevocationReason.AFFILIATION_CHANGED)
    before = OcspState(known=True, revoked_at=AT - timedelta(seconds=1), reason=RevocationReason.AFFILIATION_CHANGED)
    past = Moment(AT, gathered)
    verified = by.verify_signature(**given, moment=past, material=material(state=after), basis=TimeBasis.RECORD)  # type: ignore[arg-type]
    assert verified.at == AT
    for state, moment in ((before, past), (after, Moment.now(gathered))):
        with pytest.raises(MizuhikiError) as refusal:
            by.verify_signature(**given, moment=moment, material=material(state=state))  # type: ignore[arg-type]
        assert refusal.value.code == "certificate-revoked"


@pytest.mark.parametrize("record", [b"", b"{}", b"[]", b'{"form":"raw"}'])
def test_what_is_no_record_is_refused(record: bytes) -> None:
    with pytest.raises(MizuhikiError) as refusal:
        read_archive(record)
    assert refusal.value.code == "signature-archive-malformed"

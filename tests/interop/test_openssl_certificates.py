"""openssl judges the certificates, status answers, lists and TLS of `crypto.x509`."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mizuhiki.crypto.x509 import (
    CertificateKind,
    CrlEntry,
    ListPlan,
    OcspState,
    RevocationReason,
    build_crl,
    build_ocsp_response,
    certificate_pem,
    issue_institution_certificate,
    make_world_authority,
    read_ocsp_request,
    serial_of,
)
from mizuhiki.vocabulary.ids import InstitutionId
from support.card_authority import AT, CardAuthority, card_sign

pytestmark = [pytest.mark.outside("openssl")]
AUTHORITIES = {kind: CardAuthority(kind) for kind in CertificateKind}
EPOCH = str(int(AT.timestamp()))


def _openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=60, check=False, text=True)
    return done.stdout + done.stderr


@pytest.fixture(params=list(CertificateKind))
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> CardAuthority:
    chosen = AUTHORITIES[request.param]
    (tmp_path / "ca.pem").write_bytes(certificate_pem(chosen.certificate))
    (tmp_path / "card.pem").write_bytes(certificate_pem(chosen.issue()))
    return chosen


def test_openssl_verifies_the_chain_at_a_time_within_validity(authority: CardAuthority, tmp_path: Path) -> None:
    arguments = ("verify", "-x509_strict", "-policy_check", "-CAfile", "ca.pem")
    assert "card.pem: OK" in _openssl(tmp_path, *arguments, "-attime", EPOCH, "card.pem")
    late = str(int(datetime(2024, 4, 1, tzinfo=UTC).timestamp()))
    assert "certificate has expired" in _openssl(tmp_path, *arguments, "-attime", late, "card.pem")
    other = next(ca for ca in AUTHORITIES.values() if ca is not authority)
    (tmp_path / "ca.pem").write_bytes(certificate_pem(other.certificate))
    assert "OK" not in _openssl(tmp_path, *arguments, "-attime", EPOCH, "card.pem").replace("NOT OK", "")


def test_openssl_prints_the_profile(authority: CardAuthority, tmp_path: Path) -> None:
    text = _openssl(tmp_path, "x509", "-in", "card.pem", "-noout", "-text", "-nameopt", "utf8")
    assert "O=Mizuhiki-TEST" in text.replace(" = ", "=")
    assert "Policy: 1.3.6.1.4.1.32473.392.200149.8.5" in text
    order = [
        text.index(name)
        for name in (
            "X509v3 Key Usage: critical",
            "X509v3 Certificate Policies: critical",
            "X509v3 Issuer Alternative Name",
            "X509v3 CRL Distribution Points",
            "Authority Information Access",
            "X509v3 Authority Key Identifier",
            "X509v3 Subject Key Identifier",
        )
    ]
    assert order == sorted(order)
    if authority.kind is CertificateKind.SIGNATURE:
        assert "Digital Signature, Non Repudiation" in text
        assert "1.2.392.200149.8.5.5.1" in text


def test_openssl_verifies_a_cards_signature(authority: CardAuthority, tmp_path: Path) -> None:
    del authority
    (tmp_path / "challenge").write_bytes(b"c")
    (tmp_path / "signature").write_bytes(card_sign(b"c"))
    (tmp_path / "key.pem").write_text(_openssl(tmp_path, "x509", "-in", "card.pem", "-noout", "-pubkey"))
    arguments = ("dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "challenge")
    assert "Verified OK" in _openssl(tmp_path, *arguments)


@pytest.mark.parametrize("digest", ["-sha1", "-sha256"])
@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (OcspState(), "Cert Status: good"),
        (OcspState(known=False), "Cert Status: unknown"),
        (OcspState(revoked_at=AT, reason=RevocationReason.SUPERSEDED), "Revocation Reason: superseded"),
        (OcspState(revoked_at=AT, reason=RevocationReason.CERTIFICATE_HOLD), "Revocation Reason: certificateHold"),
    ],
)
def test_openssl_asks_and_believes_our_status_answers(
    authority: CardAuthority, tmp_path: Path, state: OcspState, shown: str, digest: str
) -> None:
    _openssl(tmp_path, "ocsp", digest, "-issuer", "ca.pem", "-cert", "card.pem", "-reqout", "request.der")
    now = datetime.fromtimestamp(int((tmp_path / "request.der").stat().st_mtime), UTC)
    answer = build_ocsp_response(
        read_ocsp_request((tmp_path / "request.der").read_bytes()),
        state,
        ca_certificate=authority.certificate,
        ca_key=authority.key,
        this_update=now - timedelta(minutes=1),
        next_update=now + timedelta(days=1),
    )
    (tmp_path / "answer.der").write_bytes(answer)
    text = _openssl(
        tmp_path,
        *("ocsp", "-reqin", "request.der", "-respin", "answer.der", "-resp_text"),
        *("-CAfile", "ca.pem", "-verify_other", "ca.pem", "-trust_other", "-attime", EPOCH),
    )
    assert "Response verify OK" in text
    assert "Nonce Verify error" not in text
    assert shown in text


def test_openssl_reads_our_revocation_list(authority: CardAuthority, tmp_path: Path) -> None:
    entry = CrlEntry(serial_of(authority.issue()), AT, RevocationReason.AFFILIATION_CHANGED)
    crl = build_crl(
        [entry],
        ca_certificate=authority.certificate,
        ca_key=authority.key,
        plan=ListPlan(number=3, this_update=AT, next_update=AT + timedelta(days=1)),
    )
    (tmp_path / "list.der").write_bytes(crl)
    text = _openssl(
        tmp_path, "crl", "-inform", "DER", "-in", "list.der", "-text", "-CAfile", "ca.pem", "-out", "list.pem"
    )
    assert "verify OK" in text
    assert "Affiliation Changed" in text + _openssl(tmp_path, "crl", "-in", "list.pem", "-noout", "-text")
    arguments = ("verify", "-crl_check", "-CRLfile", "list.pem", "-CAfile", "ca.pem", "-attime", EPOCH, "card.pem")
    assert "certificate revoked" in _openssl(tmp_path, *arguments)


def test_institutions_speak_mutual_tls_under_the_worlds_root_only(tmp_path: Path) -> None:
    valid_from = datetime(2019, 1, 1, tzinfo=UTC)
    world, foreign = (
        make_world_authority(valid_from=valid_from, valid_until=valid_from + timedelta(days=36500)) for _ in range(2)
    )

    def context(name: str, purpose: ssl.Purpose, authority: object = world) -> ssl.SSLContext:
        identity = issue_institution_certificate(
            authority,  # type: ignore[arg-type] # one of the two worlds
            institution=InstitutionId(name),
            hosts=[f"{name}.mizuhiki.localhost", "127.0.0.1"],
            valid_from=valid_from,
            valid_until=valid_from + timedelta(days=36500),
        )
        files = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        files[0].write_bytes(identity.certificate_pem)
        files[1].write_bytes(identity.key_pem.reveal())
        made = ssl.create_default_context(purpose, cadata=world.certificate_pem.decode())
        made.load_cert_chain(*files)
        made.verify_mode = ssl.CERT_REQUIRED
        return made

    server = context("jpki", ssl.Purpose.CLIENT_AUTH)
    client = context("portal", ssl.Purpose.SERVER_AUTH)
    stranger = context("commission", ssl.Purpose.SERVER_AUTH, foreign)
    assert _talk(server, client, "jpki.mizuhiki.localhost") == "portal"
    with pytest.raises(ssl.SSLCertVerificationError):
        _talk(server, client, "other.mizuhiki.localhost")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        _talk(server, stranger, "jpki.mizuhiki.localhost")


def _talk(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> str:
    """Connect once; return the common name the server saw, which it also sends back."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        try:
            with server.wrap_socket(theirs, server_side=True) as session:
                subject = session.getpeercert()["subject"]  # type: ignore[index] # a certificate is required
                session.sendall(dict(pair for (pair,) in subject)["commonName"].encode())  # type: ignore[misc,arg-type] # as documented
        except OSError:
            theirs.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(ours, server_hostname=host) as session:
            return session.recv(100).decode()
    finally:
        ours.close()
        thread.join()

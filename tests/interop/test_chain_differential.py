"""Generated chains before this verifier, openssl and pyhanko-certvalidator: what one refuses is not accepted here."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from mizuhiki.crypto.x509 import certificate_pem
from mizuhiki.crypto.x509.path import CertificatePool, PathSettings, read_certificate, validate_certificate
from mizuhiki.vocabulary.errors import MizuhikiError
from support.chains import AT, Chain, Link, certificate, draw_chain

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning")]
COUNT = 300
_NO_AUTHORITY = "certificate-issuer-not-authority"


def refusal_of(chain: Chain) -> str | None:
    """Return the code with which this verifier refuses a chain, None if it accepts."""
    try:
        pool = CertificatePool.of([chain.anchor], chain.between)
        validate_certificate(read_certificate(chain.last), pool, PathSettings(at=AT))
    except MizuhikiError as refusal:
        return refusal.code
    return None


def _openssl_accepts(chain: Chain, folder: Path) -> bool:
    (folder / "anchor.pem").write_bytes(certificate_pem(chain.anchor))
    (folder / "between.pem").write_bytes(b"".join(certificate_pem(der) for der in chain.between))
    (folder / "last.pem").write_bytes(certificate_pem(chain.last))
    command = (
        "openssl", "verify", "-policy_check", "-policy", "anyPolicy", "-attime", str(int(AT.timestamp())),
        "-CAfile", "anchor.pem", "-untrusted", "between.pem", "last.pem",
    )  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False).returncode == 0


async def _pyhanko_accepts(chain: Chain) -> bool | None:
    load = asn1_x509.Certificate.load
    context = ValidationContext(trust_roots=[load(chain.anchor)], moment=AT, other_certs=[*map(load, chain.between)])
    try:
        await CertificateValidator(load(chain.last), validation_context=context).async_validate_path()
    except (ValidationError, PathBuildingError, ValueError):
        return False
    except NotImplementedError:  # it cannot compare addresses of networks
        return None
    return True


@pytest.fixture(scope="module")
def chains() -> dict[int, Chain]:
    return {seed: draw_chain(seed) for seed in range(COUNT)}


@pytest.mark.outside("openssl")
def test_openssl_refuses_nothing_that_is_accepted_here(chains: dict[int, Chain], tmp_path: Path) -> None:
    ours = {seed for seed, chain in chains.items() if refusal_of(chain) is None}
    theirs = {seed for seed, chain in chains.items() if _openssl_accepts(chain, tmp_path)}
    assert len(ours) > COUNT / 5
    assert {seed: chains[seed].changes for seed in ours - theirs} == {}
    refused = {seed: (refusal_of(chains[seed]), chains[seed].changes) for seed in theirs - ours}
    # It takes a key usage for certificates in place of absent basic constraints, against RFC 5280 §6.1.4 (k).
    explained = {s for s, (code, of) in refused.items() if code == _NO_AUTHORITY and "no_basic" in of}
    assert {seed: why for seed, why in refused.items() if seed not in explained} == {}


def test_pyhanko_certvalidator_refuses_nothing_that_is_accepted_here(
    chains: dict[int, Chain], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    ours = {seed for seed, chain in chains.items() if refusal_of(chain) is None}
    answers = {seed: asyncio.run(_pyhanko_accepts(chain)) for seed, chain in chains.items()}
    theirs = {seed for seed, accepted in answers.items() if accepted}
    assert {seed: chains[seed].changes for seed in ours - theirs if answers[seed] is not None} == {}
    # It holds an anchor's own certificate against nothing (RFC 5280 §6.1.1 (d)); this verifier and openssl do.
    assert {seed for seed in theirs - ours if not _anchor_is_at_fault(chains[seed])} == set()


def _anchor_is_at_fault(chain: Chain) -> bool:
    """Say whether the chain stands with the anchor's name and key in a certificate without limits."""
    anchor = x509.load_der_x509_certificate(chain.anchor)
    name = anchor.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    return refusal_of(replace(chain, anchor=certificate(Link(str(name), 0, authority=True), None))) is None


def test_generated_chains_meet_every_kind_of_refusal(chains: dict[int, Chain]) -> None:
    assert {refusal_of(chain) for chain in chains.values()} >= {
        None,
        "certificate-expired",
        "certificate-not-yet-valid",
        "certificate-signature-invalid",
        "certificate-unknown-issuer",
        "certificate-issuer-not-authority",
        "certificate-chain-too-long",
        "certificate-name-not-permitted",
        "certificate-policy-refused",
        "certificate-critical-extension-unknown",
    }

"""openssl and pyhanko-certvalidator judge the NIST PKITS paths beside this verifier; each difference has its reason."""

from __future__ import annotations

import asyncio
import base64
import logging
import subprocess
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError

from mizuhiki.crypto.x509.path import (
    CertificatePool,
    PathSettings,
    StatusMaterial,
    read_certificate,
    validate_certificate,
)
from mizuhiki.vocabulary.errors import MizuhikiError
from support.pkits import AT, ROOT, certificates, end_entities, intermediates, lists

pytestmark = [
    pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

_INDIRECT = "we refuse lists with entries of other issuers"
_NO_DSA = "we refuse DSA"
_OPENSSL_ACCEPTS = {
    "ValidDSASignaturesTest4EE": _NO_DSA,
    "ValidIDPwithindirectCRLTest22EE": _INDIRECT,
    "ValidIDPwithindirectCRLTest24EE": _INDIRECT,
    "ValidIDPwithindirectCRLTest25EE": _INDIRECT,
    "ValidcRLIssuerTest28EE": _INDIRECT,
    "ValidcRLIssuerTest29EE": _INDIRECT,
    "ValidcRLIssuerTest33EE": _INDIRECT,
}
_PYHANKO_ACCEPTS = {"ValidIDPwithindirectCRLTest22EE": _INDIRECT}


def _pem(kind: str, ders: Iterable[bytes]) -> str:
    return "".join(
        f"-----BEGIN {kind}-----\n{textwrap.fill(base64.b64encode(der).decode(), 64)}\n-----END {kind}-----\n"
        for der in ders
    )


@pytest.fixture(scope="module")
def accepted() -> set[str]:
    """Names of the end entities that this verifier accepts with any policy."""
    usable = [der for name, der in intermediates().items() if name != "DSAParametersInheritedCACert"]
    pool = CertificatePool.of([certificates()[ROOT]], usable)
    found = set()
    for name in end_entities():
        try:
            certificate = read_certificate(certificates()[name])
            validate_certificate(certificate, pool, PathSettings(at=AT), material=StatusMaterial(lists=lists()))
        except MizuhikiError:
            continue
        found.add(name)
    return found


@pytest.mark.outside("openssl")
def test_openssl_agrees_but_for_what_is_explained(accepted: set[str], tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text(_pem("CERTIFICATE", [certificates()[ROOT]]))
    (tmp_path / "pool.pem").write_text(_pem("CERTIFICATE", intermediates().values()))
    (tmp_path / "lists.pem").write_text(_pem("X509 CRL", lists()))
    for name in end_entities():
        (tmp_path / f"{name}.pem").write_text(_pem("CERTIFICATE", [certificates()[name]]))
    said = subprocess.run(
        [
            "openssl", "verify", "-policy_check", "-policy", "anyPolicy", "-attime", str(int(AT.timestamp())),
            "-crl_check_all", "-extended_crl", "-use_deltas", "-CAfile", "root.pem", "-untrusted", "pool.pem",
            "-CRLfile", "lists.pem", *(f"{name}.pem" for name in end_entities()),
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    theirs = {line.removesuffix(".pem: OK") for line in said.stdout.splitlines() if line.endswith(": OK")}
    assert theirs - accepted == _OPENSSL_ACCEPTS.keys()
    assert accepted - theirs == set()


def test_pyhanko_certvalidator_agrees_but_for_what_is_explained(
    accepted: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    theirs = asyncio.run(_pyhanko_accepts())
    assert theirs - accepted == _PYHANKO_ACCEPTS.keys()
    assert accepted - theirs == set()


async def _pyhanko_accepts() -> set[str]:
    root = asn1_x509.Certificate.load(certificates()[ROOT])
    pool = [asn1_x509.Certificate.load(der) for der in intermediates().values()]
    found = [asn1_crl.CertificateList.load(der) for der in lists()]
    accepted = set()
    for name in end_entities():
        certificate = asn1_x509.Certificate.load(certificates()[name])
        above = _above(certificate, pool)
        context = ValidationContext(
            trust_roots=[root],
            moment=AT,
            revocation_mode="require",
            other_certs=[issuer for issuer in pool if issuer.subject.hashable in above],
            crls=[one for one in found if one.issuer.hashable in above],  # all at once take minutes
        )
        try:
            await CertificateValidator(certificate, validation_context=context).async_validate_path()
        except (ValidationError, PathBuildingError, ValueError):
            continue
        accepted.add(name)
    return accepted


def _above(certificate: asn1_x509.Certificate, pool: list[asn1_x509.Certificate]) -> set[str]:
    """Return the names on every way up from a certificate."""
    names: set[str] = set()
    todo = [certificate.issuer.hashable]
    while todo:
        name = todo.pop()
        if name not in names:
            names.add(name)
            todo += [issuer.issuer.hashable for issuer in pool if issuer.subject.hashable == name]
    return names

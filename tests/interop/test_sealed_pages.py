"""Sealed PDF pages read by poppler, qpdf (through pikepdf) and pyHanko's validator."""

from __future__ import annotations

import io
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from tests.support.documents import AT, FONTS, NUMBER, resident_copy, seals, text_of

from mizuhiki.crypto.keystore import MemoryKeystore
from mizuhiki.crypto.randomness import SeededRandomness
from mizuhiki.crypto.x509 import OfficeSeal, SealKeyMismatch
from mizuhiki.documents.certificates import render
from mizuhiki.documents.errors import PageUnreadable, SealUnusable
from mizuhiki.documents.seal import seal_pdf

pytestmark = [pytest.mark.outside(*FONTS), pytest.mark.outside("pdfsig", "pdftotext")]


@pytest.fixture(scope="module")
def page() -> bytes:
    return render(resident_copy())


@pytest.fixture(scope="module")
def sealed(page: bytes) -> bytes:
    mayor, clock, _ = seals()
    return seal_pdf(page, mayor, AT, clock=clock, reason="住民票の原本と相違ない", place="水引市")


def poppler(folder: Path, pdf: bytes) -> str:
    file = folder / "page.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", file], capture_output=True, check=False, text=True).stdout


def judged(pdf: bytes) -> PdfSignatureStatus:
    _, _, root = seals()
    trust = ValidationContext(trust_roots=[x509.Certificate.load(root)], moment=AT, allow_fetching=False)
    [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, signer_validation_context=trust, ts_validation_context=trust)


def test_poppler_finds_the_seal_valid_over_the_whole_file(tmp_path: Path, sealed: bytes) -> None:
    said = poppler(tmp_path, sealed)
    for shown in (
        "Signature is Valid",
        "Total document signed",
        "水引市長",
        "ETSI.CAdES.detached",
        "SHA-256",
        "OfficeSeal",
    ):
        assert shown in said


def test_the_seal_is_trusted_under_the_root_and_stamped_at_the_stated_time(sealed: bytes) -> None:
    status = judged(sealed)
    assert status.bottom_line
    assert status.signer_reported_dt == AT or status.signer_reported_dt is None
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.timestamp == AT
    assert status.timestamp_validity.trusted


def test_a_changed_byte_breaks_the_seal(tmp_path: Path, sealed: bytes) -> None:
    changed = bytearray(sealed)
    place = sealed.index(b"stream") + 40
    changed[place] ^= 1
    assert "Signature is Valid" not in poppler(tmp_path, bytes(changed))


def test_an_addition_after_the_seal_is_found(tmp_path: Path, sealed: bytes) -> None:
    said = poppler(tmp_path, sealed + b"\n% added\n")
    assert "Total document signed" not in said or "Signature is Valid" not in said


def test_the_sealed_page_reads_as_before_and_shows_no_number(page: bytes, sealed: bytes) -> None:
    assert text_of(sealed) == text_of(page)
    assert NUMBER.reveal().encode() not in sealed
    with pikepdf.open(io.BytesIO(sealed)) as opened:
        assert opened.open_metadata()["pdfaid:part"] == "2"
        assert len(opened.Root.AcroForm.Fields) == 1
        assert not opened.check_pdf_syntax()


def test_the_same_page_sealed_at_the_same_time_is_the_same_file(page: bytes) -> None:
    """Both are made here: opening XMP with pikepdf registers namespace prefixes for the whole process."""
    mayor, clock, _ = seals()
    first, second = (seal_pdf(page, mayor, AT, clock=clock, reason="相違ない", place="水引市") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("at", [datetime(2018, 12, 31, tzinfo=UTC), datetime(2022, 1, 1, tzinfo=UTC)])
def test_no_seal_is_put_on_outside_its_validity(page: bytes, at: datetime) -> None:
    mayor, clock, _ = seals()
    with pytest.raises(SealUnusable):
        seal_pdf(page, mayor, at, clock=clock)


def test_a_sealed_page_is_not_sealed_again(sealed: bytes) -> None:
    mayor, clock, _ = seals()
    with pytest.raises(PageUnreadable):
        seal_pdf(sealed, mayor, AT, clock=clock)


@pytest.mark.parametrize("content", [b"", b"not a page", b"%PDF-1.7\n%%EOF"])
def test_only_pdf_files_are_sealed(content: bytes) -> None:
    mayor, clock, _ = seals()
    with pytest.raises(PageUnreadable):
        seal_pdf(content, mayor, AT, clock=clock)


def test_a_certificate_makes_no_seal_of_another_key_and_none_shows_its_key() -> None:
    mayor, _, root = seals()
    other = MemoryKeystore(SeededRandomness(b"other")).certification_key("other")
    with pytest.raises(SealKeyMismatch):
        OfficeSeal(mayor.certificate, (root,), other)
    assert repr(mayor) == "<OfficeSeal CN=水引市長,O=Mizuhiki-TEST,C=JP>"

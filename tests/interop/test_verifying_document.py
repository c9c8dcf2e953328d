"""docs/verifying.md is followed to the letter in a founded world: a demo card signs, a stranger verifies."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner

from architecture.source_tree import ROOT
from mizuhiki.cli import app
from mizuhiki.institutions.jpki.domain.certificates import Kind
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.world.stored_cards import StoredCards, card_file
from support.nation import founded_folder, opened_copy

pytestmark = [pytest.mark.outside("openssl")]
PIN = "MIZUHIKI7364"
HOLDER = "mother"
MADE = ("message.bin", "signature.bin", "certificate.pem", "authority.pem", "list.pem", "answer.der", "instant.txt")


def page() -> str:
    return (ROOT / "docs" / "verifying.md").read_text(encoding="utf-8")


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def shell(script: str, folder: Path) -> str:
    """Run commands in one shell, which goes on after one that fails as a reader would; return what they print."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def made(folder: Path) -> str:
    """Do what the page says up to the moment at which the stranger's folder is complete."""
    return shell("".join(blocks("sh", page().partition("Compare the authority's fingerprint")[0])), folder)


def verified(folder: Path) -> str:
    """Run every other command of the page in the stranger's folder, then its program."""
    said = shell("".join(blocks("sh", page().partition("Compare the authority's fingerprint")[2])), folder)
    (folder / "verifier.toml").write_text(blocks("toml", page())[0], encoding="utf-8")
    (folder / "verify.py").write_text(blocks("python", page())[0], encoding="utf-8")
    return said + shell(f"{sys.executable} verify.py", folder)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a world in which the page was followed until the card had signed; copy it to change it."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(founded_folder(), folder / "nation")
    said = made(folder)
    assert re.search(rf"^{HOLDER}  .*{PIN}$", said, flags=re.MULTILINE), said
    assert "certificate: good" in said
    return folder


@pytest.fixture
def stranger(signed: Path, tmp_path: Path) -> Path:
    """What the stranger gets: the files of the table and no world."""
    shutil.copytree(signed / "for-stranger", tmp_path / "stranger")
    return tmp_path / "stranger"


def sign(data: Path, out: Path, *, person: str = HOLDER, pin: str = PIN) -> tuple[int, str]:
    document = data.parent / "application.txt"
    document.write_text("転入届の写しを一通申請します。\n", encoding="utf-8")
    done = CliRunner().invoke(
        app, ["world", "sign", person, str(document), "--data", str(data), "--pin", pin, "--out", str(out)]
    )
    return done.exit_code, done.output


def test_a_stranger_who_follows_the_page_verifies_a_demo_cards_signature(stranger: Path) -> None:
    assert sorted(path.name for path in stranger.iterdir()) == sorted(MADE)
    said = verified(stranger)
    assert "sha256 Fingerprint=" in said
    assert "Verified OK" in said
    assert "certificate.pem: OK" in said
    assert "Response verify OK" in said
    assert "certificate.pem: good" in said
    assert "WARNING" not in said
    assert "Digital Signature, Non Repudiation" in said
    assert "verified now" in said
    assert "1.2.392.200149.8.5.5.1::黒木　美咲" in said


def test_the_page_names_every_file_that_the_stranger_gets(stranger: Path) -> None:
    assert {path.name for path in stranger.iterdir()} == set(re.findall(r"^\| `([a-z.]+)` \|", page(), re.MULTILINE))


def test_following_the_page_tells_a_changed_file_from_a_signed_one(stranger: Path) -> None:
    (stranger / "message.bin").write_text("別の内容\n", encoding="utf-8")
    said = verified(stranger)
    assert "Verification failure" in said
    assert "CardSignatureInvalid" in said
    assert "verified now" not in said


def test_following_the_page_at_another_time_believes_neither_list_nor_answer(stranger: Path) -> None:
    later = int((stranger / "instant.txt").read_text()) + 2 * 86_400
    (stranger / "instant.txt").write_text(f"{later}\n")
    said = verified(stranger)
    assert "CRL has expired" in said
    assert "WARNING: Status times invalid" in said
    assert "verified now" not in said


@pytest.mark.requirement("R-203")
@pytest.mark.parametrize("ending", ["revoke", "suspend"])
def test_following_the_page_finds_a_revoked_certificate(signed: Path, tmp_path: Path, ending: str) -> None:
    jpki = institution_id(InstitutionKind.JPKI)
    with opened_copy(tmp_path / "nation") as stage:
        serial = x509.load_der_x509_certificate(stage.card(HOLDER).signature_certificate(PIN)).serial_number
        operations = stage.operations(jpki)
        with operations.store.look() as records:
            card_serial = records.certificate(Kind.SIGNATURE, serial).card_serial
        operator = stage.context(jpki, "operator", "card-issue", "公的個人認証法14条", "end a certificate")
        getattr(operations.cards, ending)(operator, card_serial=card_serial)
    stranger = tmp_path / "stranger"
    code, output = sign(tmp_path / "nation", stranger)
    assert code == 0
    assert f"certificate: {ending.rstrip('e')}ed" in output
    said = verified(stranger)
    assert "Verified OK" in said
    assert "certificate revoked" in said
    assert "certificate.pem: revoked" in said
    assert "certificate.pem: OK" not in said
    assert "verified now" not in said


def test_a_wrong_pin_signs_nothing(tmp_path: Path) -> None:
    shutil.copytree(founded_folder(), tmp_path / "nation")
    assert sign(tmp_path / "nation", tmp_path / "out", pin="WRONGPIN1")[0] == 1
    assert not (tmp_path / "out").exists()


def test_an_unknown_holder_is_told_the_keys_there_are(signed: Path, tmp_path: Path) -> None:
    code, output = sign(signed / "nation", tmp_path / "out", person="nobody")
    assert code == 1
    assert "nobody-of-that-name" in output
    assert "parent, mother, " in output
    assert not (tmp_path / "out").exists()


def test_a_key_that_leads_out_of_the_folder_of_cards_is_nobodys(signed: Path, tmp_path: Path) -> None:
    outside = signed / "nation" / "outside.card"
    shutil.copy(card_file(signed / "nation", HOLDER), outside)
    assert StoredCards(signed / "nation").open("../outside").signature_authority()
    code, output = sign(signed / "nation", tmp_path / "out", person="../outside")
    assert (code, "nobody-of-that-name" in output) == (1, True)


@pytest.mark.parametrize("command", [["holders"], ["sign", HOLDER, __file__, "--pin", PIN, "--out", "out"]])
def test_a_folder_without_a_world_is_refused(tmp_path: Path, command: list[str]) -> None:
    done = CliRunner().invoke(app, ["world", *command, "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "no-world-there" in done.output

"""``mizuhiki number codes`` and ``bulk``: from invented codes to verified numbers, and where the key comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from stdnum.jp import in_

from mizuhiki.crypto.bulk_number_generation import code_of
from mizuhiki.crypto.keystore import FileKeystore, SecretPurpose
from mizuhiki.crypto.number_generation import generate_number
from mizuhiki.crypto.randomness import SeededRandomness
from unit.cli.console import Console


@pytest.fixture
def codes(console: Console, tmp_path: Path) -> str:
    path = str(tmp_path / "codes.npy")
    ended = console.run("number", "codes", "--count", "3000", "--out", path, "--seed", "test", "--json")
    assert ended.document == {"count": 3000}
    return path


@pytest.fixture
def keystore(tmp_path: Path) -> tuple[str, str]:
    FileKeystore.create(tmp_path / "keys", "correct horse", SeededRandomness(b"keys"))
    (tmp_path / "passphrase").write_text("correct horse\n", encoding="utf-8")
    return str(tmp_path / "keys"), str(tmp_path / "passphrase")


@pytest.mark.requirement("R-013")
def test_a_file_of_codes_becomes_a_verified_folder_of_numbers(
    console: Console, codes: str, keystore: tuple[str, str], tmp_path: Path
) -> None:
    keys = ("--keystore", keystore[0], "--passphrase-file", keystore[1])
    out = str(tmp_path / "out")
    ended = console.run("number", "bulk", "--codes", codes, "--out", out, *keys, "--verify", "--json")
    assert ended.code == 0
    document = ended.document
    assert (document["count"], document["chunks"], document["verified"]) == (3000, 1, True)
    numbers = np.load(tmp_path / "out" / "numbers-00000.npy").tolist()
    assert all(in_.is_valid(f"{number:012d}") for number in numbers)
    key = FileKeystore.open(Path(keystore[0]), "correct horse").secret(SecretPurpose.NUMBER_GENERATION)
    first = code_of(int(np.load(codes)[0]))
    assert f"{numbers[0]:012d}" == generate_number(key, first, 0).reveal()
    again = console.run("number", "bulk", "--codes", codes, "--out", out, *keys, "--json")
    assert again.document["chunks_taken_up"] == 1


def test_people_are_told_rate_memory_and_proof_and_no_number(console: Console, codes: str, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    ended = console.run("number", "bulk", "--codes", codes, "--out", out, "--throwaway-key", "--verify")
    assert ended.code == 0
    assert "3,000 numbers in" in ended.out
    assert "all different, all check digits right" in ended.out
    numbers = np.load(tmp_path / "out" / "numbers-00000.npy").tolist()
    assert not any(f"{number:012d}" in ended.out + ended.err for number in numbers)


def _configuration(folder: Path, institution: str) -> Path:
    written = folder / "institution.toml"
    written.write_text(
        f"""
        institution = "{institution}"
        host = "{institution}.invalid"
        database_url = "sqlite:///institution.sqlite"
        directory = "directory.json"
        keystore = {{ kind = "file", path = "keys", passphrase_file = "passphrase" }}
        tls = {{ certificate = "tls.pem", key = "tls.key", authority = "authority.pem" }}
        """,
        encoding="utf-8",
    )
    return written


@pytest.mark.usefixtures("keystore")
def test_the_registers_configuration_names_the_key(console: Console, codes: str, tmp_path: Path) -> None:
    config = str(_configuration(tmp_path, "national-register"))
    ended = console.run("number", "bulk", "--codes", codes, "--out", str(tmp_path / "out"), "--config", config)
    assert ended.code == 0, ended.err
    numbers = np.load(tmp_path / "out" / "numbers-00000.npy").tolist()
    key = FileKeystore.open(tmp_path / "keys", "correct horse").secret(SecretPurpose.NUMBER_GENERATION)
    assert f"{numbers[-1]:012d}" == generate_number(key, code_of(int(np.load(codes)[-1])), 0).reveal()


@pytest.mark.usefixtures("keystore")
def test_another_institutions_key_makes_no_number(console: Console, codes: str, tmp_path: Path) -> None:
    config = str(_configuration(tmp_path, "municipality-452025"))
    ended = console.run("number", "bulk", "--codes", codes, "--out", str(tmp_path / "out"), "--config", config)
    assert ended.code == 1
    assert "configuration-unreadable" in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--throwaway-key", "--keystore", "keys"],
        ["--throwaway-key", "--config", "institution.toml"],
        ["--keystore", "keys", "--config", "institution.toml"],
    ],
)
def test_exactly_one_source_of_the_key_is_named(
    console: Console, codes: str, tmp_path: Path, options: list[str]
) -> None:
    ended = console.run("number", "bulk", "--codes", codes, "--out", str(tmp_path / "out"), *options)
    assert ended.code == 2
    assert "one of --config, --keystore and --throwaway-key" in " ".join(ended.err.replace("│", " ").split())


def test_a_wrong_passphrase_is_refused(console: Console, codes: str, keystore: tuple[str, str], tmp_path: Path) -> None:
    Path(keystore[1]).write_text("wrong", encoding="utf-8")
    options = ("--keystore", keystore[0], "--passphrase-file", keystore[1])
    ended = console.run("number", "bulk", "--codes", codes, "--out", str(tmp_path / "out"), *options)
    assert ended.code == 1
    assert "keystore-passphrase-wrong" in ended.err


def test_a_refused_row_is_named_and_its_digits_are_not(console: Console, codes: str, tmp_path: Path) -> None:
    values = np.load(codes)
    values[41] = values[7]
    np.save(codes, values)
    ended = console.run("number", "bulk", "--codes", codes, "--out", str(tmp_path / "out"), "--throwaway-key")
    assert ended.code == 1
    assert "code-row-repeated" in ended.err
    assert "row 42 repeats row 8" in ended.err
    assert f"{values[41]:011d}" not in ended.err
    assert not (tmp_path / "out").exists()

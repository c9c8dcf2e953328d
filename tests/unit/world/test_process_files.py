"""The files a process starts from are read by the same reader as those of any institution in production."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from mizuhiki.crypto.keystore import SigningPurpose
from mizuhiki.crypto.passphrases import ScryptCost
from mizuhiki.runtime.clock import SystemClock
from mizuhiki.runtime.config import load
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.process_files import AUTHORITY_FILE
from unit.world.kit import PAGE_PORT, STARTED_AT, WORLD_DATE, Files, write_files

SECRET_FILES = ("tls.key", "passphrase")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_files(tmp_path_factory.mktemp("files") / "world")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_configuration_loads_and_says_what_was_planned(files: Files) -> None:
    for one in files.planned:
        loaded = load(files.data / one.institution / WORLD_CONFIG)
        configuration = loaded.configuration
        assert loaded.institution == one.institution
        assert configuration.host == one.host
        assert configuration.listen.address == "127.0.0.1"
        assert configuration.listen.port == files.ports[one.institution]
        assert configuration.world is not None
        assert (configuration.world.date, configuration.world.started_at) == (WORLD_DATE, STARTED_AT)
        assert configuration.parameters["page_url"] == f"http://{one.host}:{PAGE_PORT}"


def test_the_environment_has_the_keys_that_the_directory_pins(files: Files) -> None:
    for one in files.planned:
        environment = load(files.data / one.institution / WORLD_CONFIG).environment()
        entry = environment.directory.entry(one.institution)
        assert environment.keystore.signer(SigningPurpose.HOP).public_key == entry.hop_key
        assert environment.keystore.signer(SigningPurpose.OBJECT).public_key == entry.object_key


def test_only_passphrases_that_a_world_prints_cost_less_to_guess(files: Files) -> None:
    """No setting lowers the cost: an institution that is not of a demo world has the whole one."""
    config = files.data / files.planned[0].institution / WORLD_CONFIG
    assert load(config).environment().settings.passphrase_cost == ScryptCost(n=2**12, r=8, p=1)
    text = config.read_text(encoding="utf-8")
    world, _, rest = text.partition("[world]")[2].partition("[parameters]")
    assert "started_at" in world
    of_a_state = config.with_name("of-a-state.toml")
    of_a_state.write_text(text.partition("[world]")[0] + "[parameters]" + rest, encoding="utf-8")
    assert load(of_a_state).environment().settings.passphrase_cost == ScryptCost(n=2**15, r=8, p=3)


def test_all_processes_of_a_world_agree_on_the_time(files: Files) -> None:
    clocks = [load(files.data / one.institution / WORLD_CONFIG).clock() for one in files.planned]
    instants = [clock.now() for clock in clocks]
    assert max(instants) - min(instants) < timedelta(seconds=5)


def test_mutual_tls_is_demanded_by_the_worlds_own_authority(files: Files) -> None:
    loaded = load(files.data / files.planned[0].institution / WORLD_CONFIG)
    authority = loaded.tls_files().client_authority
    assert authority is not None
    assert authority.resolve() == (files.data / AUTHORITY_FILE).resolve()


def test_certificates_are_valid_now_for_their_host_alone(files: Files) -> None:
    authority = x509.load_pem_x509_certificate((files.data / AUTHORITY_FILE).read_bytes())
    for one in files.planned:
        certificate = x509.load_pem_x509_certificate((files.data / one.institution / "tls.pem").read_bytes())
        certificate.verify_directly_issued_by(authority)
        assert certificate.not_valid_before_utc <= SystemClock().now() <= certificate.not_valid_after_utc
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == [one.host]


def test_secret_files_are_their_owners_alone_from_the_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: dict[str, int] = {}
    write_bytes = Path.write_bytes

    def watched(path: Path, content: bytes) -> int:
        if path.name in SECRET_FILES:
            modes[f"{path.parent.name}/{path.name}"] = mode(path)
        return write_bytes(path, content)

    monkeypatch.setattr(Path, "write_bytes", watched)
    before = os.umask(0)
    try:
        written = write_files(tmp_path / "world", most=2)
    finally:
        os.umask(before)
    assert len(modes) == 2 * len(written.planned) + 1  # the gateway has a key and no passphrase
    assert set(modes.values()) == {0o600}
    assert {mode(written.data / name) for name in modes} == {0o600}


def test_a_key_file_that_others_could_read_is_replaced_when_a_world_is_opened_again(tmp_path: Path) -> None:
    key = write_files(tmp_path / "world", most=1).data / "gateway" / "tls.key"
    key.chmod(0o644)
    old = key.read_bytes()
    write_files(tmp_path / "world", most=1)
    assert mode(key) == 0o600
    assert key.read_bytes() != old


@pytest.mark.parametrize("name", ["𠮷野家の world", 'with "quotes" and \\', "tab\tand\x7fdelete"])
def test_a_folder_of_any_name_gives_a_configuration_that_loads(tmp_path: Path, name: str) -> None:
    written = write_files(tmp_path / name, most=1)
    configuration = load(written.data / written.planned[0].institution / WORLD_CONFIG).configuration
    assert str(tmp_path / name) in configuration.database_url

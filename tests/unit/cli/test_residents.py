"""Files of residents at the command line, over a municipality's own database."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from mizuhiki.cli.residents import Encoding, Holds
from mizuhiki.crypto.passphrases import OF_PRINTED, verify_passphrase
from mizuhiki.institutions.municipality.domain.resident_file import COLUMNS, FileEncoding
from mizuhiki.runtime import staff_sign_in
from mizuhiki.runtime.config import load
from mizuhiki.runtime.staff_sign_in import StaffAccount
from mizuhiki.vocabulary.ids import InstitutionKind, institution_id
from mizuhiki.vocabulary.names.repertoires import Repertoire
from mizuhiki.world import resident_files
from mizuhiki.world.child import WORLD_CONFIG
from mizuhiki.world.nation.builders import builder_of
from mizuhiki.world.resident_files import FileDesk
from support.environment import make_environment
from support.municipality import MIYAKONOJO, make_country
from unit.cli.console import Console, Ended
from unit.world.kit import write_files

CITY = institution_id(InstitutionKind.MUNICIPALITY, "131032")
PASSPHRASE = "a long enough passphrase"
HEAD = {
    "household": "1", "relationship": "02", "family": "𠮷田", "given": "辻\U000e0100", "birth_date": "1985-02-03",
    "sex": "1", "address": "東京都港区芝5-1", "resident_since": "2010-04-01",
}  # fmt: skip


def content(**changes: str) -> str:
    row = HEAD | changes
    return ",".join(COLUMNS) + "\r\n" + ",".join(row.get(column, "") for column in COLUMNS) + "\r\n"


@dataclass(frozen=True)
class Machine:
    """A municipality's machine: its configuration, a file of residents, accounts of its staff."""

    console: Console
    folder: Path
    config: Path

    def run(self, command: str, file: Path, *options: str, account: str = "toroku") -> Ended:
        signed_in = ("--config", str(self.config), "--account", account)
        passphrase = ("--passphrase-file", str(self.folder / "passphrase"))
        return self.console.run("residents", command, str(file), *signed_in, *passphrase, *options)

    def file(self, name: str = "residents.csv", **changes: str) -> Path:
        file = self.folder / name
        file.write_bytes(content(**changes).encode())
        return file


@pytest.fixture
def machine(console: Console, tmp_path: Path) -> Machine:
    data = tmp_path / "world"
    write_files(data, ports={CITY: 20_001})
    config = data / CITY / WORLD_CONFIG
    with load(config).connected() as environment:
        app = builder_of(CITY)(environment)
        app.operations.add_staff("toroku", "登録 三郎", "registrar", PASSPHRASE)
        app.operations.add_staff("hanako", "窓口 花子", "counter-clerk", PASSPHRASE)
        app.close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    return Machine(console, tmp_path, config)


def test_a_fault_is_told_with_row_and_column_and_never_with_its_value(machine: Machine) -> None:
    ended = machine.run("check", machine.file(birth_date="1985-02-30"))
    assert ended.code == 1
    assert "row 2, birth_date: malformed-date" in ended.out
    assert "1985-02-30" not in ended.out + ended.err
    refused = machine.run("import", machine.file(sex="7"), "--json")
    assert refused.code == 1
    assert refused.document == {
        "rows": 1, "households": 0, "stored": 0, "entered_before": 0,
        "faults": [{"row": 2, "column": "sex", "reason": "unknown-value"}],
    }  # fmt: skip


def test_a_sound_file_is_said_to_be_sound_and_in_another_encoding_is_none(machine: Machine) -> None:
    ended = machine.run("check", machine.file(), "--json")
    assert (ended.code, ended.document["rows"], ended.document["faults"]) == (0, 1, [])
    other = machine.run("check", machine.file(), "--encoding", "shift_jis", "--json")
    assert (other.code, other.document["faults"][0]["reason"]) == (1, "not-this-encoding")


def test_nobody_works_with_a_wrong_passphrase_or_another_role(machine: Machine) -> None:
    clerk = machine.run("check", machine.file(), "--json", account="hanako")
    assert (clerk.code, clerk.document["error"]) == (1, "action-not-permitted")
    unknown = machine.run("check", machine.file(), "--json", account="nobody")
    assert (unknown.code, unknown.document["error"]) == (1, "passphrase-wrong")
    (machine.folder / "passphrase").write_text("another passphrase", encoding="utf-8")
    wrong = machine.run("export", machine.folder / "out.csv", "--json")
    assert (wrong.code, wrong.document["error"]) == (1, "passphrase-wrong")
    assert not (machine.folder / "out.csv").exists()


def test_an_account_that_does_not_exist_costs_as_much_to_guess_as_one_that_does(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    def verify(passphrase: str, stored: str) -> None:
        checked.append(stored)
        verify_passphrase(passphrase, stored)

    monkeypatch.setattr(staff_sign_in, "verify_passphrase", verify)
    assert machine.run("check", machine.file()).code == 0
    assert machine.run("check", machine.file(), account="nobody").code == 1
    known, unknown = (stored.split("$")[:4] for stored in checked)
    assert known == unknown == ["scrypt", str(OF_PRINTED.n), str(OF_PRINTED.r), str(OF_PRINTED.p)]


def test_what_the_commands_offer_is_what_the_register_knows() -> None:
    assert [one.value for one in Encoding] == [one.value for one in FileEncoding]
    assert [one.value for one in Holds] == [one.value for one in Repertoire]


@pytest.fixture
def in_country(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """The same, with a municipality that has a national register to get codes and numbers from."""
    country = make_country()
    staff = StaffAccount("toroku", "登録 三郎", "registrar", "")
    desk = FileDesk(country.apps[MIYAKONOJO].operations, make_environment(MIYAKONOJO, clock=country.clock), staff)
    monkeypatch.setattr(resident_files, "file_desk", lambda *_signed_in: nullcontext(desk))
    yield machine
    country.close()


def test_residents_are_taken_over_and_written_for_a_system_that_lacks_characters(in_country: Machine) -> None:
    machine = in_country
    taken = machine.run("import", machine.file())
    assert taken.code == 0
    assert "stored: 1" in taken.out
    assert "1 of 1 households" in taken.err
    again = machine.run("import", machine.file(), "--json")
    assert (again.document["stored"], again.document["entered_before"]) == (0, 1)

    plain = machine.folder / "all.csv"
    assert machine.run("export", plain).code == 0
    assert "𠮷田,辻\U000e0100" in plain.read_text(encoding="utf-8")
    assert stat.S_IMODE(plain.stat().st_mode) == 0o600

    narrow = ("--holds", "jis-x-0208", "--encoding", "shift_jis", "--receiver", "旧収納システム")
    lacking = machine.run("export", machine.folder / "narrow.zip", *narrow, "--json")
    assert (lacking.code, lacking.document["lacking"]) == (1, ["U+20BB7"])
    assert not (machine.folder / "narrow.zip").exists()

    wider = ("--holds", "unicode-without-selectors", "--receiver", "住民税システム")
    tried = machine.run("export", machine.folder / "wide.zip", *wider, "--dry-run", "--json")
    assert (tried.code, tried.document["texts_with_substitutes"], tried.document["file"]) == (0, 1, "")
    assert machine.run("export", machine.folder / "wide.zip", *wider).code == 0
    with zipfile.ZipFile(io.BytesIO((machine.folder / "wide.zip").read_bytes())) as archive:
        assert "𠮷田,辻," in archive.read("residents.csv").decode()


def test_an_export_writes_over_nothing(in_country: Machine) -> None:
    kept = in_country.file("kept.csv")
    before = kept.read_bytes()
    ended = in_country.run("export", kept, "--json")
    assert (ended.code, ended.document["error"]) == (1, "file-exists")
    assert kept.read_bytes() == before


def test_an_export_into_a_folder_that_is_not_there_is_refused_before_anything_is_read(machine: Machine) -> None:
    ended = machine.run("export", machine.folder / "nowhere" / "all.csv", "--json")
    assert (ended.code, ended.document["error"]) == (1, "no-such-folder")

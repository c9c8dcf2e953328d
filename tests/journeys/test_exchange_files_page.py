"""The commands of docs/exchange-files.md, as written there, against a nation of processes."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mizuhiki.cli import app
from mizuhiki.runtime.context import Context
from mizuhiki.vocabulary.ids import InstitutionId, intermediate_server_of
from mizuhiki.wire.exchange_files import read_outcomes
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.roster import read_roster
from support.nation import founded_folder

PAGE = Path(__file__).parents[2] / "docs" / "exchange-files.md"
CITY = InstitutionId("municipality-131032")
SERVER = intermediate_server_of(CITY)


def commands() -> dict[str, list[str]]:
    """The file commands of the page by name."""
    found = re.findall(r"^\.venv/bin/mizuhiki exchange (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {words[0]: words for words in map(shlex.split, found)}


@pytest.mark.requirement("R-217")
def test_a_vendor_follows_the_page_and_gets_an_outcome_for_each_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "nation"
    shutil.copytree(founded_folder(), data)
    roster = read_roster(data)
    assert roster is not None
    monkeypatch.chdir(tmp_path)
    with sqlite3.connect(data / CITY / "institution.sqlite") as database:
        numbers = [row[0] for row in database.execute("SELECT addressee_number FROM addressees LIMIT 2")]
    place = {
        "100000000000001": numbers[0],
        "100000000000002": numbers[1],
        "nation/municipality-452025/institution.toml": f"nation/{CITY}/institution.toml",
        "municipality-131032": "municipality-452025",
    }

    def follow(name: str) -> tuple[int, str]:
        words = [place.get(word, word) for word in commands()[name]]
        result = CliRunner().invoke(app, ["exchange", *words])
        return result.exit_code, result.output

    with ProcessStage(data, roster) as stage:
        assert follow("sample")[0] == 0
        assert '"rows":["2-74' in follow("try")[1]
        code, told = follow("submit")
        assert code == 0, told
        owner: Context = stage.context(CITY, "owner", "child-allowance", "番号法19条8号", "send files")
        stage.operations(SERVER).bulk.resume(owner)
        code, told = follow("fetch")
        assert code == 0, told
    outcomes = read_outcomes((tmp_path / "outcomes.DAT").read_bytes())
    assert [(one.line, one.addressee_number) for one in outcomes] == [("1", numbers[0]), ("2", numbers[1])]
    assert {one.outcome for one in outcomes} <= {"provided", "no-data"}

"""The commands of docs/exchange-files.md, as written there, against a nation of processes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
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
    [(code, into)] = re.findall(r"^\.venv/bin/python -c '(.+)' > (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    listed = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, text=True, capture_output=True, check=True)
    (tmp_path / into).write_text(listed.stdout, encoding="utf-8")
    numbers = listed.stdout.split()
    assert len(numbers) > 1

    def follow(name: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["exchange", *commands()[name]])
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
    assert [(one.line, one.addressee_number) for one in outcomes] == [
        (str(line), number) for line, number in enumerate(numbers, start=1)
    ]
    assert {one.outcome for one in outcomes} == {"no-data"}, "before the story nobody has moved"


def test_a_sample_wants_somebody_to_ask_about(tmp_path: Path) -> None:
    (tmp_path / "institution.toml").touch()
    words = ["exchange", "sample", str(tmp_path / "x.DAT"), "--config", str(tmp_path / "institution.toml")]
    result = CliRunner().invoke(app, [*words, "--provider", "municipality-452025"])
    assert result.exit_code == 2
    assert not (tmp_path / "x.DAT").exists()

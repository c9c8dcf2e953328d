"""The commands of docs/exchange-files.md, as written there, against a nation of processes."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from mizuhiki.cli import app
from mizuhiki.crypto.randomness import SystemRandomness
from mizuhiki.wire.exchange_files import file_id_of, read_outcomes
from mizuhiki.world.local import LocalStage, open_nation
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.roster import read_roster
from mizuhiki.world.story.child_allowance import ChildAllowance
from support.nation import PORT, founded_folder
from support.pages import csrf_token

PAGE = Path(__file__).parents[2] / "docs" / "exchange-files.md"


def commands() -> dict[str, list[str]]:
    """The file commands of the page by name."""
    found = re.findall(r"^\.venv/bin/mizuhiki exchange (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {words[0]: words for words in map(shlex.split, found)}


MOST_CALLS = 5_000
"""A call that is answered takes some milliseconds, and sections are sent every five seconds."""


class Vendor:
    """Somebody with a terminal in the folder where the page's commands are typed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write_addressees(self) -> list[str]:
        """Type the page's command that lists all addressees, and return them."""
        page = PAGE.read_text(encoding="utf-8")
        [(code, into)] = re.findall(r"^\.venv/bin/python -c '(.+)' > (.+)$", page, re.MULTILINE)
        listed = subprocess.run(
            [sys.executable, "-c", code], cwd=self._folder, text=True, capture_output=True, check=True
        )
        (self._folder / into).write_text(listed.stdout, encoding="utf-8")
        return listed.stdout.split()

    def type(self, name: str, *more: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["exchange", *commands()[name], *more])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    def fetch_until_nothing_is_open(self) -> None:
        """Type `fetch` again and again, as the page says."""
        for _ in range(MOST_CALLS):
            code, told = self.type("fetch")
            if code == 0:
                return
        raise AssertionError(told)

    def stream_until_nothing_is_open(self) -> list[int]:
        """Type `stream` again and again, each time with the cursor of the last; return the cursors."""
        cursors = [0]
        for _ in range(MOST_CALLS):
            code, told = self.type("stream", "--after", str(cursors[-1]))
            answer = msgspec.json.decode(told)
            if answer["next_after"] != cursors[-1]:
                cursors.append(answer["next_after"])
            if code == 0:
                assert answer["open"] == 0
                return cursors
        raise AssertionError(told)


def move_the_family(data: Path) -> None:
    """Play the beginning of the story: they come to Minato, have a child, and can be asked about."""
    roster = read_roster(data)
    assert roster is not None
    nation = open_nation(
        data, roster.world_date, port=PORT, randomness=SystemRandomness(), started_at=roster.started_at
    )
    stage = LocalStage(nation, roster)
    story = ChildAllowance(stage)
    for act in (story.move_out, story.move_in, story.birth, story.pseudonyms):
        act()
    stage.close()


def outcome_file_of_the_page(stage: ProcessStage, content: bytes) -> bytes:
    """Sign in where the page says, open the file's page, and fetch the outcome file there."""
    text = PAGE.read_text(encoding="utf-8")
    [(host, path, account, passphrase)] = re.findall(
        r"`http://([a-z0-9.-]+):8080(/files)`, signed in as\s+linkage officer \(account `(.+?)`, passphrase `(.+?)`\)",
        text,
    )
    visitor, base = stage.visitor(), f"http://{host}"
    visitor.headers["Accept-Language"] = "en"

    def send(place: str, **fields: str) -> httpx.Response:
        token = csrf_token(visitor.get(base + place).text)
        return visitor.post(base + place, data={"csrf_token": token, **fields})

    assert send("/sign-in", account=account, passphrase=passphrase).status_code == 303
    place = f"{path}/{file_id_of(content)}"
    assert place in visitor.get(base + path).text
    assert "Every line has ended" in visitor.get(base + place).text
    return send(place).content


@pytest.mark.requirement("R-217")
def test_a_vendor_follows_the_page_and_gets_an_outcome_for_each_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody here sends a section: the server's own timed work does, while the vendor asks for outcomes."""
    data = tmp_path / "nation"
    shutil.copytree(founded_folder(), data)
    move_the_family(data)
    roster = read_roster(data)
    assert roster is not None
    monkeypatch.chdir(tmp_path)
    vendor = Vendor(tmp_path)
    numbers = vendor.write_addressees()
    with ProcessStage(data, roster) as stage:
        assert vendor.type("sample")[0] == 0
        assert '"rows":["2-74' in vendor.type("try")[1]
        code, told = vendor.type("submit")
        assert code == 0, told
        vendor.fetch_until_nothing_is_open()
        cursors = vendor.stream_until_nothing_is_open()
        content = (tmp_path / "inquiries.DAT").read_bytes()
        fetched = (tmp_path / "outcomes.DAT").read_bytes()
        assert outcome_file_of_the_page(stage, content) == fetched
    outcomes = read_outcomes(fetched)
    assert [(one.line, one.addressee_number) for one in outcomes] == [
        (str(line), number) for line, number in enumerate(numbers, start=1)
    ]
    assert Counter(one.outcome for one in outcomes) == {"provided": 2, "no-data": len(numbers) - 2}
    assert all((one.outcome == "provided") == bool(one.receipt and one.information) for one in outcomes)
    streamed = read_outcomes((tmp_path / "streamed.DAT").read_bytes())
    assert cursors == [0, 1]
    ended = {one.line: (one.addressee_number, one.outcome, one.information) for one in outcomes}
    assert {one.line: (one.addressee_number, one.outcome, one.information) for one in streamed} == ended
    assert len(streamed) == len(numbers)


def test_a_sample_wants_somebody_to_ask_about(tmp_path: Path) -> None:
    (tmp_path / "institution.toml").touch()
    words = ["exchange", "sample", str(tmp_path / "x.DAT"), "--config", str(tmp_path / "institution.toml")]
    result = CliRunner().invoke(app, [*words, "--provider", "municipality-452025"])
    assert result.exit_code == 2
    assert not (tmp_path / "x.DAT").exists()

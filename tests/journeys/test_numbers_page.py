"""The commands of docs/numbers.md that number a population and take it in, as written there, in a founded nation."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mizuhiki.cli import app
from mizuhiki.runtime.config import load
from mizuhiki.runtime.context import Actor, Context
from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.nation.builders import builder_of
from mizuhiki.world.nation.plan import plan_nation
from mizuhiki.world.processes import ProcessStage
from mizuhiki.world.roster import read_roster
from support.nation import founded_folder

PAGE = Path(__file__).parents[2] / "docs" / "numbers.md"
REGISTER, CITY = InstitutionId("national-register"), InstitutionId("municipality-131032")
CODES = 50


def commands() -> dict[str, list[str]]:
    """The commands of the page that name the register's configuration, by name."""
    found = re.findall(r"^mizuhiki number (.+ --config .+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {words[0]: words for words in map(shlex.split, found)}


def write_codes(config: Path, out: Path) -> None:
    """Write codes that the register gave to a municipality, none of which has a number."""
    with load(config).connected() as environment:
        register = builder_of(environment.institution)(environment)
        context = Context(
            Actor(CITY, "peer", "peer"),
            "number-assignment",
            "住民基本台帳法30条の2",
            "codes",
            environment.clock,
            "page",
        )
        bundle = register.operations.allocate_resident_record_codes(
            context, municipality_code="131032", request_id="bundle-of-the-page", count=CODES
        )
        register.close()
    out.write_text("".join(f"{code.reveal()}\n" for code in bundle.codes), encoding="ascii")


@pytest.mark.requirement("R-013")
def test_whoever_follows_the_page_numbers_a_population_and_takes_it_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "nation"
    shutil.copytree(founded_folder(), data)
    roster = read_roster(data)
    assert roster is not None
    monkeypatch.chdir(tmp_path)
    with ProcessStage(data, roster, planned=[one for one in plan_nation() if one.institution == REGISTER]):
        pass  # it writes the configurations, as a demo world does
    write_codes(data / REGISTER / "institution.toml", tmp_path / "codes.txt")
    for name, told in (("bulk", f"{CODES} numbers in"), ("load", f"{CODES} of {CODES} numbers are new")):
        result = CliRunner().invoke(app, ["number", *commands()[name]])
        assert result.exit_code == 0, result.output
        assert told in result.output

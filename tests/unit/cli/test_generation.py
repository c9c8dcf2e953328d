"""``mizuhiki generation`` at the commission, at the core while the commission is away, and at a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from mizuhiki.vocabulary.ids import InstitutionId
from mizuhiki.world.child import WORLD_CONFIG
from unit.cli.console import Console
from unit.world.kit import write_files

NAMES = tuple(InstitutionId(name) for name in ("commission", "linkage-core", "intermediate-pension-service"))
DAY = "2099-04-01"


@pytest.fixture
def configurations(tmp_path: Path) -> dict[str, str]:
    files = write_files(tmp_path / "world", ports={name: 20_100 + n for n, name in enumerate(NAMES)})
    return {name: str(files.data / name / WORLD_CONFIG) for name in NAMES}


def test_the_commission_opens_shows_and_closes(console: Console, configurations: dict[str, str]) -> None:
    config = ("--config", configurations["commission"], "--json")
    shown = console.run("generation", "show", *config)
    assert [one["generation"] for one in shown.document["generations"]] == [1]
    opened = console.run("generation", "open", *config, "--generation", "2", "--issue-from", DAY)
    assert opened.code == 0
    second = opened.document["generations"][1]
    assert (second["issue_from"], second["closed_at"]) == ("2099-03-31T15:00:00+00:00", None)  # midnight in Japan
    again = console.run("generation", "open", *config, "--generation", "2", "--issue-from", DAY)
    assert (again.code, again.document["error"]) == (1, "pseudonym-generation-opened-before")
    early = console.run("generation", "close", *config, "--generation", "1", "--on", "2099-03-31")
    assert (early.code, early.document["error"]) == (1, "pseudonym-generation-dates-unfit")
    closed = console.run("generation", "close", *config, "--generation", "1", "--on", "2099-10-01")
    assert closed.document["generations"][0]["closed_at"] == "2099-09-30T15:00:00+00:00"
    assert console.run("generation", "show", *config).document == closed.document


@pytest.mark.parametrize("day", [None, "tomorrow", "2000-01-01"])
def test_the_commission_is_told_a_day_to_come(
    console: Console, configurations: dict[str, str], day: str | None
) -> None:
    options = ("--generation", "2", *(() if day is None else ("--issue-from", day)), "--json")
    ended = console.run("generation", "open", "--config", configurations["commission"], *options)
    assert (ended.code, ended.document["error"]) == (1, "pseudonym-generation-dates-unfit")


def test_the_core_opens_nothing_without_the_commission_and_takes_no_day(
    console: Console, configurations: dict[str, str]
) -> None:
    config = ("--config", configurations["linkage-core"], "--json")
    alone = console.run("generation", "open", *config, "--generation", "2")
    assert alone.code == 1
    assert "unavailable" in alone.document["error"]
    own = console.run("generation", "open", *config, "--generation", "2", "--issue-from", DAY)
    assert own.document["error"] == "pseudonym-generation-dates-unfit"
    assert [one["generation"] for one in console.run("generation", "show", *config).document["generations"]] == [1]
    assert console.run("generation", "links", *config).document == {"batches": 0, "links": 0}


def test_a_server_tells_that_nothing_can_be_renewed_while_the_core_is_away(
    console: Console, configurations: dict[str, str]
) -> None:
    config = ("--config", configurations["intermediate-pension-service"], "--json")
    ended = console.run("generation", "renew", *config)
    assert ended.code == 1
    assert ended.document["renewed"] == 0
    assert "unavailable" in ended.document["stopped_by"]
    for command, options in (("open", ("--generation", "2")), ("links", ())):
        refused = console.run("generation", command, *config, *options)
        assert (refused.code, refused.document["error"]) == (1, "configuration-unreadable")
    other = console.run("generation", "renew", "--config", configurations["commission"], "--json")
    assert other.document["error"] == "configuration-unreadable"
